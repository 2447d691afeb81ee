"""Two lists on two machines and a person in Zotero: whatever they do, and whatever fails, it ends in step.

At the end both machines sync until nothing moves. Then

* each list says what Zotero says of every paper of the collection: tick, title, note, links, section; a
  paper is missing only where its line was taken out of that very list, and a line that was typed keeps the
  title and the section that its author gave it;
* nothing is there twice: no paper, no note, no link, no subcollection;
* every word that anybody wrote is in Zotero, in a list, or in a ``.zsync/kept/``;
* prose between the entries is untouched;
* a further sync of either list sends nothing that writes.
"""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.breaking import Fault, Point, kill
from tests.hunting import History, event
from tests.world import World, paper
from zsync.core.model import Checkbox, Entry
from zsync.formats import reading_list

SYNC = ("sync", "--offline", "--max-removals", "100%")
SECTIONS = ("Vision", "Agents")
PROSE = ("Words of the author.", "> A quotation.  ", "<!-- a remark -->")
MOST_ROUNDS = 8
machines = st.sampled_from(("left", "right"))
numbers = st.integers(0, 4)
"""The last paper is not there at first."""


def url(number: int) -> str:
    return f"https://arxiv.org/abs/2401.0000{number}"


def line(number: int) -> str:
    return f"- [ ] **P{number}**: A Paper of Number {number}. CVPR2024 [Paper]({url(number)})"


