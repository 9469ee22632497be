"""Files that change what others brought, or are read as another table than before; killed between lake and ledger."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.nightly import nightly
from flows.readmit import readmit
from flows.site import load_site
from tests.flows.chain import deliver, sale, small_site
from tests.killed import Moment, killed

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
DAY = date(2026, 10, 5)
QUIET = PlainTeller(StringIO())
OWN = """
system = "own"
table = "{table}"
recognised_by = ["Who", "When"]
[columns]
employee_id = {{ header = "Who", required = true }}
{columns}
[formats]
moments = ["%Y-%m-%d %H:%M"]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def night(site: Path) -> None:
    assert not nightly(load_site(site), now=NOW, teller=QUIET).errors


def again(site: Path) -> None:
    assert not readmit(load_site(site), now=NOW, teller=PlainTeller(StringIO()))[0].errors


def counts(site: Path, table: str) -> tuple[int, int]:
    """Rows in the lake, and by the accounts."""
    accounts = Ledger(site / "ledger.db").counted().filter(table_name=table)
    return Lake(site / "lake").rows(table).collect().height, int(accounts["rows"].sum())


def read_as(site: Path, table: str, columns: str) -> None:
    (site / "profiles").mkdir(exist_ok=True)
    (site / "profiles/own.toml").write_text(OWN.format(table=table, columns=columns), "utf-8")


@pytest.mark.parametrize(
    "moment",
    [
        None,
        Moment("flows.lake:Lake", "commit", 1, "before"),
        Moment("flows.lake:Lake", "commit", 1, "after"),
        Moment("flows.ledger:Ledger", "settle", 1, "after"),
        Moment("flows.lake:Lake", "commit", 2, "after"),
    ],
)
def test_a_file_that_is_of_another_table_than_before_counts_in_that_alone(site: Path, moment: Moment | None) -> None:
    read_as(site, "punches", 'punched_at = "When"')
    deliver(
        site,
        "attendance/a.csv",
        [f"{who},2026-10-05 08:00,2026-10-05 17:00" for who in ("NV1", "NV2", "NV9")],
        "Who,When,Gone",
    )
    night(site)
    assert counts(site, "punches") == (2, 2)
    read_as(site, "clockings", 'clock_in = "When"\nclock_out = "Gone"')
    if moment:
        killed(moment, again, site)
        night(site)
    again(site)
    assert (counts(site, "punches"), counts(site, "clockings")) == ((0, 0), (2, 2))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_correction_that_was_killed_at_its_commit_replaces_once(site: Path, when: str) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, f"r{n}", 100) for n in (1, 2)])
    night(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 90), sale("Sao", DAY, "r3", 7)])
    killed(Moment("flows.lake:Lake", "commit", 1, when), night, site)
    night(site)
    assert counts(site, "sales") == (2, 2)
    assert Lake(site / "lake").rows("sales").collect()["net_amount"].sum() == 190
    assert Ledger(site / "ledger.db").account(Ledger(site / "ledger.db").files()[1].file_id).height == 3
