"""Open311 GeoReport v2 over HTTP, as citizens' applications and its standard expect it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from equipage.api.words.pages import ENGLISH, FRENCH, PageWords
from equipage.dispatch.status import Role
from tests.api.conftest import Live, wait_until

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
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
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


@pytest.mark.parametrize(("language", "words"), [("fr", FRENCH), ("en", ENGLISH)])
def test_a_report_is_filed_as_multipart_too(anonymous: httpx.Client, language: str, words: PageWords) -> None:
    """With a photograph the citizen is told that it is not kept, in the language asked for."""
    form = {"api_key": "demo", "service_code": "pothole", **PLACE}
    answer = anonymous.post(
        f"{ROOT}/requests.json",
        data=form,
        files={"media[]": ("a.jpg", b"x" * 500_000, "image/jpeg")},
        headers={"Accept-Language": language},
    )
    assert answer.status_code == 201
    assert words.files_not_kept in answer.json()[0]["service_notice"]


def test_a_photographs_address_is_for_dispatchers_only(anonymous: httpx.Client, client: httpx.Client) -> None:
    """Who files it is told so: a photograph may show other people."""
    url = "https://photos.example/1.jpg"
    [taken] = file(anonymous, media_url=url).json()
    assert ENGLISH.link_is_for_dispatchers in taken["service_notice"]
    number = taken["service_request_id"]
    assert client.get(f"/api/v1/reports/{number}").json()["media_url"] == url
    [shown] = anonymous.get(f"{ROOT}/requests/{number}.json").json()
    assert shown["media_url"] is None
    assert url not in anonymous.get(taken["follow_url"]).text


def test_who_files_a_report_is_told_when_a_crew_is_due(anonymous: httpx.Client, live: Live) -> None:
    """In the city's time."""
    [taken] = file(anonymous).json()
    [shown] = anonymous.get(f"{ROOT}/requests/{taken['service_request_id']}.json").json()
    due = datetime.fromisoformat(shown["expected_datetime"]).astimezone(ZoneInfo(live.context.city.time_zone))
    assert taken["service_notice"].startswith("A crew should be there by ")
    assert f"{due:%H:%M}" in taken["service_notice"]


def test_who_asks_for_no_language_is_answered_in_the_citys_own_throughout(anonymous: httpx.Client) -> None:
    """La Serena speaks Spanish and English, of which the pages have the second, as its services do."""
    answer = anonymous.get(f"{ROOT}/requests/{filed_id(anonymous)}.json")
    [shown] = answer.json()
    assert answer.headers["content-language"] == "en"
    assert shown["service_name"] == "Pothole"
    assert shown["status_notes"].isascii()
    french = anonymous.get(str(answer.url), headers={"Accept-Language": "fr"}).json()[0]
    assert french["status_notes"] != shown["status_notes"]


def test_a_request_says_in_words_how_it_stands(anonymous: httpx.Client, client: httpx.Client) -> None:
    """In the language asked for, with what a dispatcher wrote; once rejected, nobody is expected any more."""
    number = filed_id(anonymous)
    path = f"{ROOT}/requests/{number}.json"
    answer = anonymous.get(path, headers={"Accept-Language": "en"})
    assert answer.json()[0]["status_notes"] == "We have your report and are looking for a crew."
    assert answer.headers["Content-Language"] == "en"
    assert answer.json()[0]["agency_responsible"] == "La Serena–Coquimbo"
    note = {"status": "rejected", "note": "The road is private."}
    client.post(f"/api/v1/reports/{number}/close", json=note).raise_for_status()
    [closed] = anonymous.get(path, headers={"Accept-Language": "fr"}).json()
    assert closed["status_notes"] == (
        "Nous ne pouvons pas donner suite à ce signalement. The road is private."
    )
    assert closed["expected_datetime"] is None
    closed_at = datetime.fromisoformat(client.get(f"/api/v1/reports/{number}").json()["closed_at"])
    assert datetime.fromisoformat(closed["updated_datetime"]) == closed_at.replace(microsecond=0)


