"""From the reviews of a month to letters: one an address, with what has not been told there yet."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Final
from urllib.parse import quote

from flows.intake.quarantine import kept_files
from flows.ledger import Ledger
from flows.months.editions import Edition, Editions
from flows.post.address_book import AddressBook, Reader, address_book
from flows.post.envelope import message_id
from flows.post.fitness import Fitness, Grade, Reason, Verdict, fitness, verdict
from flows.post.letters import NOTICE, OPEN, REVIEWS, SETTLED, File, Letter, Letters, Part, State
from flows.settings.recipients import Recipient
from flows.site import Site
from reports import letter as wording
from reports.language import language
from reports.review import Review

Key = tuple[str, str]  # level, group id
_MEGABYTE: Final = 1_000_000
_AS_TEXT: Final = Decimal("1.37")  # what base64 makes of a file's size


@dataclass(frozen=True, slots=True)
class Held:
    """A reader who gets no letter now, and why."""

    reader: Reader
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be sent for a month; nothing is written yet."""

    fresh: Sequence[Letter]  # letters to readers
    kept: Sequence[Letter]  # written by an earlier run, and still right
    superseded: Sequence[Letter]
    notices: Sequence[Letter]
    told: Sequence[Reader]  # who has everything already
    waiting: Sequence[Held]
    held: Sequence[Held]
    unread: Sequence[Key]
    idle: Sequence[Recipient]  # rows that reach no group of the month
    absent: Sequence[str]  # formats that readers want and nobody printed


