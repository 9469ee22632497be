"""The service skill of each person, rated once a month."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from flows.sample.chain import Store, people_by_store
from flows.sample.scale import Scale, random_for

MEASURE: Final = "service_skill"
RATED_ON: Final = 28  # the day of the month
_BASE: Final = (64, 90)
_GAIN_A_YEAR: Final = 3.0  # experience
_NOISE: Final = 3.0
_SEED = 5


def ratings(scale: Scale, store: Store, month: date) -> pl.DataFrame:
    """Rate everybody employed in the store on the 28th: columns date, number, measure, value (Int64, 0-100)."""
    day = month.replace(day=RATED_ON)
    own = [s for s in people_by_store(scale)[store.number] if s.first <= day and (s.last is None or s.last >= day)]
    base = np.array([random_for(scale, _SEED, s.number).uniform(*_BASE) for s in own])
    years = np.array([(day - max(s.first, scale.first_day)).days / 365.25 for s in own])
    noise = random_for(scale, _SEED, store.number, month.year, month.month).normal(0, _NOISE, len(own))
    value = np.clip(np.round(base + _GAIN_A_YEAR * years + noise), 0, 100).astype(np.int64)
    return pl.DataFrame(
        {"number": [s.number for s in own], "value": value},
        schema={"number": pl.Int64, "value": pl.Int64},
    ).select(pl.lit(day).alias("date"), "number", measure=pl.lit(MEASURE), value="value")
