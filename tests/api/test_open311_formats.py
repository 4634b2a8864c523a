"""One content as JSON and as XML: nothing is lost, and nothing makes a document unreadable."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.api.open311_formats import Format, answer, format_of, to_xml
from equipage.api.representations.open311 import interface_discovered
from equipage.data.city import load_city


def text_in_xml(text: str) -> str:
    """Return what a reader finds of a text that was written as XML."""
    document = ET.fromstring(to_xml("service_requests", [{"description": text}]))
    return document.findtext("request/description") or ""


def test_lists_nest_under_the_standards_names() -> None:
    """Every list has a name for its entries, an empty one and None are empty elements."""
    content = {
        "service_code": "001",
        "attributes": [{"required": True, "order": 1, "values": [{"key": "a", "name": "A"}]}, {"values": []}],
        "group": None,
    }
    assert to_xml("service_definition", content).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        "<service_definition><service_code>001</service_code><attributes>"
        "<attribute><required>true</required><order>1</order>"
        "<values><value><key>a</key><name>A</name></value></values></attribute>"
        "<attribute><values /></attribute></attributes><group /></service_definition>"
    )


def test_json_goes_without_the_root() -> None:
    """It is the content itself."""
    told = answer(Format.JSON, "services", [{"metadata": False, "group": None}])
    assert json.loads(bytes(told.body)) == [{"metadata": False, "group": None}]
    assert told.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("forbidden", ["\x00", "\x08", "\x0b", "\x1b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_forbids_is_replaced(forbidden: str) -> None:
    """The rest of the text is as it was."""
    assert text_in_xml(f"a{forbidden}b") == "a\ufffdb"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_every_other_text_is_read_as_it_was_written(text: str) -> None:
    """Markup, quotes, accents and what lies beyond the first plane among it."""
    assert text_in_xml(text) == text


@given(st.text())
def test_no_text_makes_a_document_unreadable(text: str) -> None:
    """A reader finds as many characters, but for line ends, which XML makes one of."""
    assert len(text_in_xml(text)) == len(text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("path", "spoken"),
    [("/requests.xml", "xml"), ("/requests.json", "json"), ("/requests.yaml", "json"), ("/xml", "json")],
)
def test_a_path_ends_with_its_format(path: str, spoken: Any) -> None:
    """What is not spoken is answered in JSON."""
    assert format_of(path) == spoken


def test_discovery_tells_a_citys_contact_or_else_names_the_city_as_it_is_written() -> None:
    """Dijon says it in French; a city without words of its own is named with its capitals."""
    asked: dict[str, Any] = {
        "url": "http://x",
        "changeset": datetime(2026, 1, 1, tzinfo=UTC),
        "for_test": True,
    }
    dijon = load_city("dijon")
    assert "à qui tient ce serveur" in interface_discovered(dijon, **asked)["contact"]
    silent = interface_discovered(replace(dijon, contact="", key_service=""), **asked)
    assert silent["contact"] == "Whoever runs this server for Dijon métropole"
    assert silent["key_service"].startswith("Ask whoever runs this server for Dijon métropole")
