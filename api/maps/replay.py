"""The map of a replayed day: how long each call waited under each policy, and who drove there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from folium.map import Layer

from equipage.api.maps.marks import Feature, depot_sign, drawn, layer, point, table_of
from equipage.api.maps.page import Panel, legend_of, swatch
from equipage.api.words.maps import MapWords
from equipage.api.words.replay import ReplayWords
from equipage.dispatch.model import CrewId
from equipage.dispatch.replay.simulation import Replayed, Served
from equipage.dispatch.translation import in_language

WAITS_MIN = (5, 10, 20, 40)
_COLOURS = ("#2166ac", "#67a9cf", "#fdb863", "#e08214", "#b2182b")
"""From soon to late; they differ for the colour-blind, too."""

_NOBODY = "#1d2126"
_DEPOT_PX = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayMap:
    """What the map of a replayed day shows.

    Parameters
    ----------
    city : str
        What people call the city.
    runs : sequence of Replayed
        One day under each policy; the first is what is seen when the map opens.
    days : int
        How many days were replayed; this is the first of them.
    zone : ZoneInfo
        The city's time zone.
    words : MapWords
        Its language.
    own_words : ReplayWords
        Further words of the same language.
    """

    city: str
    runs: Sequence[Replayed]
    days: int
    zone: ZoneInfo
    words: MapWords
    own_words: ReplayWords

    def layers(self) -> Sequence[Layer]:
        """Return its layers, the lowest first."""
        own = self.own_words
        first = self.runs[0].policy
        return [
            *(layer(own.drives.format(run.policy), list(self._drives(run)), show=False) for run in self.runs),
            *(
                layer(own.calls.format(run.policy), self._calls(run), show=run.policy == first)
                for run in self.runs
            ),
            layer(self.words.depots, self._depots()),
        ]

    def panel(self) -> Panel:
        """Return its title, its legend with a number for each policy, and how it was made."""
        own, day = self.own_words, self.runs[0].day
        date = f"{day.span.start.astimezone(self.zone):%Y-%m-%d}"
        shown = [own.shown.format(self.days)] if self.days > 1 else []
        counts = [Counter(_class_of(served) for served in run.served) for run in self.runs]
        entries = [
            (swatch(colour), meaning, " / ".join(str(count[rank]) for count in counts))
            for rank, (colour, meaning) in enumerate(self._classes())
        ]
        names = " / ".join(run.policy for run in self.runs)
        return Panel(
            title=own.title.format(self.city),
            notes=[own.day.format(date, len(day.calls), len(day.crews)), own.how, *shown],
            legend=legend_of(f"{own.waits} ({names})", entries),
        )

    def _classes(self) -> Iterator[tuple[str, str]]:
        """Yield colour and meaning of each class of waits."""
        for colour, limit in zip(_COLOURS, WAITS_MIN, strict=False):
            yield colour, self.own_words.up_to.format(limit)
        yield _COLOURS[-1], self.own_words.more.format(WAITS_MIN[-1])
        yield _NOBODY, self.own_words.nobody

    def _calls(self, run: Replayed) -> list[Feature]:
        """Return the calls, those that waited longest last and so on top."""
        colours = [colour for colour, _ in self._classes()]
        ordered = sorted(run.served, key=_class_of)
        return [self._call(run, served, colours[_class_of(served)]) for served in ordered]

    def _call(self, run: Replayed, served: Served, colour: str) -> Feature:
        words, own, call = self.words, self.own_words, served.call
        service = in_language(run.day.services[call.service_code], words.language)
        arrived, crew_id = served.arrived_at, served.crew_id
        late = arrived is None or arrived > served.due_at
        rows = {
            words.service: service.name,
            words.priority: words.priorities.get(call.priority, str(call.priority)),
            own.came_in: words.time(call.at, self.zone),
            words.due: words.time(served.due_at, self.zone),
            words.crew: run.day.crews[crew_id].name if crew_id is not None else own.nobody,
            own.waited: None if arrived is None else self._minutes((arrived - call.at).total_seconds()),
            own.drive: None if np.isnan(served.drive_s) else self._minutes(served.drive_s),
            own.late: own.yes if late else own.no,
        }
        style = {"color": "#fff", "weight": 1, "fillColor": colour, "fillOpacity": 0.95, "fill": True}
        popup = table_of(rows, title=own.call.format(call.id))
        return drawn(shapely.Point(call.lon, call.lat), style, popup=popup)

    def _drives(self, run: Replayed) -> Iterator[Feature]:
        """Yield each crew's day as one line, from its depot on."""
        day = run.day
        routes: dict[CrewId, list[Served]] = {}
        for served in sorted(run.served, key=lambda each: each.set_off_at or run.until):
            if served.crew_id is not None:
                routes.setdefault(served.crew_id, []).append(served)
        for number, (crew_id, stops) in enumerate(sorted(routes.items())):
            depot = day.depots[day.crews[crew_id].depot_id]
            points = [(depot.lon, depot.lat), *((each.call.lon, each.call.lat) for each in stops)]
            hue = round(360 * number / len(routes))
            style = {"color": f"hsl({hue}, 65%, 40%)", "weight": 2, "opacity": 0.7}
            driven = self._minutes(sum(each.drive_s for each in stops))
            rows = {self.own_words.drive: driven, self.own_words.stops: len(stops)}
            yield drawn(shapely.LineString(points), style, tip=table_of(rows, title=day.crews[crew_id].name))

    def _depots(self) -> list[Feature]:
        return [
            point(
                depot.lon,
                depot.lat,
                sign=depot_sign(_DEPOT_PX),
                size=_DEPOT_PX,
                label=depot.name,
                popup=table_of({}, title=depot.name),
            )
            for depot in self.runs[0].day.depots.values()
        ]

    def _minutes(self, seconds: float) -> str:
        return self.words.minutes.format(self.words.number(seconds / 60))


def _class_of(served: Served) -> int:
    """Return the rank of a call's wait among `WAITS_MIN`; the last is for what nobody came to."""
    if served.arrived_at is None:
        return len(WAITS_MIN) + 1
    waited_min = (served.arrived_at - served.call.at).total_seconds() / 60.0
    return int(np.searchsorted(WAITS_MIN, waited_min))
