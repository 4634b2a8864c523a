"""What the tags of a way mean for a vehicle: whether it may drive there, in which direction, how fast.

The rules are those of OSRM's car profile (profiles/car.lua, lib/way_handlers.lua), except where the wiki says
otherwise; `profile` says where. A motorway's links are one-way only where they say so, as in both
(Tag:highway=motorway_link). Works end when the map says so: `construction:date` opens nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from equipage.routing.measures import metres, unread_sizes, vehicle_fits
from equipage.routing.osm import CROSSINGS, Direction, Tags
from equipage.routing.profile import VehicleProfile
from equipage.routing.speeds import limit_kph

DIRECTIONS: tuple[Direction, Direction] = ("forward", "backward")

FORWARD_VALUES = frozenset({"yes", "true", "1"})
BACKWARD_VALUES = frozenset({"-1", "reverse"})
BOTH_VALUES = frozenset({"no", "false", "0", "alternating"})
ROUNDABOUTS = frozenset({"roundabout", "circular"})
# Works beside the traffic or of small extent (OSRM's construction_whitelist).
HARMLESS_WORKS = frozenset({"no", "widening", "minor"})
# Values that advise against a road, or say that nothing is said: no obstacle.
ADVICE = frozenset({"discouraged", "unsuitable", "unspecified", "undefined"})


class Closure(StrEnum):
    """Why a vehicle may not drive a way in a direction."""

    CLASS = "class"
    """Its class is no road for the vehicle, and nothing permits it; or it is an area."""
    WORKS = "works"
    """It is being built, planned or abandoned."""
    IMPASSABLE = "impassable"
    """It is said to be, or its surface is."""
    SIZE = "size"
    """The vehicle is too high, wide, long or heavy."""
    ACCESS = "access"
    """The vehicle has no access."""
    REVERSIBLE = "reversible"
    """Its direction changes over the day, and nothing here knows when."""
    ONEWAY = "oneway"
    """It leads the other way only."""


def road_class(tags: Tags) -> str:
    """Return the class of a way: the value of `highway`, or of `route` for what carries vehicles.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.

    Returns
    -------
    str
        A ferry or shuttle train that also bears a `highway` tag is one all the same; empty where it is
        neither.
    """
    route = tags.get("route", "")
    return route if route in CROSSINGS else tags.get("highway", "")


def closure(tags: Tags, profile: VehicleProfile, direction: Direction) -> Closure | None:
    """Return why a way may not be driven in a direction, None where it may be.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.
    profile : VehicleProfile
        Whose rules count.
    direction : {"forward", "backward"}
        As the way is drawn, or against that.

    Returns
    -------
    Closure or None
        The first reason.
    """
    reason = _closed_altogether(tags, profile)
    if reason is not None:
        return reason
    oneway = _oneway(tags, profile)
    if oneway is None:
        return Closure.REVERSIBLE
    if not oneway[DIRECTIONS.index(direction)]:
        return Closure.ONEWAY
    if not _has_access(tags, profile, direction):
        return Closure.ACCESS
    return None if vehicle_fits(tags, profile, direction) else Closure.SIZE


def directions(tags: Tags, profile: VehicleProfile) -> tuple[bool, bool]:
    """Return whether a way may be driven in the direction it is drawn, and against it.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    tuple of bool
        Forward and backward; neither where the way is closed to the vehicle.
    """
    forward, backward = (closure(tags, profile, direction) is None for direction in DIRECTIONS)
    return forward, backward


def is_local(tags: Tags, profile: VehicleProfile, direction: Direction) -> bool:
    """Return whether trips may only start and end on a way.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags; those of a way that the profile may drive.
    profile : VehicleProfile
        Whose rules count.
    direction : {"forward", "backward"}
        The direction of travel.

    Returns
    -------
    bool
        True where its access is for those with business there, or all lanes are for shared cars (`hov`).
    """
    if vehicle_access(tags, profile, direction) in profile.local | profile.private:
        return True
    lanes = tags.get(f"hov:lanes:{direction}") or tags.get("hov:lanes") or tags.get("hov", "")
    return bool(profile.local) and set(lanes.split("|")) == {"designated"}


def may_stop(tags: Tags, profile: VehicleProfile, direction: Direction) -> bool:
    """Return whether trips may start and end on a way.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags; those of a way that the profile may drive.
    profile : VehicleProfile
        Whose rules count.
    direction : {"forward", "backward"}
        The direction of travel.

    Returns
    -------
    bool
        False on ferries and shuttle trains, and on private service roads.
    """
    kind = road_class(tags)
    private = vehicle_access(tags, profile, direction) in profile.private
    return kind not in CROSSINGS and not (kind == "service" and private)


def speed_kph(tags: Tags, profile: VehicleProfile, direction: Direction = "forward") -> float:
    """Return the average speed on a way without conditions, in km/h.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags; those of a way that the profile may drive.
    profile : VehicleProfile
        Whose rules count.
    direction : {"forward", "backward"}
        The direction of travel.

    Returns
    -------
    float
        A share of the stated limit, else the average of the road's class; never more than the vehicle or the
        state of the road allows; less on narrow roads.
    """
    limit = stated_limit_kph(tags, profile, direction)
    kind = road_class(tags)
    if limit is not None:
        speed = limit * profile.limit_factor
    elif kind in CROSSINGS:
        speed = profile.crossing_kph[kind]
    else:
        class_kph = profile.class_kph.get(kind, profile.permit_kph)
        speed = profile.bridge_kph.get(tags.get("bridge", ""), class_kph)
    speed = min(speed, profile.top_kph, *_caps_kph(tags, profile))
    return speed * min(_hindrances(tags, profile, direction), default=1.0)


def stated_limit_kph(tags: Tags, profile: VehicleProfile, direction: Direction) -> float | None:
    """Return the speed limit that a way states for a vehicle and direction, in km/h.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.
    profile : VehicleProfile
        Whose rules count.
    direction : {"forward", "backward"}
        The direction of travel.

    Returns
    -------
    float or None
        The first that is understood, in the order of the profile's keys; None where there is none.
    """
    for key in profile.limit_keys:
        stated = tags.get(f"{key}:{direction}") or tags.get(key)
        limit = limit_kph(stated) if stated else None
        if limit is not None:
            return limit
    return None


def unread_tags(tags: Tags, profile: VehicleProfile) -> list[str]:
    """Return what of a way's tags about access, direction and speed is not used.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    list of str
        `limits_not_understood` where `maxspeed` states no speed, `sizes_not_understood` where a limit of size
        is no number, `access_not_understood` and `oneway_not_understood` where these say what no rule knows.
    """
    unread = []
    if "maxspeed" in tags and limit_kph(tags["maxspeed"]) is None:
        unread.append("limits_not_understood")
    if unread_sizes(tags):
        unread.append("sizes_not_understood")
    known = profile.allowed | profile.local | profile.private | profile.forbidden | ADVICE
    if not {vehicle_access(tags, profile, direction) for direction in DIRECTIONS} <= {None, *known}:
        unread.append("access_not_understood")
    if tags.get("oneway", "no") not in FORWARD_VALUES | BACKWARD_VALUES | BOTH_VALUES:
        unread.append("oneway_not_understood")
    return unread


def access_value(tags: Tags, keys: tuple[str, ...], direction: Direction | None = None) -> str | None:
    """Return what the most specific access tag says.

    Parameters
    ----------
    tags : mapping from str to str
        The tags of a way or a node.
    keys : tuple of str
        Keys about access, the most specific first.
    direction : {"forward", "backward"}, optional
        The direction of travel; a tag about it comes before the same one without a direction.

    Returns
    -------
    str or None
        None where there is none.
    """
    for key in keys:
        value = (tags.get(f"{key}:{direction}") if direction else None) or tags.get(key)
        if value:
            return value
    return None


def vehicle_access(tags: Tags, profile: VehicleProfile, direction: Direction | None = None) -> str | None:
    """Return what a way or node says about a vehicle's access; of a list (`yes;permit`) what allows most."""
    value = access_value(tags, profile.access_keys, direction)
    if value is None or ";" not in value:
        return value
    parts = [part.strip() for part in value.split(";")]
    ranked = (profile.allowed, profile.local, profile.private, profile.forbidden)
    return next((part for values in ranked for part in parts if part in values), value)


