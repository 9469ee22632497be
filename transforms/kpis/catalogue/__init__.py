"""The catalogue: KPIs as data, those we ship and those a site adds in the same format."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Annotated, Any, Final, Literal, Self
from unicodedata import normalize

from pydantic import Field, StringConstraints, ValidationError, model_validator

from transforms.kpis.aggregate import MEASURED, fault
from transforms.kpis.kpi import Answers, Better, Kind, Kpi, Sum, Unit
from transforms.kpis.wording import Strict, listed, sentence
from transforms.problem import BadSite

LANGUAGES: Final = ("vi", "en")
QUESTIONS: Final = ("objective", "why", "measured_by", "reached_when")

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Texts = dict[str, _Said]


class _Sum(Strict):
    table: Literal["sales", "shifts", "ratings"]
    sum: str

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if found := fault(self.sum, MEASURED[self.table]):
            raise ValueError(f"(over {self.table}) {found}")
        return self


class _Entry(Strict):
    kind: Kind
    unit: Unit
    better: Better
    decimals: int | None = Field(None, ge=0, le=4)
    numerator: _Sum | None = None
    denominator: _Sum | None = None
    growth_of: str | None = None
    name: _Texts
    objective: _Texts
    why: _Texts
    measured_by: _Texts
    levers: dict[str, Annotated[list[_Said], Field(min_length=1)]]
    owner: _Said
    reached_when: _Texts
    reviewed: Literal["monthly"]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.numerator is None) == (self.growth_of is None):
            raise ValueError("needs either a numerator or growth_of, and not both; write one of them")
        if self.growth_of is not None and (self.denominator is not None or self.unit is not Unit.SHARE):
            raise ValueError('is a growth, so it has no denominator and its unit is "share"; mend these two keys')
        return self

    def kpi(self, name: str) -> Kpi:
        return Kpi(
            id=name,
            kind=self.kind,
            unit=self.unit,
            better=self.better,
            decimals=self.decimals,
            numerator=_sum(self.numerator),
            denominator=_sum(self.denominator),
            growth_of=self.growth_of,
            name=self.name,
            answers=self._answers(),
        )

    def _answers(self) -> Answers:
        return Answers(
            objective=self.objective,
            why=self.why,
            measured_by=self.measured_by,
            levers={language: tuple(lines) for language, lines in self.levers.items()},
            owner=self.owner,
            reached_when=self.reached_when,
            reviewed=self.reviewed,
        )


def load_catalogue(texts: Mapping[str, str], languages: Sequence[str] = LANGUAGES) -> Mapping[str, Kpi]:
    """Read KPIs from TOML (`texts`: file name -> text), in the order of the files; id -> KPI.

    Every KPI answers its seven questions in each of `languages`. Raises BadSite naming file, KPI and key.
    """
    kpis: dict[str, Kpi] = {}
    files: dict[str, str] = {}
    for file, text in texts.items():
        for name, entry in _tables(file, text).items():
            if name in kpis:
                raise BadSite(f"{file}: [{name}] stands in {files[name]} already; give it another id or delete one.")
            kpis[name], files[name] = _read(f"{file}: [{name}]", name, entry, languages), file
    _check_growth(kpis, files)
    return kpis


def shipped_texts() -> Mapping[str, str]:
    """The catalogue we ship: file name -> TOML, so that a site can add its own files to it."""
    folder = resources.files(__name__)
    return {f"{kind}.toml": folder.joinpath(f"{kind}.toml").read_text("utf-8") for kind in Kind}


def shipped_catalogue() -> Mapping[str, Kpi]:
    """The KPIs we ship; id -> KPI."""
    return load_catalogue(shipped_texts())


def _sum(written: _Sum | None) -> Sum | None:
    return None if written is None else Sum(written.table, written.sum)


def _tables(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(normalize("NFC", text))
    except tomllib.TOMLDecodeError as error:
        raise BadSite(f"{file}: this is not TOML ({error}); mend that line.") from None


def _read(where: str, name: str, entry: object, languages: Sequence[str]) -> Kpi:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise BadSite(f"{where} is no id of a KPI; allowed are small letters, digits and _, a letter first.")
    try:
        kpi = _Entry.model_validate(entry).kpi(name)
    except ValidationError as error:
        raise BadSite(f"{where} {sentence(error, _Entry)}.") from None
    _check_languages(where, kpi, languages)
    return kpi


def _check_languages(where: str, kpi: Kpi, languages: Sequence[str]) -> None:
    answers: dict[str, Mapping[str, object]] = {q: getattr(kpi.answers, q) for q in (*QUESTIONS, "levers")}
    for question, texts in {"name": kpi.name, **answers}.items():
        if missing := [language for language in languages if language not in texts]:
            needed = f"every answer is needed in {listed(languages)}"
            raise BadSite(f"{where} {question}.{missing[0]} is missing; {needed}: write it.")


def _check_growth(kpis: Mapping[str, Kpi], files: Mapping[str, str]) -> None:
    sums = [k.id for k in kpis.values() if k.numerator is not None and k.denominator is None]
    for kpi in kpis.values():
        if kpi.growth_of is not None and kpi.growth_of not in sums:
            raise BadSite(f"{files[kpi.id]}: [{kpi.id}] growth_of is {kpi.growth_of!r}; allowed are {listed(sums)}.")
