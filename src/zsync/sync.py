"""The shell: gathers both sides, lets the core decide, writes the files, remembers. The sides meet here.

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
from zsync.errors import PersonNeeded, SettingsError, UnsafePlan
from zsync.outcome import ListOutcome, Outcome
from zsync.run import Run, offline, online
from zsync.zotero.delta import Progress, silent

if TYPE_CHECKING:
    from zsync.pushing import Pusher, PushOptions


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
    with online(settings, progress) as run:
        if not (options.overwrite or options.add) and run.is_idle("pull"):
            return run.outcome(
                "pull", [ListOutcome(each.name, untouched=True) for each in settings.lists]
            )
        run.refresh()
        return _pull(run, "pull", options)


def _pull(run: Run, command: str, options: PullOptions, pusher: "Pusher | None" = None) -> Outcome:
    """Bring the files in step with the mirror, and say so together with what was pushed."""
    settings = run.settings
    chosen = _chosen(run, options.entries) if options.overwrite else {}
    adding = run.item_keys(options.add) if options.add else frozenset()
    worked = [run.work(each, chosen.get(each.name, NOTHING), adding) for each in settings.lists]
    lists = [pusher.with_results(each) if pusher else each for each, _ in worked]
    outcome = run.outcome(command, lists)
    refusal = _refuse(outcome.lists, settings, options)
    if options.dry_run or refusal:
        return replace(outcome, refusal=refusal, dry_run=options.dry_run)
    outcome = run.write(outcome, {each.name: base for each, base in worked})
    if _nothing_left(outcome):
        run.set_fingerprints(command)
    return outcome


def _chosen(run: Run, names: Sequence[str]) -> Mapping[str, Selection]:
    """Return the entries that a person named, by list; where none is named, all of every list."""
    if names:
        return run.choose(names)
    return {each.name: EVERYTHING for each in run.settings.lists}


def push(settings: Settings, options: "PushOptions", progress: Progress = silent) -> Outcome:
    """Take to Zotero what the lists know and it does not; without ``apply``, say what that would be.

    The files stay as they are; the lock learns what is in step now. To say it, a key that only reads will do.

    Raises:
        SettingsError: records are to be pushed, and no list has a ``[bib]``.
        UnsafePlan: more items would be made than may be; nothing was written.
        ZsyncError: as :func:`pull`; what had been written by then stays and is not written twice.

    """
    from zsync.pushing import Pusher

    if options.records:
        _check_bib(settings)
    with online(settings, progress) as run:
        if options.apply:
            run.remote.check_may_write()
        run.refresh()
        pusher = Pusher(run, options)
        if options.apply:
            pusher.push()
        else:
            pusher.preview()
        settled = [run.settle(each) for each in settings.lists]
        outcome = run.outcome("push", [pusher.with_results(each) for each, _ in settled])
        if not options.apply:
            said = replace(outcome, dry_run=True, carried_out_by=options.command)
            return _forewarned(run, said)
        return run.write(outcome, {each.name: base for each, base in settled})


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
    with online(settings, progress) as run:
        if run.is_idle("sync"):
            return run.outcome(
                "sync", [ListOutcome(each.name, untouched=True) for each in settings.lists]
            )
        from zsync.pushing import Pusher

        run.refresh()
        pusher = Pusher(run, replace(pushing, scope=settings.push))
        if options.dry_run:
            pusher.preview()
        else:
            pusher.push()
        outcome = _pull(run, "sync", options, pusher)
        is_preview = options.dry_run and any(each.pushed for each in outcome.lists)
        return _forewarned(run, outcome) if is_preview else outcome


def _forewarned(run: Run, outcome: Outcome) -> Outcome:
    """Say of a preview that it could not be carried out, where the key may not write."""
    reason = run.remote.why_not_write()
    if reason is None:
        return outcome
    return replace(outcome, notices=(*outcome.notices, f"{reason.what} {reason.advice}"))


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
    with online(settings, progress) as run:
        run.refresh()
        lists, bases = [], {}
        kept = {} if keep is None else _chosen(run, keep)
        for each in (each for each in settings.lists if each.path):
            settled, bases[each.name] = run.settle(each, kept.get(each.name, NOTHING))
            lists.append(settled)
        outcome = run.outcome("link", lists)
        refusal = _open_questions(lists) if strict else None
        return replace(outcome, refusal=refusal) if refusal else run.write(outcome, bases)


def status(settings: Settings) -> Outcome:
    """Tell what a pull would do, from the mirror and the lock alone: no network, nothing written.

    Of entries without an item it says which a person has to look at, by what the metadata services answered
    before.

    Raises:
        SettingsError: nothing was pulled yet.

    """
    from zsync.pushing import Pusher, PushOptions

    with offline(settings) as run:
        if run.mirror.version() is None:
            raise SettingsError(
                "Nothing was pulled yet.", "Run `zsync pull` once; this works offline then."
            )
        pusher = Pusher(run, PushOptions(scope=settings.push, offline=True))
        lists = [
            replace(pusher.with_questions(each, run.work(each)[0]), fates=run.fates(each))
            for each in settings.lists
        ]
        return run.outcome("status", lists)


def bibliography(
    settings: Settings, options: PullOptions | None = None, progress: Progress = silent
) -> Outcome:
    """Write the bibliographies from the mirror; ask Zotero only where nothing was pulled yet.

    Raises:
        SettingsError: no list has a ``[bib]``.
        ZsyncError: as :func:`pull`.

    """
    _check_bib(settings)
    options = options or PullOptions()
    with offline(settings, writing=not options.dry_run) as run:
        if run.mirror.version() is not None:
            return _write_bibliographies(run, options)
    with online(settings, progress) as run:
        run.refresh()
        return _write_bibliographies(run, options)


def _check_bib(settings: Settings) -> None:
    """Make sure that a list has a bibliography.

    Raises:
        SettingsError: none has.

    """
    if not any(each.bib for each in settings.lists):
        raise SettingsError(
            "No [bib] table is in zsync.toml.", 'Add one: [bib] with path = "refs/library.bib".'
        )


def _write_bibliographies(run: Run, options: PullOptions) -> Outcome:
    lists, bases = [], {}
    chosen = NOTHING
    if options.overwrite:
        named = run.item_keys(options.entries)
        chosen = Selection(items=named) if options.entries else EVERYTHING
    for each in run.settings.lists:
        updated, bases[each.name] = run.work_on_bib(each, chosen)
        lists.append(updated)
    refusal = _refuse(lists, run.settings, options)
    outcome = replace(run.outcome("bib", lists), dry_run=options.dry_run, refusal=refusal)
    return outcome if options.dry_run or refusal else run.write(outcome, bases)


def _refuse(
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
    return _open_questions(lists) if options.strict else None


def _open_questions(lists: Sequence[ListOutcome]) -> PersonNeeded | None:
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
