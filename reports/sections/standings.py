"""The parts of the group and its people, ranked and compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.amounts import Scale, scale_of
from reports.charts import Number
from reports.findings import Value
from reports.language import NOTHING, Language
from reports.review import Member, Review
from reports.sections.marks import Mark, any_known, mark, plain

MOST_PEOPLE: Final = 60
# Longer tables have one line a row, and no drawings: a thousand rows are read by rank, and laid out in seconds.
MOST_DRAWN: Final = 60
PARTS: Final = (
    "net_sales",
    "sales_growth",
    "transactions",
    "average_transaction_value",
    "sales_per_labour_hour",
    "attendance_rate",
)
# Hours are what the other figures of a person are read against; they are no KPI and have no goal.
HOURS: Final = "worked_hours"
PEOPLE: Final = (HOURS, "net_sales", "sales_per_labour_hour", "attendance_rate", "lateness_rate")


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every row; its unit is stated once, in the head."""

    name: str
    scale: Scale


@dataclass(frozen=True, slots=True)
class Standing:
    """One row; `score` is a plain number for its bar."""

    rank: str
    name: str
    detail: str
    values: tuple[str, ...]
    score: Number
    score_text: str
    score_title: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Standings:
    """A ranked table; `more` says how many rows were left out."""

    title: str
    head: str
    detail: str
    columns: tuple[Column, ...]
    rows: tuple[Standing, ...]
    whole: Standing | None
    scored: bool
    more: str

    @property
    def drawn(self) -> bool:
        """Whether a score has its bar, and a name its second line."""
        return len(self.rows) <= MOST_DRAWN


def parts(review: Review, language: Language) -> Standings | None:
    """The groups below, compared with the group as a whole; None where there are none."""
    if not review.members:
        return None
    return _groups(language.text(f"members.title_{review.members[0].group.level}"), review.members, review, language)


def ranked(review: Review, language: Language) -> Standings | None:
    """All stores, where the groups below are regions."""
    return _groups(language.text("members.ranked"), review.ranked, review, language) if review.ranked else None


def _groups(title: str, members: Sequence[Member], review: Review, language: Language) -> Standings:
    level = members[0].group.level
    columns = _columns(review, members, PARTS, language)
    return Standings(
        title=title,
        head=language.text(f"levels.{level}"),
        detail="",
        columns=tuple(columns.values()),
        rows=tuple(_rows(members, columns, language)),
        whole=_whole(review, columns, language),
        scored=any_known(member.score for member in members),
        more="",
    )


def people(review: Review, language: Language) -> Standings | None:
    """The first people by score; None where there are none."""
    if not review.people:
        return None
    columns = _columns(review, review.people, PEOPLE, language)
    rest = len(review.people) - MOST_PEOPLE
    return Standings(
        title=language.text("people.title"),
        head=language.text("people.head"),
        detail=language.text("people.position"),
        columns=tuple(columns.values()),
        rows=tuple(_rows(review.people, columns, language))[:MOST_PEOPLE],
        whole=None,
        scored=any_known(member.score for member in review.people),
        more=language.plural("people.more", rest) if rest > 0 else "",
    )


def _columns(review: Review, members: Sequence[Member], ids: Iterable[str], language: Language) -> Mapping[str, Column]:
    """Those of the candidates that anybody has a value of, by the id of their KPI."""
    kpis = {figure.kpi.id: figure.kpi for figure in review.figures}
    columns = {}
    for id_ in ids:
        values = [member.values.get(id_) for member in members]
        if id_ == HOURS and any_known(values):
            scale = Scale(language, language.text("units.hours"), decimals=1)
            columns[id_] = Column(language.text("people.worked_hours"), scale)
        elif id_ in kpis and any_known(values):
            scale = scale_of(kpis[id_], values, review.organisation.currency, language)
            columns[id_] = Column(language.name(kpis[id_].name), scale)
    return columns


def _rows(members: Sequence[Member], columns: Mapping[str, Column], language: Language) -> Iterable[Standing]:
    for member, rank in zip(members, _ranks(members), strict=True):
        name, position = language.name(member.group.name), member.position
        score = _score(member.score, language)
        yield Standing(
            rank=rank,
            name=name,
            detail=language.name(position) if position else member.group.manager or "",
            values=tuple(column.scale.write(member.values.get(kpi)) for kpi, column in columns.items()),
            score=plain(member.score),
            score_text=score,
            score_title=language.text("alt.score", name=name, score=score),
            mark=mark(member.status, language),
        )


def _whole(review: Review, columns: Mapping[str, Column], language: Language) -> Standing:
    actuals = {figure.kpi.id: figure.actual for figure in review.figures}
    values = tuple(column.scale.write(actuals.get(kpi)) for kpi, column in columns.items())
    score = _score(review.score.value, language)
    name = language.text("members.whole", name=language.name(review.group.name))
    title = language.text("alt.score", name=name, score=score)
    return Standing("", name, "", values, plain(review.score.value), score, title, None)


def _score(score: Value, language: Language) -> str:
    return NOTHING if score is None else language.number(score, 1)


def _ranks(members: Sequence[Member]) -> list[str]:
    """Equal scores share a rank; without a score there is none."""
    scores: list[Value] = [member.score for member in members]
    known = [score for score in scores if score is not None]
    return [NOTHING if score is None else str(1 + sum(other > score for other in known)) for score in scores]
