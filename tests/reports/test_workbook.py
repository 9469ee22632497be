"""The workbook: every figure of the view model as a native number, formulas that come out, text that is only text."""

import io
import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from reports import workbook
from reports.findings import Moved, Part
from reports.language import language, languages
from reports.review import Day, Figure, Review
from reports.workbook.numbers import date_format, number_format
from reports.workbook.sheets import Difference, Kind
from tests.reports import explained, reviews
from transforms.kpis.kpi import Unit

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NAUGHTY = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.org", "mailto:a@example.org", "internal:A1"),
    *("file:///etc/passwd", "_x0041_", "'quoted", "&Lleft", "<b>&amp;</b>", "007", "1e5", "\x00\x0b\ud800 a\u202eb"),
)


def full() -> Review:
    """A store with everything that a sheet shows."""
    store = reviews.store()
    sales = store.figures[0]
    before, after = sales.same_period or Decimal(0), sales.actual or Decimal(0)
    parts = (Part("calendar", Decimal(40_000_000), Decimal(1)),)
    rest = Part("price", after - before - 40_000_000, Decimal("0.97"))
    days = tuple(
        Day(date(2026, 10, 1) + timedelta(n), Decimal(55_000_000 + n), None if n == 4 else Decimal(96 + n))
        for n in range(31)
    )
    return replace(store, moved=Moved(before, after, (*parts, rest)), days=days)


def opened(review: Review, code: str = "en") -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.render(review, code, reviews.ISSUED)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def same(cell: object, value: Decimal | None) -> bool:
    """Whether a cell holds just this value, in the 15 digits that every spreadsheet program keeps."""
    if value is None:
        return cell == ""
    return isinstance(cell, float) and f"{Decimal(cell):.14E}" == f"{value:.14E}"


def xml(review: Review) -> dict[str, ET.Element]:
    with zipfile.ZipFile(io.BytesIO(workbook.render(review, "en", reviews.ISSUED))) as archive:
        return {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}


@pytest.mark.parametrize("code", languages())
def test_every_figure_of_the_scorecard_is_the_view_models(code: str) -> None:
    review, words = full(), language(code)
    rows = opened(review, code)[words.text("workbook.sheets.scorecard")][1:-1]
    assert [row[1] for row in rows] == [words.name(figure.kpi.name) for figure in review.figures]
    for row, figure in zip(rows, review.figures, strict=True):
        points = 100 if figure.kpi.unit is Unit.SHARE else 1
        variance = None if figure.variance is None else figure.variance * points
        weight = None if figure.weight is None else figure.weight / 100
        shown = (weight, figure.target, figure.actual, variance, figure.attainment, figure.same_period)
        assert all(same(cell, value) for cell, value in zip(row[3:9], shown, strict=True)), figure.kpi.id


def test_every_month_person_part_and_day_is_there() -> None:
    review = full()
    sheets = opened(review)
    assert list(sheets)[:4] == ["Overview", "Scorecard", "Trends", "Drivers"]
    trends = {(row[0], row[2]): row[3:16] for row in sheets["Trends"][1:]}
    series = {"Actual": "history", "Target": "targets", "Same month last year": "last_year"}
    for (name, told), cells in trends.items():
        figure = next(f for f in review.figures if f.kpi.name["en"] == name)
        assert all(same(*pair) for pair in zip(cells, getattr(figure, series[told]), strict=True))
    assert sheets["Trends"][0][3:16] == list(review.months)
    for sheet, members in (("People", review.people), ("Comparison", review.members)):
        head, *rows = sheets[sheet][: len(members) + 1]
        assert [row[0] for row in rows] == [member.group.id for member in members]
        at = {kpi.id: head.index(kpi.name["en"]) for kpi in (f.kpi for f in review.figures) if kpi.name["en"] in head}
        assert len(at) >= 15
        for row, member in zip(rows, members, strict=True):
            assert all(same(row[column], member.values.get(kpi)) for kpi, column in at.items())
            assert same(row[-2], member.score)
    assert [row[0] for row in sheets["Days"][1:-1]] == [day.day for day in review.days]
    assert all(same(row[2], day.net_sales) for row, day in zip(sheets["Days"][1:-1], review.days, strict=True))


def test_nobody_and_nothing_leave_their_sheets_out() -> None:
    bare = replace(reviews.store(people=0), members=(), figures=())
    assert list(opened(bare)) == ["Overview", "Data quality"]
    assert len(opened(reviews.store(people=200))["People"]) == 202
    assert max(len(name) for code in languages() for name in opened(full(), code)) <= 31


def formulas(review: Review) -> Iterator[tuple[str, Decimal, dict[str, Decimal]]]:
    """Each formula, its cached value, and the numbers of its sheet by cell."""
    for name, root in xml(review).items():
        if not name.startswith("xl/worksheets/"):
            continue
        cells = {cell.attrib["r"]: cell for cell in root.iterfind(".//m:c", NS)}
        numbers = {
            at: Decimal(text) for at, c in cells.items() if "t" not in c.attrib and (text := c.findtext("m:v", "", NS))
        }
        for at, cell in cells.items():
            if text := cell.findtext("m:f", "", NS):
                yield text, numbers[at], numbers


