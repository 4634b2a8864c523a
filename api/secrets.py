"""Make secrets that nobody guesses."""

from __future__ import annotations

import secrets

from equipage.dispatch.model import DeviceId


def new_key_secret() -> str:
    """Return an API key of 256 random bits."""
    return f"eq_{secrets.token_urlsafe(32)}"


def new_device_secrets() -> tuple[DeviceId, str]:
    """Return the id and the token of a tracker: at `/` the id is the credential, so it is random, too."""
    return DeviceId(secrets.token_hex(16)), secrets.token_urlsafe(24)
