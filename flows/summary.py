"""The closing summary of a run, for the person who started it or reads its log."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.numbers import format_decimal

from flows.intake.load import Outcome
from flows.intake.quarantine import in_words
from flows.ledger import REFUSED
from flows.nightly import Night
from flows.post.delivery import delivery_lines
from flows.review import Reviewed
from flows.sample import SampleSummary
from flows.site import Site
from transforms.tables import TABLES

_MOST = 20


def night_lines(site: Site, night: Night) -> Iterator[str]:
    """What was delivered, what became of it, what was refused and why, and where things are."""
    taken = night.taken
    known, coming = len(taken.again), len(taken.writing)
    refused = sum(outcome.state == REFUSED for outcome in night.outcomes)
    came = f"{len(night.outcomes) - refused} taken in, {refused} refused, {known} delivered before"
    yield f"Files: {came}, {coming} still being written"
    for table in TABLES:
        outcomes = [o for o in night.outcomes if o.table == table]
        if outcomes:
            yield from _table_lines(table, outcomes)
    yield from _told(night)
    months = ", ".join(f"{m:%Y-%m}" for m in night.months)
    yield f"Measured: {months or 'nothing new'}"
    if night.closed:
        yield f"Closed: {', '.join(f'{m:%Y-%m}' for m in night.closed)}"
    yield from _places(site, night)


def _table_lines(table: str, outcomes: Sequence[Outcome]) -> Iterator[str]:
    rows = {name: sum(o.rows(name) for o in outcomes) for name in ("kept", "quarantined", "redelivered", "superseded")}
    yield _equation(f"{table}: rows", rows)
    if TABLES[table].amount:
        amounts = {name: sum((o.amount(name) for o in outcomes), Decimal(0)) for name in rows}
        yield _equation(f"{table}: {TABLES[table].amount}", amounts)
    came = [o.settled.delivered for o in outcomes if o.settled.delivered]
    unreadable, ignored = sum(c.unreadable for c in came), sum(c.ignored for c in came)
    if unreadable or ignored:
        yield f"  {table}: {unreadable} rows without a readable amount, {ignored} records that are totals or footers"


def _equation(what: str, parts: dict[str, int] | dict[str, Decimal]) -> str:
    delivered = parts["kept"] + parts["quarantined"] + parts["redelivered"]
    kept, held, again, old = (_number(parts[k]) for k in ("kept", "quarantined", "redelivered", "superseded"))
    tail = f"; {old} superseded by newer ones" if parts["superseded"] else ""
    return f"  {what}: {_number(delivered)} delivered = {kept} kept + {held} quarantined + {again} re-delivered{tail}"


def _number(value: Decimal | int) -> str:
    return str(format_decimal(value, format="#,##0.####", locale="en"))


def _told(night: Night) -> Iterator[str]:
    yield from (f"  !! {error}" for error in night.errors)
    sentences = list(_sentences(night))
    yield from (f"  ! {sentence}" for sentence in sentences[:_MOST])
    if len(sentences) > _MOST:
        yield f"  ! and {len(sentences) - _MOST} more: 'kpi trace SITE --file NAME' tells of each file"
    reasons: Counter[str] = Counter()
    for outcome in night.outcomes:
        for reason, rows in outcome.reasons():
            reasons[reason] += rows
    if reasons:
        told = (f"{in_words(reason)} (rows: {rows})" for reason, rows in reasons.most_common())
        yield f"  Quarantined because {', '.join(told)}"


def _sentences(night: Night) -> Iterator[str]:
    yield from (str(o.settled.sentence) for o in night.outcomes if o.state == REFUSED)
    yield from (f"{o.entry.name}: {note}" for o in night.outcomes for note in o.settled.notes)
    for name, entry in night.taken.again:
        yield f"{name} holds the same bytes as {entry.name}, taken in before; nothing new."
    yield from night.taken.overtaken
    for name, entry in night.taken.claimed:
        if name != entry.name:
            yield f"{name} holds the same bytes as {entry.name}, whose rows that were kept out are tried again."
    yield from night.taken.unreadable
    for name in night.taken.writing:
        yield f"{name} is still being written; it is taken in by the next run."
    for name in night.taken.stray:
        yield f"{name} lies beside the folders of the inbox; move it into sales, attendance or ratings."


def _places(site: Site, night: Night) -> Iterator[str]:
    places: list[tuple[str, Path]] = [("Data-quality pages", site.quality / "index.html")]
    if night.refused:
        places.append(("Quarantine", site.quarantine))
    yield from (f"{what}: {path}" for what, path in places if path.exists())


def review_lines(site: Site, about: date, reviewed: Reviewed, as_of: date | None = None) -> Iterator[str]:
    """How many reviews came out, which did not and why, and where they are."""
    month, aside = f"{about:%Y-%m}", f" as known on {as_of}" if as_of else ""
    if reviewed.letters is not None and reviewed.letters.rehearsed:
        yield from delivery_lines(about, reviewed.letters)
        return
    yield f"Reviews of {month}{aside}: {len(reviewed.rendered)} files printed, {len(reviewed.unchanged)} unchanged"
    yield from (f"  {note}" for note in reviewed.notes)
    yield from (f"  ! not printed: {fault}" for fault in reviewed.faults)
    if reviewed.letters is not None:
        yield from delivery_lines(about, reviewed.letters)
    yield f"Files: {site.reviews / f'as-of-{as_of}' / month if as_of else site.reviews / month}"
    if not as_of:
        yield f"Archive: {site.reviews / 'index.html'}"


def sample_lines(folder: Path, written: SampleSummary) -> Iterator[str]:
    """What a sample holds."""
    yield f"Wrote a sample chain to {folder}: {len(written.files)} exports wait in its inbox"
    for table, control in written.controls.items():
        yield f"  {table}: {_number(control.delivered_rows)} rows in {control.files} files"
