"""`equipage demo`: a city with everything live."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import tempfile
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.markup import escape

from equipage.api.language import Language
from equipage.api.ports import port_fault

FOLDER, NAME = Path(".equipage"), "demo"
SCHEMA = "equipage_demo"
HOST = "127.0.0.1"
_errors = Console(stderr=True)
_locks: list[TextIO] = []  # held until the demo ends


def demo(
    port: Annotated[int, typer.Option(help="The port to listen on.", envvar="PORT")] = 8000,
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="Seconds of the demo's clock in one real second.")
    ] = 1.0,
    *,
    city: Annotated[str | None, typer.Option(help="A city that ships, or a folder made like one.")] = None,
    osm: Annotated[
        Path | None, typer.Option(help="An OpenStreetMap file, or a network built from one.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="A place to fetch from OpenStreetMap.")] = None,
    zones: Annotated[Path | None, typer.Option(help="A file of the city's zones.")] = None,
    population: Annotated[
        Path | None, typer.Option(help="A file of points, cells or communes with their people.")
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help="What citizens and crews write: by default the city's language.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Go on where the last demo ended, instead of beginning anew.")
    ] = False,
) -> None:
    """Run a city with simulated crews and citizens, on this machine only.

    Its state is in .equipage/demo.sqlite under the current folder, or in the schema equipage_demo of the
    PostgreSQL database that EQUIPAGE_DATABASE_URL names; it begins anew at every start. A demo that is
    started beside another one has a state of its own, named after its port.
    """
    # Here: seconds of imports that --help and faulty calls do without.
    from equipage.api.demo.simulators import Simulators  # noqa: PLC0415
    from equipage.api.server import run  # noqa: PLC0415
    from equipage.api.settings import SettingsError, load_settings  # noqa: PLC0415
    from equipage.data.errors import DataError  # noqa: PLC0415

    if in_use := port_fault(HOST, port):
        raise _fault(in_use)
    try:
        settings = load_settings(
            demo=True,
            host=HOST,
            port=port,
            speed=speed,
            demo_language=lang,
            city=city,
            network=osm,
            place=place,
            zones=zones,
            population=population,
            database_url=_database_url(port, keep=keep),
        )
    except SettingsError as error:
        raise _fault(f"the settings cannot be right: {error}", code=2) from None
    except DataError as error:
        raise _fault(str(error)) from None
    base_url = f"http://{HOST}:{port}"
    Console().print(
        f"Équipage's demo opens at [bold]{base_url}[/bold] in seconds, in a minute or two the first time."
        " Ctrl-C ends it."
    )
    # The server hands the signal on once it has ended; by default that would end us before the simulators.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with Simulators(base_url, "demo", settings):
        failure = run(settings)
    if failure:
        raise _fault(f"the demo could not start: {failure}")


def _database_url(port: int, *, keep: bool) -> str:
    """Return the URL of the demo's state, empty unless it is to be kept."""
    named = os.environ.get("EQUIPAGE_DATABASE_URL", "")
    # A file that is named there is the real server's: the demo leaves it alone and has one of its own.
    if not named or named.startswith("sqlite"):
        FOLDER.mkdir(exist_ok=True)
        number = _own_number(str(FOLDER.absolute()), port)
        return f"sqlite:///{_file(number, keep=keep)}"
    from equipage.data.database.own_schema import own_schema  # noqa: PLC0415

    return own_schema(named, _numbered(SCHEMA, _own_number(named, port), "_"), anew=not keep)


def _own_number(place: str, port: int) -> str:
    """Return what tells this demo's state from that of another in the same place: nothing, or the port.

    Each holds a lock on its own, which the system gives back however the demo ends.
    """
    known = hashlib.sha256(f"{os.getuid()} {place}".encode()).hexdigest()[:16]
    for number in ("", str(port)):
        name = _numbered(f"equipage-demo-{known}", number, "-")
        lock = (Path(tempfile.gettempdir()) / f"{name}.lock").open("w")
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _locks.append(lock)
        if number:
            _errors.print(f"Another demo runs here: this one's state is named after its port, {port}.")
        return number
    raise _fault(f"a demo of port {port} is still ending here: try again in some seconds")


def _file(number: str, *, keep: bool) -> Path:
    state = FOLDER / f"{_numbered(NAME, number, '-')}.sqlite"
    if not keep:
        for suffix in ("", "-wal", "-shm"):
            state.with_name(state.name + suffix).unlink(missing_ok=True)
    return state.absolute()


def _numbered(name: str, number: str, sign: str) -> str:
    return f"{name}{sign}{number}" if number else name


def _fault(message: str, code: int = 1) -> typer.Exit:
    _errors.print(f"[red]equipage demo:[/red] {escape(message)}", soft_wrap=True, highlight=False)
    return typer.Exit(code)
