"""Fetch the roads and communes of a place from an Overpass server, once; later they come from disk.

OSMnx has a query of its own, but it never asks for relations, so every turn restriction would be lost.
"""

from __future__ import annotations

import gzip
import logging
import math
import re
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import shapely
import shapely.affinity

from equipage.data.errors import DownloadError, NoRoadsError, OsmReadError, PlaceTooLargeError
from equipage.data.files import written_whole
from equipage.data.osm import overpass_json
from equipage.data.osm.boundaries import CODE_TAG, TAGS
from equipage.data.osm.place import NOMINATIM_URL, USER_AGENT, place_area
from equipage.routing.osm import CROSSINGS

if TYPE_CHECKING:
    from equipage.routing.build import Progress

_log = logging.getLogger(__name__)

OVERPASS_URL = "https://overpass-api.de/api/interpreter"
TRIES = 5

_BUSY = frozenset({429, 504})
_FIRST_WAIT_S, _LONGEST_WAIT_S = 10.0, 120.0
# What the server may take for the query, and then we for the answer.
_QUERY_TIMEOUT_S, _QUERY_MAX_BYTES = 180, 1 << 30
_HTTP_TIMEOUT = httpx.Timeout(30.0, read=_QUERY_TIMEOUT_S + 30.0)

# Roads that end at the boundary go on beyond it: fetch a margin, as OSMnx does.
_MARGIN_M = 500.0
# Servers take long over boundaries of thousands of points.
_TOLERANCE_M = 100.0
_MAX_AREA_KM2 = 5_000.0
_METRES_PER_DEGREE = 111_195.0

_QUERY = """[out:json][timeout:{timeout}][maxsize:{maxsize}];
(
{ways}
)->.roads;
(
{communes}
)->.communes;
(
  .roads;
  node(w.roads);
  rel(bw.roads)["type"~"^restriction"];
);
out body;
.communes out geom;
"""
_VEHICLES = "motorcar|motor_vehicle|vehicle|hgv|emergency|psv|bus"
_PATHS = "footway|path|cycleway|bridleway"
_NO_ROADS = "steps|corridor|elevator|escalator|platform|raceway|proposed|planned|razed|abandoned"
# Everything that some motor vehicle may use, service roads and ferries included; the profile chooses from it.
_WAYS = (
    f'way["highway"]["highway"!~"^({_PATHS}|{_NO_ROADS})$"]',
    f'way["highway"~"^({_PATHS})$"][~"^({_VEHICLES})$"~"."]',
    f'way["route"~"^({"|".join(sorted(CROSSINGS))})$"]',
)
_COMMUNE = "rel" + "".join(f'["{key}"="{value}"]' for key, value in TAGS.items()) + f'["{CODE_TAG}"]'


