"""A letter: what a reader's groups came to, in her language, as plain text and as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.amounts import scale_of
from reports.face import HOUSE
from reports.glyphs import printable
from reports.language import Language
from reports.review import Figure, Review
from reports.sections.telling import story

SCORE: Final = "score"
_MOST_CHANGES: Final = 8


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a letter brings, or says where it is (`place`)."""

    name: str
    place: str | None = None

    @property
    def link(self) -> bool:
        """Whether a mail program can open it."""
        return (self.place or "").startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True)
class Told:
    """One group's review in a letter; `before`: the figures that an earlier letter told of it (`figures_of`)."""

    review: Review
    before: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Section:
    """One group as its letter words it."""

    name: str
    score: str
    sentences: tuple[str, ...]
    revised: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the templates need."""

    code: str
    subject: str
    greeting: str
    lead: str
    note: str  # what the warnings are headed with
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    attached: tuple[str, ...]
    elsewhere: tuple[Enclosure, ...]
    closing: str
    accent: str = HOUSE.accent


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is read."""

    subject: str
    text: str
    html: str


def letter(
    told: Sequence[Told], enclosures: Sequence[Enclosure], warnings: Sequence[str], name: str, language: Language
) -> Written:
    """The letter of `told` reviews to `name` (empty: nobody known by name)."""
    first = told[0].review
    values = {"month": language.month(first.month), "group": _name(first, language), "n": len(told)}
    subject = language.text(f"letter.subject.{_form(told)}", **values)
    return _written(
        language,
        Page(
            code=language.code,
            subject=" ".join(printable(subject).split()),
            greeting=_greeting(name, language),
            lead=language.text("letter.lead", month=values["month"], organisation=first.organisation.name),
            note=language.text("letter.note"),
            warnings=tuple(warnings),
            sections=tuple(_section(one, language) for one in told),
            attached=tuple(enclosure.name for enclosure in enclosures if enclosure.place is None),
            elsewhere=tuple(enclosure for enclosure in enclosures if enclosure.place is not None),
            closing=language.text("letter.closing"),
            accent=first.organisation.face.accent,
        ),
    )


def notice(month: date, organisation: str, reasons: Sequence[str], advice: str, language: Language) -> Written:
    """To the owner: why letters of `month` were held back, and what to do."""
    return _written(
        language,
        Page(
            code=language.code,
            subject=language.text("letter.notice.subject", month=language.month(month)),
            greeting=_greeting("", language),
            lead=language.text("letter.notice.lead", month=language.month(month), organisation=organisation),
            note="",
            warnings=tuple(reasons),
            sections=(),
            attached=(),
            elsewhere=(),
            closing=advice,
        ),
    )


def figures_of(review: Review) -> Mapping[str, Decimal]:
    """What a letter tells of a review, by KPI, and its `score`."""
    told = {figure.kpi.id: figure.actual for figure in review.figures if figure.actual is not None}
    return told if review.score.value is None else {SCORE: review.score.value, **told}


def _form(told: Sequence[Told]) -> str:
    revised = "revised_" if any(one.review.revision > 1 for one in told) else ""
    return f"{revised}{'one' if len(told) == 1 else 'several'}"


def _greeting(name: str, language: Language) -> str:
    return language.text("letter.greeting", name=name) if name else language.text("letter.greeting_nobody")


def _section(told: Told, language: Language) -> Section:
    review = told.review
    revised = language.text("letter.revised", n=review.revision) if review.revision > 1 else ""
    return Section(
        name=_name(review, language),
        score=_score(review, language),
        sentences=story(review, language),
        revised=revised,
        changes=tuple(_changes(told, language)) if revised else (),
    )


def _name(review: Review, language: Language) -> str:
    """A department is told apart by its store."""
    above = review.group.parents[-1:] if review.group.level == "department" else ()
    return " · ".join(language.name(name) for name in (review.group.name, *above))


def _score(review: Review, language: Language) -> str:
    score = review.score
    if score.value is None:
        return language.text("letter.no_score")
    band = language.text("letter.band", band=score.band) if score.band else ""
    told = language.text("letter.score", score=language.number(score.value, 1)) + band
    if score.previous is None:
        return told
    moved = language.number(score.value - score.previous, 1, signed=True)
    return told + language.text("letter.moved", moved=moved, previous=language.number(score.previous, 1))


def _changes(told: Told, language: Language) -> list[str]:
    """What an earlier letter said otherwise: the score first, then figures by their weight."""
    now = figures_of(told.review)
    lines = []
    if (before := told.before.get(SCORE)) is not None and SCORE in now and before != now[SCORE]:
        shown = language.number(before, 1), language.number(now[SCORE], 1)
        lines.append(_change(language, language.text("letter.score_name"), *shown))
    weighty = sorted(told.review.figures, key=lambda figure: -(figure.weight or 0))
    moved = [f for f in weighty if f.actual is not None and told.before.get(f.kpi.id, f.actual) != f.actual]
    seen = [line for figure in moved if (line := _figure_change(figure, told, language))]
    lines += seen[:_MOST_CHANGES]
    return [*lines, language.text("letter.more_changes")] if len(seen) > _MOST_CHANGES else lines


def _figure_change(figure: Figure, told: Told, language: Language) -> str:
    """Empty where both values are written alike: the page of differences has those as well."""
    before = told.before[figure.kpi.id]
    scale = scale_of(figure.kpi, [before, figure.actual], told.review.organisation.currency, language, digits=6)
    was, now = (f"{scale.write(value)} {scale.unit}".strip() for value in (before, figure.actual))
    return _change(language, language.name(figure.kpi.name), was, now) if was != now else ""


def _change(language: Language, name: str, before: str, now: str) -> str:
    return language.text("letter.change", name=name, before=before, now=now)


def _written(language: Language, page: Page) -> Written:
    templates = (_templates().get_template(f"letter.{form}.j2") for form in ("txt", "html"))
    return Written(page.subject, *(printable(one.render(page=page, t=language.text)) for one in templates))


@lru_cache
def _templates() -> Environment:
    loader = PackageLoader("reports", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=False, trim_blocks=True)
