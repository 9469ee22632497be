"""Three sentences that say it all: what came of it, why, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from transforms.proposals import figures
from transforms.signals import OUTSIDE

_NO_DRIVERS: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the locales and what fills it.

    `values` are figures to be written in the unit of `figure_of` (a KPI, or a part or effect in money); `names` are
    keys of other texts: kpi -> a KPI's id, driver -> drivers.<name>; `inner` stands in the place of {proposal}.
    """

    key: str
    values: Mapping[str, Decimal | float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    inner: "Sentence | None" = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One KPI as judged: its id, actual and target in its unit; `charted`: its row of signals.SIGNALS, if there is."""

    kpi: str
    actual: Decimal | None
    target: Decimal | None
    status: str
    charted: Mapping[str, Any] | None = None


def three_sentences(
    outcome: Outcome, drivers: Mapping[str, Decimal] = _NO_DRIVERS, proposal: Mapping[str, Any] | None = None
) -> tuple[Sentence, Sentence, Sentence]:
    """Result, reason and next step of one group's month.

    `drivers`: driver -> part of the KPI's change, those that may be shown; `proposal`: the first row of PROPOSALS.
    """
    return _result(outcome), _why(outcome, drivers), _next(proposal)


def _result(outcome: Outcome) -> Sentence:
    names = {"kpi": outcome.kpi}
    if outcome.actual is None:
        return Sentence("three.result.not_measured", names=names)
    if outcome.target is None:
        return Sentence("three.result.no_target", {"actual": outcome.actual}, names)
    key = "met" if outcome.status == "met" else "missed"
    return Sentence(f"three.result.{key}", {"actual": outcome.actual, "target": outcome.target}, names)


def _why(outcome: Outcome, drivers: Mapping[str, Decimal]) -> Sentence:
    charted = outcome.charted
    if charted is None or charted["basis"] == "trial":
        return Sentence("three.why.unknown")
    key = {None: "routine", OUTSIDE: "signal"}.get(charted["rule"], "shift")
    limits = {name: charted[name] for name in (("expected",) if key == "shift" else ("lower", "upper"))}
    main = _main(drivers)
    if main is None:
        return Sentence(f"three.why.{key}_only", limits)
    return Sentence(f"three.why.{key}", limits | {"part": drivers[main]}, {"driver": f"drivers.{main}"})


def _main(drivers: Mapping[str, Decimal]) -> str | None:
    """The largest part in the direction of the whole change; the name settles a tie."""
    change = sum(drivers.values(), Decimal(0))
    with_it = [name for name, part in drivers.items() if part * change > 0]
    return min(with_it, key=lambda name: (-abs(drivers[name]), name), default=None)


def _next(proposal: Mapping[str, Any] | None) -> Sentence:
    if proposal is None:
        return Sentence("three.next.none")
    inner = Sentence(f"proposals.{proposal['rule']}", figures(proposal))
    if proposal["effect"] is None:
        return Sentence("three.next.proposal", inner=inner)
    return Sentence("three.next.effect", {"effect": proposal["effect"]}, inner=inner)
