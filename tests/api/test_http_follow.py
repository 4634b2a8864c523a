"""The citizen's page as the server makes it: plain words for whatever becomes of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from equipage.api.language import Language
from equipage.api.page_times import Times
from equipage.api.tokens import FOLLOW_AFTER_CLOSING
from equipage.api.words.follow import FOLLOW_WORDS
from equipage.api.words.pages import PAGE_WORDS
from equipage.dispatch.model import ReportId, ServiceCode
from equipage.dispatch.status import Mode
from tests.api.conftest import Live

FORM = {
    "api_key": "demo",
    "service_code": "pothole",
    "lat": "-29.9027",
    "long": "-71.2519",
    "description": "A deep hole",
    "first_name": "Ana",
    "last_name": "Rojas",
    "email": "ana.rojas@correo.example",
    "phone": "+56 51 220 0100",
    "account_id": "cuenta-4711",
    "device_id": "aparato-0815",
}
CREW = "phone"
ENGLISH, FRENCH = FOLLOW_WORDS[Language.ENGLISH], FOLLOW_WORDS[Language.FRENCH]
STATUSES = {status.value: text for status, text in PAGE_WORDS[Language.ENGLISH].statuses.items()}


@pytest.fixture(autouse=True, scope="module")
def _no_planner(live: Live) -> None:
    """Leave it to these tests which crew has what."""
    with live.context.store.transaction() as tx:
        service = tx.services()[ServiceCode(FORM["service_code"])]
        tx.save_service(replace(service, mode=Mode.SUGGEST))


def file(client: httpx.Client, **form: str) -> dict[str, Any]:
    """File a report with a contact, and return what its citizen is told."""
    answer = client.post("/open311/v2/requests.json", data={**FORM, **form})
    taken: dict[str, Any] = answer.raise_for_status().json()[0]
    return taken


def text_of(link: str, language: str = "en", status: int = 200) -> str:
    """Return a page as a browser without JavaScript gets it."""
    page = httpx.get(link, headers={"Accept-Language": language})
    assert page.status_code == status
    return page.text.replace("&#39;", "'").replace("&#34;", '"')


def send_crew(client: httpx.Client, report_id: str, *statuses: str) -> str:
    """Give a report to the crew that nobody else drives, and return the assignment."""
    body = {"report_id": report_id, "crew_id": CREW, "override": True, "pin": True}
    answer = client.post("/api/v1/assignments", json=body)
    assert answer.status_code == 201, answer.text
    assignment: str = answer.json()["id"]
    for status in statuses:
        step(client, assignment, status)
    return assignment


def step(client: httpx.Client, assignment: str, status: str) -> None:
    """Have the crew say how far it is."""
    path = f"/api/v1/assignments/{assignment}/status"
    client.post(path, json={"status": status, "reason": "a flat tyre"}).raise_for_status()


def close(client: httpx.Client, report_id: str, status: str, note: str = "") -> None:
    """Close a report."""
    path = f"/api/v1/reports/{report_id}/close"
    client.post(path, json={"status": status, "note": note}).raise_for_status()


def test_before_a_crew_is_found_the_due_time_is_told(live: Live, anonymous: httpx.Client) -> None:
    """In the city's time and the visitor's language, with the day where that is not today."""
    link = file(anonymous)["follow_url"]
    due = datetime.fromisoformat(httpx.get(f"{link}.json").json()["due_at"])
    zone = ZoneInfo(live.context.city.time_zone)
    english, french = (
        Times(words=PAGE_WORDS[language], zone=zone, now=live.context.now()).moment(due)
        for language in (Language.ENGLISH, Language.FRENCH)
    )
    assert STATUSES["new"] in text_of(link)
    assert f"A crew should be there by {english}." in text_of(link)
    assert f"Une équipe devrait être sur place avant {french}." in text_of(link, "fr")


def test_the_arrival_is_told_with_its_interval_until_the_crew_is_there(
    client: httpx.Client, anonymous: httpx.Client
) -> None:
    """Roughly how far the crew is, only while it comes; never who it is."""
    taken = file(anonymous, lat="-29.9100")
    link, client_place = taken["follow_url"], {"id": "demo-phone", "lat": "-29.903", "lon": "-71.2518"}
    client.post("/", data=client_place).raise_for_status()
    assignment = send_crew(client, taken["service_request_id"])
    planned = text_of(link)
    assert ENGLISH.expected in planned
    assert "most likely between" in planned
    step(client, assignment, "en_route")
    coming = text_of(link)
    assert STATUSES["en_route"] in coming
    assert "The crew is about 800\xa0m away." in coming
    step(client, assignment, "on_site")
    there = text_of(link)
    assert "The crew arrived at" in there
    assert "away." not in there
    step(client, assignment, "done")
    assert STATUSES["done"] in text_of(link)
    for page in (planned, coming, there):
        assert CREW not in page.replace("telephone", "").replace("smartphone", "")


def test_a_crew_that_does_not_come_after_all_is_told(client: httpx.Client, anonymous: httpx.Client) -> None:
    """As long as there is no other; why it does not is the crew's business."""
    taken = file(anonymous)
    number, link = taken["service_request_id"], taken["follow_url"]
    assignment = send_crew(client, number)
    step(client, assignment, "refused")
    page = text_of(link)
    assert ENGLISH.crew_lost in page
    assert "flat tyre" not in page
    assignment = send_crew(client, number)
    assert ENGLISH.crew_lost not in text_of(link)
    step(client, assignment, "done")


