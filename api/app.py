"""The server's application: routes, what wraps them, and its life from start to end."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from equipage import __version__
from equipage.api.assemble import assemble
from equipage.api.console import FOLDER
from equipage.api.demo import flood, rush
from equipage.api.errors import install_error_handlers
from equipage.api.middleware import install_middleware
from equipage.api.rates import Rates
from equipage.api.routes import (
    advice,
    assignments,
    city,
    conditions,
    crews,
    day,
    devices,
    events,
    follow,
    keys,
    maps,
    merging,
    notes,
    open311,
    operations,
    osrm,
    plan,
    planned_work,
    reports,
    search,
    session,
    shifts,
    tiles,
    tracker_pages,
    vehicles,
    what_if,
)
from equipage.api.routes.trackers import tracker_routes
from equipage.api.settings import Settings
from equipage.api.state import Context, Startup
from equipage.api.wheels import jquery_folder, leaflet_folder, swagger_folder
from equipage.data.errors import DataError
from equipage.routing.errors import RoutingError

_log = logging.getLogger(__name__)
# `advice` before `reports`: `/reports/nearby` is no report's id.
_MODULES = (
    operations,
    session,
    advice,
    reports,
    merging,
    assignments,
    crews,
    day,
    shifts,
    vehicles,
    devices,
    plan,
    what_if,
    planned_work,
    conditions,
    city,
    keys,
    notes,
    search,
    events,
    open311,
    follow,
    tracker_pages,
    tiles,
    maps,
    osrm,
)
_DESCRIPTION = """Dispatching and routing for a metropolis: reports, crews, vehicles, plans and arrivals.

Send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`. Times are ISO 8601 with zone, places are `lon`
and `lat` in degrees, lists are `{"items": [...], "next": cursor or null}`, faults are problem details.
Trackers post to `/` or `/t/{token}`, citizens' applications use `/open311/v2`.
"""


def create_app(
    settings: Settings,
    *,
    on_ready: Callable[[], None] | None = None,
    on_failure: Callable[[], None] | None = None,
) -> FastAPI:
    """Return the application; it loads what it needs when it is started, answering `/healthz` meanwhile.

    Parameters
    ----------
    settings : Settings
        How it runs.
    on_ready : callable, optional
        Called when it can be used.
    on_failure : callable, optional
        Called when it cannot start: the process had better end.
    """
    startup = Startup()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(_start(app, settings, startup, on_ready, on_failure))
        try:
            yield
        finally:
            starting.cancel()
            if hasattr(app.state, "tiles"):
                await asyncio.to_thread(app.state.tiles.close)
            await _stop(getattr(app.state, "context", None))

    app = FastAPI(
        title="Équipage",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.startup = startup
    app.state.rates = Rates(settings)
    install_error_handlers(app)
    install_middleware(app, startup, settings, app.state.rates)
    # First, since most requests are trackers': a route is looked for in this order.
    app.router.routes.extend(tracker_routes)
    for module in _MODULES:
        app.include_router(module.router)
    if settings.demo:
        app.include_router(flood.router)
        app.include_router(rush.router)
    _mount_files(app)
    return app


def end_streams(app: FastAPI) -> None:
    """End every open stream at once, so that the server need not wait for those who listen."""
    context: Context | None = getattr(app.state, "context", None)
    if context is not None:
        context.broadcaster.close()


async def _start(
    app: FastAPI,
    settings: Settings,
    startup: Startup,
    on_ready: Callable[[], None] | None,
    on_failure: Callable[[], None] | None,
) -> None:
    try:
        context = await _in_thread_of_its_own(lambda: assemble(settings, startup))
        app.state.context = context
        startup.step = "starting the planner"
        context.broadcaster.start()
        context.ingest.start()
        context.planner.start()
        await asyncio.to_thread(context.planner.wait_for_first_round)
    except Exception as error:  # noqa: BLE001 - whatever it is, the operator is told and the process ends
        # What the operator can mend is said in the message alone, and once: by whoever is called, if any.
        is_told = isinstance(error, DataError | RoutingError)
        startup.failure = str(error) if is_told else f"{type(error).__name__}: {error}"
        if not (is_told and on_failure):
            trace = None if is_told else error
            _log.critical("the server cannot start, while %s: %s", startup.step, error, exc_info=trace)
        if on_failure is not None:
            on_failure()
        return
    if on_ready is not None:
        on_ready()
    startup.step = "ready"
    startup.done = True


async def _in_thread_of_its_own(work: Callable[[], Context]) -> Context:
    """Return what the work does; unlike a pool's thread, this one does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Context] = loop.create_future()

    def tell(outcome: Callable[[], None]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: None if done.done() else outcome())

    def run() -> None:
        try:
            context = work()
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            tell(partial(done.set_exception, error))
        else:
            tell(partial(done.set_result, context))

    threading.Thread(target=run, name="startup", daemon=True).start()
    return await done


async def _stop(context: Context | None) -> None:
    if context is None:
        return
    context.broadcaster.close()
    await asyncio.to_thread(context.planner.close)
    await asyncio.to_thread(context.ingest.close)
    await asyncio.to_thread(context.broadcaster.join)
    context.store.close()


def _mount_files(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.mount("/vendor/leaflet", StaticFiles(directory=leaflet_folder()))
    app.mount("/vendor/jquery", StaticFiles(directory=jquery_folder()))
    app.mount("/vendor/swagger", StaticFiles(directory=swagger_folder()))
