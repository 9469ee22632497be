"""A chain whose month is printed, and ways to have its letters sent."""

import email
import email.policy
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.console import PlainTeller
from flows.ledger import Ledger
from flows.nightly import nightly
from flows.post.delivery import Delivery, deliver
from flows.post.letters import Letter, Letters
from flows.post.write import Desk
from flows.review import Asked, review
from flows.site import Site, load_site
from reports.pdf_text import read_pdf
from reports.review import Review
from tests.flows.chain import deliver as hand_in
from tests.flows.chain import month_of_sales, small_site

OCTOBER = date(2026, 10, 1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 3, 6, tzinfo=ZONE)
QUIET = PlainTeller(StringIO())
READERS = """level,group,position,name,address,language,formats
store,HN01,,Trần Thị Ngọc Ánh,anh@one.example,vi,
store,HN02,,Bình,binh@two.example,en,
region,north,,Vùng,north@three.example,vi,
"""
MAIL = """
[mail]
host = "{host}"
port = {port}
security = "none"
sender = "kpi@chain.example"
owner = "owner@chain.example"
timeout_seconds = 1
per_minute = 0
retry_minutes = [1, 1]
wait_minutes = {wait}
"""


def printed_chain(folder: Path) -> Path:
    """The small chain with a whole October, its stores, region and chain printed in both languages."""
    site = small_site(folder)
    text = (site / "kpi.toml").read_text(encoding="utf-8")
    (site / "kpi.toml").write_text(f'{text}\n[review]\nlevels = ["chain", "region", "store"]\n', encoding="utf-8")
    month_of_sales(site, OCTOBER.replace(year=2025), amount=80_000)
    month_of_sales(site, OCTOBER)
    month_of_sales(site, date(2026, 11, 1))
    people = {"HN01": "NV1", "HN02": "NV2"}
    days = [(store, person, OCTOBER.replace(day=n)) for store, person in people.items() for n in range(1, 32)]
    clock = [f"{store},{person},{day}T08:00:00,{day}T16:00:00" for store, person, day in days]
    roster = [f"{person},{store},{day},08:00,16:00" for store, person, day in days]
    hand_in(site, "attendance/clock.csv", clock, "store_id,employee_id,clock_in,clock_out")
    hand_in(site, "attendance/roster.csv", roster, "employee_id,store_id,date,shift_start,shift_end")
    nightly(load_site(site), now=NOW, teller=QUIET)
    review(load_site(site), Asked(OCTOBER), teller=QUIET)
    return site


def copied(site: Path, folder: Path, *, readers: str = READERS, mail: str = "") -> Path:
    """The same chain in another folder (without its lake), with readers and mail settings of its own."""
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("lake", "archive", "inbox", "quality"))
    (folder / "recipients.csv").write_text(readers, encoding="utf-8")
    text = (folder / "kpi.toml").read_text(encoding="utf-8")
    (folder / "kpi.toml").write_text(text + mail, encoding="utf-8")
    return folder


def mail(port: int, *, wait: int = 0, host: str = "127.0.0.1") -> str:
    """[mail] for a server on this machine."""
    return MAIL.format(host=host, port=port, wait=wait)


@dataclass
class JumpingClock:
    """A clock that waits by going forward."""

    at: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


@dataclass
class Post:
    """A site and its reviews, to send letters from as often as one likes."""

    folder: Path
    reviews: Sequence[Review]
    clock: JumpingClock = field(default_factory=JumpingClock)
    known: list[Site] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """The site as it was read last."""
        if not self.known:
            self.known.append(load_site(self.folder))
        return self.known[0]

    def desk(self, ledger: Ledger, **changes: object) -> Desk:
        desk = Desk(self.site, ledger, OCTOBER, self.reviews, (), self.clock.now())
        return replace(desk, **changes)  # type: ignore[arg-type]

    def send(self, **changes: object) -> Delivery:
        with closing(Ledger(self.folder / "ledger.db")) as ledger:
            return deliver(self.desk(ledger, **changes), teller=QUIET, clock=self.clock)

    def later(self) -> "Post":
        """The same, two hours later."""
        self.clock.at += timedelta(hours=2)
        return self

    def letters(self) -> list[Letter]:
        with closing(Ledger(self.folder / "ledger.db")) as ledger:
            return Letters(ledger).of(OCTOBER)

    def states(self) -> dict[str, str]:
        return {letter.address: str(letter.state) for letter in self.letters()}

    def edit(self, old: str, new: str, name: str = "kpi.toml") -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")
        self.known.clear()


def opened(message: bytes) -> EmailMessage:
    """A message as a mail program has it."""
    read = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def stamps(message: bytes) -> list[tuple[str, str, int]]:
    """(level, group, revision) of each PDF in a message."""
    return [_stamp(part.get_content()) for part in opened(message).iter_attachments()]


@cache  # a chain has eight PDFs, and hundreds of letters carry them
def _stamp(pdf: bytes) -> tuple[str, str, int]:
    _, level, group, _, revision = read_pdf(pdf).stamp.split("/")
    return level, group, int(revision)


def delivered(kept: Iterable[tuple[str, bytes]]) -> Mapping[tuple[str, str, str, int], int]:
    """(address, level, group, revision) -> how often a server has it."""
    return Counter((address, *stamp) for address, message in kept for stamp in stamps(message))


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+|\d+", text))
