"""`portal proposals recount`: do the stored counts still say what the rows say?"""

import click

from portal import commands, db
from portal.proposals import checking


def add_to(group) -> None:
    group.add_command(proposals)


@click.group()
def proposals():
    """Looking after proposals."""


@proposals.command()
def recount():
    """Compare every stored count of proposals with its rows; ends with 1 if one differs. Changes nothing."""
    with commands.ready(), db.snapshot() as session:
        number, wrong = checking.recount(session)
    for line in wrong:
        click.echo(line)
    click.echo(f"{number} proposals, {len(wrong)} wrong counts")
    raise SystemExit(1 if wrong else 0)
