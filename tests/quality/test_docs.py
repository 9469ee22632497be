"""The Data Docs: nothing in a page runs, nothing is fetched, and data reads as it was."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from tests.quality.conftest import PARAMETERS, RUN_TIME, Judge
from tests.quality.test_gate import sales
from transforms.quality import Gatekeeper, pages

HOSTILE = [
    "<script>alert('chào')</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; $column $$ {{ 7*7 }}",
    "<a href=https://evil.example/>",
]
NAME = "<svg onload=alert(1)>/../../99999999999999999999.csv"


@pytest.fixture(scope="module")
def made(gatekeeper: Gatekeeper) -> Mapping[str, str]:
    rows = sales(*HOSTILE, kind=HOSTILE, net_amount=-1, employee_id=HOSTILE)
    judged = gatekeeper.gate("sales", rows, name=NAME, run_time=RUN_TIME, parameters=PARAMETERS)
    fine = gatekeeper.gate("sales", sales("q1"), name="Doanh thu Quận 1.csv", run_time=RUN_TIME, parameters=PARAMETERS)
    return pages([judged.result, fine.result])


class Read(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in {"href", "src"}}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_data_is_shown_as_text(made: Mapping[str, str]) -> None:
    (hostile,) = (Read(page) for path, page in made.items() if "svg" in path)
    assert all(text in hostile.text for text in HOSTILE)
    assert NAME in hostile.text
    assert NAME in Read(made["index.html"]).text


def test_nothing_runs_and_nothing_is_fetched(made: Mapping[str, str]) -> None:
    assert len(made) == 3
    for page in made.values():
        read = Read(page)
        assert read.tags.isdisjoint({"script", "link", "img", "svg", "iframe", "object", "form", "base", "b"})
        assert not {name for name in read.attributes if name.startswith("on")}
        assert {link for link in read.links if not link.startswith("#")} <= set(made)
        assert not re.search(r"url\(|@import", page)
        assert "default-src 'none'; style-src 'unsafe-inline'" in page


def test_paths_are_plain_file_names(made: Mapping[str, str]) -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9-]+\.html", path) for path in made)


def test_the_index_leads_to_every_page(made: Mapping[str, str]) -> None:
    index = Read(made["index.html"])
    assert index.links == set(made) - {"index.html"}
    assert "18/18" in index.text
    assert "17/18" in index.text


def test_a_page_tells_rule_and_finding(made: Mapping[str, str]) -> None:
    (hostile,) = (Read(page) for path, page in made.items() if "svg" in path)
    assert "Every line is a sale, a return or a void." in hostile.text
    assert "100% unexpected" in hostile.text


def test_the_same_results_give_the_same_pages(gate: Judge) -> None:
    result = gate("sales", sales(*HOSTILE, kind=HOSTILE)).result
    assert pages([result]) == pages([result])


def test_the_same_file_on_two_nights_has_two_pages(gatekeeper: Gatekeeper) -> None:
    nights = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3)]
    judged = (gatekeeper.gate("sales", sales("q1"), name="f", run_time=n, parameters=PARAMETERS) for n in nights)
    assert len(pages(each.result for each in judged)) == 3


def test_python_warnings_still_reach_whoever_listens(made: Mapping[str, str]) -> None:
    assert made
    assert vars(logging)["_warnings_showwarning"] is None  # where logging keeps what it has replaced


def test_no_results_give_an_index_without_rows() -> None:
    assert list(pages([])) == ["index.html"]
