"""A review in one language, as its template writes it: every text ready, every chart as plain numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reports.language import Language
from reports.review import Review
from reports.sections.behaviour import Behaviour, behaviour
from reports.sections.changes import Differences, changes
from reports.sections.compared import Compared, compared
from reports.sections.comparison import Fairly, comparison
from reports.sections.cover import Cover, Tile, cover, tiles
from reports.sections.definitions import Definition, definitions
from reports.sections.followup import Row as FollowedRow
from reports.sections.followup import followed
from reports.sections.moved import Waterfall, moved
from reports.sections.personal import personal
from reports.sections.proposals import Row as ProposalRow
from reports.sections.proposals import proposals
from reports.sections.scorecard import Scorecard, scorecard
from reports.sections.staffing import Staffing, staffing
from reports.sections.standings import Standings, parts, people, ranked
from reports.sections.statement import Statement, statement
from reports.sections.telling import story
from reports.sections.trends import Trends, trends
from reports.stamp import stamp

SECTIONS: Final = (
    *("changes", "scorecard", "personal", "comparison", "trends", "behaviour", "moved", "staffing", "proposals"),
    *("followed", "parts", "ranked", "people", "statement", "sign_off", "definitions"),
)
_RUNNING: Final = 70  # characters of a name that fit a running line


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template needs. A section that has nothing true to show is None or empty."""

    code: str
    level: str
    title: str
    author: str
    subject: str
    stamp: str
    issued_at: str
    running: str
    running_month: str
    shown_month: str  # group and month, for headings
    imprint: str
    cover: Cover
    tiles: tuple[Tile, ...]
    story: tuple[str, ...]
    scorecard: Scorecard | None
    personal: tuple[str, ...]
    comparison: Fairly | None
    trends: Trends | None
    behaviour: Behaviour | None
    moved: tuple[Waterfall, ...]
    staffing: Staffing | None
    proposals: tuple[ProposalRow, ...]
    followed: tuple[FollowedRow, ...]
    parts: Standings | None
    compared: Compared | None
    ranked: Standings | None
    ends: Compared | None  # of the ranking: its first and its last
    people: Standings | None
    definitions: tuple[Definition, ...]
    statement: Statement
    changes: Differences | None
    sign_off: tuple[str, ...]

    @property
    def contents(self) -> tuple[str, ...]:
        """The names of the sections there are, in their order."""
        return tuple(name for name in SECTIONS if getattr(self, name))


def page(review: Review, language: Language, issued_at: datetime) -> Page:
    """The page of a review; `issued_at` is when the document says it was made (without a zone: UTC)."""
    name, month = language.name(review.group.name), language.month(review.month)
    return Page(
        code=language.code,
        level=review.group.level,
        title=language.text("document.title", month=month, name=name),
        author=review.organisation.name,
        subject=language.text("document.subject"),
        stamp=stamp(review),
        issued_at=_zoned(issued_at).isoformat(timespec="seconds"),
        running=" · ".join(_running(review, language)),
        running_month=language.text("document.running", month=month),
        shown_month=f"{name} · {month}",
        imprint=_imprint(review, language),
        cover=cover(review, language),
        tiles=tiles(review, language),
        story=story(review, language),
        scorecard=scorecard(review, language),
        personal=personal(review, language),
        comparison=comparison(review, language),
        trends=trends(review, language),
        behaviour=behaviour(review, language),
        moved=moved(review, language),
        staffing=staffing(review, language),
        proposals=proposals(review, language),
        followed=followed(review, language),
        parts=parts(review, language),
        compared=compared(review.members, review, language),
        ranked=ranked(review, language),
        ends=compared(review.ranked, review, language),
        people=people(review, language),
        definitions=definitions(review, language),
        statement=statement(review, language),
        changes=changes(review, language),
        sign_off=tuple(language.name(line) for line in review.organisation.sign_off),
    )


def _imprint(review: Review, language: Language) -> str:
    version = _short(review.data_version)
    if review.as_of:
        return language.text("document.as_of", version=version, day=language.day(review.as_of))
    return language.text("document.imprint", version=version, revision=review.revision)


def _running(review: Review, language: Language) -> Iterable[str]:
    """A department is told apart by its store."""
    above = review.group.parents[-1:] if review.group.level == "department" else ()
    names = (review.group.name, *above)
    return dict.fromkeys((*(_short(language.name(name)) for name in names), _short(review.organisation.name)))


def _short(text: str) -> str:
    return text if len(text) <= _RUNNING else text[: _RUNNING - 1].rstrip() + "…"


def _zoned(moment: datetime) -> datetime:
    """A document's date needs a zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
