"""Write the first set of migrations anew from the models: one numbered file a feature, lowest layer first.

Only before the first release; afterwards `make migration name="…"` adds the next step.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops

from portal import db, features
from portal.operations.migrations import render_item

FOLDER = Path(__file__).resolve().parent.parent / "migrations" / "versions"
CORE = ("audit", "outbox", "links", "files")
TITLES = {
    "audit": "The ledger and its end.", "outbox": "Events waiting for their handlers.", "links": "What led to what.",
    "files": "Photos.",
}  # fmt: skip


def main() -> None:
    features.load_models()
    by_feature: dict[str, list[sa.Table]] = defaultdict(list)
    owner = {mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in db.Base.registry.mappers}
    for table in db.Base.metadata.sorted_tables:
        by_feature[owner[table.name]].append(table)
    if unknown := set(by_feature) - {*CORE, *features.FEATURES}:
        sys.exit(f"tables of unknown features: {sorted(unknown)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.py"):
        old.unlink()
    before = None
    for number, name in enumerate((n for n in (*CORE, *features.FEATURES) if n in by_feature), 1):
        revision = f"{number:04}_{name}"
        (FOLDER / f"{revision}.py").write_text(migration(revision, before, name, by_feature[name]))
        before = revision
        print(revision, *(table.name for table in by_feature[name]))
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(FOLDER)], check=True)


def migration(revision: str, before: str | None, name: str, tables: list[sa.Table]) -> str:
    steps: list[ops.MigrateOperation] = []
    for table in tables:
        steps.append(ops.CreateTableOp.from_table(table))
        steps += [ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda i: str(i.name))]
    up = ops.UpgradeOps(ops=steps)
    words = TITLES.get(name) or f"{name.capitalize()}: {', '.join(table.name for table in tables)}."
    return re.sub(r"(?m)^ *# ###.*\n", "", (
        f'"""{words}"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f'revision = "{revision}"\ndown_revision = {before and chr(34) + before + chr(34)}\n\n\n'
        f"def upgrade():\n    {render_python_code(up, render_item=render_item)}\n\n\n"
        f"def downgrade():\n    {render_python_code(up.reverse(), render_item=render_item)}\n"
    ))  # fmt: skip


if __name__ == "__main__":
    main()
