"""`portal appoint`: the first administrator, who then gives every other role on the pages."""

import click

from portal import commands, db
from portal.accounts import queries, service
from portal.accounts.policy import ROLES_ON
from portal.accounts.service import grants
from portal.errors import NotFound
from portal.places.codes import CITY
from portal.policy import SYSTEM, Role


def add_to(group) -> None:
    group.add_command(appoint)


@click.command("appoint")
@click.argument("username")
@click.option(
    "--role",
    type=click.Choice(sorted(role.value for role in ROLES_ON["place"])),
    default=Role.ADMIN.value,
    show_default=True,
)
@click.option("--place", default=CITY, show_default=True, help="Code of the place on which the role holds.")
def appoint(username: str, role: str, place: str):
    """Give a registered person a role on a place. Can be run again; it is written into the ledger."""
    with commands.ready():
        person = queries.find_by_username(username)
        if person is None:
            raise click.ClickException(
                f"nobody has the user name {username!r}; register it on the page /register first"
            )
        try:
            with db.transaction() as session:
                grants.scope_of(session, "place", place, living=True)
                grant = service.give(session, SYSTEM, person.id, Role(role), ("place", place))
        except NotFound as problem:
            raise click.ClickException(f"{problem.why} ({place})") from None
    click.echo(f"{username} holds {grant.role} on {place}")
