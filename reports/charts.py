"""Geometry of the charts: plain numbers in, SVG coordinates out. The macros of templates/charts.j2 draw with it.

A value of None is a gap. Every function stands equal, negative, zero, single and huge values.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from math import cos, floor, log10, pi, sin
from sys import float_info
from typing import Final

Number = float | None
Axis = Callable[[float], float]

DIAL: Final = (60.0, 120.0)  # what a dial, a bullet and a bar of scores span; 100 is exactly on target
_NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def r1(value: float) -> float:
    """A coordinate to a tenth of a pixel."""
    return round(value, 1)


def axis(low: float, high: float, start: float, end: float) -> Axis:
    """A linear scale from `low..high` to `start..end`; everything lies in the middle if they are equal."""
    if high == low:
        return lambda _: r1((start + end) / 2)
    return lambda value: r1(start + (value - low) / (high - low) * (end - start))


def clamped(value: float, low: float, high: float) -> float:
    """`value`, or the limit it lies beyond."""
    return min(max(value, low), high)


def extent(*series: Iterable[Number], pad: float = 0.0) -> tuple[float, float]:
    """The least and the greatest value of all series, with `pad` of their distance on both sides."""
    known = [value for values in series for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    margin = (high - low) * pad
    return low - margin, high + margin


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """At most `count` + 1 round values within `low..high`."""
    if (high - low) / count < float_info.min:  # nothing between them, or nothing that can be divided
        return [low]
    step = _nice((high - low) / count)
    first = -floor(-low / step)
    return [i * step for i in range(first, floor(high / step) + 1)]


def line(values: Sequence[Number], x: Axis, y: Axis) -> str:
    """An SVG path through the values, broken where one is missing."""
    return "".join("M" + "L".join(_points(run, values, x, y)) for run in _runs(values))


def area(values: Sequence[Number], x: Axis, y: Axis, base: float) -> str:
    """The same, filled down to the height `base`."""
    return "".join(
        f"M{x(run[0])} {base}L{'L'.join(_points(run, values, x, y))}L{x(run[-1])} {base}Z" for run in _runs(values)
    )


def apart(heights: Sequence[Number], gap: float) -> list[Number]:
    """Heights of two labels, moved away from each other until they are `gap` apart."""
    if len(heights) != 2 or None in heights:  # noqa: PLR2004
        return list(heights)
    first, second = (height for height in heights if height is not None)
    missing = max(0.0, gap - abs(first - second)) / 2
    return [first - missing, second + missing] if first <= second else [first + missing, second - missing]


def lone(values: Sequence[Number]) -> list[int]:
    """Positions of values without neighbours, which a line cannot show."""
    return [run[0] for run in _runs(values) if len(run) == 1]


def band(lower: Sequence[float], upper: Sequence[float], x: Axis, y: Axis) -> str:
    """The closed path between two series of equal length; of a single value, as wide as a mark."""
    if len(lower) == 1:
        return box(x(0) - 3, y(upper[0]), 6, y(lower[0]) - y(upper[0]))
    there = [f"{x(i)} {y(value)}" for i, value in enumerate(upper)]
    back = [f"{x(i)} {y(lower[i])}" for i in reversed(range(len(lower)))]
    return f"M{'L'.join([*there, *back])}Z"


def box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as a path, so that many of one look are one shape."""
    return f"M{r1(x)} {r1(y)}h{r1(width)}v{r1(height)}h{r1(-width)}Z"


def spots(values: Sequence[Number], at: Iterable[int], x: Axis, y: Axis) -> str:
    """Dots at some positions, as a path to be stroked with round ends."""
    return "".join(f"M{x(i)} {y(value)}h.01" for i in at if (value := values[i]) is not None)


def diamonds(values: Sequence[Number], at: Iterable[int], x: Axis, y: Axis, radius: float) -> str:
    """Diamonds at some positions."""
    r = radius
    return "".join(
        f"M{x(i)} {r1(y(value) - r)}l{r} {r}l{-r} {r}l{-r} {-r}Z" for i in at if (value := values[i]) is not None
    )


def triangle(x: float, y: float, radius: float, *, up: bool) -> str:
    """A triangle around a point, upright or on its head."""
    r = radius if up else -radius
    return f"M{r1(x)} {r1(y - r)}l{radius} {r1(1.7 * r)}h{-2 * radius}Z"


def hatched(x: float, y: float, width: float, height: float, step: float = 4.0) -> str:
    """A rectangle's outline and diagonals: how a forecast is drawn."""
    lines = (
        f"M{r1(x + at)} {r1(y + height)}l{r1(reach)} {r1(-reach)}"
        for at in _steps(0.0, width, step)
        if (reach := min(height, width - at)) > 0
    )
    return box(x, y, width, height) + "".join(lines)


def arc(x: float, y: float, radius: float, start: float, end: float) -> str:
    """A part of the upper half circle, from `start` to `end` of 0..1, left to right."""
    (x0, y0), (x1, y1) = _on_arc(x, y, radius, start), _on_arc(x, y, radius, end)
    return f"M{x0} {y0}A{radius} {radius} 0 0 1 {x1} {y1}"


def tick(x: float, y: float, inner: float, outer: float, at: float) -> str:
    """A radial mark on the same half circle."""
    (x0, y0), (x1, y1) = _on_arc(x, y, inner, at), _on_arc(x, y, outer, at)
    return f"M{x0} {y0}L{x1} {y1}"


def dial_share(value: float) -> float:
    """Where a score stands on the dial, 0..1."""
    low, high = DIAL
    return (clamped(value, low, high) - low) / (high - low)


def _steps(start: float, end: float, step: float) -> Iterable[float]:
    return (start + i * step for i in range(max(0, -floor(-(end - start) / step))))


def _nice(step: float) -> float:
    power = 10.0 ** floor(log10(step))
    return next(nice * power for nice in _NICE if nice * power >= step * 0.999)


def _runs(values: Sequence[Number]) -> list[list[int]]:
    grouped = groupby(range(len(values)), lambda i: values[i] is not None)
    return [list(run) for known, run in grouped if known]


def _points(run: Iterable[int], values: Sequence[Number], x: Axis, y: Axis) -> list[str]:
    return [f"{x(i)} {y(value)}" for i in run if (value := values[i]) is not None]


def _on_arc(x: float, y: float, radius: float, at: float) -> tuple[float, float]:
    angle = pi * (1 - at)
    return round(x + radius * cos(angle), 2), round(y - radius * sin(angle), 2)
