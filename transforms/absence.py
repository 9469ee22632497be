"""How often and how much somebody was away without agreement: context for a talk, never a reason and never a score."""

from datetime import date
from typing import Final

import polars as pl

from transforms.calendar import last_months
from transforms.tables import Schema

MONTHS: Final = 12  # the Bradford factor is told over a year
ABSENCES: Final = Schema({"group_id": pl.String(), "spells": pl.Int64(), "shifts": pl.Int64()})


def absences(facts: pl.DataFrame, month: date) -> pl.DataFrame:
    """Spells and shifts missed by each person in the MONTHS up to `month`, out of `facts` (tables.FACTS); ABSENCES.

    A spell that goes on into the next month counts once there too, as in the KPI absence_frequency.
    """
    year = facts.filter(pl.col("month").is_in(last_months(month, MONTHS)), level="person")
    spells = year.filter(kpi="absence_frequency").group_by("group_id").agg(spells=pl.col("numerator").sum())
    missed = pl.col("denominator") - pl.col("numerator")
    shifts = year.filter(kpi="attendance_rate").group_by("group_id").agg(shifts=missed.sum())
    return spells.join(shifts, on="group_id").cast(dict(ABSENCES)).sort("group_id")  # type: ignore[arg-type]
