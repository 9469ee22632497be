"""A closed month says what was issued; what comes later makes another revision where figures moved."""

import gzip
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.cli import main
from flows.ledger import Ledger
from flows.months.closing import NotClosable, arrived_since, close_month, dirty_months
from flows.post.letters import Part, State
from flows.readmit import rebuild
from flows.review import NothingToReview
from flows.site import load_site
from reports.review import Change
from tests.flows.chain import deliver, month_of_sales, sale
from tests.flows.issued import (
    EVERYONE,
    OCTOBER,
    QUIET,
    TOUCHED,
    at,
    changed,
    closed,
    copy_of,
    documents,
    issued,
    issued_site,
    late,
    net_sales,
    night,
    printed,
    revisions,
    view,
)
from tests.flows.lettered import lettered

RESTATED = {**dict.fromkeys(EVERYONE, 1), **dict.fromkeys(TOUCHED, 2)}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issued_site(tmp_path_factory)


@pytest.fixture
def site(once: Path, tmp_path: Path) -> Path:
    return copy_of(once, tmp_path)


# -- closing


def test_a_month_closes_in_the_first_run_on_or_after_its_day(site: Path) -> None:
    assert night(site, 9).closed == []
    assert night(site, 12).closed == [OCTOBER]
    assert night(site, 13).closed == [], "once"


def test_only_a_month_whose_reviews_were_issued_before_today_closes_by_itself(site: Path) -> None:
    night(site, 30)
    assert closed(site) == [OCTOBER], "October 2025 has figures, too, but was never reviewed"


def test_a_site_may_close_by_hand_only(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "kpi.toml").write_text((site / "kpi.toml").read_text() + "\n[closing]\nday = 0\n")
    night(site, 28)
    assert closed(site) == []
    assert main(["close", str(site), "2026-10"]) == 0
    assert "Closed 2026-10: 6 reviews stand" in capsys.readouterr().out
    assert main(["close", str(site), "2026-10"]) == 6
    assert "closed already" in capsys.readouterr().err
    with pytest.raises(NotClosable, match="nothing to close for 2024-01; the months with data are 2025-10, 2026-10"):
        close_month(load_site(site), date(2024, 1, 1), at(28))
    with pytest.raises(NotClosable, match="2026-10 still runs; it can be closed from 2026-11-01 on"):
        close_month(load_site(site), OCTOBER, at(31, 10))


def test_a_closed_month_is_handed_out_as_issued_whatever_the_site_decides_since(site: Path) -> None:
    night(site, 10)
    before = documents(site)
    changed(site, "targets.csv", "3000000", "9000000")
    changed(site, "scorecards.toml", "cap = 1.2", "cap = 1.1")
    changed(site, "stores.csv", "Cầu Giấy,north", "Cầu Giấy Mới,north")
    night(site, 20)
    (site / "reviews/2026-10/store-HN01.vi.xlsx").unlink()
    (site / "reviews/2026-10/chain-tiny.vi.xlsx").write_bytes(b"damaged")
    again = printed(site, 21)
    assert sorted(path.name for path in again.rendered) == ["chain-tiny.vi.xlsx", "store-HN01.vi.xlsx"]
    assert documents(site) == before
    assert list(again.notes) == []


def test_a_group_that_was_never_printed_is_printed_as_it_was_when_the_month_closed(site: Path) -> None:
    with closing(Ledger(site / "ledger.db")) as ledger:
        ledger.say("DELETE FROM pins WHERE group_id = 'HN02'")
        ledger.say("DELETE FROM editions WHERE group_id = 'HN02'")
    night(site, 10)
    deliver(site, "sales/more.csv", [sale("HN02", date(2026, 10, 9), "x", 1, person="NV2")])
    night(site, 12)
    assert net_sales(view(site, "HN02")) == 62 * 100_000


def test_a_lost_pin_is_told_and_stops_no_other_review(site: Path) -> None:
    night(site, 10)
    next((site / "archive/reviews/2026-10").glob("store-HN01.r1.*")).write_bytes(gzip.compress(b"{}"))
    run = issued(site, 11)
    assert len(run.reviews) == len(EVERYONE) - 1
    assert "from which revision 1 of HN01 is printed, is missing or damaged" in run.faults[0]


