"""Two machines as in ``test_two_machines``, and all that befalls the files of years besides.

Git puts list, lock and bibliography back, together or alone; mirrors and locks are deleted, or copied from a
backup; the .bib is edited by hand; in Zotero, duplicates are merged, tags renamed, collections renamed,
citation keys chosen. At the end it comes to rest all the same: nothing twice, no word lost that git did not
take away, prose untouched. Where no list and no lock was put back, each list says what Zotero says.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.hunting import examples, steps
from tests.test_two_machines import SECTIONS, TwoMachines, machines, numbers, url
from tests.world import BIB, LIST, paper

LOCK, MIRROR = "zsync.lock", ".zsync/mirror.sqlite"
#: What is put back in one go; a list without its lock, a lock without its list.
TOGETHER = ((LIST, LOCK, BIB), (LIST, LOCK), (LOCK,), (LIST,), (BIB,), (MIRROR,), (LOCK, MIRROR))


class LongHistories(TwoMachines):
    """The machines of the law of two machines, in a world that is rougher."""

    told: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.commits: dict[str, dict[str, bytes]] = {}
        self.is_put_back = False
        self.in_bib: set[tuple[str, str]] = set()

    @initialize()
    def begin(self) -> None:
        super().begin()
        for name in ("left", "right"):
            self.go_to(name)
            self.world.settle(bib=True)
            self.sync(name)
            self.commit(name)

    # -- files

    @rule(name=machines)
    def commit(self, name: str) -> None:
        self.go_to(name)
        files = {each: self.world.folder / each for each in (LIST, LOCK, BIB, MIRROR)}
        self.commits[name] = {
            each: path.read_bytes() for each, path in files.items() if path.exists()
        }

    @rule(name=machines, names=st.sampled_from(TOGETHER))
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

    @rule(name=machines, which=st.sampled_from((LOCK, MIRROR, BIB)))
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

    @rule(name=machines, number=numbers)
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

    # -- Zotero

    @rule(number=numbers)
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

    @rule(new=st.sampled_from(("read", "seen", "later")))
    def rename_a_tag(self, new: str) -> None:
        for item in self.items():
            if {"tag": "read"} in item.get("tags", ()):
                self.world.edit(item["key"], tags=[{"tag": new}])

    @rule(number=numbers)
    def choose_a_citation_key(self, number: int) -> None:
        if item := self.item(number):
            self.world.edit(item["key"], extra=f"Citation Key: chosen{next(self.words)}")

    @rule(section=st.sampled_from(SECTIONS))
    def rename_a_collection(self, section: str) -> None:
        found = self.world.zotero.collection(self.places[section])["data"]
        self.world.zotero.update_collection({**found, "name": f"{section} {next(self.words)}"})

    # -- the end

    def items(self) -> list[dict[str, Any]]:
        """Give what is in the library, without what was merged into another."""
        found = super().items()
        return [one for one in found if one.get("url") or one.get("parentItem") or one.get("note")]

    def check(self) -> None:
        super().check()
        for name, word in self.in_bib:
            folder = self.base / name
            texts = [folder / BIB, *folder.glob(".zsync/kept/*")]
            assert any(word in path.read_text("utf-8") for path in texts), (name, word)

    def check_entry(self, item: dict[str, Any], children: list[dict[str, Any]]) -> None:
        if not self.is_put_back:
            super().check_entry(item, children)


def test_long_histories_end_in_step(record_property: Callable[[str, object], None]) -> None:
    run_state_machine_as_test(
        LongHistories,
        settings=settings(
            max_examples=examples(5),
            stateful_step_count=steps(14),
            phases=(Phase.explicit, Phase.generate),
        ),
    )
    record_property(
        "reliability",
        "any history ends in step: nothing twice, no word lost"
        "|random histories of two machines, Zotero, git, deleted and old files"
        f"|{LongHistories.told}|0",
    )
