"""Stores and people: whoever reads the site must find nobody twice and everybody somewhere."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from flows.sample import Language, Scale
from flows.sample.chain import Stint, leaver, people, people_by_store, stores
from flows.sample.labels import aliases, clock_store, till_people, till_store

SCALES = [Scale(), Scale(stores=1, people=5, months=2), Scale(stores=20, people=230, months=2), Scale(seed=7)]


@pytest.mark.parametrize("scale", SCALES)
def test_nobody_is_in_two_places_at_once(scale: Scale) -> None:
    by_person: defaultdict[int, list[Stint]] = defaultdict(list)
    for stint in people(scale):
        by_person[stint.number].append(stint)
        assert stint.last is None or stint.first <= stint.last
    for stints in by_person.values():
        assert all(a.last is not None and a.last < b.first for a, b in pairwise(stints))
        assert len({stint.name for stint in stints}) == 1


@pytest.mark.parametrize("scale", SCALES)
def test_every_post_but_those_of_the_stories_is_filled_on_the_last_day(scale: Scale) -> None:
    """Two evening servers of S001 are not replaced; the server who moved there comes on top of its posts."""
    still = sum(s.last is None for s in people(scale))
    moved = sum(s.store == 1 and s.first == scale.month_ago(6) for s in people(scale))
    not_replaced = sum(s.store == 1 and s.last == date(2026, 6, 30) for s in people(scale))
    assert still == scale.people - not_replaced + moved
    assert not_replaced == (2 if scale.people // scale.stores > 7 else 0)


@pytest.mark.parametrize("scale", SCALES)
def test_every_store_has_a_manager_and_every_department(scale: Scale) -> None:
    for own in people_by_store(scale).values():
        assert sum(s.position == "store_manager" for s in own) == 1
        assert {s.department for s in own} == {"bar", "till", "service"} or len(own) < 6


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_name_stands_for_one_store_even_in_a_chain_of_a_thousand(language: Language) -> None:
    chain = stores(Scale(stores=1000, people=5000))
    for spelled in (till_store, clock_store):
        assert len({spelled(store, language).lower() for store in chain}) == 1000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_name_stands_for_one_person(language: Language) -> None:
    scale = Scale()
    spelled = [(name.lower(), n) for n in till_people(scale, language) for name in aliases(scale, language, n)]
    assert max(Counter(name for name, _ in spelled).values()) == 1


def test_the_store_of_a_till_name_is_known_by_the_clock_under_another() -> None:
    store = stores(Scale())[0]
    assert (till_store(store, "vi"), clock_store(store, "vi")) == ("CH Cầu Giấy", "Cầu Giấy")
    assert (till_store(store, "en"), clock_store(store, "en")) == ("SX Cau Giay", "Cau Giay")


def test_people_are_the_same_whatever_the_number_of_nights() -> None:
    assert people(Scale(nights=3)) == people(Scale(nights=30))


def test_the_leaver_left_before_the_last_day() -> None:
    scale = Scale()
    gone = leaver(scale)
    assert gone is not None
    assert gone.last == date(2026, 10, 31) - timedelta(days=41)
    assert leaver(Scale(stores=2, people=20)) is None
