"""Number formats of spreadsheet programs, from CLDR's patterns. Separators are the reader's own, so only their places
are stated; currency and percent stand where the language puts them.
"""

import re
from functools import lru_cache
from typing import Final

from babel.numbers import get_currency_precision

from reports.amounts import MONEY, decimals_of
from reports.language import NO_BREAK, Language
from reports.workbook.sheets import Difference, Form, Kind
from transforms.kpis.kpi import Kpi, Unit

_DIGITS: Final = re.compile(r"[#0][#0,.]*")
_LETTERS: Final = re.compile(r"'([^']*)'|(([A-Za-z])\3*)|([^A-Za-z']+)")
_DATES: Final = {Kind.DAY: "dates.day", Kind.MONTH: "dates.month", Kind.MOMENT: "dates.moment"}
_PLAIN: Final = {Kind.COUNT: 0, Kind.HOURS: 1, Kind.RATE: 2, Kind.SCORE: 1}
_TEXT: Final = "@"


@lru_cache
def date_format(pattern: str) -> str:
    """CLDR's `'Tháng' M/y` as `"Tháng "m/yyyy`."""
    return "".join(_date_part(*found) for found in _LETTERS.findall(pattern))


def number_format(form: Form, language: Language, currency: str) -> str:
    """The format of one kind of values, of a KPI's values or of their differences."""
    if isinstance(form, Difference):
        return _difference(form.kpi, language, currency)
    if isinstance(form, Kpi):
        return _kpi(form, language, currency)
    if form in _DATES:
        return date_format(language.text(_DATES[form]))
    if form in _PLAIN:
        return _digits(_PLAIN[form])
    if form is Kind.SHARE:
        return _percent(1, language)
    return _money(get_currency_precision(currency), language, currency) if form is Kind.MONEY else _TEXT


def _kpi(kpi: Kpi, language: Language, currency: str) -> str:
    if kpi.unit in MONEY:
        precision = get_currency_precision(currency) if kpi.decimals is None else kpi.decimals
        return _money(precision, language, currency)
    return _percent(decimals_of(kpi), language) if kpi.unit is Unit.SHARE else _digits(decimals_of(kpi))


def _difference(kpi: Kpi, language: Language, currency: str) -> str:
    points = f'{_digits(decimals_of(kpi))}"{NO_BREAK}{language.text("units.percentage_points")}"'
    plain = points if kpi.unit is Unit.SHARE else _kpi(kpi, language, currency)
    return f"+{plain};-{plain};{plain}"


def _percent(decimals: int, language: Language) -> str:
    return _placed(language.locale.percent_formats[None].pattern, decimals, "")


def _money(decimals: int, language: Language, currency: str) -> str:
    return _placed(language.locale.currency_formats["standard"].pattern, decimals, language.symbol(currency))


def _placed(pattern: str, decimals: int, symbol: str) -> str:
    before, after = _DIGITS.split(pattern.partition(";")[0], maxsplit=1)
    return _literal(before, symbol) + _digits(decimals) + _literal(after, symbol)


def _digits(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _literal(text: str, symbol: str) -> str:
    """Everything but the percent sign, which multiplies, is only to be shown."""
    parts = re.split("(%)", text.replace("¤", symbol))
    return "".join(part if part in ("", "%") else f'"{part}"' for part in parts)


def _date_part(quoted: str, letters: str, letter: str, other: str) -> str:
    if quoted:
        return f'"{quoted}"'
    if letter == "y":
        return "yy" if letters == "yy" else "yyyy"
    return letters.lower().replace("e", "d") + other