# -- an open month


def test_an_open_month_is_issued_again_under_the_same_revision(site: Path) -> None:
    printed(site, 4, "HN01", languages=["en"])
    late(site, 5)
    assert revisions(site, 6) == dict.fromkeys(EVERYONE, 1)
    run = printed(site, 6, "HN01")
    assert sorted(p.name for p in run.rendered) == ["store-HN01.en.xlsx", "store-HN01.vi.xlsx"], (
        "no language stays behind"
    )
    assert net_sales(view(site, "HN01", 6)) == 62 * 100_000 + 50_000


def test_a_review_whose_letter_went_out_stands_before_its_month_closes(site: Path) -> None:
    sent = ("anh@example.com", State.ACCEPTED, (Part("store", "HN01", 1, {}),))
    refused = ("bo@example.com", State.REFUSED, (Part("region", "north", 1, {}),))
    lettered(site, date(2026, 10, 1), [sent, refused])
    late(site, 5)
    assert net_sales(view(site, "HN01", 6)) == 62 * 100_000
    assert net_sales(view(site, "north", 6)) == 124 * 100_000 + 50_000, "a refused letter was not read"
    assert revisions(site, 6, restate=True) == {**dict.fromkeys(EVERYONE, 1), "HN01": 2}
    late(site, 7, "later")
    assert net_sales(view(site, "HN01", 7)) == 62 * 100_000 + 100_000, "revision 2 was not sent yet"
    told = view(site, "HN01", 7).changes
    assert told is not None
    assert sorted(cause.file for cause in told.causes) == ["sales/late.csv", "sales/later.csv"]


def test_a_revision_that_went_to_nobody_is_withdrawn_once_its_cause_is(site: Path) -> None:
    lettered(site, OCTOBER, [("anh@example.com", State.ACCEPTED, (Part("store", "HN01", 1, {}),))])
    before = documents(site)
    deliver(site, "sales/wrong.csv", [sale("HN01", date(2026, 10, 9), "HN01-2026-10-09-1", 900_000)])
    night(site, 5)
    printed(site, 5, "HN01", restate=True)
    assert set(documents(site)) - set(before) == {"store-HN01.vi.r2.xlsx"}
    deliver(site, "sales/right.csv", [sale("HN01", date(2026, 10, 9), "HN01-2026-10-09-1", 100_000)])
    night(site, 6)
    run = printed(site, 7, "HN01")
    assert [note for note in run.notes if "revision 2 of HN01 withdrawn: it was sent to nobody" in note]
    assert (revisions(site, 8)["HN01"], documents(site)) == (1, before)
    assert net_sales(view(site, "HN01", 8)) == 62 * 100_000


# -- restating


def test_without_restating_a_late_file_is_told_and_changes_nothing(site: Path) -> None:
    night(site, 10)
    before = documents(site)
    late(site)
    run = printed(site, 20)
    assert (list(run.rendered), documents(site)) == ([], before)
    assert "1 files arrived since the reviews of 2026-10 were issued (sales/late.csv)" in run.notes[0]
    assert "--restate" in run.notes[0]
    with closing(Ledger(site / "ledger.db")) as ledger:
        assert dirty_months(load_site(site), ledger) == [OCTOBER]


def test_only_groups_whose_figures_moved_get_another_revision_and_nothing_is_overwritten(site: Path) -> None:
    night(site, 10)
    before = documents(site)
    late(site)
    run = printed(site, 20, restate=True)
    new = {"chain-tiny", "region-north", "store-HN01", "department-HN01.bar"}
    assert {path.name for path in run.rendered} == {f"{group}.vi.r2.xlsx" for group in new}
    assert {path.name for path in run.unchanged} == {"store-HN02.vi.xlsx", "department-HN02.bar.vi.xlsx"}
    after = documents(site)
    assert {name: after[name] for name in before} == before
    assert run.notes[0].startswith("Restated: 4 groups have another revision")
    again = printed(site, 25, restate=True)
    assert (list(again.rendered), documents(site)) == ([], after)
    assert "no figure moved" in again.notes[0]
    assert list(printed(site, 26).rendered) == []


