"""Vehicle profiles: tables of what OpenStreetMap's tags mean for one kind of vehicle.

The numbers of `VAN` are those of OSRM's car profile (profiles/car.lua, read in 2026): its speeds are what one
drives on average, not what is allowed, which is why a tagged limit is only driven at four fifths. The rules
that read these tables are in `way_rules` and `node_rules`.

OSRM keeps a weight apart from its durations, and chooses routes by that. We have only time. So of what it
puts into the weight alone, what costs time is in our time (two that meet on a narrow road, or wait for each
other), and what is a mere preference is not (a car park's aisles, side roads, missing lane markings).

A new profile is a copy of an old one with what differs, added to `PROFILES`:

    SWEEPER = replace(
        VAN,
        name="sweeper",
        top_kph=25.0,
        width_m=2.0,
        weight_t=6.0,
        class_kph={kind: kph for kind, kph in VAN.class_kph.items() if not kind.startswith("motorway")},
    )
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf

from equipage.routing.errors import UnknownProfileError


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleProfile:
    """The rules by which one kind of vehicle uses the network.

    Parameters
    ----------
    name : str
        What it is called.
    access_keys : tuple of str
        Keys that speak about its access, the most specific first; the last, `access`, speaks about everybody.
    shared_keys : tuple of str
        Keys of other vehicles whose permission is its permission too (buses, for an emergency vehicle).
    oneway_keys : tuple of str
        Vehicles whose `oneway:…` comes before `oneway`, the most specific first.
    limit_keys : tuple of str
        Keys that state a speed limit, the first that is understood counts.
    allowed, local, forbidden : frozenset of str
        Access values: may drive; may drive when its business is there, so that trips start and end there, but
        do not pass through; may not drive. Any other value is no obstacle.
    private : frozenset of str
        Access values that are local on roads and closed elsewhere; trips neither start nor end on such
        service roads, which are others' drives and yards.
    class_kph : mapping from str to float
        Average km/h on roads that state no limit, by the value of `highway`. Other classes are closed.
    permit_classes : frozenset of str
        Classes that are open only where a tag about access says so.
    others_classes : frozenset of str
        Classes meant for others, open only where a tag about vehicles (not just `access`) says so.
    permit_kph : float
        Average km/h on these two.
    crossing_kph : mapping from str to float
        Average km/h on ferries and the like that state no duration, by the value of `route`. They too are
        open only where a tag about vehicles says so.
    service_closed : frozenset of str
        Values of `service` that are closed.
    bridge_kph : mapping from str to float
        Average km/h on bridges that state neither limit nor duration, by the value of `bridge`.
    limit_factor : float
        The share of a stated speed limit that is driven on average.
    top_kph : float
        What it never drives faster than.
    condition_kph : mapping from str to mapping from str to float
        What the state of the road caps the speed at, by key and value; 0 closes it.
    lane_factor : float
        What the speed is multiplied by on a two-way road of one lane.
    width_factors : tuple of (float, float)
        The same on a two-way road below some metres of width, the narrowest first.
    alternating_factor, yielding_factor : float
        The same where the direction alternates, and where a sign gives those who come the other way priority.
    height_m, width_m, length_m, weight_t, axle_t : float
        Its size and its heaviest axle's load, held against the limits of roads and barriers.
    barriers_passed : frozenset of str
        Values of `barrier` that do not block where no access is stated; all others do.
    bollards_passed : frozenset of str
        Values of `bollard` that do not block.
    opens_locks : bool
        Whether it passes a barrier with `locked=yes`.
    barrier_delay_s : mapping from str to float
        Seconds that passing a barrier takes.
    stop_delay_s : mapping from str to float
        Seconds that passing signals and signs takes on average, by the value of `highway` of their node.
    """

    name: str
    access_keys: tuple[str, ...]
    shared_keys: tuple[str, ...] = ()
    oneway_keys: tuple[str, ...]
    limit_keys: tuple[str, ...]
    allowed: frozenset[str]
    local: frozenset[str]
    private: frozenset[str]
    forbidden: frozenset[str]
    class_kph: Mapping[str, float]
    permit_classes: frozenset[str]
    others_classes: frozenset[str]
    permit_kph: float
    crossing_kph: Mapping[str, float]
    service_closed: frozenset[str]
    bridge_kph: Mapping[str, float]
    limit_factor: float
    top_kph: float = inf
    condition_kph: Mapping[str, Mapping[str, float]]
    lane_factor: float
    width_factors: tuple[tuple[float, float], ...]
    alternating_factor: float
    yielding_factor: float
    height_m: float
    width_m: float
    length_m: float
    weight_t: float
    axle_t: float
    barriers_passed: frozenset[str]
    bollards_passed: frozenset[str]
    opens_locks: bool = False
    barrier_delay_s: Mapping[str, float]
    stop_delay_s: Mapping[str, float]


# OSRM's car, as high and as heavy as a van that a car's licence is enough for. Where it is not OSRM's:
# `official` is as good as `designated` (Key:access), `highway=road` is open (OSM tags for routing/Access
# restrictions), and what is meant for others needs a tag about vehicles: `access=yes` on a footpath is said
# of walkers. Ferries need one too (Tag:route=ferry): most that name no vehicle carry none.
VAN = VehicleProfile(
    name="van",
    access_keys=("motorcar", "motor_vehicle", "vehicle", "access"),
    oneway_keys=("motorcar", "motor_vehicle", "vehicle"),
    limit_keys=("maxspeed:advisory", "maxspeed", "zone:maxspeed", "source:maxspeed", "maxspeed:type"),
    allowed=frozenset({"yes", "permissive", "designated", "official", "hov"}),
    local=frozenset({"destination", "delivery", "customers"}),
    private=frozenset({"private", "permit", "residents", "unknown"}),
    forbidden=frozenset(
        {
            "no",
            "agricultural",
            "forestry",
            "emergency",
            "emergency_vehicle",
            "psv",
            "bus",
            "minibus",
            "taxi",
            "share_taxi",
            "foot",
            "restricted",
            "military",
        }
    ),
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
        "winter_road": 20.0,
        "ice_road": 15.0,
    },
    permit_classes=frozenset({"track"}),
    others_classes=frozenset({"pedestrian", "footway", "path", "cycleway", "bridleway", "busway"}),
    permit_kph=10.0,
    crossing_kph={"ferry": 5.0, "shuttle_train": 10.0},
    service_closed=frozenset({"emergency_access"}),
    bridge_kph={"movable": 5.0},
    limit_factor=0.8,
    condition_kph={
        "surface": {
            **dict.fromkeys(("cement", "compacted", "fine_gravel"), 80.0),
            **dict.fromkeys(("paving_stones", "metal", "bricks"), 60.0),
            **dict.fromkeys(("sett", "gravel", "unpaved", "ground", "dirt", "pebblestone"), 40.0),
            **dict.fromkeys(("grass", "grass_paver", "wood", "tartan"), 40.0),
            **dict.fromkeys(("cobblestone", "clay", "snow"), 30.0),
            **dict.fromkeys(("earth", "stone", "rocky", "sand", "ice"), 20.0),
            "laterite": 15.0,
            "mud": 10.0,
        },
        "tracktype": {"grade1": 60.0, "grade2": 40.0, "grade3": 30.0, "grade4": 25.0, "grade5": 20.0},
        "smoothness": {
            "intermediate": 80.0,
            "bad": 40.0,
            "very_bad": 20.0,
            "horrible": 10.0,
            "very_horrible": 5.0,
            "impassable": 0.0,
        },
    },
    # Half way between OSRM's weight (0.5; by width 0.5 up to 3 m, then 0.6, 0.75, 0.8; 0.7 for yielding) and
    # its durations (1): on Porto our routes are then as often OSRM's as with the weight's, times closer.
    lane_factor=0.75,
    width_factors=((3.01, 0.75), (4.0, 0.8), (5.0, 0.875), (6.0, 0.9)),
    alternating_factor=0.4,
    yielding_factor=0.85,
    height_m=2.5,
    width_m=1.9,
    length_m=4.8,
    weight_t=3.5,
    axle_t=2.3,
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
    bollards_passed=frozenset({"rising"}),
    barrier_delay_s={"gate": 60.0, "lift_gate": 60.0},
    stop_delay_s={"traffic_signals": 2.0, "stop": 2.0, "give_way": 1.0},
)

# A municipal lorry on two axles: France's widest (2.55 m) and heaviest (19 t, 13 t on one axle: Code de la
# route R312-10, R312-4 and R312-5), as high and as long as one that collects waste. 80 km/h is its limit on
# all roads but motorways (R413-8). It carries no dangerous goods, so `hazmat` is not read.
TRUCK = replace(
    VAN,
    name="truck",
    access_keys=("hgv", "motor_vehicle", "vehicle", "access"),
    oneway_keys=("hgv", "motor_vehicle", "vehicle"),
    limit_keys=("maxspeed:hgv", *VAN.limit_keys),
    top_kph=80.0,
    height_m=3.6,
    width_m=2.55,
    length_m=9.5,
    weight_t=19.0,
    axle_t=13.0,
)

# It may go where buses, residents and those with business may, opens bollards and locks, and takes no one-way
# street against its direction. In an emergency the Code de la route lifts all rules of the road for it
# (R432-1) and makes others give way (R415-12), so what is left here is prudence. Its speeds are
# the van's: what blue light gains is left as a reserve.
EMERGENCY = replace(
    VAN,
    name="emergency",
    access_keys=("emergency", *VAN.access_keys),
    shared_keys=("psv", "bus"),
    allowed=VAN.allowed
    | VAN.local
    | VAN.private
    | {"emergency", "emergency_vehicle", "psv", "bus", "minibus", "taxi", "share_taxi"},
    local=frozenset(),
    private=frozenset(),
    forbidden=frozenset({"no", "agricultural", "forestry", "foot", "restricted", "military"}),
    class_kph={**VAN.class_kph, "busway": 40.0, "pedestrian": 10.0},
    others_classes=VAN.others_classes - {"busway", "pedestrian"},
    service_closed=frozenset(),
    barriers_passed=VAN.barriers_passed | {"chain", "swing_gate"},
    bollards_passed=VAN.bollards_passed | {"removable", "foldable", "flexible"},
    opens_locks=True,
)

PROFILES: Mapping[str, VehicleProfile] = {profile.name: profile for profile in (VAN, TRUCK, EMERGENCY)}


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
