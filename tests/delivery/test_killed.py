"""kill -9 at any point of delivery.

The next run finishes, nobody gets a letter twice, and what may have gone is listed.
"""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

from flows.console import PlainTeller
from flows.ledger import Ledger
from flows.post.delivery import deliver
from flows.post.letters import State
from flows.post.send import wall_clock
from flows.post.write import Desk
from flows.site import load_site
from reports.review import Review
from tests.delivery.conftest import Posting
from tests.delivery.posts import NOW, delivered, mail
from tests.delivery.servers import scripted
from tests.killed import Moment, killed

# Each letter says `move` twice: that it is handed over, and what became of it.
POINTS = [
    (Moment("flows.post.letters:Letters", "note", 1, "before"), None),
    (Moment("flows.post.letters:Letters", "_insert", 2, "after"), None),
    (Moment("flows.post.letters:Letters", "note", 1, "after"), None),
    (Moment("flows.post.scope:Scope", "checked", 2, "before"), None),
    (Moment("flows.post.mail:Smtp", "carry", 1, "before"), None),
    (Moment("flows.post.mail:Smtp", "_opened", 1, "after"), None),
    (Moment("smtplib:SMTP", "docmd", 3, "after"), None),
    (Moment("flows.post.letters:Letters", "move", 1, "before"), None),
    (Moment("flows.post.letters:Letters", "move", 1, "after"), "anh@one.example"),
    (Moment("flows.post.letters:Letters", "move", 3, "before"), None),
    (Moment("flows.post.letters:Letters", "move", 3, "after"), "binh@two.example"),
    (Moment("flows.post.letters:Letters", "move", 2, "before"), "anh@one.example"),
    (Moment("flows.post.letters:Letters", "move", 2, "after"), None),
    (Moment("flows.post.letters:Letters", "move", 6, "before"), "north@three.example"),
    (Moment("flows.post.mail:Smtp", "carry", 3, "after"), "north@three.example"),
    (Moment("flows.post.mail:Smtp", "close", 1, "before"), None),
]
ADDRESSES = {"anh@one.example", "binh@two.example", "north@three.example"}


def delivered_by_another(folder: Path, reviews: Sequence[Review]) -> None:
    site = load_site(folder)
    desk = Desk(site, Ledger(site.ledger), reviews[0].month, reviews, (), NOW)
    deliver(desk, teller=PlainTeller(StringIO()), clock=wall_clock(site))


@pytest.mark.parametrize(("moment", "doubt"), POINTS)
def test_a_killed_delivery_loses_nothing_and_sends_nothing_twice(
    posting: Posting, moment: Moment, doubt: str | None
) -> None:
    with scripted(one_letter=False) as server:
        post = posting(mail=mail(server.port))
        killed(moment, delivered_by_another, post.folder, post.reviews)
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
    killed(Moment("flows.post.outbox:Outbox", "carry", 2, when), delivered_by_another, post.folder, post.reviews)
    post.later().send()
    assert set(post.states().values()) == {State.ACCEPTED}
    assert len(list((post.folder / "outbox").glob("*.eml"))) == 3
