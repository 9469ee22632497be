"""A night of workbooks and archives: they count as CSV does, once, and a poisonous one costs itself only."""

import gzip
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl

from flows.console import PlainTeller
from flows.lake import Lake
from flows.nightly import Night, nightly
from flows.site import load_site
from tests.exports.books import ods, poison, xlsx, zipped
from tests.flows.chain import SALES_HEADER, sale, small_site

DAY = date(2026, 10, 5)
ONE, TWO = sale("HN01", DAY, "r1", 50_000), sale("HN02", DAY, "r2", 10_000, person="NV2")
LOST = sale("Sao Hỏa", DAY, "r3", 7_000)


def run(site: Path) -> Night:
    return nightly(load_site(site), now=datetime(2026, 11, 1, 2, 30, tzinfo=UTC), teller=PlainTeller(StringIO()))


def sheet(*lines: str) -> list[list[str]]:
    return [line.split(",") for line in (SALES_HEADER, *lines)]


def test_a_poisonous_workbook_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    (site / "inbox/sales").mkdir(parents=True, exist_ok=True)
    (site / "inbox/sales/1.xlsx").write_bytes(poison())
    (site / "inbox/sales/2.xls").write_bytes(xlsx({"T1": sheet(ONE), "T2": sheet(TWO, LOST)}))
    night = run(site)
    assert [outcome.entry.name for outcome in night.outcomes if outcome.settled.sentence] == ["sales/1.xlsx"]
    assert Lake(site / "lake").rows("sales").collect()["receipt_id"].sort().to_list() == ["r1", "r2"]
    kept_out = next((site / "quarantine/sales").glob("*.csv")).read_text(encoding="utf-8-sig")
    assert '"trang T2, dòng 3"' in kept_out


def test_the_same_rows_in_another_format_are_nothing_new(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    text = f"{SALES_HEADER}\n{ONE}\n{TWO}\n"
    (header, *rows), parquet = sheet(ONE, TWO), BytesIO()
    pl.DataFrame(rows, schema=header, orient="row").write_parquet(parquet)
    contents = (
        text.encode(),
        gzip.compress(text.encode()),
        zipped({"a.csv": text}),
        text.encode("utf-16"),
        xlsx({"T1": sheet(ONE), "T2": sheet(TWO)}),
        ods(sheet(ONE, TWO)),
        parquet.getvalue(),
    )
    for number, content in enumerate(contents):
        (site / f"inbox/sales/{number}").write_bytes(content)
    counts = [(outcome.rows("kept"), outcome.rows("redelivered")) for outcome in run(site).outcomes]
    assert counts == [(2, 0), *[(0, 2)] * (len(contents) - 1)]


def test_a_totals_row_that_the_rows_do_not_come_to_is_told(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    (site / "inbox/sales").mkdir(parents=True, exist_ok=True)
    columns = SALES_HEADER.split(",")

    def totals(net: str) -> list[str]:
        stated = {columns[0]: "Tổng cộng", "net_amount": net}
        return [stated.get(column, "") for column in columns]

    for name, net in (("even.xlsx", "60000"), ("short.xlsx", "61000")):
        rows = sheet(ONE, TWO) if net == "60000" else sheet(ONE, TWO.replace("r2", "r4"))
        (site / "inbox/sales" / name).write_bytes(xlsx({"T1": [*rows, totals(net)]}))
    told = [line for outcome in run(site).outcomes for line in outcome.settled.notes]
    states = 'its own totals row states 61000 for "net_amount", but its rows come to 60000'
    assert told == [f"{states}: all rows count as they stand; see whether the export is whole."]
