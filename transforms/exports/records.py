"""Split an export into records and cells, strictly: a record that is not as wide as the header is never shifted."""

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import polars as pl

from transforms.exports.alike import are_alike
from transforms.exports.cells import bare
from transforms.exports.distinct import by_distinct, looked_at_once, own_numbers, repeats
from transforms.exports.layout import Layout
from transforms.exports.text import has_blank_beside
from transforms.exports.unfold import Unfolded
from transforms.problem import BadExport

_SAMPLE: Final = 20_000  # rows, of which is seen in which columns cells repeat
_NOTHING_TORN: Final = pl.DataFrame(schema={"row_no": pl.Int64, "original": pl.String, "flaw": pl.String})


@dataclass(frozen=True, slots=True)
class Records:
    """The records below a header that are rows.

    `cells` has one column for each of the profile's columns in the file, String, or Categorical where cells that are to
    be numbers or days repeat, beside row_no (Int64, as a spreadsheet program counts), for the records without a flaw.
    Cells are trimmed, and null where they are empty. `torn` are the others: row_no, original (String) and flaw (String:
    wrong_width, bad_quotes).
    """

    cells: pl.DataFrame
    torn: pl.DataFrame
    lines: Callable[[], pl.LazyFrame]  # row_no and original of all records

    def originals(self, row_nos: pl.Series) -> pl.DataFrame:
        """The text of rows: row_no, original, in the order of the file."""
        if row_nos.is_empty():
            return pl.DataFrame(schema={"row_no": pl.Int64, "original": pl.String})
        wanted = pl.col("row_no").is_in(row_nos.implode())
        return self.lines().filter(wanted).select("row_no", "original").collect()


def split(layout: Layout) -> Records:
    """The records of an export. Blank records and repetitions of the header are not rows."""
    if layout.unfolded is not None:
        return _unfolded(layout.unfolded, layout)
    layout = _with_newlines(layout)
    header = layout.header
    regular = are_alike(layout.text.utf8, header.end, header.delimiter, len(header.cells))
    return (_regular(layout) if regular else None) or _split(layout)


def _regular(layout: Layout) -> Records | None:
    """The records of an export whose lines are all alike; None if some of them may be no rows."""
    first, utf8 = layout.header.row + 1, layout.text.utf8
    # To cut the lines below the header out is to copy the file.
    quote_char = None if utf8.find(b'"', layout.header.end) < 0 else '"'
    texts = _read_csv(utf8, layout, skip_lines=utf8.count(b"\n", 0, layout.header.end), quote_char=quote_char)
    row_nos = pl.int_range(first, first + texts.height, dtype=pl.Int64, eager=True).alias("row_no")
    blanks = _blanks(layout, " ")
    if blanks and not has_blank_beside(layout.header.delimiter + (quote_char or ""), utf8, layout.header.end):
        blanks = ()
    cells = _named(texts, row_nos, layout, blanks)
    named = cells.drop("row_no")
    name, at = next(iter(layout.positions.items()))
    vain = pl.all_horizontal(pl.all().is_null())
    repeated = pl.col(name) == layout.header.cells[at]
    if named.select((vain | repeated).any()).item():
        return None
    # The body is cut out when a row of it is wanted: few are, and it is as large as the file.
    return Records(cells, _NOTHING_TORN, lambda: _numbered(layout.body, first).lazy())


def _split(layout: Layout) -> Records:
    body = layout.body
    lines = _lines(body, layout)
    filled = pl.col("original").str.contains(rf'[^{re.escape(layout.header.delimiter)}"\s]')
    rows = lines.filter(filled & (pl.col("original") != layout.header.text))
    whole = rows.filter(pl.col("flaw").is_null())
    body = body if whole.height == lines.height else _joined(whole["original"])
    quoted = b'"' in body
    texts = _read_csv(body, layout, quote_char='"' if quoted else None)
    within = [blank for blank in ("\t\v\f\r \n" if quoted else "\t\v\f\r ") if blank.encode() in body]
    cells = _named(texts, whole["row_no"], layout, _blanks(layout, within))
    return Records(cells, rows.filter(pl.col("flaw").is_not_null()), rows.lazy)


def _unfolded(table: Unfolded, layout: Layout) -> Records:
    columns = {column: pl.col(table.names[at]) for column, at in layout.positions.items()}
    cells = table.cells.select("row_no", **{column: cell.str.strip_chars() for column, cell in columns.items()})
    return Records(cells, _NOTHING_TORN, table.lines.lazy)


