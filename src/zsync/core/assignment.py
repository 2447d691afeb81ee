"""Which collection each entry of an item stands for, and what the entries show of the sections.

A further copy has no vote: of several entries of an item that stand for one collection, one shows
which section is the collection's. A section without a vote is a new one: the copy joins its
collection, and stays in the first. Nor has a line a vote that was typed in another collection's
section, or could not be moved out of one. A line that was read with doubt still stands for its
collection; nothing is made of it, and the base keeps it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from zsync.core.base import EntryBase
from zsync.core.linked_entries import LinkedEntries
from zsync.core.model import Item
from zsync.core.places import CollectionTree, Sections, Vote, zotero_place


@dataclass(slots=True)
class Assigned:
    """Which of an item's collections (``places``) each of its entries stands for, the first of each first.

    ``joining`` are to join another collection. ``copies`` are all that came as copies of linked entries,
    ``moving`` those whose collection the item left.
    """

    places: list[str]
    staying: dict[int, str] = field(default_factory=dict)
    joining: set[int] = field(default_factory=set)
    copies: set[int] = field(default_factory=set)
    moving: set[int] = field(default_factory=set)

    @property
    def entries(self) -> list[int]:
        """All of the item's entries, in the order of the list."""
        return sorted(self.staying.keys() | self.moving)

    @property
    def open(self) -> list[str]:
        """The collections for which no entry stands."""
        return [place for place in self.places if place not in self.staying.values()]

    @property
    def orphans(self) -> list[int]:
        """The entries for which the item has no collection any more."""
        return sorted(self.moving - self.staying.keys())

    @property
    def further(self) -> set[int]:
        """The entries for whose collection an earlier one stands."""
        first = {place: entry for entry, place in reversed(self.staying.items())}
        return self.staying.keys() - first.values()

    def is_alone(self, entry: int) -> bool:
        """Return whether no other entry stands for the entry's collection."""
        return list(self.staying.values()).count(self.staying[entry]) == 1

    def stand(self, entry: int, place: str) -> None:
        """Let an entry stand for a collection, after those that do already."""
        self.staying.pop(entry, None)
        self.staying[entry] = place


