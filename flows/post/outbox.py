"""Letters without a mail server: a folder of .eml files that any mail program opens."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.disk import write_whole
from flows.post.letters import State
from flows.post.mail import Answer, Envelope


@dataclass(frozen=True, slots=True)
class Outbox:
    """The folder. A letter is always the same file, so putting it there twice changes nothing."""

    folder: Path

    def carry(self, envelope: Envelope, handing_over: Callable[[], None]) -> Answer:
        """Put one letter there."""
        del handing_over  # nothing is in doubt: the file is there whole or not at all
        path = write_whole(self.folder / f"{envelope.name}.eml", envelope.content)
        return Answer(State.ACCEPTED, f"{self.folder.name}/{path.name}")

    def close(self) -> None:
        """Nothing is left to do."""