@pytest.mark.parametrize("status", ["rejected", "cancelled"])
def test_why_nothing_comes_of_a_report_is_told(
    client: httpx.Client, anonymous: httpx.Client, status: str
) -> None:
    """With the dispatcher's words; no crew is expected any more."""
    taken = file(anonymous)
    close(client, taken["service_request_id"], status, "This road is private.")
    page = text_of(taken["follow_url"])
    assert STATUSES[status] in page
    assert "This road is private." in page
    assert ENGLISH.expected not in page
    assert "should be there by" not in page


def test_a_duplicate_leads_on_to_the_report_it_is_dealt_with_in(
    client: httpx.Client, anonymous: httpx.Client
) -> None:
    """That link looks on only: it erases nobody's contact and shows no box to do so."""
    original, again = file(anonymous), file(anonymous)
    number = again["service_request_id"]
    link_to = {"linked_to": original["service_request_id"]}
    client.patch(f"/api/v1/reports/{number}", json=link_to).raise_for_status()
    close(client, number, "duplicate")
    told = httpx.get(f"{again['follow_url']}.json").json()
    looking_on = told["merged_url"]
    assert looking_on in text_of(again["follow_url"])
    page = text_of(looking_on)
    assert f"Report {original['service_request_id']}" in page
    assert ENGLISH.contact not in page
    assert httpx.get(f"{looking_on}.json").json()["has_contact"] is False
    assert httpx.post(f"{looking_on}/erase", data={"confirm": "yes"}).status_code == 404
    kept = client.get(f"/api/v1/reports/{original['service_request_id']}").json()["contact"]
    assert kept["email"] == FORM["email"]


def test_a_duplicate_of_what_is_not_public_leads_nowhere(
    client: httpx.Client, anonymous: httpx.Client
) -> None:
    """A telephone call is nobody else's business."""
    body = {"service_code": "pothole", "lon": -71.2519, "lat": -29.9027, "source": "phone"}
    call = client.post("/api/v1/reports", json=body).json()["id"]
    taken = file(anonymous)
    client.patch(f"/api/v1/reports/{taken['service_request_id']}", json={"linked_to": call})
    close(client, taken["service_request_id"], "duplicate")
    assert httpx.get(f"{taken['follow_url']}.json").json()["merged_url"] is None
    assert ENGLISH.merged not in text_of(taken["follow_url"])


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("fr", FRENCH)])
def test_a_link_that_is_none_is_told_in_plain_words(live: Live, language: str, words: Any) -> None:
    """A part of one, another one, or nothing at all: 404, and not a word for machines."""
    for path in ("", "/", "/nonsense", "/1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"):
        page = text_of(f"{live.url}/follow{path}", language, 404)
        assert words.link_unknown in page
        assert words.link_unknown_hint in page


