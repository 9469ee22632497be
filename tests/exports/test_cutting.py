"""A large export in portions is what it is as a whole, or it is not cut."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.reader import every_profile, of_site, taken
from transforms.exports import Profiles, cutting

HEADER = "store_id;sold_at;receipt_id;product_id;quantity;net_amount\n"
SPELT = st.text(st.characters(codec="utf-8", exclude_characters=';"\r\n', exclude_categories=["C", "Z"]), max_size=3)


def exported(receipts: list[int], product: str = "SP") -> str:
    """Receipts of so many lines, on days that show which number is the day."""
    lines = [
        f"HN{number % 2};{13 + number % 9}/03/2026 08:{number % 60:02};R{number};{product}{line};1;{1000 + number}\n"
        for number, count in enumerate(receipts)
        for line in range(count)
    ]
    return "".join(lines)


def portions(content: bytes, size: int, profiles: Profiles | None = None) -> list[bytes] | None:
    """What the road makes of a file (`flows.intake.portions`), in memory."""
    cut = cutting(content[: content.rfind(b"\n") + 1], "sales/a.csv", profiles or every_profile())
    if cut is None:
        return None
    at, found, seen = len(cut.preamble), [], []
    while at < len(content):
        lines = content[at : at + size]
        last = at + len(lines) == len(content)
        portion = cut.portion(lines if last else lines[: lines.rfind(b"\n") + 1], last=last)
        if portion is None:
            return None
        found.append(cut.preamble + content[at : at + portion.size])
        seen.append(portion.receipts)
        at += portion.size
    return found if pl.concat(seen).is_unique().all() else None


def rows(contents: list[bytes]) -> pl.DataFrame:
    return pl.concat(taken(content).rows.drop("row_no") for content in contents)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=40), SPELT, st.sampled_from([300, 700, 5000]), st.booleans())
def test_the_portions_of_an_export_hold_its_rows(receipts: list[int], product: str, size: int, open_end: bool) -> None:
    content = ("Chuỗi cửa hàng;;;;;\n" + HEADER + exported(receipts, product)).encode()
    content = content.rstrip(b"\n") if open_end else content
    found = portions(content, size)
    assert found is not None
    assert len(found) >= len(content) // (size + 1)
    assert rows(found).equals(rows([content]))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1258"])
def test_bytes_are_cut_as_they_are(encoding: str) -> None:
    content = (HEADER + exported([2] * 20, "Cafe")).encode(encoding)
    found = portions(content, 400)
    assert found is not None
    assert all(portion.startswith(content[: content.index(b"\n") + 1]) for portion in found)
    assert rows(found).equals(rows([content]))


@pytest.mark.parametrize(
    ("why", "content"),
    [
        ("a receipt goes on later", HEADER + exported([1] * 20) + exported([1] * 20)),
        ("a cell holds a line end", HEADER + exported([1] * 20) + 'HN0;21/03/2026 08:00;Z;"a\nb";1;1\n'),
        ("no sales", "who;when\nA;B\n"),
        ("no receipts", "store_id;sold_at;net_amount\n"),
        ("UTF-16", (HEADER + exported([1] * 20)).encode("utf-16")),
    ],
)
def test_what_only_the_whole_shows_is_not_cut(why: str, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    assert portions(raw, 400) is None, why


EITHER = """
system = "till"
table = "sales"
recognised_by = ["receipt_id", "sold_at", "store_id", "net_amount"]
columns = { receipt_id = "receipt_id", sold_at = "sold_at", store_id = "store_id", net_amount = "net_amount" }
[ignore]
store_id = "^Total"
[formats]
moments = ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]
"""
EARLY = "".join(f"HN0;05/03/2026 08:00;A{n};SP;1;1000\n" for n in range(20))


def test_portions_of_which_each_proves_its_days_are_cut() -> None:
    assert portions((HEADER + exported([1] * 40)).encode(), 400, of_site(till=EITHER)) is not None


@pytest.mark.parametrize("lines", [EARLY + exported([1] * 20), exported([1] * 20) + "Total;;;;20;20000\n"])
def test_an_order_or_a_total_of_the_whole_keeps_it_whole(lines: str) -> None:
    assert portions((HEADER + lines).encode(), 400, of_site(till=EITHER)) is None


EDITED = EITHER.replace('table = "sales"', "table = \"sales\"\nrevision = '\\.[0-9]{2}$'")

PREFIXED = EDITED.replace('receipt_id = "receipt_id"', """receipt_id = { header = "receipt_id", drop_prefix = "'" }""")


def test_an_edited_receipt_is_in_one_portion_with_those_it_replaces() -> None:
    sold, edited = exported([1] * 20), "HN1;21/03/2026 08:19;R{}.01;SP0;1;900\n"
    found = portions((HEADER + sold + edited.format(19)).encode(), 120, of_site(till=EDITED))
    assert found is not None
    assert b"R19;" in found[-1]
    for later in (3, "'R3"):
        again = edited.format(later) if later == 3 else edited.replace("R{}.01", str(later))
        assert portions((HEADER + sold + again).encode(), 120, of_site(till=PREFIXED)) is None
