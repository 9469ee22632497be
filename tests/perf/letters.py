"""What letters cost beside printing: python -m tests.perf.letters [letters].

So many readers of a printed month, in CPU seconds: the plan (who gets what, written in her language), the last look
(sha256, stamp, every name in the PDF) with the bytes of the message, and all of it with the ledger and the outbox.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
from flows.months.editions import Editions
from flows.post.envelope import envelope
from flows.post.letters import Letter
from flows.post.scope import Scope
from flows.post.write import Desk
from flows.site import Site, load_site
from tests.delivery.posts import NOW, OCTOBER, Post, printed_chain

T = TypeVar("T")
GROUPS = ("store,HN01", "store,HN02", "region,north")


def timed(what: str, work: Callable[[], T]) -> T:
    """Do it, and say what it cost."""
    began = time.process_time()
    done = work()
    sys.stdout.write(f"{what}: {time.process_time() - began:.1f} CPU s\n")
    return done


def readers(site: Path, count: int) -> Site:
    """The site with so many readers, in fifty domains and both languages."""
    rows = (f"{GROUPS[n % 3]},,Reader {n},r{n}@d{n % 50}.example,{('vi', 'en')[n % 2]}\n" for n in range(count))
    (site / "recipients.csv").write_text("level,group,position,name,address,language\n" + "".join(rows), "utf-8")
    return load_site(site)


def main(count: int = 2000) -> None:
    """Print a small chain, then write to so many readers."""
    folder = Path(tempfile.mkdtemp())
    site = readers(printed_chain(folder / "site"), count)
    with closing(Ledger(site.ledger)) as ledger:
        reviews = compose(site, Lake(site.lake), ledger, OCTOBER)
        desk = Desk(site, ledger, OCTOBER, reviews, (), NOW)
        plan = timed(f"{count} letters planned", desk.plan)
        scope = Scope(site, Editions(ledger), NOW.date())
        mail, name = site.settings.mail, site.settings.organisation.name

        def size(letter: Letter) -> int:
            return len(envelope(letter, scope.checked(letter), mail, name).content)

        sizes = timed("looked through and put into envelopes", lambda: [size(letter) for letter in plan.fresh])
        sys.stdout.write(f"  {sum(sizes) / 1e6:.0f} MB of mail\n")
    timed("planned, looked through and put into the outbox", Post(site.folder, reviews).send)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
