"""The site's own face: two colours, a logo and templates of its own in place of the house's."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

PRIMARY: Final = "#0B3D42"  # the cover, under white letters
ACCENT: Final = "#0D5C63"  # headings, and what is actual in charts
# WCAG 2.2: 4.5 for text (AA); the cover has tints and small letters, hence 7 (AAA).
ON_COVER: Final = 7.0
ON_PAPER: Final = 4.5
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}\b")
# The house's own colours are tones of teal; greys, and the colours of statuses, lie outside.
_TEALS: Final = (168 / 360, 198 / 360)
_STEPS: Final = 24  # of halving: finer than one of 256 shades


@dataclass(frozen=True, slots=True)
class Face:
    """How a site's reviews look; `logo`: a data: address, `templates`: name and text of those the site replaces."""

    primary: str = PRIMARY
    accent: str = ACCENT
    logo: str = ""
    templates: tuple[tuple[str, str], ...] = ()


HOUSE: Final = Face()


def contrast(colour: str, other: str = "#FFFFFF") -> float:
    """The contrast ratio of two #RRGGBB colours, 1 to 21.

    Source: WCAG 2.2, definition of contrast ratio.
    """
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def darkened(colour: str, ratio: float) -> str:
    """The lightest tone of `colour` that has a contrast of at least `ratio` with white."""
    _, _, saturation = _hls(colour)
    return _tone(colour, saturation, 1.05 / (ratio + 0.01) - 0.05)


def dyed(source: str, face: Face) -> str:
    """A template or style sheet of the house in the colours of `face`.

    The two colours stand as they are; each tint of the house becomes the accent's tint of the same luminance, so that
    whatever could be told apart, in colour or in grey, still can.
    """
    if (face.primary, face.accent) == (PRIMARY, ACCENT):
        return source
    return _COLOUR.sub(lambda found: _dye(found[0].upper(), face.primary, face.accent), source)


@lru_cache
def _dye(colour: str, primary: str, accent: str) -> str:
    if colour in (PRIMARY, ACCENT):
        return primary if colour == PRIMARY else accent
    hue, _, saturation = _hls(colour)
    if not saturation or not _TEALS[0] <= hue <= _TEALS[1]:
        return colour
    vividness = _hls(accent)[2] / _hls(ACCENT)[2]
    return _tone(accent, min(1.0, saturation * vividness), _luminance(colour))


def _tone(colour: str, saturation: float, luminance: float) -> str:
    """The hue of `colour`, as light as asked; luminance grows with lightness."""
    hue, low, high = _hls(colour)[0], 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _luminance(_hex(hue, middle, saturation)) < luminance else (low, middle)
    return _hex(hue, low, saturation)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(part * 255):02X}" for part in hls_to_rgb(hue, lightness, saturation))


def _hls(colour: str) -> tuple[float, float, float]:
    return rgb_to_hls(*_rgb(colour))


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    weights = (0.2126, 0.7152, 0.0722)
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour))  # noqa: PLR2004
    return sum(weight * part for weight, part in zip(weights, linear, strict=True))
