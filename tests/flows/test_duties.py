"""What is owed comes from the ledger: nights lost are made up for once, missed months are reviewed once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ledger import Ledger
from flows.running.duties import Duties, Idle
from flows.running.runs import Kind, Outcome, Runs
from flows.settings.kpi_toml import ClosingSettings, KpiToml

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ORGANISATION = {
    "id": "tiny",
    "name": "Tiny",
    "languages": ["vi"],
    "currency": "VND",
    "country": "VN",
    "time_zone": ZONE.key,
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def settings(**schedule: object) -> KpiToml:
    return KpiToml.model_validate({"organisation": ORGANISATION, "schedule": schedule})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.db")) as opened:
        yield opened


def ran(ledger: Ledger, began: str, kind: Kind = Kind.NIGHTLY, month: str = "", how: Outcome = Outcome.DONE) -> None:
    runs, moment = Runs(ledger), at(began)
    seq = runs.begin(kind, moment, date.fromisoformat(f"{month}-01") if month else None)
    runs.end(seq, how, {}, moment + timedelta(minutes=3))


def delivered(ledger: Ledger, *months: str) -> None:
    for month in months:
        ledger.say("INSERT INTO months (month, dirty) VALUES (?, 1)", f"{month}-01")


def test_five_nights_lost_are_owed_as_one_and_once(ledger: Ledger) -> None:
    duties, now = Duties(settings(), ledger), at("2026-11-24T10:00")
    ran(ledger, "2026-11-19T02:30")
    late = [at(f"2026-11-{day}T02:30") for day in (20, 21, 22, 23, 24)]
    assert duties.night(now) == late[-1]
    assert [duties.idle(due, now) for due in late] == [None] * 5
    ran(ledger, "2026-11-24T10:00")  # the first of the late runs
    assert [duties.idle(due, now) for due in late] == [Idle.ANSWERED] * 5
    assert duties.night(now) is None
    assert duties.night(at("2026-11-25T02:30")) == at("2026-11-25T02:30")


def test_without_catching_up_a_late_night_is_left_to_people(ledger: Ledger) -> None:
    duties, due = Duties(settings(catch_up=False, late_after_minutes=30), ledger), at("2026-11-24T02:30")
    assert duties.idle(due, at("2026-11-24T03:00")) is None
    assert duties.idle(due, at("2026-11-24T03:01")) is Idle.MISSED
    delivered(ledger, "2026-10")
    ran(ledger, "2026-10-30T02:30")
    assert duties.months(at("2026-11-03T06:20")) == [date(2026, 10, 1)]
    assert duties.months(at("2026-11-03T06:31")) == []
    assert duties.unreviewed(at("2026-11-03T06:31")) == [date(2026, 10, 1)]


@pytest.mark.parametrize("how", [Outcome.FAILED, Outcome.CRASHED])
def test_what_fails_thrice_is_not_tried_again_before_its_next_moment(ledger: Ledger, how: Outcome) -> None:
    duties = Duties(settings(), ledger)
    for minute in ("30", "45"):
        ran(ledger, f"2026-11-24T02:{minute}", how=how)
    assert duties.night(at("2026-11-24T03:00")) == at("2026-11-24T02:30")
    ran(ledger, "2026-11-24T03:00", how=how)
    assert duties.night(at("2026-11-24T03:15")) is None
    assert duties.night(at("2026-11-25T03:15")) == at("2026-11-25T02:30")


def test_a_run_that_was_stopped_or_found_nothing_answers_nothing(ledger: Ledger) -> None:
    for how in (Outcome.STOPPED, Outcome.NOTHING, Outcome.STOPPED, Outcome.NOTHING):
        ran(ledger, "2026-11-24T02:30", how=how)
    assert Duties(settings(), ledger).night(at("2026-11-24T03:00")) == at("2026-11-24T02:30")


def test_months_missed_over_their_day_are_owed_newest_first_and_reviewed_once(ledger: Ledger) -> None:
    duties, now = Duties(settings(), ledger), at("2026-12-05T08:00")
    delivered(ledger, "2026-08", "2026-09", "2026-10", "2026-11", "2026-12")
    ran(ledger, "2026-10-20T02:30")  # the site begins to work: August and September are history
    assert duties.months(now) == [date(2026, 11, 1), date(2026, 10, 1)]
    ran(ledger, "2026-12-05T08:00", Kind.REVIEW, "2026-11")
    ran(ledger, "2026-12-05T08:05", Kind.REVIEW, "2026-10", Outcome.REFUSED)
    assert duties.months(now) == []
    assert duties.months(at("2027-01-03T06:00")) == [date(2026, 12, 1)]


def test_a_preview_before_its_day_or_of_some_groups_is_not_the_review(ledger: Ledger) -> None:
    duties, runs = Duties(settings(), ledger), Runs(ledger)
    delivered(ledger, "2026-10")
    ran(ledger, "2026-11-02T09:00", Kind.REVIEW, "2026-10")
    seq = runs.begin(Kind.REVIEW, at("2026-11-03T05:59"), date(2026, 10, 1), whole=False)
    runs.end(seq, Outcome.DONE, {}, at("2026-11-03T06:01"))
    assert duties.months(at("2026-11-03T06:02")) == [date(2026, 10, 1)]


def test_a_review_whose_letters_wait_is_owed_until_they_are_out(ledger: Ledger) -> None:
    duties = Duties(settings(), ledger)
    delivered(ledger, "2026-10")
    ran(ledger, "2026-10-20T02:30")
    for _ in range(5):
        ran(ledger, "2026-11-03T06:00", Kind.REVIEW, "2026-10", Outcome.PENDING)
        assert duties.months(at("2026-11-04T02:30")) == [date(2026, 10, 1)]
    ran(ledger, "2026-11-04T02:40", Kind.REVIEW, "2026-10")
    assert duties.months(at("2026-11-04T02:50")) == []


@pytest.mark.parametrize(("restate", "owed"), [("by_hand", []), ("automatically", [date(2026, 10, 1)])])
def test_figures_that_moved_since_the_review_are_owed_where_the_site_restates_by_itself(
    ledger: Ledger, restate: str, owed: list[date]
) -> None:
    closes = ClosingSettings.model_validate({"restate": restate})
    duties = Duties(settings().model_copy(update={"closing": closes}), ledger)
    delivered(ledger, "2026-10", "2026-11")
    ran(ledger, "2026-10-20T02:30")
    ran(ledger, "2026-11-03T06:00", Kind.REVIEW, "2026-10")
    ledger.say("INSERT INTO measurings (at, month, version) VALUES ('2026-11-12T19:30:00+00:00', '2026-10-01', 'v')")
    assert duties.months(at("2026-11-13T03:00")) == owed
    ran(ledger, "2026-11-13T03:00", Kind.REVIEW, "2026-10")
    assert duties.months(at("2026-11-13T03:10")) == []


def test_a_month_without_data_waits_for_them(ledger: Ledger) -> None:
    duties = Duties(settings(), ledger)
    ran(ledger, "2026-10-20T02:30")
    assert duties.months(at("2026-11-03T06:00")) == []
    delivered(ledger, "2026-10")
    assert duties.months(at("2026-11-06T02:40")) == [date(2026, 10, 1)]


def test_a_site_that_never_ran_owes_no_history(ledger: Ledger) -> None:
    delivered(ledger, "2026-09", "2026-10")
    assert Duties(settings(), ledger).months(at("2026-11-24T10:00")) == []


@given(hours=st.lists(st.integers(1, 200), min_size=1, max_size=12))
def test_however_a_machine_sleeps_each_waking_owes_at_most_one_night(hours: list[int]) -> None:
    with closing(Ledger(Path(":memory:"))) as ledger:
        duties, now = Duties(settings(), ledger), at("2026-11-01T00:00")
        ran(ledger, now.isoformat()[:16])
        for slept in hours:
            before, now = now, now + timedelta(hours=slept)
            owed = duties.night(now)
            assert (owed is not None) == (duties.timetable.next_night(before) <= now)
            if owed:
                ran(ledger, now.replace(tzinfo=None).isoformat())
            assert duties.night(now) is None
