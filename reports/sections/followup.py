"""Follow-up: what had been agreed, whether it was done, and whether it worked."""

from dataclasses import dataclass
from typing import Final

from reports.amounts import scale_of
from reports.findings import Followed
from reports.language import NOTHING, Language
from reports.review import Review, Status
from reports.sections.marks import Mark, figure_of
from transforms.kpis.kpi import Better

_MARKS: Final = {"done": ("✓", Status.MET), "late": ("▼", Status.MISSED), "open": ("○", Status.NO_TARGET)}


@dataclass(frozen=True, slots=True)
class Row:
    """One agreed action."""

    id: str
    what: str
    kpi: str
    owner: str
    due: str
    mark: Mark
    before: str
    after: str
    unit: str
    compared: bool  # whether there is anything before or after
    verdict: str


def followed(review: Review, language: Language) -> tuple[Row, ...]:
    """Every agreed action of the group, in the order they were agreed."""
    return tuple(_row(action, review, language) for action in review.followed)


def _row(action: Followed, review: Review, language: Language) -> Row:
    shape, status = _MARKS[action.state]
    figure = figure_of(review, action.kpi)
    values = [action.before, action.after]
    scale = None if figure is None else scale_of(figure.kpi, values, review.organisation.currency, language)
    before, after = (NOTHING if scale is None else scale.write(value) for value in values)
    return Row(
        id=action.id or "",
        what=action.what,
        kpi=language.name(figure.kpi.name) if figure else action.kpi,
        owner=action.owner or language.text("followed.nobody"),
        due=language.day(action.due),
        mark=Mark(shape, _state(action, language), status),
        before=before,
        after=after,
        unit=scale.unit if scale else "",
        compared=any(value is not None for value in values),
        verdict=_verdict(action, None if figure is None else figure.kpi.better, language),
    )


def _state(action: Followed, language: Language) -> str:
    if action.state == "done" and action.done is not None:
        return language.text("followed.done", day=language.day(action.done))
    return language.text(f"followed.{action.state}")


def _verdict(action: Followed, better: Better | None, language: Language) -> str:
    if action.verdict is None:
        return NOTHING
    if action.side is None:
        return language.text(f"followed.{action.verdict}")
    if better not in (Better.HIGHER, Better.LOWER):
        return language.text("followed.signal", side=language.text(f"behaviour.{action.side}"))
    return language.text("followed.better" if action.side == better.value else "followed.worse")
