"""What was asked and answered, one JSON object a line, in the form of the project's transcripts.

A step names the key of its request and never holds it; the server's address is written ``{{BASE}}``, so that
recordings of the same requests are the same bytes on any port.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TextIO
from urllib.parse import parse_qsl, urlencode

from zotero_sandbox.calls import JSON_TYPE, offered_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zotero_sandbox.accounts import Key
    from zotero_sandbox.calls import Request, Response

BASE = "{{BASE}}"
UNKNOWN = "invalid"
_KEY_PATH = re.compile(r"(/keys/)(?!current$)([^/]+)$")
_OF_THE_CONNECTION = frozenset(["host", "connection", "content-length", "accept-encoding"])
_OF_THE_KEY = frozenset(["authorization", "zotero-api-key", "cookie"])


class Recorder:
    """Writes steps to a file until it is closed; ``keys`` are those of the server, by their text."""

    def __init__(self, file: TextIO, keys: Mapping[str, Key]) -> None:
        self._file = file
        self._keys = keys

    def write(self, request: Request, response: Response | None) -> None:
        """Write one step; ``response`` is None where the connection was dropped."""
        step = {
            "name": f"{request.method} {without_key(request.path)}",
            "request": self._request_json(request),
            "response": self._response_json(request, response) if response else None,
        }
        if not self._file.closed:
            self._file.write(json.dumps(step, ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file; what is still under way is kept no more."""
        self._file.close()

    def _request_json(self, request: Request) -> dict[str, object]:
        dropped = _OF_THE_CONNECTION | _OF_THE_KEY
        headers = {name: value for name, value in request.headers.items() if name not in dropped}
        shown: dict[str, object] = {
            "method": request.method,
            "path": _KEY_PATH.sub(lambda found: found[1] + self._name(found[2]), request.path),
            "query": query_without_key(request.query),
            "auth": next((self._name(key) for key in offered_keys(request) if key), None),
            "headers": headers,
        }
        body = _parsed(request.body)
        shown["raw_body" if isinstance(body, str) else "body"] = body
        return shown

    def _response_json(self, request: Request, response: Response) -> dict[str, object]:
        headers = {name: _rebased(v, request) for name, v in response.headers.items()}
        text = self._masked(_rebased(response.body.decode(), request), request)
        is_json = response.headers.get("Content-Type") == JSON_TYPE
        body = json.loads(text) if is_json and text else text or None
        return {"status": response.status, "headers": headers, "body": body}

    def _masked(self, text: str, request: Request) -> str:
        """Take keys out of an answer: the server says them only in answers about keys."""
        if "/keys/" not in request.path:
            return text
        found = _KEY_PATH.search(request.path)
        for key in filter(None, [*offered_keys(request), found and found[2]]):
            text = text.replace(f'"key":"{key}"', f'"key":"{self._name(key)}"')
            text = text.replace(f"'{key}'", f"'{self._name(key)}'")
        return text

    def _name(self, key: str) -> str:
        return self._keys[key].name if key in self._keys else UNKNOWN


def without_key(path: str) -> str:
    """Return a path without the key that it may end with."""
    return _KEY_PATH.sub(r"\1…", path)


def query_without_key(query: str) -> str:
    """Return a query without the key that it may hold."""
    pairs = parse_qsl(query, keep_blank_values=True)
    has_key = any(name == "key" for name, _ in pairs)
    return urlencode([pair for pair in pairs if pair[0] != "key"]) if has_key else query


def _rebased(text: str, request: Request) -> str:
    return text.replace(request.base_url, BASE)


def _parsed(body: bytes) -> object:
    """Return a body as JSON, or as text if it is none, or None without a body."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        # Latin-1 keeps every byte.
        return body.decode("latin-1")
