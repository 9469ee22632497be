"""One scale for one unit: in a section, the same length is the same difference in every chart of a unit.

A chart is a window onto that scale, as wide as the widest chart of its unit needs, and lies where its own values are: a
rate of 3 % and one of 95 % are compared by how far they moved. A window that would be filled to less than a fifth is
magnified five times, or five times five, and the chart says so.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

STEP: Final = 5


@dataclass(frozen=True, slots=True)
class Window:
    """The ends of one chart's scale, in its unit, and how many times it is magnified."""

    low: float
    high: float
    times: int = 1


def windows(extents: Sequence[tuple[Hashable, float, float]], *, anchored: bool = False) -> list[Window]:
    """Windows for charts of (unit, least, greatest value), in their order; `anchored` ones begin at the least value."""
    widest: dict[Hashable, float] = {}
    for unit, low, high in extents:
        widest[unit] = max(high - low, widest.get(unit, 0.0))
    return [_window(low, high, widest[unit], anchored=anchored) for unit, low, high in extents]


def _window(low: float, high: float, widest: float, *, anchored: bool) -> Window:
    times = _times(high - low, widest)
    spare = widest / times - (high - low)
    below = 0.0 if anchored else spare / 2
    return Window(low - below, high + spare - below, times)


def _times(span: float, widest: float) -> int:
    """A chart whose values are all equal has nothing to magnify."""
    times = 1
    while span > 0 and span * times * STEP <= widest:
        times *= STEP
    return times
