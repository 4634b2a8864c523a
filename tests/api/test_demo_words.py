"""What the demo's citizens and crews write, and in which language."""

from __future__ import annotations

import pytest

from equipage.api.language import Language
from equipage.api.words.demo import ENGLISH, FRENCH, DemoWords, demo_words
from equipage.data.city import load_city
from tests.dispatch.worlds import a_service


@pytest.mark.parametrize(
    ("asked", "spoken", "expected"),
    [
        (None, ("fr",), FRENCH),
        (None, ("en", "fr"), ENGLISH),
        (None, ("es", "en"), FRENCH),
        (None, (), FRENCH),
        (Language.ENGLISH, ("fr",), ENGLISH),
        (Language.FRENCH, ("en",), FRENCH),
    ],
)
def test_the_demo_speaks_the_citys_language(
    asked: Language | None, spoken: tuple[str, ...], expected: DemoWords
) -> None:
    """What the settings ask for comes first, then what the city speaks most, then French."""
    assert demo_words(asked, spoken) is expected


@pytest.mark.parametrize("city", ["la-serena-coquimbo", "dijon"])
@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_citizens_know_every_service_of_the_cities_that_ship(words: DemoWords, city: str) -> None:
    """Nobody in a demo writes no more than the name of what they ask for."""
    assert {each.code for each in load_city(city).services} <= words.observed.keys()


def test_all_that_is_observed_is_said() -> None:
    """As the draws go on, every observation comes with every circumstance."""
    pothole = a_service("pothole")
    said = {FRENCH.description(pothole, draw) for draw in range(20)}
    assert len(said) == len(FRENCH.observed["pothole"]) * len(FRENCH.circumstances)
    assert "Un trou profond dans la chaussée. Vu ce matin." in said


def test_an_unknown_service_is_named() -> None:
    """Of what a city of one's own offers, citizens write the name in their language."""
    horse = a_service("horse", name="Loose horse", names={"fr": "Cheval échappé"})
    assert FRENCH.description(horse, 0) == "Cheval échappé. Vu ce matin."
    assert ENGLISH.description(horse, 0) == "Loose horse. Seen this morning."
