"""`equipage replay`: a day again, under other policies."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from equipage.api.cli_faults import faults_told
from equipage.api.language import DEFAULT, Language
from equipage.data.errors import CityFileError

if TYPE_CHECKING:
    from equipage.api.settings import Settings
    from equipage.data.city import City
    from equipage.data.replay_days import Recorded
    from equipage.dispatch.replay.day import Day
    from equipage.dispatch.replay.simulation import Policy, Replayed
    from equipage.routing.router import Router

STRONG = "strong-nearest"

_City = Annotated[
    str | None, typer.Option(help="A city that ships, or a folder made like one.", rich_help_panel="City")
]
_Osm = Annotated[
    Path | None,
    typer.Option(help="An OpenStreetMap file, or a network built from one.", rich_help_panel="City"),
]
_Config = Annotated[
    Path | None, typer.Option(help="A settings file; else ./equipage.toml.", rich_help_panel="City")
]
_Dates = Annotated[
    list[datetime] | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%d"],
        help="Whose rosters hold; today's if left out. Repeatable: several Saturdays, say.",
        rich_help_panel="Day",
    ),
]
_Calls = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="How many calls to make up; six for each of the city's own crews if left out.",
        rich_help_panel="Day",
    ),
]
_Recorded = Annotated[
    Path | None,
    typer.Option(
        help="A CSV of calls instead: lon, lat in degrees, time (ISO 8601), service (its code), and perhaps"
        " priority (1 to 4) and work_min (minutes on site; drawn where left out). Calls of the days before"
        " tell standby what to expect.",
        rich_help_panel="Day",
    ),
]
_DatabaseUrl = Annotated[
    str | None,
    typer.Option(help="A database whose reports of that day to take instead.", rich_help_panel="Day"),
]
_Days = Annotated[
    int,
    typer.Option(
        min=1, help="How many days of different chance to replay of each date.", rich_help_panel="Day"
    ),
]
_Crews = Annotated[
    int | None,
    typer.Option(
        help="How many there are, with the skills and hours of the city's own in the same shares; the city's"
        " own if left out.",
        rich_help_panel="Crews",
    ),
]
_Depots = Annotated[
    list[str] | None,
    typer.Option(
        "--depot",
        help="A depot that crews start from: its id, or LON,LAT for a new one. Repeatable: crews are shared"
        " out in turn, and one given twice gets two shares. Each crew's own if left out.",
        rich_help_panel="Crews",
    ),
]
_ShiftHours = Annotated[
    float | None,
    typer.Option(
        help="How long each shift lasts from its usual start on, 1 to 24 hours; as ever if left out.",
        rich_help_panel="Crews",
    ),
]
_Seed = Annotated[int, typer.Option(help="Where chance begins.", rich_help_panel="Day")]
_Policies = Annotated[
    list[str] | None,
    typer.Option(
        help="nearest, strong-nearest, instant, plan, standby (plan, and where idle crews wait), or"
        " MODULE:FUNCTION of your own; repeatable.",
        rich_help_panel="Policies",
    ),
]
_Against = Annotated[
    str, typer.Option(help="The policy that the others are compared with.", rich_help_panel="Policies")
]
_Out = Annotated[
    Path | None,
    typer.Option(
        file_okay=False,
        help="A folder for calls.csv, summary.csv, differences.csv, report.md and map.html.",
        rich_help_panel="Results",
    ),
]
_Lang = Annotated[Language, typer.Option(help="The language of report and map.", rich_help_panel="Results")]


def replay(
    *,
    city: _City = None,
    osm: _Osm = None,
    config: _Config = None,
    date: _Dates = None,
    calls: _Calls = None,
    recorded: _Recorded = None,
    database_url: _DatabaseUrl = None,
    days: _Days = 3,
    seed: _Seed = 1,
    crews: _Crews = None,
    depot: _Depots = None,
    shift_hours: _ShiftHours = None,
    policy: _Policies = None,
    against: _Against = STRONG,
    out: _Out = None,
    lang: _Lang = DEFAULT,
) -> None:
    """Replay a day under several policies or with other crews, with the same calls and the same work for all.

    Crews drive on the city's roads and are sent by the real planner; how long
    work takes is drawn, and no policy knows it before. Nothing is saved in any
    database.

    equipage replay                                 the sample city, today

    equipage replay --calls 400 --out busy          a busier day, with a map

    equipage replay --recorded calls.csv --date 2026-11-02

    equipage replay --date 2026-11-07 --date 2026-11-14    two Saturdays

    equipage replay --crews 20 --depot la-serena --depot -71.255,-29.935 --shift-hours 10
    """
    # Here and below: seconds of imports that --help and faulty calls do without.
    from equipage.api.maps.pages import CityPage  # noqa: PLC0415
    from equipage.api.replay_files import write_files  # noqa: PLC0415
    from equipage.api.settings import SettingsError, load_settings  # noqa: PLC0415
    from equipage.api.words.maps import MAP_WORDS  # noqa: PLC0415
    from equipage.data.fleets import with_fleet  # noqa: PLC0415
    from equipage.dispatch.replay.generator import CALLS_PER_CREW  # noqa: PLC0415
    from equipage.dispatch.replay.study import replay_all  # noqa: PLC0415

    if recorded is not None and database_url is not None:
        raise typer.BadParameter("give one of them", param_hint="--recorded / --database-url")
    policies = _policies([*dict.fromkeys([against, *(policy or [STRONG, "instant", "plan", "standby"])])])
    with faults_told(SettingsError), _progress() as told:
        told("the roads", 0.0)
        at_home, router = _ground(load_settings(config, city=city, network=osm))
        dates = sorted({each.date() for each in date or ()}) or [_today(at_home)]
        seeds = range(seed, seed + days)
        source = _recorded(at_home, dates, recorded, database_url)
        # As many calls whatever the fleet: what differs is due to the crews.
        count = round(CALLS_PER_CREW * len(at_home.crews)) if calls is None else calls
        starts = [*map(_start, depot or ())]
        at_home = with_fleet(at_home, router, crews=crews, depots=starts, shift_h=shift_hours)
        drawn = [*_days(at_home, router, dates, source=source, calls=count, seeds=seeds)]
        runs = replay_all(drawn, policies, router, told=told)
    _show(at_home, runs, against)
    if out is not None:
        page = CityPage(city=at_home, router=router, words=MAP_WORDS[lang], served=False)
        with faults_told():
            for file in write_files(out, runs, against, page):
                typer.echo(f"{file} ({file.stat().st_size / 1e3:.0f} kB)")


def _policies(names: Sequence[str]) -> Mapping[str, Policy]:
    """Return the policies of those names; a name with a colon is a function of somebody's own."""
    from equipage.dispatch.replay.policies import POLICIES  # noqa: PLC0415

    unknown = [name for name in names if name not in POLICIES and ":" not in name]
    if unknown:
        raise typer.BadParameter(
            f"there is no policy {', '.join(unknown)}; there are {', '.join(POLICIES)}, and MODULE:FUNCTION",
            param_hint="--policy / --against",
        )
    return {name: POLICIES[name] if name in POLICIES else _imported(name) for name in names}


