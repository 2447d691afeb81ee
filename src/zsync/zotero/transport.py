"""One polite way to the Zotero server (the only module that knows the HTTP client).

Limits of the server (zotero/dataserver, ``ApiController::limits``): 10 requests a second with a burst of
100, and 5 at once for all programs of a user. ``Backoff`` may come with any answer, ``Retry-After`` with a
429 or 503. So: at most three at once, paced a little below the limit, one pause shared by all requests,
and a deadline. A 403 is never tried again: six wrong keys lock an address out.

The deadline holds whatever the server does: it counts the time in which a request is under way, all waits and
tries included, for all requests together; at its end the connections are cut. What arrives earns some of that
time back, so that a large library is read to its end while a server that drags everything out is not.

Reads are repeated, and so are guarded writes: those whose objects all carry their own key and version. What
a first try wrote, a second one finds at another version, and Zotero refuses it with a 412; so nothing is
written twice and nothing is created twice, whatever became of the first try. Other writes are sent once.
"""

import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx2

from zsync.config import Secret
from zsync.errors import Unreachable
from zsync.network import ENCODING, BadBody, Sockets, read_body
from zsync.pacing import Pace, asked_wait

USER_AGENT = "zsync"
Response = httpx2.Response
_RETRIED = frozenset({429, 500, 502, 503, 504})
_REPEATABLE = frozenset({"GET", "HEAD"})
#: Marks a request as a guarded write, for the transport alone: it is sent nowhere.
_GUARDED = "zsync.guarded"
#: A guarded write that broke the server breaks it again: the writer finds the object that did.
_RETRIED_WRITES = _RETRIED - {500}
_FAILURES = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)
#: What the HTTP client says of a connection that it opened.
_OPENED = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
#: Headers that speak of the body as it travelled.
_OF_TRAVEL = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class _TimeUpError(httpx2.TimeoutException):
    """The deadline is over, or would be before the server wants to be asked; the text says which."""


class _UnusableError(httpx2.DecodingError):
    """An answer that is too large, or packed in a way that cannot be read."""


@dataclass(frozen=True, slots=True)
class Politeness:
    """How patient and how modest to be; times in seconds.

    ``deadline`` bounds all waiting for the server, see above. ``pause`` is the first wait where the server
    names none; it doubles with every try. ``most_bytes`` bounds one answer.
    """

    at_once: int = 3
    per_second: float = 9.5
    burst: int = 95
    tries: int = 6
    deadline: float = 120.0
    pause: float = 0.5
    timeout: float = 30.0
    most_bytes: int = 32_000_000


