"""Sections and collections, from the list's side: which collection a section stands for, or is to get."""

from collections import defaultdict
from collections.abc import Callable, Container

from zsync.core import fields
from zsync.core.fields import digest, section_value
from zsync.core.library_changes import NewCollection
from zsync.core.places import CollectionTree, ListState, SectionPath
from zsync.core.plan import LibraryState, Plan

_LONGEST_NAME = 255
"""What the server takes as the name of a collection."""


class NewPlaces:
    """Which collection each section of the list stands for; those that are missing are to be made."""

    def __init__(
        self,
        library: LibraryState,
        reading_list: ListState,
        plan: Plan,
        refused: Container[str],
        new_key: Callable[[], str],
    ) -> None:
        self.root = library.root
        self.tree = CollectionTree(library.root, library.collections)
        self.new: list[NewCollection] = []
        self.sections: dict[str, SectionPath] = {}
        self._new_key = new_key
        self._known: dict[SectionPath, str] = {(): self.root, reading_list.root: self.root}
        self._children: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for collection in library.collections:
            self._children[collection.parent or ""].append((collection.key, collection.name))
        self._known |= plan.homes
        # A collection that was moved away, or is in the trash, has its key still, and Zotero says so.
        self._chosen = {
            section: key for key, section in plan.sections.items() if key not in refused
        }

    def of(self, section: SectionPath) -> str:
        """Return the key of the collection that a section stands for."""
        if section not in self._known:
            self._known[section] = self._find(section)
        return self._known[section]

    def _find(self, section: SectionPath) -> str:
        name = " ".join(section[-1].split())[:_LONGEST_NAME].strip()
        parent = self.of(section[:-1])
        if not name:
            return parent
        if parent == self.root and fields.same_words(name, self.tree.by_key[self.root].name):
            return self.root
        taken = set(self._known.values())
        free = [each for each in self._children[parent] if each[0] not in taken]
        for is_same in (str.__eq__, fields.same_words):
            for key, known in free:
                if is_same(known, name):
                    return key
        # A push that was cut short chose a key for it.
        key = self._chosen.get(digest(section_value(section))) or self._new_key()
        self.new.append(NewCollection(key, name, parent))
        self.sections[key] = section
        return key
