"""What kpi.toml may say, and the sentences for what it may not."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import available_timezones

import holidays
from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from reports.language import languages
from transforms import wording

ReviewedLevel = Literal["chain", "region", "store", "department"]


def _one_of(allowed: frozenset[str], what: str, example: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not {what}; write for example {example!r}")
        return value

    return AfterValidator(check)


def _cron(value: str) -> str:
    if len(value.split()) != _CRON_PARTS:
        raise ValueError(f"{value!r} is not a cron line; write minute hour day month weekday, for example '30 2 * * *'")
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"{value!r} is not a time of day; write HH:MM, for example '04:00'")
    return time.fromisoformat(value) if isinstance(value, str) else value


_LANGUAGES = frozenset(languages())
_CRON_PARTS = 5
_COUNTRIES = frozenset(holidays.list_supported_countries(include_aliases=False))
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=64)]
Language = Annotated[str, _one_of(_LANGUAGES, f"a language; there are {', '.join(sorted(_LANGUAGES))}", "vi")]
Cron = Annotated[str, AfterValidator(_cron)]
Names = dict[Language, str]


class Settings(BaseModel):
    """One table of kpi.toml; what it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class OrganisationSettings(Settings):
    """Whose chain it is."""

    id: Id
    name: str = Field(min_length=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    currency: Annotated[str, _one_of(frozenset(list_currencies()), "an ISO 4217 currency", "VND")]
    country: Annotated[str, _one_of(_COUNTRIES, "an ISO 3166 country code with known holidays", "VN")]
    time_zone: Annotated[str, _one_of(frozenset(available_timezones()), "a time zone", "Asia/Ho_Chi_Minh")]
    business_day_starts: Annotated[time, BeforeValidator(_clock_time)] = time(0)


class ReviewSettings(Settings):
    """Which groups get a review of their own."""

    levels: tuple[ReviewedLevel, ...] = ("chain", "region", "store", "department")


class AttendanceSettings(Settings):
    """How clockings are read as shifts."""

    late_after_minutes: int = Field(default=5, ge=0, le=120)
    longest_shift_hours: int = Field(default=16, ge=1, le=36)


class QualitySettings(Settings):
    """What the gate takes for possible."""

    first_day: date = date(2001, 1, 1)  # a clock whose battery died says 2000-01-01
    large_amount: Decimal = Field(default=Decimal(1_000_000_000), gt=0)
    highest_rating: Decimal = Field(default=Decimal(100), gt=0)


class InboxSettings(Settings):
    """When a file in the inbox counts as whole."""

    settle_seconds: float = Field(default=5, ge=0, le=3600)


class ScheduleSettings(Settings):
    """When the flows run, in the organisation's time zone."""

    nightly: Cron = "30 2 * * *"
    monthly: Cron = "0 6 3 * *"


class KpiToml(Settings):
    """The whole of kpi.toml."""

    organisation: OrganisationSettings
    review: ReviewSettings = ReviewSettings()
    attendance: AttendanceSettings = AttendanceSettings()
    inbox: InboxSettings = InboxSettings()
    quality: QualitySettings = QualitySettings()
    schedule: ScheduleSettings = ScheduleSettings()
    regions: dict[Id, Names] = Field(default_factory=dict)
    departments: dict[Id, Names] = Field(default_factory=dict)
    positions: dict[Id, Names] = Field(default_factory=dict)


def sentences(file: str, error: ValidationError, model: type[BaseModel], *, where: str = "") -> list[str]:
    """One sentence per mistake that pydantic found: file, key, what is wrong, what is allowed."""
    return [f"{file}, {where}{said}." for said in wording.sentences(error, model)]
