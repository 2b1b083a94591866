"""What every command of the command line stands on: settings, database, files, clock, handlers."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal import clock, db, features, files
from portal.config import Settings


@contextmanager
def ready(settings: Settings | None = None) -> Iterator[Settings]:
    """Everything a service needs, without a web application. `with commands.ready(): service.do(…)`."""
    settings = (settings or Settings.from_environment()).completed()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    features.load_models()
    features.load_handlers()
    db.bind(db.make_engine(settings.database_url))
    files.use_folder(settings.files_url)
    clock.use_demo_file(settings.data_dir / "demo-clock" if settings.demo else None)
    with db.scope():
        yield settings
