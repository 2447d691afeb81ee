"""The plan: everything a pull intends to do to a reading list, as a value.

:func:`make_plan` decides, :func:`check_limits` refuses what would do great harm. Nothing here touches a file.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from zsync.core import bare, fields, matching
from zsync.core.base import NOTHING_SAID, Base, EntryBase, locate
from zsync.core.changes import (
    Change,
    Standing,
    Waiting,
    adopted,
    draft_of,
    entry_name,
    item_name,
    unwritten,
)
from zsync.core.edits import AddEntry, Edit, MoveEntry, RemoveEntry, RemoveSection
from zsync.core.fields import ListPolicy, ZoteroSays, digest
from zsync.core.matching import Certainty, Match
from zsync.core.merge import Decision
from zsync.core.model import Collection, Item
from zsync.core.naming import Named, Names
from zsync.core.places import CollectionTree, ListState, SectionPath, Sections, zotero_place
from zsync.core.reconcile import NoteForms, Pair
from zsync.errors import UnsafePlan

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

    ``linked`` counts the entries that were linked before. ``absent`` are entries of the base that their
    author took out of the list: they are not written again. ``unread`` are those that are not found while the
    text still names their papers: nobody took them out. ``named`` are the papers that are not written because
    the text names them. ``doubtful`` are the entries that nothing is written into. ``unmade`` are the keys of
    items that a push was about to make and that are not there, by the index of their entries.
    ``notes_held`` counts Zotero notes that wait for somebody to choose a notes policy, ``held_back`` the
    items that a list of unknown shape does not get, ``closed`` those that each section gets not because all
    its entries were read with doubt.
    """

    changes: tuple[Change, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    questions: tuple[Match, ...] = ()
    standing: tuple[Standing, ...] = ()
    absent: tuple[tuple[str, EntryBase], ...] = ()
    unread: tuple[tuple[str, EntryBase], ...] = ()
    named: tuple[Named, ...] = ()
    doubtful: frozenset[int] = frozenset()
    unmade: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    forgotten: frozenset[str] = frozenset()
    linked: int = 0
    notes_held: int = 0
    held_back: int = 0
    closed: Mapping[SectionPath, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits alone, in the order of the changes."""
        return tuple(change.edit for change in self.changes)

    @property
    def removals(self) -> int:
        """How many linked entries would leave the list."""
        return sum(isinstance(edit, RemoveEntry) for edit in self.edits)


def make_plan(
    base: Base,
    library: LibraryState,
    reading_list: ListState,
    policy: ListPolicy,
    notes: NoteForms,
    *,
    overwriting: bool = False,
    adding: Set[str] = frozenset(),
) -> Plan:
    """Decide what Zotero's state means for the list; ``overwriting`` lets Zotero win everywhere.

    ``adding`` are the keys of items that get an entry although the text may name them already.
    """
    return _Planner(base, library, reading_list, policy, notes, overwriting, adding).plan()


def check_limits(plan: Plan, max_removals: float) -> Plan:
    """Give the plan back, or refuse it.

    ``max_removals`` is the share of the linked entries (0 to 1) that may leave the list in one run.

    Raises:
        UnsafePlan: more would leave, or all of them.

    """
    removed, linked = plan.removals, plan.linked
    if linked > 1 and removed == linked and max_removals < 1:
        raise UnsafePlan(
            f"All {linked} linked entries would leave the list: the collection looks empty.",
            "If that is meant, run again with --max-removals 100%.",
        )
    if removed > max_removals * linked and (removed > FEW or max_removals == 0):
        raise UnsafePlan(
            f"{removed} of {linked} linked entries would leave the list; "
            f"the limit is {max_removals:.0%}.",
            "If that is meant, run again with --max-removals 100%.",
        )
    return plan


class _Planner:
    """Builds one plan: who stands where, then field by field what to write."""

    def __init__(
        self,
        base: Base,
        library: LibraryState,
        reading_list: ListState,
        policy: ListPolicy,
        notes: NoteForms,
        overwriting: bool,
        adding: Set[str],
    ) -> None:
        self.base = base
        self.library = library
        self.list = reading_list
        self.policy = policy
        self.notes = notes
        self.overwriting = overwriting
        self.adding = adding
        self.items = {item.key: item for item in library.items}
        self.successor = {old: item.key for item in library.items for old in item.replaces}
        self.tree = CollectionTree(library.root, library.collections)
        self.pending = {key for key, known in base.items.items() if known.pending}
        self.located = locate(base, reading_list.entries)
        self.sections = Sections(self.tree, reading_list, self.located.entries, base.sections)
        self.missing: dict[str, list[EntryBase]] = defaultdict(list)
        for key, known in self.located.missing:
            self.missing[self._present(key)].append(known)
        self.changes: list[Change] = []
        self.waiting: list[Waiting] = []
        self.standing: list[Standing] = []
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
        self.sections.learn(self._first_places(entries_of))
        questions = [match for match in matches if match.certainty is Certainty.MAYBE]
        self.asked_about = {key for match in questions for key in match.candidates}
        for item in sorted(self.library.items, key=lambda item: (item.date_added, item.key)):
            self._place(item, entries_of.get(item.key, []))
        self._remove_sections()
        return Plan(
            changes=tuple(self.changes),
            waiting=tuple(self.waiting),
            questions=tuple(questions),
            standing=tuple(self.standing),
            absent=tuple(self.absent),
            unread=tuple(self.unread),
            named=tuple(self.named.values()),
            doubtful=self.doubtful,
            unmade=MappingProxyType(self._unmade(matches)),
            forgotten=self._forgotten(),
            linked=sum(key not in self.pending for key, _ in self.located.entries.values()),
            notes_held=self._notes_held(),
            held_back=self.held_back,
            closed=MappingProxyType(dict(self.closed)),
        )

    # -- which entry is which item -------------------------------------------------------------

    def _match(self) -> tuple[Match, ...]:
        """Match every entry: by the base, following merges, else by what the entry says.

        An item that was about to be made and is not there binds no entry.
        """
        locked = {index: self._present(key) for index, (key, _) in self.located.entries.items()}
        locked = {
            index: key
            for index, key in locked.items()
            if key in self.items or key not in self.pending
        }
        entries = [bare.spelled_out(entry) for entry in self.list.entries]
        return matching.match(entries, self.library.items, locked)

    def _doubtful(self, matches: Sequence[Match]) -> frozenset[int]:
        """Give the entries that nothing is written into: their shape or their title was read with doubt."""
        misread = {
            match.entry
            for match in matches
            if match.item in self.items and self.names.misread(match.entry, self.items[match.item])
        }
        return self.list.doubtful | misread

    def _unmade(self, matches: Sequence[Match]) -> dict[int, str]:
        """Give the keys that were chosen for items that are still missing."""
        missing = {match.entry for match in matches if match.certainty is not Certainty.SURE}
        return {
            entry: key
            for entry, (key, _) in self.located.entries.items()
            if key in self.pending and entry in missing
        }

    def _present(self, key: str) -> str:
        """Follow merges (``dc:replaces``) to the item that holds this one now."""
        seen = {key}
        while key not in self.items and (heir := self.successor.get(key)) and heir not in seen:
            key = heir
            seen.add(key)
        return key

    def _forgotten(self) -> frozenset[str]:
        """Give the items that are gone, and whose entries are."""
        standing = {key for key, _ in self.located.entries.values()}
        taken_out = {key for key, _ in self.located.missing} - standing
        return frozenset(key for key in taken_out if self._present(key) not in self.items)

    def _base_of(self, entry: int) -> EntryBase:
        """Give an entry's base; with an item that was just made nothing was in step before."""
        key, known = self.located.entries.get(entry, ("", EntryBase()))
        return EntryBase() if key in self.pending else known

    # -- items that left ------------------------------------------------------------------------

    def _remove_gone(self, entries_of: dict[str, list[int]]) -> None:
        for key in sorted(set(entries_of) - set(self.items)):
            reason = self.library.gone.get(key, "no longer in the collection")
            for entry in entries_of.pop(key):
                self._remove(key, entry, reason)

    def _remove(self, key: str, entry: int, reason: str) -> None:
        if entry in self.doubtful:
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
            if self.sections.is_orphan(self._base_of(entry))
        }
        wanted = self.sections.wanted() | {self.list.root}
        for path in paths:
            if path not in wanted:
                self.changes.append(
                    Change(RemoveSection(path), "", path[-1], "section", before=path[-1])
                )

    # -- items that are there -------------------------------------------------------------------

    def _place(self, item: Item, entries: list[int]) -> None:
        """Put the item's entries where Zotero has it: keep, move, add, remove."""
        says = fields.listen(item, self.policy)
        standing, orphans = self._assign(item, entries)
        absent = self._absent(item)
        open_places = [place for place in self.tree.places(item) if place not in standing.values()]
        moving = _by_place(orphans, self._base_of)
        for place, group in zip(open_places, moving, strict=False):
            standing.update(dict.fromkeys(group, place))
        for entry in (entry for entry in orphans if entry not in standing):
            self._remove(item.key, entry, "no longer in this collection")
        is_own = item.key in self.pending and len(standing) > 1
        for entry, place in sorted(standing.items()):
            self._reconcile(item, says, entry, place, as_written=is_own)
        held = {self.sections.path(place) for place in standing.values()}
        held |= {self.list.entries[entry].section for entry in standing if entry not in orphans}
        for place in open_places[len(moving) :]:
            # A section holds a paper once, however many of its collections stand there.
            if self.sections.path(place) not in held:
                self._add_unless(item, says, place, entries, absent)
                held.add(self.sections.path(place))
        self._keep_absent(item, says, entries, absent)

    def _keep_absent(
        self, item: Item, says: ZoteroSays, entries: Sequence[int], absent: Sequence[EntryBase]
    ) -> None:
        """Take entries that are not found for taken out, unless a line that is not read names the paper."""
        mention = self.names.still_holds(item, entries) if absent else None
        if mention is None:
            self.absent.extend((item.key, known) for known in absent)
            self.waiting.extend(Waiting(item.key, item_name(says), "removal") for _ in absent)
            return
        self.unread.extend((item.key, known) for known in absent)
        self.named[item.key] = Named(item.key, item_name(says), mention.line, was_linked=True)

    def _add_unless(
        self,
        item: Item,
        says: ZoteroSays,
        place: str,
        entries: Sequence[int],
        absent: Sequence[EntryBase],
    ) -> None:
        """Add an entry, unless one may be there already, was taken out, or could not be read later."""
        if item.key in self.adding:
            self._add(item, says, place)
            return
        if item.key in self.asked_about or _was_taken_out(place, self.tree.places(item), absent):
            return
        section = self.sections.path(place)
        if mention := self.names.holds(item, entries):
            self.named[item.key] = Named(item.key, item_name(says), mention.line)
        elif self.list.is_read_only:
            self.held_back += 1
        elif section in self.list.closed:
            self.closed[section] += 1
        else:
            self._add(item, says, place)

    def _absent(self, item: Item) -> list[EntryBase]:
        """Give the item's entries that the author took out; overwriting and adding forget that they were."""
        return [] if self.overwriting or item.key in self.adding else self.missing.get(item.key, [])

    def _assign(self, item: Item, entries: Sequence[int]) -> tuple[dict[int, str], list[int]]:
        """Say which collection each entry of the item stands for; entries of a left one are orphans.

        After a merge two entries may stand for one place; the heir's own stays, the other is an orphan.
        """
        places = self.tree.places(item)
        by_digest = {digest(place): place for place in places}
        standing: dict[int, str] = {}
        orphans: list[int] = []
        strangers = {
            entry for entry in entries
            if entry in self.located.entries and self.located.entries[entry][0] != item.key
        }  # fmt: skip
        for entry in sorted(entries, key=lambda entry: (entry in strangers, entry)):
            known = self._base_of(entry).of("section")
            if known is None or not known.in_zotero:
                standing[entry] = self._fresh_place(entry, places, standing)
                continue
            place = by_digest.get(known.in_zotero)
            taken = entry in strangers and place in standing.values()
            if place is None or taken:
                orphans.append(entry)
            else:
                standing[entry] = place
        return standing, orphans

    def _first_places(self, entries_of: Mapping[str, Sequence[int]]) -> dict[int, str]:
        """Name the collection of every entry that is linked for the first time to an item in just one."""
        places = {key: self.tree.places(self.items[key]) for key in entries_of}
        return {
            entry: places[key][0]
            for key, entries in entries_of.items()
            for entry in entries
            if entry not in self.located.entries and len(places[key]) == 1
        }

    def _fresh_place(self, entry: int, places: Sequence[str], standing: Mapping[int, str]) -> str:
        """Choose the collection that an entry linked for the first time stands for."""
        section = self.list.entries[entry].section
        by_section = [place for place in places if self.sections.path(place) == section]
        still_open = [place for place in places if place not in standing.values()]
        return next(iter([*by_section, *still_open, *places]))

    def _add(self, item: Item, says: ZoteroSays, place: str) -> None:
        draft = draft_of(says, read=says.read, note=self.notes.of(says))
        section = self.sections.path(place)
        self.changes.append(
            Change(
                AddEntry(draft, section, self.policy.prepend), item.key, item_name(says), "entry",
                after=section[-1] if section else "",
            )
        )  # fmt: skip
        decisions = dict.fromkeys(fields.of_item(says, place), Decision.TAKE)
        decisions |= dict.fromkeys(self._managed(), Decision.TAKE)
        self.standing.append(
            Standing(item.key, place, says, None, EntryBase(), decisions, self.added)
        )
        self.added += 1

    # -- field by field -------------------------------------------------------------------------

    def _managed(self) -> tuple[str, ...]:
        """Name the fields that every entry has, the note only where a policy was chosen."""
        note = ("note",) if self.policy.publishes_notes else ()
        return ("read", "title", "venue", "url", "section", *note)

    def _reconcile(
        self, item: Item, says: ZoteroSays, entry: int, place: str, *, as_written: bool
    ) -> None:
        """Settle an entry field by field.

        ``as_written``: the item was just made of several entries. It holds what all of them say, and
        none is to be completed by the words of another.
        """
        pair = Pair(
            item.key,
            says,
            place,
            self.sections.path(place),
            entry,
            self.list.entries[entry],
            self._base_of(entry),
            self.notes,
            is_new=self._is_new(entry, item.key),
        )
        standing, changes, waiting = pair.reconcile(self._managed(), overwriting=self.overwriting)
        if entry in self.doubtful:
            self.standing.append(unwritten(standing))
            return
        if as_written:
            standing, changes = adopted(standing), []
        self.standing.append(standing)
        self.changes.extend(changes)
        self.waiting.extend(waiting)

    def _is_new(self, entry: int, item: str) -> bool:
        """Say whether the entry is one that nothing is known of, in a list of which something is.

        The first sync of a list rewrites nothing, except what a push made an item of.
        """
        if item in self.pending:
            return True
        title = self._base_of(entry).of("title")
        return bool(self.base.items) and title in (None, NOTHING_SAID)

    def _notes_held(self) -> int:
        if self.policy.notes is not None:
            return 0
        every = replace(self.policy, notes=fields.NotesPolicy.ALL)
        return sum(len(fields.published_notes(item, every)) for item in self.library.items)


def _was_taken_out(place: str, places: Sequence[str], absent: Sequence[EntryBase]) -> bool:
    """Say whether an entry that the author took out stood here, or where the item no longer is."""
    elsewhere = {digest(each) for each in places if each != place}
    return any(zotero_place(known) not in elsewhere for known in absent)


def _by_place(orphans: Sequence[int], base_of: Callable[[int], EntryBase]) -> list[list[int]]:
    """Group entries by the collection that they stood for: they move together."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for entry in orphans:
        groups[zotero_place(base_of(entry))].append(entry)
    return list(groups.values())
