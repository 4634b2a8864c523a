"""What is lifted for those with business on a road: French *sauf desserte* below a limit of weight.

Whom only such a condition lets in may start and end trips there, and not pass through: for them the road is
what `delivery` or `destination` as an access value makes of it. Who may drive there anyway is not concerned.
"""

from __future__ import annotations

from equipage.routing.measures import SIZE_KEYS, UNLIMITED, vehicle_fits
from equipage.routing.osm import Tags
from equipage.routing.profile import VehicleProfile
from equipage.routing.way_rules import DIRECTIONS, vehicle_access

BUSINESS = frozenset({"customers", "delivery", "destination"})
"""Conditions about who has business there; as access values they say the same."""


def lifted_for_business(
    key: str, value: str, business: str, tags: Tags, profile: VehicleProfile
) -> Tags | None:
    """Return what a condition about business makes a way's tags say for a vehicle.

    Parameters
    ----------
    key, value : str
        What the tag says where the condition holds, such as `maxweight` and `none`, `hgv` and `yes`.
    business : str
        One of `BUSINESS`.
    tags : mapping from str to str
        The way's tags, the same key without condition among them.
    profile : VehicleProfile
        Whose rules count.

    Returns
    -------
    mapping from str to str or None
        The tags that change: none for a vehicle within the limit. None where nothing is lifted, or another
        tag closes the way anyhow.
    """
    plain = key.removesuffix(":forward").removesuffix(":backward")
    if plain in profile.access_keys:
        return {key: business} if value in profile.allowed and tags[key] in profile.forbidden else None
    if value not in UNLIMITED or plain.removesuffix(f":{profile.access_keys[0]}") not in SIZE_KEYS:
        return None
    if vehicle_fits({plain: tags[key]}, profile):
        return {}
    access = {vehicle_access(tags, profile, direction) for direction in DIRECTIONS}
    if access & profile.forbidden:
        return None
    known = bool(access & (profile.local | profile.private))
    return {key: value} if known else {key: value, profile.access_keys[0] + key.removeprefix(plain): business}
