"""The archive's page: everything that was issued, to be searched in a browser, without a server.

Without its script every link works, too; the script only hides rows. It fetches nothing, by the policy it states.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Final

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from reports.language import Language
from transforms.kpis.kpi import Text

STATUSES: Final = ("open", "closed", "restated", "late", "deleted")


@dataclass(frozen=True, slots=True)
class Document:
    """One issued file; `href` relative to the page, None where it was deleted."""

    revision: int
    language: str
    format: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One group's newest revision of a month, and its earlier ones; `letters`: state -> how many.

    `store` is the name of the store that a department belongs to.
    """

    level: str
    id: str
    name: Text
    revision: int
    status: str  # of STATUSES
    documents: tuple[Document, ...]
    earlier: tuple[Document, ...]
    letters: tuple[tuple[str, int], ...]
    store: Text | None = None


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """One month of the archive; `closed_on`: None while it is open."""

    month: date
    closed_on: date | None
    manifest: str
    groups: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Shelves:
    """The whole archive; `pages`: language, address of this page in it; `quality`: where the data-quality pages are."""

    name: str
    months: Sequence[MonthEntry]  # newest first
    pages: Sequence[tuple[str, str]]
    quality: str | None


def archive_page(shelves: Shelves, language: Language) -> str:
    """The page in one language."""
    levels = dict.fromkeys(group.level for month in shelves.months for group in month.groups)
    return (
        _environment()
        .get_template("archive/index.html.j2")
        .render(shelves=shelves, words=language, t=language.text, levels=levels, statuses=STATUSES, policy=_policy())
    )


@lru_cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _policy() -> str:
    """Nothing is fetched, and no script runs but the page's own."""
    script = _environment().get_template("archive/search.js").render()
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
