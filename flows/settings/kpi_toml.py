"""What kpi.toml may say."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from flows.settings.types import (
    WEEKDAYS,
    ClockTime,
    Country,
    Cron,
    Currency,
    Id,
    Language,
    MailAddress,
    MaybeMailAddress,
    Month,
    Names,
    OnCover,
    OnPaper,
    Settings,
    TimeZone,
    WebAddress,
    Weekday,
)
from reports.face import ACCENT, PRIMARY
from transforms import wording
from transforms.attendance import FlaggedHours, ShiftRules, UsualShift
from transforms.calendar import clocks_change

ReviewedLevel = Literal["chain", "region", "store", "department", "position", "person"]
Format = Literal["pdf", "xlsx", "html"]


class OrganisationSettings(Settings):
    """Whose chain it is."""

    id: Id
    name: str = Field(min_length=1)
    languages: tuple[Language, ...] = Field(min_length=1)
    currency: Currency
    country: Country
    time_zone: TimeZone
    business_day_starts: ClockTime = time(0)


class ReviewSettings(Settings):
    """Which groups get a review of their own, and as which files."""

    levels: tuple[ReviewedLevel, ...] = ("chain", "region", "store", "department")
    formats: tuple[Format, ...] = Field(default=("pdf", "xlsx", "html"), min_length=1)
    archival: bool = False


class FaceSettings(Settings):
    """How reviews look: the site's colours and logo, and who signs below."""

    primary: OnCover = PRIMARY
    accent: OnPaper = ACCENT
    logo: str = ""
    sign_off: tuple[Names, ...] = Field(default=(), max_length=6)


class PrivacySettings(Settings):
    """What is shown of people: averages of so many at least, and payouts to people in these positions only."""

    smallest_group: int = Field(default=5, ge=2, le=1000)
    pay_shown_to: tuple[Id, ...] = ()


class ShiftSettings(Settings):
    """A shift as it is usually worked, for stores without a roster."""

    name: str = Field(min_length=1)
    begins: ClockTime = Field(alias="from")
    ends: ClockTime = Field(alias="to")
    weekdays: tuple[Weekday, ...] = ()
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
    auto_close_at: tuple[ClockTime, ...] = ()
    shift: tuple[ShiftSettings, ...] = ()

    def rules(self, organisation: OrganisationSettings) -> ShiftRules:
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
            day_starts=organisation.business_day_starts,
            zone=organisation.time_zone if clocks_change(organisation.time_zone) else None,
        )


def _usual(shift: ShiftSettings) -> UsualShift:
    days = tuple(WEEKDAYS.index(day) + 1 for day in shift.weekdays)
    return UsualShift(shift.name, shift.begins, shift.ends, days, shift.positions, shift.stores)


# Where prices are written in thousands as often as in full: what hardly anything sold costs less than.
CHEAP: Final[Mapping[str, int]] = MappingProxyType(
    {"VND": 1000, "IDR": 500, "LAK": 1000, "KHR": 200, "MMK": 50, "KRW": 100, "COP": 200, "CLP": 50, "PYG": 500}
    | {"UGX": 100, "TZS": 100, "UZS": 500, "IRR": 10_000, "IQD": 100, "LBP": 10_000}
)


class QualitySettings(Settings):
    """What the gate takes for possible."""

    first_day: date = date(2001, 1, 1)  # a clock whose battery died says 2000-01-01
    small_amount: Decimal | None = Field(default=None, ge=0)  # None: by the currency, see CHEAP
    large_amount: Decimal = Field(default=Decimal(1_000_000_000), gt=0)
    highest_rating: Decimal = Field(default=Decimal(100), gt=0)

    def given(self, currency: str) -> Mapping[str, object]:
        """The values that suites ask for, where amounts are in `currency`."""
        cheap = Decimal(CHEAP.get(currency, 0)) if self.small_amount is None else self.small_amount
        return {**dict(self), "small_amount": cheap}


class StaffingSettings(Settings):
    """What one hour of work is: by it a target of net sales is told in people and money."""

    contract_hours: Decimal = Field(default=Decimal(208), gt=0, le=400)
    hourly_cost: Decimal | None = Field(default=None, gt=0)


class InboxSettings(Settings):
    """When a file in the inbox counts as whole, and of how many megabytes a portion of a large one is."""

    settle_seconds: float = Field(default=5, ge=0, le=3600)
    portion_mb: float = Field(default=48, gt=0)

    @property
    def portion_size(self) -> int:
        """In bytes."""
        return int(self.portion_mb * (1 << 20))


