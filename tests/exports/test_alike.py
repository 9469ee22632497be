"""Lines that are called alike are so: the same cells whoever splits them."""

import csv

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.exports.reader import taken
from transforms.exports.alike import are_alike

HEADER = "store_id,receipt_id,sold_date,net_amount,product_name\n"


@given(st.lists(st.sampled_from(["a", " ", '"', '""', ",", '","', "\n", '"\n', "\r\n", "é"]), max_size=14).map("".join))
@example('"",a\n')
@example('a"b",c\n')
@example('"a"b,"c\n')
@example('"a\n",b\n')
@example('"a""b",c\n')
def test_lines_that_are_alike_have_cells_that_nobody_disputes(text: str) -> None:
    if not are_alike(text.encode(), 0, ",", 2):
        return
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    assert list(csv.reader(lines, strict=True)) == [[cell.strip('"') for cell in line.split(",")] for line in lines]
    assert {line.count(",") for line in lines} == {1}


@pytest.mark.parametrize(
    ("lines", "alike"),
    [
        ('"Q1",2,3\n4,"",6\n', True),
        ('"Q1",2,"3"\r\n4,5,"6"\r\n', True),
        ('"Q1",2,"3"', True),
        ('"Q,1",2\n', False),
        ('"Q1"x,2,3\n', False),
        ('x"Q1",2,3\n', False),
        ('"Q""1",2,3\n', False),
        ('"Q\n1",2,3\n', False),
        ('Q"1,2",3\n', False),
        ('"Q1,2,3\n4,5,6"\n', False),
    ],
)
def test_a_cell_is_quoted_as_a_whole_or_not_at_all(lines: str, alike: bool) -> None:
    assert are_alike(b"h\n" + lines.encode(), 2, ",", 3) is alike


def test_quoted_cells_are_trimmed_whether_lines_are_alike_or_not() -> None:
    sales = 'Q1,"HD1",2026-01-05,"1"," Trà "\n"Q1",HD2,2026-01-05,2,""\n'
    alike, careful = taken(HEADER + sales), taken(HEADER + sales + 'Q1,HD3,2026-01-05,3,"""Đá"""\n')
    assert alike.rows["product_name"].to_list() == ["Trà", None]
    assert careful.rows.head(2).equals(alike.rows)
    assert alike.originals([3])["original"].to_list() == ['"Q1",HD2,2026-01-05,2,""']
