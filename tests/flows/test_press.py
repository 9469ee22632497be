"""The press: what hangs or ends its process is told, and the other reviews come out."""

from dataclasses import replace

from flows.months.press import Printed, printed
from reports.review import Review
from tests.reports import reviews


def titled(name: str) -> Review:
    """A review that is quick to print."""
    plain = reviews.renamed(reviews.store(), name)
    return replace(plain, figures=plain.figures[:1], members=(), people=())


def endless() -> Review:
    """A store with so many people in its tables that the page takes minutes."""
    crowd = reviews.store(people=200).people * 400
    return replace(reviews.store(), members=crowd)


def fault(done: list[Printed], name: str) -> str | None:
    return next(each.fault for each in done if each.review.group.name["vi"] == name)


def test_a_review_that_hangs_is_stopped_and_the_others_come_out() -> None:
    hanging = reviews.renamed(endless(), "hangs")
    jobs = [(review, "vi", "pdf") for review in (titled("a"), hanging, titled("b"), titled("c"))]
    done = list(printed(jobs, workers=1, seconds=6))
    assert fault(done, "hangs") == "took more than 6 seconds of CPU and was stopped"
    assert sorted(p.review.group.name["vi"] for p in done if p.content) == ["a", "b", "c"]


def test_a_review_that_fails_is_told_and_the_others_come_out() -> None:
    jobs = [(titled("a"), "vi", "xlsx"), (titled("b"), "xx", "pdf"), (titled("c"), "en", "html")]
    done = list(printed(jobs, workers=1))
    assert [(p.form, p.content is None) for p in done] == [("xlsx", False), ("pdf", True), ("html", False)]
    assert "xx" in str(done[1].fault)
