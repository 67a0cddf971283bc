"""The one way out: every HTTP call this installation makes to others goes through send().

Checked name and address (public_urls.py), connection to that very address with the name's certificate, no redirects, no
proxies, ten seconds for everything, 64 kB of answer. Nothing else in the code may open a connection to a URL.
"""

import os
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse

from guanxi.ground.public_urls import Egress, Resolver, Target, addresses_of, system_resolver, target_of
from guanxi.ground.refusals import Refused, gettext_noop

TOTAL_SECONDS = 10.0
MAX_ANSWER = 65_536
MAX_BODY = 10_000_000
MAX_ADDRESSES = 4
CONNECT_SECONDS = 4.0  # for one address, so that a dead one leaves time for the next
ALLOW = "GUANXI_EGRESS_ALLOW"

_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{0,4096}")
_OWN_HEADERS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "expect", "upgrade"}

_STANDARD_HEADERS = {"User-Agent": "Guanxi", "Connection": "close", "Accept-Encoding": "identity"}
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}

_UNREACHABLE = {
    "time": gettext_noop("The other side did not answer in time."),
    "name": gettext_noop("The name of the other side is not known at the moment."),
    "connection": gettext_noop("No connection to the other side."),
    "certificate": gettext_noop("The other side could not prove who it is."),
    "answer": gettext_noop("The other side's answer is not understandable."),
}


class Unreachable(Exception):
    """No whole answer came; a later try may succeed.

    cause: "time", "name", "connection", "certificate" or "answer". left: whether the request may have reached the other side;
    False means that nothing was sent, so trying again cannot do it twice.
    """

    def __init__(self, cause: str, *, left: bool = False) -> None:
        super().__init__(_UNREACHABLE[cause])
        self.cause = cause
        self.left = left
        self.words = _UNREACHABLE[cause]


@dataclass(frozen=True, slots=True)
class Limits:
    """seconds: for everything from the name to the last byte; answer: bytes read at most."""

    seconds: float = TOTAL_SECONDS
    answer: int = MAX_ANSWER


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """status: HTTP status (a redirect is an answer, it is not followed); headers: lower-case names; cut: the body was longer."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool


class _Deadline:
    """Closes the connection when time is up, whatever the other side trickles meanwhile."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._passed = threading.Event()

    @property
    def passed(self) -> bool:
        return self._passed.is_set() or time.monotonic() >= self._end

    def left(self) -> float:
        """Return the seconds that remain. Raises TimeoutError when none do."""
        if self.passed:
            raise TimeoutError
        return max(self._end - time.monotonic(), 0.001)

    @contextmanager
    def watch(self, sock: socket.socket) -> Iterator[None]:
        """Shut the connection down when time is up. A duplicate is held, for TLS takes the socket itself over."""
        held = sock.dup()
        timer = threading.Timer(self.left(), self._cut, [held])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            held.close()

    def _cut(self, held: socket.socket) -> None:
        self._passed.set()
        with suppress(OSError):  # it has ended by itself
            held.shutdown(socket.SHUT_RDWR)


def egress() -> Egress:
    """Return what GUANXI_EGRESS_ALLOW (entries between commas) opens; empty: the public network, ports 80 and 443."""
    return Egress.of(os.environ.get(ALLOW, "").split(","))


def check_url(url: str, *, allowed: Egress | None = None, resolver: Resolver = system_resolver) -> None:
    """Refuse a URL that send() would refuse now; for the moment it is saved. send() checks again each time."""
    rules = allowed or egress()
    target = target_of(url, rules)
    _addresses(target, rules, resolver, _Deadline(TOTAL_SECONDS))


def send(
    url: str,
    *,
    method: str = "POST",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    allowed: Egress | None = None,
    resolver: Resolver = system_resolver,
) -> Answer:
    """Make one HTTP call and return the answer, whatever its status.

    limits: default 10 seconds and 64 kB. allowed and resolver: for tests; default the installation's own.
    Raises Refused before anything leaves (URL, address, headers), Unreachable when no whole answer came.
    """
    rules, limits = allowed or egress(), limits or Limits()
    target = target_of(url, rules)
    request = _checked(method, body, headers or {})
    deadline = _Deadline(limits.seconds)
    try:
        addresses = _addresses(target, rules, resolver, deadline)
    except Refused as refused:
        if refused.code == "outbound.unknown_name":  # names fail for an hour and come back
            raise Unreachable("name") from refused
        raise
    with _connected(addresses, target.port, deadline) as sock:
        return _call(target, sock, request, limits, deadline)