def _imported(name: str) -> Policy:
    module, _, attribute = name.partition(":")
    # A program that is installed finds modules only where it is itself.
    sys.path.insert(0, "")
    try:
        found: Policy = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise typer.BadParameter(f"{name}: {error}", param_hint="--policy / --against") from None
    finally:
        sys.path.remove("")
    return found


def _ground(settings: Settings) -> tuple[City, Router]:
    from equipage.api.ground import at_home, city_of  # noqa: PLC0415
    from equipage.routing.router import Router  # noqa: PLC0415

    city = city_of(settings)
    network = city.load_network()
    home = at_home(city, network)
    if not home.crews:
        raise CityFileError(f"{city.name} has no crews on these roads; give --city a folder that has")
    return home, Router(network)


def _start(depot: str) -> str | tuple[float, float]:
    """Return the place that LON,LAT is, or the id as it is."""
    try:
        lon, lat = map(float, depot.split(","))
    except ValueError:
        return depot
    return lon, lat


def _today(city: City) -> dt.date:
    from equipage.api.clock import Clock  # noqa: PLC0415

    return Clock().now().astimezone(ZoneInfo(city.time_zone)).date()


def _recorded(
    city: City, dates: Sequence[dt.date], file: Path | None, database_url: str | None
) -> Sequence[Recorded] | None:
    """Return the calls that were recorded, or None where they are to be made up."""
    from equipage.data.replay_days import KNOWN_BEFORE, calls_of, day_span, read_calls  # noqa: PLC0415
    from equipage.data.world import connect  # noqa: PLC0415

    if file is not None:
        return read_calls(file, city)
    if database_url is not None:
        world = connect(database_url)
        spans = [day_span(city, date) for date in dates]
        found = (calls_of(world, replace(span, start=span.start - KNOWN_BEFORE)) for span in spans)
        return list({call.id: call for calls in found for call in calls}.values())
    return None


def _days(
    city: City,
    router: Router,
    dates: Sequence[dt.date],
    *,
    source: Sequence[Recorded] | None,
    calls: int,
    seeds: Sequence[int],
) -> Iterator[Day]:
    from equipage.data.replay_days import city_mix, generated_day, recorded_day  # noqa: PLC0415

    if source is not None:
        for date in dates:
            drawn = [recorded_day(city, source, date, seed=seed) for seed in seeds]
            # Where all work was recorded nothing is left to chance: the same day again would tell nothing.
            yield from {day.calls: day for day in drawn}.values()
        return
    mix = city_mix(city, router)
    for number, date in enumerate(dates):
        others = number * len(seeds)  # seeds that the dates before had: chance differs between dates, too
        yield from (generated_day(city, mix, date, calls=calls, seed=seed + others) for seed in seeds)


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """Show what is being done, and how much of it all is done: a bar on a terminal, elsewhere ten lines."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _told_in_lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f}%"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda what, share: progress.update(task, description=what, completed=share)


def _told_in_lines() -> Callable[[str, float], None]:
    """Return what tells each tenth that is done in a line of its own, for a log."""
    done = -1

    def told(what: str, share: float) -> None:
        nonlocal done
        tenths = int(10.0 * share)
        if tenths > done:
            done = tenths
            typer.echo(f"{share:4.0%} {what}", err=True)

    return told


def _show(city: City, runs: Mapping[str, Sequence[Replayed]], against: str) -> None:
    """Print what each policy achieved, and how sure the differences are."""
    from equipage.api.replay_files import compared, headline  # noqa: PLC0415
    from equipage.api.words.maps import ENGLISH  # noqa: PLC0415
    from equipage.api.words.replay import ENGLISH as OWN  # noqa: PLC0415

    days = runs[against]
    table = Table(
        title=f"{city.name}, {headline(days, OWN)}, {len(days)} day(s)",
        caption=OWN.compared.format(against) if len(days) > 1 else OWN.one_day,
    )
    table.add_column("")
    for name in runs:
        table.add_column(name, justify="right")
    for row in compared(runs, against, ENGLISH):
        table.add_row(*row)
    Console().print(table)
