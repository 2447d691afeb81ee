"""One paper on several lines: invented histories of a list in which papers stand in several places.

People repeat lines, edit single copies, move lines, take them out and rename headings; others edit the
library; a sync comes in between. The law: every sync succeeds, no paper is made twice, the next sync writes
nothing, and the list changes only by what another copy of the line, or Zotero, said.

"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hunting import folder_in_memory, histories, hurried
from tests.world import World, paper

NAMES = ("Vision", "Agents", "Theory", "Overview", "Worth a second look", "Speech & sound")
LABELS = ("Code", "Page", "code")
NOTES = ("A thought.", "Another thought.")
PAPER = re.compile(r"arxiv\.org/abs/2402\.0000(\d)")


class History:
    """A list as blocks under headings, and the library that it is synced with."""

    told: ClassVar[int] = 0

    def __init__(self, world: World, *, is_flat: bool) -> None:
        """Begin with an empty library, or with one that has the papers in one collection."""
        History.told += 1
        self.world = world
        self.has_moved_in_zotero = False
        self.touched: set[str | None] = set()
        home = world.collection()
        if is_flat:
            world.add(*(_paper(number, home) for number in range(1, 5)))
        world.settle()
        self.parts: list[list[str]] = [
            ["# Papers\n"],
            ["## Vision\n\nWords of the author.\n\n", _line(1), _line(2)],
            ["## Agents\n", _line(3), _line(4)],
        ]
        self.sync()

    # -- what happens in the list

    def repeat(self, which: int, where: int) -> None:
        """Copy a line, note and all, to the end or the beginning of a section."""
        if block := self._block(which):
            part = self.parts[1 + where % (len(self.parts) - 1)]
            part.insert(1 if where % 2 else len(part), block)

    def add(self, which: int, where: int) -> None:
        self.parts[1 + where % (len(self.parts) - 1)].append(_line(5 + which % 4))

    def open(self, which: int, where: int) -> None:
        """Make a new section of a line that stands elsewhere, on top or at the end."""
        if block := self._block(which):
            part = [f"## New section {len(self.parts)}\n", block]
            self.parts.insert(1 if where % 2 else len(self.parts), part)

    def rename(self, which: int, where: int) -> None:
        part = self.parts[which % len(self.parts)]
        name = NAMES[where % len(NAMES)]
        if f"## {name}" not in [each[0].split("\n")[0] for each in self.parts]:
            part[0] = re.sub(r"^(#+) .*", rf"\1 {name}", part[0])

    def move(self, which: int, where: int) -> None:
        if block := self._block(which):
            self._replace(which, None)
            self.parts[1 + where % (len(self.parts) - 1)].append(block)

    def take_out(self, which: int, _where: int) -> None:
        if self._block(which):
            self._replace(which, None)

    def tick(self, which: int, _where: int) -> None:
        self._edit(which, lambda block: block.replace("[ ]", "[x]", 1))

    def untick(self, which: int, _where: int) -> None:
        self._edit(which, lambda block: block.replace("[x]", "[ ]", 1))

    def link(self, which: int, where: int) -> None:
        label, page = LABELS[where % len(LABELS)], where % 2
        added = f" [{label}](https://pages.example/{page})\n"
        self._edit(which, lambda block: block.replace("\n", added, 1))

    def note(self, which: int, where: int) -> None:
        text = f"\n\n  {NOTES[where % len(NOTES)]}\n\n"
        self._edit(which, lambda block: block if "thought" in block else block.rstrip("\n") + text)

    def correct(self, which: int, where: int) -> None:
        """Fix the title of a paper that is in the library: two new lines with two titles are two papers."""
        word = ("Study", "Survey")[where % 2]
        there = {_number(each["data"]["url"]) for each in self.world.zotero.top()}
        if (block := self._block(which)) and _number(block) in there:
            self._edit(which, lambda block: re.sub(r"A (\w+) of", f"A {word} of", block, count=1))

    # -- what happens in Zotero

    def tag(self, which: int, where: int) -> None:
        if key := self._item(which):
            self.world.tag(key, *(["read"] if where % 2 else []))

    def retitle(self, which: int, where: int) -> None:
        if key := self._item(which):
            self.world.edit(key, title=f"P{which}: Words of Zotero {where}")

    def put(self, which: int, where: int) -> None:
        """Move an item to one other collection, or add it to one."""
        if key := self._item(which):
            collections = [each["data"] for each in self.world.zotero.collections()]
            keys = [each["key"] for each in sorted(collections, key=lambda each: each["name"])]
            there = self.world.item(key)["collections"] if where % 2 else []
            self.has_moved_in_zotero = True
            chosen = keys[where % len(keys)]
            self.world.edit(key, collections=list(dict.fromkeys([*there, chosen])))

    # -- the law

    def sync(self) -> None:
        before = self.world.text = "".join("".join(part) for part in self.parts)
        result = self.world.run("sync", "--offline", "--max-removals", "100%")
        assert (result.code, result.err) == (0, ""), result
        assert "bug" not in result.out, result.out
        self.parts = _parse(self.world.text)
        self._check_changes(before)
        self._check_library()
        self.touched.clear()
        self.has_moved_in_zotero = False
        self._check_idle()

    def _check_changes(self, before: str) -> None:
        """A line changes only if its paper was edited in another line or in Zotero."""
        then, now = _lines(_parse(before)), _lines(self.parts)
        prose, left = ([each for each in lines if each[1] is None] for lines in (then, now))
        # Whatever was put in a collection of Zotero's that no section stands for gets a heading there.
        names = {f"## {each['data']['name']}" for each in self.world.zotero.collections()}
        new = [each for each in left if each not in prose]
        assert [each for each in left if each not in new] == prose
        assert not new or (self.has_moved_in_zotero and {each[2] for each in new} <= names)
        for number in {each[1] for each in (*then, *now)} - {None, *self.touched}:
            if not self.has_moved_in_zotero:
                assert [each for each in then if each[1] == number] == [
                    each for each in now if each[1] == number
                ]
        if not self.has_moved_in_zotero:
            assert [each[:2] for each in then] == [each[:2] for each in now]

    def _check_library(self) -> None:
        items = [each["data"] for each in self.world.zotero.everything(self.world.zotero.items())]
        top = [each for each in items if "parentItem" not in each]
        assert max(Counter(each["url"] for each in top).values()) == 1
        children = Counter(
            (each["parentItem"], each.get("url")) for each in items if "parentItem" in each
        )
        assert all(count == 1 for (_, url), count in children.items() if url)

    def _check_idle(self) -> None:
        state, asked = self.world.state(), len(self.world.sandbox.requests)
        self.world.do("sync", "--offline")
        assert self.world.state() == state
        assert all(each.method == "GET" for each in self.world.sandbox.requests[asked:])

    # -- the list as blocks

    def _edit(self, which: int, change: Callable[[str], str]) -> None:
        if block := self._block(which):
            self.touched.add(_number(block))
            self._replace(which, change(block))

    def _places(self) -> list[tuple[int, int]]:
        return [
            (at, index)
            for at, part in enumerate(self.parts)
            for index, block in enumerate(part)
            if _number(block)
        ]

    def _block(self, which: int) -> str | None:
        places = self._places()
        if not places:
            return None
        at, index = places[which % len(places)]
        return self.parts[at][index]

    def _replace(self, which: int, block: str | None) -> None:
        places = self._places()
        at, index = places[which % len(places)]
        self.parts[at][index : index + 1] = [] if block is None else [block]

    def _item(self, which: int) -> str | None:
        items = sorted(self.world.zotero.top(), key=lambda each: each["data"]["url"])
        if not items:
            return None
        found = items[which % len(items)]["data"]
        self.touched.add(_number(found["url"]))
        return str(found["key"])


def _line(number: int) -> str:
    title = f"**P{number}**: A Paper of Number {number}"
    return f"- [ ] {title}. CVPR2024 [Paper](https://arxiv.org/abs/2402.0000{number})\n"


def _paper(number: int, home: str) -> dict[str, Any]:
    title, url = (
        f"P{number}: A Paper of Number {number}",
        f"https://arxiv.org/abs/2402.0000{number}",
    )
    venue = {"conferenceName": "CVPR", "date": "2024", "shortTitle": f"P{number}"}
    return paper(title, url, collections=[home], **venue)


def _number(block: str) -> str | None:
    found = PAPER.search(block)
    return found[1] if found else None


def _parse(text: str) -> list[list[str]]:
    """Cut a list at its headings and entries."""
    parts = re.split(r"(?m)^(?=#)", text)
    return [re.split(r"(?m)^(?=- \[)", part) for part in parts if part]


def _lines(parts: Sequence[Sequence[str]]) -> list[tuple[str, str | None, str]]:
    """Return every block with its section and its paper, white space between blocks apart."""
    return [
        (part[0].split("\n")[0], _number(block), block.strip()) for part in parts for block in part
    ]


LIST_EVENTS = (
    "repeat", "repeat", "add", "open", "rename", "move", "take_out",
    "tick", "untick", "link", "note", "correct",
)  # fmt: skip
EVENTS = (*LIST_EVENTS, "tag", "retitle", "put", "sync", "sync", "sync")
events = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 11), st.integers(0, 11)),
    min_size=4,
    max_size=12,
)


# A fixed line beside a copy that went to a new section; then one whose copy there was taken out.
@example(
    [
        ("repeat", 2, 0), ("sync", 0, 0), ("open", 0, 1), ("take_out", 0, 0), ("move", 2, 0),
        ("correct", 8, 0),
    ],
    True,
)  # fmt: skip
@example(
    [
        ("repeat", 2, 0), ("open", 0, 1), ("sync", 0, 0), ("take_out", 0, 0), ("move", 2, 0),
        ("correct", 8, 0),
    ],
    True,
)  # fmt: skip
# A line that went to a section of the collection above, while a copy made another section.
@example(
    [("open", 0, 1), ("sync", 0, 0), ("repeat", 0, 1), ("open", 0, 0), ("move", 0, 1)],
    True,
)
# A line that went to a section of the collection where its copy stands.
@example(
    [("repeat", 0, 0), ("open", 0, 0), ("take_out", 0, 0), ("sync", 0, 0), ("move", 4, 1)],
    True,
)
# A tick that was taken away where it was copied from.
@example([("tick", 3, 0), ("sync", 0, 0), ("repeat", 3, 0), ("untick", 4, 0)], False)
# Two new sections of copies, and a line that moved meanwhile.
@example(
    [("open", 3, 0), ("open", 4, 10), ("repeat", 6, 10), ("move", 8, 9), ("repeat", 10, 11)],
    True,
)
@given(events, st.booleans())
@settings(max_examples=histories(6))
def _tell(events: list[tuple[str, int, int]], is_flat: bool) -> None:
    with (
        folder_in_memory() as folder,
        hurried() as patch,
        World(folder, patch) as world,
    ):
        history = History(world, is_flat=is_flat)
        for name, which, where in events:
            if name == "sync":
                history.sync()
            else:
                getattr(history, name)(which, where)
        history.sync()
        patch.chdir("/")


def test_any_history_of_copies_ends_in_step(
    record_property: Callable[[str, object], None],
) -> None:
    _tell()
    record_property(
        "reliability",
        "any history ends in step: nothing twice, no word lost"
        f"|random histories of a list with papers on several lines|{History.told}|0",
    )
