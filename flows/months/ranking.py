"""The order of those who stand beside each other in a review."""

from collections.abc import Iterable
from decimal import Decimal

from reports.collation import alphabetical, by_given_name
from reports.review import Member


def ranked(members: Iterable[Member]) -> tuple[Member, ...]:
    """Those with any figure: the best score first, equal ones by name, and names that are equal by their id."""
    seen = (member for member in members if any(value is not None for value in member.values.values()))
    return tuple(sorted(seen, key=_best_first))


def _best_first(member: Member) -> tuple[object, ...]:
    order = by_given_name if member.group.level == "person" else alphabetical
    name = order(next(iter(member.group.name.values())))
    return member.score is None, -(member.score or Decimal(0)), name, member.group.id
