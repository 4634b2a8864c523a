"""Streets are found by what people type, and places know their commune."""

from __future__ import annotations

import pytest
from shapely import box

from equipage.api.places import MOST_STREETS, Places
from equipage.dispatch.model import Zone, ZoneId
from equipage.routing.network import RoadNetwork

ZONES = [
    Zone(id=ZoneId("w"), name="West", commune="Uno", geometry=box(4.99, 46.99, 5.045, 47.2)),
    Zone(id=ZoneId("e"), name="East", commune="Dos", geometry=box(5.045, 46.99, 5.2, 47.2)),
]


@pytest.fixture(scope="module")
def places() -> Places:
    """Streets in a row from west to east; the avenue runs through both communes."""
    names = ["Avenida Balmaceda", "Avenida Balmaceda", "Calle Ñuñoa", "Rue de l'Église", "Balmaceda", ""]
    names += [f"Pasaje {number}" for number in range(30)]
    nodes = [(5.0 + 0.02 * number, 47.0) for number in range(7)] + [
        (5.0, 47.001 + 1e-3 * n) for n in range(30)
    ]
    tail = [*range(6), *[0] * 30]
    head = [*range(1, 7), *range(7, 37)]
    network = RoadNetwork.from_arrays(
        nodes, [*tail, *head], [*head, *tail], edge_duration_s=[60.0] * 72, edge_name=names * 2
    )
    return Places(network, ZONES)


def test_names_that_begin_with_the_text_come_first_then_shorter_ones(places: Places) -> None:
    """`balm` is `Balmaceda` before `Avenida Balmaceda`, which is told once for each commune."""
    found = [(street.name, street.commune) for street in places.streets("balm")]
    assert found[0] == ("Balmaceda", "Dos")
    assert found[1:] == [("Avenida Balmaceda", "Uno")]


@pytest.mark.parametrize("text", ["nunoa", "ÑUÑOA", "calle ñ", "  nuñ  calle "])
def test_accents_case_and_the_order_of_words_do_not_matter(places: Places, text: str) -> None:
    """People type as it comes."""
    assert [street.name for street in places.streets(text)] == ["Calle Ñuñoa"]


@pytest.mark.parametrize("text", ["", "  ", "xyz", "almaceda", "'"])
def test_no_match_is_an_empty_list(places: Places, text: str) -> None:
    """The middle of a word is no match, and nothing asked is nothing found."""
    assert places.streets(text) == []


def test_apostrophes_part_words(places: Places) -> None:
    """Nobody types the article."""
    assert places.streets("eglise")[0].name == "Rue de l'Église"


def test_at_most_twenty_are_given(places: Places) -> None:
    """A list that long is not read anyway."""
    assert len(places.streets("pasaje")) == MOST_STREETS


def test_a_street_has_a_point_and_bounds_on_it(places: Places) -> None:
    """The point is one of its own, within its bounds."""
    street = places.streets("nunoa")[0]
    west, south, east, north = street.bounds
    assert west <= street.lon <= east
    assert south <= street.lat <= north
    assert street.lat == pytest.approx(47.0)


def test_a_point_knows_its_zone(places: Places) -> None:
    """Outside of all there is none."""
    assert getattr(places.zone_at(5.01, 47.0), "id", None) == "w"
    assert getattr(places.zone_at(5.15, 47.0), "id", None) == "e"
    assert places.zone_at(6.0, 47.0) is None


@pytest.mark.parametrize(
    ("address", "commune", "found"),
    [
        ("12 Balmaceda", "", ("Balmaceda", "Dos")),
        ("Calle Ñuñoa 7 bis, 21000 Dos", "", ("Calle Ñuñoa", "Dos")),
        ("Pasaje 7, Uno", "", ("Pasaje 7", "Uno")),
        ("balmaceda, uno", "", ("Avenida Balmaceda", "Uno")),
        ("balmaceda, nowhere", "", ("Balmaceda", "Dos")),
        ("balmaceda", "Uno", ("Avenida Balmaceda", "Uno")),
    ],
)
def test_an_address_is_found_by_its_street(
    places: Places, address: str, commune: str, found: tuple[str, str]
) -> None:
    """A house's number does no harm, a number that is a name counts, and a named commune is preferred."""
    street = places.street_of(address, commune)
    assert street is not None
    assert (street.name, street.commune) == found


@pytest.mark.parametrize(("address", "commune"), [("", ""), (", Uno", ""), ("57", ""), ("église", "Uno")])
def test_an_address_without_a_known_street_is_not_found(places: Places, address: str, commune: str) -> None:
    """Nor is one that lies in another commune."""
    assert places.street_of(address, commune) is None
