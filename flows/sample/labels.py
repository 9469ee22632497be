"""How each system of the sample spells stores, people, customers and money."""

from collections import Counter
from functools import lru_cache
from itertools import chain as chained
from typing import Final

import polars as pl

from flows.sample.chain import Stint, Store, people, stores
from flows.sample.scale import Language, Scale
from flows.sample.texts import names, plain

_BRANDS: Final = {"vi": ("Sông Xanh", "CH"), "en": ("Song Xanh", "SX")}
CUSTOMER_NAMES: Final = 2000


def spelled(name: str, language: Language) -> str:
    """A Vietnamese name as a system of the twin writes it."""
    return name if language == "vi" else plain(name)


def store_name(store: Store, language: Language) -> str:
    """The name in stores.csv."""
    return f"{_BRANDS[language][0]} {clock_store(store, language)}"


def till_store(store: Store, language: Language) -> str:
    """The name in the till."""
    return f"{_BRANDS[language][1]} {clock_store(store, language)}"


def clock_store(store: Store, language: Language) -> str:
    """The name in the time clock and the roster."""
    return spelled(store.district, language)


def person_name(stint: Stint, language: Language) -> str:
    """The name in people.csv: family name first in Vietnamese, last in English."""
    family, *given = spelled(stint.name, language).split(" ")
    return stint.name if language == "vi" else " ".join((*given, family))


def clock_code(number: int) -> str:
    """The number of a person in the time clock."""
    return f"{number:05d}"


@lru_cache(maxsize=8)
def till_people(scale: Scale, language: Language) -> dict[int, str]:
    """What the till calls each person: the name, or the employee_id where two have one name."""
    of = {stint.number: stint for stint in people(scale)}
    shared = Counter(person_name(stint, language) for stint in of.values())
    own = {number: person_name(stint, language) for number, stint in of.items()}
    return {number: name if shared[name] == 1 else of[number].employee_id for number, name in own.items()}


def aliases(scale: Scale, language: Language, number: int) -> tuple[str, ...]:
    """Every other spelling of a person that an export uses."""
    till = till_people(scale, language)[number]
    return (clock_code(number),) if till.startswith("NV") else (clock_code(number), till)


@lru_cache(maxsize=8)
def customers(language: Language) -> tuple[str, ...]:
    """Names of regular customers."""
    words = names()
    full = (f"{f} {m} {g}" for f, m, g in zip(*_cycles(words.family, words.middle, words.given), strict=True))
    return tuple(spelled(name, language) for name in full)


def _cycles(*words: tuple[str, ...]) -> list[list[str]]:
    """Walk each list at its own pace, so that the combinations look drawn."""
    paces = (1, 3, 7)
    return [[own[at * pace % len(own)] for at in range(CUSTOMER_NAMES)] for own, pace in zip(words, paces, strict=True)]


def indexed(by_number: dict[int, str], index: str) -> pl.Expr:
    """The text of each number in column `index`."""
    largest = max(by_number, default=0)
    texts = [by_number.get(number) for number in range(largest + 1)]
    return pl.lit(pl.Series(texts, dtype=pl.String)).gather(index)


def chosen(texts: tuple[str, ...], index: pl.Expr) -> pl.Expr:
    """The text at each place of `index`."""
    return pl.lit(pl.Series(list(texts), dtype=pl.String)).gather(index)


def employee_ids(scale: Scale) -> pl.Expr:
    """The employee_id of column `number`."""
    return indexed({stint.number: stint.employee_id for stint in people(scale)}, "number")


def store_names(scale: Scale, language: Language, *, till: bool) -> pl.Expr:
    """The name of column `store` as the till or the clock spells it."""
    spell = till_store if till else clock_store
    return indexed({store.number: spell(store, language) for store in stores(scale)}, "store")


def receipt_code(prefix: str) -> pl.Expr:
    """A receipt's number: store, month, and its place in the month."""
    parts = (_digits("store", 3), pl.col("business_date").dt.strftime("%y%m"), _digits("receipt", 5))
    return pl.concat_str(pl.lit(prefix), *parts)


def customer_code() -> pl.Expr:
    """A regular customer's code; null for a walk-in."""
    code = pl.concat_str(pl.lit("KH"), _digits("store", 3), _digits("customer", 4))
    return pl.when(pl.col("customer") > 0).then(code)


def customer_name(language: Language) -> pl.Expr:
    """A regular customer's name; null for a walk-in."""
    known = customers(language)
    name = chosen(known, (pl.col("customer") + 37 * pl.col("store")) % len(known))
    return pl.when(pl.col("customer") > 0).then(name)


def _digits(column: str, width: int) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(width)


def dotted(amount: pl.Expr) -> pl.Expr:
    """Whole đ as KiotViet shows them: 1.234.567."""
    size = amount.abs()
    thousands, millions = size // 1000, size // 1_000_000
    small = pl.format("{}.{}", thousands, _three(size % 1000))
    large = pl.format("{}.{}.{}", millions, _three(thousands % 1000), _three(size % 1000))
    shown = pl.when(millions > 0).then(large).when(thousands > 0).then(small).otherwise(size.cast(pl.String))
    return _signed(shown, amount)


def dollars(cents: pl.Expr) -> pl.Expr:
    """Cents as Square shows them: $8.00, -$9.00."""
    size = cents.abs()
    return _signed(pl.format("${}.{}", size // 100, (size % 100).cast(pl.String).str.zfill(2)), cents)


def _three(amount: pl.Expr) -> pl.Expr:
    return amount.cast(pl.String).str.zfill(3)


def _signed(shown: pl.Expr, amount: pl.Expr) -> pl.Expr:
    return pl.when(amount < 0).then(pl.lit("-") + shown).otherwise(shown)


def hour_minute(at: str) -> pl.Expr:
    """Time of day without a leading zero: 7:05."""
    return pl.format("{}:{}", pl.col(at).dt.hour(), pl.col(at).dt.minute().cast(pl.String).str.zfill(2))


def padded(cells: tuple[str, ...], width: int) -> str:
    """A title row of a sheet saved as CSV: as wide as the table below it."""
    return ",".join(chained(cells, [""] * (width - len(cells))))
