"""The same expectations over the same frames, by Great Expectations' own pandas engine and by ours: the same results.

One difference is meant. Comparing A > B where one of them is missing is unknown in SQL, and passes with us; pandas
calls a comparison with NaN false, so there such a row breaks the rule.
"""

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
import polars as pl
import pytest
from great_expectations.core.batch import Batch
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.row_conditions import Column

from transforms.quality.brief import BriefValidator
from transforms.quality.engine import PolarsExecutionEngine
from transforms.quality.validation import REGISTERED

SEEDS = range(24)
FIRST = datetime.fromisoformat("2026-01-01")
T = TypeVar("T")
Told = dict[str, tuple[Any, ...]]
UNEXPECTED = 2  # where an outcome holds the number of rows that break the rule

assert REGISTERED  # the metrics of our engine


@pytest.fixture(scope="module")
def context() -> Any:
    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    return made


def drawn(random: Random) -> pl.DataFrame:
    """Draw a frame of every dtype, with none, some, half or nothing but nulls."""
    rows, missing = random.choice([1, 7, 200, 500]), random.choice([0, 0.1, 0.5, 1.0])

    def column(value: Callable[[], T]) -> list[T | None]:
        return [None if random.random() < missing else value() for _ in range(rows)]

    return pl.DataFrame(
        {
            "i": pl.Series(column(lambda: random.randint(0, 20)), dtype=pl.Int64),
            "j": pl.Series(column(lambda: random.randint(0, 20)), dtype=pl.Int64),
            "f": pl.Series(column(lambda: round(random.uniform(-5, 5), 3)), dtype=pl.Float64),
            "g": pl.Series(column(lambda: round(random.uniform(-5, 5), 3)), dtype=pl.Float64),
            "s": pl.Series(column(lambda: random.choice(["SKU001", "SKU2", "x", "Ạ é", ""])), dtype=pl.String),
            "t": pl.Series(column(lambda: FIRST + timedelta(days=random.randrange(31))), dtype=pl.Datetime("us")),
            "c": pl.Series([random.choice("ab") for _ in range(rows)]),
        }
    )


def expectations(random: Random, columns: list[str]) -> Iterator[Any]:
    mostly = random.choice([1, 0.9, 0.5])
    strict = {"strict_min": random.random() < 0.5, "strict_max": random.random() < 0.5}
    early, late = FIRST + timedelta(days=4), FIRST + timedelta(days=19)
    yield gxe.ExpectColumnValuesToNotBeNull(column="i", mostly=mostly)
    yield gxe.ExpectColumnValuesToBeNull(column="i", mostly=mostly)
    yield gxe.ExpectColumnValuesToBeBetween(column="i", min_value=3, max_value=15, mostly=mostly, **strict)
    yield gxe.ExpectColumnValuesToBeBetween(column="f", min_value=-2.5, mostly=mostly)
    yield gxe.ExpectColumnValuesToBeBetween(column="t", min_value=early, max_value=late)
    yield gxe.ExpectColumnValuesToBeInSet(column="s", value_set=["SKU001", "x"], mostly=mostly)
    yield gxe.ExpectColumnValuesToNotBeInSet(column="s", value_set=["x"], mostly=mostly)
    yield gxe.ExpectColumnValuesToMatchRegex(column="s", regex=r"^SKU\d+$", mostly=mostly)
    yield gxe.ExpectColumnValuesToNotMatchRegex(column="s", regex=r"\d", mostly=mostly)
    yield gxe.ExpectColumnValueLengthsToBeBetween(column="s", min_value=1, max_value=4, mostly=mostly)
    yield gxe.ExpectColumnValuesToBeUnique(column="i", mostly=mostly)
    for ignored in ("both_values_are_missing", "either_value_is_missing"):
        for or_equal in (True, False):
            yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="f", column_B="g", or_equal=or_equal, ignore_row_if=ignored, mostly=mostly
            )
    yield gxe.ExpectColumnPairValuesToBeEqual(
        column_A="i", column_B="j", ignore_row_if="either_value_is_missing", mostly=mostly
    )
    for ignored in ("all_values_are_missing", "any_value_is_missing", "never"):
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=["i", "s"], ignore_row_if=ignored, mostly=mostly)
    yield gxe.ExpectColumnSumToBeBetween(column="f", min_value=-10, max_value=10)
    yield gxe.ExpectColumnMeanToBeBetween(column="f", min_value=-1, max_value=1)
    yield gxe.ExpectColumnMedianToBeBetween(column="f", min_value=-1, max_value=1)
    yield gxe.ExpectColumnStdevToBeBetween(column="f", min_value=0, max_value=10)
    yield gxe.ExpectColumnMinToBeBetween(column="i", min_value=0)
    yield gxe.ExpectColumnMaxToBeBetween(column="i", max_value=19)
    yield gxe.ExpectColumnUniqueValueCountToBeBetween(column="i", min_value=1, max_value=30)
    yield gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=300)
    yield gxe.ExpectTableColumnsToMatchOrderedList(column_list=columns)
    yield gxe.ExpectTableColumnsToMatchSet(column_set=columns[1:])
    yield gxe.ExpectTableColumnCountToEqual(value=7)
    yield gxe.ExpectColumnToExist(column="i")
    yield from conditioned()


