"""Reading suites: what a rule must state, and what it costs to ask about them."""

import subprocess
import sys

import pytest

from transforms.quality import BrokenSuite, parameters, rules
from transforms.quality.suites import parse, suite
from transforms.tables import TABLES

RULE = """
  - type: expect_column_values_to_not_be_null
    severity: critical
    description: Every row has it.
    kwargs: {column: store_id}
    meta: {reason: no_store}
"""


def test_importing_the_room_and_listing_rules_does_not_import_great_expectations() -> None:
    asked = "import sys, transforms.quality as q; q.rules('sales'); print('great_expectations' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_suite_that_asks_for_its_columns_and_at_least_one_row(table: str) -> None:
    assert [reason for reason, _ in rules(table)][:2] == ["wrong_columns", "no_rows"]
    assert suite(table).rules[0].kwargs == {"table": table}
    assert all(description.endswith(".") for _, description in rules(table))


def test_the_values_a_suite_asks_for() -> None:
    assert parameters("sales") == {"today", "first_day", "small_amount", "large_amount"}
    assert parameters("clockings") == {"today", "first_day"}
    assert parameters("roster") == {"first_day"}
    assert parameters("ratings") == {"today", "first_day", "highest_rating"}


def test_a_missing_value_is_refused_by_name() -> None:
    with pytest.raises(BrokenSuite, match="no value is given for large_amount, small_amount, today; give each a value"):
        suite("sales").given({"first_day": 1, "today": None})


@pytest.mark.parametrize("missing", ["severity", "description", "meta"])
def test_a_rule_states_everything(missing: str) -> None:
    rule = "\n".join(line for line in RULE.splitlines() if missing not in line)
    with pytest.raises(BrokenSuite, match=f"Suite made, rule 2: '{missing}' is missing"):
        parse("made", f"expectations:{RULE.replace('no_store', 'other')}{rule}")


def test_a_reason_belongs_to_one_rule() -> None:
    with pytest.raises(BrokenSuite, match="Suite made: several rules have the reason no_store"):
        parse("made", f"expectations:{RULE}{RULE}")
