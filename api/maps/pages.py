"""The maps of a city as whole pages: served with links, or as files that need no server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import geopandas as gpd
import shapely
from folium.map import Layer
from markupsafe import Markup

from equipage.api.maps.assets import linked_assets
from equipage.api.maps.coverage import CoverageMap
from equipage.api.maps.ground import Bounds, embedded_ground, served_ground, tiles_of
from equipage.api.maps.live import LiveMap
from equipage.api.maps.page import NOTHING, Panel, View, compose, page_of
from equipage.api.maps.replay import ReplayMap
from equipage.api.words.maps import MapWords
from equipage.api.words.replay import REPLAY_WORDS
from equipage.data.city import City
from equipage.dispatch.access import Principal
from equipage.dispatch.coverage import MINUTES, coverage
from equipage.dispatch.origins import origin_table
from equipage.dispatch.replay.simulation import Replayed
from equipage.dispatch.situation import Situation
from equipage.routing.conditions import Conditions
from equipage.routing.router import Router


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPage:
    """A city, the roads its maps are drawn from, and how the page is to be.

    Parameters
    ----------
    city : City
        Its zones, depots and attribution.
    router : Router
        Its roads, under the conditions that hold.
    words : MapWords
        The language.
    served : bool
        Whether it is a page of the server: with links, and the server's scripts and tiles. Otherwise all is
        in the page.
    """

    city: City
    router: Router
    words: MapWords
    served: bool

    def live(self, situation: Situation, caller: Principal | None = None) -> str:
        """Return the live map as a page.

        Parameters
        ----------
        situation : Situation
            The moment it shows.
        caller : Principal, optional
            Whose limits leave reports out; None for no limits.
        """
        shown = LiveMap(
            city=self.city.name,
            situation=situation,
            router=self.router,
            caller=caller,
            zone=ZoneInfo(self.city.time_zone),
            words=self.words,
        )
        renewing = Markup('<label><input type="checkbox" id="renew" checked> {}</label>').format(
            self.words.renew
        )
        links = renewing + self._links("live", "coverage")
        return self._page(shown.layers(), shown.panel(links if self.served else NOTHING), renewing=True)

    def coverage(self, minutes: Sequence[float] = MINUTES) -> str:
        """Return the map of coverage from the depots as a page.

        Parameters
        ----------
        minutes : sequence of float
            Thresholds.

        Raises
        ------
        InvalidInputError
            Where the minutes make no sense.
        """
        city, router = self.city, self.router
        shown = CoverageMap(
            title=self.words.coverage.format(city.name),
            coverage=coverage(router, city.depots, self._zones(), minutes) if city.depots else None,
            areas=_isochrones(router, tuple((each.lon, each.lat) for each in city.depots), tuple(minutes)),
            origins=origin_table(city.depots) if city.depots else gpd.GeoDataFrame(geometry=[], crs=4326),
            closures=router.conditions != Conditions(),
            words=self.words,
        )
        links = self._links("coverage", "live") if self.served else NOTHING
        return self._page(shown.layers(), shown.panel(links), renewing=False)

    def replayed(self, runs: Sequence[Replayed], *, days: int) -> str:
        """Return the map of a replayed day as a page.

        Parameters
        ----------
        runs : sequence of Replayed
            The day under each policy.
        days : int
            How many days were replayed; this is the first of them.
        """
        shown = ReplayMap(
            city=self.city.name,
            runs=runs,
            days=days,
            zone=ZoneInfo(self.city.time_zone),
            words=self.words,
            own_words=REPLAY_WORDS[self.words.language],
        )
        return self._page(shown.layers(), shown.panel(), renewing=False)

    def _page(self, layers: Sequence[Layer], panel: Panel, *, renewing: bool) -> str:
        city = self.city
        ground: Layer
        if self.served:
            ground, assets = served_ground(city.attribution), linked_assets(renewing=renewing)
        else:
            tiles = tiles_of(self.router.network, city.zone_values)
            ground, assets = embedded_ground(tiles, self._bounds(), city.attribution), None
        view = View(city.centre, city.zoom)
        drawn = compose(view, ground=ground, layers=layers, panel=panel, assets=assets)
        return page_of(drawn, self.words.language)

    def _zones(self) -> gpd.GeoDataFrame:
        """Return the city's zones; where it has none, all its roads as one, whose people are not known."""
        if self.city.zone_values:
            return self.city.zones
        return gpd.GeoDataFrame(geometry=[shapely.box(*self.router.network.bounds)], crs=4326)

    def _bounds(self) -> Bounds:
        west, south, east, north = self._zones().total_bounds.tolist()
        return west, south, east, north

    def _links(self, name: str, other: str) -> Markup:
        words = self.words
        return Markup('<a href="/">{}</a><a href="/maps/{}">{}</a><a href="/maps/{}?download">{}</a>').format(
            words.console, other, words.other_map[other], name, words.download
        )


@lru_cache(maxsize=2)
def _isochrones(
    router: Router, points: tuple[tuple[float, float], ...], minutes: tuple[float, ...]
) -> gpd.GeoDataFrame:
    """Return isochrones, kept for as long as the router is the present one: they take seconds."""
    return router.isochrones(points, minutes)
