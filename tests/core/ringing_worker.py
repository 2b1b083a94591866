"""A worker process with one handler more, for test_worker: it writes down each ring, slowly while the file `slow` exists."""

import os
import secrets
import time
from pathlib import Path

from portal import outbox
from portal.config import Settings
from portal.links.models import Link
from portal.operations.working import work


@outbox.event("test.rang_twice")
class RangTwice:
    bell: int


@outbox.on(RangTwice)
def write_down(session, event):
    session.add(Link(from_kind="rang", from_id=event.bell, to_kind="ring", to_id=secrets.randbelow(2**30)))
    session.flush()
    folder = Path(os.environ["PORTAL_DATA_DIR"])
    (folder / "begun").touch()
    if (folder / "slow").exists():
        time.sleep(60)


if __name__ == "__main__":
    work(Settings.from_environment())
