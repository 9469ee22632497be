"""The same rows, delivered in any format, are the same typed rows."""

import codecs
import csv
import gzip
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports.books import ods, xlsx, zipped
from tests.exports.reader import of_site, taken
from transforms.tables import MONEY

HEADER = ("store", "no", "day", "qty", "sum", "name")
TILL = """
system = "till"
table = "sales"
recognised_by = ["store", "no", "day", "sum"]
[columns]
store_id = { header = "store", required = true }
receipt_id = { header = "no", required = true }
sold_date = { header = "day", required = true }
quantity = { header = "qty", required = true }
net_amount = { header = "sum", required = true }
product_name = "name"
[formats]
dates = ["%Y-%m-%d"]
"""
Row = tuple[str, str, date, float, float, str]


def text(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER, *rows])
    return out.getvalue()


def parquet(rows: Sequence[Row], **types: pl.DataType | type[pl.DataType]) -> bytes:
    content = io.BytesIO()
    pl.DataFrame(list(rows), schema=HEADER, orient="row").cast(types).write_parquet(content)  # type: ignore[arg-type]
    return content.getvalue()


FORMATS: Mapping[str, Callable[[Sequence[Row]], bytes]] = {
    "UTF-16 with a mark": lambda rows: codecs.BOM_UTF16_LE + text(rows).encode("utf-16-le"),
    "gzip": lambda rows: gzip.compress(text(rows).encode()),
    "ZIP": lambda rows: zipped({"a.csv": text(rows)}),
    "XLSX": lambda rows: xlsx({"Bán": [HEADER, *rows]}),
    "ODS": lambda rows: ods([HEADER, *((*row[:2], (row[2].isoformat(),), *row[3:]) for row in rows)]),
    "Parquet": parquet,
    "Parquet of decimals": lambda rows: parquet(rows, sum=MONEY, qty=MONEY),
    "Parquet of timestamps": lambda rows: parquet(rows, day=pl.Datetime("ns")),
}
money = st.integers(-(10**9), 10**9).map(lambda units: units / 4)
names = st.text(st.characters(codec="utf-8", categories=("L", "N")) | st.sampled_from(', ";|'), max_size=10)
rows = st.lists(
    st.tuples(
        st.sampled_from(["00403", "403", "Quận 1", "Q,3"]),
        st.integers(0, 10**12).map(lambda number: f"{number:013}"),
        st.dates(date(2000, 1, 1), date(2068, 12, 31)),
        st.integers(-99, 99).map(lambda units: units / 4),
        money,
        names,
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("form", FORMATS)
@given(rows)
@settings(max_examples=12, deadline=None)
def test_every_format_gives_the_same_rows(form: str, rows: Sequence[Row]) -> None:
    expected = taken(text(rows), profiles=of_site(till=TILL))
    result = taken(FORMATS[form](rows), profiles=of_site(till=TILL))
    assert result.rejected.is_empty()
    assert result.rows.equals(expected.rows)
    assert result.rows["net_amount"].to_list() == [Decimal(str(row[4])) for row in rows]


def test_of_a_timestamp_with_a_zone_its_own_wall_clock_counts() -> None:
    content = io.BytesIO()
    frame = pl.DataFrame(
        {"store_id": ["Q1"], "receipt_id": ["1"], "net_amount": [9.5], "sold_at": ["2026-01-05T18:05"]}
    )
    zoned = pl.col("sold_at").str.to_datetime().dt.replace_time_zone("Asia/Ho_Chi_Minh")
    frame.with_columns(zoned).write_parquet(content)
    assert taken(content.getvalue()).rows.select(pl.col("sold_at").dt.to_string("%d %H:%M")).item() == "05 18:05"
    zoned_otherwise = frame.with_columns(zoned.dt.convert_time_zone("UTC"))
    zoned_otherwise.write_parquet(content := io.BytesIO())
    here = taken(content.getvalue(), zone="Asia/Ho_Chi_Minh").rows["sold_at"]
    assert here.dt.to_string("%d %H:%M").item() == "05 18:05", "told in the time of the site"
