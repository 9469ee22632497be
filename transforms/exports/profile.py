"""What one kind of export looks like, declared as TOML: a system's column names, formats and signs of money."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self, get_args

import polars as pl
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from transforms.exports.arrangement import Arrangement, compiled
from transforms.exports.formats import Convention, Formats, Part
from transforms.exports.moments import Format, are_rivals
from transforms.exports.vocabulary import spellings
from transforms.problem import BadSite
from transforms.tables import TABLES

CellType = Literal["text", "number", "percent", "whole", "date", "time", "moment", "day", "hours", "minutes", "seconds"]
RowKind = Literal["sale", "return", "void"]
Encoding = Literal["cp1252", "cp1258", "cp1251", "cp874", "cp932", "gb18030", "big5"]
Direction = Literal["in", "out", "break_out", "break_in", "unknown"]

# Read from an export and used to work out canonical columns of their table.
EXTRA: Final[Mapping[str, Mapping[str, CellType]]] = MappingProxyType(
    {
        "sales": {"sold_date": "date", "sold_on": "day", "sold_time": "time"},
        "clockings": {
            "clock_out_date": "date",
            "stated_hours": "hours",
            "unpaid_hours": "hours",
            "break_out": "moment",
            "break_in": "moment",
        },
        "punches": {"punched_date": "date", "punched_time": "time"},
        "roster": {},
        "absences": {"last_date": "date"},
        "ratings": {},
    }
)
ENCODINGS: Final = get_args(Encoding)
OF_PRODUCTS: Final = ("list_price", "unit_cost")
TAX_WITHIN: Final = "tax_within"
SHEET: Final = "sheet"  # for derive: the name of the sheet, or of the file, in which a row stands
_FILLED_BY_US: Final = frozenset({"system", "file_id", "row_no"})


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _spelt_out(value: object) -> object:
    return {"header": value} if isinstance(value, str | list) else value


Headers = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Column(Part):
    """Where a column is found and what its cells must be.

    `header` lists synonyms, the first one found counts. A column must be in the file unless it is `optional`; each of
    its cells must be filled if it is `required`, and match the regular expression `pattern` if there is one. A number
    may have `decimals` decimals: with one or two, 30.000 can only be thirty thousand.
    """

    header: Headers
    type: CellType | None = None
    required: bool = False
    optional: bool = False
    pattern: str | None = None
    drop_prefix: str = ""
    decimals: int = Field(4, ge=1, le=4)
    formats: tuple[str, ...] = ()  # of days, times and moments, where they differ from the profile's
    numbers: tuple[Convention, ...] = ()  # likewise


class Kinds(Part):
    """How sales, returns and voids are told apart.

    By `always`, else by the `values` of the column `kind` ("" is an empty cell), else by the `prefix` of the receipt's
    id, else everything is a sale; and a sale of a negative quantity is a return if `negative_quantity_is_return`.
    """

    always: RowKind | None = None
    values: Mapping[RowKind, tuple[str, ...]] = Field(default_factory=dict)
    prefix: Mapping[RowKind, str] = Field(default_factory=dict)
    negative_quantity_is_return: bool = False
    returns_are_positive: bool = False  # the export writes what was given back without a minus

    @property
    def by_value(self) -> Mapping[str, str]:
        """Lower-case cell -> kind, with tones wherever they may stand: "đã hủy" and "đã huỷ"."""
        told = {value.lower(): kind for kind, values in self.values.items() for value in values}
        return {spelling: kind for cell, kind in told.items() for spelling in spellings(cell)}


class FillDown(Part):
    """Cells that the export writes on the first line of a receipt only; `key` says which lines are of one receipt.

    Where `key` is one of these `columns`, lines without it go on with the receipt right above them.
    """

    key: str
    columns: tuple[str, ...] = Field(min_length=1)


class NotBeside(Part):
    """Columns that a profile does not take and that might change what those mean which it does.

    `names` is the pattern of theirs (as vocabulary.simple writes them); where one of the headers `unless` is there,
    nothing is in doubt.
    """

    names: str
    unless: tuple[str, ...] = ()


class Profile(Part):
    """One export of one system. `name` is the name of its file; a site's `own` go before equals that are shipped."""

    name: str
    own: bool = False
    system: str
    table: Literal["sales", "clockings", "punches", "roster", "absences", "ratings"]
    recognised_by: tuple[Headers, ...] = ()  # each entry: one header, or any of several
    not_with: tuple[str, ...] = ()  # headers by which another export with the same ones is told apart
    not_beside: tuple[NotBeside, ...] = ()
    refused_because: str | None = None  # such a file is known, but its rows must not count; the rest of a sentence
    grain: Literal["line", "receipt", "either"] = "line"  # either: receipts where no column is about a product
    layout: Arrangement | None = None
    receipt_scope: Literal["store", "day"] = "store"
    revision: str | None = None  # pattern of what edited receipts have after their id; the highest one counts
    fallback_encoding: Encoding | None = None
    columns: Mapping[str, Annotated[Column, BeforeValidator(_spelt_out)]] = Field(default_factory=dict)
    check: Mapping[str, Annotated[Column, BeforeValidator(_spelt_out)]] = Field(default_factory=dict)
    one_of: tuple[tuple[str, ...], ...] = ()  # of these optional columns at least one must be in the file
    fill_down: FillDown | None = None
    kind: Kinds = Field(default_factory=Kinds)
    direction: Mapping[Direction, tuple[str, ...]] = Field(default_factory=dict)  # of punches -> its cells
    spread: Mapping[str, str] = Field(default_factory=dict)  # amount of a receipt -> SQL of what its lines share it by
    derive: Mapping[str, str] = Field(default_factory=dict)  # canonical column -> SQL expression
    may_hold_tax: tuple[str, ...] = ()  # the first of these in the file says what tax_within is, for derive
    ignore: Mapping[str, str] = Field(default_factory=dict)  # column -> pattern of cells that mark totals and footers
    ignore_without: tuple[str, ...] = ()  # a record where all of these are empty is not a row
    empty: tuple[str, ...] = ()  # markers that mean "nothing"
    formats: Formats = Field(default_factory=Formats)

    @property
    def every_column(self) -> Mapping[str, Column]:
        """Canonical and checked columns by name."""
        return {**self.columns, **self.check}

    def type_of(self, name: str) -> CellType:
        """How the cells of the column `name` are read."""
        column = self.every_column.get(name)
        return (column and column.type) or EXTRA[self.table].get(name) or _default_type(self.table, name)

    def leaves_order_open(self, name: str) -> bool:
        """Whether the cells of `name` are days in which day and month may stand in either order."""
        formats = self.formats
        ways = {"date": formats.dates, "moment": formats.moments, "day": formats.dates + formats.moments}
        own = self.every_column[name].formats if name in self.every_column else ()
        of_days = self.type_of(name) in ways
        return of_days and (bool(formats.either_order) or are_rivals(own or ways[self.type_of(name)]))

    def derives_from(self, name: str) -> bool:
        """Whether any derived column is worked out from the column `name`."""
        return any(name in pl.sql_expr(sql).meta.root_names() for sql in self.derive.values())

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.recognised_by and not (self.layout and self.layout.shapes):
            raise ValueError("recognised_by must list headers, or layout the shapes of lines without one")
        derivable = TABLES[self.table].columns.keys() - _FILLED_BY_US
        canonical = derivable | EXTRA[self.table].keys()
        known = canonical | self.check.keys()
        _check_known("columns", self.columns, canonical)
        _check_known("derive", self.derive, derivable)
        _check_known("spread", self.spread, self.every_column.keys())
        for name, sql in self.spread.items():
            _check_known("spread", _roots("spread", name, sql), self.every_column.keys())
        if self.fill_down:
            _check_known("fill_down", [self.fill_down.key, *self.fill_down.columns], self.every_column.keys())
        _check_known("ignore", self.ignore, self.every_column.keys())
        _check_known("may_hold_tax", self.may_hold_tax, self.every_column.keys())
        _check_known("ignore_without", self.ignore_without, self.every_column.keys())
        _check_known("one_of", [name for names in self.one_of for name in names], self.every_column.keys())
        for name, sql in self.derive.items():
            _check_known(f"derive.{name}", _roots("derive", name, sql), known | {*OF_PRODUCTS, TAX_WITHIN, SHEET})
        for name, column in self.every_column.items():
            _check_pattern(f"{name}.pattern", column.pattern)
            _ = [Format(text) for text in column.formats]
            self._check_type(name)
        _check_pattern("revision", self.revision)
        for beside in self.not_beside:
            compiled(beside.names)
        for name, pattern in self.ignore.items():
            _check_pattern(f"ignore.{name}", pattern)
        return self

    def _check_type(self, name: str) -> None:
        column = self.every_column[name]
        if column.formats:
            return
        needs = {"date": "dates", "day": "dates", "time": "times"}.get(self.type_of(name))
        if needs and not getattr(self.formats, needs):
            raise ValueError(f"the column {name} is a {self.type_of(name)}, so formats.{needs} must list its formats")
        if self.type_of(name) == "moment" and not self.formats.moments + self.formats.times:
            raise ValueError(f"the column {name} is a moment, so formats.moments must list its formats")


