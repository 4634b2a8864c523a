"""What lies on a map: signs, lines and areas with texts that are safe to show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import folium
import shapely
from folium.utilities import JsCode
from markupsafe import Markup, escape

from equipage.dispatch.status import CrewStatus

Feature = dict[str, Any]

# The console's signs (static/js/shapes.js): a shape, a colour and where its letter stands, in a 24 x 24 box.
_PATHS = {
    "diamond": "M12 .8 23.2 12 12 23.2.8 12Z",
    "triangle": "M12 1.4 23.4 21.6H.6Z",
    "square": "M3.2 3.2H20.8V20.8H3.2Z",
    "pentagon": "M12 1.2 22.6 8.9 18.6 21.4H5.4L1.4 8.9Z",
    "circle": "M12 1.2A10.8 10.8 0 1 1 12 22.8 10.8 10.8 0 1 1 12 1.2Z",
    "arrow": "M12 .4 21.6 8.4V20.2Q21.6 22.6 19.2 22.6H4.8Q2.4 22.6 2.4 20.2V8.4Z",
    "rounded": "M6 1.6H18Q22.4 1.6 22.4 6V18Q22.4 22.4 18 22.4H6Q1.6 22.4 1.6 18V6Q1.6 1.6 6 1.6Z",
    "hexagon": "M6.4 1.8H17.6L23.2 12 17.6 22.2H6.4L.8 12Z",
    "house": "M12 1.4 23 11H20V22.6H4V11H1Z",
}
_PRIORITIES = {
    1: ("diamond", "#c8102e", 12.0),
    2: ("triangle", "#b34000", 14.6),
    3: ("square", "#0072b2", 12.0),
    4: ("pentagon", "#595959", 12.6),
}
_CREWS = {
    CrewStatus.AVAILABLE: ("circle", "#00755a", 12.0),
    CrewStatus.EN_ROUTE: ("arrow", "#0072b2", 13.0),
    CrewStatus.ON_SITE: ("rounded", "#b34000", 12.0),
    CrewStatus.ON_BREAK: ("hexagon", "#8f3d73", 12.0),
    CrewStatus.OFF_SHIFT: ("circle", "#595959", 12.0),
}

_TEXTS = JsCode("""function (feature, layer) {
    const { popup, tip } = feature.properties;
    if (popup) layer.bindPopup(popup, { maxWidth: 320, autoPanPaddingTopLeft: [10, 110] });
    if (tip) layer.bindTooltip(tip, { sticky: true });
}""")
_SIGNS = JsCode("""function (feature, at) {
    const { sign, size, label } = feature.properties;
    if (!sign) return L.circleMarker(at, { radius: 5 });
    const icon = L.divIcon({ html: sign, className: "sign", iconSize: [size, size] });
    return L.marker(at, { icon, title: label, alt: label });
}""")


def priority_sign(priority: int, size: int = 20) -> Markup:
    """Return the sign of a report's priority, as SVG."""
    return _sign(*_PRIORITIES.get(priority, _PRIORITIES[4]), letter=str(priority), size=size)


def crew_sign(status: CrewStatus, letter: str, size: int = 26) -> Markup:
    """Return the sign of what a crew does, as SVG."""
    return _sign(*_CREWS[status], letter=letter, size=size)


def depot_sign(size: int = 22) -> Markup:
    """Return the sign of a depot, as SVG."""
    return _sign("house", "#1d2126", 12.0, letter="", size=size)


def point(lon: float, lat: float, *, sign: Markup, size: int, label: str, popup: Markup) -> Feature:
    """Return a place with a sign, the sign's name, and what is told when it is opened."""
    texts = {"sign": sign, "size": size, "label": label, "popup": popup}
    return _feature(shapely.Point(lon, lat), texts)


def drawn(
    shape: shapely.Geometry, style: Mapping[str, Any], *, tip: Markup | str = "", popup: Markup | str = ""
) -> Feature:
    """Return a line, area or point with a Leaflet style and what is told of it."""
    return _feature(shape, {"style": dict(style), "tip": tip, "popup": popup})


def layer(
    name: str, features: Sequence[Feature], *, show: bool = True, control: bool = True
) -> folium.GeoJson:
    """Return a layer of features under a name in the layer control.

    Their texts must be safe already: Leaflet takes them as HTML.
    """
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": list(features)},
        name=str(escape(name)),
        show=show,
        control=control,
        on_each_feature=_TEXTS,
        point_to_layer=_SIGNS,
    )


def table_of(rows: Mapping[str, Any], *, title: str = "") -> Markup:
    """Return names and values as a small table, whatever they hold made safe; values of None are left out."""
    heading = Markup("<h3>{}</h3>").format(title) if title else Markup("")
    lines = [
        Markup("<tr><th scope=row>{}</th><td>{}</td></tr>").format(name, value)
        for name, value in rows.items()
        if value not in {None, ""}
    ]
    return heading + Markup("<table>{}</table>").format(Markup("").join(lines))


def _sign(shape: str, colour: str, letter_y: float, *, letter: str, size: int) -> Markup:
    return Markup(
        '<svg viewBox="-1 -1 26 26" width="{size}" height="{size}" aria-hidden="true">'
        '<path d="{path}" fill="{colour}" stroke="#fff" stroke-width="2" paint-order="stroke"/>'
        '<text x="12" y="{y}" dy=".36em" text-anchor="middle" font-size="13" font-weight="700" fill="#fff">'
        "{letter}</text></svg>"
    ).format(size=size, path=_PATHS[shape], colour=colour, y=letter_y, letter=letter)


def _feature(shape: shapely.Geometry, properties: Mapping[str, Any]) -> Feature:
    kept = {name: value for name, value in properties.items() if value != ""}
    # A tenth of a metre is fine enough, and half as long.
    rounded = shapely.transform(shape, lambda lonlat: lonlat.round(6))
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(rounded)), "properties": kept}
