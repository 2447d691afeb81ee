"""Any list, edited as people and programs edit lists: nothing is made twice, overwritten or moved by mistake.

A list of a few papers is adopted. Then its author copies lines into other sections, edits one copy or all of
them, and renames, splits and joins sections; a program lays the text out again (wrapped lines, other
markers, emphasis, a table, bullets below the name of a group); and somebody edits Zotero. After every sync

* it succeeded;
* the list changed only in entries of papers of which Zotero or another copy says something new;
* no paper has two items, and none went;
* every title in Zotero is one that a person typed;
* once more it writes nothing: neither the list nor Zotero.
"""

import re
import textwrap
from collections.abc import Callable
from difflib import SequenceMatcher

from hypothesis import strategies as st

from tests.hunting import History, event
from tests.world import World

SYNC = ("sync", "--offline", "--yes", "--max-removals", "100%", "--max-retitles", "100")
TITLES = (
    ("Sparta", "Learning Sparse Routes Through Dense Graphs"),
    ("", "On the Patience of Gradient Descent"),
    ("", "How Much Memory Does a Language Model Need to Forget?"),
    ("ViLo", "Vision and Localization with a Single Frozen Encoder"),
    ("", "图结构推理的自适应剪枝方法研究"),
    ("Tern", "A Benchmark of Long-Range Tool Use in Open Worlds"),
)
VENUES = ("CVPR2024", "ICLR 2023", "arXiv 2022")
SECTIONS = ("Vision", "Agents", "Theory")
papers = st.integers(0, len(TITLES) - 1)
places = st.integers(0, 7)

ENTRY = re.compile(r"(?m)^ *[-*] \[[ x]\].*(?:\n +(?! *[-*] )\S.*)*")
"""A bullet with a box and the lines that continue it; a note stands behind a blank line."""


def url(number: int) -> str:
    return f"https://arxiv.org/abs/2401.0{number}417"


def number_of(text: str) -> int | None:
    """Return which paper a piece of the list names, by its address."""
    found = re.search(r"2401\.0(\d)417", text)
    return int(found.group(1)) if found else None


def line(number: int) -> str:
    short, title = TITLES[number]
    name = f"**{short}**: {title}" if short else title
    return f"- [ ] {name}. {VENUES[number % 3]} [Paper]({url(number)})"


