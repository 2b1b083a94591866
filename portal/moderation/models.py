"""Reports, and what a thing that can be hidden carries."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import utcnow
from portal.db import Base, Code
from portal.text.lazy import _l


class HideReason(StrEnum):
    """The rule that was broken (DOMAIN J4, refuse_reason)."""

    UNLAWFUL = "unlawful"
    PERSONAL_ATTACK = "personal_attack"
    PRIVATE_DATA = "private_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    EMERGENCY = "emergency"


HIDE_REASONS = {
    HideReason.UNLAWFUL: _l("breaks the law"),
    HideReason.PERSONAL_ATTACK: _l("attacks a person"),
    HideReason.PRIVATE_DATA: _l("contains someone's address, phone number or other private data"),
    HideReason.ADVERTISING: _l("is advertising"),
    HideReason.OFF_TOPIC: _l("has nothing to do with the matter"),
    HideReason.DUPLICATE: _l("says the same thing again"),
    HideReason.EMERGENCY: _l("is an emergency that belongs to 110, 119 or 120"),
}


class RestoreReason(StrEnum):
    """Why what was hidden is shown again."""

    MISTAKE = "mistake"
    CORRECTED = "corrected"
    APPEAL = "appeal"
    OTHER = "other"  # said in words


RESTORE_REASONS = {
    RestoreReason.MISTAKE: _l("it was hidden by mistake"),
    RestoreReason.CORRECTED: _l("the text was corrected"),
    RestoreReason.APPEAL: _l("the objection to hiding it was right"),
    RestoreReason.OTHER: _l("for another reason"),
}


class Moderated:
    """Mixin: a thing that can be hidden. Hidden things leave a stub with the rule that was broken."""

    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(sa.String(24))
    hidden_note: Mapped[str] = mapped_column(default="")

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def hidden_words(self):
        """The rule that was broken, in words, for the stub."""
        return HIDE_REASONS.get(self.hidden_reason) or _l("breaks the rules of discussion")


class ReportState(StrEnum):
    REPORTED = "reported"
    HIDDEN = "hidden"
    KEPT = "kept"
    RESTORED = "restored"


class Report(Base):
    """One open question about one thing, however many readers raised it."""

    __tablename__ = "reports"
    __table_args__ = (
        sa.Index(None, "state", "place_code", "id"),
        sa.Index("reports_open_key", "subject_kind", "subject_id", unique=True,
                 sqlite_where=sa.text("state = 'reported'"), postgresql_where=sa.text("state = 'reported'")),
        sa.Index(None, "subject_kind", "subject_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int]
    place_code: Mapped[str] = mapped_column(Code)
    space_id: Mapped[int | None]
    author_id: Mapped[int | None]  # of the thing
    state: Mapped[ReportState] = mapped_column(default=ReportState.REPORTED)
    reporter_count: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[dict]  # how many readers gave which reason
    reason: Mapped[str | None] = mapped_column(sa.String(24))  # the moderator's
    restore_reason: Mapped[str | None] = mapped_column(sa.String(24))
    note: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime] = mapped_column(default=utcnow)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]


class Reporter(Base):
    """Who reported; each person once per report."""

    __tablename__ = "reporters"

    report_id: Mapped[int] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(24))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
