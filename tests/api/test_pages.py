"""What the pages are made of: every word in the catalogue, nothing from elsewhere, no markup from data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from equipage.api.errors import STATUS_OF, code_of
from equipage.api.open311_pairs import Open311Error, UnknownServiceError
from equipage.dispatch.faults import FAULTS, told_in
from equipage.dispatch.reasons import SENTENCES, facts_in

API = Path(__file__).parents[2] / "api"
SCRIPTS = sorted(script for script in (API / "static" / "js").rglob("*.js") if script.parent.name != "i18n")
TEMPLATES = sorted((API / "templates").glob("*.html"))
STYLES = sorted((API / "static" / "css").glob("*.css"))
CATALOGUES = sorted((API / "static" / "js" / "i18n").glob("*.js"))
ENGLISH = (API / "static" / "js" / "i18n" / "en.js").read_text()
FRENCH = (API / "static" / "js" / "i18n" / "fr.js").read_text()
LINKED = "https://www.openstreetmap.org/copyright"
"""A link that a person may follow, which nothing loads: the licence of the map data asks for it."""
NAVIGATION = {"https://www.google.com/maps/dir/", "https://maps.apple.com/", "https://waze.com/ul"}
"""Where a crew may be led by its telephone; only a tap asks there for anything."""
NAMESPACE = "http://www.w3.org/2000/svg"


def keys_of(catalogue: str) -> set[str]:
    """Return the keys of a catalogue; the forms of one plural are one key."""
    return {plural(key) for key in re.findall(r'^ {2}"?([\w.]+)"?: "', catalogue, re.MULTILINE)}


def plural(key: str) -> str:
    """Return the key of the plural that this is a form of, or the key itself."""
    return re.sub(r"_(zero|one|two|few|many|other)$", "", key)


def texts_of(catalogue: str) -> dict[str, str]:
    """Return every text of a catalogue by its full key."""
    return dict(re.findall(r'^ {2}"?([\w.]+)"?: "(.*)",$', catalogue, re.MULTILINE))


def used_in(text: str) -> tuple[set[str], list[re.Pattern[str]]]:
    """Return the keys that a script asks for by name, and patterns of those it puts together."""
    calls = re.findall(r"\bt(?:Or)?\(([^)]*)", text)
    named = {key for call in calls for key in re.findall(r'"([a-z][\w.]*)"', call.split(",", 1)[0])}
    chosen = re.findall(r'\? "([a-z_]+\.[\w.]+)" : ', text) + re.findall(r' : "([a-z_]+\.[\w.]+)"', text)
    built = re.findall(r"\bt(?:Or)?\([^`\"]*`([^`]+)`", text)
    patterns = [re.compile(re.sub(r"\\\$\\\{.*?\\\}", ".+", re.escape(each))) for each in built]
    return named | set(chosen), patterns


def named_in_pages() -> set[str]:
    """Return the keys that templates name; before there is a number they name one form of a plural."""
    return {
        plural(key)
        for page in TEMPLATES
        for key in re.findall(r'data-t(?:-[a-z-]+)?="([^"]+)"', page.read_text())
    }


def test_every_text_is_in_the_catalogue() -> None:
    """A key that a page names, or a script asks for, has an English text."""
    asked = set().union(*(used_in(script.read_text())[0] for script in SCRIPTS))
    asked |= named_in_pages()
    assert asked - keys_of(ENGLISH) == set()


def test_every_text_of_the_catalogue_is_used() -> None:
    """No text stays behind when its place has gone."""
    named = named_in_pages()
    patterns: list[re.Pattern[str]] = []
    for script in SCRIPTS:
        names, built = used_in(script.read_text())
        named |= names
        patterns += built
    unused = {
        key for key in keys_of(ENGLISH) - named if not any(pattern.fullmatch(key) for pattern in patterns)
    }
    assert unused == set()


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.name)
def test_no_line_of_a_catalogue_escapes_these_tests(file: Path) -> None:
    """Every line is a comment, empty, or one text that is read here, and no key comes twice."""
    lines = file.read_text().splitlines()
    entries = [line for line in lines if line.strip() and not line.lstrip().startswith("//")]
    assert (entries[0], entries[-1]) == ("export default {", "};")
    assert len(texts_of(file.read_text())) == len(entries) - 2


def test_the_catalogues_have_the_same_keys() -> None:
    """What can be said in one language can be said in the other; both have the plural forms one and other."""
    assert set(texts_of(FRENCH)) == set(texts_of(ENGLISH))


def test_a_text_has_the_same_placeholders_in_both_languages() -> None:
    """A translation that names a parameter differently would show it in braces."""
    french, english = texts_of(FRENCH), texts_of(ENGLISH)
    different = {
        key
        for key, text in english.items()
        if sorted(re.findall(r"\{\w+\}", text)) != sorted(re.findall(r"\{\w+\}", french.get(key, "")))
    }
    assert different == set()


def test_every_reason_has_words_in_both_languages() -> None:
    """Each sentence of dispatching is in the catalogues by its code and facts, in English word for word."""
    sentences = {
        ".".join(["why", code, *sorted(facts_in(sentence))]): sentence
        for code, each in SENTENCES.items()
        for sentence in each
    }
    english, french = (
        {key: text for key, text in texts_of(catalogue).items() if key.startswith("why.")}
        for catalogue in (ENGLISH, FRENCH)
    )
    assert english == sentences
    assert {key: facts_in(text) for key, text in french.items()} == {
        key: facts_in(text) for key, text in sentences.items()
    }


def test_every_fault_of_what_is_given_has_words_in_both_languages() -> None:
    """Each code of dispatching's faults is worded, with no fact that one of its sentences does not tell."""
    for catalogue in (ENGLISH, FRENCH):
        worded = {
            key.removeprefix("given."): set(re.findall(r"\{(\w+)\}", text))
            for key, text in texts_of(catalogue).items()
            if key.startswith("given.")
        }
        assert worded.keys() == FAULTS.keys()
        told = {code: frozenset.intersection(*map(told_in, each)) for code, each in FAULTS.items()}
        assert {code: asked - told[code] for code, asked in worded.items() if asked - told[code]} == {}


