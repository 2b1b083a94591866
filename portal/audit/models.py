"""Tables of the ledger."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Entry(Base):
    """One thing that was done. Never changed, never deleted; `verify` would notice."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index(None, "subject_kind", "subject_id", "seq"), sa.Index(None, "actor_id", "seq"))

    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(sa.String(16))  # user, guest, system
    actor_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(sa.String(32), default="")  # in which role, as far as it mattered
    action: Mapped[str] = mapped_column(sa.String(64))  # stable English, like "proposal.second"
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[str] = mapped_column(sa.String(32))
    before: Mapped[str | None] = mapped_column(sa.String(32))
    after: Mapped[str | None] = mapped_column(sa.String(32))
    details: Mapped[dict]  # reason, note, numbers; never a phone number, an address or a vote
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class Head(Base):
    """The end of the chain: one row, locked by whoever writes. It makes a cut-off tail visible."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))
