"""The configuration of the sample chain: what an operator would have written by hand."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from string import Template
from typing import Final

from flows.sample import stories
from flows.sample.chain import Stint, people, people_by_store, stores
from flows.sample.labels import aliases, clock_store, person_name, store_name, till_store
from flows.sample.scale import Language, Scale, add_months
from flows.sample.texts import exponent, menu, text
from transforms.proposals import proposal_id

CHAIN: Final = "song_xanh"
_OPERATOR: Final = {
    "vi": {"name": "Chuỗi cà phê Sông Xanh", "currency": "VND", "languages": '"vi"'},
    "en": {"name": "Song Xanh Coffee", "currency": "USD", "languages": '"en"'},
}
_READERS: Final = {
    "vi": ("Ban điều hành", "Quản lý vùng", "Quản lý cửa hàng", "Phụ trách bộ phận"),
    "en": ("Management", "Region manager", "Store manager", "Department lead"),
}
_PRODUCT: Final = "product_id,product_name,category"
_FOCUS, _ADD_ON = "DX", "BN"  # ice blends are pushed this year; a pastry is offered beside every drink
_MAIL_DOMAIN: Final = "songxanh.example"

# Store, rule and KPI of the proposal, months ago and day by which, done.
_AGREED: Final = (
    (stories.DISCOUNT_STORE, "limit_discounts", "discount_rate", 0, 15, False),
    (stories.LATE_STORE, "change_the_roster", "lateness_rate", 3, 20, True),
    (stories.EVENING_STORE, "", "net_sales", -1, 15, False),
)
_WORDS: Final = {
    "vi": (
        "Chỉ cửa hàng trưởng được duyệt giảm giá trên 10%",
        "Lùi giờ vào ca sáng 15 phút, chốt lịch trước một tuần",
        "Tuyển lại hai nhân viên phục vụ ca tối",
    ),
    "en": (
        "Only the store manager approves discounts above 10%",
        "Start the morning shift 15 minutes later, fix the roster a week ahead",
        "Hire two servers for the evening again",
    ),
}

Line = Sequence[object]


def write_site(folder: Path, scale: Scale, language: Language) -> None:
    """Write kpi.toml, scorecards.toml and the tables of the site into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for inbox in ("sales", "attendance", "ratings"):
        (folder / "inbox" / inbox).mkdir(parents=True, exist_ok=True)
    _write(folder / "kpi.toml", Template(text("kpi.toml")).substitute(_OPERATOR[language]))
    _write(folder / "scorecards.toml", text("scorecards.toml"))
    for name, header, lines in _tables(scale, language):
        _write(folder / name, _table(header, lines))


def _write(path: Path, content: str) -> None:
    path.write_bytes(content.encode())


def _table(header: str, lines: Iterable[Line]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows([header.split(","), *lines])
    return target.getvalue()


def _tables(scale: Scale, language: Language) -> Iterator[tuple[str, str, Iterable[Line]]]:
    yield "stores.csv", "store_id,name,region,manager,opened_on,closed_on,aliases", _stores(scale, language)
    header = "employee_id,name,position,department,store_id,from,to,aliases"
    yield "people.csv", header, _people(scale, language)
    yield "products.csv", f"{_PRODUCT},list_price,unit_cost,focus,add_on", _products(language)
    yield "targets.csv", "kpi,level,group,from_month,kind,value", _targets(scale, language)
    yield "actions.csv", "id,level,group,kpi,what,owner,due,done", _actions(scale, language)
    yield "recipients.csv", "level,group,name,address,language", _recipients(scale, language)


def _stores(scale: Scale, language: Language) -> Iterator[Line]:
    for store in stores(scale):
        spelled = f"{till_store(store, language)}|{clock_store(store, language)}"
        manager = person_name(_manager(scale, store.number), language)
        yield store.store_id, store_name(store, language), store.region, manager, store.opened_on, "", spelled


def _manager(scale: Scale, store: int) -> Stint:
    return next(s for s in people_by_store(scale)[store] if s.position == "store_manager")


def _people(scale: Scale, language: Language) -> Iterator[Line]:
    ids = {store.number: store.store_id for store in stores(scale)}
    for stint in people(scale):
        who = stint.employee_id, person_name(stint, language), stint.position, stint.department
        spelled = "|".join(aliases(scale, language, stint.number))
        yield *who, ids[stint.store], stint.first, stint.last or "", spelled


def _products(language: Language) -> Iterator[Line]:
    for product in menu(language):
        prices = (Decimal(amount).scaleb(-exponent(language)) for amount in (product.price, product.cost))
        marks = ("yes" if product.product_id.startswith(kind) else "" for kind in (_FOCUS, _ADD_ON))
        yield product.product_id, product.name, product.category, *prices, *marks


def _targets(scale: Scale, language: Language) -> Iterator[Line]:
    known = {store.store_id for store in stores(scale)}
    for row in csv.DictReader(text("targets.csv").splitlines()):
        if not row["group"] or row["group"] in known:
            yield row["kpi"], row["level"], row["group"], f"{scale.first_day:%Y-%m}", row["kind"], row[language]


def _actions(scale: Scale, language: Language) -> Iterator[Line]:
    """What last months' reviews led to: one action is late, one was done, one is open."""
    posts = {store.number: store for store in stores(scale)}
    for (number, rule, kpi, ago, day, done), what in zip(_AGREED, _WORDS[language], strict=True):
        if number in posts:
            shop = posts[number]
            due = add_months(scale.until, -ago).replace(day=day)
            named = proposal_id(rule, kpi, "store", shop.store_id) if rule else ""
            owner = person_name(_manager(scale, number), language)
            yield named, "store", shop.store_id, kpi, what, owner, due, due if done else ""


def _recipients(scale: Scale, language: Language) -> Iterator[Line]:
    chain, region, store, department = _READERS[language]
    yield "chain", CHAIN, chain, f"management@{_MAIL_DOMAIN}", language
    for name in dict.fromkeys(s.region for s in stores(scale)):
        yield "region", name, f"{region} ({name})", f"{name}@{_MAIL_DOMAIN}", language
    for shop in stores(scale):
        # One manager reads the other language, so that a month always holds letters in both.
        reads = _other(language) if shop.number == stories.NIGHT_STORE else language
        manager = person_name(_manager(scale, shop.number), language)
        yield "store", shop.store_id, f"{manager}, {store.lower()}", f"{shop.store_id.lower()}@{_MAIL_DOMAIN}", reads
        for part in sorted({s.department for s in people_by_store(scale)[shop.number]}):
            address = f"{part}.{shop.store_id.lower()}@{_MAIL_DOMAIN}"
            yield "department", f"{shop.store_id}.{part}", f"{department} {part}", address, language


def _other(language: Language) -> Language:
    return "en" if language == "vi" else "vi"
