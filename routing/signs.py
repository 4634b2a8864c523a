"""What signs along a way say to drivers: its number, where it leads, and that it is a roundabout."""

from __future__ import annotations

from equipage.routing.osm import Direction, Tags
from equipage.routing.way_rules import BACKWARD_VALUES, FORWARD_VALUES, ROUNDABOUTS

_PLACES = ("destination:ref", "destination", "destination:street")
_KEYS = frozenset({"ref"}.union(*({key, f"{key}:forward", f"{key}:backward"} for key in _PLACES)))


def signs_of(tags: Tags) -> tuple[str, str, str]:
    """Return a way's number, where it leads in the direction it is drawn in, and where against it.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.

    Returns
    -------
    tuple of str
        Empty where nothing is said; of several values all.

    Examples
    --------
    >>> signs_of({"ref": "D 905", "oneway": "yes", "destination:ref": "A 38", "destination": "Paris;Lyon"})
    ('D 905', 'A 38: Paris, Lyon', '')
    """
    if _KEYS.isdisjoint(tags):  # nearly all
        return "", "", ""
    return _listed(tags.get("ref", "")), _destination(tags, "forward"), _destination(tags, "backward")


def is_roundabout(tags: Tags) -> bool:
    """Return whether a way is part of a roundabout or another ring that all drive round the same way.

    Parameters
    ----------
    tags : mapping from str to str
        The way's tags.
    """
    return tags.get("junction") in ROUNDABOUTS


def _destination(tags: Tags, direction: Direction) -> str:
    """Return where signs say that a way leads; what is said of both directions counts for none."""
    oneway = BACKWARD_VALUES if direction == "backward" else FORWARD_VALUES
    own = tags.get("oneway") in oneway or (tags.get("highway") == "motorway" and direction == "forward")
    roads, places, street = (
        _listed(tags.get(f"{key}:{direction}") or (tags.get(key, "") if own else "")) for key in _PLACES
    )
    return f"{roads}: {places}" if roads and places else roads or places or street


def _listed(values: str) -> str:
    """Return the values of a tag as one reads them."""
    return ", ".join(value.strip() for value in values.split(";") if value.strip())