def test_what_is_expected_is_the_arrival_once_a_crew_has_it(
    anonymous: httpx.Client, client: httpx.Client
) -> None:
    """Before that it is the due time; the moment of the last change moves on."""
    number = filed_id(anonymous)

    def shown() -> dict[str, Any]:
        request: dict[str, Any] = anonymous.get(f"{ROOT}/requests/{number}.json").json()[0]
        return request

    due = client.get(f"/api/v1/reports/{number}").json()["due_at"]
    before = shown()
    assert datetime.fromisoformat(before["expected_datetime"]) == datetime.fromisoformat(due).replace(
        microsecond=0
    )
    crew = client.get(f"/api/v1/reports/{number}/suggestions").json()["suggestions"][0]["crew_id"]
    client.post("/api/v1/assignments", json={"report_id": number, "crew_id": crew}).raise_for_status()
    wait_until(lambda: shown()["expected_datetime"] != before["expected_datetime"])
    after, eta = shown(), client.get(f"/api/v1/reports/{number}/eta").json()["eta"]
    apart = datetime.fromisoformat(after["expected_datetime"]) - datetime.fromisoformat(eta)
    assert abs(apart) < timedelta(minutes=2)
    assert after["updated_datetime"] >= before["updated_datetime"]


def test_changes_since_a_moment_are_asked_for(anonymous: httpx.Client) -> None:
    """What was changed after, and not later than, what is shown."""
    number = filed_id(anonymous, service_code="damaged-sign")
    [shown] = anonymous.get(f"{ROOT}/requests/{number}.json").json()
    moment = datetime.fromisoformat(shown["updated_datetime"])

    def found(**parameters: str) -> bool:
        told = {"service_code": "damaged-sign", **parameters}
        listed = anonymous.get(f"{ROOT}/requests.json", params=told).json()
        return number in {each["service_request_id"] for each in listed}

    second = timedelta(seconds=1)
    assert found(updated_after=moment.isoformat(), updated_before=moment.isoformat())
    assert not found(updated_after=(moment + second).isoformat())
    assert not found(updated_before=(moment - second).isoformat())
    assert found(lat="-29.9027", long="-71.2520", radius="50")
    assert not found(lat="-29.9027", long="-71.2620", radius="50")


def test_every_fault_of_a_query_is_told_in_one_answer(anonymous: httpx.Client) -> None:
    """An array with an error for each."""
    wrong = {"status": "sad", "page": "0", "start_date": "soon", "radius": "1"}
    answer = anonymous.get(f"{ROOT}/requests.json", params=wrong)
    check_fault(answer, 400)
    assert len(answer.json()) == 4


def test_answers_to_further_questions_are_checked(anonymous: httpx.Client, client: httpx.Client) -> None:
    """Answers outside the list are 400, all named at once; good ones reach the dispatcher."""
    bad = {"attribute[place]": "moon", "attribute[width-cm]": "wide", "attribute[colour]": "blue"}
    said = check_fault(file(anonymous, **bad), 400)
    assert all(part in said for part in ("place must be one of carriageway", "width-cm must be a number"))
    assert "does not ask for the attributes colour" in said
    good = {"attribute[place]": "pavement", "attribute[width-cm]": "30"}
    number = filed_id(anonymous, **good)
    attributes = client.get(f"/api/v1/reports/{number}").json()["attributes"]
    assert attributes == {"place": "pavement", "width-cm": "30"}


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
        ({"email": "a\0@b.example"}, 400, "contact.email has a NUL character"),
        ({"description": "a\0b"}, 400, "description has a NUL character"),
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
    assert closed["status"] == "closed"
    assert closed["status_notes"].endswith("not ours")


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
        ("tokens/999999.json", 404),
        ("tokens/1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.json", 404),
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
