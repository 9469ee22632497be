"""When nights and letters are due, in the site's own time: cron lines, daylight saving, days on which none goes out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

from flows.settings.kpi_toml import KpiToml, ScheduleSettings
from transforms.calendar import add_months, first_of, previous, public_holidays

_SATURDAY = 5
_PLANNED_MONTHS = 240
_LONGEST_FEAST = timedelta(days=30)
_MOMENT = timedelta(seconds=1)
_AROUND_A_CHANGE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The moments of one site; every moment is in its time zone."""

    schedule: ScheduleSettings
    zone: ZoneInfo
    country: str

    @classmethod
    def of(cls, settings: KpiToml) -> "Timetable":
        """The timetable of kpi.toml."""
        organisation = settings.organisation
        return cls(settings.schedule, ZoneInfo(organisation.time_zone), organisation.country)

    def last_night(self, now: datetime) -> datetime:
        """The newest moment at or before `now` at which a night was due."""
        return next(CronSim(self.schedule.nightly, self._local(now) + _MOMENT, reverse=True))

    def next_night(self, now: datetime) -> datetime:
        """The first moment after `now` at which a night is due."""
        return next(CronSim(self.schedule.nightly, self._local(now)))

    def letter(self, month: date) -> datetime:
        """When the review of `month` is due: the first moment of the cron line after it, moved off free days."""
        ended = datetime.combine(add_months(month, 1), time(), self.zone)
        return self._moved(next(CronSim(self.schedule.monthly, ended - _MOMENT)))

    def next_letter(self, now: datetime) -> tuple[date, datetime]:
        """The next month to be reviewed after `now`, and when."""
        month = previous(previous(first_of(self._local(now).date())))
        return next((m, due) for m, due in self._letters(month) if due > now)

    def night_plan(self) -> dict[str, str]:
        """The nights as a scheduler is told of them: {cron, timezone}."""
        return {"cron": self.schedule.nightly, "timezone": self.zone.key}

    def letter_plan(self, now: datetime) -> dict[str, str]:
        """The reviews likewise; or, where free days move them, {rrule, timezone} with the days of the next years."""
        if self.schedule.not_on == "none":
            return {"cron": self.schedule.monthly, "timezone": self.zone.key}
        dues = {due for _, due in islice(self._letters(self.next_letter(now)[0]), _PLANNED_MONTHS)}
        days = ",".join(f"{due:%Y%m%dT%H%M%S}" for due in sorted(dues))
        return {"rrule": f"RDATE:{days}", "timezone": self.zone.key}

    def _letters(self, month: date) -> Iterator[tuple[date, datetime]]:
        while True:
            yield month, self.letter(month)
            month = add_months(month, 1)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _moved(self, moment: datetime) -> datetime:
        day = moment.date()
        free = self._free(day)
        while day in free or (self.schedule.not_on == "weekends_and_holidays" and day.weekday() >= _SATURDAY):
            day += timedelta(days=1)
        return datetime.combine(day, moment.timetz())

    def _free(self, day: date) -> frozenset[date]:
        if self.schedule.not_on == "none":
            return frozenset()
        return frozenset(public_holidays(self.country, day, day + _LONGEST_FEAST))


def since(due: datetime) -> datetime:
    """From when on a run answers the moment `due`.

    Where a clock is put forward, 02:30 is no moment at all, and schedulers fire an hour before or after it.
    """
    before = (due.astimezone(UTC) - _AROUND_A_CHANGE).astimezone(due.tzinfo)
    return before if before.utcoffset() != due.utcoffset() else due


def next_quarter(moment: datetime) -> datetime:
    """The next full quarter of an hour: runs that look after the same thing meet there."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
