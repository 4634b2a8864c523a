"""What axe-core finds on the pages, in both languages: nothing serious, nothing critical."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.api.conftest import Live
from tests.browser.accessibility import grave_faults
from tests.browser.conftest import CREW, WAIT_MS, Console, Telephone, let_go, signed_in
from tests.browser.duties import give_job
from tests.browser.test_console import file_report

pytestmark = pytest.mark.browser

LANGUAGES = ("fr-FR", "en-GB")


@pytest.fixture(params=LANGUAGES)
def desk(request: pytest.FixtureRequest, browser: Browser, server: Live) -> Iterator[Console]:
    """A desk's browser in either language, not yet loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale=request.param)
    context.set_default_timeout(WAIT_MS)
    yield Console(context.new_page(), server)
    context.close()


@pytest.fixture(
    params=[(language, scheme) for language in LANGUAGES for scheme in ("light", "dark")], ids=str
)
def telephone(request: pytest.FixtureRequest, browser: Browser, server: Live) -> Iterator[Telephone]:
    """A crew's telephone in either language, by day or by night."""
    language, scheme = request.param
    for each in signed_in(browser, server, language):
        each.page.emulate_media(color_scheme=scheme)
        yield each
    let_go(server)


def test_the_console_has_no_grave_fault(desk: Console) -> None:
    """The queue, a report, a call, closures, planned work, the crews with one of them, and the help."""
    filed = file_report(desk.server, description="Blue letters", contact={"phone": "123"})
    page = desk.open()
    assert grave_faults(page) == []
    page.locator(f"#queue-list-{filed['id']}").click()
    expect(page.locator(".suggestion").first).to_be_visible()
    assert grave_faults(page) == []
    page.locator("#take-call").click()
    expect(page.locator(".call")).to_be_visible()
    assert grave_faults(page) == []
    page.locator("#show-conditions").click()
    expect(page.locator("#drawer")).to_be_visible()
    assert grave_faults(page) == []
    page.locator("#tab-crews").click()
    page.locator("#show-planned-work").click()
    expect(page.locator(".drawer .empty")).to_be_visible()
    assert grave_faults(page) == []
    page.locator(".drawer .button.primary").click()
    assert grave_faults(page) == []
    page.locator("#crews-list [role=option], #crews-list button, #crews-list li").first.click()
    assert grave_faults(page) == []
    page.locator("#show-help").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert grave_faults(page) == []


def test_signing_in_has_no_grave_fault(desk: Console) -> None:
    """The form, and the same after a wrong key."""
    page = desk.page
    page.goto(f"{desk.server.url}/login")
    assert grave_faults(page) == []
    page.locator("[name=key]").fill("wrong")
    page.locator("[type=submit]").click()
    expect(page.locator("#refused")).to_be_visible()
    assert grave_faults(page) == []


def test_choosing_a_crew_has_no_grave_fault(desk: Console) -> None:
    """The list that leads those who direct crews to a crew's page, and that page as they see it."""
    page = desk.page
    page.goto(f"{desk.server.url}/crew")
    page.locator(f"a[href='/crew/{CREW}']").wait_for()
    assert grave_faults(page) == []
    page.goto(f"{desk.server.url}/crew/{CREW}")
    page.wait_for_selector("body[data-ready=true]")
    assert grave_faults(page) == []


def test_a_crews_page_has_no_grave_fault(telephone: Telephone) -> None:
    """With nothing to do, with a job at each step, in both sheets, without a connection, and in a pause."""
    server, page = telephone.console.server, telephone.open()
    assert grave_faults(page) == []
    give_job(server, description="Blue letters", contact={"first_name": "Ana", "phone": "123"})
    expect(page.locator(".notice.new")).to_be_visible()
    assert grave_faults(page) == []
    telephone.step("en_route")
    expect(page.locator("a[href^=tel]")).to_be_visible()
    page.locator(".present .others summary").click()
    assert grave_faults(page) == []
    page.locator("#refuse").click()
    page.locator(".sheet [value=ok]").click()
    assert grave_faults(page) == []
    page.locator(".sheet [value=back]").click()
    page.context.set_offline(True)
    telephone.step("on_site")
    expect(telephone.present.locator(".unsent")).to_be_visible()
    assert grave_faults(page) == []
    page.context.set_offline(False)
    telephone.step("done")
    assert grave_faults(page) == []
    page.locator(".sheet [value=ok]").click()
    expect(telephone.present).to_have_count(0)
    page.locator("#pause").click()
    expect(page.locator("#state")).to_have_attribute("data-status", "on_break")
    page.locator("#ended-list summary").click()
    assert grave_faults(page) == []
