"""A crew's day over HTTP: what it is told of its jobs, by whom it may be seen, and how it follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live, send_positions, wait_until

CREW, OTHER = "phone", "duty-1"
PLACE = {"lon": -71.2519, "lat": -29.9027, "hold_s": 900}


@pytest.fixture
def own(live: Live) -> Iterator[httpx.Client]:
    """The crew itself."""
    with live.client(live.key(Role.CREW, crew_id=CREW)) as client:
        yield client


@pytest.fixture
def job(client: httpx.Client) -> Iterator[Mapping[str, Any]]:
    """A report that the crew was given, with its assignment; taken away afterwards."""
    given = give(client, description="Deep", contact={"first_name": "Ana", "phone": "123"})
    yield given
    if client.get(f"/api/v1/assignments/{given['id']}").json()["ended_at"] is None:
        client.delete(f"/api/v1/assignments/{given['id']}", params={"hold_s": 900})


def give(client: httpx.Client, crew_id: str = CREW, **more: Any) -> dict[str, Any]:
    """File a report, give it to a crew, and return the assignment."""
    report = client.post("/api/v1/reports", json={"service_code": "pothole", **PLACE, **more}).json()
    body = {"report_id": report["id"], "crew_id": crew_id, "override": True, "pin": True}
    answer = client.post("/api/v1/assignments", json=body)
    assert answer.status_code == 201, answer.text
    assignment: dict[str, Any] = answer.json()
    return assignment


def day_of(client: httpx.Client) -> Any:
    """Return the crew's day."""
    return client.get(f"/api/v1/crews/{CREW}/day").raise_for_status().json()


def test_a_day_tells_what_a_crew_needs(own: httpx.Client, job: Mapping[str, Any]) -> None:
    """Its hours, and each job with what the citizen wrote and when it is expected there."""
    day = day_of(own)
    assert day["crew"]["name"] == "Phone"
    assert day["crew"]["shift"]["breaks"] is not None
    [told] = [each for each in day["jobs"] if each["assignment_id"] == job["id"]]
    assert (told["description"], told["status"]) == ("Deep", "planned")
    assert told["eta"] is not None


def test_the_contact_is_told_only_while_the_job_runs(own: httpx.Client, job: Mapping[str, Any]) -> None:
    """Not before the crew sets off, and no more once it is done."""

    def contact() -> Any:
        return next(
            (each["contact"] for each in day_of(own)["jobs"] if each["assignment_id"] == job["id"]), None
        )

    path = f"/api/v1/assignments/{job['id']}/status"
    assert contact() is None
    own.post(path, json={"status": "en_route"}).raise_for_status()
    assert contact() == {"name": "Ana", "phone": "123"}
    own.post(path, json={"status": "done", "reason": "filled"}).raise_for_status()
    assert contact() is None
    ended = day_of(own)["ended"][0]
    assert (ended["assignment_id"], ended["status"], ended["reason"]) == (job["id"], "done", "filled")
    assert "123" not in own.get(f"/api/v1/crews/{CREW}/day").text.replace(job["id"], "")


def test_a_status_said_twice_is_said_once(
    own: httpx.Client, client: httpx.Client, job: Mapping[str, Any]
) -> None:
    """What a telephone sends again after a lost answer changes nothing and is no conflict."""
    path = f"/api/v1/assignments/{job['id']}/status"
    first = own.post(path, json={"status": "en_route"})
    again = own.post(path, json={"status": "en_route"})
    assert first.json() == again.json()
    history = client.get(f"/api/v1/reports/{job['report_id']}/history").json()["items"]
    assert [entry["action"] for entry in history].count("en_route") == 1


def test_planned_work_is_among_the_jobs(client: httpx.Client) -> None:
    """With its name and what there is to do, for the crew that is given it."""
    send_positions(client)
    now = datetime.fromisoformat(client.get("/api/v1/clock").json()["now"])
    span = {"earliest": now.isoformat(), "latest": (now + timedelta(hours=6)).isoformat()}
    place = {"lon": PLACE["lon"], "lat": PLACE["lat"]}
    about = {"service_code": "pothole", "name": "Round of gullies", "description": "All of them"}
    work = client.post("/api/v1/planned-work", json={**about, **span, **place}).raise_for_status().json()

    def holder() -> Any:
        live = client.get("/api/v1/assignments").json()["items"]
        return next((each["crew_id"] for each in live if each["report_id"] is None), None)

    crew_id = wait_until(holder)
    jobs = client.get(f"/api/v1/crews/{crew_id}/day").json()["jobs"]
    [told] = [each for each in jobs if each["title"] == "Round of gullies"]
    assert (told["description"], told["report_id"]) == ("All of them", None)
    client.delete(f"/api/v1/planned-work/{work['id']}").raise_for_status()