def evaluated(text: str, numbers: dict[str, Decimal]) -> Decimal:
    """The few kinds of formulas that a review has."""
    summed = re.fullmatch(r"SUBTOTAL\(109,([A-Z]+)(\d+):\1(\d+)\)", text)
    if summed:
        column, first, last = summed[1], int(summed[2]), int(summed[3])
        return sum((numbers.get(f"{column}{row}", Decimal(0)) for row in range(first, last + 1)), Decimal(0))
    assert re.fullmatch(r"\(?[A-Z]+\d+([-/][A-Z]+\d+)+(\)\*100)?", text), text
    filled = re.sub(r"([A-Z]+\d+)", lambda cell: f"Decimal('{numbers[cell[1]]}')", text)
    return Decimal(eval(filled, {"Decimal": Decimal}))


def test_formulas_have_the_value_that_comes_out() -> None:
    found = list(formulas(full()))
    assert len(found) > 50
    for text, cached, numbers in found:
        assert abs(evaluated(text, numbers) - cached) <= abs(cached) * Decimal("1e-12") + Decimal("1e-9"), text


def test_drivers_sum_up_to_net_sales() -> None:
    assert same(opened(full())["Drivers"][-1][3], full().figures[0].actual)


def test_drivers_stand_beside_what_they_were() -> None:
    rows = {row[0]: row[1:3] for row in opened(explained.store())["Drivers"]}
    assert rows["discounts"] == [0.035, 0.061]
    assert rows["labour hours"] == [1200, 1100.4]


@pytest.mark.parametrize("name", NAUGHTY)
def test_text_never_becomes_a_formula_or_a_link(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parts = xml(reviews.renamed(full(), name))
    assert not any("hyperlink" in (part + ET.tostring(root, "unicode")) for part, root in parts.items())
    usual = {text for text, *_ in formulas(full())}
    assert {text for text, *_ in formulas(reviews.renamed(full(), name))} == usual
    if name.isprintable():
        sheets = opened(reviews.renamed(full(), name))
        assert {row[1] for row in sheets["People"][1:-1]} == {name}


def test_long_names_are_whole() -> None:
    name = "Nguyễn Thị " * 28
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert opened(reviews.renamed(full(), name))["People"][1][1] == name


def test_it_says_what_it_is_and_prints_on_a4() -> None:
    parts = xml(full())
    core = ET.tostring(parts["docProps/core.xml"], "unicode")
    assert "store nguyen_hue 2026-10" in core
    assert "KPI review October 2026 – Nguyễn Huệ" in core
    assert core.count("2026-11-03T06:00:00Z") == 2
    sheets = [root for name, root in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert {s.find("m:pageSetup", NS).get("paperSize") for s in sheets} == {"9"}  # type: ignore[union-attr]
    assert {s.find("m:pageSetup", NS).get("fitToHeight") for s in sheets} == {"0"}  # type: ignore[union-attr]
    alone = [s for s in sheets if s.find("m:autoFilter", NS) is not None]
    assert len(alone) == len(sheets) - 1
    assert all(s.find(".//m:pane", NS).get("state") == "frozen" for s in alone)  # type: ignore[union-attr]


@cache
def _kpi(unit: Unit) -> Figure:
    return next(figure for figure in reviews.store().figures if figure.kpi.unit is unit)


def test_numbers_are_shown_as_language_and_unit_have_them() -> None:
    vi, en = language("vi"), language("en")
    assert number_format(_kpi(Unit.MONEY).kpi, vi, "VND") == '#,##0"\xa0₫"'
    assert number_format(_kpi(Unit.MONEY).kpi, en, "USD") == '"$"#,##0.00'
    assert number_format(Kind.SHARE, en, "VND") == "#,##0.0%"
    assert number_format(Difference(_kpi(Unit.SHARE).kpi), en, "VND").startswith('+#,##0.0"\xa0pp";-')
    assert date_format("'Tháng' M/y") == '"Tháng" m/yyyy'
    assert date_format("HH:mm dd/MM/y") == "hh:mm dd/mm/yyyy"


def test_the_same_review_gives_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib; from reports.workbook import render; from tests.reports import reviews;"
        "print(hashlib.sha256(render(reviews.store(), 'vi', reviews.ISSUED)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert other.strip() == sha256(workbook.render(reviews.store(), "vi", reviews.ISSUED)).hexdigest()


def test_no_bar_is_drawn_of_what_a_waterfall_begins_with_and_wide_sheets_go_on_beside() -> None:
    root = next(root for name, root in xml(full()).items() if name.endswith("sheet4.xml"))
    bars = [found.get("sqref") for found in root.iterfind(".//m:conditionalFormatting", NS)]
    assert bars == ["D3:D4"]
    trends = next(root for name, root in xml(full()).items() if name.endswith("sheet3.xml"))
    setup = trends.find("m:pageSetup", NS)
    assert setup is not None
    assert (setup.get("fitToWidth"), setup.get("fitToHeight")) == ("2", "0")
