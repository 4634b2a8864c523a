"""Keep drawn map tiles in files, so that the next start need not draw them again."""

from __future__ import annotations

import logging
from pathlib import Path

from equipage.data.files import written_whole

MOST_BYTES = 512 * 1024 * 1024
"""What all tiles of a user may take up; the oldest go first."""

_KEPT_SHARE = 0.8
"""How much is left when there was too much: tidying up is rare."""

_log = logging.getLogger(__name__)


class TileFiles:
    """The tiles of one map in a folder that older maps' tiles are in, too.

    Parameters
    ----------
    root
        The folder of all tiles; made if need be.
    version
        What the tiles were drawn from and by; others have a folder of their own.
    most_bytes
        What the root may take up.
    """

    def __init__(self, root: Path, version: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._root = root
        self._folder = root / version
        self._most_bytes = most_bytes
        self._taken: int | None = None
        self._writable = True

    def read(self, name: str) -> bytes | None:
        """Return a tile, or None where it is not kept.

        Parameters
        ----------
        name
            Its path within the folder.
        """
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, picture: bytes) -> None:
        """Keep a tile; where nothing can be written tiles are drawn anew at each start, with one warning.

        Parameters
        ----------
        name
            Its path within the folder.
        picture
            The file's content.
        """
        if not self._writable:
            return
        try:
            with written_whole(self._folder / name) as file:
                file.write(picture)
            self._taken = self._total() if self._taken is None else self._taken + len(picture)
            if self._taken > self._most_bytes:
                self._taken = self._drop_oldest()
        except OSError as error:
            self._writable = False
            _log.warning("drawn map tiles cannot be kept for the next start: %s", error)

    def _total(self) -> int:
        return sum(size for _age, size, _path in self._kept())

    def _drop_oldest(self) -> int:
        """Delete the oldest tiles, and return how many bytes are left."""
        kept = sorted(self._kept(), key=lambda each: each[0])
        total = sum(size for _written, size, _path in kept)
        for _written, size, path in kept:
            if total <= _KEPT_SHARE * self._most_bytes:
                break
            path.unlink(missing_ok=True)
            total -= size
        return total

    def _kept(self) -> list[tuple[float, int, Path]]:
        """Return when each tile of any version was written, its size and its path."""
        found = []
        for path in self._root.rglob("*.png"):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue  # another server has just tidied up
            found.append((facts.st_mtime, facts.st_size, path))
        return found
