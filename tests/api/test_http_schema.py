"""Every route of the OpenAPI description, called with what it allows and what it does not: never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case

from equipage.api.app import create_app
from equipage.api.settings import Settings
from tests.api.conftest import Live, demo_settings, ready, serving, wait_until

ENDLESS = "/events$"
"""Streams, which answer as long as somebody listens."""

SCHEMA = schemathesis.openapi.from_dict(create_app(Settings(demo=True)).openapi()).exclude(path_regex=ENDLESS)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server of its own: what is done to it must disturb no other test."""
    with serving(demo_settings(tmp_path_factory.mktemp("fuzzed"), most_requests_per_s=1e6)) as live:
        wait_until(lambda: ready(live))
        yield live


@SCHEMA.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_answered_by_a_fault_of_the_server(case: Case[Any], fuzzed: Live) -> None:
    """Whatever is sent, in every parameter and body, the answer is a result or the sender's fault."""
    answer = case.call(base_url=fuzzed.url, headers={"X-API-Key": "demo"}, timeout=60)
    assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"
