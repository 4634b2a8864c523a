"""The city's own words in another language."""

from __future__ import annotations

from equipage.dispatch.model import Service, ServiceAttribute, ServiceCode
from equipage.dispatch.translation import in_language

STATE = ServiceAttribute(
    code="state",
    description="État",
    datatype_description="Choisir",
    values=(("off", "Éteint"), ("blink", "Clignote")),
    descriptions={"en": "State"},
    datatype_descriptions={"en": "Choose"},
    value_names={"off": {"en": "Off"}},
)
LIGHT = Service(
    code=ServiceCode("light"),
    name="Éclairage",
    description="Un lampadaire éteint",
    group="Voirie",
    attributes=(STATE,),
    names={"en": "Street light"},
    groups={"en": "Roads", "de": "Straßen"},
)


def test_what_is_translated_is_shown_in_that_language() -> None:
    """Name, group, question, hint and answers are English; what nobody translated stays as it is."""
    spoken = in_language(LIGHT, "en")
    (asked,) = spoken.attributes
    assert (spoken.name, spoken.group, spoken.description) == ("Street light", "Roads", LIGHT.description)
    assert (asked.description, asked.datatype_description) == ("State", "Choose")
    assert asked.values == (("off", "Off"), ("blink", "Clignote"))


def test_without_a_language_the_city_speaks_its_own() -> None:
    """No language, or one that nobody translated to, changes nothing."""
    assert in_language(LIGHT, "") == in_language(LIGHT, "es") == LIGHT
