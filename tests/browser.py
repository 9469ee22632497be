"""A page in headless Chromium, told and asked by its DevTools protocol; for tests that skip where there is none."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.sync.connection import Connection

KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " "), "ArrowDown": (40, "")}


@dataclass
class Tab:
    """One page; `asked` are the addresses it wanted, `complaints` what its console said."""

    line: Connection
    session: str = ""
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=count)

    def do(self, method: str, **parameters: object) -> Any:
        """One command of the protocol and its answer."""
        number = next(self._ids)
        whom = {"sessionId": self.session} if self.session else {}
        self.line.send(json.dumps({"id": number, "method": method, "params": parameters, **whom}))
        while True:
            told = json.loads(self.line.recv(timeout=60))
            self._note(told)
            if told.get("id") == number:
                assert "error" not in told, told
                return told["result"]

    def _note(self, told: dict[str, Any]) -> None:
        match told.get("method"):
            case "Network.requestWillBeSent":
                self.asked.append(told["params"]["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(told["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(told["params"]["exceptionDetails"]))

    def ask(self, expression: str) -> Any:
        """What a JavaScript expression is in the page."""
        answer = self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """One key of KEYS."""
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            shown = {"text": text} if text and kind == "keyDown" else {}
            self.do("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **shown)

    def type(self, text: str) -> None:
        """Letters at once, as an input method gives them."""
        self.do("Input.insertText", text=text)

    def open(self, path: Path, width: int = 1200, *, dark: bool = False) -> None:
        """A file, in a window so wide."""
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])
        self.do("Page.navigate", url=path.resolve().as_uri())
        while self.ask("document.readyState") != "complete" or not self.ask("location.href").endswith(path.name):
            pass


@contextmanager
def browsing(profile: Path) -> Iterator[Tab]:
    """A tab of a browser of its own."""
    program = which("chromium") or which("chromium-browser") or which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
    command = [program, *options, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            with connect(_address(process), max_size=None) as line:
                yield _tab(line)
        finally:
            process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for told in process.stderr:
        if found := re.search(r"listening on (ws://\S+)", told):
            return found.group(1)
    raise AssertionError("Chromium ended before it listened")


def _tab(line: Connection) -> Tab:
    tab = Tab(line)
    target = tab.do("Target.createTarget", url="about:blank")["targetId"]
    tab.session = tab.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Network", "Log", "Runtime", "Accessibility"):
        tab.do(f"{domain}.enable")
    return tab
