"""Notices to the operators: that a run needs a person, and what to do. One of a kind and day at most."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from flows.disk import write_whole
from flows.ledger import Ledger
from flows.post.letters import State
from flows.post.mail import Envelope, Smtp
from flows.post.mail_policy import POLICY
from flows.settings.kpi_toml import KpiToml
from reports.language import Language, language
from transforms.problem import Problem

Submit: TypeAlias = Callable[[EmailMessage], None]


class Kind(StrEnum):
    """What operators are told of."""

    FAILED = "failed"
    CRASHED = "crashed"
    LATE = "late"
    REFUSED = "refused"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Operators:
    """The operators of the site in `folder`; without an address nobody is told, and nothing is kept."""

    folder: Path
    settings: KpiToml
    submit: Submit

    def tell(self, kind: Kind, now: datetime, **values: object) -> None:
        """Send the notice of `kind`, whose texts are filled with `values`, unless it was sent on this day.

        Raises:
            OSError: it could not be sent; the next one of the day is tried.

        """
        if not self.settings.operators.addresses:
            return
        day = now.date().isoformat()
        with closing(Ledger(self.folder / "ledger.db")) as ledger:
            claim = "INSERT OR IGNORE INTO notices VALUES (?, ?) RETURNING kind"
            if not ledger.asked(claim, kind, day):
                return
            try:
                for message in self._messages(kind, now, values):
                    self.submit(message)
            except OSError:
                ledger.say("DELETE FROM notices WHERE kind = ? AND day = ?", kind, day)
                raise

    def _messages(self, kind: Kind, now: datetime, values: dict[str, object]) -> list[EmailMessage]:
        organisation, addresses = self.settings.organisation, self.settings.operators.addresses
        spoken = language(organisation.languages[0])
        said = {"name": organisation.name, "site": self.folder.resolve(), "moment": now, **values}
        said = {key: _said(value, key, spoken) for key, value in said.items()}
        subject = spoken.text(f"notice.{kind}.subject", **said)
        text = "\n\n".join(
            spoken.text(key, **said) for key in (f"notice.{kind}.text", f"notice.{kind}.do", "notice.end")
        )
        return [self._message(kind, now, to, subject, text) for to in addresses]

    def _message(self, kind: Kind, now: datetime, to: str, subject: str, text: str) -> EmailMessage:
        sender = self.settings.mail.sender or self.settings.operators.addresses[0]
        of = self.settings.organisation.id
        message = EmailMessage(policy=POLICY)
        message["From"] = Address("KPI Review", addr_spec=sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = " ".join(subject.split())
        message["Date"] = now
        domain = sender.rpartition("@")[2]
        message["Message-ID"] = f"<notice.{of}.{now:%Y-%m-%d}.{kind}.{_number(to, self.settings)}@{domain}>"
        message.set_content(text)
        return message


def _said(value: object, key: str, spoken: Language) -> str:
    match value:
        case datetime():
            return spoken.moment(value)
        case Problem() | OSError():
            return str(value)
        case BaseException():
            return spoken.text("notice.bug", error=type(value).__name__)
    return spoken.text(f"notice.runs.{value}") if key == "run" else str(value)


def _number(to: str, settings: KpiToml) -> int:
    return settings.operators.addresses.index(to) + 1


def submit(folder: Path, settings: KpiToml) -> Submit:
    """The way notices of the site in `folder` go: by its mail server, or into its outbox where it has none."""
    return _posted(folder, settings) if settings.mail.host else outbox(folder)


def _posted(folder: Path, settings: KpiToml) -> Submit:
    def post(message: EmailMessage) -> None:
        name, to = str(message["Message-ID"]), str(message["To"].addresses[0].addr_spec)
        sent = Envelope(name, settings.mail.sender, to, message.as_bytes())
        try:
            server = Smtp(settings.mail, folder)
        except Problem as reason:
            raise OSError(str(reason)) from None
        with closing(server):
            answer = server.carry(sent, lambda: None)
        if answer.state is not State.ACCEPTED:
            raise OSError(answer.said)

    return post


def outbox(folder: Path) -> Submit:
    """Without a mail server: keep the message as a file that any mail program opens."""

    def keep(message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        write_whole(folder / "outbox" / f"{name}.eml", bytes(message))

    return keep
