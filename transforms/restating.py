"""What the rows of a file are to the rows that are held: new, known, newer, or the rest of a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.meeting import continuing, disjoint, merely_met
from transforms.signatures import signatures
from transforms.tables import Table, subject_of


@dataclass(frozen=True, slots=True)
class Restatement:
    """A file's rows against the rows that the lake already holds.

    Frames with the table's columns: `new` rows to add, `redelivered` rows of the file that change nothing, `confirmed`
    ones that are in the lake from an earlier try of this very file, and `superseded` rows of the lake that newer ones
    replace. Frames with its key: `completed` receipts that the file goes on with, `undecided` ones that it replaced
    though it shares none of their lines, `outdated` ones of which a file that arrived later is held. `differing`
    (store_id, business_date, receipts, whole_amount, lines_amount) are store-days whose whole receipts and lines do
    not come to the same.
    """

    new: pl.DataFrame
    redelivered: pl.DataFrame
    confirmed: pl.DataFrame
    superseded: pl.DataFrame
    completed: pl.DataFrame
    undecided: pl.DataFrame
    outdated: pl.DataFrame
    differing: pl.DataFrame
    reused: pl.DataFrame = field(default_factory=pl.DataFrame)  # keys that also name other receipts, far away
    moved: pl.DataFrame = field(default_factory=pl.DataFrame)  # keys that were held in another store (`store_held`)
    doubtful: pl.DataFrame = field(default_factory=pl.DataFrame)  # keys that may be those of another store, likewise
    spared: pl.DataFrame = field(default_factory=pl.DataFrame)  # keys that lost lines which may be among those kept out


def compare(
    table: Table,
    held: pl.DataFrame,
    rows: pl.DataFrame,
    *,
    kept_out: pl.Series | None = None,
    newer: Sequence[str] = (),
    files: pl.LazyFrame | None = None,
) -> Restatement:
    """Split `rows` of one file into new and re-delivered ones, and find the `held` ones they replace.

    A key (receipt, person's day) whose rows are the same in both, in any order, is a re-delivery; equal rows within
    a key are counted, so two of the same drink on one receipt stay two. Otherwise the newest wins, but for these:
    a receipt that only lost lines is no correction where these may be among the rows that were `kept_out` of the file
    (whose receipts, or people, they are; null: anybody's); a whole receipt never replaces lines; nothing replaces what
    came with a file of `newer`; and a file that merely meets another in mid-receipt (`transforms.meeting`) adds to it.
    `files` has all rows of the held files that may be met.
    """
    files, held = held.lazy() if files is None else files, _semi(held, rows, table.key)
    if held.is_empty():
        return _all_new(table, rows)
    same = _same(table, held, rows)
    changed = _anti(held, same, table.key)
    met = merely_met(table, changed, rows, files)
    restated = _anti(changed, met, [*table.key, "file_id"])
    outdated = _keys(table, restated.filter(pl.col("file_id").is_in(list(newer))))
    whole = _known_by_lines(table, restated, rows)
    known = pl.concat([same, _same(table, restated, rows), outdated, whole])
    spared = _anti(_spared(table, restated, rows, kept_out), known, table.key)
    known = pl.concat([known, spared])
    own = _keys(table, _semi(held, rows, ["file_id"]))
    repeated, superseded = _semi(rows, known, table.key), _anti(restated, known, table.key)
    return Restatement(
        new=_anti(rows, known, table.key),
        redelivered=_anti(repeated, own, table.key),
        confirmed=_semi(repeated, own, table.key),
        superseded=superseded,
        completed=_anti(_keys(table, met), pl.concat([known, _keys(table, restated)]), table.key),
        undecided=disjoint(table, _anti(superseded, rows, ["file_id"]), rows),
        outdated=outdated,
        differing=_differing(table, restated, rows),
        spared=spared,
    )


def _all_new(table: Table, rows: pl.DataFrame) -> Restatement:
    """What most files are, which is seen at once."""
    none, keys = rows.clear(), rows.clear().select(table.key)
    return Restatement(rows, none, none, none, keys, keys, keys, _differing(table, none, none))


def lacking(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Receipts that are held for a time that `rows` cover again, and that `rows` lack, with their amounts.

    A store-day is covered again where more than half of its held receipts within the time of the file come again.
    Returns
    (store_id, business_date, receipt_id, amount), sorted.
    """
    moment = pl.coalesce("sold_at", pl.col("business_date").cast(pl.Datetime("us")))
    place = ["system", "store_id"]
    span = rows.group_by(place).agg(begins=moment.min(), ends=moment.max())
    days = rows.select(*place, "business_date").unique()
    within = (
        _semi(held, days, [*place, "business_date"]).join(span, on=place).filter(moment.is_between("begins", "ends"))
    )
    receipts = within.group_by(*table.key, "business_date").agg(amount=pl.col(str(table.amount)).sum())
    again = rows.select(table.key).unique().with_columns(again=pl.lit(value=True))
    marked = receipts.join(again, on=list(table.key), how="left").with_columns(pl.col("again").fill_null(value=False))
    covered = marked.filter(pl.col("again").mean().over(*place, "business_date") > 0.5)  # noqa: PLR2004 - said above
    return covered.filter(~pl.col("again")).select("store_id", "business_date", "receipt_id", "amount").sort(pl.all())


def _keys(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(table.key).unique()


def _same(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys whose rows are the same in both; where the export numbers its lines, 2 is not 1 come again."""
    mine, theirs = (_signatures(table, frame) for frame in (rows, held))
    both = mine.join(theirs, on=[*table.key, "signature", "count"], nulls_equal=True, suffix="_held")
    return (both.filter(~continuing()) if "low" in both.columns else both).select(table.key)


def _signatures(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    lines = {"low": pl.col("line_no").min(), "high": pl.col("line_no").max()} if "line_no" in table.columns else {}
    return signatures(rows, table.content, table.key, **lines)


def _spared(table: Table, held: pl.DataFrame, rows: pl.DataFrame, kept_out: pl.Series | None) -> pl.DataFrame:
    """The keys that only lost lines, which may be among those `kept_out`."""
    if kept_out is None or kept_out.is_empty():
        return held.select(table.key).clear()
    subject = pl.col(subject_of(table.name))
    mine = rows if kept_out.has_nulls() else rows.filter(subject.is_in(kept_out.implode()))
    return _shrunk(table, held, mine)


def _shrunk(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys whose rows are all among the held ones of that key."""
    mine, theirs = (f.group_by(table.content).agg(count=pl.len()) for f in (rows, held))
    found = mine.join(theirs, on=list(table.content), how="left", nulls_equal=True, suffix="_held")
    within = (pl.col("count") <= pl.col("count_held").fill_null(0)).all()
    return found.group_by(table.key).agg(within=within).filter("within").select(table.key)


def _known_by_lines(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of whole receipts in `rows` that are held by their lines."""
    if "line_no" not in table.columns:
        return held.select(table.key).clear()
    whole, lines = rows.filter(pl.col("line_no") == 0), held.filter(pl.col("line_no") > 0)
    return _semi(_keys(table, lines), whole, table.key)


def _differing(table: Table, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Store-days in which receipts known whole, and by lines from another file, come to different amounts."""
    if "line_no" not in table.columns:
        return pl.DataFrame()
    sums = [
        frame.group_by(table.key).agg(
            pl.col("business_date").max(), amount=pl.col(str(table.amount)).sum(), whole=(pl.col("line_no") == 0).all()
        )
        for frame in (rows, held)
    ]
    both = sums[0].join(sums[1], on=list(table.key), nulls_equal=True, suffix="_held")
    crossed = both.filter(pl.col("whole") != pl.col("whole_held"), pl.col("amount") != pl.col("amount_held"))
    first, second = pl.col("amount"), pl.col("amount_held")
    return (
        crossed.group_by("store_id", "business_date")
        .agg(
            receipts=pl.len(),
            whole_amount=pl.when("whole").then(first).otherwise(second).sum(),
            lines_amount=pl.when("whole").then(second).otherwise(first).sum(),
        )
        .sort("store_id", "business_date")
    )


def _semi(rows: pl.DataFrame, keys: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    return rows.join(keys, on=list(on), how="semi", nulls_equal=True)


def _anti(rows: pl.DataFrame, keys: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    return rows.join(keys, on=list(on), how="anti", nulls_equal=True)
