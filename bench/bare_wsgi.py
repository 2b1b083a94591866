"""The bare program for gunicorn, on a small SQLite file of its own."""

import os
from pathlib import Path

import sqlalchemy as sa

from bench import bare

engine = sa.create_engine(f"sqlite:///{Path(os.environ['PORTAL_DATA_DIR']) / 'bare.sqlite'}")
bare.seed(engine, people=20, matters=40, remarks=50, body="…", remark="<p>…</p>")
app = bare.create(engine)
