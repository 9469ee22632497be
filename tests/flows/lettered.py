"""Letters in a ledger, as if they had been sent."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from flows.ledger import Ledger
from flows.post.letters import REVIEWS, Letter, Letters, Part, State

MADE = datetime(2026, 11, 3, 6, tzinfo=UTC)


def lettered(site: Path, month: date, sent: Iterable[tuple[str, State, tuple[Part, ...]]]) -> None:
    """One letter each: to an address, in a state, with its parts."""
    with closing(Ledger(site / "ledger.db")) as ledger:
        letters = Letters(ledger)
        for number, (address, state, parts) in enumerate(sent):
            made = _letter(f"<{number}@kpi>", month, address, parts)
            letters.note([made], [], MADE)
            letters.move(made, state, "", MADE)


def _letter(identity: str, month: date, address: str, parts: tuple[Part, ...]) -> Letter:
    return Letter(
        id=identity,
        kind=REVIEWS,
        month=month,
        address=address,
        name="",
        subject="",
        text="",
        html="",
        made_at=MADE,
        state=State.READY,
        attempts=0,
        due_at=MADE,
        said="",
        parts=parts,
        files=(),
    )
