"""`portal load brands`."""

import click

from portal import db, features
from portal.brands import service
from portal.config import Settings
from portal.errors import PortalError


def add_to(group) -> None:
    load = group.commands.get("load")
    if load is None:
        load = click.Group("load", help="Load what the portal ships with. Safe to repeat.")
        group.add_command(load)
    load.add_command(brands)


@click.command("brands")
def brands():
    """Load the eight volunteer brands; running it again only brings them up to date."""
    features.load_models()
    db.bind(db.make_engine(Settings.from_environment().completed().database_url))
    try:
        done = service.load(service.read_csv())
    except PortalError as problem:
        raise click.ClickException(str(problem.why)) from problem
    click.echo(f"brands: {done.new} new, {done.changed} changed, {done.same} as they were")
