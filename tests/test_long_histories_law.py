"""Two machines as in ``test_two_machines``, and all that befalls the files of years besides.

Git puts list, lock and bibliography back, together or alone, and merges those of both machines; mirrors and
locks are deleted, or copied from a backup; sections are renamed, moved, emptied and made tables; the .bib is
edited by hand; in Zotero, duplicates are merged, tags renamed, collections renamed, citation keys chosen. At
the end it comes to rest all the same: nothing twice, no word lost that git did not take away, prose
untouched. Where git left no list and lock that were not of one moment, each list says what Zotero says.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from tests.hunting import event
from tests.test_two_machines import (
    SECTIONS,
    TwoMachines,
    machines,
    numbers,
    url,
)
from tests.world import BIB, LIST, paper

SHARED = (LIST, "zsync.lock", BIB)
LOCK, MIRROR = "zsync.lock", ".zsync/mirror.sqlite"
#: What is put back in one go; a list without its lock, a lock without its list.
sections = st.sampled_from(SECTIONS)
TOGETHER = ((LIST, LOCK, BIB), (LIST, LOCK), (LOCK,), (LIST,), (BIB,), (MIRROR,), (LOCK, MIRROR))


class LongHistories(TwoMachines):
    """The machines of the law of two machines, in a world that is rougher."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: dict[str, dict[str, bytes]] = {}
        self.is_put_back = False
        self.in_bib: set[tuple[str, str]] = set()

    def begin(self) -> None:
        super().begin()
        for name in ("left", "right"):
            self.go_to(name)
            self.world.settle(bib=True)
            self.sync(name)
        self.ancestor = self.folder / "ancestor"
        self.ancestor.mkdir()
        self.agree({each: (self.folder / "left" / each).read_bytes() for each in SHARED})
        for name in ("left", "right"):
            self.commit(name)

    # -- files

    def agree(self, files: dict[str, bytes]) -> None:
        """Let both machines have the same files, which git will know as their common ancestor."""
        for name in ("left", "right", "ancestor"):
            for each, content in files.items():
                (self.folder / name / each).write_bytes(content)

    @event()
    def sync_both(self) -> None:
        self.sync("left")
        self.sync("right")

    @event(ours=st.sampled_from(("--ours", "--theirs")), synced=st.sets(machines))
    def merge_by_git(self, ours: str, synced: set[str]) -> None:
        """Both get what git makes of both; who has a conflict in a file of zsync's takes one side's lines."""
        for name in synced:
            self.sync(name)
        if any(not (self.folder / name / LOCK).exists() for name in ("left", "right")):
            return
        merged: dict[str, bytes] = {}
        for each in SHARED:
            texts = [self.folder / name / each for name in ("left", "ancestor", "right")]
            if not all(path.exists() for path in texts):
                continue
            done = _git_merge_file(*texts)
            if done.returncode and each == LIST:
                return
            if done.returncode:
                done = _git_merge_file(ours, *texts)
                self._give_up("left", each)
                self._give_up("right", each)
                self.is_put_back = self.is_put_back or each == LOCK
            merged[each] = done.stdout
        self.agree(merged)
        addresses = Counter(re.findall(r"2401\.0000\d", self.world.text))
        self.is_put_back = self.is_put_back or any(count > 1 for count in addresses.values())
        for those in (self.taken_out, self.typed):
            those |= {(name, number) for name in ("left", "right") for _, number in those}

    @event(name=machines)
    def commit(self, name: str) -> None:
        self.go_to(name)
        files = {each: self.world.folder / each for each in (LIST, LOCK, BIB, MIRROR)}
        self.commits[name] = {
            each: path.read_bytes() for each, path in files.items() if path.exists()
        }

    @event(name=machines, names=st.sampled_from(TOGETHER))
    def put_back(self, name: str, names: tuple[str, ...]) -> None:
        """What git takes away on purpose is not lost; a word of Zotero's may be, if a list is old again."""
        self.go_to(name)
        for each in names:
            path, old = self.world.folder / each, self.commits[name].get(each)
            if old is None:
                continue
            self._give_up(name, each)
            path.write_bytes(old)
            self.is_put_back = self.is_put_back or each in (LIST, LOCK)

    @event(name=machines, which=st.sampled_from((LOCK, MIRROR, BIB)))
    def delete(self, name: str, which: str) -> None:
        self.go_to(name)
        self._give_up(name, which)
        (self.world.folder / which).unlink(missing_ok=True)
        self.is_put_back = self.is_put_back or which == LOCK

    def _give_up(self, name: str, file: str) -> None:
        """Ask no more for the words that go with a file, which somebody takes away on purpose."""
        if file == BIB:
            self.in_bib = {each for each in self.in_bib if each[0] != name}
        if file == LIST:
            self.written -= {word for word in self.written if word in self.world.text}

    @event(name=machines, number=numbers)
    def edit_the_bib(self, name: str, number: int) -> None:
        """Somebody adds a field to a record, and a record of their own below."""
        self.go_to(name)
        path, word = self.world.folder / BIB, next(self.words)
        if not path.exists():
            return
        text = path.read_text("utf-8")
        head = re.search(rf"@\w+\{{[^@]*?2401\.0000{number}", text)
        if head:
            at = text.index("\n", head.start()) + 1
            text = f"{text[:at]}  annote = {{{word}}},\n{text[at:]}"
        else:
            text += f"\n@misc{{own{word},\n  title = {{Own {word}}},\n}}\n"
        path.write_text(text, encoding="utf-8")
        self.in_bib.add((name, word))

    # -- the list

    def is_row(self, number: int) -> bool:
        entry = self.entry(number)
        return entry is not None and self.world.text.split("\n")[entry.line - 1].startswith("|")

    def rewrite(self, number: int, before: str, after: str) -> bool:
        """Replace a part of a paper's line; what comes at the end of a row stands in its last cell."""
        if self.is_row(number):
            if "\n" in after:
                return False
            if before == "$":
                before, after = r" \|$", f"{after} |"
        return super().rewrite(number, before, after)

    @event(name=machines, number=numbers, section=sections)
    def move_a_line(self, name: str, number: int, section: str) -> None:
        self.go_to(name)
        if not self.is_row(number):
            super().move_a_line(name, number, section)

    @event(name=machines, section=sections)
    def empty_a_section(self, name: str, section: str) -> None:
        (other,) = set(SECTIONS) - {section}
        for number in range(5):
            self.move_a_line(name, number, other)

    @event(name=machines, section=sections)
    def rename_a_heading(self, name: str, section: str) -> None:
        self.go_to(name)
        if heading := self.heading(section):
            new = f"## {section} {next(self.words)}\n"
            self.world.text = self.world.text.replace(f"{heading}\n", new, 1)

    @event(name=machines)
    def move_a_section(self, name: str) -> None:
        """What stands first comes last."""
        self.go_to(name)
        head, *parts = re.split(r"(?m)^(?=## )", self.world.text.rstrip("\n") + "\n\n")
        self.world.text = "".join([head, *parts[1:], *parts[:1]])

    @event(name=machines, section=sections)
    def make_a_table(self, name: str, section: str) -> None:
        """Make rows of the lines below a heading that have no note."""
        self.go_to(name)
        heading = self.heading(section)
        bullets = rf"(?m)^{re.escape(heading or '')}\n+((?:- \[.*\n)+)(?=\n(?! )|\Z)"
        shape = r"- \[([ x])\] (.+)\. (CVPR2024) (\[.+)"
        found = re.search(bullets, self.world.text) if heading else None
        cells = [re.fullmatch(shape, each) for each in found[1].splitlines()] if found else []
        if found and all(cells):
            rows = [
                f"| [{each[1]}] | {each[2]} | {each[3]} | {each[4]} |" for each in cells if each
            ]
            table = ["", "| Read | Title | Venue | Links |", "| --- | --- | --- | --- |", *rows, ""]
            start, end = found.span(1)
            text = self.world.text
            self.world.text = text[:start] + "\n".join(table) + text[end:]

    # -- Zotero

    @event(number=numbers)
    def merge_with_a_duplicate(self, number: int) -> None:
        """The item that was there goes into the trash; the new one says that it replaces it."""
        item = self.item(number)
        if item is None or item.get("deleted"):
            return
        heir = paper(
            item["title"],
            url(number),
            shortTitle=item.get("shortTitle", ""),
            date="2024",
            conferenceName="CVPR",
            collections=item["collections"],
            tags=item["tags"],
            relations={"dc:replaces": f"http://zotero.org/users/1/items/{item['key']}"},
        )
        (key,) = self.world.add(heir)
        for child in [one for one in self.items() if one.get("parentItem") == item["key"]]:
            self.world.edit(child["key"], parentItem=key)
        # Its address goes too, as if it had been another's: the law looks for papers by their address.
        self.world.edit(item["key"], deleted=1, url="")

    @event(new=st.sampled_from(("read", "seen", "later")))
    def rename_a_tag(self, new: str) -> None:
        for item in self.items():
            if {"tag": "read"} in item.get("tags", ()):
                self.world.edit(item["key"], tags=[{"tag": new}])

    @event(number=numbers)
    def choose_a_citation_key(self, number: int) -> None:
        if item := self.item(number):
            self.world.edit(item["key"], extra=f"Citation Key: chosen{next(self.words)}")

    @event(section=st.sampled_from(SECTIONS))
    def rename_a_collection(self, section: str) -> None:
        found = self.world.zotero.collection(self.places[section])["data"]
        self.world.zotero.update_collection({**found, "name": f"{section} {next(self.words)}"})

    # -- the end

    def items(self) -> list[dict[str, Any]]:
        """Return what is in the library, without what was merged into another."""
        found = super().items()
        return [one for one in found if one.get("url") or one.get("parentItem") or one.get("note")]

    def check(self) -> None:
        super().check()
        for name, word in self.in_bib:
            folder = self.folder / name
            texts = [folder / BIB, *folder.glob(".zsync/kept/*")]
            assert any(word in path.read_text("utf-8") for path in texts), (name, word)

    def check_entry(self, item: dict[str, Any], children: list[dict[str, Any]]) -> None:
        """What cannot be written, as the line of a paper that is now among the rows of a table, is named."""
        number = int(item["url"][-1])
        is_named = f"of P{number}:" in self.said
        if not self.is_put_back and not self.is_row(number) and not is_named:
            super().check_entry(item, children)


