"""Who may do what: every action for every role, and the limits of a key."""

from __future__ import annotations

import pytest

from equipage.dispatch.access import (
    PERMISSIONS,
    Action,
    Principal,
    allowed,
    hash_secret,
    in_scope,
    require,
    speaks_for,
)
from equipage.dispatch.errors import ForbiddenError
from equipage.dispatch.model import CrewId
from equipage.dispatch.status import Role

# One column a role: administrator, supervisor, dispatcher, crew, analyst, open311.
TABLE = """
                    adm  sup  dis  crw  ana  o311
look                yes  yes  yes  yes  yes  yes
file_report         yes  yes  yes  yes  no   yes
read_reports        yes  yes  yes  no   yes  no
read_contacts       yes  yes  yes  no   no   no
edit_report         yes  yes  yes  no   no   no
assign              yes  yes  yes  no   no   no
advance             yes  yes  yes  yes  no   no
plan_work           yes  yes  yes  no   no   no
read_plan           yes  yes  yes  no   yes  no
read_jobs           yes  yes  yes  yes  no   no
read_fleet          yes  yes  yes  no   yes  no
track               yes  yes  yes  no   no   no
manage_crews        yes  yes  yes  yes  no   no
manage_shifts       yes  yes  yes  no   no   no
read_devices        yes  yes  yes  no   no   no
manage_devices      yes  yes  no   no   no   no
acknowledge_alarm   yes  yes  yes  no   no   no
read_conditions     yes  yes  yes  yes  yes  no
edit_conditions     yes  yes  yes  no   no   no
take_notes          yes  yes  yes  no   no   no
watch               yes  yes  yes  no   no   no
analyse             yes  yes  yes  no   yes  no
read_audit          yes  yes  yes  no   no   no
manage_keys         yes  no   no   no   no   no
"""
COLUMNS = (Role.ADMIN, Role.SUPERVISOR, Role.DISPATCHER, Role.CREW, Role.ANALYST, Role.OPEN311)
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CELLS = [
    (action, role, cell == "yes") for action, *row in ROWS for role, cell in zip(COLUMNS, row, strict=True)
]


def test_the_table_has_every_action_and_every_role() -> None:
    """Nothing can be done that is not in the table."""
    assert {action for action, *_ in ROWS} == set(Action) == set(PERMISSIONS)
    assert set(COLUMNS) == set(Role)


@pytest.mark.parametrize(("action", "role", "may"), CELLS)
def test_every_role_may_do_what_the_table_says(action: str, role: Role, *, may: bool) -> None:
    """What is allowed passes; what is not is refused, naming who may."""
    principal = Principal(name="Claire", role=role)
    assert allowed(principal, Action(action)) is may
    if may:
        require(principal, Action(action))
    else:
        with pytest.raises(ForbiddenError, match="these may: admin"):
            require(principal, Action(action))


@pytest.mark.parametrize(
    ("services", "communes", "service_code", "commune", "inside"),
    [
        ((), (), "lamp", "Dijon", True),
        ((), (), "lamp", "", True),
        (("lamp",), (), "lamp", "Dijon", True),
        (("lamp",), (), "pothole", "Dijon", False),
        ((), ("Dijon", "Quetigny"), "lamp", "Quetigny", True),
        ((), ("Dijon",), "lamp", "Quetigny", False),
        (("lamp",), ("Dijon",), "lamp", "Quetigny", False),
        (("lamp",), ("Dijon",), "pothole", "Dijon", False),
        (("lamp",), ("Dijon",), "lamp", "Dijon", True),
        # A report of no known commune is nobody's who is limited to communes.
        ((), ("Dijon",), "lamp", "", False),
        # What is of no service and no commune concerns everybody.
        (("lamp",), ("Dijon",), "", "", True),
    ],
)
def test_a_key_reaches_as_far_as_its_services_and_communes(
    services: tuple[str, ...],
    communes: tuple[str, ...],
    service_code: str,
    commune: str,
    *,
    inside: bool,
) -> None:
    """Both limits count, and none is no limit."""
    principal = Principal(
        name="Claire", role=Role.DISPATCHER, services=frozenset(services), communes=frozenset(communes)
    )
    assert in_scope(principal, service_code, commune) is inside


def test_a_crew_speaks_only_for_itself() -> None:
    """A crew for its own id, everybody else for all, and a crew's key without a crew for none."""
    crew = Principal(name="A", role=Role.CREW, crew_id=CrewId("A"))
    assert speaks_for(crew, "A")
    assert not speaks_for(crew, "B")
    assert not speaks_for(Principal(name="?", role=Role.CREW), "A")
    assert speaks_for(Principal(name="Claire", role=Role.DISPATCHER), "B")


def test_secrets_are_hashed_by_sha_256() -> None:
    """The digest of `abc` is the one that FIPS 180-4 gives."""
    assert hash_secret("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
