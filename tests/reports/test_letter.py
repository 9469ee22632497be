"""What a manager reads in her mail program: her groups, what is missing, and where the files are."""

from dataclasses import replace

import pytest

from reports.face import Face
from reports.language import language
from reports.letter import Enclosure, Told, Written, letter
from reports.review import Review
from tests.reports.reviews import store

PLACES = (Enclosure("KPI 2026-10.pdf"), Enclosure("KPI 2026-10.xlsx", "https://kpi.example/reviews/a%20b.xlsx"))


def written(*reviews: Review, code: str = "vi", warnings: tuple[str, ...] = ()) -> Written:
    return letter([Told(review, {}) for review in reviews], PLACES, warnings, "Chị Ánh", language(code))


@pytest.mark.parametrize(("code", "lead", "note"), [("vi", "Đây là", "Xin lưu ý:"), ("en", "Here is", "Please note:")])
def test_what_is_missing_stands_before_the_figures(code: str, lead: str, note: str) -> None:
    told = written(store(), code=code, warnings=("Hồ Tây <29/31>",))
    lines = told.text.split("\n\n")
    assert lines[1].startswith(lead)
    assert lines[2] == f"{note}\n- Hồ Tây <29/31>"
    assert "Hồ Tây &lt;29/31&gt;" in told.html
    assert note not in written(store(), code=code).text


def test_a_department_is_told_apart_by_its_store_in_the_subject_too() -> None:
    bar = replace(store().group, level="department", id="HN01.bar", name={"vi": "Pha chế"}, parents=({"vi": "Hồ Tây"},))
    assert written(replace(store(), group=bar)).subject.endswith(": Pha chế · Hồ Tây")


def test_a_place_on_the_web_is_a_link_and_another_is_only_named() -> None:
    told = written(store())
    assert '<a href="https://kpi.example/reviews/a%20b.xlsx">KPI 2026-10.xlsx</a>' in told.html
    assert "KPI 2026-10.xlsx: https://kpi.example/reviews/a%20b.xlsx" in told.text
    aside = letter([Told(store(), {})], [Enclosure("a.pdf", "javascript:alert(1)")], (), "", language("en"))
    assert "href" not in aside.html


def test_the_score_is_written_in_the_sites_own_colour() -> None:
    review = store()
    dyed = replace(review, organisation=replace(review.organisation, face=Face(accent="#7A1F5C")))
    assert "color: #7A1F5C" in written(dyed).html
