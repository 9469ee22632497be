"""Who and where: many spellings, one id; an unknown one is never made to fit."""

import unicodedata

import polars as pl
import pytest

from tests.drawn import frame, full
from transforms.identity import at_home, known_names, nearest, resolve
from transforms.problem import BadSite
from transforms.tables import CLOCKINGS

NAMES = frame(
    """
    id   | name
    -----+--------------
    HN01 | HN01
    HN01 | CH Cầu Giấy
    HN02 | Quận 1
    7    | 00007
    """,
    {"id": pl.String(), "name": pl.String()},
)


def ids(*spelled: str | None) -> list[str | None]:
    rows = pl.DataFrame({"store_id": spelled}, schema={"store_id": pl.String})
    return resolve(rows, "store_id", known_names(NAMES, file="stores.csv"))["store_id"].to_list()


@pytest.mark.parametrize(
    "spelled",
    ["CH Cầu Giấy", unicodedata.normalize("NFD", "CH Cầu Giấy"), "ch cầu giấy ", "CH  Cầu\u00a0Giấy", "CH CẦU GIẤY"],
)
def test_spellings_of_one_store_are_one_store(spelled: str) -> None:
    assert ids(spelled) == ["HN01"]


@pytest.mark.parametrize("code", ["7", "007", "'00007", " 7 "])
def test_codes_are_the_same_padded_or_not(code: str) -> None:
    assert ids(code) == ["7"]


def test_an_unknown_name_stays_as_it_is_spelled() -> None:
    assert ids("CH Cầu Giây", None, "Quận 1") == ["CH Cầu Giây", None, "HN02"]


def test_the_nearest_known_name_is_proposed_not_used() -> None:
    assert nearest("CH Cầu Giây", ["ch cầu giấy", "quận 1"]) == "ch cầu giấy"
    assert nearest("Sao Hỏa", ["ch cầu giấy"]) is None


@pytest.mark.parametrize(
    ("spelled", "proposed"),
    [
        ("Lê Thị Hoà", "lê thị hòa"),  # the tone in its old place
        ("LÊ THỊ HÒA", "lê thị hòa"),
        ("403", "nv0403"),
        ("00403", "nv0403"),
        ("NV-403", "nv0403"),
        ("NV0430", None),  # another number, however much alike
        ("Smith, Jo", "jo smith"),
        ("Tran Van Nam", "trần văn nam"),
        ("Trần Văn Nan", "trần văn nam"),
        ("Đỗ Duc", "đỗ đức"),
        ("Sao Hỏa", None),
    ],
)
def test_proposals_know_vietnamese_names_and_codes(spelled: str, proposed: str | None) -> None:
    known = ["nv0403", "nv0004", "lê thị hòa", "jo smith", "trần văn nam", "đỗ đức"]
    assert nearest(spelled, known) == proposed


def test_of_two_that_fit_equally_none_is_proposed() -> None:
    assert nearest("Le Hoa", ["lê hoa", "lê hòa"]) is None
    assert nearest("7", ["nv007", "tp07"]) is None


def test_one_name_for_two_ids_is_refused() -> None:
    twice = pl.concat([NAMES, pl.DataFrame({"id": ["HN02"], "name": ["ch cầu giấy"]})])
    with pytest.raises(BadSite, match=r"stores.csv: the name 'ch cầu giấy' stands for HN01 and HN02"):
        known_names(twice, file="stores.csv")


def test_a_clocking_without_a_store_belongs_where_the_person_was_employed_that_day() -> None:
    people = frame(
        """
        employee_id | store_id | from_date  | to_date
        ------------+----------+------------+-----------
        NV1         | HN01     | 2025-01-01 | 2026-09-30
        NV1         | HN02     | 2026-10-01 |
        """,
        {"employee_id": pl.String(), "store_id": pl.String(), "from_date": pl.Date(), "to_date": pl.Date()},
    )
    rows = full(
        """
        store_id | employee_id | business_date
        ---------+-------------+--------------
                 | NV1         | 2026-09-30
                 | NV1         | 2026-10-01
        HN09     | NV1         | 2026-10-01
                 | NV9         | 2026-10-01
        """,
        CLOCKINGS.columns,
    )
    assert at_home(rows, people)["store_id"].to_list() == ["HN01", "HN02", "HN09", None]
