"""Standby: where an idle crew waits for what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from equipage.dispatch.model.ids import CrewId


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """Where an idle crew is asked to wait, until it is given something or its shift or a break ends that.

    Parameters
    ----------
    lon, lat : float
        In degrees.
    since : datetime
        When it was asked to.
    actor : str
        By whom: the planner, or a person, whose word the planner does not touch.
    drive_s : int
        Seconds of driving from where the crew was then.
    saves_s : float
        Seconds sooner by which the average report is reached for that, as the planner expects; 0 for a
        person's word.
    """

    crew_id: CrewId
    lon: float
    lat: float
    since: datetime
    actor: str
    drive_s: int
    saves_s: float = 0.0
