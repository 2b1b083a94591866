"""`portal load places`."""

import time
from pathlib import Path

import click

from portal import commands
from portal.places import loading

FILE = Path(__file__).parent / "data" / "beijing_divisions.csv"


def add_to(group) -> None:
    group.commands["load"].add_command(places)


@click.command("places")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=FILE)
@click.option("--retire-many", is_flag=True, help="The file really lacks more than a twentieth of the known places.")
def places(file: Path, retire_many: bool):
    """Load the tree of places: city, districts, streets, communities (FILE: code,level,name,parent_code)."""
    from portal.places.romanise import spell  # heavy

    began = time.monotonic()
    try:
        with commands.ready(), file.open(encoding="utf-8", newline="", errors="replace") as lines, _Bar() as bar:
            outcome = loading.load(lines, spell=spell, progress=bar, retire_many=retire_many)
    except loading.TooManyGone as problem:
        raise click.ClickException(f"{problem}. Nothing was changed. Add --retire-many if that is right.") from None
    for line, what in outcome.problems:
        click.echo(f"line {line}: {what}; skipped" if line else f"{what}; skipped", err=True)
    click.echo(
        f"places: {outcome.new} new, {outcome.changed} changed, {outcome.same} as before, {outcome.retired} retired, "
        f"{len(outcome.problems)} rows skipped, {time.monotonic() - began:.1f} s"
    )
    if outcome.problems:
        raise SystemExit(1)


class _Bar:
    """A progress bar that learns its length with the first step."""

    def __init__(self):
        self.bar, self.done = None, 0

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        if self.bar is not None:
            self.bar.__exit__(*problem)

    def __call__(self, done: int, of: int) -> None:
        if self.bar is None:
            self.bar = click.progressbar(length=of, label="places")
            self.bar.__enter__()
        if done - self.done >= 100 or done == of:
            self.bar.update(done - self.done)
            self.done = done
