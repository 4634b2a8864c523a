"""The base map's tiles: what is drawn where, in which colours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

from equipage.api.maps.live import STANDBY_COLOUR, STANDBY_STYLE
from equipage.api.tiles.arrows import Arrows
from equipage.api.tiles.built_up import built_up
from equipage.api.tiles.dashes import Dash, DashedLines
from equipage.api.tiles.indexed import indexed_png
from equipage.api.tiles.mercator import TILE_PX, to_world, world_px
from equipage.api.tiles.palette import PALETTES, MapStyle, RoadKind, TextKind, ground_colours
from equipage.api.tiles.places import Places
from equipage.api.tiles.render import TileRenderer
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.style import road_style, width_px
from equipage.routing.network import RoadNetwork
from tests.api.mapped import HALF_WAY, MIDDLE, SOUTH, WEST, a_grid_city, pixels, tile_at, two_communes

STYLES = pytest.mark.parametrize("style", list(MapStyle))


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    """The grid city."""
    return a_grid_city()


@pytest.fixture(scope="module")
def renderer(network: RoadNetwork) -> TileRenderer:
    """Its map."""
    return TileRenderer(network, two_communes())


@given(lon=st.floats(-180, 180), lat=st.floats(-85, 85))
def test_mercator_agrees_with_pyproj(lon: float, lat: float) -> None:
    """The world's square is EPSG:3857, as pyproj computes it."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    half = 20037508.342789244
    assert to_world((lon, lat)) == pytest.approx(((east + half) / (2 * half), (half - north) / (2 * half)))


@STYLES
def test_road_is_drawn_where_it_is(renderer: TileRenderer, style: MapStyle) -> None:
    """The pixel on the avenue has the avenue's colour, the one in the middle of a block is built-up land."""
    palette = PALETTES[style]
    seen = []
    for lonlat in ((WEST + 0.0332, SOUTH + 0.02), (WEST + 0.033, SOUTH + 0.021)):
        tile = replace(tile_at(lonlat, 18), style=style)
        column, row = ((to_world(lonlat) * 2**18 - (tile.x, tile.y)) * TILE_PX).astype(int)
        seen.append(tuple(pixels(renderer.render(tile))[row, column]))
    wanted = (palette.roads[RoadKind.PRIMARY].fill, palette.built_up)
    assert seen == [ImageColor.getrgb(colour) for colour in wanted]


def test_two_way_street_is_one_line(network: RoadNetwork) -> None:
    """Both directions and all blocks of a street make one line with one name."""
    streets = Streets.of(network)
    assert sorted(streets.names.tolist()) == sorted({name for name in network.names if name})


@STYLES
def test_tile_without_roads_is_empty(renderer: TileRenderer, style: MapStyle) -> None:
    """Far from the city every pixel is the ground outside it."""
    picture = pixels(renderer.render(replace(tile_at((10.0, 50.0), 14), style=style)))
    outside = ImageColor.getrgb(PALETTES[style].outside)
    assert {tuple(colour) for colour in picture.reshape(-1, 3)} == {outside}


def test_city_without_zones_has_one_ground(network: RoadNetwork) -> None:
    """Where no zones are known nothing counts as outside."""
    picture = pixels(TileRenderer(network).render(tile_at((10.0, 50.0), 12)))
    land = ImageColor.getrgb(PALETTES[MapStyle.DAY].land)
    assert {tuple(colour) for colour in picture.reshape(-1, 3)} == {land}


def test_network_without_names_has_a_map() -> None:
    """Roads that have no names are drawn all the same."""
    network = RoadNetwork.from_arrays([(5.0, 47.3), (5.01, 47.3)], [0, 1], [1, 0])
    picture = pixels(TileRenderer(network).render(tile_at((5.005, 47.3), 16)))
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 1


def test_same_tile_is_the_same_picture(network: RoadNetwork, renderer: TileRenderer) -> None:
    """Another renderer of the same city draws the same bytes, whatever it has drawn before."""
    other = TileRenderer(network, two_communes())
    tile = tile_at(MIDDLE, 16)
    other.render(tile_at((WEST + 0.01, SOUTH + 0.02), 16))
    assert other.render(tile) == renderer.render(tile)


