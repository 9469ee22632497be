"""The sentences of a review: each figure in the unit of its KPI, in both languages."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports.language import language
from reports.sections.telling import story
from tests.reports import reviews
from transforms.sentences import Sentence

DISCOUNTS = {"discount_rate": Decimal("0.061"), "discount_rate_expected": Decimal("0.035")}
TOLD = (
    Sentence("three.result.no_target", {"actual": Decimal(360_800_000)}, {"kpi": "net_sales"}),
    Sentence(
        "three.next.effect", {"effect": Decimal(9_700_000)}, inner=Sentence("proposals.limit_discounts", DISCOUNTS)
    ),
)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "en",
            [
                "Net sales came to 360.8 million ₫; no target was set.",
                (
                    "Proposed, worth about 9.7 million ₫ a month: "
                    "Limit who may approve discounts: 6.1% was given away, 3.5% is usual; "
                    "the effect is the most there is, if no guest stays away."
                ),
            ],
        ),
        (
            "vi",
            [
                "Doanh thu thuần là 360,8 triệu ₫; chưa đặt mục tiêu.",
                (
                    "Đề xuất, ước tính 9,7 triệu ₫ mỗi tháng: "
                    "Giới hạn người được duyệt giảm giá: đã giảm 6,1%, mức thường là 3,5%; "
                    "đó là mức cao nhất, khi khách không giảm theo."
                ),
            ],
        ),
    ],
)
def test_each_figure_in_its_unit(code: str, said: list[str]) -> None:
    told = story(replace(reviews.store(), story=TOLD), language(code))
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in told] == said


def test_figures_of_one_kpi_are_written_at_one_scale() -> None:
    """Beside 1.6 million the lower limit is 0.7 million, and neither part of the change is written in full."""
    limits = {"lower": Decimal(656_827), "upper": Decimal(1_598_000)}
    parts = {"gain": Decimal(3_421_000), "loss": Decimal(-790_000)}
    names = {"rise": "drivers.transactions", "fall": "drivers.basket"}
    why = Sentence("three.why.signal_both", limits | parts, names)
    [said] = story(replace(reviews.store(), story=(why,)), language("en"))
    for told in ("0.7 million ₫ to 1.6 million ₫", "receipts brought most (+3.4 million ₫)", "(−0.8 million ₫)"):
        assert told in said.replace("\N{NO-BREAK SPACE}", " ")
