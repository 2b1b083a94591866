"""Real worker processes: killed in the middle of a delivery, nothing is lost and nothing happens twice."""

import os
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from portal import db, outbox
from portal.config import Settings
from portal.links.models import Link
from portal.operations import migrations
from portal.outbox import Message
from portal.outbox.queue import attach, make_queue
from tests.core.ringing_worker import RangTwice
from tests.core.test_migrations import empty  # noqa: F401 — a fixture

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_time")]


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


@pytest.fixture
def place(empty, tmp_path):  # noqa: F811
    """A migrated database with a queue; `start()` runs a worker on it."""
    engine = empty[0]
    migrations.upgrade(engine)
    url = engine.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=tmp_path / "data", database_url=url, secret_key="k" * 40).completed()
    queue = make_queue(settings)
    attach(queue)
    db.bind(engine)
    db.Session.configure(join_transaction_mode="conditional_savepoint")
    running = []

    def start():
        env = os.environ | {
            "PORTAL_DATA_DIR": str(settings.data_dir),
            "PORTAL_DATABASE_URL": url,
            "PORTAL_SECRET_KEY": "k" * 40,
        }
        running.append(subprocess.Popen([sys.executable, "-m", "tests.core.ringing_worker"], env=env))
        return running[-1]

    yield engine, settings.data_dir, start
    outbox.wake_with(None)
    db.Session.remove()
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


def count(engine, what) -> int:
    with engine.connect() as connection:
        return connection.scalar(what)


RINGS = sa.select(sa.func.count()).select_from(Link)
DONE = sa.select(sa.func.count()).select_from(Message).where(Message.done_at.is_not(None))


def test_a_worker_killed_in_the_middle_loses_nothing_and_does_nothing_twice(place):
    engine, folder, start = place
    (folder / "slow").touch()
    worker = start()
    with db.transaction() as session:
        for bell in range(5):
            outbox.publish(session, RangTwice(bell))
    until((folder / "begun").exists)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert (count(engine, RINGS), count(engine, DONE)) == (0, 0), "what was half done is undone"

    (folder / "slow").unlink()
    worker = start()
    until(lambda: count(engine, DONE) == 5)
    ids = list(db.Session().scalars(sa.select(Message.id)))
    assert outbox.deliver(ids) == 0
    assert count(engine, RINGS) == 5
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0, "asked to stop, it stops by itself"


def test_two_workers_deliver_each_event_once(place):
    engine, _folder, start = place
    workers = [start(), start()]
    for bell in range(40):
        with db.transaction() as session:
            outbox.publish(session, RangTwice(bell))
    until(lambda: count(engine, DONE) == 40)
    assert count(engine, RINGS) == 40
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert all(worker.wait(15) in (0, -signal.SIGTERM) for worker in workers), "one may still have been starting"
