"""What text of the data may not carry into a document."""

import re
from typing import Final

# What XML 1.0 cannot hold, not even escaped (control characters, halves of surrogate pairs), and the marks that turn
# the direction of text: in a name they would turn the words around it too.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text with a replacement character for each that cannot be printed."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
