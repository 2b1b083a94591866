"""`portal demo`."""

import click

from portal import commands
from portal.demo import content


@click.command()
def load():
    """Load the demo content, once: real places, invented people, a matter at every stage of the chain. Needs PORTAL_DEMO=1 and loaded places, categories and brands."""
    with commands.ready() as settings:
        if not settings.demo:
            raise click.ClickException("Demo content is loaded only where PORTAL_DEMO=1 is set.")
        if lacking := content.missing():
            steps = ", ".join(f"portal load {name}" for name in lacking)
            raise click.ClickException(
                f"The demo content needs reference data that is not loaded yet. Run first: {steps}."
            )
        try:
            said = content.load(lambda what: click.echo(f"\rdemo content: {what}    ", nl=False))
        except content.HalfTold:
            raise click.ClickException(
                "The demo content is half there, because loading was interrupted. Begin again with an empty database "
                f"(where it is a file of the portal: rm -r {settings.data_dir})."
            ) from None
        click.echo("\rdemo content: ready            " if said else "demo content: was here already")


def add_to(group) -> None:
    group.commands["demo"].add_command(load)
