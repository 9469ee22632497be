"""How the values of one KPI are written side by side: one scale, one unit, one number of decimals."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel.numbers import get_currency_precision

from reports.language import NO_BREAK, NOTHING, WIDE, Language
from reports.review import Value
from transforms.kpis.kpi import Kpi, Unit

MONEY: Final = frozenset({Unit.MONEY, Unit.MONEY_PER_HOUR, Unit.MONEY_PER_TRANSACTION, Unit.MONEY_PER_FTE})
_SCALES: Final = (12, 9, 6)  # powers of ten that every language has a short word for
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


def scale_of(kpi: Kpi, values: Iterable[Value], currency: str, language: Language, *, digits: int = 4) -> Scale:
    """The scale for `values` of one KPI; large money is written in words (1.79 billion) to so many `digits`."""
    if kpi.unit not in MONEY:
        share = kpi.unit is Unit.SHARE
        return Scale(
            language, "" if share else language.text(f"units.{kpi.unit}"), decimals=decimals_of(kpi), share=share
        )
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    zeros = next((zeros for zeros in _SCALES if largest.scaleb(-zeros) >= Decimal(10) ** (digits - 3)), 0)
    word = f"{language.thousands(zeros)}{NO_BREAK}{language.symbol(currency)}".strip(NO_BREAK)
    decimals = _significant(largest.scaleb(-zeros), digits) if zeros else _fractions(kpi, largest, currency)
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


def _significant(value: Decimal, digits: int) -> int:
    """How many decimals leave `digits` significant digits."""
    return 0 if value >= _ABSURD else max(0, digits - 1 - value.adjusted())
