"""What a review says of comparable days, of the dose of its score, of bought growth, and of one person alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from reports.fairness import Absence, Compared, Comparison, Market, Pace, Pair, Payout, Personal, Workplace
from reports.language import language
from reports.page import Page, page
from reports.pdf import render
from reports.review import Group, Review
from tests.reports import reviews
from transforms.attribution import Applied

EN = language("en")
ROWS = (
    Compared("calendar", 31, Decimal(1_100), Decimal(1_000), Decimal("0.1"), Decimal("0.06"), None),
    Compared("weekday", 31, Decimal(1_100), Decimal(1_058), Decimal("0.04"), Decimal("0.01"), Decimal("0.0577")),
)
WHOLE = Comparison(ROWS, until=None, stores=12, same_stores=9)
RUNNING = replace(
    WHOLE,
    until=date(2026, 10, 14),
    pace=Pace(Decimal(700), Decimal(692), Decimal(3_000), Decimal("1.0116")),
    market=Market(Decimal("0.05"), Decimal("-0.0095")),
)


def shown(review: Review) -> Page:
    return page(review, EN, reviews.ISSUED)


def notes(review: Review) -> str:
    found = shown(review).scorecard
    assert found is not None
    return "\n".join(found.notes)


def person(**told: object) -> Review:
    group = Group("person", "an", {"en": "Nguyễn An"}, (reviews.CHAIN,), None, {"en": "Barista"})
    own = Personal(peers=0, workplaces=(), absence=None, payout=None)
    figures = tuple(replace(figure, peers=figure.actual) for figure in reviews.store().figures)
    plain = replace(reviews.store(), group=group, figures=figures, members=(), people=())
    return replace(plain, personal=replace(own, **told))  # type: ignore[arg-type]


def test_each_growth_is_printed_with_the_calendars_part_apart() -> None:
    found = shown(replace(reviews.store(), comparison=WHOLE)).comparison
    assert found is not None
    assert [(row.name, row.growth, row.same_stores, row.calendar_effect) for row in found.rows] == [
        ("Same month last year", "+10.0%", "+6.0%", "—"),
        ("Same days of the week, 364 days before", "+4.0%", "+1.0%", "+5.8%"),
    ]
    assert "9 of 12, open throughout this month and the same month last year" in "\n".join(found.notes)
    assert found.lead == ""


def test_a_running_month_says_so_and_how_it_stands() -> None:
    review = replace(reviews.store(), comparison=RUNNING)
    found = shown(review).comparison
    assert found is not None
    assert "figures reach to 14 Oct 2026" in found.lead
    assert "₫700 of the ₫692 due by now (101.2%)" in found.notes[0]
    assert (
        "+5.0% on the same days of the week. With their growth taken out, this store stands at −1.0%" in found.notes[-1]
    )
    assert "Last year is that of the same days, targets of amounts are what is due by then" in notes(review)


def test_without_anything_comparable_there_is_no_section() -> None:
    assert shown(reviews.store()).comparison is None
    assert "comparison" not in shown(reviews.store()).contents


def test_the_dose_of_each_kind_adds_up_to_the_whole_score() -> None:
    found = shown(reviews.store()).scorecard
    assert found is not None
    assert [(dose.name, dose.share, dose.begins) for dose in found.doses] == [
        ("Output", "65%", 0.0),
        ("Behaviour", "20%", 65.0),
        ("Competency", "15%", 85.0),
    ]
    bare = tuple(replace(figure, weight=None) for figure in reviews.store().figures)
    unweighed = shown(replace(reviews.store(), figures=bare)).scorecard
    assert unweighed is not None
    assert unweighed.doses == ()


def test_sales_that_may_have_been_bought_are_told_in_one_line() -> None:
    pair = Pair(reviews.catalogue()["discount_rate"], Decimal("0.09"), Decimal("0.03"), Decimal("0.06"))
    told = notes(replace(reviews.store(), pairs=(pair,)))
    assert "Sales are up while Discount rate is out of the ordinary: 9.0%, usually 3.0% to 6.0%." in told
    assert "Sales are up" not in notes(reviews.store())


def test_averages_of_a_position_are_shown_of_enough_people_only() -> None:
    assert "the average of the 7 people" in notes(person(peers=7))
    assert "Too few people hold this position" in notes(person(peers=0))


def test_a_payout_is_a_calculation_with_a_point_less_and_more() -> None:
    earned = Payout(Decimal("0.82"), Decimal("0.77"), Decimal("0.87"))
    [told] = shown(person(payout=earned)).personal
    assert "A score of 96.4 would earn 82.0% of the variable pay; 95.4 would earn 77.0%, 97.4 would earn 87.0%" in told
    assert "no order to pay" in told
    assert shown(person()).personal == ()


# The factor's own published examples: the same ten days in ten, five, two spells and one.
@pytest.mark.parametrize(("spells", "factor"), [(10, "1,000"), (5, "250"), (2, "40"), (1, "10")])
def test_the_bradford_factor_is_context(spells: int, factor: str) -> None:
    [told] = shown(person(absence=Absence(12, spells, 10))).personal
    assert told.startswith(f"Context for a talk, part of no score: over 12 months, spells of absence: {spells}; shifts")
    assert f"Bradford factor {factor} = spells × spells × shifts" in told


def test_who_worked_in_two_stores_sees_both() -> None:
    places = (Workplace({"en": "A"}, Decimal(500), Decimal(90)), Workplace({"en": "B"}, None, Decimal(8)))
    assert shown(person(workplaces=places)).personal == (
        "A: net sales ₫500, 90.0 hours worked.",
        "B: net sales —, 8.0 hours worked.",
    )


def test_rules_of_attribution_are_told_with_what_they_moved() -> None:
    quality = replace(reviews.store().quality, attribution=(Applied("leaver", 1, Decimal(40), Decimal(4)),))
    [rule] = shown(replace(reviews.store(), quality=quality)).statement.rules
    assert (rule.people, rule.net_amount, rule.worked_hours) == ("1", "₫40", "4.0")
    assert rule.text.startswith("Not employed on that day")


@pytest.mark.parametrize("code", ["vi", "en"])
def test_a_persons_review_is_one_page(code: str) -> None:
    review = person(peers=7, absence=Absence(12, 2, 5))
    weighed = tuple(figure for figure in review.figures if figure.weight is not None)[:7]
    pdf = pypdfium2.PdfDocument(render(replace(review, figures=weighed), code, reviews.ISSUED))
    assert len(pdf) == 1


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_new_part_prints(code: str) -> None:
    quality = replace(reviews.store().quality, attribution=(Applied("shared", 1, Decimal(40), Decimal(0)),))
    text = render(replace(reviews.store(), comparison=RUNNING, quality=quality), code, reviews.ISSUED)
    words = "".join(leaf.get_textpage().get_text_bounded() for leaf in pypdfium2.PdfDocument(text))
    assert language(code).text("comparison.title") in words
    assert language(code).text("attribution.title") in words
