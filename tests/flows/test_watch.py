"""Runs as they are watched: operators are told once and plainly, and runs never mix."""

import email
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from email.policy import default
from io import StringIO
from pathlib import Path
from typing import TypeVar

import pytest

from flows.cli import main
from flows.console import PlainTeller
from flows.exits import Exit
from flows.lake import Lake
from flows.ledger import Ledger
from flows.lock import Busy, alone
from flows.nightly import Night
from flows.review import Asked
from flows.running.duties import Idle
from flows.running.notices import Kind as Told
from flows.running.notices import Operators
from flows.running.runs import Kind, Outcome, Run, Runs
from flows.running.watch import Watch, watched
from flows.site import load_site
from tests.flows.chain import deliver, month_of_sales, sale, small_site
from tests.flows.operated import broken, operated, watch_of
from transforms.problem import BadSite

T = TypeVar("T")
LONG_AGO = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return operated(small_site(tmp_path / "site"))


def notices(folder: Path) -> list[EmailMessage]:
    files = sorted((folder / "outbox").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]


def runs(folder: Path) -> list[Run]:
    with closing(Ledger(folder / "ledger.db")) as ledger:
        return Runs(ledger)._where("1 ORDER BY seq")


def text(message: Message) -> str:
    assert isinstance(message, EmailMessage)
    assert message.get_content_type() == "text/plain"
    return " ".join(str(message.get_content()).split())


def test_a_good_night_is_noted_and_nobody_is_bothered(site: Path) -> None:
    month_of_sales(site, LONG_AGO.date().replace(day=1))
    watch_of(site).night()
    [run] = runs(site)
    assert (run.kind, run.outcome, run.month) == (Kind.NIGHTLY, Outcome.DONE, None)
    assert run.counts == {"files": 1, "refused": 0, "quarantined": 0, "months": 1}
    assert run.ended is not None
    assert run.ended >= run.began
    assert notices(site) == []


def test_a_refused_file_is_told_to_each_operator_in_the_sites_language(site: Path) -> None:
    deliver(site, "sales/strange.csv", ["1,2"], header="a,b")
    watch_of(site).night()
    told = notices(site)
    assert [message["To"] for message in told] == ["it@example.com", "owner@example.com"]
    assert {message["Subject"] for message in told} == {"Chuỗi Tí Hon: có dữ liệu không được nhận"}
    assert str(site / "quarantine") in text(told[0])
    assert "1 tệp" in text(told[0])
    assert len({message["Message-ID"] for message in told}) == 2


def test_one_notice_of_a_kind_and_day_is_enough(site: Path) -> None:
    for n in range(3):
        deliver(site, f"sales/strange{n}.csv", [f"{n},2"], header="a,b")
        watch_of(site).night()
    assert len(notices(site)) == 2  # one for each address


