"""A stand-in for GitHub's REST API: the pull requests of one repository, in memory."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class GitHub:
    """The server; use as a context manager.

    ``pulls`` are the pull requests, ``refusal`` (status, body) is given to every write instead of an answer,
    ``tokens`` are those that were sent.
    """

    def __init__(self) -> None:
        self.pulls: list[dict[str, Any]] = []
        self.refusal: tuple[int, dict[str, Any]] | None = None
        self.tokens: set[str] = set()
        self.targets: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Answer one request."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        assert path.startswith("/repos/reader/list/pulls"), path
        if method == "GET":
            head = query["head"][0].partition(":")[2]
            return 200, [
                one for one in self.pulls if one["state"] == "open" and one["head"] == head
            ]
        if self.refusal:
            return self.refusal
        if method == "POST":
            number = len(self.pulls) + 1
            made = {
                **body,
                "number": number,
                "state": "open",
                "html_url": f"https://github.com/reader/list/pull/{number}",
            }
            self.pulls.append(made)
            return 201, made
        known = self.pulls[int(path.rpartition("/")[2]) - 1]
        known.update(body)
        return 200, known


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            github.tokens.add(self.headers["Authorization"])
            github.targets.append(self.path)
            length = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(length) or b"{}")
            status, answer = github.answer(self.command, self.path, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
