"""Taking in again what lies in the archive, and tracing figures to rows: once, in the order of arrival."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from flows.cli import main
from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.accounts import Accounts
from flows.nightly import nightly
from flows.readmit import readmit, rebuild
from flows.site import load_site
from flows.summary import night_lines
from flows.timeline import Timeline
from tests.flows.chain import deliver, sale, small_site

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
DAY, OCTOBER = date(2026, 10, 5), date(2026, 10, 1)
QUIET = PlainTeller(StringIO())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def night(site: Path) -> str:
    loaded = load_site(site)
    return "\n".join(night_lines(loaded, nightly(loaded, now=NOW, teller=QUIET)))


def held(site: Path) -> dict[str, int]:
    rows = Lake(site / "lake").rows("sales").group_by("receipt_id").agg(pl.col("net_amount").sum().cast(pl.Int64))
    return dict(rows.sort("receipt_id").collect().rows())


def statement(site: Path) -> tuple[int, ...]:
    """Rows delivered, kept, quarantined, re-delivered, superseded."""
    accounts = Accounts(load_site(site), Lake(site / "lake"), Ledger(site / "ledger.db"), OCTOBER)
    t = accounts.quality(None).totals[0]
    return t.delivered_rows, t.kept_rows, t.quarantined_rows, t.redelivered_rows, t.superseded_rows


def learn(site: Path, spelling: str) -> None:
    stores = site / "stores.csv"
    stores.write_text(stores.read_text("utf-8").replace("CH Cầu Giấy", f"CH Cầu Giấy|{spelling}"), "utf-8")


def test_what_was_kept_out_is_taken_in_once_and_undoes_nothing_newer(site: Path) -> None:
    deliver(site, "sales/0.csv", [sale("HN01", DAY, "r1", 1_000)])
    night(site)
    old = [sale("Sao", DAY, "r9", 9_000), sale("HN01", DAY, "r1", 2_000), sale("HN01", DAY, "r2", 2_000)]
    deliver(site, "sales/a.csv", old)
    night(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r2", 3_000), sale("HN01", DAY, "r3", 4_000)])
    night(site)
    learn(site, "Sao")
    again, said = readmit(load_site(site), now=NOW, teller=QUIET)
    assert not again.errors
    assert said == "Readmitted: of 1 rows and 0 files that had been kept out, 0 rows and 0 files still are."
    assert held(site) == {"r1": 2_000, "r2": 3_000, "r3": 4_000, "r9": 9_000}
    assert statement(site) == (6, 4, 0, 0, 2)
    assert readmit(load_site(site), now=NOW, teller=QUIET)[0].outcomes == []
    assert main(["readmit", str(site)]) == 0


@pytest.mark.parametrize(
    ("stores", "counts"),
    [
        ({"CH Cầu Giấy": "Sao", "01-01,,\n": "01-01,,CH Cầu Giấy\n"}, {"r1": 1_000, "r9": 9_000}),
        ({"CH Cầu Giấy": "Khác"}, {}),
    ],
)
def test_rows_that_lie_under_names_of_an_earlier_reading_go(
    site: Path, stores: dict[str, str], counts: dict[str, int]
) -> None:
    deliver(site, "sales/a.csv", [sale("CH Cầu Giấy", DAY, "r1", 1_000), sale("Sao", DAY, "r9", 9_000)])
    night(site)
    text = (site / "stores.csv").read_text("utf-8")
    for old, new in stores.items():
        text = text.replace(old, new)
    (site / "stores.csv").write_text(text, "utf-8")
    readmit(load_site(site), now=NOW, teller=QUIET)
    assert held(site) == counts
    assert Ledger(site / "ledger.db").counted()["amount"].sum() == sum(counts.values())


def test_a_refused_file_is_tried_again(site: Path) -> None:
    deliver(site, "sales/own.csv", [f"HN01,{DAY} 09:00,r1,50"], "Quầy,Lúc,Phiếu,Tiền")
    night(site)
    assert list((site / "quarantine/files").iterdir())
    again, said = readmit(load_site(site), now=NOW, teller=QUIET)
    assert said.endswith("0 rows and 1 files still are.")
    assert [outcome.state for outcome in again.outcomes] == ["refused"]
    assert again.refused


def test_a_row_that_comes_well_with_another_file_is_quarantined_no_more(site: Path) -> None:
    deliver(
        site,
        "sales/a.csv",
        [sale("HN01", DAY, "r1", 1_000).replace(",1000,0,", ",1O00,0,"), sale("HN01", DAY, "r2", 5)],
    )
    night(site)
    assert statement(site) == (2, 1, 1, 0, 0)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 1_000)])
    night(site)
    assert statement(site) == (3, 2, 0, 0, 1)


def test_the_bytes_of_before_a_correction_undo_nothing_and_that_is_told(site: Path) -> None:
    first, second = (deliver(site, f"sales/{n}.csv", [sale("HN01", DAY, "r1", n)]) for n in (1, 2))
    old, newer = first.read_bytes(), second.read_bytes()
    assert "replaced since" not in night(site)
    for again, told in (({"1": old}, True), ({"1": old, "2": newer}, False), ({"2": newer}, False)):
        for name, content in again.items():
            (site / f"inbox/sales/{name}.csv").write_bytes(content)
        assert ("1 rows of it were replaced since by sales/2.csv" in night(site)) == told
        assert held(site) == {"r1": 2}


def test_accounts_that_do_not_tie_with_the_lake_are_an_error(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 100)])
    night(site)
    Ledger(site / "ledger.db").say("UPDATE control SET rows = 2")
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r2", 5)])
    assert main(["nightly", str(site)]) == 1
    said = "sales 2026-10: 3 rows and 105.0000 by the accounts, 2 and 105.0000 in the lake"
    assert said in "".join(capsys.readouterr())


def test_days_of_one_row_are_held_back_each_and_mended_each(site: Path) -> None:
    days = "employee_id," + ",".join(f"2026-10-0{day}" for day in range(1, 8))
    deliver(site, "attendance/month.csv", [f"NV9{',08:00 17:00' * 7}", f"NV1{',08:00 17:00' * 7}"], days)
    assert "28 delivered = 14 kept + 14 quarantined" in night(site)
    people = site / "people.csv"
    people.write_text(
        people.read_text("utf-8").replace("NV1,Ánh", "NV9,Ân,barista,bar,HN01,2023-01-01,,\nNV1,Ánh"), "utf-8"
    )
    deliver(site, "attendance/one.csv", ["HN01,NV9,2026-10-02 08:00"], "store_id,employee_id,punched_at")
    night(site)
    waiting = Ledger(site / "ledger.db").asked(
        "SELECT business_date, count(*) FROM held_back WHERE mended_by IS NULL GROUP BY 1"
    )
    assert waiting == [(f"2026-10-0{day}", 2) for day in (1, 3, 4, 5, 6, 7)]


def test_rows_of_a_log_without_header_are_quarantined(site: Path) -> None:
    deliver(
        site,
        "attendance/1_attlog.dat",
        ["    77\t2026-10-05 17:00:00\t1\t1\t1\t0"],
        "    1\t2026-10-05 08:00:00\t1\t0\t1\t0",
    )
    assert "2 delivered = 1 kept + 1 quarantined" in night(site)


def test_files_that_correct_each_other_keep_their_order_and_their_accounts(site: Path) -> None:
    deliver(
        site,
        "sales/a.csv",
        [sale("HN01", DAY, "r1", 100), *(sale("Sao", DAY, f"r{n}", n) for n in (8, 9))],
    )
    night(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 90), sale("HN01", DAY, "r9", 9), sale("Mây", DAY, "r7", 7)])
    night(site)
    before = statement(site)
    for _ in range(2):
        readmit(load_site(site), now=NOW, teller=QUIET)
        assert (statement(site), held(site)) == (before, {"r1": 90, "r9": 9})
    assert before == (6, 2, 2, 0, 2)


def test_rows_that_are_read_otherwise_have_changed_the_month_though_as_many(site: Path) -> None:
    products = site / "products.csv"
    products.write_text("product_id,product_name,unit_cost\nlatte,Latte,10\n", "utf-8")
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 100), sale("Sao", DAY, "r9", 9)])
    night(site)
    timeline = Timeline(Ledger(site / "ledger.db"))
    since = timeline.now()
    for cost, changed in ((10, 0), (60, 1)):
        products.write_text(f"product_id,product_name,unit_cost\nlatte,Latte,{cost}\n", "utf-8")
        readmit(load_site(site), now=NOW, teller=QUIET)
        assert timeline.touched(since, [OCTOBER])["rows"].sum() == changed


@pytest.mark.parametrize("damage", ["empty", "half", "gone"])
def test_a_torn_lake_is_told_and_made_anew_with_the_same_totals(
    site: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 1_000), sale("HN02", DAY, "r2", 5, person="NV2")])
    night(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 2_000)])
    night(site)
    before, version = held(site), Ledger(site / "ledger.db").months()
    commit = max((site / "lake/sales/_delta_log").glob("*.json"))
    if damage == "gone":
        next((site / "lake/sales").rglob("part-*.parquet")).unlink()
        for path in (site / "lake/sales").rglob("part-*.parquet"):
            path.unlink()
    else:
        commit.write_bytes(b"" if damage == "empty" else commit.read_bytes()[:-40])
    assert main(["nightly", str(site)]) == 7
    assert "kpi rebuild" in capsys.readouterr().err
    again, differences = rebuild(load_site(site), now=NOW, teller=QUIET)
    assert (again.errors, differences) == ([], [])
    assert held(site) == before
    assert Ledger(site / "ledger.db").months() == version


def test_a_receipt_that_moved_far_counts_once_and_a_number_used_again_twice(site: Path) -> None:
    deliver(
        site, "sales/a.csv", [sale("HN01", date(2026, 1, 10), "r1", 1_000), sale("HN01", date(2026, 1, 10), "r2", 5)]
    )
    night(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 1_000), sale("HN01", DAY, "r2", 70)])
    told = night(site)
    assert held(site) == {"r1": 1_000, "r2": 75}
    assert "1 receipt numbers are held with other lines on other days (r2)" in told


def test_a_till_that_numbers_anew_each_day_loses_no_day(site: Path) -> None:
    for day in (5, 6, 7):
        deliver(site, f"sales/{day}.csv", [sale("HN01", date(2026, 10, day), f"r{n}", 10 * day + n) for n in (1, 2)])
        told = night(site)
    assert held(site) == {"r1": 183, "r2": 186}
    assert "2 receipt numbers are held with other lines on other days (r1, r2)" in told
    deliver(site, "sales/again.csv", [sale("HN01", date(2026, 10, 6), "r1", 50)])
    assert "replaces 1 rows that came with sales/6.csv" in night(site)
    assert held(site) == {"r1": 172, "r2": 186}


def test_a_till_that_is_delivered_under_two_systems_is_told(site: Path) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 1_000)])
    night(site)
    lake = Lake(site / "lake")
    rows = lake.rows("sales").collect().with_columns(system=pl.lit("other"), file_id=pl.lit("x"))
    lake.commit("sales", lake.restate("sales", rows), "x")
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r2", 500)])
    assert "two systems" not in night(site)
    deliver(site, "sales/c.csv", [sale("HN01", DAY, "r2", 0), "HN01,2026-10-05T08:00:00,r0,NV1,tea,0,0,0,0"])
    assert "two systems" not in night(site), "another number of receipts"
