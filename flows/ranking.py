"""The order in which a review has its parts, its stores and its people."""

from collections.abc import Iterable
from decimal import Decimal

from reports.collation import alphabetical, by_given_name
from reports.review import Member


def ranked(members: Iterable[Member]) -> tuple[Member, ...]:
    """Those that anything is known of, the best score first."""
    seen = (member for member in members if any(value is not None for value in member.values.values()))
    return tuple(sorted(seen, key=_best_first))


def _best_first(member: Member) -> tuple[object, ...]:
    """The best score first; equal ones by name, and names that are equal by their id."""
    order = by_given_name if member.group.level == "person" else alphabetical
    name = order(next(iter(member.group.name.values())))
    return member.score is None, -(member.score or Decimal(0)), name, member.group.id