@pytest.mark.parametrize(
    "path", [f"/crew/{OTHER}", f"/api/v1/crews/{OTHER}/day", f"/api/v1/crews/{OTHER}/events"]
)
def test_a_crew_sees_nothing_of_another(own: httpx.Client, path: str) -> None:
    """Neither page, day nor events."""
    assert own.get(path).status_code == 403


def test_a_crew_goes_straight_to_its_own_page(own: httpx.Client) -> None:
    """From the list, and from the console's address once it is signed in there."""
    answer = own.get("/crew")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/crew/{CREW}")


def test_signed_in_as_a_crew_the_console_leads_to_its_page(live: Live) -> None:
    """The session lasts longer than a desk's: a telephone is not signed in every morning."""
    with live.client(None) as browser:
        answer = browser.post("/login", data={"key": live.key(Role.CREW, crew_id=CREW)})
        assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
        assert browser.get("/").headers["Location"] == "/crew"
        assert browser.get(f"/crew/{CREW}").status_code == 200
        assert "Max-Age=2592000" in browser.get(f"/crew/{CREW}").headers["Set-Cookie"]
        assert browser.get(f"/crew/{OTHER}").status_code == 403


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERVISOR, Role.DISPATCHER])
def test_who_directs_crews_sees_each_page(live: Live, role: Role) -> None:
    """The list, and any crew's page; a crew that is not known is 404."""
    with live.client(None) as browser:
        browser.post("/login", data={"key": live.key(role)})
        assert browser.get("/crew").status_code == 200
        assert browser.get(f"/crew/{OTHER}").status_code == 200
        assert browser.get("/crew/nobody").status_code == 404


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPEN311])
def test_others_see_no_crews_page(live: Live, role: Role) -> None:
    """They have no business with what a crew is doing."""
    with live.client(live.key(role)) as other:
        assert other.get("/crew").status_code == 403
        assert other.get(f"/crew/{CREW}").status_code == 403


def test_a_crew_hears_of_its_own_jobs_only(own: httpx.Client, client: httpx.Client) -> None:
    """The stream tells of what it was given, and nothing of what another crew was given."""
    with own.stream("GET", f"/api/v1/crews/{CREW}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": welcome"
        theirs = give(client, OTHER)
        mine = give(client)
        heard = ""
        while f'"assignment_id":"{mine["id"]}"' not in heard:
            heard += next(lines)
    assert f'"assignment_id":"{theirs["id"]}"' not in heard
    assert "event: position" not in heard
    for each in (mine, theirs):
        client.delete(f"/api/v1/assignments/{each['id']}", params={"hold_s": 900})


def test_notes_are_told_to_the_crew(own: httpx.Client, client: httpx.Client, job: Mapping[str, Any]) -> None:
    """On its job and on itself, and the stream says that there is one."""
    with own.stream("GET", f"/api/v1/crews/{CREW}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": welcome"
        about = {"subject": "report", "subject_id": job["report_id"], "text": "Mind the dog"}
        client.post("/api/v1/notes", json=about).raise_for_status()
        while "event: note" not in next(lines):
            pass
    client.post("/api/v1/notes", json={"subject": "crew", "subject_id": CREW, "text": "Fuel first"})
    client.post("/api/v1/notes", json={"subject": "crew", "subject_id": OTHER, "text": "Not for you"})
    day = day_of(own)
    [told] = [each for each in day["jobs"] if each["assignment_id"] == job["id"]]
    assert [note["text"] for note in told["notes"]] == ["Mind the dog"]
    assert [note["text"] for note in day["crew"]["notes"]] == ["Fuel first"]


def test_a_link_signs_a_telephone_in_once(live: Live, client: httpx.Client) -> None:
    """It brings a session of the crew; the second time it is refused, and so is what was in it as a key."""
    made = client.post("/api/v1/keys/links", json={"crew_id": CREW, "name": "Ana"})
    assert made.status_code == 201
    assert made.json()["code"].startswith("data:image/svg+xml")
    secret = made.json()["url"].partition("#link=")[2]
    with live.client(None) as telephone:
        assert telephone.post("/login", data={"key": secret}).status_code == 401
        assert telephone.post("/login", data={"link": secret}).status_code == 303
        assert telephone.get("/api/v1/me").json()["crew_id"] == CREW
        with live.client(None) as another:
            assert another.post("/login", data={"link": secret}).status_code == 401
        client.delete(f"/api/v1/keys/{made.json()['key_id']}").raise_for_status()
        assert telephone.get("/api/v1/me").status_code == 401
