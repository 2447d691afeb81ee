"""Push what the lists know, then pull what Zotero knows, in one run."""

from dataclasses import replace
from typing import TYPE_CHECKING

from zsync.commands.pull import PullOptions, write_files
from zsync.config import Settings
from zsync.outcome import ListOutcome, Outcome
from zsync.session import online
from zsync.zotero.delta import Progress, silent

if TYPE_CHECKING:
    from zsync.pushing import PushOptions


def sync(
    settings: Settings,
    options: PullOptions,
    pushing: "PushOptions",
    progress: Progress = silent,
) -> Outcome:
    """Push what the lists know, then pull what Zotero knows, list and .bib, in one run.

    Raises:
        ZsyncError: as :func:`push` and :func:`pull`.

    """
    with online(settings, progress) as session:
        if session.is_idle("sync"):
            return session.outcome(
                "sync", [ListOutcome(each.name, untouched=True) for each in settings.lists]
            )
        from zsync.commands.push import forewarned
        from zsync.pushing import Pusher

        session.refresh()
        pusher = Pusher(session, replace(pushing, scope=settings.push))
        if options.dry_run:
            pusher.preview()
        else:
            pusher.push()
        outcome = write_files(session, "sync", options, pusher)
        is_preview = options.dry_run and any(each.pushed for each in outcome.lists)
        return forewarned(session, outcome) if is_preview else outcome
