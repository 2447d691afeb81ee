"""The sandbox on a port of the loopback interface: HTTP around :mod:`zsync.sandbox.api`."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlencode

from zsync.sandbox.api import Api
from zsync.sandbox.calls import Request, Response
from zsync.sandbox.data import SandboxDataError, load_store
from zsync.sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zsync.sandbox.store import Store

__all__ = ["Faults", "LoggedRequest", "Sandbox", "serve"]

HOST = "127.0.0.1"
_KEY_PATH = re.compile(r"(/keys/)(?!current$)[^/]+$")
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
        response = sandbox.answer(Request(self.command, path, query, headers, body, sandbox.url))
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

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Print nothing; the sandbox keeps its own log."""


def _length(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


class Sandbox:
    """A Zotero server for as long as the ``with`` block lasts.

    ``data`` is described in :mod:`zsync.sandbox.data`; without it there is an empty library of user 1 and the
    key ``sandbox``, which may do everything. Port 0 takes any free port::

        with Sandbox() as sandbox:
            client = Zotero(1, "user", "sandbox")
            client.endpoint = sandbox.url

    ``url`` is the address; ``requests`` the log of what was served (method, path, query without key, status);
    ``store`` what the server knows; ``faults`` what goes wrong next. Raises SandboxDataError for bad data and
    OSError if the port is taken.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, port: int = 0) -> None:
        self.store: Store = load_store(data)
        self.faults = Faults()
        self.requests: list[LoggedRequest] = []
        self._api = Api(self.store)
        self._lock = threading.Lock()
        self._server = _Server(port, self)
        self.url = f"http://{HOST}:{self._server.server_port}"
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._thread:
            self._thread.join()

    def serve_forever(self) -> None:
        """Serve in this thread until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()

    def answer(self, request: Request) -> Response | None:
        """Return the answer to a request with the faults that are due, or None to drop the connection."""
        if self.faults.before_request:
            self.faults.before_request(request)
        if self.faults.latency:
            time.sleep(self.faults.latency)
        with self._lock:
            response = None if self.faults.takes_drop() else self._respond(request)
            self.requests.append(_log_entry(request, response))
        return response

    def _respond(self, request: Request) -> Response:
        response = self.faults.take_answer()
        if response is None:
            self.faults.change_library(request, self.store)
            response = self._api.respond(request)
        return self.faults.add_headers(response)


def _log_entry(request: Request, response: Response | None) -> LoggedRequest:
    """Return what may be kept of a request: no key, wherever it was given."""
    path = _KEY_PATH.sub(r"\1…", request.path)
    pairs = parse_qsl(request.query, keep_blank_values=True)
    has_key = any(name == "key" for name, _ in pairs)
    query = urlencode([pair for pair in pairs if pair[0] != "key"]) if has_key else request.query
    return LoggedRequest(request.method, path, query, response.status if response else 0)


def serve(port: int, data_file: Path | None, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; ``announce`` is told the address, the libraries and the keys.

    Raises OSError if the port is taken or the file cannot be read, SandboxDataError if the file does not hold
    what :mod:`zsync.sandbox.data` describes.
    """
    sandbox = Sandbox(_read_data(data_file) if data_file else None, port)
    announce(f"Zotero Web API at {sandbox.url}")
    for path in sorted(sandbox.store.libraries) or [f"users/{min(sandbox.store.accounts.users)}"]:
        announce(f"library {path}")
    for key in sandbox.store.accounts.keys:
        announce(f"key {key}")
    with suppress(KeyboardInterrupt):
        sandbox.serve_forever()


def _read_data(path: Path) -> Mapping[str, Any]:
    try:
        data: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SandboxDataError(f"{path}: not JSON ({error})") from None
    return data
