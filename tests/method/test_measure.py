"""The KPIs by example, one drawn table each."""

from decimal import Decimal

import polars as pl
import pytest

from tests.drawn import full
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.measure import measure
from transforms.kpis.values import values
from transforms.measured import MEASURED
from transforms.tables import FACTS, LEVELS

KPIS = shipped_catalogue()
ADDITIVE = [kpi.id for kpi in KPIS.values() if kpi.sums and all("DISTINCT" not in s.sql for s in kpi.sums)]

TWO_RECEIPTS = """
    receipt_id | kind   | employee_id | product_id | quantity | gross_amount | discount_amount | net_amount| cost_amount
    -----------+--------+-------------+------------+----------+--------------+-----------------+------------+-----------
    r1         | sale   | an          | tea        | 2        | 60_000       | 0               | 60_000     | 20_000
    r1         | sale   | an          | cake       | 1        | 40_000       | 10_000          | 30_000     |
    r2         | sale   | binh        | tea        | 1        | 30_000       | 0               | 30_000     | 10_000
    r3         | return | binh        | tea        | -1       | -30_000      | 0               | -30_000    | -10_000
    r4         | void   | an          | cake       | 5        | 200_000      | 0               | 200_000    | 50_000
    """
MARKED = """
    receipt_id | kind   | net_amount | customer_id | came_back | focus | add_on | same_store | base_store
    -----------+--------+------------+-------------+-----------+-------+--------+------------+-----------
    r1         | sale   | 60_000     | lan         | false     | true  | false  | true       | true
    r1         | sale   | 30_000     | lan         | false     | false | true   | true       | true
    r2         | sale   | 30_000     | lan         | true      | false | false  | true       | true
    r3         | return | -20_000    | mai         |           | true  | false  | true       | false
    r4         | void   | 90_000     | mai         |           | true  | true   | true       | true
    r5         | sale   | 40_000     |             |           | false | false  | false      | true
    """
ABSENT = """
    employee_id | scheduled_in     | status   | scheduled_hours | late_minutes | early_leave_minutes | adhered_hours
    ------------+------------------+----------+-----------------+--------------+---------------------+--------------
    an          | 2026-01-05 08:00 | worked   | 8               | 20           | 5                   | 7.5
    an          | 2026-01-06 08:00 | absent   | 8               |              |                     | 0
    an          | 2026-01-07 08:00 | absent   | 4               |              |                     | 0
    an          | 2026-01-08 08:00 | on_leave | 8               |              |                     |
    binh        | 2026-01-05 08:00 | worked   | 4               | 0            | 6                   | 4
    """
EMPLOYED = """
    employee_id | leaves | month_days
    ------------+-------+-----------
    an          | false | 31
    an          | true  | 31
    binh        | false | 31
    binh        | false | 31
    """
SCORED = """
    measure                 | value
    ------------------------+-----------
    labour_cost_amount      | 25_000
    operating_cost_amount   | 30_000
    operating_profit_amount | 14_000
    customer_satisfaction   | 80
    brand_score             | 60
    service_attitude        | 70
    teamwork                | 75
    hygiene_audit           | 95
    product_knowledge       | 65
    training_completed      | 100
    training_completed      | 50
    certified               | 0
    certified               | 100
    cross_trained           | 25
    employee_engagement     | 55
    """
SHIFT = """
    scheduled_in     | clock_in         | worked_hours | overtime_hours | late_minutes | status
    -----------------+------------------+--------------+----------------+--------------+-------------
    2026-01-05 08:00 | 2026-01-05 08:00 | 8            | 0              | 0            | worked
    2026-01-06 08:00 | 2026-01-06 08:10 | 9            | 1              | 10           | worked
    2026-01-07 08:00 |                  | 0            | 0              |              | absent
    2026-01-08 08:00 |                  |              |                |              | not_recorded
    2026-01-09 08:00 | 2026-01-09 08:00 |              |                | 0            | open
                     | 2026-01-10 08:00 | 3            | 0              |              | unscheduled
    """
VOIDS = """
    receipt_id | kind | net_amount
    -----------+------+-----------
    r1         | void | 60_000
    """
RETURNS = """
    receipt_id | kind   | quantity | net_amount
    -----------+--------+----------+-----------
    r1         | return | -1       | -60_000
    """
BARE = """
    receipt_id | kind | net_amount
    -----------+------+-----------
    r1         | sale | 60_000
    """
RATED = """
    measure       | value
    --------------+------
    service_skill | 80
    service_skill | 91
    service_skill |
    smile         | 10
    """


