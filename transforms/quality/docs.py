"""Data Docs: Great Expectations' own renderers, as pages that fetch nothing and run nothing.

Its page template loads scripts and styles from the network and carries a logo that reports who looks, and its renderers
write data values as they are: a product named ``<script>`` would run in the operator's browser. So only the sections
are taken from it, inside a page of our own, and no character of the data that means something to HTML ever reaches it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from html import escape
from itertools import count
from types import MappingProxyType
from typing import Any, Final

from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationSuiteValidationResultSchema,
)
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaSectionView

from transforms.quality.docs_page import PAGE, Doc, index

# Stand-ins from Unicode's private use area for the characters of HTML, and for `$`, which starts a placeholder in the
# renderers' templates: whether a renderer escapes, forgets to, or does it twice, the page shows the text as it was.
_STAND_IN: Final = MappingProxyType({ord(sign): 0xE000 + ord(sign) for sign in "<>&\"'$"})
_ENTITY: Final = MappingProxyType({stand_in: escape(chr(sign)) for sign, stand_in in _STAND_IN.items()})
INDEX: Final = "index.html"

Json = Any  # what a JSON text may hold
Result = Mapping[str, Json]


def pages(results: Iterable[ExpectationSuiteValidationResult]) -> Mapping[str, str]:
    """Return relative path -> HTML: one page for each validation result and an index of them all.

    The same results give the same text. Each page is self-contained; its links are relative.
    """
    docs = [doc(result) for result in results]
    return MappingProxyType({INDEX: index(docs), **{each.path: each.html for each in docs}})


def doc(result: ExpectationSuiteValidationResult) -> Doc:
    """Return the page of one result; processes may make them side by side and share one index."""
    told = result.to_json_dict()
    return Doc(_path(told), _page(told, _view()), _index_row(told))


def _path(result: Result) -> str:
    """Return a file name that is safe whatever the batch is named: the digest keeps names apart that look alike."""
    suite, name = result["suite_name"], _name(result)
    digest = sha256(f"{suite}\n{name}\n{_time(result)}".encode()).hexdigest()[:12]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60]
    return f"{suite}-{readable}-{digest}.html" if readable else f"{suite}-{digest}.html"


def _name(result: Result) -> str:
    return str(result["meta"]["run_id"]["run_name"])


def _time(result: Result) -> str:
    return str(result["meta"]["run_id"]["run_time"])


def _page(result: Result, view: "_SectionView") -> str:
    inert = _neutral(result)
    # The renderer tries to read a run's name as a time and fails on a long number.
    inert["meta"]["run_id"]["run_name"] = inert["suite_name"]
    document = ValidationResultsPageRenderer(run_info_at_end=True).render(
        ExpectationSuiteValidationResultSchema().load(inert)
    )
    heading = escape(f"{result['suite_name']}: {_name(result)}")
    body = f'<p><a href="{INDEX}">Data quality</a></p>' + view.all_of(document.to_json_dict()["sections"])
    return PAGE.substitute(title=heading, body=body.translate(_ENTITY))


def _neutral(value: Json) -> Json:
    if isinstance(value, str):
        return value.translate(_STAND_IN)
    if isinstance(value, dict):
        return {_neutral(key): _neutral(each) for key, each in value.items()}
    return [_neutral(each) for each in value] if isinstance(value, (list, tuple)) else value


@cache
def _view() -> "_SectionView":
    """One for all pages: it compiles its templates."""
    return _SectionView()


class _SectionView(DefaultJinjaSectionView):  # type: ignore[misc]
    """The sections of Great Expectations, with ids that are numbered instead of drawn at random."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)
        self.env.filters["generate_html_element_uuid"] = lambda prefix="": f"{prefix}{next(self._numbers)}"

    def all_of(self, sections: list[dict[str, Json]]) -> str:
        """Render the sections of one page."""
        self._numbers = count(1)
        sections[0]["content_blocks"].pop(0)  # a heading like ours, with a link to a page that is not made
        return "".join(
            self.render({"section": section, "section_loop": {"index": at}}) for at, section in enumerate(sections, 1)
        )


def _index_row(result: Result) -> str:
    statistics = result["statistics"]
    kept = f"{statistics['successful_expectations']}/{statistics['evaluated_expectations']}"
    link = f'<a href="{_path(result)}">{escape(_name(result))}</a>'
    sign = "kept" if result["success"] else "broken"
    when = f"{datetime.fromisoformat(_time(result)):%Y-%m-%d %H:%M %Z}"
    cells = f"<td>{escape(when)}</td><td>{escape(result['suite_name'])}</td><td>{link}</td>"
    return f'<tr>{cells}<td class="{sign}">{kept}</td></tr>'
