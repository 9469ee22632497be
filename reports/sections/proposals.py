"""What to change: each proposal with its lever, owner, day, expected effect and how that was worked out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from reports.charts import Number
from reports.findings import Proposal
from reports.language import Language
from reports.review import Review
from reports.sections.marks import figure_of, plain
from reports.sections.telling import money, placed, sentence, written
from transforms.proposals import shipped_rules
from transforms.sentences import Sentence

MOST: Final = 5
_TERM: Final = re.compile(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[-*/+()]")
_SIGNS: Final = {"*": " × ", "/": " ÷ ", "-": " − ", "+": " + "}


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal; `share` of the largest effect, for its bar."""

    id: str
    text: str
    kpi: str
    owner: str
    due: str
    effect: str
    arithmetic: str
    share: Number
    title: str


def proposals(review: Review, language: Language) -> tuple[Row, ...]:
    """At most five, the largest effect first; none where nothing is proposed."""
    shown = review.proposals[:MOST]
    largest = max((proposal.effect or Decimal(0) for proposal in shown), default=Decimal(0))
    return tuple(_row(proposal, largest, review, language) for proposal in shown)


def _row(proposal: Proposal, largest: Decimal, review: Review, language: Language) -> Row:
    figure = figure_of(review, proposal.kpi)
    effect = "" if proposal.effect is None else money(proposal.effect, review, language, signed=True)
    told = sentence(Sentence(f"proposals.{proposal.rule}", proposal.evidence), review, language)
    return Row(
        id=proposal.id,
        text=" ".join(filter(None, (placed(told, proposal, language), _agreed(proposal, review, language)))),
        kpi=language.name(figure.kpi.name) if figure else proposal.kpi,
        owner=_owner(proposal, review, language),
        due=language.day(proposal.due),
        effect=effect,
        arithmetic="" if proposal.effect is None else _arithmetic(proposal, review, language),
        share=plain(proposal.effect / largest) if proposal.effect and largest > 0 else None,
        title=language.text("alt.effect", effect=effect) if effect else "",
    )


def _agreed(proposal: Proposal, review: Review, language: Language) -> str:
    """What became of it where it had been agreed before: nobody is to agree on it twice."""
    action = next((action for action in review.followed if action.id == proposal.id), None)
    if action is None:
        return ""
    if action.done is None:
        return language.text("proposed.agreed", day=language.day(action.due))
    return language.text("proposed.done", day=language.day(action.done))


def _owner(proposal: Proposal, review: Review, language: Language) -> str:
    """Who holds the position, where the review knows it."""
    words = language.known("owners", proposal.owner) or proposal.owner
    level, manager = ("store", proposal.manager) if proposal.of else (review.group.level, review.group.manager)
    named = manager if proposal.owner == f"{level}_manager" else None
    return f"{words}: {named}" if named else words


def _arithmetic(proposal: Proposal, review: Review, language: Language) -> str:
    """The rule's formula with its figures; nothing where a figure stands nowhere in the review."""
    formula = _formulas().get(proposal.rule)
    known = _known(proposal, review, language)
    terms = _TERM.findall(formula or "")
    if any(term[0].isalpha() and term not in known for term in terms):
        return ""
    return "".join(_term(term, known, language) for term in terms)


def _known(proposal: Proposal, review: Review, language: Language) -> Mapping[str, str]:
    actuals = {figure.kpi.id: figure.actual for figure in review.figures if figure.actual is not None}
    return written({**actuals, **proposal.evidence}, review, language)


def _term(term: str, known: Mapping[str, str], language: Language) -> str:
    if term in known:
        return known[term]
    try:
        number = Decimal(term)
    except InvalidOperation:
        return _SIGNS.get(term, term)
    return language.number(number, max(0, -int(number.as_tuple().exponent)))


@cache
def _formulas() -> Mapping[str, str | None]:
    return {rule.id: rule.effect for rule in shipped_rules()}