class ScheduleSettings(Settings):
    """When the flows run, in the organisation's time zone."""

    nightly: Cron = "30 2 * * *"
    monthly: Cron = "0 6 3 * *"
    not_on: Literal["none", "public_holidays", "weekends_and_holidays"] = "none"
    catch_up: bool = True
    late_after_minutes: int = Field(default=60, ge=1, le=1440)
    wait_minutes: int = Field(default=30, ge=0, le=720)
    send: bool = False
    port: int = Field(default=4200, ge=1024, le=65535)
    keep_runs_days: int = Field(default=90, ge=1, le=3650)

    @property
    def late_after(self) -> timedelta:
        """How long after its moment a run is late."""
        return timedelta(minutes=self.late_after_minutes)

    @property
    def wait(self) -> timedelta:
        """How long an unattended run waits for another to end."""
        return timedelta(minutes=self.wait_minutes)


class OperatorSettings(Settings):
    """Who is told when a run needs a person."""

    addresses: tuple[MailAddress, ...] = ()
    heartbeat_url: WebAddress | None = None


class CauseSettings(Settings):
    """What changed a figure for good: its routine range is set anew from that month on."""

    begins: Month = Field(alias="from")
    what: str = Field(min_length=1, max_length=200)
    kpi: str | None = None
    level: ReviewedLevel | None = None
    group: str | None = None


class MailSettings(Settings):
    """How letters go out, and when they must not."""

    host: str = ""  # empty: letters become .eml files in outbox/
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str = ""
    user: str = ""
    password_env: str = ""
    sender: MaybeMailAddress = ""
    owner: MaybeMailAddress = ""
    timeout_seconds: float = Field(default=60, gt=0, le=600)
    per_minute: int = Field(default=30, ge=0)
    retry_minutes: tuple[Annotated[int, Field(ge=1)], ...] = (5, 15, 60, 240, 1440)
    wait_minutes: int = Field(default=15, ge=0, le=240)
    attach_at_most_mb: Decimal = Field(default=Decimal(15), gt=0)
    archive_url: str = ""
    lowest_coverage: Decimal = Field(default=Decimal("0.8"), ge=0, le=1)
    deadline_day: int = Field(default=3, ge=1, le=28)
    late: Literal["marked", "withheld"] = "marked"
    other_stores_shown: bool = False

    @model_validator(mode="after")
    def _sendable(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("names a 'host' but no 'sender'; write the address that letters come from")
        if self.user and not self.password_env:
            raise ValueError("names a 'user' but no 'password_env'; write which environment variable has the password")
        if self.user and self.security == "none":
            raise ValueError('would send the password unprotected; set \'security\' to "starttls" or "tls"')
        return self


class ClosingSettings(Settings):
    """When a month closes, and how what arrives later comes into its reviews."""

    day: int = Field(default=10, ge=0, le=28)  # of the month after; 0: only by hand
    restate: Literal["by_hand", "automatically"] = "by_hand"


class ArchiveSettings(Settings):
    """How long what was issued is kept; 0: for ever."""

    keep_months: int = Field(default=0, ge=0, le=1200)
    as_of_days: int = Field(default=400, ge=0, le=36500)


class KpiToml(Settings):
    """The whole of kpi.toml."""

    organisation: OrganisationSettings
    review: ReviewSettings = ReviewSettings()
    face: FaceSettings = FaceSettings()
    privacy: PrivacySettings = PrivacySettings()
    attendance: AttendanceSettings = AttendanceSettings()
    staffing: StaffingSettings = StaffingSettings()
    inbox: InboxSettings = InboxSettings()
    quality: QualitySettings = QualitySettings()
    schedule: ScheduleSettings = ScheduleSettings()
    cause: tuple[CauseSettings, ...] = ()
    mail: MailSettings = MailSettings()
    operators: OperatorSettings = OperatorSettings()
    closing: ClosingSettings = ClosingSettings()
    archive: ArchiveSettings = ArchiveSettings()
    regions: dict[Id, Names] = Field(default_factory=dict)
    departments: dict[Id, Names] = Field(default_factory=dict)
    positions: dict[Id, Names] = Field(default_factory=dict)


def sentences(file: str, error: ValidationError, model: type[BaseModel], *, where: str = "") -> list[str]:
    """One sentence per mistake that pydantic found: file, key, what is wrong, what is allowed."""
    return [f"{file}, {where}{said}." for said in wording.sentences(error, model)]
