"""Days and times: exact formats, and an order of day and month proven by the whole column."""

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.exports.moments import Format, read_moments
from transforms.problem import BadExport

BOTH = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"]
at = datetime.fromisoformat  # local wall-clock time has no zone
SUBJECT = 'sales.csv: the column "Ngày"'


def read(cells: list[str | None], *formats: str) -> list[object]:
    return read_moments(pl.Series(cells, dtype=pl.String), formats, SUBJECT).to_list()


@pytest.mark.parametrize(
    ("cell", "format_", "value"),
    [
        ("5/1/2026", "%d/%m/%Y", date(2026, 1, 5)),
        ("1/15/26 9:03 am", "%m/%d/%y %I:%M %p", at("2026-01-15 09:03:00")),
        ("1/15/26 12:03\u202fAM", "%m/%d/%y %I:%M %p", at("2026-01-15 00:03:00")),
        ("05/01/2026 1:03\u00a0p.\u00a0m.", "%d/%m/%Y %I:%M %p", at("2026-01-05 13:03:00")),
        ("05/01/2026 1:03 CH", "%d/%m/%Y %I:%M %p", at("2026-01-05 13:03:00")),
        ("03-03-2015  12:15:44PM", "%d-%m-%Y %I:%M:%S%p", at("2015-03-03 12:15:44")),
        ("9:22:18", "%H:%M:%S", time(9, 22, 18)),
        ("7:53", "%H:%M", time(7, 53)),
        ("2026-09-03 23:15:00 -0400", "%Y-%m-%d %H:%M:%S %z", at("2026-09-03 23:15:00")),
        ("2026-09-03T23:15:00.5+07:00", "%Y-%m-%dT%H:%M:%S%.f%z", at("2026-09-03 23:15:00.500000")),
        ("2026-09-03 23:15:00 UTC", "%Y-%m-%d %H:%M:%S %z", at("2026-09-03 23:15:00")),
        ("Thu Sep 03 2026 23:15:00 GMT+0700 (Indochina Time)", "%a %b %d %Y %H:%M:%S %z", at("2026-09-03 23:15:00")),
        ("05-Jan-2026", "%d-%b-%Y", date(2026, 1, 5)),
    ],
)
def test_a_cell_is_read_by_its_format(cell: str, format_: str, value: object) -> None:
    assert read([cell, None], format_) == [value, None]


@pytest.mark.parametrize(
    ("cell", "format_"),
    [
        ("01/04/2019a", "%d/%m/%Y"),
        ("x01/04/2019", "%d/%m/%Y"),
        ("31/02/2026", "%d/%m/%Y"),
        ("01/04/19", "%d/%m/%Y"),
        ("01/04/0219", "%d/%m/%Y"),
        ("01/04/2019", "%d/%m/%y"),
        ("1/4/2019 9:5", "%d/%m/%Y %H:%M"),
        ("1/4/2019 24:00", "%d/%m/%Y %H:%M"),
        ("1/4/2019 23:59:60", "%d/%m/%Y %H:%M:%S"),
        ("1/4/2019 13:05 PM", "%d/%m/%Y %I:%M %p"),
        ("2019-04-01 09:00:00", "%Y-%m-%d"),
    ],
)
def test_what_is_not_written_exactly_so_is_no_moment(cell: str, format_: str) -> None:
    assert read([cell], format_) == [None]


def test_formats_of_one_order_are_tried_one_after_the_other() -> None:
    cells: list[str | None] = ["05/01/2026 07:53", "6/1/2026 7:53:09"]
    assert read(cells, "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S") == [
        at("2026-01-05 07:53:00"),
        at("2026-01-06 07:53:09"),
    ]


def test_one_day_after_the_twelfth_proves_the_order() -> None:
    assert read(["01/04/2019", "13/04/2019"], *BOTH) == [date(2019, 4, 1), date(2019, 4, 13)]
    assert read(["04/01/2019", "04/13/2019"], *BOTH) == [date(2019, 4, 1), date(2019, 4, 13)]


def test_damaged_cells_do_not_flip_the_order() -> None:
    cells: list[str | None] = ["01/04/2019", "13/04/2019", "01/04/2019a", "x", "32/01/2019"]
    assert read(cells, *BOTH) == [date(2019, 4, 1), date(2019, 4, 13), None, None, None]


def test_an_unproven_order_is_refused_with_both_readings() -> None:
    with pytest.raises(BadExport, match=r'"Ngày" does not show whether \'01/04/2019\' means 2019-04-01 or 2019-01-04'):
        read(["05/05/2019", "01/04/2019"], *BOTH)


def test_an_order_that_makes_no_difference_needs_no_proof() -> None:
    assert read(["05/05/2019", None], *BOTH) == [date(2019, 5, 5), None]


def test_a_mix_of_both_orders_is_refused_with_a_witness_of_each() -> None:
    with pytest.raises(BadExport, match=r"mixes two orders of day and month: '13/04/2019' and '04/14/2019'"):
        read(["01/04/2019", "13/04/2019", "04/14/2019"], *BOTH)


def test_the_order_a_profile_names_is_still_refuted_by_the_column() -> None:
    with pytest.raises(BadExport, match=r"'04/13/2019', which is only a day with day and month exchanged"):
        read(["04/01/2019", "04/02/2019", "04/13/2019"], "%d/%m/%Y")
    assert read(["01/04/2019", "13/04/2019", "04/13/2019"], "%d/%m/%Y")[2] is None


def test_a_column_of_times_or_of_moments_is_told_apart_as_a_whole() -> None:
    formats = ("%Y-%m-%d %H:%M", "%H:%M")
    assert read(["7:53", None, "17:02"], *formats) == [time(7, 53), None, time(17, 2)]
    assert read(["2026-01-05 07:53", "7:53", "2026-01-05 17:02"], *formats)[1] is None


def test_a_format_that_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'%d %Q' is not understood"):
        Format("%d %Q")


days = st.dates(date(1950, 1, 1), date(2049, 12, 31))


@given(st.lists(days, min_size=1, max_size=30), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_column_with_both_orders_allowed_is_read_right_or_refused(values: list[date], written: str) -> None:
    cells: list[str | None] = [value.strftime(written) for value in values]
    proven = any(value.day > 12 for value in values) or all(value.day == value.month for value in values)
    if proven:
        assert read(cells, *BOTH) == values
    else:
        with pytest.raises(BadExport):
            read(cells, *BOTH)


@given(
    st.lists(st.datetimes(at("1970-01-01 00:00:00"), at("2049-12-31 00:00:00")), min_size=1, max_size=20),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S"]),
)
def test_moments_written_by_a_format_read_back_equal(values: list[datetime], written: str) -> None:
    whole = [value - timedelta(microseconds=value.microsecond) for value in values]
    recent = [value for value in whole if "%y" not in written or value.year >= 2000]
    try:
        assert read([value.strftime(written) for value in recent], written) == recent
    except BadExport as refusal:
        pytest.fail(str(refusal))
