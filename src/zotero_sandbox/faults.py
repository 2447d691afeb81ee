"""What can go wrong between a client and the server, on demand.

Each fault is set by a test, applies to the next requests in the order in which they arrive, and is used up by
them one by one.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zotero_sandbox.calls import API_HEADERS, HTML, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from zotero_sandbox.library import Library
    from zotero_sandbox.store import Store

_MESSAGES = {
    429: "Request rate limit exceeded",
    500: "An error occurred",
    503: "Server updates in progress. Please try again in a few minutes.",
}
_ITEM_LISTING = re.compile(
    r"/((?:users|groups)/\d+)/(?:items(?:/top|/trash|/\w+/children)?|collections/\w+/items(?:/top)?)"
)
_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to this network.</body></html>"


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer in the place of the real one."""

    status: int
    retry_after: int | str | None = None
    message: str | None = None
    inside: bool = False

    def response(self) -> Response:
        """Return the answer as the server gives it."""
        headers = {"Content-Type": HTML} | (API_HEADERS if self.inside else {})
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        message = self.message or _MESSAGES.get(self.status, "An error occurred")
        return Response(self.status, headers, message.encode())


@dataclass(slots=True)
class Faults:
    """The faults of one sandbox. All are off to begin with.

    ``latency``: seconds that every answer takes longer.
    ``backoff``: seconds in a ``Backoff`` header on every answer.
    ``before_request``: called with each request before anything else happens.
    ``alter``: makes of each answer the one that is sent.
    """

    latency: float = 0.0
    backoff: int | None = None
    before_request: Callable[[Request], None] | None = None
    alter: Callable[[Request, Response], Response] | None = None
    _failures: deque[Failure] = field(default_factory=deque)
    _drops: int = 0
    _losses: int = 0
    _truncations: int = 0
    _pages: int = 0
    _changes: int = 0

    def fail_next(
        self,
        count: int,
        status: int = 503,
        retry_after: int | str | None = None,
        message: str | None = None,
        *,
        inside: bool = False,
    ) -> None:
        """Answer the next ``count`` requests with an error status, before they do anything.

        ``inside``: the server got as far as the library, whose database is down, so the answer says which
        version of the API it speaks.
        """
        self._failures.extend([Failure(status, retry_after, message, inside)] * count)

    def drop_next(self, count: int) -> None:
        """Close the connection of the next ``count`` requests without an answer; they do nothing."""
        self._drops += count

    def lose_next(self, count: int) -> None:
        """Carry out the next ``count`` requests, then close the connection without an answer."""
        self._losses += count

    def truncate_next(self, count: int) -> None:
        """Send only half of the body of the next ``count`` answers, with the full Content-Length."""
        self._truncations += count

    def html_next(self, count: int) -> None:
        """Answer the next ``count`` requests with 200 and a web page, as a captive portal does."""
        self._pages += count

    def change_between_pages(self, count: int) -> None:
        """Edit some item of the library before each of the next ``count`` listings of its items."""
        self._changes += count

    def clear(self) -> None:
        """Turn every fault off, those not used up included."""
        self.latency, self.backoff, self.before_request = 0.0, None, None
        self.alter = None
        self._failures.clear()
        self._drops = self._losses = self._truncations = self._pages = self._changes = 0

    # What the server asks

    def takes_drop(self) -> bool:
        """Use up one dropped connection, if one is left."""
        taken = self._drops > 0
        self._drops -= taken
        return taken

    def takes_loss(self) -> bool:
        """Use up one lost answer, if one is left."""
        taken = self._losses > 0
        self._losses -= taken
        return taken

    def takes_truncation(self) -> bool:
        """Use up one truncated answer, if one is left."""
        taken = self._truncations > 0
        self._truncations -= taken
        return taken

    def take_answer(self) -> Response | None:
        """Use up one answer that stands in the place of the real one, if one is left."""
        if self._failures:
            return self._failures.popleft().response()
        if self._pages:
            self._pages -= 1
            return Response(200, {"Content-Type": "text/html; charset=utf-8"}, _PAGE.encode())
        return None

    def change_library(self, request: Request, store: Store) -> None:
        """Use up one change, if one is left and the request lists items."""
        listing = _ITEM_LISTING.fullmatch(request.path)
        library = store.libraries.get(listing[1]) if listing else None
        if not self._changes or request.method != "GET" or library is None:
            return
        self._changes -= 1
        _touch_some_item(library, request)

    def sent(self, request: Request, response: Response) -> Response:
        """Return the answer as it is sent: altered, and with the Backoff header, if there is to be one."""
        if self.alter is not None:
            response = self.alter(request, response)
        if self.backoff is None:
            return response
        return replace(response, headers={**response.headers, "Backoff": str(self.backoff)})


def _touch_some_item(library: Library, request: Request) -> None:
    """Give the item that was touched least recently, and that the request does not name, a new version."""
    version = library.bump()
    named = request.query
    candidates = (item for item in library.items.values() if item.key not in named)
    oldest = min(candidates, key=lambda item: item.version, default=None)
    if oldest:
        library.put_item(replace(oldest, version=version))
