"""What tags that end in `:conditional` say, and of what they say nothing that is understood."""

from __future__ import annotations

import pytest

from equipage.routing.conditional import clauses, situations
from equipage.routing.measures import SIZE_KEYS, vehicle_fits
from equipage.routing.osm import Tags
from equipage.routing.profile import TRUCK, VAN

WEEK, NIGHT = "Mo-Fr 07:00-09:00", "22:00-06:00"


def told(tags: dict[str, str], key: str) -> dict[str, str | None]:
    """Return for each situation of a van what a tag says then."""
    return {each.when: each.tags.get(key) for each in situations(tags, VAN) or ()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"no @ ({WEEK})", [("no", WEEK)]),
        (f"no @ {WEEK}", [("no", WEEK)]),
        (f"no @ ({WEEK}; Sa); yes @ ({NIGHT});", [("no", f"{WEEK}; Sa"), ("yes", NIGHT)]),
        ("30 mph @ wet", [("30 mph", "wet")]),
        (f"no @ ({WEEK}; PH,SH off)", [("no", WEEK)]),
        (f"no @ (PH off; {WEEK})", [("no", WEEK)]),
        ("no @ (Su,PH 10:00-12:00); yes @ (PH,Sa)", [("no", "Su 10:00-12:00"), ("yes", "Sa")]),
        ("no @ (PH 10:00-12:00); yes @ (PH off)", [("no", "PH 10:00-12:00"), ("yes", "PH off")]),
        ("no", []),
        ("no @ (", []),
    ],
)
def test_values_and_their_conditions(text: str, expected: list[tuple[str, str]]) -> None:
    """With parentheses or without, several, holidays left out; what is of no such form says nothing."""
    assert clauses(text) == expected


def test_a_tag_without_conditions_is_one_situation() -> None:
    """It holds always."""
    tags = {"highway": "residential"}
    assert situations(tags, VAN) == [("", tags)]


def test_a_condition_makes_two_situations() -> None:
    """Within its hours the tag says its value; outside, and for who tells no time, what it says plainly."""
    tags = {"access": "yes", "access:conditional": f"no @ ({WEEK})"}
    assert told(tags, "access") == {f"unless {WEEK}": "yes", WEEK: "no"}
    assert next(iter(told(tags, "access"))) == f"unless {WEEK}"


def test_the_last_condition_that_holds_decides() -> None:
    """Where hours overlap, as the wiki has it."""
    tags = {"maxspeed:conditional": f"30 @ ({WEEK}); 20 @ ({NIGHT})"}
    assert told(tags, "maxspeed") == {
        f"unless {NIGHT} AND unless {WEEK}": None,
        f"unless {NIGHT} AND {WEEK}": "30",
        f"{NIGHT} AND unless {WEEK}": "20",
        f"{NIGHT} AND {WEEK}": "20",
    }


@pytest.mark.parametrize(
    ("condition", "van", "truck"),
    [
        ("weight>7.5", "yes", "no"),
        ("weight > 7.5 t", "yes", "no"),
        ("weight<=3.5", "no", "yes"),
        ("weightrating>=3500 kg", "no", "no"),
        ("length>9", "yes", "no"),
        ("width>2.2 AND height>3", "yes", "no"),
        ("axleload>20", "yes", "yes"),
    ],
)
def test_conditions_about_the_vehicle_are_decided_at_once(condition: str, van: str, truck: str) -> None:
    """A van of 3.5 t and a lorry of 19 t, at every hour."""
    tags = {"motor_vehicle": "yes", "motor_vehicle:conditional": f"no @ ({condition})"}
    for profile, expected in ((VAN, van), (TRUCK, truck)):
        found = situations(tags, profile) or ()
        assert [(each.when, each.tags["motor_vehicle"]) for each in found] == [("", expected)]


