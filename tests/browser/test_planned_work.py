"""Planned work in the console: planned, expected on a day, given up, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.conftest import Live, wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import a_street

pytestmark = pytest.mark.browser


def planned(server: Live, name: str) -> list[dict[str, Any]]:
    """Return the planned work of a name that is not given up."""
    with server.client() as client:
        items = client.get("/api/v1/planned-work").json()["items"]
    return [each for each in items if each["name"] == name and each["cancelled_at"] is None]


def fill_in(page: Page, *, street: str, name: str) -> None:
    """Fill in the form but for its times."""
    page.get_by_label("Name").fill(name)
    for box, text in (("Where?", street), ("What?", "graffiti")):
        page.get_by_role("combobox", name=box).fill(text)
        expect(page.locator(".menu:visible li").first).to_contain_text(text, ignore_case=True)
        page.keyboard.press("Enter")


def test_work_is_planned_expected_given_up_and_planned_again(console: Console) -> None:
    """`p` opens the days; tomorrow's work is there with a crew; undo brings back what was given up."""
    page = console.open()
    page.keyboard.press("p")
    page.get_by_role("button", name="Plan work …").click()
    fill_in(page, street=a_street(console.server)["name"], name="Clean the quay")
    page.get_by_label("Minutes of work").fill("45")
    page.get_by_role("button", name="Plan", exact=True).click()
    day = page.locator(".works").filter(has=page.get_by_role("heading", name="Tomorrow"))
    row = day.locator("li").filter(has_text="Clean the quay")
    expect(row).to_contain_text("45 min")
    expect(row.locator("time")).not_to_have_text("–")
    expect(row.get_by_role("button")).to_have_count(3)  # its crew, the map, giving up
    (work,) = planned(console.server, "Clean the quay")
    assert work["duration_s"] == 45 * 60
    row.get_by_role("button", name="Give up Clean the quay").click()
    expect(row).to_have_count(0)
    assert planned(console.server, "Clean the quay") == []
    page.keyboard.press("z")
    expect(row).to_be_visible()
    (again,) = planned(console.server, "Clean the quay")
    assert {**again, "id": 0, "created_at": 0} == {**work, "id": 0, "created_at": 0}
    row.get_by_role("button", name="Give up").click()
    wait_until(lambda: not planned(console.server, "Clean the quay"))


@pytest.mark.parametrize(
    ("locale", "takes"), [("fr-FR", "Durée : {}. Fin au plus tard :"), ("en-GB", "Takes {}. Latest end:")]
)
def test_the_form_tells_when_the_work_ends(browser: Browser, server: Live, locale: str, takes: str) -> None:
    """The times are for beginning: an hour from the last one, or as long as the service usually takes."""
    context = browser.new_context(locale=locale)
    page = Console(context.new_page(), server).open()
    page.keyboard.press("p")
    page.locator("#drawer .button.primary").click()
    end, minutes = page.locator("#works-end"), page.locator("input[type=number]")
    expect(end).to_be_empty()
    minutes.fill("90")
    expect(end).to_contain_text(takes.format("1\u00a0h\u00a030"))
    expect(end).to_contain_text("18:30")  # the last moment to begin is 17:00
    minutes.fill("99999")
    expect(end).to_be_empty()
    minutes.fill("")
    page.get_by_role("combobox").nth(1).fill("graffiti")
    expect(page.locator(".menu:visible li").first).to_contain_text("graffiti", ignore_case=True)
    page.keyboard.press("Enter")
    expect(end).to_contain_text("17:40")
    context.close()


def test_what_is_missing_or_cannot_be_is_said(console: Console) -> None:
    """Name, place, service and times, one after the other; then what the server finds."""
    page = console.open()
    page.keyboard.press("p")
    page.get_by_role("button", name="Plan work …").click()
    plan, fault = page.get_by_role("button", name="Plan", exact=True), page.locator(".fault-text")
    plan.click()
    expect(fault).to_have_text("Say what is to be done.")
    fill_in(page, street=a_street(console.server)["name"], name="Never")
    end = page.get_by_label("May begin until")
    last = end.input_value()
    end.fill("2001-01-01T08:00")
    plan.click()
    expect(fault).to_have_text("The last moment to begin must be after the first.")
    end.fill(last)
    expect(fault).to_be_empty()
    page.get_by_label("Minutes of work").fill("0")
    plan.click()
    expect(fault).to_have_text("Work takes a minute at least.")
    page.get_by_label("Minutes of work").fill("9000")
    plan.click()
    expect(fault).to_contain_text("A duration is")
    assert planned(console.server, "Never") == []


def test_what_begins_after_the_days_that_are_looked_at_is_there_all_the_same(console: Console) -> None:
    """In a month: it can be seen and given up."""
    page = console.open()
    page.keyboard.press("p")
    page.get_by_role("button", name="Plan work …").click()
    fill_in(page, street=a_street(console.server)["name"], name="Inspect the bridge")
    for label in ("May begin from", "May begin until"):
        box = page.get_by_label(label)
        box.fill(f"2999-12-20{box.input_value()[10:]}")
    page.get_by_role("button", name="Plan", exact=True).click()
    later = page.locator(".works").filter(has=page.get_by_role("heading", name="Later"))
    later.get_by_role("button", name="Give up Inspect the bridge").click()
    expect(later).to_have_count(0)
    assert planned(console.server, "Inspect the bridge") == []


def test_what_has_no_place_says_what_would_help(console: Console) -> None:
    """A whole day of work, and shifts are shorter."""
    with console.server.client() as client:
        now = client.get("/api/v1/clock").json()["now"]
        street = a_street(console.server)
        body = {
            "service_code": "graffiti",
            "name": "Endless",
            "lon": street["lon"],
            "lat": street["lat"],
            "earliest": now,
            "latest": "2999-01-01T00:00:00Z",
            "duration_s": 24 * 3600,
        }
        made = client.post("/api/v1/planned-work", json=body).raise_for_status()
    page = console.open()
    page.locator("#tab-crews").click()
    page.locator("#show-planned-work").click()
    left = page.locator(".works.left-out li").filter(has_text="Endless")
    expect(left).to_contain_text("Would help:")
    with console.server.client() as client:
        client.delete(made.headers["Location"]).raise_for_status()
    page.get_by_role("button", name="Look again").click()
    expect(left).to_have_count(0)
