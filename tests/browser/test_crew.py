"""A crew's page on a telephone: the jobs of its day, in French and English, on a real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api.conftest import wait_until
from tests.browser.conftest import CREW, Console, Telephone
from tests.browser.duties import give_job, running, told
from tests.browser.test_console import report
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser


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


def test_a_job_that_is_taken_away_is_told(english: Telephone) -> None:
    """It leaves the page by itself, and a notice says so until it was read."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    expect(english.present).to_be_visible()
    held = report(server, filed["id"])["assignment"]["id"]
    with server.client() as client:
        client.delete(f"/api/v1/assignments/{held}", params={"hold_s": 600}).raise_for_status()
    notice = page.locator(".notice.released")
    expect(notice).to_contain_text("no longer yours")
    expect(page.locator(".nothing")).to_be_visible()
    notice.get_by_role("button").click()
    expect(notice).to_have_count(0)


def test_a_note_of_the_dispatcher_comes_by_itself(english: Telephone) -> None:
    """It is shown with the job, and a notice says so."""
    server = english.console.server
    filed = give_job(server)
    page = english.open()
    with server.client() as client:
        about = {"subject": "report", "subject_id": filed["id"], "text": "Mind the dog"}
        client.post("/api/v1/notes", json=about).raise_for_status()
    expect(page.locator(".notice.note")).to_be_visible()
    expect(english.present.locator(".said.note")).to_contain_text("Mind the dog")


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


def test_a_crew_that_pauses_on_its_way_first_comes_back(english: Telephone) -> None:
    """During a break the bar offers no step of the job, but the end of the break; then the step again."""
    give_job(english.console.server)
    page = english.open()
    english.step("en_route")
    page.locator("#pause").click()
    expect(page.locator("#step")).to_have_text("Back to work")
    english.step("resume")
    expect(page.locator("#step")).to_have_text("On site")
    expect(page.locator(".paused")).to_have_count(0)
    english.step("on_site")
    expect(page.locator("#state")).to_have_attribute("data-status", "on_site")
    assert english.console.faults == []


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
