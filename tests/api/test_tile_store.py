"""How tiles are kept, and how they answer over HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from PIL import Image

from equipage.api.routes.tiles import router
from equipage.api.tiles.palette import MapStyle
from equipage.api.tiles.render import TileRenderer
from equipage.api.tiles.store import TileStore
from equipage.api.tiles.tile import MAX_ZOOM, Tile
from tests.api.mapped import MIDDLE, a_grid_city, pixels, tile_at, two_communes

TILE = tile_at(MIDDLE, 16)
PATH = f"/tiles/{TILE.zoom}/{TILE.x}/{TILE.y}"


@pytest.fixture(scope="module")
def store() -> Iterator[TileStore]:
    """The grid city's tiles, in memory only."""
    store = TileStore(a_grid_city(), two_communes())
    yield store
    store.close()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Tile]:
    """Every tile that is really drawn."""
    tiles: list[Tile] = []
    render = TileRenderer.render

    def counted(self: TileRenderer, tile: Tile) -> bytes:
        tiles.append(tile)
        return render(self, tile)

    monkeypatch.setattr(TileRenderer, "render", counted)
    return tiles


def ask(store: TileStore, path: str, headers: dict[str, str] | None = None) -> Response:
    """Return what a server that has only the map answers."""
    app = FastAPI()
    app.include_router(router)
    app.state.tiles = store

    async def get() -> Response:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://city.test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(get())


def test_tile_is_drawn_once_for_all_who_ask(drawn: list[Tile]) -> None:
    """Twenty threads that ask at the same time get one drawing."""
    store = TileStore(a_grid_city())
    together = threading.Barrier(20)

    def one() -> bytes:
        together.wait()
        return store.ask(TILE).result()

    with ThreadPoolExecutor(20) as people:
        pictures = {future.result() for future in [people.submit(one) for _ in range(20)]}
    store.close()
    assert len(pictures) == 1
    assert drawn == [TILE]


def test_next_start_need_not_draw(drawn: list[Tile], tmp_path: Path) -> None:
    """What one server drew another reads from the folder; both styles have files of their own."""
    pictures = []
    for _start in range(2):
        store = TileStore(a_grid_city(), root=tmp_path)
        pictures.append([store.ask(replace(TILE, style=style)).result() for style in MapStyle])
        store.close()
    assert pictures[0] == pictures[1]
    assert len(drawn) == len(MapStyle)


def test_another_map_has_another_version() -> None:
    """Zones are part of what is drawn; the same city has the same version at each start."""
    stores = [
        TileStore(a_grid_city(), zones) for zones in (two_communes(), two_communes(), two_communes()[:2])
    ]
    for store in stores:
        store.close()
    assert stores[0].version == stores[1].version != stores[2].version


def test_memory_is_bounded(drawn: list[Tile]) -> None:
    """With room for one tile only the last is remembered."""
    store = TileStore(a_grid_city(), most_bytes=1)
    for tile in (TILE, TILE):
        store.ask(tile).result()
    store.close()
    assert drawn == [TILE, TILE]


def test_tile_that_could_not_be_drawn_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure is told to who asked, and not remembered."""
    store = TileStore(a_grid_city())
    with monkeypatch.context() as broken:
        broken.setattr(TileRenderer, "render", lambda _self, _tile: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.ask(TILE).result()
    assert store.ask(TILE).result().startswith(b"\x89PNG")
    store.close()


@pytest.mark.parametrize(("dense", "side"), [("", 256), ("@2x", 512)])
def test_tile_is_a_png_of_the_side_asked_for(store: TileStore, dense: str, side: int) -> None:
    """256 pixels, or 512 for dense screens."""
    answer = ask(store, f"{PATH}{dense}.png")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size == (side, side)


def test_night_is_dark(store: TileStore) -> None:
    """The same place has another picture by night, most of it dark."""
    day, night = (pixels(ask(store, f"{PATH}.png?style={style}").content).mean() for style in MapStyle)
    assert day > 200
    assert night < 70


def test_unknown_style_is_refused(store: TileStore) -> None:
    """The answer names the styles that there are."""
    answer = ask(store, f"{PATH}.png?style=sepia")
    assert answer.status_code == 422
    assert "'day' or 'night'" in answer.text


def test_known_tile_is_not_sent_again(drawn: list[Tile]) -> None:
    """A browser that has the tile gets 304 and no body, and nothing is drawn, not even after a restart."""
    first = TileStore(a_grid_city())
    tag = ask(first, f"{PATH}.png").headers["etag"]
    again = TileStore(a_grid_city())
    answers = [
        ask(again, f"{PATH}.png", headers={"If-None-Match": sent}) for sent in (tag, f'W/{tag}, "other"')
    ]
    first.close()
    again.close()
    assert [(answer.status_code, answer.content) for answer in answers] == [(304, b"")] * 2
    assert {answer.headers["etag"] for answer in answers} == {tag}
    assert drawn == [TILE]


def test_tile_may_be_kept_for_a_while(store: TileStore) -> None:
    """Caches on the way may keep it, for minutes, and show it while they ask whether it is still right."""
    header = ask(store, f"{PATH}.png").headers["cache-control"]
    assert "public" in header
    assert "max-age=" in header


def test_tile_outside_the_city_answers(store: TileStore) -> None:
    """An empty tile is a picture like any other, anywhere and from zoom 0 on."""
    for path in ("0/0/0", "3/0/7", f"{MAX_ZOOM}/0/0"):
        answer = ask(store, f"/tiles/{path}.png")
        assert (answer.status_code, answer.content[:4]) == (200, b"\x89PNG")


@pytest.mark.parametrize(
    "path", [f"{MAX_ZOOM + 1}/0/0", "3/8/0", "3/0/-1", "-1/0/0", f"{10**300}/{10**300}/0", "3/8/0@2x"]
)
def test_tile_that_does_not_exist_is_404(store: TileStore, drawn: list[Tile], path: str) -> None:
    """Zoom, column and row are checked before anything is done; the answer says what is allowed."""
    answer = ask(store, f"/tiles/{path}.png")
    assert answer.status_code == 404
    assert "must be" in answer.json()["detail"]
    assert drawn == []
