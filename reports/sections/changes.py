"""What a restated review says otherwise than the revision before, and because of which files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from reports.amounts import Scale, scale_of
from reports.findings import Value
from reports.language import NOTHING, Language
from reports.review import Cause, Change, Review, Status
from reports.sections.marks import Mark, mark

MOST_BELOW: Final = 60  # what a reader takes in; a document is no workbook
_SCORE_DECIMALS: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One value, from and to; `marks`: its status from and to, where that changed."""

    name: str
    unit: str
    what: str
    before: str
    after: str
    difference: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that came since."""

    name: str
    arrived: str
    months: str
    rows: str
    replaced: str


@dataclass(frozen=True, slots=True)
class Differences:
    """The whole section; `rows` of the group itself, `below` of its parts and people, `more`: how many are left out."""

    lead: str
    rows: tuple[Row, ...]
    below: tuple[Row, ...]
    more: str
    files: tuple[File, ...]
    redefined: str


def changes(review: Review, language: Language) -> Differences | None:
    """The differences to the revision before; None for a first one."""
    told = review.changes
    if told is None:
        return None
    below = [change for change in told.values if change.of is not None]
    left_out = len(below) - MOST_BELOW
    return Differences(
        lead=language.text("changes.lead", n=review.revision, before=told.since),
        rows=tuple(_row(change, review, language) for change in told.values if change.of is None),
        below=tuple(_row(change, review, language) for change in below[:MOST_BELOW]),
        more=language.text("changes.more", n=language.number(left_out)) if left_out > 0 else "",
        files=tuple(_file(cause, language) for cause in told.causes),
        redefined=language.text("changes.redefined", files=", ".join(told.redefined)) if told.redefined else "",
    )


def _row(change: Change, review: Review, language: Language) -> Row:
    scale = _scale(change, review, language)
    moved = None if change.before is None or change.after is None else change.after - change.before
    marks = tuple(mark(Status(status), language) for status in change.status or ())
    return Row(
        name=" · ".join(_names(change, language)),
        unit=scale.unit,
        what=language.text(f"changes.{change.what}"),
        before=_banded(scale.write(change.before), change.bands and change.bands[0]),
        after=_banded(scale.write(change.after), change.bands and change.bands[1]),
        difference=_difference(scale, moved),
        marks=marks,
    )


def _difference(scale: Scale, moved: Value) -> str:
    return scale.difference(moved) if moved else NOTHING


def _names(change: Change, language: Language) -> Iterable[str]:
    if change.of is not None:
        yield language.name(change.of)
    yield language.name(change.kpi.name) if change.kpi else language.text("changes.score_name")


def _scale(change: Change, review: Review, language: Language) -> Scale:
    if change.kpi is None:
        return Scale(language, "", decimals=_SCORE_DECIMALS)
    return scale_of(change.kpi, [change.before, change.after], review.organisation.currency, language, digits=5)


def _banded(text: str, band: str | None) -> str:
    return f"{text} ({band})" if band else text


def _file(cause: Cause, language: Language) -> File:
    return File(
        name=cause.file,
        arrived=language.day(cause.arrived),
        months=_months(cause.months, language),
        rows=language.number(cause.rows),
        replaced=language.number(cause.replaced),
    )


def _months(months: tuple[date, ...], language: Language) -> str:
    """A file that goes back over many months is told by its first and last."""
    shown = months if len(months) <= 2 else (months[0], months[-1])  # noqa: PLR2004
    return (" – " if shown is not months else ", ").join(language.month(month) for month in shown)
