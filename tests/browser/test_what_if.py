"""Trying out a change at the console: seen before it is done, done as it was seen, and taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from equipage.api.representations.offer import OfferAnswer
from tests.api.conftest import Live, send_positions, wait_until
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import TELEPHONE, Console

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1440, "height": 900}
WORDS = {
    "fr-FR": {
        "what_if": "Et si…",
        "try": "Essayer",
        "own": "votre changement",
        "do": "Appliquer",
        "undo": "Annuler",
        "undone": "Changement annulé",
        "crew": "Appeler un renfort…",
        "skills": "Compétences",
        "crew_change": "Renfort 1 en renfort pour 1 h",
        "close": "Fermer des rues…",
        "drawn": "Terminer",
        "closed": "Rues fermées",
        "saves": "20\xa0min",
    },
    "en-GB": {
        "what_if": "What if…",
        "try": "Try it out",
        "own": "your change",
        "do": "Do it",
        "undo": "Undo",
        "undone": "Change taken back",
        "crew": "Call in a crew…",
        "skills": "Skills",
        "crew_change": "Extra crew 1 called in for 1 h",
        "close": "Close roads…",
        "drawn": "Finish",
        "closed": "Roads closed",
        "saves": "20\xa0min",
    },
}


@pytest.fixture(params=[(DESK, "fr-FR"), (TELEPHONE, "en-GB")], ids=["desk", "telephone"])
def desk(request: pytest.FixtureRequest, browser: Browser, server: Live) -> Iterator[tuple[Console, Any]]:
    """The console in a browser of either size and language, not yet loaded, and its words."""
    viewport, language = request.param
    context = browser.new_context(viewport=viewport, locale=language)
    context.set_default_timeout(15_000)
    opened = Console(context.new_page(), server)
    opened.listen()
    yield opened, WORDS[language]
    context.close()


@pytest.fixture
def report(server: Live) -> Iterator[dict[str, Any]]:
    """A report that the planner has given to a crew; closed afterwards."""
    with server.client() as client:
        send_positions(client)
        body = {"service_code": "pothole", "lon": -71.2519, "lat": -29.9027}
        path = f"/api/v1/reports/{client.post('/api/v1/reports', json=body).raise_for_status().json()['id']}"
        wait_until(lambda: client.get(path).json()["assignment"])
        yield client.get(path).json()
        client.post(f"{path}/close", json={"status": "cancelled"}).raise_for_status()


def holder(server: Live, report: dict[str, Any]) -> str:
    """Return who has the report now."""
    with server.client() as client:
        return str(client.get(f"/api/v1/reports/{report['id']}").json()["assignment"]["crew_id"])


def open_report(page: Page, report: dict[str, Any]) -> None:
    """Open the report's panel, and close what lies over the list."""
    page.keyboard.press("Escape")
    page.locator(f"#queue-list-{report['id']}").click()


def test_a_change_is_tried_out_done_and_taken_back(
    desk: tuple[Console, dict[str, str]], report: dict[str, Any]
) -> None:
    """The crew is another only after yes; a page loaded anew still knows the way back, and history tells."""
    console, words = desk
    page, before = console.open(), report["assignment"]["crew_id"]
    drawer, dialog = page.locator("#drawer"), page.get_by_role("dialog")
    open_report(page, report)
    drawer.get_by_role("button", name=words["what_if"]).click()
    dialog.get_by_role("button", name=words["try"]).click()
    expect(drawer.locator(".difference").first).to_contain_text(words["own"])
    assert holder(console.server, report) == before
    assert grave_faults(page) == []
    drawer.get_by_role("button", name=words["do"]).click()
    expect(drawer.locator(".notice")).to_contain_text(report["id"])
    assert holder(console.server, report) != before
    page.reload()
    page.wait_for_selector("body[data-ready=true]")
    page.locator("#show-what-if").click()
    drawer.locator(".notice").get_by_role("button", name=words["undo"]).click()
    expect(drawer.locator(".notice")).to_have_count(0)
    assert holder(console.server, report) == before
    open_report(page, report)
    expect(drawer.locator(".timeline")).to_contain_text(words["undone"])
    assert console.faults == []


def test_several_changes_are_put_together(
    desk: tuple[Console, dict[str, str]], report: dict[str, Any]
) -> None:
    """A crew that is called in and a stroke across a road; each can be removed, and nothing was changed.

    The crew has the skills that were chosen, under a heading of their own.
    """
    console, words = desk
    page = console.open()
    drawer, dialog = page.locator("#drawer"), page.get_by_role("dialog")
    page.locator("#show-what-if").click()
    drawer.get_by_role("button", name=words["crew"]).click()
    assert grave_faults(page) == []
    skills = dialog.get_by_role("group", name=words["skills"]).get_by_role("checkbox")
    skills.nth(1).check()
    skill = skills.nth(1).get_attribute("value")
    with page.expect_request("**/api/v1/what-if") as asked:
        dialog.get_by_role("button", name=words["try"]).click()
    (called,) = json.loads(asked.value.post_data or "")["changes"]
    assert called["skills"] == [skill]
    expect(drawer.locator(".plain-list li")).to_contain_text(words["crew_change"])
    drawer.get_by_role("button", name=words["close"]).click()
    box = page.locator("#map").bounding_box()
    assert box is not None
    for share in (0.4, 0.6):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    page.locator(".toast").get_by_role("button", name=words["drawn"]).click()
    dialog.get_by_role("button", name=words["try"]).click()
    changes = drawer.locator(".plain-list li")
    expect(changes).to_have_count(2)
    expect(changes.last).to_contain_text(words["closed"])
    expect(drawer.locator(".loading")).to_have_count(0)
    expect(drawer.locator(".fault-text")).to_have_count(0)
    expect(page.locator("#map path.closure")).to_have_count(1)
    changes.first.get_by_role("button").click()
    expect(changes).to_have_count(1)
    changes.first.get_by_role("button").click()
    expect(page.locator("#map path.closure")).to_have_count(0)
    with console.server.client() as client:
        assert client.get("/api/v1/conditions").json()["items"] == []
        assert "extra-1" not in {each["id"] for each in client.get("/api/v1/crews").json()["items"]}
    assert holder(console.server, report) == report["assignment"]["crew_id"]
    assert console.faults == []


