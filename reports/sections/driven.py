"""What a driver was: the values beside its amount in money, written as the other figures of the review are."""

from collections.abc import Mapping
from typing import Final

from babel.numbers import get_currency_precision

from reports.amounts import MONEY, decimals_of
from reports.findings import Part, Value
from reports.language import NOTHING, Language
from reports.review import Review
from reports.sections.marks import figure_of
from transforms.driver_values import MEASURED_BY
from transforms.kpis.kpi import Kpi, Unit

# How each is counted where no KPI of the review measures it.
UNITS: Final[Mapping[str, Unit]] = {
    **dict.fromkeys(("calendar", "price", "attendance", "discount", "margin_rate"), Unit.SHARE),
    **dict.fromkeys(("scheduled_hours", "labour_hours", "transactions", "units"), Unit.COUNT),
    **dict.fromkeys(("stores", "headcount", "hours_per_head", "worked_per_head"), Unit.HOURS),
    "transactions_per_hour": Unit.TRANSACTIONS_PER_HOUR,
    "units_per_transaction": Unit.UNITS_PER_TRANSACTION,
    **dict.fromkeys(("mix", "price_per_unit", "list_value_per_receipt", "list_value", "net_per_unit"), Unit.MONEY),
    **dict.fromkeys(("average_transaction_value", "sales_per_labour_hour", "sales_value"), Unit.MONEY),
}
_PLACES: Final = {Unit.SHARE: 1, Unit.HOURS: 1, Unit.TRANSACTIONS_PER_HOUR: 2, Unit.UNITS_PER_TRANSACTION: 2}


def measure_of(driver: str, review: Review) -> Kpi | Unit:
    """The KPI that measures a driver, or how it is counted."""
    figure = figure_of(review, MEASURED_BY.get(driver, ""))
    return UNITS[driver] if figure is None else figure.kpi


def values(part: Part, review: Review, language: Language) -> tuple[str, str]:
    """What the driver of `part` was before and is now; nothing of what is no driver."""
    if part.driver not in UNITS:
        return "", ""
    measure = measure_of(part.driver, review)
    unit = measure.unit if isinstance(measure, Kpi) else measure
    places = decimals_of(measure) if isinstance(measure, Kpi) else _PLACES.get(unit, 0)
    if unit in MONEY:
        places = get_currency_precision(review.organisation.currency)
    before, after = (_written(value, unit, places, language) for value in (part.before, part.after))
    return before, after


def _written(value: Value, unit: Unit, places: int, language: Language) -> str:
    if value is None:
        return NOTHING
    return language.percent(value, places) if unit is Unit.SHARE else language.number(value, places)
