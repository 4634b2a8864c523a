"""Regions of the plane that lie nearest to some of many places: what is reached, as polygons."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from contourpy import contour_generator
from scipy import ndimage

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]
Region = shapely.Polygon | shapely.MultiPolygon

# Land this large without any road is a park or a lake inside a reached quarter, not its edge: about 500 m
# across.
_POCKET_M2 = 250_000.0


@dataclass(frozen=True, slots=True)
class _Grid:
    """Square cells over a part of the plane; cell (0, 0) is centred on (x, y)."""

    x: float
    y: float
    cell_m: float
    rows: int
    columns: int

    @classmethod
    def over(cls, xy: Floats, margin_m: float, cell_m: float) -> _Grid:
        low, high = xy.min(axis=0) - margin_m, xy.max(axis=0) + margin_m
        columns, rows = (np.ceil((high - low) / cell_m) + 1.0).tolist()
        return cls(float(low[0]), float(low[1]), cell_m, int(rows), int(columns))

    def least(self, xy: Floats, value: Floats) -> Floats:
        """Return the least value in each cell, nan where there is none."""
        column, row = np.rint((xy - (self.x, self.y)) / self.cell_m).astype(np.int64).T
        inside = (row >= 0) & (row < self.rows) & (column >= 0) & (column < self.columns)
        cell, value = (row * self.columns + column)[inside], value[inside]
        order = np.argsort(-value, kind="stable")
        cells = np.full(self.rows * self.columns, np.nan)
        cells[cell[order]] = value[order]
        return cells.reshape(self.rows, self.columns)

    def outline(self, inside: Bools) -> Region:
        """Return the cells inside as polygons, their corners cut."""
        x = self.x + self.cell_m * np.arange(self.columns)
        y = self.y + self.cell_m * np.arange(self.rows)
        contours = contour_generator(x, y, inside.astype(np.float64), fill_type="OuterOffset")
        points, offsets = cast("tuple[list[Floats], list[Ints]]", contours.filled(0.5, np.inf))
        rings = (np.split(ring, offset[1:-1]) for ring, offset in zip(points, offsets, strict=True))
        return shapely.MultiPolygon([shapely.Polygon(outer, holes) for outer, *holes in rings])


def nested_regions(
    xy: Floats, value: Floats, levels: Floats, *, cell_m: float, reach_m: float
) -> list[Region]:
    """Return for each level the region nearest to places whose value is not above it.

    Parameters
    ----------
    xy : (s, 2) float64
        Places in metres, not much farther apart than a cell along what they sample.
    value : (s,) float64
        The value of each; inf is above every level. At least one is not above the lowest level.
    levels : (n,) float64
        Ascending.
    cell_m : float
        Size of the cells that the plane is divided into: about how exact the outlines are.
    reach_m : float
        What is farther from every place belongs to no region, pockets of up to 25 hectares aside.

    Returns
    -------
    list of Polygon or MultiPolygon
        One for each level, in metres, none of them empty; each covers the one before.

    Notes
    -----
    Every cell takes the least value in it, or that of the nearest cell with a place in it by an exact
    Euclidean distance transform, in time linear in the number of cells.
    """
    # Twice the reach, so that whatever is nearer to an outermost point is on the grid as well.
    grid = _Grid.over(xy[value <= levels[-1]], 2.0 * reach_m + 2.0 * cell_m, cell_m)
    cells = grid.least(xy, value)
    distance, nearest = ndimage.distance_transform_edt(np.isnan(cells), return_indices=True)
    close = _with_pockets(distance * cell_m <= reach_m, cell_m)
    nearest_value = cells[nearest[0], nearest[1]]
    return _simplified([grid.outline(close & (nearest_value <= level)) for level in levels], cell_m)


def _with_pockets(close: Bools, cell_m: float) -> Bools:
    """Return the cells that are close, and the small pockets that they enclose."""
    label, _ = ndimage.label(~close)
    small = np.bincount(label.ravel()) * cell_m**2 <= _POCKET_M2
    for border in (label[0], label[-1], label[:, 0], label[:, -1]):
        small[border] = False
    return np.asarray(close | small[label], dtype=bool)


def _simplified(regions: list[Region], tolerance_m: float) -> list[Region]:
    """Return nested regions with fewer points; their common borders stay common, so that they stay nested."""
    bands = [
        regions[0],
        *(shapely.difference(outer, inner) for inner, outer in pairwise(regions)),
    ]
    kept = shapely.coverage_simplify(np.array(bands, dtype=object), tolerance_m)
    return [cast("Region", shapely.coverage_union_all(kept[: count + 1])) for count in range(len(kept))]
