"""How what a row brought comes about in an unknown export."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Net:
    """How net_amount comes about: from one column, or by `sql` over the columns `used` (name in the profile -> place).

    What rows prove is guarded by `sql`: those of later files that do not add up are rejected. `spread` are amounts of
    whole receipts and what their lines share them by. `doubt` is a sentence, or "".
    """

    sql: str = ""
    used: Mapping[str, int] = field(default_factory=dict)
    column: int | None = None
    doubt: str = ""
    spread: Mapping[str, str] = field(default_factory=dict)
