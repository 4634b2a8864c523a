"""Open311 for the whole city and for each of its communes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import httpx
import pytest

ROOT = "/open311/v2"
CITY, LA_SERENA, COQUIMBO = "la-serena-coquimbo.example", "la-serena.example", "coquimbo.example"
FORM = {"api_key": "demo", "service_code": "pothole", "lat": "-29.9032", "long": "-71.2500"}
"""A place in La Serena."""


def filed(client: httpx.Client, **form: str) -> str:
    """File a report, and return its id."""
    answer = client.post(f"{ROOT}/requests.json", data={**FORM, **form})
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


def ids(client: httpx.Client, **parameters: str) -> list[str]:
    """Return the ids of a list of requests."""
    listed = client.get(f"{ROOT}/requests.json", params=parameters).json()
    return [request["service_request_id"] for request in listed]


@pytest.mark.parametrize(
    "path", ["discovery", "services", "services/pothole", "requests", "requests/1", "tokens/1"]
)
def test_an_unknown_jurisdiction_is_not_found(anonymous: httpx.Client, path: str) -> None:
    """404 with the standard's own error, in both formats, naming those there are."""
    unknown = {"jurisdiction_id": "dijon.example"}
    answer = anonymous.get(f"{ROOT}/{path}.json", params=unknown)
    assert answer.status_code == 404
    [fault] = answer.json()
    assert fault["code"] == 404
    assert "'dijon.example' is not known here" in fault["description"]
    assert all(known in fault["description"] for known in (CITY, LA_SERENA, COQUIMBO))
    root = ET.fromstring(anonymous.get(f"{ROOT}/{path}.xml", params=unknown).content)
    assert root.findtext("error/code") == "404"


def test_a_report_with_an_unknown_jurisdiction_is_not_filed(anonymous: httpx.Client) -> None:
    """Whether the form or the query says so."""
    told = {"jurisdiction_id": "dijon.example"}
    for answer in (
        anonymous.post(f"{ROOT}/requests.json", data=FORM | told),
        anonymous.post(f"{ROOT}/requests.json", data=FORM, params=told),
    ):
        assert (answer.status_code, answer.json()[0]["code"]) == (404, 404)


@pytest.mark.parametrize("jurisdiction_id", ["", CITY, LA_SERENA])
def test_a_report_is_filed_with_the_city_or_with_its_commune(
    anonymous: httpx.Client, jurisdiction_id: str
) -> None:
    """An empty parameter counts as absent."""
    number = filed(anonymous, jurisdiction_id=jurisdiction_id)
    for there in ("", CITY, LA_SERENA):
        assert number in ids(anonymous, jurisdiction_id=there)
        parameters = {"jurisdiction_id": there}
        assert anonymous.get(f"{ROOT}/requests/{number}.json", params=parameters).status_code == 200


def test_a_commune_shows_only_what_lies_in_it(anonymous: httpx.Client) -> None:
    """In lists, by ids and alone; the services are all offered in both."""
    here, there = filed(anonymous), filed(anonymous, lat="-29.9530", long="-71.3390")
    assert here in ids(anonymous, jurisdiction_id=LA_SERENA)
    assert there not in ids(anonymous, jurisdiction_id=LA_SERENA)
    both = f"{here},{there}"
    assert ids(anonymous, jurisdiction_id=COQUIMBO, service_request_id=both) == [there]
    parameters = {"jurisdiction_id": LA_SERENA}
    assert anonymous.get(f"{ROOT}/requests/{there}.json", params=parameters).status_code == 404
    assert (
        anonymous.get(f"{ROOT}/services.json", params=parameters).json()
        == anonymous.get(f"{ROOT}/services.json").json()
    )


def test_a_report_outside_its_commune_is_refused(anonymous: httpx.Client) -> None:
    """400, told where the place is and what to do."""
    answer = anonymous.post(f"{ROOT}/requests.json", data={**FORM, "jurisdiction_id": COQUIMBO})
    assert answer.status_code == 400
    [fault] = answer.json()
    assert (
        "is in La Serena, and jurisdiction_id coquimbo.example is for Coquimbo only" in fault["description"]
    )
    assert "leave jurisdiction_id out" in fault["description"]


def test_an_address_is_looked_for_in_the_commune(anonymous: httpx.Client) -> None:
    """The same street in two communes is that of the jurisdiction."""
    streets = anonymous.get(
        "/api/v1/streets", params={"q": "Balmaceda"}, headers={"X-API-Key": "demo"}
    ).json()["items"]
    communes = {street["commune"] for street in streets}
    assert communes == {"La Serena", "Coquimbo"}
    for jurisdiction_id, commune in ((LA_SERENA, "La Serena"), (COQUIMBO, "Coquimbo")):
        place = {"lat": "", "long": "", "address_string": "Balmaceda 120", "jurisdiction_id": jurisdiction_id}
        assert filed(anonymous, **place) in ids(anonymous, jurisdiction_id=jurisdiction_id), commune
