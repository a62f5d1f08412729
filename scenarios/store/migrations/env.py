"""How migrations run: on the connection, and in the transaction, of whoever opens the store."""

from alembic import context

from scenarios.store.tables import Base

# read outside of a migration, this module has nothing to run
CONFIG = getattr(context, "config", None)
if CONFIG is not None:
    context.configure(connection=CONFIG.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
    context.run_migrations()
