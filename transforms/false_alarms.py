"""How many signals chance alone would give, to stand beside the number found."""

from typing import Final

import polars as pl

from transforms.signals import RULES

# The share of charts whose newest month breaks a rule (the strongest counts) though only chance is at work: normal,
# independent figures, 40,000 charts a length, limits as signals() sets them; charted as they are, or (seasonal) as
# ratios to a year earlier, of which two hang together that share a month. Points of the phase, from which on.
RATES: Final = pl.DataFrame(
    [
        (False, 1, 0.0, 0.0, 0.0),
        (False, 4, 0.0065, 0.0015, 0.0),
        (False, 12, 0.0056, 0.0018, 0.0007),
        (False, 14, 0.0051, 0.0017, 0.0012),
        (False, 18, 0.0046, 0.0019, 0.0022),
        (False, 22, 0.0045, 0.0021, 0.0030),
        (False, 25, 0.0093, 0.0027, 0.0041),
        (False, 26, 0.0096, 0.0041, 0.0058),
        (False, 28, 0.0094, 0.0057, 0.0085),
        (False, 31, 0.0094, 0.0055, 0.0134),
        (True, 1, 0.0, 0.0, 0.0),
        (True, 4, 0.0065, 0.0015, 0.0),
        (True, 12, 0.0067, 0.0022, 0.0006),
        (True, 14, 0.0059, 0.0031, 0.0018),
        (True, 17, 0.0056, 0.0036, 0.0037),
        (True, 20, 0.0053, 0.0033, 0.0048),
        (True, 25, 0.0107, 0.0039, 0.0060),
        (True, 26, 0.0099, 0.0050, 0.0078),
        (True, 28, 0.0101, 0.0070, 0.0105),
        (True, 30, 0.0103, 0.0072, 0.0160),
        (True, 38, 0.0105, 0.0045, 0.0140),
        (True, 45, 0.0112, 0.0046, 0.0108),
    ],
    schema={"seasonal": pl.Boolean, "points": pl.UInt32, **dict.fromkeys(RULES, pl.Float64)},
    orient="row",
)


def false_alarms(newest: pl.DataFrame) -> pl.DataFrame:
    """Count the signals of one month (a part of signals.SIGNALS) beside those that chance alone would give.

    Returns rule, charts, expected (Float64), found, in the order of RULES. Charts without limits are none. Skewed
    figures give three times as many, figures that drag on (autocorrelated) eight times: read `expected` as the least.
    """
    charts = newest.filter(pl.col("points").is_not_null())
    rated = charts.sort("points").join_asof(RATES, on="points", by="seasonal", check_sortedness=False)
    counts = [(rule, charts.height, float(rated[rule].sum()), charts.filter(rule=rule).height) for rule in RULES]
    schema = {"rule": pl.String, "charts": pl.UInt32, "expected": pl.Float64, "found": pl.UInt32}
    return pl.DataFrame(counts, schema=schema, orient="row")