def test_a_failure_is_told_with_its_reason_and_what_to_do_but_no_trace(site: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        watched(site, PlainTeller(StringIO()), do=broken).night()
    said = text(notices(site)[0])
    assert "ZeroDivisionError" in said
    assert "Việc cần làm" in said
    assert "Traceback" not in said
    assert runs(site)[-1].outcome is Outcome.FAILED


def test_a_site_with_a_mistake_is_told_too(site: Path) -> None:
    (site / "stores.csv").write_text("store_id\n", encoding="utf-8")
    (site / "people.csv").write_text("employee_id\nX\n", encoding="utf-8")
    with pytest.raises(BadSite):
        watch_of(site)
    assert "people.csv" in text(notices(site)[0])


def test_a_person_who_watches_is_not_written_to(site: Path) -> None:
    deliver(site, "sales/strange.csv", ["1,2"], header="a,b")
    watched(site, PlainTeller(StringIO()), unattended=False).night()
    assert notices(site) == []


def test_a_late_night_is_told(site: Path) -> None:
    assert isinstance(watch_of(site).night(LONG_AGO), Night)
    assert "09:30" in text(notices(site)[0])  # 02:30 in Greenwich is 09:30 here


def test_n_late_runs_end_as_one(site: Path) -> None:
    ended = [watch_of(site).night(LONG_AGO + timedelta(days=n)) for n in range(5)]
    assert [isinstance(night, Night) for night in ended] == [True, False, False, False, False]
    assert ended[1:] == [Idle.ANSWERED] * 4
    assert len(runs(site)) == 1


def test_a_notice_that_cannot_be_sent_is_tried_again_and_never_fails_the_run(site: Path) -> None:
    def refuse(_: EmailMessage) -> None:
        raise ConnectionRefusedError

    deliver(site, "sales/strange.csv", ["1,2"], header="a,b")
    out = StringIO()
    Watch(load_site(site), PlainTeller(out), submit=refuse).night()
    assert "The operators could not be told" in out.getvalue()
    sent: list[EmailMessage] = []
    deliver(site, "sales/strange2.csv", ["1,3"], header="a,b")
    Watch(load_site(site), PlainTeller(out), submit=sent.append).night()
    assert len(sent) == 2


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", list(Told))
def test_every_notice_is_worded_in_every_language(site: Path, kind: Told, language: str) -> None:
    toml = site / "kpi.toml"
    toml.write_text(toml.read_text("utf-8").replace('["vi", "en"]', f'["{language}"]'), encoding="utf-8")
    sent: list[EmailMessage] = []
    values = {"run": Kind.NIGHTLY, "reason": BadSite("stores.csv is empty."), "began": LONG_AGO, "due": LONG_AGO}
    operators = Operators(site, load_site(site).settings, sent.append)
    operators.tell(kind, LONG_AGO, count=3, place=site / "quarantine", **values)
    assert "Chuỗi Tí Hon" in sent[0]["Subject"]
    assert f"kpi status {site}" in text(sent[0])
    assert "{" not in text(sent[0])


# -- processes

NIGHT = "import sys; from flows.cli import main; sys.exit(main(sys.argv[1:]))"
STUCK = """
import sys, time
from pathlib import Path
from flows.console import teller
from flows.running.runs import Kind
from flows.running.watch import watched
with watched(Path(sys.argv[1]), teller()).noted(Kind.NIGHTLY):
    print("begun", flush=True)
    time.sleep(600)
"""
WAITING = """
import sys
from pathlib import Path
from flows.console import teller
from flows.running.watch import watched
watched(Path(sys.argv[1]), teller(), wait=True).night()
"""


def started(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy())


def rows(site: Path) -> int:
    return int(Lake(site / "lake").rows("sales").collect().height)


def test_runs_started_at_once_never_mix_and_the_others_are_told(site: Path) -> None:
    month_of_sales(site, LONG_AGO.date().replace(day=1))
    processes = [started(NIGHT, "nightly", site) for _ in range(4)]
    told = [process.communicate(timeout=120) for process in processes]
    codes = [process.returncode for process in processes]
    assert set(codes) <= {Exit.DONE, Exit.BUSY}
    assert Exit.DONE in codes
    busy = [errors for (_, errors), code in zip(told, codes, strict=True) if code == Exit.BUSY]
    assert all("Another run works on" in errors for errors in busy)
    assert rows(site) == 124
    assert [run.outcome for run in runs(site)] == [Outcome.DONE] * codes.count(Exit.DONE)
    assert notices(site) == []


def test_several_that_look_for_what_is_owed_find_it_once(site: Path) -> None:
    month_of_sales(site, LONG_AGO.date().replace(day=1))
    processes = [started(NIGHT, "nightly", site, "--due") for _ in range(4)]
    printed = [process.communicate(timeout=120)[0] for process in processes]
    assert sum("Files: 1 taken in" in lines for lines in printed) == 1
    assert len(runs(site)) == 1
    assert rows(site) == 124


def test_a_review_that_is_owed_is_printed_once(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    october = datetime(2026, 10, 1, tzinfo=UTC)
    month_of_sales(site, october.date())
    kpi = site / "kpi.toml"
    own = '[review]\nformats = ["xlsx"]\n[archive]\nkeep_months = 0\n'
    kpi.write_text(f"{kpi.read_text('utf-8')}{own}", encoding="utf-8")
    with closing(Ledger(site / "ledger.db")) as ledger:
        Runs(ledger).begin(Kind.NIGHTLY, october)
    watch_of(site).night()
    assert main(["review", str(site), "--due"]) == Exit.DONE
    out = capsys.readouterr().out
    assert "Reviews of 2026-10: 12 files printed, 0 unchanged" in out
    assert "Reviews: kept for ever ([archive] keep_months = 0 of kpi.toml)." in out, "retention is looked after"
    late = [subject for message in notices(site) if "muộn" in (subject := message["Subject"])]
    assert late == ["Chuỗi Tí Hon: lần đánh giá hằng tháng bắt đầu muộn"] * 2  # one for each address
    assert main(["review", str(site), "--due"]) == Exit.DONE
    assert "No review is owed." in capsys.readouterr().out
    noted = runs(site)
    watch_of(site).review(Asked(october.date(), sending="rehearse"))
    assert runs(site) == noted, "a rehearsal is no run"
    assert main(["check", str(site)]) == Exit.DONE
    assert "attendance_rate has no value in 2026-10 and holds the letters back" in capsys.readouterr().out
    assert main(["review", str(site)]) == Exit.USAGE


def test_a_scheduled_run_waits_for_the_other_and_then_runs(site: Path) -> None:
    deliver(site, "sales/one.csv", [sale("HN01", LONG_AGO.date(), "a", 100)])
    with alone(site):
        process = started(WAITING, site)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=4)
        assert runs(site) == []
    assert process.wait(timeout=60) == 0
    assert rows(site) == 1


def test_who_has_waited_in_vain_is_told_and_tells(site: Path) -> None:
    with alone(site), started_in_thread(site) as refused:
        pass
    assert "waited 0 minutes" in str(refused[0])
    assert "Another run works on" in text(notices(site)[0])


@contextmanager
def started_in_thread(site: Path) -> Iterator[list[Busy]]:
    """Another run, in a thread of its own context, that waits for a second."""
    refused: list[Busy] = []

    def run() -> None:
        watch = watch_of(site)
        try:
            Watch(watch.site, watch.teller, wait=timedelta(seconds=1), submit=watch.submit).night()
        except Busy as busy:
            refused.append(busy)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    yield refused


def test_a_run_that_is_killed_is_seen_by_status_and_told_by_the_next(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = started(STUCK, site)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    assert main(["status", str(site)]) == Exit.DONE
    assert "a run is going on" in capsys.readouterr().out
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert main(["status", str(site)]) == Exit.REFUSED
    assert "was killed; run it again to go on" in capsys.readouterr().out
    watch_of(site).night()
    assert [run.outcome for run in runs(site)] == [Outcome.CRASHED, Outcome.DONE]
    assert "bị ngắt" in notices(site)[0]["Subject"]
    assert main(["status", str(site)]) == Exit.DONE
