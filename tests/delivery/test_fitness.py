"""Fail closed: what keeps letters back, until when, and what the owner is told."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from flows.disk import write_whole
from flows.ledger import Ledger
from flows.post.fitness import Grade, Reason, Verdict, fitness, verdict
from flows.post.letters import NOTICE, State
from flows.settings.kpi_toml import MailSettings
from flows.settlement import CONTROL, Settlement
from reports.review import Review
from tests.delivery.conftest import Posting
from tests.delivery.posts import NOW, OCTOBER, ZONE, Post, opened

PLAIN = MailSettings()
ADDRESSES = {"anh@one.example", "binh@two.example", "north@three.example"}


def with_days(reviews: list[Review], group: str, sales: int, attendance: int = 31) -> list[Review]:
    def changed(review: Review) -> Review:
        quality = replace(review.quality, store_days_open=31, store_days_with_sales=sales)
        return replace(review, quality=replace(quality, store_days_with_attendance=attendance))

    return [changed(review) if review.group.id == group else review for review in reviews]


def unmeasured(reviews: list[Review], kpi: str, *groups: str) -> list[Review]:
    def changed(review: Review) -> Review:
        figures = tuple(replace(f, actual=None) if f.kpi.id == kpi else f for f in review.figures)
        return replace(review, figures=figures) if not groups or review.group.id in groups else review

    return [changed(review) for review in reviews]


def grades(reviews: list[Review], tmp_path: Path, group: str = "HN01", today: datetime = NOW) -> list[Grade]:
    with closing(Ledger(tmp_path / "ledger.db")) as ledger:
        found = fitness(ledger, OCTOBER, reviews, PLAIN, today.date(), kept=())
    return [reason.grade for reason in found.of([("store", group)])]


def test_a_whole_month_has_nothing_against_it(reviews: list[Review], tmp_path: Path) -> None:
    assert grades(reviews, tmp_path) == []


def test_missing_days_count_for_their_own_group(reviews: list[Review], tmp_path: Path) -> None:
    assert grades(with_days(reviews, "HN01", 30), tmp_path) == [Grade.LATE]
    assert grades(with_days(reviews, "HN01", 20, 30), tmp_path) == [Grade.SHORT, Grade.LATE]
    assert grades(with_days(reviews, "HN01", 20), tmp_path, "HN02") == []


def test_a_scored_kpi_that_nobody_has_is_missing_and_one_that_somebody_has_is_not(
    reviews: list[Review], tmp_path: Path
) -> None:
    assert grades(unmeasured(reviews, "attendance_rate"), tmp_path) == [Grade.CLOSED]
    assert grades(unmeasured(reviews, "attendance_rate", "HN01"), tmp_path) == []


def test_a_chain_without_time_clocks_is_not_short_of_clockings(reviews: list[Review], tmp_path: Path) -> None:
    bare = [replace(r, quality=replace(r.quality, store_days_with_attendance=0)) for r in reviews]
    assert grades(bare, tmp_path) == []


def test_a_month_that_still_runs_waits(reviews: list[Review], tmp_path: Path) -> None:
    assert grades(reviews, tmp_path, today=NOW.replace(month=10, day=31)) == [Grade.RUNNING]


@pytest.mark.parametrize(
    ("grade", "day", "late", "expected"),
    [
        (Grade.RUNNING, 9, "marked", Verdict.WAIT),
        (Grade.LATE, 2, "marked", Verdict.WAIT),
        (Grade.LATE, 3, "marked", Verdict.GO),
        (Grade.LATE, 3, "withheld", Verdict.HELD),
        (Grade.SHORT, 2, "marked", Verdict.WAIT),
        (Grade.SHORT, 3, "marked", Verdict.HELD),
        (Grade.CLOSED, 2, "marked", Verdict.HELD),
        (None, 1, "withheld", Verdict.GO),
    ],
)
def test_late_days_wait_for_the_deadline_and_a_closed_gate_for_a_person(
    grade: Grade | None, day: int, late: str, expected: Verdict
) -> None:
    mail = MailSettings.model_validate({"deadline_day": 3, "late": late})
    reasons = [Reason(grade, "running")] if grade else []
    assert verdict(reasons, OCTOBER, mail, datetime(2026, 11, day, 6, tzinfo=ZONE)) is expected


def refused(post: Post, name: str, content: str, at: datetime = NOW) -> Path:
    """As a night leaves it: the ledger knows, and a copy lies in the quarantine."""
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        ledger.claim(content, name=name, folder="sales", size=1, archived=f"{content}.csv", at=at)
        ledger.settle(content, Settlement(state="refused", table=None, profile=None, sentence="no"))
    return write_whole(post.folder / "quarantine" / "files" / f"{content}.csv", b"?")


def settled(ledger: Ledger, content: str, state: str, *days: int) -> None:
    """A file called like all others, with rows of HN01 on days of October."""
    ledger.claim(content, name="sales/night.csv", folder="sales", size=1, archived=f"{content}.csv", at=NOW)
    outcome = "kept" if state == "loaded" else "quarantined"
    rows = [("sales", "HN01", OCTOBER.replace(day=day), OCTOBER, outcome, None, 1, 0) for day in days]
    control = pl.DataFrame(rows, schema=CONTROL, orient="row")
    ledger.settle(content, Settlement(state, "sales", sentence="no" if state == "refused" else None, control=control))


def notices(post: Post) -> list[str]:
    return [letter.text for letter in post.letters() if letter.kind == NOTICE]


def test_a_refused_export_holds_every_letter_and_the_owner_is_told_once(posting: Posting) -> None:
    post = posting()
    refused(post, "sales/bad.csv", "f1")
    assert post.send().failed
    post.later().send()
    [notice] = notices(post)
    assert "Tệp sales/bad.csv bị từ chối" in notice
    assert "kpi readmit" in notice
    [file] = (post.folder / "outbox").glob("*.eml")
    assert opened(file.read_bytes())["To"].addresses[0].addr_spec == "kpi@localhost"


@pytest.mark.parametrize(
    ("refused", "later", "held"),
    [
        ([9], [[10]], True),  # the next night's file has the same name
        ([9, 10], [[9, 11]], True),
        ([9, 10], [[9], [10, 11]], False),
        ([], [[9]], True),  # nobody can say what was in it
    ],
)
def test_a_refused_file_is_settled_by_files_that_bring_its_store_days(
    tmp_path: Path, refused: list[int], later: list[list[int]], held: bool
) -> None:
    with closing(Ledger(tmp_path / "ledger.db")) as ledger:
        settled(ledger, "f0", "refused", *refused)
        for number, days in enumerate(later, 1):
            settled(ledger, f"f{number}", "loaded", *days)
        found = fitness(ledger, OCTOBER, [], PLAIN, NOW.date(), kept={"f0.csv"}).everybody
    assert [reason.key for reason in found] == (["refused"] if held else [])


def test_a_refused_file_that_a_person_took_away_holds_nothing(posting: Posting) -> None:
    post = posting()
    kept = refused(post, "sales/notes.txt", "f1")
    assert post.send().failed
    kept.unlink()
    assert not post.send().failed
    assert set(post.states()) >= ADDRESSES


def test_a_refused_export_of_another_month_holds_nothing(posting: Posting) -> None:
    post = posting()
    refused(post, "sales/old.csv", "f1", NOW.replace(month=8))
    assert not post.send().failed


def test_a_person_may_send_anyway_and_the_letters_say_what_is_missing(posting: Posting) -> None:
    post = posting()
    refused(post, "sales/bad.csv", "f1")
    assert not post.send(anyway=True).failed
    texts = {letter.address: letter.text for letter in post.letters()}
    assert set(texts) == ADDRESSES
    assert "- Tệp sales/bad.csv bị từ chối" in texts["anh@one.example"]
    assert "- The export sales/bad.csv was refused" in texts["binh@two.example"]


def test_a_late_store_is_marked_in_the_letters_that_tell_of_it_alone(posting: Posting, reviews: list[Review]) -> None:
    post = posting()
    post.reviews = with_days(reviews, "HN01", 30)
    post.send()
    marked = {letter.address for letter in post.letters() if "30 trên 31" in letter.text}
    assert marked == {"anh@one.example"}
    assert set(post.states().values()) == {State.ACCEPTED}


def test_too_few_days_hold_only_the_letters_that_tell_of_them(posting: Posting, reviews: list[Review]) -> None:
    post = posting()
    post.reviews = with_days(reviews, "HN01", 3)
    done = post.send()
    assert [held.reader.address for held in done.plan.held] == ["anh@one.example"]
    assert set(post.states()) == (ADDRESSES - {"anh@one.example"}) | {""}
    assert len(notices(post)) == 1
    post.reviews = reviews
    post.send()
    assert set(post.states()) == ADDRESSES | {""}


def test_before_the_deadline_letters_wait_without_a_notice(posting: Posting, reviews: list[Review]) -> None:
    post = posting()
    post.clock.at = NOW.replace(day=2)
    post.reviews = with_days(reviews, "HN01", 3)
    done = post.send()
    assert [held.reader.address for held in done.plan.waiting] == ["anh@one.example"]
    assert (notices(post), done.failed) == ([], False)


def test_a_review_that_was_not_printed_holds_its_letter(posting: Posting) -> None:
    post = posting()
    done = post.send(faulty=["HN01"])
    assert [held.reader.address for held in done.plan.held] == ["anh@one.example"]
    assert "Cầu Giấy: không in được báo cáo." in notices(post)[0]
