"""Exports of time clocks, one of each kind: which profile reads them, and what it reads."""

import pytest

from tests.exports.clocks import EXPORTS, Export
from tests.exports.reader import every_profile, reasons, taken
from transforms.exports import shipped_profiles
from transforms.problem import BadExport

ATTENDANCE = {"clockings", "punches", "roster", "absences"}
CLOCKS = [name for name, profile in every_profile().items() if profile.table in ATTENDANCE]


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS.keys())
def test_an_export_is_read_as_it_is_drawn(export: Export) -> None:
    result = taken(export.text, kind="attendance")
    assert result.profile.name == export.profile
    assert reasons(result) == {}
    assert result.rows.select(export.rows[0].keys()).to_dicts() == export.rows


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS.keys())
def test_exactly_one_profile_fits_an_export(export: Export) -> None:
    fitting = [name for name in CLOCKS if _fits(export.text, name)]
    assert fitting == [export.profile]


def test_every_clock_profile_that_is_shipped_is_tried() -> None:
    drawn_elsewhere = {"canonical_clockings", "canonical_punches", "canonical_roster", "toast_time_entries"}
    shipped = {file.removesuffix(".toml") for file in shipped_profiles()}
    assert {export.profile for export in EXPORTS.values()} == shipped & set(CLOCKS) - drawn_elsewhere


def _fits(text: str, profile: str) -> bool:
    try:
        taken(text, kind="attendance", profiles={profile: every_profile()[profile]})
    except BadExport as refusal:
        return "fits no profile" not in str(refusal) and "has no header line" not in str(refusal)
    return True
