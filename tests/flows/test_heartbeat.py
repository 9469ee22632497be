"""A sign of life after a good night, and of where it goes not a word."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path

import pytest

from flows.console import PlainTeller
from flows.nightly import Night
from flows.running.watch import watched
from flows.site import load_site
from tests.flows.chain import small_site
from tests.flows.operated import broken, operated, watch_of
from transforms.problem import BadSite


class _Heard(BaseHTTPRequestHandler):
    status = 200
    paths: list[str] = []  # noqa: RUF012 - emptied by each test

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args


@contextmanager
def listening(status: int) -> Iterator[str]:
    _Heard.status, _Heard.paths = status, []
    server = HTTPServer(("127.0.0.1", 0), _Heard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/s3cr3t"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [200, 500])
def test_a_good_night_gives_a_sign_of_life_and_never_names_where(tmp_path: Path, status: int) -> None:
    out = StringIO()
    with listening(status) as url:
        folder = operated(small_site(tmp_path / "site"), f'heartbeat_url = "{url}"')
        assert isinstance(watch_of(folder, out).night(), Night)
    assert _Heard.paths == ["/ping/s3cr3t"]
    assert ("The heartbeat could not be sent." in out.getvalue()) == (status == 500)
    assert "s3cr3t" not in out.getvalue() + repr(load_site(folder).settings)


def test_a_failed_night_gives_none_and_a_dead_address_fails_no_night(tmp_path: Path) -> None:
    with listening(200) as url:
        folder = operated(small_site(tmp_path / "site"), f'heartbeat_url = "{url}"')
        with pytest.raises(ZeroDivisionError):
            watched(folder, PlainTeller(StringIO()), do=broken).night()
    assert _Heard.paths == []
    assert isinstance(watch_of(folder).night(), Night)  # nobody listens any more


def test_an_address_that_is_none_is_refused_without_being_repeated(tmp_path: Path) -> None:
    folder = operated(small_site(tmp_path / "site"), 'heartbeat_url = "ftp://s3cr3t"')
    with pytest.raises(BadSite, match=r"operators\.heartbeat_url is not a web address") as refused:
        load_site(folder)
    assert "s3cr3t" not in str(refused.value)