def test_a_restated_review_says_what_moved_from_what_to_what_because_of_which_file(site: Path) -> None:
    night(site, 10)
    late(site)
    issued(site, 20, restate=True)
    told = view(site, "HN01").changes
    assert told is not None
    first = next(change for change in told.values if change.kpi and change.kpi.id == "net_sales")
    assert first == Change(None, first.kpi, "actual", Decimal(6_200_000), Decimal(6_250_000))
    assert [(c.file, c.arrived, c.months, c.rows, c.replaced) for c in told.causes] == [
        ("sales/late.csv", date(2026, 11, 15), (OCTOBER,), 1, 0)
    ]
    assert (told.since, told.redefined) == (1, ())


def test_a_correction_names_the_rows_it_replaced_and_a_third_revision_tells_only_what_is_new(site: Path) -> None:
    night(site, 10)
    late(site)
    issued(site, 16, restate=True)
    deliver(site, "sales/mended.csv", [sale("HN01", date(2026, 10, 9), "late", 40_000)])
    night(site, 17)
    assert revisions(site, 18, restate=True) == {**RESTATED, **dict.fromkeys(TOUCHED, 3)}
    told = view(site, "HN01").changes
    assert told is not None
    assert [(cause.file, cause.rows, cause.replaced) for cause in told.causes] == [("sales/mended.csv", 1, 1)]


def test_a_late_file_of_last_year_moves_what_this_year_is_compared_with(site: Path) -> None:
    night(site, 10)
    deliver(site, "sales/old.csv", [sale("HN01", date(2025, 10, 9), "old", 50_000)])
    night(site, 15)
    run = issued(site, 20, restate=True)
    told = next(review for review in run.reviews if review.group.id == "HN01").changes
    assert told is not None
    assert {change.what for change in told.values if change.kpi and change.kpi.id == "net_sales"} == {"same_period"}
    assert told.causes[0].months == (date(2025, 10, 1),)


def test_a_file_that_moves_no_figure_of_the_month_restates_nothing(site: Path) -> None:
    night(site, 10)
    month_of_sales(site, date(2026, 11, 1))
    night(site, 28)
    assert revisions(site, 29, restate=True) == dict.fromkeys(EVERYONE, 1)
    with closing(Ledger(site / "ledger.db")) as ledger:
        assert arrived_since(load_site(site), ledger, OCTOBER) == []


def test_what_the_site_changed_since_is_named_beside_the_files(site: Path) -> None:
    night(site, 10)
    changed(site, "targets.csv", "3000000", "9000000")
    assert revisions(site, 20, restate=True) == {**dict.fromkeys(EVERYONE, 1), "HN01": 2, "tiny": 2, "north": 2}
    told = view(site, "HN01").changes
    assert told is not None
    assert (told.redefined, told.causes) == (("targets.csv",), ())
    assert "target" in {change.what for change in told.values}


def test_a_site_may_restate_by_itself_once_files_came(site: Path) -> None:
    (site / "kpi.toml").write_text((site / "kpi.toml").read_text() + '\n[closing]\nrestate = "automatically"\n')
    night(site, 10)
    changed(site, "targets.csv", "3000000", "9000000")
    assert revisions(site, 12) == dict.fromkeys(EVERYONE, 1), "a changed target alone restates nothing"
    late(site)
    assert revisions(site, 20) == RESTATED


def test_a_lake_made_anew_makes_no_file_late(site: Path) -> None:
    night(site, 10)
    _, differences = rebuild(load_site(site), now=at(20), teller=QUIET)
    assert differences == []
    with closing(Ledger(site / "ledger.db")) as ledger:
        assert arrived_since(load_site(site), ledger, OCTOBER) == []
    assert revisions(site, 21, restate=True) == dict.fromkeys(EVERYONE, 1)


def test_an_unknown_group_of_a_closed_month_is_told_with_the_groups_there_are(site: Path) -> None:
    night(site, 10)
    with pytest.raises(NothingToReview, match=r"No reviewed group is called 'HN77'; allowed are HN01"):
        printed(site, 11, "HN77")
