"""A night: every delivered row is accounted for, bad input stops nothing, and a killed run is finished by the next."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from multiprocessing.forkserver import _forkserver
from pathlib import Path

import polars as pl
import pytest

from flows.console import PlainTeller
from flows.lake import Lake
from flows.ledger import Ledger
from flows.nightly import Night, nightly
from flows.site import load_site
from flows.summary import night_lines
from tests.flows.chain import SALES_HEADER, deliver, month_of_sales, sale, small_site
from tests.killed import Moment, killed

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
DAY = date(2026, 10, 5)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def run(site: Path) -> tuple[Night, str]:
    loaded = load_site(site)
    night = nightly(loaded, now=NOW, teller=PlainTeller(StringIO()))
    return night, "\n".join(night_lines(loaded, night))


def held(site: Path, table: str = "sales") -> pl.DataFrame:
    return Lake(site / "lake").rows(table).collect()


def waiting(site: Path) -> list[str]:
    return sorted(p.name for p in (site / "inbox").rglob("*") if p.is_file())


def test_a_night_takes_in_measures_and_empties_the_inbox(site: Path) -> None:
    month_of_sales(site, date(2026, 10, 1))
    night, told = run(site)
    assert night.months == [date(2026, 10, 1)]
    assert "sales: rows: 124 delivered = 124 kept + 0 quarantined + 0 re-delivered" in told
    assert "net_amount: 12,400,000 delivered = 12,400,000 kept" in told
    assert waiting(site) == []
    assert len(list((site / "archive" / "exports").rglob("*.csv"))) == 1
    facts = Lake(site / "lake").facts().filter(kpi="net_sales", level="chain")
    assert facts["numerator"].to_list() == [Decimal(12_400_000)]
    assert (site / "quality" / "index.html").is_file()


def test_a_second_delivery_of_the_same_file_is_told_and_counts_nothing(site: Path) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 50_000)])
    run(site)
    deliver(site, "sales/renamed.csv", [sale("HN01", DAY, "r1", 50_000)])
    night, told = run(site)
    assert "sales/renamed.csv holds the same bytes as sales/a.csv, taken in before; nothing new." in told
    assert not night.refused
    assert held(site).height == 1
    assert waiting(site) == []


def test_a_corrected_export_replaces_and_is_accounted_for(site: Path) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 50_000), sale("HN01", DAY, "r2", 20_000)])
    run(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 45_000), sale("HN01", DAY, "r2", 20_000)])
    _, told = run(site)
    assert "rows: 2 delivered = 1 kept + 0 quarantined + 1 re-delivered; 1 superseded by newer ones" in told
    assert held(site)["net_amount"].sum() == 65_000


def test_bad_files_are_each_told_in_a_sentence_and_stop_nothing(site: Path) -> None:
    deliver(site, "sales/1-missing.csv", ["HN01,r1,5"], header="store_id,receipt_id,net_amount")
    (site / "inbox/sales/2-empty.csv").write_bytes(b"")
    (site / "inbox/sales/3-binary.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    deliver(site, "sales/4-good.csv", [sale("HN01", DAY, "r1", 50_000), sale("CH Cầu Giây", DAY, "r2", 1_000)])
    (site / "inbox/sales/5-coming.csv.part").write_text("half")
    (site / "inbox/stray.csv").write_text("x")
    night, told = run(site)
    sentences = [line for line in told.splitlines() if line.startswith("  ! ")]
    for words in (
        "1-missing.csv",
        "2-empty.csv",
        "3-binary.csv",
        "unknown store 'CH Cầu Giây' (rows: 1); the nearest known name is 'ch cầu giấy'",
        "5-coming.csv.part is still being written",
        "stray.csv lies beside the folders",
    ):
        assert sum(words in s for s in sentences) == 1, (words, sentences)
    assert night.refused
    assert "rows: 2 delivered = 1 kept + 1 quarantined" in told
    assert held(site)["receipt_id"].to_list() == ["r1"]
    assert waiting(site) == ["5-coming.csv.part", "stray.csv"]
    assert len(list((site / "quarantine/files").glob("*.reason.csv"))) == 3
    kept_out = next((site / "quarantine/sales").glob("*.csv")).read_text(encoding="utf-8-sig")
    assert "CH Cầu Giây" in kept_out
    assert "r2" in kept_out


def test_a_file_delivered_again_brings_its_quarantined_rows_once_the_site_knows_them(site: Path) -> None:
    lines = [sale("Sao Hỏa", DAY, "r1", 50_000), sale("HN02", DAY, "r2", 10_000, person="NV2")]
    deliver(site, "sales/a.csv", lines)
    assert run(site)[0].refused
    assert held(site)["net_amount"].to_list() == [10_000]
    stores = site / "stores.csv"
    stores.write_text(stores.read_text("utf-8").replace("CH Cầu Giấy", "CH Cầu Giấy|Sao Hỏa"), "utf-8")
    deliver(site, "sales/again.csv", lines)
    night, told = run(site)
    assert "2 delivered = 2 kept + 0 quarantined" in told
    assert not night.refused
    assert held(site)["store_id"].sort().to_list() == ["HN01", "HN02"]
    assert list((site / "quarantine" / "sales").glob("*")) == []
    accounts = Ledger(site / "ledger.db").control(date(2026, 10, 1))
    assert accounts.select("outcome", "rows").group_by("outcome").agg(pl.col("rows").sum()).rows() == [("kept", 2)]


def test_a_file_in_the_wrong_folder_is_named_and_taken_in_once_it_is_moved(site: Path) -> None:
    clocking, header = ["HN01,NV1,2026-10-05T08:00:00,2026-10-05T17:00:00"], "store_id,employee_id,clock_in,clock_out"
    deliver(site, "sales/a.csv", clocking, header)
    assert "sales/a.csv is an export of clockings" in run(site)[1]
    deliver(site, "attendance/a.csv", clocking, header)
    assert not run(site)[0].refused
    assert held(site, "clockings").height == 1
    deliver(site, "sales/b.csv", clocking, header)
    assert "sales/b.csv holds the same bytes as attendance/a.csv" in run(site)[1]


def test_rows_that_are_tried_again_are_told_under_both_names(site: Path) -> None:
    for name in ("sales/a.csv", "ratings/b.csv"):
        deliver(site, name, [sale("Sao Hỏa", DAY, "r1", 50_000), sale("HN01", DAY, "r2", 1_000)])
        told = run(site)[1]
    assert "ratings/b.csv holds the same bytes as sales/a.csv, whose rows that were kept out are tried again" in told


def test_a_damaged_copy_does_not_take_lines_off_a_receipt(site: Path) -> None:
    whole = [sale("HN01", DAY, "r1", 50_000), sale("HN01", DAY, "r1", 20_000, product="tea")]
    deliver(site, "sales/a.csv", whole)
    run(site)
    deliver(site, "sales/b.csv", [whole[0], whole[1].replace("20000", "2O000"), sale("HN01", DAY, "r2", 1_000)])
    _, told = run(site)
    assert "3 delivered = 1 kept + 1 quarantined + 1 re-delivered" in told
    assert held(site)["net_amount"].sum() == 71_000


def test_a_correction_names_the_file_it_corrects(site: Path) -> None:
    deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 50_000)])
    run(site)
    deliver(site, "sales/b.csv", [sale("HN01", DAY, "r1", 45_000)])
    assert "sales/b.csv: replaces 1 rows that came with sales/a.csv." in run(site)[1]


def test_a_day_that_a_newer_sheet_passes_over_is_told(site: Path) -> None:
    header = "store_id,employee_id,clock_in,clock_out"
    rows = [f"HN01,NV1,2026-10-0{d} 08:00,2026-10-0{d} 16:00" for d in (5, 6, 7)]
    deliver(site, "attendance/c.csv", rows, header)
    run(site)
    deliver(site, "attendance/c.csv", [rows[0], rows[2]], header)
    assert "it tells again (1: NV1 in HN01 on 2026-10-06): they still count" in run(site)[1]


def test_a_person_may_work_in_two_stores_on_one_day(site: Path) -> None:
    header = "store_id,employee_id,clock_in,clock_out"
    deliver(site, "attendance/1.csv", [f"HN01,NV1,{DAY}T08:00:00,{DAY}T12:00:00"], header)
    deliver(site, "attendance/2.csv", [f"HN02,NV1,{DAY}T13:00:00,{DAY}T17:00:00"], header)
    run(site)
    assert held(site, "clockings").height == 2
    hours = Lake(site / "lake").facts().filter(kpi="sales_per_labour_hour", level="person")
    assert hours["denominator"].to_list() == [Decimal(8)]


def test_one_unreadable_file_is_told_and_stops_nothing(site: Path) -> None:
    (site / "inbox/sales/gone.csv").symlink_to(site / "nowhere.csv")
    name = f"inbox/sales/{'dài ' * 45}.csv"
    (site / name).write_text(SALES_HEADER + "\n" + sale("HN01", DAY, "r1", 1_000) + "\n", encoding="utf-8")
    os.mkfifo(site / "inbox/sales/pipe.csv")
    Path(os.fsdecode(bytes(site / "inbox/sales") + b"/ti\xeang.csv")).write_text(SALES_HEADER + "\n")
    deliver(site, "sales/z.csv", [sale("HN02", DAY, "r2", 2_000, person="NV2")])
    _, told = run(site)
    assert held(site)["net_amount"].sum() == 3_000
    assert "ti\\xeang.csv" in told


def test_a_file_that_grows_while_it_is_watched_stays_in_the_inbox(site: Path) -> None:
    config = site / "kpi.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("settle_seconds = 0", "settle_seconds = 1"), encoding="utf-8"
    )
    path = deliver(site, "sales/a.csv", [sale("HN01", DAY, "r1", 50_000)])
    writer = "import sys,time\nfor _ in range(40):\n open(sys.argv[1],'a').write('x'); time.sleep(.05)"
    process = subprocess.Popen([sys.executable, "-c", writer, str(path)])
    night, told = run(site)
    process.wait()
    assert night.taken.writing == ["sales/a.csv"]
    assert "sales/a.csv is still being written" in told
    assert waiting(site) == ["a.csv"]


# A worker imports this before anything of ours, and dies when it meets the file called poison.
SITECUSTOMIZE = """
import os
import transforms.exports as exports
whole = exports.read
def read(content, *, name, **more):
    if "poison" in name:
        os.abort()
    return whole(content, name=name, **more)