def fetch_place(
    name: str,
    *,
    cache_dir: Path,
    overpass_url: str = OVERPASS_URL,
    nominatim_url: str = NOMINATIM_URL,
    progress: Progress | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Return a file with the roads of a place, downloaded unless that was done before.

    Parameters
    ----------
    name
        The place as Nominatim knows it, such as `Dijon, France`.
    cache_dir
        Folder of downloads; made if need be. Delete a file in it to have it downloaded anew.
    overpass_url, nominatim_url
        The servers to ask.
    progress
        Called with what is being done and the share of it that is done, 0 to 1.
    wait
        Called with the seconds to wait until a busy server is asked again.

    Returns
    -------
    Path
        An Overpass answer, for `read_osm`: drivable roads and ferries that touch the place or the 500 m
        around it, whole, with their nodes and the turn restrictions they are part of; and the communes whose
        boundary runs there, whole, for `read_communes`. Where an earlier version of the program fetched the
        place and no server can be asked now, it is what that version kept.

    Raises
    ------
    UnknownPlaceError
        When there is no such place.
    PlaceTooLargeError
        When it has more than 5,000 km².
    DownloadError
        When a server cannot be reached, refuses, stays busy or gives up, or the answer is cut off.
    NoRoadsError
        When the place has no roads.
    """
    told = progress or _silent
    stored = cache_dir / _file_name(name)
    if stored.is_file():
        told(f"using the roads downloaded before ({stored})", 1.0)
        return stored
    try:
        told(f"looking for {name}", 0.0)
        query = roads_query(place_area(name, nominatim_url=nominatim_url), name=name)
        told("downloading roads", 0.0)
        answer = _ask(query, overpass_url, told, wait)
    except DownloadError as error:
        older = _kept_by_earlier_version(cache_dir, name)
        if older is None:
            raise
        _log.warning(
            "%s was fetched by an earlier version, perhaps without communes (%s), and cannot be fetched anew "
            "now: %s",
            name,
            older,
            error,
        )
        return older
    with written_whole(stored) as file:
        file.write(gzip.compress(answer, mtime=0))
    told("downloading roads", 1.0)
    return stored


def roads_query(area: shapely.Polygon | shapely.MultiPolygon, *, name: str = "the area") -> str:
    """Return the Overpass QL query for the roads and communes of an area, holes filled and a margin added.

    Parameters
    ----------
    area
        Lon, lat in degrees.
    name
        What to call it in an error.

    Raises
    ------
    PlaceTooLargeError
        When it has too many square kilometres to be asked of a public server.
    """
    squeeze = math.cos(math.radians(area.centroid.y))
    # Round enough for a margin: degrees of longitude are made as long as those of latitude.
    even = shapely.affinity.scale(area, xfact=squeeze, origin=(0, 0))
    size_km2 = even.area * (_METRES_PER_DEGREE / 1000) ** 2
    if size_km2 > _MAX_AREA_KM2:
        raise PlaceTooLargeError(
            f"{name} has {size_km2:,.0f} km²; up to {_MAX_AREA_KM2:,.0f} km² are downloaded by name. "
            "Name a smaller place, or download an extract (.osm.pbf) and give it with --osm."
        )
    wider = even.buffer(_MARGIN_M / _METRES_PER_DEGREE).simplify(_TOLERANCE_M / _METRES_PER_DEGREE)
    rings = [part.exterior for part in getattr(wider, "geoms", [wider])]
    within = [
        f'(poly:"{" ".join(f"{y:.5f} {x / squeeze:.5f}" for x, y in ring.coords[:-1])}");' for ring in rings
    ]
    return _QUERY.format(
        timeout=_QUERY_TIMEOUT_S,
        maxsize=_QUERY_MAX_BYTES,
        ways="\n".join(f"  {way}{there}" for there in within for way in _WAYS),
        communes="\n".join(f"  {_COMMUNE}{there}" for there in within),
    )


def _ask(query: str, url: str, progress: Progress, wait: Callable[[float], None]) -> bytes:
    """Return a whole answer, asking a busy server several times."""
    pause_s = _FIRST_WAIT_S
    for attempt in range(1, TRIES + 1):
        response = _post(query, url)
        if response.status_code not in _BUSY:
            return _checked(response, url)
        if attempt < TRIES:
            seconds = min(_retry_after_s(response) or pause_s, _LONGEST_WAIT_S)
            progress(f"the server is busy, trying again in {seconds:.0f} s ({attempt} of {TRIES})", 0.0)
            wait(seconds)
            pause_s *= 2
    raise DownloadError(
        f"{url} was busy {TRIES} times (it answered {response.status_code}). Try again later, "
        "ask another server with --overpass-url, or give a file with --osm instead."
    )


def _post(query: str, url: str) -> httpx.Response:
    try:
        return httpx.post(
            url, data={"data": query}, timeout=_HTTP_TIMEOUT, headers={"User-Agent": USER_AGENT}
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DownloadError(
            f"{url} did not give a whole answer: {str(error) or type(error).__name__}. "
            "Check the connection and try again, ask another server with --overpass-url, "
            "or give a file with --osm instead."
        ) from error


def _checked(response: httpx.Response, url: str) -> bytes:
    if not response.is_success:
        raise DownloadError(
            f"{url} answered {response.status_code} {response.reason_phrase}: {_plain(response.text)}. "
            "Ask another server with --overpass-url, or give a file with --osm instead."
        )
    try:
        overpass_json.decode_bytes(response.content, source=f"the answer of {url}")
    except NoRoadsError:
        raise
    except OsmReadError as error:
        raise DownloadError(f"{error} Nothing was kept; try again.") from error
    return response.content


def _retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds that the server asks to wait, None where it does not say (or gives a date)."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _plain(html: str) -> str:
    """Return the beginning of an error page as one line of text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()[:300]


def _file_name(name: str) -> str:
    digest = sha256(f"{_normal(name)} {_QUERY} {_WAYS} {_COMMUNE}".encode()).hexdigest()[:12]
    return f"{_readable(name)}-{digest}.json.gz"


def _kept_by_earlier_version(cache_dir: Path, name: str) -> Path | None:
    """Return the latest file of the place that was fetched with another query."""
    of_the_place = re.compile(re.escape(_readable(name)) + r"-[0-9a-f]{12}\.json\.gz")
    found = [path for path in cache_dir.glob("*.json.gz") if of_the_place.fullmatch(path.name)]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _readable(name: str) -> str:
    return re.sub(r"[^\w]+", "-", _normal(name)).strip("-")[:60]


def _normal(name: str) -> str:
    return " ".join(name.casefold().split())


def _silent(_stage: str, _share: float) -> None:
    """Tell nobody."""
