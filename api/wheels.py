"""Where the scripts and styles of others are: in wheels, so that no page asks another server for them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path


def leaflet_folder() -> Path:
    """Return the folder with Leaflet's script, style and images."""
    return _folder("js_lib_leaflet") / "static/js_lib_leaflet"


def jquery_folder() -> Path:
    """Return the folder with jQuery, which Folium's popups call."""
    return _folder("xstatic.pkg.jquery") / "data"


def swagger_folder() -> Path:
    """Return the folder with Swagger UI."""
    return _folder("fastapi_swagger") / "resources"


@cache
def _folder(package: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {package} is not installed; install the requirements again")
    return Path(next(iter(spec.submodule_search_locations)))
