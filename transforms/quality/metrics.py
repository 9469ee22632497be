"""The metrics our suites use, registered with Great Expectations for our engine. Importing this module registers them.

For a row rule Great Expectations asks for the number of rows that break it, examples of their values, their positions
and a query that finds them, and for a rule over several columns also for the number of rows considered.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from great_expectations.constants import MAX_RESULT_RECORDS
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

from transforms.quality.conditions import CONDITIONS, Condition, Kwargs, columns, ignored
from transforms.quality.engine import Aggregate, Examples, Known, Plan, PolarsExecutionEngine

Planner = Callable[[Kwargs, PolarsExecutionEngine], Plan]

# As Great Expectations registers them for its own engines: it keeps one list a metric, shared by all engines.
_DOMAIN_KEYS: Final = MappingProxyType(
    {
        "table": ("batch_id", "table", "row_condition", "condition_parser"),
        "column": ("batch_id", "table", "column", "row_condition", "condition_parser"),
        "column_pair": (
            *("batch_id", "table", "column_A", "column_B"),
            *("row_condition", "condition_parser", "ignore_row_if"),
        ),
        "multicolumn": ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if"),
    }
)
_FEWEST: Final = 5  # amounts: of less nothing is typical
_AGGREGATES: Final[Mapping[str, Callable[[pl.Expr], pl.Expr]]] = MappingProxyType(
    {
        "column.sum": pl.Expr.sum,
        "column.mean": pl.Expr.mean,
        "column.min": pl.Expr.min,
        "column.max": pl.Expr.max,
        "column.median": pl.Expr.median,
        "column.standard_deviation": pl.Expr.std,
        "column.typical_size": lambda column: pl.when((column != 0).sum() >= _FEWEST).then(
            column.abs().filter(column != 0).median()
        ),
        "column.distinct_values.count": lambda column: column.drop_nulls().n_unique(),
    }
)


def _register(name: str, domain: str, arguments: tuple[str, ...], plan: Planner) -> None:
    def planned(_: type, engine: PolarsExecutionEngine, kwargs: Kwargs) -> Plan:
        return plan(kwargs, engine)

    body = {
        "metric_name": name,
        "domain_keys": _DOMAIN_KEYS[domain],
        "value_keys": arguments,
        "planned": metric_value(engine=PolarsExecutionEngine)(planned),
    }
    type(f"Polars.{name}", (MetricProvider,), body)  # its metaclass registers it


def _count(metric: str, kwargs: Kwargs, engine: PolarsExecutionEngine) -> Aggregate:
    relevant = (*_DOMAIN_KEYS[CONDITIONS[metric].domain], *CONDITIONS[metric].arguments)
    key = (metric, *(str(kwargs.get(name)) for name in relevant))
    return Aggregate(key, engine.broken(metric, kwargs).sum())


def _considered(metric: str, kwargs: Kwargs) -> Aggregate:
    key = ("considered", *columns(kwargs), str(kwargs.get("ignore_row_if")))
    return Aggregate(key, pl.len() - ignored(metric, kwargs).sum())


def _examples(metric: str, kwargs: Kwargs, engine: PolarsExecutionEngine) -> Examples:
    wanted = kwargs["result_format"]
    return Examples(
        count=_count(metric, kwargs, engine),
        broken=engine.broken(metric, kwargs),
        columns=tuple(columns(kwargs)),
        limit=MAX_RESULT_RECORDS if wanted["result_format"] == "COMPLETE" else wanted["partial_unexpected_count"],
        shape=_shape(kwargs),
    )


def _shape(kwargs: Kwargs) -> Callable[[dict[str, Any]], Any]:
    if kwargs.get("column_list"):
        return dict
    names = columns(kwargs)
    return (lambda row: row[names[0]]) if len(names) == 1 else (lambda row: tuple(row[name] for name in names))


def _register_row_rule(metric: str, condition: Condition) -> None:
    domain, arguments = condition.domain, condition.arguments
    shown = (*arguments, "result_format")
    _register(f"{metric}.unexpected_count", domain, arguments, lambda k, e: _count(metric, k, e))
    _register(f"{metric}.unexpected_values", domain, shown, lambda k, e: _examples(metric, k, e))
    # Which rows are to blame is said by the quarantine, row by row; positions and a query would say it again.
    for again in ("unexpected_index_list", "unexpected_index_query"):
        _register(f"{metric}.{again}", domain, shown, lambda _k, _e: Known(None))
    if domain != "column":
        _register(f"{metric}.filtered_row_count", domain, shown, lambda k, _: _considered(metric, k))


def _register_aggregate(metric: str, of: Callable[[pl.Expr], pl.Expr]) -> None:
    _register(metric, "column", (), lambda k, _: Aggregate((metric, k["column"]), of(pl.col(k["column"]))))


def _types(engine: PolarsExecutionEngine) -> list[dict[str, str]]:
    return [{"name": name, "type": str(dtype)} for name, dtype in engine.setting.schema.items()]


for _metric, _condition in CONDITIONS.items():
    _register_row_rule(_metric, _condition)
for _metric, _of in _AGGREGATES.items():
    _register_aggregate(_metric, _of)
_register("table.row_count", "table", (), lambda _k, _e: Aggregate("rows", pl.len()))
_register("table.columns", "table", (), lambda _, e: Known(list(e.setting.schema)))
_register("table.column_count", "table", (), lambda _, e: Known(len(e.setting.schema)))
_register("table.column_types", "table", ("include_nested",), lambda _, e: Known(_types(e)))
