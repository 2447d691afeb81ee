"""Sections and collections, from the list's side: which collection a section stands for, or is to get."""

from collections import Counter, defaultdict
from collections.abc import Callable

from zsync.core import fields
from zsync.core.base import Base
from zsync.core.fields import digest, section_value
from zsync.core.library_changes import NewCollection
from zsync.core.merge import Decision
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
        base: Base,
        plan: Plan,
        new_key: Callable[[], str],
    ) -> None:
        self.root = library.root
        self.tree = CollectionTree(library.root, library.collections)
        self.new: list[NewCollection] = []
        self.sections: dict[str, SectionPath] = {}
        self._list_root = reading_list.root
        self._new_key = new_key
        self._known: dict[SectionPath, str] = {(): self.root, reading_list.root: self.root}
        self._children: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for collection in library.collections:
            self._children[collection.parent or ""].append((collection.key, collection.name))
        self._known |= _known_sections(library, reading_list, base, plan)
        self._chosen = {section: key for key, section in base.sections.items()}

    def of(self, section: SectionPath) -> str:
        """Give the key of the collection that a section stands for."""
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


def _known_sections(
    library: LibraryState, reading_list: ListState, base: Base, plan: Plan
) -> dict[SectionPath, str]:
    """Give the collections of sections that have one: by most of their entries, else by the lock."""
    by_digest = {digest(section_value(path)): path for path in reading_list.sections}
    known = {
        by_digest[section]: place
        for place, section in base.sections.items()
        if section in by_digest and place in {each.key for each in library.collections}
    }
    seen: dict[SectionPath, Counter[str]] = defaultdict(Counter)
    for standing in plan.standing:
        if standing.entry is not None and standing.decisions.get("section") is not Decision.WAIT:
            seen[reading_list.entries[standing.entry].section][standing.place] += 1
    return {**known, **{path: counted.most_common(1)[0][0] for path, counted in seen.items()}}
