"""A month's reviews: every figure reconciles to the rows delivered, and the same content is printed once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pypdfium2
import pytest

from flows.cli import main
from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
from flows.nightly import nightly
from flows.review import Asked, NothingToReview, Reviewed, review
from flows.site import load_site
from reports.review import Review, Status
from tests.flows.chain import SALES_HEADER, deliver, month_of_sales, sale, small_site

OCTOBER = date(2026, 10, 1)
NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
QUIET = PlainTeller(StringIO())
CLOCKINGS = "store_id,employee_id,clock_in,clock_out"
ROSTER = "employee_id,store_id,date,shift_start,shift_end"


def days(month: date, hours: str = "08:00:00,{day}T16:00:00") -> list[str]:
    return [f"HN01,1,{day}T{hours.format(day=day)}" for day in (month.replace(day=n) for n in range(1, 29))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_site(tmp_path_factory.mktemp("review") / "site")
    month_of_sales(folder, OCTOBER.replace(year=2025), amount=80_000)
    month_of_sales(folder, OCTOBER, amount=100_000)
    leaver = sale("HN02", date(2026, 10, 9), "left", 70_000, person="NV3")
    deliver(folder, "sales/late.csv", [leaver, sale("HN01", date(2026, 10, 2), "HN01-2026-10-02-1", 90_000)])
    deliver(folder, "sales/more.csv", ["HN09,2026-10-03T09:00:00,x,NV1,latte,1,5,0,5", leaver.replace("left", "b")])
    deliver(folder, "sales/void.csv", [f"{sale('HN02', date(2026, 10, 9), 'v', 8_000)},void"], f"{SALES_HEADER},kind")
    deliver(folder, "attendance/clock.csv", days(OCTOBER), CLOCKINGS)
    shifts = [f"NV1,HN01,{OCTOBER.replace(day=n)},08:00,16:00" for n in range(1, 31)]
    deliver(folder, "attendance/roster.csv", shifts, ROSTER)
    nightly(load_site(folder), now=NOW, teller=QUIET)
    return folder


@pytest.fixture(scope="module")
def reviews(site: Path) -> dict[str, Review]:
    composed = compose(load_site(site), Lake(site / "lake"), Ledger(site / "ledger.db"), OCTOBER)
    return {r.group.id: r for r in composed}


def printed(site: Path, *groups: str) -> Reviewed:
    return review(load_site(site), Asked(OCTOBER, groups), teller=QUIET)


def actual(view: Review, kpi: str) -> Decimal | None:
    return next(f.actual for f in view.figures if f.kpi.id == kpi)


def test_every_level_that_the_site_asks_for_is_reviewed(reviews: dict[str, Review]) -> None:
    assert list(reviews) == ["tiny", "north", "HN01", "HN02", "HN01.bar", "HN02.bar"]
    assert reviews["HN01.bar"].group.parents[-1]["vi"] == "Cầu Giấy"
    assert reviews["HN01"].group.manager == "Ánh"
    assert reviews["north"].group.name == {"vi": "Miền Bắc", "en": "North"}


def test_net_sales_are_the_rows_that_count(reviews: dict[str, Review]) -> None:
    assert actual(reviews["HN01"], "net_sales") == 62 * 100_000 - 10_000
    assert actual(reviews["HN02"], "net_sales") == 62 * 100_000 + 2 * 70_000
    assert actual(reviews["tiny"], "net_sales") == 124 * 100_000 - 10_000 + 140_000


def test_growth_target_and_status_stand_beside_the_same_month_last_year(reviews: dict[str, Review]) -> None:
    chain = next(f for f in reviews["tiny"].figures if f.kpi.id == "net_sales")
    assert chain.same_period == 124 * 80_000
    assert chain.target == Decimal("1.2") * 124 * 80_000
    assert chain.status is Status.MET
    assert chain.history[-1] == chain.actual
    assert chain.history[0] == chain.same_period
    store = next(f for f in reviews["HN01"].figures if f.kpi.id == "net_sales")
    assert [store.target, store.weight] == [Decimal(3_000_000), Decimal(60)]


def test_attendance_and_sales_meet_in_one_figure(reviews: dict[str, Review]) -> None:
    assert actual(reviews["HN01"], "attendance_rate") == 1
    # The three days without clockings give no hours, so their sales are not divided either.
    hourly = Decimal(56 * 100_000 - 10_000) / (28 * 8)
    assert actual(reviews["HN01"], "sales_per_labour_hour") == hourly.quantize(Decimal("1e-8"))


def test_what_was_not_measured_says_why_and_never_reads_zero(reviews: dict[str, Review]) -> None:
    hours = next(f for f in reviews["HN02"].figures if f.kpi.id == "sales_per_labour_hour")
    assert (hours.actual, hours.status, hours.reason) == (None, Status.NOT_MEASURED, "no_attendance")
    assert reviews["HN02"].score.measured_weight < 100


def test_a_leavers_sales_stay_with_the_store_and_belong_to_nobody(reviews: dict[str, Review]) -> None:
    assert reviews["HN02"].quality.unattributed_amount == 140_000
    assert actual(reviews["HN02.bar"], "net_sales") == 62 * 100_000
    assert "NV3" not in {member.group.id for member in reviews["HN02"].people}


def test_the_statement_accounts_for_every_row_and_amount(reviews: dict[str, Review]) -> None:
    chain = next(t for t in reviews["tiny"].quality.totals if t.table == "sales")
    assert (chain.delivered_rows, chain.kept_rows, chain.quarantined_rows) == (129, 127, 1)
    assert chain.superseded_rows == 1
    parts = (chain.kept_amount, chain.quarantined_amount, chain.redelivered_amount, chain.superseded_amount)
    assert chain.delivered_amount == sum(part for part in parts if part is not None)
    assert reviews["tiny"].quality.voided_amount == 8_000
    assert chain.kept_amount == (actual(reviews["tiny"], "net_sales") or 0) + 8_000
    assert reviews["tiny"].quality.reasons == (("unknown_store", 1),)
    store = reviews["HN01"].quality
    assert (store.store_days_open, store.store_days_with_sales, store.store_days_with_attendance) == (31, 31, 28)
    # A clocking of each day but three; sales came in one file, and its correction in another.
    (days,) = store.stores
    assert (days.open, days.sales.missing, len(days.attendance.missing)) == (31, (), 3)
    assert days in reviews["tiny"].quality.stores


def test_reviews_are_printed_once_per_content_and_to_the_same_bytes(site: Path) -> None:
    first = printed(site, "HN01", "north")
    assert [p.name for p in first.rendered] == [
        f"{group}.{code}.{form}"
        for group in ("region-north", "store-HN01")
        for code in ("en", "vi")
        for form in ("html", "pdf", "xlsx")
    ]
    before = {p: p.read_bytes() for p in first.rendered}
    again = printed(site, "HN01", "north")
    assert (list(again.rendered), sorted(again.unchanged)) == ([], sorted(first.rendered))
    first.rendered[0].write_bytes(b"damaged")
    first.rendered[1].unlink()
    mended = printed(site, "HN01", "north")
    assert sorted(mended.rendered) == sorted(first.rendered[:2])
    assert {p: p.read_bytes() for p in before} == before


def test_the_pdf_says_what_the_view_model_says(site: Path) -> None:
    printed(site, "HN01")
    pdf = pypdfium2.PdfDocument(site / "reviews" / "2026-10" / "store-HN01.vi.pdf")
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdf).replace("\u00a0", " ")
    for words in ("Cầu Giấy", "Tháng 10/2026", "6.190.000", "Chuỗi Tí Hon"):
        assert words in text


def test_a_month_without_data_is_told_with_the_months_there_are(site: Path) -> None:
    with pytest.raises(NothingToReview, match=r"nothing to review for 2024-01; .* 2025-10, 2026-10"):
        review(load_site(site), Asked(date(2024, 1, 1)), teller=QUIET)
    assert main(["review", str(site), "2024-01"]) == 6


def test_an_unknown_group_is_told_with_the_groups_there_are(site: Path) -> None:
    with pytest.raises(NothingToReview, match=r"No reviewed group is called 'HN77'; allowed are HN01, .*tiny"):
        printed(site, "HN77")


def test_a_language_may_be_asked_for_by_itself(site: Path) -> None:
    asked = Asked(OCTOBER, ["HN02"], ["en"], ["pdf"])
    assert [p.name for p in review(load_site(site), asked, teller=QUIET).rendered] == ["store-HN02.en.pdf"]
    with pytest.raises(NothingToReview, match="No language is called 'fr'; allowed are en, vi"):
        review(load_site(site), Asked(OCTOBER, (), ["fr"]), teller=QUIET)


def test_the_first_page_says_what_came_of_it_and_no_more_than_the_history_allows(reviews: dict[str, Review]) -> None:
    assert [told.key for told in reviews["HN01"].story] == ["three.result.met", "three.why.unknown"]
    assert reviews["HN01"].alarms is None


def test_what_moved_adds_up_to_the_change_of_the_net_sales_shown(reviews: dict[str, Review]) -> None:
    for name in ("tiny", "north", "HN01", "HN02"):
        sales = next(f for f in reviews[name].figures if f.kpi.id == "net_sales")
        moved = reviews[name].moved
        assert moved is not None
        assert sum(part.amount for part in moved.parts) == (sales.actual or 0) - (sales.same_period or 0)


def test_a_format_may_be_asked_for_by_itself(site: Path) -> None:
    asked = Asked(OCTOBER, ["HN02"], ["vi"], ["xlsx", "html"])
    made = review(load_site(site), asked, teller=QUIET)
    assert {p.suffix for p in (*made.rendered, *made.unchanged)} == {".html", ".xlsx"}
    with pytest.raises(NothingToReview, match="No format is called 'docx'; allowed are html, pdf, xlsx"):
        review(load_site(site), Asked(OCTOBER, (), (), ["docx"]), teller=QUIET)
    assert main(["review", str(site), "2026-10", "--group", "HN02", "--format", "xlsx"]) == 0


def test_days_add_up_to_the_month(reviews: dict[str, Review]) -> None:
    for name in ("tiny", "north", "HN01", "HN02"):
        days = reviews[name].days
        assert [day.day for day in days] == sorted(OCTOBER.replace(day=n) for n in range(1, 32))
        assert sum(day.net_sales for day in days if day.net_sales is not None) == actual(reviews[name], "net_sales")
    assert reviews["HN01"].days[30].worked_hours is None
    assert reviews["HN01.bar"].days == ()
