"""How the values of one KPI are written side by side: one scale, one unit, one number of decimals."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel.numbers import get_currency_precision

from reports.findings import Value
from reports.language import NO_BREAK, NOTHING, WIDE, Language
from transforms.kpis.kpi import Kpi, Unit

MONEY: Final = frozenset({Unit.MONEY, Unit.MONEY_PER_HOUR, Unit.MONEY_PER_TRANSACTION, Unit.MONEY_PER_FTE})
# Powers of ten that every language has a short word for, from how many of them on, and their decimals: one rounding
# of money wherever it is read beside other money.
_SCALES: Final = ((12, 10, 2), (9, 10, 2), (6, 1, 1))
_SMALL: Final = Decimal(10_000)  # below it, a currency's fractions still say something
_ABSURD: Final = Decimal(10) ** 12  # of the largest scale: a fault of the source, still to be printed


@dataclass(frozen=True, slots=True)
class Scale:
    """The way to write values that stand beside each other; `unit` is stated once, next to their name."""

    language: Language
    unit: str
    zeros: int = 0
    decimals: int = 0
    share: bool = False

    def write(self, value: Value, *, signed: bool = False) -> str:
        """The value at this scale, a dash where there is none."""
        if value is None:
            return NOTHING
        if self.share:
            return self.language.percent(value, self.decimals, signed=signed)
        return self.language.number(value.scaleb(-self.zeros, WIDE), self.decimals, signed=signed)

    def difference(self, value: Value) -> str:
        """A difference of two values, signed; that of two shares is in percentage points."""
        if value is None or not self.share:
            return self.write(value, signed=True)
        points = self.language.number(value.scaleb(2, WIDE), self.decimals, signed=True)
        return points + NO_BREAK + self.language.text("units.percentage_points")


def scale_of(
    kpi: Kpi, values: Iterable[Value], currency: str, language: Language, *, digits: int | None = None
) -> Scale:
    """The scale for `values` of one KPI; large money is written in words: 360.8 million, 52.31 billion.

    With `digits` it stands by itself, and is written to so many significant ones: 1.79 billion.
    """
    if kpi.unit not in MONEY:
        share = kpi.unit is Unit.SHARE
        return Scale(
            language, "" if share else language.text(f"units.{kpi.unit}"), decimals=decimals_of(kpi), share=share
        )
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    zeros, fixed = _worded_from(largest, digits)
    word = f"{language.thousands(zeros)}{NO_BREAK}{language.symbol(currency)}".strip(NO_BREAK)
    decimals = _worded(largest.scaleb(-zeros), fixed, digits) if zeros else _fractions(kpi, largest, currency)
    return Scale(language, language.text(f"units.{kpi.unit}", money=word), zeros, decimals)


def decimals_of(kpi: Kpi) -> int:
    """How many decimals a value that is no money is written with."""
    if kpi.decimals is not None:
        return kpi.decimals
    return 0 if kpi.unit is Unit.COUNT else 1


def _fractions(kpi: Kpi, largest: Decimal, currency: str) -> int:
    """Decimals of money that needs no word."""
    if largest >= _SMALL:
        return 0
    return get_currency_precision(currency) if kpi.decimals is None else kpi.decimals


def _worded_from(largest: Decimal, digits: int | None) -> tuple[int, int]:
    """The power of ten to write the largest in, and its decimals; (0, 0): it needs no word."""
    for zeros, usual, decimals in _SCALES:
        least = usual if digits is None else Decimal(10) ** (digits - 3)
        if largest.scaleb(-zeros) >= least:
            return zeros, decimals
    return 0, 0


def _worded(value: Decimal, fixed: int, digits: int | None) -> int:
    """The decimals beside a word: fixed ones, or as many as leave `digits` significant digits."""
    if value >= _ABSURD:
        return 0
    return fixed if digits is None else max(0, digits - 1 - value.adjusted())