class TwoMachines(History):
    """The machines are two folders with a list, a lock and a mirror each; Zotero is the sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self.words = (f"word{number}" for number in count())
        self.written: set[str] = set()
        self.taken_out: set[tuple[str, int]] = set()
        self.typed: set[tuple[str, int]] = set()
        for name in ("left", "right"):
            (self.folder / name).mkdir()
        self.world = self.opened.enter_context(World(self.folder / "left", self.patch))

    def begin(self) -> None:
        home = self.world.collection()
        self.places = {name: self.world.collection(name, home) for name in SECTIONS}
        text = "# List\n"
        for number, (name, prose) in enumerate(zip(SECTIONS, PROSE, strict=False)):
            text += f"\n## {name}\n{line(number)}\n{line(number + 2)}\n\n{prose}\n"
        for name in ("left", "right"):
            self.go_to(name)
            self.world.text = text + f"\n{PROSE[2]}\n"
            self.world.settle()
        self.sync("left")
        self.sync("right")

    # -- the machines

    def go_to(self, name: str) -> None:
        self.name = name
        self.world.folder = self.folder / name
        self.patch.chdir(self.world.folder)

    def entry(self, number: int) -> Entry | None:
        found = reading_list.parse(self.world.text).entries
        return next((one for one in found if one.links and one.links[0].url == url(number)), None)

    def rewrite(self, number: int, before: str, after: str) -> bool:
        """Replace a part of a paper's line."""
        entry = self.entry(number)
        if entry is None:
            return False
        lines = self.world.text.split("\n")
        lines[entry.line - 1] = re.sub(before, after, lines[entry.line - 1], count=1)
        self.world.text = "\n".join(lines)
        return True

    def heading(self, section: str) -> str | None:
        """Return the line of a section's heading, to which words may have been added."""
        lines = self.world.text.split("\n")
        return next((one for one in lines if re.match(rf"## {section}\b", one)), None)

    @event(name=machines, number=numbers, is_read=st.booleans())
    def tick(self, name: str, number: int, is_read: bool) -> None:
        self.go_to(name)
        self.rewrite(number, r"\[[ x]\]", "[x]" if is_read else "[ ]")

    @event(name=machines, number=numbers)
    def write_a_note(self, name: str, number: int) -> None:
        self.go_to(name)
        word = next(self.words)
        if self.rewrite(number, r"$", f"\n\n  A thought: {word}.\n"):
            self.written.add(word)

    @event(name=machines, number=numbers)
    def add_a_link(self, name: str, number: int) -> None:
        self.go_to(name)
        word = next(self.words)
        if self.rewrite(number, r"$", f" [{word}](https://{word}.example/)"):
            self.written.add(word)

    @event(name=machines, number=numbers, section=st.sampled_from(SECTIONS))
    def type_a_line(self, name: str, number: int, section: str) -> None:
        self.go_to(name)
        heading = self.heading(section)
        if heading and self.entry(number) is None and (name, number) not in self.taken_out:
            new = f"{heading}\n{line(number)}\n"
            self.world.text = self.world.text.replace(f"{heading}\n", new, 1)
            self.typed.add((name, number))

    @event(name=machines, number=numbers)
    def take_a_line_out(self, name: str, number: int) -> None:
        self.go_to(name)
        entry = self.entry(number)
        if entry is not None and entry.note is None and len(entry.links) == 1:
            lines = self.world.text.split("\n")
            del lines[entry.line - 1]
            self.world.text = "\n".join(lines)
            self.taken_out.add((name, number))

    @event(name=machines, number=numbers)
    def edit_a_note(self, name: str, number: int) -> None:
        self.go_to(name)
        entry = self.entry(number)
        if entry is None or entry.note is None:
            return
        word = next(self.words)
        first = entry.note.split("\n")[0]
        if f"  {first}\n" in self.world.text:
            self.world.text = self.world.text.replace(f"  {first}\n", f"  {first} And {word}.\n", 1)
            self.written.add(word)

    @event(name=machines, number=numbers, section=st.sampled_from(SECTIONS))
    def move_a_line(self, name: str, number: int, section: str) -> None:
        self.go_to(name)
        entry, heading = self.entry(number), self.heading(section)
        if entry is None or heading is None or first_word(entry.section[-1]) == section:
            return
        lines = self.world.text.split("\n")
        end = entry.line
        while end < len(lines) and not lines[end].startswith(("- [", "| ", "#", *PROSE)):
            end += 1
        while not lines[end - 1]:  # What stands below would else be of the line above.
            end -= 1
        block = lines[entry.line - 1 : end]
        del lines[entry.line - 1 : end]
        at = lines.index(heading) + 1
        self.world.text = "\n".join([*lines[:at], *block, *lines[at:]])

    @event(name=machines)
    def write_prose(self, name: str) -> None:
        self.go_to(name)
        word = next(self.words)
        self.world.text = self.world.text.replace("# List\n", f"# List\n\nRemark {word}.\n", 1)
        self.written.add(word)

    @event(name=machines)
    def sync(self, name: str) -> None:
        self.go_to(name)
        result = self.world.run(*SYNC)
        assert result.code in (0, 4), result

    @event(name=machines, moment=st.integers(1, 60))
    def sync_and_be_killed(self, name: str, moment: int) -> None:
        self.go_to(name)
        kill(self.world, SYNC, Point(moment, "", Fault.DIES_BEFORE))

    @event(name=machines, fault=st.sampled_from(("busy", "dropped", "lost", "cut", "moved")))
    def sync_in_trouble(self, name: str, fault: str) -> None:
        faults = self.world.sandbox.faults
        match fault:
            case "busy":
                faults.fail_next(2, 503, retry_after=0)
            case "dropped":
                faults.drop_next(1)
            case "lost":
                faults.lose_next(2)
            case "cut":
                faults.truncate_next(1)
            case "moved":
                faults.change_between_pages(1)
        self.sync(name)
        faults.clear()

    # -- the person in Zotero

    def items(self) -> list[dict[str, Any]]:
        """Return the papers of the library, those in the trash too."""
        found = self.world.zotero.everything(self.world.zotero.items(includeTrashed=1))
        return [one["data"] for one in found]

    def item(self, number: int) -> dict[str, Any] | None:
        """Return a paper's item; that in the trash only where no other is there, as after it was retyped."""
        found = [one for one in self.items() if one.get("url") == url(number)]
        return min(found, key=lambda one: one.get("deleted", 0), default=None)

    @event(number=numbers, tags=st.sampled_from(((), ("read",), ("other",), ("read", "other"))))
    def tag_in_zotero(self, number: int, tags: tuple[str, ...]) -> None:
        if item := self.item(number):
            self.world.edit(item["key"], tags=[{"tag": tag} for tag in tags])

    @event(number=numbers)
    def write_a_note_in_zotero(self, number: int) -> None:
        item = self.item(number)
        if item is None:
            return
        word = next(self.words)
        self.written.add(word)
        notes = [
            one for one in self.items() if one.get("parentItem") == item["key"] and "note" in one
        ]
        if notes and notes[0]["itemType"] == "note":
            html = f"{notes[0]['note']}<p>In Zotero: {word}.</p>"
            self.world.edit(notes[0]["key"], note=html)
        else:
            self.world.note(item["key"], f"<p>In Zotero: {word}.</p>")

    @event(number=numbers, section=st.sampled_from(SECTIONS))
    def move_in_zotero(self, number: int, section: str) -> None:
        if item := self.item(number):
            self.world.edit(item["key"], collections=[self.places[section]])

    @event(number=numbers)
    def retitle_in_zotero(self, number: int) -> None:
        if item := self.item(number):
            word = next(self.words)
            self.world.edit(item["key"], title=f"P{number}: A Paper of Number {number} {word}")

    @event(number=numbers, is_trashed=st.booleans())
    def trash_or_restore(self, number: int, is_trashed: bool) -> None:
        if item := self.item(number):
            self.world.edit(item["key"], deleted=int(is_trashed))

    @event(number=numbers, section=st.sampled_from(SECTIONS))
    def add_in_zotero(self, number: int, section: str) -> None:
        if self.item(number) is None:
            self.world.add(
                paper(
                    f"P{number}: A Paper of Number {number}",
                    url(number),
                    shortTitle=f"P{number}",
                    date="2024",
                    conferenceName="CVPR",
                    collections=[self.places[section]],
                )
            )

    # -- the end

    def end(self) -> None:
        """Sync both until nothing moves, and look at what is there."""
        self.world.sandbox.faults.clear()
        for _ in range(MOST_ROUNDS):
            before = len(self.world.sandbox.requests)
            texts = self.texts()
            for name in ("left", "right"):
                self.go_to(name)
                self.world.do(*SYNC)
            writes = [one for one in self.world.sandbox.requests[before:] if one.method != "GET"]
            if not writes and self.texts() == texts:
                break
        else:
            raise AssertionError("the machines never come to rest")
        self.check()

    def texts(self) -> list[str]:
        return [(self.folder / name / "README.md").read_text("utf-8") for name in ("left", "right")]

    def check(self) -> None:
        found = self.items()
        every = [one for one in found if one["itemType"] not in ("note", "attachment")]
        living = Counter(one["url"] for one in every if not one.get("deleted"))
        assert not living or max(living.values()) == 1, every
        papers = [one for one in every if not (one.get("deleted") and living[one["url"]])]
        children = Counter(
            (one["parentItem"], one.get("note"), one.get("url"))
            for one in found
            if one.get("parentItem")
        )
        assert children.most_common(1) == [] or children.most_common(1)[0][1] == 1, children
        self.names = {one["key"]: one["data"]["name"] for one in self.world.zotero.collections()}
        assert len(set(self.names.values())) == len(self.names)
        for name in ("left", "right"):
            self.go_to(name)
            prose = [one for one in self.world.text.split("\n") if one in PROSE]
            assert sorted(prose) == sorted(PROSE)
            self.said = self.world.do("status")
            assert "would" not in self.said, self.said
            for one in papers:
                self.check_entry(
                    one, [child for child in found if child.get("parentItem") == one["key"]]
                )
        kept = [path.read_text("utf-8") for path in self.folder.glob("*/.zsync/kept/*")]
        everywhere = "\n".join([repr(found), *self.texts(), *kept])
        assert not {word for word in self.written if word not in everywhere}

    def check_entry(self, item: dict[str, Any], children: list[dict[str, Any]]) -> None:
        number = int(item["url"][-1])
        entry = self.entry(number)
        if item.get("deleted"):
            assert entry is None, item["title"]
            return
        if entry is None:
            assert (self.name, number) in self.taken_out, item["title"]
            return
        assert (entry.checkbox is Checkbox.CHECKED) == ({"tag": "read"} in item["tags"]), item
        if (self.name, number) not in self.typed:
            assert f"{entry.short}: {entry.title}" == item["title"]
            (place,) = item["collections"]
            assert first_word(entry.section[-1]) == first_word(self.names[place])
        notes = " ".join(one["note"] for one in children if one["itemType"] == "note")
        assert letters(entry.note or "") == letters(unescape(re.sub("<[^>]*>", " ", notes)))
        links = {one["url"] for one in children if one["itemType"] == "attachment"}
        assert {one.url for one in entry.links[1:]} == links


def first_word(name: str) -> str:
    return name.split()[0]


def letters(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))


def test_two_machines_end_in_step(record_property: Callable[[str, object], None]) -> None:
    TwoMachines.tell(8, most=12)
    record_property(
        "reliability",
        "any history ends in step: nothing twice, no word lost"
        f"|random histories of two machines and Zotero, with kills and faults|{TwoMachines.told}|0",
    )
