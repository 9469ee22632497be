"""What moved, why and what to do, in sentences; each figure in the unit of its KPI."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Final

from reports.amounts import MONEY, scale_of
from reports.findings import Proposal, Value
from reports.language import NO_BREAK, Language
from reports.review import Figure, Review
from reports.sections.marks import figure_of
from transforms.kpis.kpi import Kpi
from transforms.sentences import Sentence

RESULT: Final = "net_sales"
_CHANGES: Final = ("part", "gain", "loss")
_MONEY: Final = (*_CHANGES, "effect")
_COUNTS: Final = ("found", "charts", "months", "needed")
_RATIO: Final = "hours_elasticity"
_SUFFIXES: Final = ("_expected", "_target", "_lately", "_median")


def story(review: Review, language: Language) -> tuple[str, ...]:
    """The three sentences of page one, or as many as could be told."""
    return tuple(sentence(told, review, language) for told in review.story)


def sentence(told: Sentence, review: Review, language: Language) -> str:
    """One sentence with its figures and names."""
    first = next(iter(review.proposals), None)
    inner = {} if told.inner is None else {"proposal": placed(sentence(told.inner, review, language), first, language)}
    numbers = written(told.values, review, language)
    return language.text(told.key, **numbers, **_names(told.names, review, language), **inner)


def placed(text: str, proposal: Proposal | None, language: Language) -> str:
    """A proposal's sentence after the name of the store that it is about, where that is not the group itself."""
    return text if proposal is None or proposal.place is None else f"{language.name(proposal.place)} – {text}"


def written(values: Mapping[str, Decimal | float], review: Review, language: Language) -> Mapping[str, str]:
    """Figures by name: of the KPI they are called after, in money, or of the result where they are nobody's.

    Those of one KPI are read beside each other, and written at one scale: 0.7 million to 1.6 million.
    """
    exact = {name: Decimal(value) for name, value in values.items()}
    shown = {name: _shown(name, review) for name in exact}
    beside: dict[str, list[Decimal]] = {}
    for name, figure in shown.items():
        beside.setdefault(figure.kpi.id if figure else name, []).append(exact[name])
    return {
        name: _plain(name, exact[name], language)
        if figure is None
        else _in_words(figure.kpi, exact[name], review, language, beside[figure.kpi.id], signed=name in _CHANGES)
        for name, figure in shown.items()
    }


def money(value: Decimal, review: Review, language: Language, *, signed: bool = False) -> str:
    """An amount as a sentence has it: large ones in words."""
    sales = figure_of(review, RESULT)
    if sales is None:
        return language.money(value, review.organisation.currency, exact=False)
    return _in_words(sales.kpi, value, review, language, [value], signed=signed)


def _shown(name: str, review: Review) -> Figure | None:
    """The figure in whose unit it is written; None: a plain number."""
    if name.startswith(("short_", "usual_")) or name in (*_COUNTS, _RATIO):
        return None
    own = None if name in _MONEY else figure_of(review, _kpi(name))
    return own or figure_of(review, RESULT)


def _plain(name: str, value: Decimal, language: Language) -> str:
    if name == _RATIO:
        return language.number(value, 2)
    return language.number(value, 0 if value == value.to_integral_value() else 1)


def _in_words(
    kpi: Kpi, value: Value, review: Review, language: Language, beside: Sequence[Value], *, signed: bool = False
) -> str:
    scale = scale_of(kpi, beside, review.organisation.currency, language)
    unit = scale.unit if kpi.unit in MONEY else ""
    return f"{scale.write(value, signed=signed)}{NO_BREAK}{unit}".strip(NO_BREAK)


@cache
def _kpi(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)


def _names(names: Mapping[str, str], review: Review, language: Language) -> Mapping[str, str]:
    figures = {figure.kpi.id: figure.kpi.name for figure in review.figures}
    return {name: language.name(figures[key]) if name == "kpi" else language.text(key) for name, key in names.items()}
