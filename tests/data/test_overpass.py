"""Fetching the roads of a place: against a server of our own that parses every query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import osmnx
import pytest
import shapely

from equipage.data.errors import DownloadError, NoRoadsError, PlaceTooLargeError, UnknownPlaceError
from equipage.data.osm import read_osm
from equipage.data.osm.overpass import TRIES, fetch_place, roads_query
from tests.data.overpass_server import PLACES, OverpassServer, Query, QueryError, running_server

# Of the file, what is in or near the town: not the far road 106, the plain footway 103 or the building.
ROADS_IN_TOWN = [100, 101, 102, 104, 105, 108]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OverpassServer]:
    # OSMnx is polite to Nominatim: it sleeps a second before each question.
    monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _seconds: None)
    with running_server() as running:
        yield running


class Fetcher:
    """Fetches from the server into one cache and notes what was told and waited for."""

    def __init__(self, server: OverpassServer, cache_dir: Path) -> None:
        self.server, self.cache_dir = server, cache_dir
        self.told: list[str] = []
        self.waits: list[float] = []

    def __call__(self, name: str) -> Path:
        return fetch_place(
            name,
            cache_dir=self.cache_dir,
            overpass_url=self.server.overpass_url,
            nominatim_url=self.server.url,
            progress=lambda stage, _share: self.told.append(stage),
            wait=self.waits.append,
        )

    @property
    def kept(self) -> list[Path]:
        return list(self.cache_dir.rglob("*")) if self.cache_dir.exists() else []


@pytest.fixture
def fetch(server: OverpassServer, tmp_path: Path) -> Fetcher:
    return Fetcher(server, tmp_path / "places")


# --- What is asked for --------------------------------------------------------------------------------------


def test_fetches_roads_ferries_and_paths_open_to_vehicles(fetch: Fetcher) -> None:
    """Service roads, ferries and a footway open to motor vehicles come; other footways, far roads do not."""
    assert [way.id for way in read_osm(fetch("Little Town")).ways] == ROADS_IN_TOWN


def test_fetches_node_tags_and_restrictions(fetch: Fetcher) -> None:
    """Signals, barriers and the restrictions of fetched roads come with them, and every position."""
    town = read_osm(fetch("Little Town"))
    assert set(town.node_tags) == {2, 5}
    assert [relation.id for relation in town.restrictions] == [1000, 1001]
    assert {node for way in town.ways for node in way.nodes} == set(town.node_id.tolist())
    assert town.as_of == "2026-01-02T03:04:05Z"


def test_fetches_every_part_of_a_place(fetch: Fetcher) -> None:
    """A place of two parts is fetched in one query, with the roads of both."""
    assert [way.id for way in read_osm(fetch("Two Towns")).ways] == sorted([*ROADS_IN_TOWN, 106])
    assert len(fetch.server.queries) == 1


def test_a_road_that_only_crosses_the_margin_is_fetched(fetch: Fetcher) -> None:
    """The ferry ends 380 m east of the boundary: within the margin of 500 m."""
    boundary = shapely.Polygon(PLACES["Little Town"]["coordinates"][0])
    assert not boundary.intersects(shapely.LineString([(5.012, 47.297), (5.016, 47.297)]))
    assert 104 in [way.id for way in read_osm(fetch("Little Town")).ways]


def test_says_who_asks(fetch: Fetcher) -> None:
    """Public servers want a program's name: it is sent."""
    fetch("Little Town")
    assert fetch.server.agents[0].startswith("equipage")


def test_the_query_bounds_time_and_size() -> None:
    """The server is told how long and how large the answer may become."""
    query = Query(roads_query(shapely.box(5, 47, 5.1, 47.1)), {})
    assert query.settings == {"out": "json", "timeout": "180", "maxsize": str(1 << 30)}


@pytest.mark.parametrize(
    "query",
    [
        "",
        'way["highway"];out body;',
        '[out:xml];way(poly:"1 1 1 2 2 2");out body;',
        '[out:json];way["highway"](poly:"1 1 1 2 2 2");out center;',
        '[out:json];way["highway"](poly:"1 1 1 2 2 2")out body;',
        '[out:json];way["highway"](around:500,1,1);out body;',
        '[out:json];way["highway"];out body;',
        "[out:json];node(w.nothing);out body;",
        '[out:json];way["highway"](poly:"1 1 2 2 1 2 2 1");out body;',
    ],
)
def test_our_server_refuses_what_it_does_not_understand(query: str) -> None:
    """The judge of queries is strict: what Overpass would refuse, or the judge does not know, is an error."""
    with pytest.raises(QueryError):
        Query(query, {})


def test_a_simplified_boundary_still_covers_the_place() -> None:
    """A ragged boundary of thousands of points becomes a short polygon that covers all of it."""
    bites = [shapely.Point(4.95 + number / 400, 47.33).buffer(0.0005) for number in range(40)]
    ragged = shapely.difference(
        shapely.Point(5.0, 47.3).buffer(0.05, quad_segs=500), shapely.union_all(bites)
    )
    assert isinstance(ragged, shapely.Polygon)
    text = re.findall(r'poly:"([^"]*)"', roads_query(ragged))[0]
    numbers = [float(number) for number in text.split()]
    asked = shapely.Polygon(list(zip(numbers[1::2], numbers[::2], strict=True)))
    assert asked.covers(ragged)
    assert len(numbers) / 2 < 100 < shapely.get_num_coordinates(ragged)
    # 500 m, and 100 m more or less for fewer corners, around a radius of 0.05 degrees.
    assert asked.within(ragged.buffer(800 / 111_195 / 0.678))


