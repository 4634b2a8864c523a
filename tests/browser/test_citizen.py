"""The citizen's page in every state a report can be in: for everybody, and against those who mean harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, ViewportSize, expect

from equipage.api.language import Language
from equipage.api.tokens import FOLLOW_AFTER_CLOSING
from equipage.api.words.follow import FOLLOW_WORDS
from equipage.dispatch.model import ReportId
from tests.api.conftest import Live
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import WAIT_MS, Console
from tests.browser.test_console import a_street, file_report
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser

TELEPHONE: ViewportSize = {"width": 390, "height": 844}
CONTACT = {"first_name": "Ana", "email": "ana@correo.example"}
ENGLISH = FOLLOW_WORDS[Language.ENGLISH]
ATTACK = (
    "</script><script>document.title = 'broken into'; alert(1)</script>"
    '<img src=x onerror="alert(2)"><b class=injected>bold</b>{{7*7}}\'"'
)


def close(server: Live, report_id: str, status: str) -> None:
    """Close a report with a word to its citizen."""
    with server.client() as client:
        closing = {"status": status, "note": "Cette voie est privée."}
        client.post(f"/api/v1/reports/{report_id}/close", json=closing).raise_for_status()


def waiting(server: Live) -> str:
    """Return the link of a report that waits for a crew."""
    return str(file_report(server, contact=CONTACT)["follow_url"])


def late(server: Live) -> str:
    """Return the link of a report whose crew was promised twenty minutes earlier."""
    filed = file_report(server, contact=CONTACT)
    with server.client() as client:
        able = client.get(f"/api/v1/reports/{filed['id']}/suggestions").json()["suggestions"]
        body = {"report_id": filed["id"], "crew_id": able[0]["crew_id"]}
        client.post("/api/v1/assignments", json=body).raise_for_status()
    with server.context.store.transaction() as tx:
        [held] = tx.assignments_of([filed["id"]])[filed["id"]]
        made = held.created_at - timedelta(minutes=20)
        promised = (held.promised_at or server.context.now()) - timedelta(minutes=20)
        tx.save_job(replace(tx.job_of_report(filed["id"]), earliest=made))
        tx.save_assignment(replace(held, created_at=made, promised_at=promised))
    return str(filed["follow_url"])


def closed(status: str) -> Callable[[Live], str]:
    """Return what makes a report that was closed like that."""

    def make(server: Live) -> str:
        filed = file_report(server, contact=CONTACT)
        close(server, filed["id"], status)
        return str(filed["follow_url"])

    return make


def merged(server: Live) -> str:
    """Return the link of a report that is dealt with in another one."""
    original = file_report(server, public=True)
    filed = file_report(server, linked_to=original["id"])
    close(server, filed["id"], "duplicate")
    return str(filed["follow_url"])


def erased(server: Live) -> str:
    """Return the link of a report whose contact was erased."""
    link = waiting(server)
    with server.client(None) as client:
        assert client.post(f"{link}/erase", data={"confirm": "yes"}).status_code == 303
    return link


def expired(server: Live) -> str:
    """Return the link of a report that was closed long ago."""
    filed = file_report(server, contact=CONTACT)
    close(server, filed["id"], "done")
    with server.context.store.transaction() as tx:
        report = tx.report(ReportId(filed["id"]))
        tx.save_report(replace(report, closed_at=server.context.now() - FOLLOW_AFTER_CLOSING))
    return str(filed["follow_url"])


STATES: dict[str, tuple[Callable[[Live], str], str]] = {
    "waiting": (waiting, ".arrival"),
    "late": (late, ".slipped"),
    "done": (closed("done"), ".steps"),
    "rejected": (closed("rejected"), ".note"),
    "cancelled": (closed("cancelled"), ".note"),
    "merged": (merged, ".merged a"),
    "erased": (erased, ".contact [role=status]"),
    "expired": (expired, ".contact summary"),
    "unknown": (lambda server: f"{server.url}/follow/nonsense", "h1"),
    "signing in": (lambda server: f"{server.url}/login", "form"),
}
"""How a page comes about, and what is to be seen on it then."""


@pytest.fixture(params=["fr-FR", "en-GB"])
def telephone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A telephone's browser in one language."""
    context = browser.new_context(viewport=TELEPHONE, locale=request.param)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("state", STATES)
def test_page_is_for_everybody(telephone: Page, server: Live, state: str) -> None:
    """Axe finds nothing serious or critical, no word is missing, and nothing spills over a telephone."""
    make, seen = STATES[state]
    telephone.goto(make(server))
    expect(telephone.locator(seen).first).to_be_visible()
    for summary in telephone.locator("summary").all():
        summary.click()
    assert grave_faults(telephone) == []
    assert missing_in(telephone) == []
    assert telephone.evaluate("document.scrollingElement.scrollWidth") <= TELEPHONE["width"]


