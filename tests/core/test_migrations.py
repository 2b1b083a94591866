"""The migrations, run from nothing on both engines, give exactly the tables of the models, and each can be undone."""

import re
import uuid

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st

from portal import clock, db
from portal.cases.models import CaseTerm
from portal.operations import migrations
from portal.places import finding
from portal.places.models import Place, PlaceTerm
from portal.proposals.models import ProposalTerm
from portal.text.terms import index_terms
from tests import factories
from tests.conftest import POSTGRES, create_database


@pytest.fixture
def empty(engine, tmp_path):
    """Two empty databases of the engine's kind."""
    if engine.dialect.name == "sqlite":
        made = [db.make_engine(f"sqlite:///{tmp_path / name}.sqlite") for name in ("stepped", "created")]
        yield made
        for one in made:
            one.dispose()
        return
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    names = [f"portal_test_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with admin.connect() as connection:
        for name in names:
            create_database(connection, name)
    made = [db.make_engine(sa.make_url(POSTGRES).set(database=n).render_as_string(hide_password=False)) for n in names]
    yield made
    for one in made:
        one.dispose()
    with admin.connect() as connection:
        for name in names:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


def revisions() -> list[str]:
    script = ScriptDirectory.from_config(migrations.config())
    return [step.revision for step in script.walk_revisions()][::-1]


def structure(engine) -> dict:
    """Everything a table is made of, in the engine's own words, in an order that does not depend on how it was made."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(
                "SELECT type, name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version' AND sql IS NOT NULL"
            )
            return {(kind, name): sorted(re.split(r",\s*\n|\(\s*\n|\n\s*\)", re.sub(r"[\"`]", "", sql).strip().lower()))
                    if kind == "table" else re.sub(r"[\"`]|\s+", " ", sql).split() for kind, name, sql in rows}  # fmt: skip
        columns = connection.exec_driver_sql(
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, collation_name"
            " FROM information_schema.columns WHERE table_schema = 'public' AND table_name != 'alembic_version'"
        )
        found = {("column", row[0], row[1]): tuple(row) for row in columns}
        for name, definition in connection.exec_driver_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        ):
            found["index", name] = definition
        for name, definition in connection.exec_driver_sql(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        ):
            found["constraint", name] = definition
        return {key: what for key, what in found.items() if "alembic_version" not in str(key)}


def test_upgrading_from_nothing_gives_the_tables_of_the_models(empty):
    stepped, created = empty
    migrations.upgrade(stepped)
    db.Base.metadata.create_all(created)

    with stepped.connect() as connection:
        assert migrations.differences(connection) == []
    assert structure(stepped) == structure(created)
    assert migrations.current(stepped) == migrations.head()


def test_every_step_can_be_undone_and_done_again(empty):
    stepped, _ = empty
    steps = revisions()
    before = [structure(stepped)]
    for step in steps:
        migrations.upgrade(stepped, step)
        before.append(structure(stepped))
    for step in reversed([None, *steps[:-1]]):
        migrations.downgrade(stepped, step or "base")
        assert structure(stepped) == before[steps.index(step) + 1 if step else 0]
    migrations.upgrade(stepped)
    assert structure(stepped) == before[-1]


def test_upgrading_twice_changes_nothing(empty):
    stepped, _ = empty
    migrations.upgrade(stepped)
    migrations.upgrade(stepped)
    assert migrations.current(stepped) == migrations.head()


def test_a_step_that_fails_leaves_no_half_made_table(empty):
    stepped, _ = empty
    with pytest.raises(ZeroDivisionError), migrations.connection(stepped) as connection:
        connection.exec_driver_sql("CREATE TABLE half (id integer)")
        raise ZeroDivisionError
    with stepped.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_the_words_of_what_is_there_are_written_down_but_not_of_what_was_never_let_through(empty):
    engine, _ = empty
    migrations.upgrade(engine)
    db.Session.remove()
    db.Session.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    try:
        shown = factories.make_proposal(state="gathering", title="3号楼装路灯")
        factories.make_proposal(state="withdrawn", title="绝密楠木箱", published_at=None)
        case = factories.make_case(title="Llums tancades", where="A座门口")
        db.Session.remove()
        migrations.downgrade(engine, "0024_finding")
        migrations.upgrade(engine)
        with engine.connect() as connection:
            of_proposals = set(connection.execute(sa.select(ProposalTerm.term, ProposalTerm.proposal_id)).tuples())
            of_cases = set(connection.execute(sa.select(CaseTerm.term, CaseTerm.case_id)).tuples())
        assert of_proposals == {(term, shown.id) for term in index_terms(shown.title)}
        assert of_cases == {(term, case.id) for term in index_terms(f"{case.title} {case.where}")}
    finally:
        db.Session.remove()


def test_the_names_of_places_that_are_there_are_written_down_but_not_of_retired_ones(empty):
    engine, _ = empty
    migrations.upgrade(engine)
    db.Session.remove()
    db.Session.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    try:
        factories.make_places()
        street = {"parent_code": "110102", "level": "street"}
        factories.save(
            Place(code="110102001", name="西长安街街道", pinyin="Xichang'anjie", initials="xcajjd", **street),
            Place(code="110102009", name="旧街道", retired_at=clock.utcnow(), **street),
        )
        db.Session.remove()
        migrations.downgrade(engine, "0025_case_terms")
        migrations.upgrade(engine)
        columns = sa.select(PlaceTerm.place_code, PlaceTerm.term, PlaceTerm.rank)
        with engine.connect() as connection:
            by_migration = set(connection.execute(columns).tuples())
        with db.transaction() as session:
            finding.write(session, session.scalars(sa.select(Place)))
        with engine.connect() as connection:
            assert by_migration == set(connection.execute(columns).tuples())
        assert {("110102001", "anjie", 3), ("110102", "xcq", 4), ("110102003002", "海社区", 1)} <= by_migration
    finally:
        db.Session.remove()


@given(st.text(max_size=60))
def test_the_step_that_writes_words_down_splits_as_the_portal_does(text):
    script = ScriptDirectory.from_config(migrations.config()).get_revision("0025_case_terms").module
    assert script._terms(text) == index_terms(text)


def test_steps_are_numbered_in_their_order():
    steps = revisions()
    assert [int(step[:4]) for step in steps] == list(range(1, len(steps) + 1))
    assert steps == sorted(path.stem for path in (migrations.FOLDER / "versions").glob("*.py"))


def test_migrations_import_nothing_of_the_portal():
    for path in (migrations.FOLDER / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import)\s+portal\b", path.read_text(), re.MULTILINE), path.name
