"""Find the area of a place by name: OSMnx asks Nominatim, without leaving its global settings changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import shapely

from equipage.data.errors import DownloadError, UnknownPlaceError

NOMINATIM_URL = "https://nominatim.openstreetmap.org/"
USER_AGENT = "equipage (geospatial dispatch and routing)"

_TIMEOUT_S = 60.0
# OSMnx is configured by module globals, so two threads must not geocode at once.
_SETTINGS_LOCK = threading.Lock()


def place_area(name: str, *, nominatim_url: str = NOMINATIM_URL) -> shapely.Polygon | shapely.MultiPolygon:
    """Return the boundary of a place, lon, lat in degrees.

    Parameters
    ----------
    name
        What Nominatim is to look for, such as `Dijon, France`.
    nominatim_url
        The server to ask.

    Raises
    ------
    UnknownPlaceError
        When there is no such place, or only as a point.
    DownloadError
        When the server cannot be reached or refuses.
    """
    import osmnx  # noqa: PLC0415 - takes a second, and only this needs it

    try:
        with _osmnx_settings(osmnx.settings, nominatim_url):
            found = osmnx.geocode_to_gdf(name)
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(
            f"{nominatim_url} could not be asked where {name!r} is: {error}. "
            "Check the connection and try again, or give a file with --osm instead."
        ) from error
    except (ValueError, TypeError) as error:
        raise UnknownPlaceError(
            f"no area is known by the name {name!r} ({error}) Check the spelling, add the country "
            "(`Dijon, France`), or give a file with --osm instead."
        ) from error
    area = found.geometry.iloc[0]
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        raise UnknownPlaceError(f"{name!r} is known only as a {area.geom_type}, not as an area.")
    return area


@contextmanager
def _osmnx_settings(settings: Any, nominatim_url: str) -> Iterator[None]:
    wanted = {
        "nominatim_url": nominatim_url,
        "http_user_agent": USER_AGENT,
        "requests_timeout": _TIMEOUT_S,
        # OSMnx would wait 55 s after a 429 or 504, as often as they come.
        "requests_kwargs": {"hooks": {"response": _refuse_errors}},
        # The roads are kept, and with them the answer to the whole question.
        "use_cache": False,
    }
    with _SETTINGS_LOCK:
        before = {name: getattr(settings, name) for name in wanted}
        try:
            for name, value in wanted.items():
                setattr(settings, name, value)
            yield
        finally:
            for name, value in before.items():
                setattr(settings, name, value)


def _refuse_errors(response: Any, **_kwargs: Any) -> None:
    if not response.ok:
        response.close()
        raise DownloadError(
            f"{response.url} answered {response.status_code} {response.reason}. "
            "Try again later, ask another server with --nominatim-url, or give a file with --osm instead."
        )
