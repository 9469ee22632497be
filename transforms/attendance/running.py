"""Ins whose out may not have been delivered yet: at the end of what a clock sent, nobody has forgotten anything.

The night over a month's last midnight is open until the file with its morning is there. It is `running`, no mistake of
anybody's, unless the clock of that store sent something later than when its person must have left: three hours after
the scheduled end, or without one, the longest shift after the in. What comes more than 60 hours later does not
show that the clock was read in between.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from transforms.attendance.rules import ShiftRules

_PAUSE: Final = timedelta(hours=3)
_SILENT: Final = timedelta(hours=60)  # closed for two days; within pairing.MARGIN, with the longest shift before it
_CLOCK: Final = ("system", "store_id")


def with_running(rows: pl.LazyFrame, rules: ShiftRules) -> pl.LazyFrame:
    """Add `_running`; `rows` are spells with _punch and the scheduled_out of their shift."""
    left_by = pl.coalesce(pl.col("scheduled_out") + _PAUSE, pl.col("clock_in") + rules.longest)
    alone = rows.filter(pl.col("clock_in").is_not_null(), pl.col("clock_out").is_null()).with_columns(_at=left_by)
    # The scheduled end may be hours before somebody comes at all.
    alone = alone.with_columns(pl.max_horizontal("_at", pl.col("clock_in") + _PAUSE))
    sent = rows.with_columns(_at=pl.max_horizontal("clock_in", "clock_out")).filter(pl.col("_at").is_not_null())
    later = _by_clock(alone.select("_punch", *_CLOCK, "_at")).join_asof(
        _by_clock(sent.select(*_CLOCK, "_at", _later="_at")),
        on="_at",
        by=list(_CLOCK),
        strategy="forward",
        tolerance=_SILENT,
        allow_exact_matches=False,
        check_sortedness=False,
    )
    running = later.select("_punch", _running=pl.col("_later").is_null())
    return rows.join(running, on="_punch", how="left").with_columns(pl.col("_running").fill_null(value=False))


def _by_clock(rows: pl.LazyFrame) -> pl.LazyFrame:
    """In order of time; a store or system that is not named is one, too."""
    return rows.with_columns(pl.col(_CLOCK).fill_null("")).sort("_at")
