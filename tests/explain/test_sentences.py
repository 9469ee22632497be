"""Three sentences in both languages, each with its figures."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.language import language
from transforms.sentences import Outcome, Sentence, three_sentences

MISSED = Outcome(
    "net_sales",
    Decimal(800),
    Decimal(960),
    "missed",
    {"basis": "frozen", "rule": "outside", "lower": 850.0, "upper": 950.0},
)
PROPOSAL: dict[str, Any] = {
    "rule": "limit_discounts",
    "effect": 100.0,
    "evidence": [{"name": "discount_rate", "value": 0.2}, {"name": "discount_rate_expected", "value": 0.1}],
}
DRIVERS = {"discount": Decimal(-130), "labour_hours": Decimal(-20), "price": Decimal(40)}
NAMES = {"en": "Net sales", "vi": "Doanh thu thuần"}


def said(sentence: Sentence, code: str) -> str:
    words = language(code)
    numbers = {name: words.number(Decimal(str(value)), 1) for name, value in sentence.values.items()}
    names = {n: NAMES[code] if n == "kpi" else words.text(key) for n, key in sentence.names.items()}
    inner = {} if sentence.inner is None else {"proposal": said(sentence.inner, code)}
    return words.text(sentence.key, **numbers, **names, **inner)


def test_in_english() -> None:
    assert [said(s, "en") for s in three_sentences(MISSED, DRIVERS, PROPOSAL)] == [
        "Net sales came to 800.0 and missed the target of 960.0.",
        (
            "This is a real change, beyond the routine range of 850.0 to 950.0; "
            "on last year, prices brought most (40.0) and discounts cost most (−130.0)."
        ),
        (
            "Proposed, worth about 100.0 a month: Limit who may approve discounts: "
            "0.2 was given away, 0.1 is usual; the effect is the most there is, if no guest stays away."
        ),
    ]


def test_in_vietnamese() -> None:
    assert [said(s, "vi") for s in three_sentences(MISSED, DRIVERS, PROPOSAL)] == [
        "Doanh thu thuần là 800,0, chưa đạt mục tiêu 960,0.",
        (
            "Đây là thay đổi thật, nằm ngoài mức dao động thường từ 850,0 đến 950,0; "
            "so với cùng kỳ năm trước, giá bán giúp tăng nhiều nhất (40,0), giảm giá làm giảm nhiều nhất (−130,0)."
        ),
        (
            "Đề xuất, ước tính 100,0 mỗi tháng: Giới hạn người được duyệt giảm giá: "
            "đã giảm 0,2, mức thường là 0,1; đó là mức cao nhất, khi khách không giảm theo."
        ),
    ]


@pytest.mark.parametrize("code", ["en", "vi"])
@pytest.mark.parametrize(
    ("outcome", "keys"),
    [
        (Outcome("net_sales", None, None, "not_measured"), ("result.not_measured", "why.unknown")),
        (Outcome("net_sales", Decimal(1), None, "no_target"), ("result.no_target", "why.unknown")),
        (
            Outcome("net_sales", Decimal(1), Decimal(1), "met", {**(MISSED.charted or {}), "rule": None}),
            ("result.met", "why.routine_only"),
        ),
    ],
)
def test_nothing_is_said_that_is_not_known(outcome: Outcome, keys: tuple[str, str], code: str) -> None:
    found = three_sentences(outcome, signals=(1, 15))
    assert [s.key for s in found] == [*(f"three.{key}" for key in keys), "three.next.none"]
    assert all(said(s, code) for s in found)
    assert len(three_sentences(outcome)) == 2


@pytest.mark.parametrize(
    ("code", "told"),
    [("en", "Net sales so far: "), ("vi", "Doanh thu thuần đến nay: ")],
)
def test_a_month_that_runs_has_a_result_so_far_and_nothing_else(code: str, told: str) -> None:
    [only] = three_sentences(replace(MISSED, running=True), DRIVERS, PROPOSAL)
    assert said(only, code).startswith(told)


def test_what_is_not_said_has_its_figures_too() -> None:
    one, twelve = (three_sentences(replace(MISSED, charted=None, months=n), signals=(1, 15)) for n in (1, 12))
    assert said(one[1], "en").endswith(
        "to compare with: 1.0; it takes 12.0 to tell a real change from routine variation."
    )
    assert said(one[2], "vi").startswith("Chưa đề xuất thay đổi: 1,0 trên 15,0 chỉ số có biểu đồ cho tín hiệu")
    assert twelve[1].key == "three.why.apart"  # January, where Tet moves


@pytest.mark.parametrize(
    ("part", "key"), [(5, "three.why.signal"), (-5, "three.why.signal"), (0, "three.why.signal_only")]
)
def test_one_side_alone_is_the_largest_part(part: int, key: str) -> None:
    assert three_sentences(MISSED, {"price": Decimal(part)})[1].key == key


def test_months_on_one_side_are_not_said_to_lie_outside_the_limits() -> None:
    charted = {"basis": "set", "rule": "run_of_eight", "expected": 820.0, "lower": 700.0, "upper": 950.0}
    why = three_sentences(Outcome("net_sales", Decimal(800), None, "no_target", charted))[1]
    assert said(why, "en") == (
        "This is a real change: month after month lies on one side of the usual 820.0; what drove it could not be told."
    )


@pytest.mark.parametrize(
    ("rule", "key"), [("run_of_eight", "shift_both"), ("three_of_four", "near_both"), (None, "routine_both")]
)
def test_each_kind_of_signal_is_told_as_what_it_is(rule: str | None, key: str) -> None:
    """Three of four months near a limit are no run on one side of the mean."""
    charted = {"basis": "frozen", "rule": rule, "expected": 900.0, "lower": 850.0, "upper": 950.0}
    [_, why] = three_sentences(replace(MISSED, charted=charted), DRIVERS)
    assert why.key == f"three.why.{key}"
    assert all(why.values[name] is not None for name in ("gain", "loss"))
    assert said(why, "vi")


def test_where_little_can_be_compared_the_plan_gives_the_reason() -> None:
    young = replace(MISSED, charted=None, months=3)
    why = three_sentences(young, DRIVERS)[1]
    assert said(why, "en").startswith("Against what was planned prices brought most (40.0) and discounts cost most")
    assert three_sentences(young, {"price": Decimal(40)})[1].key == "three.why.planned"
    assert said(why, "vi").endswith("mới có 3,0 trong 12,0 tháng cần có cùng kỳ năm trước để so.")
