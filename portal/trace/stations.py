"""One stop of the thread."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.trace import words


@dataclass
class Station:
    """One stop of the thread, as templates/components/trace.html draws it. `entries` are of the ledger."""

    key: str
    status: str  # done, now, todo, back
    at: datetime | None = None
    until: datetime | None = None
    text: Any = ""
    actor: Any = ""
    said: str = ""  # what the organisers wrote for everybody when they concluded what came before
    owes: Any = ""
    due: datetime | None = None
    evidence: list[tuple] = field(default_factory=list)  # (label, path below the site root, icon)
    entries: list = field(default_factory=list)

    @property
    def name(self):
        return words.STATIONS[self.key]
