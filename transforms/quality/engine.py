"""Great Expectations' execution engine on Polars: all metrics of a suite in one select.

A metric's provider (metrics.py) does not compute: it returns a plan. No metric of ours depends on another, so Great
Expectations asks for those of a whole suite in a single call of `resolve_metrics`, and that call runs them together.
"""

import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl
import polars.selectors as cs
from great_expectations.core.batch import BatchMarkers, BatchSpec
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.registry import get_metric_provider
from great_expectations.expectations.row_conditions import (
    AndCondition,
    ComparisonCondition,
    NullityCondition,
    Operator,
    OrCondition,
    deserialize_row_condition,
)
from great_expectations.validator.metric_configuration import MetricConfiguration, MetricConfigurationID

from transforms.quality import conditions
from transforms.quality.conditions import Kwargs, Setting

# Below, the streaming engine's start-up costs more than the whole select.
_STREAM_FROM_ROWS: Final = 50_000
_COMPARE: Final[Mapping[Operator, Callable[[pl.Expr, Any], pl.Expr]]] = MappingProxyType(
    {
        Operator.EQUAL: operator.eq,
        Operator.NOT_EQUAL: operator.ne,
        Operator.LESS_THAN: operator.lt,
        Operator.LESS_THAN_OR_EQUAL: operator.le,
        Operator.GREATER_THAN: operator.gt,
        Operator.GREATER_THAN_OR_EQUAL: operator.ge,
        Operator.IN: pl.Expr.is_in,
        Operator.NOT_IN: lambda column, values: ~column.is_in(values),
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """A metric that needs no look at the rows."""

    value: Any


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A metric that is one aggregate. Equal keys are computed once."""

    key: Hashable
    expr: pl.Expr


@dataclass(frozen=True, slots=True)
class Examples:
    """A metric that is a list of rows breaking a rule, fetched only if their number, `count`, is not 0."""

    count: Aggregate
    broken: pl.Expr
    columns: tuple[str, ...]
    limit: int
    shape: Callable[[dict[str, Any]], Any]

    def of(self, found: pl.DataFrame) -> list[Any]:
        """Shape the first of the rows found, with decimals as text: Great Expectations would make floats of them."""
        shown = found.head(self.limit).select(self.columns).with_columns(cs.decimal().cast(pl.String))
        return [self.shape(row) for row in shown.iter_rows(named=True)]


Plan = Known | Aggregate | Examples


class PolarsExecutionEngine(ExecutionEngine):  # type: ignore[misc]
    """An engine for exactly one batch.

    One engine shared by two batches lets Great Expectations swap their data, and the lists of known ids belong to a
    site: so both are given when it is made, and it is thrown away with the batch.
    """

    def __init__(self, rows: pl.DataFrame, references: Mapping[str, pl.Series]) -> None:
        super().__init__(caching=False)
        self.rows = rows
        self.setting = Setting(rows.schema, references)

    def broken(self, metric: str, kwargs: Kwargs) -> pl.Expr:
        """Return true for the rows that break a rule, within its `row_condition` if it has one."""
        within = self._row_condition(kwargs)
        breaks = conditions.broken(metric, kwargs, self.setting)
        return breaks if within is None else breaks & within.fill_null(value=False)

    def get_batch_data_and_markers(self, batch_spec: BatchSpec) -> tuple[pl.DataFrame, BatchMarkers]:
        """Return the engine's rows, as of the ``load_time`` of `batch_spec`."""
        return self.rows, BatchMarkers({"ge_load_time": batch_spec["load_time"]})

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: Mapping[MetricConfigurationID, Any] | None = None,  # noqa: ARG002 - the signature is Great Expectations'
        runtime_configuration: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[MetricConfigurationID, Any]:
        """Compute all metrics asked for: one select for each set of rows (`row_condition`) they are about.

        Raises:
            PolarsError: an expression does not fit the rows.
        """
        domains: dict[str, list[MetricConfiguration]] = {}
        for metric in metrics_to_resolve:
            domains.setdefault(str(metric.metric_domain_kwargs.get("row_condition")), []).append(metric)
        return {key: value for metrics_of_one in domains.values() for key, value in self._resolve(metrics_of_one)}

    def _resolve(self, metrics: list[MetricConfiguration]) -> Iterator[tuple[MetricConfigurationID, Any]]:
        rows = self.get_domain_records(metrics[0].metric_domain_kwargs)
        plans = {metric.id: self._plan(metric) for metric in metrics}
        values = self._aggregate(rows, plans.values())
        examples = self._fetch(rows, [p for p in plans.values() if isinstance(p, Examples) and values[p.count.key]])
        for key, plan in plans.items():
            match plan:
                case Known(value):
                    yield key, value
                case Aggregate(name):
                    yield key, values[name]
                case Examples():
                    yield key, examples.get(id(plan), [])

    def _plan(self, metric: MetricConfiguration) -> Plan:
        provider, plan = get_metric_provider(metric.metric_name, self)
        planned: Plan = plan(provider, self, {**metric.metric_domain_kwargs, **metric.metric_value_kwargs})
        return planned

    def _aggregate(self, rows: pl.LazyFrame, plans: Iterable[Plan]) -> dict[Hashable, Any]:
        aggregates = [p.count if isinstance(p, Examples) else p for p in plans if not isinstance(p, Known)]
        expressions = {a.key: a.expr for a in aggregates}
        if not expressions:
            return {}
        named = (expr.alias(str(at)) for at, expr in enumerate(expressions.values()))
        return dict(zip(expressions, self._collect(rows.select(named)).row(0), strict=True))

    def _fetch(self, rows: pl.LazyFrame, wanted: list[Examples]) -> dict[int, list[Any]]:
        """Fetch the example rows of every failed rule in one pass; id of a plan -> examples."""
        if not wanted:
            return {}
        flags = {f"__{at}": plan.broken for at, plan in enumerate(wanted)}
        kept = list(dict.fromkeys(name for plan in wanted for name in plan.columns))
        found = self._collect(rows.with_columns(**flags).filter(pl.any_horizontal(*flags)).select(*kept, *flags))
        return {id(plan): plan.of(found.filter(flag)) for flag, plan in zip(flags, wanted, strict=True)}

    def _collect(self, lazy: pl.LazyFrame) -> pl.DataFrame:
        return lazy.collect(engine="streaming" if self.rows.height >= _STREAM_FROM_ROWS else "in-memory")

    def get_domain_records(self, domain_kwargs: Mapping[str, Any]) -> pl.LazyFrame:
        """Return the rows that an expectation's `row_condition` leaves."""
        within = self._row_condition(domain_kwargs)
        return self.rows.lazy() if within is None else self.rows.lazy().filter(within)

    def _row_condition(self, kwargs: Kwargs) -> pl.Expr | None:
        condition = kwargs.get("row_condition")
        tree = deserialize_row_condition(condition) if isinstance(condition, dict) else condition
        return self.condition_to_filter_clause(tree) if tree else None

    def _comparison_condition_to_filter_clause(self, condition: ComparisonCondition) -> pl.Expr:
        return _COMPARE[condition.operator](pl.col(condition.column.name), condition.parameter)

    def _nullity_condition_to_filter_clause(self, condition: NullityCondition) -> pl.Expr:
        column = pl.col(condition.column.name)
        return column.is_null() if condition.is_null else column.is_not_null()

    def _and_condition_to_filter_clause(self, condition: AndCondition) -> pl.Expr:
        return pl.all_horizontal(self.condition_to_filter_clause(c) for c in condition.conditions)

    def _or_condition_to_filter_clause(self, condition: OrCondition) -> pl.Expr:
        return pl.any_horizontal(self.condition_to_filter_clause(c) for c in condition.conditions)
