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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCondition:
    """A closure or a speed as somebody enters it.

    Parameters
    ----------
    area : Polygon, MultiPolygon or None
        Roads that touch it, lon, lat; with way_ids, only those of them.
    way_ids : tuple of int
        OpenStreetMap ways.
    speed_factor : float or None
        Times the usual speed; for a speed only.
    valid_from, valid_until : datetime or None
        Aware times; None for at once and for ever.
    """

    name: str
    kind: ConditionKind
    area: Polygon | MultiPolygon | None = None
    way_ids: tuple[int, ...] = ()
    speed_factor: float | None = None
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
    faults = [*_faults(new, now), *_faults_on(network, new)]
    if faults:
        raise InvalidInputError(faults)
    condition = Condition(
        id=ConditionId(tx.next_id("condition")),
        name=new.name,
        kind=new.kind,
        created_at=now,
        created_by=actor,
        area=new.area,
        way_ids=new.way_ids,
        speed_factor=new.speed_factor,
        valid_from=new.valid_from,
        valid_until=new.valid_until,
    )
    tx.save_condition(condition)
    _tell(tx, condition, "added", now=now, actor=actor)
    return condition


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
        As they were entered, perhaps for an older map: ways that the network does not have are left out, and
        so are conditions that are only about such ways.
    network : RoadNetwork
        The roads of today.
    """
    asked = {way_id for condition in conditions for way_id in condition.way_ids}
    gone = asked - set(network.edge_way_id.tolist()) if asked else set()
    known = [
        replace(condition, way_ids=tuple(way for way in condition.way_ids if way not in gone))
        for condition in conditions
        if not condition.way_ids or not gone.issuperset(condition.way_ids)
    ]
    return Conditions(
        closures=tuple(_closure(each) for each in known if each.kind is ConditionKind.CLOSURE),
        speeds=tuple(_speed(each) for each in known if each.kind is ConditionKind.SPEED),
    )


def _closure(condition: Condition | NewCondition) -> Closure:
    return Closure(
        area=condition.area,
        way_ids=condition.way_ids,
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
    )


def _speed(condition: Condition | NewCondition) -> SpeedChange:
    return SpeedChange(
        area=condition.area,
        way_ids=condition.way_ids,
        factor=condition.speed_factor,
        valid_from=condition.valid_from,
        valid_until=condition.valid_until,
    )


def _faults(new: NewCondition, now: datetime) -> Iterator[str]:
    if not new.name.strip():
        yield Fault("empty", name="name")
    yield from faults_of_text("name", new.name)
    factor = new.speed_factor
    if new.kind is ConditionKind.CLOSURE and factor is not None:
        yield Fault("closure_with_speed", factor=factor)
    if new.kind is ConditionKind.SPEED and (factor is None or not LEAST_FACTOR <= factor <= GREATEST_FACTOR):
        yield Fault("speed_factor", least=LEAST_FACTOR, most=GREATEST_FACTOR, factor=factor)
    if new.valid_until is not None and new.valid_until.tzinfo is not None and new.valid_until <= now:
        yield Fault("over", until=new.valid_until, now=now)


def _faults_on(network: RoadNetwork, new: NewCondition) -> Iterator[str]:
    """Yield what the router finds wrong with where and when it holds, whatever its factor."""
    try:
        if new.kind is ConditionKind.CLOSURE:
            meant = Conditions(closures=(_closure(new),))
        else:
            meant = Conditions(speeds=(_speed(replace(new, speed_factor=1.0)),))
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
