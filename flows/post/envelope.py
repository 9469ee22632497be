"""From a letter and its files to the bytes of a message: the same letter always gives the same bytes."""

from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from flows.post.letters import File, Letter
from flows.post.mail import Envelope
from flows.post.mail_policy import POLICY
from flows.settings.kpi_toml import MailSettings

_TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
_LINE: Final = 57  # bytes of a base64 line of 76 characters
NOWHERE: Final = "kpi@localhost"


def message_id(letter_seed: str, sender: str) -> str:
    """The Message-ID of what `letter_seed` identifies."""
    return f"<{sha256(letter_seed.encode()).hexdigest()[:40]}@{(sender or NOWHERE).rpartition('@')[2]}>"


def envelope(letter: Letter, files: Iterable[tuple[File, bytes]], mail: MailSettings, organisation: str) -> Envelope:
    """The message of `letter`, with the files it brings."""
    sender = mail.sender or NOWHERE
    name = letter.id[1:].partition("@")[0]
    head = EmailMessage(policy=POLICY)
    head["From"] = Address(_one_line(organisation), addr_spec=sender)
    head["To"] = Address(_one_line(letter.name), addr_spec=letter.address or sender)
    head["Subject"] = letter.subject
    head["Date"] = format_datetime(letter.made_at)
    head["Message-ID"] = letter.id
    head["Auto-Submitted"] = "auto-generated"
    head["MIME-Version"] = "1.0"
    kind = f'Content-Type: multipart/mixed; boundary="{name}"\r\n\r\n'.encode()
    mixed = b"".join((head.as_bytes().removesuffix(b"\r\n"), kind, *_parts(letter, files, name)))
    return Envelope(f"{letter.month:%Y-%m}-{name}", sender, letter.address, mixed)


def _parts(letter: Letter, files: Iterable[tuple[File, bytes]], boundary: str) -> Iterator[bytes]:
    # The standard library takes ten times as long to write attachments as all the rest of a letter takes.
    separator = f"--{boundary}".encode()
    yield separator + b"\r\n" + _body(letter, boundary)
    for file, content in files:
        yield b"\r\n" + separator + b"\r\n" + _attachment_head(file) + _base64(content)
    yield b"\r\n" + separator + b"--\r\n"


def _body(letter: Letter, boundary: str) -> bytes:
    body = EmailMessage(policy=POLICY)
    body.set_content(letter.text, cte="quoted-printable")
    body.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    body.set_boundary(f"{boundary}-text")
    del body["MIME-Version"]
    return body.as_bytes().removesuffix(b"\r\n")


def _attachment_head(file: File) -> bytes:
    head = EmailMessage(policy=POLICY)
    head["Content-Type"] = _TYPES[file.path.rpartition(".")[2]]
    head["Content-Transfer-Encoding"] = "base64"
    head.add_header("Content-Disposition", "attachment", filename=file.name)
    return head.as_bytes()


def _base64(content: bytes) -> bytes:
    lines = (b2a_base64(content[at : at + _LINE], newline=False) for at in range(0, len(content), _LINE))
    return b"\r\n".join(lines)


def _one_line(text: str) -> str:
    """A display name; a header ends where its line ends."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
