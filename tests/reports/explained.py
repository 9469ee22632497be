"""A review that explains itself: every section that judges, with figures that add up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.findings import Alarms, Cell, Estimate, Followed, Lost, Moved, Need, Part, Proposal, Span, Staffed, Week
from reports.review import Charted, Figure, Member, Point, Review
from tests.reports import reviews
from transforms.calendar import add_months
from transforms.proposals import proposal_id

SIGNALS = {"net_sales": None, "sales_per_labour_hour": "run_of_eight", "discount_rate": "outside"}
ASSURED = {"net_sales": "hit_and_miss", "discount_rate": "cannot_reach"}
DISCOUNTS = {"discount_rate": Decimal("0.061"), "discount_rate_expected": Decimal("0.035")}


def store() -> Review:
    """A store whose discounts doubled, short of staff on Saturday evenings, with three agreed actions."""
    return explain(reviews.store())


def chain() -> Review:
    """The chain, each store with its net sales of 13 months."""
    review = explain(reviews.chain())
    return replace(review, week=None, members=tuple(_with_history(member) for member in review.members))


def explain(review: Review) -> Review:
    """The same review with everything that can be explained."""
    figures = tuple(_charted(figure, review) for figure in review.figures)
    return replace(
        review,
        figures=figures,
        alarms=Alarms(14, Decimal("0.2254"), 2),
        moved=moved(figures[0]),
        aimed=aimed(figures[0]),
        margin=margin(),
        proposals=(
            _proposal("limit_discounts", "discount_rate", Decimal("9737121.73"), DISCOUNTS),
            _proposal(
                "change_the_roster",
                "lateness_rate",
                None,
                {"lateness_rate": Decimal("0.133"), "lateness_rate_target": Decimal("0.05")},
            ),
        ),
        followed=(
            _followed("done", date(2026, 7, 20), "0.103", "0.061", "signal", "lower"),
            _followed("late", None, None, None, None, None),
            _followed("open", None, None, None, None, None),
        ),
        week=week(),
        staffed=staffed(),
    )


def moved(sales: Figure) -> Moved:
    """Three parts, of which the second was told in four fifths of the turnover; the third takes what is left."""
    before, after = sales.same_period or Decimal(0), sales.actual or Decimal(0)
    calendar, pace = Decimal("2186005.5598"), Decimal("93033260.9851")
    rest = after - before - calendar - pace
    given, hourly = map(Decimal, ("0.035", "0.061")), map(Decimal, ("3.02", "3.19"))
    parts = Part("discount", rest, Decimal(1), *given), Part("transactions_per_hour", pace, Decimal("0.79"), *hourly)
    still = Part("price", Decimal(0), Decimal(1))
    return Moved(before, after, (*parts, Part("calendar", calendar, Decimal(1)), still), sales.target)


def aimed(sales: Figure) -> Moved:
    """Planned were fewer hours than came and more receipts; the drivers' plan stayed behind the target."""
    before, after = sales.target or Decimal(0), sales.actual or Decimal(0)
    beyond, hours = Decimal(-3_000_000), Decimal("5123456.7891")
    rest = after - before - beyond - hours
    worked = Decimal(1200), Decimal("1100.4")
    parts = Part("transactions_per_hour", rest, Decimal(1)), Part("labour_hours", hours, Decimal("0.79"), *worked)
    return Moved(before, after, (*parts, Part("beyond_plan", beyond, Decimal(1))))


def margin() -> Moved:
    """More is sold, and less of it is kept."""
    parts = Part("transactions", Decimal(9_000_000), Decimal(1)), Part("margin_rate", Decimal(-12_500_000), Decimal(1))
    return Moved(Decimal(220_000_000), Decimal(216_500_000), parts)


def week() -> Week:
    """Ten to seven; Saturday evening lacks staff, Monday at two could spare some."""
    loads = {(day, hour): Decimal("1.1") for day in range(1, 8) for hour in range(10, 19)}
    loads |= {(6, hour): Decimal("2.4") for hour in (16, 17, 18)} | {(1, 14): Decimal("0.4")}
    short, spare = {(6, 16), (6, 17), (6, 18)}, {(1, 14)}
    cells = tuple(
        Cell(*at, load, "understaffed" if at in short else "overstaffed" if at in spare else None)
        for at, load in loads.items()
    )
    spans = (
        Span("understaffed", 6, 16, 19, Decimal("2.4"), Decimal("8.2")),
        Span("overstaffed", 1, 14, 15, Decimal("0.4"), Decimal("-5.5")),
    )
    lost = Lost(16, 0, *map(Decimal, ("18.2", "32.1", "29.4", "41.8", "-9.9")))
    return Week(date(2026, 8, 1), date(2026, 10, 31), Decimal("1.1"), cells, spans, lost)


def staffed() -> Staffed:
    """The worked example: 1.2 billion on 2,400 hours, a fifth more is asked for."""
    needs = (
        Need(Decimal(1), Decimal(480), Decimal("2.51"), 3, Decimal(16_800_000)),
        Need(Decimal("0.5"), Decimal(1056), Decimal("5.52"), 6, Decimal(36_960_000)),
    )
    sums = Decimal(1_200_000_000), Decimal(1_440_000_000), Decimal(2_400), Decimal(208)
    unsure = Estimate(Decimal("0.62"), Decimal("0.14"), 144)
    return Staffed(*sums, needs, False, Decimal("0.2"), Decimal("0.0627"), Decimal(116_667), unsure)


def _charted(figure: Figure, review: Review) -> Figure:
    if figure.kpi.id not in SIGNALS or figure.actual is None:
        return figure
    rule = SIGNALS[figure.kpi.id]
    side = None if rule is None else "higher"
    mean = figure.actual * Decimal("0.9")
    lower, upper = mean * Decimal("0.9"), mean * Decimal("1.1")
    quiet = tuple(
        Point(add_months(review.month, back), mean * (100 + back % 3) / 100, mean, lower, upper, None, None)
        for back in range(-11, 0)
    )
    newest = Point(review.month, figure.actual, mean, lower, upper, rule, side)
    return replace(figure, charted=Charted(rule, side, lower, upper, (*quiet, newest), ASSURED.get(figure.kpi.id)))


def _proposal(rule: str, kpi: str, effect: Decimal | None, evidence: dict[str, Decimal]) -> Proposal:
    named = proposal_id(rule, kpi, "store", "nguyen_hue")
    return Proposal(named, rule, kpi, "store_manager", date(2026, 11, 14), effect, evidence)


def _followed(  # noqa: PLR0917 - one argument a column
    state: str, done: date | None, before: str | None, after: str | None, verdict: str | None, side: str | None
) -> Followed:
    known = [None if value is None else Decimal(value) for value in (before, after)]
    agreed = None, "lateness_rate", f"Việc {state}", "Ánh", date(2026, 7, 20)
    return Followed(*agreed, done, state, known[0], known[1], verdict, side)


def _with_history(member: Member) -> Member:
    sales = member.values["net_sales"] or Decimal(0)
    history = tuple(sales * (88 + i) / 100 for i in range(13))
    values = {**member.values, "budget_attainment": Decimal("0.97"), "sales_growth": Decimal("0.081")}
    return replace(member, history=history, values=values)
