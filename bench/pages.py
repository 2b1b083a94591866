"""Measure the pages on one database, the portal and the bare program taking turns. Prints JSON on its last line."""

import gc
import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder

from bench import bare, seed
from portal import create_app, db
from portal.config import Settings

COMMENTS, PROPOSALS, VOTERS = 50, 200, 600


class Program:
    """A WSGI application, called without a network; counts its own statements."""

    def __init__(self, app, engine):
        self.app, self.engine, self.statements = app, engine, 0
        sa.event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _conn, _cursor, statement, *_):
        if not statement.lstrip().startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            self.statements += 1

    def cookie(self, **values) -> str:
        serializer = self.app.session_interface.get_signing_serializer(self.app)
        return f"session={serializer.dumps(values)}"

    def call(self, path: str, cookie: str = "", form: dict | None = None) -> tuple[float, int, int, int]:
        """(milliseconds, bytes, statements, status) of one request."""
        builder = EnvironBuilder(
            path, method="POST" if form else "GET", data=form, headers={"Cookie": cookie} if cookie else {}
        )
        environ, before, status = builder.get_environ(), self.statements, []
        started = time.perf_counter()
        answer = self.app(environ, lambda line, headers, exc=None: status.append(int(line[:3])))
        body = b"".join(answer)
        answer.close()
        return (time.perf_counter() - started) * 1000, len(body), self.statements - before, status[0]


def main(url: str, folder: str, rounds: int, requests: int) -> None:
    engine = _engine(url)
    settings = Settings(data_dir=Path(folder), secret_key="bench-" * 8, database_url=str(url)).completed()
    ours, kept = (_portal(replace(settings, kept_pages=room), engine) for room in (0, settings.kept_pages))
    made = seed.fill(engine, proposals=PROPOSALS, comments=COMMENTS, voters=VOTERS)
    yardstick = _engine(url, "_bare")
    theirs = Program(bare.create(yardstick), yardstick)
    matter = bare.seed(
        yardstick, people=VOTERS, matters=PROPOSALS, remarks=COMMENTS, body=seed.BODY, remark=seed.REMARK_HTML
    )
    me, him = ours.cookie(_user_id=made.session_of(0), _fresh=True), theirs.cookie(who=1)
    pages = {
        "list of 20, signed out": (("/proposals/",), ("/matters",)),
        "list of 20, signed in": (("/proposals/", me), ("/matters", him)),
        "50 comments, signed out": ((f"/proposals/{made.proposal}",), (f"/matters/{matter}",)),
        "50 comments, signed in": ((f"/proposals/{made.proposal}", me), (f"/matters/{matter}", him)),
    }
    gc.collect()
    gc.freeze()  # as `portal serve` does before its workers are forked; the bare program gains by it as well
    rows = []
    for name, (a, b) in pages.items():
        rows.append(_turns(name, ours, theirs, lambda n, a=a: a, lambda n, b=b: b, rounds, requests))
        if len(a) == 1:  # signed out
            again = name.replace("signed out", "read again")
            rows.append(_turns(again, kept, theirs, lambda n, a=a: a, lambda n, b=b: b, rounds, requests))
    rows.append(_turns("a vote", ours, theirs, _ballots(ours, made), _votes(theirs, matter), rounds, requests))
    print(json.dumps(rows))


def _portal(settings: Settings, engine) -> Program:
    app = create_app(settings, engine=engine, queue=False)
    app.config["RATELIMIT_ENABLED"] = False
    return Program(app, engine)


def _ballots(ours: Program, made):
    """The n-th elector casts (and later changes) a vote, with session, CSRF token and all."""
    token = "0123456789abcdef" * 2
    signed = URLSafeTimedSerializer(ours.app.secret_key, salt="wtf-csrf-token").dumps(token)

    def request(n):
        cookie = ours.cookie(_user_id=made.session_of(n % VOTERS), _fresh=True, csrf_token=token)
        return (
            f"/ballots/{made.ballot}/votes",
            cookie,
            {"choice": ("for", "against")[n // VOTERS % 2], "csrf_token": signed},
        )

    return request


def _votes(theirs: Program, matter: int):
    def request(n):
        return (
            f"/matters/{matter}/votes",
            theirs.cookie(who=n % VOTERS + 1),
            {"choice": ("for", "against")[n // VOTERS % 2]},
        )

    return request


def _turns(name, ours, theirs, a, b, rounds, requests) -> dict:
    times: dict[Program, list[float]] = {ours: [], theirs: []}
    last: dict[Program, tuple] = {}
    n = 0
    for program, make in ((ours, a), (theirs, b)):
        for _ in range(5):
            answer = program.call(*make(n))
            assert answer[3] in (200, 302, 303), f"{name}: status {answer[3]}"
            n += 1
    for _ in range(rounds):
        for program, make in ((ours, a), (theirs, b)):
            for _ in range(requests):
                last[program] = program.call(*make(n))
                times[program].append(last[program][0])
                n += 1
    return {
        "page": name, "portal": statistics.median(times[ours]), "bare": statistics.median(times[theirs]), "sql": last[ours][2],
        "bare_sql": last[theirs][2], "bytes": last[ours][1], "bare_bytes": last[theirs][1],
    }  # fmt: skip


def _engine(url: str, suffix: str = "") -> sa.Engine:
    if url.startswith("sqlite"):
        return db.make_engine(url.replace(".sqlite", f"{suffix}.sqlite"))
    name = f"portal_bench{suffix}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    address = sa.make_url(url).set(database=name)
    return sa.create_engine(address) if suffix else db.make_engine(address.render_as_string(hide_password=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
