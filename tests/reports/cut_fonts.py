"""Cut the report's fonts anew: `python -m tests.reports.cut_fonts SOURCE TARGET` (see reports/fonts/README.md).

SOURCE holds the unpacked npm packages of the two families; TARGET is reports/fonts. Needs fontTools.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

LATIN: Final = (*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0)
VIETNAMESE: Final = (*range(0x300, 0x304), 0x306, 0x309, 0x31B, 0x323, *range(0x1EA0, 0x1EFA))
SYMBOLS: Final = tuple(map(ord, "–—‘’“”•…‰₫€£¥−×÷±≈≤≥≠▲▼●○◆◇■→←↑↓✓✗\u2007\u2009\u202f\ufffd"))

# The text face sets words, the number face figures and symbols: Be Vietnam Pro has no tabular figures and no shapes.
FACES: Final = (
    ("be-vietnam-pro", "400Regular/BeVietnamPro_400Regular.ttf", "text-400.ttf"),
    ("be-vietnam-pro", "500Medium/BeVietnamPro_500Medium.ttf", "text-500.ttf"),
    ("be-vietnam-pro", "600SemiBold/BeVietnamPro_600SemiBold.ttf", "text-600.ttf"),
    ("inter", "400Regular/Inter_400Regular.ttf", "number-400.ttf"),
    ("inter", "600SemiBold/Inter_600SemiBold.ttf", "number-600.ttf"),
)


def main(source: Path, target: Path) -> None:
    """Write the five cut faces and both licences to `target`."""
    for family, path, name in FACES:
        cut(_package(source, family) / path, target / name, tabular=family == "inter")
    for family in {face[0] for face in FACES}:
        shutil.copyfile(_package(source, family) / "LICENSE_FONT", target / f"OFL-{family}.txt")


def cut(source: Path, target: Path, *, tabular: bool) -> None:
    """Keep the characters a review may need, without hints, the same bytes at every run."""
    font = TTFont(source, recalcTimestamp=False)
    if tabular:
        _bake_tabular_figures(font)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=(*LATIN, *VIETNAMESE, *SYMBOLS))
    subsetter.subset(font)
    font.save(target)


def _bake_tabular_figures(font: TTFont) -> None:
    """Map every character to its `tnum` glyph: asking for the feature in CSS makes the renderer leak memory."""
    tabular = _substitutions(font, "tnum")
    for table in font["cmap"].tables:
        table.cmap = {character: tabular.get(glyph, glyph) for character, glyph in table.cmap.items()}


def _substitutions(font: TTFont, feature: str) -> dict[str, str]:
    gsub = font["GSUB"].table
    records = (record.Feature for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == feature)
    lookups = sorted({index for record in records for index in record.LookupListIndex})
    tables = (table for index in lookups for table in gsub.LookupList.Lookup[index].SubTable)
    mappings = (getattr(getattr(table, "ExtSubTable", table), "mapping", {}) for table in tables)
    return {glyph: other for mapping in mappings for glyph, other in mapping.items() if isinstance(other, str)}


def _package(source: Path, family: str) -> Path:
    return source / f"expo-google-fonts-{family}" / "package"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
