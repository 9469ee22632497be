"""Midnight: punches after it beside a day that may be the one on which their shift began, and rows of nothing else."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from transforms.exports.unknown.draft import Draft

_EARLY: Final = "^0?[0-4]:"
_MIDNIGHT: Final = "^0?0:00(?::00)?$"
NEXT_MORNING: Final = (
    "CASE WHEN EXTRACT(HOUR FROM punched_at) < 5 THEN punched_at + INTERVAL '1 day' ELSE punched_at END"
)
_FEWEST: Final = 2  # days that go on after midnight


def are_of_the_day_before(taken: Mapping[str, int], lines: pl.DataFrame) -> bool:
    """Whether punches stand in the order in which they came, and those after midnight behind the others of their day.

    `taken` are the columns of the profile -> places, `lines` has the cells of each by its place.
    """
    if not taken.keys() >= {"punched_date", "punched_time", "employee_id"}:
        return False
    names = {name: pl.col(f"{taken[name]}") for name in ("employee_id", "punched_date", "punched_time")}
    rows = lines.select(**names).drop_nulls().with_columns(early=pl.col("punched_time").str.contains(_EARLY))
    days = rows.group_by("employee_id", "punched_date", maintain_order=True).agg(
        pl.col("early"), first=~pl.col("early").first(), times=pl.col("punched_time").str.zfill(8)
    )
    nights = days.filter(pl.col("early").list.any())
    behind = pl.col("early").list.eval(pl.element().cast(pl.Int8).diff().fill_null(0) >= 0).list.all()
    late = nights.select((pl.col("first") & behind).all()).item() if nights.height >= _FEWEST else False
    return bool(late) and _ascend(days)


def are_midnights(taken: Mapping[str, int], lines: pl.DataFrame) -> bool:
    """Whether any row begins and ends at 00:00."""
    ends = [lines[f"{taken[name]}"] for name in ("clock_in", "clock_out") if name in taken]
    nothing = [end.str.contains(_MIDNIGHT).fill_null(value=False) for end in ends]
    return len(nothing) == len(("in", "out")) and bool((nothing[0] & nothing[1]).any())


def _ascend(days: pl.DataFrame) -> bool:
    """Whether some day has later times below earlier ones, apart from those after midnight, and none the reverse."""
    others = days.filter(~pl.col("early").list.any())["times"]
    several = others.filter(others.list.n_unique() > 1)
    return several.len() > 0 and bool((several.list.sort() == several).all())


def of_nights(draft: Draft) -> Iterator[str]:
    """A sentence on punches after midnight, whose day may be the one on which the shift began."""
    named = {c.column: at for at, c in enumerate(draft.columns) if c.type != "times"}
    if draft.table != "punches" or not named.keys() >= {"punched_date", "punched_time"}:
        return
    times, header = draft.values[named["punched_time"]], draft.columns[named["punched_date"]].header
    early = times.filter(times.str.contains(_EARLY))
    if draft.is_next_morning:
        yield (
            f'"{header}" is taken for the day on which a shift began: {early[0]} is of the morning after it, as it '
            f"stands behind later times of that day; strike derive.punched_at if it is not."
        )
    elif early.len():
        yield (
            f'"{header}" is taken for the day of the calendar, so that {early[0]} is the morning of that day: if it is '
            f"the day on which a shift began, export whole moments."
        )
