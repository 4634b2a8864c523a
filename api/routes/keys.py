"""Keys: who may call the API."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from equipage.api.given import Given
from equipage.api.representations.city import KeyShown
from equipage.api.representations.lists import Page, Shown
from equipage.api.scan_codes import picture
from equipage.api.secrets import link_url, new_key_secret, new_link_secret
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.model import CrewId, Key, KeyId
from equipage.dispatch.services.keys import issue_key, revoke_key
from equipage.dispatch.services.signin import LINK_LASTS, issue_link
from equipage.dispatch.status import Role

router = APIRouter(prefix="/api/v1/keys", tags=["keys"], dependencies=list(KEY_SCHEMES))

_Manager = Annotated[Principal, Depends(May(Action.MANAGE_KEYS))]
_READS = [Depends(May(Action.MANAGE_KEYS))]


class KeyGiven(Given):
    """Whom a new key is for, and what it is limited to."""

    name: str = Field(min_length=1, max_length=200)
    role: Role
    services: list[str] = Field(default_factory=list)
    communes: list[str] = Field(default_factory=list)
    crew_id: str | None = None


class LinkGiven(Given):
    """Whose telephone is to be let in, and for which crew."""

    crew_id: str
    name: str = Field(min_length=1, max_length=200)


class LinkShown(Shown):
    """A sign-in link, with a code to scan as an SVG image; neither is kept."""

    key_id: str
    url: str
    code: str
    expires_at: datetime

    @classmethod
    def of(cls, key: Key, url: str) -> Self:
        """Show a link."""
        return cls(key_id=key.id, url=url, code=picture(url), expires_at=key.created_at + LINK_LASTS)


class NewKeyShown(KeyShown):
    """A new key, with its secret, which is shown this once."""

    key: str


@router.get("", summary="List keys", dependencies=_READS)
def list_keys(here: Here) -> Page[KeyShown]:
    """List the keys that are in force."""
    with here.store.reading() as reading:
        keys = reading.keys()
    return Page(items=[KeyShown.of(key) for key in keys if key.revoked_at is None])


@router.get("/{key_id}", summary="One key", dependencies=_READS)
def get_key(here: Here, key_id: str) -> KeyShown:
    """Show a key."""
    with here.store.reading() as reading:
        return KeyShown.of(reading.key(KeyId(key_id)))


@router.post("", summary="Make a key", status_code=HTTPStatus.CREATED)
def add_key(response: Response, here: Here, caller: _Manager, given: KeyGiven) -> NewKeyShown:
    """Make a key; it is shown this once."""
    secret = new_key_secret()
    with here.store.transaction() as tx:
        key = issue_key(
            tx,
            secret=secret,
            name=given.name,
            role=given.role,
            services=frozenset(given.services),
            communes=frozenset(given.communes),
            crew_id=CrewId(given.crew_id) if given.crew_id else None,
            now=here.now(),
            actor=caller.name,
        )
    response.headers["Location"] = f"{router.prefix}/{key.id}"
    return NewKeyShown(**KeyShown.of(key).model_dump(), key=secret)


@router.post("/links", summary="Let a crew's telephone in, once", status_code=HTTPStatus.CREATED)
def add_link(request: Request, here: Here, caller: _Manager, given: LinkGiven) -> LinkShown:
    """Make a sign-in link for a crew's telephone; it is shown this once, works once, and within a day."""
    secret, now = new_link_secret(), here.now()
    with here.store.transaction() as tx:
        crew_id = CrewId(given.crew_id)
        key = issue_link(tx, secret=secret, name=given.name, crew_id=crew_id, now=now, actor=caller.name)
    return LinkShown.of(key, link_url(str(request.base_url), secret))


@router.delete("/{key_id}", summary="Take a key out of use", status_code=HTTPStatus.NO_CONTENT)
def remove_key(here: Here, caller: _Manager, key_id: str) -> None:
    """Take a key out of use, at once and for every session opened with it."""
    with here.store.transaction() as tx:
        revoke_key(tx, KeyId(key_id), now=here.now(), actor=caller.name)
