"""Mail servers to try letters on: one that fails by a script, and small certificates for those that do not."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

HANG = 2.5  # longer than the patience of the sites tested here
SLOW = 0.05


@dataclass
class ScriptedServer:
    """An SMTP server with one letter a session; its n-th session (from 1) has the fault `faults[n]`.

    Who connects and does not greet is no session, unless the fault is one of the banner.

    `kept` are the (address, message) that it would deliver, `said` every line that it was told.
    """

    faults: Mapping[int, str] = field(default_factory=dict)
    one_letter: bool = True
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    connections: int = 0
    sessions: int = 0

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                self.connections += 1
                fault = self.faults.get(self.connections, "")
                fault = fault if fault.startswith("banner") else ""
                threading.Thread(target=self._talk, args=(line, fault), daemon=True).start()

    def _talk(self, line: socket.socket, fault: str) -> None:
        with line, contextlib.suppress(OSError):
            _Talk(self, line, fault).run()


class _Gone(OSError):
    """The server leaves."""


class _Talk:
    """One connection."""

    def __init__(self, server: ScriptedServer, line: socket.socket, fault: str) -> None:
        self.server, self.line, self.fault = server, line, fault
        self.file = line.makefile("rb")
        self.address = ""

    def run(self) -> None:
        self._answer("banner", b"220 ready")
        while command := self.file.readline():
            self.server.said.append(command)
            verb = command[:4].upper().decode(errors="replace")
            if verb == "EHLO":
                self.server.sessions += 1
                self.fault = self.fault or self.server.faults.get(self.server.sessions, "")
            if verb == "RCPT":
                self.address = command.decode().partition("<")[2].partition(">")[0]
            if verb == "DATA":
                self._take()
            else:
                self._answer(verb.lower(), b"221 bye" if verb == "QUIT" else b"250 ok")
            if verb == "QUIT" or (verb == "RSET" and self.server.one_letter):
                return

    def _take(self) -> None:
        self._answer("data", b"354 go on")
        if self.fault.startswith("data_") and self.fault[5:].isdecimal():
            return
        lines: list[bytes] = []
        while (line := self.file.readline()) != b".\r\n":
            if not line or (self.fault == "mid_data_drop" and len(lines) > 3):
                raise _Gone
            lines.append(line[1:] if line.startswith(b".") else line)
        refused = self.fault.startswith("final_") and self.fault[6:].isdecimal()
        if not refused and self.fault != "final_lost":
            self.server.kept.append((self.address, b"".join(lines)))
        if self.fault == "final_lost":
            raise _Gone
        self._answer("final", b"250 queued")
        if self.server.one_letter:
            raise _Gone

    def _answer(self, step: str, usual: bytes) -> None:
        """The usual answer, or what the script says for this step."""
        at, _, what = self.fault.partition("_")
        if at not in (step, "every"):
            self.line.sendall(usual + b"\r\n")
        elif what.isdecimal():
            self.line.sendall(what.encode() + b" no\r\n")
            if what == "421":
                raise _Gone
        else:
            self._misbehave(what, usual)

    def _misbehave(self, what: str, usual: bytes) -> None:
        if what == "hang":
            time.sleep(HANG)
        if what in ("hang", "drop"):
            raise _Gone
        time.sleep(SLOW if what == "slow" else 0)
        self.line.sendall(b"?? what\r\n" if what == "garbage" else usual + b"\r\n")


@contextlib.contextmanager
def scripted(faults: Mapping[int, str] | None = None, *, one_letter: bool = True) -> Iterator[ScriptedServer]:
    """A scripted server that is closed in the end."""
    server = ScriptedServer(faults or {}, one_letter)
    try:
        yield server
    finally:
        server.close()


def certificate(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """A certificate of `host` that vouches for itself, and its key."""
    x509 = pytest.importorskip("cryptography.x509", reason="certificates are made with cryptography")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - skipped where it is absent
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - skipped where it is absent

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "server.pem", folder / "server.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
