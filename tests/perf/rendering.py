"""What a review costs to print: ours warm and cold beside plain WeasyPrint, Typst and Chromium, in CPU seconds.

Each time another month's figures under the same names are printed, as in a night of many reviews. With a number,
`rendering 1000`, so many stores of their own names and people are printed by two workers instead, and the memory
that a worker held at most is told.
"""

import gc
import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TypeVar

import weasyprint

from flows.months.press import printed
from reports import html, pdf
from reports.language import language
from reports.page import page
from reports.press import Bundled, page_numbers, press
from reports.review import Member, Review
from tests.perf import typesetting
from tests.reports import explained, reviews

T = TypeVar("T")
TIMES = 8
WORKERS = 2
TOLD = (1, 10, 50, 100, 250, 500, 1000)
COLD = (
    "from reports.pdf import render; from tests.reports import reviews; render(reviews.store(), 'vi', reviews.ISSUED)"
)
WORDS = language("vi")


def cpu(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def months() -> list[Review]:
    return [reviews.scaled(reviews.store(), Decimal(100 + step) / 100) for step in range(TIMES + 1)]


def mean(work: Callable[[T], object], each: list[T], who: int = resource.RUSAGE_SELF) -> float:
    """CPU seconds a time, once warm."""
    work(each[0])
    began = cpu(who)
    for one in each[1:]:
        work(one)
    return (cpu(who) - began) / len(each[1:])


def whole(review: Review) -> str:
    """The document of a review as plain WeasyPrint takes it, page numbers and style sheet within."""
    shown = page(review, WORDS, reviews.ISSUED)
    numbers = page_numbers(press().lay_out(shown, WORDS), shown.contents)
    source = "<!DOCTYPE html>" + html.write(shown, WORDS, numbers)
    return source.replace("</head>", f"<style>{html.styles()}</style></head>", 1)


def plain(source: str) -> bytes:
    return bytes(weasyprint.HTML(string=source, url_fetcher=Bundled()).write_pdf(pdf_variant="pdf/ua-1"))


def others(source: str) -> dict[str, tuple[str, float]]:
    """CPU seconds of one process each; who is not installed is left out."""
    found = {}
    with TemporaryDirectory() as folder:
        for name, (file, command) in typesetting.commands(source, Path(folder)).items():
            if which(name):
                run = lambda words: subprocess.run(words, check=True, capture_output=True)  # noqa: E731
                found[name] = (file, mean(run, [command] * 3, resource.RUSAGE_CHILDREN))
    return found


def stores(count: int) -> Iterator[Review]:
    """Stores that share no figure, no name and no person."""
    for number in range(count):
        store = explained.explain(reviews.store(seed=number))
        group = replace(store.group, id=f"S{number:04}", name={"vi": f"Cửa hàng số {number}"}, manager=f"Chị {number}")
        yield replace(store, group=group, people=tuple(_person(member, number) for member in store.people))


def _person(member: Member, number: int) -> Member:
    named = replace(member.group, name={"vi": f"{member.group.name['vi']} {number}"})
    return replace(member, group=named)


def held(pid: int | None) -> int:
    """The most memory a process has held so far, in MB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


def night(count: int) -> None:
    """Print the reviews of so many stores as a night does, and tell the seconds a review and the peak of a worker."""
    peaks: dict[int | None, int] = {}
    began = time.perf_counter()
    for done, copy in enumerate(printed([(store, "vi", "pdf") for store in stores(count)], WORKERS), 1):
        if copy.content is None:
            sys.exit(f"{copy.review.group.id}: {copy.fault}")
        peaks |= {worker.pid: held(worker.pid) for worker in multiprocessing.active_children()}
        if done in {*TOLD, count}:
            wall = (time.perf_counter() - began) / done
            sys.stdout.write(
                f"{done:5} reviews {wall:6.2f} s each, {WORKERS} workers at once; "
                f"{len(peaks)} processes, at most {max(peaks.values())} MB each\n"
            )
            sys.stdout.flush()


def main() -> None:
    if len(sys.argv) > 1:
        night(int(sys.argv[1]))
    else:
        contest()


def contest() -> None:
    shown = months()
    sources = [whole(review) for review in shown]
    pages = len(press().lay_out(page(shown[0], WORDS, reviews.ISSUED), WORDS).pages)

    gc.unfreeze()  # which plain use would not have frozen either
    naive = mean(plain, sources)
    gc.freeze()
    ours = mean(lambda review: pdf.render(review, "vi", reviews.ISSUED), shown)
    cold = mean(
        lambda code: subprocess.run([sys.executable, "-c", code], check=True), [COLD] * 2, resource.RUSAGE_CHILDREN
    )
    size = len(pdf.render(shown[0], "vi", reviews.ISSUED))
    rows = {"ours, warm": ours, "plain WeasyPrint, tagged as ours": naive, "ours, cold process": cold}
    rows |= {f"{name}, {what}": seconds for name, (what, seconds) in others(sources[0]).items()}
    sys.stdout.write(f"{pages} pages, {size:,} bytes, tagged\n")
    for name, seconds in rows.items():
        sys.stdout.write(f"{name:44}{seconds:7.2f} CPU s{seconds / ours:7.2f} times ours\n")
    missing = [name for name in typesetting.NAMES if which(name) is None]
    sys.stdout.write(f"not installed here, so not compared: {', '.join(missing) or 'none'}\n")


if __name__ == "__main__":
    main()