def test_a_crew_that_is_called_in_has_its_name(
    desk: tuple[Console, dict[str, str]], report: dict[str, Any]
) -> None:
    """Whoever gets the report is called as it was named, and not by a number nobody gave."""
    console, words = desk
    page = console.open()
    drawer, dialog = page.locator("#drawer"), page.get_by_role("dialog")

    def theirs(route: Route) -> None:
        now = {"position": 1, "pinned": False, "sla": "on_track", "late_s": 0.0, "arrival": None}
        job = {
            "job_id": "1",
            "report_id": report["id"],
            "breaks_promise": False,
            "by_hand": False,
            "why": None,
        }
        holder = report["assignment"]["crew_id"]
        moved = {"before": {**now, "crew_id": holder}, "after": {**now, "crew_id": "extra-1"}, "later_s": 0.0}
        route.fulfill(json={**route.fetch().json(), "jobs": [{**job, **moved}]})

    page.route("**/api/v1/what-if", theirs)
    page.locator("#show-what-if").click()
    drawer.get_by_role("button", name=words["crew"]).click()
    dialog.locator("input").first.fill("Brigade du port")
    dialog.get_by_role("button", name=words["try"]).click()
    expect(drawer.locator(".difference")).to_contain_text("→ Brigade du port")


def test_only_what_counts_is_asked(desk: tuple[Console, dict[str, str]], report: dict[str, Any]) -> None:
    """Whoever leaves a report out is not asked for a crew; a crew on its way has nothing left to try."""
    console, words = desk
    page = console.open()
    dialog = page.get_by_role("dialog")
    open_report(page, report)
    page.locator("#drawer").get_by_role("button", name=words["what_if"]).click()
    expect(dialog.locator("select:visible")).to_have_count(3)
    dialog.locator("select").first.select_option("leave_out")
    expect(dialog.locator("select:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    with console.server.client() as client:
        path = f"/api/v1/assignments/{report['assignment']['id']}/status"
        client.post(path, json={"status": "en_route"}).raise_for_status()
    open_report(page, report)
    expect(page.locator("#drawer .chip[data-status=en_route]")).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(".toast").first).to_contain_text(report["id"])
    expect(dialog).to_have_count(0)
    assert console.faults == []


def an_offer(report: dict[str, Any], crew_id: str) -> str:
    """Return what the server answers when it has found a better plan: the report would be another crew's."""
    arrival = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    now = {"position": 1, "pinned": False, "sla": "on_track", "late_s": 0.0}
    job = {"job_id": "1", "report_id": report["id"], "breaks_promise": False, "by_hand": False, "why": None}
    before = {"crew_id": report["assignment"]["crew_id"], "arrival": arrival, **now}
    after = {"crew_id": crew_id, "arrival": arrival - timedelta(minutes=10), **now}
    totals = {"waiting_s": 0.0, "lateness_s": 0.0, "late": 0, "without_crew": 0, "broken_promises": 0}
    offer = {
        "as_of": arrival,
        "plan_version": 1,
        "engine": "own",
        "saves_s": 1200.0,
        "before": {"driving_s": 3600.0, **totals},
        "after": {"driving_s": 2400.0, **totals},
        "jobs": [{**job, "before": before, "after": after, "later_s": -600.0}],
    }
    return OfferAnswer.model_validate({"offer": offer}).model_dump_json()


def test_a_better_plan_is_offered(desk: tuple[Console, dict[str, str]], report: dict[str, Any]) -> None:
    """The button says that there is one; the panel what it saves, in figures and for whom.

    The shape is the server's own.
    """
    console, words = desk
    page = console.open()
    answer = an_offer(report, "phone")
    page.route(
        "**/api/v1/plan/offer", lambda route: route.fulfill(body=answer, content_type="application/json")
    )
    page.reload()
    opener = page.locator("#show-what-if")
    expect(opener).to_have_class(re.compile("offered"))
    expect(opener).to_have_attribute("title", re.compile(words["saves"]))
    opener.click()
    drawer = page.locator("#drawer")
    expect(drawer).to_contain_text(words["saves"])
    drawer.locator("details summary").last.click()
    expect(drawer.locator(".difference")).to_contain_text("Phone")
    assert grave_faults(page) == []
    assert console.faults == []