def test_dense_tile_shows_the_same_twice_as_fine(renderer: TileRenderer) -> None:
    """Averaged over two by two dots a dense tile is nearly the plain one."""
    tile = tile_at(MIDDLE, 16)
    plain = pixels(renderer.render(tile)).astype(float)
    dense = pixels(renderer.render(replace(tile, scale=2))).astype(float)
    averaged = dense.reshape(TILE_PX, 2, TILE_PX, 2, 3).mean(axis=(1, 3))
    assert np.abs(averaged - plain).mean() < 3.0


def test_roads_grow_with_the_zoom() -> None:
    """Each class is wider, or as wide, the closer one looks, and the higher rank is never thinner."""
    classes = ["motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service"]
    table = np.array([[width_px(road_style(name).width, zoom) for zoom in range(21)] for name in classes])
    assert (np.diff(table, axis=1) >= 0).all()
    assert (np.diff(table[:, 11:], axis=0) <= 0).all()


def test_width_never_jumps() -> None:
    """From one zoom to the next no road becomes more than 2.5 times as wide, once it is drawn."""
    for name in ("motorway", "primary", "secondary", "tertiary", "residential", "service", "trunk_link"):
        widths = np.array([width_px(road_style(name).width, zoom) for zoom in range(21)])
        drawn = widths[widths > 0]
        assert (drawn[1:] / drawn[:-1]).max() <= 2.5


@pytest.mark.parametrize(("name", "first"), [("motorway", 7), ("secondary", 9), ("residential", 13)])
def test_small_roads_appear_late(name: str, first: int) -> None:
    """From afar only main roads are drawn."""
    widths = [width_px(road_style(name).width, zoom) for zoom in range(21)]
    assert next(zoom for zoom, width in enumerate(widths) if width > 0) == first


def test_arrows_point_along_one_way_streets(network: RoadNetwork) -> None:
    """There are arrows on the one-way street alone, and they point north as it does."""
    arrows = Arrows(Streets.of(network)).around(17, (0.0, 0.0, 1.0, 1.0))
    column = to_world((WEST + 0.006, SOUTH))[0]
    assert len(arrows) > 3
    assert arrows[:, :, 0] == pytest.approx(column)
    assert (arrows[:, 1, 1] < arrows[:, 0, 1]).all()


def test_arrows_wait_for_wide_streets(network: RoadNetwork) -> None:
    """At zoom 16 a street is too narrow for arrows."""
    assert len(Arrows(Streets.of(network)).around(16, (0.0, 0.0, 1.0, 1.0))) == 0


def test_every_border_is_drawn_once() -> None:
    """The communes' common border is one line, and the border within a commune is a zone's only."""
    places = Places.of(two_communes())
    x = to_world((HALF_WAY, SOUTH))[0]
    common = [line for line in places.commune_borders if np.allclose(shapely.get_coordinates(line)[:, 0], x)]
    assert len(common) == 1
    assert len(places.zone_borders) == 1
    assert not shapely.intersects(places.zone_borders[0], common[0]) or shapely.touches(
        places.zone_borders[0], common[0]
    )


def test_faulty_zone_does_no_harm(network: RoadNetwork) -> None:
    """A zone that crosses itself and has a spike is drawn as far as it has an area; an empty one is not."""
    west, east, south, north = WEST, HALF_WAY, SOUTH, SOUTH + 0.02
    crossed = shapely.Polygon(
        [(west, south), (east, north), (east, south), (west, north), (west, south), (west - 1, south)]
    )
    first, *rest = two_communes()
    zones = [replace(first, geometry=crossed), replace(first, geometry=shapely.Polygon()), *rest]
    assert TileRenderer(network, zones).render(tile_at(MIDDLE, 14)).startswith(b"\x89PNG")


def test_dashes_go_on_across_tiles() -> None:
    """A dash that two neighbouring tiles share is the same in both."""
    line = shapely.LineString([to_world((5.0, 47.3)), to_world((5.2, 47.4))])
    dashed = DashedLines(np.array([line], dtype=object), 14, Dash(7.0, 4.0))
    tile = tile_at((5.1, 47.35), 14)
    here = {dash.wkb for dash in dashed.around(tile.box())}
    there = {dash.wkb for dash in dashed.around(replace(tile, x=tile.x + 1).box())}
    seen = shapely.box(*tile.box()).boundary
    at_border = {wkb for wkb in here | there if shapely.from_wkb(wkb).intersects(seen)}
    east = shapely.LineString([tile.box()[2:4], (tile.box()[2], tile.box()[1])])
    shared = {wkb for wkb in at_border if shapely.from_wkb(wkb).intersects(east)}
    assert shared <= here & there
    lengths = [shapely.from_wkb(wkb).length * world_px(14) for wkb in here]
    assert np.median(lengths) == pytest.approx(7.0, rel=0.05)


