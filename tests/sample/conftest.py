"""One small sample per language, written once: every store and story of the large one, with fewer guests."""

import pickle
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from flows.sample import Language, SampleSummary, Scale, write_sample
from tests.made_once import made_once

SMALL = Scale(months=14, receipts_per_day=16)


@dataclass(frozen=True)
class Sample:
    folder: Path
    scale: Scale
    language: Language
    summary: SampleSummary

    def exports(self, folder: str, name: str = "*") -> list[Path]:
        """The exports of one folder in the order of their names."""
        return sorted((self.folder / "inbox" / folder).glob(name))


@pytest.fixture(scope="session")
def vietnamese(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _written(tmp_path_factory, "vi")


@pytest.fixture(scope="session")
def english(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return _written(tmp_path_factory, "en")


@pytest.fixture(params=["vietnamese", "english"])
def sample(request: pytest.FixtureRequest) -> Sample:
    """Each twin in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Sample)
    return found


def _written(factory: pytest.TempPathFactory, language: Language) -> Sample:
    def make(folder: Path) -> None:
        summary = write_sample(folder / "site", SMALL, language)
        plain = replace(summary, controls=dict(summary.controls))  # a read-only view cannot be pickled
        (folder / "summary.pickle").write_bytes(pickle.dumps(plain))

    made = made_once(factory, f"sample_{language}", make)
    return Sample(made / "site", SMALL, language, pickle.loads((made / "summary.pickle").read_bytes()))
