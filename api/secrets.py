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


def new_link_secret() -> str:
    """Return what is in a sign-in link: 144 random bits, so that its code is quickly scanned."""
    return secrets.token_urlsafe(18)


def link_url(base_url: str, secret: str) -> str:
    """Return a sign-in link; what comes after `#` is never sent by a browser and is in no log."""
    return f"{base_url.rstrip('/')}/login#link={secret}"
