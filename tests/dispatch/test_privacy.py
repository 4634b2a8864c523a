"""How long it is known where vehicles were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from equipage.dispatch.privacy import positions_known_since

zones = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11))])


@given(
    now=st.builds(datetime.fromtimestamp, st.integers(1_000_000_000, 4_000_000_000), zones),
    days=st.integers(1, 2000),
)
def test_positions_are_kept_for_no_more_than_the_days_and_less_than_one_day_less(
    now: datetime, days: int
) -> None:
    """Whole days of UTC go, whatever the zone of the clock: as many are left as were asked for."""
    since = positions_known_since(now, days=days)
    assert timedelta(days=days - 1) <= now - since < timedelta(days=days)
    assert since.astimezone(UTC).time() == datetime.min.time()
