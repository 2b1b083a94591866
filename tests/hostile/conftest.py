"""A town under attack. One SQLite town serves the whole run, as nothing that is asked of it lasts; the engines' own quirks
are tried in a town of a test's own."""

import pytest

from portal import db, files
from tests.hostile import world as worlds


@pytest.fixture(scope="session")
def _town(_app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    engine = db.make_engine(f"sqlite:///{folder / 'town.sqlite'}")
    db.Base.metadata.create_all(engine)
    connection = engine.connect().execution_options(immediate=True)
    outer = connection.begin()
    _open(connection)
    door = worlds.Door(_app, worlds.build(), connection)
    yield door
    db.Session.remove()
    outer.rollback()
    connection.close()
    engine.dispose()


def _open(connection):
    db.Session.remove()
    db.Session.configure(bind=connection, join_transaction_mode="create_savepoint")


@pytest.fixture
def door(_town, tmp_path):
    _open(_town.connection)
    files.use_folder(tmp_path.as_uri())
    yield _town
    db.Session.remove()


@pytest.fixture
def world(door):
    return door.world


@pytest.fixture
def either_door(app, session):
    """A door to a town of its own on each engine."""
    return worlds.Door(app, worlds.build(), session.connection())
