"""Control totals: what was delivered against what became of it, to the last decimal."""

from decimal import Decimal

from flows.settlement import CONTROL
from tests.drawn import full
from transforms.tables import SALES
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
    assert list(stated_differences(stated, rows)) == [Difference("quantity", Decimal(4), Decimal(3))]
