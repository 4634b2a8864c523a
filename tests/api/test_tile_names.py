"""What is written on the base map, and where."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely

from equipage.api.tiles.glyphs import typeface
from equipage.api.tiles.label import Label
from equipage.api.tiles.labels import BLOCK, Labels
from equipage.api.tiles.mercator import to_world, world_px
from equipage.api.tiles.palette import TextKind
from equipage.api.tiles.place_names import PlaceNames
from equipage.api.tiles.places import Places
from equipage.api.tiles.street_names import StreetNames
from equipage.api.tiles.streets import Streets
from equipage.api.tiles.tile import Tile
from equipage.api.tiles.wording import road_number, wordings
from equipage.routing.network import RoadNetwork
from tests.api.mapped import EAST, MIDDLE, NORTH, SOUTH, WEST, a_grid_city, tile_at, two_communes


@pytest.fixture(scope="module")
def streets() -> Streets:
    """The grid city's."""
    return Streets.of(a_grid_city())


@pytest.fixture(scope="module")
def labels(streets: Streets) -> Labels:
    """Its names."""
    places = Places.of(two_communes())
    return Labels(StreetNames(streets), PlaceNames(places.communes, places.zones))


def whole_city(labels: Labels, zoom: int) -> list[Label]:
    """Return every name on the map at a zoom."""
    first, last = tile_at((WEST, NORTH), zoom), tile_at((EAST, SOUTH), zoom)
    tiles = [Tile(zoom, x, y) for x in range(first.x - 1, last.x + 2) for y in range(first.y - 1, last.y + 2)]
    found = {label.box.wkb: label for tile in tiles for label in labels.around(tile)}
    return list(found.values())


@pytest.mark.parametrize("zoom", [12, 15, 16, 17, 18])
def test_names_agree_on_both_sides_of_a_border(labels: Labels, zoom: int) -> None:
    """A name that two tiles share is decided the same by both, and is at the same place."""
    middle = tile_at(MIDDLE, zoom)
    block = [
        replace(middle, x=middle.x + right, y=middle.y + down)
        for right in range(-3, 4)
        for down in range(-3, 4)
    ]
    seen = {tile: {label.box.wkb for label in labels.around(tile)} for tile in block}
    shared = 0
    for here, there in combinations(block, 2):
        border = shapely.intersection(shapely.box(*here.box()), shapely.box(*there.box()))
        names = seen[here] | seen[there]
        touching = (
            set() if border.is_empty else {wkb for wkb in names if shapely.from_wkb(wkb).intersects(border)}
        )
        assert touching <= seen[here] & seen[there]
        shared += len(touching)
    assert shared > 0


