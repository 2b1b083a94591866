"""`portal import`."""

from pathlib import Path

import click

from portal import commands
from portal.errors import PortalError
from portal.imports import cases, lines, service


@click.group("import")
def group():
    """Bring in what people proposed elsewhere."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--space",
    type=click.IntRange(1, 2**31 - 1),
    help="Put everything into this space instead of one forum per district.",
)
@click.option(
    "--file-cases", is_flag=True, help="File every accepted proposal as a case, also of those that are here already."
)
def proposals(file, space, file_cases):
    """Import a file of proposals with their comments (JSON lines, plain or .gz). Run it again at any time: what is
    here already is skipped, what was interrupted goes on. A broken line is named and left out whole."""
    with commands.ready():
        try:
            with click.progressbar(length=lines.count(file), label="proposals") as bar:
                done = service.import_proposals(
                    file, space_id=space, file_cases=cases.file if file_cases else None, progress=bar.update
                )
        except PortalError as problem:
            raise click.ClickException(str(problem.why)) from None
    for bad in done.bad:
        click.echo(f"line {bad.line}: {bad.why}; skipped", err=True)
    click.echo(
        f"{done.taken} proposals with {done.comments} comments taken in, {done.known} were here already, {len(done.bad)} lines skipped."
    )
    if file_cases:
        click.echo(f"{done.cases} cases filed.")


def add_to(portal) -> None:
    portal.add_command(group)