# --- What is kept -------------------------------------------------------------------------------------------


def test_the_second_time_nobody_is_asked(fetch: Fetcher) -> None:
    """Once fetched, a place comes from disk, however its name is spaced or capitalised."""
    first = fetch("Little Town")
    questions = len(fetch.server.queries), len(fetch.server.searches)
    assert fetch("  little  TOWN ") == first
    assert (len(fetch.server.queries), len(fetch.server.searches)) == questions == (1, 1)
    assert fetch.kept == [first]


def test_offline_after_the_first_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the server gone, a place that was fetched before is still there."""
    monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _seconds: None)
    with running_server() as server:
        fetch = Fetcher(server, tmp_path)
        stored = fetch("Little Town")
    assert fetch("Little Town") == stored
    with pytest.raises(DownloadError):
        fetch("Two Towns")


def test_other_places_are_kept_apart(fetch: Fetcher) -> None:
    """Two places are two files."""
    assert fetch("Little Town") != fetch("Two Towns")


# --- What can go wrong --------------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again_when_it_says(fetch: Fetcher) -> None:
    """After a 429 the program waits as long as Retry-After says, tells so, and succeeds."""
    fetch.server.misbehaviour = ["429"]
    assert len(read_osm(fetch("Little Town")).ways) == len(ROADS_IN_TOWN)
    assert fetch.waits == [7.0]
    assert any("busy" in stage and "7 s" in stage for stage in fetch.told)


def test_a_busy_server_that_says_nothing_is_asked_ever_later(fetch: Fetcher) -> None:
    """Without Retry-After, or after a 504, the waits double."""
    fetch.server.retry_after = None
    fetch.server.misbehaviour = ["429", "504", "504"]
    fetch("Little Town")
    assert fetch.waits == [10.0, 20.0, 40.0]


def test_no_wait_is_longer_than_two_minutes(fetch: Fetcher) -> None:
    """A server that asks for an hour is asked again after two minutes."""
    fetch.server.retry_after = "3600"
    fetch.server.misbehaviour = ["429"]
    fetch("Little Town")
    assert fetch.waits == [120.0]


@pytest.mark.parametrize("status", ["429", "504"])
def test_a_server_that_stays_busy_is_given_up(fetch: Fetcher, status: str) -> None:
    """After the last try it is a clear error, nothing is kept, and there was no wait after it."""
    fetch.server.misbehaviour = [status] * TRIES
    with pytest.raises(DownloadError, match=rf"was busy {TRIES} times \(it answered {status}\).*--osm"):
        fetch("Little Town")
    assert len(fetch.server.queries) == TRIES
    assert len(fetch.waits) == TRIES - 1
    assert fetch.kept == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("truncated", "cut off or not JSON"),
        ("closed", "did not give a whole answer"),
        ("html", "cut off or not JSON"),
        ("remark", "Query timed out"),
        ("500", "answered 500 .*Dispatcher busy"),
    ],
)
def test_half_an_answer_is_an_error_and_not_kept(fetch: Fetcher, fault: str, words: str) -> None:
    """A cut off answer, an error page or a query out of time is told, and the next try starts afresh."""
    fetch.server.misbehaviour = [fault]
    with pytest.raises(DownloadError, match=words):
        fetch("Little Town")
    assert fetch.kept == []
    assert len(read_osm(fetch("Little Town")).ways) == len(ROADS_IN_TOWN)


def test_a_place_without_roads(fetch: Fetcher) -> None:
    """A place with no road is told as such and not kept."""
    with pytest.raises(NoRoadsError, match="holds no roads"):
        fetch("Desert")
    assert fetch.kept == []


@pytest.mark.parametrize("name", ["Nowhere at all", "Little Point"])
def test_an_unknown_place(fetch: Fetcher, name: str) -> None:
    """A name that Nominatim does not know, or only as a point, is told with what was asked and what to do."""
    with pytest.raises(UnknownPlaceError, match=rf"{name}.*(?s:.*)--osm"):
        fetch(name)
    assert fetch.server.queries == []
    assert fetch.kept == []


def test_a_place_too_large_is_not_asked_for(fetch: Fetcher) -> None:
    """A continent is refused before a public server is troubled with it."""
    with pytest.raises(PlaceTooLargeError, match="km²"):
        fetch("Continent")
    assert fetch.server.queries == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_nominatim_that_refuses(fetch: Fetcher, status: int) -> None:
    """A geocoder that is busy or broken is told at once, not waited for."""
    fetch.server.nominatim_status = status
    with pytest.raises(DownloadError, match=str(status)):
        fetch("Little Town")


def test_no_server_at_all(tmp_path: Path) -> None:
    """Where nothing listens the error names the address and the remedy."""
    with running_server() as server:
        gone = Fetcher(server, tmp_path)
    with pytest.raises(DownloadError, match=rf"{re.escape(gone.server.url)}.*--osm"):
        gone("Little Town")


def test_osmnx_is_left_as_it_was(fetch: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OSMnx's settings are the same after a success and a failure, and it keeps no cache of its own."""
    monkeypatch.chdir(tmp_path)
    names = ("nominatim_url", "use_cache", "requests_kwargs", "requests_timeout", "http_user_agent")
    before = {name: getattr(osmnx.settings, name) for name in names}
    fetch("Little Town")
    with pytest.raises(UnknownPlaceError):
        fetch("Nowhere at all")
    assert {name: getattr(osmnx.settings, name) for name in names} == before
    assert not Path(osmnx.settings.cache_folder).exists()
