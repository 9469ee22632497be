"""A mail server that fails at any step.

Each letter's state is what the server knows, and a rerun sends only the rest.
"""

import pytest

from flows.post.letters import State
from tests.delivery.conftest import Posting
from tests.delivery.posts import delivered, mail, opened
from tests.delivery.servers import scripted

ADDRESSES = ("anh@one.example", "binh@two.example", "north@three.example")
SENT, LATER, NEVER, DOUBT = State.ACCEPTED, State.DEFERRED, State.REFUSED, State.IN_DOUBT
# Fault -> what may be known of the letter after it.
FAULTS = {
    "banner_hang": {LATER},
    "banner_drop": {LATER},
    "banner_554": {LATER},
    "banner_421": {LATER},
    "banner_garbage": {LATER},
    "ehlo_drop": {LATER},
    "ehlo_hang": {LATER},
    "ehlo_421": {LATER},
    "ehlo_500": {SENT},  # an old server that knows HELO only
    "mail_451": {LATER},
    "mail_552": {NEVER},
    "mail_421": {LATER},
    "mail_drop": {LATER},
    "mail_garbage": {LATER},
    "rcpt_450": {LATER},
    "rcpt_550": {NEVER},
    "rcpt_421": {LATER},
    "rcpt_drop": {LATER},
    "rcpt_hang": {LATER},
    "data_451": {LATER},
    "data_554": {NEVER},
    "data_drop": {LATER},
    "mid_data_drop": {LATER, DOUBT},  # all may have been written before the line is known to be lost
    "final_451": {LATER},
    "final_421": {LATER},
    "final_554": {NEVER},
    "final_lost": {DOUBT},
    "final_drop": {DOUBT},
    "final_hang": {DOUBT},
    "final_garbage": {DOUBT},
    "every_slow": {SENT},
    "quit_hang": {SENT},
    "quit_500": {SENT},
    "rset_drop": {SENT},
}


@pytest.mark.parametrize("place", [1, 2, 3], ids=["first", "middle", "last"])
@pytest.mark.parametrize("fault", FAULTS)
def test_the_state_of_a_letter_is_what_the_server_knows(posting: Posting, fault: str, place: int) -> None:
    with scripted({place: fault}) as server:
        post = posting(mail=mail(server.port))
        post.send()
        hit = ADDRESSES[place - 1]
        states = post.states()
        assert State(states[hit]) in FAULTS[fault], next(x.said for x in post.letters() if x.address == hit)
        assert {states[address] for address in ADDRESSES if address != hit} == {SENT}
        post.later().send()
        expected = NEVER if FAULTS[fault] == {NEVER} else DOUBT if State(states[hit]) is DOUBT else SENT
        assert post.states() == dict.fromkeys(ADDRESSES, SENT) | {hit: expected}
        got = delivered(server.kept)
        assert set(got.values()) <= {1}
        kept = {address for address, *_ in got}
        assert kept - {hit} == set(ADDRESSES) - {hit}
        assert hit in kept or expected in (NEVER, DOUBT)


def test_a_greylisting_server_is_waited_for(posting: Posting) -> None:
    with scripted({1: "rcpt_450", 2: "rcpt_450", 3: "rcpt_450"}) as server:
        post = posting(mail=mail(server.port, wait=15))
        post.send()
        assert set(post.states().values()) == {SENT}
        assert sum(post.clock.slept) == 60
        assert [letter.attempts for letter in post.letters()] == [1, 1, 1]


def test_a_letter_is_given_up_after_the_attempts_the_site_allows(posting: Posting) -> None:
    with scripted(dict.fromkeys(range(1, 99), "rcpt_450")) as server:
        post = posting(mail=mail(server.port))
        for _ in range(4):
            post.later().send()
        assert set(post.states().values()) == {NEVER}
        assert {letter.said for letter in post.letters()} == {"given up after 3 attempts: RCPT: 450 no"}
        assert server.connections == 9


def test_a_server_that_is_not_there_is_not_asked_for_every_letter(posting: Posting) -> None:
    readers = "level,group,name,address,language\n" + "".join(
        f"store,HN01,Ánh,a{n}@one.example,vi\n" for n in range(20)
    )
    with scripted(dict.fromkeys(range(1, 99), "banner_drop")) as server:
        post = posting(mail=mail(server.port), readers=readers)
        post.send()
        assert server.connections == 3
        states = list(post.states().values())
        assert (states.count(LATER), states.count(State.READY)) == (3, 17)
        assert {letter.attempts for letter in post.letters()} == {0}
        server.faults = {}
        post.later().send()
        assert set(post.states().values()) == {SENT}


def test_one_session_serves_many_letters_and_is_opened_anew_when_it_is_lost(posting: Posting) -> None:
    with scripted(one_letter=False) as server:
        post = posting(mail=mail(server.port))
        post.send()
        assert (server.connections, set(post.states().values())) == (1, {SENT})
    with scripted() as leaving:
        post = posting(mail=mail(leaving.port), folder="other")
        post.send()
        assert (leaving.connections, set(post.states().values())) == (3, {SENT})


def test_refused_addresses_stop_no_other_and_cost_no_session(posting: Posting) -> None:
    with scripted({1: "rcpt_550"}, one_letter=False) as server:
        post = posting(mail=mail(server.port))
        post.send()
        assert set(post.states().values()) == {NEVER}
        assert [letter.said for letter in post.letters()] == ["RCPT: 550 no"] * 3
        assert server.connections == 1


def test_lines_that_begin_with_a_dot_and_names_with_accents_arrive_whole(posting: Posting) -> None:
    with scripted() as server:
        post = posting(mail=mail(server.port))
        post.send()
        read = opened(dict(server.kept)["anh@one.example"])
        assert read["To"].addresses[0].display_name == "Trần Thị Ngọc Ánh"
        assert read["From"].addresses[0].display_name == "Chuỗi Tí Hon"
        assert read["Subject"] == "Đánh giá KPI Tháng 10/2026: Cầu Giấy"
        letter = next(one for one in post.letters() if one.address == "anh@one.example")
        assert read["Message-ID"] == letter.id
        body = read.get_body(("plain",))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n").rstrip() == letter.text.rstrip()


def test_a_domain_gets_no_more_letters_a_minute_than_the_site_allows(posting: Posting) -> None:
    readers = "level,group,name,address,language\n" + "".join(
        f"store,HN01,Ánh,{name},vi\n" for name in ("a@one.example", "b@one.example", "c@one.example", "d@two.example")
    )
    with scripted() as server:
        post = posting(mail=mail(server.port).replace("per_minute = 0", "per_minute = 6"), readers=readers)
        post.send()
        order = [address for address, _ in server.kept]
        assert order == ["a@one.example", "d@two.example", "b@one.example", "c@one.example"]
        assert sum(post.clock.slept) == 20
