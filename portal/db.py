"""The database: Base, column types, the session, and `transaction()`, the only place that commits."""

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class UTCDateTime(sa.TypeDecorator):
    """A moment: always aware and UTC in Python; `timestamptz` on PostgreSQL, naive UTC on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect, coltype):
        return _read_from_sqlite if dialect.name == "sqlite" else _read


def _read(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _read_from_sqlite(value: str | None) -> datetime | None:
    # In one step: a page of a list reads some 200 moments.
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def code(length: int) -> sa.String:
    """A text whose prefixes mean something: compared byte by byte, so that a prefix is a range in every language."""
    return sa.String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


Code = code(24)  # of places


class Base(orm.DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        dict: sa.JSON(),
        list: sa.JSON(),
        str: sa.Text(),
        enum.Enum: sa.Enum(
            enum.Enum, native_enum=False, length=32, create_constraint=False,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }  # fmt: skip


_scope: ContextVar[object] = ContextVar("db_scope")


def _scope_key() -> object:
    return _scope.get(None) or threading.get_ident()


Session = orm.scoped_session(orm.sessionmaker(expire_on_commit=False), scopefunc=_scope_key)

_before_commit: list[Callable[[orm.Session], None]] = []
_after_commit: list[Callable[[orm.Session], None]] = []


def make_engine(url: str) -> sa.Engine:
    """An engine for SQLite (WAL, foreign keys, 10 s busy timeout) or PostgreSQL."""
    if url.startswith("sqlite"):
        if (file := sa.make_url(url).database) and file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, connect_args={"timeout": 10, "check_same_thread": False})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    # What only reads is no transaction: that saves two messages, and with each ROLLBACK psycopg forgets what the server has planned.
    engine = sa.create_engine(url, pool_size=5, max_overflow=10, pool_pre_ping=True, isolation_level="AUTOCOMMIT")
    sa.event.listen(engine, "connect", _prepare_postgresql)
    sa.event.listen(engine, "do_execute", _execute_on_postgresql)
    return engine


def plan_once(statement):
    """The statement of what is found by its key, or in an order that no value changes (`gathered`): PostgreSQL keeps one plan for it.
    Of all others the best plan differs with the values (decision 0063)."""
    return statement.execution_options(plan_once=True)


def _execute_on_postgresql(cursor, statement, parameters, context) -> bool:
    if getattr(cursor, "name", None):  # it stays on the server and is walked through: no plan to keep
        return False
    plan_once = bool(context and context.execution_options.get("plan_once"))
    reads_only = cursor.connection.autocommit
    if reads_only and (statement.lstrip()[:6] in _CHANGES or " FOR UPDATE" in statement[-120:]):
        raise RuntimeError("what changes or locks something belongs into db.transaction()")
    try:
        cursor.execute(statement, parameters, prepare=plan_once)
    except psycopg.errors.FeatureNotSupported:  # the tables have changed since it was planned
        if not (plan_once and reads_only):
            raise
        cursor.execute(statement, parameters, prepare=False)
    return True


_CHANGES = frozenset({"INSERT", "UPDATE", "DELETE"})


def bind(engine: sa.Engine | sa.Connection) -> None:
    """Let every session from now on talk to this engine."""
    Session.remove()
    Session.configure(bind=engine)


def after_fork() -> None:
    """A forked process opens connections of its own and leaves those of its parent alone."""
    engine = Session.session_factory.kw["bind"]
    if isinstance(engine, sa.Engine):
        engine.dispose(close=False)


def writing(bind: sa.Engine | sa.Connection) -> dict:
    """The execution options of a connection that will write, in one transaction."""
    return {"immediate": True} if bind.dialect.name == "sqlite" else {"isolation_level": "READ COMMITTED"}


def _prepare_sqlite(connection, _record):
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000",
                   "temp_store=MEMORY", "cache_size=-16000"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection, _record):
    # What is asked for is in memory or on a disk without arms: its default of 4 lets PostgreSQL read whole tables too readily.
    connection.execute("SET random_page_cost = 1.1")


def _begin_sqlite(connection):
    # A writer says so at once: waiting for the lock here is safe, upgrading a read later is not.
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def scope() -> Iterator[None]:
    """A session of one's own (a request, a job) that is given back at the end."""
    token = open_scope()
    try:
        yield
    finally:
        close_scope(token)


