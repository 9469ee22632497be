"""The files: their formats, their order in time, and that equal scales give equal bytes."""

import hashlib
import json
import re
import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from flows.sample import Language, Scale, truth, write_night, write_sample
from flows.sample.attendance import attendance
from flows.sample.sales import sales
from tests.sample.conftest import SMALL, Sample
from tests.sample.parsing import TITLES_OF_THE_CLOCK, in_force, records, sold

VIETNAM = timezone(timedelta(hours=7))
TINY = Scale(months=2, receipts_per_day=6)


def _hashes(folder: Path) -> dict[str, tuple[str, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    exports = {path: path.stat().st_mtime_ns if "inbox" in path.parts else 0 for path in files}
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), mtime)
        for path, mtime in exports.items()
    }


def _forget() -> None:
    sales.cache_clear()
    attendance.cache_clear()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_same_scale_gives_the_same_bytes_and_times(tmp_path: Path, language: Language) -> None:
    write_sample(tmp_path / "one", TINY, language)
    _forget()
    write_sample(tmp_path / "other", TINY, language)
    write_sample(tmp_path / "other", TINY, language)
    assert _hashes(tmp_path / "one") == _hashes(tmp_path / "other")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_night_written_alone_has_the_bytes_of_the_whole(tmp_path: Path, language: Language) -> None:
    write_sample(tmp_path / "whole", TINY, language)
    whole = _hashes(tmp_path / "whole")
    _forget()
    for ago in (0, 3, 5, 6, 8, 20):
        write_night(tmp_path / "nights", TINY, language, TINY.until - timedelta(days=ago))
    nights = _hashes(tmp_path / "nights")
    assert nights.items() <= whole.items()
    assert len(nights) == 6 * 2 + 2 + 1


def test_the_rows_of_a_night_are_those_of_the_month(tmp_path: Path) -> None:
    monthly = Scale(months=2, receipts_per_day=6, nights=0)
    write_sample(tmp_path / "whole", monthly, "en")
    nightly = {path.name: path for path in write_night(tmp_path / "night", monthly, "en", date(2026, 9, 14))}
    month = (tmp_path / "whole/inbox/sales/items-2026-09-01-2026-10-01.csv").read_text("utf-8").splitlines()
    night = nightly["items-2026-09-14-2026-09-15.csv"].read_text("utf-8").splitlines()
    assert len(night) > 50
    assert [line for line in month if line in set(night)] == night


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nights_after_the_sample_go_on_with_the_same_chain(tmp_path: Path, language: Language) -> None:
    names = [path.name for path in write_night(tmp_path, TINY, language, date(2026, 11, 1))]
    assert len(names) == 3
    assert sum("2026-11" in name for name in names) == (1 if language == "vi" else 2)
    people = {r["Người bán" if language == "vi" else "Employee"] for r in _sold(tmp_path)}
    write_sample(tmp_path, TINY, language)
    known = (tmp_path / "people.csv").read_text("utf-8")
    assert people
    assert all(name in known for name in people)


def _sold(folder: Path) -> list[dict[str, str]]:
    return [record for path in (folder / "inbox" / "sales").iterdir() for record in records(path)]


def test_the_chain_is_closed_at_tet_and_exports_nothing(tmp_path: Path) -> None:
    assert write_night(tmp_path, SMALL, "vi", date(2026, 2, 17)) == []


def test_the_ratings_come_on_the_last_day_of_a_month(tmp_path: Path) -> None:
    names = [path.parent.name for path in write_night(tmp_path, TINY, "en", date(2026, 11, 30))]
    assert names == ["ratings", "sales", "attendance"]


def test_amounts_in_the_files_add_up_to_the_truth(sample: Sample) -> None:
    stores = {row["store_id"]: row["aliases"].split("|") for row in records(sample.folder / "stores.csv")}
    ids = {alias: store for store, aliases in stores.items() for alias in aliases}
    bad = {"HD9", "TX9"}
    found: dict[tuple[str, date], Decimal] = {}
    for line in in_force(sample.exports("sales"), sample.language):
        if line.receipt and line.receipt[:3] not in bad and not line.void:
            key = (ids[line.store], line.day.replace(day=1))
            found[key] = found.get(key, Decimal(0)) + line.net
    expected = {(store, month): net for store, month, net in sample.summary.net_sales.iter_rows()}
    assert found == expected


def test_the_truth_needs_no_files(sample: Sample) -> None:
    assert truth(sample.scale, sample.language).equals(sample.summary.net_sales)
    assert sample.summary.net_sales.height == 5 * 14 + 8


def test_files_lie_in_the_order_in_which_they_were_exported(sample: Sample) -> None:
    times = [path.stat().st_mtime_ns for path in sample.summary.files]
    assert times == sorted(times)
    assert all(path.is_file() for path in sample.summary.files)
    last = datetime.fromtimestamp(times[-1] / 1e9, tz=UTC)
    assert last == datetime(2026, 10, 31, 19, 15, tzinfo=UTC)
    rosters = [path for path in sample.summary.files if path.name.startswith(("LichLamViec", "roster"))]
    assert [path.stat().st_mtime_ns for path in rosters] == sorted(path.stat().st_mtime_ns for path in rosters)
    assert len(rosters) == 14


def test_no_file_comes_before_the_last_day_it_tells_of(sample: Sample) -> None:
    for path in sample.exports("sales"):
        exported = datetime.fromtimestamp(path.stat().st_mtime, tz=VIETNAM).replace(tzinfo=None)
        assert max(line.at for line in sold(path, sample.language) if line.at.year < 2030) < exported


