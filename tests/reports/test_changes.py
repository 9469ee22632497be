"""What a restated review says of the revision before it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.canonical import canonical, restored
from reports.differences import differences
from reports.findings import Proposal
from reports.language import language
from reports.page import Page, page
from reports.pdf import content_key, render
from reports.review import Cause, Change, Changes, Review, Status
from reports.sections.changes import MOST_BELOW
from tests.reports import reviews
from transforms.sentences import Sentence

EN = language("en")
NAME = {"vi": "Cầu Giấy", "en": "Cầu Giấy"}


def restated(**changes: object) -> Review:
    review = reviews.store()
    sales = review.figures[0].kpi
    values = (
        Change(None, None, "score", Decimal("96.4"), Decimal("101.2"), bands=("C", "B")),
        Change(None, sales, "actual", Decimal(1_780_000_000), Decimal(1_800_000_000), (Status.MISSED, Status.MET)),
        Change(None, sales, "same_period", None, Decimal(1_500_000_000)),
        Change(NAME, sales, "actual", Decimal(90_000_000), Decimal(110_000_000)),
    )
    cause = Cause("sales/late.csv", date(2026, 11, 15), (date(2026, 9, 1), date(2026, 10, 1)), 120, 3)
    told = Changes(1, values, (cause,), ("targets.csv",))
    return replace(review, revision=2, changes=replace(told, **changes))  # type: ignore[arg-type]


def shown(review: Review, code: str = "en") -> Page:
    return page(review, language(code), reviews.ISSUED)


def test_each_value_is_told_from_and_to_in_its_own_unit() -> None:
    told = shown(restated()).changes
    assert told is not None
    plain = [(row.name, row.what, row.before, row.after, row.difference) for row in (*told.rows, *told.below)]
    assert plain == [
        ("KPI score", "Score", "96.4 (C)", "101.2 (B)", "+4.8"),
        ("Net sales", "Actual", "1,780.0", "1,800.0", "+20.0"),
        ("Net sales", "Last year", "—", "1,500.0", "—"),
        ("Cầu Giấy · Net sales", "Actual", "90.00", "110.00", "+20.00"),
    ]
    assert [[mark.word for mark in row.marks] for row in told.rows] == [[], ["Missed", "Met"], []]
    assert "Revision 2 replaces revision 1" in told.lead


def test_of_many_parts_the_first_are_printed_and_the_others_counted() -> None:
    review = restated()
    assert review.changes is not None
    told = shown(restated(values=review.changes.values[-1:] * (MOST_BELOW + 5))).changes
    assert told is not None
    assert (len(told.below), told.more) == (60, "5 more values of parts and people are not printed here.")


def test_files_and_changed_configuration_are_the_causes() -> None:
    told = shown(restated()).changes
    assert told is not None
    [file] = told.files
    assert (file.name, file.arrived, file.months) == (
        "sales/late.csv", "15 Nov 2026", "September 2026, October 2026",
    )  # fmt: skip
    assert (file.rows, file.replaced) == ("120", "3")
    assert told.redefined.endswith("measured or judged otherwise: targets.csv")
    assert shown(restated(redefined=())).changes.redefined == ""  # type: ignore[union-attr]


def test_a_first_revision_has_no_such_section() -> None:
    assert shown(reviews.store()).changes is None
    assert "changes" not in shown(reviews.store()).contents
    assert shown(restated()).contents[0] == "changes"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("vi", ("Những gì đã thay đổi", "Bản 2 thay cho bản 1", "Cùng kỳ", "sales/late.csv", "15/11/2026")),
        ("en", ("What changed", "Because of these files", "Rows replaced", "▼ Missed → ● Met")),
    ],
)
def test_it_is_printed_in_either_language(code: str, words: tuple[str, ...]) -> None:
    pdf = pypdfium2.PdfDocument(render(restated(), code, reviews.ISSUED))
    text = " ".join(" ".join(leaf.get_textpage().get_text_bounded().split()) for leaf in pdf)
    for word in words:
        assert word in text


# -- differences


def test_the_same_review_moved_nothing_and_older_months_are_left_out() -> None:
    before = reviews.store()
    older = tuple(replace(figure, history=(None, *figure.history[1:])) for figure in before.figures)
    assert differences(before, replace(before, figures=older, data_version="other")) == ()


def test_scores_figures_goals_and_members_are_compared() -> None:
    before = reviews.store()
    sales, person = before.figures[0], before.people[0]
    figure = replace(sales, target=Decimal(1), status=Status.MET if sales.status != "met" else Status.MISSED)
    after = replace(
        before,
        figures=(figure, *before.figures[1:]),
        score=replace(before.score, band="A"),
        people=(replace(person, values={**person.values, sales.kpi.id: Decimal(7)}), *before.people[1:]),
    )
    found = [(c.of, c.kpi.id if c.kpi else None, c.what, c.after) for c in differences(before, after)]
    assert found == [
        (None, None, "score", before.score.value),
        (None, sales.kpi.id, "target", Decimal(1)),
        (person.group.name, sales.kpi.id, "actual", Decimal(7)),
    ]


def test_a_judgement_alone_is_a_difference_too() -> None:
    before = reviews.store()
    other = Status.NO_TARGET if before.figures[0].status != "no_target" else Status.MET
    after = replace(before, figures=(replace(before.figures[0], status=other), *before.figures[1:]))
    [change] = differences(before, after)
    assert (change.what, change.status) == ("actual", (before.figures[0].status, other))


def test_a_member_that_came_or_went_is_told() -> None:
    before = reviews.store()
    gone = replace(before, people=before.people[1:])
    assert all(change.after is None for change in differences(before, gone))
    assert {change.of["vi"] for change in differences(before, gone) if change.of} == {before.people[0].group.name["vi"]}


# -- pinned and read back


@pytest.mark.parametrize("review", [reviews.store(), reviews.chain(), restated()], ids=["store", "chain", "restated"])
def test_a_review_read_back_is_the_same_review(review: Review) -> None:
    again = restored(Review, canonical(review))
    assert again == review
    assert content_key(again, "vi") == content_key(review, "vi")


def test_every_kind_of_field_is_read_back() -> None:
    inner = Sentence("b", {"x": Decimal("1.50")}, {"kpi": "net_sales"})
    proposal = Proposal("p", "r", "net_sales", "owner", date(2026, 11, 1), None, {"e": Decimal("0.1")})
    review = replace(
        reviews.store(), story=(Sentence("a", inner=inner),), proposals=(proposal,), as_of=date(2026, 11, 4)
    )
    assert restored(Review, canonical(review)) == review


def test_a_pin_of_another_version_is_read_as_far_as_it_goes() -> None:
    text = canonical(reviews.store())
    older = text.replace('"proposals":[],', "").replace('"revision":1,', '"revision":1,"unheard_of":{"a":1},')
    assert older != text
    assert restored(Review, older) == reviews.store()


@given(st.decimals(allow_nan=False, allow_infinity=False), st.text())
def test_whatever_a_figure_is_it_is_read_back(value: Decimal, reason: str) -> None:
    review = reviews.store()
    figure = replace(review.figures[0], actual=value, reason=reason)
    again = restored(Review, canonical(replace(review, figures=(figure,))))
    assert (str(again.figures[0].actual), again.figures[0].reason) == (str(value), reason)
