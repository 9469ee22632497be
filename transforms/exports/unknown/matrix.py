"""A month on a sheet, one line a person and one column a day: what its cells are, and a profile for it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import polars as pl

from transforms.exports.durations import UNITS, WRITTEN_OUT, read_hours, unit
from transforms.exports.grid import TIME
from transforms.exports.header import Header
from transforms.exports.moments import Format
from transforms.exports.period import as_days
from transforms.exports.stacked import PAIRS
from transforms.exports.unknown.blocks import NOT_ROWS, PERIODS
from transforms.exports.unknown.people_lines import Lines, lines_of
from transforms.exports.unknown.plans import ALL_ROUND, Plan, are_planned, plan_of
from transforms.exports.unknown.seen import EMPTY, SeenColumn, seen_column
from transforms.exports.unknown.written import written
from transforms.exports.vocabulary import simple, vocabulary
from transforms.problem import BadExport

_DATE: Final = "(?:ngày |day )?([0-9]{1,2}(?:[/-][0-9]{1,2}(?:[/-][0-9]{4})?)?|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_DAY: Final = f"(?i)^{_DATE}(?:[T ]00:00(?::00)?)?(?: [^0-9 ]+)?$"
_MOMENT: Final = "^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}[ T]+[0-9]{1,2}:[0-9]{2}"
_FEWEST: Final = 5  # days
_MOSTLY: Final = 0.8  # of the cells with any digit
_DAYS_OF_WORK: Final = 2  # more hours than that are worked on some day of any month
_NUMBER: Final = "^[0-9]{1,3}(?:[.,][0-9]{1,4})?$"
_NEAR: Final = Decimal("0.02")  # hours, by which a total may be rounded
_TWO: Final = 2
_BELOW: Final = "cells below days"  # what a column of the profile is called that the sheet does not name


@dataclass(frozen=True, slots=True)
class Matrix:
    """Days as columns: whose line it is (header), the distinct cells below days, and what these are.

    `kind` is pairs, punches, moments, sides, columns, or a unit of time. `marks` are cells without any digit, such as X
    or P. `sides` are in and out -> the words by which lines, or the names of columns, say that they are of ins, or of
    outs. `plan` says that people are to come then, and not that they did, `lines` which of a person's lines are hours;
    `alone` are cells that begin rows which are nobody's.
    """

    person: str
    store: str | None
    values: pl.Series
    kind: str
    marks: Sequence[str]
    sides: Mapping[str, Sequence[str]]
    plan: Plan | None = None
    lines: Lines | None = None
    alone: Sequence[str] = ()

    def columns_of(self, columns: Sequence[SeenColumn]) -> list[SeenColumn]:
        """The columns of the file, with what each is taken for."""
        named = {self.person: "employee_id", self.store: "store_id"}
        return [replace(c, column="days" if re.search(_DAY, c.header) else named.get(c.header)) for c in columns]

    @property
    def table(self) -> str:
        """What a profile of it reads."""
        return "roster" if self.plan else "punches" if self.kind in {"punches", "moments"} else "clockings"


def matrix_of(header: Header, cells: pl.DataFrame, text: str, name: str) -> Matrix | None:
    """The month that a sheet is, if it is one; `cells` are its columns as text, named by their positions.

    `text` is the whole sheet. Raises BadExport where nobody is named, or nothing says how long anybody was there.
    """
    days = [at for at, cell in enumerate(header.cells) if re.search(_DAY, cell)]
    if len(days) < _FEWEST or len(days) * 2 < len(header.cells):
        return None
    person = _first("employee_id", header)
    if person is None:
        raise BadExport(
            f"{name}: most columns of row {header.row} are days, but none says whose its lines are; name the column of "
            f"people employee_id{'' if all(header.cells) else ' (one has no name)'}, or export with it."
        )
    cells, weekdays = _of_people(cells, days)
    filled = pl.concat(cells[f"{at}"] for at in days).drop_nulls()
    plan = plan_of(filled, text, text.split(header.text, 1)[0])
    codes = plan.codes if plan else {}
    marks = filled.filter(~filled.str.contains("[0-9]") & ~filled.is_in([*codes])).unique(maintain_order=True).to_list()
    values = filled.filter(filled.str.contains("[0-9]"))
    people = cells.filter(pl.any_horizontal(pl.col(f"{at}").is_in([*codes]) for at in days))
    own = people[f"{header.cells.index(person)}"].implode()
    legend = [code for code in codes if not own.list.contains(code)[0]]  # somebody may be called as a shift is
    matrix = Matrix(person, _first("store_id", header), values, "pairs", marks, {}, plan, None, [*weekdays, *legend])
    if plan:
        return matrix
    if ends := _ends([header.cells[at] for at in days]):
        return replace(matrix, kind="columns", sides=ends)
    if sides := _sides(cells, set(days)) if values.str.contains(TIME).any() else {}:
        return replace(matrix, kind="sides", sides=sides)
    kind = "hours" if _are_sums(cells, days) else _kind(values, marks, name)
    lines = lines_of(cells, header, days, (person, matrix.store), name) if kind in UNITS else None
    return replace(matrix, kind=kind, lines=lines)


def toml_of(matrix: Matrix, header: Header, system: str) -> str:
    """The profile for the folder `profiles` of a site."""
    others = [cell for cell in header.cells if cell and not re.search(_DAY, cell)]
    told = [cell for cell in others if cell in header.upper] or others
    alone = f"|(?-i:{'|'.join(map(re.escape, matrix.alone))})$" if matrix.alone else ""
    lines = [f"system = {written(system)}", f'table = "{matrix.table}"']
    lines += [f"recognised_by = {written(told)}", f"empty = {written([*EMPTY, *matrix.marks])}", "", "[layout]"]
    # A moment says its day itself, a whole day its month and year.
    lines += ['key = "date"', *([] if matrix.kind == "moments" else ['day = "date"'])]
    short = as_days(pl.Series([cell for cell in header.cells if re.search(_DAY, cell)]), None).has_nulls()
    lines += [f"period = {written(PERIODS)}"] if short and matrix.kind != "moments" else []
    lines += [f"not_rows = {written(NOT_ROWS.removesuffix(')') + alone + ')')}", f"besides = {written(others)}"]
    lines += _STACKED.get(matrix.kind, [])
    lines += [f"codes = {{ {_table(matrix.plan.codes)} }}"] if matrix.plan and matrix.plan.codes else []
    filled = matrix.kind == "sides" or matrix.lines is not None
    lines += [f"fill_down = {written([matrix.person])}"] if filled else []
    lines += [*_repeated(matrix), "", "[columns]"]
    lines += [f"employee_id = {{ header = {written(matrix.person)}, required = true }}"]
    lines += [f"store_id = {{ header = {written(matrix.store)} }}"] if matrix.store else []
    lines += _PLANNED if matrix.plan else _COLUMNS[matrix.kind]
    lines += matrix.lines.toml if matrix.lines else []
    return "\n".join([*lines, "", "[formats]", *_formats(matrix), ""])


def _formats(matrix: Matrix) -> Sequence[str]:
    ways = _ways(matrix)
    return [f"moments = {written(ways)}"] if ways else _FORMATS


def _ways(matrix: Matrix) -> Sequence[str]:
    """All ways in which moments below days may be written."""
    seen = seen_column("punch time", matrix.values) if matrix.kind == "moments" else None
    return seen.ways if seen and seen.type == "moment" else ()


def _repeated(matrix: Matrix) -> list[str]:
    words = {side: "|".join(map(re.escape, said)) for side, said in matrix.sides.items()}
    if matrix.kind == "columns":
        patterns = {side: f"(?i)^{_DATE} (?:{said})$" for side, said in words.items()}
        return ["lower_row = true", "", "[layout.repeated]", *(f"{side} = '{text}'" for side, text in patterns.items())]
    told = ", ".join(f"{side} = '(?i)^(?:{said})$'" for side, said in words.items())
    return [*([f"sides = {{ {told} }}"] if told else []), "", "[layout.repeated]", f"{written(_BELOW)} = '{_DAY}'"]


def undecided_of(matrix: Matrix) -> Iterator[str]:
    """One sentence for each thing that a person has to see to."""
    if matrix.marks:
        yield f"{', '.join(matrix.marks)} below days are taken for nobody there; strike one from empty if it is hours."
    if matrix.kind == "moments" and not matrix.values.is_empty():
        yield (
            f"Cells such as {matrix.values[0]} are taken for punches, and paired by their times: if these are all ins, "
            f"or all outs, deliver the file of the others, too."
        )
    if len({Format(way).order for way in _ways(matrix)}) > 1:
        yield (
            f"Cells such as {matrix.values[0]} do not show their order of day and month: keep one of "
            f"{', '.join(_ways(matrix))}."
        )
    if matrix.sides:
        yield "An out before its in is taken for the next morning: see that nights stand under the day they began."
    if matrix.plan:
        yield from matrix.plan.undecided
    elif matrix.kind == "pairs" and are_planned(matrix.values):
        yield ALL_ROUND
    if matrix.lines:
        yield from matrix.lines.undecided
    if matrix.kind in UNITS:
        yield (
            f"Cells such as {matrix.values[0]} are taken for {matrix.kind} worked: nobody is late by them, and paid "
            f"leave would count as worked."
        )
        odd = matrix.values.filter(~_are_hours(matrix.values)).unique(maintain_order=True).head(3).to_list()
        if odd and not matrix.values.str.contains(TIME).any():
            yield f"{', '.join(odd)} are no hours, and are rejected: write hours there."


def _of_people(cells: pl.DataFrame, days: Sequence[int]) -> tuple[pl.DataFrame, list[str]]:
    """Rows with anything below days that are no totals; without rows of weekdays, whose words are handed back."""
    words = {word for names in vocabulary()["weekdays"].values() for word in names}
    below = [pl.col(f"{at}") for at in days]
    told = {cell for at in days for cell in cells[f"{at}"].drop_nulls().unique() if simple(cell) in words}
    weekdays = pl.all_horizontal(cell.is_in(list(told)) | cell.is_null() for cell in below)
    weekdays &= pl.sum_horizontal(cell.is_not_null() for cell in below) >= _FEWEST
    weekdays &= pl.concat_list(below).list.n_unique() > 1
    some = cells.filter(pl.any_horizontal(cell.is_not_null() for cell in below))
    some = some.filter(~pl.coalesce(pl.all()).str.contains(NOT_ROWS))
    rows = some.filter(weekdays)
    found = [rows[f"{at}"] for at in days]
    return some.filter(~weekdays), pl.concat(found).drop_nulls().unique(maintain_order=True).to_list()


def _ends(names: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """In and out -> what stands behind the days in the names of their columns, where each day has one of both."""
    behind = {name: name.rpartition(" ")[2] for name in names}
    known = {side: vocabulary()["clockings"][column] for side, column in (("in", "clock_in"), ("out", "clock_out"))}
    found = {side: sorted({b for b in behind.values() if simple(b) in words}) for side, words in known.items()}
    both = [word for words in found.values() for word in words]
    return found if len(both) == _TWO and all(found.values()) and {*behind.values()} == {*both} else {}


def _are_sums(cells: pl.DataFrame, days: Sequence[int]) -> bool:
    """Whether what looks like times adds up to a column beside the days: then it is how long somebody was there."""
    hours = {name: read_hours(cells[name], "hours") for name in cells.columns}
    added = pl.DataFrame({f"{at}": hours[f"{at}"] for at in days}).select(pl.sum_horizontal(pl.all())).to_series()
    apart = ((hours[name] - added).abs() for name in cells.columns if int(name) not in {*days})
    return cells.height >= _TWO and any(bool((some <= _NEAR).fill_null(value=False).all()) for some in apart)


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
_PLANNED: Final = tuple(line.replace("clock_", "scheduled_") for line in _PAIRED)
_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "pairs": _PAIRED,
    "sides": _PAIRED,
    "columns": _PAIRED,
    "punches": (
        'punched_date = { header = "date", required = true }',
        f'punched_time = {{ header = "{_BELOW}", required = true }}',
    ),
    "moments": (f'punched_at = {{ header = "{_BELOW}", required = true }}',),
    **{
        kind: (
            'business_date = { header = "date", required = true }',
            f'stated_hours = {{ header = "{_BELOW}", type = "{kind}" }}',
        )
        for kind in UNITS
    },
}


def _kind(values: pl.Series, marks: Sequence[str], name: str) -> str:
    """What most cells with a digit are."""
    moments = values.str.contains(_MOMENT)
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


def _table(told: Mapping[str, str]) -> str:
    return ", ".join(f"{written(name)} = {written(value)}" for name, value in told.items())
