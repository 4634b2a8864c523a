"""OpenStreetMap files and downloads, decoded into `equipage.routing.osm.OsmData` with no opinion on tags."""

from __future__ import annotations

from equipage.data.osm.read import read_osm

__all__ = ["read_osm"]
