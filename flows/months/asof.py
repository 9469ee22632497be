"""A site's data as it was known at the end of a day: the lake's versions of then, and a ledger without what came later.

Facts are those that were measured then; names, targets and scorecards are the site's of today.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zoneinfo import ZoneInfo

from flows.lake import Lake
from flows.ledger import Ledger
from flows.settlement import from_json
from flows.site import Site
from flows.timeline import Timeline, stamp
from transforms.problem import Problem
from transforms.tables import TABLES

# What a file did that was settled later is undone.
_UNDONE: Final = (
    "DELETE FROM control WHERE file_id NOT IN (SELECT file_id FROM settlings WHERE at < ?1)",
    "DELETE FROM held_back WHERE file_id NOT IN (SELECT file_id FROM settlings WHERE at < ?1)",
    "DELETE FROM replacements WHERE by_id NOT IN (SELECT file_id FROM settlings WHERE at < ?1)",
    "UPDATE held_back SET mended_by = NULL WHERE mended_by NOT IN (SELECT file_id FROM settlings WHERE at < ?1)",
    "DELETE FROM files WHERE file_id NOT IN (SELECT file_id FROM settlings WHERE at < ?1)",
    """UPDATE months SET version =
    (SELECT version FROM measurings m WHERE m.month = months.month AND m.at < ?1 ORDER BY n DESC LIMIT 1)""",
)


class NotKnown(Problem):
    """There is nothing that was known on that day."""


@contextmanager
def known_then(site: Site, ledger: Ledger, day: date) -> Iterator[tuple[Lake, Ledger]]:
    """The lake and the ledger as of the end of `day` in the site's time zone, to read.

    Raises:
        NotKnown: the lake was made anew since.

    """
    moment = end_of(site, day)
    _reachable(ledger, moment, day)
    lake = Lake(site.lake, _versions(site, ledger, moment))
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "ledger.db"
        ledger.say("VACUUM INTO ?", str(copy))
        with closing(Ledger(copy)) as then:
            _undo(then, moment)
            yield lake, then


def end_of(site: Site, day: date) -> datetime:
    """The first moment after `day` in the site's time zone."""
    zone = ZoneInfo(site.settings.organisation.time_zone)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _reachable(ledger: Ledger, moment: datetime, day: date) -> None:
    since = Timeline(ledger).lake_since()
    if since and stamp(moment) <= since:
        raise NotKnown(
            f"The lake was made anew on {since[:10]}, so what was known on {day} cannot be told; name a later day."
        )


def _versions(site: Site, ledger: Ledger, moment: datetime) -> dict[str, int]:
    """Table -> version; where nobody noted it, by the clocks of the lake's commits."""
    today, at = Lake(site.lake), stamp(moment)
    noted = dict[str, int | None](
        ledger.asked("SELECT table_name, max(version) FROM settlings WHERE at < ? GROUP BY 1", at)
    )
    [(facts, days)] = ledger.asked("SELECT max(facts), max(days) FROM measurings WHERE at < ?", at)
    noted.update(facts=facts, days=days)
    known = {name: noted.get(name) for name in (*TABLES, "facts", "days")}
    return {name: today.version_before(name, moment) if v is None else v for name, v in known.items()}


def _undo(then: Ledger, moment: datetime) -> None:
    at = stamp(moment)
    for statement in _UNDONE:
        then.say(statement, at)
    read_again = (
        "SELECT file_id, result FROM settlings s WHERE result IS NOT NULL AND at < ?1 "
        "AND n = (SELECT max(n) FROM settlings o WHERE o.file_id = s.file_id AND o.at < ?1)"
    )
    for file_id, result in then.asked(read_again, at):
        then.settle(file_id, from_json(result))
