"""Opening a table of the lake: whole, as it was, or with a sentence that says why not."""

from pathlib import Path
from urllib.parse import unquote

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from transforms.problem import Problem


class BrokenLake(Problem):
    """A table of the lake cannot be read."""


class Pruned(Problem):
    """A version of a table was deleted by the site's policy."""


def whole(path: Path, newest: Path) -> DeltaTable:
    """The table, if its newest commit and all its data files are there; delta-rs opens an older version silently."""
    try:
        table = DeltaTable(str(path))
    except (DeltaError, OSError, ValueError) as fault:
        raise broken(path, fault) from fault
    if not newest.stat().st_size or int(newest.stem) != table.version():
        raise broken(path, ValueError(f"its commit {newest.name} is torn"))
    missing = next((uri for uri in table.file_uris() if not Path(unquote(uri)).is_file()), None)
    if missing:
        raise broken(path, ValueError(f"{missing.rsplit('/', 1)[-1]} is missing"))
    return table


def at_version(path: Path, version: int) -> DeltaTable:
    """The table as of a version, if what that is made of was not pruned since."""
    try:
        table = DeltaTable(str(path), version=version)
    except (DeltaError, OSError, ValueError) as fault:
        raise Pruned(_pruned(path, version)) from fault
    if not all(Path(uri.removeprefix("file://")).is_file() for uri in table.file_uris()):
        raise Pruned(_pruned(path, version))
    return table


def _pruned(path: Path, version: int) -> str:
    return (
        f"Version {version} of {path.name} is not kept any more; as_of_days under [archive] of kpi.toml says for how "
        f"many days it is: name a later day with --as-of."
    )


def broken(path: Path, fault: BaseException) -> BrokenLake:
    """The sentence about a table that cannot be read."""
    told = str(fault).splitlines()[0][:160]
    return BrokenLake(
        f"The table {path} is damaged ({told}); 'kpi rebuild {path.parents[1]}' makes the lake anew from the archive."
    )
