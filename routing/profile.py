"""Vehicle profiles: what OpenStreetMap's tags mean for one kind of vehicle.

The numbers of `VAN` are those of OSRM's car profile (profiles/car.lua, read in 2026): its speeds are what one
drives on average, not what is allowed, which is why a tagged limit is only driven at four fifths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from equipage.routing.errors import UnknownProfileError
from equipage.routing.osm import Tags
from equipage.routing.speeds import limit_kph

Direction = Literal["forward", "backward"]

FERRY = "ferry"
FORWARD_VALUES = frozenset({"yes", "true", "1"})
BACKWARD_VALUES = frozenset({"-1", "reverse"})
BOTH_VALUES = frozenset({"no", "false", "0", "alternating"})
ROUNDABOUTS = frozenset({"roundabout", "circular"})
# Works beside the traffic or of small extent (OSRM's construction_whitelist).
HARMLESS_WORKS = frozenset({"no", "widening", "minor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleProfile:
    """The rules by which one kind of vehicle uses the network.

    Parameters
    ----------
    name : str
        What it is called.
    access_keys : tuple of str
        Keys that speak about its access, the most specific first; the last, `access`, speaks about everybody.
    allowed, local, forbidden : frozenset of str
        Access values: may drive; may drive when its business is there (passable for now, but slowly, so
        that no through route prefers it); may not drive. Any other value is no obstacle.
    local_factor : float
        What the speed is multiplied by on roads for local business.
    class_kph : mapping from str to float
        Average km/h on roads that state no limit, by the value of `highway`. Other classes are closed.
    permit_classes : frozenset of str
        Classes that are open only where a tag about vehicles (not just `access`) says so.
    permit_kph, ferry_kph : float
        Average km/h on those, and on ferries that state no duration.
    service_closed : frozenset of str
        Values of `service` that are closed.
    service_factor : mapping from str to float
        What the class speed is multiplied by, by the value of `service`.
    limit_factor : float
        The share of a stated speed limit that is driven on average.
    barriers_passed : frozenset of str
        Values of `barrier` that do not block where no access is stated; all others do.
    barrier_delay_s : mapping from str to float
        Seconds that passing a barrier takes.
    signal_delay_s : float
        Seconds that passing traffic signals takes on average.
    """

    name: str
    access_keys: tuple[str, ...]
    allowed: frozenset[str]
    local: frozenset[str]
    forbidden: frozenset[str]
    local_factor: float
    class_kph: Mapping[str, float]
    permit_classes: frozenset[str]
    permit_kph: float
    ferry_kph: float
    service_closed: frozenset[str]
    service_factor: Mapping[str, float]
    limit_factor: float
    barriers_passed: frozenset[str]
    barrier_delay_s: Mapping[str, float]
    signal_delay_s: float


VAN = VehicleProfile(
    name="van",
    access_keys=("motorcar", "motor_vehicle", "vehicle", "access"),
    allowed=frozenset({"yes", "permissive", "designated", "official"}),
    local=frozenset({"destination", "delivery", "customers"}),
    forbidden=frozenset(
        {
            "no",
            "private",
            "agricultural",
            "forestry",
            "emergency",
            "psv",
            "bus",
            "taxi",
            "military",
            "permit",
            "residents",
        }
    ),
    # OSRM drives there at full speed but charges 3,000 s for entering; half the speed is a plain stand-in.
    local_factor=0.5,
    class_kph={
        "motorway": 90.0,
        "motorway_link": 45.0,
        "trunk": 85.0,
        "trunk_link": 40.0,
        "primary": 65.0,
        "primary_link": 30.0,
        "secondary": 55.0,
        "secondary_link": 25.0,
        "tertiary": 40.0,
        "tertiary_link": 20.0,
        "unclassified": 25.0,
        "residential": 25.0,
        "living_street": 10.0,
        "service": 15.0,
        "road": 10.0,
    },
    permit_classes=frozenset({"track", "pedestrian", "footway", "path", "cycleway", "bridleway"}),
    permit_kph=10.0,
    ferry_kph=5.0,
    service_closed=frozenset({"emergency_access"}),
    service_factor={
        "alley": 0.5,
        "parking": 0.5,
        "parking_aisle": 0.5,
        "driveway": 0.5,
        "drive-through": 0.5,
        "drive-thru": 0.5,
    },
    limit_factor=0.8,
    barriers_passed=frozenset(
        {
            "arch",
            "border_control",
            "cattle_grid",
            "entrance",
            "gate",
            "height_restrictor",
            "lift_gate",
            "no",
            "sally_port",
            "toll_booth",
        }
    ),
    barrier_delay_s={"gate": 60.0, "lift_gate": 60.0},
    signal_delay_s=2.0,
)

PROFILES: Mapping[str, VehicleProfile] = {profile.name: profile for profile in (VAN,)}


def profile_named(name: str) -> VehicleProfile:
    """Return the vehicle profile of a name.

    Parameters
    ----------
    name : str
        One of `PROFILES`.

    Returns
    -------
    VehicleProfile
        The profile.

    Raises
    ------
    UnknownProfileError
        Where there is none of that name; the message lists those there are.
    """
    if name not in PROFILES:
        msg = f"there is no vehicle profile {name!r}; choose one of: {', '.join(PROFILES)}"
        raise UnknownProfileError(msg)
    return PROFILES[name]


def road_class(tags: Tags) -> str:
    """Return the class of a way: the value of its `highway` tag, or `ferry`; empty where it is neither.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.

    Returns
    -------
    str
        A ferry that also bears a `highway` tag is a ferry.
    """
    return FERRY if tags.get("route") == FERRY else tags.get("highway", "")


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

    Notes
    -----
    Tags that hold at certain times only (`oneway:conditional`, `access:conditional`) are not read.
    """
    if _is_closed(tags, profile):
        return False, False
    forward, backward = _oneway(tags, profile)
    return (
        forward and _may_drive(tags, profile, "forward"),
        backward and _may_drive(tags, profile, "backward"),
    )


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
        A share of the stated limit, else the average of the road's class; less on roads for local business.
    """
    stated = tags.get(f"maxspeed:{direction}") or tags.get("maxspeed")
    limit = limit_kph(stated) if stated else None
    if limit is not None:
        speed = limit * profile.limit_factor
    elif road_class(tags) == FERRY:
        speed = profile.ferry_kph
    else:
        class_kph = profile.class_kph.get(road_class(tags), profile.permit_kph)
        speed = class_kph * profile.service_factor.get(tags.get("service", ""), 1.0)
    return speed * (
        profile.local_factor if _access(tags, profile.access_keys, direction) in profile.local else 1.0
    )


def barrier_blocks(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether nobody drives through a node.

    Parameters
    ----------
    tags : mapping from str to str
        The node's tags.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    bool
        A stated access decides; where there is none, the kind of barrier. A bollard that sinks and a kerb
        that is flush with the road are no obstacle.
    """
    access = _access(tags, profile.access_keys)
    if access is not None:
        return access in profile.forbidden
    barrier = tags.get("barrier")
    if barrier is None or barrier in profile.barriers_passed:
        return False
    return not (tags.get("bollard") == "rising" or tags.get("kerb") in {"lowered", "flush"})


