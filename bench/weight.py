"""What the processes weigh and how long they take to answer: two web workers, and the bare program's two."""

import gzip
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import sqlalchemy as sa

from bench import bare

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"


def report() -> Iterator[str]:
    """Sentences about memory (proportional set size), start time and the size of the assets."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "PORTAL_DATA_DIR": folder, "PORTAL_WEB_WORKERS": "2"}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a server keeps what it compiled once
        portal = Path(sys.executable).parent / "portal"
        subprocess.run([portal, "db", "upgrade"], env=environ, check=True, capture_output=True)
        port = _free_port()
        serve = [portal, "serve", "--port", str(port)]
        _weigh("the first start compiles the templates", serve, environ, port, "/proposals/")
        yield _weigh("portal, two web workers", serve, environ, port, "/proposals/")
        engine = sa.create_engine(f"sqlite:///{Path(folder) / 'bare.sqlite'}")
        bare.seed(engine, people=20, matters=40, remarks=50, body="…", remark="<p>…</p>")
        port = _free_port()
        command = [Path(sys.executable).parent / "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "bench.bare_wsgi:app"]
        engine.dispose()
        yield _weigh("bare program, two web workers", command, environ, port, "/matters")
    yield f"assets: {_gzipped('portal.css') + _gzipped('portal.js'):.1f} KB compressed CSS and own JavaScript, {_gzipped('htmx.min.js'):.1f} KB htmx"


def _weigh(name: str, command, environ, port: int, path: str) -> str:
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read()
                break
            except OSError:
                if time.perf_counter() - started > 30:
                    return f"{name}: did not answer within 30 s"
                time.sleep(0.02)
        took = time.perf_counter() - started
        for _ in range(60):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).read()
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        pss = sum(p.memory_full_info().pss for p in family) / 2**20
        return f"{name}: first page after {took:.2f} s, {pss:.0f} MiB (proportional set size, master included)"
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _gzipped(name: str) -> float:
    return len(gzip.compress((DIST / name).read_bytes(), 6)) / 1024
