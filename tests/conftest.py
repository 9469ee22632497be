"""Fixtures shared by every room."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine is no failure; and what lands must not depend on luck, so only people search with new seeds.
settings.register_profile("people", deadline=None)
settings.register_profile("machines", deadline=None, derandomize=True)
settings.load_profile("machines" if os.environ.get("CI") else "people")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real exports that lie beside the checkout where we develop; nowhere else, and never in the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real exports of shared/data are not on this machine")
    return SHARED / "data"
