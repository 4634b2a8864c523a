"""Run the application under uvicorn, and end it promptly."""

from __future__ import annotations

import gc
import logging
import socket
import sys
from collections.abc import Callable
from copy import copy

import uvicorn

from equipage.api.app import create_app, end_streams
from equipage.api.settings import Settings

# All in all a SIGTERM ends everything within 10 s.
_GRACE_S = 4
# How many objects are made between two looks of the garbage collector; 700 is Python's own.
_YOUNG_OBJECTS = 10_000
# How long a thread that computes, such as the planner's, keeps others waiting; 5 ms is Python's own. To store
# a group of fixes a thread has to have its turn some 20 times: that took 74 ms beside such a thread, now 20.
_TURN_S = 0.001


class _Server(uvicorn.Server):
    """Uvicorn's server, which waits for open answers to end: streams are told to end first."""

    osrm_port: int | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, on the port for OSRM's API too where there is one."""
        if self.osrm_port is not None:
            second = copy(self.config)
            second.port = self.osrm_port
            sockets = [self.config.bind_socket(), second.bind_socket()]
            self.config.app.state.osrm_port = sockets[1].getsockname()[1]  # type: ignore[union-attr]
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        end_streams(self.config.app)  # type: ignore[arg-type]
        await super().shutdown(sockets)


def make_server(settings: Settings, *, on_ready: Callable[[], None] | None = None) -> uvicorn.Server:
    """Return the server of these settings, not yet running.

    Parameters
    ----------
    settings : Settings
        How it runs.
    on_ready : callable, optional
        Called when it has loaded all that it needs.

    Notes
    -----
    Where it cannot start, it ends itself, and its application's `state.startup.failure` says why.
    """
    server: _Server | None = None

    def give_up() -> None:
        if server is not None:
            server.should_exit = True

    config = uvicorn.Config(
        create_app(settings, on_ready=on_ready, on_failure=give_up),
        host=settings.host,
        port=settings.port,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
    )
    server = _Server(config)
    server.osrm_port = settings.osrm_port
    return server


def run(settings: Settings) -> str:
    """Serve until a signal ends it; return why it could not start, empty if it could."""
    server = make_server(settings, on_ready=_begin)
    sys.setswitchinterval(_TURN_S)
    server.run()
    failure: str = server.config.app.state.startup.failure  # type: ignore[union-attr]
    return failure


def _begin() -> None:
    _spare_the_collector()
    logging.getLogger("uvicorn.error").info("Ready: everything is loaded, and requests are answered.")


def _spare_the_collector() -> None:
    """Have the garbage collector leave alone what was loaded for good: hundreds of thousands of objects.

    Under load it looked at all of them every few seconds, for a quarter of a second in which no thread ran.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
