"""Who reads by position: the holder of the month's last day, while she is employed."""

from datetime import date

import pytest

from flows.post.address_book import address_book
from flows.site import Site, load_site
from tests.flows.chain import small_site

PEOPLE = """employee_id,name,position,department,store_id,from,to,aliases
NV1,Anh,barista,bar,HN01,2023-01-01,2026-09-02,
NV2,Binh,barista,bar,HN01,2026-09-03,2026-10-31,
NV3,Chi,barista,bar,HN02,2023-01-01,2026-09-29,
NV3,Chi,barista,bar,HN01,2026-09-30,,
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = small_site(tmp_path_factory.mktemp("book") / "site")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    row = "store,barista,,{employee}@chain.example,vi"
    (folder / "recipients.csv").write_text(f"level,position,name,address,language\n{row}\n", encoding="utf-8")
    return load_site(folder)


@pytest.mark.parametrize(
    ("month", "today", "readers"),
    [
        (date(2026, 8, 1), date(2026, 9, 2), {("nv1", "HN01"), ("nv3", "HN02")}),
        (date(2026, 8, 1), date(2026, 9, 3), {("nv3", "HN02")}),  # nv1 has left since
        (date(2026, 9, 1), date(2026, 10, 3), {("nv2", "HN01"), ("nv3", "HN01")}),
        (date(2026, 10, 1), date(2026, 11, 3), {("nv3", "HN01")}),
        (date(2026, 10, 1), date(2026, 10, 9), {("nv2", "HN01"), ("nv3", "HN01")}),
    ],
)
def test_the_holder_of_the_last_day_reads_while_she_is_employed(
    site: Site, month: date, today: date, readers: set[tuple[str, str]]
) -> None:
    book = address_book(site, month, today)
    assert {(r.address.partition("@")[0], group) for r in book.readers for _, group in r.groups} == readers