class AnyList(History):
    """One list, one lock, one library in the sandbox."""

    def __init__(self) -> None:
        super().__init__()
        self.world = self.opened.enter_context(World(self.folder, self.patch))
        self.words = 0
        self.edited: set[int] = set()
        # What Zotero says of a line that does not read well may come into the list much later.
        self.edited_in_zotero: set[int] = set()
        self.typed = {number: {whole_title(*title)} for number, title in enumerate(TITLES)}

    @event(dealt=st.lists(st.sampled_from(SECTIONS), min_size=6, max_size=6))
    def begin(self, dealt: list[str]) -> None:
        parts = ["# List", "Words of the author."]
        for section in SECTIONS:
            lines = [line(number) for number, each in enumerate(dealt) if each == section]
            parts += [f"## {section}", "\n".join(lines)]
        self.world.collection()
        self.world.settle()
        self.world.text = "\n\n".join(part for part in parts if part) + "\n"
        self.world.do("link")
        self.sync()

    def end(self) -> None:
        self.sync()

    # -- what the author does

    def entries(self, number: int | None = None) -> list[re.Match[str]]:
        found = ENTRY.finditer(self.world.text)
        return [each for each in found if number is None or number_of(each.group()) == number]

    def rewrite(self, number: int, place: int, before: str, after: str) -> bool:
        """Replace a part of one of a paper's lines."""
        found = self.entries(number)
        if not found:
            return False
        chosen = found[place % len(found)]
        new = re.sub(before, after, chosen.group(), count=1)
        self.splice(chosen.start(), chosen.end(), new)
        self.edited.add(number)
        return new != chosen.group()

    def splice(self, start: int, end: int, new: str) -> None:
        text = self.world.text
        self.world.text = text[:start] + new + text[end:]

    def word(self) -> str:
        self.words += 1
        return "abcdefghij"[self.words % 10] * 3 + f"word{self.words}"

    @event(number=papers, place=places, is_read=st.booleans())
    def tick(self, number: int, place: int, is_read: bool) -> None:
        self.rewrite(number, place, r"\[[ x]\]", "[x]" if is_read else "[ ]")

    @event(number=papers, place=places)
    def type_a_link(self, number: int, place: int) -> None:
        self.rewrite(number, place, r"\Z", f" [Code](https://code.example/{self.word()})")

    @event(number=papers, place=places)
    def type_a_note(self, number: int, place: int) -> None:
        self.rewrite(number, place, r"\Z", f"\n\n  A thought of {self.word()}.\n")

    @event(number=papers, is_everywhere=st.booleans(), place=places)
    def mend_the_title(self, number: int, is_everywhere: bool, place: int) -> None:
        """Add a word to the title, in one line or in all of them."""
        word = self.word()
        title = r"\s+".join(map(re.escape, TITLES[number][1].split()))
        count = len(self.entries(number)) if is_everywhere else 1
        changed = [
            self.rewrite(number, place + each, title, rf"\g<0> {word}") for each in range(count)
        ]
        if any(changed):
            self.typed[number].add(word)

    @event(number=papers, place=places, section=st.sampled_from(SECTIONS))
    def copy(self, number: int, place: int, section: str) -> None:
        """Repeat a line at the end of a section, without its note."""
        found = self.entries(number)
        heading = re.search(rf"(?m)^## {section}.*$", self.world.text)
        if found and heading:
            piece = textwrap.dedent(found[place % len(found)].group())
            self.splice(heading.end(), heading.end(), f"\n\n{piece}")

    @event(number=papers, place=places)
    def take_out_a_copy(self, number: int, place: int) -> None:
        found = self.entries(number)
        if len(found) > 1:
            chosen = found[place % len(found)]
            self.splice(chosen.start(), chosen.end(), "")

    @event(section=st.sampled_from(SECTIONS))
    def rename_a_heading(self, section: str) -> None:
        self.replace_all(rf"(?m)^## {section}.*$", f"## {section} {self.word()}")

    @event(place=places)
    def split_a_section(self, place: int) -> None:
        found = self.entries()
        if found:
            start = found[place % len(found)].start()
            self.splice(start, start, f"\n\n## Split {self.word()}\n\n")

    @event()
    def join_a_section(self) -> None:
        self.replace_all(r"(?m)^## Split .*\n", "", count=1)

    def replace_all(self, before: str, after: str, count: int = 0) -> None:
        self.world.text = re.sub(before, after, self.world.text, count=count)

    # -- what a program does: nothing is said by it

    @event(width=st.sampled_from((40, 60, 80)))
    def wrap(self, width: int) -> None:
        for each in reversed(self.entries()):
            joined = " ".join(each.group().split("\n  "))
            lead = joined[: len(joined) - len(joined.lstrip())]
            wrapped = textwrap.wrap(
                joined,
                width,
                initial_indent="",
                subsequent_indent=lead + "  ",
                break_long_words=False,
                break_on_hyphens=False,
                drop_whitespace=True,
            )
            self.splice(each.start(), each.end(), lead + "\n".join(wrapped).lstrip())

    @event()
    def unwrap(self) -> None:
        for each in reversed(self.entries()):
            lines = each.group().split("\n")
            self.splice(each.start(), each.end(), " ".join([lines[0], *map(str.strip, lines[1:])]))

    @event(marker=st.sampled_from("-*"))
    def change_markers(self, marker: str) -> None:
        self.replace_all(r"(?m)^( *)[-*] \[", rf"\1{marker} [")

    @event(number=papers, sign=st.sampled_from(("*", "_", "")))
    def emphasise(self, number: int, sign: str) -> None:
        title = rf"{re.escape(TITLES[number][1])}(?:\s+[a-j]{{3}}word\d+)*"
        self.replace_all(rf"[*_]?({title})[*_]?", rf"{sign}\1{sign}")

    @event(place=places)
    def indent(self, place: int) -> None:
        """Indent one line, by accident or as a paper that follows from the one above."""
        found = self.entries()
        if len(found) > 1:
            chosen = found[1 + place % (len(found) - 1)]
            self.splice(chosen.start(), chosen.end(), textwrap.indent(chosen.group(), "  "))

    @event(section=st.sampled_from(SECTIONS), name=st.sampled_from(("Surveys", "Search & Rescue")))
    def put_below_a_group(self, section: str, name: str) -> None:
        found = re.search(
            rf"(?ms)^## {section}[^\n]*\n+((?:[-*] .*?)+)(?=\n\n|\Z)", self.world.text
        )
        if found:
            below = textwrap.indent(found.group(1), "  ")
            self.splice(found.start(1), found.end(1), f"- {name}\n{below}")

    @event(section=st.sampled_from(SECTIONS))
    def make_a_table(self, section: str) -> None:
        """Turn the bullets of a section into a table, where they have neither notes nor further links."""
        found = re.search(rf"(?m)^## {section}.*\n+((?:[-*] \[.*\n)+)(?=\n|\Z)", self.world.text)
        if not found:
            return
        shape = r"[-*] \[([ x])\] (.+?)\. (\w+ ?\d{4}) \[Paper\]\((\S+?)\)\Z"
        cells = [re.fullmatch(shape, each) for each in found.group(1).rstrip("\n").split("\n")]
        if all(cells):
            rows = [
                f"| {'✅' if each[1] == 'x' else ''} | {each[2]} | {each[3]} | [Paper]({each[4]}) |"
                for each in cells
                if each
            ]
            table = ["| Read | Title | Venue | Link |", "| --- | --- | --- | --- |", *rows]
            self.splice(found.start(1), found.end(1), "\n".join(table) + "\n")

    # -- what happens in Zotero

    def item(self, number: int) -> str:
        found = [
            each["key"] for each in self.world.zotero.top() if each["data"]["url"] == url(number)
        ]
        return str(found[0])

    @event(number=papers, is_read=st.booleans())
    def tag(self, number: int, is_read: bool) -> None:
        self.world.tag(self.item(number), *(["read"] if is_read else []))
        self.edited_in_zotero.add(number)

    @event(number=papers)
    def note_in_zotero(self, number: int) -> None:
        self.world.note(self.item(number), f"<p>Zotero says {self.word()}.</p>")
        self.edited_in_zotero.add(number)

    @event(number=papers)
    def retitle_in_zotero(self, number: int) -> None:
        key, word = self.item(number), self.word()
        self.world.edit(key, title=f"{self.world.item(key)['title']} {word}")
        self.typed[number].add(word)
        self.edited_in_zotero.add(number)

    # -- the laws

    @event()
    def sync(self) -> None:
        before = self.world.text
        self.world.do(*SYNC)
        self.check_list(before, self.world.text)
        self.check_library()
        self.edited.clear()
        state, version = self.world.state(), self.world.zotero.last_modified_version()
        self.world.do(*SYNC)
        assert self.world.state() == state
        assert self.world.zotero.last_modified_version() == version

    def check_list(self, before: str, after: str) -> None:
        """Only the entries of papers of which something new was said may have changed."""
        (old, owners), (new, new_owners) = owned(before), owned(after)
        for kind, start, end, first, last in SequenceMatcher(None, old, new, False).get_opcodes():
            if kind != "equal":
                touched = {*owners[start:end], *new_owners[first:last]}
                assert touched <= self.edited | self.edited_in_zotero, (
                    touched,
                    old[start:end],
                    new[first:last],
                )

    def check_library(self) -> None:
        found = [each["data"] for each in self.world.zotero.everything(self.world.zotero.top())]
        assert sorted(each["url"] for each in found) == [
            url(number) for number in range(len(TITLES))
        ]
        for each in found:
            number = number_of(each["url"])
            assert number is not None
            typed = {word for title in self.typed[number] for word in title.split()}
            assert set(each["title"].split()) <= typed, (each["title"], typed)
            assert TITLES[number][1].split()[0] in each["title"]


def owned(text: str) -> tuple[list[str], list[int | None]]:
    """Return the lines of a list, and for each the paper to which it belongs: its own lines and its note."""
    lines = text.split("\n")
    starts = {
        text.count("\n", 0, each.start()): number_of(each.group()) for each in ENTRY.finditer(text)
    }
    owners: list[int | None] = []
    owner: int | None = None
    for index, each in enumerate(lines):
        if each.startswith("#"):
            owner = None
        elif index in starts or each.startswith("| "):
            owner = starts.get(index, number_of(each))
        owners.append(owner)
    return lines, owners


def whole_title(short: str, title: str) -> str:
    return f"{short}: {title}" if short else title


def test_any_list_ends_in_step(record_property: Callable[[str, object], None]) -> None:
    AnyList.tell(6, most=12)
    record_property(
        "reliability",
        "any history ends in step: nothing twice, no word lost"
        f"|random histories of a list that people and programs lay out again|{AnyList.told}|0",
    )
