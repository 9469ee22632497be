"""The gate: which rows of a batch go on, which are quarantined and why, and whether the batch may be used at all.

Great Expectations is imported by the first `Gatekeeper`, not by this module: that costs seconds of CPU.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.quality.suites import Rule, Suite, suite
from transforms.tables import TABLES, empty

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

    from transforms.quality.validation import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a batch as a whole does not keep: the code of its reason, what was found, what is allowed."""

    reason: str
    observed: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict on one batch; `kept` and `quarantined` are together the rows delivered, in their order."""

    kept: pl.DataFrame  # the columns of the canonical table
    quarantined: pl.DataFrame  # the columns delivered, and reasons: List(String), all that apply in suite order
    closed: tuple[Finding, ...]  # not empty: nothing of the batch may be used, `kept` neither
    warnings: tuple[Finding, ...]  # worth telling; they neither quarantine nor close
    result: "ExpectationSuiteValidationResult"  # for the Data Docs


class Gatekeeper:
    """Gates the batches of one site in one run.

    `references` are the lists of known ids that suites name: ``stores``, ``employees`` and ``measures``; Series
    of String. Two gatekeepers share no ids and no rows; one may be used by several threads.
    """

    def __init__(self, references: Mapping[str, pl.Series]) -> None:
        from transforms.quality.loaded import Validation  # noqa: PLC0415 - seconds of CPU, so only who gates pays

        self._validation = Validation(references)

    def gate(
        self,
        table: str,
        rows: pl.DataFrame | pl.LazyFrame,
        *,
        name: str,
        run_time: datetime,
        parameters: Mapping[str, Any],
    ) -> Gate:
        """Judge one batch of the canonical table `table`.

        `name` and `run_time` (with its zone) are the batch's in the Data Docs. `parameters` are the values the suite
        asks for: ``today`` and ``first_day`` (dates), for sales ``small_amount`` and ``large_amount`` (money), for
        ratings ``highest_rating``; others are ignored.

        Raises:
            BrokenSuite: a parameter or a reference is missing, or a rule cannot be applied: a fault of the program.
        """
        return self.judge(suite(table), rows.lazy().collect(), name=name, run_time=run_time, parameters=parameters)

    def judge(
        self, suite: Suite, rows: pl.DataFrame, *, name: str, run_time: datetime, parameters: Mapping[str, Any]
    ) -> Gate:
        """Judge one batch by any suite for a canonical table; see `gate`."""
        declared = TABLES[suite.name].columns
        if list(rows.schema.items()) != list(declared.items()):
            return self._refuse(suite.only("expect_schema"), rows, name, run_time)
        rules = suite.given(parameters)
        outcome = self._validation.run(rules, rows, name=name, run_time=run_time)
        return Gate(
            kept=outcome.kept,
            quarantined=outcome.quarantined,
            closed=_findings((rule for rule in rules.rules if rule.critical), outcome),
            warnings=_findings((rule for rule in rules.rules if not rule.critical), outcome),
            result=outcome.result,
        )

    def _refuse(self, schema: Suite, rows: pl.DataFrame, name: str, run_time: datetime) -> Gate:
        """Refuse a batch whose columns are not the table's: no other rule can be asked of it."""
        outcome = self._validation.run(schema, rows, name=name, run_time=run_time)
        return Gate(
            kept=empty(TABLES[schema.name].columns),
            quarantined=rows.with_columns(reasons=pl.lit([rule.reason for rule in schema.rules], pl.List(pl.String))),
            closed=_findings(schema.rules, outcome),
            warnings=(),
            result=outcome.result,
        )


def _findings(rules: Iterable[Rule], outcome: "Outcome") -> tuple[Finding, ...]:
    failed = ((rule, outcome.by_reason[rule.reason]) for rule in rules if not outcome.by_reason[rule.reason].success)
    return tuple(Finding(rule.reason, *_observed_and_allowed(rule, result.result)) for rule, result in failed)


def _observed_and_allowed(rule: Rule, result: Mapping[str, Any]) -> tuple[str, str]:
    """Return both as signs and figures that read alike in every language."""
    if "unexpected_count" in result:
        rows = result["element_count"] - result.get("missing_count", 0)
        most = floor(rows * (1 - Decimal(str(rule.kwargs.get("mostly", 1)))))
        return f"{result['unexpected_count']}/{rows}", f"≤ {most}/{rows}"
    if "declared" in result.get("details", {}):
        return result["observed_value"], result["details"]["declared"]
    bounds = (("≥", rule.kwargs.get("min_value")), ("≤", rule.kwargs.get("max_value")))
    return str(result["observed_value"]), ", ".join(f"{sign} {bound}" for sign, bound in bounds if bound is not None)
