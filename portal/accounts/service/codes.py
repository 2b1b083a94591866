"""One-time codes: asked for by phone, or issued at the desk for an account without one."""

import hashlib
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa

from portal import audit, clock, db
from portal.accounts import phones, policy, sms
from portal.accounts.models import SignInCode, User
from portal.db import transaction
from portal.errors import Conflict
from portal.policy import require
from portal.text.lazy import _l, _ln

MINUTES, TRIES = 10, 5
RESEND = 60  # seconds
PER_PHONE_HOUR, PER_PHONE_DAY, PER_ADDRESS_HOUR = 5, 10, 30
DESK_HOURS = 24  # a code issued at the desk is taken home

_WRONG = _l("This code is not right or no longer valid. Look again, or have a new one sent.")
_secret = secrets.token_bytes(32)


def use_secret(key: str) -> None:
    """Codes and addresses are kept as HMACs with this key."""
    global _secret
    _secret = hashlib.sha256(b"sign-in codes:" + key.encode()).digest()


def ask_for_code(phone: str, address: str = "") -> str:
    """Send a code to a phone, whether or not it has an account; returns it (demo mode shows it).

    Raises Invalid for no phone number, Conflict when it was too soon or too often, NotSent when the gateway fails.
    """
    phone, code, address_hash = (
        phones.normal(phone),
        f"{secrets.randbelow(10**6):06}",
        _hash(address) if address else "",
    )
    now = clock.utcnow()
    with transaction() as session:
        if fault := _too_often(session, phone, address_hash, now):
            raise Conflict(fault)
        row = _row(phone, code, now, timedelta(minutes=MINUTES), address_hash)
        if not db.insert_new(session, SignInCode, [row]):
            raise Conflict(_wait(RESEND))
    try:
        sms.send_code(phone, code, MINUTES)
    except sms.NotSent:
        with transaction() as session:  # what never arrived neither counts nor works
            session.execute(sa.delete(SignInCode).where(SignInCode.phone == phone, SignInCode.created_at == now))
        raise
    return code


def issue_at_desk(actor, user_id: int) -> str:
    """A code for somebody who stands at the window and has shown a paper; sets a new password, once."""
    code, now = f"{secrets.randbelow(10**8):08}", clock.utcnow()
    with transaction() as session:
        user = db.locked(session, User, user_id)
        require(policy.why_not_issue_code(actor, user))
        session.execute(sa.delete(SignInCode).where(SignInCode.phone == _desk(user_id)))
        session.execute(sa.insert(SignInCode), [_row(_desk(user_id), code, now, timedelta(hours=DESK_HOURS), "")])
        audit.record(session, actor, "user.issue_code", ("user", user_id))
    return code


def used(session, target: str, code: str):
    """Use up a code, inside the caller's transaction; returns what is wrong with it, or None.

    The caller commits even then: a wrong try counts. The row is locked, so that a code serves once.
    """
    now = clock.utcnow()
    newest = sa.select(SignInCode).where(SignInCode.phone == target).order_by(SignInCode.id.desc()).limit(1)
    row = session.scalars(newest.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= now or row.tries >= TRIES:
        return _WRONG
    row.tries += 1
    if not hmac.compare_digest(row.code_hash, _hash(f"{target}/{_digits(code)}")):
        left = TRIES - row.tries
        return (
            _ln("This code is not right. %(num)s more try.", "This code is not right. %(num)s more tries.", left)
            if left
            else _WRONG
        )
    row.used_at = now
    return None


def desk_target(user: User | None) -> str:
    """Under which a code from the desk is kept. Nobody's for no user, so that the answer is the same."""
    return _desk(user.id if user else 0)


def forget_old(now) -> int:
    """Delete codes of the day before yesterday; nothing needs them."""
    with transaction() as session:
        return db.touched(session, sa.delete(SignInCode).where(SignInCode.created_at < now - timedelta(days=2)))


def _desk(user_id: int) -> str:
    return f"desk:{user_id}"


def _row(target: str, code: str, now, valid: timedelta, address_hash: str) -> dict:
    return {"phone": target, "code_hash": _hash(f"{target}/{code}"), "created_at": now, "expires_at": now + valid,
            "minute": int(now.timestamp() // 60), "address_hash": address_hash, "tries": 0}  # fmt: skip


def _too_often(session, phone: str, address_hash: str, now):
    day, hour = now - timedelta(days=1), now - timedelta(hours=1)
    mine = list(session.scalars(
        sa.select(SignInCode.created_at).where(SignInCode.phone == phone, SignInCode.created_at > day)
        .order_by(SignInCode.created_at.desc()).limit(PER_PHONE_DAY)
    ))  # fmt: skip
    if mine and (waited := (now - mine[0]).total_seconds()) < RESEND:
        return _wait(RESEND - int(waited))
    if len(mine) >= PER_PHONE_DAY or sum(at > hour for at in mine) >= PER_PHONE_HOUR:
        return _l("Many codes were sent to this number already. Try again in an hour, or ask at the community desk.")
    if address_hash:
        asked = sa.select(sa.func.count()).where(SignInCode.address_hash == address_hash, SignInCode.created_at > hour)
        if session.scalar(asked) >= PER_ADDRESS_HOUR:
            return _l("Many codes were asked for from here. Try again in an hour, or ask at the community desk.")
    return None


def _wait(seconds: int):
    return _ln("A code is on its way. You can ask for another one in %(num)s second.",
               "A code is on its way. You can ask for another one in %(num)s seconds.", max(1, seconds))  # fmt: skip


def _digits(code: str) -> str:
    folded = code.translate({0xFF10 + n: str(n) for n in range(10)})
    return "".join(c for c in folded if c.isdigit() and c.isascii())[:12]


def _hash(text: str) -> str:
    return hmac.new(_secret, text.encode(), hashlib.sha256).hexdigest()


__all__ = ["ask_for_code", "desk_target", "forget_old", "issue_at_desk", "use_secret", "used"]
