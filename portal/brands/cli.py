"""`portal load brands`."""

import click

from portal import commands
from portal.brands import service
from portal.errors import PortalError


def add_to(group) -> None:
    group.commands["load"].add_command(brands)


@click.command("brands")
def brands():
    """Load the eight volunteer brands; running it again only brings them up to date."""
    with commands.ready():
        try:
            done = service.load(service.read_csv())
        except PortalError as problem:
            raise click.ClickException(str(problem.why)) from None
    click.echo(f"brands: {done.new} new, {done.changed} changed, {done.same} as they were")
