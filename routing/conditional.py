"""What a way's tags say at different hours: tags that end in `:conditional`, and the situations they make.

A situation is the way's tags as if what its conditions say then were said without conditions. So whatever
rule reads a tag reads it at every hour, and no rule knows of hours.

Of several conditions of one tag the last that holds decides. Those about the vehicle (`weight>7.5`) are
decided here, once for all, and so is what is lifted for those with business on the road (`none @ delivery`);
those about whoever else drives (`residents`), the weather or the sun are not understood. No calendar of
holidays is known: where other days are said besides, public and school holidays (`PH off`, `SH off`,
`Su,PH`) are days like others: better to avoid a road for nothing than to drive where one may not.

See https://wiki.openstreetmap.org/wiki/Conditional_restrictions.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from itertools import compress, product
from typing import NamedTuple

from equipage.routing.business import BUSINESS, lifted_for_business
from equipage.routing.hours import read_hours
from equipage.routing.measures import SIZE_KEYS, metres, tonnes
from equipage.routing.osm import Tags
from equipage.routing.profile import VehicleProfile
from equipage.routing.states import UNLESS

SUFFIX = ":conditional"
NEVER = "never"
AND = " AND "
"""Between what must hold together."""

MOST_HOURS = 4
"""So many different hours of one way are told apart; of more it is not understood."""

_HOLIDAYS = r"(?:PH|SH)(?:,\s*(?:PH|SH))*"
_LEFT_OUT = re.compile(
    rf";\s*{_HOLIDAYS}\s+off\b|\b{_HOLIDAYS}\s+off\s*;\s*|,\s*{_HOLIDAYS}\b|\b{_HOLIDAYS},\s*"
)
_CLAUSE = r"\s*([^@;()]+?)\s*@\s*(?:\(([^()]*)\)|([^();@]*))\s*"
_ABOUT_VEHICLE = re.compile(r"(\w+)\s*(<=|>=|<|>|=)\s*([\d.,]+.*)")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


class Situation(NamedTuple):
    """When something holds, in the words of `RoadNetwork.hours`, and what the tags say then."""

    when: str
    tags: Tags


class _Change(NamedTuple):
    """What a tag says at some hours, at any where these are empty."""

    key: str
    value: str
    hours: str


def clauses(conditional: str) -> list[tuple[str, str]]:
    """Return the values of a `…:conditional` tag with their conditions; none where it is not of that form.

    Parameters
    ----------
    conditional : str
        Such as `no @ (Mo-Fr 07:00-09:00); delivery @ (weight<3.5)`.

    Examples
    --------
    >>> clauses("no @ (Mo-Fr 07:00-09:00); yes @ weight<3.5")
    [('no', 'Mo-Fr 07:00-09:00'), ('yes', 'weight<3.5')]
    """
    if not re.fullmatch(rf"{_CLAUSE}(?:;{_CLAUSE})*;?\s*", conditional):
        return []
    found = re.findall(_CLAUSE, conditional)
    return [(value, _LEFT_OUT.sub("", inner or bare.strip())) for value, inner, bare in found]


def clauses_for(conditional: str, profile: VehicleProfile) -> list[tuple[str, str]] | None:
    """Return the values of a `…:conditional` tag with the hours at which they hold for a vehicle.

    Parameters
    ----------
    conditional : str
        Such as `no_left_turn @ (Mo-Fr 07:00-09:00 AND weight>3.5)`.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    list of tuple of str or None
        Each value and its hours, empty for all; without those for other vehicles. None where one is not
        understood.

    Examples
    --------
    >>> from equipage.routing.profile import TRUCK
    >>> clauses_for("no_left_turn @ (weight>3.5); none @ (weight>30)", TRUCK)
    [('no_left_turn', '')]
    """
    told = [(value, _hours(condition, profile)) for value, condition in clauses(conditional)]
    read = [(value, hours) for value, hours in told if hours is not None]
    if not told or len(read) < len(told):
        return None
    return [(value, hours) for value, hours in read if hours != NEVER]


def situations(tags: Tags, profile: VehicleProfile) -> list[Situation] | None:
    """Return what a way's tags say at different hours, for a vehicle.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.
    profile : VehicleProfile
        Whose rules count: conditions for other vehicles are none of its own.

    Returns
    -------
    list of Situation or None
        At every time exactly one holds; the first is that of whoever tells no time. None where a condition
        is not understood.
    """
    told = {key.removesuffix(SUFFIX): said for key, said in tags.items() if key.endswith(SUFFIX)}
    ruling = told.keys() & _ruling_keys(profile) if told else set()
    lifted = {key: said for key in ruling if (said := _lifted(key, told[key], tags, profile)) is not None}
    tags = reduce(operator.or_, lifted.values(), dict(tags))
    changes: list[_Change] = []
    for key in sorted(ruling - lifted.keys()):
        read = clauses_for(told[key], profile)
        if read is None:
            return None
        changes += [_Change(key, *each) for each in read]
    hours = sorted({change.hours for change in changes} - {""})
    if len(hours) > MOST_HOURS:
        return None
    return [
        Situation(_words(hours, held), _said(tags, changes, {"", *compress(hours, held)}))
        for held in product((False, True), repeat=len(hours))
    ]


def _lifted(key: str, conditional: str, tags: Tags, profile: VehicleProfile) -> Tags | None:
    """Return the tags that a condition about business changes, None where it is none or lifts nothing."""
    told = clauses(conditional)
    if key not in tags or len(told) != 1 or told[0][1] not in BUSINESS:
        return None
    ((value, business),) = told
    return lifted_for_business(key, value, business, tags, profile)


def _said(tags: Tags, changes: list[_Change], holding: set[str]) -> Tags:
    """Return the tags with the changes that hold, the last of one key last."""
    return {**tags, **{change.key: change.value for change in changes if change.hours in holding}}


def _words(hours: list[str], held: tuple[bool, ...]) -> str:
    """Return in words that some hours are and others are not."""
    return AND.join(each if on else UNLESS + each for each, on in zip(hours, held, strict=True))


def _ruling_keys(profile: VehicleProfile) -> set[str]:
    """Return the tags about access, direction, speed and size that a profile reads."""
    keys = {*profile.access_keys, *profile.limit_keys, *SIZE_KEYS, "oneway"}
    keys |= {f"oneway:{key}" for key in profile.oneway_keys}
    keys |= {f"{key}:{profile.access_keys[0]}" for key in SIZE_KEYS}
    return keys | {f"{key}:{direction}" for key in keys for direction in ("forward", "backward")}


def _hours(condition: str, profile: VehicleProfile) -> str | None:
    """Return the hours that a condition leaves to a vehicle, empty for all; None where not understood."""
    hours = ""
    for part in re.split(r"\s+AND\s+", condition, flags=re.IGNORECASE):
        about = _holds_for(part, profile)
        if about is False:
            return NEVER
        if about is None:
            if hours or read_hours(part) is None:
                return None
            hours = part
    return hours


def _holds_for(condition: str, profile: VehicleProfile) -> bool | None:
    """Return whether a condition about vehicles holds for one, None where it is none, or not understood."""
    found = _ABOUT_VEHICLE.fullmatch(condition.strip())
    if found is None:
        return None
    own = dict(_sizes(profile)).get(found[1])
    stated = (tonnes if found[1] in {"weight", "weightrating", "axleload"} else metres)(found[3])
    return None if own is None or stated is None else _COMPARISONS[found[2]](own, stated)


def _sizes(profile: VehicleProfile) -> Iterator[tuple[str, float]]:
    """Yield a vehicle's sizes by what conditions call them."""
    yield from {"weight": profile.weight_t, "weightrating": profile.weight_t}.items()
    yield from {"axleload": profile.axle_t, "height": profile.height_m}.items()
    yield from {"width": profile.width_m, "length": profile.length_m}.items()