def one_store(drawing: str, table: str) -> pl.LazyFrame:
    rows = full(drawing, MEASURED[table])
    placed = {"month": pl.date(2026, 1, 1), "store": pl.lit("q1")}
    if table == "sales":
        placed["clocked"] = pl.lit(value=True)
    if drawing is ABSENT:
        placed["absence_begins"] = pl.col("scheduled_in") == pl.datetime(2026, 1, 6, 8)
    if "system" in rows.columns:
        placed["system"] = pl.lit("till")
    return rows.with_columns(pl.lit("q1").alias("store_id"), **placed).lazy()


def measured(kpi: str, **drawn: str) -> tuple[object, ...]:
    """Numerator, denominator, value, reason of one store's month."""
    tables = {name: one_store(drawing, name) for name, drawing in drawn.items()}
    facts = measure({kpi: KPIS[kpi]}, tables, ["store"])
    (fact,), (value,) = facts.rows(named=True), values(facts, KPIS).filter(kpi=kpi).rows(named=True)
    return fact["numerator"], fact["denominator"], value["value"], value["reason"]


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator", "value"),
    [
        ("net_sales", 90_000, None, "90000"),
        ("transactions", 2, None, "2"),
        ("average_transaction_value", 90_000, 2, "45000"),
        ("units_per_transaction", 4, 2, "2"),
        ("sales_per_labour_hour", 90_000, 20, "4500"),
        ("transactions_per_labour_hour", 2, 20, "0.1"),
        ("gross_margin_rate", 40_000, 60_000, "0.66666667"),
        ("discount_rate", 10_000, 130_000, "0.07692308"),
        ("return_rate", 30_000, 120_000, "0.25"),
        ("attendance_rate", 3, 4, "0.75"),
        ("lateness_rate", 1, 3, "0.33333333"),
        ("overtime_share", 1, 20, "0.05"),
        ("missing_punch_rate", 1, 4, "0.25"),
        ("full_price_share", 3, 4, "0.75"),
        ("product_range_sold", 3, 2, "1.5"),
        ("service_skill", 171, 2, "85.5"),
    ],
)
def test_each_kpi_by_example(kpi: str, numerator: int, denominator: int | None, value: str) -> None:
    found = measured(kpi, sales=TWO_RECEIPTS, shifts=SHIFT, ratings=RATED)
    assert found == (numerator, denominator, Decimal(value), None)


@pytest.mark.parametrize(
    ("kpi", "numerator", "denominator", "value"),
    [
        ("gross_sales", None, None, None),
        ("gross_margin", None, None, None),
        ("sales_per_fte", 208 * 140_000, None, None),
        ("product_focus_share", 40_000, 140_000, "0.28571429"),
        ("void_rate", 90_000, 250_000, "0.36"),
        ("new_customer_rate", 1, 1, "1"),
        ("repeat_customer_rate", 1, 1, "1"),
        ("attach_rate", 1, 3, "0.33333333"),
        ("labour_cost_share", 25_000, 140_000, "0.17857143"),
        ("operating_cost_share", 30_000, 140_000, "0.21428571"),
        ("operating_margin_rate", 14_000, 140_000, "0.1"),
        ("customer_satisfaction", 80, 1, "80"),
        ("brand_score", 60, 1, "60"),
        ("service_attitude", 70, 1, "70"),
        ("teamwork", 75, 1, "75"),
        ("hygiene_audit", 95, 1, "95"),
        ("product_knowledge", 65, 1, "65"),
        ("training_completed", 150, 200, "0.75"),
        ("certification_share", 100, 200, "0.5"),
        ("cross_position_coverage", 25, 100, "0.25"),
        ("employee_engagement", 55, 1, "55"),
        ("lost_time_rate", 12, 24, "0.5"),
        ("absence_frequency", 1, 2, "0.5"),
        ("absent_people_share", 1, 2, "0.5"),
        ("lateness_minutes", 20, 2, "10"),
        ("early_leave_rate", 1, 2, "0.5"),
        ("schedule_adherence", Decimal("11.5"), 24, "0.47916667"),
        ("turnover", 31, 4, "7.75"),
    ],
)
def test_each_kpi_of_marks_absences_staff_and_ratings_by_example(
    kpi: str, numerator: int | None, denominator: int | None, value: str | None
) -> None:
    found = measured(kpi, sales=MARKED, shifts=ABSENT, ratings=SCORED, staff=EMPLOYED)
    assert found[:3] == (numerator, denominator, None if value is None else Decimal(value))


def test_amounts_before_discounts_and_after_costs() -> None:
    assert measured("gross_sales", sales=TWO_RECEIPTS)[:3] == (130_000, None, 130_000)
    assert measured("gross_margin", sales=TWO_RECEIPTS)[:3] == (40_000, None, 40_000)
    assert measured("sales_per_fte", sales=TWO_RECEIPTS, shifts=SHIFT)[:3] == (208 * 90_000, 20, 936_000)


