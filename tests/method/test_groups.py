"""Who a row belongs to."""

from datetime import date

import polars as pl
from hypothesis import given

from tests.drawn import frame
from tests.method.worlds import PEOPLE, PEOPLE_SCHEMA, STORES, sales
from transforms.groups import GROUPS, POSITIONS, groups, place, positions, stints
from transforms.tables import LEVELS, SALES

PLACED = {**SALES.columns, "month": pl.Date(), **dict.fromkeys(LEVELS, pl.String())}


def placed(drawing: str) -> pl.DataFrame:
    rows = frame(drawing, SALES.columns).lazy()
    return place(rows, PEOPLE, STORES, "sx").collect(engine="streaming")


def test_a_row_belongs_to_the_person_employed_that_day_and_to_the_store_it_was_in() -> None:
    expected = frame(
        """
        store_id | employee_id | business_date | month      | region | store | department | position      | person
        ---------+-------------+---------------+------------+--------+-------+------------+---------------+-------
        q1       | an          | 2026-01-31    | 2026-01-01 | south  | q1    | q1.bar     | barista       | an
        q1       | an          | 2026-02-01    | 2026-02-01 | south  | q1    | q1.bar     | shift_leader  | an
        hk       | an          | 2026-02-01    | 2026-02-01 | north  | hk    | hk.bar     | shift_leader  | an
        q1       | binh        | 2026-01-21    | 2026-01-01 | south  | q1    |            |               |
        q1       | binh        | 2026-02-15    | 2026-02-01 | south  | q1    | q1.till    | cashier       | binh
        q1       | binh        | 2026-02-16    | 2026-02-01 | south  | q1    |            |               |
        q3       | chi         | 2026-01-25    | 2026-01-01 | south  | q3    |            | store_manager | chi
        q3       | stranger    | 2026-01-25    | 2026-01-01 | south  | q3    |            |               |
        q3       |             | 2026-01-25    | 2026-01-01 | south  | q3    |            |               |
        """,
        PLACED,
    )
    keys = ["store_id", "employee_id", "business_date"]
    found = place(expected.select(keys).lazy(), PEOPLE, STORES, "sx").collect()
    assert found.select(expected.columns).sort(keys).equals(expected.sort(keys))


def test_a_store_that_is_not_known_still_counts_for_the_chain() -> None:
    row = placed("store_id | employee_id | business_date\n---\nxx | an | 2026-02-03").row(0, named=True)
    assert [row[level] for level in LEVELS] == ["sx", None, None, None, "shift_leader", "an"]


def test_a_rating_without_a_store_belongs_to_the_store_the_person_works_in() -> None:
    row = placed("store_id | employee_id | business_date\n---\n | an | 2026-02-03").row(0, named=True)
    assert [row[level] for level in LEVELS] == ["sx", "north", "hk", "hk.bar", "shift_leader", "an"]


@given(sales)
def test_no_row_is_added_lost_or_changed(rows: pl.DataFrame) -> None:
    overlapping = pl.concat([PEOPLE, PEOPLE, PEOPLE.with_columns(store_id=pl.lit("hk"))])
    found = place(rows.lazy(), overlapping, pl.concat([STORES, STORES]), "sx").collect(engine="streaming")
    assert found.select(rows.columns).sort("row_no").equals(rows)
    assert found["chain"].null_count() == 0


def test_overlapping_stints_are_cut_where_a_later_one_begins() -> None:
    people = frame(
        """
        employee_id | position | department | store_id | from_date  | to_date
        ------------+----------+------------+----------+------------+-----------
        an          | barista  | bar        | q1       | 2026-01-01 |
        an          | trainer  |            | hk       | 2026-02-10 | 2026-02-20
        """,
        PEOPLE_SCHEMA,
    )
    expected = frame(
        """
        employee_id | store_id | department | position | first      | last
        ------------+----------+------------+----------+------------+-----------
        an          | q1       | bar        | barista  | 2026-01-01 | 2026-02-09
        an          | hk       |            | trainer  | 2026-02-10 | 2026-02-20
        an          | q1       | bar        | barista  | 2026-02-21 |
        """,
        {**PEOPLE_SCHEMA, "first": pl.Date(), "last": pl.Date()},
    )
    assert stints(people).equals(expected)


def test_the_groups_of_a_month_are_the_stores_open_and_the_people_employed_in_it() -> None:
    expected = frame(
        """
        level      | group_id      | parent_level | parent_id | region | store | department | position
        -----------+---------------+--------------+-----------+--------+-------+------------+--------------
        chain      | sx            |              |           |        |       |            |
        region     | north         | chain        | sx        | north  |       |            |
        region     | south         | chain        | sx        | south  |       |            |
        store      | hk            | region       | north     | north  | hk    |            |
        store      | q1            | region       | south     | south  | q1    |            |
        department | hk.bar        | store        | hk        | north  | hk    | hk.bar     |
        department | q1.till       | store        | q1        | south  | q1    | q1.till    |
        position   | cashier       | chain        | sx        |        |       |            | cashier
        position   | shift_leader  | chain        | sx        |        |       |            | shift_leader
        position   | store_manager | chain        | sx        |        |       |            | store_manager
        person     | an            | department   | hk.bar    | north  | hk    | hk.bar     | shift_leader
        person     | binh          | department   | q1.till   | south  | q1    | q1.till    | cashier
        person     | chi           | store        | q3        |        | q3    |            | store_manager
        """,
        GROUPS,
    )
    assert groups(STORES, PEOPLE, "sx", date(2026, 2, 1)).equals(expected)


def test_ever_names_every_group_once() -> None:
    every = groups(STORES, PEOPLE, "sx")
    assert every.filter(level="store")["group_id"].to_list() == ["hk", "q1", "q3"]
    assert every.filter(level="person").select("group_id", "parent_id").rows() == [
        ("an", "hk.bar"),
        ("binh", "q1.till"),
        ("chi", "q3"),
        ("dung", "q3.bar"),
    ]
    assert not every.select("level", "group_id").is_duplicated().any()


def test_a_person_has_the_position_of_the_months_last_stint() -> None:
    expected = frame(
        """
        group_id | month      | position
        ---------+------------+--------------
        an       | 2026-01-01 | barista
        an       | 2026-02-01 | shift_leader
        binh     | 2026-01-01 | cashier
        binh     | 2026-02-01 | cashier
        chi      | 2026-01-01 | store_manager
        chi      | 2026-02-01 | store_manager
        dung     | 2026-01-01 | barista
        """,
        POSITIONS,
    )
    assert positions(PEOPLE, (date(2026, 1, 1), date(2026, 2, 1))).equals(expected)
