"""The page of a review as well-formed XHTML."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from reports import charts
from reports.glyphs import printable
from reports.language import Language
from reports.page import Page
from reports.sections.definitions import Definition

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
    return filled("review.html.j2", language, **values)


def write_definitions(definitions: Sequence[Definition], language: Language) -> str:
    """The definitions as a document of their own, after one empty page."""
    return filled("appendix.html.j2", language, code=language.code, definitions=definitions, leaves=0)


def filled(template: str, language: Language, **values: object) -> str:
    """A template of this package, filled."""
    return _template(template).render(t=language.text, **values)


@lru_cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_final,
        auto_reload=False,
    )
    environment.globals.update({function.__name__: function for function in _GEOMETRY})
    return environment.get_template(name)


def _final(value: object) -> object:
    """Before it is escaped, every text is made printable; markup of our own macros is so already."""
    return printable(value) if type(value) is str else value
