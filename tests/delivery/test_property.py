"""Whatever the address book, the faults and the reruns: nobody reads what is not hers, and nothing comes twice."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ledger import Ledger
from flows.post.delivery import NobodyToTell
from flows.post.letters import State
from flows.settings.recipients import Recipient
from reports.review import Review
from tests.delivery.posts import Post, copied, delivered, mail
from tests.delivery.servers import ScriptedServer, scripted
from tests.delivery.test_faults import FAULTS

GROUPS = (("chain", "tiny"), ("region", "north"), ("store", "HN01"), ("store", "HN02"))
HEADER = "level,group,position,name,address,language,formats\n"
QUICK = sorted(fault for fault in FAULTS if not fault.endswith("hang"))
ROWS = st.builds(
    lambda key, all_of_it, name, address, language: Recipient(
        level=key[0], group=None if all_of_it else key[1], name=name, address=address, language=language
    ),
    st.sampled_from(GROUPS),
    st.booleans(),
    st.sampled_from(["Ánh", "Nguyễn Thị Ngọc Ánh", 'He said "hi"; <b>', "x" * 80]),
    st.sampled_from([f"{name}@{domain}.example" for name in "abcd" for domain in ("one", "two")]),
    st.sampled_from(["vi", "en"]),
)
STATES_OF_NO_FURTHER_WORK = {State.ACCEPTED, State.REFUSED, State.IN_DOUBT, State.SUPERSEDED}


def _one_language(rows: list[Recipient]) -> tuple[Recipient, ...]:
    """An address reads one language."""
    spoken: dict[str, str] = {}
    return tuple(r.model_copy(update={"language": spoken.setdefault(r.address, r.language)}) for r in rows)


def _wanted(rows: tuple[Recipient, ...]) -> set[tuple[str, str, str, int]]:
    return {(r.address, *key, 1) for r in rows for key in GROUPS if key[0] == r.level and r.group in (None, key[1])}


@pytest.fixture(scope="module")
def copy(chain: Path, reviews: list[Review], tmp_path_factory: pytest.TempPathFactory) -> Post:
    return Post(copied(chain, tmp_path_factory.mktemp("property") / "site", mail=mail(1)), reviews)


def _runs(post: Post, rows: tuple[Recipient, ...], server: ScriptedServer, runs: int) -> None:
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        for table in ("letters", "letter_parts", "letter_files", "letter_events"):
            ledger.say(f"DELETE FROM {table}")
    plain = post.site
    mail_here = plain.settings.mail.model_copy(update={"port": server.port})
    here = replace(plain, recipients=rows, settings=plain.settings.model_copy(update={"mail": mail_here}))
    post.known[:] = [here]
    for _ in range(runs):
        post.later().send()


@given(
    rows=st.lists(ROWS, min_size=1, max_size=8).map(_one_language),
    faults=st.dictionaries(st.integers(1, 12), st.sampled_from(QUICK), max_size=6),
    one_letter=st.booleans(),
)
@settings(max_examples=25)
def test_no_leak_no_duplicate_and_nothing_lost(
    copy: Post, rows: tuple[Recipient, ...], faults: dict[int, str], one_letter: bool
) -> None:
    with scripted(faults, one_letter=one_letter) as server:
        _runs(copy, rows, server, 2)
        server.faults = {}
        _runs_on(copy)
        got, wanted = delivered(server.kept), _wanted(rows)
        assert set(got) <= wanted
        assert set(got.values()) <= {1}
        letters = copy.letters()
        assert {letter.state for letter in letters} <= STATES_OF_NO_FURTHER_WORK
        told = {(letter.address, *part.key, part.revision): letter.state for letter in letters for part in letter.parts}
        assert set(told) == wanted
        assert {key for key, state in told.items() if state is State.ACCEPTED} <= set(got)
        assert {key for key, state in told.items() if state is State.REFUSED}.isdisjoint(got)


def _runs_on(post: Post) -> None:
    for _ in range(3):
        post.later().send()


def test_nobody_to_tell_is_an_error(copy: Post) -> None:
    with scripted() as server, pytest.raises(NobodyToTell, match=r"names nobody who reads these reviews of 2026-10"):
        _runs(copy, (), server, 1)
