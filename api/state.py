"""What a running server consists of, put together once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from equipage.api.clock import Clock
from equipage.api.events import Broadcaster
from equipage.api.ingest import Ingest
from equipage.api.places import Places
from equipage.api.planner import Planner
from equipage.api.retention import Retention
from equipage.api.settings import Settings
from equipage.api.tokens import Signer
from equipage.data.city import City
from equipage.data.store import SqlStore
from equipage.dispatch.eligibility import idle_obstacle
from equipage.dispatch.model import Condition, CrewId, VehicleId
from equipage.dispatch.ports import Transaction
from equipage.dispatch.services.conditions import routing_conditions
from equipage.dispatch.services.offering import Offers
from equipage.dispatch.situation import Situation
from equipage.dispatch.status import CrewStatus
from equipage.routing.conditions import Conditions
from equipage.routing.network import RoadNetwork
from equipage.routing.router import Router
from equipage.routing.timed_roads import holding

_SIGNING_SETTING = "signing_key"


@dataclass(slots=True)
class Startup:
    """How far the server has come."""

    step: str = "loading the city"
    done: bool = False
    failure: str = ""


class Routers:
    """The router under the conditions that hold; a new one replaces it in one step."""

    def __init__(self, network: RoadNetwork, zone: ZoneInfo) -> None:
        self._free = Router(network)
        self._zone = zone
        self._holding: tuple[Conditions, list[bool]] = (Conditions(), holding(network.hours, None).tolist())
        self.current = self._free

    def refresh(self, conditions: Sequence[Condition], now: datetime) -> bool:
        """Take in what holds now; return whether that is something else than before."""
        network, here = self._free.network, now.astimezone(self._zone)
        conditions_now = routing_conditions(conditions, network).at(here)
        state = conditions_now, holding(network.hours, here).tolist()
        if state == self._holding:
            return False
        self.current = Router(network, conditions=conditions_now, at=here, like=self.current)
        self._holding = state
        return True

    def under(self, conditions: Sequence[Condition], now: datetime) -> Router:
        """Return the router under these conditions and no others; the present one stays as it is."""
        network, here = self.current.network, now.astimezone(self._zone)
        return Router(
            network, conditions=routing_conditions(conditions, network).at(here), at=here, like=self.current
        )


@dataclass(slots=True)
class Board:
    """Which crew drives which vehicle and what it does, for whoever announces a move; and who is idle."""

    crews: Mapping[VehicleId, tuple[CrewId, CrewStatus]] = field(default_factory=dict)
    idle: frozenset[CrewId] = frozenset()

    def crew_of(self, vehicle_id: VehicleId) -> CrewId | None:
        """Return who drives a vehicle, once the planner has looked."""
        return self.crews[vehicle_id][0] if vehicle_id in self.crews else None

    def refresh(self, situation: Situation) -> bool:
        """Take over the present; return whether others are idle than before."""
        self.crews = {
            situation.vehicle_of(crew_id): (crew_id, situation.status_of(crew_id))
            for crew_id in sorted(situation.crews, key=lambda each: each in situation.shifts)
        }
        before = self.idle
        self.idle = frozenset(c for c in situation.crews if idle_obstacle(situation, c) is None)
        return self.idle != before


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What requests are answered with."""

    settings: Settings
    clock: Clock
    store: SqlStore
    city: City
    routers: Routers
    places: Places
    board: Board
    signer: Signer
    broadcaster: Broadcaster
    ingest: Ingest
    planner: Planner
    retention: Retention
    offers: Offers

    @property
    def router(self) -> Router:
        """The router under the conditions that hold."""
        return self.routers.current

    def now(self) -> datetime:
        """Return the server's present moment."""
        return self.clock.now()


def server_secret(tx: Transaction) -> str:
    """Return the secret this server signs with, made at the first start and kept ever since."""
    secret = tx.setting(_SIGNING_SETTING)
    if secret is None:
        secret = secrets.token_urlsafe(32)
        tx.save_setting(_SIGNING_SETTING, secret)
    return secret