def no_rows(layout: Layout) -> list[pl.Expr]:
    """What is true of the cells of totals, footers and records with nothing to read."""
    profile, names, marked = layout.profile, layout.positions, layout.text.serials_from is not None
    totals = [
        (bare(pl.col(name)) if marked else pl.col(name).cast(pl.String)).str.contains(pattern)
        for name, pattern in profile.ignore.items()
        if name in names
    ]
    vain = [pl.col(name).is_null() for name in profile.ignore_without if name in names]
    return totals + ([pl.all_horizontal(vain)] if vain else [])


def raw_cell(original: pl.Expr, delimiter: str, position: int) -> pl.Expr:
    """What stands at `position` of a record that cannot be split into cells reliably."""
    return original.str.split(delimiter).list.get(position, null_on_oob=True).str.strip_chars(' \t"')


def _lines(body: bytes, layout: Layout) -> pl.DataFrame:
    first = layout.header.row + 1
    lines = _numbered(body, first)
    if b'"' not in body:
        return lines.with_columns(flaw=_unquoted_flaw(layout))
    judged = _judged(lines.select("original"), layout)
    return judged.select(row_no=pl.int_range(first, first + pl.len(), dtype=pl.Int64), original="original", flaw="flaw")


def _numbered(body: bytes, first: int) -> pl.DataFrame:
    lines = pl.read_lines(io.BytesIO(body), name="original") if body else pl.DataFrame(schema={"original": pl.String})
    return lines.select(row_no=pl.int_range(first, first + pl.len(), dtype=pl.Int64), original="original")


def _unquoted_flaw(layout: Layout) -> pl.Expr:
    delimiters = pl.col("original").str.count_matches(layout.header.delimiter, literal=True)
    return pl.when(delimiters != len(layout.header.cells) - 1).then(pl.lit("wrong_width"))