Profiles = Mapping[str, Profile]  # by name


def load_profiles(texts: Mapping[str, str], own: Mapping[str, str] = MappingProxyType({})) -> Profiles:
    """Read profiles from `texts`, file name -> TOML, and a site's `own`, which replace those of the same name.

    Raises BadSite naming file and key.
    """
    shipped = (_load(file, text) for file, text in texts.items())
    of_site = (_load(file, text).model_copy(update={"own": True}) for file, text in own.items())
    return MappingProxyType({profile.name: profile for profile in (*shipped, *of_site)})


def shipped_profiles() -> Mapping[str, str]:
    """File name -> TOML text of the profiles that come with the program."""
    folder = resources.files("transforms.exports") / "profiles"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return MappingProxyType({file.name: file.read_text(encoding="utf-8") for file in files})


@lru_cache(maxsize=256)  # a process reads the same profiles again with every run, and none is ever changed
def _load(file: str, text: str) -> Profile:
    try:
        return Profile.model_validate({"name": file.rsplit("/", 1)[-1].removesuffix(".toml"), **tomllib.loads(text)})
    except tomllib.TOMLDecodeError as error:
        raise BadSite(f"The profile {file} is not valid TOML: {error}; correct that line.") from error
    except ValidationError as error:
        raise BadSite(_sentence(file, error)) from error


