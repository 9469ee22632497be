"""Two view models of one group's month, value by value."""

from collections.abc import Iterable, Iterator

from reports.findings import Value
from reports.review import Change, Figure, Member, Review
from transforms.kpis.kpi import Kpi

_COMPARED = ("actual", "target", "same_period")


def differences(before: Review, after: Review) -> tuple[Change, ...]:
    """Every value that moved: the score, figures and their goals, then those of parts and people.

    Older months are left out: they are told by the restatement of their own month.
    """
    kpis = {figure.kpi.id: figure.kpi for figure in (*before.figures, *after.figures)}
    return (
        *_scores(before, after),
        *_figures(before, after),
        *_members(before.members, after.members, kpis),
        *_members(before.people, after.people, kpis),
    )


def _scores(before: Review, after: Review) -> Iterator[Change]:
    old, new = before.score, after.score
    if (old.value, old.band) != (new.value, new.band):
        yield Change(None, None, "score", old.value, new.value, bands=(old.band, new.band))


def _figures(before: Review, after: Review) -> Iterator[Change]:
    old = {figure.kpi.id: figure for figure in before.figures}
    new = {figure.kpi.id: figure for figure in after.figures}
    for kpi in dict.fromkeys((*new, *old)):
        yield from _figure(old.get(kpi), new.get(kpi))


def _figure(old: Figure | None, new: Figure | None) -> Iterator[Change]:
    """A figure that one of both does not show, because no proposal stands on it there, did not move."""
    if old is None or new is None:
        return
    judged = (old.status, new.status) if old.status != new.status else None
    moved = [what for what in _COMPARED if getattr(old, what) != getattr(new, what)]
    for what in moved or (["actual"] if judged else []):
        yield Change(None, new.kpi, what, getattr(old, what), getattr(new, what), judged if what == "actual" else None)


def _members(before: Iterable[Member], after: Iterable[Member], kpis: dict[str, Kpi]) -> Iterator[Change]:
    old = {member.group.id: member for member in before}
    new = {member.group.id: member for member in after}
    for member in dict.fromkeys((*new, *old)):
        yield from _member(old.get(member), new.get(member), kpis)


def _member(old: Member | None, new: Member | None, kpis: dict[str, Kpi]) -> Iterator[Change]:
    shown = new or old
    if shown is None:
        return
    name = shown.group.name
    if _score(old) != _score(new):
        yield Change(name, None, "score", _score(old), _score(new))
    for kpi_id, kpi in kpis.items():
        was, is_now = _value(old, kpi_id), _value(new, kpi_id)
        if was != is_now:
            yield Change(name, kpi, "actual", was, is_now)


def _score(member: Member | None) -> Value:
    return member.score if member else None


def _value(member: Member | None, kpi: str) -> Value:
    return member.values.get(kpi) if member else None
