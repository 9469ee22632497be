"""Under a real Prefect server: the pins hold, late runs end as one, and its database learns nothing about people."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from flows.cli import main
from flows.exits import Exit
from flows.ledger import Ledger
from flows.lock import Busy
from flows.nightly import local_now
from flows.post.letters import Part, State
from flows.running.prefect_server import running
from flows.running.runs import Kind, Outcome, Runs
from flows.running.status import status_of
from flows.site import Site, load_site
from tests.flows.chain import deliver, month_of_sales, sale, small_site
from tests.flows.lettered import lettered
from tests.flows.serving import answers, ended, eventually, free_port, greet, servers

SERVE = "import sys; from flows.cli import main; sys.exit(main(['serve', sys.argv[1]]))"
OCTOBER = date(2026, 10, 1)
SECRETS = ("h1dd3n", "planted@example.com", "Chi Planted", "77123456", "late.person@example.com")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module", autouse=True)
def port(home: Path) -> Iterator[int]:
    """A server's, which goes when it is over."""
    port = free_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PREFECT_LOGGING_LEVEL", "ERROR")
        environment.setenv("PREFECT_RUNNER_POLL_FREQUENCY", "1")
        environment.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS", "2")
        environment.delenv("PREFECT_API_URL", raising=False)
        environment.delenv("PREFECT_HOME", raising=False)
        with running(port, home, keep_days=30):
            yield port
    assert servers(port) == []


@pytest.fixture
def site(tmp_path: Path) -> Site:
    folder = small_site(tmp_path / "site")
    identity = f"{tmp_path.name.replace('_', '-')[:40]}"
    toml = (folder / "kpi.toml").read_text("utf-8").replace('id = "tiny"', f'id = "{identity}"')
    operators = '[operators]\naddresses = ["planted@example.com"]\nheartbeat_url = "http://127.0.0.1:9/h1dd3n"\n'
    formats = '[review]\nformats = ["xlsx"]\n'
    (folder / "kpi.toml").write_text(toml + operators + formats, encoding="utf-8")
    return load_site(folder)


def ran(site: Site, kind: Kind, began: datetime, month: date | None = None) -> None:
    with closing(Ledger(site.ledger)) as ledger:
        Runs(ledger).end(Runs(ledger).begin(kind, began, month), Outcome.DONE, {}, began)


def noted(site: Site) -> list[tuple[str, str | None, str | None]]:
    with closing(Ledger(site.ledger)) as ledger:
        return ledger.asked("SELECT kind, month, outcome FROM runs ORDER BY seq")


