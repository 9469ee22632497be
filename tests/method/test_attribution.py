"""Leavers, transfers, borrowed staff and shared tills."""

from datetime import date
from decimal import Decimal

import polars as pl

from reports.language import language, languages
from tests.drawn import frame, full
from tests.method.worlds import PEOPLE, STORES
from transforms.attribution import RULES, Applied, applied, ruled
from transforms.groups import groups, place
from transforms.tables import SHIFTS, SOLD

TILL = pl.DataFrame({"employee_id": ["till"], "store_id": ["q1"], "from_date": [date(2025, 1, 1)], "shared": [True]})
EVERYBODY = pl.concat([PEOPLE, TILL], how="diagonal").with_columns(pl.col("shared").fill_null(value=False))
# An moves from q1 to hk on the 1st of February; dung left on the 21st of January.
SALES = full(
    """
    store_id | employee_id | business_date | kind | net_amount
    ---------+-------------+---------------+------+-----------
    q1       | an          | 2026-01-25    | sale | 10
    q3       | an          | 2026-01-26    | sale | 20
    q3       | dung        | 2026-01-21    | sale | 5
    q3       | dung        | 2026-01-22    | sale | 40
    q3       | dung        | 2026-01-23    | void | 80
    q1       | till        | 2026-01-25    | sale | 160
    q1       |             | 2026-01-25    | sale | 320
    hk       | an          | 2026-02-01    | sale | 640
    """,
    {**SOLD, "clocked": pl.String()},
).with_columns(clocked=pl.lit(value=True))
HOURS = full(
    """
    store_id | employee_id | business_date | worked_hours
    ---------+-------------+---------------+-------------
    q3       | an          | 2026-01-26    | 8
    q3       | dung        | 2026-01-22    | 4
    """,
    SHIFTS,
)
JANUARY = date(2026, 1, 1)


def placed(rows: pl.DataFrame) -> pl.LazyFrame:
    return place(rows.lazy(), EVERYBODY, STORES, "sx")


def rules(people: pl.DataFrame = EVERYBODY, stores: list[str] | None = None) -> dict[str, Applied]:
    return {a.rule: a for a in applied(ruled(placed(SALES), placed(HOURS), people, JANUARY), stores)}


def test_every_rule_that_was_needed_is_told_with_what_it_moved() -> None:
    assert list(rules().values()) == [
        Applied("leaver", 1, Decimal(40), Decimal(4)),
        Applied("borrowed", 1, Decimal(20), Decimal(8)),
        Applied("shared", 1, Decimal(160), Decimal(0)),
        Applied("nameless", 0, Decimal(320), Decimal(0)),
    ]
    assert list(rules(stores=["q1"])) == ["shared", "nameless"]


def test_who_moved_within_the_month_stands_in_both_stores_and_once_as_a_person() -> None:
    moved = EVERYBODY.with_columns(
        pl.when(pl.col("employee_id") == "an")
        .then(pl.col("from_date").replace(date(2026, 2, 1), date(2026, 1, 26)))
        .otherwise("from_date")
        .alias("from_date")
    )
    found = {a.rule: a for a in applied(ruled(placed(SALES), placed(HOURS), moved, JANUARY))}
    assert found["transfer"] == Applied("transfer", 1, Decimal(30), Decimal(8))
    rows = (
        placed(SALES)
        .filter(pl.col("employee_id") == "an")
        .sort("business_date")
        .select("member", "person", "home")
        .collect()
        .rows()
    )
    assert rows == [("q1/an", "an", "q1"), ("q3/an", "an", "q1"), ("hk/an", "an", "hk")]


def test_a_shared_account_is_no_person() -> None:
    rows = placed(SALES).filter(pl.col("employee_id") == "till").select("store", "department", "person").collect()
    assert rows.rows() == [("q1", None, None)]
    assert "till" not in groups(STORES, EVERYBODY, "sx")["group_id"].to_list()


def test_every_rule_has_its_words() -> None:
    for code in languages():
        assert all(language(code).text(f"attribution.{rule}") for rule in RULES)


def test_where_all_is_plain_nothing_is_told() -> None:
    plain = frame("store_id | employee_id\n---\nq1 | an", {"store_id": pl.String(), "employee_id": pl.String()})
    sold = SALES.join(plain, on=plain.columns, how="semi").filter(pl.col("business_date") < date(2026, 2, 1))
    assert applied(ruled(placed(sold), placed(HOURS.clear()), EVERYBODY, JANUARY)) == ()
