"""`portal serve`, `worker`, `db …`, `doctor`, `demo run`."""

import logging
import os
import sys
from dataclasses import replace

import click

from portal.config import Settings

OWN = ("serve", "worker", "db", "doctor")  # what needs no feature's commands


def add_to(group) -> None:
    for command in (serve, worker, database, doctor):
        group.add_command(command)
    group.commands["demo"].add_command(run_demo)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for loud in ("huey", "alembic"):
        logging.getLogger(loud).setLevel(logging.WARNING)


def _engine(settings: Settings):
    from portal import db, features

    features.load_models()
    return db.make_engine(settings.database_url)


@click.command("serve")
@click.option("--host", help="Address to listen on (PORTAL_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (PORTAL_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes (PORTAL_WEB_WORKERS).")
@click.option("--with-worker", is_flag=True, help="Run the worker beside it; both stop together.")
@click.option("--reload", is_flag=True, help="Start again when the code changes. For developers.")
def serve(host, port, workers, with_worker, reload):
    """Serve the pages with gunicorn until told to stop."""
    from portal.operations import serving

    _log()
    given = {"host": host, "port": port, "web_workers": workers}
    settings = replace(Settings.from_environment(), **{name: value for name, value in given.items() if value})
    try:
        serving.refuse_taken(settings)
    except OSError as problem:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be listened on ({problem.strerror}). Choose another port: PORTAL_PORT=8001"
        ) from None
    if not with_worker:
        serving.Server(settings, reload=reload).run()
    listen = ["--host", settings.host, "--port", str(settings.port), "--workers", str(settings.web_workers)]
    raise SystemExit(serving.run_together(["serve", *listen, *(["--reload"] if reload else [])], ["worker"]))


@click.command("worker")
def worker():
    """Deliver events, keep deadlines. Run at least one; more do no harm."""
    from portal.operations.working import work

    _log()
    work(Settings.from_environment())


@click.group("db")
def database():
    """Bring the database to the tables of this code, or look where it is."""


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision):
    """Go to the newest tables (or to REVISION). Running it again changes nothing."""
    from portal.operations import migrations

    engine = _engine(Settings.from_environment())
    before = migrations.current(engine)
    migrations.upgrade(engine, revision)
    after = migrations.current(engine)
    click.echo(f"database: already at {after}" if before == after else f"database: {before or 'empty'} → {after}")


@database.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="This drops tables or columns with what is in them. Go on?")
def downgrade(revision):
    """Go back to REVISION ("base" for nothing at all)."""
    from portal.operations import migrations

    engine = _engine(Settings.from_environment())
    migrations.downgrade(engine, revision)
    click.echo(f"database: now at {migrations.current(engine) or 'nothing'}")


@database.command("current")
def current():
    """Show where the database is and where the code is."""
    from portal.operations import migrations

    here = migrations.current(_engine(Settings.from_environment()))
    click.echo(f"database: {here or 'empty'}; code: {migrations.head()}")


@database.command("check")
def check():
    """Compare the database with the models; exit code 1 if they differ."""
    from portal.operations import migrations

    with _engine(Settings.from_environment()).connect() as connection:
        found = migrations.differences(connection)
    for difference in found:
        click.echo(difference)
    click.echo(f"{len(found)} differences" if found else "database: as the models say")
    raise SystemExit(bool(found))


@database.command("new")
@click.argument("name")
def new(name):
    """Write the next numbered migration from what changed in the models. Read it before you commit it."""
    from portal.operations import migrations

    _engine(Settings())
    path = migrations.new(name)
    click.echo(f"wrote {path}" if path else "The models have nothing that the last migration has not.")


@click.command("doctor")
def doctor():
    """Say what is wrong with this installation and what to do; exit code 1 if anything is."""
    from portal.operations.doctor import examine

    wrong = 0
    for finding in examine(Settings.from_environment()):
        wrong += not finding.ok
        click.echo(
            f"{click.style('ok', fg='green') if finding.ok else click.style('!!', fg='red', bold=True)}  {finding.says}"
        )
    click.echo(f"\n{wrong} {'thing needs' if wrong == 1 else 'things need'} attention." if wrong else "\nAll is well.")
    raise SystemExit(bool(wrong))


@click.command("run")
@click.pass_context
def run_demo(context):
    """From nothing to a running portal with demo content; safe to run again."""
    os.environ["PORTAL_DEMO"] = "1"
    settings = Settings.from_environment()
    group = context.find_root().command
    for step in ("db upgrade", "load places", "load categories", "load brands", "demo load"):
        group.main(step.split(), standalone_mode=False)
    click.echo(
        f"\n  The portal is at http://{settings.host}:{settings.port}/ (Ctrl-C stops it)\n"
        "  Sign in as resident, neighbour, chair, volunteer, teamlead, moderator, acceptor, dispatcher, officer,\n"
        "  inspector or admin; the password is gongzhi-demo\n"
    )
    os.execv(sys.executable, [sys.executable, "-m", "portal", "serve", "--with-worker"])  # gives back what loading took
