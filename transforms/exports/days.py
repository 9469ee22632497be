"""Business days: a moment before the day starts belongs to the evening before."""

from datetime import time

import polars as pl


def business_date(at: pl.Expr, day_starts: time) -> pl.Expr:
    """The business day of a local moment, for days that begin at `day_starts`."""
    return at.dt.offset_by(f"-{day_starts.hour * 60 + day_starts.minute}m").dt.date()
