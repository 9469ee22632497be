"""What can be printed: the characters that the bundled fonts draw."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final
from unicodedata import category, normalize

from fontTools.ttLib import TTFont

_FONTS: Final = files("reports") / "fonts"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


@lru_cache
def fonts() -> Mapping[str, bytes]:
    """File name -> bytes of the fonts a document may use."""
    return {file.name: file.read_bytes() for file in _FONTS.iterdir() if file.name.endswith(".ttf")}


def printable(text: str) -> str:
    """`text` in NFC, with a mark in place of every character that no font of ours draws.

    Such a character would be drawn by whatever font the machine has, or by none. Invisible ones are marked too: some
    turn the words around them, and two names that differ must not look alike.
    """
    if text.isascii() and text.isprintable():
        return text
    return _unprintable().sub(REPLACEMENT, normalize("NFC", text))


@lru_cache
def _unprintable() -> re.Pattern[str]:
    # This face is asked wherever the face for words has none.
    drawn = TTFont(BytesIO(fonts()["number-400.ttf"]), lazy=True).getBestCmap()
    shown = "".join(chr(code) for code in sorted(drawn) if category(chr(code)) not in ("Cc", "Cf"))
    return re.compile(f"[^\\t\\n\\r{re.escape(shown)}]")
