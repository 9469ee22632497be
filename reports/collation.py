"""The order of names as Vietnamese readers expect it; names of other Latin alphabets fall into the same order."""

from typing import Final
from unicodedata import combining, normalize

_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# None, huyền, hỏi, ngã, sắc, nặng, as dictionaries have them; any other mark comes after.
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
_DIGIT, _LETTER, _OTHER = range(3)

Key = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]


def alphabetical(name: str) -> tuple[Key, ...]:
    """What to sort names by: word by word, letters first and tones only between equal letters; case is nothing."""
    return tuple(_word(word) for word in normalize("NFD", name.lower()).split())


def by_given_name(name: str) -> tuple[Key, ...]:
    """What to sort people by: the given name, which stands last, then family and middle names."""
    *before, given = alphabetical(name) or alphabetical("-")
    return (given, *before)


def _word(decomposed: str) -> Key:
    letters = normalize("NFC", "".join(c for c in decomposed if not _is_tone(c)))
    return tuple(map(_place, letters)), tuple(_tone(c) for c in decomposed if _is_tone(c) or not combining(c))


def _is_tone(character: str) -> bool:
    return character in _TONES


def _tone(character: str) -> int:
    return _TONES.find(character) + 1


def _place(letter: str) -> tuple[int, int]:
    if letter in _ALPHABET:
        return _LETTER, _ALPHABET.index(letter)
    return _DIGIT if letter.isdigit() else _OTHER, ord(letter)
