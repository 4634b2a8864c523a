"""A vehicle tracker's job: set up on a page, then posting what it has, late and twice."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.api.test_http_trackers import HERE, VERDICT, post_form, post_json, post_query
from tests.browser.conftest import Console
from tests.browser.test_language import missing_in

pytestmark = pytest.mark.browser

Say = Callable[[str, str], str]
METRE = 9e-6
FORMS = ((-3, post_form), (-2, post_query), (-1, post_json))


def test_tracker_is_set_up_and_posts_late_and_twice(telephone: Console, say: Say) -> None:
    """Traccar's three forms move the vehicle; what comes again or late is named, and nothing jams."""
    server, page = telephone.server, telephone.page
    page.goto(f"{server.url}/trackers/phone")
    page.wait_for_selector("body[data-ready=true]")
    page.get_by_role("button", name=say("Mettre une balise en service", "Set up a tracker")).click()
    expect(page.locator(".sheet img.qr")).to_be_visible()
    address = page.locator(".values input").first.input_value()
    begun = int(time.time())

    def post(seconds: float, form: Callable[..., httpx.Response]) -> str:
        """Post a fix of so many seconds from the beginning, a metre a second to the north."""
        fix = {"id": "phone", "lon": HERE["lon"], "lat": HERE["lat"] + seconds * METRE}
        with httpx.Client(base_url=address) as client:
            answer = form(client, {**fix, "timestamp": begun + seconds})
        assert (answer.status_code, answer.content) == (httpx.codes.OK, b"")
        return str(answer.headers[VERDICT])

    said = [post(seconds, form) for seconds, form in FORMS]
    assert said == ["accepted"] * 3
    expect(page.locator(".waiting")).to_contain_text(say("prise en compte", "taken"))
    assert post(-1, post_form) == "duplicate"
    assert post(-2.5, post_json) == "late"
    assert post(-2.5, post_json) == "duplicate"
    assert post(-30 * 24 * 3600, post_form) == "stale"
    assert post(24 * 3600, post_json) == "future"
    with server.client() as client:
        vehicle = client.get("/api/v1/vehicles/phone").json()
    assert vehicle["lat"] == HERE["lat"] - METRE
    assert missing_in(page) == []
    assert (telephone.foreign, telephone.faults) == ([], [])
