"""`portal ledger verify`."""

import click
import sqlalchemy as sa

from portal import audit, db, features
from portal.config import Settings


def add_to(group: click.Group) -> None:
    group.add_command(ledger)


@click.group("ledger")
def ledger():
    """The ledger of everything that was done."""


@ledger.command("verify")
def verify():
    """Walk the whole chain; exit code 1 if an entry was changed, removed or moved."""
    features.load_models()
    engine = db.make_engine(Settings.from_environment().database_url)
    with sa.orm.Session(engine) as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(audit.Entry))
        with click.progressbar(length=total, label="ledger", update_min_steps=1000) as bar:
            count, faults = audit.verify(session, progress=lambda _n: bar.update(1))
    for fault in faults:
        click.echo(f"entry {fault.seq}: {fault.what}")
    click.echo(f"{count} entries, {len(faults)} faults" if faults else f"{count} entries: the chain is whole")
    raise SystemExit(bool(faults))
