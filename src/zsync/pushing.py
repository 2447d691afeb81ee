"""Carrying out a push: plan, keep the chosen keys, write, look again, until nothing is left to write.

Every round begins from what Zotero says then. Keys are kept in the lock before the request that uses them,
and every object carries its version. So a round that was cut short anywhere is finished by the next one,
and nothing is made twice.

What was pushed needs no memory of its own: after it both sides say the same, and what both sides
say is adopted. A plan that comes back although nobody else wrote is a fault: it is said, left out,
and the rest is done. Objects are made under the library's version, so that two machines do not make
one paper twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from shlex import quote
from types import MappingProxyType
from typing import TYPE_CHECKING

from zsync.config import MAX_ADDITIONS, MAX_REMOVALS, MAX_RETITLES, ListSettings
from zsync.core.keys import new_key
from zsync.core.library_changes import (
    LibraryChange,
    Lookup,
    NewCollection,
    ObjectChange,
    PushPolicy,
)
from zsync.core.metadata import Resolution
from zsync.core.model import Checkbox, Entry
from zsync.core.plan import Wishes, check_share, missing
from zsync.core.policy import PushScope
from zsync.core.push.plan import PushPlan, check_additions, check_retitles, make_push_plan
from zsync.core.selection import NOTHING, Selection
from zsync.errors import LibraryChanging, UsageError
from zsync.outcome import ListOutcome
from zsync.pushed import Pushed
from zsync.session import Session, Sides, note_forms

if TYPE_CHECKING:
    from zsync.delivery import Delivery

_ROUNDS = 12
# So many lists are served in one round.
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class PushOptions:
    """How to push.

    ``apply``: do it, not only say it. ``removals``: entries taken out of the list leave the collection; where
    ``leaving`` names items (a citation key or an item key), theirs alone; ``max_removals`` is the share that
    may leave.
    ``records``: the records of the .bib are pushed too. ``offline``: ask no metadata service. ``most``
    is how many items may be made, ``most_retitles`` how many may get another title. ``take`` names entries (a
    line, a citation key, an item key): theirs alone is pushed, all that they say otherwise than Zotero.
    """

    apply: bool = False
    scope: PushScope = PushScope.ALL
    removals: bool = False
    records: bool = False
    offline: bool = False
    most: int = MAX_ADDITIONS
    take: tuple[str, ...] = ()
    most_retitles: int = MAX_RETITLES
    leaving: tuple[str, ...] = ()
    max_removals: float = MAX_REMOVALS

    @property
    def command(self) -> str:
        """The command that does what these options say."""
        chosen = {
            "--bib": self.records,
            "--offline": self.offline,
            "--removals collection": self.removals,
            "--take": bool(self.take),
        }
        words = [word for word, is_meant in chosen.items() if is_meant]
        return " ".join(("zsync push", *words, *map(quote, (*self.take, *self.leaving)), "--apply"))


class Pusher:
    """Pushes the lists of a session."""

    def __init__(self, session: Session, options: PushOptions) -> None:
        self._session = session
        self._options = options
        self._answers: dict[Entry, Resolution] = {}
        self._done: dict[str, Pushed] = {}

    # -- deciding ---------------------------------------------------------------------------------

    def plan(self, each: ListSettings, skip: Iterable[str] = ()) -> PushPlan:
        """Decide what of a list goes to Zotero, as the mirror has it now."""
        options = self._options
        if each.path is None and not options.records:
            return PushPlan()
        take = self._taken.get(each.name, NOTHING).entries
        if options.take and not take:
            return PushPlan()
        leaving = self._leaving.get(each.name, NOTHING).items
        policy = PushPolicy(
            options.scope,
            removals=options.removals and (not options.leaving or bool(leaving)),
            only=leaving,
            records=options.records,
            skip=frozenset(skip),
            take=take,
        )
        sides = self._session.sides(each, Wishes(trusted=policy.take))
        return make_push_plan(
            sides.plan,
            sides.base,
            sides.library,
            sides.state,
            each.policy,
            note_forms(),
            self._look_up(each, sides),
            policy,
            new_key,
        )

    @cached_property
    def _leaving(self) -> Mapping[str, Selection]:
        """The items that a person named, by list, whose entries were taken out of it.

        Raises:
            UsageError: a name is that of a line, whose entry stands in the list.

        """
        chosen = self._session.choose(self._options.leaving) if self._options.leaving else {}
        if any(each.entries and not each.items for each in chosen.values()):
            raise UsageError(
                "A line of the list was named, and its entry stands there.",
                "Name an item whose entry was taken out, as `zsync status` prints it.",
            )
        return chosen

    @cached_property
    def _taken(self) -> Mapping[str, Selection]:
        """The entries that a person named, by list; they stay where they are, for a push edits no list."""
        return self._session.choose(self._options.take) if self._options.take else {}

    def preview(self) -> None:
        """Work out what would be done for every list, for the report; nothing is written.

        Raises:
            UnsafePlan: more items would be made, or get another title, than may be.

        """
        plans = {each.name: self.plan(each) for each in self._session.settings.lists}
        for name, plan in plans.items():
            self._done[name] = Pushed(list(plan.changes), held=plan.held)
        self._check_limits(plans)

    def with_questions(self, each: ListSettings, outcome: ListOutcome) -> ListOutcome:
        """Return a list's outcome with what a person has to look at before a push."""
        if each.path is None or self._options.scope is not PushScope.ALL:
            return outcome
        plan = self.plan(each)
        return replace(outcome, held=tuple(one for one in plan.held if one.needs_person))

    def _look_up(self, each: ListSettings, sides: Sides) -> Lookup:
        """Gather what is known of papers without an item; nobody is asked where there are none."""
        wanted = missing(sides.plan, sides.state)
        if self._options.scope is not PushScope.ALL or not (wanted or self._options.records):
            return Lookup()
        entries = {index: _place_free(sides.found.entries[index]) for index in wanted}
        self._resolve(entries.values())
        records = self._session.records(each).records
        return Lookup(
            self._session.rest_of_library(each, {item.key for item in sides.library.items}),
            {index: self._answers[entry] for index, entry in entries.items()},
            {record.key: record.metadata for record in records},
            {record.key: record.line for record in records},
        )

    def _resolve(self, entries: Iterable[Entry]) -> None:
        """Ask for the metadata of entries that were not asked about before in this run."""
        new = [entry for entry in dict.fromkeys(entries) if entry not in self._answers]
        if new:
            answers = self._session.resolve(new, offline=self._options.offline)
            if self._options.offline:
                # Nobody was to be asked: the line alone has to do.
                answers = tuple(replace(answer, unanswered="") for answer in answers)
            self._answers |= dict(zip(new, answers, strict=True))

    # -- doing it ---------------------------------------------------------------------------------

    def push(self) -> None:
        """Push every list, until nothing is left that Zotero takes.

        Raises:
            UnsafePlan: more items would be made, or get another title, than may be; nothing was written.
            LibraryChanging: others kept writing; what was written is written.
            NotAllowed, Unreachable: as the library says.

        """
        lists = self._session.settings.lists
        plans = {each.name: self.plan(each) for each in lists}
        self._check_limits(plans)
        if any(plan.changes for plan in plans.values()):
            self._session.remote.check_may_write()
        sent = self._change_together(plans)
        for each in lists:
            done = self._done.setdefault(each.name, Pushed())
            # What was pushed for one list may be what the next one has.
            is_fresh = not any(one.changes for one in self._done.values())
            plan = plans[each.name] if is_fresh else self.plan(each, done.skip)
            self._push_list(each, plan, done, sent.get(each.name, ()))

    def _change_together(
        self, plans: Mapping[str, PushPlan]
    ) -> Mapping[str, Sequence[ObjectChange]]:
        """Write the changes of lists that make nothing new in one round, and look again once.

        Returns what was sent, by list; nothing where fewer than two have such changes, or where somebody else
        wrote too. Of lists that would change one object, the first is served.
        """
        from zsync import delivery

        served: dict[str, Sequence[ObjectChange]] = {}
        taken: set[str] = set()
        for name, plan in plans.items():
            changes = [one for one in plan.changes if isinstance(one, delivery.CHANGES)]
            keys = {one.key for one in changes}
            if changes and len(changes) == len(plan.changes) and not keys & taken:
                served[name] = changes
                taken |= keys
        if len(served) < _SEVERAL:
            return {}
        session, done = self._session, self._done
        done.update((name, Pushed()) for name in served)
        lists = [each for each in session.settings.lists if each.name in served]
        delivery.keep_keys(session, [(each, plans[each.name]) for each in lists])
        version = session.mirror.version() or 0
        delivery.change(
            session, [(done[name], one) for name, changes in served.items() for one in changes]
        )
        own = max(version, *(done[name].version for name in served))
        session.reread(own)
        return served if (session.mirror.version() or 0) <= own else {}

    def _check_limits(self, plans: Mapping[str, PushPlan]) -> None:
        check_additions(sum(plan.additions for plan in plans.values()), self._options.most)
        retitles = [change for plan in plans.values() for change in plan.retitles]
        check_retitles(retitles, self._options.most_retitles)
        for plan in plans.values():
            leave = "papers would leave the collection"
            most = self._options.max_removals
            check_share(len(plan.leaving), plan.linked, most, leave, "list")

    def with_results(self, outcome: ListOutcome) -> ListOutcome:
        """Return a list's outcome with what was pushed for it."""
        done = self._done.get(outcome.name)
        if done is None:
            return outcome
        new = {each.key: each.name for each in done.changes if isinstance(each, NewCollection)}
        there = {each.key: each.name for each in self._session.mirror.collections()}
        return replace(
            outcome,
            collections=MappingProxyType({**new, **there}),
            pushed=tuple(done.changes),
            held=done.held,
            overwritten=tuple(done.kept),
            problems=(*outcome.problems, *done.problems, *self._of_records(outcome.name)),
        )

    def _of_records(self, name: str) -> Iterator[str]:
        """Return what of a list's .bib is not pushed, or not as it is meant."""
        each = next(one for one in self._session.settings.lists if one.name == name)
        if self._options.records and each.bib is not None:
            bib = self._session.workspace.relative(each.bib.path)
            yield from (f"{bib}, {problem}" for problem in self._session.records(each).problems)

    def _push_list(
        self, each: ListSettings, plan: PushPlan, done: Pushed, before: Sequence[LibraryChange]
    ) -> None:
        """Write plans until one is empty; what comes back although it was sent is told and left out.

        ``before`` is what was sent for this list already.
        """
        from zsync.delivery import Delivery

        delivery = Delivery(self._session, done)
        sent: list[LibraryChange] = [*before]
        for _ in range(_ROUNDS):
            if done.blame(change for change in plan.changes if change in sent):
                plan = self.plan(each, done.skip)
            done.held = plan.held
            if not plan.changes:
                return
            # Where somebody else wrote meanwhile, what was sent may be to do once more.
            mine = self._send(delivery, each, plan, done)
            sent = [] if mine is None else [*sent, *mine]
            plan = self.plan(each, done.skip)
        if not sent:
            raise LibraryChanging(
                "The library kept changing while zsync was writing to it.",
                "What was written stays. Run again when Zotero has finished syncing.",
            )
        done.blame(plan.changes)

    def _send(
        self, delivery: "Delivery", each: ListSettings, plan: PushPlan, done: Pushed
    ) -> Sequence[LibraryChange] | None:
        """Write one plan and look again; give the changes sent, or None where somebody else wrote too."""
        from zsync.zotero.writes import LibraryMoved

        mirror, written = self._session.mirror, done.version
        version = mirror.version() or 0
        sent: Sequence[LibraryChange] | None = None
        with suppress(LibraryMoved):
            sent = delivery.write(each, plan)
        self._session.reread(done.version)
        own = done.version if done.version > written else version
        return sent if (mirror.version() or 0) <= own else None


def _place_free(entry: Entry) -> Entry:
    """Return an entry without where it stands: a paper that stands twice is asked about once."""
    return replace(entry, line=0, section=(), note=None, checkbox=Checkbox.NONE)
