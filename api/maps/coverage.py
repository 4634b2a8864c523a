"""The map of coverage: how far crews get from the depots, and how many people live there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from folium.map import Layer
from markupsafe import Markup

from equipage.api.maps.bands import OUTLINE_DEG, band_entries, band_layer
from equipage.api.maps.marks import Feature, depot_sign, drawn, layer, point, table_of
from equipage.api.maps.page import NOTHING, Panel, legend_of, swatch
from equipage.api.words.maps import MapWords
from equipage.dispatch.coverage import Coverage

_ZONE_STYLE = {"color": "#7f7a70", "weight": 0.8, "opacity": 0.8, "fill": True, "fillOpacity": 0.0}
_DEPOT_PX = 22
_CATCHMENTS = ("#a6761d", "#7570b3", "#1b9e77", "#d95f02", "#e7298a", "#66a61e", "#666666", "#1f78b4")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMap:
    """What the map of coverage shows.

    Parameters
    ----------
    title : str
        What it is of.
    coverage : Coverage, optional
        None where there are no origins.
    areas : GeoDataFrame
        Isochrones from all origins, of the same minutes.
    origins : GeoDataFrame
        Points in EPSG:4326, with `name` where they have one.
    closures : bool
        Whether roads were closed or slower than usual for it.
    words : MapWords
        Its language.
    """

    title: str
    coverage: Coverage | None
    areas: gpd.GeoDataFrame
    origins: gpd.GeoDataFrame
    closures: bool
    words: MapWords

    def layers(self) -> Sequence[Layer]:
        """Return its layers, the lowest first."""
        words = self.words
        bands = band_layer(self.areas, words)
        zones = (
            []
            if self.coverage is None
            else [
                layer(words.catchments, self._catchments(self.coverage), show=False),
                layer(words.zones, self._zones(self.coverage)),
            ]
        )
        return [bands, *zones, layer(words.depots, self._origins())]

    def panel(self, links: Markup = NOTHING) -> Panel:
        """Return its title, its legend with people, and what is not known."""
        words, found = self.words, self.coverage
        notes = [] if found is None else [words.coverage_basis[found.basis]]
        return Panel(
            title=self.title,
            notes=[*notes, words.closures if self.closures else words.free_flow],
            missing=[words.no_depots] if found is None else [],
            legend=legend_of("", self._legend()),
            links=links,
        )

    def _legend(self) -> list[tuple[Markup, str, str]]:
        found = self.coverage
        if found is None:
            return band_entries(self.areas, self.words, {})
        reached, total = found.summary[found.demand.unit], float(found.demand.weight.sum())
        numbers = {limit: self._counted(float(reached[limit]), total) for limit in found.minutes}
        beyond = self._counted(total - float(reached.max()), total)
        return [*band_entries(self.areas, self.words, numbers), (swatch("none"), self.words.beyond, beyond)]

    def _counted(self, amount: float, total: float) -> str:
        basis = "people" if self.coverage is None else self.coverage.basis
        digits = 0 if basis == "people" else 1
        share = self.words.share(amount / total if total else 0.0)
        return f"{self.words.units[basis].format(self.words.number(amount, digits))} ({share})"

    def _zones(self, found: Coverage) -> list[Feature]:
        table = found.zones.to_crs(4326)
        return [
            drawn(shapely.simplify(row.geometry, OUTLINE_DEG), _ZONE_STYLE, tip=self._zone_tip(row, found))
            for _, row in table.iterrows()
        ]

    def _zone_tip(self, row: gpd.GeoSeries, found: Coverage) -> Markup:
        words = self.words
        shares = {
            words.within.format(f"{limit:g}"): words.share(row[f"share_{limit:g}min"])
            for limit in found.minutes
        }
        population = row.get("population", np.nan)
        rows = {
            words.people: None if np.isnan(population) else words.number(population),
            **shares,
            words.median: self._minutes_told(row["median_min"]),
            words.nearest: self._origin_name(row["nearest"]),
        }
        return table_of(rows, title=str(row.get("name", row.name)))

    def _catchments(self, found: Coverage) -> list[Feature]:
        table = found.catchments.to_crs(4326)
        features = []
        for number, (label, row) in enumerate(table.iterrows()):
            colour = _CATCHMENTS[number % len(_CATCHMENTS)]
            style = {"color": colour, "weight": 3, "fill": True, "fillColor": colour, "fillOpacity": 0.25}
            total = float(found.demand.weight.sum())
            rows = {
                self.words.nearest: self._origin_name(label),
                self.words.nearest_to: self._counted(float(row[found.demand.unit]), total),
                self.words.median: self._minutes_told(row["median_min"]),
            }
            if not row.geometry.is_empty:
                features.append(drawn(shapely.simplify(row.geometry, OUTLINE_DEG), style, tip=table_of(rows)))
        return features

    def _origins(self) -> list[Feature]:
        return [
            point(
                place.x,
                place.y,
                sign=depot_sign(_DEPOT_PX),
                size=_DEPOT_PX,
                label=self._origin_name(label),
                popup=table_of(self._origin_rows(label), title=self._origin_name(label)),
            )
            for label, place in self.origins.geometry.items()
        ]

    def _origin_rows(self, label: object) -> dict[str, str]:
        found = self.coverage
        if found is None:
            return {}
        row, total = found.catchments.loc[label], float(found.demand.weight.sum())
        return {
            self.words.nearest_to: self._counted(float(row[found.demand.unit]), total),
            self.words.median: self._minutes_told(row["median_min"]),
        }

    def _origin_name(self, label: object) -> str:
        if label is None:
            return self.words.unreachable
        return str(self.origins["name"][label]) if "name" in self.origins else str(label)

    def _minutes_told(self, minutes: float) -> str:
        words = self.words
        return words.minutes.format(words.number(minutes, 1)) if np.isfinite(minutes) else words.unreachable