class Patience:
    """How much time is left; only that in which a request is under way counts."""

    def __init__(self, seconds: float) -> None:
        self._most = self._left = seconds
        self._guard = threading.Lock()
        self._under_way = 0
        self._since = 0.0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count while this lasts; several at once count once."""
        with self._guard:
            if not self._under_way:
                self._since = time.monotonic()
            self._under_way += 1
        try:
            yield
        finally:
            with self._guard:
                self._under_way -= 1
                if not self._under_way:
                    self._left -= time.monotonic() - self._since

    @property
    def left(self) -> float:
        """The seconds that are left."""
        with self._guard:
            return self._left - (time.monotonic() - self._since if self._under_way else 0.0)

    def earn(self, seconds: float) -> None:
        """Give back some of the time that is used up, and no more than that."""
        with self._guard:
            running = time.monotonic() - self._since if self._under_way else 0.0
            self._left = min(self._most + running, self._left + seconds)


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
        self._sockets = Sockets()
        self.patience = Patience(politeness.deadline)
        self._places = threading.BoundedSemaphore(politeness.at_once)
        self._pace = Pace(politeness.per_second, politeness.burst)
        self._guard = threading.Lock()
        self.sent = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer is read whole, so that one cut short counts as failed."""
        is_guarded = bool(request.extensions.get(_GUARDED))
        retried = _RETRIED_WRITES if is_guarded else _RETRIED
        may_repeat = is_guarded or request.method in _REPEATABLE
        last_try = self._politeness.tries if may_repeat else 1
        with self.patience.at_work():
            for attempt in range(1, last_try + 1):
                wait = self._backoff(attempt)
                try:
                    answer = self._try(request)
                except _FAILURES as cause:
                    if attempt == last_try or not self._may_pass(cause, wait):
                        raise
                else:
                    asked = asked_wait(answer.headers.get("Retry-After"))
                    wait = wait if asked is None else asked
                    is_final = answer.status_code not in retried or attempt == last_try
                    if is_final or wait > self.patience.left:
                        return answer
                self._pace.hold_off(wait)
        raise AssertionError("the last try returns or raises")

    def stop(self) -> None:
        """Send nothing more, and end what is under way: somebody wants to leave."""
        self._sockets.stop()

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _may_pass(self, cause: Exception, wait: float) -> bool:
        """Return whether it is worth trying again after so long a wait."""
        is_over = isinstance(cause, _TimeUpError) or wait > self.patience.left
        return not is_over and not _is_distrust(cause)

    def _try(self, request: httpx2.Request) -> httpx2.Response:
        """Send once, and read the answer whole.

        Raises:
            httpx2.HTTPError: there was none before the deadline, or none that can be read.

        """
        with self._places:
            self._take_turn()
            left = self.patience.left
            timeout = min(self._politeness.timeout, max(0.01, left))
            request.extensions = {
                **request.extensions,
                "trace": self._note_opened,
                "timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout),
            }
            try:
                with self._sockets.cut_after(left):
                    response = self._read(self._inner.handle_request(request))
            except _FAILURES as cause:
                if self._sockets.is_stopped or self.patience.left <= 0:
                    raise _TimeUpError("not in time") from cause
                raise
        if (asked := asked_wait(response.headers.get("Backoff"))) is not None:
            self._pace.hold_off(asked)
        return response

    def _note_opened(self, event: str, facts: Mapping[str, Any]) -> None:
        """Learn of a new connection from the HTTP client's own account of what it does."""
        if event in _OPENED:
            self._sockets.add(facts["return_value"].get_extra_info("socket"))

    def _read(self, response: httpx2.Response) -> httpx2.Response:
        """Return the answer with its body read and unpacked."""
        try:
            body = read_body(
                # Not by its own read(), which unpacks whatever is named, and without a limit.
                iter(response.stream),  # type: ignore[arg-type]
                response.headers.get("Content-Encoding", ""),
                self._politeness.most_bytes,
            )
        except BadBody as cause:
            raise _UnusableError(str(cause)) from cause
        finally:
            response.close()
        # As bytes: a server may send letters that no header is to hold.
        headers = [each for each in response.headers.raw if each[0].lower() not in _OF_TRAVEL]
        return httpx2.Response(response.status_code, headers=headers, content=body)

    def _backoff(self, attempt: int) -> float:
        # Jitter keeps several clients from coming back in step; nothing secret depends on it.
        return self._politeness.pause * 2.0 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311

    def _take_turn(self) -> None:
        """Wait for the shared pause to end and for a token of the bucket."""
        while (wait := self._pace.take_turn()) > 0:
            if wait > self.patience.left:
                reason = f"it asks to be left alone for {round(wait)} seconds"
                raise _TimeUpError(reason if self._pace.is_held_off else "not in time")
            if wait > 1:
                self._on_wait(wait)
            self._sockets.wait(wait)
        if self._sockets.is_stopped:
            raise _TimeUpError("not in time")
        with self._guard:
            self.sent += 1


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
        headers = {
            "Zotero-API-Version": "3",
            "User-Agent": USER_AGENT,
            "Accept-Encoding": ENCODING,
        }
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

    @property
    def patience(self) -> Patience:
        """How much time is left."""
        return self._transport.patience

    def stop(self) -> None:
        """Send nothing more, and end what is under way: somebody wants to leave."""
        self._transport.stop()

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
                cause, "Check the network and run again; it goes on where it stopped."
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
        self.stop()
        self.client.close()


def _is_distrust(cause: BaseException | None) -> bool:
    """Return whether a server's certificate was not trusted; asking again would not change that."""
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


def _in_words(cause: httpx2.HTTPError) -> str:
    """Return what kept an answer away."""
    if isinstance(cause, _TimeUpError | _UnusableError):
        return str(cause)
    if _is_distrust(cause):
        return "its certificate cannot be trusted"
    if isinstance(cause, httpx2.TimeoutException):
        return "not in time"
    if isinstance(cause, httpx2.RemoteProtocolError):
        return "the answer was cut short"
    return "no connection"
