"""Find the header line of an export, and by it the delimiter and the profile."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from transforms.exports.fitting import fits, in_the_way, is_anothers, is_named_another, missing
from transforms.exports.grid import column_names, grid, is_lower_row
from transforms.exports.header import (
    DATA,
    SEARCHED_BYTES,
    SEARCHED_RECORDS,
    Header,
    candidates,
    cells_below,
    comparable,
    double_headers,
    unparted,
)
from transforms.exports.profile import Profile
from transforms.exports.text import Text
from transforms.exports.unfold import Unfolded, Unfolding, header_rows
from transforms.problem import BadExport, Unfit

_SHOWN_NAMES: Final = 20
_ALIKE: Final = 0.9
_CLOSE: Final = 0.5  # of a profile's names: with fewer found, it is of something else


@dataclass(frozen=True, slots=True)
class Layout:
    """How one export is laid out: the profile, its header, and the position of each of the profile's columns in it."""

    name: str  # of the file
    profile: Profile
    header: Header
    positions: Mapping[str, int]
    text: Text
    unfolded: Unfolded | None = None  # of a sheet that is not a plain table

    @property
    def body(self) -> bytes:
        """Everything below the header."""
        return self.text.utf8[self.header.end :]

    @property
    def titles(self) -> list[str]:
        """The lines above the header."""
        return self.header.titles(self.text.utf8)

    def header_of(self, column: str) -> str | None:
        """The name the export gives to `column`, None if it has no such column."""
        position = self.positions.get(column)
        return None if position is None else self.header.cells[position]


def recognise(texts: Iterable[Text], name: str, profiles: Sequence[Profile], others: Sequence[Profile]) -> Layout:
    """The layout of the export: its most specific profile among `profiles`, a site's own among equals.

    Raises BadExport if none or several recognise it, or if a needed column is missing or there twice; `others` are
    profiles of other folders, looked at only to say where the file belongs.
    """
    texts = tuple(texts)
    found = [match for text in texts for match in _matches(text, profiles)]
    if not found:
        raise Unfit(_unrecognised(texts, name, profiles, others))
    best = max(_specificity(profile) for profile, _, _ in found)
    rivals = {
        (profile.name, text.fallback): (profile, header, text)
        for profile, header, text in found
        if _specificity(profile) == best
    }
    if len(rivals) > 1:
        raise BadExport(
            f"{name} fits the profiles {' and '.join(sorted(profile for profile, _ in rivals))} equally well; "
            f"add to recognised_by of the one that is meant a header which only it has."
        )
    profile, header, text = next(iter(rivals.values()))
    if profile.refused_because:
        raise BadExport(f"{name} is the export {profile.name}, which {profile.refused_because}")
    _refuse_another_less_one(header, profile, profiles, name)
    unfolded = _unfolded(profile, header, text, name)
    header = replace(header, cells=unfolded.names) if unfolded else header
    return Layout(name, profile, header, _positions(header, profile, name), text, unfolded)


def _matches(text: Text, profiles: Sequence[Profile]) -> Iterator[tuple[Profile, Header, Text]]:
    headers = list(candidates(text.utf8))
    doubled = list(double_headers(headers))
    for profile in profiles:
        if text.fallback in {None, profile.fallback_encoding}:
            named = headers if profile.layout else [*headers, *doubled]
            found = _by_names(profile, named, text.utf8) if profile.recognised_by else _by_shape(profile, text.utf8)
            header = next(found, None)
            if header is not None:
                yield profile, header, text


def _by_names(profile: Profile, headers: Sequence[Header], utf8: bytes) -> Iterator[Header]:
    for number, header in enumerate(headers):
        if fits(profile, header):
            below = next((later for later in headers[number + 1 :] if any(later.cells)), None)
            same = below is not None and below.delimiter == header.delimiter
            within = profile.layout is not None and profile.layout.blocks_within
            cells = below.cells if below and same else ()
            yield from _arranged(profile, header, cells_below(header, utf8) if within else cells)


