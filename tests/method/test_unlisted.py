"""Days that a newer sheet passes over."""

from datetime import date

import pytest

from tests.drawn import full
from transforms.tables import ROSTER
from transforms.unlisted import unlisted

HEAD = "system | store_id | employee_id | business_date\n---\n"
HELD = "\n".join(f"r | q1 | an | 2026-10-0{d}" for d in (5, 6, 7, 8))


@pytest.mark.parametrize(
    ("newer", "days"),
    [
        ("r | q1 | an | 2026-10-05\nr | q1 | an | 2026-10-08", [6, 7]),
        ("r | q1 | an | 2026-10-05\nr | q1 | an | 2026-10-06", []),  # it ends before: nothing is said of the 7th
        ("r | q1 | an | 2026-10-04\nr | q1 | an | 2026-10-09", []),  # other days only: not the same sheet again
        ("r | q3 | an | 2026-10-05\nr | q1 | binh | 2026-10-05\nr | q1 | an | 2026-10-08", []),
    ],
)
def test_days_between_the_first_and_last_of_a_person_are_passed_over(newer: str, days: list[int]) -> None:
    found = unlisted(full(HEAD + HELD, ROSTER.columns), full(HEAD + newer, ROSTER.columns))
    assert found.rows() == [("q1", "an", date(2026, 10, day)) for day in days]
