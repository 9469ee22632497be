"""Names stand where a Vietnamese reader looks for them."""

from random import Random
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.collation import alphabetical, by_given_name

# Letters in the order of the alphabet; tones as dictionaries order them (không dấu, huyền, hỏi, ngã, sắc, nặng).
WORDS = (
    *(
        "1",
        "2",
        "a",
        "à",
        "ả",
        "ã",
        "á",
        "ạ",
        "an",
        "ăn",
        "ân",
        "ba",
        "bà",
        "ca",
        "cá",
        "da",
        "đa",
        "đà",
        "e",
        "ê",
        "ế",
    ),
    *(
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "mai",
        "mài",
        "mía",
        "o",
        "ô",
        "ơ",
        "thu",
        "thủ",
        "thư",
        "thứ",
        "u",
        "ư",
        "y",
    ),
)


def test_words_follow_the_alphabet_and_its_tones() -> None:
    shuffled = Random(5).sample(WORDS, len(WORDS))
    assert sorted(shuffled, key=alphabetical) == list(WORDS)
    assert sorted((normalize("NFD", word).upper() for word in shuffled), key=alphabetical) == [
        normalize("NFD", word).upper() for word in WORDS
    ]


def test_stores_are_found_by_their_first_word_and_people_by_their_given_name() -> None:
    stores = ["Cầu Giấy", "Cầu Đất", "Ba Đình", "Đống Đa", "Quận 1", "Âu Cơ", "An Dương"]
    assert sorted(stores, key=alphabetical) == [
        *("An Dương", "Âu Cơ", "Ba Đình", "Cầu Đất", "Cầu Giấy", "Đống Đa", "Quận 1"),
    ]
    people = ["Trần Văn Ánh", "Nguyễn Thị An", "Lê Ân", "Phạm Đức", "Bùi Dũng", "Đỗ Thị An"]
    assert sorted(people, key=by_given_name) == [
        *("Đỗ Thị An", "Nguyễn Thị An", "Trần Văn Ánh", "Lê Ân", "Bùi Dũng", "Phạm Đức"),
    ]


@pytest.mark.parametrize("name", ["", " ", "-", "田中", "😀", "\u0301", "Ünal", "O'Brien 3"])
def test_any_name_has_its_place(name: str) -> None:
    assert sorted([name, "An"], key=by_given_name) in ([name, "An"], ["An", name])


@given(st.text(), st.text())
def test_how_a_name_was_typed_makes_no_difference(one: str, other: str) -> None:
    assert (alphabetical(one) < alphabetical(other)) == (
        alphabetical(normalize("NFD", one)) < alphabetical(normalize("NFC", other))
    )