def test_history_comes_by_month_and_the_last_days_by_night(sample: Sample) -> None:
    assert len(sample.exports("sales")) == 14 + 21 + 2
    assert len(sample.exports("ratings")) == 14
    assert len(sample.exports("attendance")) == 14 + (14 + 21 + 1)


def test_kiotviet_writes_a_spreadsheet_with_receipt_totals_on_every_line(vietnamese: Sample) -> None:
    path = vietnamese.exports("sales", "*KV01102026*")[0]
    assert path.name == "DanhSachChiTietHoaDon_KV01102026-031000-860.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")
    rows = [row for row in records(path) if None not in row.values()]
    assert 25 <= len(rows[0]) <= 30
    for name in ("Tổng tiền hàng", "Giảm giá hóa đơn", "Khách cần trả", "Trạng thái", "Người bán"):
        assert len({(row["Mã hóa đơn"], row[name]) for row in rows}) == len({row["Mã hóa đơn"] for row in rows})
    assert {row["Trạng thái"] for row in rows} == {"Hoàn thành", "Đã hủy"}
    assert any(row["Số lượng"].startswith("-") and row["Thành tiền"].startswith("-") for row in rows)
    assert all(re.fullmatch(r"-?\d{1,3}(\.\d{3})*", row["Khách cần trả"]) for row in rows)
    assert any("." in row["Khách cần trả"] for row in rows)
    assert any(row["Mã khách hàng"] == "" and row["Tên khách hàng"] == "Khách lẻ" for row in rows)


def test_the_columns_are_the_real_ones_in_the_real_order(shared: Path, vietnamese: Sample, english: Sample) -> None:
    known = json.loads((shared / "headers.json").read_text("utf-8"))
    kiotviet, square = (next(k["header"] for k in known if system in k["system"] + k["kind"]) for system in _SYSTEMS)
    ours = list(next(records(vietnamese.exports("sales")[0])))
    assert ours == [name for name in kiotviet if name in ours]
    assert list(next(records(english.exports("sales")[0]))) == square
    long = next(h for k in known if k["system"] == "Toast" for h in k["header"] if h.startswith("TimeEntries (long)"))
    toast = next(records(english.exports("attendance", "TimeEntries*")[0]))
    assert list(toast) == long.split(": ")[1].split(",")


_SYSTEMS = ("(invoice detail)", "Squaresales: Items detail")


def test_the_clock_has_titles_quoted_ids_and_blanks(vietnamese: Sample) -> None:
    path = vietnamese.exports("attendance", "ChiTietChamCong_20260901*")[0]
    title, period, header, *_ = path.read_text("utf-8-sig").splitlines()
    assert title.strip(",") == "CHI TIẾT CHẤM CÔNG"
    assert period.strip(",") == "Từ ngày 01/09/2026 đến ngày 30/09/2026"
    assert header == "Mã N.Viên,Tên nhân viên,Phòng ban,Chức vụ,Ngày,Thứ,Vào,Ra"
    rows = list(records(path, skip=TITLES_OF_THE_CLOCK))
    assert all(row["Mã N.Viên"].startswith("'0") for row in rows)
    assert any(row["Ra"] == "--:--" for row in rows)
    assert any(row["Vào"].startswith("17:") and row["Ra"].startswith(("1:", "2:")) for row in rows)
    assert {row["Thứ"] for row in rows} == {"Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "CN"}


def test_toast_clocks_out_at_four_who_forgot(english: Sample) -> None:
    rows = [row for path in english.exports("attendance", "TimeEntries*") for row in records(path)]
    forgotten = [row for row in rows if row["Auto Clock-out"] == "Yes"]
    assert 10 < len(forgotten) < len(rows) * 0.02
    assert all(row["Out Date"].endswith(" 4:00 AM") for row in forgotten)
    assert all(", " in row["Employee"] for row in rows)


def test_square_writes_refunds_and_discounts_with_a_minus(english: Sample) -> None:
    rows = list(records(english.exports("sales", "items-2026-09-01*")[0]))
    refunds = [row for row in rows if row["Event Type"] == "Refund"]
    assert refunds
    assert all(row["Net Sales"].startswith("-$") and row["Qty"].startswith("-") for row in refunds)
    assert any(row["Discounts"].startswith("-$") for row in rows if row["Event Type"] == "Payment")


def test_a_chain_of_twenty_stores_is_quick_and_bounded(tmp_path: Path) -> None:
    began = time.process_time()
    scale = Scale(stores=20, people=200, months=2)
    summary = write_sample(tmp_path, scale, "vi")
    assert time.process_time() - began < 6
    assert summary.net_sales["store_id"].n_unique() == 20
    assert summary.controls["sales"].kept_rows > 150_000


def test_writing_again_leaves_nothing_of_the_old_rows(tmp_path: Path) -> None:
    first = write_night(tmp_path, TINY, "vi", date(2026, 10, 30))
    content = [path.read_bytes() for path in first]
    assert [path.read_bytes() for path in write_night(tmp_path, TINY, "vi", date(2026, 10, 30))] == content


def test_batches_of_stores_do_not_show_in_the_rows(tmp_path: Path) -> None:
    scale = Scale(stores=27, people=135, months=1, receipts_per_day=2, nights=1)
    write_sample(tmp_path, scale, "en")
    rows = [r for path in sorted((tmp_path / "inbox/sales").iterdir()) for r in records(path)]
    assert not any(row["Date"] == "Date" for row in rows)
    assert len({row["Location"] for row in rows}) == 27
