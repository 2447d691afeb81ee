"""What both ways to a network share: connections that can be cut, bodies within limits, waits asked for.

Bodies are unpacked here: one layer of gzip, within a limit. HTTP clients unpack whatever a server
names, in any depth. A timeout bounds one read only, so connections are cut at the end, and at an
interrupt.
"""

import json
import re
import socket
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

#: The one encoding that we ask for and read. With others, and with several on top of each other, a few bytes
#: can grow beyond all memory before anybody counts them.
ENCODING = "gzip"
_PLAIN = ("", "identity")
_GZIP_FORMAT = 16 + zlib.MAX_WBITS
#: So many values of JSON take about 100 MB; a page of Zotero's longest answers has a tenth of them.
_MOST_VALUES = 1_000_000
#: An escape of half a character, with which JSON can say what no file could hold.
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")


class BadBody(Exception):  # noqa: N818 - named for what it is
    """A body that is larger than allowed, or packed in a way that cannot be read; the text says which."""


class Sockets:
    """The open connections of one client.

    A timeout bounds one read, so that a server which sends a byte now and then is never too late. Cutting
    the connections from another thread ends the reads themselves, whatever the server does.
    """

    def __init__(self) -> None:
        self._open: WeakSet[socket.socket] = WeakSet()
        self._guard = threading.Lock()
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        """Return whether nothing more is to be sent or waited for."""
        return self._stopped.is_set()

    def add(self, opened: socket.socket) -> None:
        """Take in a new connection."""
        with self._guard:
            self._open.add(opened)
        if self.is_stopped:
            self.cut()

    def cut(self) -> None:
        """End all reading and writing; who waits for an answer sees the connection close."""
        with self._guard:
            for each in list(self._open):
                # One that is closed already needs no cutting. Not the method of a TLS socket, which would
                # take its state away from under the thread that reads.
                with suppress(OSError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)
            self._open.clear()

    def stop(self) -> None:
        """Cut everything, now and from now on."""
        self._stopped.set()
        self.cut()

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than until the stop."""
        self._stopped.wait(seconds)

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the connections if what is done here takes longer than so many seconds."""
        timer = threading.Timer(max(0.0, seconds), self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def read_body(chunks: Iterable[bytes], encoding: str, most_bytes: int) -> bytes:
    """Return a body that arrives in ``chunks`` under this ``Content-Encoding``, unpacked.

    Raises:
        BadBody: it is larger than ``most_bytes``, packed or unpacked, or it cannot be unpacked.

    """
    encoding = encoding.strip().lower()
    if encoding not in (*_PLAIN, ENCODING):
        raise BadBody("the answer is packed in a way that was not asked for")
    packed = encoding == ENCODING
    unpacker = zlib.decompressobj(_GZIP_FORMAT)
    body = bytearray()
    received = 0
    for chunk in chunks:
        received += len(chunk)
        try:
            body += unpacker.decompress(chunk, most_bytes + 1 - len(body)) if packed else chunk
        except zlib.error as cause:
            raise BadBody("the answer cannot be unpacked") from cause
        if max(len(body), received) > most_bytes:
            raise BadBody("the answer is too large")
    if packed and received and not unpacker.eof:
        raise BadBody("the answer was cut short")
    return bytes(body)


def read_json(body: bytes) -> Any:
    """Return the JSON value that a body holds.

    Raises:
        BadBody: it is none, is nested beyond reason, holds far too many values, or what no text can: half a
            character, NaN.

    """
    if sum(map(body.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise BadBody("the answer is too large")
    try:
        value = json.loads(body, parse_constant=_no_number)
        if _HALF_CHARACTER.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as cause:
        raise BadBody("the answer is no JSON") from cause
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")
