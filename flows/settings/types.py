"""What one value of a site's configuration may be, and the sentence for what it may not."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Final
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from cronsim import CronSim, CronSimError
from holidays.registry import COUNTRIES
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from reports.face import ON_COVER, ON_PAPER, PRIMARY, contrast, darkened
from reports.language import languages

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LANGUAGES: Final = frozenset(languages())
# The package's own list of codes would load the holidays of every country.
_COUNTRIES: Final = frozenset(alpha_2 for _, alpha_2, *_ in COUNTRIES.values())
_CRON_PARTS: Final = 5
_ANY_MOMENT: Final = datetime(2026, 1, 1, tzinfo=UTC)
# What every mail server takes without extensions, and no header or command can be broken with.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class Settings(BaseModel):
    """One table of kpi.toml; what it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _one_of(allowed: frozenset[str], what: str, example: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not {what}; write for example {example!r}")
        return value

    return AfterValidator(check)


def _contrasting(least: float, why: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
            raise ValueError(f"{value!r} is not a colour; write it as #RRGGBB, for example '{PRIMARY}'")
        if (ratio := contrast(value)) < least:
            raise ValueError(
                f"{value} has a contrast of {ratio:.1f} with white, and {why}: {least:g} is needed;"
                f" the same hue has it as {darkened(value, least)}"
            )
        return value.upper()

    return AfterValidator(check)


def _cron(value: str) -> str:
    try:
        next(CronSim(value if len(value.split()) == _CRON_PARTS else "", _ANY_MOMENT))
    except (CronSimError, StopIteration):
        raise ValueError(
            f"{value!r} is not a cron line; write minute hour day month weekday, for example '30 2 * * *'"
        ) from None
    return value


def _web_address(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", value.get_secret_value()):
        raise ValueError("is not a web address; write the whole of it, beginning with https://")  # its path is a secret
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"{value!r} is not a time of day; write HH:MM, for example '04:00'")
    return time.fromisoformat(value) if isinstance(value, str) else value


def _weekday(value: object) -> object:
    if value not in WEEKDAYS:
        raise ValueError(f"{value!r} is not a weekday; allowed are {', '.join(WEEKDAYS)}")
    return value


def _first_of_month(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise ValueError(f"{value!r} is not a month; write YYYY-MM in quotes, for example '2026-03'")
    return date.fromisoformat(f"{value}-01")


def _by_language(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError(f'{value!r} is not given by language; write {{ vi = "…", en = "…" }}')  # noqa: TRY004
    return value


def mail_address(value: str) -> str:
    """`value`, if mail can be sent to it; what is wrong with it is said without repeating it."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError("is no e-mail address; write one like name@example.com, without accents or spaces")
    return value


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=64)]
Language = Annotated[str, _one_of(_LANGUAGES, f"a language; there are {', '.join(sorted(_LANGUAGES))}", "vi")]
Names = Annotated[dict[Language, str], BeforeValidator(_by_language)]
OnCover = Annotated[str, _contrasting(ON_COVER, "the white letters of the cover stand on it")]
OnPaper = Annotated[str, _contrasting(ON_PAPER, "it is written in on white paper")]
Currency = Annotated[str, _one_of(frozenset(list_currencies()), "an ISO 4217 currency", "VND")]
Country = Annotated[str, _one_of(_COUNTRIES, "an ISO 3166 country code with known holidays", "VN")]
TimeZone = Annotated[str, _one_of(frozenset(available_timezones()), "a time zone", "Asia/Ho_Chi_Minh")]
Cron = Annotated[str, AfterValidator(_cron)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Weekday = Annotated[str, BeforeValidator(_weekday)]
Month = Annotated[date, BeforeValidator(_first_of_month)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
MaybeMailAddress = Annotated[str, AfterValidator(lambda value: value and mail_address(value))]
WebAddress = Annotated[SecretStr, AfterValidator(_web_address)]
