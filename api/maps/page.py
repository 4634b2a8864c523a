"""A Folium map that asks no other server for anything, with its panel: title, legend, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, cast

import folium
from branca.element import Element, Figure
from folium.map import Layer
from folium.template import Template
from markupsafe import Markup

from equipage.api.language import Language
from equipage.api.maps.assets import inlined_assets
from equipage.api.maps.ground import Bounds, fitting_zoom

NOTHING = Markup("")
_OPEN_LAYERS = 6
"""A control of more layers than this is folded."""


@dataclass(frozen=True, slots=True)
class View:
    """Where a map opens: lon, lat in degrees, and Leaflet's zoom."""

    centre: tuple[float, float]
    zoom: int

    @classmethod
    def of(cls, bounds: Bounds) -> Self:
        """Return the closest view of an area."""
        west, south, east, north = bounds
        return cls(((west + east) / 2, (south + north) / 2), fitting_zoom(bounds))


class CityMap(folium.Map):
    """Folium's map without its links to other servers.

    Parameters
    ----------
    view : View
        What it shows when it is opened.
    label : str
        What screen readers call it.
    assets : str
        HTML that loads Leaflet and jQuery.
    """

    # Folium's own lists name other servers; so do those of every plugin.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - as Folium declares them
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template("""
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}
             role="application" aria-label="{{ this.label|e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }},
            ...{{ this.options|tojavascript }}
        });
        {{ this.get_name() }}.attributionControl.setPrefix(false);
        L.control.scale({ imperial: false, position: "bottomright" }).addTo({{ this.get_name() }});
        {% endmacro %}
    """)

    def __init__(self, view: View, *, label: str, assets: str) -> None:
        lon, lat = view.centre
        super().__init__(location=(lat, lon), zoom_start=view.zoom, tiles=None, prefer_canvas=True)
        self.label = label
        head = self.figure.header
        head.add_child(Plain('<meta name="viewport" content="width=device-width, initial-scale=1">'))
        head.add_child(Plain(assets))

    @property
    def figure(self) -> Figure:
        """The page that it is in."""
        return cast("Figure", self.get_root())


class Plain(Element):
    """HTML as it is: Folium would take what it is given for a template.

    Parameters
    ----------
    text : str
        Safe HTML.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_kwargs: object) -> str:
        """Return the HTML."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What stands beside a map.

    Parameters
    ----------
    title : str
        What it shows.
    notes : sequence of str
        Sentences below it.
    missing : sequence of str
        What is not to be seen, and why.
    legend : Markup
        See `legend_of`.
    links : Markup
        Ways to elsewhere, only in pages of the server.
    """

    title: str
    notes: Sequence[str] = ()
    missing: Sequence[str] = ()
    legend: Markup = NOTHING
    links: Markup = NOTHING

    def html(self) -> Markup:
        """Return it as HTML."""
        notes = NOTHING.join(Markup("<p class=quiet>{}</p>").format(note) for note in self.notes)
        missing = NOTHING.join(
            Markup('<p class="empty" role=status>{}</p>').format(each) for each in self.missing
        )
        links = Markup("<nav class=links>{}</nav>").format(self.links) if self.links else NOTHING
        return Markup(
            '<aside class="map-panel"><details open><summary>{}</summary>{}</details></aside>'
        ).format(self.title, missing + notes + self.legend + links)


def legend_of(title: str, entries: Sequence[tuple[Markup, str, str]]) -> Markup:
    """Return a part of a legend: signs, what they mean, and a number, which may be empty."""
    lines = [
        Markup("<li>{}<span>{}</span><span class=number>{}</span></li>").format(sign, meaning, number)
        for sign, meaning, number in entries
    ]
    heading = Markup("<h2>{}</h2>").format(title) if title else NOTHING
    return heading + Markup("<ul>{}</ul>").format(NOTHING.join(lines))


def swatch(colour: str, kind: str = "", *, opacity: float = 1.0) -> Markup:
    """Return a little area of a colour, or a little `line` or `line dashed`."""
    style = f"border-color:{colour}" if kind else f"background:{colour}"
    return Markup('<span class="swatch {}" style="{};opacity:{}"></span>').format(kind, style, opacity)


def compose(
    view: View,
    *,
    ground: Layer | None,
    layers: Sequence[Layer],
    panel: Panel,
    assets: str | None = None,
) -> CityMap:
    """Return a map of layers, the first lowest, with a control to switch them.

    Parameters
    ----------
    view : View
        What it shows when it is opened.
    ground : Layer, optional
        What lies below everything.
    layers : sequence of Layer
        From `marks.layer`.
    panel : Panel
        What stands beside it.
    assets : str, optional
        HTML that loads Leaflet and jQuery; where left out they are in the page.
    """
    drawn = CityMap(view, label=panel.title, assets=inlined_assets() if assets is None else assets)
    drawn.figure.title = str(Markup.escape(panel.title))
    for each in (ground, *layers):
        if each is not None:
            each.add_to(drawn)
    if len(layers) > 1:
        folium.LayerControl(collapsed=len(layers) > _OPEN_LAYERS).add_to(drawn)
    drawn.figure.html.add_child(Plain(panel.html()))
    return drawn


def page_of(drawn: CityMap, language: Language) -> str:
    """Return a map as a page in a language."""
    page: str = drawn.figure.render()
    return page.replace("<html>", f'<html lang="{language}">', 1)
