"""HTML tables under the name .xls are read; other pages are refused as before."""

import pytest

from tests.exports.reader import reasons, taken
from transforms.problem import BadExport

HEADER = "<tr><th>store_id</th><th>receipt_id</th><th>sold_date</th><th>net_amount</th><th>product_name</th></tr>"


def page(*rows: str) -> str:
    return (
        f"<html><head><style>td {{ color: red }}</style></head><table border=1>{HEADER}{''.join(rows)}</table></html>"
    )


def row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td class=x>{cell}</td>' for cell in cells)}</tr>\n"


def test_the_cells_of_a_table_are_text() -> None:
    result = taken(
        page(row("00403", "HD1", "2026-01-05", "45000", "Trà &amp; <b>bánh,</b><br>to"), row("Q1", "HD2"), "<tr></tr>"),
        name="bán.xls",
    )
    assert result.rows.select("store_id", "product_name", "row_no").rows() == [("00403", "Trà & bánh, to", 2)]
    assert reasons(result) == {3: (["wrong_width"], None)}


def test_spans_shift_nothing() -> None:
    spanning = '<tr><td rowspan="2">Q1</td><td>HD1</td><td>2026-01-05</td><td>1</td><td>a</td></tr>'
    below = row("HD2", "2026-01-05", "2", "b")
    result = taken(page(spanning, below, '<tr><td colspan="99999999">x</td></tr>'))
    assert result.rows["receipt_id"].to_list() == ["HD1"]
    assert [row_no for row_no, _ in reasons(result).items()] == [3, 4]


def test_a_table_within_a_page_of_tables_is_found() -> None:
    result = taken(f"<table><tr><td>menu</td><td>{page(row('Q1', 'HD1', '2026-01-05', '1', 'a'))}</td></tr></table>")
    assert result.rows["receipt_id"].to_list() == ["HD1"]


def test_a_page_without_a_table_is_refused() -> None:
    with pytest.raises(BadExport, match="is a web page or XML"):
        taken("<html><body>Phiên làm việc đã hết hạn</body></html>", name="a.xls")
