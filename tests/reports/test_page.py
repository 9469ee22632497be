"""What a review's page says, and what it leaves unsaid."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.language import language
from reports.page import Page, page
from reports.review import Group, Received, Review, Score, Status, StoreDays
from reports.sections.received import Of
from tests.reports import reviews

EN = language("en")


def shown(review: Review) -> Page:
    return page(review, EN, reviews.ISSUED)


def test_the_cover_says_whose_month_it_is() -> None:
    cover = shown(reviews.store()).cover
    assert (cover.brand, cover.name) == ("Sông Xanh Coffee · North", "Nguyễn Huệ")
    assert cover.kicker == "KPI review · Store · October 2026"
    assert (cover.dial.text, cover.dial.band, cover.dial.change) == ("96.4", "C", "▲\N{NO-BREAK SPACE}1.4")


def test_a_corrected_review_says_which_revision_it_is() -> None:
    facts = shown(replace(reviews.store(), revision=3)).cover.facts
    assert "Revision 3" in [fact.strong for fact in facts]
    assert not any("Revision" in fact.strong for fact in shown(reviews.store()).cover.facts)


def test_headlines_compare_with_target_and_last_year() -> None:
    review = reviews.store()
    sales = review.figures[0]
    figure = replace(
        sales, actual=Decimal(1_791_000_000), target=Decimal(1_850_000_000), same_period=Decimal(1_500_000_000)
    )
    tile = shown(replace(review, figures=(figure, *review.figures[1:]))).tiles[0]
    assert (tile.label, tile.value) == ("Net sales", "1.79")
    assert [(note.strong, note.text) for note in tile.notes] == [
        ("−3.2%", "against target"),
        ("+19.4%", "on last year"),
    ]


def test_the_last_tile_counts_the_kpis_on_target() -> None:
    review = reviews.store()
    judged = [figure.status for figure in review.figures if figure.status in {"met", "watch", "missed"}]
    tile = shown(review).tiles[-1]
    assert (tile.value, tile.unit) == (str(judged.count(Status.MET)), f"/ {len(judged)}")


def test_what_was_not_measured_says_why_and_is_never_zero() -> None:
    figures = tuple(reviews.unmeasured(figure.kpi, "no_attendance") for figure in reviews.store().figures)
    nothing = replace(reviews.store(), figures=figures, score=Score(None, None, None, Decimal(0), "hold"))
    told = shown(nothing)
    assert told.scorecard is not None
    rows = [row for kind in told.scorecard.kinds for row in kind.rows]
    assert {(row.actual, row.variance, row.note, row.mark.word) for row in rows} == {
        ("—", "—", "No attendance data", "Not measured")
    }
    assert {tile.value for tile in told.tiles[:-1]} == {"—"}
    assert (told.cover.dial.text, told.cover.dial.note) == ("—", "no score this month")
    assert told.trends is None


def test_sections_without_anything_true_are_absent() -> None:
    bare = replace(reviews.store(), figures=(), members=(), people=())
    assert shown(bare).contents == ("statement",)
    assert shown(reviews.store()).contents == ("scorecard", "trends", "parts", "people", "statement", "definitions")


def test_a_score_on_a_part_of_the_weights_says_so() -> None:
    for policy, text in (("re-weight", "spread over"), ("hold", "held back"), ("too-little", "none is given")):
        score = replace(reviews.store().score, policy=policy)
        review = replace(reviews.store(), score=score if policy == "re-weight" else replace(score, value=None))
        told = shown(review).scorecard
        assert told is not None
        assert "90%" in told.notes[-1]
        assert text in told.notes[-1]
    whole = replace(reviews.store(), score=replace(reviews.store().score, measured_weight=Decimal(100)))
    assert (card := shown(whole).scorecard) is not None
    assert not any("90%" in note for note in card.notes)


def test_figures_of_days_that_are_not_all_there_carry_a_mark_and_the_note_says_which() -> None:
    quality = replace(
        reviews.store().quality, store_days_open=31, store_days_with_sales=31, store_days_with_attendance=28
    )
    card = shown(replace(reviews.store(), quality=quality)).scorecard
    assert card is not None
    assert card.notes[0] == "¹ Clockings came for 28 of 31 store-days."
    marks = {row.name: row.caveat for kind in card.kinds for row in kind.rows}
    assert (marks["Net sales"], marks["Sales per labour hour"], marks["Attendance rate"]) == ("", "¹", "¹")


MISSING = tuple(date(2026, 10, day) for day in (3, 5, 6, 7, 17))
EVERY = tuple(date(2026, 10, day) for day in range(1, 32))


def received(*stores: StoreDays) -> Review:
    return replace(reviews.chain(), quality=reviews.of_stores(reviews.chain().quality, stores))


def test_the_statement_names_the_days_that_are_missing_of_each_store_and_system() -> None:
    told = shown(
        received(
            StoreDays("Quận 3", 31, Received(0, EVERY), Received(30)),
            StoreDays("Quận 1", 31, Received(31), Received(26, MISSING)),
            StoreDays("Quận 7", 31, Received(2), Received(31)),
        )
    ).statement
    assert told.expected
    assert [(row.store, row.expected, *row.systems) for row in told.expected.rows] == [
        ("Quận 3", "31", Of("0", "0", "all"), Of("30", "31", "—")),
        ("Quận 1", "31", Of("31", "31", "—"), Of("26", "26", "3, 5–7, 17")),
        ("Quận 7", "31", Of("2", "31", "—"), Of("31", "31", "—")),
    ]
    brief = told.brief.replace("\u00a0", " ")
    assert "missing: Quận 3 (sales all); Quận 1 (attendance 3, 5–7, 17) ·" in brief


def test_stores_of_which_nothing_is_missing_are_counted_where_they_are_many() -> None:
    complete = [StoreDays(f"Store {n}", 31, Received(31), Received(31)) for n in range(40)]
    told = shown(received(StoreDays("Quận 1", 31, Received(31), Received(26, MISSING)), *complete)).statement
    assert told.expected
    assert [row.store for row in told.expected.rows] == ["Quận 1"]
    assert told.expected.complete == "Of 40 more stores everything came, every day."
    assert shown(received(*complete[:2])).statement.brief.startswith(
        "sales came for 62 and attendance for 62 of 62 store-days · 43,118 rows ="
    )


def test_weekdays_that_are_taken_as_off_are_named() -> None:
    whole = Received(1), Received(1)
    stores = StoreDays("Quận 1", 27, *whole, (7,)), StoreDays("Quận 7", 31, *whole)
    facts = {fact.name: (fact.value, fact.detail) for fact in shown(received(*stores)).statement.facts}
    value, detail = facts["Weekdays taken as off"]
    assert (value, detail.partition(".")[0]) == ("1", "Quận 1: Sunday")
    assert "Weekdays taken as off" not in {fact.name for fact in shown(received(stores[1])).statement.facts}


def test_at_most_sixty_people_are_printed_and_the_rest_is_counted() -> None:
    people = shown(reviews.store(people=75)).people
    assert people is not None
    assert len(people.rows) == 60
    assert people.more == "15 more employees are not printed here."


def test_equal_scores_share_a_rank_and_no_score_has_none() -> None:
    review = reviews.store(people=4)
    scores = (Decimal(101), Decimal(99), Decimal(99), None)
    people = tuple(replace(member, score=score) for member, score in zip(review.people, scores, strict=True))
    told = shown(replace(review, people=people)).people
    assert told is not None
    assert [row.rank for row in told.rows] == ["1", "2", "2", "—"]


def test_a_column_that_nobody_has_is_left_out() -> None:
    review = reviews.store(people=3)
    people = tuple(replace(member, values={"net_sales": Decimal(7)}) for member in review.people)
    told = shown(replace(review, people=people)).people
    assert told is not None
    assert [column.name for column in told.columns] == ["Net sales"]


def test_members_are_compared_with_the_whole() -> None:
    review = reviews.chain()
    told = shown(review).parts
    assert told is not None
    assert (told.title, told.whole is not None) == ("Stores compared", True)
    assert [row.name for row in told.rows] == [member.group.name["vi"] for member in review.members]


def test_rows_and_amounts_add_up_or_say_by_how_much_they_do_not() -> None:
    review = reviews.store()
    accounts = shown(review).statement.accounts
    assert [account.verdict for account in accounts] == ["adds up"] * 3
    lost = replace(review.quality.totals[0], kept_rows=41_300)
    broken = replace(review, quality=replace(review.quality, totals=(lost,)))
    rows, amounts = shown(broken).statement.accounts
    assert (rows.balanced, rows.verdict) == (False, "off by 10")
    assert amounts.balanced


def test_net_sales_stand_exact_in_the_trend_and_the_statement() -> None:
    review = reviews.store()
    exact = EN.money(review.figures[0].actual or Decimal(0), "VND")
    told = shown(review)
    assert told.trends is not None
    assert told.trends.rows[-1].actual == exact
    assert exact in [fact.value for fact in told.statement.facts]


def test_unknown_codes_are_shown_rather_than_hidden() -> None:
    review = reviews.store()
    odd = replace(review, quality=replace(review.quality, reasons=(("moon_phase", 3),)))
    assert shown(odd).statement.reasons[0].text == "Another reason: moon_phase"


def test_what_exports_do_not_tell_apart_is_told_as_of_the_group_above() -> None:
    store = reviews.store()
    bar = Group("department", "nguyen_hue.bar", {"en": "Bar"}, (*store.group.parents, store.group.name))
    told = shown(replace(store, group=bar, members=())).statement
    assert told.whole.startswith("Rows, amounts and days are those of the whole store Nguyễn Huệ")
    assert told.brief.startswith("whole store Nguyễn Huệ · sales came for")
    # Sales that are nobody's are the store's as well: no share of the department's.
    facts = {fact.name: fact.detail for fact in told.facts}
    assert (facts["Net sales of the period"], facts["Net sales that belong to no employee"]) == ("Bar", "")
    own = {fact.name: fact.detail for fact in shown(store).statement.facts}
    assert "% of net sales" in own["Net sales that belong to no employee"]
    assert shown(store).statement.whole == ""


def test_many_reasons_are_told_where_a_page_may_break_them() -> None:
    review = reviews.store()
    many = replace(review.quality, reasons=tuple((f"code_{n}", 1) for n in range(40)))
    assert shown(review).statement.beside
    assert not shown(replace(review, quality=many)).statement.beside


def test_a_rate_of_nothing_says_what_there_was_none_of() -> None:
    review = reviews.store()
    nothing = [reviews.unmeasured(figure.kpi, "zero_denominator") for figure in review.figures]
    told = shown(replace(review, figures=tuple(nothing))).scorecard
    assert told
    notes = {row.name: row.note for kind in told.kinds for row in kind.rows}
    assert notes["Attendance rate"] == "No shift it could be counted on: is there a roster?"
    assert notes["Average transaction value"] == "No sale it could be counted on"
    assert notes["Service skill"] == "No rating of this came"
    assert notes["Net sales"] == "Nothing to divide by: the denominator is 0"
    assert not told.signalled
