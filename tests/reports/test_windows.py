"""One scale for one unit within a section, and headings that say what is shown."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import html
from reports.language import language
from reports.page import page
from reports.review import Review
from reports.windows import STEP, Window, windows
from tests.reports import explained, reviews

EN = language("en")
SPANS = st.tuples(st.sampled_from(["share", "money"]), st.floats(-1e9, 1e9), st.floats(0, 1e9))


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # The wide one fills its window; the other of the unit lies in the middle of one that is as wide.
        ([("share", 0.0, 0.4), ("share", 0.9, 1.0)], [Window(0.0, 0.4), Window(0.75, 1.15)]),
        # Less than a fifth of it: magnified, and said.
        ([("share", 0.0, 0.5), ("share", 0.95, 0.98)], [Window(0.0, 0.5), Window(0.915, 1.015, 5)]),
        # Another unit has another scale.
        ([("share", 0.0, 0.5), ("money", 10.0, 90.0)], [Window(0.0, 0.5), Window(10.0, 90.0)]),
        # Equal values have nothing to magnify.
        ([("share", 0.0, 0.5), ("share", 0.3, 0.3)], [Window(0.0, 0.5), Window(0.05, 0.55)]),
        ([("share", 0.3, 0.3)], [Window(0.3, 0.3)]),
        ([], []),
    ],
)
def test_windows_of_one_unit_are_as_wide_as_the_widest(
    drawn: list[tuple[str, float, float]], expected: list[Window]
) -> None:
    for found, window in zip(windows(drawn), expected, strict=True):
        assert (found.low, found.high) == pytest.approx((window.low, window.high))
        assert found.times == window.times


def test_an_anchored_window_begins_at_the_least_value() -> None:
    assert windows([("money", 0.0, 10.0), ("money", 4.0, 8.0)], anchored=True)[1] == Window(4.0, 14.0)


@given(st.lists(SPANS))
def test_every_chart_fills_a_fifth_of_its_window_and_is_to_the_scale_it_names(
    spans: list[tuple[str, float, float]],
) -> None:
    extents = [(unit, low, low + span) for unit, low, span in spans]
    for (unit, low, high), window in zip(extents, windows(extents), strict=True):
        widest = max(top - bottom for other, bottom, top in extents if other == unit)
        slack = 1e-6 * max(1.0, abs(low), abs(high))
        assert (window.high - window.low) * window.times == pytest.approx(widest, abs=slack * window.times)
        assert window.low <= low + slack
        assert window.high >= high - slack
        assert high == low or (high - low) * window.times * STEP > widest


@pytest.mark.parametrize("review", [explained.store(), explained.chain()], ids=["store", "chain"])
def test_charts_of_a_section_that_share_a_unit_share_a_scale(review: Review) -> None:
    for section in sections(review):
        wide = [window.times * (window.high - window.low) for window in section]
        assert wide == pytest.approx([max(wide, default=0.0)] * len(wide))


def sections(review: Review) -> Iterator[list[Window]]:
    """The windows of shares, section by section, and those of the waterfalls."""
    shown = page(review, EN, reviews.ISSUED)
    shares = {EN.name(figure.kpi.name) for figure in review.figures if figure.kpi.unit == "share"}
    assert shown.trends
    assert shown.behaviour
    yield [line.window for line in shown.trends.lines if line.name in shares]
    yield [chart.window for chart in shown.behaviour.charts if chart.name in shares]
    yield [fall.window for fall in shown.moved]
    yield [panel.window for panel in shown.compared.panels] if shown.compared else []


def test_headings_say_group_measure_unit_and_period() -> None:
    shown = page(explained.chain(), EN, reviews.ISSUED)
    told = html.write(shown, EN, dict.fromkeys(shown.contents, 0))
    for heading in (
        'Net sales by month <span class="unit">billion ₫ · Sông Xanh Coffee · Oct 2025 – Oct 2026',
        'Signals and routine variation <span class="unit">Sông Xanh Coffee · Nov 2025 – Oct 2026',
        'Exact net sales of each month <span class="unit">₫ · Sông Xanh Coffee · Oct 2025 – Oct 2026',
        'KPI scorecard <span class="unit">Sông Xanh Coffee · October 2026',
        'Stores compared <span class="unit">Sông Xanh Coffee · October 2026',
        "Net sales of Sông Xanh Coffee, from October 2025 to October 2026, in ₫.",
    ):
        assert heading in told.replace("\N{NO-BREAK SPACE}", " ")