def test_a_condition_may_be_about_both() -> None:
    """Lorries of more than 7.5 t in the rush hour: no condition for a van."""
    tags = {"access:conditional": f"no @ ({WEEK} AND weight>7.5)"}
    assert [each.when for each in situations(tags, TRUCK) or ()] == [f"unless {WEEK}", WEEK]
    assert [each.when for each in situations(tags, VAN) or ()] == [""]


@pytest.mark.parametrize(
    ("tags", "changed"),
    [
        ({"maxweight": "3.5", "maxweight:conditional": "none @ delivery"}, {"hgv": "delivery"}),
        ({"maxweightrating": "6", "maxweightrating:conditional": "none @ (delivery)"}, {"hgv": "delivery"}),
        ({"maxlength:hgv": "8", "maxlength:hgv:conditional": "none @ destination"}, {"hgv": "destination"}),
        (
            {"maxweight:forward": "3.5", "maxweight:forward:conditional": "none @ delivery"},
            {"hgv:forward": "delivery"},
        ),
        ({"hgv": "no", "hgv:conditional": "yes @ (destination)"}, {"hgv": "destination"}),
        ({"maxweight": "19", "maxweight:conditional": "none @ delivery"}, {}),
        ({"maxweight": "3.5", "maxweight:conditional": "none @ delivery", "access": "private"}, {}),
    ],
)
def test_what_is_lifted_for_business_makes_a_road_local(tags: Tags, changed: Tags) -> None:
    """For the lorry that it lets in, in the direction that it is about; a van is within the limits anyway."""
    limits = SIZE_KEYS + tuple(f"{key}:{more}" for key in SIZE_KEYS for more in ("hgv", "forward"))
    for profile, expected in ((TRUCK, changed), (VAN, {})):
        found = situations(tags, profile) or []
        assert [each.when for each in found] == [""]
        (only,) = found
        new = {key: value for key, value in only.tags.items() if tags.get(key) != value and key not in limits}
        assert new == expected
        assert vehicle_fits(only.tags, profile, "forward")


@pytest.mark.parametrize(
    "tags",
    [
        {"maxweight": "3.5", "maxweight:conditional": "none @ delivery", "motor_vehicle": "no"},
        {"maxweight": "3.5", "maxweight:conditional": "12 @ delivery"},
        {"maxweight": "3.5", "maxweight:conditional": "none @ residents"},
        {"maxweight": "3.5", "maxweight:conditional": "none @ (delivery AND Mo-Fr)"},
        {"maxweight": "3.5", "maxweight:conditional": "none @ delivery; 7.5 @ (Sa)"},
        {"maxweight:conditional": "none @ delivery"},
        {"hgv": "no", "hgv:conditional": "unknown @ delivery"},
    ],
)
def test_business_that_lets_no_lorry_in_is_not_understood(tags: Tags) -> None:
    """Another tag closes the road, or not all is lifted, or not for business alone: the plain tags count."""
    assert situations(tags, TRUCK) is None


@pytest.mark.parametrize(
    "said",
    [
        "no @ (PH)",
        "no @ wet",
        "yes @ delivery",
        "no @ (weight>heavy)",
        "no @ (axles>3)",
        "no",
        f"no @ ({WEEK} AND {NIGHT})",
        "; ".join(f"no @ ({hour}:00-{hour + 1}:00)" for hour in range(10, 15)),
    ],
)
def test_what_is_not_understood_is_none(said: str) -> None:
    """Holidays, weather, who drives, several hours together, and more different hours than four."""
    assert situations({"access:conditional": said}, VAN) is None


@pytest.mark.parametrize(
    "key", ["bicycle", "maxspeed:hgv", "hgv", "parking:lane:both", "motor_vehicle:lanes"]
)
def test_conditions_for_others_are_none_of_ones_own(key: str) -> None:
    """Nobody asks whether they are understood."""
    assert len(situations({f"{key}:conditional": "no @ (PH)"}, VAN) or ()) == 1