def test_every_error_has_words_in_both_languages() -> None:
    """What a page may be answered is worded by its code; Open311's errors are told to applications only."""
    kinds = STATUS_OF.keys() - {Open311Error, UnknownServiceError}
    codes = {code_of(kind.__new__(kind), STATUS_OF[kind]) for kind in kinds} | {"starting"}
    worded = {
        key.removeprefix("fault.").partition(".")[0] for key in keys_of(ENGLISH) if key.startswith("fault.")
    }
    assert codes - worded == set()


def test_french_punctuation_does_not_begin_a_line() -> None:
    """Before : ; ? ! % and inside « » stands a space that does not break, never an ordinary one or none."""
    breaking = {
        key
        for key, text in texts_of(FRENCH).items()
        if re.search(r"(?<![\u00a0\u202f])[:;?!%»]|«(?!\u00a0)", text)
    }
    assert breaking == set()


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.name)
def test_no_line_ends_between_a_number_and_its_unit(file: Path) -> None:
    """A space that does not break stands there, in every language."""
    units = r"[\d}] (min|h|s|d|j|km/h|km|m)(?![\w’])"
    texts = texts_of(file.read_text())
    assert {key: text for key, text in texts.items() if re.search(units, text)} == {}
    assert texts["duration.hours"] == "{hours}\xa0h\xa0{minutes}"


@pytest.mark.parametrize("file", [*SCRIPTS, *TEMPLATES, *STYLES], ids=lambda file: file.name)
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    """No page, script or style names another host."""
    hosts = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<>)]*", file.read_text()))
    assert hosts <= {LINKED, NAMESPACE, *NAVIGATION}


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_data_never_becomes_markup(file: Path) -> None:
    """No script hands a text to the browser as HTML or as a program."""
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", file.read_text()
    )


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.name)
def test_page_has_no_script_or_style_within(page: Path) -> None:
    """The policy sent with a page allows scripts from files only."""
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", page.read_text())
