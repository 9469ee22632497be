"""The quarantine: what could not be taken in, as files that a person can open and mend from."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from flows.disk import write_whole
from flows.ledger import FileEntry
from flows.site import Site
from reports.language import Language, language
from transforms.exports import sheet_of

# A spreadsheet program would run a cell that begins like this as a formula.
_FORMULA = "^[=+\\-@\t\r]"


def keep_rows(
    site: Site, entry: FileEntry, table: str, rows: pl.DataFrame, *, header: str = "", sheets: Sequence[str] = ()
) -> Path | None:
    """Write the quarantined rows (`tables.QUARANTINE`) of one file as a CSV that spreadsheet programs open well.

    Its headings are in the site's language; the export's own `header` stands as the first row, over the original rows.
    `sheets` are the titles of the parts of the file, where it has several.
    """
    path = site.quarantine / table / f"{Path(entry.archived).name}.csv"
    if rows.is_empty():
        path.unlink(missing_ok=True)
        return None
    words = language(site.settings.organisation.languages[0])
    reasons = {code: words.reason(code) for code in rows["reasons"].explode().drop_nulls().unique()}
    readable = rows.select(
        file=harmless(pl.lit(entry.name)),
        row=_places(rows["row_no"], sheets, words),
        reason=pl.col("reasons").list.eval(pl.element().replace_strict(reasons)).list.join("; "),
        column=harmless(pl.col("column")),
        store=harmless(pl.col("store_id")),
        date="business_date",
        amount="amount",
        original=harmless(pl.col("original")),
        codes=pl.col("reasons").list.join(" "),
    )
    top = pl.DataFrame({"original": [header or None]}, schema={"original": pl.String}).with_columns(
        harmless(pl.col("original"))
    )
    titled = pl.concat([top, readable], how="diagonal_relaxed").select(readable.columns)
    spoken = titled.rename({name: words.text(f"quarantine_columns.{name}") for name in titled.columns})
    return write_whole(path, b"\xef\xbb\xbf" + spoken.write_csv(quote_style="necessary").encode())


def in_words(code: str) -> str:
    """A reason as the console has it, which speaks English: inside a sentence."""
    sentence = language("en").reason(code)
    return sentence[0].lower() + sentence[1:]


def release_file(site: Site, entry: FileEntry) -> None:
    """Take a file out of the quarantine that was refused once and is loaded now."""
    kept = site.quarantine / "files" / Path(entry.archived).name
    for path in (kept, kept.with_name(f"{kept.name}.reason.csv")):
        path.unlink(missing_ok=True)


def _places(row_nos: pl.Series, sheets: Sequence[str], words: Language) -> pl.Series:
    if len(sheets) <= 1:
        return row_nos
    places = (sheet_of(row_no, sheets) for row_no in row_nos)
    return pl.Series([words.text("quarantine.place", sheet=sheet, row=row) for sheet, row in places], dtype=pl.String)


def keep_file(site: Site, entry: FileEntry, sentence: str, today: date) -> None:
    """Keep a file that was refused as a whole, with the reason beside it."""
    folder = site.quarantine / "files"
    name = Path(entry.archived).name
    write_whole(folder / name, (site.folder / entry.archived).read_bytes())
    note = io.StringIO()
    csv.writer(note).writerows([("date", "file", "reason"), (today, entry.name, sentence)])
    write_whole(folder / f"{name}.reason.csv", note.getvalue().encode("utf-8-sig"))


def kept_files(site: Site) -> frozenset[str]:
    """The names of the refused files that a person has not taken away."""
    return frozenset(path.name for path in (site.quarantine / "files").glob("*"))


def held_back(site: Site) -> tuple[int, int]:
    """How many refused files lie there, and of how many files rows do."""
    there = [path for path in site.quarantine.glob("*/*") if path.is_file()]
    refused = [path for path in there if path.parent.name == "files"]
    return sum(not path.name.endswith(".reason.csv") for path in refused), len(there) - len(refused)


def harmless(cell: pl.Expr) -> pl.Expr:
    """Text that no spreadsheet program runs as a formula."""
    return cell.str.replace(_FORMULA, "'$0")
