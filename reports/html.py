"""The page of a review as well-formed XHTML."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import charts
from reports.language import Language
from reports.page import Page
from reports.printable import printable

_GEOMETRY: Final = (
    charts.apart,
    charts.arc,
    charts.area,
    charts.axis,
    charts.clamped,
    charts.dial_share,
    charts.extent,
    charts.line,
    charts.lone,
    charts.r1,
    charts.tick,
    charts.ticks,
)


def write(page: Page, language: Language, numbers: Mapping[str, int]) -> str:
    """The document of `page`; `numbers` are the page numbers its table of contents states for each section."""
    return filled("review.html.j2", page, language, pages=numbers)


def filled(template: str, page: Page, language: Language, **others: object) -> str:
    """A template of ours, filled from `page`."""
    return printable(_templates().get_template(template).render(page=page, t=language.text, **others))


@lru_cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    environment.globals.update({function.__name__: function for function in _GEOMETRY})
    return environment
