"""Workspace, mirror and remote library, opened, before anything is read or planned.

An idle run needs no more than this: it asks for the library's version, and says what the last one said.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zsync.config import Settings
from zsync.outcome import Outcome
from zsync.workspace import Workspace
from zsync.zotero.delta import Progress, silent
from zsync.zotero.mirror import Mirror

if TYPE_CHECKING:
    from zsync.zotero.library import Library

#: How many requests an idle run makes, as the report that it repeats says.
IDLE_REQUESTS = 1


@dataclass(frozen=True, slots=True)
class Opened:
    """What a command works with; ``remote`` is None where it asks nobody."""

    workspace: Workspace
    mirror: Mirror
    remote: "Library | None" = None
    progress: Progress = silent

    def unchanged(self, command: str) -> Outcome | None:
        """Return what the last such run said, if settings, files and library are as it left them.

        A pull that had nothing to do knows nothing of what a sync would push.
        """
        remote, said = self.remote, self.mirror.said(command)
        if remote is None or said is None:
            return None
        is_untouched = self.mirror.fingerprint(command) == self.workspace.fingerprint()
        if not is_untouched or remote.version != self.mirror.version():
            return None
        is_idle = remote.requests == IDLE_REQUESTS and not self.mirror.notice
        return (
            Outcome(command, requests=remote.requests, said=json.loads(said)) if is_idle else None
        )


@contextmanager
def offline(settings: Settings, *, writing: bool = False) -> Iterator[Opened]:
    """Open what is there locally; a command that writes first finishes what a killed one began."""
    workspace = Workspace(settings)
    workspace.check_merges()
    with workspace.mirror() as mirror:
        if writing:
            workspace.finish()
        mirror.check()
        yield Opened(workspace, mirror)


@contextmanager
def online(settings: Settings, progress: Progress) -> Iterator[Opened]:
    """Open both sides for a command that asks Zotero; it first finishes what a killed one began to write."""
    from zsync.zotero.library import Library

    settings.check_trust()
    workspace = Workspace(settings)
    with Library(
        workspace.library,
        settings.endpoint,
        settings.api_key,
        progress=progress,
        deadline=settings.deadline,
    ) as remote:
        workspace.library = remote.resolve()
        with workspace.mirror() as mirror:
            workspace.finish()
            yield Opened(workspace, mirror, remote, progress)
