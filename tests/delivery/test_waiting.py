"""Letters that wait for their time go out by themselves, and a ledger that forgot what went out sends nothing."""

import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.cli import main
from flows.exits import Exit
from flows.ledger import Ledger
from flows.lock import alone
from flows.months.archive import OlderLedger, refuse_older_ledger, write_archive
from flows.post.letters import State
from flows.running.runs import Kind, Outcome, Runs
from flows.running.status import status_of
from flows.running.watch import watched
from tests.delivery.conftest import Posting
from tests.delivery.posts import OCTOBER, QUIET, ZONE, JumpingClock, Post, delivered, mail, opened
from tests.delivery.servers import scripted


def yesterday(post: Post) -> Post:
    """The same, but what it sends now was written a day ago."""
    post.clock = JumpingClock(datetime.now(ZONE) - timedelta(days=1))
    return post


def test_what_was_put_off_by_hand_is_sent_by_the_next_run_that_looks(posting: Posting) -> None:
    with scripted({2: "rcpt_450"}) as server:
        post = yesterday(posting(mail=mail(server.port)))
        post.send(anyway=True)
        assert post.states()["binh@two.example"] == State.DEFERRED
        now = datetime.now(ZONE)
        assert any("Letters that wait were due" in need for need in status_of(post.site, now).needs)
        watch = watched(post.folder, QUIET)
        [letter] = watch.owed_letters()
        assert (letter.address, letter.state) == ("binh@two.example", State.ACCEPTED)
        assert watch.owed_letters() == []
        assert set(delivered(server.kept).values()) == {1}
    assert not any("Letters that wait were due" in need for need in status_of(post.site, now).needs)
    manifest = (post.folder / "reviews" / "2026-10" / "manifest.json").read_text("utf-8")
    assert (manifest.count('"accepted"'), manifest.count('"deferred"')) == (3, 0)
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        run = Runs(ledger).newest(Kind.LETTERS)
    assert run is not None
    assert (run.outcome, run.counts) == (Outcome.DONE, {"accepted": 1})


def test_who_only_looks_at_letters_may_do_so_while_a_run_sends(
    posting: Posting, capsys: pytest.CaptureFixture[str]
) -> None:
    post = posting()
    post.send()
    with alone(post.folder):
        assert main(["letters", str(post.folder)]) == Exit.DONE
        assert main(["letters", str(post.folder), "--resend", "anh@one.example"]) == Exit.BUSY
    assert "anh@one.example" in capsys.readouterr().out


def test_operators_are_told_of_letters_that_reached_nobody_and_how_to_go_on(posting: Posting) -> None:
    with scripted({2: "rcpt_450"}) as server:
        post = yesterday(posting(mail=mail(server.port) + '[operators]\naddresses = ["it@chain.example"]\n'))
        post.send(anyway=True)
        server.faults = {4: "rcpt_550"}
        [letter] = watched(post.folder, QUIET).owed_letters()
        assert letter.state is State.REFUSED
        to, content = server.kept[-1]
    told = opened(content)
    assert (to, told["Subject"]) == ("it@chain.example", "Chuỗi Tí Hon: 1 thư chưa đến người nhận")
    assert f"kpi letters {post.folder} --failed" in " ".join(str(told.get_content()).split())
    assert b"binh@two.example" not in content


def test_a_letter_that_a_dead_run_had_handed_over_is_found_in_doubt(posting: Posting) -> None:
    with scripted() as server:
        post = yesterday(posting(mail=mail(server.port)))
        post.send(anyway=True)
        with closing(Ledger(post.folder / "ledger.db")) as ledger:
            ledger.say("UPDATE letters SET state = 'handed_over' WHERE address = 'anh@one.example'")
        [letter] = watched(post.folder, QUIET).owed_letters()
        assert (letter.address, letter.state) == ("anh@one.example", State.IN_DOUBT)
        assert len(server.kept) == 3


@pytest.fixture
def forgetful(posting: Posting) -> Post:
    """A site whose ledger was brought back from the time before its letters went out."""
    post = posting()
    before = Path(shutil.copyfile(post.folder / "ledger.db", post.folder / "backup.db"))
    post.send()
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        write_archive(post.site, ledger)
    for rest in post.folder.glob("ledger.db*"):
        rest.unlink()
    before.rename(post.folder / "ledger.db")
    return post


def test_a_ledger_older_than_the_archive_is_refused_before_anything_is_written_or_sent(forgetful: Post) -> None:
    manifest = forgetful.folder / "reviews" / "2026-10" / "manifest.json"
    told = manifest.read_bytes()
    with closing(Ledger(forgetful.folder / "ledger.db")) as ledger:
        with pytest.raises(OlderLedger, match=r"manifest.json tells of letters to 3 readers"):
            refuse_older_ledger(forgetful.site, ledger, OCTOBER)
        with pytest.raises(OlderLedger):
            write_archive(forgetful.site, ledger)
        assert manifest.read_bytes() == told
        manifest.unlink()  # a person decides
        refuse_older_ledger(forgetful.site, ledger, OCTOBER)


def test_what_a_person_has_sent_again_is_no_sign_of_an_older_ledger(posting: Posting) -> None:
    post = posting()
    post.send()
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        write_archive(post.site, ledger)
        ledger.say("UPDATE letters SET state = 'ready'")  # sent again by hand, and killed
        refuse_older_ledger(post.site, ledger, OCTOBER)
