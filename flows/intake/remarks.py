"""What a person should know of how a file met the rows that are held: told in the summary, one sentence each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from flows.intake.day_remarks import grown_days, moved_days
from flows.intake.prepare import Prepared
from flows.lake import Lake
from flows.ledger import Ledger
from transforms.receipts import Once
from transforms.restating import Restatement, lacking
from transforms.tables import Table, subject_of
from transforms.totals import in_two_systems
from transforms.unlisted import PERSON_DAY, unlisted

_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Remarks:
    """Makes the remarks on one file after the other."""

    ledger: Ledger
    lake: Lake

    def about(self, table: Table, file: Prepared, change: Restatement) -> Iterator[str]:
        """Every remark on a file that is about to be committed."""
        if file.once is not None:
            yield from _over_again(file.once)
        yield from self._replaced(file, change)
        yield from _spared(table, change)
        if "receipt_id" in table.columns:
            yield from _receipts(change)
            yield from self._lacking(table, file, change)
            yield from moved_days(table, change)
            yield from self._beside_held(change)
        elif change.doubtful.height:
            yield (
                f"states days of people as they are held in another store ({_days(change.doubtful)}): both count; if "
                f"only the store was corrected, deliver those of the other store with 0 hours."
            )
        if table.key == PERSON_DAY:
            yield from self._unlisted(table, file)
        if table.name == "roster":
            yield from self._planned_twice(change)
        if file.homed is not None:
            yield from _of_no_store(change)

    def _replaced(self, file: Prepared, change: Restatement) -> Iterator[str]:
        """Which earlier deliveries a file corrects: the newest wins, and nobody should have to guess which that was."""
        others = change.superseded.filter(pl.col("file_id") != file.entry.file_id)["file_id"]
        for file_id, rows in others.value_counts(sort=True).head(_NAMED).iter_rows():
            yield f"replaces {rows} rows that came with {self.ledger.file(file_id).name}."

    def _lacking(self, table: Table, file: Prepared, change: Restatement) -> Iterator[str]:
        again = pl.concat([change.redelivered, change.superseded])
        if again.is_empty() or file.kept is None:
            return
        missing = lacking(table, self._of_profile(table, file, file.kept["business_date"]), file.kept)
        unread = 0 if file.quarantined is None else file.quarantined.height
        if missing.height > unread:
            amount, named = missing["amount"].sum(), _names(missing["receipt_id"])
            days = missing.select(pl.format("{} {}", "store_id", "business_date")).to_series()
            what = f"{named}; {_names(days.unique(maintain_order=True))}; {amount} in all"
            yield (
                f"lacks {missing.height} receipts that are held for the same time ({what}): they still count; if they "
                f"were cancelled, deliver them as voids or with an amount of 0."
            )

    def _unlisted(self, table: Table, file: Prepared) -> Iterator[str]:
        if file.kept is None or file.kept.is_empty():
            return
        day = pl.col("business_date")
        days = file.kept.select(pl.date_range(day.min(), day.max())).to_series()
        missing = unlisted(self._of_profile(table, file, days), file.kept)
        unread = 0 if file.quarantined is None else file.quarantined.height
        if missing.height > unread:
            yield (
                f"passes over days that are held of people it tells again ({missing.height}: {_days(missing)}): they "
                f"still count; if they were struck out, deliver such a day with 0 hours worked, or as agreed leave "
                f"where it was rostered."
            )

    def _planned_twice(self, change: Restatement) -> Iterator[str]:
        """Whose shifts two systems plan for other times: at the very same ones she is to come once."""
        if change.new.is_empty():
            return
        shift = ["employee_id", "business_date", "scheduled_in", "scheduled_out"]
        held = self.lake.on("roster", change.new["business_date"])
        held = held.filter(~pl.col("system").is_in(change.new["system"].unique().implode()))
        both = change.new.lazy().join(held, on=shift, how="anti").join(held, on=shift[:2], how="semi")
        days = both.select("employee_id", "store_id", "business_date").unique().collect().sort(pl.all())
        if days.height:
            yield (
                f"plans days of people that are held from another system with other times ({days.height}: "
                f"{_days(days)}): both count, as two shifts; deliver one."
            )

    def _of_profile(self, table: Table, file: Prepared, days: pl.Series) -> pl.DataFrame:
        """What is held for `days` from other exports of a file's profile."""
        same = [e.file_id for e in self.ledger.files() if e.profile == file.profile and e.file_id != file.entry.file_id]
        held = self.lake.on(table.name, days).filter(pl.col("file_id").is_in(same))
        return held.collect(engine="streaming")

    def _beside_held(self, change: Restatement) -> Iterator[str]:
        """What the store-days of new receipts come to with what is held of them."""
        if change.new.is_empty():
            return
        held = self.lake.on("sales", change.new["business_date"]).join(
            change.superseded.lazy(), on=["file_id", "row_no"], how="anti"
        )
        sides = [rows.with_columns(is_held=pl.lit(value)) for rows, value in ((held, True), (change.new.lazy(), False))]
        receipt = pl.col("receipt_id")
        days = (
            pl.concat(sides)
            .group_by("store_id", "system", "business_date")
            .agg(
                receipts=receipt.n_unique(),
                held=receipt.filter("is_held").n_unique(),
                amount=pl.col("net_amount").sum(),
            )
            .collect(engine="streaming")
        )
        yield from grown_days(days, self.lake.months("sales"))
        twice = in_two_systems(days)
        if twice.height:
            first = twice.row(0, named=True)
            yield (
                f"{twice.height} store-days come to the same through two systems ({' and '.join(first['systems'])}, "
                f"as {first['store_id']} on {first['business_date']}: {first['amount']} each): both count; "
                f"deliver one."
            )


