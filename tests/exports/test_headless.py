"""Logs without a header: a profile is proposed for them, and reads them."""

import polars as pl
import pytest

from tests.exports.reader import taken
from transforms.exports import load_profiles, shipped_profiles
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.problem import BadExport

# Name -> how one punch is written: of whom (7, 8 or 9), the day of October, the time.
LOGS = {
    "commas": "{who},2026-10-{day:02} {time}:00,0,1",
    "blanks": "{who} 2026-10-{day:02} {time}:00 1",
    "tabs, the terminal first": "1\t{who}\t{day:02}/10/2026\t{time}",
    "semicolons": "0000{who};{day:02}/10/2026;{time};I",
    "numbered, with names and words": '{number},{who},"Trần, {who}",2026/10/{day:02} {time}:00,In',
    "ISO": "{who},2026-10-{day:02}T{time}:00,OUT",
    "digits alone": "00{who} 202610{day:02} {digits} 01",
}


def log(line: str) -> str:
    punches = [(who, day, time) for day in range(1, 25) for who in (7, 8, 9) for time in (f"08:0{who}", f"17:{day:02}")]
    rows = (
        line.format(number=100 + n, who=who, day=day, time=time, digits=time.replace(":", ""))
        for n, (who, day, time) in enumerate(punches)
    )
    return "\n".join(rows) + "\n"


def proposed(content: str) -> Proposal:
    return propose(content.encode(), "log.txt")


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_read_by_what_is_proposed(name: str) -> None:
    content = log(LOGS[name])
    with pytest.raises(BadExport, match=r"no header line in its first 50 rows; .*`kpi profile FILE` proposes one"):
        taken(content, kind="attendance")
    seen = proposed(content)
    result = taken(content, kind="attendance", profiles=load_profiles({**shipped_profiles(), "own.toml": seen.toml}))
    assert (result.profile.name, result.delivered, result.rejected.height) == ("own", 144, 0)
    people = result.rows.select("employee_id").to_series().str.strip_chars_start("0")
    assert people.head(3).to_list() == ["7", "7", "8"]
    assert result.rows["punched_at"].dt.to_string("%d %H:%M").to_list()[:2] == ["01 08:07", "01 17:01"]
    assert any("is taken for the person" in said for said in seen.undecided)


def test_words_for_directions_are_read_and_numbers_are_asked_about() -> None:
    assert 'out = ["OUT"]' in proposed(log(LOGS["ISO"])).toml
    punches = "7,2026-10-05 08:00:00,0\n8,2026-10-05 08:00:00,0\n9,2026-10-05 08:00:00,0\n7,2026-10-05 17:00:00,1\n"
    assert any("Column 3 (0, 1) is not read: if it says in and out" in s for s in proposed(punches).undecided)


def test_where_two_columns_may_be_the_person_both_are_named() -> None:
    seen = proposed("7;2026-10-05 08:00:00;1\n7;2026-10-05 17:00:00;1\n")
    assert any("Column 1 (7) is taken for the person, though column 3 may be it as well" in s for s in seen.undecided)


def test_an_order_of_days_that_is_not_shown_is_asked_about() -> None:
    seen = proposed("7,01/02/2026 08:00,x\n7,01/02/2026 17:00,y\n8,03/02/2026 17:00,y\n")
    assert any("does not show its order of day and month" in said for said in seen.undecided)
    with pytest.raises(BadExport, match="does not show whether"):
        taken("7,01/02/2026 08:00,x\n", kind="attendance", profiles=load_profiles({"own.toml": seen.toml}))


def test_two_times_beside_a_day_are_an_in_and_an_out_where_the_second_is_later() -> None:
    night = "103,Bo,10/15/2026,22:10,06:00\n"
    content = f"101,An,10/15/2026,8:03,17:31\n102,Bình,10/15/2026,9:57,\n{night}101,An,10/16/2026,8:03,17:31\n"
    seen = proposed(content + "104,Cúc,10/16/2026,8:03,17:31\n104,Cúc,10/17/2026,8:03,17:31\n")
    assert any("Columns 4 and 5 (8:03, 17:31) are taken for in and out" in said for said in seen.undecided)
    result = taken(content, kind="attendance", profiles=load_profiles({"own.toml": seen.toml}))
    rows = result.rows.select("employee_id", pl.col("clock_in", "clock_out").dt.to_string("%m-%d %H:%M")).rows()
    assert rows[:2] == [("101", "10-15 08:03", "10-15 17:31"), ("102", "10-15 09:57", None)]
    assert rows[2] == ("103", "10-15 22:10", "10-16 06:00")
    with pytest.raises(BadExport, match="2 times in each line"):
        proposed(night + night.replace("103", "105"))


def test_what_is_not_read_of_ins_and_outs_is_named_and_numbers_of_lines_are_nobody() -> None:
    rows = [f"{100 + n},{7 + n % 2},10/{13 + n // 2}/2026,8:01,17:31,{60 - n % 2 * 30},Rejected\n" for n in range(6)]
    said = "\n".join(proposed("".join(rows)).undecided)
    assert "Not read: column 1 (100, 101, 102); column 6 (60, 30); column 7 (Rejected). If any of these" in said
    assert "Column 2 (7, 8) is taken for the person" in said


def test_of_tags_the_one_that_differs_is_the_person() -> None:
    rows = [f"2026-10-05 {8 + n:02}:46:36;C1:53:01:B{n % 2};An (C1);KOMMEN\n" for n in range(6)]
    assert 'shapes = [["time", "person", "column 3", "direction"]]' in proposed("".join(rows)).toml


@pytest.mark.parametrize("content", ["hello\nworld\n", "010000000120261001075600\n" * 3])
def test_lines_without_a_person_and_a_moment_are_no_log(content: str) -> None:
    with pytest.raises(BadExport, match=r"no header line|nothing between its columns"):
        proposed(content)
