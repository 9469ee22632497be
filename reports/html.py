"""The page of a review as well-formed XHTML."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reports import charts
from reports.face import HOUSE, Face, dyed
from reports.glyphs import printable
from reports.language import Language
from reports.page import Page
from reports.sections.definitions import Definition

_NOT_OF_A_REVIEW: Final = ("gallery.html.j2", "letter.html.j2", "letter.txt.j2")
_FOLDER: Final = files("reports") / "templates"
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


def write(page: Page, language: Language, numbers: Mapping[str, int], leaves: int = 0, face: Face = HOUSE) -> str:
    """The document of `page`; `numbers` are the page numbers its table of contents states for each section.

    With `leaves`, so many empty pages stand in place of the definitions.
    """
    values = {"page": page, "definitions": page.definitions, "pages": numbers, "leaves": leaves}
    return filled("review.html.j2", language, face, **values)


def write_definitions(definitions: Sequence[Definition], language: Language, face: Face = HOUSE) -> str:
    """The definitions as a document of their own, after one empty page."""
    return filled("appendix.html.j2", language, face, code=language.code, definitions=definitions, leaves=0)


def filled(template: str, language: Language, face: Face = HOUSE, **values: object) -> str:
    """A template of this package, or the site's own of the same name, filled."""
    return _template(template, face).render(t=language.text, face=face, **values)


def styles(face: Face = HOUSE) -> str:
    """The style sheet of the document, review.css."""
    return _source("review.css", face)


@lru_cache
def names() -> tuple[str, ...]:
    """The templates and style sheets of a review that a site may replace by its own."""
    return tuple(sorted(_names(_FOLDER, "")))


def _names(folder: Traversable, path: str) -> Iterator[str]:
    for file in folder.iterdir():
        if file.is_file() and file.name not in _NOT_OF_A_REVIEW:
            yield path + file.name
        elif file.name == "sections":
            yield from _names(file, f"{file.name}/")


def refused(name: str, text: str) -> str | None:
    """What is wrong with the syntax of a template of the site's own."""
    try:
        _environment(Face(templates=((name, text),))).get_template(name)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    return None


@lru_cache
def _template(name: str, face: Face) -> Template:
    return _environment(face).get_template(name)


@lru_cache
def _environment(face: Face) -> Environment:
    """The site's own templates run in a sandbox: they see the page, and reach nothing else."""
    kind = ImmutableSandboxedEnvironment if face.templates else Environment
    environment = kind(
        loader=_Faced(face), autoescape=True, undefined=StrictUndefined, finalize=_final, auto_reload=False
    )
    environment.globals.update({function.__name__: function for function in _GEOMETRY})
    return environment


class _Faced(BaseLoader):
    """The site's own templates as they are, the house's in the site's colours."""

    def __init__(self, face: Face) -> None:
        self.face = face

    def get_source(self, environment: Environment, template: str) -> tuple[str, None, None]:  # noqa: ARG002
        return _source(template, self.face), None, None


def _source(name: str, face: Face) -> str:
    own = dict(face.templates).get(name)
    return dyed(_shipped(name), face) if own is None else own


@lru_cache
def _shipped(name: str) -> str:
    file = _FOLDER / name
    if not file.is_file():
        raise TemplateNotFound(name)
    return file.read_text("utf-8")


def _final(value: object) -> object:
    """Before it is escaped, every text is made printable; markup of our own macros is so already."""
    return printable(value) if type(value) is str else value
