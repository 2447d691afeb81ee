"""Carrying out a push: plan, keep the chosen keys, write, look again, until nothing is left to write.

Every round begins from what Zotero says then. Keys are kept in the lock before the request that uses them,
and every object carries its version. So a round that was cut short anywhere is finished by the next one,
and nothing is made twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from zsync.config import ListSettings
from zsync.core import push_papers
from zsync.core.fields import PushScope
from zsync.core.library_changes import (
    Held,
    ItemChange,
    LibraryChange,
    LinkChange,
    Lookup,
    NewCollection,
    NewItem,
    NewLink,
    NewNote,
    NewObject,
    NoteChange,
    ObjectChange,
    PushPolicy,
    change_title,
)
from zsync.core.metadata import Resolution
from zsync.core.model import Checkbox, Entry
from zsync.core.push_plan import PushPlan, check_additions, make_push_plan
from zsync.errors import LibraryChanging
from zsync.formats import notes, patches
from zsync.outcome import ListOutcome
from zsync.run import Run, Sides
from zsync.zotero.keys import new_key
from zsync.zotero.library import Library
from zsync.zotero.writes import LibraryMoved, WriteReport, write_collections, write_items

_ROUNDS = 12
_EXISTS = 412


@dataclass(frozen=True, slots=True)
class PushOptions:
    """How to push.

    ``apply``: do it, not only say it. ``removals``: entries taken out of the list leave the collection.
    ``records``: the records of the .bib are pushed too. ``offline``: ask no metadata service. ``most``
    is how many items may be made.
    """

    apply: bool = False
    scope: PushScope = PushScope.ALL
    removals: bool = False
    records: bool = False
    offline: bool = False
    most: int = 50


@dataclass(slots=True)
class _Done:
    """What a push did for one list so far; ``version`` is the latest library version that it made."""

    changes: list[LibraryChange] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    skip: set[str] = field(default_factory=set)
    held: tuple[Held, ...] = ()
    version: int = 0

    def refuse(self, change: LibraryChange, why: str) -> None:
        """Note that a change cannot be made; it is not tried again in this run."""
        self.skip.add(change.key)
        is_orphan = isinstance(change, NewNote | NewLink) and change.parent in self.skip
        if not is_orphan:
            self.problems.append(f"“{change_title(change)}” could not be written: {why}.")


class Pusher:
    """Pushes the lists of a run."""

    def __init__(self, run: Run, options: PushOptions) -> None:
        self._run = run
        self._options = options
        self._answers: dict[Entry, Resolution] = {}
        self._done: dict[str, _Done] = {}

    # -- deciding ---------------------------------------------------------------------------------

    def plan(self, each: ListSettings, skip: Iterable[str] = ()) -> PushPlan:
        """Decide what of a list goes to Zotero, as the mirror has it now."""
        options = self._options
        if each.path is None and not options.records:
            return PushPlan()
        sides = self._run.sides(each)
        policy = PushPolicy(
            options.scope,
            removals=options.removals,
            records=options.records,
            skip=frozenset(skip),
        )
        return make_push_plan(
            sides.plan,
            sides.base,
            sides.library,
            sides.state,
            each.policy,
            sides.notes,
            self._look_up(each, sides),
            policy,
            new_key,
        )

    def foresee(self) -> None:
        """Work out what would be done for every list, for the report; nothing is written.

        Raises:
            UnsafePlan: more items would be made than may be.

        """
        for each in self._run.settings.lists:
            plan = self.plan(each)
            self._done[each.name] = _Done(list(plan.changes), held=plan.held)
        made = [change for done in self._done.values() for change in done.changes]
        check_additions(sum(isinstance(one, NewItem) for one in made), self._options.most)

    def weighed(self, each: ListSettings, outcome: ListOutcome) -> ListOutcome:
        """Give a list's outcome with what a person has to look at before a push, and what waits for one."""
        if each.path is None or self._options.scope is not PushScope.ALL:
            return outcome
        plan = self.plan(each)
        held = tuple(one for one in plan.held if one.asks)
        asked = {one.entry for one in held}
        sides = self._run.sides(each)
        missing = [
            index for index in push_papers.missing(sides.plan, sides.state) if index not in asked
        ]
        return replace(outcome, held=held, missing=tuple(missing))

    def _look_up(self, each: ListSettings, sides: Sides) -> Lookup:
        """Gather what is known of papers without an item; nobody is asked where there are none."""
        records = self._run.records(each)
        wanted = push_papers.missing(sides.plan, sides.state)
        if self._options.scope is not PushScope.ALL or not (wanted or self._options.records):
            return Lookup()
        entries = {index: _place_free(sides.found.entries[index]) for index in wanted}
        self._resolve(entries.values())
        return Lookup(
            self._run.elsewhere(),
            {index: self._answers[entry] for index, entry in entries.items()},
            records,
        )

    def _resolve(self, entries: Iterable[Entry]) -> None:
        """Ask for the metadata of entries that were not asked about before in this run."""
        new = [entry for entry in dict.fromkeys(entries) if entry not in self._answers]
        if new:
            answers = self._run.resolve(new, offline=self._options.offline)
            if self._options.offline:
                # Nobody was to be asked: the line alone has to do.
                answers = tuple(replace(answer, unanswered="") for answer in answers)
            self._answers |= dict(zip(new, answers, strict=True))

    # -- doing it ---------------------------------------------------------------------------------

    def push(self) -> None:
        """Push every list, until nothing is left that Zotero takes.

        Raises:
            UnsafePlan: more items would be made than may be; nothing was written.
            LibraryChanging: others kept writing; what was written is written.
            NotAllowed, Unreachable: as the library says.

        """
        lists = self._run.settings.lists
        plans = {each.name: self.plan(each) for each in lists}
        check_additions(sum(plan.additions for plan in plans.values()), self._options.most)
        if any(plan.changes for plan in plans.values()):
            self._run.remote.check_may_write()
        for number, each in enumerate(lists):
            done = self._done[each.name] = _Done()
            # What was pushed for one list may be what the next one has.
            is_fresh = number == 0 or not any(one.changes for one in self._done.values())
            self._push_list(each, plans[each.name] if is_fresh else self.plan(each), done)

    def reported(self, outcome: ListOutcome) -> ListOutcome:
        """Give a list's outcome with what was pushed for it."""
        done = self._done.get(outcome.name)
        if done is None:
            return outcome
        return replace(
            outcome,
            pushed=tuple(done.changes),
            held=done.held,
            problems=(*outcome.problems, *done.problems),
        )

    def _push_list(self, each: ListSettings, plan: PushPlan, done: _Done) -> None:
        for _ in range(_ROUNDS):
            done.held = plan.held
            if not plan.changes:
                return
            # Where somebody else wrote meanwhile, what is left is decided anew.
            with suppress(LibraryMoved):
                self._write(each, plan, done)
            self._run.reread(done.version)
            plan = self.plan(each, done.skip)
        raise LibraryChanging(
            "The library kept changing while zsync was writing to it.",
            "What was written stays. Run again when Zotero has finished syncing.",
        )

    def _write(self, each: ListSettings, plan: PushPlan, done: _Done) -> None:
        """Write one plan: the lock, new collections, new objects, then changes to what is there."""
        if plan.pairs or plan.sections:
            base = plan.remembered_in(self._run.workspace.base(each))
            self._run.keep_bases({each.name: base})
        version = self._run.mirror.version()
        collections = [one for one in plan.changes if isinstance(one, NewCollection)]
        version = self._make(write_collections, collections, version, done)
        new = [one for one in plan.changes if isinstance(one, NewItem | NewLink | NewNote)]
        self._make(write_items, self._short_enough(new, done), version, done)
        self._change([one for one in plan.changes if isinstance(one, _CHANGES)], done)

    def _short_enough(self, new: Sequence[NewObject], done: _Done) -> list[NewObject]:
        """Leave out notes that are longer than the server takes."""
        return [
            one for one in new if not (isinstance(one, NewNote) and self._is_too_long(one, done))
        ]

    def _is_too_long(self, note: NewNote | NoteChange, done: _Done) -> bool:
        if not notes.is_too_long(notes.to_html(note.markdown)):
            return False
        done.refuse(note, "the note is longer than Zotero takes")
        return True

    def _make(
        self,
        write: "_Write",
        new: Sequence[NewCollection | NewObject],
        version: int | None,
        done: _Done,
    ) -> int | None:
        """Make new objects; give the library version that the next write goes on from."""
        if not new:
            return version
        objects = [patches.new_object(one) for one in new]
        try:
            report = write(self._run.remote, objects, unmodified_since=version)
        except LibraryMoved as moved:
            self._settle_new(new, moved.report, done)
            raise
        self._settle_new(new, report, done)
        return report.unmodified_since

    def _settle_new(
        self, new: Sequence[NewCollection | NewObject], report: WriteReport, done: _Done
    ) -> None:
        """Note what was made and what was refused; what is there already was made by an earlier try."""
        done.version = max([done.version, *(each["version"] for each in report.written.values())])
        there = []
        for one in new:
            if one.key in report.written or one.key in report.unchanged:
                done.changes.append(one)
            elif refusal := report.refused.get(one.key):
                if refusal.code == _EXISTS and not isinstance(one, NewCollection):
                    there.append(one)
                else:
                    done.refuse(one, refusal.message)
        self._restore(there, done)

    def _restore(self, there: Sequence[NewObject], done: _Done) -> None:
        """Take children that are in the trash out of it, for they are wanted again; an item is a person's."""
        if not there:
            return
        found = self._run.remote.fetch(one.key for one in there)
        trashed = [one for one in there if found.get(one.key, {}).get("data", {}).get("deleted")]
        for one in trashed:
            if isinstance(one, NewItem):
                done.refuse(one, "the item is in Zotero's trash; restore it there")
        children = [one for one in trashed if not isinstance(one, NewItem)]
        if children:
            sent = [
                {"key": one.key, "version": found[one.key]["version"], "deleted": 0}
                for one in children
            ]
            report = write_items(self._run.remote, sent, unmodified_since=None)
            done.version = max(
                [done.version, *(each["version"] for each in report.written.values())]
            )
            done.changes.extend(one for one in children if one.key in report.written)

    def _change(self, changes: Sequence[ObjectChange], done: _Done) -> None:
        """Change objects that are there, each as it is now; what changed meanwhile is decided anew."""
        wanted = [
            one
            for one in changes
            if not (isinstance(one, NoteChange) and self._is_too_long(one, done))
        ]
        found = self._run.remote.fetch(one.key for one in wanted)
        made = {one.key: patches.patch(one, found[one.key]) for one in wanted if one.key in found}
        sent = [patch.sent for patch in made.values() if patch.sent]
        report = (
            write_items(self._run.remote, sent, unmodified_since=None) if sent else WriteReport()
        )
        done.version = max([done.version, *(each["version"] for each in report.written.values())])
        for one in wanted:
            if one.key in report.written:
                done.changes.append(one)
            elif (refusal := report.refused.get(one.key)) and refusal.code != _EXISTS:
                done.refuse(one, refusal.message)


_CHANGES = (ItemChange, NoteChange, LinkChange)


class _Write(Protocol):
    """Writes objects of one kind, as :func:`write_items` does."""

    def __call__(
        self,
        library: Library,
        objects: Sequence[Mapping[str, Any]],
        *,
        unmodified_since: int | None,
    ) -> WriteReport:
        """Write them."""


def _place_free(entry: Entry) -> Entry:
    """Give an entry without where it stands: a paper that stands twice is asked about once."""
    return replace(entry, line=0, section=(), note=None, checkbox=Checkbox.NONE)
