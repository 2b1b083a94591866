"""Run the whole bench: both databases, signed out and in, and what the processes weigh. Prints a table for docs/performance.md."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import weight

POSTGRES = os.environ.get("PORTAL_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="turns a page")
    parser.add_argument("--requests", type=int, default=40, help="requests a turn")
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    given = parser.parse_args()
    print("service time in ms, median (portal and the bare program take turns in one process; one connection)\n")
    print(f"{'database':10}{'page':28}{'portal':>8}{'bare':>8}{'ratio':>7}{'SQL':>5}{'bare':>5}{'KB':>7}{'bare':>7}")
    for kind in ("sqlite", "postgres"):
        if given.only and kind != given.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            measured = _measure(kind, folder, given)
        for row in measured or ():
            print(
                f"{kind:10}{row['page']:28}{row['portal']:8.2f}{row['bare']:8.2f}{row['bare'] / row['portal']:7.2f}"
                f"{row['sql']:5}{row['bare_sql']:5}{row['bytes'] / 1024:7.1f}{row['bare_bytes'] / 1024:7.1f}"
            )
    print("\nratio = bare ÷ portal: the share of a bare program's speed that is left (goal ≥ 0.35)\n")
    for line in weight.report():
        print(line)


def _measure(kind: str, folder: str, given) -> list[dict] | None:
    url = f"sqlite:///{Path(folder) / 'bench.sqlite'}" if kind == "sqlite" else POSTGRES
    run = subprocess.run(
        [sys.executable, "-m", "bench.pages", url, folder, str(given.rounds), str(given.requests)],
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if run.returncode:
        print(f"{kind:10}not measured: the database was not reachable or the run failed (see above)")
        return None
    return json.loads(run.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
