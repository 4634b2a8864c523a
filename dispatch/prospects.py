"""What it would take each of some crews to come to each of some jobs, as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipage.dispatch.eta import Itinerary, Moment, itineraries
from equipage.dispatch.model import AssignmentId, CrewId, Job
from equipage.dispatch.pauses import Finish, finish
from equipage.dispatch.situation import Situation
from equipage.dispatch.travel import TravelTimes, travel_table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Approach:
    """How one crew would come to one job.

    Parameters
    ----------
    drive_s : float
        Seconds by road, inf where there is no way.
    arrives : Moment
        When it could begin there, the breaks that come first taken; inf where there is no way.
    end_s : float
        Seconds from now until it would have finished, its breaks taken; inf where there is no way.
    break_late_s : float
        By how many seconds it would begin a break too late for that, or 0.
    job_has_road, crew_has_road : bool
        Whether either place has a road near enough.
    """

    drive_s: float
    arrives: Moment
    end_s: float
    break_late_s: float
    job_has_road: bool
    crew_has_road: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prospects:
    """How m crews would come to n jobs, each job taken alone, behind all that the crew has already.

    Parameters
    ----------
    jobs, crew_ids : tuple
        The rows and the columns.
    itineraries : mapping
        The crews' routes as they are.
    free_s : (m,) float64
        Seconds from now until each crew can set off; inf when nobody can tell.
    drive_s : (n, m) float64
        Seconds by road, inf where there is no way.
    finish : Finish
        When work would begin and be finished, and how late that makes the crew's breaks.
    earliest_s : (n,) float64
        Seconds from now to each job's earliest.
    job_has_road, crew_has_road : (n,) and (m,) bool
        Whether the place has a road near enough.
    """

    jobs: tuple[Job, ...]
    crew_ids: tuple[CrewId, ...]
    itineraries: Mapping[CrewId, Itinerary]
    free_s: Floats
    drive_s: Floats
    finish: Finish
    earliest_s: Floats
    job_has_road: Bools
    crew_has_road: Bools

    @property
    def arrival_s(self) -> Floats:
        """Seconds from now until each crew could begin each job, (n, m); inf where it cannot."""
        return self.finish.begin_s

    def approach(self, job_index: int, crew_index: int) -> Approach:
        """Return how that crew would come to that job, with the spread of its arrival."""
        drive_s = float(self.drive_s[job_index, crew_index])
        route = self.itineraries[self.crew_ids[crew_index]]
        _, arrives = route.breaks.before(
            route.free.after_drive(drive_s),
            float(self.earliest_s[job_index]),
            self.jobs[job_index].duration_s,
        )
        return Approach(
            drive_s=drive_s,
            arrives=arrives,
            end_s=float(self.finish.end_s[job_index, crew_index]),
            break_late_s=float(self.finish.break_late_s[job_index, crew_index]),
            job_has_road=bool(self.job_has_road[job_index]),
            crew_has_road=bool(self.crew_has_road[crew_index]),
        )


def look_ahead(
    situation: Situation,
    times: TravelTimes,
    *,
    jobs: Sequence[Job],
    crew_ids: Sequence[CrewId],
    without: Collection[AssignmentId] = frozenset(),
) -> Prospects:
    """Return how each of the crews would come to each of the jobs.

    Parameters
    ----------
    situation : Situation
        The moment.
    times : TravelTimes
        The router; asked for one matrix of crews and jobs, and one for the legs that crews are on.
    jobs : sequence of Job
        The rows.
    crew_ids : sequence of CrewId
        The columns.
    without : collection of AssignmentId
        Assignments to leave out of the crews' routes, as if they were released.
    """
    found = itineraries(situation, times, crew_ids, without=without)
    here = np.array([(found[c].lon, found[c].lat) for c in crew_ids], dtype=np.float64).reshape(-1, 2)
    there = np.array([(job.lon, job.lat) for job in jobs], dtype=np.float64).reshape(-1, 2)
    drives = travel_table(times, here, there)
    free_s = np.array([found[c].free.mid for c in crew_ids], dtype=np.float64)
    earliest_s = np.array([(job.earliest - situation.now).total_seconds() for job in jobs], dtype=np.float64)
    return Prospects(
        jobs=tuple(jobs),
        crew_ids=tuple(crew_ids),
        itineraries=found,
        free_s=free_s,
        drive_s=drives.seconds.T,  # turned round only to look at: a copy would take milliseconds in a flood
        finish=finish(
            [found[c].breaks.mid for c in crew_ids],
            drive_s=np.ascontiguousarray(drives.seconds),
            free_s=free_s,
            earliest_s=earliest_s,
            work_s=np.array([job.duration_s for job in jobs], dtype=np.float64),
        ),
        earliest_s=earliest_s,
        job_has_road=drives.destination_has_road,
        crew_has_road=drives.origin_has_road,
    )
