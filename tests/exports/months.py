"""Months drawn as sheets, one line a person and one column a day."""

from collections.abc import Mapping

DAYS = range(1, 32)


def matrix(header: str, *rows: tuple[str, Mapping[int, str]], blank: str = "") -> str:
    """Rows of cells before the days, and the cells of some of 31 days, which fall under the days of `header`."""
    lines = [f"{front},{','.join(days.get(day, blank) for day in DAYS)}" for front, days in rows]
    return "\n".join([header, *lines]) + "\n"
