"""Merging over HTTP, and what the duplicate's citizen sees."""

from __future__ import annotations

from typing import Any

import httpx

from equipage.dispatch.status import Role
from tests.api.conftest import Live
from tests.api.test_http_reports import REPORTS, able_crew, check_problem, file


def followed(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a report's citizen sees."""
    seen: dict[str, Any] = httpx.get(f"{report['follow_url']}.json").json()
    return seen


def test_the_duplicates_citizen_follows_the_kept_report(client: httpx.Client) -> None:
    """The arrival and the end are the kept one's; neither contact is shown to the other."""
    kept = file(client, contact={"first_name": "Kim", "phone": "0611223344"})
    other = file(client, contact={"first_name": "Lou", "phone": "0655667788"})
    near = client.get(f"{REPORTS}/{other['id']}/duplicates").json()["items"]
    assert kept["id"] in {each["report"]["id"] for each in near}
    answer = client.post(f"{REPORTS}/{other['id']}/merge", json={"into": kept["id"]})
    assert (answer.json()["status"], answer.json()["linked_to"]) == ("duplicate", kept["id"])
    assert client.get(f"{REPORTS}/{kept['id']}").json()["duplicates"] == [other["id"]]
    given = {"report_id": kept["id"], "crew_id": able_crew(client, kept["id"]), "pin": True}
    client.post("/api/v1/assignments", json=given).raise_for_status()
    seen = followed(other)
    assert (seen["service_request_id"], seen["status"], seen["merged"]) == (other["id"], "assigned", True)
    assert seen["eta"] is not None
    assert not followed(kept)["merged"]
    assert "Kim" not in str(seen)
    assert "Lou" not in str(followed(kept))
    client.post(f"{REPORTS}/{kept['id']}/close", json={"note": "All well again"}).raise_for_status()
    seen = followed(other)
    assert (seen["status"], seen["status_note"]) == ("done", "All well again")


def test_merging_is_taken_back(client: httpx.Client) -> None:
    """The report is one of its own again, for its citizen too."""
    kept, other = file(client), file(client)
    client.post(f"{REPORTS}/{other['id']}/merge", json={"into": kept["id"]}).raise_for_status()
    apart = client.post(f"{REPORTS}/{other['id']}/unmerge").json()
    assert (apart["status"], apart["linked_to"]) == ("acknowledged", None)
    assert (followed(other)["status"], followed(other)["merged"]) == ("acknowledged", False)
    check_problem(client.post(f"{REPORTS}/{other['id']}/unmerge"), 409)


def test_a_running_crew_is_named(client: httpx.Client) -> None:
    """409 says which crew is under way and what to do instead."""
    kept, other = file(client), file(client)
    given = {"report_id": other["id"], "crew_id": able_crew(client, other["id"]), "pin": True}
    made = client.post("/api/v1/assignments", json=given).json()
    client.post(f"/api/v1/assignments/{made['id']}/status", json={"status": "en_route"}).raise_for_status()
    problem = check_problem(client.post(f"{REPORTS}/{other['id']}/merge", json={"into": kept["id"]}), 409)
    assert problem["holder"]["crew_id"] == given["crew_id"]
    client.post(f"{REPORTS}/{other['id']}/close", json={"status": "cancelled"}).raise_for_status()


def test_a_limited_key_merges_only_what_it_sees(live: Live, client: httpx.Client) -> None:
    """Neither into nor out of what is none of its business."""
    mine, other = file(client), file(client, service_code="graffiti")
    with live.client(live.key(Role.DISPATCHER, services=frozenset({"pothole"}))) as limited:
        check_problem(limited.post(f"{REPORTS}/{mine['id']}/merge", json={"into": other["id"]}), 404)
        check_problem(limited.post(f"{REPORTS}/{other['id']}/merge", json={"into": mine["id"]}), 404)
