"""What the server signs: a citizen's link to one report, and a browser's session."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from equipage.dispatch.model import ReportId

FOLLOW_AFTER_CLOSING = timedelta(hours=24)
_MAC_BYTES = 24


class Signer:
    """Sign and check with the server's secret.

    Parameters
    ----------
    secret : str
        At least 128 random bits, kept in the store: links outlive a restart.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def follow_token(self, report_id: ReportId) -> str:
        """Return the token of the link by which a citizen follows a report."""
        return f"{report_id}.{self._mac('follow', report_id)}"

    def followed_report(self, token: str) -> ReportId | None:
        """Return whose token it is; None if this server did not make it."""
        return self._report_of("follow", token)

    def watch_token(self, report_id: ReportId) -> str:
        """Return the token of a link by which others who reported the same may look on."""
        return f"{report_id}.{self._mac('watch', report_id)}"

    def watched_report(self, token: str) -> ReportId | None:
        """Return which report may be looked on at; None if this server did not make the token for that."""
        return self._report_of("watch", token)

    def session(self, key_hash: str, until: datetime) -> str:
        """Return a browser's session for the key of that hash."""
        told = f"{key_hash}.{int(until.timestamp())}"
        return f"{told}.{self._mac('session', told)}"

    def session_key_hash(self, session: str, now: datetime) -> str | None:
        """Return the hash of the key that a session stands for; None if it is over or not ours."""
        told, _, mac = session.rpartition(".")
        if not self._is_mac(mac, "session", told):
            return None
        key_hash, _, until = told.rpartition(".")
        return key_hash if now.timestamp() < int(until) else None

    def _report_of(self, purpose: str, token: str) -> ReportId | None:
        report_id, _, mac = token.rpartition(".")
        return ReportId(report_id) if self._is_mac(mac, purpose, report_id) else None

    def _mac(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self._secret, f"{purpose}:{text}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode()

    def _is_mac(self, mac: str, purpose: str, text: str) -> bool:
        return hmac.compare_digest(mac.encode(), self._mac(purpose, text).encode())
