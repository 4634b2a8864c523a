"""A dispatcher's job at the console: from the call to the crew's arrival."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import Live, wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import a_street, file_report, report, type_call
from tests.browser.test_language import missing_in
from tests.walks.conftest import BY_HAND

pytestmark = pytest.mark.browser

Say = Callable[[str, str], str]


def test_dispatcher_takes_a_call_and_follows_it_to_the_arrival(desk: Console, say: Say) -> None:
    """The queue, a call, suggestions, an assignment, its undoing, a correction, the arrival."""
    server = desk.server
    waiting = file_report(server, description="By the fountain")
    page = desk.open()
    expect(page.locator("#tab-queue")).to_contain_text(say("Signalements", "Reports"))
    expect(page.locator(f"#queue-list-{waiting['id']}")).to_be_attached()

    filed = _take_call(page, server, say)
    crew = page.locator(".suggestion").first.locator(".button.strong").inner_text()
    expect(page.locator(".suggestion").first).to_contain_text(say("Affecter", "Assign"))
    page.keyboard.press("1")
    expect(page.locator(".notice.assigned")).to_contain_text(crew)
    page.keyboard.press("z")
    expect(page.locator(".notice.held")).to_be_visible()
    assert report(server, filed)["assignment"] is None
    page.keyboard.press("1")
    expect(page.locator(".notice.assigned")).to_contain_text(crew)
    wait_until(lambda: report(server, filed)["assignment"])

    _correct(page, server, filed, say)
    _watch_arrival(page, server, filed, say)
    assert missing_in(page) == []
    # A promise that moves while somebody corrects the report is a conflict, which the console settles.
    faults = [fault for fault in desk.faults if "409" not in fault]
    assert (desk.foreign, faults) == ([], [])


def _take_call(page: Page, server: Live, say: Say) -> str:
    """Take a call with the keyboard, and return the report's number."""
    type_call(page, street=a_street(server)["name"], service=BY_HAND, description="Blue letters")
    page.keyboard.press("Control+Enter")
    title = page.locator("#drawer-title")
    expect(title).to_have_text(re.compile(say(r"^Signalement \d+$", r"^Report \d+$")))
    return title.inner_text().split()[-1]


def _correct(page: Page, server: Live, filed: str, say: Say) -> None:
    """Mend what the caller said wrongly: where it is."""
    page.keyboard.press("e")
    title = page.locator("#drawer-title")
    expect(title).to_have_text(say(f"Corriger le signalement {filed}", f"Correct report {filed}"))
    page.locator("#map").click(position={"x": 150, "y": 400})
    page.get_by_role("button", name=re.compile(say("^Corriger", "^Correct"))).click()
    decide = page.get_by_label(re.compile(say("garde l’intervention", "keeps")))
    expect(title.or_(decide).first).to_be_visible()
    expect(title).to_have_text(say(f"Signalement {filed}", f"Report {filed}"))


def _watch_arrival(page: Page, server: Live, filed: str, say: Say) -> None:
    """See the crew set off and arrive, as it says so itself."""
    assignment = report(server, filed)["assignment"]
    steps = {
        "en_route": say("Équipe en route", "Crew on its way"),
        "on_site": say("Arrivée à", "Arrived"),
    }
    with server.client() as client:
        for status, told in steps.items():
            path = f"/api/v1/assignments/{assignment['id']}/status"
            client.post(path, json={"status": status}).raise_for_status()
            expect(page.locator("#drawer")).to_contain_text(told)
        client.post(path, json={"status": "done"}).raise_for_status()
    expect(page.get_by_role("button", name=say("Rouvrir", "Reopen"))).to_be_visible()
