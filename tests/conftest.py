"""Fixtures shared by every room."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real exports that lie beside the checkout where we develop; nowhere else, and never in the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real exports of shared/data are not on this machine")
    return SHARED / "data"
