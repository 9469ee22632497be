"""A month as it was known on another day: its rows, figures and accounts of then."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest

from flows.delta import Pruned
from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.asof import NotKnown, known_then
from flows.months.closing import close_month
from flows.months.compose import compose
from flows.readmit import readmit, rebuild
from flows.review import Asked, NothingToReview, review
from flows.site import load_site
from reports.review import Review
from tests.flows.chain import deliver, sale
from tests.flows.issued import OCTOBER, QUIET, at, copy_of, issued_site, late, night


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issued_site(tmp_path_factory)


@pytest.fixture
def site(once: Path, tmp_path: Path) -> Path:
    return copy_of(once, tmp_path)


@contextmanager
def then(folder: Path, day: date) -> Iterator[tuple[Lake, Ledger]]:
    with closing(Ledger(folder / "ledger.db")) as ledger, known_then(load_site(folder), ledger, day) as known:
        yield known


def store(folder: Path, day: date) -> Review:
    with then(folder, day) as (lake, ledger):
        return next(r for r in compose(load_site(folder), lake, ledger, OCTOBER) if r.group.id == "HN01")


def told(review: Review) -> tuple[int, int, int, int]:
    """Net sales; rows kept, quarantined and replaced of sales."""
    sales = next(figure.actual for figure in review.figures if figure.kpi.id == "net_sales")
    [total] = [total for total in review.quality.totals if total.table == "sales"]
    return int(sales or 0), total.kept_rows, total.quarantined_rows, total.superseded_rows


def said(folder: Path) -> list[list[tuple[object, ...]]]:
    with closing(Ledger(folder / "ledger.db")) as ledger:
        return [ledger.asked(f"SELECT * FROM {table}") for table in ("editions", "pins", "files", "months", "control")]


def test_figures_and_accounts_are_those_of_the_day(site: Path) -> None:
    late(site, 5)
    deliver(site, "sales/mended.csv", [sale("HN01", date(2026, 10, 9), "late", 40_000)])
    night(site, 8)
    assert told(store(site, date(2026, 11, 4))) == (6_200_000, 62, 0, 0)
    assert told(store(site, date(2026, 11, 5))) == (6_250_000, 63, 0, 0)
    assert told(store(site, date(2026, 11, 8))) == (6_240_000, 63, 0, 1)


def test_rows_that_came_well_later_were_quarantined_then(site: Path) -> None:
    unknown = "HN01,2026-10-09T09:30:00,bad,NV1,latte,1,abc,0,abc"
    deliver(site, "sales/bad.csv", [unknown, sale("HN01", date(2026, 10, 9), "good", 10_000)])
    night(site, 5)
    deliver(site, "sales/bad-again.csv", [sale("HN01", date(2026, 10, 9), "bad", 20_000)])
    night(site, 6)
    assert told(store(site, date(2026, 11, 5)))[:3] == (6_210_000, 63, 1)
    assert told(store(site, date(2026, 11, 6)))[:3] == (6_230_000, 64, 0)


def test_a_file_that_was_read_again_has_its_account_of_then(site: Path) -> None:
    stores = site / "stores.csv"
    day = date(2026, 10, 9)
    deliver(site, "sales/alias.csv", [sale("Ngõ 5", day, "alias", 30_000), sale("HN01", day, "good", 10_000)])
    night(site, 5)
    stores.write_text(stores.read_text().replace("CH Cầu Giấy", "CH Cầu Giấy|Ngõ 5"))
    readmit(load_site(site), now=at(6), teller=QUIET)
    assert told(store(site, date(2026, 11, 5)))[:2] == (6_210_000, 63)
    assert told(store(site, date(2026, 11, 6)))[:2] == (6_240_000, 64)


def test_it_is_printed_aside_marked_and_never_issued(site: Path) -> None:
    late(site, 5)
    close_month(load_site(site), OCTOBER, at(10))
    before = said(site)
    asked = Asked(OCTOBER, ["HN01"], formats=["pdf"], as_of=date(2026, 11, 4))
    [path] = review(load_site(site), asked, teller=QUIET).rendered
    assert path == site / "reviews/as-of-2026-11-04/2026-10/store-HN01.vi.pdf"
    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path))
    text = " ".join(text.split())
    assert "Theo số liệu biết đến 04/11/2026 không phải bản phát hành" in text
    assert text.count("theo số liệu biết đến ngày 04/11/2026") >= 2, "on every page"
    assert "6.200.000" in text
    assert said(site) == before
    first = path.read_bytes()
    review(load_site(site), asked, teller=QUIET)
    assert path.read_bytes() == first


def test_before_anything_came_nothing_was_known(site: Path) -> None:
    with pytest.raises(NothingToReview, match="nothing to review for 2026-10 as it was known on 2026-10-20"):
        review(load_site(site), Asked(OCTOBER, as_of=date(2026, 10, 20)), teller=QUIET)


def test_a_day_ends_in_the_zone_of_the_site(site: Path) -> None:
    late(site, 5)  # 02:30 in UTC, 09:30 in Hanoi
    assert told(store(site, date(2026, 11, 5) - timedelta(days=1)))[1] == 62


def test_a_lake_made_anew_knows_nothing_of_before(site: Path) -> None:
    rebuild(load_site(site), now=at(6), teller=QUIET)
    with pytest.raises(NotKnown, match="made anew on 2026-11-06"), then(site, date(2026, 11, 5)):
        pass
    assert told(store(site, date(2026, 11, 6)))[:2] == (6_200_000, 62)


def test_versions_that_nobody_noted_are_those_of_the_commits_own_clocks(site: Path) -> None:
    with closing(Ledger(site / "ledger.db")) as ledger:
        ledger.say("UPDATE settlings SET version = NULL, at = ''")
        ledger.say("UPDATE measurings SET facts = NULL, days = NULL, at = ''")
    assert told(store(site, date(2100, 1, 1)))[:2] == (6_200_000, 62)
    with then(site, date(2020, 1, 1)) as (lake, _):
        assert lake.version("sales") == -1


def test_rows_that_the_policy_let_go_are_told(site: Path) -> None:
    deliver(site, "sales/mended.csv", [sale("HN01", date(2026, 10, 9), "HN01-2026-10-09-1", 40_000)])
    night(site, 8)
    assert Lake(site / "lake").vacuum(0) > 0
    with pytest.raises(Pruned, match="is not kept any more; as_of_days"):
        store(site, date(2026, 11, 4))
    assert told(store(site, date(2026, 11, 8)))[0] == 6_140_000
