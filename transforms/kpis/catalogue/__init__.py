"""The catalogue: KPIs as data, those we ship and those a site adds in the same format."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Annotated, Any, Final, Literal, Self
from unicodedata import normalize

from pydantic import Field, StringConstraints, ValidationError, model_validator

from transforms.kpis.aggregate import fault
from transforms.kpis.kpi import Answers, Better, Kind, Kpi, Sum, Unit
from transforms.measured import MEASURED
from transforms.problem import BadSite
from transforms.wording import Strict, listed, sentences

LANGUAGES: Final = ("vi", "en")
SHIPPED: Final = (
    *("output", "productivity", "rates", "sales", "customers", "costs"),
    *("behaviour", "attendance", "conduct"),
    *("competency", "skills"),
)
QUESTIONS: Final = ("objective", "why", "measured_by", "reached_when")

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Texts = dict[str, _Said]


@cache  # a process reads the same sums again with every run
def _fault(table: str, sql: str) -> str | None:
    return fault(sql, MEASURED[table])


class _Sum(Strict):
    table: Literal["sales", "shifts", "ratings", "staff"]
    sum: str

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if found := _fault(self.table, self.sum):
            raise ValueError(f"(over {self.table}) {found}")
        return self


class _Entry(Strict):
    kind: Kind
    unit: Unit
    better: Better
    decimals: int | None = Field(None, ge=0, le=4)
    numerator: _Sum | None = None
    denominator: _Sum | None = None
    base: _Sum | None = None
    growth_of: str | None = None
    attainment_of: str | None = None
    source: str = ""
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
        if sum(way is not None for way in (self.numerator, self.growth_of, self.attainment_of)) != 1:
            raise ValueError("needs exactly one of numerator, growth_of and attainment_of; write one of them")
        if self.base is not None and (self.denominator is not None or self.numerator is None):
            raise ValueError("has a base: it is what a numerator grows on, without a denominator; mend these keys")
        if self.numerator is None and self.denominator is not None:
            raise ValueError("is worked out from another KPI, so it has no denominator; delete it")
        if (self.numerator is None or self.base is not None) and self.unit is not Unit.SHARE:
            raise ValueError('is a growth or an attainment, so its unit is "share"; mend it')
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
            base=_sum(self.base),
            growth_of=self.growth_of,
            attainment_of=self.attainment_of,
            source=self.source,
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
    faults: list[str] = []
    for file, text in texts.items():
        for name, (kpi, found) in _entries(file, text, tuple(languages)).items():
            if name in files:
                faults.append(f"{file}: [{name}] stands in {files[name]} already; give it another id or delete one.")
                continue
            faults += found
            files[name] = file
            if kpi is not None:
                kpis[name] = kpi
    faults += _baseless(kpis, files)
    if faults:
        raise BadSite("\n".join(faults))
    return kpis


def shipped_texts() -> Mapping[str, str]:
    """The catalogue we ship: file name -> TOML, so that a site can add its own files to it."""
    folder = resources.files(__name__)
    return {f"{name}.toml": folder.joinpath(f"{name}.toml").read_text("utf-8") for name in SHIPPED}


def shipped_catalogue() -> Mapping[str, Kpi]:
    """The KPIs we ship; id -> KPI."""
    return load_catalogue(shipped_texts())


def rating_measures(kpis: Mapping[str, Kpi]) -> list[str]:
    """The measures of ratings that any KPI reads, by name."""
    sums = [part.sql for kpi in kpis.values() for part in kpi.sums if part.table == "ratings"]
    return sorted({name for sql in sums for name in re.findall(r"\bmeasure = '([^']*)'", sql)})


def _sum(written: _Sum | None) -> Sum | None:
    return None if written is None else Sum(written.table, written.sum)


@lru_cache(maxsize=64)  # a process reads the same catalogue again with every run, and no KPI is ever changed
def _entries(file: str, text: str, languages: Sequence[str]) -> Mapping[str, tuple[Kpi | None, Sequence[str]]]:
    """Each KPI of a file, or None and what is wrong with it."""
    return {name: _entry(f"{file}: [{name}]", name, entry, languages) for name, entry in _tables(file, text).items()}


def _entry(where: str, name: str, entry: object, languages: Sequence[str]) -> tuple[Kpi | None, Sequence[str]]:
    faults = _faults(where, name, entry, languages)
    return (None if faults else _Entry.model_validate(entry).kpi(name), faults)


def _tables(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(normalize("NFC", text))
    except tomllib.TOMLDecodeError as error:
        raise BadSite(f"{file}: this is not TOML ({error}); mend that line.") from None


def _faults(where: str, name: str, entry: object, languages: Sequence[str]) -> list[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return [f"{where} is no id of a KPI; allowed are small letters, digits and _, a letter first."]
    try:
        return list(_untold(where, _Entry.model_validate(entry).kpi(name), languages))
    except ValidationError as error:
        return [f"{where} {said}." for said in sentences(error, _Entry)]


def _untold(where: str, kpi: Kpi, languages: Sequence[str]) -> Iterator[str]:
    answers: dict[str, Mapping[str, object]] = {q: getattr(kpi.answers, q) for q in (*QUESTIONS, "levers")}
    for question, texts in {"name": kpi.name, **answers}.items():
        for language in languages:
            if language not in texts:
                needed = f"every answer is needed in {listed(languages)}"
                yield f"{where} {question}.{language} is missing; {needed}: write it."


def _baseless(kpis: Mapping[str, Kpi], files: Mapping[str, str]) -> Iterator[str]:
    measured = [kpi.id for kpi in kpis.values() if kpi.numerator is not None and kpi.base is None]
    sums = [name for name in measured if kpis[name].denominator is None]
    for kpi in kpis.values():
        if kpi.growth_of is not None and kpi.growth_of not in sums:
            yield f"{files[kpi.id]}: [{kpi.id}] growth_of is {kpi.growth_of!r}; allowed are {listed(sums)}."
        if kpi.attainment_of is not None and kpi.attainment_of not in measured:
            yield f"{files[kpi.id]}: [{kpi.id}] attainment_of is {kpi.attainment_of!r}; allowed are {listed(measured)}."
