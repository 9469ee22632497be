"""A month on a sheet, one line a person and one column a day: what its cells are, and a profile for it."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from transforms.exports.durations import UNITS, WRITTEN_OUT, unit
from transforms.exports.grid import TIME
from transforms.exports.header import Header
from transforms.exports.stacked import PAIRS
from transforms.exports.unknown.blocks import NOT_ROWS, PERIODS
from transforms.exports.unknown.seen import EMPTY, SeenColumn
from transforms.exports.vocabulary import simple, vocabulary
from transforms.problem import BadExport

_DAY: Final = (
    "(?i)^(?:ngày |day )?([0-9]{1,2}(?:[/-][0-9]{1,2}(?:[/-][0-9]{4})?)?|[0-9]{4}-[0-9]{2}-[0-9]{2})"
    "(?:[T ]00:00(?::00)?)?(?: [^0-9 ]+)?$"
)
_FEWEST: Final = 5  # days
_MOSTLY: Final = 0.8  # of the cells with any digit
_DAYS_OF_WORK: Final = 2  # more hours than that are worked on some day of any month
_NUMBER: Final = "^[0-9]{1,3}(?:[.,][0-9]{1,4})?$"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Days as columns: whose line it is (header), the distinct cells below days, and what these are.

    `kind` is pairs, punches, moments, sides, or a unit of time. `marks` are cells without any digit, such as X or P.
    `sides` are in and out -> the words by which lines say that they are of ins, or of outs.
    """

    person: str
    store: str | None
    values: pl.Series
    kind: str
    marks: Sequence[str]
    sides: Mapping[str, Sequence[str]]

    def columns_of(self, columns: Sequence[SeenColumn]) -> list[SeenColumn]:
        """The columns of the file, with what each is taken for."""
        named = {self.person: "employee_id", self.store: "store_id"}
        return [replace(c, column="days" if re.search(_DAY, c.header) else named.get(c.header)) for c in columns]


def matrix_of(header: Header, cells: pl.DataFrame, name: str) -> Matrix | None:
    """The month that a sheet is, if it is one; `cells` are its columns as text, named by their positions.

    Raises BadExport where nobody is named, or nothing says how long anybody was there.
    """
    days = [at for at, cell in enumerate(header.cells) if re.search(_DAY, cell)]
    if len(days) < _FEWEST or len(days) * 2 < len(header.cells):
        return None
    person = _first("employee_id", header)
    if person is None:
        raise BadExport(
            f"{name}: most columns of row {header.row} are days, but none says whose its lines are; name the column of "
            f"people employee_id, or export with it."
        )
    filled = pl.concat(cells[f"{at}"] for at in days).drop_nulls()
    marks = filled.filter(~filled.str.contains("[0-9]")).unique(maintain_order=True).to_list()
    values = filled.filter(filled.str.contains("[0-9]"))
    sides = _sides(cells, set(days)) if values.str.contains(TIME).any() else {}
    kind = "sides" if sides else _kind(values, marks, name)
    return Matrix(person, _first("store_id", header), values, kind, marks, sides)


def toml_of(matrix: Matrix, header: Header, system: str) -> str:
    """The profile for the folder `profiles` of a site."""
    others = [cell for cell in header.cells if cell and not re.search(_DAY, cell)]
    of_punches = matrix.kind in {"punches", "moments"}
    lines = [f"system = {_written(system)}", f'table = "{"punches" if of_punches else "clockings"}"']
    lines += [f"recognised_by = {_written(others)}", f"empty = {_written([*EMPTY, *matrix.marks])}", "", "[layout]"]
    lines += ['key = "date"', 'day = "date"', f"period = {_written(PERIODS)}", f"not_rows = '{NOT_ROWS}'"]
    lines += [f"besides = {_written(others)}"]
    lines += _STACKED.get(matrix.kind, [])
    told = (f"{side} = '(?i)^(?:{'|'.join(map(re.escape, words))})$'" for side, words in matrix.sides.items())
    lines += [f"sides = {{ {', '.join(told)} }}", f"fill_down = {_written([matrix.person])}"] if matrix.sides else []
    lines += ["", "[layout.repeated]", f"cell = '{_DAY}'", "", "[columns]"]
    lines += [f"employee_id = {{ header = {_written(matrix.person)}, required = true }}"]
    lines += [f"store_id = {{ header = {_written(matrix.store)} }}"] if matrix.store else []
    return "\n".join([*lines, *_COLUMNS[matrix.kind], "", "[formats]", *_FORMATS, ""])