def test_page_is_whole_without_javascript(browser: Browser, server: Live) -> None:
    """The snapshot, the way to erase the contact, and that it was done."""
    context = browser.new_context(viewport=TELEPHONE, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(late(server))
    expect(page.locator(".arrival")).to_contain_text("A crew is expected")
    expect(page.locator(".slipped")).to_contain_text("later than we told you")
    expect(page.locator("noscript")).to_be_visible()
    page.locator("summary").click()
    page.get_by_role("button", name=ENGLISH.erase_do).click()
    # Without the tick the browser does not send the form.
    expect(page.get_by_text(ENGLISH.contact_kept)).to_be_visible()
    page.get_by_label(ENGLISH.erase_confirm).check()
    page.get_by_role("button", name=ENGLISH.erase_do).click()
    expect(page.locator(".contact [role=status]")).to_have_text(ENGLISH.contact_erased)
    context.close()


def test_page_follows_what_happens_while_a_citizen_erases(console: Console) -> None:
    """News come in without a reload, and do not close the box that is open."""
    filed = file_report(console.server, contact=CONTACT)
    page = console.page
    page.goto(filed["follow_url"])
    expect(page.locator("#connection")).to_have_text(ENGLISH.live)
    page.locator("summary").click()
    page.get_by_label(ENGLISH.erase_confirm).check()
    close(console.server, filed["id"], "rejected")
    expect(page.locator(".lead")).to_have_text("We cannot act on this report.")
    expect(page.locator("#announcer")).to_have_text("We cannot act on this report.")
    expect(page.get_by_label(ENGLISH.erase_confirm)).to_be_checked()
    assert (console.foreign, console.faults) == ([], [])


def test_duplicate_leads_on_to_the_other_report(console: Console) -> None:
    """There the citizen looks on: whose report it is, nobody is told, and nothing can be erased."""
    page = console.page
    page.goto(merged(console.server))
    page.locator(".merged a").click()
    expect(page.locator(".arrival")).to_be_visible()
    expect(page.locator(".contact")).to_have_count(0)
    expect(page.locator("#connection")).to_have_text(ENGLISH.live)


def file_attack(server: Live) -> dict[str, Any]:
    """File a report with markup in every text of it, and close it with some more."""
    street = a_street(server)
    texts = ("description", "address_string", "first_name", "last_name", "email", "phone")
    form = {
        "api_key": "demo",
        "service_code": "street-light",
        "lat": str(street["lat"]),
        "long": str(street["lon"]),
        "attribute[pole]": ATTACK,
        "media_url": f'https://photos.example/"><img src=x onerror=alert(3)>{ATTACK}',
        **{name: f"{name}: {ATTACK}" for name in texts},
    }
    with server.client() as client:
        [taken] = client.post("/open311/v2/requests.json", data=form).raise_for_status().json()
        number = taken["service_request_id"]
        for note in ({"text": ATTACK, "public": True}, {"text": ATTACK}):
            told = {"subject": "report", "subject_id": number, **note}
            client.post("/api/v1/notes", json=told).raise_for_status()
        client.patch(f"/api/v1/reports/{number}", json={"status_note": ATTACK}).raise_for_status()
    filed: dict[str, Any] = taken
    return filed


@pytest.fixture
def attacked(console: Console) -> Iterator[Console]:
    """A browser in which nothing that somebody wrote may become a part of a page."""
    dialogs: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    console.page.on("dialog", on_dialog)
    yield console
    assert dialogs == []
    assert console.page.title() != "broken into"
    assert console.page.locator(".injected").count() == 0
    assert console.page.locator("img[src=x]").count() == 0
    assert (console.foreign, console.faults) == ([], [])


def test_what_people_write_is_text_on_the_citizens_page(attacked: Console) -> None:
    """A note and a public radio note are shown as they were written, also when they are news."""
    taken = file_attack(attacked.server)
    page = attacked.page
    page.goto(taken["follow_url"])
    expect(page.locator(".note p")).to_have_count(2)
    expect(page.locator(".note p").last).to_have_text(ATTACK)
    close(attacked.server, taken["service_request_id"], "rejected")
    expect(page.locator(".note p").first).to_contain_text(ATTACK)
    expect(page.locator(".lead")).to_have_text("We cannot act on this report.")


def test_what_people_write_is_text_in_the_console(attacked: Console) -> None:
    """Place, description, contact, answers and notes; the photograph's link tells not where one came from."""
    taken = file_attack(attacked.server)
    page = attacked.open()
    page.locator(f"#queue-list-{taken['service_request_id']}").click()
    expect(page.locator(".report-text")).to_have_text(f"description: {ATTACK}")
    expect(page.locator(".report-place")).to_contain_text(f"address_string: {ATTACK}")
    facts = page.locator(".facts")
    for name in ("first_name", "last_name", "email", "phone"):
        expect(facts).to_contain_text(f"{name}: {ATTACK}")
    expect(page.locator(".timeline")).to_contain_text(ATTACK)
    photograph = facts.locator("a[href^='https://photos.example']")
    assert "noreferrer" in (photograph.get_attribute("rel") or "").split()


def test_dispatcher_reads_answers_in_the_services_words(console: Console) -> None:
    """The question and the names of the answers, not their codes."""
    street = a_street(console.server)
    form = {
        "api_key": "demo",
        "service_code": "illegal-dumping",
        "lat": str(street["lat"]),
        "long": str(street["lon"]),
        "attribute[kinds][]": ["rubble", "tyres"],
    }
    with console.server.client() as client:
        [taken] = client.post("/open311/v2/requests.json", data=form).raise_for_status().json()
        services = client.get("/api/v1/services").json()["items"]
    [asked] = next(each["attributes"] for each in services if each["code"] == "illegal-dumping")
    page = console.open()
    page.locator(f"#queue-list-{taken['service_request_id']}").click()
    answer = page.locator(".facts dt", has_text=asked["description"]).locator(
        "xpath=following-sibling::dd[1]"
    )
    expect(answer).to_have_text("Rubble, Tyres")
