"""Workbooks, archives and Parquet files for tests, written by other programs than those that read them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[object]]
FORMATS = {"date": "dd/mm/yyyy", "datetime": "dd/mm/yyyy hh:mm", "time": "hh:mm", "timedelta": "[h]:mm"}


class Error(str):
    """A cell such as #N/A."""

    __slots__ = ()


def xlsx(sheets: Mapping[str, Rows], *, from_1904: bool = False, hidden: Sequence[str] = (), merged: str = "") -> bytes:
    """Each cell as what its Python type is; text stays text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"date_1904": from_1904, "in_memory": True}) as book:
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in FORMATS.items()}
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            _fill(sheet, rows, formats)
            if title in hidden:
                sheet.hide()
            if merged:
                sheet.merge_range(merged, rows[0][0])
    return content.getvalue()


def _fill(sheet: Any, rows: Rows, formats: Mapping[str, Any]) -> None:
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            kind = type(cell).__name__
            if isinstance(cell, Error):
                sheet.write_formula(at, column, "=1", None, str(cell))
            elif isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif kind in formats:
                sheet.write_datetime(at, column, cell, formats[kind])
            elif cell is not None:
                sheet.write(at, column, cell)


def ods(rows: Rows) -> bytes:
    """A minimal OpenDocument spreadsheet: text, numbers, and (ISO text in a tuple) dates."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = f'<office:spreadsheet><table:table table:name="Bán">{lines}</table:table></office:spreadsheet>'
    content = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content}, packed=False)


def _ods_cell(cell: object) -> str:
    if isinstance(cell, tuple):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell[0]}"/>'
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'


def zipped(files: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return content.getvalue()


def poison() -> bytes:
    """1.4 KB that a reader of workbooks takes for 17 thousand million cells: A1 and XFD1048576."""
    office = "http://schemas.openxmlformats.org"
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{office}/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    relation = (
        f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>'
    )
    root = relation.replace('worksheet"', 'officeDocument"').replace("worksheets/sheet1.xml", "xl/workbook.xml")
    parts = {"[Content_Types].xml": types, "_rels/.rels": root}
    return zipped(
        {**parts, "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relation, "xl/worksheets/sheet1.xml": sheet}
    )
