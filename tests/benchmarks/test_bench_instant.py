"""The benchmark of the instant layer runs, and finds our answer as good as scipy's dense one."""

from __future__ import annotations

from tests.benchmarks.bench_instant import Sizes, measured


def test_every_row_is_measured_and_the_sparse_answer_costs_what_the_dense_one_does() -> None:
    """On a small flood: a figure in each row, and a ratio of exactly one."""
    rows = list(measured(Sizes(reports=60, crews=12, seeds=(1, 2), answers=2)))
    assert all(row.measured for row in rows)
    ratios = [row.measured for row in rows if "dense optimum's" in row.figure]
    assert ratios == ["1.000000 at worst"] * 2
