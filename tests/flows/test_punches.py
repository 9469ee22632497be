"""From punches in the inbox to a month's facts; and what kpi.toml may say about attendance."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.console import PlainTeller
from flows.lake import Lake
from flows.months.facts import tables
from flows.nightly import nightly
from flows.site import Site, load_site
from tests.flows.chain import deliver, small_site
from tests.method.punchlogs import log
from transforms.calendar import last_day
from transforms.kpis.measure import measure
from transforms.problem import BadSite
from transforms.tables import LEVELS, TABLES, empty

MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
NV = ("NV1", "NV2", "NV3")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Three months of punches, with nights over the month's end, and clockings and a roster beside them."""
    found = load_site(small_site(tmp_path_factory.mktemp("punched") / "site"))
    people = {f"nv{n:03}": NV[n % 3] for n in range(9)}
    rows = log(3, people=9, days=90).punches.with_columns(
        pl.col("employee_id").replace(people), store_id=pl.lit("HN01"), file_id=pl.lit("f1")
    )
    lake = Lake(found.lake)
    for name, frame in {"punches": rows, "clockings": _nights(), "roster": _roster()}.items():
        lake.commit(name, lake.restate(name, frame), f"file-{name}")
    return found


def _spans(table: str, columns: tuple[str, str], begin: int, hours: int) -> pl.DataFrame:
    starts = [datetime(2026, 1, 1) + timedelta(days=n, hours=begin) for n in range(90)]  # noqa: DTZ001
    rows = [
        {"system": "s", "store_id": "HN02", "employee_id": "NV2", "business_date": at.date(), "row_no": n}
        | {columns[0]: at, columns[1]: at + timedelta(hours=hours), "file_id": table}
        for n, at in enumerate(starts)
    ]
    schema = TABLES[table].columns
    drawn = pl.DataFrame(rows).cast({name: schema[name] for name in rows[0]})
    return pl.concat([empty(schema), drawn], how="diagonal")


def _nights() -> pl.DataFrame:
    return _spans("clockings", ("clock_in", "clock_out"), 22, 8)


def _roster() -> pl.DataFrame:
    return _spans("roster", ("scheduled_in", "scheduled_out"), 22, 8)


def _facts(site: Site, first: date, last: date) -> pl.DataFrame:
    return measure(site.kpis, tables(site, Lake(site.lake), first, last_day(last)), LEVELS)


def test_a_months_facts_are_the_same_whichever_months_are_measured_with_it(site: Site) -> None:
    together = _facts(site, MONTHS[0], MONTHS[-1])
    assert together.filter(pl.col("kpi") == "overtime_share", pl.col("level") == "store").height == 6
    for pair in (MONTHS[:1], MONTHS[1:2], MONTHS[2:], MONTHS[:2], MONTHS[1:]):
        some = _facts(site, pair[0], pair[-1])
        assert_frame_equal(some, together.filter(pl.col("month").is_in(list(pair))))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "longest_shift_hours = 40",
            r"attendance.longest_shift_hours is 40, which cannot be: .*less than or equal to 36",
        ),
        (
            'too_long_hours = "half"',
            r"attendance.too_long_hours is 'half'; allowed are 'count', 'cap_at_schedule' or 'leave_",
        ),
        ('auto_close_at = ["4am"]', r"attendance.auto_close_at.0 '4am' is not a time of day; write HH:MM"),
        ('punched_breaks = "maybe"', r"attendance.punched_breaks is 'maybe'; allowed are 'unpaid' or 'paid'"),
        ('[[attendance.shift]]\nname = "a"\nfrom = "06:00"', r"attendance.shift.0.to is missing"),
        ('[[attendance.shift]]\nname = "a"\nfrom = "06:00"\nto = "06:00"', r"the shift 'a' ends when it begins"),
        (
            '[[attendance.shift]]\nname = "a"\nfrom = "06:00"\nto = "07:00"\nweekdays = ["monday"]',
            r"'monday' is not a weekday; allowed are mon, tue",
        ),
        (
            '[[attendance.shift]]\nname = "a"\nfrom = "06:00"\nto = "07:00"\nstores = ["HN09"]',
            r"kpi.toml, attendance.shift, store: 'HN09' is not declared in stores.csv; allowed are HN01, HN02; mend it",
        ),
        (
            '[[attendance.shift]]\nname = "a"\nfrom = "06:00"\nto = "07:00"\npositions = ["cook"]',
            r"kpi.toml, attendance.shift, position: 'cook' is not declared in \[positions\] of kpi.toml",
        ),
    ],
)
def test_what_attendance_may_not_say_is_told_with_its_key(tmp_path: Path, line: str, sentence: str) -> None:
    folder = small_site(tmp_path / "site")
    toml = folder / "kpi.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f"\n[attendance]\n{line}\n", encoding="utf-8")
    with pytest.raises(BadSite, match=sentence):
        load_site(folder)


