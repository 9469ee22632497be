"""Who and where: the names that exports use, turned into the ids of the site. Identity is by id, never by name."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from transforms.problem import BadSite

_NUMBERED: Final = ("receipt_id", "customer_id", "subject")


def normal(name: pl.Expr) -> pl.Expr:
    """One spelling for what people take as the same name: NFC, case, blanks, a leading apostrophe, padded digits."""
    plain = (
        name.str.normalize("NFC").str.to_lowercase().str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars(" '’\u200b")
    )
    return unpadded(plain)


def unpadded(code: pl.Expr) -> pl.Expr:
    """A code of digits only as programs write it that take it for a number: 000123 and 123.0 are 123."""
    return code.str.replace(r"^0+(\d+)(?:\.0)?$|^(\d+)\.0$", "$1$2")


def numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the numbers of receipts and customers `unpadded`; a quarantined row's `subject` is such a number.

    A column in which 000123 and 123 both stand means two by them, and stays as it is.
    """
    told = [pl.col(name) for name in _NUMBERED if name in rows.columns]
    kept = rows.select(number.n_unique() == unpadded(number).n_unique() for number in told)
    return rows.with_columns(unpadded(pl.col(column.name)) for column in kept if column.item())


def known_names(names: pl.DataFrame, *, file: str) -> pl.DataFrame:
    """Make the look-up from spelled names to ids.

    Args:
        names: columns id, name (String); every spelling that stands for an id, the id itself among them.
        file: where a mistake is to be mended.

    Returns:
        columns name (String, in normal spelling, unique) and id (String).

    Raises:
        BadSite: one name stands for two ids.

    """
    spelled = names.select("id", name=normal(pl.col("name"))).unique().sort("name", "id")
    twice = spelled.filter(pl.col("name").is_duplicated())
    if twice.height:
        name, ids = twice["name"][0], twice.filter(pl.col("name") == twice["name"][0])["id"].to_list()
        raise BadSite(f"{file}: the name {name!r} stands for {' and '.join(ids)}; let each alias name one id.")
    return spelled.select("name", "id")


def resolve(rows: pl.DataFrame, column: str, known: pl.DataFrame) -> pl.DataFrame:
    """Replace the names in `column` by ids; an unknown one stays as it is spelled, for the gate to refuse."""
    # Rows are many and names few; most are ids already.
    spelled = rows.select(spelled=column).unique().drop_nulls()
    others = (
        spelled.with_columns(name=normal(pl.col("spelled")))
        .join(known, on="name")
        .filter(pl.col("spelled") != pl.col("id"))
    )
    return rows.with_columns(pl.col(column).replace(others["spelled"], others["id"])) if others.height else rows


def at_home(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Fill a missing store_id with the store where the person was employed that business_date.

    Args:
        rows: columns store_id, employee_id (String), business_date (Date), among others.
        people: columns employee_id, store_id, from_date, to_date (null: still there); stints do not overlap.

    """
    if not rows["store_id"].has_nulls():
        return rows
    homes = (
        rows.filter(pl.col("store_id").is_null())
        .select("employee_id", "business_date")
        .unique()
        .join(people.select("employee_id", "from_date", "to_date", home="store_id"), on="employee_id")
        .filter(pl.col("business_date").is_between("from_date", pl.coalesce("to_date", pl.date(9999, 12, 31))))
        .select("employee_id", "business_date", "home")
    )
    joined = rows.join(homes, on=["employee_id", "business_date"], how="left", maintain_order="left")
    return joined.with_columns(store_id=pl.coalesce("store_id", "home")).drop("home")


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The one known spelling that `name` was most likely meant for, to propose to a person; never used by itself.

    In this order: the same but for where the tone stands (Hoà, Hòa), the same code but for letters before it and zeros
    (403, 00403, NV0403), "Last, First" for "First Last", the same but for diacritics, and what looks most alike. Where
    several fit equally, none is proposed; numbers that merely look alike are other numbers.
    """
    for same in (_toned, _code, _turned, _plain):
        alike = [other for other in dict.fromkeys(known) if (key := same(name)) and same(other) == key]
        if alike:
            return alike[0] if len(alike) == 1 else None
    return None if _code(name) else _closest(name, known)


def instead(name: str, known: Iterable[str]) -> str:
    """What to write for a name that is not known: the nearest there is, or what is allowed, cut where it is long."""
    names = list(known)
    if like := nearest(name, names):
        return f"the nearest known is {like!r}"
    more = f" and {len(names) - _ENOUGH} more" if len(names) > _ENOUGH else ""
    return f"allowed are {', '.join(names[:_ENOUGH]) or 'none'}{more}"


_ENOUGH: Final = 8
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def _toned(name: str) -> str:
    """NFC, case and blanks aside, each word's tone behind its letters: old and new placement are one."""
    words = unicodedata.normalize("NFD", name.casefold()).replace(",", " , ").split()
    return " ".join(re.sub(f"[{_TONES}]", "", word) + "".join(re.findall(f"[{_TONES}]", word)) for word in words)


def _turned(name: str) -> str:
    """The words without the comma, in one order."""
    last, comma, first = _toned(name).partition(" , ")
    return f"{first} {last}" if comma else last


def _plain(name: str) -> str:
    """Without diacritics; the Vietnamese d with a stroke has none that could be taken off."""
    letters = unicodedata.normalize("NFD", _turned(name)).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _code(name: str) -> str:
    """The number of a code such as 403, 00403 or NV0403; empty for anything else."""
    match = re.fullmatch(r"[^\W\d]{0,4}[-_. ]?0*(\d+)", name.strip(" '’"))
    return match[1] if match else ""


def _closest(name: str, known: Sequence[str]) -> str | None:
    plain = {_plain(other): other for other in reversed(known)}
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else None
