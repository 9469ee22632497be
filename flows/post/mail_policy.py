"""How headers with accents are written: the standard library loses spaces where it folds them.

In Python 3.11 a blank between two encoded words is lost where a line ends there, so one subject of fifteen arrives with
two words run together, and names in addresses fare worse. The older `email.header` splits them right (RFC 2047).
"""

from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any, Final

_END: Final = "\r\n"


class MailPolicy(EmailPolicy):
    """The standard library's policy for SMTP, but subjects and names are encoded as a whole."""

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401 - as the library has it
        """One header as lines."""
        if str(value).isascii():
            return str(super().fold(name, value))
        if (addresses := getattr(value, "addresses", None)) is not None:
            return f"{name}: " + f",{_END} ".join(_mailbox(each, name) for each in addresses) + _END
        if name == "Subject":
            return f"{name}: {_encoded(str(value), name)}{_END}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401
        """The same as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _mailbox(address: Address, name: str) -> str:
    shown = address.display_name
    return str(address) if shown.isascii() else f"{_encoded(shown, name)}{_END} <{address.addr_spec}>"


def _encoded(text: str, name: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep=_END)


POLICY: Final = MailPolicy(linesep=_END, cte_type="7bit", raise_on_defect=False)
