"""`equipage db`: bring the database up to date, and tell what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from equipage.api.cli_faults import faults_told
from equipage.data.errors import DatabaseStateError

if TYPE_CHECKING:
    from equipage.data.database.schema import DatabaseState

app = typer.Typer(no_args_is_help=True, help="Bring the database up to date, and look into it.")

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="EQUIPAGE_DATABASE_URL",
        help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; by default a file in the user's data"
        " folder.",
    ),
]


@app.command()
def upgrade(database_url: DatabaseUrl = None) -> None:
    """Make the tables, or bring them to what this version works with."""
    # Here and below: a second of imports that --help and faulty calls do without.
    from equipage.data.database import schema  # noqa: PLC0415
    from equipage.data.store import default_database_url  # noqa: PLC0415

    url = database_url or default_database_url()
    with faults_told():
        before = schema.state_of(url).revision
        schema.upgrade(url)
        after = schema.state_of(url)
    said = "was up to date already" if before == after.revision else f"is now at revision {after.revision}"
    Console(soft_wrap=True).print(f"{after.url} {said}.", highlight=False, markup=False)


@app.command()
def check(database_url: DatabaseUrl = None) -> None:
    """Tell whether the database is up to date and what it holds; exit with 1 when it cannot be used."""
    from equipage.data.database.schema import state_of  # noqa: PLC0415
    from equipage.data.store import default_database_url  # noqa: PLC0415

    with faults_told():
        state = state_of(database_url or default_database_url())
        _print_state(state)
        if state.problem:
            raise DatabaseStateError(f"{state.url} cannot be used: {state.problem}")


def _print_state(state: DatabaseState) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("database", state.url)
    table.add_row("dialect", state.dialect)
    table.add_row("revision", state.revision or "none")
    table.add_row("up to date", f"no, this version works with {state.head}" if state.problem else "yes")
    for name, rows in sorted(state.row_counts.items()):
        table.add_row(f"rows of {name}", str(rows))
    Console(soft_wrap=True).print(table, highlight=False, markup=False)
