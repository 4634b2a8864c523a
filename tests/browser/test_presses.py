"""A press that has begun when an event redraws the page: it counts, unless the button is another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.api.conftest import wait_until
from tests.browser.conftest import CREW, Console, Telephone
from tests.browser.duties import give_job, told
from tests.browser.test_console import report

pytestmark = pytest.mark.browser


def press(button: Locator) -> None:
    """Press the mouse on a button and do not let go."""
    button.hover()
    button.page.mouse.down()


def alarm(console: Console, kind: str) -> None:
    """Have the tracker of the crew raise an alarm."""
    with console.server.client() as client:
        client.post("/", data={"id": "demo-phone", "alarm": kind}).raise_for_status()


def test_an_alarm_is_acknowledged_while_others_go(console: Console) -> None:
    """The one below goes between press and release: the press is for the one that was pressed."""
    for kind in ("below", "pressed"):
        alarm(console, kind)
    alarms = console.open().locator("#alarms .alarm")
    expect(alarms).to_have_count(2)
    press(alarms.filter(has_text="pressed").get_by_role("button", name="Acknowledge"))
    with console.server.client() as client:
        [below] = [each for each in client.get("/api/v1/alarms").json()["items"] if each["kind"] == "below"]
        client.post(f"/api/v1/alarms/{below['id']}/acknowledge").raise_for_status()
    expect(alarms).to_have_count(1)
    console.page.mouse.up()
    expect(alarms).to_have_count(0)


def test_the_focus_stays_while_other_alarms_come(console: Console) -> None:
    """Whoever got to a button by keyboard is still there after the next alarm."""
    alarm(console, "first")
    alarms = console.open().locator("#alarms .alarm")
    mine = alarms.filter(has_text="first").get_by_role("button", name="Acknowledge")
    mine.focus()
    alarm(console, "second")
    expect(alarms.filter(has_text="second")).to_be_visible()
    expect(mine).to_be_focused()
    console.page.keyboard.press("Enter")
    expect(alarms.filter(has_text="first")).to_have_count(0)
    alarms.get_by_role("button", name="Acknowledge").click()
    expect(alarms).to_have_count(0)


@pytest.mark.parametrize("button", ["#pause", "#refuse", "#step"])
def test_a_crew_presses_while_its_day_changes(english: Telephone, button: str) -> None:
    """The job's words change before it lets go: the pause begins, the sheet opens, the step is taken."""
    server = english.console.server
    filed = give_job(server, description="Blue letters")
    page = english.open()
    expect(english.present).to_contain_text("Blue letters")
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    press(page.locator(button))
    with server.client() as client:
        change = {"description": "Red letters!", "version": report(server, filed["id"])["version"]}
        client.patch(f"/api/v1/reports/{filed['id']}", json=change).raise_for_status()
    expect(english.present).to_contain_text("Red letters!")
    page.mouse.up()
    outcome = {
        "#pause": page.locator(".paused"),
        "#refuse": page.locator(".sheet"),
        "#step": page.locator("#step[data-step=on_site]"),
    }
    expect(outcome[button]).to_be_visible()


def test_a_step_that_has_become_another_is_not_taken(english: Telephone) -> None:
    """The dispatcher says that the crew has set off while it presses just that: it has not arrived."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    press(page.locator("#step[data-step=en_route]"))
    held = report(server, filed["id"])["assignment"]["id"]
    with server.client() as client:
        client.post(f"/api/v1/assignments/{held}/status", json={"status": "en_route"}).raise_for_status()
    arrive = page.locator("#step[data-step=on_site]")
    expect(arrive).to_be_visible()
    page.mouse.up()
    assert arrive.is_visible()
    assert told(server, filed)("en_route")


def test_what_a_reader_has_opened_stays_open(console: Console) -> None:
    """A vehicle's page asks again every few seconds; the list of verdicts that is open stays open."""
    server = console.server
    page = console.page
    vehicle = f"{server.url}/trackers/{CREW}"
    with server.client() as client:
        fix = {"id": "demo-phone", "lat": -29.95, "lon": -71.29}
        client.post("/", data=fix).raise_for_status()
        page.goto(vehicle)
        verdicts = page.locator("details")
        verdicts.locator("summary").click()
        before = verdicts.inner_text()
        client.post("/", data=fix).raise_for_status()
        wait_until(lambda: verdicts.inner_text() != before)
    assert verdicts.get_attribute("open") is not None
