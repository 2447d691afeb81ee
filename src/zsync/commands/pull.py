"""Bring the lists and the bibliographies in step with Zotero.

What would be lost is kept aside first, then the list is written, then the .bib, then the lock, and last the
mirror's fingerprint. A run that is cut short anywhere is finished by the next: an edit that is already there
is no edit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zsync.config import Settings
from zsync.core.plan import check_limits, check_share
from zsync.core.selection import EVERYTHING, NOTHING, Selection
from zsync.errors import PersonNeeded, UnsafePlan
from zsync.outcome import ListOutcome, Outcome
from zsync.session import Session, online
from zsync.zotero.delta import Progress, silent

if TYPE_CHECKING:
    from zsync.pushing import Pusher


@dataclass(frozen=True, slots=True)
class PullOptions:
    """How to pull: without writing, with Zotero winning, never with open questions.

    ``entries`` are those in which Zotero wins (a line, a citation key, an item key); where none is named,
    all. ``add`` names items, by item key or citation key, that get an entry although the list names them
    already.
    """

    dry_run: bool = False
    overwrite: bool = False
    strict: bool = False
    entries: tuple[str, ...] = ()
    add: tuple[str, ...] = ()


def pull(
    settings: Settings, options: PullOptions | None = None, progress: Progress = silent
) -> Outcome:
    """Bring the lists and bibliographies in step with Zotero.

    Raises:
        UsageError: an item to be added is not in the collections.
        ZsyncError: settings, files, permissions or the network are in the way; nothing was written.

    """
    options = options or PullOptions()
    with online(settings, progress) as session:
        if not (options.overwrite or options.add) and session.is_idle("pull"):
            return session.outcome(
                "pull", [ListOutcome(each.name, untouched=True) for each in settings.lists]
            )
        session.refresh()
        return write_files(session, "pull", options)


def write_files(
    session: Session, command: str, options: PullOptions, pusher: "Pusher | None" = None
) -> Outcome:
    """Bring the files in step with the mirror, and say so together with what was pushed."""
    settings = session.settings
    chosen = named(session, options.entries) if options.overwrite else {}
    adding = session.item_keys(options.add) if options.add else frozenset()
    worked = [session.work(each, chosen.get(each.name, NOTHING), adding) for each in settings.lists]
    lists = [pusher.with_results(each) if pusher else each for each, _ in worked]
    outcome = session.outcome(command, lists)
    refusal = refuse(outcome.lists, settings, options)
    if options.dry_run or refusal:
        return replace(outcome, refusal=refusal, dry_run=options.dry_run)
    outcome = session.write(outcome, {each.name: base for each, base in worked})
    if _nothing_left(outcome):
        session.set_fingerprints(command)
    return outcome


def named(session: Session, names: Sequence[str]) -> Mapping[str, Selection]:
    """Return the entries that a person named, by list; where none is named, all of every list."""
    if names:
        return session.choose(names)
    return {each.name: EVERYTHING for each in session.settings.lists}


def refuse(
    lists: Sequence[ListOutcome], settings: Settings, options: PullOptions
) -> PersonNeeded | None:
    """Return why a person is needed before anything is written, if one is."""
    for outcome in lists:
        try:
            check_limits(outcome.plan, settings.max_removals)
            leaving, what = len(outcome.leaving), "records would leave the .bib"
            check_share(leaving, outcome.owned, settings.max_removals, what, "collection")
        except UnsafePlan as refusal:
            return refusal
    return open_questions(lists) if options.strict else None


def open_questions(lists: Sequence[ListOutcome]) -> PersonNeeded | None:
    """Return why a person is needed where a match is uncertain, if one is."""
    entries = [
        f"line {outcome.entries[match.entry].line} of {outcome.name}"
        for outcome in lists
        for match in outcome.plan.questions
    ]
    if not entries:
        return None
    return PersonNeeded(
        f"It is not certain which items these entries stand for: {', '.join(entries)}.",
        "Fix the entry's link or title, or the item, or run without --strict.",
    )


def _nothing_left(outcome: Outcome) -> bool:
    """Return whether the next run has nothing to repeat: what waits or is asked is said every time."""
    return replace(
        outcome, lists=tuple(replace(each, files=()) for each in outcome.lists)
    ).is_in_step
