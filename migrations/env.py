"""How Alembic reaches the database: on the connection it is given by `portal db …`."""

from alembic import context

from portal.operations.migrations import options

connection = context.config.attributes["connection"]
context.configure(connection=connection, **options(connection))
context.run_migrations()
