"""Three sentences that say it all: what came of it, why, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from transforms.proposals import figures
from transforms.signals import OUTSIDE, THREE_OF_FOUR, TRIAL

_KEYS: Mapping[str | None, str] = MappingProxyType({None: "routine", OUTSIDE: "signal", THREE_OF_FOUR: "near"})
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
    """One KPI as judged: its id, actual and target in its unit; `charted`: its row of signals.SIGNALS, if there is.

    `months`: how many comparable ones are known. Of a month that is `running` the target is what is due by now.
    """

    kpi: str
    actual: Decimal | None
    target: Decimal | None
    status: str
    charted: Mapping[str, Any] | None = None
    months: int = 0
    running: bool = False


def three_sentences(
    outcome: Outcome,
    drivers: Mapping[str, Decimal] = _NO_DRIVERS,
    proposal: Mapping[str, Any] | None = None,
    signals: tuple[int, int] | None = None,
) -> tuple[Sentence, ...]:
    """Result, reason and next step of one group's month; no step where neither a proposal nor charts speak.

    A month that runs has a result so far, and nothing else.

    `drivers`: driver -> part of the KPI's change, or where too few months can be compared of its difference from what
    was planned; those that may be shown; `proposal`: the first row of PROPOSALS;
    `signals`: how many there are, of how many charts.
    """
    if outcome.running:
        return (_result(outcome),)
    step = _next(proposal, signals)
    return (
        (_result(outcome), _why(outcome, drivers)) if step is None else (_result(outcome), _why(outcome, drivers), step)
    )


def _result(outcome: Outcome) -> Sentence:
    names = {"kpi": outcome.kpi}
    if outcome.actual is None:
        return Sentence("three.result.not_measured", names=names)
    if outcome.target is None:
        return Sentence("three.result.no_target", {"actual": outcome.actual}, names)
    key = "so_far" if outcome.running else "met" if outcome.status == "met" else "missed"
    return Sentence(f"three.result.{key}", {"actual": outcome.actual, "target": outcome.target}, names)


def _why(outcome: Outcome, drivers: Mapping[str, Decimal]) -> Sentence:
    charted = outcome.charted
    if charted is None or charted["basis"] == "trial":
        counts = {"months": Decimal(outcome.months), "needed": Decimal(TRIAL)}
        if outcome.months >= TRIAL:
            return Sentence("three.why.apart", counts)
        return _told("planned", counts, drivers) if drivers else Sentence("three.why.unknown", counts)
    key = _KEYS.get(charted["rule"], "shift")
    limits = {name: charted[name] for name in (("expected",) if key in ("shift", "near") else ("lower", "upper"))}
    return _told(key, limits, drivers)


def _told(key: str, limits: Mapping[str, Decimal | float], drivers: Mapping[str, Decimal]) -> Sentence:
    """With the largest gain and the largest loss, as far as there are any."""
    gain, loss = _largest(drivers, 1), _largest(drivers, -1)
    if gain is None and loss is None:
        return Sentence(f"three.why.{key}_only", limits)
    if gain is not None and loss is not None:
        parts = {"gain": drivers[gain], "loss": drivers[loss]}
        return Sentence(
            f"three.why.{key}_both", {**limits, **parts}, {"rise": f"drivers.{gain}", "fall": f"drivers.{loss}"}
        )
    main = str(gain or loss)
    return Sentence(f"three.why.{key}", {**limits, "part": drivers[main]}, {"driver": f"drivers.{main}"})


def _largest(drivers: Mapping[str, Decimal], sign: int) -> str | None:
    """The largest part on one side of zero; the name settles a tie."""
    side = [name for name, part in drivers.items() if part * sign > 0]
    return min(side, key=lambda name: (-abs(drivers[name]), name), default=None)


def _next(proposal: Mapping[str, Any] | None, signals: tuple[int, int] | None) -> Sentence | None:
    if proposal is None:
        counts = None if signals is None else dict(zip(("found", "charts"), map(Decimal, signals), strict=True))
        return None if counts is None else Sentence("three.next.none", counts)
    inner = Sentence(f"proposals.{proposal['rule']}", figures(proposal))
    if proposal["effect"] is None:
        return Sentence("three.next.proposal", inner=inner)
    return Sentence("three.next.effect", {"effect": proposal["effect"]}, inner=inner)
