"""One printed chain for all tests of delivery."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from flows.lake import Lake
from flows.ledger import Ledger
from flows.months.compose import compose
from flows.site import load_site
from reports.review import Review
from tests.delivery.posts import OCTOBER, Post, copied, printed_chain
from tests.made_once import made_once

Posting = Callable[..., Post]


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "delivery", lambda folder: printed_chain(folder / "site")) / "site"


@pytest.fixture(scope="session")
def reviews(chain: Path) -> list[Review]:
    with closing(Ledger(chain / "ledger.db")) as ledger:
        return compose(load_site(chain), Lake(chain / "lake"), ledger, OCTOBER)


@pytest.fixture
def posting(chain: Path, reviews: list[Review], tmp_path: Path) -> Posting:
    """A copy of the chain to send letters from; readers and [mail] as given."""
    return lambda folder="copy", **given: Post(copied(chain, tmp_path / folder, **given), reviews)
