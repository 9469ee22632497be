"""Realistic reviews to print: the shipped catalogue, two groups of a coffee chain, figures drawn from a seed."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from reports.findings import Value
from reports.review import (
    Figure,
    Group,
    Member,
    Organisation,
    Quality,
    Received,
    Review,
    Score,
    Status,
    StoreDays,
    Totals,
)
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.kpi import Better, Kind, Kpi, Unit

ISSUED = datetime(2026, 11, 3, 6, 0)  # noqa: DTZ001 - the site's wall clock
ORGANISATION = Organisation("Chuỗi cà phê Sông Xanh", "VND", "VN", "song_xanh")
CHAIN = {"vi": "Chuỗi cà phê Sông Xanh", "en": "Sông Xanh Coffee"}
NORTH = {"vi": "Miền Bắc", "en": "North"}
STORES = ("Nguyễn Huệ", "Lê Văn Sỹ", "Thảo Điền", "Cầu Giấy", "Hồ Tây", "Hải Châu")
MANAGERS = (
    "Trần Thị Ngọc Ánh",
    "Lê Hoàng Phúc",
    "Đặng Thùy Dương",
    "Vũ Quốc Khánh",
    "Bùi Thị Mỹ Hạnh",
    "Phạm Đức Thịnh",
)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Lý")
GIVEN = (
    "Thị Ánh",
    "Văn Bình",
    "Ngọc Châu",
    "Thùy Duyên",
    "Quốc Dũng",
    "Hữu Hiếu",
    "Khánh Linh",
    "Bảo Quỳnh",
    "Gia Nghĩa",
)
POSITIONS = (
    {"vi": "Pha chế", "en": "Barista"},
    {"vi": "Thu ngân", "en": "Cashier"},
    {"vi": "Trưởng ca", "en": "Shift leader"},
)
WEIGHTS = {
    "net_sales": 20,
    "sales_growth": 15,
    "average_transaction_value": 10,
    "sales_per_labour_hour": 15,
    "gross_margin_rate": 5,
    "attendance_rate": 10,
    "lateness_rate": 10,
    "service_skill": 10,
    "full_price_share": 5,
}
USUAL: Mapping[str, str] = {
    "net_sales": "1850000000",
    "sales_growth": "0.2",
    "transactions": "14450",
    "average_transaction_value": "128000",
    "units_per_transaction": "2.1",
    "sales_per_labour_hour": "412000",
    "transactions_per_labour_hour": "3.4",
    "gross_margin_rate": "0.64",
    "discount_rate": "0.06",
    "return_rate": "0.012",
    "attendance_rate": "0.97",
    "lateness_rate": "0.05",
    "overtime_share": "0.04",
    "missing_punch_rate": "0.02",
    "full_price_share": "0.7",
    "product_range_sold": "18",
    "service_skill": "85",
}


@lru_cache
def catalogue() -> Mapping[str, Kpi]:
    """The shipped KPIs that a chain would choose, by kind and then by weight, as a review has them."""
    kinds = list(Kind)
    chosen = (kpi for kpi in shipped_catalogue().values() if kpi.id in USUAL)
    ranked = sorted(chosen, key=lambda kpi: (kinds.index(kpi.kind), -WEIGHTS.get(kpi.id, 0)))
    return {kpi.id: kpi for kpi in ranked}


def store(people: int = 12, seed: int = 7) -> Review:
    """A store of the north with two departments; service skill was not rated and one target is not set."""
    draw = random.Random(seed)
    group = Group("store", "nguyen_hue", {"vi": "Nguyễn Huệ"}, (CHAIN, NORTH), MANAGERS[0])
    departments = [({"vi": "Pha chế", "en": "Bar"}, None), ({"vi": "Thu ngân", "en": "Till"}, None)]
    review = _review(group, Decimal(1), draw, people)
    return replace(review, members=_members("department", departments, draw, Decimal("0.5")))


def of_stores(quality: Quality, stores: tuple[StoreDays, ...]) -> Quality:
    """The same, of the days of these stores."""
    came = {name: sum(s.open - len(getattr(s, name).missing) for s in stores) for name in ("sales", "attendance")}
    return replace(
        quality,
        store_days_open=sum(store.open for store in stores),
        store_days_with_sales=came["sales"],
        store_days_with_attendance=came["attendance"],
        stores=stores,
    )


def _received(name: str, *missing: int) -> StoreDays:
    """Sales of 31 days, and the attendance of all but some days of October."""
    return StoreDays(name, 31, Received(31), Received(31, tuple(date(2026, 10, day) for day in missing)))


def chain(seed: int = 11) -> Review:
    """The chain with its six stores."""
    draw = random.Random(seed)
    group = Group("chain", "song_xanh", CHAIN, (), "Nguyễn Minh Quân")
    stores = [({"vi": name}, manager) for name, manager in zip(STORES, MANAGERS, strict=True)]
    review = _review(group, Decimal("28.4"), draw, 40)
    received = (_received(STORES[0], 17), *(_received(name) for name in STORES[1:]))
    return replace(
        review, quality=of_stores(review.quality, received), members=_members("store", stores, draw, Decimal("4.7"))
    )


def _review(group: Group, size: Decimal, draw: random.Random, people: int) -> Review:
    figures = tuple(_figure(kpi, size, draw) for kpi in catalogue().values())
    sales = next(figure.actual for figure in figures if figure.kpi.id == "net_sales")
    return Review(
        organisation=ORGANISATION,
        group=group,
        month=date(2026, 10, 1),
        figures=figures,
        score=Score(Decimal("96.43"), "C", Decimal("95.02"), Decimal(90), "re-weight"),
        months=tuple(date(2025 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(13)),
        members=(),
        people=_people(people, draw),
        quality=quality(sales or Decimal(0)),
        data_until=datetime(2026, 11, 1, 1, 47),  # noqa: DTZ001
        data_version="sales 412 · clockings 388 · ratings 12",
    )


def _figure(kpi: Kpi, size: Decimal, draw: random.Random) -> Figure:
    usual = Decimal(USUAL[kpi.id]) * (size if kpi.unit in (Unit.MONEY, Unit.COUNT) else 1)
    if kpi.id == "service_skill":
        return unmeasured(kpi)
    history = tuple(_near(usual * Decimal(str(0.9 + i * 0.006)), draw) for i in range(13))
    target = None if kpi.id == "overtime_share" else usual
    last_year = tuple(_near(usual * Decimal("0.83"), draw) for _ in range(13))
    attainment = None if target is None else _attainment(history[-1], target, kpi.better)
    return Figure(
        kpi=kpi,
        actual=history[-1],
        target=target,
        same_period=last_year[-1],
        attainment=attainment,
        status=status_of(attainment),
        weight=Decimal(WEIGHTS[kpi.id]) if kpi.id in WEIGHTS else None,
        reason=None,
        history=history,
        targets=tuple(None if target is None else target * (88 + i) / 100 for i in range(13)),
        last_year=last_year,
    )


def unmeasured(kpi: Kpi, reason: str = "no_ratings") -> Figure:
    """The figure of a KPI that nothing was delivered for."""
    nothing: tuple[Value, ...] = (None,) * 13
    weight = Decimal(WEIGHTS[kpi.id]) if kpi.id in WEIGHTS else None
    return Figure(kpi, None, None, None, None, Status.NOT_MEASURED, weight, reason, nothing, nothing, nothing)


def status_of(attainment: Value) -> Status:
    """The status as the shipped scorecards have it."""
    if attainment is None:
        return Status.NO_TARGET
    return Status.MET if attainment >= 1 else Status.WATCH if attainment >= Decimal("0.95") else Status.MISSED


def _near(value: Decimal, draw: random.Random) -> Decimal:
    return (value * Decimal(str(round(draw.gauss(1.02, 0.035), 4)))).quantize(Decimal("0.0001"))


def _attainment(actual: Decimal, target: Decimal, better: Better) -> Decimal:
    return actual / target if better is Better.HIGHER else target / actual


def _members(
    level: str, groups: Iterable[tuple[Mapping[str, str], str | None]], draw: random.Random, size: Decimal
) -> tuple[Member, ...]:
    drawn = (member(Group(level, name["vi"], name, (CHAIN,), manager), None, draw, size) for name, manager in groups)
    return best_first(drawn)


def _people(count: int, draw: random.Random) -> tuple[Member, ...]:
    names = ((draw.choice(FAMILY), draw.choice(GIVEN)) for _ in range(count))
    groups = (Group("person", f"E{i:03}", {"vi": f"{family} {given}"}) for i, (family, given) in enumerate(names))
    return best_first(member(group, draw.choice(POSITIONS), draw, Decimal("0.04")) for group in groups)


def member(group: Group, position: Mapping[str, str] | None, draw: random.Random, size: Decimal) -> Member:
    """A row of a table with a value for every KPI."""
    values = {
        id_: _near(Decimal(usual) * (size if id_ in ("net_sales", "transactions") else 1), draw)
        for id_, usual in USUAL.items()
    }
    score = Decimal(str(round(draw.gauss(98, 5), 2)))
    return Member(
        group, position, {"worked_hours": Decimal(draw.randint(96, 208)), **values}, score, status_of(score / 100)
    )


def best_first(members: Iterable[Member]) -> tuple[Member, ...]:
    """As a review wants its members."""
    return tuple(sorted(members, key=lambda member: -(member.score or 0)))


def quality(sales: Decimal) -> Quality:
    """A month with a late correction, a file that came twice and 37 bad rows."""
    bad, again, old = Decimal(4310000), Decimal(58200000), Decimal(1250000)
    delivered = sales + bad + again + old
    return Quality(
        totals=(
            Totals("sales", 31, 41872, 41310, 37, 490, 35, delivered, sales, bad, again, old),
            Totals("clockings", 31, 1246, 1240, 6, 0, 0, *(None,) * 5),
        ),
        reasons=(("unknown_employee", 31), ("no_amount", 6), ("does_not_add_up", 6)),
        store_days_open=31,
        store_days_with_sales=31,
        store_days_with_attendance=30,
        unattributed_amount=Decimal(12450000),
        voided_amount=Decimal(3910000),
        stores=(_received(STORES[0], 17),),
    )


def renamed(review: Review, name: str) -> Review:
    """The same review with one name for everything that people name."""
    names = {"vi": name, "en": name}
    group = replace(review.group, name=names, parents=(names,), manager=name)
    return replace(
        review,
        organisation=replace(review.organisation, name=name),
        group=group,
        members=tuple(_renamed(member, names) for member in review.members),
        people=tuple(_renamed(member, names) for member in review.people),
        data_version=name,
    )


def _renamed(member: Member, names: Mapping[str, str]) -> Member:
    group = replace(member.group, name=names, manager=names["vi"])
    return replace(member, group=group, position=names if member.position else None)


def scaled(review: Review, factor: Decimal) -> Review:
    """The same review with every value of every KPI multiplied, as a fault of a source may do."""
    return replace(review, figures=tuple(_scaled(figure, factor) for figure in review.figures))


def _scaled(figure: Figure, factor: Decimal) -> Figure:
    def times(values: Sequence[Value]) -> tuple[Value, ...]:
        return tuple(None if value is None else value * factor for value in values)

    actual, target, same_period = times((figure.actual, figure.target, figure.same_period))
    return replace(
        figure,
        actual=actual,
        target=target,
        same_period=same_period,
        history=times(figure.history),
        targets=times(figure.targets),
        last_year=times(figure.last_year),
    )
