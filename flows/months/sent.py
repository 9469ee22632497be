"""Which letters went out with which revision."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.ledger import Ledger

# A letter in one of these states may lie before its reader.
HANDED_OVER: Final = frozenset({"handed_over", "accepted", "in_doubt"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One group's review in one letter."""

    level: str
    group_id: str
    revision: int
    recipient: str
    state: str


def letters(ledger: Ledger, month: date) -> list[Sent]:
    """Every letter about a month, whatever became of it."""
    query = (
        "SELECT level, group_id, revision, recipient, state FROM sent_reviews WHERE month = ? "
        "ORDER BY level, group_id, revision, recipient, state"
    )
    return [Sent(*row) for row in ledger.asked(query, month.isoformat())]


def sent(ledger: Ledger, month: date) -> list[Sent]:
    """The letters that were handed over to a mail server."""
    return [letter for letter in letters(ledger, month) if letter.state in HANDED_OVER]