def _arranged(profile: Profile, header: Header, below: Sequence[str]) -> Iterator[Header]:
    """The header as the profile's layout takes it, if with the cells `below` it that is possible."""
    arrangement = profile.layout
    if arrangement is None:
        yield header
    elif arrangement.stray_blanks:
        named = tuple(filter(None, header.cells))
        cells = (*named, "") if len(below) == len(named) + 1 and not below[-1] else named  # lines may end with a tab
        yield replace(header, cells=cells) if len(cells) == len(below) else header
    elif arrangement.blocks_within and not _tells(arrangement.blocks.values(), below):
        return
    elif not arrangement.repeated:
        yield header
    elif arrangement.lower_row or arrangement.codes or not is_lower_row(below):  # codes are words of a person's row
        lower = arrangement.lower_row and is_lower_row(below)
        names = column_names(header.cells, below if lower else ())
        if all(any(re.search(pattern, name) for name in names) for pattern in arrangement.repeated.values()):
            yield header


def _tells(blocks: Iterable[str], cells: Sequence[str]) -> bool:
    """Whether a row says whose the rows below it are."""
    text = " ".join(filter(None, cells))
    return all(re.search(pattern, text) for pattern in blocks)


def _by_shape(profile: Profile, utf8: bytes) -> Iterator[Header]:
    """The names of lines without a header: nearly all of the first ones must look alike, a damaged one is rejected."""
    lines = [line for line in utf8[:SEARCHED_BYTES].splitlines() if line.strip()][:SEARCHED_RECORDS]
    texts = [line.decode(errors="ignore") for line in lines]
    if profile.layout is None or not texts:
        return
    for names, pattern in profile.layout.lines:
        if sum(bool(pattern.fullmatch(text)) for text in texts) >= _ALIKE * len(texts):
            yield Header(profile.layout.delimiter, 0, "", 0, names)


def _unfolded(profile: Profile, header: Header, text: Text, name: str) -> Unfolded | None:
    if profile.layout is None or not profile.layout.unfolds:
        return None
    sheet = grid(text.utf8, header.delimiter, profile.empty, name)
    recognised_by = [list(map(comparable, any_of)) for any_of in profile.recognised_by]
    wanted = [comparable(synonym) for column in profile.every_column.values() for synonym in column.header]
    rows = header_rows(sheet, recognised_by)
    return Unfolding(sheet, profile.layout, rows, wanted, name, profile.name).table()


def _may_be_meant(profile: Profile, header: Header) -> bool:
    return bool(profile.recognised_by) and not is_anothers(profile, header)


def _specificity(profile: Profile) -> tuple[bool, int, bool]:
    """What is made for one kind of export goes before tables of anybody's own, then the more names the better."""
    return profile.own or profile.system != "canonical", len(profile.recognised_by), profile.own


def _positions(header: Header, profile: Profile, name: str) -> dict[str, int]:
    names = header.names
    found = {column: _position(names, spec.header) for column, spec in profile.every_column.items()}
    lacking = [spec for column, spec in profile.every_column.items() if found[column] is None and not spec.optional]
    if lacking:
        raise BadExport(_missing_column(header, lacking[0].header, profile, name))
    for any_of in profile.one_of:
        if all(found[column] is None for column in any_of):
            headers = tuple(spelling for column in any_of for spelling in profile.columns[column].header)
            raise BadExport(_missing_column(header, headers, profile, name))
    positions = {column: position for column, position in found.items() if position is not None}
    if not positions:
        raise BadExport(f"{name}: the profile {profile.name} takes no column of it; name them under its [columns].")
    _refuse_duplicates(header, positions.values(), profile, name)
    return positions


def _position(names: Sequence[str], synonyms: Iterable[str]) -> int | None:
    return next((names.index(wanted) for wanted in map(comparable, synonyms) if wanted in names), None)


def _missing_column(header: Header, wanted: Sequence[str], profile: Profile, name: str) -> str:
    spellings = {comparable(cell): cell for cell in header.cells}
    near = [close for want in wanted for close in get_close_matches(comparable(want), spellings, n=2)]
    hint = f" (near it: {_quoted(spellings[close] for close in dict.fromkeys(near))})" if near else ""
    return (
        f"{name} has no column {' / '.join(wanted)}{hint}, which the profile {profile.name} needs; its header in row "
        f"{header.row} is {_quoted(header.cells)}; export that column, or add its name to the profile."
    )


