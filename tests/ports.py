"""Ports for servers that tests start as programs of their own."""

from __future__ import annotations

import secrets
import socket

PORTS = range(20_000, 32_000)
"""Below those that the system gives away by itself: no client gets one before the server has it."""


def free_port() -> int:
    """Return a port that nobody listens on, and that hardly anybody else chooses now."""
    while True:
        # Not the first that is free: other workers look for one at the same time.
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
