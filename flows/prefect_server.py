"""A Prefect server of our own while `kpi serve` runs. Prefect's temporary servers plan no scheduled run, silently."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from flows.lock import Busy

URL: Final = "PREFECT_API_URL"
PORT: Final = 4200
# The first start on an empty Prefect home takes half a minute on a small machine.
_PATIENCE_SECONDS: Final = 180
_SILENT: Final = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}


@contextmanager
def running(port: int = PORT) -> Iterator[str]:
    """Have a server: the one that PREFECT_API_URL names, the one that listens already, or a new one till the end.

    Within the block PREFECT_API_URL names it, for us and for the processes we start. Import Prefect inside only.
    """
    url, given = f"http://127.0.0.1:{port}/api", os.environ.get(URL)
    if given or _healthy(url):
        with _named(given or url):
            yield given or url
        return
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **_SILENT})  # noqa: S603
    try:
        _await(url, server)
        with _named(url):
            yield url
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _named(url: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (URL, *_SILENT)}
    os.environ.update({URL: url, **_SILENT})
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
            raise Busy(f"No Prefect server came up at {url}; is its port taken? Name another server in {URL}.")
        time.sleep(0.25)


def _healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False
