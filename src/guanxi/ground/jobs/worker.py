"""The worker process: does jobs one after the other in its main thread, and ticks beside it in a second one."""

import contextlib
import logging
import os
import signal
import socket
import threading
import time
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from guanxi.ground.jobs import schedules, work
from guanxi.ground.jobs.leases import release_lease, take_lease
from guanxi.ground.jobs.registry import TICKS

log = logging.getLogger(__name__)

TICKER = "ticker"
_TICKER_LEASE = 30.0  # seconds; whoever holds it does the ticks of the whole installation
_SIGN_OF_LIFE = 60.0


def is_dead(worker: str) -> bool:
    """True when `worker` is known to be gone: a process of this machine that is no more, or had our process id before us."""
    host, _, rest = worker.partition(":")
    pid, _, _ = rest.partition(":")
    if worker == work.this_worker() or host != socket.gethostname() or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Worker:
    """Does jobs until it is told to stop (SIGTERM, SIGINT) or `parent` is no longer its parent process."""

    def __init__(self, *, interval: float = 1.0, parent: int | None = None) -> None:
        self.interval = interval
        self.parent = parent
        self.name = work.this_worker()
        self.stopping = threading.Event()
        self.queue = QueueWorker(
            queue_names=["default"],
            interval=interval,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.name[:64],
            excluded_queue_names=[],
        )

    def run(self) -> None:
        """Work until told to stop."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        ticker = threading.Thread(target=self._tick_until_stopped, name="ticker", daemon=True)
        ticker.start()
        while not self._is_over():
            try:
                busy = self.work_once()
            except DatabaseError:  # the database is away or busy for long: wait, do not die
                log.exception("The queue could not be read")
                connection.close()
                busy = False
            if not busy:
                self.stopping.wait(self.interval)
        self.stopping.set()
        ticker.join(timeout=5)
        with contextlib.suppress(DatabaseError):
            release_lease(TICKER, holder=self.name)
        connection.close()

    def work_once(self) -> bool:
        """Do the next job of the queue, if there is one; then walk the nightly runs on."""
        close_old_connections()
        ready = DBTaskResult.objects.ready().filter(backend_name="default")
        if not ready.exists():  # look without the write lock that claiming needs on SQLite
            return False
        with exclusive_transaction():
            entry = ready.get_locked()
            if entry is not None:
                entry.claim(self.queue.worker_id)
        if entry is None:
            return False
        self.queue.run_task(entry)
        schedules.advance_runs()
        return True

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping.set()
        work.Interruption.is_wanted = True
        if work.Interruption.is_possible:
            work.Interruption.is_possible = False
            raise work.Stopped

    def _is_over(self) -> bool:
        return self.stopping.is_set() or (self.parent is not None and os.getppid() != self.parent)

    def _tick_until_stopped(self) -> None:
        ticker = Ticker(self.name)
        while not self.stopping.wait(ticker.pause):
            ticker.beat(time.monotonic())
        connection.close()


class Ticker:
    """Does the ticks that are due, as long as it holds the one lease on ticking."""

    pause = 0.5

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self.last_alive = time.monotonic()
        self.lease_asked = float("-inf")
        self.is_holder = False
        self.done_at: dict[str, float] = {}

    def beat(self, now: float) -> list[str]:
        """Give a sign of life and do what is due at `now` (seconds of a steady clock); returns the ticks done."""
        close_old_connections()
        done: list[str] = []
        try:
            if now - self.last_alive >= _SIGN_OF_LIFE:
                work.renew_leases(self.holder)
                self.last_alive = now
            if now - self.lease_asked >= _TICKER_LEASE / 3:
                self.lease_asked = now
                self.is_holder = take_lease(TICKER, holder=self.holder, seconds=_TICKER_LEASE)
        except DatabaseError:
            log.exception("No sign of life could be given")
            connection.close()
            return done
        for tick in list(TICKS.values()) if self.is_holder else ():
            if now - self.done_at.get(tick.name, float("-inf")) >= tick.seconds:
                self.done_at[tick.name] = now
                try:
                    tick.function()
                except Exception:  # one tick that fails keeps neither itself nor the others from the next beat
                    log.exception("Tick %s", tick.name)
                    connection.close()
                done.append(tick.name)
        return done
