"""The document of a review for other typesetters: the page as it is for Chromium, the same words for Typst."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

NAMES: Final = ("typst", "chromium")
_SVG: Final = "{http://www.w3.org/2000/svg}svg"
_HEADINGS: Final = {"h1": "=", "h2": "==", "h3": "==="}


def commands(source: str, folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Program -> what it prints, and its command line, with its files in `folder`."""
    page, typ = folder / "review.html", folder / "review.typ"
    page.write_text(source, "utf-8")
    typ.write_text("\n".join(typst(ET.fromstring(source.removeprefix("<!DOCTYPE html>")), folder)), "utf-8")
    chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={folder / 'c.pdf'}"]
    return {
        "typst": ("words, tables and charts", ["typst", "compile", "--root", str(folder), str(typ)]),
        "chromium": ("the same page", [*chromium, page.as_uri()]),
    }


def typst(element: ET.Element, folder: Path) -> Iterator[str]:
    """The headings, paragraphs, tables and charts of a page as Typst's markup."""
    for child in element:
        if child.tag == "table":
            yield from _table(child, folder)
        elif child.tag == _SVG:
            yield f"#{_chart(child, folder)}"
        elif child.tag in _HEADINGS:
            yield f"{_HEADINGS[child.tag]} #{_text(child)}\n"
        elif child.tag in ("p", "li"):
            yield f"#{_text(child)}\n"
        elif child.tag != "head":
            yield from typst(child, folder)


def _table(table: ET.Element, folder: Path) -> Iterator[str]:
    rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
    yield f"#table(columns: {max(_width(row) for row in rows)},"
    for row in rows:
        yield "".join(f"table.cell(colspan: {cell.get('colspan', '1')})[#{_inside(cell, folder)}]," for cell in row)
    yield ")"


def _width(row: list[ET.Element]) -> int:
    return sum(int(cell.get("colspan", "1")) for cell in row)


def _inside(cell: ET.Element, folder: Path) -> str:
    chart = cell.find(f".//{_SVG}")
    return _text(cell) if chart is None else _chart(chart, folder)


def _chart(svg: ET.Element, folder: Path) -> str:
    name = f"{len(list(folder.iterdir()))}.svg"
    ET.ElementTree(svg).write(folder / name)
    return f"image({json.dumps(name)})"


def _text(element: ET.Element) -> str:
    return json.dumps(" ".join("".join(element.itertext()).split()), ensure_ascii=False)
