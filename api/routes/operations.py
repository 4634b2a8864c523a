"""What operators ask: is it up, is it ready, how much does it do; and the page that explains the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from equipage.api.security import Anybody
from equipage.api.state import Context, Startup

router = APIRouter(tags=["operations"], dependencies=[Depends(Anybody())])


@router.get("/healthz", summary="Whether the process answers")
def healthz() -> Mapping[str, str]:
    """Answer as soon as HTTP works."""
    return {"status": "ok"}


@router.get("/readyz", summary="Whether network, database and planner are up")
def readyz(request: Request) -> JSONResponse:
    """Answer 200 when everything is up, and until then 503 with what is being waited for."""
    startup: Startup = request.app.state.startup
    if not startup.done:
        waiting = {"status": "failed" if startup.failure else "starting", "step": startup.step}
        if startup.failure:
            waiting["fault"] = startup.failure
        return _unready(waiting)
    state = _state(request.app.state.context)
    return JSONResponse(state) if state["status"] == "ready" else _unready(state)


@router.get("/metrics", summary="Counters in the Prometheus text format", response_class=PlainTextResponse)
def metrics(request: Request) -> PlainTextResponse:
    """Answer with what has been counted since the start."""
    startup: Startup = request.app.state.startup
    lines = [f"equipage_ready {int(startup.done)}"]
    if startup.done:
        lines += _metrics(request.app.state.context)
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


@router.get("/docs", include_in_schema=False)
def docs() -> HTMLResponse:
    """Show the API's description, from our own files only."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Équipage API",
        swagger_js_url="/vendor/swagger/swagger-ui-bundle.js",
        swagger_css_url="/vendor/swagger/swagger-ui.css",
        swagger_favicon_url="/vendor/swagger/favicon-32x32.png",
    )


def _unready(state: Mapping[str, Any]) -> JSONResponse:
    return JSONResponse(state, HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "2"})


def _state(context: Context) -> dict[str, Any]:
    planner = context.planner
    state: dict[str, Any] = {
        "status": "ready",
        "dialect": context.store.dialect,
        "network_id": context.router.network.network_id,
        "planner": planner.fault or ("running" if planner.is_running else "stopped"),
        "now": context.now().isoformat(),
        "speed": context.clock.speed,
    }
    with context.store.reading() as reading:
        state["last_event_id"] = reading.event_range()[1]
    if state["planner"] != "running":
        state["status"] = "degraded"
    return state


def _metrics(context: Context) -> Iterator[str]:
    yield from (
        f'equipage_fixes_total{{verdict="{verdict}"}} {count}'
        for verdict, count in sorted(context.ingest.verdicts.items())
    )
    yield f"equipage_fix_commits_total {context.ingest.commits}"
    yield f"equipage_event_subscribers {context.broadcaster.subscribers}"
    yield f"equipage_last_event_id {context.broadcaster.newest}"
    since = context.retention.positions_since
    yield f"equipage_positions_since_seconds {since.timestamp() if since else 0:.0f}"
    yield f"equipage_contacts_erased_total {context.retention.contacts}"
    yield f"equipage_planner_leads {int(context.store.leads)}"
    yield f"equipage_planner_rounds_total {context.planner.rounds}"
    yield f"equipage_planner_faulty {int(bool(context.planner.fault))}"
