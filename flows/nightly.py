"""Every night: inbox -> read -> gate -> lake -> facts of every month that the new rows touched."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.console import Teller
from flows.intake.inbox import Taken, clear, take
from flows.intake.load import Loader, Outcome
from flows.intake.quality_pages import write_pages
from flows.intake.tying import untied
from flows.lake import Lake
from flows.ledger import REFUSED, Ledger
from flows.lock import alone
from flows.months.closing import Closings
from flows.months.facts import measure_months
from flows.site import Site
from flows.steps import Do, plainly


@dataclass(frozen=True, slots=True)
class Night:
    """What one nightly run did."""

    taken: Taken
    outcomes: Sequence[Outcome]
    months: Sequence[date]  # measured (again)
    closed: Sequence[date] = ()
    untied: Sequence[str] = ()  # months of which the lake holds other than the accounts say

    @property
    def refused(self) -> bool:
        """Whether anything that was delivered could not be taken in."""
        kept_out = any(o.state == REFUSED or o.rows("quarantined") for o in self.outcomes)
        return kept_out or bool(self.taken.unreadable or self.taken.stray)

    @property
    def errors(self) -> Sequence[str]:
        """Files and months that do not add up, by a fault of ours."""
        return [*(outcome.error for outcome in self.outcomes if outcome.error), *self.untied]


def local_now(site: Site) -> datetime:
    """The wall clock of the site."""
    return datetime.now(ZoneInfo(site.settings.organisation.time_zone))


def nightly(site: Site, *, now: datetime, teller: Teller, do: Do = plainly) -> Night:
    """Take in what was delivered and measure what it touched. Safe to run again, and after a crash at any point."""
    lake = Lake(site.lake)
    with alone(site.folder), closing(Ledger(site.ledger)) as ledger:
        taken = do("take the inbox", lambda: take(site, ledger, now=now))
        outcomes = do("load the lake", lambda: Loader(site, ledger, lake, now).load(teller))
        do("clear the inbox", lambda: clear(taken, ledger))
        return finished(site, ledger, taken, outcomes, now=now, do=do)


def finished(
    site: Site, ledger: Ledger, taken: Taken, outcomes: Sequence[Outcome], *, now: datetime, do: Do = plainly
) -> Night:
    """Measure what was loaded, write its data-quality pages, close what is due, and have it told."""
    months = do("measure the months", lambda: measure_months(site, Lake(site.lake), ledger, now))
    do("write the data-quality pages", lambda: write_pages(site, outcomes, now))
    closed = do("close the months that are due", lambda: Closings(site, ledger).close_due(Lake(site.lake), now))
    touched = {month for outcome in outcomes for month in outcome.settled.touched}
    ledger.told()
    return Night(taken, outcomes, months, closed, untied(Lake(site.lake), ledger, touched))
