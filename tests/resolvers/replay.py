"""A local server that answers as the services about papers do, from an index of recorded or written replies.

The index is a JSON object whose ``replies`` each hold ``request`` (the public address), ``status``,
``headers`` and ``body``, a file beside the index. A request arrives as
``BASE/export.arxiv.org/api/query?...`` and is found by host, path and query, in whatever order and without
``mailto``. Two things are composed: the feed for any set of arXiv ids, from the feeds for single ones, and
the answer to a search at Crossref, from the works in the index.
"""

import json
import re
import threading
from collections import Counter
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from zsync.config import Endpoints, ResolverSettings

Query = dict[str, str]
_FEED = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/x</id><title>arXiv Query</title>
<opensearch:totalResults>{}</opensearch:totalResults>{}</feed>"""
_ENTRY = re.compile(rb"<entry>.*?</entry>", re.DOTALL)
_IGNORED = frozenset(("mailto", "max_results", "rows", "start"))
_NOT_FOUND: dict[str, str] = {"content-type": "text/plain"}
_CROSSREF, _ARXIV = "api.crossref.org", "export.arxiv.org"


class Reply(NamedTuple):
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Replay:
    """The server; use as a context manager.

    ``asked`` holds every request as ``host/path?query``, with its headers in ``headers``. ``faults`` maps a
    host to the reply that it gives to everything; ``drop`` names hosts that close the connection.
    """

    def __init__(self, index: Path) -> None:
        self._folder = index.parent
        self._rows: dict[tuple[str, str], list[tuple[Query, dict[str, Any]]]] = {}
        for row in json.loads(index.read_text(encoding="utf-8"))["replies"]:
            host, path, query = _taken_apart(row["request"].removeprefix("https://"))
            self._rows.setdefault((host, path), []).append((query, row))
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.faults: dict[str, Reply] = {}
        self.drop: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def settings(self, contact: str = "", deadline: float = 60.0) -> ResolverSettings:
        """Settings whose every endpoint is this server."""
        usual = Endpoints()
        hosts = {
            name: getattr(usual, name).replace("https://", f"{self.address}/")
            for name in Endpoints.__slots__
        }
        return ResolverSettings(contact, deadline, Endpoints(**hosts))

    def table(self) -> str:
        """The same as a part of ``zsync.toml``."""
        endpoints = self.settings().endpoints
        lines = (f'{name} = "{getattr(endpoints, name)}"' for name in Endpoints.__slots__)
        return "\n".join(("[metadata.endpoints]", *lines, ""))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, target: str) -> Reply:
        """The reply to ``host/path?query``."""
        host, path, query = _taken_apart(target)
        if host in self.faults:
            return self.faults[host]
        row = self._row(host, path, query)
        if row:
            return self._reply(row)
        if host == _ARXIV and "id_list" in query:
            return self._feed(query["id_list"].split(","))
        if host == _CROSSREF and "query.bibliographic" in query:
            return self._search(query["query.bibliographic"])
        return Reply(404, dict(_NOT_FOUND), b"Resource not found.")

    def _row(self, host: str, path: str, query: Query) -> dict[str, Any] | None:
        rows = self._rows.get((host, path), [])
        return next((row for known, row in rows if known == query), None)

    def _reply(self, row: dict[str, Any]) -> Reply:
        return Reply(row["status"], dict(row["headers"]), (self._folder / row["body"]).read_bytes())

    def _feed(self, ids: list[str]) -> Reply:
        entries: list[bytes] = []
        for each in ids:
            row = self._row(_ARXIV, "/api/query", {"id_list": each})
            if row and row["status"] == 200:
                entries += _ENTRY.findall(self._reply(row).body)
        body = _FEED.format(len(entries), b"".join(entries).decode())
        return Reply(200, {"content-type": "application/atom+xml"}, body.encode())

    def _search(self, title: str) -> Reply:
        """The works that share most words with the title, as Crossref ranks them, roughly."""
        wanted = Counter(_words(title))
        scored = [
            (sum((wanted & Counter(_words(" ".join(work["title"])))).values()), number, work)
            for number, work in enumerate(self._works)
        ]
        best = [
            work for score, _, work in sorted(scored, key=lambda each: (-each[0], each[1])) if score
        ]
        body = {"status": "ok", "message-type": "work-list", "message": {"items": best[:5]}}
        return Reply(200, {"content-type": "application/json"}, json.dumps(body).encode())

    @cached_property
    def _works(self) -> list[dict[str, Any]]:
        seen: set[str] = set()
        works = []
        for (host, path), rows in self._rows.items():
            for _, row in rows:
                if host != _CROSSREF or not path.startswith("/works/") or row["body"] in seen:
                    continue
                seen.add(row["body"])
                try:
                    work = json.loads(self._reply(row).body)["message"]
                except (ValueError, KeyError):
                    continue
                if row["status"] == 200 and work.get("title"):
                    works.append(work)
        return works


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _taken_apart(target: str) -> tuple[str, str, Query]:
    parts = urlsplit(f"//{target}")
    query = {
        name: values[0] for name, values in parse_qs(parts.query).items() if name not in _IGNORED
    }
    return parts.netloc, unquote(parts.path).casefold(), query


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            target = self.path.removeprefix("/")
            replay.asked.append(target)
            replay.headers.append(dict(self.headers.items()))
            if target.partition("/")[0] in replay.drop:
                self.close_connection = True
                return
            reply = replay.answer(target)
            self.send_response(reply.status)
            for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler
