"""A machine that breaks: every write, fsync, rename, removal, commit and request of a command is a point.

At each point one fault may happen: the process dies before it or in the middle of it, the disk says EIO or
that it is full, the rename is refused, the network is gone for a moment or for good. A process that died does
nothing more: whatever its ``except`` and ``finally`` would still do fails as well. Some deaths are real ones,
by SIGKILL to a process of its own (:func:`kill`).
"""

import errno
import os
import signal
import sqlite3
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx2
import pytest

from tests.world import World
from zsync import session
from zsync.zotero import library
from zsync.zotero.mirror import Mirror
from zsync.zotero.transport import Politeness


class Fault(StrEnum):
    """What happens at a point."""

    DIES_BEFORE = "killed before"
    DIES_WITHIN = "killed in the middle"
    EIO = "EIO"
    FULL = "disk full"
    REFUSED = "refused"
    BLIP = "one answer lost"
    DOWN = "network down"

    @property
    def is_death(self) -> bool:
        """Return whether the process is gone after it."""
        return self in (Fault.DIES_BEFORE, Fault.DIES_WITHIN)


DEATHS = (Fault.DIES_BEFORE, Fault.DIES_WITHIN)
FAULTS = {
    "write": (*DEATHS, Fault.EIO, Fault.FULL),
    "fsync": (Fault.DIES_BEFORE, Fault.EIO, Fault.FULL),
    "rename": (Fault.DIES_BEFORE, Fault.EIO, Fault.REFUSED),
    "remove": (Fault.DIES_BEFORE, Fault.EIO, Fault.REFUSED),
    "commit": (Fault.DIES_BEFORE, Fault.EIO, Fault.FULL),
    "request": (*DEATHS, Fault.BLIP, Fault.DOWN),
}
_NUMBERS = {Fault.EIO: errno.EIO, Fault.FULL: errno.ENOSPC, Fault.REFUSED: errno.EACCES}


class Dead(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class Point:
    """A fault at the n-th (from 1) thing that a command does; ``what`` is empty where it may be any."""

    number: int
    what: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.number} ({self.what}): {self.fault}"


def _raise_dead() -> None:
    raise Dead


def kill(world: World, command: Sequence[str], point: Point) -> int:
    """Run a command in a process of its own that gets SIGKILL at a point; give its status."""
    with warnings.catch_warnings():
        # The other thread, the sandbox's, waits for a request while we fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            Machine(point, lambda: os.kill(os.getpid(), signal.SIGKILL)).run(world, command)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class Machine:
    """Counts what a command does, and breaks at one point; without one it only counts."""

    def __init__(self, point: Point | None = None, die: Callable[[], None] | None = None) -> None:
        self.point = point
        self._die = die or _raise_dead
        self.done: list[str] = []
        self.is_dead = False
        self.is_down = False

    def points(self) -> list[Point]:
        """Return every point of what was counted, with every fault that can happen there."""
        return [
            Point(number, what, fault)
            for number, what in enumerate(self.done, 1)
            for fault in FAULTS[what]
        ]

    def run(self, world: World, command: Sequence[str]) -> int | None:
        """Run a command on this machine; give its exit code, None if it died."""
        with world.monkeypatch.context() as patch:
            self._watch(patch)
            try:
                return world.run(*command).code
            except Dead:
                return None

    def _watch(self, patch: pytest.MonkeyPatch) -> None:
        """Put this machine under everything that reaches disk or network."""
        patch.setattr(library, "Politeness", lambda: Politeness(pause=0.001, per_second=1e6))
        patch.setattr(library, "_PAUSES", (0.001,) * 6)
        patch.setattr(session, "_LAGS", (0.001,) * 4)
        patch.setattr(os, "fsync", self._around("fsync", os.fsync))
        patch.setattr(os, "replace", self._around("rename", os.replace))
        patch.setattr(os, "unlink", self._around("remove", os.unlink))
        real_fdopen = os.fdopen
        patch.setattr(os, "fdopen", lambda *given: _File(real_fdopen(*given), self))
        patch.setattr(Mirror, "_transaction", self._committing(Mirror._transaction))
        transport: Any = httpx2.HTTPTransport
        patch.setattr(transport, "handle_request", self._asking(transport.handle_request))

    def happens(self, what: str) -> Fault | None:
        """Let the next thing happen; give the fault that happens in it."""
        if self.is_dead:
            raise Dead
        self.done.append(what)
        point = self.point
        if point is None or len(self.done) != point.number:
            return None
        assert point.what in ("", what), "the command did not do the same again"
        self.is_dead = point.fault.is_death
        self.is_down = point.fault is Fault.DOWN
        if point.fault is Fault.DIES_BEFORE:
            self._die()
        return point.fault

    def _around(self, what: str, action: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **options: Any) -> Any:
            if fault := self.happens(what):
                raise OSError(_NUMBERS[fault], os.strerror(_NUMBERS[fault]))
            return action(*given, **options)

        return watched

    def _committing(self, action: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def transaction(mirror: Mirror) -> Iterator[None]:
            with action(mirror):
                yield
                if fault := self.happens("commit"):
                    raise sqlite3.OperationalError(os.strerror(_NUMBERS[fault]))

        return transaction

    def _asking(self, action: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*given: Any) -> Any:
            fault = self.happens("request")
            if self.is_down:
                raise httpx2.ConnectError("the network is down")
            answer = action(*given)
            if fault is Fault.DIES_WITHIN:
                self._die()
            if fault is Fault.BLIP:
                answer.close()
                raise httpx2.ReadError("the answer was lost")
            return answer

        return ask


class _File:
    """A file that is written on a machine."""

    def __init__(self, file: Any, machine: Machine) -> None:
        self._file = file
        self._machine = machine

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        fault = self._machine.happens("write")
        if fault:
            self._file.write(data[: len(data) // 2])
            self._file.flush()
        if fault is Fault.DIES_WITHIN:
            self._machine._die()
        if fault:
            raise OSError(_NUMBERS[fault], os.strerror(_NUMBERS[fault]))
        written: int = self._file.write(data)
        return written
