"""Letters of one month, from plan to post, and what is told of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.console import Teller
from flows.ledger import Ledger
from flows.months.archive import refuse_older_ledger
from flows.post.address_book import address_book, reaches_nobody
from flows.post.letters import FAILED, Letter, Letters, State
from flows.post.send import Clock, Sender
from flows.post.write import Desk, Held, Plan
from flows.site import Site
from reports.language import language
from transforms.problem import Problem

Key = tuple[str, str]  # level, group id
_MOST = 20
_UNSENT = (State.READY, State.DEFERRED, State.WITHHELD)
_WAITING = (State.READY, State.HANDED_OVER, State.DEFERRED)


class NobodyToTell(Problem):
    """recipients.csv names nobody for what is to be sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the letters of one month; in a rehearsal, what would."""

    plan: Plan
    letters: Sequence[Letter]  # the plan's own, as they stand now
    rehearsed: bool = False

    @property
    def undone(self) -> int:
        """How many did not get what is meant for them."""
        if self.rehearsed:
            return 0
        return sum(letter.state in FAILED for letter in self.letters) + len(self.plan.held)

    @property
    def failed(self) -> bool:
        """Whether somebody did not get what is meant for her."""
        return self.undone > 0

    @property
    def pending(self) -> bool:
        """Whether a later run has letters to send, or to look at again."""
        unsent = any(letter.state in _UNSENT for letter in self.letters)
        return not self.rehearsed and bool(unsent or self.plan.waiting or self.plan.held)


def deliver(desk: Desk, *, teller: Teller, clock: Clock) -> Delivery:
    """Write the letters of a month and send them, and whatever else is due. Safe to run again, also after a crash.

    What an address accepted of a month, group and revision is never sent there again, and what may have been taken is
    not either. The teller is told numbers only: it may write into a log.

    Raises:
        NobodyToTell: nobody reads any of the reviews.

    """
    plan, letters = _planned(desk), Letters(desk.ledger)
    fresh = [*plan.fresh, *plan.notices]
    letters.note(fresh, plan.superseded, desk.now)
    letters.reopen((letter for letter in plan.kept if letter.state is State.WITHHELD), "looked at again", desk.now)
    Sender(desk.site, letters, clock, teller).send()
    mine = {letter.id for letter in (*fresh, *plan.kept)}
    done = Delivery(plan, [letter for letter in letters.of(desk.month) if letter.id in mine])
    teller.say(_counts(done.letters))
    return done


def resume(site: Site, ledger: Ledger, *, teller: Teller, clock: Clock) -> list[Letter]:
    """Send what earlier runs wrote, of whatever month, and is due by now; what became of it."""
    letters = Letters(ledger)
    waiting = {letter.id: letter.month for letter in letters.in_state(*_WAITING)}
    months = sorted(set(waiting.values()))
    for month in months:
        refuse_older_ledger(site, ledger, month)
    Sender(site, letters, clock, teller).send()
    return [letter for month in months for letter in letters.of(month) if letter.id in waiting]


def rehearse(desk: Desk) -> Delivery:
    """Who would get what; nothing is written.

    Raises:
        NobodyToTell: nobody reads any of the reviews.

    """
    plan = _planned(replace(desk, printed=False))
    return Delivery(plan, [*plan.fresh, *plan.notices, *plan.kept], rehearsed=True)


def also_read(site: Site, month: date, today: date, spoken: Collection[str]) -> Mapping[Key, Sequence[str]]:
    """Languages that readers of a group want beside those that every review is printed in."""
    wanted: defaultdict[Key, list[str]] = defaultdict(list)
    for reader in address_book(site, month, today).readers:
        for key in reader.groups:
            if reader.language not in (*spoken, *wanted[key]):
                wanted[key].append(reader.language)
    return wanted


def delivery_lines(month: date, delivery: Delivery) -> Iterator[str]:
    """What a person who sends letters is told."""
    plan = delivery.plan
    yield f"Letters of {month:%Y-%m}: {_counts(delivery.letters)}, {len(plan.told)} readers had everything before"
    if delivery.rehearsed:
        yield "  Nothing was sent or written: this is what '--send' would do."
    yield from _rehearsed_lines(delivery.letters) if delivery.rehearsed else _cut(_failed_lines(delivery.letters))
    yield from _cut(_reason_lines("waits", plan.waiting))
    yield from _cut(_reason_lines("held back", plan.held))
    yield from _cut(f"  ! nobody reads the review of {level} {group}" for level, group in plan.unread)
    yield from _cut(f"  ! {reaches_nobody(row, month)}" for row in plan.idle)
    yield from (f"  ! {form} is wanted by a reader, but was not printed" for form in plan.absent)


def resumed_lines(letters: Sequence[Letter]) -> Iterator[str]:
    """What is told of letters that waited."""
    yield f"Letters that waited: {_counts(letters)}"
    yield from _cut(_failed_lines(letters))


def _planned(desk: Desk) -> Plan:
    plan = desk.plan()
    if not any((plan.fresh, plan.kept, plan.told, plan.waiting, plan.held)):
        raise NobodyToTell(
            f"recipients.csv names nobody who reads these reviews of {desk.month:%Y-%m}; nothing was sent. "
            "Add a row for each reader; 'kpi check' lists the groups that nobody reads."
        )
    return plan


def _counts(letters: Sequence[Letter]) -> str:
    counts = Counter(letter.state for letter in letters)
    return ", ".join(f"{counts[state]} {state}" for state in State if counts[state]) or "none to send"


def _rehearsed_lines(letters: Iterable[Letter]) -> Iterator[str]:
    for letter in letters:
        told = ", ".join(f"{part.level} {part.group_id} (revision {part.revision})" for part in letter.parts)
        yield f"  {letter.address or 'outbox'}: {told or letter.subject}"


def _failed_lines(letters: Iterable[Letter]) -> Iterator[str]:
    for letter in letters:
        if letter.state in FAILED:
            yield f"  ! {letter.state}: {letter.address}: {letter.said}"


def _reason_lines(what: str, held: Sequence[Held]) -> Iterator[str]:
    english = language("en")
    readers = Counter(reason.text(english) for one in held for reason in one.reasons)
    yield from (f"  ! {what} ({count} readers): {reason}" for reason, count in readers.items())


def _cut(lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:_MOST]
    if len(every) > _MOST:
        yield f"  ! and {len(every) - _MOST} more, see 'kpi letters'"
