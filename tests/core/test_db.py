"""transaction(): everything or nothing, once, in the right order; the column types; inserting what is new."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from portal import db
from portal.links.models import Link
from portal.places.models import Place, PlaceLevel


def city(code="11", name="北京市"):
    return Place(code=code, level=PlaceLevel.CITY, name=name, pinyin="Beijing")


def names(engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(Place.name).order_by(Place.name)))


def test_a_transaction_is_committed_at_its_end(real_db):
    with db.transaction() as session:
        session.add(city())
        session.flush()
        assert names(real_db) == []
    assert names(real_db) == ["北京市"]


def test_an_inner_transaction_joins_the_outer_one(real_db):
    with db.transaction() as outer:
        with db.transaction() as inner:
            assert inner is outer
            inner.add(city())
        assert names(real_db) == [], "the inner one must not commit"
        outer.add(city("12", "天津市"))
    assert names(real_db) == ["北京市", "天津市"]


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_fails_undoes_everything(real_db, problem):
    with pytest.raises(problem), db.transaction() as outer:
        outer.add(city())
        with db.transaction() as inner:
            inner.add(city("12", "天津市"))
        raise problem
    assert names(real_db) == []
    with db.transaction() as session:  # and the session can be used again
        session.add(city())
    assert names(real_db) == ["北京市"]


def test_a_failing_inner_transaction_undoes_the_outer_one_too(real_db):
    with pytest.raises(ValueError), db.transaction() as outer:
        outer.add(city())
        with db.transaction():
            raise ValueError
    assert names(real_db) == []


def test_what_was_read_before_stays_usable_after_a_commit(real_db):
    with db.transaction() as session:
        place = city()
        session.add(place)
    assert place.name == "北京市"
    assert not db.Session().in_transaction()


def test_a_write_takes_the_lock_at_once_and_the_next_waits(real_db):
    """Two who read, add one and write lose nothing: the second reads what the first wrote."""
    from concurrent.futures import ThreadPoolExecutor

    with db.transaction() as session:
        session.add(city(name="0"))

    def add_one(_):
        with db.scope(), db.transaction() as mine:
            place = db.locked(mine, Place, "11")
            place.name = str(int(place.name) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(40)))
    assert names(real_db) == ["40"]


def test_what_only_reads_on_postgres_is_no_transaction_and_keeps_the_plans_of_the_server(real_db):
    if real_db.dialect.name == "sqlite":
        assert db.writing(real_db) == {"immediate": True}
        return
    asked, planned = db.plan_once(sa.select(Place.name).where(Place.code == "11")), sa.text("SELECT count(*) FROM pg_prepared_statements")
    for n in range(120):  # the pool may hold 15 connections
        with db.scope():
            session = db.Session()
            assert session.connection().connection.dbapi_connection.autocommit
            assert session.scalar(asked) == (None if n == 0 else "北京市")
        if n in (0, 6):
            with db.scope(), db.transaction() as session:
                assert not session.connection().connection.dbapi_connection.autocommit
                session.merge(city())
    with db.scope():
        assert db.Session().scalar(planned) >= 1


def test_a_change_outside_a_transaction_is_refused_where_it_could_not_be_undone(real_db):
    with db.scope():
        session = db.Session()
        if real_db.dialect.name == "sqlite":
            session.execute(sa.insert(Place).values(code="11", level="city", name="北京市"))
            session.rollback()
        else:
            for change in (
                sa.insert(Place).values(code="11", level="city", name="北京市"), sa.update(Place).values(name="?"), sa.delete(Place),
                sa.select(Place).with_for_update(),
            ):  # fmt: skip
                with pytest.raises(RuntimeError, match="belongs into"):
                    session.execute(change)
                session.rollback()
    assert names(real_db) == []


def test_a_plan_that_was_kept_is_made_anew_when_the_table_has_changed(real_db):
    asked = db.plan_once(sa.select(sa.literal_column("x")).select_from(sa.text("changing")))
    change = sa.text
    with db.transaction() as session:
        session.execute(change("CREATE TABLE changing (x integer)"))
        session.execute(change("INSERT INTO changing VALUES (1)"))
    try:
        for _ in range(40):
            with db.scope():
                assert db.Session().scalar(asked) == 1
        if real_db.dialect.name == "postgresql":
            with db.transaction() as session:
                session.execute(change("ALTER TABLE changing ALTER COLUMN x TYPE text"))
        for _ in range(20):
            with db.scope():
                assert str(db.Session().scalar(asked)) == "1"
    finally:
        with db.transaction() as session:
            session.execute(change("DROP TABLE changing"))


def test_a_failed_change_on_a_connection_that_only_read_before_leaves_nothing(real_db):
    with db.scope():
        assert db.Session().scalar(sa.select(sa.func.count()).select_from(Place)) == 0
        with pytest.raises(ValueError), db.transaction() as session:
            session.add(city())
            session.flush()
            raise ValueError
        assert db.Session().scalar(sa.select(sa.func.count()).select_from(Place)) == 0


def test_every_scope_has_a_session_of_its_own(real_db):
    mine = db.Session()
    with db.scope():
        assert db.Session() is not mine
    assert db.Session() is mine


def test_moments_come_back_aware_and_in_utc(session):
    beijing = timezone(timedelta(hours=8))
    link = Link(from_kind="a", from_id=1, to_kind="b", to_id=2, created_at=datetime(2026, 5, 21, 20, 0, tzinfo=beijing))
    session.add(link)
    session.flush()
    session.expire_all()
    assert session.scalar(sa.select(Link.created_at)) == datetime(2026, 5, 21, 12, 0, tzinfo=UTC)
    assert session.scalar(sa.select(Link.created_at)).tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session):
    session.add(Link(from_kind="a", from_id=1, to_kind="b", to_id=2, created_at=datetime(2026, 5, 21)))  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        session.flush()


def test_inserting_what_is_new_says_how_much_was(session):
    row = {"from_kind": "a", "from_id": 1, "to_kind": "b", "to_id": 2}
    assert db.insert_new(session, Link, []) == 0
    assert db.insert_new(session, Link, [row]) == 1
    assert db.insert_new(session, Link, [row]) == 0
    assert db.insert_new(session, Link, [row, row | {"to_id": 3}, row | {"to_id": 4}]) == 2


def test_a_prefix_is_a_range_of_codes(session):
    for code, parent in (("11", None), ("110101", "11"), ("110102", "11"), ("110102003", "110102")):
        session.add(Place(code=code, parent_code=parent, level=PlaceLevel.CITY, name=code, pinyin=code))
        session.flush()
    found = session.scalars(sa.select(Place.code).where(db.prefix_range(Place.code, "110102")).order_by(Place.code))
    assert list(found) == ["110102", "110102003"]


def test_foreign_keys_are_kept_on_every_engine(session):
    session.add(Place(code="1101", parent_code="nowhere", level=PlaceLevel.DISTRICT, name="x", pinyin="x"))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_postgresql_is_told_once_a_connection_what_a_page_costs(real_db):
    if real_db.dialect.name == "sqlite":
        return
    for _ in range(2):
        with real_db.connect() as connection:
            assert connection.exec_driver_sql("SHOW random_page_cost").scalar() == "1.1"
            connection.rollback()