def _judged(lines: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Lines -> records (original, flaw): lines are joined only if quotation marks do not add up within them."""
    flaw = _quoted_flaw(layout.header.delimiter, len(layout.header.cells))
    judged = lines.with_columns(flaw=flaw)
    if not (judged["flaw"] == "bad_quotes").any():
        return judged
    return _with_embedded_newlines(lines, flaw, layout.header.delimiter)


def _quoted_flaw(delimiter: str, width: int) -> pl.Expr:
    d = re.escape(delimiter)
    cell = f'(?:[^{d}"]*|"(?:[^"]|"")*")'
    record = pl.col("original")
    whole = record.str.contains(f"^{cell}(?:{d}{cell}){{{width - 1}}}$")
    well = record.str.contains(f"^{cell}(?:{d}{cell})*$")
    return pl.when(~well).then(pl.lit("bad_quotes")).when(~whole).then(pl.lit("wrong_width"))


def _with_newlines(layout: Layout) -> Layout:
    utf8, end = layout.text.utf8, layout.header.end
    if utf8.find(b"\n", end) >= 0 or utf8.find(b"\r", end) < 0:
        return layout
    return replace(layout, text=replace(layout.text, utf8=utf8.replace(b"\r", b"\n")))


def _joined(originals: pl.Series) -> bytes:
    return str(originals.str.join("\n").item()).encode() if originals.len() else b""


def _named(texts: pl.DataFrame, row_nos: pl.Series, layout: Layout, blanks: Sequence[str] | None) -> pl.DataFrame:
    if texts.height != row_nos.len():
        raise BadExport(
            f"{layout.name} splits into {texts.height} records by its cells but {row_nos.len()} by its lines; its "
            f"quotation marks are damaged, export it again."
        )
    markers = ("", *layout.profile.empty)
    cells = {column: _filled(texts[f"column_{at + 1}"], markers, blanks) for column, at in layout.positions.items()}
    return pl.DataFrame({"row_no": row_nos, **cells})


def _blanks(layout: Layout, within: Sequence[str]) -> Sequence[str] | None:
    """The blanks that may stand around cells, `within` those of ASCII; None if there are too many kinds to look for."""
    if layout.text.serials_from is not None:
        return ()
    return within if layout.text.simple or layout.text.utf8.isascii() else None


def _is_filled(texts: pl.Series, markers: Iterable[str], blanks: Sequence[str] | None) -> bool:
    """Whether no cell is to be trimmed, or holds a marker."""
    if blanks is None:
        return False
    # Looking at the ends of cells is cheaper than building them anew, and leaves one column in memory, not two.
    padded = (texts.str.starts_with(blank).any() or texts.str.ends_with(blank).any() for blank in blanks)
    marked = ((texts == marker).any() for marker in markers)
    return not any(padded) and not any(marked)


def _filled(texts: pl.Series, markers: Sequence[str], blanks: Sequence[str] | None) -> pl.Series:
    """Trimmed, and null where nothing is left or a marker says so."""
    if _is_filled(looked_at_once(texts), markers, blanks):
        return texts
    if isinstance(texts.dtype, pl.Categorical):
        return by_distinct(texts, lambda some: trimmed(some, markers)).cast(texts.dtype)
    return trimmed(texts, markers)


def trimmed(texts: pl.Series, markers: Iterable[str]) -> pl.Series:
    """Cells without blanks around them, and null where they are a marker."""
    trimmed = texts.str.strip_chars()
    # Comparing with one marker after the other costs a fraction of is_in() over the column.
    for marker in markers:
        trimmed = trimmed.set(trimmed == marker, None)
    return trimmed


def _read_csv(utf8: bytes, layout: Layout, *, quote_char: str | None, skip_lines: int = 0) -> pl.DataFrame:
    # Polars names the columns of a file without header so, and projects by these names only.
    names = [f"column_{number}" for number in range(1, len(layout.header.cells) + 1)]
    wanted = [names[position] for position in sorted(set(layout.positions.values()))]
    if not utf8:
        return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
    scan = partial(
        pl.scan_csv,
        has_header=False,
        separator=layout.header.delimiter,
        quote_char=quote_char,
        skip_lines=skip_lines,
    )
    texts = dict.fromkeys(names, pl.String())
    sample = scan(io.BytesIO(utf8), schema=texts, n_rows=_SAMPLE).select(wanted).collect()
    # Nothing is worked out of text; to number it would cost as much as it spares.
    typed = {f"column_{at + 1}" for name, at in layout.positions.items() if layout.profile.type_of(name) != "text"}
    numbered = {cells.name: own_numbers() for cells in sample if cells.name in typed and repeats(cells)}
    return scan(io.BytesIO(utf8), schema={**texts, **numbered}).select(wanted).collect(engine="streaming")


def _with_embedded_newlines(raw: pl.DataFrame, flaw: pl.Expr, delimiter: str) -> pl.DataFrame:
    """Join the lines of cells that go on in the next line; a cell that is never closed costs its own line only."""
    lines = raw.with_columns(_carried(delimiter)).with_row_index("line")
    while True:
        records = _grouped(lines).with_columns(flaw=flaw)
        broken = records.filter((pl.col("flaw") == "bad_quotes") & (pl.col("lines") > 1))
        if broken.is_empty():
            return records.select("original", "flaw")
        cut = pl.col("line").is_in(broken["line"].implode())
        lines = lines.with_columns(pl.col("opens", "stays") & ~cut)


def _carried(delimiter: str) -> tuple[pl.Expr, pl.Expr]:
    """Whether a line ends inside a quoted cell: `opens` if it begins outside of one, `stays` if it begins inside."""
    d, inside = re.escape(delimiter), '(?:[^"]|"")*'
    opening = f'(?:(?:"{inside}"|[^{d}"][^{d}]*|){d})*"{inside}$'
    line = pl.col("original")
    stays = line.str.contains(f'^{inside}$|^{inside}"{d}{opening}')
    return line.str.contains(f"^{opening}").alias("opens"), stays.alias("stays")


def _grouped(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines -> records. Whether line n ends inside a cell is the last line that settles it, and the toggles since."""
    opens, stays = pl.col("opens"), pl.col("stays")
    settles = opens == stays
    toggles = (opens & ~stays).cast(pl.Int64).cum_sum()
    since = toggles - pl.when(settles).then(toggles).forward_fill().fill_null(0)
    settled = pl.when(settles).then(opens).forward_fill().fill_null(value=False)
    inside = (settled.cast(pl.Int64) + since) % 2 == 1
    numbered = lines.with_columns(record=(~inside.shift(1, fill_value=False)).cum_sum())
    return numbered.group_by("record", maintain_order=True).agg(
        pl.col("line").first(), pl.col("original").str.join("\n"), lines=pl.len()
    )
