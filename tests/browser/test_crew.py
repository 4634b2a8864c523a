"""A crew's page on a telephone: a whole day of a crew, in French and English, on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from equipage.dispatch.status import Role
from tests.api.conftest import Live, wait_until
from tests.browser.conftest import Console
from tests.browser.test_console import SCRIPT, a_street, file_report, report
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser

CREW, OTHER = "phone", "duty-1"
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST_TARGET = 48
TOO_SMALL = """(least) => [...document.querySelectorAll("a, button, summary, .choice")]
  .filter((node) => node.offsetParent && !node.closest(".leaflet-control"))
  .filter((node) => node.getBoundingClientRect().height < least - 0.5)
  .map((node) => node.outerHTML.slice(0, 90))"""


@dataclass
class Telephone:
    """A crew's page in a telephone's browser, signed in as that crew."""

    console: Console

    @property
    def page(self) -> Page:
        """The page."""
        return self.console.page

    @property
    def present(self) -> Locator:
        """The job on top."""
        return self.page.locator(".job.present")

    def open(self) -> Page:
        """Load the page and wait until it shows the day."""
        self.page.goto(f"{self.console.server.url}/crew")
        self.page.wait_for_selector("body[data-ready=true]")
        return self.page

    def step(self, name: str) -> None:
        """Tap the next step, which must be the named one."""
        button = self.page.locator(f"#step[data-step={name}]:not([aria-disabled])")
        button.click()


@pytest.fixture(params=["fr-FR", "en-GB"])
def telephone(request: pytest.FixtureRequest, browser: Browser, server: Live) -> Iterator[Telephone]:
    """A telephone of either language that the crew signed in on; afterwards the crew has nothing to do."""
    yield from signed_in(browser, server, request.param)
    let_go(server)


@pytest.fixture
def english(browser: Browser, server: Live) -> Iterator[Telephone]:
    """A telephone set to English."""
    yield from signed_in(browser, server, "en-GB")
    let_go(server)


def signed_in(browser: Browser, server: Live, locale: str, crew_id: str = CREW) -> Iterator[Telephone]:
    """Yield a telephone with a session of the crew."""
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale=locale)
    context.set_default_timeout(15_000)
    console = Console(context.new_page(), server)
    console.listen()
    key = server.key(Role.CREW, crew_id=crew_id)
    answer = context.request.post(f"{server.url}/login", form={"key": key})
    assert answer.url.endswith(f"/crew/{crew_id}")
    yield Telephone(console)
    context.close()


def let_go(server: Live) -> None:
    """Close what was filed, for the tests to come have lists of their own to look at, and end the pause."""
    with server.client() as client:
        for each in client.get("/api/v1/reports", params={"open": True}).json()["items"]:
            closing = {"status": "cancelled", "note": "the test is over"}
            client.post(f"/api/v1/reports/{each['id']}/close", json=closing).raise_for_status()
        client.patch(f"/api/v1/crews/{CREW}", json={"paused": False}).raise_for_status()


def give_job(server: Live, crew_id: str = CREW, **more: Any) -> Mapping[str, Any]:
    """File a report and give it to a crew."""
    filed = file_report(server, **more)
    with server.client() as client:
        body = {"report_id": filed["id"], "crew_id": crew_id, "pin": True, "override": True}
        answer = client.post("/api/v1/assignments", json=body)
        assert answer.status_code == HTTPStatus.CREATED, answer.text
    return filed


def running(server: Live) -> bool:
    """Tell whether the crew has set off."""
    with server.client() as client:
        return client.get(f"/api/v1/crews/{CREW}").json()["current"] is not None


def told(server: Live, filed: Mapping[str, Any]) -> Callable[[str], bool]:
    """Return a test of whether the report has a status."""
    return lambda status: report(server, filed["id"])["status"] == status


def test_a_job_from_its_coming_to_its_end(telephone: Telephone) -> None:
    """It appears by itself with a notice; on the way, on site and done are said, each offered in its turn."""
    server, page = telephone.console.server, telephone.open()
    expect(page.locator(".nothing")).to_be_visible()
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    filed = give_job(server, description="Blue letters", contact={"first_name": "Ana", "phone": "+56 51 123"})
    expect(page.locator(".notice.new")).to_be_visible()
    expect(telephone.present).to_contain_text("Blue letters")
    expect(page.locator("a[href^='tel:']")).to_have_count(0)
    is_now = told(server, filed)
    telephone.step("en_route")
    expect(page.locator(".notice.new")).to_have_count(0)
    expect(page.locator("a[href='tel:+5651123']")).to_contain_text("Ana")
    wait_until(lambda: is_now("en_route"))
    telephone.step("on_site")
    wait_until(lambda: is_now("in_progress"))
    telephone.step("done")
    page.locator(".sheet textarea").fill("Washed off")
    page.locator(".sheet [value=ok]").click()
    expect(page.locator(".nothing")).to_be_visible()
    wait_until(lambda: is_now("done"))
    with server.client() as client:
        ended = client.get(f"/api/v1/crews/{CREW}/day").json()["ended"][0]
    assert (ended["status"], ended["reason"]) == ("done", "Washed off")
    assert missing_in(page) == []
    assert (telephone.console.foreign, telephone.console.faults) == ([], [])


def test_a_refusal_needs_a_reason_that_the_dispatcher_sees(telephone: Telephone) -> None:
    """The job waits again with the reason, and its crew is not proposed for it."""
    server = telephone.console.server
    filed = give_job(server)
    page = telephone.open()
    page.locator("#refuse").click()
    page.locator(".sheet [value=ok]").click()
    expect(page.locator(".sheet .fault-text")).not_to_be_empty()
    page.locator(".choice").filter(has=page.locator("[value=no_tools]")).click()
    page.locator(".sheet textarea").fill("<b>ladder</b>")
    page.locator(".sheet [value=ok]").click()
    expect(page.locator(".nothing")).to_be_visible()
    wait_until(lambda: told(server, filed)("acknowledged"))
    with server.client() as client:
        history = client.get(f"/api/v1/reports/{filed['id']}/history").json()["items"]
        [refusal] = [entry for entry in history if entry["action"] == "refused"]
        assert "<b>ladder</b>" in refusal["details"]["reason"]
        ranked = client.get(f"/api/v1/reports/{filed['id']}/suggestions").json()
    assert CREW not in {each["crew_id"] for each in ranked["suggestions"]}
    assert CREW in {each["crew_id"] for each in ranked["why_not"]}


def test_a_dispatcher_reads_why_a_crew_refused(english: Telephone, console: Console) -> None:
    """The reason is in the report's history on the console."""
    filed = give_job(english.console.server)
    page = english.open()
    page.locator("#refuse").click()
    page.locator(".choice").filter(has=page.locator("[value=no_access]")).click()
    page.locator(".sheet [value=ok]").click()
    expect(page.locator(".nothing")).to_be_visible()
    desk = console.open()
    desk.locator(f"#queue-list-{filed['id']}").click()
    expect(desk.locator(".timeline")).to_contain_text("No way to get there")


