"""What kpi.toml may say, and the sentences for what it may not."""

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

import holidays
from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from reports.language import languages
from transforms import wording
from transforms.attendance import FlaggedHours, ShiftRules, UsualShift

ReviewedLevel = Literal["chain", "region", "store", "department"]
Format = Literal["pdf", "xlsx", "html"]


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
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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
    """Which groups get a review of their own, and as which files."""

    levels: tuple[ReviewedLevel, ...] = ("chain", "region", "store", "department")
    formats: tuple[Format, ...] = Field(default=("pdf", "xlsx", "html"), min_length=1)


def _weekday(value: object) -> object:
    if value not in _WEEKDAYS:
        raise ValueError(f"{value!r} is not a weekday; allowed are {', '.join(_WEEKDAYS)}")
    return value


class ShiftSettings(Settings):
    """A shift as it is usually worked, for stores without a roster."""

    name: str = Field(min_length=1)
    begins: Annotated[time, BeforeValidator(_clock_time)] = Field(alias="from")
    ends: Annotated[time, BeforeValidator(_clock_time)] = Field(alias="to")
    weekdays: tuple[Annotated[str, BeforeValidator(_weekday)], ...] = ()
    positions: tuple[Id, ...] = ()
    stores: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.begins == self.ends:
            raise ValueError(f"the shift {self.name!r} ends when it begins; 'from' and 'to' must differ")
        return self


class AttendanceSettings(Settings):
    """How punches and clockings are read as shifts."""

    late_after_minutes: int = Field(default=5, ge=0, le=120)
    longest_shift_hours: int = Field(default=16, ge=1, le=36)
    repeat_within_seconds: int = Field(default=60, ge=0, le=900)
    punched_breaks: Literal["unpaid", "paid"] = "unpaid"
    unpaid_break_after_hours: Decimal = Field(default=Decimal(0), ge=0, le=24)
    unpaid_break_minutes: int = Field(default=0, ge=0, le=240)
    too_long_hours: FlaggedHours = "leave_out"
    auto_closed_hours: FlaggedHours = "count"
    auto_close_at: tuple[Annotated[time, BeforeValidator(_clock_time)], ...] = ()
    shift: tuple[ShiftSettings, ...] = ()

    def rules(self, day_starts: time) -> ShiftRules:
        """How a month's shifts are made."""
        return ShiftRules(
            late_after_minutes=self.late_after_minutes,
            longest_shift_hours=self.longest_shift_hours,
            repeat_within_seconds=self.repeat_within_seconds,
            punched_breaks_paid=self.punched_breaks == "paid",
            unpaid_break_after_hours=self.unpaid_break_after_hours,
            unpaid_break_minutes=self.unpaid_break_minutes,
            too_long_hours=self.too_long_hours,
            auto_closed_hours=self.auto_closed_hours,
            auto_close_at=self.auto_close_at,
            usual=tuple(_usual(shift) for shift in self.shift),
            day_starts=day_starts,
        )


def _usual(shift: ShiftSettings) -> UsualShift:
    days = tuple(_WEEKDAYS.index(day) + 1 for day in shift.weekdays)
    return UsualShift(shift.name, shift.begins, shift.ends, days, shift.positions, shift.stores)


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
