"""The base map: what is drawn, where names stand, and how tiles answer over HTTP."""

from __future__ import annotations

import asyncio
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
import shapely
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from equipage.api.routes.tiles import router
from equipage.api.tiles.glyphs import typeface
from equipage.api.tiles.labels import Labels
from equipage.api.tiles.mercator import TILE_PX, to_world, world_px
from equipage.api.tiles.render import MAX_ZOOM, TileRenderer
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.style import LAND, OUTSIDE, road_style, width_px
from equipage.routing.network import RoadNetwork

WEST, SOUTH, EAST, NORTH = 5.00, 47.30, 5.06, 47.34
ZOOM = 16
WHOLE_CITY = (*to_world((WEST, NORTH)).tolist(), *to_world((EAST, SOUTH)).tolist())


def a_grid_city() -> RoadNetwork:
    """Return streets every 0.002 degrees, all named, two-way, an avenue in the middle."""
    tail, head, names, classes = [], [], [], []
    columns, rows = 31, 21
    nodes = [(WEST + 0.002 * column, SOUTH + 0.002 * row) for row in range(rows) for column in range(columns)]
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            ends = [(here + 1, f"Rue des Lilas {row}")] if column + 1 < columns else []
            ends += [(here + columns, f"Rue Monge {column}")] if row + 1 < rows else []
            for there, name in ends:
                avenue = name == "Rue des Lilas 10"
                tail += [here, there]
                head += [there, here]
                names += [name, name]
                classes += ["primary" if avenue else "residential"] * 2
    return RoadNetwork.from_arrays(nodes, tail, head, edge_name=names, edge_class=classes)


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    """The grid city."""
    return a_grid_city()


@pytest.fixture(scope="module")
def renderer(network: RoadNetwork) -> TileRenderer:
    """Its map."""
    return TileRenderer(network, [shapely.box(WEST, SOUTH, EAST, NORTH)])


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """Return zoom, x and y of the tile that holds a point."""
    x, y = np.floor(to_world((lon, lat)) * 2**zoom).astype(int).tolist()
    return zoom, x, y


def pixels(png: bytes) -> np.ndarray:
    """Return the picture as (height, width, 3)."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


@given(lon=st.floats(-180, 180), lat=st.floats(-85, 85))
def test_mercator_agrees_with_pyproj(lon: float, lat: float) -> None:
    """The world's square is EPSG:3857, as pyproj computes it."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    half = 20037508.342789244
    assert to_world((lon, lat)) == pytest.approx(((east + half) / (2 * half), (half - north) / (2 * half)))


def test_road_is_drawn_where_it_is(renderer: TileRenderer) -> None:
    """The pixel on the avenue has the avenue's colour, the one in the middle of a block is land."""
    on_avenue = (WEST + 0.0312, SOUTH + 0.02)
    in_block = (WEST + 0.031, SOUTH + 0.021)
    seen = []
    for lonlat in (on_avenue, in_block):
        zoom, x, y = tile_at(*lonlat, 18)
        column, row = ((to_world(lonlat) * 2**18 - (x, y)) * TILE_PX).astype(int)
        seen.append(tuple(pixels(renderer.render(zoom, x, y))[row, column]))
    assert seen == [ImageColor.getrgb(road_style("primary").fill), ImageColor.getrgb(LAND)]


def test_two_way_street_is_one_line(network: RoadNetwork) -> None:
    """Both directions and all blocks of a street make one line with one name."""
    streets = Streets.of(network)
    assert sorted(streets.names.tolist()) == sorted({name for name in network.names if name})


def test_tile_without_roads_is_empty(renderer: TileRenderer) -> None:
    """Far from the city every pixel is the ground outside it."""
    picture = pixels(renderer.render(*tile_at(10.0, 50.0, 14)))
    assert {tuple(colour) for colour in picture.reshape(-1, 3)} == {ImageColor.getrgb(OUTSIDE)}


def test_city_without_zones_has_one_ground(network: RoadNetwork) -> None:
    """Where no zones are known nothing counts as outside."""
    picture = pixels(TileRenderer(network).render(*tile_at(10.0, 50.0, 14)))
    assert {tuple(colour) for colour in picture.reshape(-1, 3)} == {ImageColor.getrgb(LAND)}


def test_network_without_names_has_a_map() -> None:
    """Roads that have no names are drawn all the same."""
    network = RoadNetwork.from_arrays([(5.0, 47.3), (5.01, 47.3)], [0, 1], [1, 0])
    renderer = TileRenderer(network)
    assert len(np.unique(pixels(renderer.render(*tile_at(5.005, 47.3, 16))).reshape(-1, 3), axis=0)) > 1


