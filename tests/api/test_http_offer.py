"""A better plan, over HTTP: shown while it stands, and accepted by those who assign."""

from __future__ import annotations

from http import HTTPStatus

import httpx

from equipage.dispatch.status import Role
from tests.api.conftest import Live

NOT_THIS = {"as_of": "2026-01-01T00:00:00Z"}


def test_without_an_offer_there_is_none_to_show_or_accept(live: Live, client: httpx.Client) -> None:
    """Null, and 409 for whoever accepts what does not stand any more."""
    live.context.offers.forget()
    assert client.get("/api/v1/plan/offer").json() == {"offer": None}
    refused = client.post("/api/v1/plan/offer/accept", json=NOT_THIS)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "does not stand any more" in refused.json()["detail"]


def test_an_analyst_sees_offers_and_accepts_none(live: Live) -> None:
    """Reading the plan is not giving work to crews."""
    with live.client(live.key(Role.ANALYST)) as analyst:
        assert analyst.get("/api/v1/plan/offer").status_code == HTTPStatus.OK
        refused = analyst.post("/api/v1/plan/offer/accept", json=NOT_THIS)
    assert refused.status_code == HTTPStatus.FORBIDDEN
