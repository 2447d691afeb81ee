"""One polite way to the services about papers (the only module that knows requests and urllib3).

Each service has a line of its own: one request after the other, at its own pace, with one pause for all of
them where it asks for it. Limits as the services publish them: arXiv one request in three seconds (its
API's terms of use), Crossref three lists a second with an address to write to and one without (its REST
API's access page), DataCite 500 in five minutes (its API's rate limit page). OpenReview, doi.org and CVF
name none.
"""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

from zsync import __version__
from zsync.config import LOOPBACK, ResolverSettings
from zsync.network import ENCODING, BadBody, Sockets, read_body
from zsync.pacing import Pace, asked_wait
from zsync.resolvers.answers import SERVICES, Question, Unanswered
from zsync.resolvers.public import PrivateAddressError, is_local_name, look_up

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 65536
# After so many questions in a row without an answer a service is not asked again in this run.
_PATIENCE = 2
_INTERVALS: Mapping[str, float] = {
    "arxiv": 3.0,
    "crossref": 1.0,
    "datacite": 0.6,
    "openreview": 1.0,
    "doi": 0.5,
    "cvf": 0.5,
}
_CROSSREF_WITH_CONTACT = 0.35


@dataclass(frozen=True, slots=True)
class Politeness:
    """How patient to be; times in seconds. ``pause`` is the first wait where a service names none."""

    tries: int = 3
    pause: float = 1.0
    timeout: float = 20.0
    most_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, and waiting; without a ``sleep``, waiting ends when the client is stopped."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The status and the whole body; ``kind`` is the media type."""

    status: int
    kind: str
    body: bytes


