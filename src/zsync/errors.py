"""One error tree: every error says what happened and what to do, and knows its exit code.

The exit codes are an interface (see README.md): 0 in step, 1 something to do, 2 usage, settings or a
file, 3 a person is needed, 4 try later, 5 not allowed, 70 a bug, 130 interrupted.
"""

import os
from pathlib import Path
from typing import ClassVar


class ZsyncError(Exception):
    """What happened and what to do about it: one sentence each."""

    exit_code: ClassVar[int] = 70

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.what} {self.advice}".strip()


class UsageError(ZsyncError):
    """Options or settings that cannot be followed."""

    exit_code = 2


class SettingsError(UsageError):
    """``zsync.toml`` or the environment holds something that zsync does not understand."""


class FileError(UsageError):
    """A file that cannot be read, written or understood.

    ``where`` is a line number (1-based) within the file, where one is known.
    """

    def __init__(
        self, path: Path | str, what: str, advice: str = "", *, where: int | None = None
    ) -> None:
        self.path = path
        self.where = where
        # As seen from here: a report may be public, and the folders above are nobody's business.
        shown = os.path.relpath(path) if Path(path).is_absolute() else str(path)
        super().__init__(f"{shown if where is None else f'{shown}:{where}'}: {what}", advice)


class PersonNeeded(ZsyncError):  # noqa: N818 - named for what it asks for
    """zsync stopped before doing something that only a person should decide."""

    exit_code = 3


class UnsafePlan(PersonNeeded):
    """A plan that would take away more than the guard allows."""


class TryLater(ZsyncError):  # noqa: N818
    """Nothing is wrong here; the same command may work in a while."""

    exit_code = 4


class Unreachable(TryLater):
    """The Zotero server did not answer, or did not answer as Zotero does."""


class LibraryChanging(TryLater):
    """The library kept changing while it was being read."""


class Busy(TryLater):
    """Another run of zsync is at work in the same folder."""


class NotAllowed(ZsyncError):  # noqa: N818
    """The key is missing, wrong, or may not do what was asked."""

    exit_code = 5