def test_a_pause_and_its_end(telephone: Telephone) -> None:
    """The crew pauses and resumes; the page says that positions are not recorded meanwhile."""
    server, page = telephone.console.server, telephone.open()

    def paused() -> bool:
        with server.client() as client:
            return bool(client.get(f"/api/v1/crews/{CREW}").json()["paused"])

    page.locator("#pause").click()
    expect(page.locator("#state")).to_have_attribute("data-status", "on_break")
    expect(page.locator("#pause-hint")).to_contain_text(re.compile("n’est pas enregistrée|is not recorded"))
    wait_until(paused)
    page.locator("#pause").click()
    expect(page.locator("#state")).to_have_attribute("data-status", "available")
    wait_until(lambda: not paused())


def test_off_shift_there_is_nothing_to_do(telephone: Telephone) -> None:
    """A crew that does not come today is told that it gets no jobs."""
    server = telephone.console.server
    with server.client() as client:
        client.patch(f"/api/v1/crews/{CREW}", json={"absent": True}).raise_for_status()
        page = telephone.open()
        expect(page.locator("#state")).to_have_attribute("data-status", "off_shift")
        expect(page.locator(".nothing h2")).to_have_text(re.compile("Hors service|Off shift"))
        expect(page.locator("#bar")).to_be_hidden()
        client.patch(f"/api/v1/crews/{CREW}", json={"absent": False}).raise_for_status()


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
    expect(english.present.locator(".unsent")).to_have_count(0, timeout=15_000)
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


