"""What decides a document's bytes, as one name: the same key need not be rendered again."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from reports.canonical import canonical
from reports.review import Review


def key(review: Review, code: str, libraries: tuple[str, ...], *others: str) -> str:
    """64 hex digits of the review, its language, our own files, the versions of `libraries`, and `others`."""
    return sha256("\n".join((code, _edition(libraries), *others, canonical(review))).encode()).hexdigest()


@lru_cache
def _edition(libraries: tuple[str, ...]) -> str:
    digest = sha256(repr({name: version(name) for name in libraries}).encode())
    for path, file in sorted(_sources(files("reports"), ""), key=lambda found: found[0]):
        digest.update(path.encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for file in folder.iterdir():
        if file.is_file():
            yield f"{path}/{file.name}", file
        elif file.name != "__pycache__":
            yield from _sources(file, f"{path}/{file.name}")
