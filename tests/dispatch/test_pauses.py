"""When crews would have finished jobs, for many at once and by one rule for all."""

from __future__ import annotations

import numpy as np

from equipage.dispatch.pauses import BreakLeft, finish, rested


def test_many_pairs_are_as_each_alone() -> None:
    """A hundred jobs and seven crews with up to two breaks: when work begins is by the rule of routes."""
    rng = np.random.default_rng(5)
    drive_s, free_s = rng.uniform(0, 3000, (7, 100)), rng.uniform(0, 1200, 7)
    drive_s[2, 50] = np.inf
    earliest_s, work_s = rng.uniform(-600, 4000, 100), rng.uniform(0, 4000, 100)
    starts = [np.sort(rng.integers(1200, 9000, count)) for count in (0, 1, 2, 1, 0, 2, 1)]
    breaks = [
        [BreakLeft(earliest_s=at, latest_s=at + 900, length_s=1800) for at in each.tolist()]
        for each in starts
    ]
    all_s = finish(breaks, drive_s=drive_s, free_s=free_s, earliest_s=earliest_s, work_s=work_s)
    assert all_s.begin_s.shape == all_s.end_s.shape == all_s.break_late_s.shape == (100, 7)
    for crew, own in enumerate(breaks):
        for job in range(100):
            ready_s = free_s[crew] + drive_s[crew, job]
            _, after_s = rested(own, ready_s=ready_s, earliest_s=earliest_s[job], work_s=work_s[job])
            assert all_s.begin_s[job, crew] == max(after_s, earliest_s[job])
            alone = finish(
                [own],
                drive_s=drive_s[crew : crew + 1, job : job + 1],
                free_s=free_s[crew : crew + 1],
                earliest_s=earliest_s[job : job + 1],
                work_s=work_s[job : job + 1],
            )
            assert alone.end_s[0, 0] == all_s.end_s[job, crew] >= all_s.begin_s[job, crew] + work_s[job]
            assert alone.break_late_s[0, 0] == all_s.break_late_s[job, crew]
