"""Shifts over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from equipage.dispatch.status import Role
from tests.api.conftest import Live
from tests.api.test_http_reports import check_problem

SHIFTS = "/api/v1/shifts"


def a_shift(client: httpx.Client) -> dict[str, Any]:
    """Return one of today's shifts."""
    found: dict[str, Any] = client.get(SHIFTS).json()["items"][0]
    return found


def put(client: httpx.Client, shift: dict[str, Any], **changes: Any) -> httpx.Response:
    """Change a shift."""
    names = ("start", "end", "breaks", "vehicle_id", "absent", "note")
    body = {name: shift[name] for name in names} | changes
    return client.put(f"{SHIFTS}/{shift['crew_id']}/{shift['rostered']['start']}", json=body)


def test_todays_shifts_are_listed_and_changed(client: httpx.Client) -> None:
    """Each crew's with its hours, breaks and vehicle; what is put is what is listed, and back again."""
    before = a_shift(client)
    answer = put(client, before, end=before["end"].replace(":00Z", ":01Z"), note="lend a hand", breaks=[])
    assert answer.status_code == 200, answer.text
    assert answer.json()["released"] == []
    now = next(
        each
        for each in client.get(SHIFTS).json()["items"]
        if each["rostered"] == before["rostered"] and each["crew_id"] == before["crew_id"]
    )
    assert now == answer.json()["shift"]
    assert (now["note"], now["rostered"]["end"]) == ("lend a hand", before["end"])
    assert put(client, before).json()["shift"] == before


def test_every_role_gets_what_it_may(live: Live, client: httpx.Client) -> None:
    """An analyst reads, a crew does neither."""
    shift = a_shift(client)
    with (
        live.client(live.key(Role.ANALYST)) as analyst,
        live.client(live.key(Role.CREW, crew_id=shift["crew_id"])) as crew,
    ):
        assert analyst.get(SHIFTS).status_code == 200
        check_problem(put(analyst, shift), 403)
        check_problem(crew.get(SHIFTS), 403)
        check_problem(put(crew, shift), 403)


def test_what_cannot_be_is_refused(client: httpx.Client) -> None:
    """Hours that end before they begin, a day that is none, and a shift that there is not."""
    shift = a_shift(client)
    problem = check_problem(put(client, shift, end=shift["start"]), 422)
    assert "must end after it starts" in problem["detail"]
    for day in ("tomorrow", "0001-01-01", "9999-12-31"):
        check_problem(client.get(SHIFTS, params={"day": day}), 422)
    check_problem(put(client, {**shift, "crew_id": "nobody"}), 404)
