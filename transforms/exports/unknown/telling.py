"""Which columns of an unknown export tell returns and voids from sales: a status, a type, or a flag."""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import polars as pl

from transforms.exports.unknown.seen import SeenColumn
from transforms.exports.vocabulary import simple, vocabulary

KINDS: Final = ("sale", "return", "void")
_MOST_VALUES: Final = 12
_OF_KINDS: Final = re.compile(
    r"\b(status|state|type|action|refund\w*|return\w*|void\w*|cancel\w*|trang thai|tinh trang|thao tac|(?<!phan )loai"
    r"|huy|tipo|estado|jenis)\b"
)
_OF_OTHERS: Final = re.compile(  # whose type or state it is: of goods, people, places and payments
    r"\b(item|product|menu|goods|customer|client|member\w*|guest|card|payment|pay|tender|account|price|tax|discount"
    r"|fulfil\w*|delivery|shipping|ship|billing|vehicle|store|outlet|room|table|unit)s? (type|state|service type)\b"
    r"|\b(loai|jenis|tipo|tipe) (de |do |da )?(hang|san pham|khach\w*|the|gia|mon|thanh toan|produk|barang|produto"
    r"|producto|pelanggan|pembayaran|cliente|pago|pagamento)\b"
)
_COUNTS: Final = re.compile(r"\b(qty|quantity|amount|total|value|sl|so luong|gia tri|tien)\b")
_MAY_BE: Final = re.compile(r"\b(return\w*|refund\w*|void\w*|cancel\w*|tra|huy|hoan|retur\w*|batal|devol\w*)\b")
_FLAGS: Final = (
    ("void", re.compile(r"\b(void\w*|cancel\w*|deleted|huy|anulad\w*|annul\w*|storn\w*)\b")),
    ("return", re.compile(r"\b(return\w*|refund\w*|credit note|tra hang|hoan tien|devol\w*|rembours\w*)\b")),
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A column that tells kinds: its place, kind -> its cells ("" is an empty one), and cells that are not known."""

    at: int
    values: Mapping[str, Sequence[str]]
    unknown: Sequence[str]


def tellings(
    columns: Sequence[SeenColumn], values: Mapping[int, pl.Series], status: int | None, taken: Container[int]
) -> list[Telling]:
    """The columns that tell kinds; `status` is one by its name, those of `taken` are something else.

    `values` are the distinct cells of each column.
    """
    others = [at for at in range(len(columns)) if at not in taken and at != status]
    found = [_telling(at, columns[at], values[at].to_list()) for at in others]
    named = [_by_words(status, values[status].to_list())] if status is not None else []
    return [*named, *(telling for telling in found if telling is not None)]


def may_tell(column: SeenColumn, values: pl.Series) -> bool:
    """Whether a person should be asked what the cells of a column say."""
    few = column.type == "text" and 1 <= values.len() <= _MOST_VALUES
    return few and _OF_KINDS.search(simple(column.header)) is not None and not _is_of_others(column, values)


def _is_of_others(column: SeenColumn, values: pl.Series) -> bool:
    """Whether it says what was sold, to whom, where, how it was sold or paid: none of that is a return or void."""
    told = {simple(cell) for cell in values}
    ways = {*vocabulary()["channels"]["words"], *vocabulary()["payments"]["words"]}
    return told <= ways or (_OF_OTHERS.search(simple(column.header)) is not None and not any(map(_MAY_BE.search, told)))


def _telling(at: int, column: SeenColumn, cells: Sequence[str]) -> Telling | None:
    if column.type not in {"text", "number"} or not 1 <= len(cells) <= _MOST_VALUES:
        return None
    flag = next((kind for kind, pattern in _FLAGS if pattern.search(simple(column.header))), None)
    if flag and re.search(r"\b(reason|ly do|motivo|motif|grund)\b", simple(column.header)):
        return Telling(at, {"sale": [""], flag: [*cells]}, [])
    if (
        flag
        and not _COUNTS.search(simple(column.header))
        and (flags := _by_flag(at, flag, cells, has_empty=column.empty_share > 0))
    ):
        return flags
    told = _by_words(at, cells)
    if column.empty_share and told.values.keys() and not told.unknown and "sale" not in told.values:
        told = replace(told, values={"sale": [""], **told.values})  # nothing came of the others but a sale
    named = _OF_KINDS.search(simple(column.header)) is not None and bool(told.values)
    return told if column.type == "text" and (named or told.values.keys() & {"return", "void"}) else None


def _by_flag(at: int, kind: str, cells: Sequence[str], *, has_empty: bool) -> Telling | None:
    words = vocabulary()["status"]
    yes = [cell for cell in cells if simple(cell) in {*words["yes"], *words[kind]}]
    no = [cell for cell in cells if simple(cell) in {*words["no"], *words["sale"]}]
    if len(yes) + len(no) < len(cells):
        return None
    return Telling(at, {"sale": [*no, *([""] if has_empty or not no else [])], kind: yes}, [])


def _by_words(at: int, cells: Sequence[str]) -> Telling:
    words = vocabulary()["status"]
    said = {kind: sorted(cell for cell in cells if _is_of(words[kind], cell)) for kind in KINDS}
    known = {kind: found for kind, found in said.items() if found}
    return Telling(at, known, sorted(cell for cell in cells if not any(cell in found for found in known.values())))


def _is_of(words: Sequence[str], cell: str) -> bool:
    """Words that tones tell from others stand with them: "trả" is given back, "trà" is tea."""
    return simple(cell) in words or unicodedata.normalize("NFC", cell.strip().casefold()) in words


def kind_of_rows(told: Sequence[Telling], cells: pl.DataFrame) -> pl.Series:
    """What each row is, null where a cell is not known; a void is no return."""
    if not told:
        return pl.repeat("sale", cells.height, eager=True)
    kinds = {
        f"{telling.at}": cells[f"{telling.at}"]
        .fill_null("")
        .replace_strict(dict(_pairs(telling)), default=None, return_dtype=pl.String)
        for telling in told
    }
    is_void, is_return = (pl.any_horizontal(pl.all() == kind).fill_null(value=False) for kind in ("void", "return"))
    known = pl.all_horizontal(pl.all().is_not_null())
    kind = pl.when(is_void).then(pl.lit("void")).when(is_return).then(pl.lit("return")).when(known).then(pl.lit("sale"))
    return pl.DataFrame(kinds).select(kind.alias("kind")).to_series()


def _pairs(telling: Telling) -> Iterator[tuple[str, str]]:
    for kind, cells in telling.values.items():
        yield from ((cell, kind) for cell in cells)


def among(name: str, cells: Sequence[str]) -> str:
    """SQL that holds where the column `name` has one of `cells`, "" being an empty one."""
    words = ", ".join(as_sql(cell.lower()) for cell in cells if cell) or "NULL"
    empty = f" OR {name} IS NULL" if "" in cells else ""
    return f"(COALESCE(LOWER({name}) IN ({words}), FALSE){empty})"


def known_but_for_one(told: Mapping[str, Telling]) -> Iterator[str]:
    """Cases of SQL: what one column alone leaves open is told as it stands there, so that it can be mapped."""
    known = {name: among(name, [*chain.from_iterable(telling.values.values())]) for name, telling in told.items()}
    for name in known if len(known) > 1 else ():
        yield f"WHEN {' AND '.join(known[other] for other in known if other != name)} THEN {name}"


def as_sql(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
