"""Letters to a mail server, step by step, so that it is known of each what became of it. Only here is SMTP known.

smtplib's convenience calls give one error for "never sent" and "taken, then lost the line". Here nothing but the lost
answer to the final dot leaves a letter in doubt.
"""

import os
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from flows.post.letters import State
from flows.settings.kpi_toml import MailSettings
from transforms.problem import BadSite

_CLOSING: Final = 421
_SAID_AT_MOST: Final = 300


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message to one address; `content` is the whole of it, with CRLF at the end of each line."""

    name: str  # of the letter, as a file may be called
    sender: str
    address: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a letter, and in the server's words why; `reached`: a server was there and let us in."""

    state: State
    said: str
    reached: bool = True


class Carrier(Protocol):
    """Somebody who takes letters on."""

    def carry(self, envelope: Envelope, handing_over: Callable[[], None]) -> Answer:
        """Take one letter on; `handing_over` is called just before it may have been taken without our knowing."""

    def close(self) -> None:
        """There are no more letters."""


class Smtp:
    """A mail server. One session serves many letters, and is opened anew when it is lost."""

    def __init__(self, mail: MailSettings, folder: Path) -> None:
        self._mail = mail
        self._password = _password(mail)
        self._context = _context(mail, folder) if mail.security != "none" else None
        self._session: smtplib.SMTP | None = None

    def carry(self, envelope: Envelope, handing_over: Callable[[], None]) -> Answer:
        """Hand one letter over."""
        if self._session is not None:
            answer = self._submit(self._session, envelope, handing_over)
            if answer is not None:
                return answer
            # A session that was left lying may have been closed from the other side: that is not the letter's fault.
        try:
            self._session = self._opened()
        except (OSError, smtplib.SMTPException) as fault:
            return Answer(State.DEFERRED, _told("no mail server", fault), reached=False)
        answer = self._submit(self._session, envelope, handing_over)
        return answer or Answer(State.DEFERRED, "the mail server broke off before the letter was whole")

    def close(self) -> None:
        """Say goodbye; whatever is answered, all letters are settled."""
        if self._session is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._session.quit()
            self._drop()

    def _opened(self) -> smtplib.SMTP:
        mail, us = self._mail, self._mail.sender.rpartition("@")[2]
        if self._context is not None and mail.security == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, us, timeout=mail.timeout_seconds, context=self._context
            )
        else:
            session = smtplib.SMTP(mail.host, mail.port, us, timeout=mail.timeout_seconds)
        try:
            self._enter(session)
        except BaseException:
            session.close()
            raise
        return session

    def _enter(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        if self._context is not None and self._mail.security == "starttls":
            code, text = session.starttls(context=self._context)
            if code != _READY:
                raise smtplib.SMTPResponseException(code, text)
            session.ehlo_or_helo_if_needed()
        if self._mail.user:
            session.login(self._mail.user, self._password)

    def _submit(self, session: smtplib.SMTP, envelope: Envelope, handing_over: Callable[[], None]) -> Answer | None:
        """What became of the letter; None where the line was lost before it could be taken."""
        handed_over = False
        try:
            if (refused := self._announced(session, envelope)) is not None:
                return refused if refused.said else None
            session.send(_stuffed(envelope.content))
            handing_over()
            handed_over = True
            session.send(b".\r\n")
            return self._settled(*session.getreply())
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            return Answer(State.IN_DOUBT, _told("no answer after the whole letter", fault)) if handed_over else None
        except BaseException:
            self._drop()  # without the final dot nothing is taken
            raise

    def _announced(self, session: smtplib.SMTP, envelope: Envelope) -> Answer | None:
        """None when the server waits for the letter; an answer without words when the session is of no more use."""
        steps = (
            ("MAIL", f"FROM:<{envelope.sender}>", _OK),
            ("RCPT", f"TO:<{envelope.address}>", _OK),
            ("DATA", "", _GO_ON),
        )
        for verb, what, wanted in steps:
            code, text = session.docmd(verb, what)
            if code // 100 != wanted:
                return self._turned_away(session, verb, code, text)
        return None

    def _turned_away(self, session: smtplib.SMTP, verb: str, code: int, text: bytes) -> Answer:
        if code == _CLOSING or code // 100 not in (_LATER, _NEVER):
            self._drop()
            return Answer(State.DEFERRED, "")
        try:
            usable = session.docmd("RSET")[0] // 100 == _OK
        except (OSError, smtplib.SMTPException):
            usable = False
        if not usable:
            self._drop()
        return Answer(State.REFUSED if code // 100 == _NEVER else State.DEFERRED, _words(verb, code, text))

    def _settled(self, code: int, text: bytes) -> Answer:
        state = {_OK: State.ACCEPTED, _LATER: State.DEFERRED, _NEVER: State.REFUSED}.get(code // 100, State.IN_DOUBT)
        if code == _CLOSING or state is State.IN_DOUBT:
            self._drop()
        return Answer(state, _words("the whole letter", code, text))

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None


_OK, _GO_ON, _LATER, _NEVER, _READY = 2, 3, 4, 5, 220


def _password(mail: MailSettings) -> str:
    """The password, from the environment only; it is never written or told."""
    if mail.user and not os.environ.get(mail.password_env):
        raise BadSite(
            f"kpi.toml, mail.password_env: the environment variable {mail.password_env} is not set; "
            "set it to the mail password where kpi runs."
        )
    return os.environ.get(mail.password_env, "")


def _context(mail: MailSettings, folder: Path) -> ssl.SSLContext:
    """Certificates are always verified."""
    try:
        return ssl.create_default_context(cafile=str(folder / mail.ca_file) if mail.ca_file else None)
    except (OSError, ssl.SSLError) as fault:
        raise BadSite(f"kpi.toml, mail.ca_file: {mail.ca_file} holds no certificates in PEM form.") from fault


def _stuffed(content: bytes) -> bytes:
    """A line that begins with a dot begins with two, and the last one has its end."""
    body = content.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _told(what: str, fault: Exception) -> str:
    said = getattr(fault, "smtp_error", None)
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said or fault)
    return f"{what}: {type(fault).__name__} {' '.join(words.split())}"[:_SAID_AT_MOST]


def _words(step: str, code: int, text: bytes) -> str:
    return f"{step}: {code} {' '.join(text.decode(errors='replace').split())}"[:_SAID_AT_MOST]
