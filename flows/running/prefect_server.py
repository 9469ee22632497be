"""A Prefect server of our own while `kpi serve` runs. Prefect's temporary servers plan no scheduled run, silently."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from flows.lock import Busy

URL: Final = "PREFECT_API_URL"
# The first start on an empty Prefect home takes half a minute on a small machine.
_PATIENCE_SECONDS: Final = 180
_SILENT: Final = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}
_BETWEEN_STARTS: Final = 1.0
_TO_END_SECONDS: Final = 20.0
_SECONDS_A_DAY: Final = 86_400


@contextmanager
def running(port: int, home: Path, keep_days: int) -> Iterator[str]:
    """Have a server: the one that PREFECT_API_URL names, the one that listens already, or a new one till the end.

    A new one listens to this machine only, keeps its database in `home` (unless PREFECT_HOME names another place) and
    forgets runs and events after `keep_days`. Within the block PREFECT_API_URL names the server, for us and for the
    processes we start. Import Prefect inside only.
    """
    url, given = f"http://127.0.0.1:{port}/api", os.environ.get(URL)
    if given or _healthy(url):
        with _environment({URL: given or url, **_SILENT}):
            yield given or url
        return
    home.mkdir(parents=True, exist_ok=True)
    kept = {"PREFECT_HOME": os.environ.get("PREFECT_HOME", str(home.resolve())), **_SILENT, **_forgetting(keep_days)}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with _kept_up(command, {**os.environ, **kept}, url), _environment({URL: url, **kept}):
        yield url


@contextmanager
def _kept_up(command: Sequence[str], environment: Mapping[str, str], url: str) -> Iterator[None]:
    """Have a server; if it is killed, have another: who serves flows neither ends by itself without one, nor works."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603

    servers, over = [start()], threading.Event()

    def keep() -> None:
        while servers[-1].wait() is not None and not over.wait(_BETWEEN_STARTS):
            servers.append(start())

    keeper = threading.Thread(target=keep, daemon=True)
    try:
        _await(url, servers[0])
        keeper.start()
        yield
    finally:
        over.set()
        servers[-1].terminate()
        while keeper.is_alive():  # it may have started another just now
            keeper.join(_TO_END_SECONDS)
            servers[-1].terminate()
        servers[-1].wait()


def _forgetting(days: int) -> dict[str, str]:
    """So that the database of a job that runs for years stays as large as one of `days`."""
    return {
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(days * _SECONDS_A_DAY),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{days}D",
    }


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({} if value is None else {name: value})


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not _healthy(url):
        if server.poll() is not None or time.monotonic() > end:
            raise Busy(
                f"No Prefect server came up at {url}; is its port taken? Set another 'port' in [schedule] of kpi.toml, "
                f"or name a server in {URL}."
            )
        time.sleep(0.25)


def _healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)  # noqa: PLR2004
    except (OSError, HTTPException):  # nobody there, or something that is no web server
        return False
