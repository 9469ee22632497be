"""The page for a browser: well-formed, complete, and nothing but itself."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from reports import formats, web
from reports.language import language, languages
from reports.page import page
from reports.review import Review
from tests.browser import browsing
from tests.reports import reviews

HOSTILE = "<script>alert(1)</script>{{7*7}}<img src='https://example.org/x'/>]]>&amp;\" onload=x"


def parsed(review: Review, code: str = "en") -> ET.Element:
    text = web.render(review, code, reviews.ISSUED).decode()
    assert text.startswith("<!DOCTYPE html>")
    return ET.fromstring(text)


def said(root: ET.Element) -> str:
    return "".join("".join(root.itertext()).split())


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("review", [reviews.store(), reviews.chain()], ids=["store", "chain"])
def test_every_figure_of_the_document_stands_in_the_page(review: Review, code: str) -> None:
    shown, text = page(review, language(code), reviews.ISSUED), said(parsed(review, code))
    assert shown.scorecard
    assert shown.trends
    assert shown.people
    rows = [row for kind in shown.scorecard.kinds for row in kind.rows]
    wanted = [
        *(part for tile in shown.tiles for part in (tile.label, tile.value)),
        *(part for row in rows for part in (row.name, row.target, row.actual, row.variance, row.beside)),
        *(part for row in shown.trends.rows for part in (row.month, row.actual, row.last_year, row.target)),
        *(part for row in shown.people.rows for part in (row.name, row.score_text, *row.values)),
        *(part for row in shown.statement.accounts for part in (row.source, *row.sums, row.verdict)),
        *(part for kpi in shown.definitions for part in (kpi.name, kpi.objective, kpi.why, *kpi.levers)),
    ]
    assert [part for part in wanted if "".join(part.split()) not in text] == []


def test_tables_have_heads_with_scope_charts_their_words_and_ids_are_unique() -> None:
    root = parsed(reviews.store())
    tables = list(root.iter("table"))
    assert tables
    for table in tables:
        heads = list(table.iter("th"))
        assert {head.get("scope") for head in heads} <= {"col", "row", "rowgroup"}
        wide = [row for row in table.iter("tr") if len(row) > 2]  # of pairs, screen readers need no more than the head
        assert all(any(cell.tag == "th" for cell in row) for row in wide)
    charts = [e for e in root.iter() if e.tag.endswith("}svg")]
    assert all((chart[0].text or "").strip() for chart in charts)
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {e.get("href", "")[1:] for e in root.iter("a")} <= set(ids)


def test_it_has_landmarks_and_a_way_past_them() -> None:
    root = parsed(reviews.store(), "vi")
    assert root.get("lang") == "vi"
    assert [len(list(root.iter(name))) for name in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert root.find("body")[0].attrib == {"class": "skip", "href": "#figures"}  # type: ignore[index]
    frames = [e for e in root.iter("div") if e.get("role") == "region"]
    assert all(e.get("tabindex") == "0" and e.get("aria-label") for e in frames)


def test_nothing_is_loaded_and_nothing_runs() -> None:
    text = web.render(reviews.renamed(reviews.store(), HOSTILE), "en", reviews.ISSUED).decode()
    root = ET.fromstring(text)
    assert {e.tag for e in root.iter()} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    } == set()
    assert not any(key.startswith("on") or key in ("src", "style") for e in root.iter() for key in e.attrib)
    assert all(e.get("href", "").startswith("#") for e in root.iter("a"))
    style = root.findtext(".//style") or ""
    assert re.search(r"url\(|@import|@font-face|http", style) is None
    assert "default-src 'none'" in text
    assert "".join(HOSTILE.split()) in said(root)


def test_it_bends_to_the_window_the_night_and_the_printer() -> None:
    style = parsed(reviews.store()).findtext(".//style") or ""
    for rule in ("prefers-color-scheme: dark", "prefers-reduced-motion", "@media print", "overflow-x: auto"):
        assert rule in style


def test_on_a_telephone_a_scorecard_is_read_without_moving_it_aside(tmp_path: Path) -> None:
    (tmp_path / "store.html").write_bytes(web.render(reviews.store(), "vi", reviews.ISSUED))
    with browsing(tmp_path / "chromium") as tab:
        tab.open(tmp_path / "store.html", 390)
        table = "document.querySelector('.scorecard')"
        assert tab.ask(f"{table}.scrollWidth <= {table}.parentElement.clientWidth")
        shown = tab.ask(f"[...{table}.tHead.querySelectorAll('th')].filter(e => e.offsetWidth).map(e => e.textContent)")
    assert shown == ["Chỉ số", "Mục tiêu", "Thực tế", "Trạng thái"]


def test_letters_have_a_colour_of_their_own_only_on_the_coloured_cover() -> None:
    """Elsewhere the paper is light by day and dark by night: there they take the theme's."""
    style = parsed(reviews.store()).findtext(".//style") or ""
    coloured = re.findall(r"^(.*?) \{[^}]*(?<!-)color: #", style, re.MULTILINE)
    assert coloured
    assert [rule for rule in coloured if not rule.startswith(".cover")] == []


def test_it_is_small_and_the_same_in_any_process() -> None:
    code = (
        "import hashlib; from reports.web import render; from tests.reports import reviews;"
        "print(hashlib.sha256(render(reviews.store(), 'vi', reviews.ISSUED)).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert other.strip() == sha256(web.render(reviews.store(), "vi", reviews.ISSUED)).hexdigest()
    assert len(web.render(reviews.store(people=200), "vi", reviews.ISSUED)) < 300_000


def test_each_format_has_its_own_key_and_file() -> None:
    review = reviews.store(people=2)
    assert len({formats.content_key(review, "vi", form) for form in formats.FORMATS}) == len(formats.FORMATS)
    starts = {form: formats.render(review, "vi", form, reviews.ISSUED)[:4] for form in formats.FORMATS}
    assert starts == {"pdf": b"%PDF", "xlsx": b"PK\x03\x04", "html": b"<!DO"}
