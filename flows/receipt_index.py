"""Where receipts are held, month by month, so that one that comes again is found however long the history is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl

from flows.disk import whole_file

_FOUND: Final = {"store_id": pl.String, "business_date": pl.Date, "sought_for": pl.String}


@dataclass(frozen=True, slots=True)
class ReceiptIndex:
    """Files of (receipt UInt64, store_id String, business_date Date), one a month, made from `rows` of a month.

    They are only ever a copy: each is named by the data files it was made of, and is made anew where these changed.
    """

    folder: Path
    rows: Callable[[date], pl.LazyFrame]

    def find(self, months: Mapping[date, Sequence[str]], rows: pl.DataFrame) -> pl.DataFrame:
        """Where receipts of `rows` may be held, in `months` of data files: (store_id, business_date, sought_for).

        `sought_for` is the store that the receipt of `rows` is of.
        """
        paths = [self._month(month, files) for month, files in sorted(months.items())]
        wanted = rows.lazy().select(_receipt(), sought_for="store_id").unique()
        if not paths:
            return pl.DataFrame(schema=_FOUND)
        found = pl.scan_parquet(paths).join(wanted, on="receipt")
        return found.select("store_id", "business_date", "sought_for").unique().collect(engine="streaming")

    def _month(self, month: date, files: Sequence[str]) -> Path:
        # Polars' hashes hold within one version only.
        name = sha256("\n".join([pl.__version__, *files]).encode()).hexdigest()[:16]
        path = self.folder / f"{month:%Y-%m}-{name}.parquet"
        if not path.is_file():
            for old in self.folder.glob(f"{month:%Y-%m}-*.parquet"):
                old.unlink()
            held = self.rows(month).select(_receipt(), "store_id", "business_date").unique()
            with whole_file(path) as target:
                held.collect(engine="streaming").sort("receipt").write_parquet(target)
        return path


def _receipt() -> pl.Expr:
    return pl.struct("system", "receipt_id").hash().alias("receipt")
