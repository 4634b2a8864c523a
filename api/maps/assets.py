"""The scripts and styles of a map: named by the server's own paths, or within the page itself."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from equipage.api.wheels import jquery_folder, leaflet_folder

_STATIC = Path(__file__).parents[1] / "static"
_IMAGE = re.compile(r"url\(\s*['\"]?(images/[\w.-]+)['\"]?\s*\)")


@dataclass(frozen=True, slots=True)
class _Asset:
    """A file, and where the server has it."""

    path: str
    file: Path
    is_module: bool = False

    def linked(self) -> str:
        if self.file.suffix == ".svg":
            return f'<link rel="icon" type="image/svg+xml" href="{self.path}">'
        if self.file.suffix == ".css":
            return f'<link rel="stylesheet" href="{self.path}">'
        kind = ' type="module"' if self.is_module else ""
        return f'<script{kind} src="{self.path}"></script>'

    def inlined(self) -> str:
        text = self.file.read_text(encoding="utf-8")
        if self.file.suffix == ".css":
            return f"<style>{_IMAGE.sub(self._image, text)}</style>"
        # Without the pointer to a file that is not there.
        return f"<script>{re.sub(r'//# sourceMappingURL=.*', '', text)}</script>"

    def _image(self, found: re.Match[str]) -> str:
        picture = b64encode((self.file.parent / found[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{picture})"


def linked_assets(*, renewing: bool) -> str:
    """Return what a page of the server says to load them.

    Parameters
    ----------
    renewing : bool
        Whether the page renews itself.
    """
    more = [
        _Asset("/static/img/equipage.svg", _STATIC / "img/equipage.svg"),
        _Asset("/static/js/maps/theme.js", _STATIC / "js/maps/theme.js", is_module=True),
    ]
    if renewing:
        more.append(_Asset("/static/js/maps/renew.js", _STATIC / "js/maps/renew.js"))
    return "\n".join(asset.linked() for asset in [*_assets(), *more])


@cache
def inlined_assets() -> str:
    """Return all of them as they stand in a page that needs no server, about 240 kB."""
    return "\n".join(asset.inlined() for asset in _assets())


def _assets() -> Iterator[_Asset]:
    yield _Asset("/vendor/leaflet/leaflet.css", leaflet_folder() / "leaflet.css")
    yield _Asset("/static/css/maps.css", _STATIC / "css/maps.css")
    yield _Asset("/vendor/leaflet/leaflet.js", leaflet_folder() / "leaflet.js")
    yield _Asset("/vendor/jquery/jquery.min.js", jquery_folder() / "jquery.min.js")
