"""What a review explains: parts that add up, signals by shape and word, and nothing where nothing is true."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports import pdf
from reports.findings import Alarms, Cell, Span
from reports.language import language
from reports.page import Page, page
from reports.review import Review
from tests.reports import explained, reviews
from tests.reports.test_pdf import printed, squeezed

EN = language("en")
JUDGING = ("behaviour", "moved", "staffing", "proposals", "followed")


def shown(review: Review, code: str = "en") -> Page:
    return page(review, language(code), reviews.ISSUED)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("code", ["vi", "en"])
@pytest.mark.parametrize("review", [explained.store(), explained.chain()], ids=["store", "chain"])
def test_every_figure_of_the_sections_is_printed(review: Review, code: str) -> None:
    text = printed(pdf.render(review, code, reviews.ISSUED))
    assert [part for part in said(shown(review, code)) if squeezed(part) not in text] == []


def said(told: Page) -> list[str]:
    """Every text of the sections that judge."""
    assert told.scorecard
    assert told.behaviour
    assert told.moved
    assert told.staffing
    assert told.staffing.ask
    rows = [row for kind in told.scorecard.kinds for row in kind.rows if row.signal]
    hours, seen = told.staffing.hours, told.compared
    return [
        told.scorecard.found,
        *(row.signal.word for row in rows if row.signal),
        *(text for chart in told.behaviour.charts for text in (chart.name, chart.label, chart.verdict, chart.first)),
        *(
            text
            for fall in told.moved
            for step in fall.steps
            for text in (step.name, step.amount, step.share, step.note)
        ),
        *(text for fall in told.moved for line in fall.towards for text in (line.name, line.amount, line.share)),
        *(text for fall in told.moved for text in (fall.title, fall.lead, fall.note)),
        *(text for row in told.staffing.ask.rows for text in (row.name, row.hours, row.fte, row.hires, row.cost)),
        *told.staffing.ask.others,
        *((hours.lead, hours.lost, *hours.heat.keys, *hours.heat.hours, *hours.heat.weekdays) if hours else ()),
        *(text for row in (hours.stretches if hours else ()) for text in (row.when, row.load, row.hours)),
        *(text for row in told.proposals for text in (row.text, row.id, row.owner, row.due, row.effect)),
        *(row.arithmetic for row in told.proposals),
        *(text for row in told.followed for text in (row.what, row.due, row.mark.word, row.before, row.verdict)),
        *((small.name for small in seen.smalls) if seen else ()),
        *((text for panel in seen.panels for text in panel.texts) if seen else ()),
    ]


def test_a_review_without_a_part_has_no_section_of_it() -> None:
    told = shown(reviews.store())
    assert not set(JUDGING) & set(told.contents)
    assert [name for name in JUDGING if name in shown(explained.store()).contents] == list(JUDGING)
    assert told.compared is None
    assert shown(replace(explained.chain(), members=explained.chain().members[:1])).compared is None


@pytest.mark.parametrize("code", ["en", "vi"])
def test_receipts_while_nobody_is_clocked_in_are_marked_and_counted(code: str) -> None:
    review = explained.store()
    assert review.week is not None
    late = Cell(5, 19, None, "unstaffed"), Cell(6, 19, None, "unstaffed")
    span = Span("unstaffed", 6, 19, 20, None, Decimal("1.2"))
    week = replace(review.week, cells=(*review.week.cells, *late), spans=(*review.week.spans, span), unstaffed=34)
    staffing = shown(replace(review, week=week), code).staffing
    assert staffing is not None
    assert staffing.hours is not None
    assert staffing.hours.heat.nobody == ((4, 9), (5, 9))
    assert "34" in staffing.hours.nobody
    assert staffing.hours.stretches[-1].load == "—"
    assert not shown(review, code).staffing.hours.nobody  # type: ignore[union-attr]


def test_signals_are_told_by_shape_and_word_beside_what_chance_would_give() -> None:
    told = shown(explained.store())
    assert told.scorecard is not None
    rows = {row.name: row.signal for kind in told.scorecard.kinds for row in kind.rows}
    marks = {name: (mark.shape, mark.word) for name, mark in rows.items() if mark}
    assert marks == {"Discount rate": ("◆", "high"), "Sales per labour hour": ("◇", "high")}
    assert told.scorecard.found == "Signals: 2 of 14 charts; chance alone would give about 0.2."
    assert told.behaviour is not None
    assert [chart.name for chart in told.behaviour.charts] == ["Net sales", "Discount rate", "Sales per labour hour"]
    assert told.behaviour.charts[0].verdict.startswith("routine variation, within ")
    assert (told.behaviour.charts[1].outside, told.behaviour.charts[2].runs) == ([11], [11])


def test_a_chart_is_not_drawn_twice() -> None:
    told = shown(explained.store())
    assert told.behaviour is not None
    assert told.trends is not None
    assert not {line.name for line in told.trends.lines} & {chart.name for chart in told.behaviour.charts}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (False, "says 0.62 with a standard error of 0.14, from 144 store-months"),
        (True, "estimated from this chain's own"),
    ],
)
def test_what_hours_bring_is_told_with_its_uncertainty(own: bool, said: str) -> None:
    review = explained.store()
    assert review.staffed is not None
    staffing = shown(replace(review, staffed=replace(review.staffed, own=own))).staffing
    assert staffing is not None
    assert staffing.ask is not None
    assert [said in other for other in staffing.ask.others] == [False, False, True, False]


def test_whether_a_target_is_within_reach_is_told_by_sign_and_name() -> None:
    told = shown(explained.store()).scorecard
    assert told is not None
    signs = {row.name: row.assurance for kind in told.kinds for row in kind.rows if row.assurance}
    assert signs == {"Net sales": "±", "Discount rate": "✗"}
    assert told.assured == "±✗"
    assert any(note.endswith("only another way will do: Discount rate.") for note in told.notes)


def test_a_proposal_has_its_owner_day_effect_and_arithmetic() -> None:
    first, second = shown(explained.store()).proposals
    sales = plain(EN.number((explained.store().figures[0].actual or Decimal(0)).scaleb(-6), 1))
    assert plain(first.effect) == "+9.7 million ₫"
    assert plain(first.arithmetic) == f"(6.1% − 3.5%) × {sales} million ₫ ÷ (1 − 6.1%)"
    assert (first.owner, first.due) == (f"Store manager: {reviews.MANAGERS[0]}", "14 Nov 2026")
    assert (second.effect, second.arithmetic, second.share) == ("", "", None)


def test_an_effect_whose_figures_are_not_in_the_review_shows_no_arithmetic() -> None:
    review = explained.store()
    bare = replace(review, figures=tuple(figure for figure in review.figures if figure.kpi.id != "net_sales"))
    assert shown(bare).proposals[0].arithmetic == ""


def test_agreed_actions_say_what_came_of_them() -> None:
    rows = shown(explained.store()).followed
    assert [(row.mark.shape, row.mark.word) for row in rows] == [
        ("✓", "Done 20 Jul 2026"),
        ("▼", "Late"),
        ("○", "Open"),
    ]
    assert [(row.before, row.after, row.verdict) for row in rows] == [
        ("10.3%", "6.1%", "real change for the better"),
        ("—", "—", "—"),
        ("—", "—", "—"),
    ]


def test_the_worst_hours_are_named() -> None:
    staffing = shown(explained.store()).staffing
    assert staffing is not None
    assert staffing.hours is not None
    assert [(row.when, row.hours, row.mark.word) for row in staffing.hours.stretches] == [
        ("Saturday 16:00–19:00", "+8.2", "too few staff"),
        ("Monday 14:00–15:00", "−5.5", "more than needed"),
    ]
    heat = staffing.hours.heat
    assert (heat.hours[0], heat.hours[-1], heat.short) == ("10", "18", ((5, 6), (5, 7), (5, 8)))
    assert sum(len(places) for places in heat.shades) == 63


def test_the_target_is_told_in_people_and_money() -> None:
    staffing = shown(explained.store()).staffing
    assert staffing is not None
    assert staffing.ask is not None
    least = staffing.ask.rows[0]
    assert (least.hours, least.fte, least.hires, plain(least.cost)) == ("+480", "+2.5", "3", "16.8 million ₫")
    assert plain(staffing.ask.others[1]) == "One more labour hour pays for itself from 116,667 ₫ of sales."


def test_the_key_changes_with_what_is_explained() -> None:
    review = explained.store()
    key = pdf.content_key(review, "vi")
    others = [
        replace(review, week=None),
        replace(review, followed=()),
        replace(review, staffed=None),
        replace(review, alarms=Alarms(1, Decimal(0), 0)),
        replace(review, moved=None),
        replace(review, margin=None),
        replace(review, proposals=()),
    ]
    assert key not in {pdf.content_key(other, "vi") for other in others}


def test_a_proposal_says_what_became_of_it_where_it_was_agreed_before() -> None:
    review = explained.store()
    first, second, *_ = review.proposals
    done, late, _ = review.followed
    again = replace(review, followed=(replace(done, id=first.id), replace(late, id=second.id)))
    texts = [row.text for row in shown(again).proposals]
    assert texts[0].endswith("It was done on 20 Jul 2026 and did not suffice: look for another way.")
    assert "Agreed already, due " in texts[1]
    assert not any("Agreed already" in row.text for row in shown(replace(review, followed=())).proposals)


def test_what_a_store_asks_for_is_told_above_it_with_its_name_and_manager() -> None:
    review = explained.chain()
    asked = explained.store().proposals[0]
    placed = replace(asked, of="S001", place=dict.fromkeys(("en", "vi"), "Nguyễn Huệ"), manager="Lan")
    row = shown(replace(review, proposals=(placed,))).proposals[0]
    assert row.text.startswith("Nguyễn Huệ – ")
    assert row.owner == ("Store manager: Lan" if asked.owner == "store_manager" else row.owner)
