"""`kpi letters`: what became of them, and what a person decides about them."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing, nullcontext
from datetime import date

from rich.console import Console
from rich.table import Table as Grid

from flows.console import teller
from flows.exits import Exit
from flows.ledger import Ledger
from flows.lock import alone
from flows.months.archive import write_archive
from flows.post.letters import FAILED, Letter, Letters, State
from flows.post.send import Sender, wall_clock
from flows.review import NothingToReview
from flows.site import Site, load_site

_FOR_MACHINES = (State.REFUSED, State.DEFERRED, State.WITHHELD)  # a letter in doubt is for a person to settle


def letters_command(args: argparse.Namespace) -> Exit:
    """List letters, after sending or settling some where that is asked for."""
    site = load_site(args.folder)
    acting = bool(args.failed or args.resend or args.sent)
    # Who only looks may do so while a run sends, which takes an hour where domains get few letters a minute.
    with alone(site.folder) if acting else nullcontext(), closing(Ledger(site.ledger)) as ledger:
        letters = Letters(ledger)
        months = [args.month] if args.month else letters.months()
        found = [letter for month in months for letter in letters.of(month)]
        if acting:
            _act(site, letters, args, found)
            found = [letter for month in months for letter in letters.of(month)]
            write_archive(site, ledger)
    shown = [letter for letter in found if not args.failed or letter.state in FAILED]
    if not found:
        raise NothingToReview("There are no letters yet; 'kpi review SITE YYYY-MM --send' writes them.")
    Console(width=None if sys.stdout.isatty() else 200).print(_grid(shown))
    return Exit.REFUSED if any(letter.state in FAILED for letter in shown) else Exit.DONE


def _act(site: Site, letters: Letters, args: argparse.Namespace, found: Sequence[Letter]) -> None:
    now = wall_clock(site).now()
    if args.sent:
        for letter in _to(args.sent, found, (State.IN_DOUBT, State.HANDED_OVER)):
            letters.move(letter, State.ACCEPTED, "settled by hand", now)
    elif args.resend:
        kinds = [state for state in State if state is not State.SUPERSEDED]
        newest = max((letter.month for letter in _to(args.resend, found, kinds)), default=date.min)
        again = [letter for letter in _to(args.resend, found, kinds) if letter.month == newest]
        letters.reopen(again, "sent again by hand", now)
    elif args.failed:
        letters.reopen((letter for letter in found if letter.state in _FOR_MACHINES), "tried again by hand", now)
    if args.resend or args.failed:
        Sender(site, letters, wall_clock(site), teller()).send()


def _to(address: str, found: Iterable[Letter], states: Sequence[State]) -> list[Letter]:
    """The letters to an address in some states; it is an error that there are none."""
    chosen = [one for one in found if one.address.lower() == address.lower() and one.state in states]
    if not chosen:
        raise NothingToReview("There is no such letter to this address; 'kpi letters SITE' lists those there are.")
    return chosen


def _grid(letters: Iterable[Letter]) -> Grid:
    grid = Grid("month", "to", "groups", "state", "tries", "written", "what was said")
    for letter in letters:
        groups = ", ".join(f"{part.group_id} r{part.revision}" for part in letter.parts) or letter.kind
        made = f"{letter.made_at:%Y-%m-%d %H:%M}"
        said = f"{letter.said}; again from {letter.due_at:%H:%M}" if letter.state is State.DEFERRED else letter.said
        to = letter.address or "outbox"
        grid.add_row(f"{letter.month:%Y-%m}", to, groups, letter.state, str(letter.attempts), made, said)
    return grid