@pytest.mark.parametrize("zoom", [15, 16, 17, 18])
def test_names_agree_on_both_sides_of_a_border(network: RoadNetwork, zoom: int) -> None:
    """A name that two tiles share is decided the same by both, and is at the same place."""
    _zoom, x, y = tile_at((WEST + EAST) / 2, (SOUTH + NORTH) / 2, zoom)
    labels = Labels(Streets.of(network))

    def around(column: int, row: int) -> tuple[shapely.Geometry, set[bytes]]:
        tiles = 2**zoom
        box = (column / tiles, row / tiles, (column + 1) / tiles, (row + 1) / tiles)
        return shapely.box(*box), {label.box.wkb for label in labels.around(zoom, box)}

    shared = 0
    block = [(x + right, y + down) for right in range(-1, 3) for down in range(-1, 3)]
    for (here, names_here), (there, names_there) in combinations([around(*tile) for tile in block], 2):
        border = shapely.intersection(here, there)
        touching = {wkb for wkb in names_here | names_there if shapely.from_wkb(wkb).intersects(border)}
        assert touching <= names_here & names_there
        shared += len(touching)
    assert shared > 0


@pytest.mark.parametrize("zoom", [15, 16, 18])
def test_names_do_not_overlap(network: RoadNetwork, zoom: int) -> None:
    """No two names on the map touch."""
    labels = Labels(Streets.of(network))
    boxes = [label.box for label in labels.around(zoom, WHOLE_CITY)]
    first, second = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    assert len(boxes) > 5
    assert (first == second).all()


def test_names_read_from_left_to_right(network: RoadNetwork) -> None:
    """No name is upside down, whichever way its street was drawn."""
    labels = Labels(Streets.of(network))
    for label in labels.around(17, WHOLE_CITY):
        assert label.places[-1, 0] >= label.places[0, 0] - 1 / world_px(17)


def test_avenue_gets_its_name_first(network: RoadNetwork) -> None:
    """Where few names are shown they are those of the big roads."""
    labels = Labels(Streets.of(network))
    assert {label.name for label in labels.around(14, WHOLE_CITY)} == {"Rue des Lilas 10"}


def test_name_the_font_cannot_write_is_left_out() -> None:
    """A text with a letter that the font lacks has no glyphs; accents and Cyrillic have."""
    assert typeface().glyphs("通り") is None
    assert typeface().glyphs("Allée Évêché Улица") is not None


def test_same_tile_is_the_same_picture(network: RoadNetwork, renderer: TileRenderer) -> None:
    """Another renderer of the same network draws the same bytes."""
    other = TileRenderer(network, [shapely.box(WEST, SOUTH, EAST, NORTH)])
    tile = tile_at(WEST + 0.03, SOUTH + 0.02, ZOOM)
    other.render(*tile_at(WEST + 0.01, SOUTH + 0.02, ZOOM))
    assert other.render(*tile) == renderer.render(*tile)


def test_roads_grow_with_the_zoom() -> None:
    """Each class is wider, or as wide, the closer one looks, and the higher rank is never thinner."""
    classes = ["motorway", "primary", "secondary", "tertiary", "residential", "service"]
    table = np.array([[width_px(road_style(name).width, zoom) for zoom in range(21)] for name in classes])
    assert (np.diff(table, axis=1) >= 0).all()
    assert (np.diff(table, axis=0) <= 0).all()


def ask(renderer: TileRenderer, path: str, headers: dict[str, str] | None = None) -> Response:
    """Return what a server that has only the map answers."""
    app = FastAPI()
    app.include_router(router)
    app.state.tiles = renderer

    async def get() -> Response:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://city.test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(get())


@pytest.mark.parametrize("side", [1, 2])
def test_tile_is_a_png_of_the_side_asked_for(renderer: TileRenderer, side: int) -> None:
    """256 pixels, or 512 for dense screens."""
    zoom, x, y = tile_at(WEST + 0.03, SOUTH + 0.02, ZOOM)
    answer = ask(renderer, f"/tiles/{zoom}/{x}/{y}.png?scale={side}")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size == (256 * side, 256 * side)


def test_known_tile_is_not_sent_again(renderer: TileRenderer) -> None:
    """A browser that has the tile gets 304 and no body."""
    zoom, x, y = tile_at(WEST + 0.03, SOUTH + 0.02, ZOOM)
    first = ask(renderer, f"/tiles/{zoom}/{x}/{y}.png")
    again = ask(renderer, f"/tiles/{zoom}/{x}/{y}.png", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [f"{MAX_ZOOM + 1}/0/0", "3/8/0", "3/0/-1", "-1/0/0", "3/1/1.png?scale=3&"])
def test_tile_that_does_not_exist_is_404(renderer: TileRenderer, path: str) -> None:
    """Zoom, column and row are checked; the answer says what is allowed."""
    answer = ask(renderer, f"/tiles/{path}" if ".png" in path else f"/tiles/{path}.png")
    assert answer.status_code == 404
    assert "must be" in answer.json()["detail"]
