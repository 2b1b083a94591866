"""Tables of people, their verification and their roles."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.clock import utcnow
from portal.db import Base, Code
from portal.places.models import Place
from portal.policy import STAFF_ROLES, Level, Role, Scope


class UserKind(StrEnum):
    PERSON = "user"
    OUTSIDE = "outside"  # a pseudonymous contributor of an imported source; can never sign in


class Grant(Base):
    """A role on something, from–until, given by somebody. `on_kind` is place, space, team or unit."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.Index(None, "user_id"),
        sa.Index(None, "on_kind", "on_ref", "role"),
        sa.Index("grants_begins_at_idx", "begins_at", sqlite_where=sa.text("begins_at IS NOT NULL"),
                 postgresql_where=sa.text("begins_at IS NOT NULL")),
        # one living grant of a role on a thing per person
        sa.Index("grants_living_key", "user_id", "role", "on_kind", "on_ref", unique=True,
                 sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    role: Mapped[Role]
    on_kind: Mapped[str] = mapped_column(sa.String(16))
    on_ref: Mapped[str] = mapped_column(Code)
    title: Mapped[str] = mapped_column(sa.String(60), default="")  # what the roster calls it: 厅长, 楼门长
    starts_at: Mapped[datetime] = mapped_column(default=utcnow)
    begins_at: Mapped[datetime | None]  # the same while that is to come and nobody counts it; then nothing
    ends_at: Mapped[datetime | None]  # end of the term
    granted_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped["User"] = relationship(back_populates="grants", lazy="raise")

    def holds(self, now: datetime) -> bool:
        return self.revoked_at is None and self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class User(Base):
    """A person with an account (or an outside contributor). Public pages show `display_name` and nothing else."""

    __tablename__ = "users"
    __table_args__ = (sa.Index(None, "home_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UserKind] = mapped_column(default=UserKind.PERSON)
    username: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(20), unique=True)  # E.164; never on a public page
    password_hash: Mapped[str] = mapped_column(sa.String(160), default="")
    display_name: Mapped[str] = mapped_column(sa.String(40))
    real_name: Mapped[str] = mapped_column(sa.String(60), default="")  # staff desk only
    level: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  # policy.Level
    home_code: Mapped[str | None] = mapped_column(Code, sa.ForeignKey("places.code"))  # chosen community
    household: Mapped[str | None] = mapped_column(sa.String(64))  # key of the household roll, set by the desk
    building: Mapped[str] = mapped_column(sa.String(40), default="")  # building or lane, for breadth of seconds
    resident_since: Mapped[datetime | None]
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to sign out everywhere
    is_suspended: Mapped[bool] = mapped_column(default=False)
    source_ref: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # of an outside contributor
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_seen_at: Mapped[datetime | None]

    # select, not raise: an actor reloaded after a refused change must still know its roles
    grants: Mapped[list[Grant]] = relationship(
        back_populates="user", lazy="select", primaryjoin="and_(User.id == Grant.user_id, Grant.revoked_at.is_(None))"
    )
    home: Mapped[Place | None] = relationship(lazy="raise")

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.kind is UserKind.PERSON and not self.is_suspended

    def get_id(self) -> str:
        """For the session cookie: raising the epoch ends every session."""
        return f"{self.id}.{self.session_epoch}"

    def roles_on(self, scope: Scope, now: datetime | None = None) -> set[Role]:
        """The roles this person holds there now."""
        now = now or utcnow()
        return {g.role for g in self.grants if g.holds(now) and scope.covered_by(g.on_kind, g.on_ref)}

    def has_role(self, role, scope: Scope | None = None) -> bool:
        """Does this person hold one of these roles there (anywhere, without a scope)? An admin of the place holds
        `place_admin` only: four eyes are not bought with rank."""
        wanted = {role} if isinstance(role, Role) else set(role)
        now = utcnow()
        return any(
            g.role in wanted and g.holds(now) and (scope is None or scope.covered_by(g.on_kind, g.on_ref))
            for g in self.grants
        )

    def places_with(self, roles) -> list[str]:
        """Codes of the places on which this person holds one of these roles now."""
        wanted, now = ({roles} if isinstance(roles, Role) else set(roles)), utcnow()
        return sorted({g.on_ref for g in self.grants if g.on_kind == "place" and g.role in wanted and g.holds(now)})

    def refs_with(self, on_kind: str, roles) -> list[int]:
        """Ids of the spaces, teams or units on which this person holds one of these roles now."""
        wanted, now = ({roles} if isinstance(roles, Role) else set(roles)), utcnow()
        return sorted(
            {int(g.on_ref) for g in self.grants if g.on_kind == on_kind and g.role in wanted and g.holds(now)}
        )

    def lives_in(self, place_code: str) -> bool:
        """Is this a confirmed resident (L3) of that place?"""
        return self.level >= Level.RESIDENT and bool(self.home_code) and self.home_code.startswith(place_code)

    @property
    def is_staff(self) -> bool:
        return self.has_role(STAFF_ROLES)


class SignInCode(Base):
    """A one-time code sent to a phone (or issued at the desk). Valid 10 minutes, 5 tries, kept as a hash."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (
        sa.Index(None, "phone", "created_at"),
        sa.Index(None, "address_hash", "created_at"),
        sa.UniqueConstraint("phone", "minute"),  # two presses at once send one code
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(sa.String(20))  # or "desk:" and the user's id
    minute: Mapped[int] = mapped_column(default=lambda: int(utcnow().timestamp() // 60))
    address_hash: Mapped[str] = mapped_column(sa.String(64), default="")  # of the network address that asked
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class VerificationState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    NEEDS_MORE = "needs_more"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verification(Base):
    """A wish to be confirmed as a resident, decided at the staff desk. The evidence is looked at, never stored."""

    __tablename__ = "verifications"
    __table_args__ = (
        sa.Index(None, "state", "place_code", "id"),
        sa.Index(None, "user_id"),
        # one open wish per person
        sa.Index("verifications_open_key", "user_id", unique=True,
                 sqlite_where=sa.text("state IN ('waiting', 'needs_more')"),
                 postgresql_where=sa.text("state IN ('waiting', 'needs_more')")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    place_code: Mapped[str] = mapped_column(Code, sa.ForeignKey("places.code"))  # a community
    real_name: Mapped[str] = mapped_column(sa.String(60))
    building: Mapped[str] = mapped_column(sa.String(40), default="")
    household: Mapped[str] = mapped_column(sa.String(64), default="")
    wanted_level: Mapped[int] = mapped_column(sa.SmallInteger, default=3)
    state: Mapped[VerificationState] = mapped_column(default=VerificationState.WAITING)
    note: Mapped[str] = mapped_column(default="")  # from the applicant
    reason: Mapped[str] = mapped_column(default="")  # from the desk
    evidence: Mapped[str] = mapped_column(sa.String(32), default="")  # which kind of paper was seen
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]

    user: Mapped[User] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")
