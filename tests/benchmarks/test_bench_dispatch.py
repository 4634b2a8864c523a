"""The benchmark of planning runs: every row, on small instances, with peers that leave all to us."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from equipage.dispatch.solver.problem import FOREVER_S, NOBODY
from equipage.dispatch.solver.schedule import Routes
from tests.benchmarks import planning_rows
from tests.benchmarks.bench_dispatch import KINDS, measured
from tests.benchmarks.peers.client import Peers
from tests.benchmarks.planning_bench import Bench, Sizes, sound_cost, spread
from tests.benchmarks.planning_instances import city, read_vrptw, without_skills_and_deadlines
from tests.benchmarks.planning_rows import Disruption

SIZES = Sizes(
    seeds=(1, 2),
    budget_s=0.02,
    replan_s=0.02,
    reports=12,
    crews=4,
    new_reports=2,
    lost_crews=1,
    large=(15, 5),
    large_s=0.02,
)
INSTANCE = """TINY

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0      0         0          0          0        100          0
    1      3         4          6          2         90         10
    2      1         1          6          0         90         10
"""


class IdlePeers(Peers):
    """Peers that have half of the processor, use all of their budget, and plan nothing but tiny instances."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, do: str, **asked: object) -> dict[str, object]:
        """Return a plan, once the question is known to be one that can be sent."""
        json.dumps(asked)
        self.asked.append(f"{do} {asked['peer']}")
        with np.load(str(asked["file"])) as held:
            width, tiny = len(held["start_place"]), len(held["place"]) == 2
        routes = [[0], [1]] if tiny else [[] for _ in range(width)]
        return {"seconds": asked["budget_s"], "wall_s": 2.0 * float(str(asked["budget_s"])), "routes": routes}


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return a file with two customers that do not fit into one vehicle."""
    file = tmp_path / "TINY.txt"
    file.write_text(INSTANCE)
    return file


@pytest.fixture
def bench() -> Bench:
    """Return a bench with such peers."""
    return Bench(IdlePeers(), SIZES)


def disruption(before: Routes) -> Disruption:
    """Return one of four reports, the last of them new, and two crews that are left."""
    return Disruption(before, city(4, 2, seed=1), 3)


def test_every_row_is_measured(bench: Bench, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of row asks us and the peers, and every figure is told once."""
    monkeypatch.setattr(planning_rows, "published", lambda: {"TINY": (tiny, 12.0)})
    rows = list(measured(bench))
    figures = [row.figure for row in rows]
    assert len(set(figures)) == len(figures) >= len(KINDS)
    assert all(row.measured for row in rows)
    assert isinstance(bench.peers, IdlePeers)
    assert set(bench.peers.asked) == {"plan PyVRP", "plan VROOM", "plan OR-Tools"}
    gaps = [row.measured for row in rows if row.figure.startswith("gap")]
    assert gaps == ["6.667 ± 0.000"] * 4


def test_a_published_instance_is_read(tiny: Path) -> None:
    """Lengths in tenths, rounded down: 5 to customer 1, 1.4142 to customer 2: 2 x 50 + 2 x 14 = 128."""
    problem = read_vrptw(tiny)
    assert problem.travel_s[0, 0].tolist() == [0, 50, 14]
    assert (problem.jobs.earliest_s.tolist(), problem.jobs.latest_s.tolist()) == ([20, 0], [900, 900])
    assert problem.jobs.service_s.tolist() == [100, 100]
    assert problem.shifts.capacity.tolist() == [[10], [10]]
    assert sound_cost(problem, [[0], [1]]) == 128


def test_a_city_is_the_same_for_the_same_seed() -> None:
    """Another seed is another city."""
    one, same, other = (city(20, 3, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.travel_s, same.travel_s)
    assert np.array_equal(one.jobs.due_s, same.jobs.due_s)
    assert not np.array_equal(one.travel_s, other.travel_s)


def test_everybody_may_do_everything_at_any_time_without_skills_and_deadlines() -> None:
    """Each crew may have each job, and none is ever late."""
    problem = without_skills_and_deadlines(city(20, 3, seed=1))
    assert problem.allowed().all()
    assert (problem.jobs.due_s == FOREVER_S).all()


def test_an_unsound_plan_ends_the_benchmark(tiny: Path) -> None:
    """6 + 6 do not fit into 10."""
    with pytest.raises(SystemExit, match="1 violations"):
        sound_cost(read_vrptw(tiny), [[0, 1], []])


def test_a_peer_by_the_clock_gets_its_share_of_the_processor(bench: Bench) -> None:
    """With half of the processor, VROOM is asked again for twice as long; PyVRP counts by itself."""
    for peer in ("VROOM", "PyVRP"):
        bench.theirs(peer, city(5, 2, seed=1), 1.0, 1)
    assert isinstance(bench.peers, IdlePeers)
    assert bench.peers.asked == ["plan VROOM", "plan VROOM", "plan PyVRP"]


def test_a_mean_has_its_interval() -> None:
    """Of 1, 2, 3 the deviation is 1: 4.303 / sqrt(3) = 2.484 on both sides."""
    assert (spread([1.0, 2.0, 3.0]), spread([2.0])) == ("2.000 ± 2.484", "2.000 (one seed)")


def test_jobs_changing_crew_are_those_of_crews_that_are_left() -> None:
    """Of three jobs one goes to the other crew; the new one does not count."""
    assert disruption([[0, 1], [2]]).changing_crew([[0, 3], [1, 2]]) == pytest.approx(1 / 3)


def test_crews_changing_next_stop_are_those_that_had_one() -> None:
    """The first crew begins with another job, the second one had none."""
    assert disruption([[0, 1], []]).changing_next([[1, 0], [2]]) == 1.0


def test_prices_of_changing_are_those_of_the_plan_before(bench: Bench) -> None:
    """Crews that are left hold their jobs and were told the first ones; new reports are nobody's."""
    found = Disruption.of(bench, seed=1)
    jobs, shifts = found.problem.jobs, found.problem.shifts
    assert (len(jobs), len(shifts)) == (14, 3)
    assert (jobs.held_by[12:] == NOBODY).all()
    assert all(jobs.held_by[job] == shift for shift, stops in enumerate(found.before) for job in stops)
    assert shifts.next_job.tolist() == [stops[0] if stops else NOBODY for stops in found.before]
