"""Where idle crews wait: there, from where what is likely to come next is reached sooner."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eligibility import idle_obstacle
from equipage.dispatch.model import CrewId, Standby, TimeSpan
from equipage.dispatch.planning.commitment import ACTOR
from equipage.dispatch.planning.reserve import FARTHEST_S
from equipage.dispatch.situation import Situation
from equipage.dispatch.travel import TravelTimes, travel_table
from equipage.geo.earth import distance_m

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

DAYS_BACK = 7
HOURS_AROUND = timedelta(hours=2)
"""What was reported in the last days around the hour that it is now is what is expected."""

# Tuned on Porto's replayed days with 65 crews, seeds 1 to 3.
LEAST_SAVED_S = 8.0
"""By how much sooner the average report must be reached for a crew to be moved at all,"""

PRICE_OF_DRIVING = 0.02
"""and how much sooner still for each second that the crew drives for it."""

FARTHEST_MOVE_S = 1200.0
"""No crew is asked to drive longer than this to wait."""

MOVES_AT_ONCE = 4
"""How many crews are asked to move at one moment: the next look sees what has become of it."""

PLACES = 120
"""At most so many of the places of reports are thought of as places to wait."""

LEAST_LEFT = timedelta(hours=1)
"""Who has no longer shift than this is left where it is, and not counted on,"""

BREAK_SOON = timedelta(minutes=15)
"""nor who has its break so soon."""

GRACE = 1.5
"""A crew counts as being where it was asked to wait for so many times the drive; then, as where it is:"""

THERE_M = 300.0
"""so near is there. Who has not come by then is asked nothing more, until it has done something else."""


def standbys(situation: Situation, times: TravelTimes) -> Mapping[CrewId, Standby]:
    """Return where idle crews are to wait: what they were told before, and better places for some of them.

    Parameters
    ----------
    situation : Situation
        The moment; `recent` tells what is expected, each of its reports as likely as any other.
    times : TravelTimes
        The router; asked for one matrix, of idle crews, places to wait and recent reports.

    Returns
    -------
    mapping of CrewId to Standby
        All that is to hold from now on. Crews that are not idle any more are not in it, nor are those to whom
        nothing was ever said: they are well where they are. What a person told is never changed.

    Notes
    -----
    The p-median of what is expected over the crews that are idle: each report counts with the drive of the
    nearest crew that has the skills, an hour where there is none. The one move that saves most, less a price
    for the drive, is made first; then the next, on the first. Every few seconds would be soon enough; a crew
    under way to its place may be given work at any time like every other idle one.

    References
    ----------
    .. [1] C. J. Jagtenberg, S. Bhulai, R. D. van der Mei, "An efficient heuristic for real-time ambulance
       redeployment", Operations Research for Health Care 4, 2015, doi:10.1016/j.orhc.2015.01.001: moves as
       crews become idle, judged by what one more crew adds where it would wait.
    """
    idle = [crew_id for crew_id in sorted(situation.crews) if idle_obstacle(situation, crew_id) is None]
    told = {c: situation.standbys[c] for c in idle if c in situation.standbys and of_this_shift(situation, c)}
    situation = replace(situation, standbys=told.copy())
    counted = [crew_id for crew_id in idle if _has_time(situation, crew_id)]
    if not counted or not situation.recent:
        return told
    places = _places(situation)
    reach = _reach(situation, times, counted, places)
    farthest_s = np.array([_farthest_s(situation, crew_id) for crew_id in counted])
    for row, place, saved_s in _moves(reach, farthest_s):
        crew_id, (lon, lat) = counted[row], places[place]
        told[crew_id] = Standby(
            crew_id=crew_id,
            lon=lon,
            lat=lat,
            since=situation.now,
            actor=ACTOR,
            drive_s=round(float(reach.drive_s[row, place])),
            saves_s=round(saved_s, 1),
        )
    return told


def of_this_shift(situation: Situation, crew_id: CrewId) -> bool:
    """Tell whether a crew was told where it waits since its shift began: those before it went home.

    Parameters
    ----------
    situation : Situation
        The moment.
    crew_id : CrewId
        Somebody with a shift who was told where to wait.
    """
    return situation.shifts[crew_id].span.start <= situation.standbys[crew_id].since


def same_hours(now: datetime) -> tuple[TimeSpan, ...]:
    """Return when was reported what tells what to expect now: around this hour, newest first.

    Parameters
    ----------
    now : datetime
        The moment.
    """
    days = [now - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    before = (TimeSpan(start=day - HOURS_AROUND, end=day + HOURS_AROUND) for day in days)
    return TimeSpan(start=now - HOURS_AROUND, end=now), *before


@dataclass(frozen=True, slots=True, eq=False)
class _Reach:
    """How soon d expected reports are reached by k crews, and from p places to wait.

    Parameters
    ----------
    crew_s : (k, d) float64
        Seconds from where each crew is, or will soon wait; `FARTHEST_S` at most, and without the skills.
    place_s : (p, d) float64
        Seconds from each place, `FARTHEST_S` at most.
    has_skills : (k, d) bool
        Whether each crew may do what is reported.
    drive_s : (k, p) float64
        Seconds of driving there, inf where there is no way.
    """

    crew_s: Floats
    place_s: Floats
    has_skills: Bools
    drive_s: Floats

    def saved_s(self, rows: Sequence[int]) -> Floats:
        """Return how much sooner the average report is reached with each crew at each place, (r, p)."""
        nobody_s = np.full((2, self.crew_s.shape[1]), FARTHEST_S)
        first_s, second_s = np.partition(np.vstack([self.crew_s, nobody_s]), 1, axis=0)[:2]
        saved_s = np.empty((len(rows), len(self.place_s)))
        for i, row in enumerate(rows):
            others_s = np.where(self.crew_s[row] <= first_s, second_s, first_s)
            there_s = np.where(self.has_skills[row], self.place_s, FARTHEST_S)
            saved_s[i] = first_s.mean() - np.minimum(others_s, there_s).mean(axis=1)
        return saved_s

    def with_crew_at(self, row: int, place: int) -> _Reach:
        """Return the same with a crew at another place."""
        crew_s = self.crew_s.copy()
        crew_s[row] = np.where(self.has_skills[row], self.place_s[place], FARTHEST_S)
        return replace(self, crew_s=crew_s)


def _moves(reach: _Reach, farthest_s: Floats) -> Iterator[tuple[int, int, float]]:
    """Yield crew, place and seconds saved, the move that saves most first, each on top of those before."""
    rows = np.flatnonzero(farthest_s > 0.0).tolist()
    for _ in range(MOVES_AT_ONCE):
        saved_s = reach.saved_s(rows)
        price_s = PRICE_OF_DRIVING * reach.drive_s[rows]
        worth_s = np.where(reach.drive_s[rows] <= farthest_s[rows, None], saved_s - price_s, -np.inf)
        if not worth_s.size or worth_s.max() < LEAST_SAVED_S:
            return
        which, place = np.unravel_index(int(worth_s.argmax()), worth_s.shape)
        yield rows[which], int(place), float(saved_s[which, place])
        reach = reach.with_crew_at(rows.pop(which), int(place))


def _has_time(situation: Situation, crew_id: CrewId) -> bool:
    """Tell whether the crew can be counted on for a while."""
    shift, now = situation.shifts[crew_id], situation.now
    has_break_soon = any(now <= pause.start < now + BREAK_SOON for pause in shift.breaks)
    return now + LEAST_LEFT <= shift.span.end and not has_break_soon


def _farthest_s(situation: Situation, crew_id: CrewId) -> float:
    """Return for how many seconds the crew may be asked to drive, not into its break; 0 lets it stay."""
    if not _may_move(situation, crew_id):
        return 0.0
    pauses = ((each.start - situation.now).total_seconds() for each in situation.shifts[crew_id].breaks)
    until_break_s = (pause_s for pause_s in pauses if pause_s > 0.0)
    return min([FARTHEST_MOVE_S, *until_break_s])


def _may_move(situation: Situation, crew_id: CrewId) -> bool:
    """Tell whether the crew may be told another place: it has come to the last one, by the planner's word."""
    told, now = situation.standbys.get(crew_id), situation.now
    if told is None:
        return True
    return told.actor == ACTOR and not _is_on_its_way(told, now) and _is_there(situation, told)


