"""`kpi profile`: show what a file looks like, and read it or propose a profile for it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
from babel.numbers import get_currency_precision
from rich import box
from rich.console import Console
from rich.table import Column, Table

from flows.disk import write_whole
from flows.intake.limited import limited_sheets
from flows.intake.quarantine import in_words
from flows.intake.strangers import strange_stores
from flows.site import Site, load_site
from transforms.exports import TABLES_OF_KIND, Profiles, Read, load_profiles, read, sheet_of, shipped_profiles
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.exports.unknown.seen import NUMBERS, TYPED, SeenColumn, marks_of
from transforms.problem import BadExport, BadSite

_SHOWN_ROWS: Final = 3
_SHOWN_OF_CELL: Final = 24  # letters
_SHOWN_LETTERS: Final = 120
_LOOK: Final[Mapping[str, Any]] = {"box": box.SIMPLE_HEAD, "pad_edge": False}
_HUNDREDTHS: Final = 2
_MOST_DECIMALS: Final = 4
_FEW_REJECTED: Final = 0.1  # of all rows: with more, perhaps another profile would read them
_OFFSET: Final = re.compile(r"[0-9]:[0-9]{2}[0-9:.]* ?(?:Z|[+-][0-9]{2}:?[0-9]{2})(?![0-9:])")
_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "blank"}


@dataclass(frozen=True, slots=True)
class _House:
    """By what files are read: those of a site, or what is so without one."""

    profiles: Profiles
    day_starts: time = time(4)
    zone: str | None = None
    products: pl.DataFrame | None = None
    stores: pl.DataFrame | None = None  # their names, as of `Site.store_names`
    decimals: int = _MOST_DECIMALS  # of an amount


def profile_file(file: Path, site: Path | None, console: Console, *, write: bool) -> None:
    """Show `file` on the console, with the profiles of the `site` beside those that are shipped.

    With `write`, a proposed profile is written into the site's profiles, though another may fit.
    """
    house, content = _house(site), file.read_bytes()
    seen = _look(content, file.name, house.decimals)
    if isinstance(seen, Proposal):
        _show_look(console, file.name, seen)
    if _fits(console, content, file.name, house) and not write:
        return
    if isinstance(seen, BadExport):
        raise seen
    _show_proposal(console, seen)
    _try(console, content, file, seen, house)
    if write:
        _write(console, site, file, seen)


def _house(folder: Path | None) -> _House:
    """The site's ways, if there is a site and nothing is wrong with it."""
    with suppress(BadSite):
        if folder:
            return _of_site(load_site(folder))
    own = sorted((folder / "profiles").glob("*.toml")) if folder else []
    return _House(load_profiles(shipped_profiles(), {p.name: p.read_text(encoding="utf-8") for p in own}))


def _of_site(site: Site) -> _House:
    organisation = site.settings.organisation
    return _House(
        site.profiles,
        organisation.business_day_starts,
        organisation.time_zone,
        site.products,
        site.store_names,
        _decimals(site),
    )


def _decimals(site: Site) -> int:
    """How many decimals an amount of the site's currency may have: hundredths, since parts of discounts are cut there.

    Where there are thousandths (KWD), 1.234 may be either.
    """
    precision = get_currency_precision(site.settings.organisation.currency)
    return _MOST_DECIMALS if precision > _HUNDREDTHS else _HUNDREDTHS


def _look(content: bytes, name: str, decimals: int) -> Proposal | BadExport:
    """What the file looks like; a log without header fits a profile, though nothing can be proposed for it."""
    try:
        return propose(content, name, limited_sheets, decimals=decimals)
    except BadExport as problem:
        return problem


def _fits(console: Console, content: bytes, name: str, house: _House) -> bool:
    """Whether a profile reads nearly all rows; what it reads, or why none does, is shown."""
    fits: list[bool] = []
    problems: dict[str, list[str]] = {}
    for kind in TABLES_OF_KIND:
        try:
            result = _read(content, name, kind, house)
        except BadExport as problem:
            problems.setdefault(str(problem), []).append(kind)
        else:
            _show_read(console, result, house)
            fits.append(result.rejected.height <= _FEW_REJECTED * result.delivered)
    if not fits:
        _show_problems(console, problems)
    return any(fits)


def _show_problems(console: Console, problems: Mapping[str, Sequence[str]]) -> None:
    """Sentence -> the kinds of export as which it is said; of which kind is told only where that makes a difference."""
    for problem, kinds in problems.items():
        _say(console, problem if len(problems) == 1 else f"As {' and '.join(kinds)}: {problem}")


def _read(content: bytes, name: str, kind: str, house: _House) -> Read:
    return read(
        content,
        name=name,
        file_id="",
        kind=kind,
        profiles=house.profiles,
        day_starts=house.day_starts,
        products=house.products,
        zone=house.zone,
        workbooks=limited_sheets,
    )


def _show_look(console: Console, name: str, seen: Proposal) -> None:
    delimiter = _DELIMITERS.get(seen.delimiter, seen.delimiter)
    header = f"header in row {seen.header_row}" if seen.header_row else "no header"
    told = [seen.encoding, *([] if seen.encoding == TYPED else [f"{delimiter}-separated"]), header, f"{seen.rows} rows"]
    _say(console, f"{name}: {', '.join(told)}")
    table = Table("column", "values", "looks like", "empty", Column("taken for", no_wrap=True), **_LOOK)
    for column in seen.columns:
        samples = " · ".join(sample[:_SHOWN_OF_CELL] for sample in column.samples)
        cells = (column.header, samples, "\n".join((column.type, *_written(column))))
        empty = f"{column.empty_share:.0%}" if column.empty_share else ""
        table.add_row(*map(_literal, cells), empty, column.column or "-")
    console.print(table)


