"""Folium's maps over HTTP and from the command line: what is in them, for whom, and in which words."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import pytest
from typer.testing import CliRunner

from equipage.api.cli import app
from equipage.api.maps.live import LiveMap
from equipage.api.maps.pages import CityPage
from equipage.api.words.maps import ENGLISH, FRENCH, MapWords
from equipage.data.city import load_city
from equipage.data.store import open_store, upgrade
from equipage.dispatch.services.fleet import install_city
from equipage.dispatch.status import Role
from equipage.routing.router import Router
from tests.api import test_pages as pages
from tests.api.conftest import Live
from tests.api.mapped import a_grid_city
from tests.dispatch.worlds import World, a_crew, a_job, a_shift, a_standby, an_assignment, lonlat

FETCHED = re.compile(r"""(?:src|href)\s*=\s*["']?(?!data:|#)([^"'\s>]+)|url\(\s*["']?(?!data:|#)([^"')]+)""")
"""What a page would fetch."""


@pytest.mark.parametrize("path", ["live", "coverage"])
def test_a_page_names_only_the_servers_own_files(client: httpx.Client, path: str) -> None:
    """Every script, style and picture is a path of the server, and answers."""
    page = client.get(f"/maps/{path}")
    assert page.headers["Cache-Control"] == "no-store"
    named = {found for pair in FETCHED.findall(page.text) for found in pair if found}
    files = {each for each in named if not each.startswith("/maps/") and each != "/"}
    assert {"/vendor/leaflet/leaflet.js", "/vendor/jquery/jquery.min.js"} <= files
    assert all(client.get(each).status_code == 200 for each in files)


@pytest.mark.parametrize("path", ["live", "coverage"])
def test_a_file_names_nothing_at_all(client: httpx.Client, path: str) -> None:
    """Outside of scripts, which are jQuery and Leaflet, no address is left."""
    page = client.get(f"/maps/{path}", params={"download": ""})
    assert f'filename="equipage-{path}.html"' in page.headers["Content-Disposition"]
    markup = re.sub(r"<script>.*?</script>", "", page.text, flags=re.DOTALL)
    assert FETCHED.findall(markup) == []
    assert "<script src" not in page.text


def test_live_is_for_the_desk_and_within_its_limits(live: Live) -> None:
    """An analyst may not watch crews, and a key for one service sees no report of another."""
    with live.client() as client:
        body = {"service_code": "pothole", "lon": -71.2519, "lat": -29.9027, "description": "Hole 4711"}
        client.post("/api/v1/reports", json=body).raise_for_status()
        assert "Hole 4711" in client.get("/maps/live").text
    with live.client(live.key(Role.DISPATCHER, services=frozenset({"graffiti"}))) as client:
        seen = client.get("/maps/live")
        assert seen.status_code == 200
        assert "Hole 4711" not in seen.text
    with live.client(live.key(Role.ANALYST)) as client:
        assert client.get("/maps/live").status_code == 403
        assert client.get("/maps/coverage").status_code == 200


def test_services_are_named_in_the_readers_language(client: httpx.Client) -> None:
    """A report's service is called in French on the French map, as everywhere else."""
    body = {"service_code": "pothole", "lon": -71.2519, "lat": -29.9027, "description": "Hole 4712"}
    number = client.post("/api/v1/reports", json=body).raise_for_status().json()["id"]
    page = client.get("/maps/live", headers={"Accept-Language": "fr"}).text
    assert re.search(rf"Signalement {number}[^:]*: Nid-de-poule", page)


def test_impossible_minutes_are_refused(client: httpx.Client) -> None:
    """Minutes below nothing, beyond all sense or too many are a fault of whoever asks."""
    answer = client.get("/maps/coverage", params={"minutes": -5})
    assert answer.status_code == 422
    assert "minutes must be finite and more than 0, not -5" in answer.text
    for wrong in ([1e308], list(range(1, 12))):
        assert client.get("/maps/coverage", params={"minutes": wrong}).status_code == 422


@pytest.mark.parametrize(("words", "catalogue"), [(ENGLISH, pages.ENGLISH), (FRENCH, pages.FRENCH)])
def test_states_are_called_as_in_the_console(words: MapWords, catalogue: str) -> None:
    """Crews, reports, assignments and priorities have the catalogue's names and letters."""
    said = pages.texts_of(catalogue)
    named = {
        "crew.state.{}": words.crew_states,
        "crew.state.{}.letter": words.crew_letters,
        "priority.{}": words.priorities,
        "report.status.{}": words.report_statuses,
        "assignment.status.{}": words.assignment_statuses,
    }
    for key, names in named.items():
        assert {said[key.format(state)] for state in names} == set(names.values())  # type: ignore[attr-defined]


def test_both_languages_fill_in_the_same() -> None:
    """A sentence with a gap in one language has it in the other."""
    gaps = [
        {each.name: str(getattr(words, each.name)).count("{}") for each in fields(MapWords)}
        for words in (ENGLISH, FRENCH)
    ]
    assert gaps[0] == gaps[1]


def test_numbers_are_written_as_people_write_them() -> None:
    """Thousands, decimals and per cent in both languages."""
    assert (ENGLISH.number(12345.67, 1), ENGLISH.share(0.553)) == ("12,345.7", "55%")
    assert (FRENCH.number(12345.67, 1), FRENCH.share(0.553)) == ("12\u202f345,7", "55\xa0%")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of the sample city, in which nobody is on shift and nothing was reported."""
    url = f"sqlite:///{tmp_path_factory.mktemp('maps') / 'quiet.sqlite'}"
    upgrade(url)
    store = open_store(url)
    with store.transaction() as tx:
        install_city(tx, load_city("la-serena-coquimbo"))
    store.close()
    return url


def test_command_writes_the_live_map_and_says_what_is_missing(database: str, tmp_path: Path) -> None:
    """On a quiet night the file says in French that there is no crew and no report."""
    out = tmp_path / "live.html"
    done = CliRunner().invoke(app, ["map", "live", "--out", str(out), "--database-url", database])
    assert done.exit_code == 0, done.output
    text = out.read_text()
    assert "Aucune équipe n’est en service." in text
    assert "Aucun signalement n’est ouvert." in text


def test_command_tells_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    """A database that is not there, and minutes that make no sense."""
    out, none = str(tmp_path / "map.html"), f"sqlite:///{tmp_path / 'none.sqlite'}"
    absent = CliRunner().invoke(app, ["map", "live", "--out", out, "--database-url", none])
    assert (absent.exit_code, "equipage db upgrade" in absent.stderr) == (1, True)
    wrong = CliRunner().invoke(app, ["map", "coverage", "--out", out, "--minutes", "0"])
    assert (wrong.exit_code, "more than 0, not 0" in wrong.stderr) == (1, True)
    assert not Path(out).exists()


def test_city_without_depots_or_zones_has_a_map_all_the_same() -> None:
    """Roads alone: without a depot it says so; without zones kilometres of streets are counted."""
    from dataclasses import replace

    city = load_city("la-serena-coquimbo")
    router = Router(city.network)
    bare = replace(city, zone_values=(), depots=())
    assert "No depot is known." in CityPage(city=bare, router=router, words=ENGLISH, served=True).coverage()
    one = replace(city, zone_values=(), depots=city.depots[:1])
    page = CityPage(city=one, router=router, words=ENGLISH, served=True).coverage([2])
    assert "the people of zones are not known" in page
    assert re.search(r"[\d.]+\xa0km \(\d+%\)", page)


def live_of(world: World) -> LiveMap:
    """Return the live map of a world."""
    return LiveMap(
        city="Plain",
        situation=world.situation(),
        router=Router(a_grid_city()),
        caller=None,
        zone=ZoneInfo("Europe/Paris"),
        words=ENGLISH,
    )


def lines_of(shown: LiveMap, layer: str) -> list[object]:
    """Return the coordinates of what a layer of the map draws."""
    drawn = next(each for each in shown.layers() if each.layer_name == layer)
    return [feature["geometry"]["coordinates"] for feature in drawn.data["features"]]  # type: ignore[attr-defined]


def test_planned_lines_lead_from_stop_to_stop() -> None:
    """The first from where the crew is at work, the second from the stop before it, and not from the crew."""
    world = World(
        crews=[a_crew()],
        jobs=[a_job("j0", (0.0, 0.0)), a_job("j1", (1000.0, 0.0)), a_job("j2", (1000.0, 1000.0))],
        assignments=[
            an_assignment("j0", status="on_site"),
            an_assignment("j1", since=-4),
            an_assignment("j2", since=-3),
        ],
        where={"A": (0.0, 0.0)},
    )
    shown = live_of(world)
    stops = [np.round(lonlat(place), 6).tolist() for place in ((0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0))]
    assert lines_of(shown, ENGLISH.planned) == [stops[:2], stops[1:]]


def test_a_line_leads_an_idle_crew_to_where_it_waits() -> None:
    """One that is off shift has none: where somebody is then is nobody's business."""
    world = World(
        crews=[a_crew(), a_crew("B")],
        shifts=[a_shift("A")],
        standbys=[a_standby("A", (500.0, 0.0)), a_standby("B", (500.0, 0.0))],
        where={"A": (0.0, 0.0), "B": (0.0, 500.0)},
    )
    ends = [np.round(lonlat(place), 6).tolist() for place in ((0.0, 0.0), (500.0, 0.0))]
    assert lines_of(live_of(world), ENGLISH.standby) == [ends]
