"""Pair the entries of the lists with items."""

from collections.abc import Sequence
from dataclasses import replace

from zsync.commands.pull import named, open_questions
from zsync.config import Settings
from zsync.core.selection import NOTHING
from zsync.outcome import Outcome
from zsync.session import online
from zsync.zotero.delta import Progress, silent


def link(
    settings: Settings,
    *,
    strict: bool = False,
    keep: Sequence[str] | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Pair the entries of the lists with items and record the pairs in the lock; write nothing else.

    ``keep`` names entries that are right as they stand, on both sides: what waits in them is settled. None
    settles nothing, an empty one everything.

    Raises:
        ZsyncError: as :func:`pull`.

    """
    with online(settings, progress) as session:
        session.refresh()
        lists, bases = [], {}
        kept = {} if keep is None else named(session, keep)
        for each in (each for each in settings.lists if each.path):
            settled, bases[each.name] = session.settle(each, kept.get(each.name, NOTHING))
            lists.append(settled)
        outcome = session.outcome("link", lists)
        refusal = open_questions(lists) if strict else None
        return replace(outcome, refusal=refusal) if refusal else session.write(outcome, bases)
