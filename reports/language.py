"""The words, numbers and dates of one language: texts of ours from locales/*.toml, everything else from CLDR."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol, parse_pattern

from transforms.kpis.kpi import Text

NOTHING: Final = "—"
WIDE: Final = Context(prec=100, rounding=ROUND_HALF_UP)  # as a spreadsheet rounds, and wider than any total
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_LOCALES: Final = files("reports") / "locales"


class MissingText(LookupError):
    """A text that a document needs is not in a language's file."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language a review can be written in.

    `texts` holds the flattened keys of its file (``status.met``); a text with plural forms has one key a CLDR
    category (``people.one``, ``people.other``).
    """

    code: str
    locale: Locale
    texts: Mapping[str, str]

    def text(self, key: str, **values: object) -> str:
        """The text of `key` with its `{placeholders}` filled; raises MissingText, naming key and language."""
        try:
            return self.texts[key].format(**values)
        except KeyError as missing:
            raise MissingText(f"locales/{self.code}.toml: {key} (needs {missing})") from None

    def known(self, table: str, name: str) -> str | None:
        """The text of a name that a site may have made up itself; None where we have no text of our own."""
        return self.texts.get(f"{table}.{name}")

    def plural(self, key: str, number: int) -> str:
        """The text of `key` in the plural form of `number`, which fills its `{n}`."""
        form = f"{key}.{self.locale.plural_form(number)}"
        return self.text(form if form in self.texts else f"{key}.other", n=self.number(number))

    def name(self, names: Text) -> str:
        """A name given per language; a name is only for reading, so another language is better than none."""
        return names.get(self.code) or next(iter(names.values()), NOTHING)

    def number(self, value: Decimal | int, decimals: int = 0, *, signed: bool = False) -> str:
        """`value` rounded half up, digits grouped as the language does."""
        return self._write(self._decimal_pattern(decimals), Decimal(value), decimals, signed=signed)

    def percent(self, share: Decimal, decimals: int = 1, *, signed: bool = False) -> str:
        """0.968 as 96.8%."""
        pattern = _with_decimals(self.locale.percent_formats[None].pattern, decimals)
        return self._write(pattern, share, decimals + 2, signed=signed)

    def money(self, amount: Decimal, currency: str, *, exact: bool = True) -> str:
        """The amount with its currency; the exact one is never rounded, though the currency have no such fractions."""
        decimals = get_currency_precision(currency)
        if exact:
            decimals = max(decimals, -int(amount.normalize(WIDE).as_tuple().exponent))
        pattern = _with_decimals(self.locale.currency_formats["standard"].pattern, decimals)
        return _typographic(self._apply(pattern, _rounded(amount, decimals), currency=currency))

    def symbol(self, currency: str) -> str:
        """The sign of an ISO 4217 currency."""
        return get_currency_symbol(currency, self.locale)

    def thousands(self, zeros: int) -> str:
        """The word for 10 to the power of `zeros` (6: million)."""
        if not zeros:
            return ""
        pattern: NumberPattern = self.locale.compact_decimal_formats["long"]["other"]["1" + "0" * zeros]
        return pattern.pattern.replace("0", "").strip()

    def day(self, day: date) -> str:
        """A calendar day."""
        return format_date(day, self.text("dates.day"), self.locale)

    def moment(self, moment: datetime) -> str:
        """A wall-clock time on its day."""
        return format_datetime(moment, self.text("dates.moment"), locale=self.locale)

    def month(self, month: date) -> str:
        """A month and its year."""
        return format_date(month, self.text("dates.month"), self.locale)

    def month_inside(self, month: date) -> str:
        """The same inside a sentence."""
        return format_date(month, self.text("dates.month_inside"), self.locale)

    def short_month(self, month: date) -> str:
        """A month as an axis labels it."""
        return format_date(month, self.text("dates.short_month"), self.locale)

    def month_and_year(self, month: date) -> str:
        """The same where the year does not follow from its neighbours."""
        return format_date(month, self.text("dates.month_and_year"), self.locale)

    def weekday(self, number: int, *, short: bool = False) -> str:
        """The name of a weekday (1 = Monday)."""
        width = "abbreviated" if short else "wide"
        return str(self.locale.days["stand-alone"][width][number - 1])

    def reason(self, code: str) -> str:
        """Why a row is in quarantine, as a sentence without its full stop; `code` is of REASONS or of a suite."""
        return self.known("quarantine", code) or self.text("quarantine.other", code=code)

    def _decimal_pattern(self, decimals: int) -> str:
        return _with_decimals(self.locale.decimal_formats[None].pattern, decimals)

    def _write(self, pattern: str, value: Decimal, places: int, *, signed: bool) -> str:
        rounded = _rounded(value, places)
        text = self._apply(pattern, rounded)
        return _typographic(f"+{text}" if signed and rounded > 0 else text)

    def _apply(self, pattern: str, value: Decimal, currency: str | None = None) -> str:
        # Babel quantizes in the thread's own context, whose 28 digits a sum of money may exceed.
        with localcontext(WIDE):
            return str(parse_pattern(pattern).apply(value, self.locale, currency=currency, currency_digits=False))


@lru_cache
def language(code: str) -> Language:
    """The language of locales/{code}.toml; raises MissingText where there is no such file."""
    file = _LOCALES / f"{code}.toml"
    if not file.is_file():
        raise MissingText(f"no language {code!r}; there are {', '.join(languages())}")
    texts = dict(_flat(tomllib.loads(file.read_text("utf-8"))))
    return Language(code, Locale.parse(code), MappingProxyType(texts))


def languages() -> tuple[str, ...]:
    """The codes of every language there is a file for."""
    names = (file.name for file in _LOCALES.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@lru_cache
def _with_decimals(pattern: str, decimals: int) -> str:
    """CLDR's pattern with exactly so many decimals, for negative numbers too."""
    whole = pattern.replace(".###", "").replace(".00", "")
    return whole.replace("0", "0." + "0" * decimals) if decimals else whole


def _rounded(value: Decimal, decimals: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=WIDE)
    return rounded or abs(rounded)


def _typographic(text: str) -> str:
    return text.replace("-", "−")
