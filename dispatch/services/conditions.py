"""Closures and speeds that people enter, and what the router makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shapely import MultiPolygon, Polygon

from equipage.dispatch.announcements import conditions_changed
from equipage.dispatch.errors import InvalidInputError
from equipage.dispatch.faults import Fault
from equipage.dispatch.intake import faults_of_text
from equipage.dispatch.model import AuditEntry, Condition, ConditionId
from equipage.dispatch.ports import Transaction
from equipage.dispatch.status import ConditionKind
from equipage.routing.conditions import Closure, Conditions, SpeedChange
from equipage.routing.errors import InvalidConditionsError
from equipage.routing.network import RoadNetwork

LEAST_FACTOR, GREATEST_FACTOR = 0.05, 5.0
"""Slower than a twentieth is as good as closed; faster than five times is a slip of the pen."""

LEAST_KPH, GREATEST_KPH = 1.0, 150.0
"""Slower than who walks is as good as closed; faster than on any road is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCondition:
    """A closure or a speed as somebody enters it.

    Parameters
    ----------
    area : Polygon, MultiPolygon or None
        Roads that touch it, lon, lat; with way_ids, only those of them.
    way_ids : tuple of int
        OpenStreetMap ways.
    road_classes : tuple of str
        Values of the `highway` tag; with an area or ways, only those of them.
    speed_factor, speed_kph : float or None
        Times the usual speed, or this speed in km/h; for a speed only, which has one of the two.
    hours : str
        At which hours of the week, as in OpenStreetMap, on the city's clock; empty for all.
    valid_from, valid_until : datetime or None
        Aware times; None for at once and for ever.
    """

    name: str
    kind: ConditionKind
    area: Polygon | MultiPolygon | None = None
    way_ids: tuple[int, ...] = ()
    road_classes: tuple[str, ...] = ()
    speed_factor: float | None = None
    speed_kph: float | None = None
    hours: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def add_condition(
    tx: Transaction, new: NewCondition, *, network: RoadNetwork, now: datetime, actor: str
) -> Condition:
    """Enter a condition.

    Parameters
    ----------
    tx : Transaction
        Where to.
    new : NewCondition
        What holds where.
    network : RoadNetwork
        The roads it is meant for.
    now : datetime
        When it was entered.
    actor : str
        By whom.

    Raises
    ------
    InvalidInputError
        Naming every fault, also roads that the network does not have.
    """
    faults = list(faults_of_condition(new, network=network, now=now))
    if faults:
        raise InvalidInputError(faults)
    condition = entered(new, ConditionId(tx.next_id("condition")), now=now, actor=actor)
    tx.save_condition(condition)
    _tell(tx, condition, "added", now=now, actor=actor)
    return condition


def entered(new: NewCondition, condition_id: ConditionId, *, now: datetime, actor: str) -> Condition:
    """Return a condition as it is once it is entered.

    Parameters
    ----------
    new : NewCondition
        What holds where.
    condition_id : ConditionId
        One of its own.
    now : datetime
        When it was entered.
    actor : str
        By whom.
    """
    return Condition(
        id=condition_id,
        name=new.name,
        kind=new.kind,
        created_at=now,
        created_by=actor,
        area=new.area,
        way_ids=new.way_ids,
        road_classes=new.road_classes,
        speed_factor=new.speed_factor,
        speed_kph=new.speed_kph,
        hours=new.hours,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
    )


def faults_of_condition(new: NewCondition, *, network: RoadNetwork, now: datetime) -> Iterator[str]:
    """Yield everything that is wrong with a condition.

    Parameters
    ----------
    new : NewCondition
        As somebody enters it.
    network : RoadNetwork
        The roads it is meant for.
    now : datetime
        The moment.

    Yields
    ------
    str
        A fault with its code and facts.
    """
    yield from _faults(new, now)
    yield from _faults_on(network, new)


