"""Who may do what, and with which services and communes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from equipage.dispatch.errors import ForbiddenError
from equipage.dispatch.model import CrewId
from equipage.dispatch.status import Role


class Action(StrEnum):
    """What a caller may ask for. Reading what is public needs no key and is no action."""

    LOOK = "look"
    FILE_REPORT = "file_report"
    READ_REPORTS = "read_reports"
    READ_CONTACTS = "read_contacts"
    EDIT_REPORT = "edit_report"
    ASSIGN = "assign"
    ADVANCE = "advance"
    PLAN_WORK = "plan_work"
    READ_PLAN = "read_plan"
    READ_JOBS = "read_jobs"
    READ_FLEET = "read_fleet"
    TRACK = "track"
    MANAGE_CREWS = "manage_crews"
    MANAGE_SHIFTS = "manage_shifts"
    READ_DEVICES = "read_devices"
    MANAGE_DEVICES = "manage_devices"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    READ_CONDITIONS = "read_conditions"
    EDIT_CONDITIONS = "edit_conditions"
    TAKE_NOTES = "take_notes"
    WATCH = "watch"
    ANALYSE = "analyse"
    READ_AUDIT = "read_audit"
    MANAGE_KEYS = "manage_keys"


_ADMIN = frozenset({Role.ADMIN})
_LEAD = _ADMIN | {Role.SUPERVISOR}
_DESK = _LEAD | {Role.DISPATCHER}

PERMISSIONS: Mapping[Action, frozenset[Role]] = {
    Action.LOOK: frozenset(Role),
    Action.FILE_REPORT: _DESK | {Role.CREW, Role.OPEN311},
    Action.READ_REPORTS: _DESK | {Role.ANALYST},
    Action.READ_CONTACTS: _DESK,
    Action.EDIT_REPORT: _DESK,
    Action.ASSIGN: _DESK,
    # A crew only for itself: `speaks_for`.
    Action.ADVANCE: _DESK | {Role.CREW},
    Action.READ_JOBS: _DESK | {Role.CREW},
    Action.MANAGE_CREWS: _DESK | {Role.CREW},
    Action.MANAGE_SHIFTS: _DESK,
    Action.PLAN_WORK: _DESK,
    Action.READ_PLAN: _DESK | {Role.ANALYST},
    Action.READ_FLEET: _DESK | {Role.ANALYST},
    # Where people are now, and where they were, is for those who send them.
    Action.TRACK: _DESK,
    Action.READ_DEVICES: _DESK,
    Action.MANAGE_DEVICES: _LEAD,
    Action.ACKNOWLEDGE_ALARM: _DESK,
    Action.READ_CONDITIONS: _DESK | {Role.CREW, Role.ANALYST},
    Action.EDIT_CONDITIONS: _DESK,
    Action.TAKE_NOTES: _DESK,
    Action.WATCH: _DESK,
    Action.ANALYSE: _DESK | {Role.ANALYST},
    Action.READ_AUDIT: _DESK,
    Action.MANAGE_KEYS: _ADMIN,
}
"""Which roles may do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is calling.

    Parameters
    ----------
    name : str
        What the audit says.
    services, communes : frozenset of str
        What the caller is limited to; empty means no limit.
    crew_id : CrewId or None
        The crew that a caller of role `crew` speaks for.
    """

    name: str
    role: Role
    services: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    crew_id: CrewId | None = None


def allowed(principal: Principal, action: Action) -> bool:
    """Tell whether the caller's role may do this at all."""
    return principal.role in PERMISSIONS[action]


def require(principal: Principal, action: Action) -> None:
    """Refuse what the caller's role may not do.

    Parameters
    ----------
    principal : Principal
        Who asks.
    action : Action
        What for.

    Raises
    ------
    ForbiddenError
        Naming the roles that may.
    """
    if not allowed(principal, action):
        may = ", ".join(sorted(PERMISSIONS[action]))
        raise ForbiddenError(f"{principal.name} is {principal.role} and may not {action}; these may: {may}")


def in_scope(principal: Principal, service_code: str, commune: str) -> bool:
    """Tell whether something of a service, in a commune, is the caller's business.

    Parameters
    ----------
    principal : Principal
        Who asks.
    service_code, commune : str
        Both empty for what concerns everybody. A report whose commune is not known is nobody's who is limited
        to communes.
    """
    if not service_code and not commune:
        return True
    limits = ((principal.services, service_code), (principal.communes, commune))
    return all(not limit or value in limit for limit, value in limits)


def speaks_for(principal: Principal, crew_id: str) -> bool:
    """Tell whether the caller may act for a crew: a crew only for itself, everybody else for all."""
    return principal.role is not Role.CREW or principal.crew_id == crew_id


def hash_secret(secret: str) -> str:
    """Return what a key or token is stored and looked up by: SHA-256 in hex.

    Notes
    -----
    Secrets are long and random, so that a fast hash is enough: there is nothing to guess.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
