"""Archives: what is packed is read as if it were not; what is made to do harm is refused in a sentence."""

import gzip
import io
import zipfile

import pytest

from tests.exports.books import xlsx, zipped
from tests.exports.reader import reasons, taken
from transforms.exports import sheet_of
from transforms.problem import BadExport

HEADER = "store_id,receipt_id,sold_date,net_amount,product_name\n"
ONE, TWO = HEADER + "Q1,HD1,2026-01-05,45000,Trà\n", HEADER + "Q2,HD2,2026-01-06,45001,Bánh\n"


def encrypted() -> bytes:
    content = bytearray(zipped({"a.csv": ONE}, packed=False))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def gz(content: bytes) -> bytes:
    """Packed the same at any second: contents name their tests, which two processes collect."""
    return gzip.compress(content, mtime=0)


def bomb() -> bytes:
    return zipped({"a.csv": bytes(60 << 20)})


@pytest.mark.parametrize(
    "content",
    [
        gz(ONE.encode()),
        gz(ONE[:40].encode()) + gz(ONE[40:].encode()),
        zipped({"a.csv": ONE}),
        zipped({"__MACOSX/._a.csv": b"\0", "a.csv": ONE}),
        zipped({"a.xlsx": xlsx({"S": [line.split(",") for line in ONE.splitlines()]})}),
    ],
)
def test_what_is_packed_is_read_as_it_is(content: bytes) -> None:
    assert taken(content).rows.drop("row_no").equals(taken(ONE).rows.drop("row_no"))


def test_files_of_an_archive_are_one_delivery() -> None:
    result = taken(zipped({"b.csv": TWO + "torn\n", "a.csv": ONE, "readme.pdf": b"%PDF-1.7"}), name="x.zip")
    assert result.rows.select("store_id", "row_no").rows() == [("Q1", 2), ("Q2", 1_000_000_002)]
    assert reasons(result) == {1_000_000_003: (["wrong_width"], None)}
    assert sheet_of(1_000_000_003, result.sheets) == ("x.zip: b.csv", 3)
    assert [note.split(",")[0] for note in result.notes] == ["not read: x.zip: readme.pdf is a PDF document"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encrypted(), "is protected by a password"),
        (bomb(), "unpacks to more than an export can hold"),
        (gz(bytes(60 << 20)), "unpacks to more than an export can hold"),
        (zipped({"b.zip": zipped({"a.csv": ONE})}), "an archive within an archive"),
        (gz(gz(ONE.encode())), "an archive within an archive"),
        (zipped({"a.csv": ONE})[:-30], "a damaged ZIP archive"),
        (zipped({}), "without any file"),
        (zipped({"empty/": ""}), "without any file"),
        (gz(ONE.encode())[:-12], "breaks off"),
        (gz(ONE.encode())[:-6] + b"\xff" * 6, "damaged gzip"),
        (b"PAR1" + bytes(50), "a damaged Parquet file"),
    ],
)
def test_archives_that_are_no_exports_are_refused_in_one_sentence(content: bytes, said: str) -> None:
    with pytest.raises(BadExport) as refusal:
        taken(content, name="bán.zip")
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("bán.zip")
    assert "\n" not in str(refusal.value)


def test_a_member_that_is_damaged_is_named() -> None:
    content = bytearray(zipped({"a.csv": ONE}))
    content[45] ^= 0xFF
    with pytest.raises(BadExport, match=r"is damaged at a\.csv"):
        taken(bytes(content))
    assert zipfile.is_zipfile(io.BytesIO(bytes(content)))


def test_a_file_that_may_be_cut_short_is_noted() -> None:
    assert taken(ONE).notes == ()
    assert "if the file was cut short there" in taken(ONE[:-1]).notes[0]
