"""What every test may ask for: a database of each kind, the portal, somebody's browser without the browser."""

import os
import re
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from portal import clock, create_app, db, features, files
from portal.config import Settings
from portal.web.limits import limiter
from tests import factories

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
REQUIRE_ALL = os.environ.get("PORTAL_TEST_REQUIRE_ALL") == "1"


def skip_or_fail(why: str):
    """Say plainly what is missing; where everything is required, that is a failure."""
    if REQUIRE_ALL:
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def create_database(connection, name: str) -> None:
    """A database that sorts as Chinese readers do, like those the portal may meet; the default where that is refused."""
    chinese = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN' ENCODING UTF8"
    try:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" {chinese}')
    except sa.exc.DBAPIError:  # an older server, or one without ICU
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')


def _postgres_engine(name: str) -> sa.Engine | None:
    try:
        admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            create_database(connection, name)
        admin.dispose()
    except sa.exc.OperationalError:
        return None
    quick = {"options": "-c synchronous_commit=off -c jit=off"}  # nothing here outlives the run
    return db.make_engine(
        sa.make_url(POSTGRES).set(database=name).update_query_dict(quick).render_as_string(hide_password=False)
    )


@pytest.fixture(scope="session", autouse=True)
def moment():
    """`PORTAL_TEST_NOW=2026-12-31T23:50+08:00 make test`: as if the run began then, in work hours or not, on a holiday, at the turn
    of the year. Programs that tests start have the real time."""
    if not (wanted := os.environ.get("PORTAL_TEST_NOW")):
        yield
        return
    with clock.at(datetime.fromisoformat(wanted)):
        yield


@pytest.fixture
def real_time():
    """For tests that compare the portal's clock with this machine's, or that start programs."""
    with clock.at(clock.system_now()):
        yield


@pytest.fixture(scope="session")
def engines(tmp_path_factory, worker_id="main"):
    """One engine a kind, with all tables."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    features.load_models()
    features.load_handlers()
    found = {
        "sqlite": db.make_engine(f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite'}"),
        "postgres": _postgres_engine(f"portal_test_{worker}_{os.getpid()}"),
    }
    for engine in filter(None, found.values()):
        db.Base.metadata.create_all(engine)
    yield found
    for kind, engine in found.items():
        if engine is not None:
            engine.dispose()
            if kind == "postgres":
                admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{engine.url.database}" WITH (FORCE)')
                admin.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, engines):
    if engines[request.param] is None:
        skip_or_fail("PostgreSQL is not reachable (PORTAL_TEST_POSTGRES); its half of the tests did not run.")
    return engines[request.param]


@pytest.fixture
def session(engine):
    """A session inside a transaction that is thrown away. What services commit becomes a savepoint in it."""
    connection = engine.connect().execution_options(**db.writing(engine))
    outer = connection.begin()
    db.Session.remove()
    db.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
    yield db.Session()
    db.Session.remove()
    outer.rollback()
    connection.close()


@pytest.fixture
def real_db(engine):
    """The engine itself, for tests with several threads; every row is deleted afterwards."""
    db.Session.remove()
    db.Session.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    yield engine
    db.Session.remove()
    with engine.connect().execution_options(**db.writing(engine)) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            names = ", ".join(f'"{t.name}"' for t in db.Base.metadata.sorted_tables)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in reversed(db.Base.metadata.sorted_tables):
                connection.execute(table.delete())


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        secret_key="test-" * 10,
        sms_url="console:",
        base_url="http://localhost",
        kept_pages=0,  # tests write rows without the ledger; tests/web/test_kept.py looks at kept pages
    ).completed()


@pytest.fixture(scope="session")
def _app(settings, engines):
    app = create_app(settings, engine=engines["sqlite"], queue=False)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    limiter.enabled = False  # its configuration is read once, when the application is made
    return app


@pytest.fixture
def app(_app, session):
    """The portal on the database of this test."""
    return _app


@pytest.fixture
def client(app):
    """A browser without the browser, signed out. `client.sign_in(user)` signs in, `client.get(…).text` is the page."""
    return browser(app)


def browser(app):
    client = app.test_client()

    def sign_in(user):
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = user.get_id(), True
        return client

    client.sign_in = sign_in
    return client


@pytest.fixture(autouse=True)
def photo_folder(tmp_path):
    files.use_folder(tmp_path.as_uri())


@pytest.fixture(autouse=True)
def _present():
    clock.use_demo_file(None)
    return


@pytest.fixture
def sql():
    """`with sql() as seen: …` and then `len(seen)`: the statements sent, savepoints not counted."""

    @contextmanager
    def counting():
        seen = []

        def note(_conn, _cursor, statement, *_):
            if not re.match(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA)", statement):
                seen.append(statement)

        target = db.Session().get_bind()
        engine = target.engine if isinstance(target, sa.Connection) else target
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def make(session):
    """The factories, for tests that like to write `make.user()`."""
    return SimpleNamespace(**{n.removeprefix("make_"): f for n, f in vars(factories).items() if n.startswith("make_")})
