"""The verdict on a batch: when it is refused, what is an error of the program, and that nothing leaks or is lost."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from great_expectations.validator import validator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawn import full
from tests.quality.conftest import PARAMETERS, REFERENCES, RUN_TIME, Judge
from transforms.quality import BrokenSuite, Finding, Gate, Gatekeeper, validation
from transforms.quality.suites import Suite, parse
from transforms.tables import RATINGS, SALES, TABLES, empty


def sales(*stores: str, **columns: Any) -> pl.DataFrame:
    """Draw one plain line of each store; a list gives a column line by line."""
    plain = {"store_id": list(stores), "business_date": date(2026, 2, 1), "receipt_id": "r", "kind": "sale"}
    values = plain | {"quantity": 1, "net_amount": 45_000} | columns
    lines = {n: v if isinstance(v := values.get(n), list) else [v] * len(stores) for n in SALES.columns}
    return pl.DataFrame(lines, schema=dict(SALES.columns))


@pytest.mark.parametrize("table", TABLES)
def test_a_file_without_rows_is_refused(gate: Judge, table: str) -> None:
    judged = gate(table, empty(TABLES[table].columns))
    assert judged.closed == (Finding("no_rows", "0", "≥ 1"),)
    assert judged.kept.schema == TABLES[table].columns
    assert judged.quarantined.schema == {**TABLES[table].columns, "reasons": pl.List(pl.String)}


@pytest.mark.parametrize("table", TABLES)
def test_rules_are_asked_less_often_and_say_the_same(gate: Judge, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = empty(TABLES[table].columns).clear(3)
    brief = [gate(table, rows).result.to_json_dict() for _ in range(2)]
    monkeypatch.setattr(validation, "BriefValidator", validator.Validator)
    assert brief == [gate(table, rows).result.to_json_dict()] * 2


def test_a_file_with_other_columns_is_refused_whole(gate: Judge) -> None:
    rows = sales("q1", "q2").with_columns(net_amount=pl.lit(1.5)).drop("channel")
    judged = gate("sales", rows)
    assert judged.closed == (
        Finding(
            "wrong_columns",
            "net_amount: Float64",
            "channel: String, net_amount: Decimal(precision=18, scale=4)",
        ),
    )
    assert judged.kept.is_empty()
    assert judged.quarantined.drop("reasons").equals(rows)
    assert judged.quarantined["reasons"].to_list() == [["wrong_columns"]] * 2


def test_columns_in_another_order_are_other_columns(gate: Judge) -> None:
    judged = gate("sales", sales("q1").select(*reversed(list(SALES.columns))))
    assert judged.closed == (Finding("wrong_columns", "21 columns", "21 columns"),)


def test_a_file_whose_cells_are_mostly_wrong_is_refused_though_some_rows_pass(gate: Judge) -> None:
    dates = [date(2026, 2, 1), date(2026, 10, 2), date(2026, 11, 2)]
    judged = gate("sales", sales("q1", "q1", "q1", business_date=dates))
    assert judged.closed == (Finding("future_date", "2/3", "≤ 1/3"),)
    assert judged.kept.height == 1


def test_a_file_is_not_refused_for_stores_the_site_does_not_list(gate: Judge) -> None:
    judged = gate("sales", sales("q7", "q8", "q9"))
    assert judged.closed == ()
    assert judged.quarantined["reasons"].to_list() == [["unknown_store"]] * 3


def test_lazy_rows_are_judged_as_eager_ones(gate: Judge) -> None:
    rows = sales("q1", "q2")
    assert gate("sales", rows.lazy()).kept.equals(gate("sales", rows).kept)


def test_a_large_file_is_judged_as_small_ones_are(gate: Judge) -> None:
    stores = ["q2" if at % 200 == 0 else "q1" for at in range(60_000)]
    judged = gate("sales", sales(*stores, net_amount=-1))
    assert judged.quarantined["reasons"].to_list() == [["unknown_store"]] * 300
    assert judged.kept.height == 59_700
    assert judged.warnings == (Finding("negative_sale", "60000/60000", "≤ 0/60000"),)


@pytest.mark.parametrize("large", [Decimal("45000.5"), Decimal("45000.50000000"), 45000.5, Decimal("1e15")])
def test_a_bound_may_be_any_number(gate: Judge, large: Decimal | float) -> None:
    judged = gate(
        "sales", sales("q1", "q1", net_amount=[Decimal("45000.5000"), Decimal("45000.5001")]), large_amount=large
    )
    assert [finding.observed for finding in judged.warnings] == (["1/2"] if large < 50_000 else [])


def test_two_gatekeepers_know_their_own_stores_only() -> None:
    rows = sales("q1", "hanoi")
    here, there = (Gatekeeper(REFERENCES | {"stores": pl.Series([store])}) for store in ("q1", "hanoi"))
    for keeper, known in ((here, "q1"), (there, "hanoi"), (here, "q1")):
        judged = keeper.gate("sales", rows, name="f", run_time=RUN_TIME, parameters=PARAMETERS)
        assert judged.kept["store_id"].to_list() == [known]


def test_a_site_that_lists_nobody_knows_nobody() -> None:
    keeper = Gatekeeper({"stores": pl.Series(["q1"]), "employees": pl.Series([])})
    rows = sales("q1", "q1", employee_id=["an", None])
    judged = keeper.gate("sales", rows, name="f", run_time=RUN_TIME, parameters=PARAMETERS)
    assert judged.quarantined["reasons"].to_list() == [["unknown_employee"]]


def test_threads_get_the_verdicts_on_their_own_batches(gate: Judge) -> None:
    batches = [sales(*["q1"] * (n + 1), *["q2"] * n) for n in range(24)]
    with ThreadPoolExecutor(4) as pool:
        judged = list(pool.map(lambda rows: gate("sales", rows), batches))
    assert [(j.kept.height, j.quarantined.height) for j in judged] == [(n + 1, n) for n in range(24)]
    assert [observed_rows(j) for j in judged] == [2 * n + 1 for n in range(24)]


def observed_rows(judged: Gate) -> int:
    by_reason = {r.expectation_config.meta["reason"]: r for r in judged.result.results}
    rows: int = by_reason["no_rows"].result["observed_value"]
    return rows


def of_one_rule(kwargs: str, kind: str = "expect_column_values_to_not_be_null") -> Suite:
    return parse(
        "sales",
        f"""
