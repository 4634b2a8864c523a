"""A sign-in link lets one telephone in, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from equipage.dispatch.access import hash_secret
from equipage.dispatch.errors import InvalidInputError, NotFoundError
from equipage.dispatch.model import CrewId, Key
from equipage.dispatch.services.keys import revoke_key
from equipage.dispatch.services.signin import LINK_LASTS, issue_link, open_link
from equipage.dispatch.status import Role
from tests.dispatch.services.town import ACTOR, Town

CREW = CrewId("A")


def link(town: Town, secret: str = "in-the-code", crew_id: CrewId = CREW) -> Key:
    """Make a link."""
    with town.store.transaction() as tx:
        return issue_link(tx, secret=secret, name="Ana's phone", crew_id=crew_id, now=town.now, actor=ACTOR)


def follow(town: Town, secret: str = "in-the-code", *, after: timedelta = timedelta()) -> Key:
    """Open a link some time later."""
    with town.store.transaction() as tx:
        return open_link(tx, secret, new_secret="told-to-nobody", now=town.now + after)


def test_a_link_signs_in_as_its_crew(town: Town) -> None:
    """The key that it stands for is the crew's, and the audit tells both steps."""
    made = link(town)
    opened = follow(town)
    assert (opened.id, opened.role, opened.crew_id) == (made.id, Role.CREW, CREW)
    with town.store.reading() as reading:
        assert [entry.action for entry in reading.audit("key", made.id)] == ["issued", "signed_in"]


def test_a_link_works_once(town: Town) -> None:
    """Whoever finds it later finds nothing."""
    link(town)
    follow(town)
    with pytest.raises(NotFoundError, match="ask for a new one"):
        follow(town)


def test_a_link_is_no_key(town: Town) -> None:
    """What is in it opens nothing as a key, before it is used or after; nor does anything made of it."""
    link(town)
    with town.store.reading() as reading:
        for sent in ("in-the-code", "link:in-the-code", f"link:{hash_secret('in-the-code')}"):
            assert reading.key_by_hash(hash_secret(sent)) is None
    follow(town)
    with town.store.reading() as reading:
        assert reading.key_by_hash(hash_secret("in-the-code")) is None
        assert reading.key_by_hash(hash_secret("told-to-nobody")) is not None


def test_a_link_is_too_old_after_a_day(town: Town) -> None:
    """Up to then it works."""
    link(town)
    with pytest.raises(NotFoundError):
        follow(town, after=LINK_LASTS)
    assert follow(town, after=LINK_LASTS - timedelta(seconds=1)).crew_id == CREW


def test_a_revoked_link_opens_nothing(town: Town) -> None:
    """A code that was shown to the wrong person is taken out of use like a key."""
    made = link(town)
    with town.store.transaction() as tx:
        revoke_key(tx, made.id, now=town.now, actor=ACTOR)
    with pytest.raises(NotFoundError):
        follow(town)


def test_a_link_is_for_a_crew_that_there_is(town: Town) -> None:
    """Any other is refused before it is printed."""
    with pytest.raises(InvalidInputError, match="no crew 'Z'"):
        link(town, crew_id=CrewId("Z"))
