"""Who gets to a crew's page, and how its telephone is signed in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.api.conftest import Live
from tests.browser.conftest import CREW, TELEPHONE, Console, Telephone
from tests.browser.duties import give_job

pytestmark = pytest.mark.browser

OTHER = "duty-1"


def test_another_crews_page_is_closed_to_a_crew(english: Telephone) -> None:
    """Neither its page nor its jobs are shown."""
    server = english.console.server
    give_job(server, OTHER, description="not for you")
    answer = english.page.goto(f"{server.url}/crew/{OTHER}")
    assert answer is not None
    assert answer.status == 403
    english.open()
    expect(english.page.locator("main")).not_to_contain_text("not for you")


def test_who_directs_chooses_the_crew(console: Console) -> None:
    """In the demo everybody is an admin: the list leads to a crew's page, which says whose it is."""
    page = console.page
    page.goto(f"{console.server.url}/crew")
    page.locator(f"a[href='/crew/{CREW}']").click()
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator(".looks-on")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Phone")
    assert (console.foreign, console.faults) == ([], [])


def test_a_telephone_signs_in_by_a_link_once(browser: Browser, server: Live) -> None:
    """The link leads to the crew's page and leaves no trace in the address; a second time it is refused."""
    with server.client() as client:
        link = client.post("/api/v1/keys/links", json={"crew_id": CREW, "name": "Ana"}).json()["url"]
    secret = link.partition("#link=")[2]
    context = browser.new_context(viewport=TELEPHONE, locale="fr-FR")
    asked: list[str] = []
    context.on("request", lambda sent: asked.append(sent.url))
    page = context.new_page()
    page.goto(link)
    page.wait_for_url(f"**/crew/{CREW}")
    page.wait_for_selector("body[data-ready=true]")
    assert not any(secret in url for url in asked if "#" not in url)
    context.clear_cookies()
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#refused")).to_contain_text("a déjà servi")
    assert page.url == f"{server.url}/login"
    context.close()


def test_an_admin_shows_a_code_for_a_telephone(console: Console) -> None:
    """In the console's panel of a crew: a code to scan and the address, this once."""
    page = console.open()
    # Whether the list shows it depends on who else is on shift at this hour: a long list draws what is seen.
    page.locator("#queue-search").fill("Phone")
    page.locator("#search-others").get_by_role("button", name="Phone").first.click()
    page.get_by_role("button", name="Link for a phone").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img")).to_be_visible()
    expect(dialog.get_by_label("Address of the link")).to_have_value(re.compile(r"/login#link=[\w-]+$"))
    assert (console.foreign, console.faults) == ([], [])
