"""The one search over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live
from tests.api.test_http_reports import REPORTS, check_problem, file

SEARCH = "/api/v1/search"


def search(client: httpx.Client, q: str, **more: Any) -> Mapping[str, Any]:
    """Return what is found."""
    answer = client.get(SEARCH, params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


def ids(found: Mapping[str, Any]) -> list[str]:
    """Return the ids of the reports that were found."""
    return [report["id"] for report in found["reports"]["items"]]


def test_a_report_is_found_by_words_without_accents_and_closed_too(client: httpx.Client) -> None:
    """In any case; also by its number and its service's name; not by a word that it lacks."""
    filed = file(client, description="Éclairage cassé près du Théâtre Zorrilla")
    client.post(f"{REPORTS}/{filed['id']}/close", json={"status": "done"}).raise_for_status()
    assert ids(search(client, "eclairage THEATRE zorrilla")) == [filed["id"]]
    assert ids(search(client, "zorrilla pothole")) == [filed["id"]]
    assert ids(search(client, "zorrilla graffiti")) == []
    assert filed["id"] in ids(search(client, filed["id"]))


def test_older_reports_come_on_further_pages(client: httpx.Client) -> None:
    """Newest first, each once."""
    filed = [file(client, description=f"quillay {number}")["id"] for number in range(55)]
    first = search(client, "quillay")
    assert ids(first) == filed[:4:-1]
    rest = search(client, "quillay", cursor=first["reports"]["next"])
    assert ids(rest) == filed[4::-1]
    assert rest["reports"]["next"] is None


@pytest.mark.parametrize("asked", ["0612345699", "06 12 34 56 99", "+33 6 12 34 56 99", "345699"])
def test_a_telephone_number_is_found_however_it_is_written(client: httpx.Client, asked: str) -> None:
    """With spaces, dots or a country's code, and by its end."""
    filed = file(client, contact={"phone": "06.12.34.56.99"})
    assert filed["id"] in ids(search(client, asked))


def test_telephone_numbers_are_for_those_who_may_see_contacts(live: Live, client: httpx.Client) -> None:
    """An analyst finds nobody by one; a limited dispatcher finds only what is theirs."""
    filed = file(client, contact={"phone": "0698765432"})
    with live.client(live.key(Role.ANALYST)) as analyst:
        assert ids(search(analyst, "0698765432")) == []
        assert filed["id"] in ids(search(analyst, filed["id"]))
    with live.client(live.key(Role.DISPATCHER, services=frozenset({"graffiti"}))) as limited:
        assert filed["id"] not in ids(search(limited, "0698765432"))


def test_crews_vehicles_and_places_are_found(client: httpx.Client) -> None:
    """Each with its name and where it is; a vehicle with who drives it."""
    crew = client.get("/api/v1/crews").json()["items"][0]
    found = search(client, crew["name"])
    assert crew["id"] in {each["id"] for each in found["crews"]}
    vehicle = next(each for each in search(client, crew["vehicle_id"])["vehicles"])
    assert (vehicle["id"], vehicle["crew_id"]) == (crew["vehicle_id"], crew["id"])
    street = search(client, "BALMACEDA")["places"][0]
    assert "Balmaceda" in street["name"]
    assert street["lon"] is not None


def test_nothing_asked_finds_nothing(client: httpx.Client) -> None:
    """Neither does a word that nobody wrote; too long a question is refused."""
    for q in ("", "  ", "xyzzyx"):
        found = search(client, q)
        assert (ids(found), found["crews"], found["vehicles"], found["places"]) == ([], [], [], [])
    check_problem(client.get(SEARCH, params={"q": "x" * 201}), 422)
