"""What tags about speed and time say in numbers: limits with their units, zones and words, and durations."""

from __future__ import annotations

import re

KPH_PER_UNIT = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}

# OSRM's car profile (profiles/car.lua, maxspeed_table_default and maxspeed_table), which follows
# https://wiki.openstreetmap.org/wiki/Speed_limits; `living_street` and the Portuguese ones are from there.
# Germany's motorways are driven as where there is no limit, which OSRM does for `none` alone.
WORD_KPH = {
    "urban": 50.0,
    "rural": 90.0,
    "trunk": 110.0,
    "motorway": 130.0,
    "living_street": 20.0,
    "none": 140.0,
    "walk": 7.0,
}
NATIONAL_KPH = {
    "ar:urban": 40.0,
    "ar:rural": 110.0,
    "at:rural": 100.0,
    "at:trunk": 100.0,
    "be:motorway": 120.0,
    "bg:motorway": 140.0,
    "be-bru:rural": 70.0,
    "be-bru:urban": 30.0,
    "be-vlg:rural": 70.0,
    "by:urban": 60.0,
    "by:motorway": 110.0,
    "ca-on:rural": 80.0,
    "ch:rural": 80.0,
    "ch:trunk": 100.0,
    "ch:motorway": 120.0,
    "de:living_street": 7.0,
    "de:rural": 100.0,
    "de:motorway": 140.0,
    "dk:rural": 80.0,
    "es:trunk": 90.0,
    "fr:rural": 80.0,
    "gb:nsl_single": 96.56,
    "gb:nsl_dual": 112.65,
    "gb:motorway": 112.65,
    "gb:nsl_restricted": 48.28,
    "nl:rural": 80.0,
    "nl:trunk": 100.0,
    "no:rural": 80.0,
    "no:motorway": 110.0,
    "ph:urban": 40.0,
    "ph:rural": 80.0,
    "ph:motorway": 100.0,
    "pl:rural": 100.0,
    "pl:expressway": 120.0,
    "pl:trunk": 120.0,
    "pl:motorway": 140.0,
    "pt:trunk": 100.0,
    "pt:motorway": 120.0,
    "ro:trunk": 100.0,
    "ru:urban": 60.0,
    "ru:motorway": 110.0,
    "za:urban": 60.0,
    "za:rural": 100.0,
}

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots|)")
_ZONE = re.compile(r"(?:[a-z-]+:)?zone:?(\d+)|[a-z-]+:(\d+)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+)(?::(\d{2}))?")
_ISO_PERIOD = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", re.IGNORECASE)


def limit_kph(value: str) -> float | None:
    """Return the speed limit that a `maxspeed` value states, in km/h.

    Parameters
    ----------
    value : str
        Such as `50`, `30 mph`, `5 knots`, `FR:urban`, `FR:30`, `DE:zone:30`, `DE:walk`, `none`; of several
        separated by semicolons, the lowest counts.

    Returns
    -------
    float or None
        km/h; None where nothing in the value is understood (`signals`, `variable`, `0`).

    Examples
    --------
    >>> limit_kph("30 mph")
    48.28032
    >>> limit_kph("FR:urban")
    50.0
    """
    limits = [limit for part in value.lower().split(";") if (limit := _single_limit_kph(part.strip()))]
    return min(limits, default=None)


def _single_limit_kph(value: str) -> float | None:
    """Return the limit of one lower-case value; None or 0 where it is not understood."""
    if number := _NUMBER.fullmatch(value):
        return float(number[1]) * KPH_PER_UNIT[number[2]]
    national = re.sub("^uk:", "gb:", value)
    if national in NATIONAL_KPH:
        return NATIONAL_KPH[national]
    if zone := _ZONE.fullmatch(value):
        return float(zone[1] or zone[2])
    return WORD_KPH.get(value.rpartition(":")[2])


def duration_s(value: str) -> float | None:
    """Return the time that a `duration` value states, in seconds.

    Parameters
    ----------
    value : str
        Minutes (`20`), hours and minutes (`1:30`), with seconds (`00:20:30`), or an ISO 8601 period
        (`PT20M`).

    Returns
    -------
    float or None
        Seconds; None where the value is not understood or states no time at all.

    Examples
    --------
    >>> duration_s("1:30"), duration_s("PT20M")
    (5400.0, 1200.0)
    """
    period = _ISO_PERIOD.fullmatch(value.strip()) or _CLOCK.fullmatch(value.strip())
    if period is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in period.groups())
    return hours * 3600.0 + minutes * 60.0 + seconds or None
