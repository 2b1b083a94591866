"""`portal load places` from the outside."""

import os
import subprocess
import sys


def portal(tmp_path, *words):
    environment = os.environ | {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": ""}
    command = [sys.executable, "-c", "from portal.cli import main; main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_loading_reports_what_it_did_and_what_it_skipped(tmp_path):
    import sqlalchemy as sa

    from portal import db, features

    features.load_models()
    db.Base.metadata.create_all(sa.create_engine(f"sqlite:///{tmp_path / 'portal.sqlite'}"))
    file = tmp_path / "places.csv"
    file.write_text(
        "code,level,name,parent_code\n11,city,北京市,\n110102,district,西城区,11\n11010,district,短码,11\n",
        encoding="utf-8",
    )

    first, again = portal(tmp_path, "load", "places", str(file)), portal(tmp_path, "load", "places", str(file))

    assert "2 new, 0 changed, 0 as before" in first.stdout
    assert "line 4: " in first.stderr
    assert first.returncode == 1
    assert "0 new, 0 changed, 2 as before" in again.stdout
