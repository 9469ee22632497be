"""What several sections write alike: a status, the change against something, the numbers of a chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from reports.charts import Number
from reports.findings import Value
from reports.language import Language
from reports.review import Figure, Review, Status

# A status is told by shape and word as well as by colour, so that a grey print says the same.
SHAPES: Final = MappingProxyType(
    {Status.MET: "●", Status.WATCH: "▲", Status.MISSED: "▼", Status.NO_TARGET: "◇", Status.NOT_MEASURED: "○"}
)
# What a KPI divides by is a count of rows of a table.
_NOTHING_COUNTS: Final = MappingProxyType(
    {"sales": "no_sale_counts", "shifts": "no_shift_counts", "ratings": "no_rating_counts", "staff": "no_people"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A status as shape, word and the class that colours it."""

    shape: str
    word: str
    status: Status


@dataclass(frozen=True, slots=True)
class Note:
    """A short line of which the first part stands out; `status` colours it where the change is a judgement."""

    strong: str
    text: str
    status: Status | None = None


def mark(status: Status, language: Language) -> Mark:
    """The mark of a status."""
    return Mark(SHAPES[status], language.text(f"status.{status}"), status)


def figure_of(review: Review, kpi: str) -> Figure | None:
    """The figure of one KPI, if the review has it."""
    return next((figure for figure in review.figures if figure.kpi.id == kpi), None)


def change(value: Value, base: Value) -> Value:
    """Relative change on a positive base; None where it would say nothing."""
    return None if value is None or base is None or base <= 0 else value / base - 1


def reason(figure: Figure, language: Language) -> str:
    """Why a figure was not measured; a code that has no sentence is shown as it is."""
    code = figure.reason or "unknown"
    if code == "zero_denominator" and figure.kpi.denominator is not None:
        code = _NOTHING_COUNTS.get(figure.kpi.denominator.table, code)
    return language.known("not_measured", code) or language.text("not_measured.other", code=code)


def drawn(values: Iterable[Value]) -> list[Number]:
    """Values as a chart needs them: its pixels are coarser than a float."""
    return [plain(value) for value in values]


def plain(value: Value) -> Number:
    """One such value."""
    return None if value is None else float(value)


def any_known(values: Iterable[Value]) -> bool:
    """Whether there is anything to show."""
    return any(value is not None for value in values)


def period(months: Sequence[date], language: Language) -> str:
    """From the first month to the last one."""
    return f"{language.month_and_year(months[0])} – {language.month_and_year(months[-1])}"


def percent_of(part: int, whole: int) -> Value:
    """A share of counts, None of nothing."""
    return Decimal(part) / whole if whole else None