class Client:
    """Asks the services; use as a context manager.

    Only public addresses and titles are sent. A ``.netrc`` file is not read, and cookies are not kept.
    """

    def __init__(
        self,
        settings: ResolverSettings,
        politeness: Politeness | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or Clock()
        self._deadline = settings.deadline
        politeness = politeness or Politeness()
        self._stopped = threading.Event()
        sleep = self._clock.sleep or self._stopped.wait
        self._lines = {
            service: _Line(service, settings, politeness, self._clock.now, sleep)
            for service in SERVICES
        }

    def start(self) -> None:
        """Begin to count: the deadline is for all that is asked from now on."""
        for line in self._lines.values():
            line.give_up = self._clock.now() + self._deadline

    def stop(self) -> None:
        """Let nothing more be sent, and end all waiting: somebody wants to leave."""
        self._stopped.set()
        for line in self._lines.values():
            line.give_up = 0.0
            line.sockets.stop()

    def get(self, question: Question) -> Answer:
        """Ask, and ask again a little where the service is busy.

        Raises:
            Unanswered: there was no whole answer before the deadline.

        """
        return self._lines[question.service].get(question)

    def close(self) -> None:
        """Close the connections."""
        for line in self._lines.values():
            line.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Line:
    """The requests to one service, one at a time."""

    def __init__(
        self,
        service: str,
        settings: ResolverSettings,
        politeness: Politeness,
        now: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self.give_up = now() + settings.deadline
        # Of this service alone: at the deadline of one, the others may still be heard out.
        self.sockets = Sockets()
        self.session = _session(settings.contact, astuple(settings.endpoints), self.sockets)
        self._contact = settings.contact
        self._name = SERVICES[service]
        self._base: str = getattr(settings.endpoints, service)
        self._politeness = politeness
        self._now = now
        self._sleep = sleep
        # A server on this machine needs no rest.
        local = urlsplit(self._base).hostname in LOOPBACK
        interval = 0.0 if local else _interval(service, settings.contact)
        self._pace = Pace(1 / interval if interval else math.inf, now=now)
        self._pause = 0.0 if local else politeness.pause
        self._in_vain = 0
        self._guard = threading.Lock()

    def get(self, question: Question) -> Answer:
        with self._guard:
            if self._in_vain >= _PATIENCE:
                raise Unanswered(f"{self._name} does not answer")
            try:
                answer = self._ask(question)
            except Unanswered:
                self._in_vain += 1
                raise
            self._in_vain = 0
            return answer

    def _ask(self, question: Question) -> Answer:
        for attempt in range(1, self._politeness.tries + 1):
            self._take_turn()
            asked: float | None = None
            try:
                answer, asked = self._send(self._address(question), question.accept)
            except (requests.RequestException, HTTPError, BadBody, ValueError) as cause:
                # ValueError: it led to what is no address.
                reason = _in_words(cause)
            else:
                if answer.status not in _BUSY:
                    return answer
                reason = f"HTTP {answer.status}"
            wait = max(asked or 0.0, self._pause * 2 ** (attempt - 1))
            self._pace.hold_off(wait)
            if self._now() + wait >= self.give_up:
                break
        raise Unanswered(f"{self._name} did not answer ({reason})")

    def _address(self, question: Question) -> str:
        base, target = self._base, question.target
        if question.service == "crossref" and self._contact:
            return f"{base}{target}{'&' if question.query else '?'}mailto={quote(self._contact)}"
        if question.service == "openreview" and question.path.startswith("/v1/"):
            # The notes of older conferences are at the first API, on a host of its own.
            return base.replace("api2.", "api.") + target.removeprefix("/v1")
        return base + target

    def _take_turn(self) -> None:
        while (wait := self._pace.take_turn()) > 0:
            if self._now() + wait >= self.give_up:
                raise Unanswered(f"{self._name} was not asked: the time was up")
            self._sleep(wait)
            if self.sockets.is_stopped:
                # What is sent now is cut off at once.
                return
        if self._now() >= self.give_up:
            raise Unanswered(f"{self._name} was not asked: the time was up")

    def _send(self, url: str, accept: str) -> tuple[Answer, float | None]:
        """The answer and the wait that it asks for; redirects stay on https, or on this machine."""
        with self.sockets.cut_after(self.give_up - self._now()):
            for _ in range(_MOST_REDIRECTS + 1):
                timeout = min(self._politeness.timeout, max(0.1, self.give_up - self._now()))
                with self.session.get(
                    url,
                    headers={"Accept": accept},
                    timeout=timeout,
                    stream=True,
                    allow_redirects=False,
                ) as response:
                    target = response.headers.get("Location", "")
                    if response.status_code not in _MOVED or not target:
                        return self._read(response), asked_wait(response.headers.get("Retry-After"))
                    target = urljoin(url, target)
                    if not _may_follow(url, target):
                        raise requests.exceptions.InvalidURL("redirected to an unsafe address")
                    url = target
        raise requests.TooManyRedirects("redirected too often")

    def _read(self, response: requests.Response) -> Answer:
        body = read_body(
            response.raw.stream(_CHUNK, decode_content=False),
            response.headers.get("Content-Encoding", ""),
            self._politeness.most_bytes,
        )
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(response.status_code, kind, body)


class _Connection(HTTPConnection):
    """A connection that can be cut from its beginning on: a proxy may take its time."""

    sockets: Sockets

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        self.sockets.add(opened)
        return opened


class _TlsConnection(HTTPSConnection):
    """The same with TLS, whose socket takes the place of the first one."""

    sockets: Sockets

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        self.sockets.add(opened)
        return opened

    def connect(self) -> None:
        """Connect, and note the socket."""
        super().connect()
        self.sockets.add(self.sock)


class _PublicConnection(_Connection):
    """A connection to a public address and to no other, whatever name it goes by.

    The name is looked up once, and the address that was found and judged is connected to: a name that leads
    elsewhere the next time leads nowhere.
    """

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            self._dns_host, *others = look_up(name, self.port)
            while True:
                try:
                    return super()._new_conn()
                except NewConnectionError:
                    if not others:
                        raise
                    self._dns_host = others.pop(0)
        except PrivateAddressError as cause:
            raise NewConnectionError(self, str(cause)) from cause
        finally:
            self._dns_host = name


class _PublicTlsConnection(_PublicConnection, _TlsConnection):
    """The same with TLS; the certificate is that of the name."""


class _Adapter(HTTPAdapter):
    """The usual way of requests to a server, whose connections can be cut.

    A ``public`` one connects to public addresses alone. Where a proxy does the connecting, it is the one to
    judge them.
    """

    def __init__(self, sockets: Sockets, *, public: bool) -> None:
        self._sockets = sockets
        self._public = public
        super().__init__()

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        """Let the pools open connections of our own kinds."""
        super().init_poolmanager(*sizes, **options)
        plain = _PublicConnection if self._public else _Connection
        secure = _PublicTlsConnection if self._public else _TlsConnection
        self.poolmanager.pool_classes_by_scheme = self._pools(plain, secure)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Let the pools behind a proxy open connections that can be cut; the proxy judges the addresses."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools(_Connection, _TlsConnection)
        return manager

    def _pools(self, plain: type, secure: type) -> dict[str, type]:
        return {
            "http": self._pool(HTTPConnectionPool, plain),
            "https": self._pool(HTTPSConnectionPool, secure),
        }

    def _pool(self, pool: type, connection: type) -> type:
        noting = type(connection.__name__, (connection,), {"sockets": self._sockets})
        return type(pool.__name__, (pool,), {"ConnectionCls": noting})


def _session(contact: str, endpoints: Iterable[str], sockets: Sockets) -> requests.Session:
    """Make a session that goes where the settings say, and from there to public addresses alone."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(sockets, public=True))
    for endpoint in endpoints:
        parts = urlsplit(endpoint)
        # With the slash: the beginning of another host's name is not this host.
        session.mount(f"{parts.scheme}://{parts.netloc}/", _Adapter(sockets, public=False))
    who = f" (mailto:{contact})" if contact else ""
    session.headers["User-Agent"] = f"zsync/{__version__}{who}"
    session.headers["Accept-Encoding"] = ENCODING
    # An auth of our own, which adds nothing, keeps requests from looking for a password in .netrc.
    session.auth = lambda request: request
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _interval(service: str, contact: str) -> float:
    if service == "crossref" and contact:
        return _CROSSREF_WITH_CONTACT
    return _INTERVALS[service]


def _may_follow(source: str, target: str) -> bool:
    here, there = urlsplit(source), urlsplit(target)
    if here.hostname in LOOPBACK:
        return there.hostname in LOOPBACK
    name = there.hostname or ""
    return there.scheme == "https" and bool(name) and not is_local_name(name)


def _in_words(cause: Exception) -> str:
    if isinstance(cause, requests.Timeout | ReadTimeoutError):
        return "not in time"
    if isinstance(cause, requests.ConnectionError):
        return "no connection"
    if isinstance(cause, requests.exceptions.ChunkedEncodingError | HTTPError):
        return "the answer was cut short"
    return str(cause) or "no usable answer"
