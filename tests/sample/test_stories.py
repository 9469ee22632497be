"""Every planted story can be found in the sample, and only where it was planted."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flows.sample import STORIES, Scale, Story, stories_table
from flows.sample.attendance import shifts
from flows.sample.chain import leaver, stores
from flows.sample.sales import sales
from flows.sample.scale import days_of
from tests.sample.conftest import Sample
from tests.sample.parsing import TITLES_OF_THE_CLOCK, in_force, records, sold

SCALE = Scale()
QUARTER = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))
LAST_YEAR = (date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1))


def _lines(store: int, months: tuple[date, ...]) -> pl.DataFrame:
    made = (sales(SCALE, "vi", stores(SCALE)[store - 1], month) for month in months)
    return pl.concat(made).filter(pl.col("kind") != "void")


def _growth(store: int, of: Callable[[pl.DataFrame], float]) -> float:
    return of(_lines(store, QUARTER)) / of(_lines(store, LAST_YEAR)) - 1


def _net(lines: pl.DataFrame) -> float:
    return float(lines["net_amount"].sum())


def _net_of_evening(lines: pl.DataFrame) -> float:
    return _net(lines.filter(pl.col("sold_at").dt.hour() >= 17))


def _net_of_day(lines: pl.DataFrame) -> float:
    return _net(lines.filter(pl.col("sold_at").dt.hour() < 17))


def _discount_rate(lines: pl.DataFrame) -> float:
    return float(lines["discount_amount"].sum()) / float(lines["gross_amount"].sum())


def _receipts(lines: pl.DataFrame) -> float:
    return lines.filter(kind="sale").select("business_date", "receipt").unique().height


def evening_understaffed(_: Sample) -> None:
    assert _growth(1, _net_of_evening) < -0.05
    assert _growth(1, _net_of_day) > 0
    assert _growth(3, _net_of_evening) > 0.03
    assert _in_the_evening(QUARTER) < _in_the_evening(LAST_YEAR) - 1


def _in_the_evening(months: tuple[date, ...]) -> float:
    """People rostered until closing time, a day."""
    rostered = pl.concat([shifts(SCALE, stores(SCALE)[0], month) for month in months])
    return rostered.filter(pl.col("scheduled_out").dt.hour() >= 22).height / rostered["business_date"].n_unique()


def discount_growth(_: Sample) -> None:
    assert _growth(2, _discount_rate) == pytest.approx(1, abs=0.2)
    assert _growth(2, _receipts) > 0.15
    assert abs(_growth(6, _discount_rate)) < 0.15


def often_late(_: Sample) -> None:
    late = {store.number: _late(store.number) for store in stores(SCALE)}
    assert late[3] > 1.7 * max(share for number, share in late.items() if number != 3)


def _late(store: int) -> float:
    worked = pl.concat([shifts(SCALE, stores(SCALE)[store - 1], month) for month in QUARTER]).filter("worked")
    late = (pl.col("clock_in") - pl.col("scheduled_in")).dt.total_minutes() > 5
    return float(worked.select(late.mean()).item())


def tet(_: Sample) -> None:
    months = [date(year, month, 1) for year in (2025, 2026) for month in (1, 2)]
    net = {month: sum(_net(_lines(store, (month,))) for store in (1, 2, 3, 4, 6)) for month in months}
    assert net[date(2026, 1, 1)] / net[date(2025, 1, 1)] > 1.12
    assert net[date(2026, 2, 1)] / net[date(2025, 2, 1)] < 1.08
    assert _silent(2025) == {date(2025, 1, 28) + timedelta(days=n) for n in range(4)}
    assert _silent(2026) == {date(2026, 2, 16) + timedelta(days=n) for n in range(4)}


def _silent(year: int) -> set[date]:
    months = (date(year, 1, 1), date(year, 2, 1))
    with_sales = {day for store in (1, 2, 3, 4, 6) for day in _lines(store, months)["business_date"]}
    return {day for month in months for day in days_of(month)} - with_sales


def night_shift(sample: Sample) -> None:
    night = [line for line in in_force(sample.exports("sales"), sample.language) if line.at.hour < 2]
    assert len(night) > 300
    assert {line.store for line in night} == {"CH Bùi Viện" if sample.language == "vi" else "SX Bui Vien"}
    assert all(line.day == line.at.date() - timedelta(days=1) for line in night)


def new_store(sample: Sample) -> None:
    new = "CH Thủ Đức" if sample.language == "vi" else "SX Thu Duc"
    days = [line.day for line in in_force(sample.exports("sales"), sample.language) if line.store == new]
    assert min(days) == date(2026, 3, 1)
    assert _row(sample, "stores.csv", "store_id", "S005")["opened_on"] == "2026-03-01"


def leaver_with_sales(sample: Sample) -> None:
    gone = next(p for p in _table(sample, "people.csv") if p["store_id"] == "S006" and p["to"] == "2026-09-20")
    names = {gone["employee_id"], *gone["aliases"].split("|")}
    after = [line for line in in_force(sample.exports("sales"), sample.language) if line.day > date(2026, 9, 20)]
    booked = [line for line in after if line.seller in names]
    assert len(booked) > 20
    assert max(line.day for line in booked) > date(2026, 10, 20)


def transfer(sample: Sample) -> None:
    stints = Counter(row["employee_id"] for row in _table(sample, "people.csv"))
    moved = [person for person, count in stints.items() if count == 2]
    assert len(moved) == 1
    first, second = (row for row in _table(sample, "people.csv") if row["employee_id"] == moved[0])
    assert (first["store_id"], first["to"]) == ("S002", "2026-03-31")
    assert (second["store_id"], second["from"]) == ("S001", "2026-04-01")


def same_name(sample: Sample) -> None:
    name = "Nguyễn Thị Lan" if sample.language == "vi" else "Thi Lan Nguyen"
    both = [row["employee_id"] for row in _table(sample, "people.csv") if row["name"] == name]
    assert len(both) == 2
    sellers = {line.seller for path in sample.exports("sales")[-3:] for line in sold(path, sample.language)}
    assert name not in sellers
    assert set(both) & sellers


def missing_attendance(sample: Sample) -> None:
    clocked = _clocked(sample)
    gap = [date(2026, 10, 14) + timedelta(days=n) for n in range(3)]
    own = "Hải Châu" if sample.language == "vi" else "Hai Chau"
    assert {day for day in days_of(date(2026, 10, 1)) if not clocked[own, day]} == set(gap)
    assert all(clocked[other, day] for other, _ in clocked if other.startswith(("Cầu", "Cau")) for day in gap)


def _clocked(sample: Sample) -> Mapping[tuple[str, date], int]:
    where, when, format_ = ("Phòng ban", "Ngày", "%d/%m/%Y") if sample.language == "vi" else _TOAST
    titles = TITLES_OF_THE_CLOCK if sample.language == "vi" else 0
    names = "ChiTietChamCong_202610*" if sample.language == "vi" else "TimeEntries_2026_10*"
    found: defaultdict[tuple[str, date], int] = defaultdict(int)
    for path in sample.exports("attendance", names):
        for row in records(path, skip=titles):
            if row[when] not in {"31/02/2026", "2/31/26 8:00 AM"}:
                found[row[where], datetime.strptime(row[when], format_).date()] += 1  # noqa: DTZ007
    return found


_TOAST = ("Location", "In Date", "%m/%d/%y %I:%M %p")


def resent_export(sample: Sample) -> None:
    first, again = _twins(sample, date(2026, 10, 22))
    assert first.read_bytes() != again.read_bytes()
    assert first.read_bytes().split() == again.read_bytes().split()


def renamed_export(sample: Sample) -> None:
    (again,) = sample.summary.same_bytes
    first = again.with_name(again.name.replace(" (1)", ""))
    assert first.read_bytes() == again.read_bytes()
    assert first.stat().st_mtime < again.stat().st_mtime


def corrected_export(sample: Sample) -> None:
    first, again = _twins(sample, date(2026, 10, 25))
    before, after = (_by_receipt(path, sample.language) for path in (first, again))
    changed = {receipt for receipt in before if before[receipt] != after[receipt]}
    assert before.keys() == after.keys()
    assert len(changed) == 5
    assert all(before[receipt] == 2 * after[receipt] for receipt in changed)


def _by_receipt(path: Path, language: str) -> Mapping[tuple[str, str], Decimal]:
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in sold(path, language):
        found[line.store, line.receipt] += line.net
    return found


def _twins(sample: Sample, day: date) -> tuple[Path, Path]:
    """The two sales files of one day, the older first."""
    nightly = [path for path in sample.exports("sales") if path.stat().st_size < 300_000]
    own = [path for path in nightly if any(line.day == day for line in sold(path, sample.language)[:1])]
    first, again = sorted(own, key=lambda path: path.stat().st_mtime_ns)
    return first, again


def bad_rows(sample: Sample) -> None:
    for bad in sample.summary.bad_rows:
        lines = (sample.folder / bad.file).read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) - 1 <= bad.row <= len(lines)
        assert _looks(bad.reason, lines[bad.row - 1], lines[0]), bad
    reasons = Counter(bad.reason for bad in sample.summary.bad_rows)
    assert sum(reasons.values()) >= 12
    assert {"unknown_store", "unknown_employee", "bad_date", "bad_number", "wrong_width", "future_date"} <= set(reasons)


def _looks(reason: str, line: str, header: str) -> bool:
    marks = {
        "unknown_store": ("Chưa Mở", "Not Yet Open"),
        "unknown_employee": ("99999", "Văn Lạ", "Nobody"),
        "bad_date": ("31/02/2026", "2026-02-31", "2/31/26"),
        "bad_number": ("35.O00", "$2.2O", "một", "one,", "chín mươi", "ninety"),
        "missing_value": (",,",),
        "future_date": ("2031",),
        "does_not_add_up": ("53.000", "$5.30"),
        "out_before_in": ("PM",),
    }
    if reason == "wrong_width":
        return line.count(",") == header.count(",") - 3
    return any(mark in line for mark in marks[reason])


def _table(sample: Sample, name: str) -> list[dict[str, str]]:
    with (sample.folder / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _row(sample: Sample, name: str, key: str, value: str) -> dict[str, str]:
    return next(row for row in _table(sample, name) if row[key] == value)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_the_story_can_be_found(story: Story, sample: Sample) -> None:
    globals()[story.id](sample)


def test_the_table_of_stories_has_a_row_for_each() -> None:
    head, rule, *rows = stories_table().splitlines()
    assert head == "| story | what | where | found by |"
    assert set(rule) == set("| -")
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [story.id for story in STORIES]
    assert all(row.count(" | ") == 3 for row in rows)


def test_a_chain_too_small_for_a_story_goes_without_it() -> None:
    small = Scale(stores=1, people=5, months=2, nights=0)
    assert leaver(small) is None
    assert sales(small, "vi", stores(small)[0], small.first_day).height > 0
