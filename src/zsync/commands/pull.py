"""Bring the lists and the bibliographies in step with Zotero.

What would be lost is kept aside first, then the list is written, then the .bib, then the lock, and last the
mirror's fingerprint. A run that is cut short anywhere is finished by the next: an edit that is already there
is no edit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from zsync.config import Settings
from zsync.errors import PersonNeeded, UnsafePlan
from zsync.opened import IDLE_REQUESTS, online
from zsync.outcome import ListOutcome, Outcome
from zsync.zotero.delta import Progress, silent

if TYPE_CHECKING:
    from zsync.core.selection import Selection
    from zsync.pushing import Pusher
    from zsync.session import Session

Describe: TypeAlias = Callable[[Outcome], Mapping[str, str]]
"""Gives the report of an outcome in every form, to be said again by a run that finds nothing new."""


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
    settings: Settings,
    options: PullOptions | None = None,
    progress: Progress = silent,
    describe: Describe | None = None,
) -> Outcome:
    """Bring the lists and bibliographies in step with Zotero.

    With ``describe`` a run that finds nothing new plans nothing, and says what the last one said.

    Raises:
        UsageError: an item to be added is not in the collections.
        ZsyncError: settings, files, permissions or the network are in the way; nothing was written.

    """
    options = options or PullOptions()
    with online(settings, progress) as found:
        is_usual = replace(options, dry_run=False) == PullOptions()
        if describe and is_usual and (outcome := found.unchanged("pull")):
            return outcome
        from zsync.session import Session

        session = Session(found)
        session.refresh()
        return write_files(session, "pull", options, describe=describe if is_usual else None)


def write_files(
    session: "Session",
    command: str,
    options: PullOptions,
    pusher: "Pusher | None" = None,
    describe: Describe | None = None,
) -> Outcome:
    """Bring the files in step with the mirror, and say so together with what was pushed."""
    from zsync.core.selection import NOTHING

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
    if describe and (repeated := _repeated(outcome)):
        session.set_fingerprint(command, describe(repeated))
    return outcome


def _repeated(outcome: Outcome) -> Outcome | None:
    """Return what the next run would say if nothing is new until then; None where that is not known.

    What waits or is asked is said every time. Who has written or pushed something may find more next time,
    and what no service answered is asked again.
    """
    is_open = any(
        each.pushed or each.missing or not all(one.needs_person for one in each.held)
        for each in outcome.lists
    )
    if outcome.written or outcome.has_changes or is_open:
        return None
    return replace(outcome, notices=(), requests=IDLE_REQUESTS)


def named(session: "Session", names: Sequence[str]) -> "Mapping[str, Selection]":
    """Return the entries that a person named, by list; where none is named, all of every list."""
    from zsync.core.selection import EVERYTHING

    if names:
        return session.choose(names)
    return {each.name: EVERYTHING for each in session.settings.lists}


def refuse(
    lists: Sequence[ListOutcome], settings: Settings, options: PullOptions
) -> PersonNeeded | None:
    """Return why a person is needed before anything is written, if one is."""
    from zsync.core.plan import check_limits, check_share

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
