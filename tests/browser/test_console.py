"""The console as a dispatcher uses it, in Chromium, on a real server without simulators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.conftest import Live, wait_until
from tests.browser.conftest import Console

pytestmark = pytest.mark.browser

SCRIPT = "<script>document.title = 'broken into'</script><img src=x onerror=alert(1)> & <b>bold</b>"


def a_street(server: Live, words: str = "balmaceda") -> Mapping[str, Any]:
    """Return the first street that the search finds."""
    with server.client() as client:
        found: Mapping[str, Any] = client.get("/api/v1/streets", params={"q": words}).json()["items"][0]
    return found


def file_report(server: Live, **more: Any) -> Mapping[str, Any]:
    """File a report that no crew is given by itself, and return it."""
    street = a_street(server)
    body = {"service_code": "graffiti", "lon": street["lon"], "lat": street["lat"], "hold_s": 600, **more}
    with server.client() as client:
        answer = client.post("/api/v1/reports", json=body)
        assert answer.status_code == 201, answer.text
        filed: Mapping[str, Any] = answer.json()
    return filed


def report(server: Live, report_id: str) -> Mapping[str, Any]:
    """Return a report as it is now."""
    with server.client() as client:
        found: Mapping[str, Any] = client.get(f"/api/v1/reports/{report_id}").json()
    return found


def filed_in(page: Page) -> str:
    """Return the number of the report that the right pane shows."""
    title = page.locator("#drawer-title")
    expect(title).to_have_text(re.compile(r"Report \S+"))
    return title.inner_text().split()[-1]


def type_call(page: Page, *, street: str, service: str, description: str) -> None:
    """Take a call with the keyboard alone, up to before it is filed."""
    page.keyboard.press("n")
    page.keyboard.type(street)
    expect(page.locator(".menu:visible li").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(service)
    expect(page.locator(".menu:visible li")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type(description)


def test_call_is_taken_assigned_and_undone_by_keyboard(console: Console) -> None:
    """A call is filed, its duplicate shown first, the first suggestion assigned, and that undone."""
    earlier = file_report(console.server, description="Red letters by the door")
    page = console.open()
    type_call(page, street=a_street(console.server)["name"], service="graffiti", description="Blue letters")
    expect(page.locator(".duplicates li").filter(has_text="Red letters by the door")).to_be_visible()
    page.keyboard.press("Control+Enter")
    filed = filed_in(page)
    expect(page.locator(".notice.held")).to_be_visible()
    first = page.locator(".suggestion").first
    crew = first.locator(".button.strong").inner_text()
    page.keyboard.press("1")
    expect(page.locator(".notice.assigned")).to_contain_text(crew)
    expect(page.locator(f"#queue-list-{filed}")).to_contain_text(crew)
    kept = report(console.server, filed)
    assert (kept["source"], kept["description"]) == ("phone", "Blue letters")
    assert kept["assignment"]["status"] == "planned"
    assert filed != earlier["id"]
    page.keyboard.press("z")
    expect(page.locator(".notice.held")).to_be_visible()
    assert report(console.server, filed)["assignment"] is None


def test_filed_call_is_taken_back(console: Console) -> None:
    """Undoing twice takes back the assignment, then the call itself."""
    page = console.open()
    type_call(page, street=a_street(console.server)["name"], service="graffiti", description="Wall")
    page.keyboard.press("Control+Enter")
    filed = filed_in(page)
    page.keyboard.press("z")
    wait_until(lambda: report(console.server, filed)["status"] == "cancelled")


def test_questions_of_a_service_are_asked(console: Console) -> None:
    """A service with a question that must be answered is not filed without the answer."""

    def must_be_answered(route: Route) -> None:
        services = route.fetch().json()
        for service in services["items"]:
            for question in service["attributes"][:1]:
                question["required"] = True
        route.fulfill(json=services)

    console.page.route("**/api/v1/services", must_be_answered)
    page = console.open()
    type_call(page, street=a_street(console.server)["name"], service="pothole", description="")
    place = page.get_by_label("Where in the street is it?")
    expect(place).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".call .fault-text")).to_contain_text("Where in the street is it?")
    place.select_option("On the pavement")
    page.keyboard.press("Control+Enter")
    assert report(console.server, filed_in(page))["attributes"] == {"place": "pavement"}


def test_call_names_what_is_missing(console: Console) -> None:
    """A call without place and service is not filed; both are asked for."""
    page = console.open()
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".call .fault-text p")).to_have_count(2)


def test_duplicate_is_linked(console: Console) -> None:
    """A call about the same thing is filed with a link to the earlier report."""
    earlier = file_report(console.server, description="The same wall")
    page = console.open()
    type_call(page, street=a_street(console.server)["name"], service="graffiti", description="Again")
    page.locator(".duplicates li").filter(has_text="The same wall").get_by_role("checkbox").check()
    page.get_by_role("button", name="File and choose a crew").click()
    assert report(console.server, filed_in(page))["linked_to"] == earlier["id"]


def test_click_on_the_map_sets_the_place(console: Console) -> None:
    """While a call is taken, a click on the map finds the address there."""
    page = console.open()
    page.keyboard.press("n")
    page.locator("#map").click(position={"x": 200, "y": 260})
    expect(page.locator("#call-place")).to_have_class(re.compile("set"))
    expect(page.locator(".place-pin")).to_be_visible()


def test_call_left_behind_is_kept(console: Console) -> None:
    """Looking at something else while a call is taken does not cost what was typed."""
    page = console.open()
    type_call(page, street=a_street(console.server)["name"], service="graffiti", description="Half a call")
    page.locator("#show-conditions").click()
    expect(page.locator(".call")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator(".call textarea")).to_have_value("Half a call")


def test_other_peoples_changes_appear(console: Console) -> None:
    """A report that another client files is in the queue without a reload."""
    page = console.open()
    filed = file_report(console.server, description="From elsewhere")
    expect(page.locator(f"#queue-list-{filed['id']}")).to_be_attached()


def test_script_in_a_description_is_text(console: Console) -> None:
    """Markup that a citizen wrote is shown letter by letter, and nothing of it runs."""
    filed = file_report(console.server, description=SCRIPT, address=SCRIPT)
    page = console.open()
    page.locator("#queue-search").fill(filed["id"])
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".report-text")).to_have_text(SCRIPT)
    expect(page.locator(".report-place")).to_contain_text(SCRIPT)
    assert "broken into" not in page.title()
    assert page.locator("#drawer img").count() == 0
    assert console.faults == []


def test_nothing_leaves_the_machine_and_nothing_fails(console: Console) -> None:
    """In a walk through every panel no request goes elsewhere, none fails, and no error is logged."""
    file_report(console.server)
    page = console.open()
    expect(page.locator("#map .leaflet-tile-loaded").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".timeline li").first).to_be_visible()
    page.locator("#tab-crews").click()
    page.locator("#crews-list .row").first.click()
    expect(page.locator(".crew-signal")).to_be_visible()
    for button, panel in (
        ("#show-accuracy", "#drawer"),
        ("#show-conditions", "#drawer"),
        ("#show-help", "dialog"),
    ):
        page.locator(button).click()
        expect(page.locator(panel)).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    assert (console.foreign, console.faults) == ([], [])


def test_keys_can_be_switched_off(console: Console) -> None:
    """A person who speaks to the computer, or uses a switch, is not surprised by single keys."""
    page = console.open()
    page.keyboard.press("?")
    page.get_by_label("Single keys are commands").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".call")).to_have_count(0)


def test_lost_connection_is_told(console: Console) -> None:
    """When the stream breaks a banner says so, and it goes when the stream is back."""
    console.page.route("**/api/v1/events", lambda route: route.abort())
    console.page.goto(console.server.url)
    banner = console.page.locator("#lost")
    expect(banner).to_be_visible()
    console.page.unroute("**/api/v1/events")
    expect(banner).to_be_hidden()


def test_refusal_is_shown_in_words(console: Console) -> None:
    """What the server refuses is shown with its reason and every fault."""
    filed = file_report(console.server)
    page = console.open()
    fault = {
        "title": "Conflict",
        "detail": "Patrol 2 has it already",
        "errors": [{"message": "crew is busy"}],
    }

    def refuse(route: Route) -> None:
        route.fulfill(status=409, json=fault, content_type="application/problem+json")

    page.route("**/api/v1/assignments", refuse)
    page.locator("#queue-search").fill(filed["id"])
    page.locator(f"#queue-list-{filed['id']}").click()
    page.locator(".suggestion").first.get_by_role(
        "button", name=re.compile("^Assign to .*[^n]$")
    ).first.click()
    expect(page.locator(".toast.fault")).to_contain_text("Patrol 2 has it already")
    expect(page.locator(".toast.fault li")).to_have_text("crew is busy")


def test_a_thousand_reports_make_few_rows(console: Console) -> None:
    """Only the rows that are seen exist, and the queue still knows how many there are."""
    template = dict(file_report(console.server))
    many = [{**template, "id": f"many-{number}", "priority": 1 + number % 4} for number in range(1000)]

    def answer(route: Route) -> None:
        if "open=true" in route.request.url:
            route.fulfill(json={"items": many, "next": None})
        else:
            route.continue_()

    console.page.route("**/api/v1/reports?*", answer)
    page = console.open()
    expect(page.locator('[data-filter="all"] .count')).to_have_text("1000")
    assert page.locator("#queue-list .row").count() < 40
    page.locator("#queue-list").focus()
    page.keyboard.press("End")
    expect(page.locator("#queue-list [aria-posinset='1000']")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768), (640, 360)])
def test_page_fits_its_window(console: Console, width: int, height: int) -> None:
    """On a desk, on a tablet and at twice the size nothing runs out of the window sideways."""
    console.page.set_viewport_size({"width": width, "height": height})
    page = console.open()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    expect(page.get_by_role("button", name="Take a call")).to_be_visible()


def test_help_leads_to_every_other_page(console: Console) -> None:
    """The maps, the crews' pages, the trackers and the API are found there; the way leads back, too."""
    page = console.open()
    page.locator("#show-help").click()
    links = page.get_by_role("dialog").locator("p a:not(.language)")
    paths = links.evaluate_all("links => links.map((link) => link.pathname)")
    assert paths == ["/maps/live", "/maps/coverage", "/crew", "/trackers", "/docs"]
    for path in paths[2:]:
        assert page.goto(f"{console.server.url}{path}").ok  # type: ignore[union-attr]
    page.goto(f"{console.server.url}/crew")
    page.get_by_role("link", name="Console").click()
    page.wait_for_selector("body[data-ready=true]")
