"""A schema of its own within a database that may hold other things."""

from __future__ import annotations

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.schema import CreateSchema, DropSchema

from equipage.data.database.engine import make_engine, parse_url
from equipage.data.database.schema import need_postgis, unusable
from equipage.data.errors import DatabaseStateError, DatabaseUrlError

_NO_RIGHT, _IN_USE = "42501", "55P03"
_WITHIN = "5s"
"""How long others may hold what is to be dropped."""

_POSTGIS = text(
    "SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace"
    " WHERE extname = 'postgis'"
)


def own_schema(url: str, name: str, *, anew: bool) -> str:
    """Make a schema in a PostgreSQL database, empty or as it was left; nothing else there is touched.

    Parameters
    ----------
    url : str
        `postgresql://…`, of a database that has PostGIS or where it may be made.
    name : str
        Of the schema.
    anew : bool
        Whether what is in the schema is dropped first.

    Returns
    -------
    str
        The URL by which the database looks like that schema alone, and PostGIS.

    Raises
    ------
    DatabaseStateError
        If the server cannot be reached, the role may not make schemas, there is no PostGIS, or somebody is
        using what is to be dropped; the message says what to do.
    DatabaseUrlError
        If the URL is not one of PostgreSQL.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise DatabaseUrlError(f"{url!r} has no schemas; give postgresql://USER:PASSWORD@HOST/NAME")
    engine = make_engine(parsed)
    try:
        with engine.begin() as connection:
            path = _make(connection, name, anew=anew)
    except DatabaseError as error:
        raise _told(engine, name, error) from error
    finally:
        engine.dispose()
    return _with_search_path(parsed, path).render_as_string(hide_password=False)


def _make(connection: Connection, name: str, *, anew: bool) -> str:
    """Make the schema; return the search path that finds it and PostGIS."""
    # First, in the database's own schema: with ours it would be dropped, and with it every geometry there is.
    need_postgis(connection)
    postgis = connection.execute(_POSTGIS).scalar_one()
    connection.execute(text(f"SET LOCAL lock_timeout = '{_WITHIN}'"))
    if anew:
        connection.execute(DropSchema(name, cascade=True, if_exists=True))
    if not connection.dialect.has_schema(connection, name):
        connection.execute(CreateSchema(name))
    quote = connection.dialect.identifier_preparer.quote
    return f"{quote(name)},{quote(postgis)}"


def _with_search_path(url: URL, path: str) -> URL:
    given = url.query.get("options", "")
    before = given if isinstance(given, str) else " ".join(given)
    escaped = path.replace(" ", "\\ ")
    return url.update_query_dict({"options": f"{before} -csearch_path={escaped}".strip()})


def _told(engine: Engine, name: str, error: DatabaseError) -> DatabaseStateError:
    url, sqlstate = engine.url, getattr(error.orig, "sqlstate", None)
    if sqlstate == _NO_RIGHT:
        remedy = (
            f"let the database's owner run GRANT CREATE ON DATABASE {url.database} TO {url.username}; if the"
            f" schema is somebody else's, let them run DROP SCHEMA {name} CASCADE"
        )
    elif sqlstate == _IN_USE:
        remedy = "somebody is using it: end the other demo, or choose another database"
    else:
        return unusable(engine, "opened", error)
    reason = str(error.orig).partition("\n")[0]
    return DatabaseStateError(f"the schema {name} cannot be made ({reason}): {remedy}")
