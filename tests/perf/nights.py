"""What one night costs as the history behind it grows: python -m tests.perf.nights [stores].

The same new day is taken in behind 1, 12, 24 and 36 months of history. The CPU seconds should stay flat.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.perf.contest import contest

UNTIL, NEXT = date(2026, 10, 31), date(2026, 11, 1)
NOW = datetime(2026, 11, 2, 2, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HISTORIES = (1, 12, 24, 36)


def a_night(folder: str) -> Callable[[], object]:
    """Ready to take in the new day; imports are done."""
    from flows.console import PlainTeller
    from flows.nightly import nightly
    from flows.site import load_site

    site = load_site(Path(folder))
    return lambda: len(nightly(site, now=NOW, teller=PlainTeller(sys.stderr)).outcomes)


def prepare(folder: Path, stores: int, months: int) -> None:
    """A site with its history in the lake and one more day in its inbox."""
    from flows.console import PlainTeller
    from flows.nightly import nightly
    from flows.sample import Scale, write_night, write_sample
    from flows.site import load_site

    scale = Scale(stores=stores, people=stores * 10, months=months, until=UNTIL)
    write_sample(folder, scale, "vi")
    nightly(load_site(folder), now=NOW, teller=PlainTeller(sys.stderr))
    write_night(folder, scale, "vi", NEXT)


def main(stores: int) -> None:
    """Prepare and time one night behind each history."""
    with tempfile.TemporaryDirectory() as root:
        folders = {months: Path(root) / f"{months}" for months in HISTORIES}
        for months, folder in folders.items():
            prepare(folder, stores, months)
        contenders = {f"behind {months:2} months": partial(a_night, str(f)) for months, f in folders.items()}
        contest(f"one night of {stores} stores", contenders)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
