"""Coverage: the share of demand reached in time from depots or crews, who serves what, and what if."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from equipage.dispatch.coverage_change import Change
from equipage.dispatch.demand import Basis, Demand, demand_of
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.origins import LonLat, Origins, faults_of_origins, origin_table, points_table
from equipage.routing.router import Router

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MINUTES = (5.0, 10.0, 15.0)

# Portions of a zone sum to 1 but for rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Coverage:
    """Who is reached from where, and in how many minutes.

    Parameters
    ----------
    router : Router
        What the durations come from.
    origins : GeoDataFrame
        n points in the CRS they were given in.
    given_zones : GeoDataFrame
        The zones as given.
    minutes : tuple of float
        Thresholds.
    demand : Demand
        Places of demand in the zones.
    seconds : (n, k) float64
        From every origin to every place; inf where there is no way.
    """

    router: Router
    origins: gpd.GeoDataFrame
    given_zones: gpd.GeoDataFrame
    minutes: tuple[float, ...]
    demand: Demand
    seconds: Floats

    def __repr__(self) -> str:
        """Return the shares reached, in a line: what a notebook shows of it."""
        reached = ", ".join(f"{share:.1%} in {limit:g} min" for limit, share in self.summary["share"].items())
        return f"<Coverage of {self.basis}, {len(self.origins)} origin(s): {reached}>"

    @property
    def basis(self) -> Basis:
        """What is counted: `people`, `area` (square kilometres) or `roads` (kilometres of streets)."""
        return self.demand.basis

    @cached_property
    def place_minutes(self) -> Floats:
        """Minutes to each place of demand from its nearest origin, (k,); inf where none has a way."""
        return np.asarray(self.seconds.min(axis=0, initial=np.inf) / 60.0)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """What is reached within each threshold, by `minutes`: `people` (`area_km2`, `roads_km`), `share`."""
        weight = self.demand.weight
        reached = [float(weight[self.place_minutes <= limit].sum()) for limit in self.minutes]
        columns = {self.demand.unit: reached, "share": np.array(reached) / weight.sum()}
        return pd.DataFrame(columns, index=pd.Index(self.minutes, name="minutes"))

    @property
    def median_min(self) -> float:
        """Minutes within which half of the demand is reached; inf where less than half has a way."""
        return self._quantile(0.5)

    @property
    def p90_min(self) -> float:
        """Minutes within which nine tenths of the demand are reached; inf where fewer have a way."""
        return self._quantile(0.9)

    @cached_property
    def zones(self) -> gpd.GeoDataFrame:
        """The zones as given, their index and CRS kept, and beside them what is reached in each.

        `share_5min` and so on are the parts of a zone reached in time, `people_5min` (or `area_km2_5min`,
        `roads_km_5min`) the same in numbers; `median_min` and `p90_min` the minutes within which half and
        nine tenths of it are reached (inf where fewer are at all); `reachable` whether anything of it is;
        `nearest` the label of the origin that is nearest to most of it, None where no origin has a way.
        """
        demand, found = self.demand, {}
        for limit in self.minutes:
            share = np.minimum(demand.by_zone(demand.portion * (self.place_minutes <= limit)), 1.0)
            found[f"share_{limit:g}min"] = share
            found[f"{demand.unit}_{limit:g}min"] = share * demand.zone_weight
        found["median_min"] = self._zone_quantiles(0.5)
        found["p90_min"] = self._zone_quantiles(0.9)
        found["reachable"] = demand.by_zone(np.isfinite(self.place_minutes)) > 0.0
        labels = np.array([*self.origins.index, None], dtype=object)[self._zone_nearest]
        # As objects, or pandas would turn None among strings into nan.
        nearest = pd.Series(labels, index=self.given_zones.index, dtype=object)
        return self.given_zones.assign(**found, nearest=nearest)

    @cached_property
    def catchments(self) -> gpd.GeoDataFrame:
        """What each origin is the nearest to, by its label: a tie is the first origin's.

        Columns: those of the origins, `people` (or `area_km2`, `roads_km`) and `share` of all demand,
        `median_min` to reach it (inf where there is none), the same unit within each threshold
        (`people_5min`), and as `geometry` the zones that are mostly its own, in their CRS.
        """
        weight, nearest, minutes = self.demand.weight, self._nearest, self.place_minutes
        found = self.origins.drop(columns=self.origins.geometry.name)
        rows, unit = range(len(found)), self.demand.unit
        found[unit] = [weight[nearest == row].sum() for row in rows]
        found["share"] = found[unit] / weight.sum()
        for limit in self.minutes:
            found[f"{unit}_{limit:g}min"] = [
                weight[(nearest == row) & (minutes <= limit)].sum() for row in rows
            ]
        found["median_min"] = [
            _weighted_quantile(minutes[nearest == row], weight[nearest == row], 0.5) for row in rows
        ]
        shapes = shapely.make_valid(self.given_zones.geometry.to_numpy())
        areas = [shapely.union_all(shapes[self._zone_nearest == row]) for row in rows]
        return gpd.GeoDataFrame(found, geometry=areas, crs=self.given_zones.crs)

    def what_if(
        self,
        *,
        add: Mapping[Hashable, LonLat] | None = None,
        move: Mapping[Hashable, LonLat] | None = None,
        close: Collection[Hashable] = (),
    ) -> Coverage:
        """Return the coverage with other origins; this one stays as it is.

        Parameters
        ----------
        add : mapping from label to (lon, lat), optional
            New origins.
        move : mapping from label to (lon, lat), optional
            Origins that are somewhere else.
        close : collection of labels
            Origins that are no more.

        Returns
        -------
        Coverage
            Of the same demand; see `change_from` for the difference.

        Raises
        ------
        InvalidInputError
            Naming every label that is not there, or is there already, and where nothing would be left.
        OffNetworkError
            Naming every new place that is too far from a usable road.
        """
        add, move = add or {}, move or {}
        faults = list(_faults_of_change(self.origins.index, add, move, close))
        if faults:
            raise InvalidInputError(faults)
        table = self.origins.drop(index=list(close))
        places = points_table({**move, **add}).to_crs(table.crs)
        name = table.geometry.name
        table = table.reindex([*table.index, *add]).set_crs(self.origins.crs)
        table.loc[list(places.index), name] = places.geometry
        return replace(self, origins=table, seconds=_seconds(self.router, table, self.demand))

    def change_from(self, before: Coverage) -> Change:
        """Return what is different from another coverage of the same zones and thresholds.

        Parameters
        ----------
        before : Coverage
            With the same demand: what `what_if` was called on.

        Raises
        ------
        InvalidInputError
            If the two are of different demand.
        """
        if self.demand is not before.demand or self.minutes != before.minutes:
            fault = (
                "the coverages are of different zones or minutes; get the second with what_if of the first"
            )
            raise InvalidInputError([fault])
        return Change(before=before, after=self)

    @cached_property
    def _nearest(self) -> Ints:
        """The row of the nearest origin to each place, -1 where none has a way."""
        return np.where(np.isfinite(self.place_minutes), self.seconds.argmin(axis=0), -1)

    @cached_property
    def _zone_nearest(self) -> Ints:
        """The row of the origin that is nearest to most of each zone, -1 where none has a way."""
        portion, nearest, rows = self.demand.portion, self._nearest, range(len(self.origins))
        votes = np.array([self.demand.by_zone(portion * (nearest == row)) for row in rows])
        return np.where(votes.max(axis=0) > 0.0, votes.argmax(axis=0), -1)

    def _quantile(self, part: float) -> float:
        return _weighted_quantile(self.place_minutes, self.demand.weight, part)

    def _zone_quantiles(self, part: float) -> Floats:
        order = np.lexsort((self.place_minutes, self.demand.zone))
        passed = np.cumsum(self.demand.portion[order])
        # Every zone's portions sum to 1: after z zones z has passed.
        sought = np.arange(len(self.demand.zone_weight)) + part - _ROUNDING
        return np.asarray(self.place_minutes[order][np.searchsorted(passed, sought)])


def coverage(
    router: Router,
    origins: Origins,
    zones: gpd.GeoDataFrame,
    minutes: Sequence[float] = MINUTES,
    *,
    basis: Basis | None = None,
    population: str = "population",
) -> Coverage:
    """Return how much of the zones is reached from the nearest origin within some minutes.

    Parameters
    ----------
    router : Router
        Travel durations, under the conditions and at the time that it answers for.
    origins : GeoDataFrame of points, sequence of Depot, or (n, 2) lon, lat in degrees
        Depots, or where crews are.
    zones : GeoDataFrame
        Polygons with a CRS.
    minutes : sequence of float
        Thresholds, more than 0.
    basis : {"people", "area", "roads"}, optional
        What a zone weighs: its people, its square kilometres, or its kilometres of streets. Where left out:
        people if they are known for every zone, else streets; `Coverage.basis` says which.
    population : str
        The column with the people of each zone.

    Returns
    -------
    Coverage
        `summary`, `zones` and `catchments` as tables; `what_if` with other origins.

    Raises
    ------
    InvalidInputError
        Naming everything that is wrong with the tables and minutes: a missing CRS, unknown people, …
    OffNetworkError
        Naming every origin that is too far from a usable road.

    Notes
    -----
    A zone is not reached as a whole but street by street: its weight is spread evenly over its streets, in
    pieces of at most 100 m. So a street's border is right to 50 m (6 s at 30 km/h), and the share of a zone
    is as good as that people live evenly along its streets; take small zones where that is far from true.
    Durations are free-flow ones plus turns and signals, without getting ready, and end on the street. A zone
    without streets is one point in it, not reached where that is farther than the router snaps.

    The cost is one search for each origin.
    """
    limits = tuple(float(limit) for limit in minutes)
    table = origin_table(origins)
    faults = [*faults_of_origins(table), *_faults_of_minutes(limits)]
    try:
        demand = demand_of(router, zones, basis=basis, population=population)
    except InvalidInputError as error:
        raise InvalidInputError([*faults, *error.faults]) from None
    if faults:
        raise InvalidInputError(faults)
    return Coverage(
        router=router,
        origins=table,
        given_zones=zones,
        minutes=limits,
        demand=demand,
        seconds=_seconds(router, table, demand),
    )


def _seconds(router: Router, origins: gpd.GeoDataFrame, demand: Demand) -> Floats:
    lonlat = shapely.get_coordinates(origins.geometry.to_crs(4326))
    named = {f"origin {label}": place for label, place in zip(origins.index, lonlat, strict=True)}
    router.snapper.snap(router.max_snap_m, **named)
    seconds = np.full((len(origins), len(demand.zone)), np.inf)
    seconds[:, demand.has_road] = router.matrix(lonlat, demand.lonlat[demand.has_road])
    return seconds


def _faults_of_minutes(minutes: Sequence[float]) -> Iterator[str]:
    wrong = [f"{limit:g}" for limit in minutes if not (math.isfinite(limit) and limit > 0.0)]
    if wrong:
        yield f"minutes must be finite and more than 0, not {', '.join(wrong)}"
    if not minutes or len(set(minutes)) < len(minutes):
        yield f"minutes must be at least one number, none of them twice, not {list(minutes)}"


def _faults_of_change(
    labels: pd.Index, add: Collection[Hashable], move: Collection[Hashable], close: Collection[Hashable]
) -> Iterator[str]:
    known = ", ".join(map(str, labels))
    for what, wanted in (("move", move), ("close", close)):
        yield from (f"cannot {what} {each!r}: there are {known}" for each in wanted if each not in labels)
    yield from (f"cannot add {each!r}: it is there already; move it" for each in add if each in labels)
    yield from (f"{each!r} is both moved and closed" for each in move if each in close)
    if not add and set(labels) <= set(close):
        yield "no origin would be left"


def _weighted_quantile(values: Floats, weights: Floats, part: float) -> float:
    """Return the least value up to which a part of the weight lies, inf where there is no weight."""
    if weights.sum() == 0.0:
        return math.inf
    order = np.argsort(values)
    passed = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(passed, passed[-1] * (part - _ROUNDING))])
