"""`guanxi serve`: the web server and the worker as two children of one process that keeps both alive.

Both are forked from the loaded program, so they share its memory and are there at once. A worker that dies is started
again; without the web server the whole ends.
"""

import hashlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections

from guanxi.ground.jobs.worker import Worker
from guanxi.ground.refusals import Refused, gettext_noop
from guanxi.record.imports.services.pace import site_open

log = logging.getLogger(__name__)

_TAKEN = gettext_noop("Port {port} is taken by another program. Stop it, or choose another one with --port.")
_GRACE = 10.0  # seconds that children have to end
_MOMENT = 0.5
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True)
class Terms:
    """How to serve: where, and with how many web processes and threads in each."""

    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 2
    threads: int = 4
    with_worker: bool = True


def serve(terms: Terms) -> int:
    """Serve until told to stop (SIGTERM, SIGINT); returns the exit status. Refused when the port is taken."""
    _check_port(terms)
    collect_assets()
    connections.close_all()  # a connection must not be shared by a fork
    return _Parent(terms).run()


def collect_assets() -> None:
    """Bring the built assets to where they are served from, when they have changed since the last time."""
    if settings.WHITENOISE_USE_FINDERS:
        return
    stamp = settings.STATIC_ROOT / ".collected"
    state = _state_of_assets()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def _state_of_assets() -> str:
    """Names, sizes and times of all assets, as one line."""
    known = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = os.stat(storage.path(path))  # noqa: PTH116 - storages answer with text
            known.append((path, file.st_size, file.st_mtime_ns))
    return hashlib.sha256(repr(sorted(known)).encode()).hexdigest()


def _check_port(terms: Terms) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((terms.host, terms.port))
        except OSError as error:
            raise Refused("serve.port_taken", _TAKEN, port=terms.port) from error


class _Parent:
    """Forks the children and waits. It does nothing else, so it costs little memory of its own."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.is_stopping = False
        self.web = self.worker = 0
        self.deaths = 0
        self.born_at = 0.0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        self.web = _fork(lambda: _serve_web(self.terms))
        self._start_worker()
        status = self._wait()
        self._end_children()
        return status

    def _start_worker(self) -> None:
        if self.terms.with_worker and not self.is_stopping:
            parent = os.getpid()
            self.worker = _fork(lambda: Worker(parent=parent).run())
            self.born_at = time.monotonic()

    def _wait(self) -> int:
        """Until the web server has ended; a dead worker is started again, after a pause that grows while it keeps dying."""
        while self.web and not self.is_stopping:
            pid, status = os.wait()  # a stop wakes it too: the children end
            if pid == self.web:
                self.web = 0
                return 0 if self._is_told_to_stop() else os.waitstatus_to_exitcode(status) or 1
            self.worker = 0
            if not self.is_stopping:
                click.echo("The worker ended unexpectedly; it is started again.", err=True)
                self._pause()
                self._start_worker()
        return 0

    def _is_told_to_stop(self) -> bool:
        """Whether we were, or are in a moment: a terminal tells all of them at once, and the web server may have heard it first."""
        until = time.monotonic() + _MOMENT
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(0.02)
        return self.is_stopping

    def _pause(self) -> None:
        lived = time.monotonic() - self.born_at
        self.deaths = 0 if lived > _LONGEST_PAUSE else self.deaths + 1
        until = time.monotonic() + min(2.0**self.deaths - 1, _LONGEST_PAUSE)
        while not self.is_stopping and time.monotonic() < until:
            time.sleep(0.1)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.is_stopping = True
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        for pid in (self.web, self.worker):
            if pid:
                os.kill(pid, number)

    def _end_children(self) -> None:
        """Tell whoever is left to end, wait a little, and then do not ask any more: nothing is lost by it."""
        self._signal(signal.SIGTERM)
        until = time.monotonic() + _GRACE
        while self.web or self.worker:
            if time.monotonic() > until:
                self._signal(signal.SIGKILL)
            for name in ("web", "worker"):
                pid = getattr(self, name)
                if pid and os.waitpid(pid, os.WNOHANG)[0]:
                    setattr(self, name, 0)
            time.sleep(0.02)


def _fork(work: Callable[[], Any]) -> int:
    """Run `work` in a child process; returns its id to the parent. The child never comes back from here."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        work()
        status = 0
    except SystemExit as end:  # how gunicorn ends
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # the last place where anybody could see it
        log.exception("A child process ended with an error")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _serve_web(terms: Terms) -> None:
    """Run gunicorn in this process; it ends with SystemExit."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in _gunicorn_settings(terms).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from guanxi.project.wsgi import application

            return application

    with site_open():  # imports keep their transactions short while it is
        Server().run()


def _gunicorn_settings(terms: Terms) -> dict[str, Any]:
    memory = "/dev/shm"  # noqa: S108 - gunicorn's heartbeat files: a disk that hangs must not look like a dead process
    return {
        "bind": f"{terms.host}:{terms.port}",
        "workers": terms.processes,
        "threads": terms.threads,
        "worker_class": "gthread",
        "worker_tmp_dir": memory if os.path.isdir(memory) else None,  # noqa: PTH112 - gunicorn wants text
        "preload_app": True,
        "timeout": 120,
        "graceful_timeout": round(_GRACE) - 2,
        "loglevel": "warning",
        "control_socket_disable": True,
        "proc_name": "guanxi",
        "when_ready": lambda _: click.echo(f"Guanxi is on http://{terms.host}:{terms.port}", err=True),
    }
