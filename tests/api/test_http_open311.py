"""Open311 GeoReport v2 over HTTP, as citizens' applications and its standard expect it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live

ROOT = "/open311/v2"
PLACE = {"lat": "-29.9027", "long": "-71.2519"}
FAULTS = {400, 403, 404, 413, 429}


def file(client: httpx.Client, **form: Any) -> httpx.Response:
    """File a report."""
    told = {"api_key": "demo", "service_code": "pothole", **PLACE, **form}
    return client.post(f"{ROOT}/requests.json", data={name: value for name, value in told.items() if value})


def filed_id(client: httpx.Client, **form: Any) -> str:
    """File a report, and return its id."""
    return str(file(client, **form).json()[0]["service_request_id"])


def check_fault(answer: httpx.Response, status: int) -> str:
    """Check the form of a fault, and return what it says."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/json")
    faults = answer.json()
    assert faults
    assert {fault["code"] for fault in faults} == {status}
    return "; ".join(fault["description"] for fault in faults)


def test_a_limited_key_files_nothing_beyond_its_limits(live: Live, anonymous: httpx.Client) -> None:
    """A key for potholes may not report a flood, and nothing is filed."""
    key = live.key(Role.OPEN311, services=frozenset({"pothole"}))
    check_fault(file(anonymous, api_key=key, service_code="flooding", description="not for this key"), 403)
    listed = anonymous.get(f"{ROOT}/requests.json", params={"service_code": "flooding"}).json()
    assert all(request["description"] != "not for this key" for request in listed)
    assert file(anonymous, api_key=key).status_code == 201


def test_services_are_an_array_of_what_can_be_reported(anonymous: httpx.Client) -> None:
    """Codes are strings, keywords one text, and reading needs no key."""
    services = anonymous.get(f"{ROOT}/services.json").json()
    pothole = next(service for service in services if service["service_code"] == "pothole")
    assert set(pothole) == {
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    }
    assert pothole["type"] == "realtime"
    assert isinstance(pothole["metadata"], bool)
    assert ", " in pothole["keywords"]


def test_a_service_defines_its_further_questions(anonymous: httpx.Client) -> None:
    """Whatever `metadata` says, there is a definition."""
    definition = anonymous.get(f"{ROOT}/services/pothole.json").json()
    assert definition["service_code"] == "pothole"
    assert isinstance(definition["attributes"], list)
    assert "no service" in check_fault(anonymous.get(f"{ROOT}/services/nope.json"), 404)


def test_a_report_is_filed_and_shown(anonymous: httpx.Client) -> None:
    """The answer is an array of one with the id and a link; the report then stands in lists and alone."""
    answer = file(anonymous, description="Deep", email="a@b.example", phone="123", first_name="Ana")
    assert answer.status_code == 201
    [taken] = answer.json()
    assert set(taken) == {"service_request_id", "service_notice", "account_id", "follow_url"}
    assert answer.headers["Location"] == f"{ROOT}/requests/{taken['service_request_id']}.json"

    [shown] = anonymous.get(answer.headers["Location"]).json()
    assert shown["service_request_id"] == taken["service_request_id"]
    assert (shown["status"], shown["service_code"], shown["description"]) == ("open", "pothole", "Deep")
    assert (shown["lat"], shown["long"]) == (-29.9027, -71.2519)
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert datetime.fromisoformat(shown[name]).tzinfo is not None
    listed = anonymous.get(f"{ROOT}/requests.json").json()
    assert shown["service_request_id"] in {each["service_request_id"] for each in listed}


def test_nothing_about_the_citizen_is_shown(anonymous: httpx.Client) -> None:
    """Neither in lists nor alone, and neither is the link, which is a credential."""
    number = filed_id(anonymous, email="secret@b.example", phone="555-0199", first_name="Zenobia")
    for path in ("requests.json", f"requests/{number}.json"):
        text = anonymous.get(f"{ROOT}/{path}").text
        assert not any(word in text for word in ("secret@b", "555-0199", "Zenobia", "follow"))


def test_a_report_is_filed_as_multipart_too(anonymous: httpx.Client) -> None:
    """With a photograph the citizen is told that it is not kept."""
    form = {"api_key": "demo", "service_code": "pothole", **PLACE}
    answer = anonymous.post(
        f"{ROOT}/requests.json", data=form, files={"media[]": ("a.jpg", b"x" * 500_000, "image/jpeg")}
    )
    assert answer.status_code == 201
    assert "Photographs are not kept" in answer.json()[0]["service_notice"]


