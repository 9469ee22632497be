"""Whose names may stand in what a reader gets, and which names of others stand there."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from flows.site import Site
from reports.language import language, languages

Key = tuple[str, str]  # level, group id
Words = tuple[str, ...]
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_WORD_OR_LINE: Final = re.compile(rf"{_WORD.pattern}|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class ForeignNames:
    """The names of the people and stores of a site."""

    site: Site

    def foreign(self, text: str, keys: Iterable[Key]) -> list[str]:
        """Names of people and stores in `text` that readers of `keys` have no business with.

        The longest name at a place counts, so a name within an allowed one is no other. A name that also is one of
        our own words, or of somebody they may read of, tells nothing. One word is a name only as it is capitalised.
        """
        mine = list(keys)
        if any(level == "chain" for level, _ in mine):
            return []
        allowed = self._everyday.union(*(self._by_group.get(key, ()) for key in mine))
        read = _Text(text)
        others = (name for at, name in self._read(read, allowed) if self._is_other(read, at, name, allowed))
        return sorted({self._spelled[name] for name in others})

    def _read(self, text: "_Text", allowed: Collection[Words]) -> Iterator[tuple[int, Words]]:
        """The names in a text, one after the other."""
        at = 0
        while at < len(text.words):
            if text.folded[at] not in self._index:  # as nearly every word
                at += 1
                continue
            here = text.names_at(at, self._index)
            # A cell that ends with an allowed name is not read on into the next cell.
            ended = (name for name in here if name in allowed and text.ends_its_line(at + len(name)))
            name = next(ended, here[0] if here else None)
            if name is not None:
                yield at, name
            at += len(name or "x")

    def _is_other(self, text: "_Text", at: int, name: Words, allowed: Collection[Words]) -> bool:
        spelled = self._spelled[name]
        return name not in allowed and (len(name) > 1 or text.words[at] in (spelled, spelled.upper()))

    # -- what is worked out once

    @cached_property
    def _stores(self) -> Mapping[str, Mapping[str, str | None]]:
        rows = self.site.stores.select("store_id", "name", "region", "manager").iter_rows(named=True)
        return {row["store_id"]: row for row in rows}

    @cached_property
    def _stints(self) -> Sequence[tuple[str, str, str, str]]:
        rows = self.site.people.filter(~pl.col("shared")).select("employee_id", "name", "store_id", "department")
        return rows.unique(maintain_order=True).rows()

    @cached_property
    def _spelled(self) -> Mapping[Words, str]:
        """Every name that is looked for, by its words."""
        shown = self.site.settings.mail.other_stores_shown
        of_stores = [] if shown else [row["name"] for row in self._stores.values()]
        managers = [row["manager"] for row in self._stores.values()]
        every = (*(name for _, name, _, _ in self._stints), *of_stores, *managers)
        return {words: name for name in every if name and (words := _words(name))}

    @cached_property
    def _index(self) -> Mapping[str, Sequence[Words]]:
        index: defaultdict[str, list[Words]] = defaultdict(list)
        for words in sorted(self._spelled, key=len, reverse=True):
            index[words[0]].append(words)
        return index

    @cached_property
    def _everyday(self) -> frozenset[Words]:
        """Names that are among the words of every review."""
        settings = self.site.settings
        declared = (settings.regions, settings.departments, settings.positions, settings.organisation.name)
        texts = [text for code in languages() for text in language(code).texts.values()]
        ours = _Text("\n".join((*texts, repr(declared), repr(list(self.site.kpis.values())))))
        every = ((at, name) for at in range(len(ours.words)) for name in ours.names_at(at, self._index))
        return frozenset(name for at, name in every if self._is_other(ours, at, name, ()))

    @cached_property
    def _by_group(self) -> Mapping[Key, frozenset[Words]]:
        """The names that belong to each group."""
        of: defaultdict[Key, set[Words]] = defaultdict(set)
        for person, name, store, department in self._stints:
            row = self._stores[store]
            own = {_words(name)}
            shop = {_words(text) for text in (row["name"], row["manager"]) if text}
            of["person", person] |= own | shop
            of["department", f"{store}.{department}"] |= own | shop
            of["store", store] |= own
            of["region", row["region"] or ""] |= own
        for store, row in self._stores.items():
            shop = {_words(text) for text in (row["name"], row["manager"]) if text}
            of["store", store] |= shop
            of["region", row["region"] or ""] |= shop
        return {key: frozenset(names) for key, names in of.items()}


class _Text:
    """A text as words, each with the line that it stands on."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.lines: list[int] = []
        line = 0
        for word in _WORD_OR_LINE.findall(_plain(text)):
            if word.isspace():
                line += 1
            else:
                self.words.append(word)
                self.lines.append(line)
        self.folded = [word.casefold() for word in self.words]

    def names_at(self, at: int, index: Mapping[str, Sequence[Words]]) -> list[Words]:
        """Every name that begins there, the longest first."""
        folded = self.folded
        return [words for words in index.get(folded[at], ()) if tuple(folded[at : at + len(words)]) == words]

    def ends_its_line(self, at: int) -> bool:
        """Whether the word before `at` is the last of a line."""
        return at == len(self.lines) or self.lines[at] != self.lines[at - 1]


def _words(text: str) -> Words:
    return tuple(word.casefold() for word in _WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    """Letters as letters: a raised figure after a name is no part of it."""
    return unicodedata.normalize("NFKC", text)
