"""One polite way to the Zotero server (the only module that knows the HTTP client).

Limits of the server (zotero/dataserver, ``ApiController::limits``): 10 requests a second with a burst of
100, and 5 at once for all programs of a user. ``Backoff`` may come with any answer, ``Retry-After`` with a
429 or 503. So: at most three at once, paced a little below the limit, one pause shared by all requests,
and a deadline. A 403 is never tried again: six wrong keys lock an address out.

Reads are repeated, and so are guarded writes: those whose objects all carry their own key and version. What
a first try wrote, a second one finds at another version, and Zotero refuses it with a 412; so nothing is
written twice and nothing is created twice, whatever became of the first try. Other writes are sent once.
"""

import email.utils
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import httpx2

from zsync.config import Secret
from zsync.errors import Unreachable

USER_AGENT = "zsync"
Response = httpx2.Response
_RETRIED = frozenset({429, 500, 502, 503, 504})
_REPEATABLE = frozenset({"GET", "HEAD"})
#: Marks a request as a guarded write, for the transport alone: it is sent nowhere.
_GUARDED = "zsync.guarded"
#: A guarded write that broke the server breaks it again: the writer finds the object that did.
_RETRIED_WRITES = _RETRIED - {500}
_FAILURES = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How patient and how modest to be; times in seconds.

    ``deadline`` bounds one request with all its tries. ``pause`` is the first wait where the server names
    none; it doubles with every try.
    """

    at_once: int = 3
    per_second: float = 9.5
    burst: int = 95
    tries: int = 6
    deadline: float = 120.0
    pause: float = 0.5
    timeout: float = 30.0


class PoliteTransport(httpx2.BaseTransport):
    """Paces requests, obeys ``Backoff`` and ``Retry-After``, and repeats what failed and may be repeated."""

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        politeness: Politeness,
        on_wait: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._inner = inner
        self._politeness = politeness
        self._on_wait = on_wait
        self._places = threading.BoundedSemaphore(politeness.at_once)
        self._guard = threading.Lock()
        self.sent = 0
        self._not_before = 0.0
        self._tokens = float(politeness.burst)
        self._refilled = time.monotonic()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer is read whole, so that one cut short counts as failed."""
        give_up = time.monotonic() + self._politeness.deadline
        is_guarded = bool(request.extensions.get(_GUARDED))
        retried = _RETRIED_WRITES if is_guarded else _RETRIED
        may_repeat = is_guarded or request.method in _REPEATABLE
        last_try = self._politeness.tries if may_repeat else 1
        for attempt in range(1, last_try + 1):
            answer = self._try(request, is_last=attempt == last_try)
            if answer is not None:
                wait = self._wait_asked(answer, attempt)
                if answer.status_code not in retried or attempt == last_try:
                    return answer
                if time.monotonic() + wait > give_up:
                    return answer
            else:
                wait = self._backoff(attempt)
            self._hold_off(wait)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _try(self, request: httpx2.Request, *, is_last: bool) -> httpx2.Response | None:
        """Send once; None means that it failed and may be tried again."""
        with self._places:
            self._take_turn()
            try:
                response = self._inner.handle_request(request)
                response.read()
            except _FAILURES:
                if is_last:
                    raise
                return None
        if (asked := _seconds(response.headers.get("Backoff"))) is not None:
            self._hold_off(asked)
        return response

    def _wait_asked(self, response: httpx2.Response, attempt: int) -> float:
        asked = _seconds(response.headers.get("Retry-After"))
        return self._backoff(attempt) if asked is None else asked

    def _backoff(self, attempt: int) -> float:
        # Jitter keeps several clients from coming back in step; nothing secret depends on it.
        return self._politeness.pause * 2.0 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311

    def _hold_off(self, seconds: float) -> None:
        with self._guard:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _take_turn(self) -> None:
        """Wait for the shared pause to end and for a token of the bucket."""
        while (wait := self._wait_now()) > 0:
            if wait > 1:
                self._on_wait(wait)
            time.sleep(wait)

    def _wait_now(self) -> float:
        with self._guard:
            now = time.monotonic()
            if self._not_before > now:
                return self._not_before - now
            earned = (now - self._refilled) * self._politeness.per_second
            self._tokens = min(self._politeness.burst, self._tokens + earned)
            self._refilled = now
            if self._tokens < 1:
                return (1 - self._tokens) / self._politeness.per_second
            self._tokens -= 1
            self.sent += 1
            return 0.0


class Connection:
    """An HTTP client that is polite and carries the key in a header; use as a context manager.

    Redirects are not followed: they would take the key along. ``client`` is the client itself, for pyzotero.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: Secret | None,
        politeness: Politeness,
        on_wait: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self.endpoint = endpoint
        headers = {"Zotero-API-Version": "3", "User-Agent": USER_AGENT}
        if api_key:
            headers["Zotero-API-Key"] = api_key.reveal()
        inner = httpx2.HTTPTransport(limits=httpx2.Limits(max_connections=politeness.at_once))
        self._transport = PoliteTransport(inner, politeness, on_wait)
        self.client = httpx2.Client(
            headers=headers,
            transport=self._transport,
            timeout=politeness.timeout,
            follow_redirects=False,
        )

    @property
    def requests(self) -> int:
        """How many requests were sent, repeated ones included."""
        return self._transport.sent

    def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Read a path below the endpoint.

        Raises:
            Unreachable: there was no answer, or only a part of one, in spite of several tries.

        """
        try:
            return self.client.get(f"{self.endpoint}/{path}", params=query, headers=headers)
        except httpx2.HTTPError as cause:
            raise self._unreachable(
                cause, "Nothing was written. Check the network and run again."
            ) from cause

    def post(
        self, path: str, objects: Sequence[Mapping[str, Any]], headers: Mapping[str, str]
    ) -> Response:
        """Write objects to a path below the endpoint; each must carry its own ``key`` and ``version``.

        That is what makes it safe to send the request again, as is done for every failure but a 500. An
        answer may therefore be the answer to a repeat: a 412 may mean that an earlier try wrote the object.

        Raises:
            ValueError: an object carries no key or no version.
            Unreachable: there was no answer in spite of several tries; some objects may be written.

        """
        if not all(each.get("key") and isinstance(each.get("version"), int) for each in objects):
            raise ValueError("only objects with their own key and version may be written")
        try:
            return self.client.post(
                f"{self.endpoint}/{path}",
                json=list(map(dict, objects)),
                headers=headers,
                extensions={_GUARDED: True},
            )
        except httpx2.HTTPError as cause:
            raise self._unreachable(cause, "Run again; nothing is written twice.") from cause

    def _unreachable(self, cause: httpx2.HTTPError, advice: str) -> Unreachable:
        return Unreachable(
            f"The Zotero server at {self.endpoint} did not answer ({_in_words(cause)}).", advice
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()


def _in_words(cause: httpx2.HTTPError) -> str:
    """Say what kept an answer away."""
    if isinstance(cause, httpx2.TimeoutException):
        return "not in time"
    if isinstance(cause, httpx2.RemoteProtocolError):
        return "the answer was cut short"
    return "no connection"


def _seconds(header: str | None) -> float | None:
    """Read ``Backoff`` or ``Retry-After``: seconds, or a date (RFC 9110, section 10.2.3)."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