exports.read = read
"""


@pytest.fixture
def new_fork_server() -> Iterator[None]:
    """Workers with the environment of this test: the server of an earlier one would give them its own."""
    _forkserver._stop()  # type: ignore[attr-defined]
    yield
    _forkserver._stop()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("new_fork_server")
def test_a_file_that_kills_its_reader_is_refused_and_the_others_go_on(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE)
    checkout = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{checkout}")
    monkeypatch.setattr("flows.intake.prepare._WORTH_WORKERS", 5)
    for n in range(5):
        deliver(site, f"sales/{n:02}.csv", [sale("HN01", DAY, f"r{n}", 1000)])
    deliver(site, "sales/02-poison.csv", [sale("HN01", DAY, "p", 1000)])
    night, told = run(site)
    assert "sales/02-poison.csv ended the program that read it" in told
    assert [o.entry.name for o in night.outcomes if o.settled.sentence] == ["sales/02-poison.csv"]
    assert held(site).height == 5


@pytest.mark.parametrize(
    ("owner", "name", "when"),
    [
        ("flows.ledger:Ledger", "claim", "before"),
        ("flows.ledger:Ledger", "prepare", "before"),
        ("flows.lake:Lake", "commit", "before"),
        ("flows.lake:Lake", "commit", "after"),
        ("flows.ledger:Ledger", "settle", "after"),
        ("flows.lake:Lake", "replace_facts", "after"),
    ],
)
def test_a_killed_run_loses_nothing_and_counts_nothing_twice(site: Path, owner: str, name: str, when: str) -> None:
    months = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    for month in months:
        month_of_sales(site, month)
    deliver(site, "sales/0-bad.csv", [sale("HN01", DAY, "r1", 1), "HN01,nonsense,r9,NV1,latte,1,1,0,1"], SALES_HEADER)
    killed(Moment(owner, name, 2, when), run, site)
    night, _ = run(site)
    assert held(site).height == 90 * 4 + 1
    assert held(site)["net_amount"].sum() == 90 * 4 * 100_000 + 1
    assert waiting(site) == []
    facts = Lake(site / "lake").facts().filter(kpi="net_sales", level="chain")
    assert facts.group_by("month").agg(pl.col("numerator").sum()).height == facts.height == 4
    assert facts["numerator"].sum() == 90 * 4 * 100_000 + 1
    accounts = pl.concat([Ledger(site / "ledger.db").control(m) for m in (*months, date(2026, 10, 1))])
    rows = dict(accounts.group_by("outcome").agg(pl.col("rows").sum()).rows())
    assert rows == {"kept": 90 * 4 + 1, "quarantined": 1}
    assert not night.taken.writing
