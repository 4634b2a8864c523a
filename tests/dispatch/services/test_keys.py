"""Keys are issued once and revoked for good."""

from __future__ import annotations

from typing import Any

import pytest

from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import ConflictError, InvalidInputError, NotFoundError
from equipage.dispatch.model import CrewId, Key, KeyId
from equipage.dispatch.services.keys import issue_key, revoke_key
from equipage.dispatch.status import Role
from tests.dispatch.services.town import ACTOR, Town


def issue(town: Town, **told: Any) -> Key:
    """Issue a key."""
    given = {"secret": "correct-horse", "name": "Claire", "role": Role.DISPATCHER, **told}
    with town.store.transaction() as tx:
        return issue_key(tx, now=town.now, actor=ACTOR, **given)


def test_a_key_is_kept_as_a_hash_with_its_limits(town: Town) -> None:
    """It is found by the hash of its secret, and of the secret itself six characters are kept."""
    key = issue(town, services=frozenset({"lamp"}), communes=frozenset({"Estville"}))
    assert key.prefix == "correc"
    assert (key.services, key.communes) == (frozenset({"lamp"}), frozenset({"Estville"}))
    with town.store.reading() as reading:
        assert reading.key_by_hash(hash_secret("correct-horse")) == key
        assert [entry.action for entry in reading.audit("key", key.id)] == ["issued"]
    assert "correct-horse" not in repr(key)


def test_of_a_short_secret_at_most_half_is_kept(town: Town) -> None:
    """A prefix must not be the secret."""
    assert issue(town, secret="demo").prefix == "de"


def test_a_crews_key_names_its_crew(town: Town) -> None:
    """With the crew it is a crew's key."""
    assert issue(town, role=Role.CREW, crew_id=CrewId("A")).crew_id == "A"


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"secret": ""}, "secret must not be empty"),
        ({"name": " "}, "name must not be empty"),
        ({"role": Role.CREW}, "names its crew"),
        ({"crew_id": CrewId("A")}, "names its crew"),
        ({"role": Role.CREW, "crew_id": CrewId("Z")}, "no crew 'Z'"),
        ({"services": frozenset({"lamps"})}, "no service lamps; there are: graffiti, lamp"),
        ({"communes": frozenset({"Nordville"})}, "no commune Nordville; there are: Estville, Ouestville"),
    ],
)
def test_what_is_wrong_with_a_key_is_named(town: Town, told: dict[str, Any], fault: str) -> None:
    """One thing wrong is one fault, and no key."""
    with pytest.raises(InvalidInputError) as caught:
        issue(town, **told)
    (said,) = caught.value.faults
    assert fault in said


def test_all_faults_of_a_key_are_named_at_once(town: Town) -> None:
    """Six things wrong are six faults."""
    with pytest.raises(InvalidInputError) as caught:
        issue(
            town,
            secret="",
            name="",
            crew_id=CrewId("Z"),
            services=frozenset({"x"}),
            communes=frozenset({"y"}),
        )
    assert len(caught.value.faults) == 6


def test_a_secret_is_nobody_elses(town: Town) -> None:
    """Not even a revoked key's."""
    key = issue(town)
    with town.store.transaction() as tx:
        revoked = revoke_key(tx, key.id, now=town.now, actor=ACTOR)
        assert revoked.revoked_at == town.now
        town.wait(1)
        assert revoke_key(tx, key.id, now=town.now, actor=ACTOR) == revoked
    with pytest.raises(ConflictError):
        issue(town, name="Another")


def test_an_unknown_key_is_not_revoked(town: Town) -> None:
    """There is none of that id."""
    with town.store.transaction() as tx, pytest.raises(NotFoundError):
        revoke_key(tx, KeyId("K77"), now=town.now, actor=ACTOR)