def test_an_expired_link_is_told_and_still_forgets_the_citizen(
    live: Live, client: httpx.Client, anonymous: httpx.Client
) -> None:
    """A day after the report was closed it says nothing of it any more."""
    taken = file(anonymous)
    close(client, taken["service_request_id"], "done")
    with live.context.store.transaction() as tx:
        report = tx.report(ReportId(taken["service_request_id"]))
        tx.save_report(replace(report, closed_at=live.context.now() - FOLLOW_AFTER_CLOSING))
    page = text_of(taken["follow_url"], status=404)
    assert ENGLISH.link_expired in page
    assert "Pothole" not in page
    assert ENGLISH.erase in page
    assert httpx.get(f"{taken['follow_url']}.json").status_code == 404
    httpx.post(f"{taken['follow_url']}/erase", data={"confirm": "yes"})
    assert ENGLISH.contact_erased in text_of(taken["follow_url"], status=404)


def test_a_late_arrival_is_told_with_how_late_it_is(
    live: Live, client: httpx.Client, anonymous: httpx.Client
) -> None:
    """Against what was announced first, also when another crew comes."""
    taken = file(anonymous)
    number, link = taken["service_request_id"], taken["follow_url"]
    assignment = send_crew(client, number)
    with live.context.store.transaction() as tx:
        [held] = tx.assignments_of([ReportId(number)])[ReportId(number)]
        # Promised a while ago, twenty minutes earlier than it can be.
        made = held.created_at - timedelta(minutes=20)
        promised = (held.promised_at or live.context.now()) - timedelta(minutes=20)
        tx.save_job(replace(tx.job_of_report(ReportId(number)), earliest=made))
        tx.save_assignment(replace(held, created_at=made, promised_at=promised))
    told = httpx.get(f"{link}.json").json()
    assert told["late_s"] == pytest.approx(1200, abs=300)
    assert datetime.fromisoformat(told["promised_at"]) == promised
    page, french = text_of(link), text_of(link, "fr")
    assert "The crew comes later than we told you: " in page
    assert f"{promised.astimezone(ZoneInfo(live.context.city.time_zone)):%H:%M}" in page
    assert "L’équipe arrivera plus tard qu’annoncé" in french
    step(client, assignment, "en_route")
    step(client, assignment, "on_site")
    assert httpx.get(f"{link}.json").json()["late_s"] is None
    step(client, assignment, "done")


def test_the_citizen_erases_the_contact(client: httpx.Client, anonymous: httpx.Client) -> None:
    """With a confirmation, for good and everywhere; the page says so, and once more is fine."""
    taken = file(anonymous)
    number, link = taken["service_request_id"], taken["follow_url"]
    assert ENGLISH.erase in text_of(link)
    assert httpx.post(f"{link}/erase").status_code == 422
    assert client.get(f"/api/v1/reports/{number}").json()["contact"]["email"] == FORM["email"]
    for _ in range(2):
        answer = httpx.post(f"{link}/erase", data={"confirm": "yes"})
        assert (answer.status_code, answer.headers["Location"]) == (303, link[link.index("/follow") :])
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = text_of(link)
    assert ENGLISH.contact_erased in page
    assert ENGLISH.erase not in page
    assert FRENCH.contact_erased in text_of(link, "fr")
    told = [
        client.get(f"/api/v1/reports/{number}").text,
        client.get(f"/api/v1/reports/{number}/history").text,
        client.get(f"/open311/v2/requests/{number}.json").text,
        httpx.get(f"{link}.json").text,
    ]
    for name in ("first_name", "last_name", "email", "phone", "account_id", "device_id"):
        assert all(FORM[name] not in text for text in told), name
    assert "contact_erased" in told[1]


def test_without_a_contact_there_is_nothing_to_erase(anonymous: httpx.Client) -> None:
    """The page says that there is none."""
    nobody = dict.fromkeys(("first_name", "last_name", "email", "phone", "account_id", "device_id"), "")
    page = text_of(file(anonymous, **nobody)["follow_url"])
    assert ENGLISH.contact_none in page
    assert ENGLISH.erase not in page