def _addresses(target: Target, rules: Egress, resolver: Resolver, deadline: _Deadline) -> list[str]:
    """Resolve within the deadline: the system's resolver itself knows no limit, so it is left behind in its own thread."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            answer.put(addresses_of(target, rules, resolver))
        except Exception as error:  # noqa: BLE001 - whatever it is, the waiting thread raises it again
            answer.put(error)

    threading.Thread(target=resolve, daemon=True).start()
    try:
        found = answer.get(timeout=deadline.left())
    except (queue.Empty, TimeoutError):
        raise Unreachable("time") from None
    if isinstance(found, Exception):
        raise found
    return found


def _call(target: Target, sock: socket.socket, request: _Request, limits: Limits, deadline: _Deadline) -> Answer:
    left = False
    try:
        with deadline.watch(sock):
            stream = _secured(sock, target, deadline)
            left = True
            return _exchange(target, stream, request, limits, deadline)
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise Unreachable(_cause_of(error, deadline), left=left) from error


def _cause_of(error: Exception, deadline: _Deadline) -> str:
    if deadline.passed or isinstance(error, TimeoutError):
        return "time"
    if isinstance(error, ssl.SSLError):
        return "certificate"
    return "answer" if isinstance(error, HTTPException | ValueError | zlib.error) else "connection"


def _connected(addresses: list[str], port: int, deadline: _Deadline) -> socket.socket:
    """Return a connection to the first address that takes one."""
    for address in addresses[:MAX_ADDRESSES]:
        try:
            return socket.create_connection((address, port), timeout=min(deadline.left(), CONNECT_SECONDS))
        except OSError as error:
            failure = error
    raise Unreachable(_cause_of(failure, deadline)) from failure


def _secured(sock: socket.socket, target: Target, deadline: _Deadline) -> socket.socket:
    """Return the stream to speak on: with TLS and the certificate of the name (not of the address) where it is https."""
    sock.settimeout(deadline.left())
    return _trust().wrap_socket(sock, server_hostname=target.host) if target.scheme == "https" else sock


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(target: Target, stream: socket.socket, request: _Request, limits: Limits, deadline: _Deadline) -> Answer:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = stream  # so it opens none of its own
    try:
        headers = request.headers | {"Host": _host_header(target)}
        connection.request(request.method, target.path, body=request.body or None, headers=headers)
        response = connection.getresponse()
        raw, cut = _read(response, limits.answer, deadline)
        kept = {name.lower(): value for name, value in response.getheaders()}
        plain, more = _unpacked(raw, kept.get("content-encoding", ""), limits.answer)
        return Answer(response.status, kept, plain, cut or more)
    finally:
        connection.close()


def _read(response: HTTPResponse, most: int, deadline: _Deadline) -> tuple[bytes, bool]:
    """Return at most `most` bytes as they came, and whether there were more."""
    raw = response.read(most + 1)
    deadline.left()  # an end that the watchdog made is no end
    if len(raw) <= most and response.length:
        raise HTTPException("the answer is shorter than it says")
    return raw[:most], len(raw) > most


def _unpacked(raw: bytes, encoding: str, most: int) -> tuple[bytes, bool]:
    """Unpack gzip or deflate (not asked for, but sent by some) to at most `most` bytes."""
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return raw, False
    unpacker = zlib.decompressobj(wbits=47)
    plain = unpacker.decompress(raw, most)
    return plain, bool(unpacker.unconsumed_tail)


def _checked(method: str, body: bytes, headers: Mapping[str, str]) -> _Request:
    sound = method in _METHODS and len(body) <= MAX_BODY
    for name, value in headers.items():
        allowed = name.lower() not in _OWN_HEADERS and _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)
        sound = sound and bool(allowed)
    if not sound:
        words = gettext_noop("This request cannot be sent: its method, size or a header is not allowed.")
        raise Refused("outbound.request", words)
    return _Request(method, body, _STANDARD_HEADERS | dict(headers))


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return (
        host
        if target.port in {80, 443} and (target.port == 443) == (target.scheme == "https")
        else f"{host}:{target.port}"
    )
