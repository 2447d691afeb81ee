"""The plan: everything a pull intends to do to a reading list, as a value.

:func:`make_plan` decides, :func:`check_limits` refuses what would do great harm. Nothing here touches a file.

It is printed by ``--dry-run``, refused by the guard, and tested without a file. Mass change is
refused: more than ``max_removals`` of the linked entries (and more than five), or all of them. A
key that cannot read notes is refused where notes are wanted, because to it they all look deleted.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from zsync.core import fields, identifier_only, matching
from zsync.core.assignment import Assigned, Assigner
from zsync.core.base import (
    NOTHING_SAID,
    REMOVAL,
    Base,
    EntryBase,
    base_of_copy,
    is_left_out,
    left_out,
)
from zsync.core.changes import Change, LinkedEntry, Settled, Waiting, adopted, draft_of, unwritten
from zsync.core.edits import AddEntry, Edit, MoveEntry, RemoveEntry, RemoveSection
from zsync.core.entry_fields import FIELDS, NOTE, NoteForms, of_entry, of_item
from zsync.core.fields import ItemView, digest, entry_name, item_name
from zsync.core.linked_entries import LinkedEntries
from zsync.core.matching import Certainty, Match
from zsync.core.merge import Decision
from zsync.core.model import Collection, Item
from zsync.core.naming import Named, Names
from zsync.core.places import (
    CollectionTree,
    ListState,
    SectionPath,
    Sections,
    zotero_place,
)
from zsync.core.policy import ListPolicy, NotesPolicy
from zsync.core.reconcile import Pair
from zsync.core.selection import NOTHING, Selection
from zsync.errors import UnsafePlan

#: Why an entry leaves whose item became one with another's, which stands in the list.
MERGED = "one item in Zotero now"
#: A removal of this many linked entries or fewer is never held back.
FEW = 5


@dataclass(frozen=True, slots=True)
class LibraryState:
    """What Zotero holds now, for one linked collection.

    ``collections`` are the linked one and its subcollections. ``gone`` says why an item that was there
    is there no more ("in the trash", "deleted", "taken out of the collection").
    """

    root: str
    collections: tuple[Collection, ...]
    items: tuple[Item, ...]
    gone: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Plan:
    """All intended changes to one list, and what is to be remembered once they are made.

    ``waiting`` is what somebody has to settle, ``own`` what the list may go on saying beside Zotero.
    ``linked`` counts the entries that were linked before. ``absent`` are entries of the base that their
    author took out of the list: they are not written again. ``unread`` are those that are not found while
    the text still names their papers, and the doubtful ones whose items left: nobody took them out.
    ``named`` are the papers that are not written because the text names them. ``doubtful`` are the entries
    that nothing is written into. ``unmade`` are the keys of items that a push was about to make and that
    are not there, by the index of their entries. ``unpublished`` counts the notes, here and in Zotero, that
    wait for somebody to choose a notes policy; ``held_back`` the items that a list of unknown shape does
    not get, ``closed`` those that each section gets not because all its entries were read with doubt.
    ``misread`` are the entries that do not read as what is known of them, and how. ``homes`` says which
    collection a section stands for, where something shows it; ``sections`` is what the base remembers of
    collections, under the headings of today. ``naming`` are the items that entries name which have neither
    an item nor a link: they may be read wrongly.
    """

    changes: tuple[Change, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    own: tuple[Waiting, ...] = ()
    questions: tuple[Match, ...] = ()
    linked_entries: tuple[LinkedEntry, ...] = ()
    absent: tuple[tuple[str, EntryBase], ...] = ()
    unread: tuple[tuple[str, EntryBase], ...] = ()
    named: tuple[Named, ...] = ()
    doubtful: frozenset[int] = frozenset()
    unmade: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    forgotten: frozenset[str] = frozenset()
    linked: int = 0
    unpublished: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    held_back: int = 0
    closed: Mapping[SectionPath, int] = field(default_factory=lambda: MappingProxyType({}))
    misread: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    homes: Mapping[SectionPath, str] = field(default_factory=lambda: MappingProxyType({}))
    sections: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    naming: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits alone, in the order of the changes."""
        return tuple(change.edit for change in self.changes)

    @property
    def notes_held(self) -> int:
        """How many notes, here and in Zotero, wait for somebody to choose a notes policy."""
        return sum(self.unpublished.values())

    @property
    def removals(self) -> int:
        """How many linked entries would leave the list."""
        return sum(isinstance(edit, RemoveEntry) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of a plan besides the usual.

    Zotero wins everywhere in the entries of ``overwriting``; what waits in those of ``keeping`` is settled as
    both sides have it. ``trusted`` are the entries that are believed as they read, whatever was known of
    them. ``adding`` are the keys of items that get an entry although the text may name them already.
    """

    overwriting: Selection = NOTHING
    keeping: Selection = NOTHING
    trusted: frozenset[int] = frozenset()
    adding: frozenset[str] = frozenset()


NO_WISHES = Wishes()


def make_plan(
    base: Base,
    library: LibraryState,
    reading_list: ListState,
    policy: ListPolicy,
    notes: NoteForms,
    wishes: Wishes = NO_WISHES,
) -> Plan:
    """Decide what Zotero's state means for the list."""
    return _Planner(base, library, reading_list, policy, notes, wishes).plan()


def check_limits(plan: Plan, max_removals: float) -> Plan:
    """Return the plan back, or refuse it.

    ``max_removals`` is the share of the linked entries (0 to 1) that may leave the list in one run.

    Raises:
        UnsafePlan: more would leave, or all of them.

    """
    check_share(
        plan.removals,
        plan.linked,
        max_removals,
        "linked entries would leave the list",
        "collection",
    )
    return plan


def missing(plan: Plan, reading_list: ListState) -> list[int]:
    """Return the indexes of the entries that no item of the collection matches, not even perhaps.

    Entries whose titles are in doubt are left out: nothing is made of them. So are those whose item is gone:
    they leave the list.
    """
    found = {linked_entry.entry for linked_entry in plan.linked_entries}
    found |= {match.entry for match in plan.questions}
    found |= {edit.entry for edit in plan.edits if isinstance(edit, RemoveEntry)}
    return [
        index
        for index in range(len(reading_list.entries))
        if index not in found and (index not in plan.doubtful or index in reading_list.fixed)
    ]


def check_share(leaving: int, all_: int, most: float, what: str, emptied: str) -> None:
    """Refuse that more than the share ``most`` leave, and more than five, or all of them.

    Raises:
        UnsafePlan: so many would.

    """
    advice = f"If that is meant, run again with --max-removals {leaving / max(all_, 1):.0%}."
    if all_ > 1 and leaving == all_ and most < 1:
        raise UnsafePlan(f"All {all_} {what}: the {emptied} looks empty.", advice)
    if leaving > most * all_ and (leaving > FEW or most == 0):
        raise UnsafePlan(f"{leaving} of {all_} {what}; the limit is {most:.0%}.", advice)


class _Planner:
    """Builds one plan: who stands where, then field by field what to write."""

    def __init__(
        self,
        base: Base,
        library: LibraryState,
        reading_list: ListState,
        policy: ListPolicy,
        notes: NoteForms,
        wishes: Wishes,
    ) -> None:
        self.library = library
        self.policy = policy
        self.notes = notes
        self.wishes = wishes
        self.tree = CollectionTree(library.root, library.collections)
        self.linked = LinkedEntries(
            base, self.tree, library.collections, library.items, reading_list, wishes.trusted
        )
        self.items = self.linked.items
        doubtful = reading_list.doubtful | self.linked.belief.misread.keys()
        self.list = replace(reading_list, doubtful=doubtful)
        self.sections = Sections(self.tree, reading_list, self.linked.base.sections)
        self.assigner = Assigner(self.linked, self.tree, self.sections)
        self.missing: dict[str, list[EntryBase]] = defaultdict(list)
        for key, known in self.linked.located.missing:
            self.missing[self.linked.present(key)].append(known)
        self.changes: list[Change] = []
        self.waiting: list[Waiting] = []
        self.linked_entries: list[LinkedEntry] = []
        self.absent: list[tuple[str, EntryBase]] = []
        self.unread: list[tuple[str, EntryBase]] = []
        self.named: dict[str, Named] = {}
        self.asked_about: set[str] = set()
        self.added = 0
        self.held_back = 0
        self.closed: Counter[SectionPath] = Counter()

    def plan(self) -> Plan:
        matches = self._match()
        self.names = Names(self.list.naming, self.library.items, self.list.entries, matches)
        matches = self.names.helped()
        self.doubtful = self._doubtful(matches)
        entries_of: dict[str, list[int]] = defaultdict(list)
        for match in matches:
            if match.certainty is Certainty.SURE and match.item:
                entries_of[match.item].append(match.entry)
        self._remove_gone(entries_of)
        self.assigner.learn_sections(entries_of)
        questions = [match for match in matches if match.certainty is Certainty.MAYBE]
        self.asked_about = {key for match in questions for key in match.candidates}
        items = sorted(self.library.items, key=_age)
        assigned = {
            item.key: self.assigner.assign(item, entries_of.get(item.key, [])) for item in items
        }
        self.assigner.learn_homes(assigned.values())
        says = {item.key: fields.listen(item, self.policy) for item in items}
        for item in items:
            self._keep(item, says[item.key], assigned[item.key])
        # A section that a good line moves to takes others as well, else the next run would add them.
        self.still_closed = self.list.closed - self._moved_to()
        for item in items:
            self._complete(item, says[item.key], assigned[item.key])
        order = {item.key: number for number, item in enumerate(items)}
        self.changes.sort(key=lambda change: order.get(change.item, -1))
        self._remove_sections()
        return Plan(
            changes=tuple(self.changes),
            waiting=tuple(one for one in self.waiting if one.settled is not Settled.BY_ITSELF),
            own=tuple(one for one in self.waiting if one.settled is Settled.BY_ITSELF),
            questions=tuple(questions),
            linked_entries=tuple(self.linked_entries),
            absent=tuple(self.absent),
            unread=tuple(self.unread),
            named=tuple(self.named.values()),
            doubtful=self.doubtful,
            unmade=MappingProxyType(self._unmade(matches)),
            forgotten=self._forgotten(),
            linked=sum(
                key not in self.linked.pending for key, _ in self.linked.located.entries.values()
            ),
            unpublished=MappingProxyType(self._unpublished()),
            held_back=self.held_back,
            closed=MappingProxyType(dict(self.closed)),
            misread=self.linked.belief.misread,
            homes=MappingProxyType(self.sections.homes),
            sections=MappingProxyType(self.linked.base.sections),
            naming=MappingProxyType(self._naming(matches)),
        )

    # -- which entry is which item -------------------------------------------------------------

    def _match(self) -> tuple[Match, ...]:
        """Match every entry: by the base, following merges, else by what the entry says.

        An item that was about to be made and is not there binds no entry.
        """
        locked = {
            index: self.linked.present(key)
            for index, (key, _) in self.linked.located.entries.items()
        }
        locked = {
            index: key
            for index, key in locked.items()
            if key in self.items or key not in self.linked.pending
        }
        entries = [identifier_only.spelled_out(entry) for entry in self.list.entries]
        return matching.match(entries, self.library.items, {**self._copied(locked), **locked})

    def _copied(self, locked: Mapping[int, str]) -> dict[int, str]:
        """Give the items of lines that say the title and the address of a linked one: they are its copies."""
        items: dict[tuple[str, str], set[str]] = defaultdict(set)
        said = [of_entry(entry) for entry in self.list.entries]
        names = [(each.get("title", ""), each.get("url", "")) for each in said]
        for index, key in locked.items():
            items[names[index]].add(key)
        return {
            index: key
            for index, name in enumerate(names) if all(name) and len(items[name]) == 1
            for key in items[name] if key in self.items
        }  # fmt: skip

    def _doubtful(self, matches: Sequence[Match]) -> frozenset[int]:
        """Return the entries that nothing is written into: their shape or their title was read with doubt."""
        misread = {
            match.entry
            for match in matches
            if match.entry not in self.wishes.trusted and match.item in self.items
            if self.names.misread(match.entry, self.items[match.item])
        }
        return self.list.doubtful | misread

    def _naming(self, matches: Sequence[Match]) -> dict[int, str]:
        """Return the items that are named by entries that have neither an item nor a link."""
        missing = {match.entry for match in matches if match.certainty is Certainty.MISSING}
        return self.names.named_by({each for each in missing if not self.list.entries[each].links})

    def _unmade(self, matches: Sequence[Match]) -> dict[int, str]:
        """Return the keys that were chosen for items that are still missing."""
        missing = {match.entry for match in matches if match.certainty is not Certainty.SURE}
        return {
            entry: key
            for entry, (key, _) in self.linked.located.entries.items()
            if key in self.linked.pending and entry in missing
        }

    def _forgotten(self) -> frozenset[str]:
        """Return the items that are gone, and whose entries are."""
        linked = {key for key, _ in self.linked.located.entries.values()}
        taken_out = {key for key, _ in self.linked.located.missing} - linked
        return frozenset(key for key in taken_out if self.linked.present(key) not in self.items)

    # -- items that left ------------------------------------------------------------------------

    def _remove_gone(self, entries_of: dict[str, list[int]]) -> None:
        for key in sorted(set(entries_of) - set(self.items)):
            reason = self.library.gone.get(key, "no longer in the collection")
            for entry in entries_of.pop(key):
                self._remove(key, entry, reason)

    def _remove(self, key: str, entry: int, reason: str) -> None:
        """Take an entry out; one that was read with doubt stays, and so does what is known of it."""
        if entry in self.doubtful:
            if entry in self.linked.located.entries:
                self.unread.append(self.linked.located.entries[entry])
            return
        written = self.list.entries[entry]
        self.changes.append(
            Change(
                RemoveEntry(entry), key, entry_name(written), "entry", before=entry_name(written),
                after=reason,
            )
        )  # fmt: skip

    def _remove_sections(self) -> None:
        """Take away the headings of subcollections that are gone, should nothing be left under them."""
        leaving = {
            change.edit.entry
            for change in self.changes
            if isinstance(change.edit, RemoveEntry | MoveEntry)
        }
        paths = {
            self.list.entries[entry].section: None
            for entry in sorted(leaving)
            if self.sections.is_orphan(self.linked.base_of(entry))
        }
        wanted = self.sections.wanted() | {self.list.root}
        for path in paths:
            if path not in wanted:
                self.changes.append(
                    Change(RemoveSection(path), "", path[-1], "section", before=path[-1])
                )

    # -- items that are there -------------------------------------------------------------------

    def _keep(self, item: Item, says: ItemView, assigned: Assigned) -> None:
        """Settle the item's entries: those of collections that it is in are kept or moved, others removed."""
        for entry in assigned.orphans:
            is_merged = self.linked.known_as(entry) not in (None, item.key)
            reason = MERGED if is_merged else "no longer in this collection"
            self._remove(item.key, entry, reason)
        for entry in sorted(assigned.staying):
            self._reconcile(item, says, entry, assigned)

    def _moved_to(self) -> set[SectionPath]:
        """Return the sections that entries move to."""
        edits = (change.edit for change in self.changes)
        return {edit.section for edit in edits if isinstance(edit, MoveEntry)}

    def _complete(self, item: Item, says: ItemView, assigned: Assigned) -> None:
        """Add entries for the item's collections that have none, unless their author took them out."""
        staying = assigned.staying
        places = self.tree.places(item)
        open_places = [place for place in places if place not in staying.values()]
        absent = [
            known
            for known in self._absent(item)
            if any(_was_taken_out(place, places, known) for place in open_places)
            or self.tree.place_of(known) in {*item.collections} - {*staying.values()}
        ]
        held = {self.sections.path(place) for place in staying.values()}
        held |= {self.linked.section(entry) for entry in staying if entry not in assigned.moving}
        for place in open_places:
            # A section holds a paper once, however many of its collections stand there.
            if self.sections.path(place) not in held:
                self._add_unless(item, says, place, assigned.entries, absent)
                held.add(self.sections.path(place))
        self._keep_absent(item, says, assigned.entries, absent)

    def _keep_absent(
        self, item: Item, says: ItemView, entries: Sequence[int], absent: Sequence[EntryBase]
    ) -> None:
        """Take entries that are not found for taken out, unless a line that is not read names the paper."""
        mention = self.names.still_holds(item, entries) if absent else None
        if mention is None:
            self.absent.extend((item.key, known) for known in absent)
            self.waiting.extend(self._removal(item.key, says, known) for known in absent)
            return
        self.unread.extend((item.key, known) for known in absent)
        self.named[item.key] = Named(item.key, item_name(says), mention.line, was_linked=True)

    def _removal(self, item: str, says: ItemView, known: EntryBase) -> Waiting:
        """Return what is to be said of an entry that its author took out: in Zotero its collection has it."""
        settled = Settled.BY_ITSELF if is_left_out(known) else Settled.BY_PUSH
        place = self.tree.place_of(known)
        name = self.tree.by_key[place].name if place else ""
        return Waiting(
            item, item_name(says), REMOVAL, in_zotero=name, settled=settled, is_new=False
        )

    def _add_unless(
        self,
        item: Item,
        says: ItemView,
        place: str,
        entries: Sequence[int],
        absent: Sequence[EntryBase],
    ) -> None:
        """Add an entry, unless one may be there already, was taken out, or could not be read later."""
        if item.key in self.wishes.adding:
            self._add(item, says, place)
            return
        places = self.tree.places(item)
        was_taken_out = any(_was_taken_out(place, places, known) for known in absent)
        if item.key in self.asked_about or was_taken_out:
            return
        section = self.sections.path(place)
        if mention := self.names.holds(item, entries):
            self.named[item.key] = Named(item.key, item_name(says), mention.line)
        elif self.list.is_read_only:
            self.held_back += 1
        elif section in self.still_closed:
            self.closed[section] += 1
        else:
            self._add(item, says, place)

    def _absent(self, item: Item) -> list[EntryBase]:
        """Give the item's entries that the author took out; overwriting and adding forget that they were."""
        if self.wishes.overwriting.has_item(item.key) or item.key in self.wishes.adding:
            return []
        absent = self.missing.get(item.key, [])
        is_kept = self.wishes.keeping.has_item(item.key)
        return [left_out(known) if is_kept else known for known in absent]

    def _add(self, item: Item, says: ItemView, place: str) -> None:
        draft = draft_of(says, read=says.read, note=self.notes.of(says))
        section = self.sections.path(place)
        self.changes.append(
            Change(
                AddEntry(draft, section, self.policy.prepend), item.key, item_name(says), "entry",
                after=section[-1] if section else "",
            )
        )  # fmt: skip
        decisions = dict.fromkeys(of_item(says, place), Decision.TAKE)
        decisions |= dict.fromkeys(self._managed(), Decision.TAKE)
        self.linked_entries.append(
            LinkedEntry(item.key, place, says, None, EntryBase(), decisions, self.added)
        )
        self.added += 1

    # -- field by field -------------------------------------------------------------------------

    def _managed(self) -> tuple[str, ...]:
        """Name the fields that every entry may have, the note only where a policy was chosen."""
        has_notes = self.policy.publishes_notes
        return tuple(field.name for field in FIELDS if field is not NOTE or has_notes)

    def _reconcile(self, item: Item, says: ItemView, entry: int, assigned: Assigned) -> None:
        """Settle an entry field by field.

        Where an item was just made of several entries, or an entry came as a copy of another, none is to be
        completed by the words of another: it is in step as it was written, and follows in what it shares.
        """
        place = assigned.staying[entry]
        known = self._known(entry, assigned)
        is_made_of_several = item.key in self.linked.pending and len(assigned.staying) > 1
        pair = Pair(
            item.key,
            says,
            place,
            self.sections.path(place),
            entry,
            self.list.entries[entry],
            known,
            self.notes,
            is_new=self._is_new(entry, item.key),
            is_home=self.sections.homes.get(self.linked.section(entry)) == place,
            is_further=entry in assigned.further,
            joins=entry in assigned.joining,
            copies=tuple(self.list.entries[copy] for copy in sorted(assigned.copies - {entry})),
        )
        linked_entry, changes, waiting = pair.reconcile(
            self._managed(),
            overwriting=self.wishes.overwriting.has(entry),
            keeping=self.wishes.keeping.has(entry),
        )
        linked_entry, waiting = self.linked.belief.hold(linked_entry, waiting)
        if entry in self.doubtful:
            self.linked_entries.append(unwritten(linked_entry))
            return
        if is_made_of_several or entry in assigned.copies:
            linked_entry = adopted(linked_entry, but=known.fields)
            changes = [change for change in changes if change.field in known.fields]
        self.linked_entries.append(linked_entry)
        self.changes.extend(changes)
        self.waiting.extend(waiting)

    def _known(self, entry: int, assigned: Assigned) -> EntryBase:
        """Return an entry's base; a new copy has it from the entries that it is a copy of."""
        if entry not in assigned.copies:
            return self.linked.base_of(entry)
        originals = (each for each in assigned.entries if each not in assigned.copies)
        return base_of_copy(of_entry(self.list.entries[entry]), map(self.linked.base_of, originals))

    def _is_new(self, entry: int, item: str) -> bool:
        """Return whether the entry is one that nothing is known of, in a list of which something is.

        The first sync of a list rewrites nothing, except what a push made an item of.
        """
        if item in self.linked.pending:
            return True
        title = self.linked.base_of(entry).of("title")
        return bool(self.linked.base.items) and title in (None, NOTHING_SAID)

    def _unpublished(self) -> dict[str, int]:
        if self.policy.notes is not None:
            return {}
        every = replace(self.policy, notes=NotesPolicy.ALL)
        counts = {item.key: len(fields.published_notes(item, every)) for item in self.library.items}
        for linked_entry in self.linked_entries:
            if linked_entry.entry is not None and self.list.entries[linked_entry.entry].note:
                # The list's one note may be all of Zotero's.
                counts[linked_entry.item] = counts[linked_entry.item] or 1
        return {key: count for key, count in counts.items() if count}


def _age(item: Item) -> tuple[str, str, str]:
    """Order items from the oldest on; those of one second, as an import makes them, by title.

    Their keys come by chance: they say nothing that a reader of the list could follow.
    """
    return item.date_added, fields.plain(item.title), item.key


def _was_taken_out(place: str, places: Sequence[str], absent: EntryBase) -> bool:
    """Return whether an entry that the author took out stood here, or where the item no longer is."""
    return zotero_place(absent) not in {digest(each) for each in places if each != place}
