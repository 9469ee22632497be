"""Logs without a header: a profile is proposed for them, and reads them."""

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


@pytest.mark.parametrize("content", ["hello\nworld\n", "010000000120261001075600\n" * 3])
def test_lines_without_a_person_and_a_moment_are_no_log(content: str) -> None:
    with pytest.raises(BadExport, match=r"no header line|nothing between its columns"):
        proposed(content)
