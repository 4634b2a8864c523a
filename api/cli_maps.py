"""`equipage map`: Folium's maps as files that open with no server and no internet."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from equipage.api.cli_faults import faults_told
from equipage.api.language import DEFAULT, Language

if TYPE_CHECKING:
    from equipage.api.maps.pages import CityPage
    from equipage.api.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Draw maps into files that open with no server and no internet.")

_Out = Annotated[Path, typer.Option(help="The HTML file to write.", dir_okay=False)]
_Config = Annotated[Path | None, typer.Option(help="A settings file; else ./equipage.toml.")]
_City = Annotated[str | None, typer.Option(help="A city that ships, or a folder made like one.")]
_Osm = Annotated[Path | None, typer.Option(help="An OpenStreetMap file, or a network built from one.")]
_Language = Annotated[Language, typer.Option(help="The language of its words.")]
_DatabaseUrl = Annotated[
    str | None, typer.Option(help="By default that of the settings, else a file in the user's data folder.")
]


@app.command()
def live(
    out: _Out,
    config: _Config = None,
    city: _City = None,
    osm: _Osm = None,
    lang: _Language = DEFAULT,
    database_url: _DatabaseUrl = None,
) -> None:
    """Draw crews, open reports and the ways of crews en route, as the database has them now."""
    # Here and below: seconds of imports that --help and faulty calls do without.
    from equipage.api.clock import Clock  # noqa: PLC0415
    from equipage.api.settings import SettingsError  # noqa: PLC0415
    from equipage.data.store import open_store  # noqa: PLC0415
    from equipage.dispatch.services.conditions import routing_conditions  # noqa: PLC0415
    from equipage.dispatch.situation import load_situation  # noqa: PLC0415

    with faults_told(SettingsError):
        settings = _settings(config, city=city, network=osm, database_url=database_url)
        now = Clock().now()
        with closing(open_store(settings.resolved_database_url())) as store, store.reading() as reading:
            situation, entered = load_situation(reading, now), reading.conditions()
        page = _page(settings, lang)
        router = page.router.at(now.astimezone(ZoneInfo(page.city.time_zone)))
        page = replace(page, router=router.with_conditions(routing_conditions(entered, router.network)))
        _write(out, page.live(situation))


@app.command()
def coverage(
    out: _Out,
    config: _Config = None,
    city: _City = None,
    osm: _Osm = None,
    lang: _Language = DEFAULT,
    minutes: Annotated[
        list[float] | None, typer.Option(help="A threshold; repeatable. 5, 10 and 15 if left out.")
    ] = None,
) -> None:
    """Draw how far crews get from the depots, and how many people live there."""
    from equipage.api.settings import SettingsError  # noqa: PLC0415
    from equipage.dispatch.coverage import MINUTES  # noqa: PLC0415

    with faults_told(SettingsError):
        page = _page(_settings(config, city=city, network=osm), lang)
        _write(out, page.coverage(minutes or MINUTES))


def _settings(config: Path | None, **given: object) -> Settings:
    from equipage.api.settings import load_settings  # noqa: PLC0415

    return load_settings(config, **given)


def _page(settings: Settings, language: Language) -> CityPage:
    from equipage.api.ground import at_home, city_of  # noqa: PLC0415
    from equipage.api.maps.pages import CityPage  # noqa: PLC0415
    from equipage.api.words.maps import MAP_WORDS  # noqa: PLC0415
    from equipage.routing.router import Router  # noqa: PLC0415

    city = city_of(settings)
    network = city.load_network()
    return CityPage(
        city=at_home(city, network), router=Router(network), words=MAP_WORDS[language], served=False
    )


def _write(out: Path, page: str) -> None:
    out.write_text(page, encoding="utf-8")
    typer.echo(f"{out} ({out.stat().st_size / 1e6:.1f} MB)")
