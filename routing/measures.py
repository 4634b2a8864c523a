"""What tags about sizes say in metres and tonnes, and whether a vehicle is within them."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf

from equipage.routing.osm import Direction, Tags
from equipage.routing.profile import VehicleProfile

M_PER_FOOT, M_PER_INCH = 0.3048, 0.0254
M_PER_UNIT = {"": 1.0, "m": 1.0, "cm": 0.01, "ft": M_PER_FOOT, "in": M_PER_INCH}
# A short ton (st) is American, a long ton (lt) British.
T_PER_UNIT = {"": 1.0, "t": 1.0, "kg": 0.001, "lbs": 0.00045359237, "lb": 0.00045359237}
T_PER_UNIT |= {"st": 0.90718474, "lt": 1.0160469088}

WIDTH_KEYS = ("maxwidth:physical", "maxwidth", "width", "est_width")
HEIGHT_KEYS = ("maxheight:physical", "maxheight")
WEIGHT_KEYS = ("maxweight", "maxweightrating")
AXLE_KEYS = ("maxaxleload",)
LENGTH_KEYS = ("maxlength",)
SIZE_KEYS = (*WIDTH_KEYS, *HEIGHT_KEYS, *LENGTH_KEYS, *WEIGHT_KEYS, *AXLE_KEYS)
# What says that there is no limit of one's own (Key:maxheight): the country's, which all vehicles keep to.
UNLIMITED = frozenset({"none", "no", "default", "unsigned", "no_sign", "no-sign", "no_indications"})
# What is tagged as narrow is no way for what is wider (OSRM's).
NARROW_M = 2.2

_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)")
_FEET = re.compile(r"(\d+)\s*'\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|'')?)?")


def metres(value: str) -> float | None:
    """Return the length that a value such as that of `maxheight` or `width` states, in metres.

    Parameters
    ----------
    value : str
        Such as `3.5`, `3,5 m`, `350 cm`, `12 ft`, `11'6"`.

    Returns
    -------
    float or None
        Metres; None where the value is no length (`default`, `none`, `narrow`).

    Examples
    --------
    >>> metres("3.5 m"), metres("10'")
    (3.5, 3.048)
    """
    if feet := _FEET.fullmatch(value.strip()):
        return int(feet[1]) * M_PER_FOOT + float(feet[2] or 0) * M_PER_INCH
    return _measured(value, M_PER_UNIT)


def tonnes(value: str) -> float | None:
    """Return the weight that a value such as that of `maxweight` states, in tonnes.

    Parameters
    ----------
    value : str
        Such as `3.5`, `7,5 t`, `3500 kg`, `6000 lbs`.

    Returns
    -------
    float or None
        Tonnes; None where the value is no weight.

    Examples
    --------
    >>> tonnes("7.5 t"), tonnes("3500 kg")
    (7.5, 3.5)
    """
    return _measured(value, T_PER_UNIT)


def vehicle_fits(tags: Tags, profile: VehicleProfile, direction: Direction | None = None) -> bool:
    """Return whether a vehicle is within the limits of a way or a barrier.

    Parameters
    ----------
    tags : mapping from str to str
        Its tags.
    profile : VehicleProfile
        Whose size counts.
    direction : {"forward", "backward"}, optional
        The direction of travel.

    Returns
    -------
    bool
        As in OSRM's, what is as wide as the vehicle is too narrow, while a vehicle may be as high, long and
        heavy as is allowed.
    """
    if (tags.get("narrow") == "yes" or tags.get("width") == "narrow") and profile.width_m > NARROW_M:
        return False

    def least(keys: tuple[str, ...], read: Callable[[str], float | None]) -> float:
        own = [*keys, *(f"{key}:{profile.access_keys[0]}" for key in keys)]
        stated = (tags.get(f"{key}:{direction}") or tags.get(key) for key in own)
        return min((size for value in stated if value and (size := read(value)) is not None), default=inf)

    return (
        least(WIDTH_KEYS, metres) > profile.width_m
        and least(HEIGHT_KEYS, metres) >= profile.height_m
        and least(LENGTH_KEYS, metres) >= profile.length_m
        and least(WEIGHT_KEYS, tonnes) >= profile.weight_t
        and least(AXLE_KEYS, tonnes) >= profile.axle_t
    )


def unread_sizes(tags: Tags) -> bool:
    """Return whether a limit of size is stated that is no number (`below_default`): nobody knows who fits.

    Parameters
    ----------
    tags : mapping from str to str
        Those of a way or a barrier.
    """
    lengths = ((key, metres) for key in ("maxwidth", *HEIGHT_KEYS, *LENGTH_KEYS))
    weights = ((key, tonnes) for key in (*WEIGHT_KEYS, *AXLE_KEYS))
    return any(
        key in tags and tags[key] not in UNLIMITED and read(tags[key]) is None
        for key, read in (*lengths, *weights)
    )


def _measured(value: str, units: dict[str, float]) -> float | None:
    """Return a number times its unit, None where either is not understood."""
    found = _NUMBER.fullmatch(value.strip().lower())
    if found is None or found[2] not in units:
        return None
    return float(found[1].replace(",", ".")) * units[found[2]]
