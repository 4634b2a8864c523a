"""Hand out tiles: from memory, from the user's cache folder, or drawn by a few threads of their own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import matplotlib as mpl

from equipage.api.tiles.render import TileRenderer
from equipage.api.tiles.tile import Tile
from equipage.data.tile_files import TileFiles
from equipage.dispatch.model import Zone
from equipage.routing.network import RoadNetwork

THREADS = 2
"""Drawing is mostly Python, which runs on one core; while one draws the other writes or compresses."""

MOST_BYTES_IN_MEMORY = 64 * 1024 * 1024
"""About 5,000 tiles: a command post's screens at every zoom they use."""


class TileStore:
    """The tiles of one city. A tile is drawn once, however many ask for it at the same time.

    Parameters
    ----------
    network : RoadNetwork
        Its roads.
    zones : sequence of Zone
        Its zones.
    root : Path or None
        Folder of drawn tiles; none keeps them in memory only.
    most_bytes : int
        What is kept in memory; the tiles not asked for longest go first.
    """

    def __init__(
        self,
        network: RoadNetwork,
        zones: Sequence[Zone] = (),
        *,
        root: Path | None = None,
        most_bytes: int = MOST_BYTES_IN_MEMORY,
    ) -> None:
        self.version = _version_of(network, zones)
        self._files = None if root is None else TileFiles(root, self.version)
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._memory: OrderedDict[Tile, bytes] = OrderedDict()
        self._bytes = 0
        self._coming: dict[Tile, Future[bytes]] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="tiles")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="tiles-writer")
        self._renderer = self._pool.submit(TileRenderer, network, zones)

    def ask(self, tile: Tile) -> Future[bytes]:
        """Return a tile that is there, or will be.

        Parameters
        ----------
        tile : Tile
            Which.

        Returns
        -------
        Future of bytes
            A PNG file. Others may wait for the same: it must not be cancelled.
        """
        with self._lock:
            if tile in self._memory:
                self._memory.move_to_end(tile)
                there: Future[bytes] = Future()
                there.set_result(self._memory[tile])
                return there
            if tile not in self._coming:
                self._coming[tile] = self._pool.submit(self._make, tile)
            return self._coming[tile]

    def close(self) -> None:
        """Draw nothing more; what is drawn is written."""
        self._pool.shutdown(cancel_futures=True)
        self._writer.shutdown()

    def _make(self, tile: Tile) -> bytes:
        """Return a tile from its file, or drawn."""
        name = f"{tile.style}/{tile.zoom}/{tile.x}/{tile.y}@{tile.scale}x.png"
        try:
            picture = self._files.read(name) if self._files else None
            if picture is None:
                picture = self._renderer.result().render(tile)
                if self._files:
                    self._writer.submit(self._files.write, name, picture)
            self._remember(tile, picture)
        finally:
            with self._lock:
                del self._coming[tile]
        return picture

    def _remember(self, tile: Tile, picture: bytes) -> None:
        """Keep a tile in memory."""
        with self._lock:
            self._memory[tile] = picture
            self._bytes += len(picture)
            while self._bytes > self._most_bytes:
                _tile, dropped = self._memory.popitem(last=False)
                self._bytes -= len(dropped)


def _version_of(network: RoadNetwork, zones: Sequence[Zone]) -> str:
    """Return a digest of what tiles are drawn from, and of the program that draws them."""
    digest = sha256(f"{network.network_id} {_program()}".encode())
    for zone in zones:
        digest.update(f"{zone.name} {zone.commune}".encode())
        digest.update(zone.geometry.wkb)
    return digest.hexdigest()[:16]


@cache
def _program() -> str:
    """Return a digest of this folder's sources, so that a new style does not show old tiles."""
    digest = sha256(mpl.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
