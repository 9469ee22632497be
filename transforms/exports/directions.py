"""What the direction of a punch is called by a time clock -> what it is called here."""

import polars as pl

from transforms.exports.sheet import Sheet


def directed(sheet: Sheet) -> Sheet:
    """`direction` as in tables.PUNCHES. Flaw: bad_text for a cell that the profile does not know.

    A profile that lists no directions has them in our words.
    """
    known = {cell.lower(): name for name, cells in sheet.profile.direction.items() for cell in cells}
    if not known or not sheet.has("direction"):
        return sheet
    cell = pl.col("direction").str.to_lowercase()
    unknown = sheet.frame.select(pl.when(~cell.is_in(list(known))).then("direction")).to_series()
    sheet = sheet.with_unknown("bad_text", "direction", unknown, "direction")
    direction = cell.replace_strict(known, default=None, return_dtype=pl.String)
    return sheet.with_columns(direction=pl.when(direction != "unknown").then(direction))
