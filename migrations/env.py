"""How alembic reaches the ledger: over the connection it is handed, or over the usual setting.

`billing.database.schema` hands a connection in by `config.attributes["connection"]`; the plain
`alembic` command, run in a checkout, opens IMAGE_BILLING_DATABASE_URL (or `-x url=...`).
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from billing.database.engines import database_url, open_engine
from billing.database.tables import is_compared, metadata


def run(connection: Connection) -> None:
    """Run what the command asked for on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_from_command_line() -> None:
    """Open the database that the setting names, as the command line does."""
    engine = open_engine(database_url(context.get_x_argument(as_dictionary=True).get("url")))
    with engine.begin() as connection:
        run(connection)
    engine.dispose()


if context.is_offline_mode():
    message = "Offline SQL is not offered: the triggers differ by engine. Run it on a connection."
    raise SystemExit(message)

handed_in = context.config.attributes.get("connection")
if handed_in is None:
    run_from_command_line()
else:
    run(handed_in)