def test_same_store_growth_keeps_its_base_for_next_year() -> None:
    found = measure({"same_store_growth": KPIS["same_store_growth"]}, {"sales": one_store(MARKED, "sales")}, ["store"])
    assert found.select("numerator", "denominator").rows() == [(100_000, 160_000)]


def test_published_rates_of_absence() -> None:
    """ACAS: 124 h of 1,550 h are 8 % lost time; 16 spells of 80 people 20 %, 12 of them absent at all 15 %."""
    people = [(f"p{n}", "absent" if n < 12 else "worked", n < 12) for n in range(80)] + [
        (f"p{n}", "absent", True) for n in range(4)
    ]
    rows = pl.DataFrame(
        people, schema={"employee_id": pl.String, "status": pl.String, "absence_begins": pl.Boolean}, orient="row"
    )
    hours = pl.when(status="absent").then(Decimal("7.75")).otherwise(pl.lit(Decimal(1426)) / 68)
    shifts_ = rows.with_columns(
        month=pl.date(2026, 1, 1), store=pl.lit("q1"), scheduled_in=pl.datetime(2026, 1, 5), scheduled_hours=hours
    )
    rates = [KPIS[name] for name in ("lost_time_rate", "absence_frequency", "absent_people_share")]
    table = pl.concat([full("status\n---", MEASURED["shifts"]), shifts_], how="diagonal_relaxed").lazy()
    chosen = {kpi.id: kpi for kpi in rates}
    found = values(measure(chosen, {"shifts": table}, ["store"]), chosen)
    shares = {name: round(float(value), 3) for name, value in found.select("kpi", "value").rows()}
    assert shares == {"lost_time_rate": 0.08, "absence_frequency": 0.2, "absent_people_share": 0.15}


@pytest.mark.parametrize(
    ("kpi", "drawn", "expected"),
    [
        ("net_sales", {"sales": VOIDS}, (0, None, 0, None)),
        ("transactions", {"sales": VOIDS}, (0, None, 0, None)),
        ("average_transaction_value", {"sales": VOIDS}, (0, 0, None, "zero_denominator")),
        ("average_transaction_value", {"sales": RETURNS}, (-60_000, 0, None, "zero_denominator")),
        ("units_per_transaction", {"sales": BARE}, (None, 1, None, "not_recorded")),
        ("gross_margin_rate", {"sales": BARE}, (None, None, None, "not_recorded")),
        ("discount_rate", {"sales": BARE}, (None, None, None, "not_recorded")),
        ("full_price_share", {"sales": BARE}, (None, None, None, "not_recorded")),
        ("return_rate", {"sales": BARE}, (0, 60_000, 0, None)),
        ("return_rate", {"sales": RETURNS}, (60_000, 0, None, "zero_denominator")),
        ("sales_per_labour_hour", {"sales": BARE}, (60_000, None, None, "no_attendance")),
        ("sales_per_labour_hour", {"shifts": SHIFT}, (None, 20, None, "no_sales")),
        ("service_skill", {"ratings": "measure | value\n---\nsmile | 10"}, (None, 0, None, "zero_denominator")),
        ("product_range_sold", {"sales": BARE}, (0, 0, None, "zero_denominator")),
        (
            "gross_margin_rate",
            {"sales": "kind | net_amount | cost_amount\n---\nreturn | -10 | -4"},
            (-6, -10, None, "negative_denominator"),
        ),
    ],
)
def test_what_cannot_be_measured_says_why(kpi: str, drawn: dict[str, str], expected: tuple[object, ...]) -> None:
    assert measured(kpi, **drawn) == expected


@pytest.mark.parametrize("other", [{"store_id": pl.lit("q3")}, {"system": pl.lit("app")}])
def test_a_receipt_number_used_in_two_stores_or_systems_is_two_transactions(other: dict[str, pl.Expr]) -> None:
    both = pl.concat([one_store(BARE, "sales"), one_store(BARE, "sales").with_columns(**other)])
    facts = measure(KPIS, {"sales": both.with_columns(chain=pl.lit("sx"))}, ["chain"])
    assert facts.filter(kpi="transactions")["numerator"].to_list() == [2]


def test_rows_that_belong_to_no_group_of_a_level_are_left_out_there() -> None:
    rows = one_store(TWO_RECEIPTS, "sales").with_columns(
        person=pl.when(pl.col("employee_id") == "an").then("employee_id")
    )
    facts = measure({"net_sales": KPIS["net_sales"]}, {"sales": rows}, ["store", "person"])
    assert facts.select("level", "group_id", "numerator", "rows").rows() == [
        ("person", "an", 90_000, 3),
        ("store", "q1", 90_000, 5),
    ]


def test_no_table_gives_no_facts() -> None:
    assert measure(KPIS, {}, LEVELS).equals(pl.DataFrame(schema=dict(FACTS)))
