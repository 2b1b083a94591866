"""Huey: how the web process wakes the worker, and what the worker does by itself."""

import logging
from contextlib import nullcontext

from huey import Huey, RedisHuey, SqliteHuey, crontab

from portal import db
from portal.config import Settings
from portal.outbox import service

log = logging.getLogger(__name__)


def make_queue(settings: Settings) -> Huey:
    """A queue on Redis where there is one, else on a SQLite file in the data directory."""
    if settings.redis_url:
        return RedisHuey("portal", url=settings.redis_url, results=False)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("portal", filename=str(settings.data_dir / "queue.sqlite"), results=False, fsync=False)


def attach(queue: Huey, inside=nullcontext) -> None:
    """Register the worker's tasks on this queue and let commits wake it. Every task runs `inside()`, an app context."""

    @queue.task(name="deliver")
    def deliver(ids):
        with inside(), db.scope():
            service.deliver(ids)

    @queue.periodic_task(crontab(minute="*"), name="sweep")
    def sweep():
        with inside(), db.scope():
            service.sweep()

    @queue.periodic_task(crontab(minute="*"), name="run_due")
    def run_due():
        with inside(), db.scope():
            service.run_due()

    def wake(ids):
        try:
            deliver(ids)
        except Exception:  # the change is committed; the sweep will find its message
            log.exception("the queue did not answer; messages %s wait for the sweep", ids)

    service.wake_with(wake)


def let_go(queue: Huey) -> None:
    """Close the queue's connection of this thread, so that a process about to fork leaves none to its children."""
    if isinstance(queue, SqliteHuey):
        queue.storage.close()
