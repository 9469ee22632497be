"""What moved: parts that add up as printed, beside what each driver was and is."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings import Part
from reports.language import language
from reports.sections.moved import whole
from tests.reports import explained
from tests.reports.test_explained import shown
from tests.reports.test_fairness import WHOLE

EN = language("en")


def test_parts_add_up_as_printed() -> None:
    review = explained.store()
    net, aimed, margin = shown(review).moved
    for told, change in ((net, review.moved), (aimed, review.aimed), (margin, review.margin)):
        assert change is not None
        amounts = [number(step.amount) for step in told.steps]
        assert sum(amounts[:-1]) == amounts[-1]
        assert (amounts[0], amounts[-1]) == (change.before, change.after)
    assert [step.name for step in net.steps[1:-1]] == ["Calendar", "Receipts per labour hour", "Discounts"]
    assert [step.note for step in net.steps[1:-1]] == ["", "79% of turnover", ""]
    assert "for 21% of the turnover" in net.note


def test_what_was_planned_begins_with_the_target_and_says_how_far_the_plan_lies_from_it() -> None:
    year, target, _ = shown(explained.store()).moved
    assert year.towards == target.towards == ()
    assert [step.name for step in target.steps] == [
        *("Target", "Plan of the drivers, less the target", "Labour hours", "Receipts per labour hour"),
        "October 2026",
    ]
    assert (year.of, target.of) == ("Of last year", "Of the target")


def test_where_no_driver_was_planned_all_of_them_stand_beside_the_planned_growth() -> None:
    review = replace(explained.store(), aimed=None)
    assert review.moved is not None
    together, planned, missing = (number(line.amount) for line in shown(review).moved[0].towards)
    assert together + planned == missing == review.moved.after - (review.moved.target or 0)
    assert shown(review).moved[1].towards == ()  # no target is set for the margin


@pytest.mark.parametrize(
    ("code", "sides", "values"),
    [
        ("en", ("Oct 2025", "Planned"), {("3.5%", "6.1%"), ("3.02", "3.19"), ("1,200", "1,100")}),
        ("vi", ("T10 2025", "Kế hoạch"), {("3,5%", "6,1%"), ("3,02", "3,19"), ("1.200", "1.100")}),
    ],
)
def test_drivers_stand_beside_what_they_were(code: str, sides: tuple[str, str], values: set[tuple[str, str]]) -> None:
    net, aimed, _ = shown(explained.store(), code).moved
    assert (net.was, aimed.was) == sides
    assert {(step.was, step.now) for fall in (net, aimed) for step in fall.steps} == values | {("", ""), ("—", "—")}


def test_the_value_of_a_driver_is_written_as_that_of_its_kpi() -> None:
    told = shown(explained.store())
    assert told.scorecard is not None
    actuals = {row.name: row.actual for kind in told.scorecard.kinds for row in kind.rows}
    now = {step.name: step.now for step in told.moved[0].steps}
    assert now["Receipts per labour hour"] == actuals["Transactions per labour hour"]


@pytest.mark.parametrize("code", ["en", "vi"])
def test_two_calendar_effects_are_told_apart(code: str) -> None:
    review = explained.store()
    rows = tuple(replace(row, calendar_effect=Decimal("0.011")) for row in WHOLE.rows if row.basis == "weekday")
    notes = " ".join(shown(replace(review, comparison=replace(WHOLE, rows=rows)), code).moved[0].notes)
    assert ("+1.1%" in notes and "+0.1%" in notes) or ("+1,1%" in notes and "+0,1%" in notes)
    assert not any("364" in note for fall in shown(review, code).moved for note in fall.notes)


def test_the_values_of_several_stores_are_said_to_be_sums_once() -> None:
    notes = [note for fall in shown(explained.chain()).moved for note in fall.notes if "divided by sums" in note]
    assert len(notes) == 1
    assert not any("divided by sums" in note for fall in shown(explained.store()).moved for note in fall.notes)


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


@given(st.lists(st.decimals(-(10**12), 10**12, places=4), min_size=1, max_size=9), st.integers(0, 2))
def test_rounding_keeps_the_sum(amounts: list[Decimal], decimals: int) -> None:
    total = sum(amounts, Decimal(0)).quantize(Decimal(1).scaleb(-decimals))
    rounded = whole([*amounts, total - sum(amounts, Decimal(0))], total, decimals)
    assert sum(rounded) == total
    assert all(abs(found - amount) < 1 for found, amount in zip(rounded, amounts, strict=False))


def test_nothing_that_moved_is_no_waterfall() -> None:
    review = explained.store()
    assert review.moved is not None
    still = replace(review.moved, parts=(Part("calendar", Decimal(0), Decimal(1)),))
    assert shown(replace(review, moved=still, aimed=None, margin=None)).moved == ()
