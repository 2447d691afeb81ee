"""What waits in the entries of items that are there: ticks, titles, links, notes, sections, opinions.

Zotero's own is not written: nothing is put into the trash, no note with citations or annotations is
touched, no venue is pushed (a label is not a name), and a link or note that was taken out of the list
stays in Zotero. ``Read_Status: Read`` in Extra stays too, unless the list says a state instead; unticking
such an item adds the tag ``unread``, which wins over it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from zsync.core import fields
from zsync.core.base import known_url
from zsync.core.changes import LinkedEntry
from zsync.core.entry_fields import READ, SECTION, Field, NoteForms, ToPush, field_of, hold
from zsync.core.fields import LINK, item_name
from zsync.core.merge import Decision
from zsync.core.places import ListState, zotero_place
from zsync.core.plan import LibraryState, Plan
from zsync.core.policy import PushScope
from zsync.core.push.places import NewPlaces
from zsync.core.push_builder import PushBuilder


class FieldPusher:
    """Turns what waits in linked entries into changes, field by field."""

    def __init__(
        self,
        plan: Plan,
        library: LibraryState,
        reading_list: ListState,
        notes: NoteForms,
        places: NewPlaces,
        intended: PushBuilder,
        take: frozenset[int] = frozenset(),
    ) -> None:
        self.plan = plan
        self.taken = take
        self.list = reading_list
        self.items = {item.key: item for item in library.items}
        self.notes = notes
        self.places = places
        self.intended = intended

    def push(self, scope: PushScope) -> None:
        """Gather what waits, as far as the scope goes."""
        every = scope is PushScope.ALL
        self._push_items(
            lambda linked_entry: (
                _names(linked_entry, Decision.WAIT)
                & ({*linked_entry.decisions} if every else {READ.name})
            )
        )

    def push_taken(self) -> None:
        """Gather what the chosen entries say otherwise than Zotero, also where both were left as they are."""
        self._push_items(
            lambda linked_entry: (
                _names(linked_entry, Decision.WAIT) | linked_entry.unlike
                if linked_entry.entry in self.taken
                else frozenset()
            )
        )

    def _push_items(self, wanted: Callable[[LinkedEntry], Collection[str]]) -> None:
        """Gather item by item what its entries say in the fields that are wanted of each.

        What a doubtful entry says is not pushed, and it stands for its collection all the same.
        """
        copies: dict[str, list[_Copy]] = defaultdict(list)
        for linked_entry in self.plan.linked_entries:
            if linked_entry.entry is not None:
                names = () if linked_entry.entry in self.plan.doubtful else wanted(linked_entry)
                copies[linked_entry.item].append(
                    _Copy(linked_entry, names, self._to_push(linked_entry))
                )
        for each in copies.values():
            self._push_item(each)

    def _to_push(self, linked_entry: LinkedEntry) -> ToPush:
        assert linked_entry.entry is not None  # noqa: S101 - narrows the type
        entry = self.list.entries[linked_entry.entry]
        return ToPush(
            linked_entry.entry,
            entry,
            linked_entry.says,
            fields.paper_link(entry, linked_entry.says, known_url(linked_entry.base)),
            self.notes,
            self.items[linked_entry.item],
            item_name(linked_entry.says),
            linked_entry.entry in self.taken,
        )

    def _push_item(self, copies: Sequence["_Copy"]) -> None:
        """Push what the copies of one entry say in the fields that wait; where they differ, nothing of it."""
        saying: dict[str, list[_Copy]] = defaultdict(list)
        for copy in copies:
            for name in copy.linked_entry.decisions:
                if name in copy.names:
                    saying[name].append(copy)
        disputed = {name for name, those in saying.items() if _differ(field_of(name), those)}
        # What one copy calls by a disputed label may have another number in another.
        addresses = {
            field_of(name).word(copy.said)
            for name in disputed if name.startswith(LINK)
            for copy in saying[name]
        }  # fmt: skip
        for name, those in saying.items():
            field, first = field_of(name), those[0].said
            if name in disputed:
                self._hold_dispute(field, [copy.said for copy in those])
            elif field is SECTION:
                self._push_sections(copies, those)
            elif not (name.startswith(LINK) and field.word(first) in addresses):
                field.push(first, self.intended)

    def _hold_dispute(self, field: Field, saying: Sequence[ToPush]) -> None:
        first = {field.word(copy): copy for copy in reversed(saying)}
        differing = sorted(first.values(), key=lambda copy: copy.written.line)
        lines = " and ".join(str(copy.written.line) for copy in differing)
        said = " and ".join(
            f"“{field.shown(copy.written, copy.in_list.get(field.name))}”" for copy in differing
        )
        reason = f"lines {lines} say different things of its {field.disputed}: {said}. Make them say the same"
        others = (copy.entry for copy in saying if copy is not differing[0])
        hold(self.intended, field, differing[0], reason, others, takes=True)

    def _push_sections(self, copies: Sequence["_Copy"], moved: Sequence["_Copy"]) -> None:
        """Let the item stand in the collection of every section where an entry of it stands now.

        A collection is left if an entry moved away from it and no other stands for it.
        """
        wanted = [
            self.places.of(copy.said.written.section) if copy in moved else copy.linked_entry.place
            for copy in copies
        ]
        left = [
            copy.linked_entry.place
            for copy in moved
            if zotero_place(copy.linked_entry.base) and copy.linked_entry.place not in wanted
        ]
        self.intended.change(copies[0].said.item, add_to=tuple(wanted), remove_from=tuple(left))

    def push_removals(self, only: frozenset[str]) -> frozenset[str]:
        """Take the items of entries that were taken out of the list out of their collections.

        ``only``: these alone, where any are named. Gives the keys of those that leave.
        """
        linked = {(each.item, each.place) for each in self.plan.linked_entries}
        leaving = set()
        for key, known in self.plan.absent:
            place = self.places.tree.place_of(known)
            if place and (key, place) not in linked and (key in only or not only):
                self.intended.change(self.items[key], remove_from=(place,))
                leaving.add(key)
        return frozenset(leaving)


class _Copy(NamedTuple):
    """One of the entries of an item; ``names`` are the fields in which what is ``said`` is to be pushed."""

    linked_entry: LinkedEntry
    names: Collection[str]
    said: ToPush


def _differ(field: Field, saying: Sequence[_Copy]) -> bool:
    """Return whether copies contradict each other in a field."""
    if len(saying) == 1 or field.is_of_one_copy:
        return False
    return len({field.word(copy.said) for copy in saying}) > 1


def _names(linked_entry: LinkedEntry, wanted: Decision) -> frozenset[str]:
    """Name the fields of which this was decided."""
    return frozenset(name for name, decided in linked_entry.decisions.items() if decided is wanted)
