"""Push what the lists know, then pull what Zotero knows, in one run."""

from dataclasses import replace
from typing import TYPE_CHECKING

from zsync.commands.pull import Describe, PullOptions, write_files
from zsync.config import Settings
from zsync.opened import online
from zsync.outcome import Outcome
from zsync.zotero.delta import Progress, silent

if TYPE_CHECKING:
    from zsync.pushing import PushOptions


def sync(
    settings: Settings,
    options: PullOptions,
    pushing: "PushOptions",
    progress: Progress = silent,
    describe: Describe | None = None,
) -> Outcome:
    """Push what the lists know, then pull what Zotero knows, list and .bib, in one run.

    ``describe`` is as for :func:`~zsync.commands.pull.pull`.

    Raises:
        ZsyncError: as :func:`push` and :func:`pull`.

    """
    with online(settings, progress) as found:
        is_usual = replace(options, dry_run=False) == PullOptions() and not pushing.removals
        if describe and is_usual and (unchanged := found.unchanged("sync")):
            return unchanged
        from zsync.commands.push import forewarned
        from zsync.pushing import Pusher
        from zsync.session import Session

        session = Session(found)
        session.refresh()
        pusher = Pusher(session, replace(pushing, scope=settings.push))
        if options.dry_run:
            pusher.preview()
        else:
            pusher.push()
        outcome = write_files(session, "sync", options, pusher, describe if is_usual else None)
        is_preview = options.dry_run and any(each.pushed for each in outcome.lists)
        return forewarned(session, outcome) if is_preview else outcome