class Assigner:
    """Assigns the entries of a list to the collections of their items; the sections learn from it."""

    def __init__(self, linked: LinkedEntries, tree: CollectionTree, sections: Sections) -> None:
        self.linked = linked
        self.tree = tree
        self.sections = sections

    def learn_sections(self, entries_of: Mapping[str, Sequence[int]]) -> None:
        """Learn which collections the sections stand for; who says it most surely is heard first.

        A paper has one vote for each of its collections: a further copy shows nothing of its section.
        """
        linked = self._linked_votes()
        self.sections.learn(vote for index, vote in linked if not self.linked.stands_apart(index))
        self.sections.recall()
        self.sections.learn(vote for index, vote in linked if self.linked.stands_apart(index))
        places = {key: self.tree.places(self.linked.items[key]) for key in entries_of}
        fresh = [
            (places[key][0], entries)
            for key, entries in entries_of.items()
            if len(places[key]) == 1 and not self.linked.located.entries.keys() & set(entries)
        ]
        self.sections.learn(
            Vote(self.linked.section(entries[0]), place)
            for place, entries in fresh
            if len(entries) == 1
        )
        self.sections.learn(
            Vote(self.linked.section(self._first_copy(entries, place)), place)
            for place, entries in fresh
        )

    def _linked_votes(self) -> list[tuple[int, Vote]]:
        """Return what the linked entries show that both sides left where they were, with their indexes."""
        copies: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, (key, known) in sorted(self.linked.located.entries.items()):
            place = self.tree.place_of(known)
            if (
                place
                and self.linked.is_where_it_was(key, known)
                and not self.linked.was_moved(index)
            ):
                copies[self.linked.present(key), place].append(index)
        return [
            (first, Vote(self.linked.section(first), place))
            for (_, place), indexes in copies.items()
            for first in [min(indexes, key=lambda index: (self.linked.stands_apart(index), index))]
        ]

    def learn_homes(self, assigned: Iterable[Assigned]) -> None:
        """Learn also from entries that were linked for the first time, in whatever collections."""
        self.sections.learn_homes(self._shown_by(assigned))

    def _shown_by(self, assigned: Iterable[Assigned]) -> Iterator[Vote]:
        """Return what entries show that were linked for the first time, in whatever collections."""
        for each in assigned:
            for entry, place in each.staying.items():
                has_vote = entry not in each.further | each.joining
                if has_vote and zotero_place(self.linked.base_of(entry)) is None:
                    yield Vote(self.linked.section(entry), place)

    def _first_copy(self, entries: Sequence[int], place: str) -> int:
        """Choose the copy that stands for a collection: that under its heading, else the first."""
        under = (
            entry for entry in entries if self.linked.section(entry) == self.sections.path(place)
        )
        return next(under, entries[0])

    def assign(self, item: Item, entries: Sequence[int]) -> Assigned:
        """Return which collection each entry of the item stands for.

        Linked entries come first, then those that stand in the section of one of the item's collections, then
        linked ones whose collection the item left for another. What is left takes what is open, at a first
        sync; in a list that was in step it is a further copy, which joins the collection of its section.
        """
        assigned = Assigned(self.tree.places(item))
        linked = {
            entry for entry in entries if zotero_place(self.linked.base_of(entry)) is not None
        }
        fresh = sorted(set(entries) - linked)
        left = self._assign_linked(item, linked, assigned)
        for entry in fresh:
            if (place := self._place_of_section(entry, assigned.places)) is not None:
                assigned.stand(entry, place)
        self._assign_above(item, left, assigned)
        left = [entry for entry in left if entry not in assigned.staying]
        for place, group in zip(assigned.open, _by_place(left, self.linked.base_of), strict=False):
            for entry in group:
                assigned.stand(entry, place)
        self._assign_above(item, fresh, assigned)
        assigned.moving.update(left)
        is_in_step = bool(self.linked.base.items) and item.key not in self.linked.pending
        assigned.copies.update(fresh if linked and is_in_step else ())
        self._assign_fresh(fresh, assigned, is_in_step=is_in_step)
        for entry in sorted(linked & assigned.staying.keys()):
            # Its item may be in the collection of its new section already, and the old one have another.
            place = self._place_of_section(entry, assigned.places)
            if place is None or place == assigned.staying[entry]:
                continue
            if self.linked.was_moved(entry) and not assigned.is_alone(entry):
                assigned.stand(entry, place)
        return assigned

    def _assign_linked(self, item: Item, linked: Set[int], assigned: Assigned) -> list[int]:
        """Let linked entries stand where they stood, or where their author put them; give the others.

        After a merge two entries may stand for one place: the heir's own stays.
        """
        strangers = {
            entry for entry in linked if self.linked.known_as(entry) not in (None, item.key)
        }
        left = []
        for entry in sorted(
            linked, key=lambda entry: (entry in strangers, self.linked.stands_apart(entry), entry)
        ):
            place = self.tree.place_of(self.linked.base_of(entry))
            if place not in assigned.places:
                moved = self.linked.was_moved(entry)
                place = self._place_of_section(entry, assigned.places) if moved else None
            if place is None or (entry in strangers and place not in assigned.open):
                left.append(entry)
            else:
                assigned.stand(entry, place)
        return left

    @staticmethod
    def _assign_fresh(entries: Iterable[int], assigned: Assigned, *, is_in_step: bool) -> None:
        """Let what is left take what is open, or join: it stands beside another entry until it has."""
        for entry in (entry for entry in entries if entry not in assigned.staying):
            is_further = is_in_step and bool(assigned.staying)
            if is_further:
                assigned.joining.add(entry)
            free = [] if is_further else assigned.open
            choice = [*free, *assigned.staying.values(), *assigned.places]
            assigned.stand(entry, choice[0])

    def _assign_above(self, item: Item, entries: Iterable[int], assigned: Assigned) -> None:
        """Let copies of entries that stand for collections below stand for one above that the item is in.

        A collection and one below it hold an item once, below, unless the list shows it in both, or did so
        until its author took the line below out.
        """
        above = [key for key in item.collections if key in self.tree.by_key]
        above = [key for key in above if key not in assigned.places]
        taken_out = self._taken_out.get(item.key, set()) & {*assigned.places}
        for entry in entries if assigned.staying or taken_out else ():
            place = self.tree.place_of(self.linked.base_of(entry))
            if place not in above:
                place = self._place_of_section(entry, above)
            if entry not in assigned.staying and place is not None:
                assigned.stand(entry, place)

    @cached_property
    def _taken_out(self) -> Mapping[str, Set[str | None]]:
        """By item, the collections for which entries stood that are not in the list any more."""
        places: dict[str, set[str | None]] = defaultdict(set)
        for key, known in self.linked.located.missing:
            places[self.linked.present(key)].add(self.tree.place_of(known))
        return places

    def _place_of_section(self, entry: int, places: Sequence[str]) -> str | None:
        """Return the one of these collections that the entry's section stands for."""
        section = self.linked.section(entry)
        return next((place for place in places if self.sections.is_of(section, place)), None)


def _by_place(orphans: Sequence[int], base_of: Callable[[int], EntryBase]) -> list[list[int]]:
    """Group entries by the collection that they stood for: they move together."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for entry in orphans:
        groups[zotero_place(base_of(entry))].append(entry)
    return list(groups.values())
