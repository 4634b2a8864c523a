"""The words that the server writes itself: every table of them says the same in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from equipage.api import words
from equipage.api.language import Language

PLACEHOLDER = re.compile(r"\{\w*\}")
SAME_FOR_ALL = frozenset({"language", "moment", "thousands", "decimal", "decimal_point"})
"""Not sentences: how numbers and times are written, and whose words these are."""


def tables() -> dict[str, Mapping[Language, Any]]:
    """Return every table of words there is, by its place."""
    modules = [import_module(f"{words.__name__}.{found.name}") for found in iter_modules(words.__path__)]
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, dict) and value and all(isinstance(key, Language) for key in value)
    }


TABLES = tables()


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a table in one language with its place in it."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from texts(each, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from texts(each, f"{place}.{number}")


def said(table: Mapping[Language, Any], language: Language) -> dict[str, str]:
    """Return the sentences of a table in a language by their places."""
    given = table[language]
    whole = given if isinstance(given, Mapping) else asdict(given)
    return dict(texts({name: each for name, each in whole.items() if name not in SAME_FOR_ALL}))


def asked_in(sentences: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what each sentence asks for."""
    return {place: sorted(PLACEHOLDER.findall(text)) for place, text in sentences.items()}


def test_the_tables_are_found() -> None:
    """What follows looks at the pages, the citizen's page, the maps and the demo."""
    assert {"pages.PAGE_WORDS", "follow.FOLLOW_WORDS", "maps.MAP_WORDS", "demo.DEMO_WORDS"} <= TABLES.keys()


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_language_says_the_same(table: Mapping[Language, Any]) -> None:
    """All languages have the same places, none is empty, and no sentence asks for what another lacks."""
    assert set(table) == set(Language)
    french, english = (said(table, language) for language in Language)
    assert all(text.strip() for text in [*french.values(), *english.values()])
    asked = [
        {place: sorted(PLACEHOLDER.findall(text)) for place, text in each.items()}
        for each in (french, english)
    ]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_line_ends_between_a_number_and_its_unit(table: Mapping[Language, Any]) -> None:
    """A space that does not break stands there, in every language."""
    wrong = [
        text
        for language in Language
        for text in said(table, language).values()
        if re.search(r"[\d}] (min|h|s|km²?|m)\b", text)
    ]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_french_is_set_as_french(table: Mapping[Language, Any]) -> None:
    """Before : ; ? ! % and inside « » stands a space that does not break; the apostrophe is the printer's."""
    wrong = {
        place: text
        for place, text in said(table, Language.FRENCH).items()
        if re.search(r"(?<![\u00a0\u202f])[:;?!%»]|«(?!\u00a0)|\w'\w", text)
    }
    assert wrong == {}
