"""Read numbers as exact decimals by the marks a profile declares; what does not fit them is no number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.distinct import by_distinct, looked_at_once
from transforms.tables import MONEY

# Beyond 14 digits a Decimal(18, 4) is full; Polars' cast would take 1e3.
_MOST_DECIMALS: Final = MONEY.scale
_MOST_OF_MONEY: Final = 2
_HUNDREDTH: Final = Decimal("0.01")
_OF_A_FLOAT: Final = "[0-9]{9,}"  # 0.30000000000000004: programs write so many, and they are rounded


@dataclass(frozen=True, slots=True)
class Marks:
    """How numbers are written: decimal mark, mark between groups of three ("" for none), texts around them."""

    decimal: str = "."
    group: str = ""
    strip: Sequence[str] = ()
    minus_may_follow: bool = False

    @property
    def signs(self) -> list[str]:
        """Texts around a number, the longest first; the dot after letters is theirs: "Rs.720" is no fraction."""
        abbreviated = {f"{text}." for text in self.strip if text[-1:].isalpha()}
        return sorted({*self.strip, *abbreviated}, key=lambda text: (-len(text), text))

    def pattern(self, decimals: int, suffix: str = "") -> str:
        """A regular expression of the cells that are numbers with at most `decimals` decimals."""
        mark = re.escape(self.decimal) + _fraction(decimals)
        whole = "[0-9]{1,14}"
        if self.group:
            # Spreadsheets group with a no-break space or a narrow one where people see a space.
            group = r"\s" if self.group == " " else re.escape(self.group)
            # No group begins with a zero: 0.250 in such writing is a weight that lost its way, not 250.
            whole = rf"(?:[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}}){{1,4}}|{whole})"
        around = "|".join(map(re.escape, self.signs))
        sign_of_money = rf"\s?(?:{around})?\s?"
        body = rf"(?:{whole}(?:{mark})?|{mark}){suffix}"
        signed = rf"[-−]?{sign_of_money}{body}|{sign_of_money}[-−]{body}"
        if self.minus_may_follow:
            signed = rf"{signed}|{sign_of_money}{body}{sign_of_money}[-−]"
        return rf"^(?:(?:{signed}){sign_of_money}|\({sign_of_money}{body}{sign_of_money}\))$"


def _fraction(decimals: int) -> str:
    if decimals > _MOST_OF_MONEY:
        return f"(?:[0-9]{{1,{decimals}}}0*|{_OF_A_FLOAT})"
    # Where money has two decimals at most, 30.000 is thirty thousand in another country's writing; 30.0000 is 30.
    return f"(?:[0-9]{{{decimals}}}0{{{_MOST_DECIMALS - decimals},}}|[0-9]{{1,{decimals}}}|{_OF_A_FLOAT})"


def read_numbers(cells: pl.Series, marks: Marks, decimals: int = _MOST_DECIMALS) -> pl.Series:
    """Text -> Decimal(18, 4), null where the cell is not a number by `marks` with at most `decimals` decimals.

    A minus (also U+2212), a minus after the currency sign, or parentheses make it negative. Zeros after the last
    decimal do not count, nine decimals and more are rounded, but exactly three decimals are refused where two are the
    most.
    """
    fraction = rf"(?:\.{_fraction(decimals)})?" if marks.decimal == "." else ""
    if looked_at_once(cells).str.contains(rf"^-?[0-9]{{1,14}}{fraction}$").all():
        return by_distinct(cells, lambda some: some.cast(MONEY, strict=False))
    return _read(cells, marks, marks.pattern(decimals))


def read_percents(cells: pl.Series, marks: Marks) -> pl.Series:
    """Text -> Decimal(18, 4) where `12.5 %` and `12.5` are 0.125; at most two decimals of a percent."""
    percents = _read(cells, marks, marks.pattern(decimals=2, suffix=r"(?:\s?%)?"))
    return percents.to_frame("percent").select((pl.col("percent") * pl.lit(_HUNDREDTH)).cast(MONEY)).to_series()


def read_whole(cells: pl.Series) -> pl.Series:
    """Text -> Int32, null where the cell is anything but up to nine digits."""
    return by_distinct(cells, lambda some: some.set(~some.str.contains("^[0-9]{1,9}$"), None).cast(pl.Int32))


def _read(cells: pl.Series, marks: Marks, pattern: str) -> pl.Series:
    cell = pl.col("cell")
    bare = cell.str.replace_many(marks.signs, [""], leftmost=True) if marks.strip else cell
    digits = bare.str.replace_all(rf"[^0-9{re.escape(marks.decimal)}]", "").str.replace(
        marks.decimal, ".", literal=True
    )
    sign = pl.when(cell.str.contains("[-−(]")).then(pl.lit("-")).otherwise(pl.lit(""))
    number = pl.when(cell.str.contains(pattern)).then(sign + digits).cast(MONEY, strict=False)
    return by_distinct(cells, lambda some: some.to_frame("cell").select(number).to_series())
