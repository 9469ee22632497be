"""Documents that several tests look at: whoever needs one first prints it for all."""

import logging
from collections.abc import Callable
from logging.handlers import QueueHandler
from pathlib import Path
from queue import SimpleQueue

import pytest

from reports import pdf
from reports.review import Review
from tests.made_once import made_once
from tests.reports import reviews

Print = Callable[[Review, str], Path]


@pytest.fixture(scope="session")
def print_once(tmp_path_factory: pytest.TempPathFactory) -> Print:
    """The file of a review's PDF, printed once a run and without a warning."""

    def file(review: Review, code: str) -> Path:
        name = f"pdf-{pdf.content_key(review, code)}"
        return made_once(tmp_path_factory, name, lambda folder: _printed(folder, review, code)) / "review.pdf"

    return file


def _printed(folder: Path, review: Review, code: str) -> None:
    told: SimpleQueue[logging.LogRecord] = SimpleQueue()
    handler = QueueHandler(told)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        content = pdf.render(review, code, reviews.ISSUED)
    finally:
        logging.getLogger().removeHandler(handler)
    # The layout engine drops what it does not understand with a mere warning.
    assert told.empty(), told.get().getMessage()
    folder.mkdir()
    (folder / "review.pdf").write_bytes(content)
