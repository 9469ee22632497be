"""Control totals: what a reader of the files has to arrive at."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from flows.sample import Control, Scale, write_sample
from tests.sample.conftest import Sample
from tests.sample.parsing import TITLES_OF_THE_CLOCK

TABLE_OF = {
    **dict.fromkeys(("DanhSach", "items"), "sales"),
    **dict.fromkeys(("ChiTiet", "TimeEntries"), "clockings"),
    **dict.fromkeys(("LichLam", "roster"), "roster"),
    **dict.fromkeys(("DanhGia", "ratings"), "ratings"),
}


def _table(path: Path) -> str:
    return next(table for start, table in TABLE_OF.items() if path.name.startswith(start))


def _rows(paths: Iterable[Path]) -> int:
    return sum(len(p.read_text("utf-8-sig").splitlines()) - 1 - _titles(p) for p in paths)


def _titles(path: Path) -> int:
    return TITLES_OF_THE_CLOCK if path.name.startswith("ChiTiet") else 0


def test_delivered_is_kept_quarantined_or_redelivered(sample: Sample) -> None:
    for control in sample.summary.controls.values():
        assert control.delivered_rows == control.kept_rows + control.quarantined_rows + control.redelivered_rows
        amounts = (control.kept_amount, control.quarantined_amount, control.redelivered_amount)
        assert control.delivered_amount == sum(amounts)


def test_every_line_of_every_file_is_counted_but_of_those_that_repeat_a_file(sample: Sample) -> None:
    counted = [path for path in sample.summary.files if path not in sample.summary.same_bytes]
    for table, control in sample.summary.controls.items():
        own = [path for path in counted if _table(path) == table]
        assert (control.files, control.delivered_rows) == (len(own), _rows(own))


def test_bad_rows_are_those_quarantined(sample: Sample) -> None:
    for table, control in sample.summary.controls.items():
        own = [bad for bad in sample.summary.bad_rows if bad.table == table]
        assert control.quarantined_rows == len(own)
        assert control.quarantined_amount == sum((bad.amount or Decimal(0) for bad in own), Decimal(0))


def test_rows_in_force_bring_the_truth_and_the_voids(english: Sample) -> None:
    """Square lists no cancelled baskets, so nothing but net sales is in force."""
    sales = english.summary.controls["sales"]
    assert sales.kept_amount - sales.superseded_amount == english.summary.net_sales["net_amount"].sum()
    assert sales.superseded_rows > 0


def test_the_twins_differ_by_the_cancelled_receipts(vietnamese: Sample, english: Sample) -> None:
    vi, en = vietnamese.summary.controls["sales"], english.summary.controls["sales"]
    assert 0 < vi.kept_rows - en.kept_rows < vi.kept_rows * 0.02
    assert vi.superseded_rows == en.superseded_rows


def test_without_nights_nothing_is_delivered_again(tmp_path: Path) -> None:
    summary = write_sample(tmp_path, Scale(months=1, receipts_per_day=3, nights=0), "vi")
    sales = summary.controls["sales"]
    assert (sales.redelivered_rows, sales.superseded_rows, summary.same_bytes) == (0, 0, ())
    assert sales == Control(
        files=1,
        delivered_rows=sales.kept_rows,
        kept_rows=sales.kept_rows,
        delivered_amount=sales.kept_amount,
        kept_amount=sales.kept_amount,
    )
