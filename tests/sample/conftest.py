"""One small sample per language, written once: every store and story of the large one, with fewer guests."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.sample import Language, SampleSummary, Scale, write_sample

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
    folder = factory.mktemp(f"sample_{language}")
    return Sample(folder, SMALL, language, write_sample(folder, SMALL, language))
