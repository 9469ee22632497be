"""Bytes that are no text, text in other encodings."""

import codecs
import unicodedata

import polars as pl
import pytest

from tests.exports.reader import every_profile, taken
from transforms.problem import BadExport

SALES = "Mã chi nhánh,Mã hóa đơn,Ngày bán,Thực thu,Tên hàng\nQ1,HD1,2026-01-05,45000,Cà phê sữa đá\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty"),
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"PK\x03\x04\x14\x00\x06\x00", "a damaged ZIP archive or workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a damaged workbook"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\x1f\x8b\x08\x00", "a gzip archive that breaks off"),
        (b"\n <HTML><table><tr><td>1</td></tr></table>", "a web page or XML"),
        (b"a,b\n1,\x002\n", "NUL byte in line 2"),
        ("đặt,ấ\nấ,ặ\n".encode("utf-16-le"), "UTF-16 without a byte-order mark"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\xd8", "UTF-16 but broken at byte 4"),
        (b"a,b\n1,\x81\n", "the byte 0x81 in line 2"),
    ],
)
def test_what_is_not_csv_is_refused_in_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(BadExport) as refusal:
        taken(content, name="bán.csv", profiles={})
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("bán.csv ")
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        SALES.encode(),
        SALES.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + SALES.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + SALES.encode("utf-16-be"),
        SALES.encode("utf-16-le"),
        SALES.encode("utf-16-be"),
        unicodedata.normalize("NFD", SALES).encode(),
        SALES.replace("\n", "\r\n").encode(),
        SALES.replace("\n", "\r").encode(),
        SALES.rstrip("\n").encode(),
    ],
)
def test_every_unicode_form_reads_alike(content: bytes) -> None:
    result = taken(content)
    assert result.rows.select("store_id", "receipt_id", "product_name", "row_no").rows() == [
        ("Q1", "HD1", "Cà phê sữa đá", 2)
    ]


def test_a_single_byte_encoding_counts_only_where_the_profile_names_it() -> None:
    header = "Date,Time,Time Zone,Item,Qty,Gross Sales,Discounts,Net Sales,Transaction ID,Event Type,Location"
    row = "2026-01-05,10:00:00,Eastern,Café,1,£8.00,£0.00,£8.00,T1,Payment,Main"
    content = f"{header}\n{row}\n".encode("cp1252")
    assert taken(content).rows["product_name"].to_list() == ["Café"]
    without = {"square_items": every_profile()["square_items"].model_copy(update={"fallback_encoding": None})}
    with pytest.raises(BadExport, match="is not UTF-8: the byte 0xE9 in line 2"):
        taken(content, profiles=without)


def test_vietnamese_windows_text_is_composed() -> None:
    header = "Mã N.Viên,Ngày,Vào,Ra,Phòng ban"
    content = unicodedata.normalize("NFD", f"{header}\n12,05/01/2026,7:53,17:02,Bếp\n")
    rows = taken(_cp1258(content), kind="attendance").rows
    assert rows["store_id"].to_list() == ["Bếp"]


def test_one_broken_byte_of_utf_8_is_damage_not_another_encoding() -> None:
    header = "Date,Time,Time Zone,Item,Qty,Gross Sales,Discounts,Net Sales,Transaction ID,Event Type,Location"
    rows = "2026-01-05,10:00:00,Eastern,Café crème,1,$8.00,$0.00,$8.00,T1,Payment,Main\n" * 20
    content = f"{header}\n{rows}".encode()
    damaged = content[:-40].replace("é".encode(), b"\xc3", 1) + content[-40:]
    with pytest.raises(BadExport, match="is not UTF-8: the byte 0xC3"):
        taken(damaged)


def test_a_header_without_rows_is_not_an_empty_file() -> None:
    with pytest.raises(BadExport, match=r"has the header of canonical_sales in row 1 but no rows below it"):
        taken(SALES.splitlines()[0])


def test_names_are_nfc_whatever_the_export_has() -> None:
    rows = taken(unicodedata.normalize("NFD", SALES)).rows
    text = "".join(rows.select(pl.concat_str(pl.col(pl.String).fill_null(""))).to_series())
    assert text == unicodedata.normalize("NFC", text)


def _cp1258(decomposed: str) -> bytes:
    """cp1258 has vowels with their hat or horn, and tones as marks behind them."""
    return "".join(_half_composed(letter) for letter in _clusters(decomposed)).encode("cp1258")


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for letter in text:
        if unicodedata.combining(letter) and clusters:
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return clusters


def _half_composed(cluster: str) -> str:
    base, marks = cluster[0], cluster[1:]
    tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
    hats = [mark for mark in marks if mark not in tones]
    return unicodedata.normalize("NFC", base + "".join(hats)) + "".join(tones)
