"""Whatever is delivered, in whatever order, form and number: each receipt counts once, and the newest wins."""

import gzip
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.console import PlainTeller
from flows.lake import Lake
from flows.nightly import Night, nightly
from flows.readmit import rebuild
from flows.site import load_site
from tests.flows.chain import SALES_HEADER, sale, small_site
from transforms.restating import compare
from transforms.tables import SALES, Schema, empty

FIRST: Final = date(2026, 10, 1)
FORMS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "plain": lambda text: text,
    "with a mark": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "zipped": lambda text: gzip.compress(text, mtime=0),
    "for Windows": lambda text: text.replace(b"\n", b"\r\n"),
}


@dataclass(frozen=True)
class File:
    """One export: each of its receipts in a version, its rows in either order, with rows of nobody's store."""

    receipts: tuple[tuple[int, int], ...]
    form: str = "plain"
    backwards: bool = False
    strangers: int = 0

    def lines(self) -> list[str]:
        """Its rows, below the header."""
        rows = [line for receipt, version in self.receipts for line in receipt_lines(receipt, version)]
        rows += [sale("Sao Hỏa", FIRST, f"x{n}", 7_000) for n in range(self.strangers)]
        return rows[::-1] if self.backwards else rows

    def content(self) -> bytes:
        """Its bytes."""
        return FORMS[self.form]("\n".join([SALES_HEADER, *self.lines(), ""]).encode())


def receipt_lines(receipt: int, version: int) -> list[str]:
    """A receipt of one to three lines; each version has other amounts, some have equal lines."""
    store, day = ("HN01", "HN02")[receipt % 2], FIRST + timedelta(days=receipt)
    person = "NV1" if store == "HN01" else "NV2"
    amounts = [1_000 * (receipt + 1) + version] * (1 + (receipt + version) % 3)
    return [sale(store, day, f"r{receipt}", amount, person=person) for amount in amounts]


def files() -> st.SearchStrategy[File]:
    versions = st.dictionaries(st.integers(0, 5), st.integers(0, 2), min_size=1)
    return st.builds(
        File,
        receipts=versions.map(lambda found: tuple(sorted(found.items()))),
        form=st.sampled_from(sorted(FORMS)),
        backwards=st.booleans(),
        strangers=st.integers(0, 2),
    )


def due(delivered: Iterable[File]) -> dict[str, list[int]]:
    """What has to count: of each receipt the lines of the newest file that has it."""
    newest = {receipt: version for file in delivered for receipt, version in file.receipts}
    return {f"r{r}": sorted(int(line.rsplit(",", 1)[1]) for line in receipt_lines(r, v)) for r, v in newest.items()}


def counted(rows: pl.DataFrame) -> dict[str, list[int]]:
    """Receipt -> its amounts."""
    sums = rows.group_by("receipt_id").agg(pl.col("net_amount").cast(pl.Int64).sort())
    return dict(sums.rows())


@given(st.lists(files(), min_size=1, max_size=6))
@settings(max_examples=120, deadline=None)
def test_the_newest_of_each_receipt_counts(delivered: list[File]) -> None:
    held = empty(SALES.columns)
    for number, file in enumerate(delivered):
        change = compare(SALES, held, as_rows(file, f"f{number}"))
        assert change.new.height + change.redelivered.height == len(as_rows(file, "any"))
        stay = held.join(change.superseded, on=["file_id", "row_no"], how="anti")
        held = pl.concat([stay, change.new])
    assert counted(held) == due(delivered)


def as_rows(file: File, file_id: str) -> pl.DataFrame:
    cells = [line.split(",") for line in file.lines() if not line.startswith("Sao")]
    read = pl.DataFrame(cells, schema=SALES_HEADER.split(","), orient="row").with_columns(
        pl.col("sold_at").str.to_datetime(),
        business_date=pl.col("sold_at").str.head(10).str.to_date(),
        system=pl.lit("till"),
    )
    numbered = read.with_columns(file_id=pl.lit(file_id), row_no=pl.int_range(pl.len()))
    return typed(numbered, SALES.columns)


def typed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(lacking).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


@given(st.lists(st.lists(files(), min_size=1, max_size=3), min_size=1, max_size=3))
@settings(max_examples=6, deadline=None)
def test_nights_lose_and_double_nothing(nights: list[list[File]]) -> None:
    with TemporaryDirectory() as folder:
        site = small_site(Path(folder) / "site")
        for number, delivered in enumerate(nights):
            adds_up(night(site, delivered, number))
        everything = [file for delivered in nights for file in delivered]
        assert counted(Lake(site / "lake").rows("sales").collect()) == due(as_claimed(everything))
        _, differences = rebuild(load_site(site), now=NOW, teller=PlainTeller(StringIO()))
        assert not differences
        assert counted(Lake(site / "lake").rows("sales").collect()) == due(as_claimed(everything))


NOW: Final = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)


def night(site: Path, delivered: Sequence[File], number: int) -> Night:
    (site / "inbox/sales").mkdir(parents=True, exist_ok=True)
    for place, file in enumerate(delivered):
        (site / f"inbox/sales/{number}-{place}").write_bytes(file.content())
    return nightly(load_site(site), now=NOW + timedelta(days=number), teller=PlainTeller(StringIO()))


def as_claimed(delivered: Iterable[File]) -> list[File]:
    """The same bytes once more say nothing new."""
    return list({file.content(): file for file in delivered}.values())


def adds_up(done: Night) -> None:
    for outcome in done.outcomes:
        assert outcome.error is None
        rows = outcome.settled.delivered
        assert rows is not None
        assert rows.rows == sum(outcome.rows(what) for what in ("kept", "quarantined", "redelivered"))