def _written(column: SeenColumn) -> Sequence[str]:
    """Formats of moments as profiles have them; of numbers a sample of each convention, nothing if all would do."""
    if column.type != "number":
        return column.ways
    marks = marks_of(column)
    usual = [some for some in marks if some.group != "'"]
    return [] if len(marks) == len(NUMBERS) else [f"1{some.group}234{some.decimal}5" for some in usual or marks]


def _show_read(console: Console, result: Read, house: _House) -> None:
    _say(console, f"It fits the profile {result.profile.name} ({result.profile.table}).")
    rows = result.rows.drop("file_id", "system").head(_SHOWN_ROWS)
    filled = [name for name in rows.columns if name != "row_no" and rows[name].null_count() < rows.height]
    # A field to a line: twenty of them beside each other fit no terminal.
    table = Table("", *(_place(row_no, result.sheets) for row_no in rows["row_no"]), **_LOOK)
    for field in filled:
        table.add_row(field, *(_literal(_cell(cell)) for cell in rows[field]))
    if filled:
        console.print(table)
    _say(console, f"{result.rows.height} rows read, {result.rejected.height} rejected, {result.ignored} ignored.")
    _show_sums(console, result)
    _show_rejected(console, result)
    for sentence in strange_stores(house.stores, result) if house.stores is not None else ():
        _say(console, sentence)
    _show_offsets(console, result, house)


def _place(row_no: int, sheets: Sequence[str]) -> str:
    sheet, row = sheet_of(row_no, sheets)
    return f"row {row}" if sheet is None else f"{sheet}, row {row}"


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _show_rejected(console: Console, result: Read) -> None:
    """Each reason, how many rows have it, and the first of them as it was delivered."""
    first = pl.col("row_no", "original").first()
    counts = result.rejected.explode("reasons").group_by("reasons", "column", maintain_order=True).agg(pl.len(), first)
    for reason, column, times, row, original in counts.sort("len", descending=True, maintain_order=True).iter_rows():
        what = in_words(reason) + (f' ("{column}")' if column else "")
        _say(console, f"  {times} x {what}, first in {_place(row, result.sheets)}: {original[:_SHOWN_LETTERS]}")


def _show_offsets(console: Console, result: Read, house: _House) -> None:
    """Moments that say their offset from UTC are told in the site's time, or as they are written without a site."""
    some = result.originals(result.rows["row_no"].head(_SHOWN_ROWS))["original"]
    if any(map(_OFFSET.search, some)):
        told = f"in the time of {house.zone}" if house.zone else "as they are written: name the site to see its time"
        _say(console, f"Moments with an offset from UTC are shown {told}.")


def _show_sums(console: Console, result: Read) -> None:
    """What a person can compare with the system's own figures."""
    sold = result.rows.filter(pl.col("kind") != "void") if result.profile.table == "sales" else pl.DataFrame()
    if sold.height:
        net, returned, quantity = (_plain(some) for some in (sold["net_amount"], _returned(sold), sold["quantity"]))
        receipts = sold.select("store_id", "receipt_id", "business_date").n_unique()
        days = " to ".join(
            str(day) for day in sold.select(first=pl.min("business_date"), last=pl.max("business_date")).row(0)
        )
        _say(
            console, f"Net sales {net} (of it returns {returned}) of {receipts} receipts, quantity {quantity}, {days}."
        )
    for own in result.stated:
        came = f"rows come to {own.rows.normalize():f}"
        _say(console, f'The file\'s own total of "{own.header}" is {own.total.normalize():f}; {came}.')
    for note in result.notes:
        _say(console, note)


def _returned(sold: pl.DataFrame) -> pl.Series:
    return sold.filter(pl.col("kind") == "return")["net_amount"]


def _plain(amounts: pl.Series) -> str:
    return f"{Decimal(amounts.sum() or 0).normalize():f}"


def _show_proposal(console: Console, seen: Proposal) -> None:
    _say(console, "\nA profile for it may be:\n")
    _say(console, seen.toml)
    _say(console, "You have to decide:" if seen.undecided else "Nothing is left open.")
    for sentence in seen.undecided:
        _say(console, f"  - {sentence}")


def _try(console: Console, content: bytes, file: Path, seen: Proposal, house: _House) -> None:
    """What the file comes to by the proposal as it stands, for a person to compare."""
    tried = replace(house, profiles=load_profiles({}, {f"{file.stem}.toml": seen.toml}))
    [kind] = [kind for kind, tables in TABLES_OF_KIND.items() if tried.profiles[file.stem].table in tables]
    _say(console, "\nRead by it as it stands:")
    try:
        _show_read(console, _read(content, file.name, kind, tried), house)
    except BadExport as problem:
        _say(console, f"  {problem}")


def _write(console: Console, site: Path | None, file: Path, seen: Proposal) -> None:
    if site is None:
        raise BadSite("--write needs the site whose profile this is to be: kpi profile FILE SITE --write.")
    target = site / "profiles" / f"{file.stem}.toml"
    if target.exists():
        raise BadSite(f"{target} is there already; remove it first, so that nothing of yours is overwritten.")
    write_whole(target, seen.toml.encode())
    _say(console, f"Wrote {target}; decide what is left open in it, then run kpi profile again.")


def _literal(text: str) -> str:
    return text.replace("[", r"\[")


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
