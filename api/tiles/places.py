"""The city's zones and communes as the map needs them: ground, borders and where their names stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from equipage.api.tiles.mercator import to_world
from equipage.dispatch.model import Zone

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Place:
    """A zone or a commune that has a name.

    Parameters
    ----------
    name : str
        What is written.
    middle : (float, float)
        The point farthest from its border, in the world's square.
    width : float
        From its west to its east, in the world's square.
    people : int
        How many live there, as far as it is known.
    """

    name: str
    middle: tuple[float, float]
    width: float
    people: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """What the map knows of a city besides its roads, all in the world's square.

    Parameters
    ----------
    ground : (n,) Polygon
        The land of all zones; outer rings and holes in opposite directions.
    commune_borders, zone_borders : (n,) LineString
        Each border once; those of communes are not among those of zones.
    communes, zones : tuple of Place
        Their names.
    """

    ground: Shapes
    commune_borders: Shapes
    zone_borders: Shapes
    communes: tuple[Place, ...]
    zones: tuple[Place, ...]

    @classmethod
    def of(cls, zones: Sequence[Zone]) -> Places:
        """Return the places of a city.

        Parameters
        ----------
        zones : sequence of Zone
            Its zones; none is known of a network without a city.
        """
        shapes = [
            shapely.make_valid(
                shapely.transform(zone.geometry, to_world), method="structure", keep_collapsed=False
            )
            for zone in zones
        ]
        communes = {
            name: shapely.union_all(
                [shape for zone, shape in zip(zones, shapes, strict=True) if zone.commune == name]
            )
            for name in sorted({zone.commune for zone in zones})
        }
        people: Counter[str] = Counter()
        for zone in zones:
            people[zone.commune] += zone.population or 0
        ground = shapely.union_all(list(communes.values()))
        outer = shapely.union_all([shapely.boundary(area) for area in communes.values()])
        inner = shapely.union_all([shapely.boundary(shape) for shape in shapes])
        return cls(
            ground=shapely.get_parts(shapely.orient_polygons(ground)),
            commune_borders=_joined(outer),
            zone_borders=_joined(shapely.difference(inner, outer)),
            communes=_places(communes.items(), people),
            zones=_places(
                ((zone.name, shape) for zone, shape in zip(zones, shapes, strict=True)),
                {zone.name: zone.population or 0 for zone in zones},
            ),
        )


def _joined(lines: shapely.Geometry) -> Shapes:
    """Return lines joined where just two meet."""
    return np.asarray(shapely.get_parts(shapely.line_merge(lines)), dtype=object)


def _places(named: Iterable[tuple[str, shapely.Geometry]], people: Mapping[str, int]) -> tuple[Place, ...]:
    """Return those that have a name and an area."""
    found = []
    for name, area in named:
        parts = [part for part in shapely.get_parts(area) if part.area > 0.0]
        if not name or not parts:
            continue
        main = max(parts, key=lambda part: float(part.area))
        west, _north, east, _south = main.bounds
        circle = shapely.maximum_inscribed_circle(main, tolerance=(east - west) / 50.0)
        x, y = circle.coords[0]
        found.append(Place(name, (x, y), east - west, people[name]))
    return tuple(found)
