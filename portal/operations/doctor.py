"""What is wrong with this installation, in sentences that say what to do about it."""

import secrets
import socket
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from portal import audit, clock, db, features, outbox
from portal.config import Settings, SettingsError
from portal.demo import accounts
from portal.operations import migrations
from portal.outbox.queue import let_go, make_queue

ROOT = Path(__file__).resolve().parents[2]
LATE = timedelta(minutes=5)


class Finding(NamedTuple):
    ok: bool
    says: str


def good(says: str) -> Finding:
    return Finding(True, says)


def bad(says: str) -> Finding:
    return Finding(False, says)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check in turn; what needs the database is left out where it does not answer."""
    features.load_models()
    clock.use_demo_file(settings.data_dir / "demo-clock" if settings.demo else None)
    yield mode(settings)
    yield storage("data directory", settings.data_dir)
    engine = db.make_engine(settings.database_url) if settings.data_dir.is_dir() else None
    yield (answered := database(engine, settings))
    if engine is not None and answered.ok:
        yield tables(engine)
        yield moment(engine)
        yield waiting(engine)
        yield nobody_of_the_demo(engine, settings)
        engine.dispose()
    yield queue(settings)
    yield storage("photo folder", Path(unquote(urlsplit(settings.files_url).path)))
    yield gateway("Mail", settings.mail_url, settings)
    yield gateway("SMS", settings.sms_url, settings)
    yield built()


def mode(settings: Settings) -> Finding:
    if settings.production and not settings.base_url.startswith("https://"):
        return bad(
            "PORTAL_BASE_URL does not begin with https://: cookies would travel unprotected. Set the public https address."
        )
    return good(
        f"The settings can be read: {settings.env}{', demo mode' if settings.demo else ''}, {settings.base_url}."
    )


def storage(what: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".trial-{secrets.token_hex(4)}"
        trial.write_bytes(b"x")
        trial.unlink()
    except OSError as problem:
        return bad(
            f"The {what} {folder} cannot be written ({problem.strerror}). Give it to the user who runs the portal."
        )
    return good(f"The {what} {folder} can be written.")


def database(engine: sa.Engine | None, settings: Settings) -> Finding:
    if engine is None:
        return bad("The database was not tried, because the data directory is missing.")
    shown = sa.make_url(settings.database_url).render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            version = ".".join(map(str, connection.dialect.server_version_info or ()))
    except sa.exc.SQLAlchemyError as problem:
        reason = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
        return bad(
            f"The database {shown} does not answer ({reason}). Check PORTAL_DATABASE_URL and that the server runs."
        )
    return good(f"The database answers: {engine.dialect.name} {version}.")


def tables(engine: sa.Engine) -> Finding:
    here, wanted = migrations.current(engine), migrations.head()
    if here is None:
        return bad("The database has no tables yet. Run: portal db upgrade")
    if here != wanted:
        return bad(f"The database is at {here}, this code wants {wanted}. Run: portal db upgrade")
    return good(f"The tables are those of this code ({here}).")


def moment(engine: sa.Engine) -> Finding:
    with engine.connect() as connection:
        theirs = connection.scalar(sa.select(sa.func.current_timestamp(type_=db.UTCDateTime())))
        inspector = sa.inspect(connection)
        newest = (
            connection.scalar(sa.select(sa.func.max(audit.Entry.at))) if inspector.has_table("audit_entries") else None
        )
    apart = abs((clock.system_now() - theirs).total_seconds())
    if apart > 30:
        return bad(
            f"This machine's clock and the database's differ by {apart:.0f} seconds. Let both follow a time server (NTP)."
        )
    if newest and newest > clock.utcnow() + timedelta(minutes=1):
        return bad(
            f"The newest entry of the ledger is from the future ({newest:%Y-%m-%d %H:%M} UTC): this machine's clock is behind."
        )
    return good("The clock agrees with the database's.")


def nobody_of_the_demo(engine: sa.Engine, settings: Settings) -> Finding:
    if settings.demo:
        return good("The demo accounts may be used: demo mode is on.")
    try:
        accounts.refuse_outside_demo(engine)
    except SettingsError as problem:
        return bad(f"{str(problem)[0].upper()}{str(problem)[1:]}")
    return good("There are no demo accounts.")


def waiting(engine: sa.Engine) -> Finding:
    if not sa.inspect(engine).has_table("outbox_messages"):
        return bad("Events cannot be counted, because their table is missing. Run: portal db upgrade")
    message = outbox.Message
    late = sa.select(sa.func.count(), sa.func.max(message.error)).where(
        message.done_at.is_(None), message.created_at < clock.utcnow() - LATE
    )
    with engine.connect() as connection:
        count, error = connection.execute(late).one()
    if count:
        last = f" The last error: {error}." if error else ""
        return bad(
            f"{count} events have waited for more than 5 minutes.{last} Is a worker running? Start one: portal worker"
        )
    return good("No event waits for longer than it should.")


def queue(settings: Settings) -> Finding:
    if not settings.redis_url:
        return _queue_file(settings)
    import redis

    try:
        redis.Redis.from_url(settings.redis_url, socket_connect_timeout=3).ping()
    except redis.RedisError as problem:
        return bad(f"Redis does not answer ({problem}). Check PORTAL_REDIS_URL, or leave it out to do without.")
    return good("Redis answers; queue and limits are there.")


def _queue_file(settings: Settings) -> Finding:
    try:
        trial = make_queue(settings)
        trial.storage.put_data("doctor", b"x")
        trial.storage.pop_data("doctor")
        let_go(trial)
    except (OSError, sqlite3.Error) as problem:
        return bad(
            f"The queue file {settings.data_dir / 'queue.sqlite'} cannot be used ({problem}). Stop the portal, remove the file "
            "and start again: the events themselves are kept in the database."
        )
    return good("The queue is a file in the data directory; limits are counted in each process by itself.")


def gateway(what: str, url: str, settings: Settings) -> Finding:
    parts = urlsplit(url)
    if parts.scheme == "console":
        return good(f"{what} is only written to the log (console:).") if not settings.production else bad(
            f"{what} is only written to the log. Set PORTAL_{what.upper()}_URL to a gateway."
        )  # fmt: skip
    if parts.scheme == "file":
        return storage(f"{what} folder", Path(unquote(parts.path)))
    address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        socket.create_connection(address, timeout=3).close()
    except OSError as problem:
        return bad(
            f"The {what} gateway {parts.hostname} cannot be reached ({problem}). Check PORTAL_{what.upper()}_URL and the network."
        )
    return good(f"The {what} gateway {parts.hostname} can be reached.")


def built() -> Finding:
    catalogue = ROOT / "portal/translations/zh_Hans_CN/LC_MESSAGES/messages.mo"
    if not catalogue.exists():
        return bad("The Chinese texts are not compiled: pages would be in English. Run: make setup")
    if not (ROOT / "static/dist/portal.css").exists():
        return bad("static/dist is missing its style sheet. Check out the whole repository, or run: make assets")
    return good("Texts and style sheets are in place.")
