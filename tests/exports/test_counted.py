"""Moments that are counts: of seconds, or of days as spreadsheets count them."""

from collections.abc import Sequence

import polars as pl
import pytest

from tests.exports.reader import taken
from transforms.exports import load_profiles, shipped_profiles
from transforms.exports.moments import Format
from transforms.exports.unknown.proposal import propose

# Header, cells of one row that comes and goes at 08:01 and 17:04 of 2026-10-01 in Vietnam.
PAIRS: dict[str, tuple[str, Sequence[str]]] = {
    "milliseconds": ("Employee ID,Clock In,Clock Out", ("7", "1790816460000", "1790849040000")),
    "seconds": ("Employee ID,clockIn,clockOut", ("7", "1790816460", "1790849040")),
    "moments of a spreadsheet": ("Emp ID,Check In,Check Out", ("7", "46296.334028", "46296.711111")),
    "and with a comma": ("Mã NV;Giờ vào;Giờ ra", ("7", "46296,334028", "46296,711111")),
    "days and parts of days": ("Mã NV;Ngày;Giờ vào;Giờ ra", ("7", "46296", "0.334027778", ".711111111")),
    "UTC": ("Employee ID,Clock In,Clock Out", ("7", "2026-10-01T01:01:00Z", "2026-10-01T10:04:00.000Z")),
    "a letter for the half of the day": ("Employee ID,Date,In,Out", ("7", "2026-10-01", "8:01a", "5:04p")),
    "with points": ("Employee ID,Date,In,Out", ("7", "2026-10-01", "8:01 a.m.", "5:04 p.m.")),
    "in Vietnamese": ("Mã NV,Ngày,Giờ vào,Giờ ra", ("7", "15/10/2026", "08:01 SA", "05:04 CH")),
    "without a colon": ("Mã NV,Ngày,Giờ vào,Giờ ra", ("7", "15/10/2026", "0801", "1704")),
}


@pytest.mark.parametrize("name", PAIRS)
def test_pairs_are_read_by_what_is_proposed(name: str) -> None:
    header, cells = PAIRS[name]
    content = f"{header}\n{(';' if ';' in header else ',').join(cells)}\n"
    toml = propose(content.encode(), "x.csv").toml
    profiles = load_profiles({**shipped_profiles(), "own.toml": toml})
    result = taken(content, kind="attendance", profiles=profiles, zone="Asia/Ho_Chi_Minh")
    [row] = result.rows.select(pl.col("clock_in", "clock_out").dt.strftime("%Y-%m %H:%M:%S")).rows()
    assert row == ("2026-10 08:01:00", "2026-10 17:04:00")


def test_what_a_count_means_is_said() -> None:
    coarse = propose(b"Emp ID,Punch Time\n7,46296.334\n8,46296.7\n", "x.csv").undecided
    assert any("46296.334, a spreadsheet's number of a day: it is read as 2026-10-01 08:00:58" in s for s in coarse)
    assert any("Its decimals are too few for a minute" in said for said in coarse)
    epoch = propose(b"user_id,timestamp\n7,1790816460\n", "x.csv").undecided
    assert any("seconds since 1970 in UTC, told in the site's time" in said for said in epoch)


@pytest.mark.parametrize(
    ("way", "cell"),
    [("epoch seconds", "790816460"), ("serial", "20000.5"), ("serial day", "46296.5"), ("serial time", "1.5")],
)
def test_what_cannot_be_such_a_count_is_not_read(way: str, cell: str) -> None:
    cells = pl.DataFrame({"cell": [cell]}, schema={"cell": pl.String})
    assert cells.select(Format(way).read(pl.col("cell"))).item() is None
