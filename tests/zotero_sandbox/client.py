"""A client of the sandbox without a network: requests in, statuses and JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from zotero_sandbox.api import Api
from zotero_sandbox.calls import Request
from zotero_sandbox.data import load_store


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: int = 1) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Answer:
    """An answer with its body parsed where it is JSON."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def version(self) -> int:
        return int(self.headers["Last-Modified-Version"])

    @property
    def keys(self) -> list[str]:
        return self.text.split()


class Client:
    """Talks to the API of one store as the holder of one key."""

    def __init__(self, data: Mapping[str, Any] | None = None, key: str | None = "sandbox") -> None:
        self.clock = Clock()
        self.store = load_store(data, self.clock.moment)
        self.store.clock = self.clock
        self.key = key

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = "",
        **headers: str | int,
    ) -> Answer:
        """Send a request; headers are named with underscores, ``path`` may hold a query."""
        sent = {name.lower().replace("_", "-"): str(value) for name, value in headers.items()}
        chosen = self.key if key == "" else key
        if chosen:
            sent["zotero-api-key"] = chosen
        path, _, query = path.partition("?")
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        response = Api(self.store).respond(
            Request(method, path, query, sent, raw, "http://sandbox")
        )
        return Answer(response.status, response.headers, response.body.decode())

    def get(self, path: str, **headers: str | int) -> Answer:
        return self("GET", f"/users/1/{path}", **headers)  # type: ignore[arg-type]

    def post(self, path: str, *objects: object, **headers: str | int) -> Answer:
        self.clock.advance()
        return self("POST", f"/users/1/{path}", list(objects), **headers)  # type: ignore[arg-type]

    def patch(self, path: str, version: int, **data: object) -> Answer:
        self.clock.advance()
        return self("PATCH", f"/users/1/{path}", data, if_unmodified_since_version=version)

    def item(self, key: str) -> Any:
        return self.get(f"items/{key}").json


MakeClient = Callable[..., Client]
