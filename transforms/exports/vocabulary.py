"""Names that columns have in the field, for proposals only: a file is read by a profile, never by these."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

Names = Mapping[str, Sequence[str]]  # role -> names as `simple` writes them, the likeliest first


def simple(name: str) -> str:
    """A name without what differs between systems: "EmployeeID", "employee_id" and "Employee ID" are one.

    Words of CamelCase apart, lower case, blanks for every mark, no diacritics ("Mã NV" is "ma nv").
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFC", name))
    letters = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", bare).strip()


@cache
def vocabulary() -> Mapping[str, Names]:
    """Table -> role -> names; beside the tables `status`: kind of a row -> what its status says."""
    text = (files("transforms") / "exports" / "names.toml").read_text("utf-8")
    return tomllib.loads(text)