def conditioned() -> Iterator[Any]:
    in_a, of_a_shop = Column("c") == "a", (Column("c") == "a") & Column("s").is_not_null()
    yield gxe.ExpectColumnValuesToBeBetween(column="i", min_value=3, max_value=15, row_condition=in_a)
    yield gxe.ExpectColumnValuesToNotBeNull(column="i", row_condition=of_a_shop)
    either = (Column("i") < 5) | Column("s").is_in(["x"])
    yield gxe.ExpectColumnValuesToNotBeNull(column="f", row_condition=either)


def told(results: Any) -> Told:
    return {each.expectation_config.meta["no"]: outcome(each) for each in results.results}


def outcome(result: Any) -> tuple[Any, ...]:
    assert not result.exception_info["raised_exception"], result.exception_info
    counts = ("element_count", "unexpected_count", "missing_count", "unexpected_percent", "observed_value")
    listed = len(result.result.get("unexpected_list") or [])
    return (result.success, *(known(result.result.get(name)) for name in counts), listed)


def known(value: Any) -> Any:
    """Pandas writes NaN where nothing was measured."""
    return None if isinstance(value, float) and math.isnan(value) else value


def equal(ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    return all(
        a == (pytest.approx(b, rel=1e-9) if isinstance(b, float) else b) for a, b in zip(ours, theirs, strict=True)
    )


def compares_with_missing(expectation: Any) -> bool:
    """The one documented difference: A > B while one of the two is missing."""
    return getattr(expectation, "ignore_row_if", None) == "both_values_are_missing"


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """Convert without pyarrow: a missing number is NaN, a missing time NaT, a missing text None."""
    dtypes = {pl.Int64: "float64", pl.Float64: "float64", pl.Datetime("us"): "datetime64[us]", pl.String: "object"}
    return pd.DataFrame({c.name: pd.Series(c.to_list(), dtype=dtypes[c.dtype]) for c in frame})


def by_pandas(context: Any, suite: Any, frame: pl.DataFrame) -> Told:
    source = context.data_sources.add_or_update_pandas("pandas").add_dataframe_asset("drawn")
    batch = source.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": as_pandas(frame)})
    return told(batch.validate(suite, result_format="COMPLETE"))


def by_ours(context: Any, suite: Any, frame: pl.DataFrame) -> Told:
    validator = BriefValidator(PolarsExecutionEngine(frame, {}), data_context=context, batches=[Batch(data=frame)])
    return told(validator.validate(suite, result_format="COMPLETE", catch_exceptions=False))


@pytest.mark.parametrize("seed", SEEDS)
def test_both_engines_tell_the_same(context: Any, seed: int) -> None:
    random = Random(seed)
    frame = drawn(random)
    asked = list(expectations(random, frame.columns))
    for number, expectation in enumerate(asked):
        expectation.meta = {"no": str(number)}
    suite = gx.ExpectationSuite(name=f"seed {seed}", expectations=asked)

    theirs, ours = by_pandas(context, suite, frame), by_ours(context, suite, frame)

    assert len(ours) == len(theirs) == len(asked)
    assert len(asked) * len(SEEDS) >= 800
    differing = {n for n in theirs if not equal(ours[n], theirs[n])}
    meant = {n for n in differing if compares_with_missing(asked[int(n)])}
    assert {n: (asked[int(n)].expectation_type, ours[n], theirs[n]) for n in differing - meant} == {}
    # Ours then breaks the rule as often as pandas does where it is told to leave such rows out: two rules further on.
    assert all(ours[n][UNEXPECTED] == theirs[str(int(n) + 2)][UNEXPECTED] for n in meant)
