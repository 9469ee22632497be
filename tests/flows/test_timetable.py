"""Moments that are due: by the site's clock, over daylight saving and month ends, and as Prefect itself fires them."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.running.timetable import Timetable, since
from flows.settings.kpi_toml import ScheduleSettings

SAIGON = "Asia/Ho_Chi_Minh"


def timetable(zone: str = SAIGON, country: str = "VN", **schedule: object) -> Timetable:
    return Timetable(ScheduleSettings.model_validate(schedule), ZoneInfo(zone), country)


def in_utc(moments: Iterable[datetime]) -> list[datetime]:
    """An hour that comes twice has two moments of one look."""
    return [moment.astimezone(UTC) for moment in moments]


def fired(plan: dict[str, str], start: datetime, count: int) -> list[datetime]:
    """The moments at which Prefect's own schedule fires."""
    from prefect.server.schemas.schedules import CronSchedule, RRuleSchedule

    of = CronSchedule if "cron" in plan else RRuleSchedule
    return in_utc(asyncio.run(of.model_validate(plan).get_dates(count, start)))


def nights(table: Timetable, start: datetime, count: int) -> list[datetime]:
    found = [table.next_night(start)]
    while len(found) < count:
        found.append(table.next_night(found[-1]))
    return in_utc(found)


@pytest.mark.parametrize(
    ("now", "last", "coming"),
    [
        ("2026-11-24T02:29", "2026-11-23T02:30", "2026-11-24T02:30"),
        ("2026-11-24T02:30", "2026-11-24T02:30", "2026-11-25T02:30"),
        ("2026-11-30T23:00", "2026-11-30T02:30", "2026-12-01T02:30"),
        ("2028-02-29T01:00", "2028-02-28T02:30", "2028-02-29T02:30"),
    ],
)
def test_a_night_is_due_at_its_moment(now: str, last: str, coming: str) -> None:
    table, at = timetable(), datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(SAIGON))
    assert f"{table.last_night(at):%Y-%m-%dT%H:%M}" == last
    assert f"{table.next_night(at):%Y-%m-%dT%H:%M}" == coming


def test_the_sites_clock_counts_and_not_the_servers() -> None:
    at = datetime(2026, 11, 23, 19, 31, tzinfo=UTC)  # already the 24th, 02:31, in Vietnam
    assert timetable().last_night(at) == datetime(2026, 11, 24, 2, 30, tzinfo=ZoneInfo(SAIGON))


@pytest.mark.parametrize(("zone", "night"), [("Europe/Berlin", (2027, 3, 28)), ("America/New_York", (2027, 3, 14))])
def test_in_the_night_of_summer_time_prefect_fires_once_and_that_answers_what_is_due(
    zone: str, night: tuple[int, int, int]
) -> None:
    table, day = timetable(zone), datetime(*night, tzinfo=ZoneInfo(zone))
    [once] = [
        moment for moment in fired(table.night_plan(), day, 3) if moment.astimezone(day.tzinfo).date() == day.date()
    ]
    due = table.last_night(day + timedelta(hours=12))
    assert due.date() == day.date()
    assert once >= since(due)
    assert since(due) > table.last_night(day)  # but the night before does not


@pytest.mark.parametrize("day", [datetime(2026, 10, 24), datetime(2026, 10, 31), datetime(2027, 2, 27)])  # noqa: DTZ001
def test_nights_are_those_of_prefect_when_clocks_go_back_and_months_end(day: datetime) -> None:
    table = timetable("Europe/Berlin")
    start = day.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert nights(table, start, 5) == fired(table.night_plan(), start, 5)


@given(
    zone=st.sampled_from((SAIGON, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo")),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hour=st.integers(4, 23),
    minute=st.integers(0, 59),
)
def test_any_daily_line_outside_the_small_hours_is_prefects(zone: str, start: datetime, hour: int, minute: int) -> None:
    table = timetable(zone, nightly=f"{minute} {hour} * * *")
    assert nights(table, start, 4) == fired(table.night_plan(), start + timedelta(microseconds=1), 4)
    assert table.last_night(table.next_night(start)) == table.next_night(start)


@pytest.mark.parametrize(
    ("month", "monthly", "not_on", "due"),
    [
        ((2026, 10), "0 6 3 * *", "none", "2026-11-03 06:00"),
        ((2026, 11), "0 6 31 * *", "none", "2026-12-31 06:00"),
        ((2026, 10), "0 6 31 * *", "none", "2026-12-31 06:00"),  # November has no 31st
        ((2026, 9), "0 6 1 * *", "none", "2026-10-01 06:00"),  # a moment at once after the month
        ((2026, 9), "0 0 1 * *", "none", "2026-10-01 00:00"),
        ((2026, 12), "0 6 1 * *", "public_holidays", "2027-01-02 06:00"),  # New Year's Day
        ((2026, 12), "0 6 1 * *", "weekends_and_holidays", "2027-01-04 06:00"),  # and then a weekend
        ((2027, 1), "0 6 6 * *", "public_holidays", "2027-02-11 06:00"),  # Tet
        ((2026, 9), "0 6 3 * *", "public_holidays", "2026-10-03 06:00"),  # a Saturday
        ((2026, 9), "0 6 3 * *", "weekends_and_holidays", "2026-10-05 06:00"),
    ],
)
def test_a_review_is_due_on_the_next_day_that_suits(
    month: tuple[int, int], monthly: str, not_on: str, due: str
) -> None:
    table = timetable(monthly=monthly, not_on=not_on)
    assert f"{table.letter(date(*month, 1)):%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize("not_on", ["none", "public_holidays", "weekends_and_holidays"])
@pytest.mark.parametrize("zone", [SAIGON, "Europe/Berlin"])
def test_prefect_is_told_the_very_moments_that_are_due(not_on: str, zone: str) -> None:
    table, now = timetable(zone, monthly="0 6 28 * *", not_on=not_on), datetime(2026, 11, 24, tzinfo=UTC)
    fires = fired(table.letter_plan(now), now, 30)
    months = [date(2026 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(30)]
    assert fires == in_utc(table.letter(month) for month in months)
    assert {moment.astimezone(ZoneInfo(zone)).hour for moment in fires} == {6}


def test_the_plan_of_moved_days_fits_into_prefects_limit_and_lasts_twenty_years() -> None:
    table = timetable(not_on="weekends_and_holidays")
    plan = table.letter_plan(datetime(2026, 11, 24, tzinfo=UTC))
    assert len(plan["rrule"]) < 6_500
    assert fired(plan, datetime(2045, 1, 1, tzinfo=UTC), 1)[0].year == 2045


def test_what_comes_next_is_after_now() -> None:
    table = timetable()
    before = datetime(2026, 11, 3, 5, 59, tzinfo=ZoneInfo(SAIGON))
    assert table.next_letter(before)[0] == date(2026, 10, 1)
    assert table.next_letter(before + timedelta(minutes=1))[0] == date(2026, 11, 1)