def _closed_altogether(tags: Tags, profile: VehicleProfile) -> Closure | None:
    """Return why a way is closed in both directions for all vehicles of a profile."""
    if not _is_road(tags, profile):
        return Closure.CLASS
    if _is_unfinished(tags):
        return Closure.WORKS
    return Closure.IMPASSABLE if _is_impassable(tags, profile) else None


def _is_road(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether a way's class is open to the vehicle, of itself or by a tag about vehicles."""
    kind = road_class(tags)
    if kind in CROSSINGS | profile.others_classes | profile.permit_classes:
        granted = profile.allowed | profile.local
        general = profile.access_keys[-1:] if kind in profile.permit_classes else ()
        keys = (*profile.access_keys[:-1], *profile.shared_keys, *general)
        open_ = any(access_value(tags, keys, direction) in granted for direction in DIRECTIONS)
    else:
        open_ = kind in profile.class_kph
    return open_ and tags.get("service") not in profile.service_closed and tags.get("area") != "yes"


def _is_unfinished(tags: Tags) -> bool:
    """Return whether a way is being built, only planned, or given up."""
    return (
        tags.get("construction", "no") not in HARMLESS_WORKS
        or tags.get("abandoned") == "yes"
        or tags.get("railway") == "construction"
    )


def _is_impassable(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether no vehicle of the profile can drive a way."""
    stated = tags.get("impassable") == "yes" or tags.get("status") == "impassable"
    return stated or 0.0 in _caps_kph(tags, profile)


def _caps_kph(tags: Tags, profile: VehicleProfile) -> list[float]:
    """Return the speeds that the state of the road allows."""
    caps = (kph.get(tags.get(key, "")) for key, kph in profile.condition_kph.items())
    return [cap for cap in caps if cap is not None]


def _hindrances(tags: Tags, profile: VehicleProfile, direction: Direction) -> Iterable[float]:
    """Yield what the speed is multiplied by for reasons besides class and surface; the least counts."""
    if tags.get("oneway") == "alternating":
        yield profile.alternating_factor
    if tags.get("priority") in {"forward", "backward"} - {direction}:
        yield profile.yielding_factor
    if _oneway(tags, profile) != (True, True):
        return
    if tags.get("lanes") == "1":
        yield profile.lane_factor
    width_m = metres(tags["width"]) if "width" in tags else None
    if width_m is not None:
        yield next((factor for below_m, factor in profile.width_factors if width_m < below_m), 1.0)


def _oneway(tags: Tags, profile: VehicleProfile) -> tuple[bool, bool] | None:
    """Return the directions that the `oneway` tags leave open; None where they change over the day."""
    for key in (*(f"oneway:{key}" for key in profile.oneway_keys), "oneway"):
        value = tags.get(key)
        if value in FORWARD_VALUES:
            return True, False
        if value in BACKWARD_VALUES:
            return False, True
        if value in BOTH_VALUES:
            return True, True
        if value == "reversible":
            return None
    implied = tags.get("junction") in ROUNDABOUTS or tags.get("highway") == "motorway"
    return True, not implied


def _has_access(tags: Tags, profile: VehicleProfile, direction: Direction) -> bool:
    """Return whether the access tags allow a direction."""
    value = vehicle_access(tags, profile, direction)
    no_road = road_class(tags) not in profile.class_kph
    if value in profile.forbidden or (value in profile.private and no_road):
        return access_value(tags, profile.shared_keys, direction) in profile.allowed
    return True
