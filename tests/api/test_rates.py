"""Whoever calls too often is asked to wait, and nobody else is."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.api.rates import Counted, Rates
from equipage.api.settings import Settings
from tests.api.conftest import START_TIMEOUT_S, demo_settings, ready, serving, wait_until


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def test_a_burst_is_taken_and_then_as_many_as_the_rate_allows() -> None:
    """Two a second and 600 at once for a tracker; the wait is the time until the next is due."""
    watch = Watch()
    rates = Rates(Settings(), watch)
    assert [rates.wait_s(Counted.FIX, "van") for _ in range(600)] == [0.0] * 600
    assert rates.wait_s(Counted.FIX, "van") == pytest.approx(0.5)
    watch.now = 0.5
    assert rates.wait_s(Counted.FIX, "van") == 0
    assert rates.wait_s(Counted.FIX, "van") > 0


def test_callers_and_things_are_counted_by_themselves() -> None:
    """One that calls too often takes nothing from another, nor from itself elsewhere."""
    rates = Rates(Settings(), Watch())
    while rates.wait_s(Counted.SIGN_IN, "a") == 0:
        pass
    assert rates.wait_s(Counted.SIGN_IN, "b") == 0
    assert rates.wait_s(Counted.REQUEST, "a") == 0


def test_a_faster_clock_is_called_more_often() -> None:
    """A demo at ten times the speed has ten times the posts in a second."""
    watch = Watch()
    rates = Rates(Settings(speed=10), watch)
    while rates.wait_s(Counted.FIX, "van") == 0:
        pass
    watch.now = 1.0
    assert sum(rates.wait_s(Counted.FIX, "van") == 0 for _ in range(50)) == 20


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_never_more_than_burst_and_rate(pauses: list[float]) -> None:
    """Whatever the pauses between the calls, no more are taken than the bucket held and was given."""
    watch = Watch()
    rates = Rates(Settings(), watch)
    taken = 0
    for pause in pauses:
        watch.now += pause
        taken += sum(rates.wait_s(Counted.SIGN_IN, "a") == 0 for _ in range(5))
    assert taken <= 20 + watch.now / 3 + 1e-6


def test_too_many_requests_are_told_in_the_form_of_their_place(tmp_path: Path) -> None:
    """Problem details, Open311's array, or a line for a tracker; each with how long to wait."""
    settings = demo_settings(
        tmp_path, most_requests_per_s=0.2, most_filings_per_s=1 / 60, most_fixes_per_s=1 / 300
    )
    with serving(settings) as live, httpx.Client(base_url=live.url) as caller:
        wait_until(lambda: ready(live), START_TIMEOUT_S)

        def second(method: str, path: str, **sent: str) -> httpx.Response:
            answers = [caller.request(method, path, params=sent) for _ in range(4)]
            assert answers[0].status_code != 429
            assert answers[-1].status_code == 429
            assert int(answers[-1].headers["Retry-After"]) >= 1
            return answers[-1]

        filing = second("POST", "/open311/v2/requests.json")
        assert filing.json()[0]["code"] == 429
        assert "too many posts" in second("GET", "/", id="demo-phone", batt="5").text
        problem = second("GET", "/api/v1/clock")
        assert problem.headers["Content-Type"] == "application/problem+json"
        assert caller.get("/healthz").status_code == 200
        assert caller.get("/tiles/0/0/0.png").status_code == 200
