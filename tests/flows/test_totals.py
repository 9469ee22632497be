"""Control totals: what was delivered against what became of it, to the last decimal."""

from decimal import Decimal

from flows.settlement import CONTROL
from tests.drawn import full
from transforms.totals import Delivered, imbalance

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