def remove_condition(tx: Transaction, condition_id: ConditionId, *, now: datetime, actor: str) -> Condition:
    """End a condition; it stays on record.

    Parameters
    ----------
    tx : Transaction
        Where to.
    condition_id : ConditionId
        Which; one that is removed already stays so since then.
    now : datetime
        When.
    actor : str
        Who removes it.
    """
    condition = tx.condition(condition_id)
    if condition.removed_at is not None:
        return condition
    removed = replace(condition, removed_at=now)
    tx.save_condition(removed)
    _tell(tx, removed, "removed", now=now, actor=actor)
    return removed


def routing_conditions(conditions: Sequence[Condition], network: RoadNetwork) -> Conditions:
    """Return what conditions mean to the router.

    Parameters
    ----------
    conditions : sequence of Condition
        As they were entered, perhaps for an older map: ways and classes that the network does not have are
        left out, and so are conditions that are only about such.
    network : RoadNetwork
        The roads of today.
    """
    asked = {way_id for condition in conditions for way_id in condition.way_ids}
    gone = asked - set(network.edge_way_id.tolist()) if asked else set()
    known = [
        replace(
            condition,
            way_ids=tuple(way for way in condition.way_ids if way not in gone),
            road_classes=tuple(name for name in condition.road_classes if name in network.classes),
        )
        for condition in conditions
        if (not condition.way_ids or not gone.issuperset(condition.way_ids))
        and (not condition.road_classes or not set(network.classes).isdisjoint(condition.road_classes))
    ]
    return Conditions(
        closures=tuple(_closure(each) for each in known if each.kind is ConditionKind.CLOSURE),
        speeds=tuple(_speed(each) for each in known if each.kind is ConditionKind.SPEED),
    )


def _closure(condition: Condition | NewCondition) -> Closure:
    return Closure(
        area=condition.area,
        way_ids=condition.way_ids,
        road_classes=condition.road_classes,
        hours=condition.hours,
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
    )


def _speed(condition: Condition | NewCondition) -> SpeedChange:
    return SpeedChange(
        area=condition.area,
        way_ids=condition.way_ids,
        road_classes=condition.road_classes,
        factor=condition.speed_factor,
        kph=condition.speed_kph,
        hours=condition.hours,
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
    )


def _faults(new: NewCondition, now: datetime) -> Iterator[str]:
    if not new.name.strip():
        yield Fault("empty", name="name")
    yield from faults_of_text("name", new.name)
    yield from _faults_of_speed(new)
    if new.valid_until is not None and new.valid_until.tzinfo is not None and new.valid_until <= now:
        yield Fault("over", until=new.valid_until, now=now)


def _faults_of_speed(new: NewCondition) -> Iterator[str]:
    factor, kph = new.speed_factor, new.speed_kph
    if new.kind is ConditionKind.CLOSURE:
        if factor is not None or kph is not None:
            yield Fault("closure_with_speed", given=factor if kph is None else kph)
    elif factor is not None and kph is not None:
        yield Fault("two_speeds", factor=factor, kph=kph)
    elif kph is not None:
        if not LEAST_KPH <= kph <= GREATEST_KPH:
            yield Fault("speed_kph", least=LEAST_KPH, most=GREATEST_KPH, kph=kph)
    elif factor is None or not LEAST_FACTOR <= factor <= GREATEST_FACTOR:
        yield Fault("speed_factor", least=LEAST_FACTOR, most=GREATEST_FACTOR, factor=factor)


def _faults_on(network: RoadNetwork, new: NewCondition) -> Iterator[str]:
    """Yield what the router finds wrong with where and when it holds, whatever its factor."""
    try:
        if new.kind is ConditionKind.CLOSURE:
            meant = Conditions(closures=(_closure(new),))
        else:
            meant = Conditions(speeds=(_speed(replace(new, speed_factor=1.0, speed_kph=None)),))
        meant.check(network)
    except InvalidConditionsError as error:
        yield Fault("bad_ground", said=str(error))


def _tell(tx: Transaction, condition: Condition, action: str, *, now: datetime, actor: str) -> None:
    tx.announce(conditions_changed(condition, action, at=now))
    entry = AuditEntry(
        at=now,
        actor=actor,
        action=action,
        subject="condition",
        subject_id=condition.id,
        details={"name": condition.name, "kind": condition.kind.value},
    )
    tx.record(entry)