def _is_closed(tags: Tags, profile: VehicleProfile) -> bool:
    """Return whether a way is no road for the vehicle in either direction, whatever its access tags say."""
    kind = road_class(tags)
    if kind == FERRY or kind in profile.permit_classes:
        closed = _access(tags, profile.access_keys[:-1]) not in profile.allowed | profile.local
    else:
        closed = kind not in profile.class_kph
    return (
        closed
        or tags.get("service") in profile.service_closed
        or tags.get("area") == "yes"
        or tags.get("impassable") == "yes"
        or tags.get("status") == "impassable"
        or tags.get("construction", "no") not in HARMLESS_WORKS
    )


def _oneway(tags: Tags, profile: VehicleProfile) -> tuple[bool, bool]:
    """Return the directions that the `oneway` tags leave open; a lane that changes direction is closed."""
    for key in (*(f"oneway:{key}" for key in profile.access_keys[:-1]), "oneway"):
        value = tags.get(key)
        if value in FORWARD_VALUES:
            return True, False
        if value in BACKWARD_VALUES:
            return False, True
        if value in BOTH_VALUES:
            return True, True
        if value == "reversible":
            return False, False
    implied = tags.get("junction") in ROUNDABOUTS or tags.get("highway") == "motorway"
    return True, not implied


def _may_drive(tags: Tags, profile: VehicleProfile, direction: Direction) -> bool:
    """Return whether the access tags allow a direction."""
    return _access(tags, profile.access_keys, direction) not in profile.forbidden


def _access(tags: Tags, keys: tuple[str, ...], direction: Direction | None = None) -> str | None:
    """Return what the most specific access tag says, None where there is none."""
    for key in keys:
        value = (tags.get(f"{key}:{direction}") if direction else None) or tags.get(key)
        if value:
            return value
    return None
