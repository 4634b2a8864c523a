"""Roads for local business: a trip may start or end on them, and none passes through.

OSRM charges some 3,000 s in its weight, apart from its durations, for entering such a road. A hierarchy over
one metric would have to charge it to the arrival time of whoever has business there. So these roads are
copied instead: who comes in from outside drives on the copies, from which no turn leads out; who starts there
drives on the edges themselves, onto which no turn leads in. Every trip takes its true time, whatever the
conditions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from equipage.routing.assembly import core_edges
from equipage.routing.states import StateTurns
from equipage.routing.turns import Bools, Turns

Indices = npt.NDArray[np.int64]


def without_through_traffic(states: StateTurns, *, local: Bools, core: Bools) -> StateTurns:
    """Return the turns between states that are left where trips may not pass through local roads.

    Parameters
    ----------
    states : StateTurns
        The turns between states.
    local : (m,) bool
        Which edges are for local business.
    core : (m,) bool
        Which edges trips may start and end on.

    Returns
    -------
    StateTurns
        With a copy of each state on a local road. The same where no road is local, or the others
        are no network.

    Notes
    -----
    Roads that can only be reached over local ones are local, too, whatever their tags: a street behind a
    private one can be reached and left as before. So no trip within the core is lost.
    """
    open_core = core & ~local & core_edges(len(local), turns_among(states, core & ~local), states.copy_of)
    if not local.any() or open_core.sum() < 2:  # noqa: PLR2004 - one edge alone is no way back to itself
        return states
    edge: Indices = np.append(np.arange(len(local)), states.copy_of).astype(np.int64)
    return _entered_apart(states, edge, (local | (core & ~open_core))[edge])


def turns_among(states: StateTurns, kept: Bools) -> Turns:
    """Return the turns between states of some edges.

    Parameters
    ----------
    states : StateTurns
        The turns between states.
    kept : (m,) bool
        Which edges count.

    Returns
    -------
    Turns
        Those that join them.
    """
    turns = states.turns
    kept = kept[np.append(np.arange(len(kept)), states.copy_of)]
    both = kept[turns.edge_from] & kept[turns.edge_to]
    return Turns(turns.edge_from[both], turns.edge_to[both], turns.duration_s[both])


class _Numbers(NamedTuple):
    """The new number of each state, and of the copy that is entered from outside (-1 for none)."""

    own: Indices
    entered: Indices
    copy_of: Indices


def _numbers(edge: Indices, local: Bools) -> _Numbers:
    """Return numbers by which copies ascend by their edges."""
    edges = int(edge.max()) + 1
    of_edge = np.append(edge[edges:], edge[local])
    order = np.argsort(of_edge, kind="stable")
    number = edges + np.argsort(order)
    entered = np.full(len(edge), -1)
    entered[local] = number[len(edge) - edges :]
    return _Numbers(np.append(np.arange(edges), number[: len(edge) - edges]), entered, of_edge[order])


def _entered_apart(states: StateTurns, edge: Indices, local: Bools) -> StateTurns:
    """Return turns by which local states are entered from outside as copies, from which no turn leads out."""
    number = _numbers(edge, local)
    before, after, duration_s = states.turns.edge_from, states.turns.edge_to, states.turns.duration_s
    entering, within = ~local[before] & local[after], np.flatnonzero(local[before] & local[after])
    edge_from = np.append(number.own[before], number.entered[before[within]])
    edge_to = np.append(
        np.where(entering, number.entered[after], number.own[after]), number.entered[after[within]]
    )
    order = np.lexsort((edge_to, edge_from))
    place = np.argsort(order)
    again = np.full(len(before), -1)
    again[within] = place[len(before) :]
    timed_turn = np.append(place[states.timed_turn], again[states.timed_turn])
    timed = np.column_stack([timed_turn, np.tile(states.timed_hours, 2)])[timed_turn >= 0]
    timed = timed[np.lexsort(timed.T[::-1])].astype(np.int32)
    return StateTurns(
        turns=Turns(
            edge_from[order].astype(np.int32),
            edge_to[order].astype(np.int32),
            np.append(duration_s, duration_s[within])[order],
        ),
        copy_of=number.copy_of.astype(np.int32),
        timed_turn=timed[:, 0],
        timed_hours=timed[:, 1],
        hours=states.hours,
    )
