"""kill -9 at any point of delivery.

The next run finishes, nobody gets a letter twice, and what may have gone is listed.
"""

import signal
import subprocess
import sys

import pytest

from flows.post.letters import State
from tests.delivery.conftest import Posting
from tests.delivery.posts import NOW, Post, delivered, keep_reviews, mail
from tests.delivery.servers import scripted

# Sends the letters of a site and dies, without any warning, before or after the n-th call of one function.
PULL_THE_PLUG = """
import importlib, os, pickle, signal, sys
from contextlib import closing
from datetime import datetime
from io import StringIO
from pathlib import Path
owner, name, nth, when, folder, now = sys.argv[1:]
module, _, cls = owner.partition(":")
place = getattr(importlib.import_module(module), cls)
original, calls = getattr(place, name), 0
def fatal(*args, **kwargs):
    global calls
    calls += 1
    if calls == int(nth) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*args, **kwargs)
    if calls == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(place, name, fatal)
from flows.console import PlainTeller
from flows.post.delivery import deliver
from flows.ledger import Ledger
from flows.post.send import wall_clock
from flows.post.write import Desk
from flows.site import load_site
site = load_site(Path(folder))
reviews = pickle.loads((site.folder / "reviews.pickle").read_bytes())
desk = Desk(site, Ledger(site.ledger), reviews[0].month, reviews, (), datetime.fromisoformat(now))
deliver(desk, teller=PlainTeller(StringIO()), clock=wall_clock(site))
"""
# Each letter says `move` twice: that it is handed over, and what became of it.
POINTS = [
    ("flows.post.letters:Letters", "note", 1, "before", None),
    ("flows.post.letters:Letters", "_insert", 2, "after", None),
    ("flows.post.letters:Letters", "note", 1, "after", None),
    ("flows.post.scope:Scope", "checked", 2, "before", None),
    ("flows.post.mail:Smtp", "carry", 1, "before", None),
    ("flows.post.mail:Smtp", "_opened", 1, "after", None),
    ("smtplib:SMTP", "docmd", 3, "after", None),
    ("flows.post.letters:Letters", "move", 1, "before", None),
    ("flows.post.letters:Letters", "move", 1, "after", "anh@one.example"),
    ("flows.post.letters:Letters", "move", 3, "before", None),
    ("flows.post.letters:Letters", "move", 3, "after", "binh@two.example"),
    ("flows.post.letters:Letters", "move", 2, "before", "anh@one.example"),
    ("flows.post.letters:Letters", "move", 2, "after", None),
    ("flows.post.letters:Letters", "move", 6, "before", "north@three.example"),
    ("flows.post.mail:Smtp", "carry", 3, "after", "north@three.example"),
    ("flows.post.mail:Smtp", "close", 1, "before", None),
]
ADDRESSES = {"anh@one.example", "binh@two.example", "north@three.example"}


def killed(post: Post, owner: str, name: str, nth: int, when: str) -> None:
    arguments = [owner, name, str(nth), when, str(post.folder), NOW.isoformat()]
    dead = subprocess.run([sys.executable, "-c", PULL_THE_PLUG, *arguments], capture_output=True, check=False)
    assert dead.returncode == -signal.SIGKILL, dead.stderr


@pytest.mark.parametrize(("owner", "name", "nth", "when", "doubt"), POINTS)
def test_a_killed_delivery_loses_nothing_and_sends_nothing_twice(  # noqa: PLR0917
    posting: Posting, owner: str, name: str, nth: int, when: str, doubt: str | None
) -> None:
    with scripted(one_letter=False) as server:
        post = posting(mail=mail(server.port))
        keep_reviews(post)
        killed(post, owner, name, nth, when)
        post.later().send()
        expected = dict.fromkeys(ADDRESSES, State.ACCEPTED) | ({doubt: State.IN_DOUBT} if doubt else {})
        assert post.states() == expected
        got = delivered(server.kept)
        assert set(got.values()) <= {1}
        assert {address for address, *_ in got} >= ADDRESSES - {doubt}
        before = len(server.kept)
        post.later().send()
        assert len(server.kept) == before


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_outbox_has_each_letter_once(posting: Posting, when: str) -> None:
    post = posting()
    keep_reviews(post)
    killed(post, "flows.post.outbox:Outbox", "carry", 2, when)
    post.later().send()
    assert set(post.states().values()) == {State.ACCEPTED}
    assert len(list((post.folder / "outbox").glob("*.eml"))) == 3
