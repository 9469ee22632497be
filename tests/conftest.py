"""Fixtures shared by every room."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failure; and what lands must not depend on luck, so new examples are searched for when asked:
# fifty that are always the same tell as much as the hundred that are usual.
settings.register_profile("repeating", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("searching", deadline=None, max_examples=300)
settings.load_profile("searching" if os.environ.get("KPI_SEARCH") else "repeating")

# As many workers as cores: threads of their own would make each small query wait for the other workers.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")

# A module stays with one worker, for its fixtures; the longest begin first, so that no worker ends alone with one.
LONGEST = (
    "flows/test_schedule.py",
    "flows/test_closing.py",
    "exports/test_polluter.py",
    "delivery/test_faults.py",
    "flows/test_sample_road.py",
    "explain/test_stories.py",
    "flows/test_watch.py",
    "flows/test_nightly.py",
    "reports/test_pdf.py",
    "flows/test_review.py",
    "delivery/test_killed.py",
    "flows/test_readmit.py",
    "reports/test_document.py",
    "flows/test_asof.py",
    "flows/test_sequences.py",
    "flows/test_elsewhere.py",
    "method/test_measure_whole.py",
    "method/test_attendance.py",
)
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    place = {here / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """No folder of a test is to survive a power cut; to wait for the disk would take a tenth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real exports that lie beside the checkout where we develop; nowhere else, and never in the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real exports of shared/data are not on this machine")
    return SHARED / "data"
