"""Control totals: what was delivered against what became of it, to the last decimal."""

from decimal import Decimal

from flows.settlement import CONTROL
from tests.drawn import full
from transforms.tables import QUARANTINE, SALES, empty
from transforms.totals import Delivered, Difference, imbalance, stated_differences

TOTALS = """
    outcome     | rows | amount
    ------------+------+-------
    kept        | 2    | 10.5
    quarantined | 1    | 4.25
    superseded  | 9    | 99
"""


def test_a_row_or_an_amount_that_nobody_accounts_for_is_found() -> None:
    control = full(TOTALS, CONTROL)
    assert imbalance(Delivered(3, amount=Decimal("14.75")), control) == (0, Decimal(0))
    assert imbalance(Delivered(4, amount=Decimal("14.76")), control) == (1, Decimal("0.01"))


def test_a_totals_row_of_the_export_is_compared() -> None:
    rows = full("net_amount | quantity\n---\n10.5 | 1\n4.25 | 2", SALES.columns)
    stated = {"net_amount": Decimal("14.75"), "quantity": Decimal(4)}
    none = empty(QUARANTINE)
    different = stated_differences(stated, rows, none, amount="net_amount")
    assert list(different) == [Difference("quantity", Decimal(4), Decimal(3))]


def test_with_rejected_rows_only_the_amount_is_compared() -> None:
    rows = full("net_amount | quantity\n---\n10.5 | 1", SALES.columns)
    rejected = full("row_no | amount\n---\n3 | 4.25", QUARANTINE)
    stated = {"net_amount": Decimal("14.75"), "quantity": Decimal(3)}
    assert not list(stated_differences(stated, rows, rejected, amount="net_amount"))
    short = stated_differences(stated, rows, rejected.clear(), amount=None)
    assert [one.column for one in short] == ["net_amount", "quantity"]
