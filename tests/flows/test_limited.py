"""A workbook that is made to exhaust its reader is refused; the run goes on."""

import pytest

from flows.intake.limited import Limits, limited_sheets
from tests.exports.books import poison, xlsx
from transforms.exports.workbook import sheets
from transforms.problem import BadExport


def test_a_poisonous_workbook_is_refused_not_a_crash() -> None:
    with pytest.raises(BadExport, match=r"^a\.xlsx cannot be read within 3072 MB of memory"):
        limited_sheets(poison(), "a.xlsx")


def test_a_workbook_in_a_process_of_its_own_reads_as_in_ours() -> None:
    content = xlsx({"Bán": [("a", 1)], "ẩn": [("b",)]}, hidden=["ẩn"])
    assert limited_sheets(content, "bán.xlsx") == sheets(content, "bán.xlsx")


def test_refusals_and_limits_are_told_in_sentences() -> None:
    with pytest.raises(BadExport, match=r"^bán\.xls is a damaged workbook"):
        limited_sheets(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "bán.xls")
    with pytest.raises(BadExport, match="cannot be read within 0 seconds"):
        limited_sheets(xlsx({"A": [("a",)]}), "a.xlsx", Limits(wall_seconds=0))
