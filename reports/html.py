"""The page of a review as well-formed XHTML."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from reports import charts
from reports.language import Language
from reports.page import Page
from reports.sections.definitions import Definition

# What XML 1.0 cannot hold, not even escaped (control characters, halves of surrogate pairs), and the marks that turn
# the direction of text: in a name they would turn the words around it too.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
_GEOMETRY: Final = (
    charts.apart,
    charts.arc,
    charts.area,
    charts.axis,
    charts.band,
    charts.box,
    charts.clamped,
    charts.diamonds,
    charts.dial_share,
    charts.extent,
    charts.hatched,
    charts.line,
    charts.lone,
    charts.r1,
    charts.spots,
    charts.tick,
    charts.ticks,
    charts.triangle,
)


def write(page: Page, language: Language, numbers: Mapping[str, int], leaves: int = 0) -> str:
    """The document of `page`; `numbers` are the page numbers its table of contents states for each section.

    With `leaves`, so many empty pages stand in place of the definitions.
    """
    values = {"page": page, "definitions": page.definitions, "pages": numbers, "leaves": leaves}
    return _written("review.html.j2", language, values)


def write_definitions(definitions: Sequence[Definition], language: Language) -> str:
    """The definitions as a document of their own, after one empty page."""
    return _written("appendix.html.j2", language, {"code": language.code, "definitions": definitions, "leaves": 0})


def _written(name: str, language: Language, values: Mapping[str, object]) -> str:
    return printable(_template(name).render(t=language.text, **values))


def printable(text: str) -> str:
    """`text` with a mark in the place of what can be neither written in XML nor trusted in a line."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


@lru_cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("reports", "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    environment.globals.update({function.__name__: function for function in _GEOMETRY})
    return environment.get_template(name)
