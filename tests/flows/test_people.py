"""People in reviews: each store its part, a person the whole, averages of enough people, pay for those entitled."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
from flows.nightly import nightly
from flows.review import Asked, review
from flows.site import load_site
from reports.fairness import Payout, Workplace
from reports.review import Review
from tests.flows.chain import KPI_TOML, PEOPLE, SCORECARDS, TARGETS, deliver, month_of_sales, sale, small_site
from transforms.problem import BadSite

OCTOBER = date(2026, 10, 1)
NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
QUIET = PlainTeller(StringIO())
MOVED = PEOPLE.replace("NV1,Ánh,barista,bar,HN01,2023-01-01,,1", "NV1,Ánh,barista,bar,HN01,2023-01-01,2026-10-20,1")
MOVED += "NV1,Ánh,barista,bar,HN02,2026-10-21,,\n"
PAY = "[pay]\npoints = [{ score = 50, payout = 0 }, { score = 100, payout = 1 }]\n"


def made(folder: Path, privacy: str = "", until: int = 31) -> Path:
    site = small_site(folder)
    (site / "people.csv").write_text(MOVED, encoding="utf-8")
    (site / "kpi.toml").write_text(f"{KPI_TOML}\n[privacy]\n{privacy}\n", encoding="utf-8")
    (site / "scorecards.toml").write_text(f"{SCORECARDS}\n{PAY}", encoding="utf-8")
    (site / "targets.csv").write_text(f"{TARGETS}attendance_rate,person,,2026-01,absolute,100%\n", encoding="utf-8")
    month_of_sales(site, OCTOBER.replace(year=2025), amount=80_000)
    days = [OCTOBER.replace(day=n) for n in range(1, until + 1)]
    sales = [sale("HN01" if n <= 20 else "HN02", day, f"a{day}", 100_000) for n, day in enumerate(days, 1)]
    sales += [sale("HN02", day, f"b{day}", 50_000, person="NV2") for day in days]
    deliver(site, "sales/october.csv", sales)
    came = [("HN01" if n <= 20 else "HN02", "NV1", day) for n, day in enumerate(days, 1) if n != 25]
    came += [("HN02", "NV2", day) for day in days]
    clocked = [f"{store},{who},{day}T08:00:00,{day}T16:00:00" for store, who, day in came]
    deliver(site, "attendance/clock.csv", clocked, "store_id,employee_id,clock_in,clock_out")
    roster = [f"NV1,{'HN01' if n <= 20 else 'HN02'},{d},08:00,16:00" for n, d in enumerate(days, 1)]
    deliver(site, "attendance/roster.csv", roster, "employee_id,store_id,date,shift_start,shift_end")
    nightly(load_site(site), now=NOW, teller=QUIET)
    return site


def composed(site: Path, *asked: str, today: date | None = None) -> dict[str, Review]:
    found = compose(load_site(site), Lake(site / "lake"), Ledger(site / "ledger.db"), OCTOBER, asked, today=today)
    return {view.group.id: view for view in found}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("people") / "site", 'smallest_group = 2\npay_shown_to = ["barista"]')


@pytest.fixture(scope="module")
def views(site: Path) -> dict[str, Review]:
    return composed(site, "NV1", "NV2", "barista")


def sold(view: Review) -> dict[str, Decimal | None]:
    return {member.group.id: member.values.get("net_sales") for member in view.people}


def test_each_store_shows_what_was_done_there_and_the_person_both(views: dict[str, Review]) -> None:
    assert sold(views["HN01"]) == {"NV1": 2_000_000}
    assert sold(views["HN02"]) == {"NV1": 1_100_000, "NV2": 1_550_000}
    assert sold(views["HN01.bar"]) == sold(views["HN01"])
    assert [member.values["worked_hours"] for member in views["HN01"].people] == [20 * 8]
    told = views["NV1"].personal
    assert told is not None
    assert told.workplaces == (
        Workplace({"vi": "Cầu Giấy", "en": "Cầu Giấy"}, Decimal(2_000_000), Decimal(160)),
        Workplace({"vi": "Hồ Tây", "en": "Hồ Tây"}, Decimal(1_100_000), Decimal(80)),
    )
    assert {f.kpi.id: f.actual for f in views["NV1"].figures}["net_sales"] == 3_100_000


def test_the_scores_of_a_person_are_the_same_wherever_she_stands(views: dict[str, Review]) -> None:
    scores = {m.score for name in ("HN01", "HN02", "barista") for m in views[name].people if m.group.id == "NV1"}
    assert scores == {views["NV1"].score.value}


def test_a_position_compares_its_people(views: dict[str, Review]) -> None:
    assert sold(views["barista"]) == {"NV1": 3_100_000, "NV2": 1_550_000}
    assert (views["barista"].group.level, views["barista"].group.name["vi"]) == ("position", "Pha chế")


def test_persons_stand_beside_the_average_of_their_position(views: dict[str, Review]) -> None:
    peers = {f.kpi.id: f.peers for f in views["NV1"].figures}
    assert peers["net_sales"] == 4_650_000 / Decimal(2)
    assert peers["average_transaction_value"] == Decimal(75_000)


def test_absence_is_context_and_pay_is_for_those_entitled(views: dict[str, Review]) -> None:
    one, other = views["NV1"].personal, views["NV2"].personal
    assert one is not None
    assert one.absence is not None
    assert (one.absence.spells, one.absence.shifts, one.absence.bradford) == (1, 1, 1)
    assert views["NV1"].score.value == Decimal("96.8")
    assert one.payout == Payout(Decimal("0.936"), Decimal("0.916"), Decimal("0.956"))
    assert other is not None
    assert other.payout is None


def test_of_few_people_no_average_is_shown_and_pay_is_shown_to_nobody_by_default(tmp_path: Path) -> None:
    view = composed(made(tmp_path / "site"), "NV1")["NV1"]
    assert view.personal is not None
    assert (view.personal.peers, view.personal.payout) == (0, None)
    assert {figure.peers for figure in view.figures} == {None}


def test_a_person_is_printed_when_asked_for_by_id(site: Path) -> None:
    found = review(load_site(site), Asked(OCTOBER, ["NV1"], ["vi"], ["pdf"]), teller=QUIET)
    assert [path.name for path in found.rendered] == ["person-NV1.vi.pdf"]
    assert "NV1" not in composed(site)


def test_a_running_month_is_compared_with_the_same_days_and_paced(tmp_path: Path) -> None:
    site = made(tmp_path / "site", until=10)
    view = composed(site)["HN01"]
    found = view.comparison
    assert found is not None
    assert found.until == date(2026, 10, 10)
    assert [(row.basis, row.days, row.now, row.before) for row in found.rows] == [
        ("calendar", 10, Decimal(1_000_000), Decimal(1_600_000)),
        ("weekday", 10, Decimal(1_000_000), Decimal(1_600_000)),
    ]
    assert found.pace is not None
    assert (found.pace.actual, found.pace.target) == (Decimal(1_000_000), Decimal(3_000_000))
    # Every day sold alike last year: ten of 31 days are due.
    assert found.pace.due == (Decimal(3_000_000) * 10 / 31).quantize(Decimal("1e-8"))
    # Page one judges by the same days and by what is due, and explains nothing before the month is over.
    sales = next(figure for figure in view.figures if figure.kpi.id == "net_sales")
    assert (sales.same_period, sales.actual) == (Decimal(1_600_000), Decimal(1_000_000))
    assert sales.target == pytest.approx(found.pace.due, rel=Decimal("1e-7"))
    assert [sentence.key for sentence in view.story] == ["three.result.so_far"]
    assert (view.moved, view.alarms, view.proposals) == (None, None, ())
    # In November it is over, whatever did not come: nothing is due of it but the whole.
    over = composed(site, today=date(2026, 11, 1))["HN01"]
    sales = next(figure for figure in over.figures if figure.kpi.id == "net_sales")
    assert (sales.same_period, sales.target) == (Decimal(80_000 * 62), Decimal(3_000_000))
    assert over.comparison is None or over.comparison.pace is None


def test_nothing_is_compared_with_a_month_in_which_data_began(tmp_path: Path) -> None:
    """Of October 2025 only the last twelve days came: neither it nor its days of the week are a year to grow from."""
    site = small_site(tmp_path / "site")
    days = [date(2025, 10, day) for day in range(20, 32)]
    deliver(site, "sales/first.csv", [sale("HN01", day, f"{day}", 90_000) for day in days])
    for month in (date(2025, 11, 1), OCTOBER):
        month_of_sales(site, month)
    nightly(load_site(site), now=NOW, teller=QUIET)
    view = composed(site)["HN01"]
    growth = next(figure for figure in view.figures if figure.kpi.id == "sales_growth")
    assert (view.comparison, view.moved, growth.actual, growth.reason) == (None, None, None, "no_same_period")
    assert growth.history[1:] == (None,) * 12


def test_stores_above_are_compared_as_the_sum_of_their_stores(views: dict[str, Review]) -> None:
    chain, parts = views["tiny"].comparison, [views["HN01"].comparison, views["HN02"].comparison]
    assert chain is not None
    assert (chain.stores, chain.same_stores, chain.until) == (2, 2, None)
    assert chain.rows[0].now == sum(part.rows[0].now or 0 for part in parts if part)
    assert chain.rows[0].growth == {f.kpi.id: f.actual for f in views["tiny"].figures}["sales_growth"]


def test_pay_for_a_position_that_is_not_declared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSite, match=r"privacy\.pay_shown_to, position: 'chef' is not declared"):
        made(tmp_path / "site", 'pay_shown_to = ["chef"]')
