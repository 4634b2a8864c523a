"""Folium's maps: `GET /maps/live`, `/maps/coverage`, as pages or as files that open with no server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from equipage.api.language import language_of, remember_language
from equipage.api.security import KEY_SCHEMES, Here, May
from equipage.api.words.maps import MAP_WORDS
from equipage.dispatch.access import Action, Principal
from equipage.dispatch.situation import load_situation

if TYPE_CHECKING:
    from equipage.api.maps.pages import CityPage

router = APIRouter(
    prefix="/maps", tags=["map"], dependencies=list(KEY_SCHEMES), default_response_class=HTMLResponse
)

_MOST_THRESHOLDS = 10
"""Each costs areas around every depot."""

# Nobody drives through a city for longer than a day.
_Minutes = Annotated[float, Field(le=24 * 60)]
_Watcher = Annotated[Principal, Depends(May(Action.WATCH))]
_Download = Annotated[
    str | None, Query(description="if given: a file with everything in it, to keep or mail")
]


@router.get("/live", summary="Crews and reports now, as a Folium map")
def live_map(request: Request, here: Here, caller: _Watcher, download: _Download = None) -> HTMLResponse:
    """Show crews on shift, open reports, the ways of crews en route, and what is planned."""
    with here.store.reading() as reading:
        situation = load_situation(reading, here.now())
    page = _page(request, here, served=download is None).live(situation, caller)
    return _answer(request, page, "live" if download is not None else "")


@router.get(
    "/coverage",
    summary="Who is reached from the depots, as a Folium map",
    dependencies=[Depends(May(Action.ANALYSE))],
)
def coverage_map(
    request: Request,
    here: Here,
    minutes: Annotated[
        list[_Minutes] | None, Query(description="5, 10 and 15 if left out", max_length=_MOST_THRESHOLDS)
    ] = None,
    download: _Download = None,
) -> HTMLResponse:
    """Show how far crews get from the depots within some minutes, and how many people live there."""
    from equipage.dispatch.coverage import MINUTES  # noqa: PLC0415 - a third of a second, as in `_page`

    page = _page(request, here, served=download is None).coverage(minutes or MINUTES)
    return _answer(request, page, "coverage" if download is not None else "")


def _page(request: Request, here: Here, *, served: bool) -> CityPage:
    # Half a second of imports that a server does without until the first map is asked for.
    from equipage.api.maps.pages import CityPage  # noqa: PLC0415

    return CityPage(city=here.city, router=here.router, words=MAP_WORDS[language_of(request)], served=served)


def _answer(request: Request, page: str, file: str) -> HTMLResponse:
    """Return a page that nothing may keep: it depends on who asks and when; with a name it is a file."""
    headers = {"Cache-Control": "no-store", "Content-Language": language_of(request)}
    if file:
        headers["Content-Disposition"] = f'attachment; filename="equipage-{file}.html"'
    answer = HTMLResponse(page, headers=headers)
    remember_language(answer, request)
    return answer
