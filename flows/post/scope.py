"""The last look at a letter: what it brings must be what was issued, for just these groups, and name nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Final

from flows.months.editions import Edition, Editions
from flows.post.address_book import AddressBook, address_book
from flows.post.foreign_names import ForeignNames
from flows.post.letters import File, Letter
from flows.site import Site
from reports.document_text import DocumentText, UnreadableDocument
from reports.page_text import read_page
from reports.pdf_text import read_pdf
from reports.stamp import stamp_of
from reports.workbook_text import read_workbook

_READERS: Final = {"pdf": read_pdf, "xlsx": read_workbook, "html": read_page}
_FEWEST: Final = 7  # runs of text on a page: fewer are only its running lines
_NO_GLYPH: Final = "\N{REPLACEMENT CHARACTER}"


class Withheld(Exception):
    """A letter must not go out; the text says why."""


@dataclass(frozen=True)
class Scope:
    """The site's own knowledge of who may read what."""

    site: Site
    editions: Editions
    today: date

    _books: dict[date, AddressBook] = field(default_factory=dict)
    _by_hash: dict[date, Mapping[str, Edition]] = field(default_factory=dict)
    _passed: set[tuple[File, date, int]] = field(default_factory=set)  # as of which month and revision

    @cached_property
    def _names(self) -> ForeignNames:
        return ForeignNames(self.site)

    def checked(self, letter: Letter) -> list[tuple[File, bytes]]:
        """The files that a letter brings, each looked through, as are its own text and the files it points at.

        Raises:
            Withheld: a file is not what was issued, or something is not this reader's.

        """
        strange = {part.key for part in letter.parts} - self._book(letter.month).reads(letter.address)
        if strange:
            listed = ", ".join(f"{level} {group}" for level, group in sorted(strange))
            raise Withheld(f"recipients.csv no longer sends {listed} to this address")
        self._refuse_changed(letter)
        self._read_letter(letter)
        brought = [(file, self._content(file, letter.month)) for file in letter.files]
        for file, content in brought:
            self._look_through(letter, file, content)
        return [(file, content) for file, content in brought if file.attached]

    def _refuse_changed(self, letter: Letter) -> None:
        """A letter that waited may be to another reader by now, or in a language she does not read any more."""
        reader = self._book(letter.month).reader(letter.address)
        if reader is None or reader.name != letter.name:
            raise Withheld("recipients.csv names another reader at this address since the letter was written")
        issued = self._issued(letter.month)
        hers = {(e.level, e.group_id, e.format) for e in issued.values() if e.language == reader.language}
        brought = (issued[file.sha256] for file in letter.files if file.sha256 in issued)
        if any(e.language != reader.language and (e.level, e.group_id, e.format) in hers for e in brought):
            raise Withheld("recipients.csv has another language for this address since the letter was written")

    def _read_letter(self, letter: Letter) -> None:
        """What it tells itself; the reader's own name may be anybody's."""
        told = f"{letter.subject}\n{letter.text}\n{letter.html}".replace(letter.name or "\0", "")
        if foreign := self._names.foreign(told, [part.key for part in letter.parts]):
            raise Withheld(f"its text names {', '.join(foreign[:5])}, who is none of the groups it tells of")

    def _book(self, month: date) -> AddressBook:
        return self._books.get(month) or self._books.setdefault(month, address_book(self.site, month, self.today))

    def _issued(self, month: date) -> Mapping[str, Edition]:
        return self._by_hash.get(month) or self._by_hash.setdefault(
            month, {edition.sha256: edition for edition in self.editions.newest(month)}
        )

    def _content(self, file: File, month: date) -> bytes:
        if file.sha256 not in self._issued(month):
            raise Withheld(f"{file.path} was issued anew since the letter was written")
        path = self.site.folder / file.path
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content).hexdigest() != file.sha256:
            raise Withheld(f"{file.path} is missing, or not the file that was issued")
        return content

    def _look_through(self, letter: Letter, file: File, content: bytes) -> None:
        part = next((part for part in letter.parts if part.key == (file.level, file.group_id)), None)
        if part is None:
            raise Withheld(f"{file.path} is of {file.level} {file.group_id}, which the letter does not tell of")
        # All below hangs on the file and its bytes, whose hash was just checked, and not on who reads it.
        looked_at = file, letter.month, part.revision
        if looked_at in self._passed:
            return
        try:
            text = _READERS[file.path.rpartition(".")[2]](content)
        except UnreadableDocument as fault:
            raise Withheld(f"{file.path} {fault}") from fault
        chain = self.site.settings.organisation.id
        if text.stamp != stamp_of(chain, part.level, part.group_id, letter.month, part.revision):
            raise Withheld(f"{file.path} is stamped {text.stamp or 'with nothing'}")
        self._read(file, text, [part.key])
        self._passed.add(looked_at)

    def _read(self, file: File, text: DocumentText, keys: Sequence[tuple[str, str]]) -> None:
        for number, page in enumerate(text.pages, 1):
            if len(page.splitlines()) < _FEWEST:
                raise Withheld(f"{file.path}: page {number} is empty")
            if _NO_GLYPH in page:
                raise Withheld(f"{file.path}: a character on page {number} could not be printed")
        if foreign := self._names.foreign("\n".join((*text.pages, text.unseen)), keys):
            raise Withheld(f"{file.path} names {', '.join(foreign[:5])}, who is none of {file.level} {file.group_id}")
