"""The page of a review as well-formed XHTML."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from reports import charts
from reports.language import Language
from reports.page import Page

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


def write(page: Page, language: Language, numbers: Mapping[str, int]) -> str:
    """The document of `page`; `numbers` are the page numbers its table of contents states for each section."""
    return written("review.html.j2", page, language, numbers)


def written(template: str, page: Page, language: Language, numbers: Mapping[str, int]) -> str:
    """`page` by a template of this package, as well-formed XHTML."""
    text = _template(template).render(page=page, t=language.text, pages=numbers)
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


@lru_cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("reports", "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    environment.globals.update({function.__name__: function for function in _GEOMETRY})
    return environment.get_template(name)