def open_scope():
    return _scope.set(object())


def close_scope(token) -> None:
    Session.remove()
    _scope.reset(token)


@contextmanager
def transaction() -> Iterator[orm.Session]:
    """Commit once, at the outermost level; undo everything if anything fails.

    What was noted for the end (audit entries, stored counts) is written just before the commit, so that the locks
    everybody shares are held for the shortest time and always taken in the same order.
    """
    session = Session()
    if session.info.get("open"):  # a service called by a service joins its caller
        yield session
        return
    if session.in_transaction():
        session.commit()  # ends what was only read so far, without expiring it
    bind = session.get_bind()
    if isinstance(bind, sa.Engine):
        session.connection(execution_options=writing(bind))
    session.info["open"] = True
    try:
        yield session
        session.flush()
        for step in _before_commit:
            step(session)
        session.commit()
        session.info["open"] = False
        for step in _after_commit:
            step(session)
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.clear()


@contextmanager
def snapshot() -> Iterator[orm.Session]:
    """A session for reading only, to which the database stays as it was at the first statement, whoever writes."""
    engine = Session.session_factory.kw["bind"]
    if engine.dialect.name == "postgresql":  # on SQLite every transaction is one
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with orm.Session(engine) as session:
        yield session


def before_commit(step: Callable[[orm.Session], None]):
    """Register what is written last in every transaction (in order of registration)."""
    _before_commit.append(step)
    return step


def after_commit(step: Callable[[orm.Session], None]):
    """Register what happens once a transaction is safe."""
    _after_commit.append(step)
    return step


def locked(session: orm.Session, model, ident, options=()) -> Any:
    """The row, fresh and locked until the transaction ends. Raises NoResultFound where there is none."""
    return session.get_one(model, ident, with_for_update=True, populate_existing=True, options=options)


def insert(session: orm.Session, table):
    """An INSERT that knows ON CONFLICT on the engine at hand."""
    dialect = session.get_bind().dialect.name
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def inserted(session: orm.Session, model, row: dict) -> Any | None:
    """The new row, unless its key is there already."""
    return session.scalars(insert(session, model).values(row).on_conflict_do_nothing().returning(model)).one_or_none()


def insert_new(session: orm.Session, table, rows: list[dict]) -> int:
    """Insert the rows whose key is not there yet; returns how many were new."""
    if not rows:
        return 0
    # Without being asked to, an INSERT … RETURNING does not keep the number of rows.
    statement = insert(session, sa.inspect(table).local_table).on_conflict_do_nothing()
    statement = statement.execution_options(preserve_rowcount=True)
    return touched(session, statement, rows) if len(rows) > 1 else touched(session, statement.values(rows))


def touched(session: orm.Session, statement, *given) -> int:
    """Execute an INSERT, UPDATE or DELETE; returns how many rows it touched."""
    return cast(sa.CursorResult, session.execute(statement, *given)).rowcount


def prefix_range(column, prefix):
    """Rows whose code begins with this prefix (a text, or the parameter that will hold it), as a range an index can serve on
    every engine."""
    return sa.and_(column >= prefix, column < prefix + "~")


def as_is(text: str) -> str:
    """Text for a LIKE with "/" as its escape, in which nothing is a wildcard."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def only(many: int):
    """So many rows, for a LIMIT that is written out: a plan made for any number of rows is none for a page of a list."""
    return sa.literal_column(str(int(many)), sa.Integer)


class followed(FunctionElement):
    """The column, where SQLite shall go through the list in its order and look whether each row fits, and not find all that fit
    and sort them. PostgreSQL knows from its statistics which of the two is quicker."""

    inherit_cache = True
    type = sa.Integer()


class gathered(FunctionElement):
    """The column, where PostgreSQL shall find all that fits and sort it, whatever it expects, and not go through an index in the
    order of the column until enough is found. SQLite does so unasked."""

    inherit_cache = True
    type = sa.Integer()


@compiles(followed)
@compiles(gathered)
def _as_it_is(element, compiler, **how):
    return compiler.process(element.clauses, **how)


# What is not the bare column is served by no index.
@compiles(followed, "sqlite")
def _without_index(element, compiler, **how):
    return f"+{compiler.process(element.clauses, **how)}"


@compiles(gathered, "postgresql")
def _without_order(element, compiler, **how):
    return f"({compiler.process(element.clauses, **how)} + 0)"
