"""No signal, no proposal; each stands on figures, and keeps its id."""

import re
from datetime import date

import polars as pl
import pytest

from reports.language import language
from tests.drawn import full
from transforms.drivers import DRIVERS
from transforms.proposals import MOST, PROPOSALS, evidence, figures, proposals, shipped_rules
from transforms.signals import SIGNALS

END = date(2026, 7, 31)
ASSURED = {
    **dict.fromkeys(("kpi", "level", "group_id"), pl.String()),
    "month": pl.Date(),
    "target": pl.Float64(),
    "assurance": pl.String(),
}
SIGNAL_ROWS = """
    kpi           | level | group_id | value | expected | rule    | side
    --------------+-------+----------+-------+----------+---------+-------
    discount_rate | store | q1       | 0.2   | 0.1      | outside | higher
    net_sales     | store | q1       | 800   | 700      |         |
    lateness_rate | store | q1       | 0.1   | 0.1      |         |
    discount_rate | store | q3       | 0.2   | 0.1      | run_of_eight | higher
    net_sales     | store | q3       | 800   | 700      | outside | higher
    """


def proposed(coverage: float | None = None, assured: str = "kpi | level | group_id\n---") -> pl.DataFrame:
    charted = full(SIGNAL_ROWS, SIGNALS)
    told = pl.DataFrame(
        {"level": ["store"], "group_id": ["q1"], "coverage": [coverage]}, schema_overrides={"coverage": pl.Float64}
    )
    none = full("level | group_id\n---", DRIVERS)
    return proposals(evidence(charted, full(assured, ASSURED), none, [told]), END)


def test_only_a_point_outside_starts_a_proposal() -> None:
    found = proposed()
    assert found.schema == pl.Schema(PROPOSALS)
    assert found.select("rule", "group_id", "due", "rank").rows() == [("limit_discounts", "q1", date(2026, 8, 14), 1)]
    row = found.row(0, named=True)
    assert row["effect"] == pytest.approx(0.1 * 800 / 0.8)
    assert figures(row) == {"discount_rate": 0.2, "discount_rate_expected": 0.1}


def test_ids_stay() -> None:
    assert proposed()["id"].to_list() == proposed(0.95)["id"].to_list()
    assert re.fullmatch(r"P-[0-9A-F]{8}", proposed()["id"][0])


def test_poor_data_says_nothing() -> None:
    assert proposed(0.5).is_empty()


def test_what_cannot_be_reached_asks_for_another_way() -> None:
    found = proposed(
        assured="kpi | level | group_id | target | assurance\n---\nlateness_rate | store | q1 | 0.05 | cannot_reach"
    )
    assert found["rule"].to_list() == ["limit_discounts", "change_the_roster"]
    assert found["effect"].to_list()[1] is None


def test_a_handful_at_most() -> None:
    rows = [(r.kpi, "store", "q1", 2.0, 3.0 if r.side == "lower" else 1.0, "outside", r.side) for r in shipped_rules()]
    rows.append(("net_sales", "store", "q1", 2.0, 3.0, "", ""))
    schema = {name: SIGNALS[name] for name in ("kpi", "level", "group_id", "value", "expected", "rule", "side")}
    charted = pl.DataFrame(rows, schema=schema, orient="row").unique("kpi")
    found = proposals(evidence(charted, full("kpi | level\n---", ASSURED), full("level | group_id\n---", DRIVERS)), END)
    assert found["rank"].to_list() == list(range(1, MOST + 1))
    assert found["effect"].drop_nulls().is_sorted(descending=True)


@pytest.mark.parametrize(
    ("rule", "hours", "sales", "found"),
    [
        ("three_of_four", -40.0, 800.0, True),
        ("outside", 40.0, 1000.0, True),  # speaks for itself
        ("three_of_four", 40.0, 800.0, False),  # nobody is missing
        ("three_of_four", -40.0, 1000.0, False),  # nothing is missed
        (None, -40.0, 800.0, False),
    ],
)
def test_a_run_of_low_months_asks_for_staff_only_where_other_figures_say_so(
    rule: str | None, hours: float, sales: float, found: bool
) -> None:
    side = "lower" if rule else None
    rows = [
        ("transactions", "store", "q1", 90.0, 100.0, rule, side),
        ("net_sales", "store", "q1", sales, sales, None, None),
    ]
    schema = {name: SIGNALS[name] for name in ("kpi", "level", "group_id", "value", "expected", "rule", "side")}
    charted = pl.DataFrame(rows, schema=schema, orient="row")
    target = full("kpi | level | group_id | target\n---\nnet_sales | store | q1 | 900", ASSURED)
    short = {"short_weekday": 5.0, "short_hour": 17.0, "short_until": 21.0, "short_load": 2.0, "usual_load": 1.0}
    short |= {"short_hours": 300.0, "short_people": 2.0, "sales_per_labour_hour": 5.0}
    others = pl.DataFrame({"level": ["store"], "group_id": ["q1"], **{name: [value] for name, value in short.items()}})
    headcount = f"store | q1 | net | headcount | {hours - 10}\nstore | q1 | net | attendance | 10"
    parts = full(f"level | group_id | measure | driver | part\n---\n{headcount}", DRIVERS)
    asked = proposals(evidence(charted, target, parts, [others]), END)
    assert asked["rule"].to_list() == (["fill_short_hours"] if found else ["win_back_receipts"] * (rule == "outside"))
    if found:
        assert figures(asked.row(0, named=True))["short_people"] == 2


@pytest.mark.parametrize("code", ["en", "vi"])
def test_sentences_stand_on_their_evidence(code: str) -> None:
    for rule in shipped_rules():
        blanks = re.findall(r"{(\w+)}", language(code).texts[f"proposals.{rule.id}"])
        assert set(blanks) == set(rule.values), rule.id
