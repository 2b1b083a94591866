"""The bare program for gunicorn, on the SQLite file that `weight.py` filled."""

import os
from pathlib import Path

import sqlalchemy as sa

from bench import bare

engine = sa.create_engine(f"sqlite:///{Path(os.environ['PORTAL_DATA_DIR']) / 'bare.sqlite'}")
app = bare.create(engine)
