"""`portal ledger verify`."""

import re

import click
import sqlalchemy as sa

from portal import audit, commands, db


def add_to(group) -> None:
    group.add_command(ledger)


@click.group("ledger")
def ledger():
    """The ledger of everything that was done."""


def _point(_context, _option, given: str | None) -> audit.Point | None:
    if given is None:
        return None
    seq, _, digest = given.strip().partition(":")
    if not re.fullmatch(r"[1-9][0-9]{0,17}", seq) or not re.fullmatch(r"[0-9a-f]{64}", digest.lower()):
        raise click.BadParameter(
            "write SEQ:HASH as an earlier run printed it: a number, a colon, 64 digits from 0 to f."
        )
    return audit.Point(int(seq), digest.lower())


@ledger.command("verify")
@click.option(
    "--expect", metavar="SEQ:HASH", callback=_point, help="The last entry of an earlier run: it must still be there."
)
def verify(expect):
    """Walk the whole chain; exit code 1 if an entry was changed, removed or moved.

    The last entry is printed as SEQ:HASH. Keep it where nobody who can write to the database can reach it: given to a
    later run with --expect, it shows that the ledger was not cut off or written anew.
    """
    with commands.ready(), db.snapshot() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(audit.Entry))
        with click.progressbar(length=total, label="ledger", update_min_steps=1000) as bar:
            count, faults, last = audit.verify(session, expect, progress=lambda _n: bar.update(1))
    for fault in faults:
        click.echo(f"entry {fault.seq}: {fault.what}")
    if last:
        click.echo(f"last entry {last}")
    click.echo(f"{count} entries, {len(faults)} faults" if faults else f"{count} entries: the chain is whole")
    raise SystemExit(bool(faults))
