"""A town under attack. One SQLite town serves the whole run, as nothing that is asked of it lasts; the engines' own quirks
are tried in a town of a test's own."""

import pytest

from portal import db, files
from tests.hostile import world as worlds
from tests.hostile.pages import read
from tests.hostile.test_addresses import WATCHERS, addresses, rules

SHOWN_IN_EVERY_STATE = {
    "proposals.show",
    "proposals.edit",
    "cases.show",
    "staff.proposals_one",
    "staff.cases_show",
    "staff.cases_supervise",
    "patrols.show",
    "conversations.show",
    "spaces.show",
}
ANYWHERE = ("guest", "owner", "resident", "stranger", "newcomer", "volunteer", "lead", "chair", "place_admin")
LOOK_AT = {
    "guest": 4,
    "newcomer": 4,
    "volunteer": 4,
    "lead": 4,
    "place_admin": 4,
    "resident": 12,
    "stranger": 12,
    "chair": 12,
}  # of what has states; desks and owners at all


@pytest.fixture(scope="session")
def _town(_app, tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    engine = db.make_engine(f"sqlite:///{folder / 'town.sqlite'}")
    db.Base.metadata.create_all(engine)
    connection = engine.connect().execution_options(**db.writing(engine))
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


@pytest.fixture(scope="session")
def _found(_town):
    return {}


@pytest.fixture
def forms(door, _found):
    """(who, page, form) of every kind of form there is, one of each: by what it sends where."""
    if not _found:
        match = door.app.url_map.bind("localhost").match
        for who, path in door.world.pages_with_a_question:
            _collect(door, who, path, match, _found)
        for who in WATCHERS:
            for rule in rules(door.app):
                if "GET" not in rule.methods or rule.rule.startswith(("/static", "/photos", "/gallery")):
                    continue
                if who not in ANYWHERE and not rule.rule.startswith("/staff"):
                    continue
                most = (
                    LOOK_AT.get(who, 26)
                    if rule.endpoint in SHOWN_IN_EVERY_STATE
                    else 0
                    if who in ("resident", "stranger")
                    else 3
                )
                for path in addresses(rule, door.world)[:most]:
                    _collect(door, who, path, match, _found)
    return list(_found.values())


def _collect(door, who, path, match, found):
    status, _kind, text = door.page(who, path)
    if status != 200 or "<form" not in text:
        return
    for form in read(text).forms:
        if form.method != "post":
            continue
        form.target = (form.action or path).split("#")[0]
        endpoint = match(form.target.split("?")[0], method="POST")[0]
        names = tuple(sorted({field.name for field in form.fields}))
        chosen = tuple(
            sorted({f"{f.name}={f.value}" for f in form.fields if f.kind == "hidden" and f.name == "action"})
        )
        found.setdefault((endpoint, names, chosen), (who, path, endpoint, form))
