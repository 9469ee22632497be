"""What was delivered for one store comes again for another: it counts once where it is the same, else it is told."""

from datetime import date
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.readmit import readmit
from flows.site import load_site
from tests.flows.chain import deliver, sale, small_site
from tests.flows.test_nightly import NOW, run

DAY = date(2026, 10, 5)
QUIET = PlainTeller(StringIO())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def night(site: Path) -> str:
    done, told = run(site)
    assert not done.errors
    return told


def by_store(site: Path) -> dict[str, int]:
    rows = Lake(site / "lake").rows("sales").group_by("store_id").agg(pl.col("net_amount").sum().cast(pl.Int64))
    return dict(rows.sort("store_id").collect().rows())


def till(store: str, *receipts: tuple[str, str, int, str]) -> list[str]:
    """Receipts of a store: number, time, amount, seller."""
    return [
        sale(store, DAY, number, amount, person=who).replace("09:30:00", at) for number, at, amount, who in receipts
    ]


ONE, TWO = ("r1", "09:31:07", 100, "NV1"), ("r2", "10:02:11", 50, "NV1")
NOBODYS = [("r1", "09:31:07", 100, ""), ("r2", "10:02:11", 50, "")]


@pytest.mark.parametrize(
    ("before", "after", "counts", "told"),
    [
        ([ONE, TWO], [ONE, TWO], {"HN02": 150}, "2 receipts came before in HN01 with the same moment"),
        ([ONE, TWO], [ONE], {"HN01": 50, "HN02": 100}, "1 receipts came before in HN01"),
        (NOBODYS, NOBODYS, {"HN02": 150}, "2 receipts came before in HN01"),
        (NOBODYS, NOBODYS[:1], {"HN01": 150, "HN02": 100}, "1 receipts have number and moment of receipts that are"),
        ([ONE, TWO], [ONE, ("r2", "10:02:11", 60, "NV1")], {"HN01": 50, "HN02": 160}, "that are held in HN01 (r2)"),
        # Two stores that number alike.
        ([ONE, TWO], [("r1", "09:31:08", 100, "NV1"), ("r2", "11:00:00", 50, "NV1")], {"HN01": 150, "HN02": 150}, ""),
        (NOBODYS, [*NOBODYS[:1], ("r2", "11:00:00", 7, "")], {"HN01": 150, "HN02": 107}, ""),
        ([("r1", "00:00:00", 100, "NV1")], [("r1", "00:00:00", 90, "NV1")], {"HN01": 100, "HN02": 90}, ""),
    ],
)
def test_receipts_that_come_again_for_another_store(
    site: Path,
    before: list[tuple[str, str, int, str]],
    after: list[tuple[str, str, int, str]],
    counts: dict[str, int],
    told: str,
) -> None:
    deliver(site, "sales/a.csv", [*till("HN01", *before), *till("Sao", ("r9", "08:00:00", 9, ""))])
    night(site)
    deliver(site, "sales/b.csv", [*till("HN02", *after), *till("Sao", ("r8", "08:00:00", 8, ""))])
    said = night(site)
    assert by_store(site) == counts
    assert told in said
    assert told or "HN01" not in said
    readmit(load_site(site), now=NOW, teller=QUIET)
    assert by_store(site) == counts, "read again, the older file undoes nothing"
    assert Ledger(site / "ledger.db").counted()["amount"].sum() == sum(counts.values())


def test_what_both_stores_have_in_one_file_are_two(site: Path) -> None:
    both = [*till("HN01", ONE), *till("HN02", ONE)]
    for name in ("a", "b"):
        deliver(site, f"sales/{name}.csv", [*both, *till("HN02", (f"r{name}", "12:00:00", 1, ""))])
        night(site)
    assert by_store(site) == {"HN01": 100, "HN02": 102}


def test_a_month_sheet_that_comes_again_after_a_late_move_counts_hours_once(site: Path) -> None:
    sheet, header = ["NV1,2026-10-05,8"], "employee_id,date,worked_hours"
    deliver(site, "attendance/a.csv", sheet, header)
    night(site)
    people = site / "people.csv"
    people.write_text(
        people.read_text("utf-8").replace(
            "HN01,2023-01-01,,1", "HN01,2023-01-01,2026-10-04,1\nNV1,Ánh,barista,bar,HN02,2026-10-05,,"
        ),
        "utf-8",
    )
    deliver(site, "attendance/b.csv", [*sheet, "NV1,2026-10-06,7"], header)
    assert "replaces 1 rows that came with attendance/a.csv" in night(site)
    held = Lake(site / "lake").rows("clockings").select("store_id", pl.col("stated_hours").cast(pl.Int64)).collect()
    assert sorted(held.rows()) == [("HN02", 7), ("HN02", 8)]


@pytest.mark.parametrize(("torn", "amount"), [("r9", 60), ("r1", 100)])
def test_a_receipt_that_lost_lines_is_corrected_unless_they_may_be_among_those_kept_out(
    site: Path, torn: str, amount: int
) -> None:
    lines = [sale("HN01", DAY, "r1", 60), sale("HN01", DAY, "r1", 40, product="tea")]
    deliver(site, "sales/a.csv", lines)
    night(site)
    deliver(site, "sales/b.csv", [lines[0], sale("HN01", DAY, torn, 5).replace(",5,0,", ",S,0,")])
    said = night(site)
    assert by_store(site) == {"HN01": amount}
    assert ("1 receipts lost rows that may be among those kept out of this file (r1)" in said) == (torn == "r1")


CLOCKED, PLANNED = "store_id,employee_id,clock_in,clock_out", "store_id,employee_id,date,shift_start,shift_end"
PUNCHED, STATED = "store_id,employee_id,punched_at", "store_id,employee_id,date,worked_hours"


@pytest.mark.parametrize(
    ("header", "ends", "held", "told"),
    [
        (CLOCKED, [["T08:00:00,2026-10-05T16:00:00"]] * 2, ["HN02"], "replaces 1 rows that came with"),
        (CLOCKED, [["T08:00:00,2026-10-05T16:00:00"], ["T09:00:00,2026-10-05T16:00:00"]], ["HN01", "HN02"], ""),
        (PLANNED, [[",08:00,16:00"]] * 2, ["HN02"], "replaces 1 rows that came with"),
        (PUNCHED, [["T08:00:00", "T16:00:00"]] * 2, ["HN02", "HN02"], "replaces 2 rows that came with"),
        (STATED, [[",4"]] * 2, ["HN01", "HN02"], "as they are held in another store (NV1 in HN02 on 2026-10-05): both"),
    ],
)
def test_what_a_person_did_in_one_store_comes_again_for_another(
    site: Path, header: str, ends: list[list[str]], held: list[str], told: str
) -> None:
    for store, told_ends in zip(("HN01", "HN02"), ends, strict=True):
        deliver(site, f"attendance/{store}.csv", [f"{store},NV1,2026-10-05{end}" for end in told_ends], header)
        said = night(site)
    table = {CLOCKED: "clockings", STATED: "clockings", PLANNED: "roster", PUNCHED: "punches"}[header]
    assert told in said
    assert told or "NV1" not in said
    for _ in range(2):
        assert Lake(site / "lake").rows(table).collect()["store_id"].sort().to_list() == held
        readmit(load_site(site), now=NOW, teller=QUIET)
