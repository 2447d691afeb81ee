"""Laws over invented histories: people edit the list, other people edit Zotero, and pulls come in between.

Whatever the order: after the last pull the list says what Zotero says in every linked field that nobody
edited in the list, the bibliography holds every paper once, no byte outside linked entries changed, and a
further pull does nothing.
"""

from collections.abc import Callable
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hunting import folder_in_memory, histories, hurried
from tests.world import World, paper
from zsync.core.model import Checkbox, Entry
from zsync.formats import reading_list

TITLES = ("Alpha Networks", "Beta: A Survey?", "伽马模型", "Delta *Star* [Draft]", "Epsilon & Sons")
NOTES = (
    "",
    "<p>One line.</p>",
    "<p>两行。</p><p>- not a list</p>",
    "<ul><li>a</li><li>b</li></ul>",
)
SECTIONS = ("Reading list", "Below")
PROSE = (
    "<!-- kept -->",
    "- [ ] A paper that is not in Zotero. ICML2020 [Paper](https://example.org/other)",
    "Words of the author.\t",
    "> quote  ",
)


class History:
    """One history: Zotero's papers by number, and what was edited in the list."""

    told: ClassVar[int] = 0

    def __init__(self, world: World) -> None:
        History.told += 1
        self.world = world
        home = world.collection()
        self.places = {"Reading list": home, "Below": world.collection("Below", home)}
        self.keys: dict[int, str] = {}
        self.notes: dict[int, str] = {}
        self.edited: set[tuple[int, str]] = set()
        self.removed: set[int] = set()
        world.text = "# List\n\nintro\n\n## Reading list\n"
        world.settle(bib=True)
        self.add(0, 0)
        self.pull()
        for line in PROSE:
            world.text += f"\n{line}\n"

    # -- what happens in Zotero

    def add(self, number: int, title: int) -> None:
        if number in self.keys:
            return
        (self.keys[number],) = self.world.add(
            paper(
                f"{TITLES[title]} {number}",
                _url(number),
                date="2024",
                conferenceName="CVPR",
                collections=[self.places["Reading list"]],
            )
        )

    def retitle(self, number: int, title: int) -> None:
        if number in self.keys:
            self.world.edit(self.keys[number], title=f"{TITLES[title]} {number}")

    def tag(self, number: int, choice: int) -> None:
        if number in self.keys:
            self.world.tag(self.keys[number], *(["read"] if choice % 2 else ["other"]))

    def note(self, number: int, choice: int) -> None:
        if number not in self.keys:
            return
        html = NOTES[choice % len(NOTES)]
        if number in self.notes:
            self.world.edit(self.notes[number], note=html)
        elif html:
            self.notes[number] = self.world.note(self.keys[number], html)

    def move(self, number: int, choice: int) -> None:
        if number in self.keys:
            place = self.places[SECTIONS[choice % 2]]
            self.world.edit(self.keys[number], collections=[place])

    def trash(self, number: int, choice: int) -> None:
        if number in self.keys:
            self.world.edit(self.keys[number], deleted=choice % 2)

    # -- what happens in the list

    def tick(self, number: int, choice: int) -> None:
        box = "[x]" if choice % 2 else "[ ]"
        if self._rewrite(number, lambda line: f"- {box}{line[5:]}"):
            self.edited.add((number, "read"))

    def reword(self, number: int, choice: int) -> None:
        if self._rewrite(number, lambda line: line.replace("CVPR2024", f"Workshop{2000 + choice}")):
            self.edited.add((number, "venue"))

    def take_out(self, number: int, _choice: int) -> None:
        entry = self._entry(number)
        if entry is None or entry.note:
            return
        lines = self.world.text.split("\n")
        del lines[entry.line - 1]
        self.world.text = "\n".join(lines)
        self.removed.add(number)

    def _rewrite(self, number: int, change: Callable[[str], str]) -> bool:
        entry = self._entry(number)
        if entry is None:
            return False
        lines = self.world.text.split("\n")
        lines[entry.line - 1] = change(lines[entry.line - 1])
        self.world.text = "\n".join(lines)
        return True

    def _entry(self, number: int) -> Entry | None:
        found = reading_list.parse(self.world.text).entries
        return next(
            (each for each in found if each.links and each.links[0].url == _url(number)), None
        )

    def pull(self) -> None:
        self.world.do("pull", "--max-removals", "100%")

    # -- the laws

    def check(self) -> None:
        self.pull()
        before = self.world.state()
        said = self.world.do("pull", "--max-removals", "100%")
        waiting = [line for line in said.splitlines() if line.startswith("    line ")]
        assert "Nothing to pull" in said
        is_own = ["A paper that is not in Zotero" in line for line in waiting]
        assert is_own == [True] or self.edited or self.removed
        assert self.world.state() == before
        lines = self.world.text.split("\n")
        assert [line for line in lines if line in PROSE] == list(PROSE)
        for number, key in self.keys.items():
            self._check_entry(number, key)
        living = [key for key in self.keys.values() if not self.world.item(key).get("deleted")]
        assert self.world.bib.count("@inproceedings{") == len(living)

    def _check_entry(self, number: int, key: str) -> None:
        entry = self._entry(number)
        item = self.world.item(key)
        if item.get("deleted"):
            assert entry is None
            return
        if entry is None:
            assert number in self.removed
            return
        if (number, "read") not in self.edited:
            is_read = {"tag": "read"} in item["tags"]
            assert entry.checkbox is (Checkbox.CHECKED if is_read else Checkbox.UNCHECKED)
        short = f"{entry.short}: " if entry.short else ""
        assert _letters(short + entry.title) == _letters(item["title"])
        if (number, "venue") not in self.edited:
            assert (entry.venue, entry.year) == ("CVPR", 2024)
        html = self.world.item(self.notes[number])["note"] if number in self.notes else ""
        assert bool(entry.note) == bool(_letters(html.replace("<p>", "").replace("</p>", "")))
        place = next(name for name, each in self.places.items() if each in item["collections"])
        assert entry.section[-1] == place


def _url(number: int) -> str:
    return f"https://arxiv.org/abs/2401.0000{number}"


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


OPERATIONS = (
    "add",
    "retitle",
    "tag",
    "note",
    "move",
    "trash",
    "tick",
    "reword",
    "take_out",
    "pull",
)
_events = st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 3), st.integers(0, len(TITLES) - 1))


@settings(max_examples=histories(20))
@given(st.lists(_events, min_size=3, max_size=10))
def _tell(events: list[tuple[str, int, int]]) -> None:
    with (
        folder_in_memory() as folder,
        hurried() as patch,
        World(folder, patch) as world,
    ):
        history = History(world)
        for operation, number, choice in events:
            if operation == "pull":
                history.pull()
            else:
                getattr(history, operation)(number, choice)
        history.check()


def test_any_history_ends_in_step(record_property: Callable[[str, object], None]) -> None:
    _tell()
    record_property(
        "reliability",
        "any history ends in step: nothing twice, no word lost"
        f"|random histories of edits on both sides, with pulls in between|{History.told}|0",
    )
