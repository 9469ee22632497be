"""Why nobody came to a rostered shift: absent, on leave, a public holiday, or not known. Never a private reason."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

_DAY: Final = ("employee_id", "business_date")
_STORE_DAY: Final = ("store_id", "business_date")


@dataclass(frozen=True, slots=True)
class Away:
    """Absences that were noted (tables.ABSENCES), and public holidays."""

    absences: pl.LazyFrame
    holidays: frozenset[date]

    def partly(self, matched: pl.LazyFrame) -> pl.LazyFrame:
        """Add `partly_away`: some hours of the day were agreed on, so coming late or leaving early was, too."""
        agreed = self._noted().filter("agreed").select(*_DAY, partly_away=pl.lit(value=True))
        return matched.join(agreed, on=_DAY, how="left")

    def missed(self, unattended: pl.LazyFrame, matched: pl.LazyFrame, plan: pl.LazyFrame) -> pl.LazyFrame:
        """Add `status` to rostered shifts without a clocking of their own (`_came`: someone worked through them)."""
        days = matched.select(_STORE_DAY).unique().with_columns(delivered=pl.lit(value=True))
        rows = unattended.join(days, on=_STORE_DAY, how="left").join(self._noted(), on=_DAY, how="left")
        rows = rows.join(self._expected(matched, plan), on=_STORE_DAY, how="left")
        agreed = pl.col("agreed") & (pl.col("whole") | (pl.col("away_hours") >= pl.col("scheduled_hours")))
        holiday = pl.col("business_date").is_in(sorted(self.holidays)) & pl.col("expected").is_null()
        return rows.with_columns(
            status=pl.when(pl.col("_came").is_not_null())
            .then(pl.lit("worked"))
            .when(agreed)
            .then(pl.lit("on_leave"))
            .when(~pl.col("agreed"))
            .then(pl.lit("absent"))
            .when(holiday)
            .then(pl.lit("holiday"))
            .when("delivered")
            .then(pl.lit("absent"))
            .otherwise(pl.lit("not_recorded"))
        )

    def _noted(self) -> pl.LazyFrame:
        """One row a person's day: agreed, whole, away_hours. What was not said to be agreed was not.

        Two systems tell of the same hours.
        """
        told = self.absences.group_by(*_DAY, "system").agg(
            agreed=pl.col("excused").fill_null(value=False).all(),
            whole=pl.col("hours").is_null().any(),
            away_hours=pl.col("hours").sum(),
        )
        return told.group_by(_DAY).agg(pl.col("agreed").all(), pl.col("whole").any(), pl.col("away_hours").max())

    def _expected(self, matched: pl.LazyFrame, plan: pl.LazyFrame) -> pl.LazyFrame:
        """The store-days on which a holiday was worked: half of the rostered shifts or more were."""
        holidays = plan.filter("rostered", pl.col("business_date").is_in(sorted(self.holidays)))
        came = matched.select("_shift", came=pl.lit(value=True)).unique()
        shares = (
            holidays.join(came, on="_shift", how="left").group_by(_STORE_DAY).agg(pl.col("came").count() / pl.len())
        )
        return shares.filter(pl.col("came") >= 0.5).select(*_STORE_DAY, expected=pl.lit(value=True))  # noqa: PLR2004
