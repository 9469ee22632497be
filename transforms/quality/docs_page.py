"""A data-quality page and the index of many, without the weight of Great Expectations."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Final

PAGE: Final = Template((files(__package__) / "page.html").read_text(encoding="utf-8"))
_HEAD: Final = "<tr><th>Time</th><th>Table</th><th>Batch</th><th>Rules kept</th></tr>"


@dataclass(frozen=True, slots=True)
class Doc:
    """The page of one validation result, and its row in an index."""

    path: str
    html: str
    row: str


def index(docs: Iterable[Doc]) -> str:
    """Return the page that lists `docs`."""
    rows = "".join(each.row for each in docs)
    return PAGE.substitute(title="Data quality", body=f"<table><thead>{_HEAD}</thead><tbody>{rows}</tbody></table>")
