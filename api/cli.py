"""`equipage`: the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from equipage import __version__
from equipage.api import cli_access, cli_db, cli_maps, cli_network
from equipage.api.cli_replay import replay
from equipage.api.demo.cli import demo
from equipage.api.ports import port_fault

app = typer.Typer(
    no_args_is_help=True, help="Équipage: dispatching and routing for a metropolis.", add_completion=False
)
app.add_typer(cli_network.app, name="network")
app.add_typer(cli_db.app, name="db")
app.add_typer(cli_maps.app, name="map")
app.add_typer(cli_access.keys, name="key")
app.add_typer(cli_access.devices, name="device")
app.command()(demo)
app.command()(replay)
_errors = Console(stderr=True)


@app.command()
def serve(
    config: Annotated[Path | None, typer.Option(help="A settings file; else ./equipage.toml.")] = None,
    city: Annotated[str | None, typer.Option(help="A city that ships, or a folder made like one.")] = None,
    osm: Annotated[
        Path | None, typer.Option(help="An OpenStreetMap file, or a network built from one.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="A place to fetch from OpenStreetMap.")] = None,
    *,
    zones: Annotated[Path | None, typer.Option(help="A file of the city's zones.")] = None,
    population: Annotated[
        Path | None, typer.Option(help="A file of points, cells or communes with their people.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.", envvar="PORT")] = None,
    profile: Annotated[
        str | None, typer.Option(help="The vehicles on the roads: van, truck or emergency.")
    ] = None,
    osrm_port: Annotated[
        int | None, typer.Option(help="A port for OSRM's HTTP API alone, /route/v1/… and so on.")
    ] = None,
    speed: Annotated[float | None, typer.Option(help="Seconds of its clock in one real second.")] = None,
) -> None:
    """Serve the console, the API and the trackers until a signal ends it.

    Positions are deleted after 60 days (EQUIPAGE_POSITIONS_KEPT_DAYS), contacts
    60 days after their reports were closed (EQUIPAGE_CONTACTS_KEPT_DAYS).

    Idle crews are asked where to wait with EQUIPAGE_STANDBY=true.
    """
    # Here and below: seconds of imports that --help and faulty calls do without.
    from equipage.api.server import run  # noqa: PLC0415
    from equipage.api.settings import SettingsError, load_settings  # noqa: PLC0415

    try:
        settings = load_settings(
            config,
            city=city,
            network=osm,
            place=place,
            zones=zones,
            population=population,
            host=host,
            port=port,
            profile=profile,
            osrm_port=osrm_port,
            speed=speed,
        )
    except SettingsError as error:
        _errors.print(f"[red]The settings cannot be right:[/red] {escape(str(error))}")
        raise typer.Exit(2) from None
    listened = [each for each in (settings.port, settings.osrm_port) if each is not None]
    in_use = "; ".join(filter(None, (port_fault(settings.host, each) for each in listened)))
    if failure := in_use or run(settings):
        _errors.print(
            f"[red]The server could not start:[/red] {escape(failure)}", soft_wrap=True, highlight=False
        )
        raise typer.Exit(1)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Tell the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Équipage: dispatching and routing for a metropolis."""
    del version