@dataclass(frozen=True)
class Desk:
    """Where the letters of one month are written. `printed`: editions are there; without, letters name no files."""

    site: Site
    ledger: Ledger
    month: date
    reviews: Sequence[Review]
    chosen: Collection[str]  # ids of groups; empty: all
    now: datetime
    anyway: bool = False  # send though something is missing; the letters say what
    printed: bool = True
    faulty: Collection[str] = ()  # ids of groups whose review could not be printed now

    def plan(self) -> Plan:
        """Who gets what."""
        fresh, kept, superseded, told = [], [], [], []
        verdicts: dict[Verdict, list[Held]] = {Verdict.WAIT: [], Verdict.HELD: []}
        for reader, keys in self._asked():
            reasons = tuple(self._reasons(reader, keys))
            due = Verdict.GO if self.anyway else verdict(reasons, self.month, self.site.settings.mail, self.now)
            missing = self._missing(reader, keys)
            if missing == []:
                told.append(reader)
                superseded += self._open(reader.address)
            elif due is not Verdict.GO:
                verdicts[due].append(Held(reader, reasons))
            else:
                open_letters, written = self._open(reader.address), self._letter(reader, missing, reasons)
                same = [letter for letter in open_letters if _says(letter) == _says(written)]
                kept += same[:1]
                fresh += [] if same else [written]
                superseded += [letter for letter in open_letters if letter not in same[:1]]
        held = verdicts[Verdict.HELD]
        unread = self.book.unread(key for key in self._reviews if not self.chosen or key[1] in self.chosen)
        notices = [] if self.anyway else self._notices(held)
        absent = sorted(set(self._absent()))
        waiting = verdicts[Verdict.WAIT]
        return Plan(fresh, kept, superseded, notices, told, waiting, held, unread, self.book.idle, absent)

    @cached_property
    def book(self) -> AddressBook:
        """Who reads what in the month."""
        return address_book(self.site, self.month, self.now.date())

    # -- what is worked out once

    @cached_property
    def _reviews(self) -> Mapping[Key, Review]:
        return {(review.group.level, review.group.id): review for review in self.reviews}

    @cached_property
    def _fitness(self) -> Fitness:
        kept = kept_files(self.site)
        return fitness(self.ledger, self.month, self.reviews, self.site.settings.mail, self.now.date(), kept=kept)

    @cached_property
    def _editions(self) -> Mapping[tuple[str, str, str, str], Edition]:
        newest = Editions(self.ledger).newest(self.month)
        return {(e.level, e.group_id, e.language, e.format): e for e in newest}

    @cached_property
    def _letters(self) -> Mapping[str, Sequence[Letter]]:
        """What was written before, by address."""
        found: dict[str, list[Letter]] = {}
        for letter in Letters(self.ledger).of(self.month):
            found.setdefault(letter.address.lower(), []).append(letter)
        return found

    # -- one reader

    def _asked(self) -> Iterator[tuple[Reader, list[Key]]]:
        """Readers of what is asked for; what an open letter already tells of stays in it."""
        for reader in self.book.readers:
            begun = {part.key for letter in self._open(reader.address) for part in letter.parts}
            reviewed = [key for key in reader.groups if key in self._reviews]
            if any(not self.chosen or key[1] in self.chosen for key in reviewed):
                yield reader, [key for key in reviewed if not self.chosen or key[1] in self.chosen or key in begun]

    def _reasons(self, reader: Reader, keys: Sequence[Key]) -> Iterator[Reason]:
        yield from self._fitness.of(keys)
        for key in keys:
            issued = any(self._edition(reader, key, form) for form in reader.formats)
            if self.printed and (key[1] in self.faulty or not issued):
                yield Reason(Grade.CLOSED, "not_printed", {"group": self._reviews[key].group.name})

    def _missing(self, reader: Reader, keys: Sequence[Key]) -> list[Review]:
        """The reviews that were not told to a reader in their present revision."""
        before = self._written(reader.address, SETTLED)
        told = {(*part.key, part.revision) for letter in before for part in letter.parts}
        return [r for key in keys if (*key, (r := self._reviews[key]).revision) not in told]

    def _written(self, address: str, states: Collection[State]) -> list[Letter]:
        written = self._letters.get(address.lower(), ())
        return [letter for letter in written if letter.state in states and letter.kind == REVIEWS]

    def _open(self, address: str) -> list[Letter]:
        return self._written(address, OPEN)

    def _letter(self, reader: Reader, reviews: Sequence[Review], reasons: Sequence[Reason]) -> Letter:
        words = language(reader.language)
        files = self._files(reader, reviews)
        told = [wording.Told(review, self._before(reader, review)) for review in reviews]
        enclosed = [wording.Enclosure(file.name, None if file.attached else self._place(file)) for file in files]
        marks = [reason.text(words) for reason in reasons]
        written = wording.letter(told, enclosed, marks, reader.name, words)
        parts = [Part(r.group.level, r.group.id, r.revision, wording.figures_of(r)) for r in reviews]
        seed = "\n".join(f"{part.level}/{part.group_id}/{part.revision}" for part in parts)
        made = self._made(REVIEWS, reader.address, written, seed)
        return replace(made, name=reader.name, parts=tuple(parts), files=tuple(files))

    def _made(self, kind: str, address: str, written: wording.Written, seed: str) -> Letter:
        settings = self.site.settings
        whole = "\n".join((settings.organisation.id, f"{self.month:%Y-%m}", kind, address.lower(), seed))
        return Letter(
            id=message_id(whole, settings.mail.sender),
            kind=kind,
            month=self.month,
            address=address,
            name="",
            subject=written.subject,
            text=written.text,
            html=written.html,
            made_at=self.now.replace(microsecond=0),
            state=State.READY,
            attempts=0,
            due_at=self.now.replace(microsecond=0),
            said="",
            parts=(),
            files=(),
        )

    def _before(self, reader: Reader, review: Review) -> Mapping[str, Decimal]:
        """What the newest letter told of an earlier revision."""
        key = (review.group.level, review.group.id)
        told = self._written(reader.address, (State.ACCEPTED, State.IN_DOUBT))
        parts = [part for letter in told for part in letter.parts if part.key == key]
        return parts[-1].figures if parts else {}

    # -- files

    def _edition(self, reader: Reader, key: Key, form: str) -> Edition | None:
        """The edition of a review in the reader's language, or in the site's first there is."""
        spoken = dict.fromkeys((reader.language, *self.site.settings.organisation.languages))
        found = (self._editions.get((*key, code, form)) for code in spoken)
        return next((e for e in found if e and e.revision == self._reviews[key].revision), None)

    def _files(self, reader: Reader, reviews: Iterable[Review]) -> list[File]:
        """As many are attached, in their order, as the mail may hold."""
        room = self.site.settings.mail.attach_at_most_mb * _MEGABYTE
        files = []
        for review in reviews:
            for form in reader.formats:
                edition = self._edition(reader, (review.group.level, review.group.id), form)
                if edition is not None:
                    room -= self._size(edition) * _AS_TEXT
                    files.append(_file(edition, language(reader.language).name(review.group.name), attached=room >= 0))
        return files

    def _size(self, edition: Edition) -> int:
        """A file that is gone has none; the last look at the letter will find that."""
        path = self.site.folder / edition.path
        return path.stat().st_size if path.is_file() else 0

    def _place(self, file: File) -> str:
        base = self.site.settings.mail.archive_url
        return f"{base.rstrip('/')}/{quote(file.path)}" if base else file.path

    def _absent(self) -> Iterator[str]:
        printed = {form for *_, form in self._editions}
        for reader in self.book.readers if self.printed else ():
            yield from (form for form in reader.formats if form not in printed)

    # -- the owner

    def _notices(self, held: Sequence[Held]) -> list[Letter]:
        """One notice for one state of things, however often it is found."""
        settings = self.site.settings
        words = language(settings.organisation.languages[0])
        reasons = list(dict.fromkeys(reason.text(words) for one in held for reason in one.reasons))
        if not reasons:
            return []
        advice = words.text("letter.notice.advice", site=self.site.folder, month=f"{self.month:%Y-%m}")
        written = wording.notice(self.month, settings.organisation.name, reasons, advice, words)
        notice = self._made(NOTICE, settings.mail.owner, written, "\n".join(sorted(reasons)))
        known = {letter.id for letters in self._letters.values() for letter in letters}
        return [] if notice.id in known else [notice]


def _says(letter: Letter) -> tuple[object, ...]:
    """All that its reader sees: a letter that waits is right if it would be written the same today."""
    files = tuple((file.path, file.sha256, file.name, file.attached) for file in letter.files)
    return letter.name, letter.subject, letter.text, letter.html, letter.parts, files


def _file(edition: Edition, name: str, *, attached: bool) -> File:
    called = "".join(c if c.isalnum() or c in " -_." else "-" for c in f"KPI {edition.month:%Y-%m} {name}")
    full = f"{' '.join(called.split())} ({edition.group_id}).{edition.format}"
    return File(edition.level, edition.group_id, edition.path, edition.sha256, full, attached)
