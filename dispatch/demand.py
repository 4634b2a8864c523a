"""Where in the city's zones the people are: on its streets, as points with weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.origins import faults_of_table, some
from equipage.routing.router import Router

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Basis = Literal["people", "area", "roads"]

UNITS: dict[Basis, str] = {"people": "people", "area": "area_km2", "roads": "roads_km"}
"""What a zone's weight is counted in, as it stands in the names of columns."""

PIECE_M = 100.0
"""Streets are cut into pieces no longer than this, about a block: 12 s of driving at 30 km/h."""

UNINHABITED = ("motorway", "motorway_link", "trunk", "trunk_link")
"""Classes of roads on which nobody has an address."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demand:
    """Places of demand in n zones, and how much each zone weighs.

    Parameters
    ----------
    basis : {"people", "area", "roads"}
        What the zones' weights are: people, square kilometres, or kilometres of streets.
    zone_weight : (n,) float64
        Weight of each zone, in `unit`.
    zone : (k,) int64
        The row of the zone that each place is of, every zone at least once, ascending.
    lonlat : (k, 2) float64
        The places, in degrees.
    portion : (k,) float64
        The part of its zone's weight that is at each place; over a zone they sum to 1.
    has_road : (k,) bool
        Whether the router takes the place; it is false only for a zone's place without a street near it.
    """

    basis: Basis
    zone_weight: Floats
    zone: Ints
    lonlat: Floats
    portion: Floats
    has_road: npt.NDArray[np.bool_]

    @property
    def unit(self) -> str:
        """What weights are counted in: `people`, `area_km2` or `roads_km`."""
        return UNITS[self.basis]

    @property
    def weight(self) -> Floats:
        """What is at each place, (k,), in `unit`."""
        return np.asarray(self.portion * self.zone_weight[self.zone], dtype=np.float64)

    def by_zone(self, of_places: npt.ArrayLike) -> Floats:
        """Return (n,) sums over each zone's places of (k,) values."""
        return np.bincount(self.zone, weights=of_places, minlength=len(self.zone_weight)).astype(np.float64)


def demand_of(
    router: Router, zones: gpd.GeoDataFrame, *, basis: Basis | None = None, population: str = "population"
) -> Demand:
    """Spread the people of zones evenly over the streets in them.

    Parameters
    ----------
    router : Router
        Its network has the streets.
    zones : GeoDataFrame
        Polygons with a CRS.
    basis : {"people", "area", "roads"}, optional
        What a zone weighs: its people, its square kilometres, or its kilometres of streets. Where left out:
        people if they are known for every zone, else streets.
    population : str
        The column with the people of each zone.

    Returns
    -------
    Demand
        Middles of pieces of street of at most `PIECE_M`; for a zone without any street, a point in it.

    Raises
    ------
    InvalidInputError
        Naming everything that is wrong with the zones, and the remedy.

    Notes
    -----
    Motorways and trunk roads have no addresses and count for nothing. A street on the border of two zones is
    in both where its middle is on the line; where zones overlap, each has its own people there.
    """
    faults = [*faults_of_table(zones, "zones"), *_faults_of_basis(zones, basis, population)]
    if faults:
        raise InvalidInputError(faults)
    known = population in zones and bool(zones[population].notna().all())
    chosen: Basis = basis or ("people" if known else "roads")
    shapes = zones.geometry.to_crs(4326)
    lonlat, length_m = _street_pieces(router)
    piece, zone = shapes.sindex.query(shapely.points(lonlat), predicate="intersects")
    streets_m = np.bincount(zone, weights=length_m[piece], minlength=len(zones)).astype(np.float64)
    bare = np.flatnonzero(streets_m == 0.0)
    inside = shapely.get_coordinates(shapes.iloc[bare].representative_point())
    near = router.snap(inside, max_snap_m=math.inf).distance_m <= router.max_snap_m
    of_zone = np.concatenate([zone, bare])
    portion = np.concatenate([length_m[piece] / streets_m[zone], np.ones(len(bare))])
    order = np.argsort(of_zone, kind="stable")
    return Demand(
        basis=chosen,
        zone_weight=_weights(router, zones, chosen, streets_m=streets_m, population=population),
        zone=of_zone[order].astype(np.int64),
        lonlat=np.vstack([lonlat[piece], inside])[order],
        portion=portion[order],
        has_road=np.concatenate([np.ones(len(zone), dtype=np.bool_), near])[order],
    )


def _faults_of_basis(zones: object, basis: Basis | None, population: str) -> Iterator[str]:
    if basis is not None and basis not in get_args(Basis):
        yield f"basis must be {' or '.join(get_args(Basis))}, not {basis!r}"
    if not isinstance(zones, gpd.GeoDataFrame) or basis not in {None, "people"}:
        return
    if population not in zones:
        if basis == "people":
            yield f'zones has no column {population!r}; name it with population=, or take basis="roads"'
        return
    people = zones[population]
    unknown = zones.index[people.isna()].tolist()
    if unknown and basis == "people":
        yield f'the people of {some(unknown)} are not known; give them, or take basis="roads"'
    if (people < 0).any():
        yield f"there are fewer people than none in {some(zones.index[people < 0].tolist())}"
    elif not unknown and len(people) and people.sum() == 0:
        yield 'nobody lives in the zones; give people, or take basis="roads"'


def _street_pieces(router: Router) -> tuple[Floats, Floats]:
    """Return the middles of pieces of all inhabited streets, lon, lat, and their metres."""
    network, snapper = router.network, router.snapper
    empty = [number for number, name in enumerate(network.classes) if name in UNINHABITED]
    roads = snapper.roads[~np.isin(network.edge_class[snapper.roads], empty)]
    road, fraction, length_m = snapper.lines.pieces(roads, PIECE_M)
    long_enough = length_m > 0.0
    at = snapper.lines.at(road[long_enough], fraction[long_enough])
    return snapper.frame.to_lonlat(at), length_m[long_enough]


def _weights(
    router: Router, zones: gpd.GeoDataFrame, basis: Basis, *, streets_m: Floats, population: str
) -> Floats:
    if basis == "people":
        return np.asarray(zones[population], dtype=np.float64)
    if basis == "roads":
        return streets_m / 1e3
    shapes = zones.geometry.to_crs(4326).to_numpy()
    return np.asarray(shapely.area(shapely.transform(shapes, router.snapper.frame.to_metres)) / 1e6)