def test_a_shared_till_is_marked_in_the_list_of_people(tmp_path: Path) -> None:
    folder = small_site(tmp_path / "site")
    people = folder / "people.csv"
    header, *rows = people.read_text(encoding="utf-8").splitlines()
    marked = [f"{header},shared", f"{rows[0]},có", *(f"{row}," for row in rows[1:])]
    people.write_text("\n".join(marked), encoding="utf-8")
    assert load_site(folder).people["shared"].to_list() == [True, False, False]
    people.write_text("\n".join([*marked[:1], f"{rows[0]},maybe"]), encoding="utf-8")
    with pytest.raises(BadSite, match=r"shared 'maybe' is neither yes nor no; write yes \(có\), or leave it empty"):
        load_site(folder)


@pytest.mark.parametrize("end", [(), ("2026-02-27 08:00", "2026-02-27 16:00")])  # as February goes on, or is over
def test_a_night_that_ends_in_the_next_month_is_known_once_its_out_was_delivered(
    tmp_path: Path, end: tuple[str, ...]
) -> None:
    folder = small_site(tmp_path / "site")

    def hours(name: str, *punched: str) -> dict[date, Decimal | None]:
        deliver(
            folder, f"attendance/{name}.csv", [f"HN01,NV1,{at}" for at in punched], "store_id,employee_id,punched_at"
        )
        nightly(load_site(folder), now=datetime(2026, 3, 1, tzinfo=UTC), teller=PlainTeller(StringIO()))
        every = Lake(folder / "lake").facts().filter(level="person")
        forgotten.append(Decimal(every.filter(kpi="missing_punch_rate")["numerator"].sum()))
        facts = every.filter(kpi="sales_per_labour_hour")
        return dict(facts.select("month", "denominator").rows())

    forgotten: list[Decimal] = []
    assert hours("january", "2026-01-31 22:00") == {MONTHS[0]: None}
    found = hours("february", "2026-02-01 06:00", "2026-02-01 22:00", "2026-02-02 06:30", *end)
    assert found == {MONTHS[0]: Decimal(8), MONTHS[1]: Decimal("8.5") + 4 * len(end)}
    assert forgotten == [0, 0]


def test_a_night_is_read_anew_once_the_clock_of_the_next_month_has_earned_trust(tmp_path: Path) -> None:
    folder = small_site(tmp_path / "site")

    def january(name: str, *punched: str) -> Decimal:
        rows = [f"HN01,NV1,{at[:-2]},{'out' if at.endswith('o') else 'in'}" for at in punched]
        deliver(folder, f"attendance/{name}.csv", rows, "store_id,employee_id,punched_at,direction")
        nightly(load_site(folder), now=datetime(2026, 3, 1, tzinfo=UTC), teller=PlainTeller(StringIO()))
        facts = Lake(folder / "lake").facts().filter(level="person", kpi="sales_per_labour_hour", month=MONTHS[0])
        return Decimal(facts["denominator"].item())

    def days(month: int, first: int) -> list[str]:
        return [f"2026-{month:02}-{day:02} {at}" for day in range(first, first + 5) for at in ("08:00 i", "12:00 o")]

    assert january("a", *days(1, 10), "2026-01-31 22:00 i", "2026-02-01 06:00 o") == 20
    assert january("b", *days(2, 10)) == 28