def test_town_is_told_from_fields() -> None:
    """The middle of a grid of streets is built up, a lone road in the fields is not."""
    grid = [((x, 0), (x, 20)) for x in range(21)] + [((0, y), (20, y)) for y in range(21)]
    streets = [(np.array(ends) * 0.001 + (5.0, 47.3)) for ends in [*grid, ((40, 0), (40, 40))]]
    lines = np.array([shapely.LineString(to_world(street)) for street in streets], dtype=object)
    town = shapely.union_all(built_up(lines))
    assert town.contains(shapely.Point(to_world((5.01, 47.31))))
    assert not town.intersects(shapely.Point(to_world((5.04, 47.32))))


def test_no_streets_make_no_town() -> None:
    """A network of motorways alone has no built-up land."""
    assert len(built_up(np.empty(0, dtype=object))) == 0


def luminance(colour: str) -> float:
    """Return the relative luminance that WCAG 2 defines."""
    channels = np.array(ImageColor.getrgb(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@STYLES
@pytest.mark.parametrize("kind", list(TextKind))
def test_names_are_legible_on_everything_under_them(style: MapStyle, kind: TextKind) -> None:
    """Each text has a contrast of 4.5 (WCAG AA) to its halo and to every ground it may lie on."""
    palette = PALETTES[style]
    grounds = {
        palette.halo,
        palette.outside,
        *(each for zoom in range(21) for each in ground_colours(palette, zoom)),
    }
    under = {palette.shield} if kind is TextKind.SHIELD else grounds
    assert min(contrast(palette.text[kind], ground) for ground in under) >= 4.5


@pytest.mark.parametrize("mark", ["#c8102e", "#b34000", "#0072b2", "#00755a", "#595959", "#8f3d73"])
def test_marks_stand_out_by_day(mark: str) -> None:
    """The console's signs have a contrast of 3 to the ground and to every road."""
    palette = PALETTES[MapStyle.DAY]
    under = [
        palette.land,
        palette.built_up,
        palette.outside,
        *(paint.fill for paint in palette.roads.values()),
    ]
    assert min(contrast(mark, ground) for ground in under) >= 3.0


@STYLES
def test_the_way_to_standby_stands_out_day_and_night(style: MapStyle) -> None:
    """The live map's thin line has a contrast of 3 to the ground, as nothing shows through it."""
    palette = PALETTES[style]
    assert STANDBY_STYLE["opacity"] == 1.0
    assert min(contrast(STANDBY_COLOUR, ground) for ground in (palette.land, palette.outside)) >= 3.0


@STYLES
def test_bigger_roads_stand_out_more(style: MapStyle) -> None:
    """From service road to motorway each is further from the built-up ground in lightness or in colour."""
    palette = PALETTES[style]
    ground = np.array(ImageColor.getrgb(palette.built_up), dtype=float)
    kinds = [RoadKind.SERVICE, RoadKind.STREET, RoadKind.SECONDARY, RoadKind.PRIMARY, RoadKind.MOTORWAY]
    distances = [
        float(np.abs(np.array(ImageColor.getrgb(palette.roads[kind].thin)) - ground).sum()) for kind in kinds
    ]
    assert distances == sorted(distances)


def test_ground_keeps_its_colour_in_a_small_file() -> None:
    """With far more colours than a table holds, those that go on in the next tile come out exactly."""
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    noise[:32] = ImageColor.getrgb("#e8e6e1")
    noise[0, 0] = ImageColor.getrgb("#e9e5e0")
    assert tuple(pixels(indexed_png(noise, ["#e8e6e1"]))[16, 16]) == ImageColor.getrgb("#e8e6e1")
    assert np.abs(pixels(indexed_png(noise[32:, :4], [])).astype(int) - noise[32:, :4]).max() < 8
