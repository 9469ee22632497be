"""How large a sample may be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.sample import Scale
from flows.sample.scale import add_months, days_of, month_end, months_between, random_for
from transforms.problem import BadSite

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"stores": 0}, "stores is 0; choose from 1 to 1000"),
        ({"stores": 1001}, "stores is 1001; choose from 1 to 1000"),
        ({"months": 0}, "months is 0; choose from 1 to 120"),
        ({"receipts_per_day": 0}, "receipts_per_day is 0; choose from 1 to 2000"),
        ({"people": 29}, "29 people cannot run 6 stores; choose at least 30"),
        ({"nights": -1}, "nights is -1; choose from 0 to the days of 26 months"),
        ({"nights": 900}, "nights is 900; choose from 0 to the days of 26 months"),
    ],
)
def test_what_makes_no_chain_is_refused(wrong: dict[str, int], says: str) -> None:
    with pytest.raises(BadSite, match=says):
        Scale(**wrong)  # type: ignore[arg-type]


def test_the_months_are_counted_back_from_the_last_day() -> None:
    scale = Scale(months=26, until=date(2026, 10, 31), nights=21)
    assert scale.first_day == date(2024, 9, 1)
    assert scale.first_night == date(2026, 10, 11)


@given(DAYS, st.integers(-200, 200))
def test_adding_months_and_taking_them_off_is_nothing(day: date, months: int) -> None:
    assert add_months(add_months(day, months), -months) == day.replace(day=1)


@given(DAYS)
def test_the_day_after_the_end_of_a_month_is_the_first_of_the_next(day: date) -> None:
    assert month_end(day) + timedelta(days=1) == add_months(day, 1)
    assert days_of(day)[-1] == month_end(day)


@given(DAYS, st.integers(0, 40))
def test_every_month_between_two_days_is_there_once(first: date, months: int) -> None:
    last = month_end(add_months(first, months))
    assert list(months_between(first, last)) == [add_months(first, n) for n in range(months + 1)]


def test_parts_have_random_numbers_of_their_own() -> None:
    scale = Scale()
    assert random_for(scale, 1, 2).random() == random_for(scale, 1, 2).random()
    assert random_for(scale, 1, 2).random() != random_for(scale, 2, 1).random()
    assert random_for(scale, 1).random() != random_for(Scale(seed=1), 1).random()
