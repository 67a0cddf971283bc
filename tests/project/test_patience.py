"""A body that lags behind is given up; one that comes at a pace, however long it is, is read to its end."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError

from guanxi.project.patience import Body, Patience

PATIENCE_S, PACE = 0.15, 2_000


@pytest.fixture
def lines() -> Iterator[tuple[socket.socket, socket.socket]]:
    """(of the server, of the sender)"""
    pair = socket.socketpair()
    yield pair
    for line in pair:
        line.close()


def asked(line: socket.socket, length: int, application) -> list[bytes]:
    """What an application answers to a request whose body comes over a line, as gunicorn hands it on."""
    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(length),
        "wsgi.input": line.makefile("rb"), "gunicorn.socket": line,
    }  # fmt: skip
    return list(Patience(application, patience_s=PATIENCE_S, pace=PACE)(environ, None))


def whole(environ, _start) -> list[bytes]:
    return [environ["wsgi.input"].read()]


def send_slowly(line: socket.socket, piece: bytes, pause_s: float) -> None:
    def send() -> None:
        try:
            for _ in range(200):
                line.sendall(piece)
                time.sleep(pause_s)
        except OSError:
            return

    threading.Thread(target=send, daemon=True).start()


@pytest.mark.parametrize("length", [1_000, 2 << 30])
def test_a_sender_of_a_byte_now_and_then_is_given_up(lines, length):
    server, sender = lines
    send_slowly(sender, b"x", 0.01)
    began = time.monotonic()
    with pytest.raises(OSError, match="ended before its length"):
        asked(server, length, whole)
    assert PATIENCE_S < time.monotonic() - began < 1.5
    server.sendall(b"an answer")  # the other direction is open: one can still say so
    assert sender.recv(20) == b"an answer"


def test_a_slow_line_that_goes_on_is_read_to_its_end(lines):
    server, sender = lines
    send_slowly(sender, b"x" * 1_000, 0.005)
    assert asked(server, 60_000, whole) == [b"x" * 60_000]  # a third of a second and more: looked at twice


def test_a_body_that_has_come_leaves_the_program_all_its_time(lines):
    def busy(environ, _start) -> list[bytes]:
        said = environ["wsgi.input"].read()
        time.sleep(3 * PATIENCE_S)
        return [said]

    server, sender = lines
    sender.sendall(b"name=x")
    assert asked(server, 6, busy) == [b"name=x"]
    sender.sendall(b"next")
    assert server.recv(4) == b"next"  # the line lives on


def test_half_of_a_form_is_no_form(lines):
    server, sender = lines
    sender.sendall(b"summary=he+wants")
    sender.shutdown(socket.SHUT_WR)
    with pytest.raises(UnreadablePostError):
        asked(server, 40, lambda environ, _start: [WSGIRequest(environ).POST["summary"]])


def test_lines_of_a_body_are_counted(lines):
    server, sender = lines
    sender.sendall(b"a\nbc\nrest")
    body = Body(server.makefile("rb"), 5)
    assert (body.readline(), body.readline(1), body.read(), body.readline(), body.left) == (
        b"a\n",
        b"b",
        b"c\n",
        b"",
        0,
    )
