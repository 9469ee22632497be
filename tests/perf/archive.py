"""What it costs to bring the archive up to date: python -m tests.perf.archive [months] [groups].

A site whose ledger knows so many months and groups, two languages each, written anew and then found unchanged.
"""

import shutil
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path


def prepare(folder: Path, months: int, groups: int) -> None:
    """A site that issued so much; its documents themselves are left out."""
    from flows.ledger import Ledger
    from flows.months.editions import Edition, Editions
    from tests.flows.chain import small_site
    from transforms.calendar import add_months

    small_site(folder)
    with closing(Ledger(folder / "ledger.db")) as ledger, ledger.together():
        for n in range(months):
            month = add_months(date(2026, 10, 1), -n)
            _exports(ledger, month, groups)
            for group in (f"S{number:04}" for number in range(groups)):
                pin = (
                    month.isoformat(),
                    "store",
                    group,
                    1,
                    '{"vi": "Cửa hàng"}',
                    f"archive/{group}",
                    "s",
                    MADE,
                    1 << 40,
                    "x",
                )
                ledger.say("INSERT INTO pins VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *pin)
                for code in ("vi", "en"):
                    path = f"reviews/{month:%Y-%m}/store-{group}.{code}.pdf"
                    edition = Edition(month, "store", group, 1, code, "pdf", "k" * 64, path, "s" * 64, "2026-11-03")
                    Editions(ledger).issue(edition)
            ledger.say("INSERT INTO closings VALUES (?, ?, '{}')", month.isoformat(), "2026-11-10T00:00:00+00:00")


MADE = '{"program": "0.2.0", "tables": {"sales": 1}, "configuration": {"kpi.toml": "s"}}'


def _exports(ledger: "Ledger", month: date, stores: int) -> None:  # type: ignore[name-defined] # noqa: F821
    for day in range(1, 29):
        file_id, at = f"{month}-{day}", f"{month}T00:00:00+00:00"
        entry = (file_id, f"sales/{file_id}.csv", "sales", 1, f"archive/exports/{file_id}", at, "loaded", "sales")
        columns = "file_id, name, folder, size, archived, claimed_at, state, table_name"
        ledger.say(f"INSERT INTO files ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *entry)
        ledger.say("INSERT INTO settlings (at, file_id, table_name, version) VALUES (?, ?, 'sales', 0)", at, file_id)
        for number in range(stores):
            row = (
                file_id,
                "sales",
                f"S{number:04}",
                f"{month:%Y-%m}-{day:02}",
                month.isoformat(),
                "kept",
                None,
                9,
                "1",
            )
            ledger.say("INSERT INTO control VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)


def main(months: int = 36, groups: int = 200) -> None:
    """Prepare and time it twice."""
    from flows.months.archive import rewrite_archive
    from flows.site import load_site

    folder = Path(tempfile.mkdtemp()) / "site"
    prepare(folder, months, groups)
    site = load_site(folder)
    for what in ("written", "unchanged"):
        began, cpu = time.perf_counter(), time.process_time()
        changed = len(rewrite_archive(site))
        spent = time.process_time() - cpu
        sys.stdout.write(f"{what}: {changed} files, {spent:.1f} CPU s, {time.perf_counter() - began:.1f} s\n")
    sys.stdout.write(f"index.html: {(site.reviews / 'index.html').stat().st_size / 1e6:.1f} MB\n")
    shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
