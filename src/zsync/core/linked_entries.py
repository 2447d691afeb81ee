"""The entries of a list that the base knows: where they are today, and what it knows of them.

A new copy is in step as it was written: it need not hold what the other line holds, nor the other a
link or a note of its. In the words that it shares with the other it follows, like any copy.
"""

from collections.abc import Sequence

from zsync.core.base import Base, EntryBase, locate
from zsync.core.belief import believe
from zsync.core.fields import digest, section_value
from zsync.core.headings import with_headings_of_today
from zsync.core.model import Collection, Item
from zsync.core.places import CollectionTree, ListState, SectionPath, zotero_place


class LinkedEntries:
    """What the base says of today's entries, allowing for headings that were renamed and for lines misread.

    ``base`` is under the headings of today, ``located`` says where its entries are, ``belief`` which readings
    are not believed. ``pending`` are the items that a push was about to make. ``trusted`` are the indexes of
    entries that are believed as they read.
    """

    def __init__(
        self,
        base: Base,
        tree: CollectionTree,
        collections: Sequence[Collection],
        items: Sequence[Item],
        reading_list: ListState,
        trusted: frozenset[int],
    ) -> None:
        self.tree = tree
        self.items = {item.key: item for item in items}
        self.entries = reading_list.entries
        self.pending = {key for key, known in base.items.items() if known.pending}
        self._successor = {old: item.key for item in items for old in item.replaces}
        self.base = with_headings_of_today(base, reading_list, collections, self.is_where_it_was)
        self.belief = believe(
            locate(self.base, reading_list.entries),
            reading_list,
            lambda key: self.items.get(self.present(key)),
            trusted,
        )
        self.located = self.belief.located

    def present(self, key: str) -> str:
        """Follow merges (``dc:replaces``) to the item that holds this one now."""
        seen = {key}
        while key not in self.items and (heir := self._successor.get(key)) and heir not in seen:
            key = heir
            seen.add(key)
        return key

    def known_as(self, entry: int) -> str | None:
        """Return the key of the item that the entry stood for when it was last in step."""
        return self.located.entries[entry][0] if entry in self.located.entries else None

    def base_of(self, entry: int) -> EntryBase:
        """Return an entry's base; with an item that was just made nothing was in step before."""
        key, known = self.located.entries.get(entry, ("", EntryBase()))
        return EntryBase() if key in self.pending else known

    def is_where_it_was(self, key: str, known: EntryBase) -> bool:
        """Return whether an entry's item is in the collection that the entry stood for, if it ever did."""
        if zotero_place(known) is None:
            return True
        item = self.items.get(self.present(key))
        return item is not None and self.tree.place_of(known) in item.collections

    def was_moved(self, entry: int) -> bool:
        """Return whether a linked entry stands under another heading than before."""
        known = self.located.entries[entry][1].of("section")
        return known is None or known.in_list != digest(section_value(self.section(entry)))

    def stands_apart(self, entry: int) -> bool:
        """Return whether a linked entry stands where its author put it, not where its collection is shown."""
        known = self.located.entries[entry][1].of("section")
        return known is not None and known.own

    def section(self, entry: int) -> SectionPath:
        """Return the path of headings above an entry."""
        return self.entries[entry].section
