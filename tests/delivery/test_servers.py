"""Real mail servers: protected lines, verified certificates, with and without login."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from flows.post.letters import State
from tests.delivery.conftest import Posting
from tests.delivery.posts import Post, mail, opened
from tests.delivery.servers import certificate
from transforms.problem import BadSite

SECRET = "right-secret-91"
ADDRESSES = ["anh@one.example", "binh@two.example", "north@three.example"]


def free_port() -> int:
    """A port of this machine nobody listens on; the server tries itself on the port it is told, so never 0."""
    with socket.create_server(("localhost", 0)) as found:
        return int(found.getsockname()[1])


class Kept:
    """What a server keeps."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's
        del server, session
        self.envelopes.append(envelope)
        return "250 kept"


def _let_in(server: object, session: object, envelope: object, mechanism: str, given: Any) -> AuthResult:
    del server, session, envelope, mechanism
    return AuthResult(success=(given.login, given.password) == (b"kpi", SECRET.encode()), handled=False)


@contextmanager
def running(folder: Path, how: str, *, login: bool = True) -> Iterator[SimpleNamespace]:
    """A server that speaks `how`: starttls | tls | plain; its certificate lies in the folder as server.pem."""
    kept, context = Kept(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder))
    options: dict[str, Any] = {"authenticator": _let_in, "auth_required": True} if login else {}
    if how == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if how == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    controller = Controller(kept, hostname="localhost", port=free_port(), server_hostname="localhost", **options)
    controller.start()
    try:
        yield SimpleNamespace(port=controller.port, kept=kept.envelopes)
    finally:
        controller.stop()


def protected(port: int, security: str, *, login: bool = True, ca: bool = True) -> str:
    text = mail(port, host="localhost").replace('"none"', f'"{security}"').replace("0.4", "10")
    text += 'ca_file = "server.pem"\n' if ca else ""
    return text + ('user = "kpi"\npassword_env = "KPI_TEST_PASSWORD"\n' if login else "")


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("login", [True, False], ids=["login", "no login"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_go_over_a_protected_line(
    posting: Posting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, login: bool
) -> None:
    monkeypatch.setenv("KPI_TEST_PASSWORD", SECRET)
    with running(tmp_path, security, login=login) as server:
        post = posting(mail=protected(server.port, security, login=login))
        (post.folder / "server.pem").write_bytes((tmp_path / "server.pem").read_bytes())
        post.send()
        assert sorted(envelope.rcpt_tos[0] for envelope in server.kept) == ADDRESSES
        assert {envelope.mail_from for envelope in server.kept} == {"kpi@chain.example"}
        read = opened(server.kept[0].content)
        assert [part.get_content_type() for part in read.iter_attachments()] == ["application/pdf"]
        assert SECRET.encode() not in every_byte(post.folder)


def _nothing_sent(post: Post, server: SimpleNamespace, why: str) -> None:
    post.send()
    assert server.kept == []
    states = {letter.state for letter in post.letters()}
    assert states <= {State.DEFERRED, State.READY}
    assert why in next(letter.said for letter in post.letters() if letter.state is State.DEFERRED)


def test_a_certificate_that_cannot_be_verified_stops_everything(posting: Posting, tmp_path: Path) -> None:
    for security in ("starttls", "tls"):
        with running(tmp_path, security, login=False) as server:
            post = posting(security, mail=protected(server.port, security, login=False, ca=False))
            _nothing_sent(post, server, "CERTIFICATE_VERIFY_FAILED")


def test_a_certificate_of_another_host_stops_everything(posting: Posting, tmp_path: Path) -> None:
    with running(tmp_path, "tls", login=False) as server:
        post = posting(mail=protected(server.port, "tls", login=False).replace("localhost", "127.0.0.1"))
        (post.folder / "server.pem").write_bytes((tmp_path / "server.pem").read_bytes())
        _nothing_sent(post, server, "CERTIFICATE_VERIFY_FAILED")


def test_a_server_without_starttls_gets_nothing_in_the_clear(posting: Posting, tmp_path: Path) -> None:
    with running(tmp_path, "plain", login=False) as server:
        post = posting(mail=protected(server.port, "starttls", login=False, ca=False))
        _nothing_sent(post, server, "STARTTLS")


def test_a_wrong_password_is_told_and_never_written(
    posting: Posting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_TEST_PASSWORD", "wrong-secret-17")
    with running(tmp_path, "starttls") as server:
        post = posting(mail=protected(server.port, "starttls"))
        (post.folder / "server.pem").write_bytes((tmp_path / "server.pem").read_bytes())
        _nothing_sent(post, server, "SMTPAuthenticationError")
        assert b"wrong-secret-17" not in every_byte(post.folder)


def test_a_password_that_is_not_set_is_told_before_anything_is_sent(posting: Posting) -> None:
    assert "KPI_TEST_PASSWORD" not in os.environ
    post = posting(mail=protected(1, "starttls", ca=False))
    with pytest.raises(BadSite, match="the environment variable KPI_TEST_PASSWORD is not set"):
        post.send()


def test_a_file_without_certificates_is_told(posting: Posting) -> None:
    post = posting(mail=protected(1, "tls", login=False))
    (post.folder / "server.pem").write_text("no certificate")
    with pytest.raises(BadSite, match=r"mail.ca_file: server.pem holds no certificates"):
        post.send()
