"""How Alembic runs the migrations: on the connection it is given, or as an SQL script for PostgreSQL."""

from __future__ import annotations

from typing import Any

from alembic import context

from equipage.data.database.schema import compared, schema_of
from equipage.data.database.tables import metadata

connection = context.config.attributes["connection"]
options: dict[str, Any] = {
    "target_metadata": metadata,
    # SQLite can change its schema in a transaction; Alembic does not rely on that unless it is told.
    "transactional_ddl": True,
}

if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql", literal_binds=True, include_object=compared("postgresql"), **options
    )
else:
    context.configure(
        connection=connection,
        include_object=compared(connection.dialect.name),
        version_table_schema=schema_of(connection),
        **options,
    )
with context.begin_transaction():
    context.run_migrations()
