"""When work will be done that goes on at the pace of the last two weeks."""

from datetime import UTC, datetime, timedelta

import pytest

from annotate.domain.pace import finish

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# readings left, done of late, days since the first one; days from now, or too early to say
CASES: list[tuple[int, int, float | None, float | None]] = [
    (10, 0, None, None),
    (10, 0, 30, None),
    (10, 5, 0.5, None),
    (10, 5, 1, 2),
    (10, 5, 7, 14),
    (10, 5, 14, 28),
    (10, 5, 300, 28),
    (0, 5, 300, 0),
    (10_000_000, 1, 300, 36_525),
]


@pytest.mark.parametrize(("left", "done", "days_ago", "days"), CASES)
def test_the_date_follows_from_what_is_left_and_the_pace(
    left: int, done: int, days_ago: float | None, days: float | None
) -> None:
    begun = NOW - timedelta(days=days_ago) if days_ago is not None else None
    found = finish(NOW, left=left, done=done, begun=begun)
    assert found == (NOW + timedelta(days=days) if days is not None else None)
