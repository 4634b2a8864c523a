"""How the command line tells what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from equipage.data.errors import DataError
from equipage.dispatch.errors import DispatchError
from equipage.routing.errors import RoutingError


@contextmanager
def faults_told(*others: type[Exception]) -> Iterator[None]:
    """Tell a fault in one message on stderr and exit with 1.

    Parameters
    ----------
    *others : type
        Further errors that are the caller's faults, and no defects.
    """
    known: tuple[type[Exception], ...] = (DataError, DispatchError, RoutingError, *others)
    try:
        yield
    except known as error:
        fault = str(error)
    except OSError as error:
        fault = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        return
    typer.echo(f"Error: {fault}", err=True)
    raise typer.Exit(1)