def _place_of(situation: Situation, crew_id: CrewId) -> tuple[float, float]:
    """Return where the crew is, or is taken to be soon."""
    told, place = situation.standbys.get(crew_id), situation.position_of(crew_id)
    if told is not None and (_is_on_its_way(told, situation.now) or _is_there(situation, told)):
        return told.lon, told.lat
    return place.lon, place.lat


def _is_on_its_way(told: Standby, now: datetime) -> bool:
    return now < told.since + timedelta(seconds=GRACE * told.drive_s)


def _is_there(situation: Situation, told: Standby) -> bool:
    """Tell whether the crew is where it was told to be; one not heard of since then is taken to be there."""
    position = situation.positions.get(situation.vehicle_of(told.crew_id))
    if position is None or position.fix_time <= told.since:
        return True
    return bool(distance_m((position.lon, position.lat), (told.lon, told.lat)) <= THERE_M)


def _places(situation: Situation) -> list[tuple[float, float]]:
    """Return where crews might wait: the depots, and where was reported lately."""
    step = math.ceil(len(situation.recent) / PLACES)
    depots = [(depot.lon, depot.lat) for depot in situation.depots.values()]
    return list(dict.fromkeys([*depots, *((each.lon, each.lat) for each in situation.recent[::step])]))


def _reach(
    situation: Situation,
    times: TravelTimes,
    crew_ids: Sequence[CrewId],
    places: Sequence[tuple[float, float]],
) -> _Reach:
    at = [_place_of(situation, crew_id) for crew_id in crew_ids]
    reported = np.array([(each.lon, each.lat) for each in situation.recent])
    drive_s = travel_table(times, np.array([*at, *places]), np.vstack([reported, np.array(places)])).seconds
    needs = [situation.services[each.service_code].skills for each in situation.recent]
    has = [[need <= situation.crews[crew_id].skills for need in needs] for crew_id in crew_ids]
    has_skills = np.array(has, dtype=np.bool_)
    report_s = np.minimum(drive_s[:, : len(reported)], FARTHEST_S)
    return _Reach(
        crew_s=np.where(has_skills, report_s[: len(at)], FARTHEST_S),
        place_s=report_s[len(at) :],
        has_skills=has_skills,
        drive_s=drive_s[: len(at), len(reported) :],
    )
