"""Servers on this machine that mean harm."""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache

MEGABYTE = 1 << 20
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLast-Modified-Version: 5\r\n"
    b"Zotero-API-Version: 3\r\n"
)
Behaviour = Callable[[socket.socket, bytes], None]


class Evil:
    """A server on this machine that behaves in one way; ``asked`` are the requests that came."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behave = behave
        self._tls = tls
        self.asked: list[bytes] = []
        self.ended = threading.Event()

    def __enter__(self) -> "Evil":
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                opened, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(opened,), daemon=True).start()

    def _secured(self, opened: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(opened, server_side=True) if self._tls else opened

    def _serve(self, opened: socket.socket) -> None:
        # The client goes away in the middle: that is what is tested.
        with suppress(OSError), self._secured(opened) as opened:
            request = b""
            while b"\r\n\r\n" not in request:
                part = opened.recv(65536)
                if not part:
                    return
                request += part
            self.asked.append(request)
            self.behave(opened, request)


def _drip(opened: socket.socket, what: bytes) -> None:
    for byte in what:
        opened.sendall(bytes([byte]))
        time.sleep(0.2)


def slow_headers(opened: socket.socket, _request: bytes) -> None:
    _drip(opened, b"HTTP/1.1 200 OK\r\nX-Padding: " + b"a" * 300)


def slow_body(opened: socket.socket, _request: bytes) -> None:
    opened.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    _drip(opened, b" " * 300)


def silence(_opened: socket.socket, _request: bytes) -> None:
    time.sleep(60)


def endless_body(opened: socket.socket, _request: bytes) -> None:
    opened.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        opened.sendall(b"100000\r\n" + b" " * MEGABYTE + b"\r\n")


def endless_interim_answers(opened: socket.socket, _request: bytes) -> None:
    while True:
        opened.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


@cache
def _bomb(layers: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(200)) + packer.flush()
    for _ in range(layers - 1):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = packer.compress(packed) + packer.flush()
    return packed


def bomb(opened: socket.socket, _request: bytes) -> None:
    packed = _bomb(1)
    opened.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed))
    opened.sendall(packed)


def bomb_in_a_bomb(opened: socket.socket, _request: bytes) -> None:
    packed = _bomb(2)
    opened.sendall(
        HEAD + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    )


def _answer(opened: socket.socket, headers: bytes, body: bytes = b"{}") -> None:
    opened.sendall(
        HEAD + headers + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    )


def _collections(*keys: str) -> bytes:
    """Give the collections with these keys as Zotero lists them; each has the name that the settings say."""
    one = '{"key":"%s","version":1,"data":{"key":"%s","version":1,"name":"List","parentCollection":false}}'
    return f"[{','.join(one % (key, key) for key in keys)}]".encode()


def back_off_for_a_day(opened: socket.socket, _request: bytes) -> None:
    _answer(opened, b"Total-Results: 1\r\nBackoff: 86400\r\n", _collections("AAAA2222"))


def back_off_for_ever(opened: socket.socket, _request: bytes) -> None:
    _answer(opened, b"Total-Results: 1\r\nBackoff: inf\r\n", _collections("AAAA2222"))


def come_again_in_a_hundred_years(opened: socket.socket, _request: bytes) -> None:
    opened.sendall(
        b"HTTP/1.1 503 Busy\r\nRetry-After: Fri, 01 Jan 2126 00:00:00 GMT\r\nContent-Length: 0\r\n"
        b"Connection: close\r\n\r\n"
    )


def a_billion_collections(opened: socket.socket, request: bytes) -> None:
    if b"/collections" in request:
        _answer(opened, b"Total-Results: 1000000000\r\n", b"[]")
    else:
        _answer(opened, b"")


def each_answer_a_little_late(opened: socket.socket, request: bytes) -> None:
    time.sleep(0.4)
    if b"/collections" not in request:
        _answer(opened, b"")
        return
    start = int(request.partition(b"start=")[2].split()[0].split(b"&")[0])
    letters = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
    keys = [
        f"AAAAA{letters[start // 100 % 33]}{letters[n // 33]}{letters[n % 33]}" for n in range(100)
    ]
    _answer(opened, b"Total-Results: 100000\r\n", _collections(*keys))


SERVERS = (
    slow_headers, slow_body, silence, endless_body, endless_interim_answers, bomb, bomb_in_a_bomb,
    back_off_for_a_day, back_off_for_ever, come_again_in_a_hundred_years, a_billion_collections,
    each_answer_a_little_late,
)  # fmt: skip
