"""The tree of bounding boxes over stretches of polylines."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from equipage.geo.kernels.tree import STRETCH, tree_of


@given(st.lists(st.integers(2, 60), min_size=1, max_size=80), st.integers(0, 2**32 - 1))
def test_every_box_holds_all_that_is_below_it(counts: list[int], seed: int) -> None:
    """Every step of every polyline is in one stretch, a stretch in its leaf's box, a box in the one above."""
    random = np.random.default_rng(seed)
    start = np.concatenate([[0], np.cumsum(counts)])
    xy = random.normal(0.0, 100.0, (start[-1], 2))
    tree = tree_of(xy, start, np.arange(len(counts)))
    stretches = {tuple(stretch) for stretch in tree.stretch.tolist()}
    steps = [(line, point) for line, first, last in stretches for point in range(first, last)]
    assert sorted(steps) == [(i, p) for i in range(len(counts)) for p in range(start[i], start[i + 1] - 1)]
    assert all(last - first <= STRETCH for _, first, last in stretches)
    leaves = len(tree.box) // 2
    above = leaves + np.arange(len(tree.stretch)) // (len(tree.stretch) // leaves)
    for number, (_, first, last) in enumerate(tree.stretch.tolist()):
        np.testing.assert_array_equal(tree.around[number, :2], xy[first : last + 1].min(axis=0))
        np.testing.assert_array_equal(tree.around[number, 2:], xy[first : last + 1].max(axis=0))
    for inner, outer in (
        (tree.around, tree.box[above]),
        (tree.box[2:], tree.box[np.arange(2, 2 * leaves) // 2]),
    ):
        assert (inner[:, :2] >= outer[:, :2]).all()
        assert (inner[:, 2:] <= outer[:, 2:]).all()
