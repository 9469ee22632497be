"""The catalogue: what we ship, and what is refused in a file of a site."""

import tomllib
from unicodedata import is_normalized

import pytest

from transforms.kpis.aggregate import fault
from transforms.kpis.catalogue import LANGUAGES, load_catalogue, rating_measures, shipped_catalogue, shipped_texts
from transforms.kpis.kpi import Kind, Unit
from transforms.measured import MEASURED
from transforms.problem import BadSite

KPIS = shipped_catalogue()
IDS = {
    Kind.OUTPUT: "net_sales sales_growth transactions average_transaction_value units_per_transaction"
    " sales_per_labour_hour transactions_per_labour_hour sales_per_fte gross_margin_rate discount_rate return_rate"
    " void_rate gross_sales same_store_growth budget_attainment product_focus_share new_customer_rate"
    " repeat_customer_rate customer_satisfaction brand_score"
    " gross_margin labour_cost_share operating_cost_share operating_margin_rate",
    Kind.BEHAVIOUR: "attendance_rate lateness_rate overtime_share missing_punch_rate"
    " lost_time_rate absence_frequency absent_people_share lateness_minutes early_leave_rate schedule_adherence"
    " turnover service_attitude teamwork hygiene_audit",
    Kind.COMPETENCY: "full_price_share product_range_sold service_skill attach_rate product_knowledge"
    " training_completed certification_share cross_position_coverage employee_engagement",
}
OWN = """
[tip_rate]
kind = "behaviour"
unit = "share"
better = "lower"
decimals = 2
numerator = { table = "sales", sum = "SUM(CASE WHEN kind = 'void' THEN gross_amount ELSE 0 END)" }
denominator = { table = "sales", sum = "SUM(gross_amount)" }
name = { vi = "Tỷ lệ hủy", en = "Void rate" }
objective = { vi = "Ít hủy", en = "Few voids" }
why = { vi = "Thất thoát", en = "Losses" }
measured_by = { vi = "Hủy chia bán", en = "Voids by sales" }
levers = { vi = ["Duyệt"], en = ["Approve"] }
owner = "store_manager"
reached_when = { vi = "Đạt", en = "Reached" }
reviewed = "monthly"
"""


def refused(text: str) -> str:
    with pytest.raises(BadSite) as problem:
        load_catalogue({"kpis.toml": text})
    return str(problem.value)


def test_the_catalogue_holds_forty_seven_kpis_in_reading_order() -> None:
    assert {kind: " ".join(k.id for k in KPIS.values() if k.kind is kind) for kind in Kind} == IDS


def test_every_kpi_answers_every_question_in_vietnamese_and_english() -> None:
    for kpi in KPIS.values():
        answers = kpi.answers
        texts = [kpi.name, answers.objective, answers.why, answers.measured_by, answers.reached_when]
        said = [text[language] for text in texts for language in LANGUAGES]
        said += [lever for language in LANGUAGES for lever in answers.levers[language]]
        assert all(text and is_normalized("NFC", text) for text in said), kpi.id
        assert len({len(answers.levers[language]) for language in LANGUAGES}) == 1, f"{kpi.id}: a lever is not told"
        assert all(text["vi"] != text["en"] for text in texts), f"{kpi.id}: not translated"


def test_shares_are_shown_with_decimals_and_money_with_those_of_the_currency() -> None:
    money = {Unit.MONEY, Unit.MONEY_PER_FTE, Unit.MONEY_PER_HOUR, Unit.MONEY_PER_TRANSACTION}
    assert all((kpi.decimals is None) == (kpi.unit in money) for kpi in KPIS.values())


def test_every_shipped_kpi_says_where_its_formula_comes_from() -> None:
    assert [kpi.id for kpi in KPIS.values() if not kpi.source] == []


def test_growth_has_no_sums_of_its_own() -> None:
    growth = KPIS["sales_growth"]
    assert (growth.growth_of, growth.numerator, growth.denominator) == ("net_sales", None, None)


