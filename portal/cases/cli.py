"""`portal load categories`: the classes of matters and the units that handle them."""

from pathlib import Path

import click

from portal import commands
from portal.categories import service as categories_service
from portal.units import service as units_service


def add_to(group) -> None:
    group.commands["load"].add_command(categories)


@click.command("categories")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=categories_service.DATA)
@click.option("--overwrite", is_flag=True, help="Bring rows that are there back to what the file says.")
def categories(file: Path, overwrite: bool):
    """Load the categories of cases (FILE: CSV), and the units of every city, district and street that is loaded."""
    with commands.ready():
        try:
            new, changed = categories_service.load(file, overwrite=overwrite)
        except (ValueError, KeyError) as problem:
            raise click.ClickException(f"{file}: {problem}. Nothing was changed.") from None
        click.echo(f"categories: {new} new, {changed} changed")
        click.echo(f"units: {units_service.load()} new")