def _sentence(file: str, error: ValidationError) -> str:
    first: Mapping[str, Any] = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "(the profile as a whole)"
    said = str(first["msg"]).removeprefix("Value error, ")
    said = {"extra_forbidden": "there is no such key", "missing": "it is missing"}.get(first["type"], said)
    return f"The profile {file}, key {key}: {said}; {_allowed(first['loc'])}."


def _allowed(loc: tuple[int | str, ...]) -> str:
    parts: Mapping[str, type[BaseModel]] = {
        "columns": Column,
        "check": Column,
        "kind": Kinds,
        "formats": Formats,
        "layout": Arrangement,
    }
    model = parts.get(str(loc[0]), Profile) if len(loc) > 1 else Profile
    return f"allowed there: {', '.join(key for key in model.model_fields if key not in {'name', 'own'})}"


def _default_type(table: str, name: str) -> CellType:
    dtype = TABLES[table].columns.get(name)
    if dtype is None or dtype == pl.String:
        return "text"
    if dtype in (pl.Date, pl.Datetime):
        return "date" if dtype == pl.Date else "moment"
    return "whole" if dtype.is_integer() else "number"


def _roots(key: str, name: str, sql: str) -> list[str]:
    try:
        return pl.sql_expr(sql).meta.root_names()
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{key}.{name} is not an SQL expression: {error}") from error


def _check_known(key: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = [name for name in names if name not in set(known)]
    if unknown:
        raise ValueError(f"{key} names the unknown column {unknown[0]!r}; known are {', '.join(sorted(known))}")


def _check_pattern(key: str, pattern: str | None) -> None:
    if pattern is None:
        return
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{key} is not a regular expression: {' '.join(str(error).split())}") from error