_SAID: Final = {
    "completed": "adds to {n} receipts that an earlier file began or ended ({names}).",
    "undecided": (
        "{n} receipts came again with wholly other lines ({names}): the newer ones count; if both belong to one "
        "receipt, deliver it whole."
    ),
    "outdated": "{n} receipts came in a newer form since ({names}); that one counts.",
    "reused": (
        "{n} receipt numbers are held with other lines on other days ({names}): both count, each as a receipt; if the "
        'till begins its numbers anew, say receipt_scope = "day" in its profile; if the receipts were corrected, '
        "deliver the old ones as voids."
    ),
    "moved": (
        "{n} receipts came before in {stores} with the same moment, seller and lines ({names}): they count once, where "
        "the newer export has them."
    ),
    "doubtful": (
        "{n} receipts have number and moment of receipts that are held in {stores} ({names}): both count; if only the "
        "store was corrected, deliver those of {stores} as voids or with an amount of 0."
    ),
}


def _receipts(change: Restatement) -> Iterator[str]:
    for what, said in _SAID.items():
        keys: pl.DataFrame = getattr(change, what)
        if keys.height:
            stores = _names(keys["store_held"].unique().sort()) if "store_held" in keys.columns else ""
            yield said.format(n=keys.height, names=_names(keys["receipt_id"].sort()), stores=stores)
    yield from _differing(change.differing)


def _of_no_store(change: Restatement) -> Iterator[str]:
    """Days of people which nobody's hours of that store can be without."""
    homeless = change.new.filter(pl.col("store_id").is_null())
    if homeless.height:
        named = homeless.select(pl.format("{} on {}", "employee_id", "business_date")).unique().to_series().sort()
        yield (
            f"{homeless.height} rows name no store, and are of people who were employed in none on that day "
            f"({_names(named)}): they count for the chain only; mend from and to in people.csv, then `kpi readmit`."
        )


def _over_again(once: Once) -> Iterator[str]:
    if once.again.height:
        receipts, days = once.again["receipt_id"].unique().sort(), once.again.select("store_id", "business_date")
        named = days.unique().sort(pl.all()).select(pl.format("{} {}", "store_id", "business_date")).to_series()
        yield (
            f"tells {receipts.len()} receipts over again, line by line ({_names(receipts)}; {_names(named)}): "
            f"they count once; if these were other sales, give them receipt numbers of their own."
        )
    for store, day, repeated, of in once.doubtful.head(_NAMED).iter_rows():
        yield (
            f"tells {repeated} of {of} receipts of {store} on {day} over again, line by line: all of it counts; if "
            f"rows stand in it twice, deliver it with each once."
        )
    if once.stated.len():
        yield (
            f"states every value more than once ({_names(once.stated)}): all of them count; if its rows stand in it "
            f"twice, deliver it with each once."
        )


def _spared(table: Table, change: Restatement) -> Iterator[str]:
    if change.spared.height:
        what = "receipts" if "receipt_id" in table.columns else "days of people"
        yield (
            f"{change.spared.height} {what} lost rows that may be among those kept out of this file "
            f"({_names(change.spared[subject_of(table.name)].sort())}): what was held of them still counts; mend the "
            f"rows that were kept out, and deliver the file again."
        )


def _differing(days: pl.DataFrame) -> Iterator[str]:
    for store, day, receipts, whole, lines in days.head(_NAMED).rows():
        yield (
            f"{store} on {day}: {receipts} whole receipts come to {whole} and their lines to {lines}; the lines count."
        )
    if days.height > _NAMED:
        yield f"and {days.height - _NAMED} more store-days whose whole receipts differ from their lines."


def _days(keys: pl.DataFrame) -> str:
    return _names(keys.select(pl.format("{} in {} on {}", "employee_id", "store_id", "business_date")).to_series())


def _names(values: pl.Series) -> str:
    some = ", ".join(map(str, values.head(_NAMED)))
    return some if len(values) <= _NAMED else f"{some}, …"
