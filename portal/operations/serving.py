"""The web server: gunicorn with threads. The application is loaded once and shared by all its workers."""

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from gunicorn.app.base import BaseApplication

from portal.config import Settings

STOP_SECONDS = 20  # how long a request or a job under way may take to end


class Server(BaseApplication):
    """gunicorn, told everything by Settings."""

    def __init__(self, settings: Settings, *, reload: bool = False):
        self.settings, self.reload = settings, reload
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self.settings, self.reload).items():
            self.cfg.set(name, value)

    def load(self):
        from portal.app import create_app
        from portal.outbox.queue import let_go

        gc.disable()  # what is loaded now stays; looking for garbage in it would take a fifth of the time
        app = create_app(self.settings)
        let_go(app.extensions["queue"])
        warm(app)
        gc.enable()
        return app


def options(settings: Settings, reload: bool = False) -> dict:
    """What gunicorn needs to know; deploy/gunicorn.conf.py shows the same for those who start it themselves."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": 1 if reload else settings.web_workers,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "preload_app": not reload,  # loaded once, before the fork: the workers share its memory
        "reload": reload,
        "timeout": 60,
        "graceful_timeout": STOP_SECONDS,
        "keepalive": 5,
        "limit_request_line": 8190,  # the words of a search, each Chinese character nine letters long
        "max_requests": 0 if reload else 20_000,
        "max_requests_jitter": 2_000,
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,
        "control_socket_disable": True,
        "loglevel": "warning",
        "when_ready": when_ready,
        "pre_fork": pre_fork,
        "post_fork": post_fork,
    }


def warm(app) -> None:
    """Load what first pages need before the fork, so that the workers share it: templates and both catalogues."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for path in ("/pages/about", "/en/pages/about"):  # they are there while the database is away
        app.test_client().get(path)


def when_ready(server) -> None:
    host, port = server.address[0][:2]
    logging.getLogger("portal").info("listening on http://%s:%s", host, port)


def pre_fork(_server, _worker) -> None:
    gc.freeze()  # what is loaded by now is never collected, so its memory stays shared


def post_fork(_server, _worker) -> None:
    from portal import db

    db.after_fork()


def refuse_taken(settings: Settings) -> None:
    """Raises OSError when somebody else listens there already; gunicorn itself would only try again and again."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((settings.host, settings.port))


def run_together(*commands: list[str]) -> int:
    """Run these `portal` commands side by side; when one ends or we are told to stop, all stop."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, _frame: stopping.append(signum))
    running = [
        # a session of its own: Ctrl-C reaches us, and we let them finish what they are doing
        subprocess.Popen([sys.executable, "-m", "portal", *command], start_new_session=True, env=os.environ.copy())
        for command in commands
    ]
    while not stopping and all(process.poll() is None for process in running):
        time.sleep(0.1)
    ended = [process.returncode for process in running if process.returncode is not None]
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS + 5
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0 if stopping else max((abs(code) for code in ended), default=0) or 1
