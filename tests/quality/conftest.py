"""A small site, and a gate in front of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

import transforms.gx  # noqa: F401 - before a test of this room imports Great Expectations whole, for seconds of CPU
from transforms.quality import Gate, Gatekeeper

RUN_TIME = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
PARAMETERS = {
    "today": date(2026, 3, 1),
    "first_day": date(2024, 1, 1),
    "small_amount": 0,
    "large_amount": 50_000_000,
    "highest_rating": 100,
}
REFERENCES = {
    "stores": pl.Series(["q1", "q3"]),
    "employees": pl.Series(["an", "binh"]),
    "measures": pl.Series(["service_skill", "smile", "cleanliness", "loss_amount", "guest_count"]),
}

Judge = Callable[..., Gate]


@pytest.fixture(scope="session")
def gatekeeper() -> Gatekeeper:
    return Gatekeeper(REFERENCES)


@pytest.fixture(scope="session")
def gate(gatekeeper: Gatekeeper) -> Judge:
    def judged(table: str, rows: pl.DataFrame | pl.LazyFrame, **parameters: Any) -> Gate:
        return gatekeeper.gate(table, rows, name="a file", run_time=RUN_TIME, parameters=PARAMETERS | parameters)

    return judged
