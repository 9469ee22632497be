"""The geometry of charts stands whatever the numbers are."""

import re
from dataclasses import replace
from importlib.resources import files
from math import isfinite
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports import charts, gallery
from reports.language import language
from reports.page import Page, page
from reports.press import press
from tests.reports import explained, reviews

NUMBERS = st.lists(st.none() | st.floats(-1e30, 1e30), min_size=1, max_size=13)


def test_a_line_breaks_where_a_value_is_missing() -> None:
    x, y = charts.axis(0, 4, 0, 40), charts.axis(0, 10, 50, 0)
    values = [1.0, None, 2.0, 3.0, None]
    assert charts.line(values, x, y) == "M0.0 45.0M20.0 40.0L30.0 35.0"
    assert charts.area(values, x, y, 50).count("Z") == 2
    assert charts.lone(values) == [0]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1850, [0, 500, 1000, 1500]),
        (-5, 5, [-5, -2.5, 0, 2.5, 5]),
        (99.9, 100.1, [99.9, 99.95, 100.0, 100.05]),
        (7, 7, [7]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert charts.ticks(low, high) == pytest.approx(expected)


@given(NUMBERS)
@example([2.2250738585072014e-308])
def test_everything_lies_within_its_frame(values: list[float | None]) -> None:
    low, high = charts.extent(values, [0.0])
    y = charts.axis(low, high, 100, 0)
    assert all(0 <= y(value) <= 100 for value in values if value is not None)
    assert len(charts.ticks(low, high)) <= 6
    assert all(isfinite(tick) for tick in charts.ticks(low, high))


def test_equal_values_lie_in_the_middle() -> None:
    assert charts.axis(5, 5, 100, 0)(5) == 50


def test_labels_that_would_touch_are_moved_apart() -> None:
    assert charts.apart([10, 12], 22) == [0, 22]
    assert charts.apart([12, 10], 22) == [22, 0]
    assert charts.apart([10, 80], 22) == [10, 80]
    assert charts.apart([None, 80], 22) == [None, 80]


@pytest.mark.parametrize(("score", "share"), [(60, 0), (100, 2 / 3), (120, 1), (-40, 0), (1e9, 1)])
def test_a_score_stays_on_the_dial(score: float, share: float) -> None:
    assert charts.dial_share(score) == pytest.approx(share)


def test_arcs_run_over_the_top() -> None:
    assert charts.arc(50, 50, 40, 0, 0.5) == "M10.0 50.0A40 40 0 0 1 50.0 10.0"
    assert charts.tick(50, 50, 30, 40, 0.5) == "M50.0 20.0L50.0 10.0"


def test_a_band_lies_between_its_limits() -> None:
    x, y = charts.axis(0, 1, 0, 10), charts.axis(0, 10, 10, 0)
    assert charts.band([1, 2], [8, 9], x, y) == "M0.0 2.0L10.0 1.0L10.0 8.0L0.0 9.0Z"
    assert charts.band([1], [8], charts.axis(0, 0, 0, 10), y) == "M2.0 2.0h6v7.0h-6Z"


def test_marks_stand_where_there_is_a_value() -> None:
    x, y = charts.axis(0, 2, 0, 20), charts.axis(0, 10, 10, 0)
    assert charts.spots([1.0, None, 5.0], range(3), x, y) == "M0.0 9.0h.01M20.0 5.0h.01"
    assert charts.diamonds([1.0, None, 5.0], [1, 2], x, y, 2) == "M20.0 3.0l2 2l-2 2l-2 -2Z"


def test_a_forecast_stays_within_its_frame() -> None:
    assert charts.hatched(0, 0, 6, 4, step=4) == "M0 0h6v4h-6ZM0.0 4l4 -4M4.0 4l2.0 -2.0"
    assert charts.hatched(0, 0, 0, 4) == "M0 0h0v4h0Z"


def test_triangles_point_up_or_down() -> None:
    assert charts.triangle(5, 5, 2, up=True) == "M5 3l2 3.4h-4Z"
    assert charts.triangle(5, 5, 2, up=False) == "M5 7l2 -3.4h-4Z"


def drawn() -> Page:
    chain, week = explained.chain(), explained.week()
    return page(replace(chain, week=week), language("en"), reviews.ISSUED)


def test_the_gallery_shows_every_chart_with_a_text_alternative() -> None:
    source = (files("reports") / "templates" / "charts.j2").read_text("utf-8")
    helpers = {"svg", "bars", "bar", "dial"}
    root = ET.fromstring(gallery.write(drawn(), language("en")))
    shown = {node.get("id") for node in root.iter("div") if node.get("id")}
    assert shown == set(re.findall(r"macro (\w+)\(", source)) - helpers
    images = list(root.iter("{http://www.w3.org/2000/svg}svg"))
    assert len(images) > 30
    assert [image for image in images if not (image.findtext("{http://www.w3.org/2000/svg}title") or "").strip()] == []


def test_the_gallery_prints() -> None:
    document = press().laid(gallery.write(drawn(), language("vi")))
    assert len(document.pages) >= 2
