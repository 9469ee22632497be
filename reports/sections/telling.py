"""What moved, why and what to do, in sentences; each figure in the unit of its KPI."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from reports.amounts import MONEY, scale_of
from reports.findings import Value
from reports.language import NO_BREAK, Language
from reports.review import Review
from reports.sections.marks import figure_of
from transforms.kpis.kpi import Kpi
from transforms.sentences import Sentence

RESULT: Final = "net_sales"
_MONEY: Final = ("part", "gain", "loss", "effect")
_COUNTS: Final = ("found", "charts", "months", "needed")
_RATIO: Final = "hours_elasticity"
_SUFFIXES: Final = ("_expected", "_target", "_lately", "_median")


def story(review: Review, language: Language) -> tuple[str, ...]:
    """The three sentences of page one, or as many as could be told."""
    return tuple(sentence(told, review, language) for told in review.story)


def sentence(told: Sentence, review: Review, language: Language) -> str:
    """One sentence with its figures and names."""
    inner = {} if told.inner is None else {"proposal": sentence(told.inner, review, language)}
    numbers = written(told.values, review, language)
    return language.text(told.key, **numbers, **_names(told.names, review, language), **inner)


def written(values: Mapping[str, Decimal | float], review: Review, language: Language) -> Mapping[str, str]:
    """Figures by name: of the KPI they are called after, in money, or of the result where they are nobody's."""
    return {name: _figure(name, Decimal(value), review, language) for name, value in values.items()}


def money(value: Decimal, review: Review, language: Language, *, signed: bool = False) -> str:
    """An amount as a sentence has it: large ones in words."""
    sales = figure_of(review, RESULT)
    if sales is None:
        return language.money(value, review.organisation.currency, exact=False)
    return _in_words(sales.kpi, value, review, language, signed=signed)


def _figure(name: str, value: Decimal, review: Review, language: Language) -> str:
    if name in _MONEY:
        return money(value, review, language, signed=name != "effect")
    if name == _RATIO:
        return language.number(value, 2)
    figure = figure_of(review, _kpi(name)) or figure_of(review, RESULT)
    if name.startswith(("short_", "usual_")) or name in _COUNTS or figure is None:
        return language.number(value, 0 if value == value.to_integral_value() else 1)
    return _in_words(figure.kpi, value, review, language)


def _in_words(kpi: Kpi, value: Value, review: Review, language: Language, *, signed: bool = False) -> str:
    scale = scale_of(kpi, [value], review.organisation.currency, language)
    unit = scale.unit if kpi.unit in MONEY else ""
    return f"{scale.write(value, signed=signed)}{NO_BREAK}{unit}".strip(NO_BREAK)


@cache
def _kpi(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)


def _names(names: Mapping[str, str], review: Review, language: Language) -> Mapping[str, str]:
    figures = {figure.kpi.id: figure.kpi.name for figure in review.figures}
    return {name: language.name(figures[key]) if name == "kpi" else language.text(key) for name, key in names.items()}
