"""What is worked out once for each distinct cell is what each cell would have given."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.reader import taken
from transforms.exports.derived import worked_out
from transforms.exports.distinct import as_texts, by_distinct, looked_at_once, own_numbers

CELLS = st.lists(st.sampled_from(["1.000", "Trà", "a", "", None]), max_size=60)


def in_capitals(texts: pl.Series) -> pl.Series:
    return texts.str.to_uppercase()


@given(CELLS, st.integers(0, 60))
def test_each_cell_gets_what_it_gives_alone_also_after_rows_were_dropped(cells: list[str | None], dropped: int) -> None:
    texts = pl.Series("cell", cells, dtype=pl.String)
    alone = in_capitals(texts[dropped:]).to_list()
    for column in (texts, texts.cast(own_numbers())):
        left = column[dropped:]
        assert by_distinct(left, in_capitals).to_list() == alone
        assert set(left.drop_nulls()) <= set(looked_at_once(left))
        assert as_texts(left.to_frame())["cell"].to_list() == texts[dropped:].to_list()


@pytest.mark.parametrize(
    "sql",
    [
        "COALESCE(net, gross - net)",
        "COALESCE( gross - net, CASE WHEN gross > 0 THEN gross END, 0 )",
        "COALESCE(net, 0) - gross",
        "COALESCE(gross, net)",
        "COALESCE(1, net)",
        "net * 2",
    ],
)
@pytest.mark.parametrize("net", [[1, 2, 3], [1, None, 3], [None, None, None], []])
def test_what_is_worked_out_is_what_the_whole_expression_gives(sql: str, net: list[int | None]) -> None:
    frame = pl.DataFrame({"net": net, "gross": [5, 6, None][: len(net)]}, schema={"net": pl.Int64, "gross": pl.Int64})
    whole = frame.with_columns(result=pl.sql_expr(sql))["result"]
    assert worked_out(frame, sql).cast(pl.Int64).to_list() == whole.to_list()


def test_lines_of_a_receipt_are_one_receipt_wherever_they_stand() -> None:
    rows = ["Q1,HD1,2026-01-05,1", "Q1,HD2,2026-01-05,2", "Q2,HD1,2026-01-05,3", "Q1,HD1,2026-01-05,4"]
    found = taken(
        "\n".join(["store_id,receipt_id,sold_date,net_amount,product_name", *(f"{r},Trà" for r in rows)]) + "\n"
    )
    assert found.rows.select("store_id", "receipt_id", "line_no").rows() == [
        ("Q1", "HD1", 1),
        ("Q1", "HD2", 1),
        ("Q2", "HD1", 1),
        ("Q1", "HD1", 2),
    ]


def test_a_totals_row_does_not_decide_how_the_rows_above_it_are_read() -> None:
    """Its cells were numbered with theirs: a column of days is one of days, though the total writes a time."""
    rows = [f"Q1,HD{number},05/01/2026,1.000.000,Trà" for number in range(20)]
    totals = "Tổng cộng,,05/01/2026 23:59,20.000.000,"
    found = taken("\n".join(["Chi nhánh,Mã hóa đơn,Ngày,Doanh thu,Tên hàng", *rows, totals]) + "\n")
    assert found.rejected.is_empty()
    assert found.rows["net_amount"].to_list() == [1_000_000] * 20
    assert [own.total for own in found.stated] == [Decimal(20_000_000)]
