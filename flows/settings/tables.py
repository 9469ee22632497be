"""The CSV tables of a site, row by row: what they may hold, and the sentences for what they may not."""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from flows.settings.kpi_toml import sentences
from flows.settings.types import Id
from transforms.wording import listed


def _nothing(value: object) -> object:
    return None if value == "" else value


def _mark(value: object) -> object:
    if isinstance(value, str) and value.lower() not in _MARKS:
        raise ValueError(f"{value!r} is not a mark; write yes, or leave it empty")
    return _MARKS[value.lower()] if isinstance(value, str) else value


_MARKS = {"": False, "no": False, "yes": True}


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value


def _yes(value: object) -> object:
    said = str(value).strip().casefold()
    if said not in _YES | _NO:
        raise ValueError(f"{value!r} is neither yes nor no; write yes (có), or leave it empty")
    return said in _YES


_YES, _NO = frozenset({"yes", "có", "true"}), frozenset({"", "no", "không", "false"})


def _day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        raise ValueError(f"{value!r} is not a day; write YYYY-MM-DD, for example 2026-03-01")
    return value


Day = Annotated[date, Field(strict=False), BeforeValidator(_day)]
MaybeDay = Annotated[date | None, BeforeValidator(_day), BeforeValidator(_nothing)]
Maybe = Annotated[str | None, BeforeValidator(_nothing)]
MaybeAmount = Annotated[Decimal | None, BeforeValidator(_nothing)]
Mark = Annotated[bool, BeforeValidator(_mark)]
Aliases = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Row(BaseModel):
    """One row of a site's table; an unknown column is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True)


class Store(Row):
    """A shop or restaurant."""

    store_id: Id
    name: str = Field(min_length=1)
    region: Maybe = None
    manager: Maybe = None
    opened_on: MaybeDay = None
    closed_on: MaybeDay = None
    aliases: Aliases = ()


class Stint(Row):
    """A person in one position, department and store for a while; a transfer is one more row.

    A till account that several people use is `shared`: what is done under it is the store's, and nobody's own.
    """

    employee_id: Id
    name: str = Field(min_length=1)
    position: str
    department: str
    store_id: str
    from_date: Day = Field(alias="from")
    to_date: MaybeDay = Field(default=None, alias="to")
    shared: Annotated[bool, BeforeValidator(_yes)] = False
    aliases: Aliases = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_date and self.to_date < self.from_date:
            raise ValueError(f"'to' ({self.to_date}) lies before 'from' ({self.from_date}); swap or mend them")
        return self


class Product(Row):
    """A product of the price list."""

    product_id: str = Field(min_length=1)
    product_name: Maybe = None
    category: Maybe = None
    list_price: MaybeAmount = None
    unit_cost: MaybeAmount = None
    focus: Mark = False  # of the range the chain wants to push
    add_on: Mark = False  # what is offered beside something else


R = TypeVar("R", bound=Row)
Cells = dict[str, str]  # by the header's names


def read_table(path: Path, row: type[R], problems: list[str], *, required: bool = True) -> list[R]:
    """Read one CSV (UTF-8, comma) as rows; append a sentence to `problems` for each mistake."""
    if not path.is_file():
        if required:
            problems.append(f"{path.name} is missing; 'kpi init' writes a commented one to start from.")
        return []
    return list(typed(path.name, read_cells(path, problems), row, problems))


def read_cells(path: Path, problems: list[str]) -> list[tuple[int, Cells]]:
    """The rows of one CSV that are not empty, with the number of their last line; as `read_table`, not typed yet."""
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
        return list(_cells(path.name, text, problems))
    except UnicodeDecodeError:
        problems.append(f"{path.name} is not UTF-8 text; save it as 'CSV UTF-8'.")
    except csv.Error as error:
        problems.append(
            f"{path.name} cannot be read as a table: {error}; look for a quotation mark that is not closed."
        )
    return []


def _cells(file: str, text: str, problems: list[str]) -> Iterator[tuple[int, Cells]]:
    lines = csv.DictReader(io.StringIO(text), strict=True, restkey="", restval=None)
    if ";" in (header := text.partition("\n")[0]) and "," not in header:
        problems.append(f"{file} is separated by semicolons; save it separated by commas ('CSV UTF-8, comma').")
        return
    for cells in lines:
        if "" in cells or None in cells.values():
            said = "has more or fewer cells than the header; check its commas and quotes."
            problems.append(f"{file}, row {lines.line_num}, {said}")
        elif any(cell.strip() for cell in cells.values()):
            yield lines.line_num, {name.strip(): cell for name, cell in cells.items()}


def typed(file: str, rows: Iterable[tuple[int, Cells]], row: type[R], problems: list[str]) -> Iterator[R]:
    """Each of `rows` as a `row`; a sentence for each mistake, and one for the columns that all of them lack."""
    given = list(rows)
    if lacking := _lacking(given, row):
        columns = listed(field.alias or name for name, field in row.model_fields.items())
        said = f"the header lacks {listed(lacking)}; add what is missing, its columns are {columns}."
        problems.append(f"{file}, row 1: {said}")
        return
    for number, cells in given:
        try:
            yield row.model_validate(cells)
        except ValidationError as error:
            problems.extend(sentences(file, error, row, where=f"row {number}, "))


def _lacking(rows: Iterable[tuple[int, Cells]], row: type[R]) -> list[str]:
    """The columns that a `row` needs and the header, which the first of `rows` shows, has not."""
    header = next((cells.keys() for _, cells in rows), None)
    needed = (field.alias or name for name, field in row.model_fields.items() if field.is_required())
    return [] if header is None else [name for name in needed if name not in header]


def overlapping(stints: Iterable[Stint]) -> Iterator[str]:
    """One sentence per person who is in two places at once."""
    by_person: defaultdict[str, list[Stint]] = defaultdict(list)
    for stint in stints:
        by_person[stint.employee_id].append(stint)
    for person, own in by_person.items():
        own.sort(key=lambda s: s.from_date)
        for earlier, later in pairwise(own):
            if earlier.to_date is None or earlier.to_date >= later.from_date:
                yield (
                    f"people.csv, employee_id {person}: the stint from {earlier.from_date} overlaps the one from "
                    f"{later.from_date}; end the first with a 'to' before the second begins."
                )
