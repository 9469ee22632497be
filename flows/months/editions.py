"""The editions: every file of a review that was issued, by group, month, revision, language and format."""

from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Final

from flows.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Edition:
    """One issued file; `path` is relative to the site's folder, `issued_at` an ISO moment with its offset."""

    month: date
    level: str
    group_id: str
    revision: int
    language: str
    format: str  # pdf | xlsx | html
    content_key: str  # the same content has the same key, and need not be rendered again
    path: str
    sha256: str
    issued_at: str


_COLUMNS: Final = ", ".join(field.name for field in fields(Edition))
_PLACES: Final = ", ".join("?" * len(fields(Edition)))


@dataclass(frozen=True, slots=True)
class Editions:
    """What was issued, as the ledger knows it."""

    ledger: Ledger

    def issue(self, edition: Edition) -> None:
        """Note an issued file; the same revision issued again replaces what it said."""
        month, *others = astuple(edition)
        self.ledger.say(f"INSERT OR REPLACE INTO editions VALUES ({_PLACES})", month.isoformat(), *others)  # noqa: S608

    def newest(self, month: date) -> list[Edition]:
        """The newest revision of each group, language and format of `month`, in the order of their names."""
        query = (
            f"SELECT {_COLUMNS} FROM editions e WHERE month = ?1 AND revision = (SELECT max(revision) FROM editions o "  # noqa: S608
            "WHERE (o.month, o.level, o.group_id, o.language, o.format) = "
            "(e.month, e.level, e.group_id, e.language, e.format)) ORDER BY level, group_id, language, format"
        )
        return [_edition(row) for row in self.ledger.asked(query, month.isoformat())]

    def every(self, month: date) -> list[Edition]:
        """Every revision of `month`, in the order of names and revisions."""
        query = (
            f"SELECT {_COLUMNS} FROM editions WHERE month = ? "  # noqa: S608
            "ORDER BY level, group_id, revision, language, format"
        )
        return [_edition(row) for row in self.ledger.asked(query, month.isoformat())]

    def months(self) -> list[date]:
        """The months of which anything was issued."""
        rows = self.ledger.asked("SELECT DISTINCT month FROM editions ORDER BY month")
        return [date.fromisoformat(month) for (month,) in rows]

    def find(self, month: date, level: str, group_id: str, language: str, form: str) -> Edition | None:
        """The newest revision of one file."""
        wanted = (level, group_id, language, form)
        return next((e for e in self.newest(month) if (e.level, e.group_id, e.language, e.format) == wanted), None)


def _edition(row: tuple[str, ...]) -> Edition:
    month, *others = row
    return Edition(date.fromisoformat(month), *others)  # type: ignore[arg-type]