def _refuse_duplicates(header: Header, positions: Iterable[int], profile: Profile, name: str) -> None:
    counts = Counter(header.names)
    twice = [header.cells[position] for position in positions if counts[header.names[position]] > 1]
    if twice:
        raise BadExport(
            f"{name} has the column {twice[0]} {counts[comparable(twice[0])]} times in row {header.row}, so the "
            f"profile {profile.name} cannot tell which one counts; rename or remove the others."
        )


def _refuse_another_less_one(header: Header, profile: Profile, profiles: Sequence[Profile], name: str) -> None:
    """An export that lacks one name of a system's may have told by it which rows do not count."""
    for other in profiles if profile.recognised_by else ():
        lacks = missing(other, header) if _may_be_meant(other, header) else ()
        if len(lacks) == 1 and (other.own, len(other.recognised_by) - 1) > (profile.own, len(profile.recognised_by)):
            raise BadExport(
                f"{name} could be read by the profile {profile.name}, but looks like an export of {other.system} "
                f"({other.name}) without the column {lacks[0]}; export that column, or write a profile of your own."
            )


def _unrecognised(texts: Sequence[Text], name: str, profiles: Sequence[Profile], others: Sequence[Profile]) -> str:
    elsewhere = next((profile for text in texts for profile, _, _ in _matches(text, others)), None)
    if elsewhere is not None:
        return f"{name} is an export of {elsewhere.table} ({elsewhere.name}); move it into the inbox folder for these."
    headers = [header for text in texts for header in candidates(text.utf8) if not any(map(DATA.search, header.cells))]
    pairs = [(profile, header) for profile in profiles for header in headers if _is_near(profile, header)]
    if not headers and (said := next(filter(None, (unparted(text.utf8) for text in texts)), "")):
        return f"{name} {said}"
    if not headers:
        return (
            f"{name} has no header line in its first {SEARCHED_RECORDS} rows; export it with column names, as CSV, or "
            f"add a profile: `kpi profile FILE` proposes one for a log of punches."
        )
    profile, header = max(pairs, key=lambda pair: _share_found(*pair), default=(None, headers[0]))
    if blocked := next(_blocked(profiles, headers), None):
        near, cells = blocked
        return (
            f"{name} is not read by the profile {near}, which does not know what {_quoted(cells)} says of a row: "
            f"`kpi profile FILE` proposes a profile that does, or asks; if it bears on nothing, export without it."
        )
    if profile is None or _share_found(profile, header) <= _CLOSE:
        header = max(headers, key=lambda header: len(header.cells))
        return (
            f"{name} fits no profile: row {header.row} reads {_quoted(header.cells)}; add a profile for such exports: "
            f"`kpi profile FILE` proposes one."
        )
    return (
        f"{name} fits no profile: its header in row {header.row} is {_quoted(header.cells)}; the closest profile, "
        f"{profile.name}, also needs {_quoted(missing(profile, header))}; export these columns or add a profile: "
        f"`kpi profile FILE` proposes one."
    )


def _blocked(profiles: Sequence[Profile], headers: Sequence[Header]) -> Iterator[tuple[str, list[str]]]:
    """Profiles that have all they need, and the columns that are in their way."""
    whole = ((profile, header) for profile in profiles for header in headers if not missing(profile, header))
    own = (pair for pair in whole if pair[0].recognised_by and not is_named_another(*pair))
    blocked = ((profile.name, [*in_the_way(profile, header)]) for profile, header in own)
    yield from (found for found in blocked if found[1])


def _is_near(profile: Profile, header: Header) -> bool:
    """Whether it may be meant and lacks a name; where it lacks none, it is laid out in another way."""
    return _may_be_meant(profile, header) and bool(missing(profile, header))


def _share_found(profile: Profile, header: Header) -> float:
    return 1 - len(missing(profile, header)) / len(profile.recognised_by)


def _quoted(names: Iterable[str]) -> str:
    listed = [name for name in names if name]
    shown = ", ".join(f'"{name}"' for name in listed[:_SHOWN_NAMES])
    return f"{shown} and {len(listed) - _SHOWN_NAMES} more" if len(listed) > _SHOWN_NAMES else shown
