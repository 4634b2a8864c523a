"""Which tile: where it is, how dense, in which style."""

from __future__ import annotations

from dataclasses import dataclass

from equipage.api.tiles.mercator import TILE_PX
from equipage.api.tiles.palette import MapStyle

MAX_ZOOM = 20
"""Nothing more is to be seen further in; maps enlarge these tiles."""

Box = tuple[float, float, float, float]
"""West, north, east and south in the world's square."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of the map.

    Parameters
    ----------
    zoom, x, y : int
        Which, counted from the north-west (XYZ).
    scale : int
        1 for 256 pixels a side, 2 for 512.
    style : MapStyle
        By day or by night.

    Raises
    ------
    ValueError
        Where there is no such tile; the message names every fault.
    """

    zoom: int
    x: int
    y: int
    scale: int = 1
    style: MapStyle = MapStyle.DAY

    def __post_init__(self) -> None:
        """Refuse what is no tile."""
        faults = []
        if not 0 <= self.zoom <= MAX_ZOOM:
            faults.append(f"zoom must be 0 to {MAX_ZOOM}, not {self.zoom}")
        else:
            last = 2**self.zoom - 1
            faults += [
                f"{axis} must be 0 to {last} at zoom {self.zoom}, not {value}"
                for axis, value in (("x", self.x), ("y", self.y))
                if not 0 <= value <= last
            ]
        if self.scale not in {1, 2}:
            faults.append(f"scale must be 1 or 2, not {self.scale}")
        if faults:
            raise ValueError("There is no such tile: " + "; ".join(faults))

    def box(self, margin_px: float = 0.0) -> Box:
        """Return where it lies.

        Parameters
        ----------
        margin_px : float
            How much more on each side, in pixels of the map.

        Returns
        -------
        Box
            In the world's square.
        """
        side = 0.5**self.zoom
        more = margin_px / TILE_PX * side
        west, north = self.x * side, self.y * side
        return west - more, north - more, west + side + more, north + side + more
