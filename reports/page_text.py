"""What stands in a review's page for browsers: its stamp, its words, and those that only a screen reader says."""

from html.parser import HTMLParser
from typing import Final

from reports.document_text import DocumentText, UnreadableDocument

_SPOKEN: Final = frozenset({"aria-label", "alt", "title", "content"})
_NO_WORDS: Final = frozenset({"style", "script"})


def read_page(content: bytes) -> DocumentText:
    """The texts of a page that reports.web has written.

    Raises:
        UnreadableDocument: it is no UTF-8.

    """
    page = _Page()
    try:
        page.feed(content.decode())
    except UnicodeDecodeError as fault:
        raise UnreadableDocument(f"cannot be read ({fault!r})") from fault
    page.close()
    return DocumentText(page.stamp, ("\n".join(page.seen),), "\n".join(page.unseen))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stamp = ""
        self.seen: list[str] = []
        self.unseen: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is spoken only, and the stamp."""
        self._silent = tag in _NO_WORDS
        told = dict(attrs)
        if tag == "meta" and told.get("name") == "keywords":
            self.stamp = told.get("content") or ""
            return
        self.unseen += [value for name, value in attrs if name in _SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        """What follows is words again."""
        if tag in _NO_WORDS:
            self._silent = False

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._silent and not data.isspace():
            self.seen.append(data)
