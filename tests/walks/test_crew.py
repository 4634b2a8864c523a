"""A crew's job on its telephone: a report comes, is driven to, worked on and ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from equipage.dispatch.status import Role
from tests.api.conftest import wait_until
from tests.browser.conftest import CREW, Console, Telephone, let_go
from tests.browser.duties import give_job, told
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser

Say = Callable[[str, str], str]


def test_crew_gets_a_job_and_sees_it_through(telephone: Console, say: Say) -> None:
    """Signed in with its key it sees what comes, says each step with one tap, and the report knows."""
    server, page = telephone.server, telephone.page
    let_go(server)
    signed_in = page.context.request.post(
        f"{server.url}/login", form={"key": server.key(Role.CREW, crew_id=CREW)}
    )
    assert signed_in.url.endswith(f"/crew/{CREW}")
    crew = Telephone(telephone)
    crew.open()
    expect(page.locator("#connection")).to_have_attribute("data-state", "open")
    filed = give_job(server, description="Encre bleue")
    is_now = told(server, filed)
    expect(crew.present).to_contain_text("Encre bleue")
    for step, said, status in (
        ("en_route", say("En route", "On our way"), "en_route"),
        ("on_site", say("Sur place", "On site"), "in_progress"),
    ):
        expect(page.locator("#step")).to_contain_text(said)
        crew.step(step)
        wait_until(partial(is_now, status))
    crew.step("done")
    page.locator(".sheet [value=ok]").click()
    wait_until(partial(is_now, "done"))
    expect(page.locator(".nothing")).to_be_visible()
    assert missing_in(page) == []
    assert (telephone.foreign, telephone.faults) == ([], [])
