"""The outbound client against receivers that misbehave (trust.md rows 65, 67, 70), on real sockets of this machine."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from guanxi.ground import outbound
from guanxi.ground.outbound import Answer, Limits, Unreachable, check_url, egress, send
from guanxi.ground.public_urls import Egress
from guanxi.ground.refusals import Refused

QUICK = Limits(seconds=1.0)


class Receiver:
    """A server of one behaviour on a free port of this machine; keeps what it was sent."""

    def __init__(self, behave: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._behave = behave
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[caller], daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        try:
            stream = self._context.wrap_socket(caller, server_side=True) if self._context else caller
            with stream:
                self.requests.append(_request_on(stream))
                self._behave(stream)
        except OSError:
            return

    @property
    def allowed(self) -> Egress:
        return Egress.of([f"127.0.0.1:{self.port}", f"receiver.example:{self.port}"])

    def url(self, path: str = "/hook", scheme: str = "http") -> str:
        return f"{scheme}://receiver.example:{self.port}{path}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the waiting accept, which else would take one more call
        self._listener.close()


def _request_on(stream: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        part = stream.recv(65_536)
        if not part:
            return request
        request += part
    head, _, body = request.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        body += stream.recv(65_536)
    return head + b"\r\n\r\n" + body


def _here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"] if host == "receiver.example" else []


@contextmanager
def receiver(
    behave: Callable[[socket.socket], None] | bytes, context: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    server = Receiver((lambda stream: stream.sendall(behave)) if isinstance(behave, bytes) else behave, context)
    try:
        yield server
    finally:
        server.close()


def call(server: Receiver, path: str = "/hook", limits: Limits = QUICK, **request: object) -> Answer:
    return send(server.url(path), limits=limits, allowed=server.allowed, resolver=_here, **request)  # type: ignore[arg-type]


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Seen: yes\r\n\r\nok"


def test_a_call_arrives_whole_and_its_answer_comes_back() -> None:
    with receiver(OK) as server:
        answer = call(server, "/hook?id=1", body=b'{"a": 1}', headers={"Content-Type": "application/json"})
    assert answer == Answer(200, {"content-length": "2", "x-seen": "yes"}, b"ok", cut=False)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?id=1 HTTP/1.1"
    assert body == b'{"a": 1}'
    assert f"Host: receiver.example:{server.port}" in lines
    assert {
        "Content-Type: application/json",
        "Content-Length: 8",
        "Accept-Encoding: identity",
        "Connection: close",
    } <= set(lines)
    assert len([line for line in lines if line.lower().startswith("host:")]) == 1


@pytest.mark.parametrize(
    "place", ["http://169.254.169.254/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "/again"]
)
def test_a_redirect_is_an_answer_and_is_not_followed(place: str) -> None:
    with receiver(f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()) as server:
        answer = call(server)
    assert (answer.status, answer.headers["location"], len(server.requests)) == (302, place, 1)


def test_errors_of_the_other_side_are_answers_too() -> None:
    with receiver(b"HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n") as server:
        assert (call(server).status, call(server, method="GET").headers["retry-after"]) == (503, "9")


def _timed_out(behave: Callable[[socket.socket], None], seconds: float = 0.6) -> bool:
    with receiver(behave) as server:
        started = time.monotonic()
        with pytest.raises(Unreachable) as unreachable:
            call(server, limits=Limits(seconds=seconds))
        took = time.monotonic() - started
    assert (unreachable.value.cause, unreachable.value.left) == ("time", True)
    assert seconds * 0.9 < took < seconds + 0.5
    return True


def _drip(head: bytes) -> Callable[[socket.socket], None]:
    def behave(stream: socket.socket) -> None:
        stream.sendall(head)
        while True:
            stream.sendall(b"a")
            time.sleep(0.05)

    return behave


def test_one_byte_at_a_time_ends_with_the_time() -> None:
    assert _timed_out(_drip(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"))
    assert _timed_out(_drip(b"HTTP/1.1 200 OK\r\nX-Slow: "))
    assert _timed_out(_drip(b""))
    assert _timed_out(_drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1"))


def test_silence_ends_with_the_time() -> None:
    assert _timed_out(lambda stream: time.sleep(3))


def test_endless_continues_end_with_the_time() -> None:
    def behave(stream: socket.socket) -> None:
        while True:
            stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.01)

    assert _timed_out(behave)


def test_endless_headers_are_no_answer() -> None:
    def behave(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            stream.sendall(b"X-More: " + b"a" * 1_000 + b"\r\n")

    with receiver(behave) as server, pytest.raises(Unreachable) as unreachable:
        call(server)
    assert unreachable.value.cause == "answer"


@pytest.mark.parametrize("head", [b"Content-Length: 10000000000\r\n", b""])
def test_ten_gigabytes_are_cut_at_64_kb(head: bytes) -> None:
    sent = []

    def behave(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        while True:
            sent.append(stream.send(b"x" * 65_536))

    with receiver(behave) as server:
        answer = call(server, limits=Limits(seconds=5))
    assert (len(answer.body), answer.cut) == (65_536, True)
    assert sum(sent) < 20_000_000


def test_a_gzip_bomb_stays_small() -> None:
    bomb = gzip.compress(bytes(30_000_000))
    assert len(bomb) < 65_536
    with receiver(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
    ) as server:
        answer = call(server)
    assert (answer.body, answer.cut) == (bytes(65_536), True)


def test_honest_gzip_is_unpacked_and_broken_gzip_is_no_answer() -> None:
    packed = gzip.compress("收到".encode())
    with receiver(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    ) as server:
        assert call(server).body.decode() == "收到"
    with (
        receiver(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc") as server,
        pytest.raises(Unreachable) as unreachable,
    ):
        call(server)
    assert unreachable.value.cause == "answer"


@pytest.mark.parametrize(
    "answer",
    [b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"\x00\xff", b""],
)
def test_nonsense_is_no_answer(answer: bytes) -> None:
    with receiver(answer) as server, pytest.raises(Unreachable) as unreachable:
        call(server)
    assert unreachable.value.cause in {"answer", "connection"}
    assert unreachable.value.left


def test_nobody_there_means_nothing_left() -> None:
    with receiver(OK) as server:
        pass
    with pytest.raises(Unreachable) as unreachable:
        call(server)
    assert (unreachable.value.cause, unreachable.value.left) == ("connection", False)
    assert "connection" in str(unreachable.value)


def test_an_unknown_name_may_be_known_later() -> None:
    with pytest.raises(Unreachable) as unreachable:
        send("https://gone.example.com/", resolver=_here, allowed=Egress())
    assert (unreachable.value.cause, unreachable.value.left) == ("name", False)
    with pytest.raises(Refused):
        check_url("https://gone.example.com/", resolver=_here, allowed=Egress())


def test_a_resolver_that_hangs_is_left_behind() -> None:
    started = time.monotonic()
    with pytest.raises(Unreachable) as unreachable:
        send(
            "https://slow.example.com/",
            limits=Limits(seconds=0.3),
            allowed=Egress(),
            resolver=lambda host, port: time.sleep(2) or [],
        )
    assert unreachable.value.cause == "time"
    assert time.monotonic() - started < 1


def test_a_name_that_turns_inward_later_is_refused_at_the_next_send() -> None:
    now_at = ["127.0.0.1"]
    with receiver(OK) as server:
        assert send(server.url(), allowed=server.allowed, resolver=lambda host, port: now_at).status == 200
        now_at[0] = "10.0.0.5"
        with pytest.raises(Refused) as refused:
            send(server.url(), allowed=server.allowed, resolver=lambda host, port: now_at)
        assert len(server.requests) == 1
    assert refused.value.code == "outbound.address"


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with receiver(OK) as server:
        assert send(server.url(), allowed=server.allowed, resolver=rebinding).body == b"ok"
    assert asked == ["receiver.example"]


def test_this_machine_is_closed_without_the_list() -> None:
    with receiver(OK) as server:
        for url in (
            f"http://127.0.0.1:{server.port}/",
            "http://127.0.0.1/",
            "http://localhost/",
            f"http://receiver.example:{server.port}/",
        ):
            with pytest.raises(Refused):
                send(url, allowed=Egress(), resolver=_here)
        assert server.requests == []


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"headers": {"X-A": "a\r\nBcc: x"}}, "line break in a value"),
        ({"headers": {"X-A\r\nB": "a"}}, "line break in a name"),
        ({"headers": {"Host": "evil"}}, "Host is ours"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "framing is ours"),
        ({"headers": {"X-A": "张"}}, "not ASCII"),
        ({"method": "CONNECT"}, "method"),
        ({"method": "GET / HTTP/1.1\r\n"}, "method"),
        ({"body": bytes(10_000_001)}, "size"),
    ],
)
def test_requests_that_smuggle_are_refused(request_: dict[str, object], why: str) -> None:
    with receiver(OK) as server:
        with pytest.raises(Refused) as refused:
            call(server, **request_)  # type: ignore[arg-type]
        assert (refused.value.code, server.requests) == ("outbound.request", []), why


def test_the_setting_is_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUANXI_EGRESS_ALLOW", raising=False)
    assert egress() == Egress()
    monkeypatch.setenv("GUANXI_EGRESS_ALLOW", "api.example.com, 10.0.0.5:8080")
    assert egress() == Egress.of(["api.example.com", "10.0.0.5:8080"])
    with pytest.raises(Refused) as refused:
        check_url("https://example.com/", resolver=_here)
    assert refused.value.code == "outbound.not_listed"


def _certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's context whose certificate, for `name`, is written to folder/trusted.pem as well."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(
            subject,
            subject,
            key.public_key(),
            x509.random_serial_number(),
            datetime.now(UTC) - day,
            datetime.now(UTC) + day,
        )
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.9"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "trusted.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "trusted.pem", folder / "key.pem")
    return context


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose trusted.pem the client trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    outbound._trust.cache_clear()
    yield tmp_path
    outbound._trust.cache_clear()


def test_https_asks_for_the_certificate_of_the_name(trusting: Path) -> None:
    with receiver(OK, _certificate(trusting, "receiver.example")) as server:
        answer = send(server.url(scheme="https"), limits=QUICK, allowed=server.allowed, resolver=_here)
        assert (answer.status, answer.body) == (200, b"ok")


def test_the_certificate_of_another_name_is_not_enough(trusting: Path) -> None:
    with receiver(OK, _certificate(trusting, "other.example")) as server, pytest.raises(Unreachable) as unreachable:
        send(server.url(scheme="https"), limits=QUICK, allowed=server.allowed, resolver=_here)
    assert (unreachable.value.cause, unreachable.value.left, server.requests) == ("certificate", False, [])


def test_an_unknown_issuer_is_not_enough(tmp_path: Path) -> None:
    with receiver(OK, _certificate(tmp_path, "receiver.example")) as server, pytest.raises(Unreachable) as unreachable:
        send(server.url(scheme="https"), limits=QUICK, allowed=server.allowed, resolver=_here)
    assert (unreachable.value.cause, unreachable.value.left, server.requests) == ("certificate", False, [])


def test_a_handshake_that_never_ends_ends_with_the_time() -> None:
    def trickle(listener: socket.socket) -> None:
        caller, _ = listener.accept()
        with caller:
            caller.recv(65_536)
            caller.sendall(b"\x16\x03\x03\x3f\xff")  # a record of 16 kB, one byte at a time
            try:
                while True:
                    caller.sendall(b"\x02")
                    time.sleep(0.05)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        threading.Thread(target=trickle, args=[listener], daemon=True).start()
        started = time.monotonic()
        with pytest.raises(Unreachable) as unreachable:
            send(f"https://127.0.0.1:{port}/", limits=Limits(seconds=0.6), allowed=Egress.of([f"127.0.0.1:{port}"]))
    assert (unreachable.value.cause, unreachable.value.left) == ("time", False)
    assert time.monotonic() - started < 1.2


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with receiver(OK) as server:
        allowed = Egress.of([f"127.0.0.1:{server.port}", f"[::1]:{server.port}", f"receiver.example:{server.port}"])
        answer = send(server.url(), limits=QUICK, allowed=allowed, resolver=lambda host, port: ["::1", "127.0.0.1"])
    assert answer.body == b"ok"
