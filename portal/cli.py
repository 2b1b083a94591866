"""The `portal` command."""

from importlib import import_module
from importlib.util import find_spec

import click

from portal.config import SettingsError
from portal.operations import cli as operations


class Commands(click.Group):
    """Loads what the features offer only when it is asked for: `portal serve` starts without them."""

    complete = False

    def get_command(self, ctx, cmd_name):
        if cmd_name not in operations.OWN:
            self.collect()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx):
        self.collect()
        return super().list_commands(ctx)

    def collect(self) -> None:
        if not self.complete:
            self.complete = True
            from portal.features import FEATURES

            for name in ("audit", "demo", "imports", *FEATURES):
                if find_spec(f"portal.{name}.cli"):
                    import_module(f"portal.{name}.cli").add_to(self)


@click.group(cls=Commands)
def group():
    """共治门户: run and look after the portal. Settings come from PORTAL_* environment variables (see the README)."""


@group.group("load")
def load():
    """Load reference data. Every command can be run again."""


@group.group("demo")
def demo():
    """Content and accounts for trying the portal out. Never in production."""


operations.add_to(group)


def main() -> None:
    """Entry point; a wrong setting and a database that does not answer end in a sentence, not in a trace."""
    from sqlalchemy.exc import DBAPIError

    try:
        group()
    except SettingsError as problem:
        raise SystemExit(f"portal: {problem}") from None
    except DBAPIError as problem:
        said = str(problem.orig).strip().splitlines()[0]
        raise SystemExit(
            f"portal: the database refused ({said}). What is wrong and what to do says: portal doctor"
        ) from None
