"""What stands in an issued document, read back from its bytes: for the last look before it goes out.

Each format has its reader, of the documents that its own module writes. What a reader cannot read it refuses: a check
must not pass for want of text.
"""

from dataclasses import dataclass


class UnreadableDocument(ValueError):
    """It is none of our documents, or damaged."""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The texts of a document, each run of letters on a line of its own; `stamp` as in reports.stamp."""

    stamp: str
    pages: tuple[str, ...]
    unseen: str  # titles, bookmarks, and what a screen reader says of charts
