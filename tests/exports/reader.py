"""Reading in tests: text or bytes in, with the shipped profiles and those of the tests."""

from collections.abc import Mapping
from datetime import time
from functools import cache
from pathlib import Path

import polars as pl

from tests.drawn import frame
from transforms.exports import Profiles, Read, load_profiles, read, shipped_profiles
from transforms.exports.unknown.proposal import Proposal, propose
from transforms.tables import SALES

OWN = Path(__file__).parent / "profiles"


@cache
def every_profile() -> Profiles:
    own = {file.name: file.read_text(encoding="utf-8") for file in OWN.glob("*.toml")}
    return load_profiles({**shipped_profiles(), **own})


def of_site(**texts: str) -> Profiles:
    return load_profiles({f"{name}.toml": text for name, text in texts.items()})


def taken(
    content: str | bytes,
    *,
    kind: str = "sales",
    profiles: Profiles | None = None,
    day_starts: time = time(4),
    products: pl.DataFrame | None = None,
    name: str = "export.csv",
    zone: str | None = None,
) -> Read:
    return read(
        content.encode() if isinstance(content, str) else content,
        name=name,
        file_id="f1",
        kind=kind,
        profiles=every_profile() if profiles is None else profiles,
        day_starts=day_starts,
        products=products,
        zone=zone,
    )


def assert_rows(result: Read, drawing: str) -> None:
    columns = [name.strip() for name in drawing.strip().splitlines()[0].split("|")]
    assert result.rejected.is_empty(), result.rejected
    assert result.rows.select(columns).to_dicts() == frame(drawing, SALES.columns).to_dicts()


def proposed(content: str) -> Proposal:
    return propose(content.encode(), "x.csv")


def read_by(toml: str, content: str) -> Read:
    return taken(content, profiles={**every_profile(), **load_profiles({}, {"own.toml": toml})})


def read_as_proposed(content: str, kind: str = "attendance") -> Read:
    """With what is proposed for it beside the shipped profiles."""
    own = proposed(content).toml
    return taken(content, kind=kind, profiles=load_profiles({**shipped_profiles(), "own.toml": own}))


def reasons(result: Read) -> Mapping[int, tuple[list[str], str | None]]:
    """Row number -> reasons and the blamed column."""
    return {row["row_no"]: (row["reasons"], row["column"]) for row in result.rejected.to_dicts()}
