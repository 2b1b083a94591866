"""The `portal` command."""

from importlib import import_module
from importlib.util import find_spec

import click

from portal import features
from portal.config import SettingsError


@click.group()
def group():
    """共治门户: run and look after the portal. Settings come from PORTAL_* environment variables (see the README)."""


def _collect() -> None:
    for name in ("audit", "demo", "imports", *features.FEATURES, "operations"):
        if find_spec(f"portal.{name}.cli"):
            import_module(f"portal.{name}.cli").add_to(group)


def main() -> None:
    """Entry point; a wrong setting ends in a sentence, not in a trace."""
    _collect()
    try:
        group()
    except SettingsError as problem:
        raise SystemExit(f"portal: {problem}") from None
