"""One suite, one batch, one validation by Great Expectations, and the split of its rows.

This is its `Validator` on an engine of our own: the same expectations, metrics and results as a checkpoint's, without
the stores and lookups that a small batch would mostly pay for. Importing this module costs seconds of CPU.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Final

import great_expectations as gx
import polars as pl
from great_expectations.core.batch import Batch, BatchSpec
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.registry import get_expectation_impl

from transforms.quality import expectations, metrics
from transforms.quality.brief import BriefValidator
from transforms.quality.engine import PolarsExecutionEngine
from transforms.quality.split import split
from transforms.quality.suites import BrokenSuite, Rule, Suite

# Great Expectations sends Python's warnings into its own log when it is imported.
logging.captureWarnings(capture=False)

# Importing the two registers what they define.
REGISTERED: Final = (expectations, metrics)

# BASIC tells counts and example values. SUMMARY would add how often each example occurs, at half as much cost again.
RESULT_FORMAT: Final = MappingProxyType({"result_format": "BASIC", "partial_unexpected_count": 5})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Great Expectations says of a batch, each rule's result by its reason, and the batch's rows split."""

    result: ExpectationSuiteValidationResult
    by_reason: Mapping[str, ExpectationValidationResult]
    kept: pl.DataFrame
    quarantined: pl.DataFrame


class Validation:
    """Validates batches, each on an engine of its own."""

    def __init__(self, references: Mapping[str, pl.Series]) -> None:
        # An empty list has no dtype of its own.
        self._references = MappingProxyType({name: ids.cast(pl.String) for name, ids in references.items()})

    def run(self, suite: Suite, rows: pl.DataFrame, *, name: str, run_time: datetime) -> Outcome:
        """Validate `rows` by every rule of `suite`, whose parameters have been given.

        Raises:
            BrokenSuite: a rule cannot be applied; it names suite and rule.
        """
        try:
            return self._run(suite, rows, name, run_time)
        except Exception as error:
            self._blame(suite, rows, run_time)
            raise BrokenSuite(f"Suite {suite.name}: {error}") from error

    def _run(self, suite: Suite, rows: pl.DataFrame, name: str, run_time: datetime) -> Outcome:
        engine = PolarsExecutionEngine(rows, self._references)
        result = self._validate(suite, engine, RunIdentifier(run_name=name, run_time=run_time))
        by_reason = {each.expectation_config.meta["reason"]: each for each in result.results}
        kept, quarantined = split(rows, _quarantining(suite, engine))
        return Outcome(result, MappingProxyType(by_reason), kept, quarantined)

    def _validate(
        self, suite: Suite, engine: PolarsExecutionEngine, run: RunIdentifier
    ) -> ExpectationSuiteValidationResult:
        moment = run.run_time.strftime("%Y%m%dT%H%M%S.%fZ")
        spec = BatchSpec(load_time=moment)
        data, markers = engine.get_batch_data_and_markers(spec)
        batch = Batch(data=data, batch_spec=spec, batch_markers=markers)
        result = BriefValidator(engine, data_context=_context(), batches=[batch]).validate(
            gx.ExpectationSuite(name=suite.name, expectations=[_expectation(rule) for rule in suite.rules]),
            run_id=run,
            # Caught, an exception would be a note inside a result, and the metrics would be tried three times over.
            catch_exceptions=False,
            result_format=dict(RESULT_FORMAT),
        )
        result.meta["validation_time"] = moment
        return result

    def _blame(self, suite: Suite, rows: pl.DataFrame, run_time: datetime) -> None:
        """Raise for the first rule that fails alone. One row of nulls is enough to find a wrong name, type or SQL."""
        nulls = rows.clear(1)
        for rule in suite.rules:
            try:
                self._run(Suite(suite.name, (rule,)), nulls, suite.name, run_time)
            except Exception as error:
                raise BrokenSuite(f"Suite {suite.name}, rule {rule.reason} ({rule.type}): {error}") from error


@cache
def _context() -> EphemeralDataContext:
    """In memory, silent, and telling nobody: it keeps nothing, so there is one for all."""
    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )


def _expectation(rule: Rule) -> Expectation:
    meta = {"reason": rule.reason}
    made = get_expectation_impl(rule.type)
    return made(**rule.kwargs, meta=meta, severity=rule.severity, description=rule.description)


def _quarantining(suite: Suite, engine: PolarsExecutionEngine) -> dict[str, pl.Expr]:
    judged = [(rule, getattr(get_expectation_impl(rule.type), "map_metric", None)) for rule in suite.rules]
    return {rule.reason: engine.broken(metric, rule.kwargs) for rule, metric in judged if metric and rule.critical}
