"""Profiles are checked before any file is read."""

import re

import pytest

from transforms.exports import REASONS, load_profiles, shipped_profiles
from transforms.problem import BadSite
from transforms.tables import TABLES

GOOD = """
system = "till"
table = "sales"
recognised_by = ["no", "day"]
[columns]
receipt_id = "no"
sold_date = "day"
net_amount = "sum"
[derive]
store_id = "'S1'"
[formats]
dates = ["%Y-%m-%d"]
"""


def test_the_shipped_profiles_are_valid_and_named_after_their_files() -> None:
    profiles = load_profiles(shipped_profiles())
    assert {f"{name}.toml" for name in profiles} == set(shipped_profiles())
    assert {profile.table for profile in profiles.values()} == set(TABLES)


@pytest.mark.parametrize(
    ("change", "to", "key", "said"),
    [
        (
            'table = "sales"',
            'table = "sails"',
            "table",
            "'sales', 'clockings', 'punches', 'roster', 'absences' or 'ratings'",
        ),
        ('system = "till"', "", "system", "it is missing"),
        (
            'system = "till"',
            'system = "till"\ncolour = 1',
            "colour",
            "there is no such key; allowed there: system, table",
        ),
        ('net_amount = "sum"', 'net = "sum"', "", "columns names the unknown column 'net'; known are"),
        (
            'net_amount = "sum"',
            'net_amount = { header = "sum", must = true }',
            "columns.net_amount.must",
            "no such key",
        ),
        ('net_amount = "sum"', "net_amount = { header = [] }", "columns.net_amount.header", "at least 1 item"),
        ('"no"\n', '{ header = "no", pattern = "(" }\n', "", "receipt_id.pattern is not a regular expression"),
        ("\"'S1'\"", '"unit_price * 2"', "", "derive.store_id names the unknown column 'unit_price'"),
        ("\"'S1'\"", '"1 +"', "", "derive.store_id is not an SQL expression"),
        ("%Y-%m-%d", "%Y-%q", "formats", "the format '%Y-%q' is not understood; it may use %Y"),
        ("%Y-%m-%d", "%Y-%m", "formats", "dates must each hold a day and nothing else"),
        ("dates = ", "moments = ", "formats", "moments must each hold a day and a time"),
        ('dates = ["%Y-%m-%d"]', "", "", "the column sold_date is a date, so formats.dates must list its formats"),
        ("dates = ", 'decimal = ","\ngroup = ","\ndates = ', "formats", "decimal and group are both ','"),
        ("dates = ", "numbers = [{ decimal = '.' }]\ngroup = ','\ndates = ", "formats", "numbers lists conventions"),
        ("dates = ", "numbers = [{ decimal = ';' }]\ndates = ", "formats.numbers.0.decimal", "'.' or ','"),
        ("store_id = \"'S1'\"", "sold_time = 'sold_date'", "", "derive names the unknown column 'sold_time'"),
        ("[derive]", "[spread]\nnet_amount = 'weight'\n[derive]", "", "spread names the unknown column 'weight'"),
        ("[derive]", "[ignore]\nnobody = 'x'\n[derive]", "", "ignore names the unknown column 'nobody'"),
        ("[derive]", "[kind.values]\nrefund = ['x']\n[derive]", "kind.values.refund", "'sale', 'return' or 'void'"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(change: str, to: str, key: str, said: str) -> None:
    assert change in GOOD
    with pytest.raises(BadSite) as refusal:
        load_profiles({"till.toml": GOOD.replace(change, to)})
    assert str(refusal.value).startswith(f"The profile till.toml, key {key or '(the profile as a whole)'}")
    assert said in str(refusal.value)


def test_broken_toml_names_the_line() -> None:
    with pytest.raises(BadSite, match=r"profile till.toml is not valid TOML: .*line 2"):
        load_profiles({"till.toml": 'system = "x"\ntable = sales\n'})


def test_reasons_are_plain_codes() -> None:
    assert len(set(REASONS)) == len(REASONS)
    assert all(reason.islower() and reason.isidentifier() for reason in REASONS)


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ('shapes = [["id", "time"]]\npatterns = { id = "[0-9]+" }', "shapes name 'time', which patterns must describe"),
        ('blocks = { no = "No: .*" }', "the pattern 'No: .*' of no must have exactly one group, for what is read"),
        ('repeated = { no = "(" }', "'(' is not a regular expression"),
        ("lower_rows = true", "layout.lower_rows: there is no such key; allowed there: shapes, delimiter, patterns"),
    ],
)
def test_a_layout_is_checked_before_any_file_is_read(layout: str, said: str) -> None:
    with pytest.raises(BadSite, match=re.escape(said)):
        load_profiles({"till.toml": f"{GOOD}\n[layout]\n{layout}"})


def test_a_profile_is_recognised_by_something() -> None:
    with pytest.raises(BadSite, match="recognised_by must list headers, or layout the shapes of lines without one"):
        load_profiles({"till.toml": GOOD.replace('recognised_by = ["no", "day"]', "")})
