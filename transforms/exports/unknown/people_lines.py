"""Several lines of hours a person in a month on a sheet: usual hours above overtime, days of work above hours."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.exports.header import Header
from transforms.exports.unknown.written import written
from transforms.exports.vocabulary import simple, vocabulary
from transforms.problem import BadExport

_LINE: Final = "line"
_MOST: Final = 8  # different words


@dataclass(frozen=True, slots=True)
class Lines:
    """The header of the column that says what a line is, its words for hours, and those for anything else."""

    header: str
    hours: Sequence[str]
    others: Sequence[str]

    @property
    def toml(self) -> Iterator[str]:
        """What a profile says of them."""
        yield from ("", "[check]", f"{_LINE} = {written(self.header)}")
        if self.others:
            yield from ("", "[ignore]", f"{_LINE} = '^(?:{'|'.join(map(re.escape, self.others))})$'")

    @property
    def undecided(self) -> Iterator[str]:
        """One sentence for each thing that a person has to see to."""
        yield (
            f'Lines of {", ".join(self.hours)} in "{self.header}" are added up as hours worked: name one that is no '
            f"such hours under [ignore]."
        )
        if self.others:
            yield f"Lines of {', '.join(self.others)} are left out: strike one under [ignore] if it is hours worked."


def lines_of(
    cells: pl.DataFrame, header: Header, days: Sequence[int], known: Sequence[str | None], name: str
) -> Lines | None:
    """What tells the lines of one person apart, where most people have several.

    `known` are the headers of people and stores. Raises BadExport where nothing does, or no word is one for hours.
    """
    places = {cell: f"{at}" for at, cell in enumerate(header.cells)}
    person = cells[places[str(known[0])]]
    who = person.fill_null(strategy="forward").alias("who")
    lines = who.to_frame().group_by("who").len()
    if (lines["len"] > 1).sum() * 2 < lines.height:
        return None
    free = [at for at, cell in enumerate(header.cells) if at not in days and cell not in known]
    told = next((at for at in free if _tells(cells[f"{at}"], who)), None)
    words = cells[f"{told}"].unique(maintain_order=True).to_list() if told is not None else []
    hours = [word for word in words if simple(word) in vocabulary()["lines"]["hours"]]
    if hours and told is not None:
        return Lines(header.cells[told], hours, [word for word in words if word not in hours])
    if told is None and not person.null_count():
        return None
    said = f" but {', '.join(words)}" if words else ""
    raise BadExport(
        f"{name} has several lines of numbers for most people, and none says of which hours they are{said}: name them "
        f"in a column, such as HC and TC (usual hours, overtime), or leave one line a person."
    )


def _tells(cells: pl.Series, who: pl.Series) -> bool:
    """Whether a column says something else on each line of a person, in the same few words for all."""
    apart = pl.DataFrame({"who": who, "cell": cells}).is_unique().all()
    return bool(apart) and not cells.null_count() and 1 < cells.n_unique() <= min(_MOST, who.len() - 1)
