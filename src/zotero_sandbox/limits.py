"""How often the server lets itself be asked.

Source: zotero/dataserver as seen from outside. A user at an address may make a burst of 100 requests,
refilled by 10 a second, and have 5 under way at once; an address that sent six unknown keys within five
minutes is locked out with every key until the first of them is five minutes old.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import TYPE_CHECKING, NamedTuple

from zotero_sandbox.faults import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zotero_sandbox.calls import Response

BURST = 100
PER_SECOND = 10
AT_ONCE = 5
BAD_KEYS = 6
BAD_KEY_SECONDS = 300.0
LONGEST_WAIT = 30


class Caller(NamedTuple):
    """Who asks: the key's user, if there is a known key, and from where; ``bad_key``: with an unknown one."""

    address: str
    user: int | None = None
    bad_key: bool = False


@dataclass(slots=True)
class _Bucket:
    left: float
    moment: float


@dataclass(slots=True)
class Limits:
    """Counts requests; ``clock`` gives seconds, ``chance`` how long a client is told to wait."""

    clock: Callable[[], float] = time.monotonic
    chance: Random = field(default_factory=SystemRandom)
    _buckets: dict[Caller, _Bucket] = field(default_factory=dict)
    _under_way: Counter[int] = field(default_factory=Counter)
    _bad_keys: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def admitting(self, caller: Caller) -> Iterator[Response | None]:
        """Count a request while it is served; gives the refusal if it is one too many, else None."""
        with self._lock:
            if caller.user is not None:
                self._under_way[caller.user] += 1
            refusal = self._refusal(caller, self.clock())
        try:
            yield refusal.response() if refusal else None
        finally:
            with self._lock:
                if caller.user is not None:
                    self._under_way[caller.user] -= 1

    def _refusal(self, caller: Caller, now: float) -> Failure | None:
        if (caller.bad_key or caller.user is not None) and self._is_locked_out(caller.address, now):
            return Failure(429, message="Too many authentication failures")
        if caller.bad_key:
            self._bad_keys.setdefault(caller.address, deque()).append(now)
            return None
        if caller.user is not None and self._under_way[caller.user] > AT_ONCE:
            wait = self.chance.randint(1, LONGEST_WAIT)
            return Failure(429, retry_after=wait, message="Too many concurrent requests")
        return None if self._takes_token(caller, now) else Failure(429, retry_after=10)

    def _is_locked_out(self, address: str, now: float) -> bool:
        seen = self._bad_keys.get(address, deque())
        while seen and seen[0] <= now - BAD_KEY_SECONDS:
            seen.popleft()
        return len(seen) >= BAD_KEYS

    def _takes_token(self, caller: Caller, now: float) -> bool:
        bucket = self._buckets.setdefault(caller, _Bucket(BURST, now))
        bucket.left = min(BURST, bucket.left + (now - bucket.moment) * PER_SECOND)
        bucket.moment = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True
