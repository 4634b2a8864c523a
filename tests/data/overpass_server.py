"""A little Overpass and Nominatim server that answers from one file and refuses what it does not know."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import shapely

FIXTURES = Path(__file__).parent / "fixtures"
LITTLE_TOWN = FIXTURES / "little_town.osm"
THREE_COMMUNES = FIXTURES / "three_communes.osm"

Element = dict[str, Any]
Key = tuple[str, int]
Found = dict[Key, Element]

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|->|!~|!=|[A-Za-z_]+|\d+|[()\[\];:.=~])')
_KINDS = {"node": "node", "way": "way", "rel": "relation"}


class QueryError(ValueError):
    """A query that this server does not understand."""


def read_elements(path: Path) -> Found:
    """Return the elements of an OSM XML file as Overpass writes them in JSON."""
    elements: Found = {}
    for item in ET.parse(path).getroot():
        element: Element = {"type": item.tag, "id": int(item.attrib["id"])}
        if item.tag == "node":
            element |= {"lat": float(item.attrib["lat"]), "lon": float(item.attrib["lon"])}
        if item.tag == "way":
            element["nodes"] = [int(nd.attrib["ref"]) for nd in item.iter("nd")]
        if item.tag == "relation":
            element["members"] = [{**m.attrib, "ref": int(m.attrib["ref"])} for m in item.iter("member")]
        tags = {tag.attrib["k"]: tag.attrib["v"] for tag in item.iter("tag")}
        if tags:
            element["tags"] = tags
        elements[item.tag, element["id"]] = element
    return elements


class Query:
    """A parsed and evaluated Overpass QL query: unions, filters, recursion, `out body`, `out geom`."""

    def __init__(self, text: str, elements: Found) -> None:
        self._tokens = self._split(text)
        self._elements = elements
        self._sets: dict[str, Found] = {}
        self.answer: list[Element] = []
        self.settings = self._read_settings()
        while self._tokens:
            self._statement(within_union=False)

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, position = [], 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if not match:
                raise QueryError(f"cannot read {text[position : position + 20]!r}")
            tokens.append(match[1])
            position = match.end()
        return tokens

    def _take(self, *expected: str) -> str:
        if not self._tokens or (expected and self._tokens[0] not in expected):
            raise QueryError(f"expected one of {expected}, found {self._tokens[:3]}")
        return self._tokens.pop(0)

    def _peek(self, *tokens: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in tokens

    def _read_settings(self) -> dict[str, str]:
        settings = {}
        while self._peek("["):
            self._take("[")
            name = self._take("out", "timeout", "maxsize")
            self._take(":")
            settings[name] = self._take()
            self._take("]")
        self._take(";")
        if settings.get("out") != "json":
            raise QueryError("the answer would not be JSON")
        if not 0 < int(settings.get("timeout", "180")) <= 900:
            raise QueryError("the timeout is out of bounds")
        return settings

    def _statement(self, *, within_union: bool) -> Found:
        if self._peek("out") and not within_union:
            return self._out("_")
        if self._peek("("):
            found = self._union()
        elif self._peek("."):
            self._take(".")
            given = self._take()
            if self._peek("out") and not within_union:
                return self._out(given)
            found = self._set(given)
        else:
            found = self._filtered(_KINDS[self._take(*_KINDS)])
        name = "_"
        if self._peek("->"):
            self._take("->")
            self._take(".")
            name = self._take()
        self._take(";")
        self._sets[name] = found
        return found

    def _out(self, name: str) -> Found:
        self._take("out")
        drawn = self._take("body", "geom") == "geom"
        self._take(";")
        order = {"node": 0, "way": 1, "relation": 2}
        asked = sorted(self._set(name).values(), key=lambda e: (order[e["type"]], e["id"]))
        self.answer += [self._drawn(element) if drawn else element for element in asked]
        return {}

    def _drawn(self, relation: Element) -> Element:
        """Return a relation with the geometry of its ways; other elements are not drawn here."""
        if relation["type"] != "relation":
            raise QueryError("only relations are drawn here")
        members = []
        for member in relation["members"]:
            way = self._elements.get(("way", member["ref"])) if member["type"] == "way" else None
            nodes = [self._elements["node", node] for node in way["nodes"]] if way else []
            drawn = {"geometry": [{"lat": n["lat"], "lon": n["lon"]} for n in nodes]} if way else {}
            members.append(member | drawn)
        return relation | {"members": members}

    def _union(self) -> Found:
        self._take("(")
        found: Found = {}
        while not self._peek(")"):
            found |= self._statement(within_union=True)
        self._take(")")
        return found

    def _set(self, name: str) -> Found:
        if name not in self._sets:
            raise QueryError(f"there is no set {name!r}")
        return self._sets[name]

    def _filtered(self, kind: str) -> Found:
        found = {key: element for key, element in self._elements.items() if key[0] == kind}
        limited = False
        while self._peek("[", "("):
            if self._take() == "[":
                keep = self._tag_filter()
            else:
                keep, limited = self._place_filter(kind), True
            found = {key: element for key, element in found.items() if keep(element)}
        if not limited:
            raise QueryError("this would search the whole planet")
        return found

    def _tag_filter(self) -> Callable[[Element], bool]:
        key_pattern = None
        if self._peek("~"):
            self._take("~")
            key_pattern = re.compile(self._text())
        else:
            key = self._text()
        operator = "" if self._peek("]") else self._take("=", "!=", "~", "!~")
        value = self._text() if operator else ""
        self._take("]")
        if key_pattern:
            if operator != "~":
                raise QueryError("a pattern of keys needs a pattern of values")
            return lambda e: any(
                key_pattern.search(k) and re.search(value, v) for k, v in e.get("tags", {}).items()
            )
        matches: dict[str, Callable[[str | None], bool]] = {
            "": lambda found: found is not None,
            "=": lambda found: found == value,
            "!=": lambda found: found != value,
            "~": lambda found: found is not None and bool(re.search(value, found)),
            "!~": lambda found: found is None or not re.search(value, found),
        }
        return lambda e: matches[operator](e.get("tags", {}).get(key))

    def _place_filter(self, kind: str) -> Callable[[Element], bool]:
        word = self._take("poly", "w", "bw")
        if word == "poly":
            self._take(":")
            touches = self._within(self._text())
            if kind == "node":
                raise QueryError("nodes are not looked up by polygon here")
            keep = touches if kind == "way" else partial(self._any_way, touches)
        else:
            name = "_"
            if self._peek("."):
                self._take(".")
                name = self._take()
            keep = self._recursion(word, kind, self._set(name))
        self._take(")")
        return keep

    def _within(self, text: str) -> Callable[[Element], bool]:
        numbers = [float(number) for number in text.split()]
        polygon = shapely.Polygon([(lon, lat) for lat, lon in zip(numbers[::2], numbers[1::2], strict=True)])
        if not polygon.is_valid:
            raise QueryError("the polygon crosses itself")

        def touches(way: Element) -> bool:
            nodes = [self._elements["node", node] for node in way["nodes"]]
            line = shapely.LineString([(node["lon"], node["lat"]) for node in nodes])
            return bool(polygon.intersects(line))

        return touches

    def _any_way(self, touches: Callable[[Element], bool], relation: Element) -> bool:
        """Tell whether any way of a relation touches, as the polygon filter of relations does."""
        refs = [member["ref"] for member in relation["members"] if member["type"] == "way"]
        return any(touches(self._elements["way", ref]) for ref in refs if ("way", ref) in self._elements)

    def _recursion(self, word: str, kind: str, given: Found) -> Callable[[Element], bool]:
        ways = [element for element in given.values() if element["type"] == "way"]
        if word == "w" and kind == "node":
            wanted = {node for way in ways for node in way["nodes"]}
            return lambda e: e["id"] in wanted
        if word == "bw" and kind == "relation":
            way_ids = {way["id"] for way in ways}
            return lambda e: any(m["type"] == "way" and m["ref"] in way_ids for m in e["members"])
        raise QueryError(f"cannot recurse from {word} to {kind}")

    def _text(self) -> str:
        token = self._take()
        if not token.startswith('"'):
            raise QueryError(f"expected a text, found {token}")
        return token[1:-1]


@dataclass
class OverpassServer:
    """Where the server is, what it was asked, and how it is to misbehave.

    Parameters
    ----------
    misbehaviour
        What to answer to the next queries, one each: a status (`429`, `504`, …), `truncated`, `closed`
        (before all that was announced is sent), `remark` or `html`.
    retry_after
        The header that goes with 429.
    """

    url: str
    elements: Found = field(default_factory=lambda: read_elements(LITTLE_TOWN))
    misbehaviour: list[str] = field(default_factory=list)
    retry_after: str | None = "7"
    queries: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    nominatim_status: int = 200

    @property
    def overpass_url(self) -> str:
        """Where queries go."""
        return f"{self.url}/api/interpreter"


PLACES: dict[str, dict[str, Any]] = {
    "Little Town": {
        "type": "Polygon",
        "coordinates": [
            [[4.999, 47.294], [5.011, 47.294], [5.011, 47.306], [4.999, 47.306], [4.999, 47.294]]
        ],
    },
    "Two Towns": {
        "type": "MultiPolygon",
        "coordinates": [
            [[[4.999, 47.294], [5.011, 47.294], [5.011, 47.306], [4.999, 47.306], [4.999, 47.294]]],
            [[[5.035, 47.299], [5.041, 47.299], [5.041, 47.301], [5.035, 47.301], [5.035, 47.299]]],
        ],
    },
    "Three Communes": {
        "type": "Polygon",
        "coordinates": [[[5.0, 47.3], [5.08, 47.3], [5.08, 47.33], [5.0, 47.33], [5.0, 47.3]]],
    },
    "Desert": {
        "type": "Polygon",
        "coordinates": [[[9.0, 47.0], [9.01, 47.0], [9.01, 47.01], [9.0, 47.01], [9.0, 47.0]]],
    },
    "Continent": {
        "type": "Polygon",
        "coordinates": [[[0.0, 40.0], [20.0, 40.0], [20.0, 50.0], [0.0, 50.0], [0.0, 40.0]]],
    },
    "Little Point": {"type": "Point", "coordinates": [5.005, 47.3]},
}


@contextmanager
def running_server() -> Iterator[OverpassServer]:
    """Run a server on a free port of the loopback interface."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    told = OverpassServer(url=f"http://127.0.0.1:{server.server_port}")
    server.told = told  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    @property
    def told(self) -> OverpassServer:
        return self.server.told  # type: ignore[attr-defined,no-any-return]

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path != "/api/interpreter" or list(form) != ["data"]:
            self._send(404, b"no such path")
            return
        self.told.queries.append(form["data"][0])
        self.told.agents.append(self.headers["User-Agent"])
        try:
            query = Query(form["data"][0], self.told.elements)
        except QueryError as error:
            self._send(400, f"<html><body><p>Error: {error}</p></body></html>".encode())
            return
        self._answer({"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-01-02T03:04:05Z"}}, query)

    def _answer(self, answer: dict[str, Any], query: Query) -> None:
        fault = self.told.misbehaviour.pop(0) if self.told.misbehaviour else ""
        answer["elements"] = query.answer
        if fault == "remark":
            answer |= {"elements": query.answer[:3], "remark": 'runtime error: Query timed out in "query"'}
        body = json.dumps(answer).encode()
        if fault.isdigit():
            retry = {"Retry-After": self.told.retry_after} if self.told.retry_after else {}
            self._send(int(fault), b"<html><body>Dispatcher <b>busy</b></body></html>", retry)
        elif fault == "truncated":
            self._send(200, body[: len(body) // 2])
        elif fault == "closed":
            self._send(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
        elif fault == "html":
            self._send(200, b"<html>under maintenance</html>")
        else:
            self._send(200, body)

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(target.query).items()}
        if target.path != "/search" or asked.get("format") != "json" or asked.get("polygon_geojson") != "1":
            self._send(404, b"no such path")
            return
        self.told.searches.append(asked["q"])
        place = PLACES.get(asked["q"])
        found = [{"importance": 0.5, "name": asked["q"], "geojson": place}] if place else []
        for result in found:
            west, south, east, north = shapely.from_geojson(json.dumps(place)).bounds
            result["boundingbox"] = [str(south), str(north), str(west), str(east)]
            result |= {"lat": str(south), "lon": str(west)}
        self._send(self.told.nominatim_status, json.dumps(found).encode())

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""
