"""When to try again, and when a nightly run is due. Pure: the present moment is an argument."""

from datetime import date, datetime, time, timedelta

from guanxi.ground import clock

TRIES = 3
LEASE = timedelta(minutes=5)  # how long a job may run without a sign of life of its worker
OVERDUE = timedelta(minutes=15)  # older than this, waiting work needs a person's eye (trust: R14)
_LONGEST_WAIT = timedelta(hours=1)


def wait_after(attempt: int) -> timedelta:
    """How long to wait after the failed attempt 1, 2, …: 1, 4, 16 minutes, at most an hour."""
    return min(timedelta(minutes=4 ** min(attempt - 1, 6)), _LONGEST_WAIT)


def latest_due(now: datetime, at: time, zone: str) -> tuple[date, datetime]:
    """The last local day whose time `at` has come in `zone`, and the instant it came.

    A time that the clock skips comes when it jumps; one that happens twice comes the first time (ground.clock). So each
    local day is due exactly once, in any zone.
    """
    day = clock.local_day(now, zone)
    while True:
        instant = clock.to_utc(datetime.combine(day, at), zone)
        if instant <= now:
            return day, instant
        day -= timedelta(days=1)