def test_a_site_adds_a_kpi_of_its_own() -> None:
    both = load_catalogue({**shipped_texts(), "kpis.toml": OWN})
    assert [*both] == [*KPIS, "tip_rate"]
    assert both["tip_rate"].name["vi"] == "Tỷ lệ hủy"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('why = { vi = "Thất thoát", en = "Losses" }', "", "kpis.toml: [tip_rate] why is missing; add it."),
        (
            'why = { vi = "Thất thoát", en = "Losses" }',
            'why = { en = "Losses" }',
            "kpis.toml: [tip_rate] why.vi is missing; every answer is needed in vi, en: write it.",
        ),
        ('levers = { vi = ["Duyệt"], en = ["Approve"] }', 'levers = { vi = ["Duyệt"] }', "levers.en is missing"),
        ('en = "Few voids"', 'en = " "', "objective.en is ' ', which cannot be: string should have at least 1 char"),
        ('unit = "share"', 'unit = "percent"', "unit is 'percent'; allowed are 'money', 'money_per_hour'"),
        ('kind = "behaviour"', 'kind = "habit"', "kind is 'habit'; allowed are 'output', 'behaviour' or 'competency'"),
        ('reviewed = "monthly"', 'reviewed = "daily"', "reviewed is 'daily'; allowed are 'monthly'"),
        ("decimals = 2", "decimal = 2", "decimal is no key known here; allowed are kind, unit, better, decimals"),
        ('"SUM(gross_amount)"', '"SUM(gross)"', "names 'gross', which is no column of its table; its columns are sys"),
        ('{ table = "sales", sum = "SUM(gross_amount)" }', '{ table = "till", sum = "COUNT(*)" }', "'sales', 'shifts'"),
        ("sum = ", "total = ", "numerator.sum is missing"),
        ("denominator", "base = {table='sales', sum='COUNT(*)'}\ndenominator", "has a base: it is what a"),
        ("numerator =", "attainment_of = 'x'\n#", "is worked out from another KPI, so it has no denominator"),
        (
            "numerator =",
            "growth_of = 'net_sales'\nnumerator =",
            "needs exactly one of numerator, growth_of and attainment_of",
        ),
        ("[tip_rate]", "[Tip-Rate]", "[Tip-Rate] is no id of a KPI; allowed are small letters"),
        ("[tip_rate]", "[tip_rate", "kpis.toml: this is not TOML"),
    ],
)
def test_a_fault_is_told_with_file_kpi_key_and_what_is_allowed(before: str, after: str, said: str) -> None:
    assert said in refused(OWN.replace(before, after))


def test_the_measures_of_ratings_are_those_that_a_kpi_reads() -> None:
    assert {"service_skill", "labour_cost_amount", "certified"} <= set(rating_measures(KPIS))
    own = OWN.replace(
        '"sales", sum = "SUM(gross_amount)"', '"ratings", sum = "SUM(CASE WHEN measure = \'smile\' THEN value END)"'
    )
    assert rating_measures(load_catalogue({"kpis.toml": own})) == ["smile"]


def test_every_mistake_is_told_at_once() -> None:
    twice = OWN.replace('unit = "share"', 'unit = "percent"').replace("SUM(gross_amount)", "MAX(gross_amount)")
    told = refused(twice + OWN.replace("[tip_rate]", "[Bad]")).splitlines()
    assert ["unit is" in told[0], "denominator" in told[1], "[Bad] is no id" in told[2]] == [True] * 3


def test_an_unknown_key_of_a_sum_is_told_with_the_keys_a_sum_has() -> None:
    assert "allowed are table, sum." in refused(OWN.replace("{ table =", "{ source = 'x', table ="))


def test_an_id_that_stands_in_two_files_is_refused() -> None:
    with pytest.raises(BadSite, match=r"b.toml: \[tip_rate\] stands in a.toml already"):
        load_catalogue({"a.toml": OWN, "b.toml": OWN})


def test_growth_of_what_is_no_plain_sum_is_refused() -> None:
    entry = OWN.replace("numerator", "#").replace("denominator", "#").replace("decimals", "growth_of='x'\ndecimals")
    assert "growth_of is 'x'; allowed are none" in refused(entry)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT net_amount FROM sales",
        "(SELECT SUM(net_amount))",
        "SUM(net_amount) OVER (PARTITION BY store_id)",
        "read_csv('secrets.csv')",
        "COUNT(read_text('x'))",
        "AVG(net_amount)",
        "MAX(net_amount)",
        "net_amount",
        "SUM(net_amount) / COUNT(*)",
        "SUM(net_amount / 2)",
        "SUM(SUM(net_amount))",
        "SUM(net_amount) -- all",
        "SUM(net_amount); DROP TABLE sales",
        "SUM(store_id)",
        "SUM(CASE WHEN kind = 1 THEN net_amount END)",
        "SUM(net_amount",
        "SUM net_amount",
        "CASE WHEN COUNT(*) > 1 THEN 1 END",
        "42",
        "",
    ],
)
def test_whatever_is_no_plain_aggregate_of_known_columns_is_refused(sql: str) -> None:
    assert fault(sql, MEASURED["sales"])


def test_plain_aggregates_may_be_added_and_scaled() -> None:
    sums = ("SUM(net_amount) - SUM(cost_amount)", "COUNT(*) * 100", "SUM(CASE WHEN kind = 'o''k' THEN 1 ELSE 0 END)")
    assert [fault(sql, MEASURED["sales"]) for sql in sums] == [None] * 3


def test_no_shipped_kpi_counts_a_void() -> None:
    for text in shipped_texts().values():
        for name, entry in tomllib.loads(text).items():
            sums = [entry[side]["sum"] for side in ("numerator", "denominator") if side in entry]
            over_sales = [s for s in sums if "net_amount" in s or "receipt_id" in s or "quantity" in s]
            assert all("kind" in s for s in over_sales), name
