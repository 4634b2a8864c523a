"""Run the application under uvicorn, and end it promptly."""

from __future__ import annotations

import socket

import uvicorn

from equipage.api.app import create_app, end_streams
from equipage.api.settings import Settings

# All in all a SIGTERM ends everything within 10 s.
_GRACE_S = 4


class _Server(uvicorn.Server):
    """Uvicorn's server, which waits for open answers to end: streams are told to end first."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        end_streams(self.config.app)  # type: ignore[arg-type]
        await super().shutdown(sockets)


def make_server(settings: Settings) -> uvicorn.Server:
    """Return the server of these settings, not yet running.

    Notes
    -----
    Where it cannot start, it ends itself, and its application's `state.startup.failure` says why.
    """
    server: _Server | None = None

    def give_up() -> None:
        if server is not None:
            server.should_exit = True

    config = uvicorn.Config(
        create_app(settings, on_failure=give_up),
        host=settings.host,
        port=settings.port,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_S,
        server_header=False,
    )
    server = _Server(config)
    return server


def run(settings: Settings) -> str:
    """Serve until a signal ends it; return why it could not start, empty if it could."""
    server = make_server(settings)
    server.run()
    failure: str = server.config.app.state.startup.failure  # type: ignore[union-attr]
    return failure
