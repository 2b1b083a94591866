"""Registering, signing in, passwords, and ending every session."""

import sqlalchemy as sa

from portal import audit, clock, db
from portal.accounts import naming, passwords, phones, queries
from portal.accounts.models import User
from portal.accounts.service import codes
from portal.db import transaction
from portal.errors import Invalid, Refused
from portal.places.models import Place, PlaceLevel
from portal.policy import Level
from portal.text.lazy import _l

_WRONG = _l("The name and the password do not fit together. Check both, or set a new password.")
_SUSPENDED = _l("This account is suspended. Ask at your community desk.")


class WrongPassword(Invalid):
    """The present password is another one."""


class NotAgreed(Invalid):
    """The phone is new here, and its holder has not agreed to what registering means. The code stays good."""


def register(username: str, password: str, *, place_code: str | None = None) -> User:
    """An account with a user name and a password. Reads and follows; a phone or the desk makes it more."""
    name = naming.username(username)
    passwords.require_good(password, not_like=name)
    values = {"username": name, "password_hash": passwords.make(password), "level": int(Level.VISITOR)}
    with transaction() as session:
        user, is_new = _registered(session, values, User.username == name, place_code)
        if not is_new:
            raise Invalid(_l("This user name is taken. Choose another one."))
        return user


def sign_in_by_code(phone: str, code: str, *, agreed: bool = False, place_code: str | None = None) -> User:
    """The person of this phone; a phone that is new is registered once its holder agrees, as with a user name."""
    phone = phones.normal(phone)
    with transaction() as session:
        user, fault = None, codes.used(session, phone, code)
        if fault is None:
            user = queries.find_by_phone(phone)
            if user is None and not agreed:
                raise NotAgreed(_l("This phone is new here. Please read both pages and tick this."))
            if user is None:
                values = {"phone": phone, "level": int(Level.PHONE)}
                user, _ = _registered(session, values, User.phone == phone, place_code)
    if fault is not None:
        raise Invalid(fault)
    return _may_enter(user)


def sign_in_by_password(name: str, password: str) -> User:
    """The person of this user name or phone. One sentence for every mistake."""
    user = _find(name)
    if not passwords.check(user.password_hash if user else "", password):
        raise Invalid(_WRONG)
    _may_enter(user)
    if passwords.is_outdated(user.password_hash):
        with transaction() as session:
            db.locked(session, User, user.id).password_hash = passwords.make(password)
    return user


def reset_password(name: str, code: str, password: str) -> User:
    """A new password for whoever holds the code: sent to the phone, or issued at the desk for a user name."""
    passwords.require_good(password, not_like=name)
    user = _find(name)
    target = phones.normal(name) if phones.looks_like_one(name) else codes.desk_target(user)
    kept = passwords.make(password)
    with transaction() as session:
        fault = codes.used(session, target, code)
        if fault is None and user is not None:
            _set_password(session, user, user.id, kept)
    if fault is not None:
        raise Invalid(fault)
    if user is None:
        raise Invalid(_l("This phone has no account yet. Sign in with a code, and it has one."))
    return _may_enter(user)


def change_password(actor, old: str, new: str) -> User:
    """A new password; every other session ends."""
    passwords.require_good(new, not_like=actor.username or "")
    if actor.password_hash and not passwords.check(actor.password_hash, old):
        raise WrongPassword(_l("This is not your present password."))
    kept = passwords.make(new)
    with transaction() as session:
        return _set_password(session, actor, actor.id, kept)


def sign_out_everywhere(actor) -> User:
    """End every session of this person, on every device."""
    with transaction() as session:
        user = db.locked(session, User, actor.id)
        user.session_epoch += 1
        audit.record(session, user, "user.sign_out_everywhere", ("user", user.id))
        return user


def add_phone(actor, phone: str, code: str) -> User:
    """Confirm a phone for an account that has none (or another one)."""
    phone = phones.normal(phone)
    with transaction() as session:
        fault = codes.used(session, phone, code)
        if fault is None:
            user = db.locked(session, User, actor.id)
            taken = session.scalar(sa.select(User.id).where(User.phone == phone, User.id != user.id))
            fault = _l("This phone belongs to another account. Sign in with it instead.") if taken else None
        if fault is None:
            before, user.phone = user.level, phone
            user.level = max(user.level, int(Level.PHONE))
            audit.record(session, user, "user.phone", ("user", user.id), before=before, after=user.level)
    if fault is not None:
        raise Invalid(fault)
    return user


def _find(name: str) -> User | None:
    name = name[:80]
    return queries.find_by_phone(phones.normal(name)) if phones.looks_like_one(name) else queries.find_by_username(name)


def _registered(session, values: dict, key, place_code: str | None) -> tuple[User, bool]:
    """The person of this key, made now if need be. The unique column decides who is first."""
    place = session.get(Place, place_code) if place_code else None
    row = values | {"display_name": naming.default_display_name(), "home_code": None}
    if place is not None and place.level is PlaceLevel.COMMUNITY and place.retired_at is None:
        row["home_code"] = place.code
    is_new = bool(db.insert_new(session, User, [row | {"created_at": clock.utcnow()}]))
    user = session.scalars(sa.select(User).where(key).with_for_update().execution_options(populate_existing=True)).one()
    if is_new:
        audit.record(session, user, "user.register", ("user", user.id), after=user.level)
    return user, is_new


def _set_password(session, by, user_id: int, kept: str) -> User:
    user = db.locked(session, User, user_id)
    user.password_hash = kept
    user.session_epoch += 1
    audit.record(session, by, "user.password", ("user", user_id))
    return user


def _may_enter(user: User) -> User:
    if not user.is_active:
        raise Refused(_SUSPENDED)
    return user
