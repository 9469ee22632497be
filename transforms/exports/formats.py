"""How a profile says that cells are written: numbers, days and times."""

from collections.abc import Iterable, Sequence
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from transforms.exports.distinct import by_distinct
from transforms.exports.moments import Format
from transforms.exports.numbers import Marks


class Part(BaseModel):
    """A part of a profile: nothing may stand in it but its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Convention(Part):
    """One way of writing numbers: the mark before decimals, and the one between groups of three ("" for none)."""

    decimal: Literal[".", ","] = "."
    group: Literal["", ",", ".", " ", "'"] = ""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.decimal == self.group:
            raise ValueError(f"decimal and group are both {self.decimal!r}, one of them must differ")
        return self


class Formats(Convention):
    """How cells are written. `moments` hold a day and a time; all are strptime formats, checked in this order.

    Where builds of a system write numbers differently, `numbers` lists the conventions instead of `decimal` and
    `group`: the number cells of a file must then prove one of them.
    """

    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    numbers: tuple[Convention, ...] = ()
    strip: tuple[str, ...] = ()  # currency signs and units around numbers
    minus_may_follow: bool = False  # 9.00- is -9.00
    either_order: tuple[str, ...] = ()  # headers under which the month may come first: the column must prove its order

    @property
    def conventions(self) -> Sequence[Marks]:
        """Every way in which numbers may be written."""
        return self.marks_of(self.numbers or (self,))

    def marks_of(self, ways: Iterable[Convention]) -> Sequence[Marks]:
        """`ways` with the signs around numbers."""
        return tuple(Marks(way.decimal, way.group, self.strip, self.minus_may_follow) for way in ways)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.numbers and self.model_fields_set & {"decimal", "group"}:
            raise ValueError("numbers lists conventions, so decimal and group must stand in each of them")
        _check_formats("dates", self.dates, has_day=True, has_time=False)
        _check_formats("times", self.times, has_day=False, has_time=True)
        _check_formats("moments", self.moments, has_day=True, has_time=True)
        return self

    def of(self, type_: str, own: Sequence[str], texts: pl.Series) -> Sequence[str]:
        """The formats of a column of `type_` (date, time, moment, day) with these `texts`; its `own` come first."""
        if type_ == "day":
            return _of_days(texts, own or self.dates + self.moments)
        return own or {"date": self.dates, "time": self.times}.get(type_, self.moments + self.times)


def _of_days(texts: pl.Series, formats: Sequence[str]) -> Sequence[str]:
    """The formats of days with a time if the column writes times, else those without."""
    timed = [text for text in formats if Format(text).has_time]
    timeless = [text for text in formats if text not in timed]
    return timed if timed and (not timeless or _writes_times(texts)) else timeless


def _writes_times(texts: pl.Series) -> bool:
    # Where any cell does, mostly the first one does.
    return any(by_distinct(some, lambda cells: cells.str.contains(":")).any() for some in (texts.head(1), texts))


def _check_formats(key: str, formats: Iterable[str], *, has_day: bool, has_time: bool) -> None:
    for text in formats:
        format_ = Format(text)
        if (format_.has_day, format_.has_time) != (has_day, has_time):
            wanted = " and ".join(["a day"] * has_day + ["a time"] * has_time)
            raise ValueError(f"{key} must each hold {wanted} and nothing else, {text!r} does not")
