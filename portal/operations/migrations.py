"""Bringing a database to the tables of the code: Alembic without an ini file, the same for both engines."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal import db, features

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 0x676F6E67  # any number that nobody else locks on this PostgreSQL database


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings. Given a connection, commands work on it."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("file_template", "%%(rev)s")
    return made


@contextmanager
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction in which tables may change; a second process that migrates waits for it.

    SQLite checks foreign keys again at the end: a table that is rebuilt must not take its rows' children with it.
    """
    with engine.connect() as raw:
        on_sqlite = engine.dialect.name == "sqlite"
        if on_sqlite:
            raw.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with raw.execution_options(**db.writing(engine)).begin():
                if not on_sqlite:
                    raw.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                yield raw
                if on_sqlite and (lost := raw.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"this step leaves rows without their parent: {tuple(lost)}")
        finally:
            if on_sqlite:
                raw.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    with connection(engine) as open_:
        command.upgrade(config(open_), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    with connection(engine) as open_:
        command.downgrade(config(open_), revision)


def head() -> str | None:
    """The newest revision of the code."""
    return ScriptDirectory.from_config(config()).get_current_head()


def current(engine: sa.Engine) -> str | None:
    """The revision of the database; None for an empty one."""
    with engine.connect() as open_:
        return MigrationContext.configure(open_).get_current_revision()


def differences(open_: sa.Connection) -> list:
    """What distinguishes this database from the models; empty when they agree."""
    features.load_models()
    return compare_metadata(MigrationContext.configure(open_, opts=options(open_)), db.Base.metadata)


def options(open_: sa.Connection) -> dict:
    """How tables are compared and how a migration is written down."""
    return {
        "target_metadata": db.Base.metadata,
        "compare_type": True,
        "compare_server_default": True,
        "render_item": render_item,
        "render_as_batch": True,
        "transactional_ddl": True,  # on SQLite too: db.make_engine says BEGIN itself
    }


def render_item(kind: str, thing, context) -> str | bool:
    """Our column types in the words of SQLAlchemy, so that a migration imports nothing from the portal."""
    if kind != "type":
        return False
    if isinstance(thing, db.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, sa.Enum):
        return f"sa.String({thing.length})"
    if isinstance(thing, sa.String) and "postgresql" in thing._variant_mapping:
        variant: Any = thing._variant_mapping["postgresql"]
        bytewise = f'sa.VARCHAR({variant.length}, collation="{variant.collation}")'
        return f'sa.String({thing.length}).with_variant({bytewise}, "postgresql")'
    return False


def new(name: str) -> Path | None:
    """Write the next numbered migration from what the models have and the last one has not; None if nothing."""
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "change"
    script = ScriptDirectory.from_config(config())
    number = sum(1 for _ in script.walk_revisions()) + 1
    with TemporaryDirectory() as folder:
        engine = db.make_engine(f"sqlite:///{folder}/scratch.sqlite")
        upgrade(engine)
        with connection(engine) as open_:
            if not differences(open_):
                return None
            sentence = f"{name[:1].upper()}{name[1:]}."
            made: Any = command.revision(
                config(open_), message=sentence, autogenerate=True, rev_id=f"{number:04}_{slug}"
            )
        engine.dispose()
    return Path(made.path)
