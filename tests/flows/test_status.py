"""`kpi status`: what a person sees, and when the exit code calls for one."""

import shutil
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.ledger import Ledger
from flows.post.letters import State
from flows.running.runs import Kind, Outcome, Runs
from flows.running.status import Status, status_of
from flows.site import load_site
from tests.flows.chain import deliver, sale, small_site
from tests.flows.lettered import lettered

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def say(site: Path, statement: str) -> None:
    with closing(Ledger(site / "ledger.db")) as ledger:
        ledger.say(statement)


def ran(site: Path, began: str, how: Outcome | None = Outcome.DONE, month: date | None = None) -> None:
    with closing(Ledger(site / "ledger.db")) as ledger:
        seq = Runs(ledger).begin(Kind.REVIEW if month else Kind.NIGHTLY, at(began), month)
        if how:
            Runs(ledger).end(seq, how, {"files": 4, "quarantined": 2}, at(began))


def seen(site: Path, now: str) -> Status:
    return status_of(load_site(site), at(now))


def test_a_new_site_has_not_run_and_needs_nobody(site: Path) -> None:
    status = seen(site, "2026-11-24T09:00")
    assert "Last night: has not run yet" in status.lines
    assert status.needs == []


def test_everything_is_told_in_the_sites_own_time(site: Path) -> None:
    ran(site, "2026-11-02T02:30")
    ran(site, "2026-11-03T06:00", month=date(2026, 10, 1))
    ran(site, "2026-11-24T02:30")
    deliver(site, "sales/new.csv", [sale("HN01", date(2026, 11, 23), "a", 1)])
    say(site, "INSERT INTO months VALUES ('2026-10-01', 0, 'v'), ('2026-11-01', 1, 'v')")
    assert seen(site, "2026-11-24T09:00") == Status(
        [
            "Chuỗi Tí Hon, 2026-11-24 09:00 (Asia/Ho_Chi_Minh)",
            "Now: no run is going on; 'kpi serve' is not up",
            "Last night: 2026-11-24 02:30, done (4 files, 2 quarantined)",
            "Last review: 2026-11-03 06:00 of 2026-10, done (4 files, 2 quarantined)",
            "Inbox: 1 files wait",
            "To be measured again: 2026-11",
            "To be reviewed: nothing",
            "Next night: 2026-11-25 02:30; next review: 2026-11 on 2026-12-03 06:00",
        ],
        [],
    )


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (Outcome.FAILED, "The nightly run of 2026-11-24 02:30 failed; run it again to see why."),
        (Outcome.CRASHED, "The nightly run of 2026-11-24 02:30 was killed; run it again to go on."),
        (None, "The nightly run of 2026-11-24 02:30 was killed; run it again to go on."),
    ],
)
def test_a_run_that_did_not_end_well_needs_a_person(site: Path, how: Outcome | None, told: str) -> None:
    ran(site, "2026-11-24T02:30", how)
    assert seen(site, "2026-11-24T03:00").needs == [told.format(site=site)]


def test_what_a_night_refused_needs_a_person_until_it_is_gone(site: Path) -> None:
    ran(site, "2026-11-24T02:30", Outcome.REFUSED)
    files, rows = site / "quarantine" / "files", site / "quarantine" / "sales" / "new.csv.csv"
    for path in (files / "old.csv", files / "old.csv.reason.csv", rows):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    mend = f"each with its reason; mend that, then run 'kpi readmit {site}'."
    lie = f"In {site}/quarantine lie"
    assert seen(site, "2026-11-24T03:00").needs == [f"{lie} 1 refused files and 1 files with bad rows, {mend}"]
    shutil.rmtree(files)
    assert seen(site, "2026-11-24T03:00").needs == [f"{lie} 1 files with bad rows, {mend}"]
    rows.unlink()
    assert seen(site, "2026-11-24T03:00").needs == []


def test_reviews_that_were_not_printed_need_a_person(site: Path) -> None:
    with closing(Ledger(site / "ledger.db")) as ledger:
        seq = Runs(ledger).begin(Kind.REVIEW, at("2026-11-03T06:00"), date(2026, 10, 1))
        Runs(ledger).end(seq, Outcome.REFUSED, {"printed": 5, "refused": 2}, at("2026-11-03T06:00"))
    assert seen(site, "2026-11-03T07:00").needs == [
        "2 reviews of 2026-10 were not printed; review it again to see why."
    ]


def test_what_is_overdue_needs_a_person_once_its_grace_is_over(site: Path) -> None:
    ran(site, "2026-11-02T02:30")
    say(site, "INSERT INTO months VALUES ('2026-10-01', 0, 'v')")
    assert seen(site, "2026-11-03T03:29").needs == []
    assert seen(site, "2026-11-03T08:00").needs == [
        "The night of 2026-11-03 02:30 has not run; is 'kpi serve' or cron at work?",
        "The review of 2026-10 was due on 2026-11-03 06:00 and has not run.",
    ]


def test_letters_are_counted_by_state_where_there_are_any(site: Path) -> None:
    states = (State.ACCEPTED, State.ACCEPTED, State.IN_DOUBT)
    lettered(site, date(2026, 10, 1), [("anh@one.example", state, ()) for state in states])
    status = seen(site, "2026-11-24T09:00")
    assert "Letters: accepted 2, in_doubt 1" in status.lines
    assert status.needs == [f"1 letters did not arrive or may not have; see 'kpi letters {site}'."]
