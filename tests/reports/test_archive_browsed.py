"""The archive's page as somebody uses it: in a browser, by keyboard, on a phone, at night, and by ear."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from reports.archive import Document, Entry, MonthEntry, Shelves, archive_page
from reports.language import language
from tests.browser import Tab, browsing

STORES = {"HN01": "Cầu Giấy", "HN02": "Hồ Tây", "DN01": "Đà Nẵng " + "rất dài " * 8}
SHOWN = "[...document.querySelectorAll('tbody tr:not([hidden])')].map(r => r.querySelector('.id').textContent)"
FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"


def _entry(group: str, status: str) -> Entry:
    documents = tuple(Document(2, "vi", form, f"2026-10/store-{group}.vi.r2.{form}") for form in ("pdf", "xlsx"))
    earlier = (Document(1, "vi", "pdf", f"2026-10/store-{group}.vi.pdf"),)
    return Entry("store", group, {"vi": STORES[group]}, 2, status, documents, earlier, (("accepted", 2),))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    statuses = dict(zip(STORES, ("open", "late", "restated"), strict=True))
    months = [
        MonthEntry(
            date(2026, n, 1), None, f"2026-{n:02}/manifest.json", tuple(_entry(*each) for each in statuses.items())
        )
        for n in (10, 9)
    ]
    path = tmp_path_factory.mktemp("archive") / "index.html"
    shelves = Shelves("Chuỗi Tí Hon", months, [("vi", "index.html"), ("en", "index.en.html")], "../quality/index.html")
    path.write_text(archive_page(shelves, language("vi")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browsing(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


def tabbed_to(tab: Tab, what: str) -> None:
    """Press Tab until `what` is focused, as who has no mouse does."""
    for _ in range(40):
        tab.press("Tab")
        if tab.ask(FOCUSED) == what:
            outline = tab.ask("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", f"{what} does not show that it is focused"
            return
    raise AssertionError(f"{what} is not reached by keyboard")


def choose(tab: Tab, field: str, value: str) -> None:
    tab.ask(
        f"(e => {{ e.value = '{value}'; e.dispatchEvent(new Event('input', {{bubbles: true}})) }})("
        f"document.getElementById('{field}'))"
    )


def test_a_group_is_found_by_typing_its_name_without_accents(tab: Tab, page: Path) -> None:
    tab.open(page)
    assert tab.ask("document.querySelectorAll('details[open]').length") == 1
    tabbed_to(tab, "words")
    tab.type("ho tay")
    assert tab.ask(SHOWN) == ["HN02", "HN02"]
    assert tab.ask("document.getElementById('count').textContent") == "2"
    assert tab.ask("document.querySelectorAll('details[open]').length") == 2
    tab.type(" nobody")
    assert tab.ask(SHOWN) == []
    assert tab.ask("!document.getElementById('none').hidden")


def test_months_and_statuses_narrow_what_is_shown_together(tab: Tab, page: Path) -> None:
    tab.open(page)
    choose(tab, "month", "2026-09-01")
    assert tab.ask(SHOWN) == list(STORES)
    choose(tab, "status", "late")
    assert tab.ask(SHOWN) == ["HN02"]
    choose(tab, "month", "")
    assert tab.ask(SHOWN) == ["HN02", "HN02"]


def test_a_document_is_reached_and_a_month_opened_by_keyboard_alone(tab: Tab, page: Path) -> None:
    tab.open(page)
    tab.press("Tab")
    assert tab.ask("document.activeElement.className") == "skip"
    tabbed_to(tab, "PDF vi")
    assert tab.ask("document.activeElement.getAttribute('href')") == "2026-10/store-HN01.vi.r2.pdf"
    tab.open(page)
    summary = tab.ask("document.querySelectorAll('summary')[1].textContent.trim()")
    tabbed_to(tab, summary)
    tab.press("Enter")
    assert tab.ask("document.querySelectorAll('details')[1].open")


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_runs_out_of_the_window(tab: Tab, page: Path, width: int) -> None:
    tab.open(page, width)
    assert tab.ask("document.scrollingElement.scrollWidth") <= width
    if width < 600:
        small = "[...document.querySelectorAll('input, select, summary')].filter(e => e.offsetHeight < 44).length"
        assert tab.ask(small) == 0, "a thumb needs 44 pixels"


LIGHT = """(() => { const of = (e, p) => getComputedStyle(e)[p].match(/[\\d.]+/g).slice(0, 3).map(Number);
const light = rgb => rgb.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const paper = light(of(document.body, 'backgroundColor'));
return [...document.querySelectorAll('body, a, .quiet, .status, caption')].map(e => light(of(e, 'color')))
  .map(ink => (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05)) })()"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_word_stands_out_by_day_and_by_night(tab: Tab, page: Path, dark: bool) -> None:
    tab.open(page, dark=dark)
    assert min(tab.ask(LIGHT)) >= 4.5
    paper = tab.ask("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(15, 27, 30)" if dark else "rgb(255, 255, 255)")


def test_a_screen_reader_is_told_names_of_fields_tables_and_links(tab: Tab, page: Path) -> None:
    tab.open(page)
    nodes = [n for n in tab.do("Accessibility.getFullAXTree")["nodes"] if not n["ignored"]]
    named = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes]
    for role in ("searchbox", "combobox", "link", "table", "rowheader", "columnheader"):
        assert [name for what, name in named if what == role], role
        assert all(name for what, name in named if what == role), role
    assert {"main", "banner", "navigation", "search", "status"} <= {role for role, _ in named}


def test_nothing_is_fetched_and_nothing_complains(tab: Tab, page: Path) -> None:
    tab.asked.clear()
    tab.complaints.clear()
    tab.open(page)
    assert {address.partition(":")[0] for address in tab.asked} == {"file"}
    assert len(tab.asked) == 1
    assert tab.complaints == []
