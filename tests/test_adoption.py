"""Lists that people have really written move to zsync: no byte changes until Zotero says something new.

It reads other people's lists from beside the project and is skipped without them.
"""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.world import COLLECTION, World, changed_lines
from zsync.core.model import Checkbox, Entry
from zsync.formats import reading_list
from zsync.formats.reading_list import ReadingList
from zsync.formats.reading_list.shapes.table.row import Table

LISTS = Path(__file__).parents[2] / "shared" / "lists"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason=f"no lists to read: {LISTS} is absent")
NAMES = sorted(path.stem for path in LISTS.glob("*.md"))
MOST = 150
"""More papers than this make a list slow to adopt here, and no different."""

MOST_OF_A_NAME = 255
"""What Zotero takes for the name of a collection; a heading may be longer."""

_SIGNS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
ROOT = "CCCCCCCC"


def _key(kind: str, number: int) -> str:
    signs = ""
    for _ in range(6):
        number, place = divmod(number, len(_SIGNS))
        signs = _SIGNS[place] + signs
    return f"{kind}{signs}2"


class Library:
    """A Zotero library that holds what a list says: an item a paper, a collection a section."""

    def __init__(self, found: ReadingList) -> None:
        self.root = found.root
        self.sections: dict[tuple[str, ...], str] = {(): ROOT}
        self.items: dict[object, dict[str, Any]] = {}
        self.children: list[dict[str, Any]] = []
        lines: dict[str, Entry] = {}
        # Lines that are the same name one paper, however they are read.
        self.key_of = [
            self._add(lines.setdefault(found.raw(index), entry), entry.section)
            for index, entry in enumerate(found.entries)
        ]

    def _add(self, entry: Entry, section_path: tuple[str, ...]) -> str:
        section = self._collection(section_path[len(self.root) :])
        url = entry.links[0].url if entry.links else ""
        # A paper that stands twice and says different things is two items here: what Zotero has of one
        # entry would otherwise be added to the other.
        identity = (entry.short, entry.title.casefold(), entry.links, entry.note, entry.checkbox)
        if identity not in self.items:
            self.items[identity] = self._item(entry, url)
            self._add_children(entry, self.items[identity]["key"])
        item = self.items[identity]
        if section not in item["collections"]:
            item["collections"].append(section)
        return str(item["key"])

    def _item(self, entry: Entry, url: str) -> dict[str, Any]:
        title = f"{entry.short}: {entry.title}" if entry.short else entry.title
        return {
            "key": _key("I", len(self.items)),
            "itemType": "conferencePaper",
            "title": title,
            "shortTitle": entry.short or "",
            "url": url,
            "date": str(entry.year or ""),
            "tags": [{"tag": "read"}] if entry.checkbox is Checkbox.CHECKED else [],
            "collections": [],
        }

    def _add_children(self, entry: Entry, parent: str) -> None:
        for link in entry.links[1:]:
            self.children.append(
                {
                    "itemType": "attachment",
                    "linkMode": "linked_url",
                    "title": link.label,
                    "url": link.url,
                    "parentItem": parent,
                }
            )
        if entry.note:
            paragraphs = "".join(f"<p>{html.escape(each)}</p>" for each in entry.note.split("\n\n"))
            self.children.append({"itemType": "note", "note": paragraphs, "parentItem": parent})

    def _collection(self, section: Sequence[str]) -> str:
        path = tuple(section)
        if path not in self.sections:
            self._collection(path[:-1])
            self.sections[path] = _key("S", len(self.sections))
        return self.sections[path]

    def data(self, key: str) -> dict[str, Any]:
        collections = [
            {
                "key": key,
                "name": path[-1][:MOST_OF_A_NAME] or "?" if path else COLLECTION,
                "parentCollection": self.sections[path[:-1]] if path else False,
            }
            for path, key in self.sections.items()
        ]
        access = {"user": {"library": True, "notes": True, "write": True}}
        library = {
            "library": "users/1",
            "collections": collections,
            "items": [*self.items.values(), *self.children],
        }
        return {
            "users": [{"id": 1, "username": "reader"}],
            "keys": [{"key": key, "user": 1, "access": access}],
            "libraries": [library],
        }


def _shortened(text: str) -> str:
    """The beginning of a very long list, cut at a heading."""
    found = reading_list.parse(text)
    if len(found.entries) <= MOST:
        return text
    last = found.blocks[MOST].start
    cut = max((each.start for each in found.headings if each.start <= last), default=0)
    return text[:cut] if cut > len(text) // 20 else text[:last]


class Adopted:
    """A list, its library, and the world in which they were linked and pulled."""

    def __init__(self, world: World, library: Library, found: ReadingList) -> None:
        self.world = world
        self.library = library
        self.found = found

    def unread_entry(self) -> int | None:
        """An entry whose box can be ticked, the last of them."""
        once = [key for key in self.library.key_of if self.library.key_of.count(key) == 1]
        return next(
            (
                index
                for index in reversed(range(len(self.found.entries)))
                if self.found.entries[index].checkbox is Checkbox.UNCHECKED
                and self.library.key_of[index] in once
                and index not in self.found.read_only
            ),
            None,
        )


@pytest.fixture(params=NAMES)
def adopted(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Adopted]:
    text = _shortened((LISTS / f"{request.param}.md").read_bytes().decode())
    found = reading_list.parse(text)
    library = Library(found)
    with World(tmp_path, monkeypatch, library.data("KeyOfTheTests")) as world:
        world.text = text
        world.settle()
        world.do("link")
        world.do("pull")
        assert world.text == text
        yield Adopted(world, library, found)


def test_a_list_is_adopted_and_changes_by_what_zotero_says(adopted: Adopted) -> None:
    world = adopted.world
    before = world.state()
    assert "1 request" in world.do("pull") or world.do("pull")
    assert world.state() == before
    entry = adopted.unread_entry()
    if entry is not None:
        text = world.text
        world.tag(adopted.library.key_of[entry], "read")
        world.do("pull")
        removed, added = changed_lines(text, world.text)
        old, new = _where_they_differ(removed[2:], added[2:])
        assert len(old) <= 12
        assert not {"|", "["} & {*old, *new}
    _add_a_paper(adopted)


def _where_they_differ(old: str, new: str) -> tuple[str, str]:
    """The one stretch in which two lines differ: a sign in a box, or the word in a cell."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    return old[start : len(old) - end], new[start : len(new) - end]


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    differing = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))


def _add_a_paper(adopted: Adopted) -> None:
    world, found = adopted.world, adopted.found
    if not found.entries:
        return
    last = len(found.entries) - 1
    section = found.entries[last].section[len(found.root) :]
    text = world.text
    world.add(
        {
            "itemType": "conferencePaper",
            "title": "Reading Lists That Write Themselves",
            "url": "https://example.org/reading-lists",
            "date": "2017",
            "conferenceName": "NeurIPS",
            "creators": [{"creatorType": "author", "firstName": "Ashish", "lastName": "Vaswani"}],
            "collections": [adopted.library.sections[section]],
        }
    )
    said = world.do("pull")
    lines = changed_lines(text, world.text)
    entries = reading_list.parse(world.text).entries
    new = [entry for entry in entries if entry.title == "Reading Lists That Write Themselves"]
    assert len(new) == 1 or "not added" in said, (said, lines)
    if new:
        assert not any(line.startswith("- ") for line in lines), lines
        # Only a table may have no column for links.
        is_row = isinstance(found.blocks[last].shape, Table)
        has_place = not is_row or bool(found.entries[last].links)
        assert [link.url for link in new[0].links] == [
            "https://example.org/reading-lists"
        ] * has_place
