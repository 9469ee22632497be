"""Row rules as Polars conditions: the arguments of an expectation in, "this row breaks it" out.

The same condition is counted by the engine's metrics and splits the rows of a batch, so what Great Expectations
reports and what is quarantined cannot differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import polars as pl

Kwargs = Mapping[str, Any]

_NULL_CHECKS: Final = frozenset({"column_values.nonnull", "column_values.null"})
_IGNORED_NEVER: Final = frozenset({"neither", "never"})
_IGNORED_IF_ANY: Final = frozenset({"either_value_is_missing", "any_value_is_missing"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What a condition may look at besides its own arguments: dtypes, and the lists of known ids."""

    schema: Mapping[str, pl.DataType]
    references: Mapping[str, pl.Series]


@dataclass(frozen=True, slots=True)
class Condition:
    """How one metric of Great Expectations finds the rows that break a rule."""

    domain: str  # column | column_pair | multicolumn
    arguments: tuple[str, ...]
    breaks: Callable[[Kwargs, Setting], pl.Expr]


def columns(kwargs: Kwargs) -> list[str]:
    """Return the columns that a rule with these arguments looks at."""
    if kwargs.get("column"):
        return [kwargs["column"]]
    return list(kwargs.get("column_list") or (kwargs["column_A"], kwargs["column_B"]))


def ignored(metric: str, kwargs: Kwargs) -> pl.Expr:
    """Return the rows a rule passes over: those with missing values, unless these are what it checks."""
    how = kwargs.get("ignore_row_if")
    if metric in _NULL_CHECKS or how in _IGNORED_NEVER:
        return pl.lit(value=False)
    missing = [pl.col(name).is_null() for name in columns(kwargs)]
    return pl.any_horizontal(missing) if how in _IGNORED_IF_ANY else pl.all_horizontal(missing)


def broken(metric: str, kwargs: Kwargs, setting: Setting) -> pl.Expr:
    """Return a Boolean expression, never null: true for the rows that break the rule."""
    return (~ignored(metric, kwargs) & CONDITIONS[metric].breaks(kwargs, setting)).fill_null(value=False)


def _column(kwargs: Kwargs) -> pl.Expr:
    return pl.col(kwargs["column"])


def _literal(value: object, dtype: pl.DataType | None) -> pl.Expr:
    """Write a bound in its column's dtype: through YAML and JSON a date has become text, a decimal a float."""
    if isinstance(dtype, pl.Decimal):
        return pl.lit(Decimal(str(value)))
    if dtype == pl.Date:
        return pl.lit(date.fromisoformat(str(value)[:10]))
    if isinstance(dtype, pl.Datetime):
        return pl.lit(datetime.fromisoformat(str(value)))
    return pl.lit(value)


def _outside(values: pl.Expr, kwargs: Kwargs, dtype: pl.DataType | None = None) -> pl.Expr:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    breaks = []
    if low is not None:
        breaks.append(values <= _literal(low, dtype) if kwargs.get("strict_min") else values < _literal(low, dtype))
    if high is not None:
        breaks.append(values >= _literal(high, dtype) if kwargs.get("strict_max") else values > _literal(high, dtype))
    return pl.any_horizontal(breaks)


def _not_between(kwargs: Kwargs, setting: Setting) -> pl.Expr:
    return _outside(_column(kwargs), kwargs, setting.schema.get(kwargs["column"]))


def _not_greater(kwargs: Kwargs, _: Setting) -> pl.Expr:
    greater, smaller = pl.col(kwargs["column_A"]), pl.col(kwargs["column_B"])
    return greater < smaller if kwargs.get("or_equal") else greater <= smaller


def _repeated(kwargs: Kwargs, _: Setting) -> pl.Expr:
    return pl.struct(columns(kwargs)).is_duplicated()


def _unknown(kwargs: Kwargs, setting: Setting) -> pl.Expr:
    return ~_column(kwargs).is_in(setting.references[kwargs["reference"]].implode())


_BOUNDS: Final = ("min_value", "max_value", "strict_min", "strict_max")

CONDITIONS: Final = MappingProxyType(
    {
        "column_values.nonnull": Condition("column", (), lambda k, _: _column(k).is_null()),
        "column_values.null": Condition("column", (), lambda k, _: _column(k).is_not_null()),
        "column_values.between": Condition("column", _BOUNDS, _not_between),
        "column_values.value_length.between": Condition(
            "column", _BOUNDS, lambda k, _: _outside(_column(k).str.len_chars(), k)
        ),
        "column_values.in_set": Condition("column", ("value_set",), lambda k, _: ~_column(k).is_in(k["value_set"])),
        "column_values.not_in_set": Condition("column", ("value_set",), lambda k, _: _column(k).is_in(k["value_set"])),
        "column_values.match_regex": Condition("column", ("regex",), lambda k, _: ~_column(k).str.contains(k["regex"])),
        "column_values.not_match_regex": Condition(
            "column", ("regex",), lambda k, _: _column(k).str.contains(k["regex"])
        ),
        "column_values.unique": Condition("column", (), _repeated),
        "column_values.exist_in": Condition("column", ("reference",), _unknown),
        "column_pair_values.a_greater_than_b": Condition("column_pair", ("or_equal",), _not_greater),
        "column_pair_values.equal": Condition(
            "column_pair", (), lambda k, _: pl.col(k["column_A"]) != pl.col(k["column_B"])
        ),
        "compound_columns.unique": Condition("multicolumn", (), _repeated),
        "multicolumn_values.satisfy": Condition("multicolumn", ("sql",), lambda k, _: ~pl.sql_expr(k["sql"])),
    }
)
