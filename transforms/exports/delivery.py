"""The parts of one delivered file -> one set of records: a workbook's sheets and an archive's files are one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import polars as pl

from transforms.exports.cells import MOMENT, NUMBER
from transforms.exports.distinct import as_texts
from transforms.exports.layout import Layout, recognise
from transforms.exports.parts import Part
from transforms.exports.profile import Profile
from transforms.exports.records import Records, split
from transforms.exports.text import decoded
from transforms.problem import BadExport, Unfit

ROWS_OF_A_SHEET: Final = 1_000_000_000  # row_no of part k, from 0, is this times k and the row in it


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was recognised in a file: one layout, the records of all its parts, their titles, and what was left out."""

    layout: Layout
    records: Records
    sheets: tuple[str, ...]
    notes: tuple[str, ...]


def sheet_of(row_no: int, sheets: Sequence[str]) -> tuple[str | None, int]:
    """The sheet in which a row stands and its number there; no sheet where the file has but one.

    `sheets` are those of the `Read` that gave `row_no`.
    """
    number, row = divmod(row_no, ROWS_OF_A_SHEET)
    return (sheets[number] if len(sheets) > 1 else None), row


def sheet_of_rows(sheets: Sequence[str]) -> pl.Expr:
    """The sheet of each row of `row_no`, or the file's name where it has none; `sheets` as of `Delivery`."""
    return (pl.col("row_no") // ROWS_OF_A_SHEET).replace_strict(dict(enumerate(sheets)), return_dtype=pl.String)


def together(parts: Sequence[Part], ours: Sequence[Profile], others: Sequence[Profile]) -> Delivery:
    """Read the parts that fit a profile of `ours`, which must be the same, as one.

    Raises BadExport, which is that of the first part if none fits.
    """
    layouts, unfit = _recognised(parts, ours, others)
    if not layouts:
        raise next(
            iter(unfit.values()), Unfit(f"{parts[0].name.split(', sheet')[0]} has hidden sheets only; show them.")
        )
    _refuse_a_mix(layouts)
    records = [_unmarked(_numbered(split(layout), number), layout) for number, (_, layout) in enumerate(layouts)]
    notes = (*_left_out(parts, unfit), *_cut_short(layouts))
    titles = tuple(part.title for part, _ in layouts)
    return Delivery(_merged([layout for _, layout in layouts]), _concat(records), titles, notes)


def _recognised(
    parts: Sequence[Part], ours: Sequence[Profile], others: Sequence[Profile]
) -> tuple[list[tuple[Part, Layout]], Mapping[str, Unfit]]:
    fallbacks = {profile.fallback_encoding for profile in (*ours, *others) if profile.fallback_encoding is not None}
    layouts: list[tuple[Part, Layout]] = []
    unfit: dict[str, Unfit] = {}
    several = len(parts) > 1
    for part in parts:
        if not part.hidden:
            name = f'{part.name}, sheet "{part.sheet}"' if part.sheet and several else part.name
            named = replace(part, name=name)
            try:
                layouts.append((named, recognise(decoded(named, fallbacks), name, ours, others)))
            except Unfit as problem:
                unfit[part.title] = problem
    return layouts, unfit


def _refuse_a_mix(layouts: Sequence[tuple[Part, Layout]]) -> None:
    for (part, one), (other_part, other) in pairwise(layouts):
        if one.profile.name != other.profile.name:
            raise BadExport(
                f"{part.name} is an export of {one.profile.name}, but {other_part.title} in the same file is one of "
                f"{other.profile.name}; deliver them apart."
            )
        if one.text.serials_from != other.text.serials_from:
            raise BadExport(f"{part.name} and {other_part.title} are files of two kinds; deliver them apart.")


def _merged(layouts: Sequence[Layout]) -> Layout:
    """The layout of all parts: the first one's, with the columns that only others have."""
    merged = layouts[0]
    for layout in layouts[1:]:
        new = [column for column in layout.positions if column not in merged.positions]
        cells = (*merged.header.cells, *(str(layout.header_of(column)) for column in new))
        places = {column: len(merged.header.cells) + number for number, column in enumerate(new)}
        merged = replace(merged, header=replace(merged.header, cells=cells), positions={**merged.positions, **places})
    return merged


def _numbered(records: Records, number: int) -> Records:
    if not number:
        return records
    shifted = pl.col("row_no") + number * ROWS_OF_A_SHEET
    return Records(
        records.cells.with_columns(shifted),
        records.torn.with_columns(shifted),
        lambda: records.lines().with_columns(shifted),
    )


def _unmarked(records: Records, layout: Layout) -> Records:
    """With originals as people know them: the marks of typed cells are ours."""
    if layout.text.serials_from is None:
        return records
    plain = pl.col("original").str.replace_all(f"[{NUMBER}{MOMENT}]", "")
    return replace(records, lines=lambda: records.lines().with_columns(plain))


def _concat(records: Sequence[Records]) -> Records:
    if len(records) == 1:
        return records[0]
    return Records(
        pl.concat([as_texts(some.cells) for some in records], how="diagonal"),
        pl.concat([some.torn for some in records]),
        lambda: pl.concat([some.lines().select("row_no", "original") for some in records]),
    )


def _left_out(parts: Sequence[Part], unfit: Mapping[str, Unfit]) -> Iterator[str]:
    for problem in unfit.values():
        yield f"not read: {problem}"
    for part in parts:
        if part.hidden:
            yield f"the hidden sheet {part.title} was not read; show it if its rows should count."


def _cut_short(layouts: Sequence[tuple[Part, Layout]]) -> Iterator[str]:
    for part, layout in layouts:
        if layout.text.serials_from is None and not layout.text.utf8.endswith((b"\n", b"\r")):
            yield f"the last line of {part.title} has no line end: if the file was cut short there, deliver it again."
