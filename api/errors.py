"""The one table from exception to HTTP status, and the forms in which faults are told.

Everything answers with problem details (RFC 9457) but Open311, which has arrays of its own, and OSRM's API,
which has a code and a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from equipage.api.open311_formats import answer, format_of
from equipage.api.open311_pairs import Open311Error, UnknownServiceError
from equipage.api.representations.advice import ReasonShown
from equipage.data.errors import DatabaseBusyError, DatabaseGoneError
from equipage.dispatch.errors import (
    AlreadyAssignedError,
    ChangedMeanwhileError,
    ConflictError,
    ForbiddenError,
    IllegalStepError,
    InvalidInputError,
    NotEligibleError,
    NotFoundError,
    NotKeptError,
    NotUndoableError,
    PlanChangedError,
    UnfitCrewError,
)
from equipage.dispatch.faults import Fault
from equipage.dispatch.model import Assignment, AuditEntry
from equipage.dispatch.reasons import Reason
from equipage.routing.errors import (
    InvalidConditionsError,
    InvalidQueryError,
    OffNetworkError,
    UnroutableError,
)

MAPS_ROOT = "/maps/"
OPEN311_ROOT = "/open311/"
OSRM_ROOT = "/osrm/"
PROBLEM_MEDIA_TYPE = "application/problem+json"


class UnauthorizedError(Exception):
    """No key was sent where one is needed, or one that is not known."""


class OverloadedError(Exception):
    """More work waits than can be taken; try again in a moment."""


STATUS_OF: Mapping[type[Exception], HTTPStatus] = {
    UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    IllegalStepError: HTTPStatus.CONFLICT,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    OffNetworkError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidQueryError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidConditionsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnroutableError: HTTPStatus.NOT_FOUND,
    Open311Error: HTTPStatus.BAD_REQUEST,
    UnknownServiceError: HTTPStatus.NOT_FOUND,
    OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseGoneError: HTTPStatus.SERVICE_UNAVAILABLE,
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"description": "Somebody was first; `holder` names the assignment that holds crew or report"}
}
_OPEN311_STATUSES = frozenset({400, 403, 404, 413, 429})


def install_error_handlers(app: FastAPI) -> None:
    """Make the app answer every exception of the table, and any other, in the right form."""
    for kind in (*STATUS_OF, HTTPException, Exception):
        app.add_exception_handler(kind, _answer)


def status_of(error: Exception) -> HTTPStatus:
    """Return the status of the exception's nearest class in the table; 500 for what nobody expected."""
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code)
    found = (STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def code_of(error: Exception, status: HTTPStatus) -> str:
    """Return a stable name for what is wrong: that of the error, or of the status of an unexpected one."""
    if isinstance(error, HTTPException) or status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return status.name.lower()
    words = re.findall("[A-Z][^A-Z]*", type(error).__name__.removesuffix("Error"))
    return "_".join(words).lower()


def problem(
    status: HTTPStatus,
    detail: str,
    instance: str,
    *,
    code: str,
    faults: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """Return problem details with a stable code, by which the pages word them (keys `fault.…`, `given.…`).

    OSRM's clients get code and message alone, as they expect them.
    """
    content = {
        "type": "about:blank",
        "code": code,
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": instance,
        "errors": list(faults),
        **more,
    }
    if instance.startswith(OSRM_ROOT):
        content = {"code": code.title().replace("_", ""), "message": detail}
        return JSONResponse(content, status, headers=headers)
    return JSONResponse(content, status, headers=headers, media_type=PROBLEM_MEDIA_TYPE)


def open311_fault(
    path: str, status: HTTPStatus, *descriptions: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return Open311's array of errors in the format that the path asks for.

    What Open311 has no status for is 400.
    """
    if status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _OPEN311_STATUSES:
        status = HTTPStatus.FORBIDDEN if status == HTTPStatus.UNAUTHORIZED else HTTPStatus.BAD_REQUEST
    content = [{"code": status.value, "description": description} for description in descriptions]
    return answer(format_of(path), "errors", content, status=status, headers=headers)


def faults_of(error: Exception) -> list[dict[str, Any]]:
    """Return every fault that an error names: where, in English, and its code and facts where it has them."""
    if isinstance(error, InvalidInputError | Open311Error):
        return [_shown(fault) for fault in error.faults]
    if isinstance(error, RequestValidationError):
        return [_of_request(fault) for fault in error.errors()]
    return [_shown(fault) for fault in error.args if isinstance(fault, Fault)]


def _shown(fault: str, *, loc: str = "", message: str = "") -> dict[str, Any]:
    coded = {"code": fault.code, "params": fault.params} if isinstance(fault, Fault) else {}
    return {"loc": loc, "message": message or str(fault), **coded}


def _of_request(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is wrong with the form of a request."""
    name = next((part for part in reversed(fault["loc"]) if isinstance(part, str)), "")
    if fault["type"] == "missing":
        known = Fault("missing", name=name)
    elif fault["type"] == "string_too_long":
        known = Fault("too_long", name=name, length=len(fault["input"]), most=fault["ctx"]["max_length"])
    else:
        known = Fault("unreadable", name=name)
    return _shown(known, loc=".".join(str(part) for part in fault["loc"]), message=fault["msg"])


def _answer(request: Request, error: Exception) -> Response:
    status = status_of(error)
    if status == HTTPStatus.UNAUTHORIZED and _is_for_a_person(request):
        then = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login?" + urlencode({"then": then}), HTTPStatus.SEE_OTHER)
    headers = dict(getattr(error, "headers", None) or {})
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="equipage"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", "1")
    detail = _detail(error, status)
    faults = faults_of(error)
    if request.url.path.startswith(OPEN311_ROOT):
        told = [f"{fault['loc']}: {fault['message']}".removeprefix(": ") for fault in faults]
        return open311_fault(request.url.path, status, *(told or [detail]), headers=headers)
    more = _more(error)
    code = code_of(error, status)
    return problem(status, detail, request.url.path, code=code, faults=faults, headers=headers, **more)


def _is_for_a_person(request: Request) -> bool:
    """Tell whether a browser asks for a page, which can lead its reader to sign in."""
    return request.url.path.startswith(MAPS_ROOT) and "text/html" in request.headers.get("accept", "")


def _detail(error: Exception, status: HTTPStatus) -> str:
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return "the server failed; its log tells why"
    if isinstance(error, HTTPException):
        return str(error.detail)
    if isinstance(error, RequestValidationError):
        return "; ".join(f"{fault['loc']}: {fault['message']}" for fault in faults_of(error))
    return str(error)


def _more(error: Exception) -> dict[str, Any]:
    """Return what an error is about: who holds crew or report, who changed it, why it may not be."""
    match error:
        case AlreadyAssignedError():
            more: dict[str, Any] = {"holder": _holder(error.holder)}
        case NotEligibleError():
            more = {"crew_id": error.crew_id, "reason": _reason(error.reason)}
        case NotKeptError() | NotUndoableError():
            more = {"reason": _reason(error.reason)}
        case IllegalStepError():
            more = {"present": error.present}
        case UnfitCrewError():
            more = {
                "reason": _reason(error.reason),
                "holder": _holder(error.holder) if error.holder else None,
                "eta_before": _moment(error.eta_before),
                "eta_after": _moment(error.eta_after),
            }
        case PlanChangedError():
            more = {"stale": [asdict(route) for route in error.stale]}
        case ChangedMeanwhileError():
            more = {"version": error.version, "changed": _changed(error.last) if error.last else None}
        case _:
            more = {}
    return more


def _changed(last: AuditEntry) -> dict[str, Any]:
    return {"by": last.actor, "at": _moment(last.at), "action": last.action}


def _reason(reason: Reason) -> dict[str, Any]:
    return ReasonShown.of(reason).model_dump()


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _holder(holder: Assignment) -> dict[str, Any]:
    return {
        "assignment_id": holder.id,
        "crew_id": holder.crew_id,
        "report_id": holder.report_id,
        "status": holder.status,
    }
