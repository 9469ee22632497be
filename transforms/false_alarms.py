"""How many signals chance alone would give, to stand beside the number found."""

from typing import Final

import polars as pl

from transforms.signals import RULES

# The share of charts whose newest month breaks a rule (the strongest counts) though only chance is at work: normal,
# independent figures, 40,000 charts a length, limits as signals() sets them. Points of the phase, from which on.
RATES: Final = pl.DataFrame(
    [
        (1, 0.0, 0.0, 0.0),
        (4, 0.0065, 0.0015, 0.0),
        (12, 0.0055, 0.0021, 0.0008),
        (17, 0.0046, 0.0020, 0.0025),
        (25, 0.0093, 0.0027, 0.0041),
        (28, 0.0092, 0.0056, 0.0090),
        (31, 0.0095, 0.0058, 0.0133),
    ],
    schema={"points": pl.UInt32, **dict.fromkeys(RULES, pl.Float64)},
    orient="row",
)


def false_alarms(newest: pl.DataFrame) -> pl.DataFrame:
    """Count the signals of one month (a part of signals.SIGNALS) beside those that chance alone would give.

    Returns rule, charts, expected (Float64), found, in the order of RULES. Skewed figures give three times as many,
    figures that drag on (autocorrelated) eight times: read `expected` as the least.
    """
    rated = newest.sort("points").join_asof(RATES, on="points")
    counts = [(rule, newest.height, _expected(rated, rule), newest.filter(rule=rule).height) for rule in RULES]
    schema = {"rule": pl.String, "charts": pl.UInt32, "expected": pl.Float64, "found": pl.UInt32}
    return pl.DataFrame(counts, schema=schema, orient="row")


def _expected(rated: pl.DataFrame, rule: str) -> float:
    return float(rated[rule].sum())