expectations:
  - {{type: expect_column_values_to_not_be_null, severity: critical, description: a., kwargs: {{column: store_id}}, meta: {{reason: fine}}}}
  - {{type: {kind}, severity: critical, description: b., kwargs: {kwargs}, meta: {{reason: misspelt}}}}
""",  # noqa: E501
    )


def judge(keeper: Gatekeeper, suite: Suite, rows: pl.DataFrame) -> Gate:
    return keeper.judge(suite, rows, name="f", run_time=RUN_TIME, parameters=PARAMETERS)


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [
        ("expect_column_values_to_not_be_null", "{column: net_amout}"),
        ("expect_rows_to_satisfy", "{column_list: [net_amount, quantity], sql: net_amout > 0}"),
        ("expect_rows_to_satisfy", "{column_list: [net_amount, quantity], sql: net_amount > }"),
        ("expect_column_values_to_match_regex", "{column: store_id, regex: '('}"),
        ("expect_column_sum_to_be_between", "{column: net_amout, min_value: 1}"),
        ("expect_column_values_to_be_betwixt", "{column: net_amount}"),
        ("expect_column_values_to_not_be_null", "{colum: net_amount}"),
        ("expect_column_values_to_exist_in", "{column: store_id, reference: shops}"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_an_error_naming_suite_and_rule(
    gatekeeper: Gatekeeper, kind: str, kwargs: str
) -> None:
    with pytest.raises(BrokenSuite, match=rf"^Suite sales, rule misspelt \({kind}\): "):
        judge(gatekeeper, of_one_rule(kwargs, kind), sales("q1"))


def test_rows_outside_a_row_condition_are_neither_counted_nor_quarantined(gatekeeper: Gatekeeper) -> None:
    condition = "{type: comparison, column: {name: store_id}, operator: ==, parameter: q1}"
    suite = of_one_rule(f"{{column: employee_id, row_condition: {condition}, mostly: 0.5}}")
    judged = judge(gatekeeper, suite, sales("q1", "q1", "q3", "q1", employee_id=["an", None, None, None]))
    assert judged.closed == (Finding("misspelt", "2/3", "≤ 1/3"),)
    assert judged.quarantined["store_id"].to_list() == ["q1", "q1"]


def test_what_is_allowed_is_counted_exactly(gatekeeper: Gatekeeper) -> None:
    judged = judge(gatekeeper, of_one_rule("{column: employee_id, mostly: 0.9}"), sales(*["q1"] * 10))
    assert judged.closed == (Finding("misspelt", "10/10", "≤ 1/10"),)


def test_the_result_is_told_as_of_the_run_and_never_of_the_clock(gate: Judge) -> None:
    meta = gate("sales", sales("q1")).result.meta
    assert meta["run_id"].run_time == RUN_TIME
    assert meta["validation_time"] == meta["batch_markers"]["ge_load_time"] == "20260302T023000.000000Z"


def test_nothing_is_printed_logged_or_written(
    gate: Judge,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        Gatekeeper(REFERENCES)
        gate("sales", sales("q1", "q2", net_amount=-1))
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert list(tmp_path.iterdir()) == []


# -- invariants

STORE = st.sampled_from(["q1", "q3", "q9", None])
EMPLOYEE = st.sampled_from(["an", "binh", "chi", None])
DAY = st.sampled_from(
    [date(2023, 12, 31), date(2024, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 2), None]
)
AMOUNT = st.sampled_from([-45_000, 0, 40_000, 45_000, None])
LINE = st.fixed_dictionaries(
    {
        "store_id": STORE,
        "business_date": DAY,
        "receipt_id": st.sampled_from(["r1", None]),
        "kind": st.sampled_from(["sale", "return", "void", "SALE", None]),
        "employee_id": EMPLOYEE,
        "quantity": st.sampled_from([-1, 0, 1, None]),
        "gross_amount": AMOUNT,
        "discount_amount": st.sampled_from([0, 5_000, None]),
        "net_amount": AMOUNT,
    }
)


def reasons_of(line: dict[str, Any]) -> list[str]:
    """The rules of sales once more, in plain Python."""
    store, day, kind, quantity, net = (line[k] for k in ("store_id", "business_date", "kind", "quantity", "net_amount"))
    amounts = (net, line["gross_amount"], line["discount_amount"])
    broken = {
        "no_store": store is None,
        "unknown_store": store == "q9",
        "unknown_employee": line["employee_id"] == "chi",
        "no_date": day is None,
        "future_date": day is not None and day > date(2026, 3, 1),
        "too_old": day is not None and day < date(2024, 1, 1),
        "no_receipt": line["receipt_id"] is None,
        "no_kind": kind is None,
        "unknown_kind": kind == "SALE",
        "no_quantity": quantity is None,
        "no_amount": net is None,
        "positive_return": kind == "return" and ((quantity or 0) > 0 or (net or 0) > 0),
        "does_not_add_up": None not in amounts and abs(amounts[0] - (amounts[1] - amounts[2])) > 0.01,
    }
    return [reason for reason, is_broken in broken.items() if is_broken]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=1, max_size=30))
def test_every_row_is_kept_or_quarantined_and_only_for_its_reasons(gate: Judge, lines: list[dict[str, Any]]) -> None:
    rows = sales(*[""] * len(lines), **{name: [line[name] for line in lines] for name in lines[0]})
    rows = rows.with_columns(row_no=pl.int_range(pl.len()))

    judged = gate("sales", rows)

    expected = [(at, why) for at, line in enumerate(lines) if (why := reasons_of(line))]
    assert list(zip(judged.quarantined["row_no"], judged.quarantined["reasons"].to_list(), strict=True)) == expected
    together = pl.concat([judged.kept, judged.quarantined.drop("reasons")]).sort("row_no")
    assert together.equals(rows)


MINUTES = st.none() | st.integers(-2_000, 6_000)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(punches=st.lists(st.tuples(MINUTES, MINUTES), min_size=1, max_size=20))
def test_a_kept_clocking_can_have_happened(gate: Judge, punches: list[tuple[int | None, int | None]]) -> None:
    midnight = datetime.fromisoformat("2026-02-01")
    at = [[None if m is None else midnight + timedelta(minutes=m) for m in pair] for pair in punches]
    rows = pl.DataFrame(at, schema={"clock_in": pl.Datetime("us"), "clock_out": pl.Datetime("us")}, orient="row")
    columns = {"employee_id": pl.lit("an"), "business_date": pl.lit(midnight.date())}
    known = rows.with_columns(**columns)
    missing = {n: pl.lit(None, t) for n, t in TABLES["clockings"].columns.items() if n not in known.columns}

    kept = gate("clockings", known.with_columns(**missing).select(*TABLES["clockings"].columns)).kept

    def possible(pair: list[datetime | None]) -> bool:
        punches = [punch for punch in pair if punch]
        day = timedelta(days=1)
        near = all(midnight - day <= punch < midnight + 3 * day for punch in punches)
        return bool(punches) and near and (len(punches) == 1 or timedelta() < punches[1] - punches[0] <= day)

    assert kept.select("clock_in", "clock_out").rows() == [tuple(pair) for pair in at if possible(pair)]


def test_ratings_know_their_scale_by_its_parameter(gate: Judge) -> None:
    rows = full(
        """
        store_id | business_date | measure | value
        ---------+---------------+---------+------
        q1       | 2026-02-01    | smile   | 5
        q1       | 2026-02-01    | smile   | 6
        """,
        RATINGS.columns,
    )
    assert gate("ratings", rows, highest_rating=5).quarantined["value"].to_list() == [6]
    assert gate("ratings", rows, highest_rating=10).quarantined.is_empty()
