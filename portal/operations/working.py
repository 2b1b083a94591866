"""The worker: delivers events and keeps deadlines, until it is told to stop."""

import signal
import sys
from datetime import timedelta

from portal import db, outbox
from portal.app import create_app
from portal.config import Settings
from portal.operations.serving import STOP_SECONDS


def work(settings: Settings) -> None:
    """Run until SIGTERM (finishes what is under way) or SIGINT. What a crash left behind is delivered first."""
    told = []

    def stop(*_signal):  # until the consumer listens; a delivery under way is undone
        told.append(True)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    app = create_app(settings)
    consumer = app.extensions["queue"].create_consumer(
        workers=1, worker_type="thread", periodic=True, initial_delay=0.1, backoff=1.2, max_delay=1.0,
        graceful_signal="TERM", shutdown_timeout=STOP_SECONDS,
    )  # fmt: skip
    with app.app_context(), db.scope():
        outbox.sweep(grace=timedelta(0))
        outbox.run_due()
    if told:  # in the middle of a statement the exit comes out as the database's error
        sys.exit(0)
    consumer.run()
