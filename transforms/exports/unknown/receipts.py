"""What the rows of an unknown export are: lines or whole receipts, what was given back, or totals of days."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from transforms.exports.moments import Format
from transforms.exports.numbers import Marks
from transforms.exports.unknown.found import Net
from transforms.exports.unknown.roles import NUMERIC, Roles
from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.unknown.telling import Telling, kind_of_rows
from transforms.exports.vocabulary import simple, vocabulary

_FEWEST: Final = 5  # rows, before each may be a whole day's
_COUNTED: Final = frozenset({"quantity", "net_amount", "gross_amount", "discount_amount"})
_OF_ONE: Final = re.compile(r"\b(unit|each|per|don gia)\b")
_OF_GOODS: Final = frozenset({"product_id", "product_name", "quantity", "unit_price"})


def by_rows(found: Roles, seen: Sequence[SeenColumn], lines: pl.DataFrame) -> Roles:
    """What columns are taken for, by what a row is: without counts of invoices, and with a price that is its sum."""
    return _without_counts(_priced_alone(found, seen), seen, lines)


def _priced_alone(found: Roles, seen: Sequence[SeenColumn]) -> Roles:
    """Where nothing is counted and no other number is there, a price is what its row brought."""
    at = found.taken.get("unit_price")
    if found.table != "sales" or at is None or found.amounts or not found.taken.keys().isdisjoint(_COUNTED):
        return found
    others = [c for place, c in enumerate(seen) if c.type == "number" and place not in found.taken.values()]
    if others or _OF_ONE.search(simple(seen[at].header)):
        return found
    taken = {role: place for role, place in found.taken.items() if role != "unit_price"}
    return replace(found, taken=taken, amounts=[at])


def _without_counts(found: Roles, seen: Sequence[SeenColumn], lines: pl.DataFrame) -> Roles:
    """Without a receipt where each row is the only one of its day and store: "số hóa đơn" counts invoices then."""
    taken, day, at = found.taken, found.taken.get("day"), found.taken.get("receipt_id")
    if found.table != "sales" or day is None or at is None or taken.keys() & {*_OF_GOODS, "sold_time"}:
        return found
    of_days = [f"{taken[role]}" for role in ("store_id", "day") if role in taken]
    own = seen[day].type == "date" and lines.height >= _FEWEST and lines.select(of_days).is_unique().all()
    if not (own and seen[at].type == "number" and _may_count(seen[at].header, lines[f"{at}"])):
        return found
    return replace(found, taken={role: place for role, place in taken.items() if place != at})


def _may_count(header: str, cells: pl.Series) -> bool:
    """Whether numbers need not be those of receipts: by their name, or as they do not follow each other."""
    steps = cells.cast(pl.Float64, strict=False).diff().drop_nulls()
    return simple(header).startswith("so ") or not ((steps > 0).all() or (steps < 0).all())


def receipts_apart(found: Roles, seen: Sequence[SeenColumn], lines: pl.DataFrame) -> pl.DataFrame:
    """The lines, with the day before the numbers of receipts where these begin anew each day; else as they are."""
    day, at = found.taken.get("day"), found.taken.get("receipt_id")
    if found.table != "sales" or day is None or at is None or seen[day].type not in {"date", "moment"}:
        return lines
    # Whichever of day and month comes first, other days are other days.
    days = pl.coalesce(Format(way).read(pl.col(f"{day}")).cast(pl.Date) for way in seen[day].ways).cast(pl.String)
    store = f"{found.taken['store_id']}" if "store_id" in found.taken else pl.lit("")
    numbers = lines.select(day=days, store=store, receipt=f"{at}").drop_nulls().unique()
    times = numbers.group_by("store", "receipt").len()["len"]
    again = (times > 1).sum()
    if again < _FEWEST or again * 2 <= times.len():
        return lines
    return lines.with_columns(pl.concat_str(days, pl.lit("#"), f"{at}").alias(f"{at}"))


def twice(found: Roles, lines: pl.DataFrame) -> Iterator[str]:
    """A sentence where whole rows come again after other receipts, and the lines of each receipt stand together."""
    key = f"{found.taken.get('receipt_id')}"
    if found.table != "sales" or key not in lines.columns:
        return
    receipts = lines.unique(maintain_order=True)[key]
    stand_together = receipts.rle_id().n_unique() == receipts.n_unique()
    runs = lines.with_columns(run=lines[key].rle_id()).group_by(lines.columns).agg(pl.col("run").n_unique() - 1)
    if stand_together and (again := int(runs["run"].sum())):
        yield (
            f"{again} rows are the same as rows above other receipts before them, and count again: if the export "
            f"repeats them, deliver it without them."
        )


def lists_receipts(found: Roles, lines: pl.DataFrame) -> bool:
    """Whether nothing is about goods, and no receipt is there twice."""
    at = found.taken.get("receipt_id")
    of_goods = found.taken.keys() & _OF_GOODS
    return found.table == "sales" and at is not None and not of_goods and not lines[f"{at}"].is_duplicated().any()


def returns_are_positive(
    told: Sequence[Telling], lines: pl.DataFrame, net: Net, taken: Mapping[str, int], marks: Sequence[Marks]
) -> bool:
    """Whether the rows that are told to be returns have no minus."""
    places = [*net.used.values(), *(at for name, at in taken.items() if name in NUMERIC)]
    returned = lines.filter(kind_of_rows(told, lines) == "return")
    minus = [returned[f"{at}"].str.contains(r"^\W*[-−(]|[-−]$").any() for at in places]
    return bool(marks) and returned.height > 0 and bool(places) and not any(minus)


def given_back(told: Sequence[Telling]) -> list[str]:
    """Cells that are taken to say of sales that they were given back later."""
    words = vocabulary()["status"]["given_back"]
    return [cell for telling in told for cell in telling.values.get("void", ()) if simple(cell) in words]


def with_given_back(told: Sequence[Telling], lines: pl.DataFrame, receipt: int | None) -> list[Telling]:
    """Sales that were given back later, by a word such as "refunded", are void: no other rows are of their receipts."""
    words, kinds = vocabulary()["status"]["given_back"], kind_of_rows(told, lines)
    returned = lines.filter(kinds == "return")
    if receipt is None or not returned.height:
        return [*told]
    beside = lines.filter(kinds.is_null() | (kinds != "return"))[f"{receipt}"]
    if returned[f"{receipt}"].is_in(beside.unique().to_list()).any():
        return [*told]
    return [_moved(telling, words) for telling in told]


def _moved(telling: Telling, words: Sequence[str]) -> Telling:
    moved = [cell for cell in telling.values.get("return", ()) if simple(cell) in words]
    if not moved:
        return telling
    left = [cell for cell in telling.values["return"] if cell not in moved]
    void = [*telling.values.get("void", ()), *moved]
    others = {kind: cells for kind, cells in telling.values.items() if kind not in {"return", "void"}}
    return replace(telling, values={**others, **({"return": left} if left else {}), "void": void})