def test_a_job_that_is_taken_away_is_told(english: Telephone) -> None:
    """It leaves the page by itself, and a notice says so until it was read."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    expect(english.present).to_be_visible()
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    held = report(server, filed["id"])["assignment"]["id"]
    with server.client() as client:
        client.delete(f"/api/v1/assignments/{held}", params={"hold_s": 600}).raise_for_status()
    notice = page.locator(".notice.released")
    expect(notice).to_contain_text("no longer yours")
    expect(page.locator(".nothing")).to_be_visible()
    notice.get_by_role("button").click()
    expect(notice).to_have_count(0)


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


def test_the_next_job_waits_below_the_running_one(english: Telephone) -> None:
    """The running job stays on top when another comes, whose time and text are a tap away."""
    server = english.console.server
    give_job(server, description="the first")
    page = english.open()
    english.step("en_route")
    expect(page.locator("#step")).to_have_attribute("data-step", "on_site")
    wait_until(lambda: running(server))
    second = give_job(server, description="the second")
    later = page.locator(".job.later")
    expect(page.locator(".notice.new")).to_be_visible()
    expect(english.present).to_contain_text("the first")
    expect(later.locator(".when")).to_have_text(re.compile(r"\d\d:\d\d"))
    later.locator("summary").first.click()
    expect(later).to_contain_text("the second")
    english.step("on_site")
    english.step("done")
    page.locator(".sheet [value=ok]").click()
    expect(english.present).to_contain_text("the second")
    assert report(server, second["id"])["status"] == "assigned"


def test_a_script_in_any_text_is_shown_as_text(english: Telephone) -> None:
    """Description, address, name and reason of a report are never markup."""
    server = english.console.server
    contact = {"first_name": SCRIPT[:60], "phone": "123"}
    give_job(server, description=SCRIPT, address=SCRIPT, contact=contact)

    def with_wicked_photo(route: Route) -> None:
        day = route.fetch().json()
        for job in day["jobs"]:
            job["media_url"] = "javascript:alert(1)"
        route.fulfill(json=day)

    english.page.route("**/day", with_wicked_photo)
    page = english.open()
    expect(english.present.locator(".said")).to_contain_text(SCRIPT)
    expect(english.present.locator(".place")).to_have_text(SCRIPT)
    english.step("en_route")
    expect(page.locator("a[href='tel:123']")).to_contain_text("<script>")
    page.locator("#refuse").click()
    page.locator(".sheet textarea").fill(SCRIPT)
    page.locator(".sheet [value=ok]").click()
    page.locator("#ended-list summary").click()
    expect(page.locator("#ended-list")).to_contain_text(SCRIPT)
    assert page.locator("main script, main img[src=x], a[href^='javascript']").count() == 0
    assert page.title() != "broken into"
    page.unroute_all(behavior="ignoreErrors")


def test_another_crews_page_is_closed_to_a_crew(english: Telephone) -> None:
    """Neither its page nor its jobs are shown."""
    server = english.console.server
    give_job(server, OTHER, description="not for you")
    answer = english.page.goto(f"{server.url}/crew/{OTHER}")
    assert answer is not None
    assert answer.status == 403
    english.open()
    expect(english.page.locator("main")).not_to_contain_text("not for you")


def test_the_page_fits_every_telephone(telephone: Telephone) -> None:
    """From 360 to 430 px and on a tablet nothing spills, and every target is at least 48 px high."""
    server = telephone.console.server
    street = a_street(server)
    give_job(server, description="word " * 60 + "x" * 200, address=f"{street['name']} 1234, {'y' * 80}")
    page = telephone.open()
    telephone.step("en_route")
    wait_until(lambda: running(server))
    give_job(server)
    expect(page.locator(".job.later")).to_be_visible()
    page.locator("details").evaluate_all("(all) => all.forEach((node) => { node.open = true; })")
    for width in (360, 390, 430, 820):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    page.locator("#refuse").click()
    assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    assert missing_in(page) == []


def test_the_small_map_is_dark_by_night(english: Telephone) -> None:
    """Where the telephone is dark, so are the tiles below the job."""
    english.page.emulate_media(color_scheme="dark")
    page = english.open()
    give_job(english.console.server)
    tile = page.locator(".small-map .leaflet-tile-loaded").first
    expect(tile).to_have_attribute("src", re.compile(r"style=night$"))
    page.emulate_media(color_scheme="light")
    expect(tile).to_have_attribute("src", re.compile(r"\.png$"))


def test_navigation_leads_out_only_when_tapped(english: Telephone) -> None:
    """The links name the place for several applications, and the page itself asks nobody."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    place = f"{filed['lat']:.6f},{filed['lon']:.6f}"
    for name in ("geo", "google", "apple", "waze"):
        href = page.locator(f"#navigation [data-navigation={name}]").get_attribute("href") or ""
        assert place in unquote(href)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    assert english.console.foreign == []


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
    page.locator("#tab-crews").click()
    page.locator("#crews-list").get_by_text("Phone").first.click()
    page.get_by_role("button", name="Link for a phone").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img")).to_be_visible()
    expect(dialog.get_by_label("Address of the link")).to_have_value(re.compile(r"/login#link=[\w-]+$"))
    assert (console.foreign, console.faults) == ([], [])


def test_a_note_of_the_dispatcher_comes_by_itself(english: Telephone) -> None:
    """It is shown with the job, and a notice says so."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    with server.client() as client:
        about = {"subject": "report", "subject_id": filed["id"], "text": "Mind the dog"}
        client.post("/api/v1/notes", json=about).raise_for_status()
    expect(page.locator(".notice.note")).to_be_visible()
    expect(english.present.locator(".said.note")).to_contain_text("Mind the dog")
