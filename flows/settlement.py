"""What became of one file, as the ledger keeps it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from transforms.attendance import MARGIN
from transforms.calendar import month_of
from transforms.tables import MONEY, TOTAL
from transforms.totals import Delivered, imbalance

_CONTROL: dict[str, pl.DataType | type[pl.DataType]] = {
    "table_name": pl.String,
    "store_id": pl.String,
    "business_date": pl.Date,  # null: not readable, or not of this world
    "month": pl.Date,  # whose statement tells it
    "outcome": pl.String,  # kept | quarantined | redelivered | superseded; mended: quarantined, and came well since
    "reason": pl.String,  # of a quarantined row; null otherwise
    "rows": pl.Int64,
    "amount": TOTAL,
}
CONTROL: Final = pl.Schema(_CONTROL)
# Quarantined rows, as a later export that brings them well is known by.
_HELD_BACK: dict[str, pl.DataType | type[pl.DataType]] = {
    "file_id": pl.String,
    "row_no": pl.Int64,
    "store_id": pl.String,  # null: no store of the site
    "business_date": pl.Date,
    "month": pl.Date,
    "reason": pl.String,
    "subject": pl.String,
    "amount": MONEY,
}
HELD_BACK: Final = pl.Schema(_HELD_BACK)
MENDED: Final = pl.Schema({"file_id": pl.String, "row_no": pl.Int64})
REPLACED: Final = pl.Schema({"file_id": pl.String, "rows": pl.Int64})
_CLOCKED: Final = ["clockings", "punches"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a file: its state, control totals, and what it did to other files.

    Frames: `control` CONTROL, `held_back` HELD_BACK, `mended` rows of other files' quarantine that came well with this
    one, `replaced` how many held rows of each file it replaced.
    """

    state: str
    table: str | None = None
    profile: str | None = None
    sentence: str | None = None  # why it was refused
    notes: tuple[str, ...] = ()
    delivered: Delivered | None = None  # null: it could not be read
    control: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CONTROL))
    held_back: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HELD_BACK))
    mended: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MENDED))
    replaced: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPLACED))

    @property
    def imbalance(self) -> tuple[int, Decimal]:
        """Rows and money delivered of which nobody knows what became; anything but (0, 0) is an error of ours."""
        return imbalance(self.delivered, self.control) if self.delivered else (0, Decimal(0))

    @property
    def touched(self) -> list[date]:
        """The months whose rows are others since."""
        return self._changed["month"].drop_nulls().unique().sort().to_list()

    @property
    def next_to(self) -> list[date]:
        """The months whose last night, or whose first day, may be told by what changed in the month beside them."""
        days = self._changed.filter(pl.col("table_name").is_in(_CLOCKED))["business_date"].drop_nulls().unique()
        near = pl.concat([days - MARGIN, days + MARGIN]).alias("day").to_frame()
        return near.select(month_of(pl.col("day"))).to_series().unique().sort().to_list()

    @property
    def _changed(self) -> pl.DataFrame:
        return self.control.filter(pl.col("outcome").is_in(["kept", "superseded"]))

    def as_json(self) -> str:
        """The whole, as text."""
        came = self.delivered
        plain = {
            "state": self.state,
            "table": self.table,
            "profile": self.profile,
            "sentence": self.sentence,
            "notes": self.notes,
            "delivered": came and [came.rows, came.ignored, str(came.amount), came.unreadable],
        }
        return json.dumps({**plain, **{name: getattr(self, name).write_json() for name in _FRAMES}})


_FRAMES: Final[Mapping[str, pl.Schema]] = {
    "control": CONTROL,
    "held_back": HELD_BACK,
    "mended": MENDED,
    "replaced": REPLACED,
}


def from_json(text: str) -> Settlement:
    """What `Settlement.as_json` wrote."""
    plain = json.loads(text)
    frames: dict[str, Any] = {
        name: pl.read_json(plain.pop(name).encode(), schema=dict(schema)) for name, schema in _FRAMES.items()
    }
    came, notes = plain.pop("delivered"), tuple(plain.pop("notes"))
    delivered = Delivered(came[0], came[1], Decimal(came[2]), came[3]) if came else None
    return Settlement(**plain, notes=notes, delivered=delivered, **frames)
