"""A body must come at some pace: whoever sends a byte a second would hold a thread of the server for ever.

gunicorn reads a body for as long as it comes, and waits for the whole of what it was asked for. Here somebody looks how far a
body is: when it lags behind, the reading side of the line is closed, the program reads an end, and a body that ends before
its length is none: no half of a form is ever taken for the whole.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

PATIENCE_S = 10.0  # before anybody looks
LEAST_PACE = 4_096  # bytes a second from then on; a telephone in the country has ten times that
_STEP = LEAST_PACE  # bytes read at once: a reader waits for all of them, and is as far behind as what he waits for

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Patience:
    """A WSGI application whose requests bring their bodies in time."""

    def __init__(self, application: Application, *, patience_s: float = PATIENCE_S, pace: int = LEAST_PACE) -> None:
        self._application, self._patience_s, self._pace = application, patience_s, pace

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request; its body is watched until the program has done with it."""
        length, line = int(environ.get("CONTENT_LENGTH") or 0), environ.get("gunicorn.socket")
        if length <= 0 or line is None:
            return self._application(environ, start_response)
        body = environ["wsgi.input"] = Body(environ["wsgi.input"], length)
        watch = _Watch(body, line, self._patience_s, self._pace)
        try:
            return self._application(environ, start_response)
        finally:
            watch.end()


class Body:
    """A body of known length; `left` says how much is still to come. Raises OSError where it ends before its length."""

    def __init__(self, source: Any, length: int) -> None:
        self._source, self._length, self.left = source, length, length

    @property
    def taken(self) -> int:
        """Bytes read so far."""
        return self._length - self.left

    def read(self, size: int | None = -1) -> bytes:
        """As many bytes as asked for, fewer only at the end."""
        wanted = self.left if size is None or size < 0 else min(size, self.left)
        pieces = []
        while wanted:
            piece = self._took(self._source.read(min(wanted, _STEP)))
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def readline(self, size: int | None = -1) -> bytes:
        """One line, at most `size` bytes of it."""
        most = self.left if size is None or size < 0 else min(size, self.left)
        return self._took(self._source.readline(most)) if most else b""

    def _took(self, piece: bytes) -> bytes:
        if not piece:
            raise OSError("the body ended before its length")
        self.left -= len(piece)
        return piece


class _Watch:
    """Looks every now and then how far a body is."""

    def __init__(self, body: Body, line: socket.socket, patience_s: float, pace: int) -> None:
        self._body, self._line, self._patience_s, self._pace = body, line, patience_s, pace
        self._began, self._is_over = time.monotonic(), False
        self._wait()

    def end(self) -> None:
        """The program has done with the body, or with the request."""
        self._is_over = True
        self._timer.cancel()

    def _wait(self) -> None:
        self._timer = threading.Timer(self._patience_s, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        if self._is_over or not self._body.left:
            return
        due = (time.monotonic() - self._began) * self._pace
        if self._body.taken < due:
            self._line.shutdown(socket.SHUT_RD)
        else:
            self._wait()
