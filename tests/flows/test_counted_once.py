"""What a file tells over again, of which day receipts are, and of which store the hours of people."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.readmit import readmit
from flows.site import load_site
from tests.flows.chain import deliver, sale, small_site
from tests.flows.test_nightly import NOW, run
from tests.method.worlds import table
from transforms.receipts import once
from transforms.tables import CLOCKINGS, RATINGS, SALES, Table

DAY = date(2026, 10, 5)


def sold(*receipts: str, store: str = "q1") -> pl.DataFrame:
    """A receipt is a word of its number and its lines: each letter is a product."""
    lines = [(receipt[0], product) for receipt in receipts for product in receipt[1:]]
    rows = [{"receipt_id": number, "product_id": product, "net_amount": 30} for number, product in lines]
    return table(SALES.columns, [{"system": "till", "store_id": store, "business_date": DAY, **row} for row in rows])


FIVE = ("1ab", "2a", "3bb", "4c", "5a")


@pytest.mark.parametrize(
    ("rows", "counts", "again", "doubtful"),
    [
        (sold(*FIVE), 7, 0, []),
        (sold(*FIVE, *FIVE), 7, 7, []),
        (sold("1aabb", "2aa", "3bbbb", "4cc", "5aa"), 14, 0, [(5, 5)]),  # pieces of five sales, or sorted since
        (sold(*FIVE, *FIVE, *FIVE), 7, 14, []),
        (sold("1aa"), 2, 0, []),  # two of the same drink
        (sold("1aa", "2b"), 3, 0, []),
        (sold("1aa", "2bb"), 4, 0, [(2, 2)]),
        (sold(*FIVE, *FIVE[:4]), 13, 0, [(4, 5)]),
        (sold(*FIVE, *FIVE, "6a"), 8, 7, []),
        (sold(*FIVE, *FIVE, "6a", "7a", "8a", "9a", "Aa", "Ba"), 20, 0, [(5, 11)]),
        (pl.concat([sold(*FIVE), sold(*FIVE), sold("6a", store="q2")]), 8, 7, []),  # a sheet of all, and one of q1
        (pl.concat([sold(*FIVE[:4], store=store) for store in ("q1", "q2") for _ in "ab"]), 12, 12, []),
    ],
)
def test_receipts_that_a_file_tells_over_again(
    rows: pl.DataFrame, counts: int, again: int, doubtful: list[tuple[int, int]]
) -> None:
    found = once(SALES, rows)
    assert (found.rows.height, found.again.height) == (counts, again)
    assert found.doubtful.select("repeated", "of").rows() == doubtful if doubtful else found.doubtful.is_empty()
    assert found.rows.select(SALES.content).unique().height == rows.select(SALES.content).unique().height


def stated(known: Table, of: str, times: int, **more: object) -> pl.DataFrame:
    people = [f"NV{n}" for n in range(6)] * times
    return table(known.columns, [{"employee_id": who, "business_date": DAY, of: 4, **more} for who in people])


@pytest.mark.parametrize(
    ("known", "rows", "names"),
    [
        (CLOCKINGS, stated(CLOCKINGS, "stated_hours", 2), 6),  # it may be two halves of each day
        (CLOCKINGS, stated(CLOCKINGS, "stated_hours", 1), 0),
        (CLOCKINGS, stated(CLOCKINGS, "stated_hours", 2).head(4), 0),
        (RATINGS, stated(RATINGS, "value", 3, measure="tips"), 6),
    ],
)
def test_values_that_a_file_states_more_than_once_throughout_are_told(
    known: Table, rows: pl.DataFrame, names: int
) -> None:
    found = once(known, rows)
    assert (found.rows.height, found.stated.len()) == (rows.height, names)


def test_a_file_that_holds_itself_twice_adds_up_and_says_so(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    lines = [sale("HN01", DAY, f"r{n}", 100 + n) for n in range(5)]
    deliver(site, "sales/a.csv", lines * 2)
    done, told = run(site)
    assert not done.errors
    assert "rows: 10 delivered = 5 kept + 0 quarantined + 5 re-delivered" in told
    assert "tells 5 receipts over again, line by line (r0, r1, r2, …; HN01 2026-10-05): they count once" in told
    assert Lake(site / "lake").rows("sales").collect()["net_amount"].sum() == 510


@pytest.mark.parametrize(("amount", "left"), [(0, 30), (10, 40), (12, 42)])
def test_of_numbers_that_begin_anew_one_day_is_corrected_and_no_other(tmp_path: Path, amount: int, left: int) -> None:
    site = small_site(tmp_path / "site")
    days = [DAY, DAY + timedelta(days=1)]
    deliver(site, "sales/a.csv", [sale("HN01", day, number, 10) for day in days for number in "12"])
    run(site)
    deliver(site, "sales/b.csv", [sale("HN01", days[1], "1", amount)])
    night, _ = run(site)
    assert not night.errors
    assert Lake(site / "lake").rows("sales").collect()["net_amount"].sum() == left


def test_numbers_that_lost_their_leading_zeros_are_the_same_receipts(tmp_path: Path) -> None:
    """As programs save what they take for numbers; what was kept out of the last file is known as theirs, too."""
    site = small_site(tmp_path)
    for name, (zeros, end) in {"a": ("00", ""), "b": ("", ""), "d": ("", ".0")}.items():
        told = [sale("HN01", DAY, f"{zeros}{n}{end}", n, product=f"{zeros}7{end}") for n in (12, 13)]
        deliver(site, f"sales/{name}.csv", told)
        run(site)
    deliver(site, "sales/c.csv", [sale("HN01", DAY, "0013", 13), sale("HN01", DAY, "0013", 9).replace(",9", ",x")])
    run(site)
    found = Lake(site / "lake").rows("sales").collect()
    assert dict(found.group_by("receipt_id").agg(pl.col("net_amount").sum().cast(int)).rows()) == {"12": 12, "13": 13}


def test_numbers_that_begin_anew_each_day_are_receipts_of_each_day(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    moments = ["05T09:30", "06T09:30", "06T23:50", "07T02:10", "07T05:20", "07T18:00"]  # days begin at 4
    lines = [sale("HN01", DAY, "1", 10).replace("05T09:30", moment) for moment in moments]
    deliver(site, "sales/a.csv", lines)
    run(site)
    facts = Lake(site / "lake").facts().filter(kpi="transactions", level="store")
    assert facts["numerator"].to_list() == [3], "that of the 6th was paid for on the 7th"


def test_lines_that_an_export_numbers_itself_are_the_same_in_a_file_of_two_days_and_of_one(tmp_path: Path) -> None:
    """The bill is open from 3:50 to 4:10, past the end of the business day."""
    site, header = small_site(tmp_path / "site"), "store_id,sold_at,receipt_id,line_no,employee_id,quantity,net_amount"
    lines = [f"HN01,{DAY} 0{hour},r1,{n},NV1,1,{n}000" for n, hour in enumerate(("3:50", "3:50", "4:10", "4:10"), 1)]
    for name, some in {"both": lines, "one": lines[2:]}.items():
        deliver(site, f"sales/{name}.csv", some, header)
        run(site)
    assert Lake(site / "lake").rows("sales").select(pl.col("net_amount").sum().cast(int)).collect().item() == 10_000


def test_hours_of_people_who_were_employed_in_no_store_are_told_and_mended_by_their_list(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    people = site / "people.csv"
    listed = people.read_text("utf-8")
    people.write_text(listed.replace("HN01,2023-01-01", "HN01,2026-10-06"), "utf-8")
    deliver(site, "attendance/a.csv", ["NV1,2026-10-05,8", "NV1,2026-10-06,8"], "employee_id,date,worked_hours")
    _, told = run(site)
    assert "1 rows name no store, and are of people who were employed in none on that day (NV1 on 2026-10-05)" in told
    people.write_text(listed, "utf-8")
    night, _ = readmit(load_site(site), now=NOW, teller=PlainTeller(StringIO()))
    assert not night.errors
    assert Lake(site / "lake").rows("clockings").collect()["store_id"].to_list() == ["HN01", "HN01"]


PLANNER = """
system = "planner"
table = "roster"
recognised_by = ["who", "shop", "day", "begin", "end"]
[columns]
employee_id = "who"
store_id = "shop"
business_date = "day"
scheduled_in = "begin"
scheduled_out = "end"
[formats]
dates = ["%Y-%m-%d"]
times = ["%H:%M"]
moments = ["%Y-%m-%d %H:%M"]
"""


def test_days_that_two_systems_plan_otherwise_are_told(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    (site / "profiles").mkdir()
    (site / "profiles" / "planner.toml").write_text(PLANNER, "utf-8")
    days = ["NV1,HN01,2026-10-05,08:00,16:00", "NV1,HN01,2026-10-06,08:00,16:00"]
    deliver(site, "attendance/a.csv", days, "employee_id,store_id,date,shift_start,shift_end")
    run(site)
    deliver(site, "attendance/b.csv", [days[0], days[1].replace("16:00", "16:30")], "who,shop,day,begin,end")
    _, told = run(site)
    assert "held from another system with other times (1: NV1 in HN01 on 2026-10-06): both count, as two" in told
