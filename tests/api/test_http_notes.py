"""Notes from the radio over HTTP: who reads them, and who does not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from equipage.dispatch.status import Role
from tests.api.conftest import Live
from tests.api.test_http_reports import REPORTS, able_crew, check_problem, file

NOTES = "/api/v1/notes"


def note(client: httpx.Client, report_id: str, text: str, **more: Any) -> dict[str, Any]:
    """Take a note on a report."""
    answer = client.post(NOTES, json={"subject": "report", "subject_id": report_id, "text": text, **more})
    assert answer.status_code == 201, answer.text
    taken: dict[str, Any] = answer.json()
    return taken


def test_the_citizen_reads_public_notes_only(client: httpx.Client) -> None:
    """A note is internal unless said otherwise; taken back, it is gone from the citizen's page."""
    filed = file(client)
    note(client, filed["id"], "the caller was rude")
    told = note(client, filed["id"], "a crane comes tomorrow", public=True)

    def read() -> list[str]:
        return [each["text"] for each in httpx.get(f"{filed['follow_url']}.json").json()["notes"]]

    assert read() == ["a crane comes tomorrow"]
    assert client.delete(f"{NOTES}/{told['id']}").status_code == 200
    assert read() == []


def test_a_crew_reads_the_notes_on_its_jobs_and_on_itself(live: Live, client: httpx.Client) -> None:
    """Beside each of its jobs, and those on it and on what it drives; other crews' are not its business."""
    filed = file(client)
    crew_id = able_crew(client, filed["id"])
    given = {"report_id": filed["id"], "crew_id": crew_id, "pin": True}
    assert client.post("/api/v1/assignments", json=given).status_code == 201
    note(client, filed["id"], "ring twice")
    vehicle_id = client.get(f"/api/v1/crews/{crew_id}").json()["vehicle_id"]
    for subject, subject_id in (("crew", crew_id), ("vehicle", vehicle_id)):
        body = {"subject": subject, "subject_id": subject_id, "text": f"on the {subject}"}
        assert client.post(NOTES, json=body).status_code == 201
    with live.client(live.key(Role.CREW, crew_id=crew_id)) as crew:
        jobs = crew.get(f"/api/v1/crews/{crew_id}/jobs").json()["items"]
        job = next(each for each in jobs if each["report_id"] == filed["id"])
        assert [each["text"] for each in job["notes"]] == ["ring twice"]
        mine = crew.get(f"/api/v1/crews/{crew_id}/notes").json()["items"]
        assert [each["text"] for each in mine] == ["on the crew", "on the vehicle"]
        check_problem(crew.post(NOTES, json=body), 403)
        other = next(
            each["id"] for each in client.get("/api/v1/crews").json()["items"] if each["id"] != crew_id
        )
        check_problem(crew.get(f"/api/v1/crews/{other}/notes"), 403)
    client.post(f"{REPORTS}/{filed['id']}/close", json={"status": "cancelled"})


def test_a_limited_key_reads_no_notes_on_others_reports(live: Live, client: httpx.Client) -> None:
    """That there is such a report is not told either."""
    filed = file(client)
    taken = note(client, filed["id"], "secret")
    with live.client(live.key(Role.DISPATCHER, services=frozenset({"graffiti"}))) as limited:
        check_problem(limited.get(NOTES, params={"subject": "report", "subject_id": filed["id"]}), 404)
        check_problem(limited.delete(f"{NOTES}/{taken['id']}"), 404)


@pytest.mark.parametrize("subject", ["street", ""])
def test_a_note_on_something_else_is_refused(client: httpx.Client, subject: str) -> None:
    """The problem names the field."""
    problem = check_problem(
        client.post(NOTES, json={"subject": subject, "subject_id": "1", "text": "x"}), 422
    )
    assert problem["errors"][0]["loc"] == "body.subject"
