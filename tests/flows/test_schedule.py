"""Under a real Prefect server: the pins hold (a flow starts, scheduled runs appear), and the steps are tasks."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from flows.prefect_server import running
from flows.site import load_site
from tests.flows.chain import small_site

T = TypeVar("T")


def _eventually(look: Callable[[], T | None], seconds: float) -> T:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.25)
    raise TimeoutError


@pytest.fixture(scope="module")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        environment.setenv("PREFECT_LOGGING_LEVEL", "ERROR")
        environment.delenv("PREFECT_API_URL", raising=False)
        with running(port) as url:
            yield url


def test_scheduled_runs_appear_in_the_sites_zone_and_a_flow_starts(prefect_server: str, tmp_path: Path) -> None:
    from prefect import get_client
    from prefect.client.schemas.filters import TaskRunFilter

    from flows.schedule import deployments, nightly_flow

    site = small_site(tmp_path / "site")
    for deployment in deployments(load_site(site)):
        deployment.apply()
    with get_client(sync_client=True) as client:
        runs = _eventually(client.read_flow_runs, 60)
        starts = [r.expected_start_time.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")) for r in runs if r.expected_start_time]
        assert {(s.hour, s.minute) for s in starts} <= {(2, 30), (6, 0)}
        assert min(b - a for a, b in zip(sorted(starts), sorted(starts)[1:], strict=False)) > timedelta(0)

        state = nightly_flow(str(site), return_state=True)
        assert state.is_completed(), state.message
        tasks = client.read_task_runs(task_run_filter=TaskRunFilter())
        names = {run.name.rsplit("-", 1)[0] for run in tasks}
        assert {"take the inbox", "load the lake", "measure the months"} <= names
    assert (site / "ledger.db").is_file()
    assert prefect_server
