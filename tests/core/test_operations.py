"""The commands that run the portal, as an operator meets them: real processes, an empty folder, sentences."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from portal import audit, db
from portal.audit.cli import ledger
from portal.operations import doctor, migrations
from portal.policy import SYSTEM


@pytest.fixture
def place(tmp_path):
    return {"PORTAL_DATA_DIR": str(tmp_path / "data"), "PORTAL_SECRET_KEY": "k" * 40}


def portal(place, *arguments, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")} | place | more
    return subprocess.run(
        [sys.executable, "-m", "portal", *arguments], env=env, capture_output=True, text=True, timeout=60
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_doctor_says_what_to_do_until_all_is_well(place):
    ill = portal(place, "doctor")
    assert ill.returncode == 1
    assert "Run: portal db upgrade" in ill.stdout

    assert portal(place, "db", "upgrade").stdout.startswith("database: empty → ")
    assert portal(place, "db", "upgrade").stdout.startswith("database: already at ")

    well = portal(place, "doctor")
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "All is well.")


def test_a_wrong_setting_is_a_sentence_not_a_trace(place):
    answer = portal(place, "serve", PORTAL_ENV="staging")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.strip() == "portal: PORTAL_ENV is 'staging': write development or production."


@pytest.mark.parametrize(
    "command", ["load places", "load brands", "load categories", "proposals recount", "ledger verify", "appoint x"]
)
def test_a_database_without_tables_is_a_sentence_not_a_trace(place, command):
    answer = portal(place, *command.split())
    assert answer.returncode == 1
    assert answer.stderr.strip().startswith("portal: the database refused (no such table: ")
    assert answer.stderr.strip().endswith("portal doctor") and "Traceback" not in answer.stderr


def test_every_command_explains_itself(place):
    page = portal(place, "--help").stdout
    for command in ("db", "demo", "doctor", "import", "ledger", "load", "serve", "worker"):
        assert f"\n  {command} " in page


def test_the_ledger_command_finds_a_changed_entry(place, tmp_path):
    portal(place, "db", "upgrade")
    engine = db.make_engine(f"sqlite:///{tmp_path}/data/portal.sqlite")
    db.Session.remove()
    db.Session.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    for number in range(3):
        with db.transaction() as session:
            audit.record(session, SYSTEM, "proposal.lapse", ("proposal", number))
    db.Session.remove()
    whole = portal(place, "ledger", "verify")
    *_, last, verdict = whole.stdout.splitlines()
    assert (whole.returncode, verdict) == (0, "3 entries: the chain is whole")
    assert re.fullmatch("last entry 3:[0-9a-f]{64}", last)

    with engine.begin() as connection:
        connection.execute(sa.update(audit.Entry).where(audit.Entry.seq == 2).values(action="proposal.accept"))
    engine.dispose()
    broken = portal(place, "ledger", "verify", "--expect", "3:" + 64 * "A")
    assert broken.returncode == 1
    assert "entry 2: was changed\nentry 3: is not the one that was expected\nlast entry 3:" in broken.stdout


@pytest.mark.parametrize(
    "given",
    ["", "7", "7:", ":" + 64 * "0", "0:" + 64 * "0", "7:" + 63 * "0", "7:" + 64 * "x", "²:" + 64 * "0", "9" * 5000],
)
def test_an_entry_that_is_no_entry_gets_a_sentence(given):
    answer = CliRunner().invoke(ledger, ["verify", "--expect", given])
    assert answer.exit_code == 2
    assert "write SEQ:HASH as an earlier run printed it" in " ".join(answer.output.split())


@pytest.mark.slow
def test_server_and_worker_start_together_and_stop_together(place):
    port = free_port()
    portal(place, "db", "upgrade")
    env = os.environ | place | {"PORTAL_PORT": str(port)}
    together = subprocess.Popen(
        [sys.executable, "-m", "portal", "serve", "--with-worker"], env=env, stderr=subprocess.DEVNULL
    )
    try:
        assert _answer(port) == b'{"status":"ready"}\n'
        taken = portal(place, "serve", PORTAL_PORT=str(port))
        assert taken.returncode == 1
        assert "Choose another port" in taken.stderr
    finally:
        together.send_signal(signal.SIGINT)
    assert together.wait(30) == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)


def _answer(port: int) -> bytes:
    end = time.monotonic() + 30
    while True:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).read()
        except OSError:
            assert time.monotonic() < end, "the server did not come up"
            time.sleep(0.1)


def test_the_doctor_sees_a_queue_file_that_is_none(place, tmp_path):
    portal(place, "db", "upgrade")
    assert "The queue is a file" in portal(place, "doctor").stdout
    for file in tmp_path.glob("data/queue.sqlite*"):
        file.unlink()
    (tmp_path / "data/queue.sqlite").write_bytes(os.urandom(4096))
    ill = portal(place, "doctor")
    assert ill.returncode == 1
    assert "queue.sqlite cannot be used (file is not a database)" in ill.stdout


def test_the_doctor_names_what_does_not_answer(tmp_path):
    from portal.config import Settings

    settings = Settings(
        env="production", secret_key="k" * 40, data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1",
        sms_url="http://127.0.0.1:1/", base_url="http://portal.example",
    ).completed()  # fmt: skip
    said = [finding.says for finding in doctor.examine(settings) if not finding.ok]
    for beginning in (
        "PORTAL_BASE_URL does not begin with https",
        "The database ",
        "Redis does not answer",
        "The SMS gateway 127.0.0.1",
    ):
        assert any(sentence.startswith(beginning) for sentence in said), beginning
    assert not any("nobody:" in sentence for sentence in said)


def test_the_doctor_sees_events_that_wait_too_long(real_db):
    from datetime import timedelta

    from portal import clock, outbox

    assert doctor.waiting(real_db).ok
    with db.transaction() as session:
        session.add(
            outbox.Message(
                event="x", payload={}, created_at=clock.utcnow() - timedelta(hours=1), error="RuntimeError: the bell"
            )
        )
    assert "1 events have waited" in doctor.waiting(real_db).says
    assert "the bell" in doctor.waiting(real_db).says
    assert doctor.moment(real_db).ok
    assert not doctor.tables(real_db).ok
    assert migrations.current(real_db) is None