def undecided_of(matrix: Matrix) -> Iterator[str]:
    """One sentence for each thing that a person has to see to."""
    if matrix.marks:
        yield f"{', '.join(matrix.marks)} below days are taken for nobody there; strike one from empty if it is hours."
    if matrix.sides:
        yield "An out before its in is taken for the next morning: see that nights stand under the day they began."
    if matrix.kind in UNITS:
        yield (
            f"Cells such as {matrix.values[0]} are taken for {matrix.kind} worked: nobody is late by them, and paid "
            f"leave would count as worked."
        )
        odd = matrix.values.filter(~_are_hours(matrix.values)).unique(maintain_order=True).head(3).to_list()
        if odd:
            yield f"{', '.join(odd)} are no hours, and are rejected: write hours there."


_STACKED: Final[Mapping[str, list[str]]] = {"pairs": ['pair = ["in", "out"]'], "punches": ["stacked = true"]}
_FORMATS: Final = (
    'dates = ["%Y-%m-%d"]',
    'times = ["%H:%M", "%H:%M:%S", "%Hh%M"]',
    'moments = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]',
)
_PAIRED: Final = (
    'business_date = { header = "date", required = true }',
    'clock_in = { header = "in" }',
    'clock_out = { header = "out" }',
)
_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "pairs": _PAIRED,
    "sides": _PAIRED,
    "punches": (
        'punched_date = { header = "date", required = true }',
        'punched_time = { header = "cell", required = true }',
    ),
    "moments": ('punched_at = { header = "cell", required = true }',),
    **{
        kind: (
            'business_date = { header = "date", required = true }',
            f'stated_hours = {{ header = "cell", type = "{kind}" }}',
        )
        for kind in UNITS
    },
}


def _kind(values: pl.Series, marks: Sequence[str], name: str) -> str:
    """What most cells with a digit are."""
    moments = values.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}")
    likely = {"pairs": values.str.contains(PAIRS), "punches": _are_punches(values), "moments": moments}
    for kind, found in likely.items():
        if values.len() and found.sum() >= _MOSTLY * values.len():
            return kind
    hours = values.filter(_are_hours(values))
    if values.len() and hours.len() >= _MOSTLY * values.len():
        numbers = hours.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        if numbers.null_count() or (numbers > _DAYS_OF_WORK).any():
            return unit("", hours)
        raise BadExport(f"{name}: {_shown(values, marks)} below its days are days of work, not hours; {_EXPORT}.")
    if values.str.contains(TIME).any():
        raise BadExport(
            f"{name}: {_shown(values, marks)} below its days may be times of a day or hours worked; export ins and "
            f"outs, or one line a person's day with its hours under worked_hours."
        )
    raise BadExport(f"{name}: {_shown(values, marks)} below its days do not say how long anybody was there; {_EXPORT}.")


_EXPORT: Final = "export ins and outs, or hours"


def _sides(cells: pl.DataFrame, days: Collection[int]) -> Mapping[str, Sequence[str]]:
    """In and out -> the cells of the column that says of each line which of both it is."""
    names, said = vocabulary()["clockings"], vocabulary()["direction"]
    known = {"in": {*said["in"], *names["clock_in"]}, "out": {*said["out"], *names["clock_out"]}}
    for at in (at for at in range(cells.width) if at not in days):
        told = cells[f"{at}"].drop_nulls().unique(maintain_order=True).to_list()
        found = {side: [cell for cell in told if simple(cell) in words] for side, words in known.items()}
        if all(found.values()):
            return found
    return {}


def _shown(values: pl.Series, marks: Sequence[str]) -> str:
    return ", ".join([*marks[:3], *values.unique(maintain_order=True).head(3).to_list()])


def _are_punches(values: pl.Series) -> pl.Series:
    """Which cells are moments of a day; of one alone nothing shows that it is no duration."""
    times = values.str.contains(r"^[0-9]{1,2}:[0-9]{2}(?:(?:[\s;,]|[0-9]{2}:).*)?$")
    return times & (values.str.count_matches("[0-9]:[0-9]") > 1).any()


def _are_hours(values: pl.Series) -> pl.Series:
    return values.str.contains(_NUMBER) | values.str.contains(WRITTEN_OUT)


def _first(role: str, header: Header) -> str | None:
    spelt = {simple(cell): cell for cell in header.cells if cell}
    return next((spelt[name] for name in vocabulary()["punches"][role] if name in spelt), None)


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
