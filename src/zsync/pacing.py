"""How often a server may be asked, and how long it asked to be left alone."""

import email.utils
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

#: Longer than anybody waits; more seconds than this are as good as for ever.
_FOR_EVER = 1e9
#: What rounding may take from a token or a pause, lest somebody wait for less than a clock can show.
_ALMOST: Final = 1e-9


class Pace:
    """When the next request may go: there is a token for it, and no server asked for a pause.

    ``per_second`` tokens come back, up to ``burst`` of them; with infinitely many nothing is ever short. Safe
    to share between threads.
    """

    def __init__(
        self, per_second: float, burst: float = 1, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._guard = threading.Lock()
        self._not_before = -math.inf
        self._tokens = float(burst)
        self._refilled = now()

    @property
    def is_held_off(self) -> bool:
        """Whether a pause lasts."""
        return self._not_before > self._now()

    def hold_off(self, seconds: float) -> None:
        """Let nothing go for so long; a longer pause stays."""
        with self._guard:
            self._not_before = max(self._not_before, self._now() + seconds)

    def take_turn(self) -> float:
        """Take a token; give 0, or the seconds after which to try again."""
        with self._guard:
            now = self._now()
            if (pause := self._not_before - now) > _ALMOST:
                return pause
            if self._per_second == math.inf:
                return 0.0
            earned = (now - self._refilled) * self._per_second
            self._tokens = min(self._burst, self._tokens + earned)
            self._refilled = now
            if self._tokens < 1 - _ALMOST:
                return (1 - self._tokens) / self._per_second
            self._tokens -= 1
            return 0.0


def asked_wait(header: str | None) -> float | None:
    """Read ``Retry-After`` or ``Backoff``: seconds, or a date (RFC 9110, section 10.2.3).

    Returns the seconds to wait from now, never fewer than none; None where the header says neither.
    """
    if not header:
        return None
    seconds = _as_number(header)
    if seconds is None:
        seconds = _until_date(header)
    if seconds is None or math.isnan(seconds):
        return None
    return min(max(0.0, seconds), _FOR_EVER)


def _as_number(header: str) -> float | None:
    try:
        return float(header)
    except ValueError:
        return None


def _until_date(header: str) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # "-0000": a time of no zone in particular
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()
