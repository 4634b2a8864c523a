"""Links and sessions cannot be guessed, changed or used for one another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipage.api.tokens import Signer
from equipage.dispatch.model import ReportId

SIGNER = Signer("s" * 32)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_follow_token_leads_to_its_report_only() -> None:
    """It is the same after a restart, and another server's or another report's is not taken."""
    token = SIGNER.follow_token(ReportId("1001"))
    assert SIGNER.followed_report(token) == "1001"
    assert Signer("s" * 32).follow_token(ReportId("1001")) == token
    assert Signer("t" * 32).followed_report(token) is None
    assert SIGNER.followed_report(token.replace("1001", "1002")) is None
    assert len(token) - len("1001.") >= 128 / 6


def test_a_link_to_look_on_is_not_the_citizens_own() -> None:
    """Neither is taken for the other."""
    own, looking_on = SIGNER.follow_token(ReportId("1001")), SIGNER.watch_token(ReportId("1001"))
    assert SIGNER.watched_report(looking_on) == "1001"
    assert SIGNER.followed_report(looking_on) is None
    assert SIGNER.watched_report(own) is None


@given(st.text())
def test_any_other_text_is_no_token(text: str) -> None:
    """Whatever somebody writes into the address leads nowhere and fails nothing."""
    assert SIGNER.followed_report(text) is None
    assert SIGNER.session_key_hash(text, NOW) is None


@pytest.mark.parametrize("later", [timedelta(hours=1), timedelta(days=1)])
def test_a_session_ends_at_its_time(later: timedelta) -> None:
    """A second before it holds, at its time it does not."""
    session = SIGNER.session("ab12", NOW + later)
    assert SIGNER.session_key_hash(session, NOW + later - timedelta(seconds=1)) == "ab12"
    assert SIGNER.session_key_hash(session, NOW + later) is None


def test_one_purpose_is_no_other() -> None:
    """A follow token of a report named like a session's content is no session."""
    told = f"ab12.{int((NOW + timedelta(days=1)).timestamp())}"
    assert SIGNER.session_key_hash(SIGNER.follow_token(ReportId(told)), NOW) is None
