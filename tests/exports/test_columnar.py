"""Sheets of one kind of cells a column are read by columns: what comes out is what each cell read alone comes to."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.exports.books import Error, ods, xlsx
from transforms.exports.columnar import columns_as_csv
from transforms.exports.errors import error_cells
from transforms.exports.workbook import as_csv

AT, BEFORE = datetime(2026, 1, 5, 8, 30), datetime(1900, 1, 5)  # noqa: DTZ001 - the wall clock of a till
FAR = 5000  # rows: below what is looked at before a sheet is taken by its columns
TEXTS = st.sampled_from(["HD001", "Phở", "  x ", "NA", "NULL", "", "#N/A", "1.5", "a\nb", "</v>", 't="s"', "\ue000z"])
NUMBERS = st.sampled_from([0, 1.0, -1.5, 0.1 + 0.2, 1e15, 1e-7, 8934567890123, 2**53 + 1]) | st.floats(-1e9, 1e9)
MOMENTS = st.datetimes(BEFORE, AT) | st.dates(date(2020, 1, 1), date(2030, 1, 1))
CELLS = (TEXTS, NUMBERS, MOMENTS, st.booleans(), st.just(Error("#N/A")))
HEADERS = st.sampled_from(["Mã", "a", "a_1", "a", "Tên ", "2024", "nan"])


@st.composite
def sheets(draw: st.DrawFn) -> Sequence[Sequence[object]]:
    """Mostly a header and columns of one kind, in which a cell may be empty or of any other kind."""
    kinds = draw(st.lists(st.sampled_from(CELLS[:3]), min_size=2, max_size=4))
    strange = st.one_of(st.none(), *CELLS)
    row = st.tuples(*(st.one_of(*[kind] * 9, strange) for kind in kinds))
    return [draw(st.lists(HEADERS, min_size=len(kinds), max_size=len(kinds))), *draw(st.lists(row, max_size=6))]


def by_cells(content: bytes) -> bytes:
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Bán")
    return as_csv(sheet, lambda: error_cells(content, "Bán"))


@settings(max_examples=150)
@given(sheets(), st.booleans())
def test_columns_and_cells_tell_the_same(rows: Sequence[Sequence[object]], from_1904: bool) -> None:
    content = xlsx({"Bán": rows}, from_1904=from_1904)
    assert columns_as_csv(content, "Bán") in {None, by_cells(content)}


@pytest.mark.parametrize(
    ("proven", "rows"),
    [
        (True, [("a", "b", "c"), ("x", 0.1 + 0.2, date(2026, 1, 5)), (None, None, AT)]),
        (True, [("a", "b"), ("N/A", 8934567890123), ("", None), (None, None), ("y", 1e-7)]),
        (False, [("a", "b")]),
        (False, [("Báo cáo",), ("a", "b"), ("x", 1)]),
        (False, [(), ("a", "b"), ("x", 1)]),
        (False, [("a", "a"), ("x", 1)]),
        (False, [("a", 2024), ("x", 1)]),
        (False, [("a", None), ("x", 1)]),
        (False, [("a", "b"), ("x", True)]),
        (False, [("a", "b"), ("x", AT.replace(microsecond=250_000))]),
        (False, [("a", "b"), ("x", BEFORE)]),
    ],
)
def test_what_is_taken_by_its_columns(proven: bool, rows: Sequence[Sequence[object]]) -> None:
    content = xlsx({"Bán": rows})
    assert columns_as_csv(content, "Bán") == (by_cells(content) if proven else None)


@pytest.mark.parametrize("cell", ["NULL", Error("#N/A"), Error("#DIV/0!"), "3", True, AT, None])
def test_a_cell_of_another_kind_far_below_is_not_lost(cell: object) -> None:
    rows = [("a", "b"), *(("x", number) for number in range(FAR)), ("y", cell)]
    content = xlsx({"Bán": rows})
    assert columns_as_csv(content, "Bán") == (by_cells(content) if cell is None else None)


def test_other_workbooks_are_not_taken_by_their_columns() -> None:
    assert columns_as_csv(ods([("a", "b"), ("x", 1.0)]), "Bán") is None
