"""Lines of text that are shaped once: what a line measures, and what draws it, is kept from document to document.

Reviews say much alike: names of KPIs, heads of tables, statuses, definitions. WeasyPrint shapes each of them several
times a document, to measure, to break and to draw it. While `known` holds, a line that was shaped before is not shaped
again; what it becomes in the document is the same to the byte.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from math import inf
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from weasyprint.draw import text as drawing
from weasyprint.layout import inline, preferred
from weasyprint.matrix import Matrix
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS
from weasyprint.text.fonts import get_pango_font_key

# A store's review has about 1,500 lines, half of them its own; what reviews of all levels and two languages share fits
# in three thousand. Three times as many kept four lines in a hundred more, and no CPU, for 20 MB a worker.
_MOST: Final = 4_000
_WRAPPED: Final = ("normal", "pre-wrap", "pre-line")
# What decides how a line looks, beside its text.
_PROPERTIES: Final = (
    *("font_style", "font_stretch", "font_weight", "font_size", "font_kerning", "font_variant_ligatures"),
    *("font_variant_position", "font_variant_caps", "font_variant_numeric", "font_variant_alternates"),
    *("font_variant_east_asian", "font_feature_settings", "font_variation_settings", "font_language_override"),
    *("lang", "direction", "letter_spacing", "word_spacing", "white_space", "overflow_wrap"),
)
_split_first_line: Final = line_break.split_first_line
_draw_first_line: Final = drawing.draw_first_line
_ANYWHERE: Final = Matrix()


_FontKey = tuple[int, float]  # of its description, size


class _Recent(dict[Hashable, Any]):
    """The values used last."""

    def find(self, key: Hashable) -> Any:  # noqa: ANN401 - what is kept is the caller's
        """The value of `key`, used last from now on; None where there is none."""
        value = self.pop(key, None)
        if value is not None:
            self[key] = value
        return value

    def keep(self, key: Hashable, value: object) -> None:
        """Keep a value in place of the one whose use is longest ago."""
        if len(self) >= _MOST:
            del self[next(iter(self))]
        self[key] = value


class _Measured(NamedTuple):
    """A text on one line."""

    length: int  # bytes of UTF-8
    width: float  # pixels
    height: float
    baseline: float
    direction: int


class _Drawn(NamedTuple):
    """What draws a line: fonts with their glyphs, and the calls of the stream."""

    fonts: tuple[tuple[_FontKey, Mapping[int, float], Mapping[int, str]], ...]  # with widths and texts of glyphs
    calls: tuple[tuple[str, tuple[Any, ...]], ...]


_measured: Final = _Recent()
_drawn: Final = _Recent()
# With the layout that keeps the font.
_fonts: Final[dict[_FontKey, tuple[Any, Any]]] = {}


@contextmanager
def known() -> Iterator[None]:
    """Shape no line a second time."""
    places = ((line_break, _split), (inline, _split), (preferred, _split))
    for module, function in places:
        module.split_first_line = function
    drawing.draw_first_line = _draw
    try:
        yield
    finally:
        for module, _ in places:
            module.split_first_line = _split_first_line
        drawing.draw_first_line = _draw_first_line


class _Line(line_break.Layout):  # type: ignore[misc]
    """A layout that is made only if it has to be shaped."""

    ascent = underline_position = strikethrough_position = None

    def __init__(self, key: Hashable, text: str, direction: int, max_width: float | None) -> None:
        self.key, self.text, self.first_line_direction, self.max_width = key, text, direction, max_width
        self.justification_spacing = 0
        self.layout = None

    def reactivate(self, style: Any) -> None:  # noqa: ANN401 - WeasyPrint has no types
        """Make it ready to be drawn."""
        if drawing.draw_first_line is not _draw or (self.key, self.text) not in _drawn:
            self.shape(style)

    def shape(self, style: Any) -> None:  # noqa: ANN401
        """Make it as WeasyPrint does."""
        super().reactivate(style)

    def deactivate(self) -> None:
        """Let go of what only drawing needs."""
        self.layout = self.language = self.style = None


def _key(style: Any) -> Hashable:  # noqa: ANN401
    """What decides how a text in `style` looks; None where lines of it are not kept."""
    if style["text_decoration_line"] != "none" or not style["font_size"]:
        return None
    return (style.font_config, tuple(style["font_family"]), *[style[name] for name in _PROPERTIES])


def _split(text: str, style: Any, context: Any, max_width: float | None, spacing: float, **how: bool) -> Any:  # noqa: ANN401
    """In place of split_first_line."""
    key = None if spacing or "\n" in text or "\t" in text else _key(style)
    if key is None:
        return _split_first_line(text, style, context, max_width, spacing, **how)
    line = _measured.find((key, text))
    if line is not None and _fits(line, style, max_width):
        layout = _Line(key, text, line.direction, max_width)
        return layout, line.length, None, line.width, line.height, line.baseline
    layout, length, resume_at, *sizes = _split_first_line(text, style, context, max_width, spacing, **how)
    direction = layout.first_line_direction
    if resume_at is None and layout.text == text:
        width, height, baseline = sizes
        _measured.keep((key, text), _Measured(length, width, height, baseline, direction))
    return _Line(key, layout.text, direction, layout.max_width), length, resume_at, *sizes


def _fits(line: _Measured, style: Any, max_width: float | None) -> bool:  # noqa: ANN401
    """Whether the line would not be broken, as Pango reckons it: in whole units."""
    if max_width is None or max_width == inf or style["white_space"] not in _WRAPPED:
        return True
    spaced = 0 if style["letter_spacing"] == "normal" else style["letter_spacing"]
    return bool(max(line.width, line.width - spaced) * TO_UNITS <= int(max(0, max_width) * TO_UNITS))


def _draw(stream: Any, box: Any, overflow: str, ellipsis: str, matrix: Any) -> list[Any]:  # noqa: ANN401
    """In place of draw_first_line."""
    layout = box.pango_layout
    plain = overflow != "ellipsis" and ellipsis == "none" and box.text.strip()
    if not plain or not isinstance(layout, _Line):
        return list(_draw_first_line(stream, box, overflow, ellipsis, matrix))
    line = _drawn.find((layout.key, layout.text)) or _recorded(stream, box)
    if not _same_widths(stream, line):
        layout.shape(box.style)
        return list(_draw_first_line(stream, box, overflow, ellipsis, matrix))
    stream.set_text_matrix(*matrix.values)
    for call, values in line.calls:
        getattr(stream, call)(*values)
    return []


def _recorded(stream: Any, box: Any) -> _Drawn:  # noqa: ANN401
    """What draws a line, wherever it stands; kept if it is all that draws it."""
    layout = box.pango_layout
    recorder = _Recorder(stream, layout.layout)
    drawn_beside = _draw_first_line(recorder, box, "none", "none", _ANYWHERE)
    fonts = tuple((key, font.widths, font.to_unicode) for key, font in recorder.fonts)
    line = _Drawn(fonts, tuple(recorder.calls))
    if not drawn_beside and not recorder.missing:
        _drawn.keep((layout.key, layout.text), line)
    return line


def _same_widths(stream: Any, line: _Drawn) -> bool:  # noqa: ANN401
    """Make the glyphs of a line known to the document, whose widths are those of where each stands first."""
    for key, widths, texts in line.fonts:
        font = stream._fonts.get(key[0]) or stream.add_font(_fonts[key][0])[0]  # noqa: SLF001 - the version is pinned
        if any(font.widths.setdefault(glyph, width) != width for glyph, width in widths.items()):
            return False
        for glyph, text in texts.items():
            font.to_unicode.setdefault(glyph, text)
    return True


def _missing(missing: dict[int, int], font: Any, codepoint: int) -> int:  # noqa: ANN401
    return missing.setdefault(codepoint, font.get_unused_glyph_id(codepoint))


class _Recorder:
    """A stream that takes down what is done to it, and knows no glyph yet."""

    def __init__(self, stream: Any, layout: Any) -> None:  # noqa: ANN401
        self.stream, self.ink_rect, self.logical_rect = stream, stream.ink_rect, stream.logical_rect
        self.layout, self.missing = layout, dict[int, int]()
        self.fonts: list[tuple[_FontKey, SimpleNamespace]] = []
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def add_font(self, pango_font: Any) -> tuple[SimpleNamespace, float]:  # noqa: ANN401
        """The font as if it had drawn nothing yet."""
        font, size = self.stream.add_font(pango_font)
        key = get_pango_font_key(pango_font)[0], size
        _fonts.setdefault(key, (pango_font, self.layout))
        unused = partial(_missing, self.missing, font)
        fresh = SimpleNamespace(**vars(font) | {"widths": {}, "to_unicode": {}, "get_unused_glyph_id": unused})
        self.fonts.append((key, fresh))
        return fresh, size

    def set_text_matrix(self, *_: float) -> None:
        """Where it stands is no part of it."""

    def set_font_size(self, name: str, size: float) -> None:
        """Take it down."""
        self.calls.append(("set_font_size", (name, size)))

    def set_text_rise(self, rise: float) -> None:
        """Take it down."""
        self.calls.append(("set_text_rise", (rise,)))

    def show_text(self, text: str) -> None:
        """Take it down."""
        self.calls.append(("show_text", (text,)))
