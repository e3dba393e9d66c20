"""When work will be done that goes on at the pace of the last two weeks."""

from datetime import datetime, timedelta

WINDOW = timedelta(days=14)
LEAST = timedelta(days=1)
FARTHEST = timedelta(days=36_525)


def finish(now: datetime, *, left: int, done: int, begun: datetime | None) -> datetime | None:
    """When `left` pieces of work will be done, if as many are done a day as of late.

    `done` are those of the last `WINDOW`, `begun` is when the first of all was done; of work that
    is younger than the window, its own time counts. None: it is too early to say, for nothing was
    done of late or work began less than a day ago. Never later than `FARTHEST` from now.
    """
    if begun is None or done < 1 or now - begun < LEAST:
        return None
    time_taken = min(WINDOW, now - begun)
    return now + min(time_taken / done * left, FARTHEST)
