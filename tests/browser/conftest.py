"""The portal as people meet it: a real server in a thread, a real browser, a browser context for every person."""

import io
import json
import os
import shutil
import threading
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import clock, create_app, db, features, files, outbox
from portal.accounts import passwords, sms
from portal.config import Settings
from portal.web.limits import limiter
from tests.browser.people import PASSWORD, Walk
from tests.conftest import skip_or_fail

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")  # the one without a window is the fastest
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, driven by Playwright; the tests say plainly when either is missing."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        skip_or_fail("Playwright is not installed; nobody walked the portal in a browser (make setup).")
    where = os.environ.get("PORTAL_TEST_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=where, args=FLAGS)
        except Error as problem:
            skip_or_fail(
                f"Chromium could not be started (PORTAL_TEST_CHROMIUM); nobody walked the portal in a browser: {problem.message[:200]}"
            )
        yield browser
        browser.close()


class _Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


class Server:
    """A portal with a database of its own, listening on this machine."""

    def __init__(self, folder: Path):
        self.folder, self.travelled = folder, ExitStack()
        self.messages = folder / "sms.jsonl"
        settings = Settings(data_dir=folder, secret_key="browser-" * 6, sms_url=self.messages.as_uri()).completed()
        self.engine = db.make_engine(settings.database_url)
        features.load_models()
        db.Base.metadata.create_all(self.engine)
        self.app = create_app(settings, engine=self.engine, queue=False)
        self.http = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    def code_for(self, phone: str) -> str:
        """The code of the last message to this phone."""
        sent = [json.loads(line) for line in self.messages.read_text(encoding="utf-8").splitlines()]
        return next(message["code"] for message in reversed(sent) if phone in message["phone"])

    def work(self) -> None:
        """Do what the worker does: deliver what happened, keep the deadlines, until nothing is left."""
        with self.app.app_context(), db.scope():
            for _round in range(20):
                did = [n for n in outbox.run_due().values() if n]
                assert -1 not in did, "a deadline job failed"
                if not outbox.sweep(grace=timedelta(0)) and not did:
                    break
            left = db.Session().query(outbox.Message).filter(outbox.Message.done_at.is_(None)).all()
            assert not left, [(message.event, message.error) for message in left]

    def later(self, **by) -> None:
        """Time goes by, for the server as for everybody, and the worker does what fell due."""
        self.travelled.enter_context(clock.travel(**by))
        self.work()

    def stop(self) -> None:
        self.http.shutdown()
        self.thread.join(5)
        self.http.server_close()
        self.travelled.close()
        db.Session.remove()
        self.engine.dispose()


@pytest.fixture
def server(tmp_path, photo_folder):
    """A running portal. What the process shares with other tests is put back afterwards."""
    limited, gateway = limiter.enabled, sms._url
    limiter.enabled = True
    served = Server(tmp_path / "portal")
    limiter.reset()
    files.use_folder((tmp_path / "photos").as_uri())
    yield served
    served.stop()
    limiter.reset()
    limiter.enabled = limited
    sms.use(gateway)


@pytest.fixture
def walk(chromium, server):
    """`walk(name=…, width=…, js=…)`; at the end everything that was wrong with any page is told."""
    begun = []

    def begin(**how):
        begun.append(Walk(chromium, server, **how))
        return begun[-1]

    yield begin
    for one in begun:
        one.end()


@pytest.fixture(scope="session")
def password_hash():
    return passwords.make(PASSWORD)


@pytest.fixture(scope="session")
def picture():
    """A photo of a lane, as a phone would send it."""
    image = Image.new("RGB", (1200, 900), "#b8b4a8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1200, 380), fill="#8d949b")
    for x in range(80, 1200, 220):
        draw.rectangle((x, 420, x + 150, 780), outline="#3b4148", width=14)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