def test_scheduled_runs_appear_in_the_sites_zone_and_a_flow_starts(site: Site) -> None:
    from prefect import get_client
    from prefect.client.schemas.filters import TaskRunFilter

    from flows.running.schedule import deployments, nightly_flow

    for deployment in deployments(site, local_now(site)):
        deployment.apply()
    with get_client(sync_client=True) as client:
        runs = eventually(client.read_flow_runs, 60)
        starts = [r.expected_start_time.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")) for r in runs if r.expected_start_time]
        assert {(s.hour, s.minute) for s in starts} <= {(2, 30), (6, 0)}
        assert min(b - a for a, b in zip(sorted(starts), sorted(starts)[1:], strict=False)) > timedelta(0)

        state = nightly_flow(str(site.folder), return_state=True)
        assert state.is_completed(), state.message

        def are_shown() -> bool:  # the server learns of tasks a while after they ran
            tasks = client.read_task_runs(task_run_filter=TaskRunFilter())
            names = {run.name.rsplit("-", 1)[0] for run in tasks}
            return {"take the inbox", "load the lake", "measure the months"} <= names

        assert eventually(are_shown, 60)
    assert noted(site) == [("nightly", None, "done")]


def test_both_flows_are_asked_with_typed_parameters(site: Site) -> None:
    from prefect.exceptions import ParameterTypeError

    from flows.running.schedule import deployments, review_flow

    folder = str(site.folder)
    for key, wrong in {"month": "2026-13", "groups": ["../x"], "languages": ["xx"], "send": "perhaps"}.items():
        with pytest.raises(ParameterTypeError, match=key):
            review_flow.validate_parameters({"site": folder, key: wrong})
    right = {"site": folder, "month": "2026-10", "groups": ["HN01", "HN01.bar"], "languages": ["vi"], "dry_run": True}
    assert review_flow.validate_parameters(right)["send"] is False
    shown = deployments(site, local_now(site))[1]._parameter_openapi_schema.model_dump()["properties"]
    assert {"site", "month", "groups", "languages", "formats", "send", "dry_run", "restate"} == set(shown)
    assert shown["send"]["type"] == "boolean"


def test_prefects_database_learns_counts_and_neither_names_nor_pay_nor_addresses(site: Site, home: Path) -> None:
    from prefect import get_client

    from flows.running.schedule import nightly_flow, review_flow

    (site.folder / "people.csv").write_text(
        (site.folder / "people.csv").read_text("utf-8").replace("Chi,", "Chi Planted,"), encoding="utf-8"
    )
    month_of_sales(site.folder, OCTOBER, amount=77123456)
    deliver(site.folder, "sales/odd.csv", [sale("HN09", OCTOBER, "x", 77123456, person="Chi Planted")])
    assert nightly_flow(str(site.folder), return_state=True).name == "Refused"
    pdfs = review_flow(str(site.folder), month="2026-10", languages=["vi"], formats=["pdf"], return_state=True)
    assert pdfs.is_completed()
    (site.folder / "recipients.csv").write_text(
        "level,group,name,address,language\nstore,HN99,Chi Planted,late.person@example.com,vi\n", encoding="utf-8"
    )
    failed = nightly_flow(str(site.folder), return_state=True)
    assert failed.is_failed()
    assert "BadSite; why, and what to do, is in" in str(failed.message)
    assert "HN99" in Path(str(failed.message).split(" is in ")[1]).read_text("utf-8")
    with get_client(sync_client=True) as client:
        artifacts = [artifact.data for artifact in client.read_artifacts()]
    assert any("| printed | " in str(data) for data in artifacts)
    assert 100.0 in artifacts  # the printing was followed to its end
    time.sleep(3)  # logs are sent in batches
    database = b"".join(path.read_bytes() for path in home.glob("prefect.db*"))
    assert b"why, and what to do" in database
    assert [secret for secret in SECRETS if secret.encode() in database] == []


def test_the_mail_password_is_lent_by_a_secret_block_while_a_run_lasts(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.blocks.system import Secret
    from pydantic import SecretStr

    from flows.running.schedule import password_lent

    mail = site.settings.mail.model_copy(update={"user": "kpi", "password_env": "KPI_LENT_PASSWORD"})
    lending = replace(site, settings=site.settings.model_copy(update={"mail": mail}))
    with password_lent(lending):
        assert "KPI_LENT_PASSWORD" not in os.environ  # there is no such block
    Secret(value=SecretStr("of the block")).save("kpi-lent-password")
    with password_lent(lending):
        assert os.environ["KPI_LENT_PASSWORD"] == "of the block"
    assert "KPI_LENT_PASSWORD" not in os.environ
    monkeypatch.setenv("KPI_LENT_PASSWORD", "of the environment")
    with password_lent(lending):
        assert os.environ["KPI_LENT_PASSWORD"] == "of the environment"


def test_an_error_in_a_step_is_told_by_its_kind_only(site: Site, home: Path) -> None:
    from prefect import flow

    from flows.running.schedule import as_task

    @flow
    def failing() -> None:
        def step() -> None:
            raise ValueError("Chi Planted has 99887766")

        with pytest.raises(ValueError, match="Planted"):
            as_task("fail", step)

    failing()
    time.sleep(3)
    assert b"99887766" not in b"".join(path.read_bytes() for path in home.glob("prefect.db*"))
    assert site.folder.is_dir()


def test_kpi_serve_ends_late_runs_as_one_and_reviews_missed_months_once(site: Site) -> None:
    from prefect import get_client
    from prefect.client.schemas.objects import State
    from prefect.states import Running, Scheduled

    from flows.running.schedule import CATCH_UP, deployments

    month_of_sales(site.folder, OCTOBER)
    now = local_now(site)
    ran(site, Kind.NIGHTLY, datetime(2026, 10, 20, tzinfo=UTC))  # then the machine was off
    nightly, review = (cast("UUID", deployment.apply()) for deployment in deployments(site, now))
    with get_client(sync_client=True) as client:
        for n in range(2):
            due: State[None] = Scheduled(scheduled_time=now - timedelta(days=n, minutes=1))
            client.create_flow_run_from_deployment(nightly, state=due, tags=[CATCH_UP])
        dead = client.create_flow_run_from_deployment(nightly, state=Running())
    with _serving(site):
        states = eventually(lambda: ended(nightly, review), 200)
        assert main(["serve", str(site.folder)]) == Exit.BUSY
        assert "'kpi serve' is up" in "".join(status_of(site, now).lines)
    assert sorted(states[nightly]) == ["CaughtUp", "CaughtUp", "Completed", "Crashed"]
    assert states[review] <= ["Completed", "NothingDue"]
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(dead.id).state_name == "Crashed"
    assert noted(site)[1:] == [("nightly", None, "done"), ("review", "2026-10-01", "done")]
    assert "'kpi serve' is not up" in "".join(status_of(site, now).lines)


def test_letters_that_were_put_off_are_looked_at_again_once_and_by_the_sites_own_review(site: Site) -> None:
    from prefect import get_client

    from flows.running.schedule import CATCH_UP, _look_again, deployments

    review = [cast("UUID", deployment.apply()) for deployment in deployments(site, local_now(site))][1]
    _look_again(site)  # nothing waits
    lettered(site.folder, OCTOBER, [("anh@example.com", State.DEFERRED, (Part("store", "HN01", 1, {}),))])
    _look_again(site)
    _look_again(site)
    with get_client(sync_client=True) as client:
        [run] = [r for r in client.read_flow_runs() if r.deployment_id == review and CATCH_UP in r.tags]
    assert run.expected_start_time is not None
    now = datetime.now(UTC)
    assert now < run.expected_start_time <= now + timedelta(minutes=15)
    assert run.expected_start_time.minute % 15 == 0


@contextmanager
def _serving(site: Site) -> Iterator[None]:
    """`kpi serve` in a process of its own; stopped as a system stops its services."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(site.folder)], env=os.environ.copy())
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == Exit.DONE


def test_runs_older_than_the_site_keeps_are_forgotten(home: Path) -> None:
    from prefect import flow, get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Completed

    @flow
    def old() -> None: ...

    with get_client(sync_client=True) as client:
        kept, gone = (client.create_flow_run(old, state=Completed()) for _ in range(2))

        def is_gone() -> bool:
            try:
                client.read_flow_run(gone.id)
            except ObjectNotFound:
                return True
            return False

        with closing(sqlite3.connect(home / "prefect.db", timeout=30)) as database, database:
            for run, days in ((kept, 29), (gone, 31)):
                end = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"
                database.execute("UPDATE flow_run SET end_time = ? WHERE name = ?", (end, run.name))
        eventually(is_gone, 60)
        assert client.read_flow_run(kept.id).name == kept.name


def test_a_server_that_is_killed_comes_back(port: int) -> None:
    [first] = servers(port)
    os.kill(first, signal.SIGKILL)
    [second] = eventually(lambda: [pid for pid in servers(port) if pid != first], 60)
    assert eventually(lambda: answers(f"http://127.0.0.1:{port}/api"), 120)
    assert second != first


def test_a_port_that_something_else_holds_is_told(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL")
    with closing(sqlite3.connect(home / "prefect.db", timeout=30)) as database:
        database.execute("VACUUM INTO ?", (str(tmp_path / "prefect.db"),))  # an empty one is long in the making
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=greet, args=(other,), daemon=True).start()
        server = running(other.getsockname()[1], tmp_path, keep_days=1)
        with pytest.raises(Busy, match="is its port taken"):
            server.__enter__()
