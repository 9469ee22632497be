"""`kpi profile`: what a person sees, and what is written."""

from pathlib import Path

import pytest

from flows.cli import main
from flows.exits import Exit
from tests.exports.examples import TILLS
from tests.flows.chain import small_site
from transforms.exports import load_profiles


def test_a_file_that_fits_is_read_and_its_rejected_rows_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, header, row = TILLS["canonical_sales"]
    (tmp_path / "sold.csv").write_text(f"{header}\n{row}\n{row}\nQ1,2,2026-01-05,[x],1\n", encoding="utf-8")
    assert main(["profile", str(tmp_path / "sold.csv")]) == Exit.DONE
    said = capsys.readouterr().out
    assert "It fits the profile canonical_sales (sales)." in said
    assert '1 x a number cannot be read ("net_amount"), first in row 4: Q1,2,2026-01-05,[x],1' in said


def test_a_proposal_is_written_where_it_is_asked_for_and_overwrites_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, target = tmp_path / "till.csv", tmp_path / "site" / "profiles" / "till.toml"
    file.write_text("Day;Shop;Till no;Money\n2026-01-25;Q1;1;9\n", encoding="utf-8")
    assert main(["profile", str(file), str(tmp_path / "site"), "--write"]) == Exit.DONE
    assert load_profiles({target.name: target.read_text(encoding="utf-8")})["till"].system == "till"
    said = capsys.readouterr().out
    assert "You have to decide:" in said
    assert said.count("fits no profile") == 1  # and not once for each kind of export
    assert main(["profile", str(file), str(tmp_path / "site"), "--write"]) == Exit.SITE


def test_a_log_without_header_is_read_though_nothing_could_be_proposed_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "1_attlog.dat").write_text("        7\t2026-01-25 08:00:00\t1\t0\t1\t0\n", encoding="utf-8")
    assert main(["profile", str(tmp_path / "1_attlog.dat")]) == Exit.DONE
    assert "It fits the profile zkteco_attlog (punches)." in capsys.readouterr().out


def test_moments_with_an_offset_are_shown_as_the_site_reads_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "punches.csv"
    file.write_text("employee_id,punched_at\nNV1,2026-10-20T18:05:00Z\n", encoding="utf-8")
    assert main(["profile", str(file)]) == Exit.DONE
    said = capsys.readouterr().out
    assert "2026-10-20 18:05:00" in said
    assert "Moments with an offset from UTC are shown as they are written: name the site to see its time." in said
    assert main(["profile", str(file), str(small_site(tmp_path / "site"))]) == Exit.DONE
    said = capsys.readouterr().out
    assert "2026-10-21 01:05:00" in said
    assert "are shown in the time of Asia/Ho_Chi_Minh." in said


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", str(tmp_path / "none.csv")]) == Exit.DISK
    assert "none.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("Outlet", "HN01", ""),
        ("Outlet", "Saigon", "nothing in the column \"Outlet\" ('Saigon') is a store of stores.csv"),
        ("Note", "x", "every row is of the store 'till' by the profile till, which is not in stores.csv"),
    ],
)
def test_a_proposal_is_tried_and_its_stores_are_looked_for(
    header: str, cell: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "till.csv"
    file.write_text(f"Day;{header};Check no;Item;Qty;Price\n2026-01-25;{cell};1;Tea;2;5\n", encoding="utf-8")
    assert main(["profile", str(file), str(small_site(tmp_path / "site"))]) == Exit.DONE
    shown = capsys.readouterr().out
    assert "Net sales 10 (of it returns 0) of 1 receipts, quantity 2" in shown
    assert ("stores.csv" in shown, said in shown) == (bool(said), True)
