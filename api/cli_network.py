"""`equipage network`: build a road network from OpenStreetMap, and tell what one holds."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import platformdirs
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from equipage.api.cli_faults import faults_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from equipage.routing.network import RoadNetwork

app = typer.Typer(no_args_is_help=True, help="Build road networks from OpenStreetMap and look into them.")


@app.command()
def build(
    out: Annotated[
        Path, typer.Option(help="The file to write, by custom with the suffix .equipage.", dir_okay=False)
    ],
    osm: Annotated[
        Path | None, typer.Option(help="An OpenStreetMap file: .osm.pbf, .osm, .osm.gz or Overpass JSON.")
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="A place to download instead, such as 'Dijon, France'.")
    ] = None,
    profile: Annotated[str, typer.Option(help="The vehicle profile: van, truck or emergency.")] = "van",
    overpass_url: Annotated[
        str | None, typer.Option(help="The Overpass server to download from.", envvar="EQUIPAGE_OVERPASS_URL")
    ] = None,
    nominatim_url: Annotated[
        str | None,
        typer.Option(help="The Nominatim server that knows places.", envvar="EQUIPAGE_NOMINATIM_URL"),
    ] = None,
) -> None:
    """Build a road network and write it to a file."""
    if (osm is None) == (place is None):
        raise typer.BadParameter("give either --osm FILE or --place NAME", param_hint="--osm / --place")
    # Here and below: a second of imports that --help and faulty calls do without.
    from equipage.data.networks import load_network, save_network  # noqa: PLC0415

    with faults_told(), _progress_shown() as told:
        started = time.perf_counter()
        source = osm or _fetch(place or "", overpass_url, nominatim_url, told)
        network = load_network(source, profile, told)
        save_network(network, out)
        seconds = time.perf_counter() - started
    _print_summary(network, out, {"built in": f"{seconds:.1f} s"})


@app.command()
def info(
    file: Annotated[Path, typer.Argument(help="A file that `equipage network build` wrote.", metavar="FILE")],
) -> None:
    """Tell what the file of a built network holds."""
    from equipage.data.networks import read_network  # noqa: PLC0415

    with faults_told():
        network = read_network(file)
    _print_summary(network, file, {})


def _fetch(
    place: str, overpass_url: str | None, nominatim_url: str | None, told: Callable[[str, float], None]
) -> Path:
    from equipage.data.osm.overpass import OVERPASS_URL, fetch_place  # noqa: PLC0415
    from equipage.data.osm.place import NOMINATIM_URL  # noqa: PLC0415

    return fetch_place(
        place,
        cache_dir=platformdirs.user_cache_path("equipage") / "places",
        overpass_url=overpass_url or OVERPASS_URL,
        nominatim_url=nominatim_url or NOMINATIM_URL,
        progress=told,
    )


@contextmanager
def _progress_shown() -> Iterator[Callable[[str, float], None]]:
    """Give a function that shows a moving bar for the stage it is told of, and full ones for those before."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def told(stage: str, share: float) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    bars.update(task, total=1.0, completed=1.0)
                # How long a stage will take is not known, only that it is over when the next begins.
                tasks[stage] = bars.add_task(stage, total=None)
            if share >= 1.0:
                bars.update(tasks[stage], total=1.0, completed=1.0)

        yield told


def _print_summary(network: RoadNetwork, path: Path, further: Mapping[str, str]) -> None:
    table = Table(title=f"Road network {network.network_id}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in {**_facts(network, path), **further}.items():
        table.add_row(name, value)
    Console(soft_wrap=True, highlight=False).print(table)


def _facts(network: RoadNetwork, path: Path) -> dict[str, str]:
    # A two-way road is two edges; it is counted once.
    once = network.edge_reverse < np.arange(network.edge_count)
    west, south, east, north = network.bounds
    restrictions, with_hours = network.restrictions, len(np.unique(network.timed_edge))
    return {
        "profile": network.profile,
        "junctions and ends": f"{network.node_count:,}",
        "directed edges": f"{network.edge_count:,}",
        "of them in the core": f"{network.edge_in_core.mean():.1%}",
        "roads": f"{network.edge_length_m[once].sum() / 1000:,.1f} km",
        "turns": f"{network.turn_count:,}",
        **({"edges with hours": f"{with_hours:,}"} if with_hours else {}),
        "turn restrictions": f"{restrictions.total:,}",
        "  used": f"{restrictions.used:,}",
        **{f"  refused: {_words(reason)}": f"{n:,}" for reason, n in restrictions.refused.items() if n},
        **{f"ignored: {_words(reason)}": f"{n:,}" for reason, n in network.ignored.items() if n},
        "bounds": f"{west:.4f}, {south:.4f} to {east:.4f}, {north:.4f}",
        "file": f"{path} ({path.stat().st_size / 1e6:,.1f} MB)",
    }


def _words(reason: str) -> str:
    return reason.replace("_", " ")