def test_an_address_alone_is_found_by_its_street(anonymous: httpx.Client) -> None:
    """The report is on that street."""
    street = anonymous.get(
        "/api/v1/streets", params={"q": "Balmaceda"}, headers={"X-API-Key": "demo"}
    ).json()["items"][0]
    number = filed_id(anonymous, lat="", long="", address_string=f"{street['name']}, {street['commune']}")
    [shown] = anonymous.get(f"{ROOT}/requests/{number}.json").json()
    assert (shown["long"], shown["lat"]) == (street["lon"], street["lat"])
    assert shown["address"].startswith("Balmaceda")


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"api_key": ""}, 403, "api_key is missing"),
        ({"api_key": "wrong"}, 403, "not known"),
        ({"service_code": ""}, 400, "service_code is missing"),
        ({"service_code": "nope"}, 404, "no service_code 'nope'"),
        ({"lat": "", "long": ""}, 400, "a place is missing"),
        ({"lat": "north"}, 400, "lat must be a number"),
        ({"lat": "91"}, 400, "±90"),
        ({"lat": "NaN"}, 400, "±90"),
        ({"lat": "48.85", "long": "2.35"}, 400, "outside the city"),
        ({"description": "x" * 4001}, 400, "4001 characters"),
        ({"email": "x" * 501}, 400, "501 characters"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"lat": "", "long": "", "address_string": "Zzyzx Road"}, 400, "no street"),
    ],
)
def test_a_wrong_report_is_refused_in_open311s_words(
    anonymous: httpx.Client, form: dict[str, str], status: int, said: str
) -> None:
    """400, 403 and 404 with an array of faults, never 422."""
    assert said in check_fault(file(anonymous, **form), status)


def test_a_description_of_4000_characters_is_taken(anonymous: httpx.Client) -> None:
    """The limit itself is allowed."""
    assert file(anonymous, description="é" * 4000).status_code == 201


def test_a_key_that_may_not_file_is_refused(live: Live, anonymous: httpx.Client) -> None:
    """An analyst's key only reads; one for Open311 files."""
    assert "may not" in check_fault(file(anonymous, api_key=live.key(Role.ANALYST)), 403)
    assert file(anonymous, api_key=live.key(Role.OPEN311)).status_code == 201


def test_a_wrong_key_is_refused_even_for_reading(anonymous: httpx.Client) -> None:
    """Whoever sends a key expects it to count; an empty one counts as none."""
    check_fault(anonymous.get(f"{ROOT}/services.json", params={"api_key": "wrong"}), 403)
    check_fault(anonymous.get(f"{ROOT}/requests.json", headers={"X-API-Key": "wrong"}), 403)
    assert anonymous.get(f"{ROOT}/requests.json", params={"api_key": ""}).status_code == 200


def test_only_public_reports_are_shown(client: httpx.Client, anonymous: httpx.Client) -> None:
    """Police work and phone calls are not, and asking for one by its id does not help."""
    body = {"service_code": "pothole", "lon": -71.2519, "lat": -29.9027, "source": "phone"}
    number = client.post("/api/v1/reports", json=body).json()["id"]
    police = filed_id(anonymous, service_code="noise")
    for hidden in (number, police):
        check_fault(anonymous.get(f"{ROOT}/requests/{hidden}.json"), 404)
        assert anonymous.get(f"{ROOT}/requests.json", params={"service_request_id": hidden}).json() == []


def test_requests_are_filtered(anonymous: httpx.Client, client: httpx.Client) -> None:
    """By ids, service, status, dates and pages; an empty parameter does not limit."""
    graffiti, tree = (
        filed_id(anonymous, service_code="graffiti"),
        filed_id(anonymous, service_code="graffiti"),
    )
    client.post(f"/api/v1/reports/{tree}/close", json={"status": "rejected", "note": "not ours"})

    def ids(**parameters: str) -> list[str]:
        listed = anonymous.get(f"{ROOT}/requests.json", params={"service_code": "graffiti", **parameters})
        return [each["service_request_id"] for each in listed.json()]

    assert ids() == [tree, graffiti]
    assert ids(status="open") == [graffiti]
    assert ids(status="closed") == [tree]
    assert ids(status="", page="") == [tree, graffiti]
    assert ids(page_size="1") == [tree]
    assert ids(page_size="1", page="2") == [graffiti]
    assert ids(page_size="1", page="3") == []
    assert set(ids(service_request_id=f"{graffiti},{tree},999999")) == {graffiti, tree}
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert ids(start_date=yesterday) == [tree, graffiti]
    assert ids(end_date=yesterday) == []
    check_fault(anonymous.get(f"{ROOT}/requests.json", params={"status": "sad"}), 400)
    [closed] = anonymous.get(f"{ROOT}/requests/{tree}.json").json()
    assert (closed["status"], closed["status_notes"]) == ("closed", "not ours")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services", 400),
        ("services.yaml", 400),
        ("services/pothole.yaml", 400),
        ("discovery.html", 400),
        ("requests.yaml", 400),
        ("nonsense.json", 404),
        ("requests/999999.json", 404),
    ],
)
def test_what_is_not_there_is_told_so(anonymous: httpx.Client, path: str, status: int) -> None:
    """An unknown format is 400, an unknown thing 404."""
    check_fault(anonymous.get(f"{ROOT}/{path}"), status)


def test_a_body_that_is_too_long_is_refused(anonymous: httpx.Client) -> None:
    """413, in Open311's form; and a form with too many fields is 400."""
    content = b"api_key=demo&description=" + b"x" * (20 * 1024 * 1024)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    check_fault(anonymous.post(f"{ROOT}/requests.json", content=content, headers=form), 413)
    many = "&".join(f"attribute[{number}]=1" for number in range(2000)).encode()
    assert anonymous.post(f"{ROOT}/requests.json", content=many, headers=form).status_code in FAULTS
