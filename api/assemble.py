"""Put a server together: the store, the city, the road network and the threads that work on them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from equipage.api.changeset import keep_changeset
from equipage.api.clock import Clock
from equipage.api.console import DEMO_KEY
from equipage.api.effort import effort_of_plans
from equipage.api.events import Broadcaster
from equipage.api.ground import at_home, city_of, claim_database
from equipage.api.ingest import Ingest
from equipage.api.places import Places
from equipage.api.planner import Chore, Planner
from equipage.api.retention import EVERY_S, Retention
from equipage.api.settings import Settings
from equipage.api.state import Board, Context, Routers, Startup, server_secret
from equipage.api.tokens import Signer
from equipage.data.city import City
from equipage.data.store import SqlStore, open_store, upgrade
from equipage.dispatch.access import hash_secret
from equipage.dispatch.model import DeviceId, Fix, JudgedFix, Report, VehicleId
from equipage.dispatch.planning.watch import Watch
from equipage.dispatch.ports import Transaction
from equipage.dispatch.services.devices import install_devices
from equipage.dispatch.services.etas import refresh_promises
from equipage.dispatch.services.fleet import install_city, roll_shifts
from equipage.dispatch.services.keys import issue_key
from equipage.dispatch.services.offering import Offers
from equipage.dispatch.services.planning import plan_tick
from equipage.dispatch.services.standing_by import standby_tick
from equipage.dispatch.services.tracking import record_fixes
from equipage.dispatch.situation import load_situation
from equipage.dispatch.status import Role, Verdict
from equipage.dispatch.warm_up import compile_kernels
from equipage.dispatch.what_if.offer import Worth
from equipage.routing.network import RoadNetwork

# The only logger that prints at this level, where a download takes minutes and nothing else is said.
_console = logging.getLogger("uvicorn.error")
_SHIFTS_EVERY_S = 3600.0
_STANDBY_EVERY_S = 60.0
_EVENTS_KEPT = timedelta(hours=24)
_SYSTEM = "system"


def assemble(settings: Settings, startup: Startup) -> Context:
    """Return everything a server consists of, its threads not yet started.

    It takes seconds, or minutes where a road network is built for the first time; `startup` tells.
    """

    def told(stage: str, _share: float) -> None:
        if stage != startup.step:
            _console.info("%s", stage)
        startup.step = stage

    city = city_of(settings, told)
    startup.step = "loading the road network"
    network = city.load_network()
    startup.step = "getting routes and plans ready (the first start compiles it)"
    compile_kernels()
    startup.step = "opening the database"
    url = settings.resolved_database_url()
    upgrade(url)
    store = open_store(url)
    try:
        return _compose(settings, at_home(city, network), network, store, startup)
    except BaseException:
        store.close()
        raise


def _compose(
    settings: Settings, city: City, network: RoadNetwork, store: SqlStore, startup: Startup
) -> Context:
    clock = Clock(settings.speed, not_before=_last_moment(store))
    startup.step = "setting up the city"
    with store.transaction() as tx:
        claim_database(tx, city)
        install_city(tx, city)
        keep_changeset(tx, city, clock.now())
        signer = Signer(server_secret(tx))
        if settings.demo:
            _open_demo(tx, city, clock.now())
    routers, board, broadcaster = Routers(network, ZoneInfo(city.time_zone)), Board(), Broadcaster(store)

    def announce(judged: Sequence[JudgedFix]) -> None:
        broadcaster.publish_positions(_moves(judged, board))

    def record(tx: Transaction, fixes: Sequence[Fix], now: datetime) -> Sequence[JudgedFix]:
        return record_fixes(tx, fixes, router=routers.current, now=now)

    ingest = Ingest(store, clock, record=record, published=announce)
    retention = Retention(settings, clock, store)
    forgetting = Chore("forgetting", retention.step, EVERY_S)
    chores = _chores(settings, clock, store, city, routers, board, is_rung=lambda: planner.is_rung)
    offers = Offers()
    offering = _offering(settings, clock, store, routers, offers, is_rung=lambda: planner.is_rung)
    planner = Planner(clock, [*chores, *offering, forgetting])
    broadcaster.listen(planner.hear)
    return Context(
        settings=settings,
        clock=clock,
        store=store,
        city=city,
        routers=routers,
        places=Places(network, city.zone_values),
        board=board,
        signer=signer,
        broadcaster=broadcaster,
        ingest=ingest,
        planner=planner,
        retention=retention,
        offers=offers,
    )


def _offering(
    settings: Settings,
    clock: Clock,
    store: SqlStore,
    routers: Routers,
    offers: Offers,
    *,
    is_rung: Callable[[], bool],
) -> Sequence[Chore]:
    """Return the chore that looks for a better plan while nothing happens; none where nobody wants one."""
    effort = effort_of_plans(settings, settings.offer_budget_s, is_rung=is_rung)
    if effort is None or settings.offer_budget_s == 0:
        return ()
    worth = Worth(share=settings.offer_least_share, seconds=settings.offer_least_s)

    def offer() -> None:
        if is_rung() or not store.take_lead():
            return
        offers.look(store, router=routers.current, now=clock.now(), effort=effort, worth=worth)
        if is_rung():
            offers.look_again()

    return (Chore("looking for a better plan", offer, settings.offer_interval_s),)


def _chores(
    settings: Settings,
    clock: Clock,
    store: SqlStore,
    city: City,
    routers: Routers,
    board: Board,
    *,
    is_rung: Callable[[], bool],
) -> Sequence[Chore]:
    effort, watch = effort_of_plans(settings, settings.planner_budget_s, is_rung=is_rung), Watch()
    zone, standing = ZoneInfo(city.time_zone), _standing(settings, clock, store, routers, city)

    def shifts() -> None:
        if not store.take_lead():
            return
        with store.transaction() as tx:
            roll_shifts(tx, time_zone=zone, now=clock.now())
        store.prune_events(clock.now() - _EVENTS_KEPT)

    def conditions() -> None:
        with store.reading() as reading:
            entered = reading.conditions()
        if routers.refresh(entered, clock.now()):
            # Nobody needs to have rung: a closure also ends at its hour.
            planning.hurry()
            keeping.hurry()

    def plan() -> None:
        now = clock.now()
        if store.take_lead():
            situation, _ = plan_tick(
                store,
                router=routers.current,
                now=now,
                effort=effort,
                watch=watch,
                left_for_s=settings.planner_reserve_s,
                turns_around=settings.planner_turns_around,
            )
        else:
            with store.reading() as reading:
                situation = load_situation(reading, now)
        # What crews do now is none of the planner's doing: the board takes what the planner looked at.
        if board.refresh(situation):
            standing.hurry()

    def promises() -> None:
        if store.take_lead():
            refresh_promises(store, router=routers.current, now=clock.now())

    planning = Chore("planning", plan, settings.planner_interval_s, when_rung=True)
    keeping = Chore("keeping promises", promises, settings.promises_interval_s)
    return (
        Chore("rolling the shifts", shifts, _SHIFTS_EVERY_S),
        Chore("taking in conditions", conditions, settings.planner_interval_s, when_rung=True),
        planning,
        keeping,
        standing,
    )


def _standing(settings: Settings, clock: Clock, store: SqlStore, routers: Routers, city: City) -> Chore:
    """Return the chore that says where idle crews wait.

    It is hurried when others are idle, not when the bell is rung: what it announces rings the bell itself.
    """

    asks = settings.asks_to_stand_by

    @cache
    def likely() -> Sequence[Report]:
        if not asks:
            return ()
        # Seconds of imports that whoever asks nobody does without, and a start in any case.
        from equipage.data.replay_days import likely_reports  # noqa: PLC0415

        return likely_reports(city, routers.current, clock.now())

    def stand_by() -> None:
        if store.take_lead():
            standby_tick(store, router=routers.current, now=clock.now(), asks=asks, likely=likely())

    return Chore("placing idle crews", stand_by, _STANDBY_EVERY_S)


def _last_moment(store: SqlStore) -> datetime | None:
    """Return when something was last announced: a faster clock must not fall behind its own past."""
    with store.reading() as reading:
        last = reading.event_range()[1]
        events = reading.events_after(last - 1, limit=1) if last else ()
    return events[0].at if events else None


def _open_demo(tx: Transaction, city: City, now: datetime) -> None:
    """Let everybody in: with the key `demo`, and every vehicle with a tracker whose id is known."""
    ids = {vehicle.id: DeviceId(f"demo-{vehicle.id}") for vehicle in city.vehicles}
    install_devices(tx, {**ids, **city.device_ids}, now=now)
    if tx.key_by_hash(hash_secret(DEMO_KEY)) is None:
        issue_key(tx, secret=DEMO_KEY, name="demo", role=Role.ADMIN, now=now, actor=_SYSTEM)


def _moves(judged: Sequence[JudgedFix], board: Board) -> Mapping[VehicleId, Mapping[str, Any]]:
    """Return what is told of vehicles that moved, the last fix of each."""
    moves = {}
    for each in judged:
        if each.verdict is Verdict.ACCEPTED:
            crew_id, status = board.crews.get(each.vehicle_id, (None, None))
            moves[each.vehicle_id] = {
                "vehicle_id": each.vehicle_id,
                "crew_id": crew_id,
                "lon": each.fix.lon,
                "lat": each.fix.lat,
                "fix_time": each.fix.fix_time.isoformat(),
                "crew_status": status,
            }
    return moves
