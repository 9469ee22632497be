"""Names that columns have in the field, for proposals only: a file is read by a profile, never by these."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Final

Names = Mapping[str, Sequence[str]]  # role -> names as `simple` writes them, the likeliest first
_OF_STAFF: Final = ("clockings", "punches", "roster", "absences")
_JOINED: Final = re.compile(r"\b(check|clock|punch|sign|time)(in|out)\b")


@lru_cache(maxsize=4_096)
def simple(name: str) -> str:
    """A name without what differs between systems: "EmployeeID", "employee_id" and "Employee ID" are one.

    Words of CamelCase and "checkin" apart, lower case, blanks for every mark, no diacritics ("Mã NV" is "ma nv"), "amt"
    written out.
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFC", name))
    letters = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    # Syllables of Hangul are one letter each again.
    plain = _JOINED.sub(r"\1 \2", re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", bare)).strip())
    return re.sub(r"\bamt\b", "amount", plain)


def with_early_tones(text: str) -> str:
    """Lower-case Vietnamese with tones where they used to stand: "hoá đơn" is "hóa đơn", "huỷ" is "hủy"."""
    return re.sub(r"([ou])([áàảãạéèẻẽẹýỳỷỹỵ])(?!\w)", lambda found: _toned(found[1], found[2], of=found[2]), text)


def spellings(text: str) -> set[str]:
    """Lower-case Vietnamese as it is, with early tones, and with late ones."""
    late = re.sub(r"([óòỏõọúùủũụ])([aey])(?!\w)", lambda found: _toned(found[1], found[2], of=found[1]), text)
    return {text, with_early_tones(text), late}


def _toned(first: str, second: str, *, of: str) -> str:
    """Two vowels with the tone `of` one of them moved to the other."""
    tone = unicodedata.normalize("NFD", of)[1:]
    bare = [unicodedata.normalize("NFD", vowel)[0] for vowel in (first, second)]
    bare[of == first] += tone
    return unicodedata.normalize("NFC", "".join(bare))


@cache
def vocabulary() -> Mapping[str, Names]:
    """Table -> role -> names.

    Beside the tables `status`: kind of a row -> what its status says, and `direction` -> what a clock says of a punch.
    """
    names = tomllib.loads((files("transforms") / "exports" / "names.toml").read_text("utf-8"))
    staff = names.pop("staff")
    for table, roles in chain.from_iterable(own.items() for own in names.pop("languages").values()):
        for role, more in roles.items():
            names[table][role] += more
    return {table: {**staff, **roles} if table in _OF_STAFF else roles for table, roles in names.items()}
