"""Servers that tests start, and what is asked of them."""

import os
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar
from urllib.request import urlopen
from uuid import UUID

T = TypeVar("T")


def eventually(look: Callable[[], T | None], seconds: float) -> T:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(1)  # a look costs a tenth of a second
    raise TimeoutError


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def ended(*deployments: UUID) -> dict[UUID, list[str]] | None:
    """The ends of all runs whose time has come, once there are some of each."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        known = [run for run in client.read_flow_runs() if run.deployment_id in deployments]
    past = [run for run in known if run.expected_start_time and run.expected_start_time <= datetime.now(UTC)]
    by_deployment = {of: sorted(str(r.state_name) for r in past if r.deployment_id == of) for of in deployments}
    over = all(run.state and run.state.is_final() for run in past)
    return by_deployment if over and all("Completed" in names for names in by_deployment.values()) else None


def servers(port: int) -> list[int]:
    """The servers that this process has started for `port`."""
    command = ["pgrep", "-P", str(os.getpid()), "-f", f"server start --host 127.0.0.1 --port {port}"]
    return [int(pid) for pid in subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()]


def answers(url: str) -> bool:
    with suppress(OSError), urlopen(f"{url}/health", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def greet(server: socket.socket) -> None:
    """As a mail server does, which speaks first."""
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            connection.sendall(b"220 ready\r\n")
            connection.close()
