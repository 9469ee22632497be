"""The seven answers of every KPI in the review."""

from dataclasses import dataclass

from reports.language import Language
from reports.review import Review
from transforms.kpis.kpi import Kpi


@dataclass(frozen=True, slots=True)
class Definition:
    """What one KPI is for, how it is measured and who moves it."""

    position: int
    name: str
    kind: str
    objective: str
    why: str
    measured_by: str
    levers: tuple[str, ...]
    owner: str
    reached_when: str
    reviewed: str


def definitions(review: Review, language: Language) -> tuple[Definition, ...]:
    """One definition a KPI, in the order of the scorecard."""
    if review.personal is not None:  # each figure of a person has its definition beside it
        return ()
    return tuple(_definition(position, figure.kpi, language) for position, figure in enumerate(review.figures))


def _definition(position: int, kpi: Kpi, language: Language) -> Definition:
    answers = kpi.answers
    return Definition(
        position=position,
        name=language.name(kpi.name),
        kind=language.text(f"kinds.{kpi.kind}"),
        objective=language.name(answers.objective),
        why=language.name(answers.why),
        measured_by=language.name(answers.measured_by),
        levers=answers.levers.get(language.code) or next(iter(answers.levers.values()), ()),
        owner=_own_word("owners", answers.owner, language),
        reached_when=language.name(answers.reached_when),
        reviewed=_own_word("reviewed", answers.reviewed, language),
    )


def _own_word(table: str, name: str, language: Language) -> str:
    """Operators may name positions and rhythms of their own."""
    return language.known(table, name) or name.replace("_", " ")
