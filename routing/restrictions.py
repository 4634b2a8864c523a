"""Turn restrictions: what a map's restriction relations forbid, and why some of them cannot be used.

Here a relation is read by itself; `equipage.routing.bans` then holds all of them against the network's edges.
Every relation ends up either used or refused for one named reason. Used means that it holds on this network;
that includes a ban of a turn that one-way streets or the rule about turning back exclude anyway.

See https://wiki.openstreetmap.org/wiki/Relation:restriction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from equipage.routing.conditional import clauses_for
from equipage.routing.hours import hours_of_tags, read_hours
from equipage.routing.osm import OsmRelation, Tags
from equipage.routing.profile import VehicleProfile
from equipage.routing.states import UNLESS

PROHIBITIONS = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"}
)
OBLIGATIONS = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
HOUR_KEYS = frozenset({"day_on", "day_off", "hour_on", "hour_off"})


class Refusal(StrEnum):
    """Why a turn restriction cannot be used."""

    NO_KIND = "no_kind"
    """No tag says what is restricted."""
    UNKNOWN_KIND = "unknown_kind"
    """The tag says something that is no kind of restriction."""
    CONDITION_NOT_UNDERSTOOD = "condition_not_understood"
    """When or for whom it holds is said in words that `equipage.routing.conditional` does not know."""
    NOT_FOR_THIS_PROFILE = "not_for_this_profile"
    """It is for other vehicles (by its tags or by a condition on their size), or excepts this one."""
    FROM_MISSING = "from_missing"
    """No way has the role `from`."""
    VIA_MISSING = "via_missing"
    """Nothing has the role `via`."""
    TO_MISSING = "to_missing"
    """No way has the role `to`."""
    SEVERAL_VIA = "several_via"
    """It has more than one `via` node, and no `via` way."""
    SEVERAL_FROM = "several_from"
    """Several `from` ways meet at the via, and it is not `no_entry`."""
    SEVERAL_TO = "several_to"
    """Several `to` ways meet at the via, and it is not `no_exit`."""
    VIA_NOT_ON_ROAD = "via_not_on_road"
    """The via node is on no road that the profile uses."""
    MEMBER_NOT_IN_MAP = "member_not_in_map"
    """The map lacks its `from`, `to` or a `via` way (a clipped extract, or no road at all)."""
    MEMBER_CLOSED = "member_closed"
    """The profile may not drive on its `from`, `to` or a `via` way."""
    MEMBER_NOT_AT_VIA = "member_not_at_via"
    """Its `from`, `via` and `to` do not follow each other, end to end."""
    MEMBER_NOT_SPLIT = "member_not_split"
    """Its `from` or `to` way runs through the via, both ways: nothing tells which half is meant."""
    WOULD_CLOSE_ROAD = "would_close_road"
    """The only turn that it allows is impossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRule:
    """One restriction, as its relation states it.

    Parameters
    ----------
    kind : str
        One of `PROHIBITIONS` or `OBLIGATIONS`.
    from_ways, to_ways : tuple of int
        Ids of the ways before and after.
    via_node : int or None
        Id of the node where the turn is made; None where it leads over ways.
    via_ways : tuple of int
        Ids of the ways it leads over, in whatever order.
    when : tuple of str
        Hours as in `Ban`, at any of which it holds; one empty text where it always does.
    """

    kind: str
    from_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    via_node: int | None
    via_ways: tuple[int, ...] = ()
    when: tuple[str, ...] = ("",)


def read_restriction(relation: OsmRelation, profile: VehicleProfile) -> TurnRule | Refusal:
    """Return what a relation restricts for a vehicle, or why that cannot be used.

    Parameters
    ----------
    relation : OsmRelation
        A relation of `type=restriction` (or the older `type=restriction:motorcar` and the like).
    profile : VehicleProfile
        Whose turns are asked for.

    Returns
    -------
    TurnRule or Refusal
        The restriction without regard to the network, or the first reason against it.
    """
    stated = _stated(relation, profile)
    if isinstance(stated, Refusal):
        return stated
    kind, when = stated
    ways = {
        role: tuple(dict.fromkeys(m.ref for m in relation.members if m.role == role and m.kind == "way"))
        for role in ("from", "via", "to")
    }
    via = tuple(dict.fromkeys(m.ref for m in relation.members if m.role == "via" and m.kind == "node"))
    if not ways["from"]:
        return Refusal.FROM_MISSING
    if not ways["to"]:
        return Refusal.TO_MISSING
    if not ways["via"] and len(via) != 1:
        return Refusal.SEVERAL_VIA if via else Refusal.VIA_MISSING
    return TurnRule(
        kind=kind,
        from_ways=ways["from"],
        to_ways=ways["to"],
        via_node=None if ways["via"] else via[0],
        via_ways=ways["via"],
        when=when,
    )


def _stated(relation: OsmRelation, profile: VehicleProfile) -> tuple[str, tuple[str, ...]] | Refusal:
    """Return the kind of restriction that a relation lays on the profile's vehicle, and when.

    Beside a restriction that always holds, of conditions only counts when, or for whom, it does not hold.
    """
    tags = relation.tags
    if _is_excepted(tags, profile):
        return Refusal.NOT_FOR_THIS_PROFILE
    own = (*(f"restriction:{key}" for key in profile.access_keys[:-1]), "restriction")
    kind = next((tags[key] for key in own if key in tags), None)
    conditional = next((tags[key] for key in (f"{key}:conditional" for key in own) if key in tags), None)
    if kind is None and conditional is None:
        others = any(key.startswith("restriction:") for key in tags)
        return Refusal.NOT_FOR_THIS_PROFILE if others else Refusal.NO_KIND
    told = clauses_for(conditional, profile) if conditional is not None else []
    if kind is None:
        return _only_then(told)
    if kind not in PROHIBITIONS | OBLIGATIONS:
        return Refusal.UNKNOWN_KIND
    if HOUR_KEYS.intersection(tags):
        hours = hours_of_tags(tags)
        return _only_then([(kind, hours)] if read_hours(hours) else None)
    lifted = [hours for value, hours in told or () if value == "none"]
    when = UNLESS + lifted[0] if len(lifted) == 1 else ""
    return Refusal.NOT_FOR_THIS_PROFILE if "" in lifted else (kind, (when,))


def _is_excepted(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether a relation excepts a vehicle (or those whose rights it has), or is of others' type."""
    keys = profile.access_keys[:-1]
    excepted = {vehicle.strip() for vehicle in tags.get("except", "").split(";")}
    _, _, vehicle = tags.get("type", "").partition(":")
    return bool(excepted.intersection(keys + profile.shared_keys)) or (vehicle != "" and vehicle not in keys)


def _only_then(told: list[tuple[str, str]] | None) -> tuple[str, tuple[str, ...]] | Refusal:
    """Return what conditions restrict; a refusal where they are not understood, or not all of one kind."""
    if told == []:
        return Refusal.NOT_FOR_THIS_PROFILE
    kinds = {kind for kind, _ in told or ()}
    if told is None or len(kinds) != 1:
        return Refusal.CONDITION_NOT_UNDERSTOOD
    (kind,) = kinds
    if kind not in PROHIBITIONS | OBLIGATIONS:
        return Refusal.UNKNOWN_KIND
    hours = tuple(hours for _, hours in told)
    return kind, ("",) if "" in hours else hours
