"""The planted stories: what happens in the sample chain that a review should bring to light.

Stores are named by their place in stores.csv (1 is S001); months and days are counted back from the last day, so the
stories hold at any scale that has the store and the month.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flows.sample.scale import Scale, add_months, month_end

EVENING_STORE: Final = 1
DISCOUNT_STORE: Final = 2
LATE_STORE: Final = 3
NIGHT_STORE: Final = 4
NEW_STORE: Final = 5
LEAVER_STORE: Final = 6
GAP_STORE: Final = 3
CORRECTED_STORE: Final = 1

EVENING_MONTHS_AGO: Final = 3
DISCOUNT_MONTHS_AGO: Final = 4
NEW_STORE_MONTHS_AGO: Final = 7
TRANSFER_MONTHS_AGO: Final = 6

# The first day of each lunar new year; it falls in January or February.
TET: Final = (
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)

# Days from the first day of the new year.
_RUSH: Final = range(-10, -1)
_CLOSED: Final = range(-1, 3)
_QUIET: Final = range(3, 9)


@dataclass(frozen=True, slots=True)
class Story:
    """One planted story."""

    id: str
    what: str
    where: str
    found_by: str


STORIES: Final = (
    Story(
        "evening_understaffed",
        "two evening servers leave and are not replaced, so guests of the evening peak are not served",
        "S001, from 3 months before the last month",
        "net sales after 17:00 fall against the same month last year, before 17:00 they do not",
    ),
    Story(
        "discount_growth",
        "sales grow because discounts double; the margin falls",
        "S002, from 4 months before the last month",
        "discount / gross amount doubles against last year while receipts grow",
    ),
    Story(
        "often_late",
        "twice as many late arrivals as elsewhere",
        "S003, always",
        "lateness rate of S003 against the chain",
    ),
    Story(
        "tet",
        "closed for 4 days at Tet after a rush; Tet 2025 begins on 29 January, Tet 2026 on 17 February",
        "every store",
        "no receipt from the eve of Tet to its third day; growth leaps in January 2026, sinks in February",
    ),
    Story(
        "night_shift",
        "open until 02:00; the evening shift ends after midnight",
        "S004, always",
        "receipts from 00:00 to 02:00 belong to the business day before; clock-out is smaller than clock-in",
    ),
    Story(
        "new_store",
        "opened within the last year, so there is no same month last year",
        "S005, opened 7 months before the last month",
        "no row of S005 before its opening day",
    ),
    Story(
        "leaver_with_sales",
        "a till stays logged in as somebody who has left",
        "S006, a cashier who left 41 days before the last day",
        "sales rows whose employee_id has no stint on that business day",
    ),
    Story(
        "transfer",
        "a server moves to another store",
        "S002 to S001, 6 months before the last month",
        "two stints of one employee_id that do not overlap",
    ),
    Story(
        "same_name",
        "two people have the same name, so the till names them by code",
        "the first server of S001 and of S002",
        "one name with two employee_ids in people.csv; the till writes the employee_id",
    ),
    Story(
        "missing_attendance",
        "the clock of one store was not read out for three days",
        "S003, 17 to 15 days before the last day",
        "no clocking of S003 on days with sales and a roster",
    ),
    Story(
        "resent_export",
        "the till's file of a night is saved anew (other line ends) and delivered again",
        "sales of 9 days before the last day, sent again a day later",
        "every row of the second file is a re-delivery; the totals stay",
    ),
    Story(
        "renamed_export",
        "the clock's file of a night is delivered again under another name, byte by byte the same",
        "attendance of 10 days before the last day, sent again a day later",
        "two files of one hash; nothing is read twice",
    ),
    Story(
        "corrected_export",
        "in the till's file of a night five receipts of S001 are rung up twofold; a corrected file follows",
        "sales of 6 days before the last day, corrected a day later",
        "the five receipts count with the amounts of the newer file",
    ),
    Story(
        "bad_rows",
        "rows that no system should write: unknown stores and people, impossible dates and numbers, lost cells",
        "several files; SampleSummary.bad_rows names file, row and reason",
        "each is quarantined with its reason and nothing else is",
    ),
)


def stories_table() -> str:
    """STORIES as a Markdown table."""
    rows = (f"| {s.id} | {s.what} | {s.where} | {s.found_by} |" for s in STORIES)
    return "\n".join(("| story | what | where | found by |", "| --- | --- | --- | --- |", *rows))


def evening_since(scale: Scale) -> date:
    """The first day of S001 without two of its evening servers."""
    return scale.month_ago(EVENING_MONTHS_AGO)


def discount_since(scale: Scale) -> date:
    """The first day of the doubled discounts of S002."""
    return scale.month_ago(DISCOUNT_MONTHS_AGO)


def opened_on(scale: Scale) -> date:
    """The first day of S005; half-way through a sample that is too short for that."""
    return scale.month_ago(min(NEW_STORE_MONTHS_AGO, scale.months // 2))


def transferred_on(scale: Scale) -> date:
    """The first day of the transferred server in the new store."""
    return scale.month_ago(TRANSFER_MONTHS_AGO)


def left_on(scale: Scale) -> date:
    """The last day of the leaver of S006."""
    return scale.until - timedelta(days=41)


def attendance_gap(scale: Scale) -> tuple[date, date]:
    """The first and the last day without clockings of S003."""
    return scale.until - timedelta(days=17), scale.until - timedelta(days=15)


def resent_day(scale: Scale) -> date:
    """The day whose sales come twice."""
    return scale.until - timedelta(days=9)


def renamed_day(scale: Scale) -> date:
    """The day whose clock file comes twice, byte by byte."""
    return scale.until - timedelta(days=10)


def corrected_day(scale: Scale) -> date:
    """The day whose sales are corrected a day later."""
    return scale.until - timedelta(days=6)


def closed_for_tet(day: date) -> bool:
    """From the eve to the third day of the lunar new year."""
    return any((day - tet).days in _CLOSED for tet in TET)


def tet_factor(day: date) -> float:
    """How many times the usual number of guests come: the rush before Tet, nobody during, few after."""
    days = [(day - tet).days for tet in TET]
    for period, factor in ((_CLOSED, 0.0), (_RUSH, 1.15), (_QUIET, 0.55)):
        if any(distance in period for distance in days):
            return factor
    return 1.0


def last_day_before(day: date) -> date:
    """The end of the month before that of `day`."""
    return month_end(add_months(day, -1))
