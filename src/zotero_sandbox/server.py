"""The sandbox on a port of the loopback interface: HTTP around :mod:`zotero_sandbox.api`."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Self, TextIO

from zotero_sandbox.api import Api
from zotero_sandbox.calls import Request, Response
from zotero_sandbox.data import SandboxDataError, load_seed, load_store
from zotero_sandbox.faults import Faults
from zotero_sandbox.limits import Limits
from zotero_sandbox.recording import Recorder, query_without_key, without_key
from zotero_sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

__all__ = ["Faults", "LoggedRequest", "Sandbox", "SandboxDataError", "serve"]

HOST = "127.0.0.1"
_BODYLESS = frozenset([204, 304])


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request that was served. No key is ever kept here; ``status`` 0 is a dropped connection."""

    method: str
    path: str
    query: str
    status: int


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._connections: set[Any] = set()
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking for the full name of the host, as HTTPServer does: that can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the port and the connections that clients keep alive."""
        super().server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over clients that went away; anything else is a fault of the sandbox and must be seen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "zsync-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    server: _Server

    def __getattr__(self, name: str) -> Any:
        """Serve every method through one function; the API refuses those that it does not know."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        sandbox = self.server.sandbox
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(_length(headers.get("content-length", "")))
        address = str(self.client_address[0])
        response = sandbox.answer(
            Request(self.command, path, query, headers, body, sandbox.url, address)
        )
        if response is None:
            self.close_connection = True
        else:
            self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status not in _BODYLESS:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status not in _BODYLESS:
            self._send_body(response.body)
        self.wfile.flush()

    def _send_body(self, body: bytes) -> None:
        if body and self.server.sandbox.faults.takes_truncation():
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time of the Date header: that of the server's clock."""
        now = self.server.sandbox.store.clock().timestamp()
        return super().date_time_string(now if timestamp is None else timestamp)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Print nothing; the sandbox keeps its own log."""


def _length(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


class Sandbox:
    """A Zotero server for as long as the ``with`` block lasts.

    ``data`` is described in :mod:`zotero_sandbox.data`; without it there is an empty library of user 1 and
    the key ``sandbox``, which may do everything. A store that is already filled is taken as it is. Port 0
    takes any free port::

        with Sandbox() as sandbox:
            client = Zotero(1, "user", sandbox.key)
            client.endpoint = sandbox.url

    ``limits``: refuse clients that ask too often, as :mod:`zotero_sandbox.limits` says. ``record``: a file
    that takes what is asked and answered, as :mod:`zotero_sandbox.recording` says.

    ``url`` is the address and ``key`` the first key; ``requests`` the log of what was served (method, path,
    query without key, status); ``store`` what the server knows; ``faults`` what goes wrong next. Raises
    SandboxDataError for bad data and OSError if the port is taken or the file cannot be written.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | Store | None = None,
        port: int = 0,
        *,
        limits: bool = False,
        record: Path | None = None,
    ) -> None:
        self.store = data if isinstance(data, Store) else load_store(data)
        self.key = next(iter(self.store.accounts.keys))
        self.faults = Faults()
        self.limits = Limits() if limits else None
        self.requests: list[LoggedRequest] = []
        self._api = Api(self.store)
        self._lock = threading.Lock()
        self._server = _Server(port, self)
        self.url = f"http://{HOST}:{self._server.server_port}"
        self._thread: threading.Thread | None = None
        self._recorder: Recorder | None = None
        if record:
            file = _open_record(record, self._server)
            self._recorder = Recorder(file, self.store.accounts.keys)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        if self._thread:
            self._thread.join()
        self._close()

    def _close(self) -> None:
        self._server.server_close()
        if self._recorder:
            with self._lock:
                self._recorder.close()

    def serve_forever(self) -> None:
        """Serve in this thread until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._close()

    def answer(self, request: Request) -> Response | None:
        """Return the answer to a request with the faults that are due, or None to drop the connection."""
        if self.limits is None:
            return self._answer(request)
        with self.limits.admitting(self._api.caller(request)) as refusal:
            return self._answer(request, refusal)

    def _answer(self, request: Request, refusal: Response | None = None) -> Response | None:
        if self.faults.before_request:
            self.faults.before_request(request)
        if self.faults.latency:
            time.sleep(self.faults.latency)
        with self._lock:
            response = refusal or self._respond(request)
            self._remember(request, response)
        return response

    def _respond(self, request: Request) -> Response | None:
        if self.faults.takes_drop():
            return None
        response = self.faults.take_answer()
        if response is None:
            self.faults.change_library(request, self.store)
            response = self._api.respond(request)
            if self.faults.takes_loss():
                return None
        return self.faults.sent(request, response)

    def _remember(self, request: Request, response: Response | None) -> None:
        path, query = without_key(request.path), query_without_key(request.query)
        status = response.status if response else 0
        self.requests.append(LoggedRequest(request.method, path, query, status))
        if self._recorder:
            self._recorder.write(request, response)


def _open_record(path: Path, server: _Server) -> TextIO:
    """Open the file of a recording. Raises OSError, with the port given back, if that cannot be done."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError:
        server.server_close()
        raise


def serve(
    port: int,
    announce: Callable[[str], None],
    *,
    data: Path | None = None,
    seed: Path | None = None,
    clock: datetime | None = None,
    limits: bool = False,
    record: Path | None = None,
) -> None:
    """Serve until interrupted; ``announce`` is told the address, the libraries and the keys.

    ``data`` is a file as :mod:`zotero_sandbox.data` describes it, ``seed`` one with a list of items and
    collections for the first user's library; with ``clock`` the server's time stands still there. Raises
    OSError if the port is taken or a file cannot be used, and SandboxDataError, naming the file, if it does
    not hold what it should.
    """
    store = _load_files(data, seed, clock)
    sandbox = Sandbox(store, port, limits=limits, record=record)
    announce(f"Zotero Web API at {sandbox.url}")
    for path in sorted(store.libraries) or [f"users/{min(store.accounts.users)}"]:
        announce(f"library {path}")
    for key in store.accounts.keys:
        announce(f"key {key}")
    with suppress(KeyboardInterrupt):
        sandbox.serve_forever()


def _load_files(data: Path | None, seed: Path | None, clock: datetime | None) -> Store:
    with _naming(data):
        store = load_store(_read_json(data) if data else None, clock)
    if seed:
        with _naming(seed):
            load_seed(store, _read_json(seed))
    return store


@contextmanager
def _naming(path: Path | None) -> Iterator[None]:
    """Put the file in front of what is wrong in it."""
    try:
        yield
    except SandboxDataError as error:
        raise SandboxDataError(f"{path}: {error}") from None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SandboxDataError(f"not JSON ({error})") from None