def _git_merge_file(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", "merge-file", "-p", *map(str, arguments)], capture_output=True, check=False
    )


@pytest.mark.parametrize("emptied", SECTIONS)
def test_a_section_may_be_emptied_into_another_while_both_are_renamed(emptied: str) -> None:
    with LongHistories() as history:
        history.begin()
        history.empty_a_section("right", emptied)
        for section in SECTIONS:
            history.rename_a_heading("right", section)
        history.end()


def test_a_section_may_be_renamed_while_half_of_its_lines_are_moved() -> None:
    with LongHistories() as history:
        history.begin()
        history.add_in_zotero(4, "Agents")
        history.type_a_line("right", 4, "Vision")
        history.move_a_line("right", 3, "Vision")
        history.rename_a_heading("right", "Agents")
        history.end()


def test_a_line_that_cannot_go_among_the_rows_of_a_table_takes_no_section_with_it() -> None:
    with LongHistories() as history:
        history.begin()
        history.make_a_table("left", "Vision")
        history.empty_a_section("right", "Vision")
        history.move_a_line("right", 1, "Vision")
        history.end()


def test_long_histories_end_in_step(record_property: Callable[[str, object], None]) -> None:
    LongHistories.tell(5, most=20)
    record_property(
        "reliability",
        "any history ends in step: nothing twice, no word lost"
        "|random histories of two machines, Zotero, git, deleted and old files"
        f"|{LongHistories.told}|0",
    )
