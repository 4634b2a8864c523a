"""Whether a port can be listened on, asked before anything is loaded for it."""

from __future__ import annotations

import socket


def port_fault(host: str, port: int) -> str:
    """Return why nobody can listen there and what to do, empty where one can.

    Parameters
    ----------
    host : str
        The address to listen on.
    port : int
        Port 0 is always free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"{host} port {port} cannot be had ({error.strerror}); choose another: --port or PORT=…"
    return ""
