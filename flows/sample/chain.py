"""Who and where: the stores of the chain, and the stints of its people."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from flows.sample import stories
from flows.sample.scale import Scale, random_for
from flows.sample.texts import DEPARTMENT_OF, names

MORNING, EVENING, MIDDLE = 0, 1, 2

# Position and shift of each post of a store, in the order in which a store of any size fills them.
POSTS: Final = (
    ("store_manager", MIDDLE),
    ("cashier", MORNING),
    ("cashier", EVENING),
    ("barista", MORNING),
    ("barista", EVENING),
    ("server", MORNING),
    ("server", EVENING),
    ("server", EVENING),
    ("shift_lead", MORNING),
    ("shift_lead", EVENING),
    ("server", EVENING),
    ("barista", MORNING),
    ("server", MORNING),
    ("barista", EVENING),
)
_CASHIER_POST, _SERVER_POST, _EVENING_SERVER_POSTS = 2, 5, (6, 7)
_LEAVER_SHARE: Final = 0.2
_REGIONS: Final = ("north", "north", "central", "south", "south", "south")
_STORE_SEED, _PEOPLE_SEED = 1, 2


@dataclass(frozen=True, slots=True)
class Store:
    """One shop: `number` counts from 1; `size` and `growth` (a year) say how many guests come."""

    number: int
    region: str
    district: str
    opened_on: date
    size: float
    growth: float

    @property
    def store_id(self) -> str:
        """Its id in the site."""
        return f"S{self.number:03d}"

    @property
    def night(self) -> bool:
        """Whether it is open until 02:00."""
        return self.number == stories.NIGHT_STORE


@dataclass(frozen=True, slots=True)
class Stint:
    """A person in one post of one store from `first` to `last` (None: still there)."""

    number: int
    store: int
    post: int
    name: str
    first: date
    last: date | None = None

    @property
    def employee_id(self) -> str:
        """The person's id in the site."""
        return f"NV{self.number:05d}"

    @property
    def position(self) -> str:
        """Their position."""
        return POSTS[self.post % len(POSTS)][0]

    @property
    def department(self) -> str:
        """The department of their position."""
        return DEPARTMENT_OF[self.position]

    @property
    def shift(self) -> int:
        """MORNING, EVENING or MIDDLE."""
        return POSTS[self.post % len(POSTS)][1]


@lru_cache(maxsize=4)
def stores(scale: Scale) -> tuple[Store, ...]:
    """Every store of the chain."""
    return tuple(_store(scale, number) for number in range(1, scale.stores + 1))


def _store(scale: Scale, number: int) -> Store:
    random = random_for(scale, _STORE_SEED, number)
    region = _REGIONS[(number - 1) % len(_REGIONS)]
    places = names().districts[region]
    turn = sum(_REGIONS[n % len(_REGIONS)] == region for n in range(number - 1))
    again = turn // len(places)
    new = number == stories.NEW_STORE
    return Store(
        number=number,
        region=region,
        district=places[turn % len(places)] + (f" {again + 1}" if again else ""),
        opened_on=stories.opened_on(scale) if new else date(int(random.integers(2016, 2023)), 5, 1),
        size=float(random.uniform(0.85, 1.2)),
        growth=float(random.uniform(0.08, 0.15)),
    )


@lru_cache(maxsize=4)
def people(scale: Scale) -> tuple[Stint, ...]:
    """Every stint of everybody, by employee and first day."""
    posts = [post for number in range(1, scale.stores + 1) for post in _posts(scale, number)]
    joined = iter(range(scale.people + 1, 2 * scale.people + scale.stores + 1))
    stints = [stint for post in posts for stint in _occupants(scale, post, joined)]
    return tuple(sorted(stints, key=lambda s: (s.number, s.first)))


@lru_cache(maxsize=4)
def people_by_store(scale: Scale) -> dict[int, tuple[Stint, ...]]:
    """The stints of each store, by employee."""
    by_store: dict[int, list[Stint]] = {number: [] for number in range(1, scale.stores + 1)}
    for stint in people(scale):
        by_store[stint.store].append(stint)
    return {number: tuple(own) for number, own in by_store.items()}


def leaver(scale: Scale) -> Stint | None:
    """The cashier of S006 whose till login is still used."""
    left = stories.left_on(scale)
    return next((s for s in people(scale) if s.store == stories.LEAVER_STORE and s.last == left), None)


def _posts(scale: Scale, store: int) -> Iterator[Stint]:
    share, rest = divmod(scale.people, scale.stores)
    size, before = share + (store <= rest), share * (store - 1) + min(store - 1, rest)
    opened = stores(scale)[store - 1].opened_on
    for post in range(size):
        number = before + post + 1
        since = scale.first_day - timedelta(days=int(random_for(scale, _PEOPLE_SEED, number).integers(30, 1500)))
        yield Stint(number, store, post, _name(scale, number), max(since, opened - timedelta(days=7)))


def _name(scale: Scale, number: int) -> str:
    random, words = random_for(scale, _PEOPLE_SEED, number, 1), names()
    return " ".join(str(random.choice(part)) for part in (words.family, words.middle, words.given))


def _occupants(scale: Scale, post: Stint, joined: Iterator[int]) -> Iterator[Stint]:
    """Who holds one post, one after the other; the first is who holds it when nothing happens."""
    if post.post == _SERVER_POST and post.store in (stories.EVENING_STORE, stories.DISCOUNT_STORE):
        post = replace(post, name="Nguyễn Thị Lan")
    if post.store == stories.EVENING_STORE and post.post in _EVENING_SERVER_POSTS:
        yield from _until(post, stories.last_day_before(stories.evening_since(scale)))
    elif post.store == stories.DISCOUNT_STORE and post.post == _EVENING_SERVER_POSTS[1] and scale.stores > 1:
        yield from _transferred(scale, post, joined)
    elif post.store == stories.LEAVER_STORE and post.post == _CASHIER_POST:
        yield from _replaced(scale, post, stories.left_on(scale), joined)
    else:
        yield from _perhaps_replaced(scale, post, joined)


def _until(post: Stint, last: date) -> Iterator[Stint]:
    if last >= post.first:
        yield replace(post, last=last)


def _transferred(scale: Scale, post: Stint, joined: Iterator[int]) -> Iterator[Stint]:
    moved = stories.transferred_on(scale)
    yield from _replaced(scale, post, moved - timedelta(days=1), joined)
    if moved > post.first:
        yield replace(post, store=stories.EVENING_STORE, post=_SERVER_POST, first=moved)


def _replaced(scale: Scale, post: Stint, last: date, joined: Iterator[int]) -> Iterator[Stint]:
    if last < post.first:
        yield post
        return
    number = next(joined)
    yield replace(post, last=last)
    yield replace(post, number=number, name=_name(scale, number), first=last + timedelta(days=1))


def _perhaps_replaced(scale: Scale, post: Stint, joined: Iterator[int]) -> Iterator[Stint]:
    random = random_for(scale, _PEOPLE_SEED, post.number, 2)
    last = scale.first_day + timedelta(days=int(random.integers(20, 31 * scale.months)))
    if post.position != "store_manager" and random.random() < _LEAVER_SHARE and last < scale.until:
        yield from _replaced(scale, post, last, joined)
    else:
        yield post