def test_names_of_neighbours_are_decided_once(streets: Streets) -> None:
    """Eight threads that draw in the same block of tiles share one decision."""
    names = StreetNames(streets)
    asked: list[int] = []

    class Counted:
        def near(self, zoom: int, area: shapely.Polygon) -> list[Label]:
            asked.append(zoom)
            return names.near(zoom, area)

    labels = Labels(Counted())
    tile = tile_at(MIDDLE, 16)
    block = [replace(tile, x=tile.x // BLOCK * BLOCK + step % BLOCK) for step in range(8)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(labels.around, block))
    assert asked == [16]
    assert any(found)


@pytest.mark.parametrize("zoom", [13, 14, 15, 16, 18])
def test_names_do_not_overlap(labels: Labels, zoom: int) -> None:
    """No two names on the map touch, those of streets, zones and communes alike."""
    boxes = [label.box for label in whole_city(labels, zoom)]
    first, second = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    assert len(boxes) > 2
    assert (first == second).all()


def test_names_read_from_left_to_right(labels: Labels) -> None:
    """No name is upside down, whichever way its street was drawn."""
    along = [label for label in whole_city(labels, 17) if label.kind is TextKind.STREET]
    assert along
    for label in along:
        assert label.places[-1, 0] >= label.places[0, 0] - 1 / world_px(17)


def test_avenue_gets_its_name_first(labels: Labels) -> None:
    """Where few names are shown they are those of the big roads."""
    names = {label.name for label in whole_city(labels, 14) if label.kind is TextKind.STREET}
    assert names == {"Rue des Lilas 10"}


def test_communes_are_named_from_afar_and_zones_from_nearer(labels: Labels) -> None:
    """At zoom 12 the communes have names, at 15 the zones that are not a whole commune."""
    far = {(label.name, label.kind) for label in whole_city(labels, 12)}
    near = {label.name for label in whole_city(labels, 15) if label.kind is TextKind.ZONE}
    assert far == {("Ouest", TextKind.COMMUNE), ("Levant", TextKind.COMMUNE)}
    assert near <= {"Gare", "Halles"}
    assert near


def test_name_is_shortened_where_it_does_not_fit() -> None:
    """A short avenue has the abbreviation, a long one the whole name."""
    drawn = {}
    for length in (0.0011, 0.02):
        ends = [(5.0, 47.3), (5.0 + length, 47.3)]
        network = RoadNetwork.from_arrays(
            ends, [0, 1], [1, 0], edge_name=["Avenue du Général Foy"] * 2, edge_class=["primary"] * 2
        )
        tile = tile_at((5.0 + length / 2, 47.3), 17)
        (label, *_more) = Labels(StreetNames(Streets.of(network))).around(tile)
        drawn[length] = len(label.glyphs)
    assert drawn == {0.0011: len("Av. du Gal Foy"), 0.02: len("Avenue du Général Foy")}


def test_road_without_a_name_shows_its_number_upright() -> None:
    """The reference of a motorway stands on a shield, not along the road."""
    ends = [(5.0, 47.3), (5.02, 47.32)]
    network = RoadNetwork.from_arrays(ends, [0], [1], edge_name=["A 38"], edge_class=["motorway"])
    labels = Labels(StreetNames(Streets.of(network))).around(tile_at((5.01, 47.31), 14))
    assert [(label.name, label.kind) for label in labels] == [("A 38", TextKind.SHIELD)]
    assert labels[0].plate is not None
    assert (labels[0].angles == 0).all()


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Boulevard de la Trémouille", "Bd de la Trémouille"),
        ("Rue du Général Delaborde", "R. du Gal Delaborde"),
        ("Place du Général", "Pl. du Général"),
        ("Avenida Presidente Arturo Alessandri", "Av. Pdte. Arturo Alessandri"),
        ("Baker Street", "Baker St"),
    ],
)
def test_abbreviations_are_those_of_street_signs(name: str, short: str) -> None:
    """What says what kind of street it is, and titles, are shortened; the name itself never."""
    assert wordings(name) == (name, short)


def test_name_that_cannot_be_shortened_has_one_wording() -> None:
    """Nothing is tried twice."""
    assert wordings("Cours Fleury") == ("Cours Fleury",)


@pytest.mark.parametrize(
    ("name", "number"), [("A 38;E 17", "A 38"), ("M905", "M905"), ("Rue 12", ""), ("", "")]
)
def test_numbers_are_told_from_names(name: str, number: str) -> None:
    """A reference is capitals and digits; of several the first is shown."""
    assert road_number(name) == number


def test_name_the_font_cannot_write_is_left_out() -> None:
    """A text with a letter that the font lacks has no glyphs; accents and Cyrillic have."""
    assert typeface().glyphs("通り") is None
    assert typeface().glyphs("Allée Évêché Улица") is not None


def test_zone_without_a_name_is_not_named() -> None:
    """A city may leave zones nameless."""
    zones = [replace(zone, name="", commune="") for zone in two_communes()]
    places = Places.of(zones)
    assert places.communes == places.zones == ()
    assert len(places.ground) == 1


def test_long_commune_is_written_on_two_lines() -> None:
    """It breaks at the hyphen nearest its middle."""
    zones = [replace(zone, commune="Chevigny-Saint-Sauveur") for zone in two_communes()]
    labels = Labels(PlaceNames(Places.of(zones).communes, ()))
    (label,) = whole_city(labels, 12)
    lines = np.unique(np.round(label.places[:, 1] * world_px(12), 3))
    assert len(lines) == 2
    assert shapely.box(*to_world((WEST, NORTH)), *to_world((EAST, SOUTH))).contains(label.centre)
