"""The site: everything the operator decides, in one folder, read once, validated and frozen."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import polars as pl
from pydantic import ValidationError

from flows.settings import actions
from flows.settings import recipients as readers
from flows.settings.causes import unknown_causes
from flows.settings.face import load_face
from flows.settings.kpi_toml import KpiToml, sentences
from flows.settings.recipients import Recipient
from flows.settings.tables import Product, Row, Stint, Store, overlapping, read_table
from reports.face import Face
from transforms.exports import Profiles, load_profiles, shipped_profiles
from transforms.groups import groups
from transforms.identity import instead, known_names
from transforms.kpis.catalogue import load_catalogue, shipped_texts
from transforms.kpis.kpi import Kpi
from transforms.problem import BadSite
from transforms.scorecards import Scorecards, read_scorecards
from transforms.tables import MONEY, Schema
from transforms.target_table import parse_targets

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """A chain's configuration and where its data lies.

    Frames: `stores` store_id, name, region, manager, opened_on, closed_on; `people` employee_id, name, position,
    department, store_id, from_date, to_date, shared; `products` product_id, product_name, category, list_price,
    unit_cost, focus, add_on; `targets` as `transforms.targets` types them; `actions`: actions.ACTIONS; `store_names`
    and `people_names` name, id.
    """

    folder: Path
    settings: KpiToml
    stores: pl.DataFrame
    people: pl.DataFrame
    products: pl.DataFrame
    targets: pl.DataFrame
    actions: pl.DataFrame
    store_names: pl.DataFrame
    people_names: pl.DataFrame
    kpis: Mapping[str, Kpi]
    scorecards: Scorecards
    profiles: Profiles
    recipients: tuple[Recipient, ...]
    face: Face

    @property
    def inbox(self) -> Path:
        """Where exports are dropped, one folder per kind."""
        return self.folder / "inbox"

    @property
    def archive(self) -> Path:
        """Every export as it was delivered."""
        return self.folder / "archive" / "exports"

    @property
    def lake(self) -> Path:
        """The Delta tables."""
        return self.folder / "lake"

    @property
    def quarantine(self) -> Path:
        """Rows and files that could not be taken in, as files a person can open."""
        return self.folder / "quarantine"

    @property
    def reviews(self) -> Path:
        """The rendered reviews."""
        return self.folder / "reviews"

    @property
    def quality(self) -> Path:
        """The data-quality pages."""
        return self.folder / "quality"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / "ledger.db"


def load_site(folder: Path) -> Site:
    """Read and validate the site in `folder`.

    Raises:
        BadSite: one line per mistake, each naming file, key, what is wrong and what is allowed.

    """
    if not (folder / "kpi.toml").is_file():
        raise BadSite(f"{folder} is not a site: kpi.toml is missing; 'kpi init {folder}' makes a starter site.")
    problems: list[str] = []
    tables = _read(folder, problems)
    # What leads nowhere is told once the tables themselves read well, so that one mistake is one sentence.
    if tables is not None and not problems:
        problems.extend(_strangers(tables))
        problems.extend(overlapping(tables.people))
        with _collecting(problems):
            return _assembled(folder, tables, problems)
    raise BadSite("\n".join(problems))


@dataclass(frozen=True, slots=True)
class _Tables:
    settings: KpiToml
    stores: list[Store]
    people: list[Stint]
    products: list[Product]
    recipients: list[Recipient]


def _read(folder: Path, problems: list[str]) -> _Tables | None:
    settings = _settings(folder, problems)
    stores = read_table(folder / "stores.csv", Store, problems)
    people = read_table(folder / "people.csv", Stint, problems)
    products = read_table(folder / "products.csv", Product, problems, required=False)
    recipients = read_table(folder / "recipients.csv", Recipient, problems, required=False)
    return _Tables(settings, stores, people, products, recipients) if settings else None


def _assembled(folder: Path, tables: _Tables, problems: list[str]) -> Site:
    def attempt(make: Callable[[], T]) -> T | None:
        with _collecting(problems):
            return make()
        return None

    stores, people = _frame(tables.stores, Store), _frame(tables.people, Stint)
    everyone = groups(stores, people, tables.settings.organisation.id)
    kpis = attempt(lambda: load_catalogue({**shipped_texts(), **_texts(folder, "kpis.toml")}))
    known, positions = kpis or {}, tables.settings.positions
    parts: dict[str, Any] = {
        "kpis": kpis,
        "targets": attempt(lambda: parse_targets(_text_frame(folder / "targets.csv"), known, everyone)),
        "scorecards": attempt(lambda: read_scorecards(_text(folder / "scorecards.toml"), known, positions, everyone)),
        "face": attempt(lambda: load_face(folder, tables.settings.face)),
        "profiles": attempt(lambda: load_profiles(shipped_profiles(), _texts(folder, "profiles/*.toml"))),
        "store_names": attempt(lambda: known_names(_store_spellings(tables.stores), file="stores.csv")),
        "people_names": attempt(lambda: known_names(_people_spellings(tables.people), file="people.csv")),
        "actions": attempt(lambda: actions.read_actions(folder, tables.settings.organisation.id, everyone, problems)),
    }
    if not problems:
        problems.extend(unknown_causes(tables.settings.cause, known, everyone.select("level", "group_id").rows()))
    if kpis is not None and parts["actions"] is not None:
        problems.extend(actions.strangers(parts["actions"], everyone, kpis))
    if problems:
        raise BadSite("")
    return Site(
        folder=folder,
        settings=tables.settings,
        stores=stores,
        people=people,
        products=_frame(tables.products, Product),
        recipients=tuple(tables.recipients),
        **parts,
    )


@contextmanager
def _collecting(problems: list[str]) -> Iterator[None]:
    try:
        yield
    except BadSite as problem:
        problems.extend(line for line in str(problem).splitlines() if line)


def _settings(folder: Path, problems: list[str]) -> KpiToml | None:
    try:
        return KpiToml.model_validate(_toml(folder / "kpi.toml"))
    except ValidationError as error:
        problems.extend(sentences("kpi.toml", error, KpiToml))
    except BadSite as problem:
        problems.append(str(problem))
    return None


def _text(path: Path) -> str:
    if not path.is_file():
        raise BadSite(f"{path.name} is missing; 'kpi init' writes a commented one to start from.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSite(f"{path.name} is not UTF-8 text; save it as UTF-8.") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadSite(f"{path.name} is not valid TOML: {error}.") from error


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {str(p.relative_to(folder)): _text(p) for p in sorted(folder.glob(pattern))}


def _text_frame(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(_text(path).encode(), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise BadSite(f"{path.name} cannot be read as a table: {str(error).splitlines()[0]}.") from error


def _strangers(tables: _Tables) -> Iterator[str]:
    """References that lead nowhere."""
    stores = {s.store_id for s in tables.stores}
    settings, people = tables.settings, tables.people
    yield from _unknown("stores.csv", "region", ((s.region, s.store_id) for s in tables.stores), settings.regions)
    for column, declared in (("department", settings.departments), ("position", settings.positions)):
        yield from _unknown("people.csv", column, ((getattr(p, column), p.employee_id) for p in people), declared)
    homes = ((p.store_id, p.employee_id) for p in people)
    yield from _unknown("people.csv", "store_id", homes, stores, where="stores.csv")
    paid = ((position, "") for position in settings.privacy.pay_shown_to)
    yield from _unknown("kpi.toml, privacy.pay_shown_to", "position", paid, settings.positions)
    usual, key = settings.attendance.shift, "kpi.toml, attendance.shift"
    yield from _unknown(key, "position", ((p, "") for shift in usual for p in shift.positions), settings.positions)
    yield from _unknown(key, "store", ((s, "") for shift in usual for s in shift.stores), stores, where="stores.csv")
    for store_id in _twice(s.store_id for s in tables.stores):
        yield f"stores.csv, store_id: {store_id} stands twice; keep one row per store."
    for product_id in _twice(p.product_id for p in tables.products):
        yield f"products.csv, product_id: {product_id} stands twice; keep one row per product."
    yield from _unread(tables)


def _unread(tables: _Tables) -> Iterator[str]:
    stores, people = _frame(tables.stores, Store), _frame(tables.people, Stint)
    known = groups(stores, people, tables.settings.organisation.id).select("level", "group_id").rows()
    yield from readers.mistakes(tables.recipients, set(known), tables.settings.positions)


def _unknown(
    file: str, column: str, used: Iterable[tuple[str | None, str]], declared: Collection[str], where: str = ""
) -> Iterator[str]:
    """`used`: names, and the ids of those who use them."""
    where = where or f"[{column}s] of kpi.toml"
    users: dict[str, list[str]] = defaultdict(list)
    for name, user in used:
        if name is not None and name not in declared:
            users[name].append(user)
    for name, ids in sorted(users.items()):
        of = f" of {ids[0]}" + (f" and {len(ids) - 1} more" if len(ids) > 1 else "") if ids[0] else ""
        said = f"is not declared in {where}; {instead(name, sorted(declared))}; mend it, or add it there"
        yield f"{file}, {column}{of}: {name!r} {said}."


def _twice(ids: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    return [i for i in ids if i in seen or seen.add(i)]  # type: ignore[func-returns-value]


def _store_spellings(stores: Sequence[Store]) -> pl.DataFrame:
    return _spellings((s.store_id, (s.store_id, s.name, *s.aliases)) for s in stores)


def _people_spellings(people: Sequence[Stint]) -> pl.DataFrame:
    ids_of = Counter(name for name, _ in {(p.name, p.employee_id) for p in people})
    return _spellings(
        (p.employee_id, (p.employee_id, *p.aliases, *((p.name,) if ids_of[p.name] == 1 else ()))) for p in people
    )


def _spellings(names: Iterator[tuple[str, tuple[str, ...]]]) -> pl.DataFrame:
    rows = [(i, name) for i, spelled in names for name in spelled]
    return pl.DataFrame(rows, schema={"id": pl.String, "name": pl.String}, orient="row")


_DTYPES: Final[Schema] = MappingProxyType(
    {
        **dict.fromkeys(("opened_on", "closed_on", "from_date", "to_date"), pl.Date()),
        **dict.fromkeys(("list_price", "unit_cost"), MONEY),
        **dict.fromkeys(("shared", "focus", "add_on"), pl.Boolean()),
    }
)


def _frame(rows: Sequence[Row], row: type[Row]) -> pl.DataFrame:
    names = [name for name in row.model_fields if name != "aliases"]
    schema = {name: _DTYPES.get(name, pl.String()) for name in names}
    return pl.DataFrame([[getattr(r, name) for name in names] for r in rows], schema=schema, orient="row")


def localised(names: Mapping[str, Mapping[str, str]], key: str, languages: Sequence[str]) -> dict[str, str]:
    """The name of a declared id in each language; the id itself where nobody named it."""
    return {language: names.get(key, {}).get(language, key) for language in languages}
