"""What a crew taps without a connection, twice, or too late."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Route, expect

from equipage.dispatch.status import Role
from tests.api.conftest import wait_until
from tests.browser.conftest import CREW, Telephone
from tests.browser.duties import give_job, told
from tests.browser.test_console import report

pytestmark = pytest.mark.browser


def test_taps_without_a_connection_are_kept_and_sent_in_order(telephone: Telephone) -> None:
    """Said so, they outlive a closed page, and are sent once the server is reached again."""
    server = telephone.console.server
    filed = give_job(server)
    page = telephone.open()
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    page.context.set_offline(True)
    telephone.step("en_route")
    expect(telephone.present.locator(".unsent")).to_be_visible()
    telephone.step("on_site")
    expect(page.locator("#offline")).to_contain_text("2")
    expect(page.locator("#step")).to_have_attribute("data-step", "done")
    assert told(server, filed)("assigned")
    tapped = page.evaluate("JSON.parse(localStorage.getItem('equipage.crew.phone.outbox'))[1].at")
    page.goto("about:blank")
    page.context.set_offline(False)
    telephone.open()
    wait_until(lambda: told(server, filed)("in_progress"))
    arrived = report(server, filed["id"])["assignment"]["arrived_at"]
    assert datetime.fromisoformat(arrived) == datetime.fromisoformat(tapped)
    expect(telephone.present.locator(".unsent")).to_have_count(0)
    with server.client() as client:
        history = client.get(f"/api/v1/reports/{filed['id']}/history").json()["items"]
    assert [entry["action"] for entry in history][-2:] == ["en_route", "on_site"]


def test_a_tap_whose_answer_is_lost_is_sent_again_without_harm(english: Telephone) -> None:
    """The server has taken it, the telephone does not know: the second time changes nothing."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    lost: list[str] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    page.route("**/status", lose_first_answer)
    english.step("en_route")
    expect(english.present.locator(".unsent")).to_be_visible()
    expect(english.present.locator(".unsent")).to_have_count(0)
    expect(page.locator(".notice.fault")).to_have_count(0)
    with server.client() as client:
        history = client.get(f"/api/v1/reports/{filed['id']}/history").json()["items"]
    assert [entry["action"] for entry in history].count("en_route") == 1


def test_a_tap_after_the_session_has_ended_waits_for_the_next(english: Telephone) -> None:
    """The page says that it is signed out; what was tapped is sent once the crew has signed in again."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    page.context.clear_cookies()
    english.step("en_route")
    expect(page.locator("#signed-out")).to_be_visible()
    assert told(server, filed)("assigned")
    key = server.key(Role.CREW, crew_id=CREW)
    page.context.request.post(f"{server.url}/login", form={"key": key})
    english.open()
    wait_until(lambda: told(server, filed)("en_route"))


def test_two_taps_are_one(english: Telephone) -> None:
    """A trembling thumb sets off, and does not arrive at once."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    page.locator("#step").dblclick()
    expect(page.locator("#step")).to_have_attribute("data-step", "on_site")
    wait_until(lambda: told(server, filed)("en_route"))
    expect(page.locator("#step:not([aria-disabled])")).to_be_visible()
    assert told(server, filed)("en_route")


def test_a_tap_that_comes_too_late_is_told(english: Telephone) -> None:
    """What the server does not take is said in plain words, and the page shows how things are."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    held = report(server, filed["id"])["assignment"]["id"]
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    page.context.set_offline(True)
    english.step("en_route")
    expect(english.present.locator(".unsent")).to_be_visible()
    with server.client() as client:
        client.delete(f"/api/v1/assignments/{held}", params={"hold_s": 600}).raise_for_status()
    page.context.set_offline(False)
    expect(page.locator(".notice.fault")).to_contain_text("was not taken")
    expect(page.locator(".nothing")).to_be_visible()
    assert page.evaluate("localStorage.getItem('equipage.crew.phone.outbox')") == "[]"
