"""What the mirror remembers of records spares work and changes nothing: neither .bib nor lock nor report.

Two folders go through the same history. In one of them the memory is wiped before every run.
"""

import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from zsync import config
from zsync.commands.bib import bib
from zsync.commands.pull import PullOptions
from zsync.core.model import Collection
from zsync.workspace import Workspace
from zsync.zotero.delta import LibraryDelta

HOME = "HMMM2222"
SETTINGS = """\
[zotero]
library = "users/1"
collection = "Papers"
[bib]
"""
STYLES = (
    'path = "library.bib"\n',
    'path = "library.bib"\nformat = "biblatex"\n',
    'path = "library.bib"\nomit = ["publisher", "year"]\n',
    'path = "library.bib"\nkey_formula = "auth + year"\n',
    'path = "library.json"\nformat = "csljson"\n',
)
TITLES = ("Sheep", "Goats & <i>Kids</i>", "Über Schafe", "The Art of “Wool”: 100%")
PINS = ("", "sheep", "goat", "Sheep", "abelSheep2012")
EXTRAS = ("", "Citation Key: goat", "tex.note: mine", "Citation Key: flock\ntex.ids: old")


class Folder:
    """A folder with settings, a mirror and a .bib, and no network."""

    def __init__(self, path: Path, *, forgetful: bool) -> None:
        self.path = path
        self.forgetful = forgetful
        path.mkdir()
        self.settle(STYLES[0])

    def settle(self, style: str) -> None:
        self.bib = "library.json" if "json" in style else "library.bib"
        (self.path / config.SETTINGS_FILE).write_text(SETTINGS + style, "utf-8")

    def settings(self) -> config.Settings:
        file = self.path / config.SETTINGS_FILE
        return config.load(file, file.read_text("utf-8"), {})

    def absorb(self, version: int, members: tuple[str, ...], *items: Mapping[str, Any]) -> None:
        home = Collection(HOME, "Papers")
        with Workspace(self.settings()).mirror() as mirror:
            mirror.absorb(LibraryDelta(version, (HOME,), (home,), {HOME: members}, items, gone={}))

    def run(self, options: PullOptions) -> list[object]:
        """Run ``zsync bib``; give what it says and what stands in the files then."""
        if self.forgetful:
            with sqlite3.connect(self.path / ".zsync" / "mirror.sqlite") as db:
                db.execute("DELETE FROM rendered")
            db.close()
        outcome = bib(self.settings(), options)
        texts = [self.read(self.bib), self.read(config.LOCK_FILE)]
        written = [
            name for name in outcome.written if "kept" not in name
        ]  # Those names tell the time.
        return [*map(repr, outcome.lists), written, *texts]

    def read(self, name: str) -> str:
        file = self.path / name
        return file.read_bytes().decode() if file.exists() else ""

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_bytes(text.encode())


class History:
    """The same history in both folders; Zotero's items by number."""

    def __init__(self, root: Path) -> None:
        self.folders = (
            Folder(root / "remembers", forgetful=False),
            Folder(root / "forgets", forgetful=True),
        )
        self.items: dict[str, dict[str, Any]] = {}
        self.version = 1
        self.saved = [("", "")]
        for number in range(3):
            self.items[_key(number)] = _book(number)
        self._absorb(*self.items)

    # -- what happens in Zotero

    def change(self, number: int, choice: int) -> None:
        self._put(number, title=TITLES[choice % len(TITLES)])

    def pin(self, number: int, choice: int) -> None:
        self._put(number, citationKey=PINS[choice % len(PINS)])

    def extra(self, number: int, choice: int) -> None:
        self._put(number, extra=EXTRAS[choice % len(EXTRAS)])

    def remove(self, number: int, _choice: int) -> None:
        if self.items.pop(_key(number), None):
            self._absorb()

    def merge(self, number: int, choice: int) -> None:
        if self.items.pop(_key(choice), None):
            uri = f"http://zotero.org/users/1/items/{_key(choice)}"
            self._put(number, relations={"dc:replaces": [uri]})

    def _put(self, number: int, **data: object) -> None:
        key = _key(number)
        self.items[key] = {**_book(number), **self.items.get(key, {}), **data}
        self._absorb(key)

    def _absorb(self, *changed: str) -> None:
        self.version += 1
        raw = [
            {
                "key": key,
                "version": self.version,
                "data": {**self.items[key], "version": self.version},
            }
            for key in changed
        ]
        for folder in self.folders:
            folder.absorb(self.version, tuple(self.items), *raw)

    # -- what happens in the folder

    def edit(self, _number: int, choice: int) -> None:
        """Edit a record by hand: a value, a layout, a key, a field, a line end, a second copy."""
        before, after = (
            ("Meadow Press", "Hill Press"),
            ("  publisher", "\tpublisher"),
            ("@book{abel", "@book{cain"),
            ("publisher =", "annote = {mine},\n  publisher ="),
            ("\n", "\r\n"),
        )[choice % 5]
        for folder in self.folders:
            folder.write(
                folder.bib, folder.read(folder.bib).replace(before, after, 1 if choice < 4 else -1)
            )

    def cut(self, _number: int, choice: int) -> None:
        """Lose the .bib, the lock or both."""
        for folder in self.folders:
            for name in ((folder.bib, config.LOCK_FILE), (folder.bib,), (config.LOCK_FILE,))[
                choice % 3
            ]:
                (folder.path / name).unlink(missing_ok=True)

    def save(self, _number: int, _choice: int) -> None:
        folder = self.folders[1]
        self.saved.append((folder.read(folder.bib), folder.read(config.LOCK_FILE)))

    def go_back(self, _number: int, choice: int) -> None:
        """Take older files from git: the .bib, the lock or both."""
        bib, lock = self.saved[choice % len(self.saved)]
        for folder in self.folders:
            if choice % 3 != 1:
                folder.write(folder.bib, bib)
            if choice % 3 != 2 and lock:
                folder.write(config.LOCK_FILE, lock)

    def settle(self, _number: int, choice: int) -> None:
        """Choose another style."""
        self.saved = [("", "")]
        for folder in self.folders:
            folder.settle(STYLES[choice % len(STYLES)])

    # -- the law

    def run(self, _number: int, choice: int) -> None:
        options = PullOptions(dry_run=choice == 1, overwrite=choice == 2)
        remembered, forgot = (folder.run(options) for folder in self.folders)
        assert remembered == forgot


def _book(number: int) -> dict[str, Any]:
    return {
        "key": _key(number),
        "itemType": "book",
        "title": TITLES[number % len(TITLES)],
        "date": f"{2012 + number % 2}",
        "publisher": "Meadow Press",
        "dateAdded": f"2024-01-0{number + 1}T00:00:00Z",
        "dateModified": f"2024-01-0{number + 1}T00:00:00Z",
        "collections": [HOME],
        "tags": [],
        "relations": {},
        "creators": [{"creatorType": "author", "firstName": "A.", "lastName": "Abel"}],
    }


def _key(number: int) -> str:
    return f"ITEM222{number + 2}"


OPERATIONS = (
    "change",
    "pin",
    "extra",
    "remove",
    "merge",
    "edit",
    "cut",
    "save",
    "go_back",
    "settle",
)
_events = st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 3), st.integers(0, 4))
_runs = st.tuples(st.just("run"), st.just(0), st.sampled_from([0, 0, 0, 1, 2]))


@settings(max_examples=15)
@given(st.lists(st.one_of(_events, _events, _runs), min_size=4, max_size=16))
@example([("edit", 0, 0)])
@example([("pin", 0, 1), ("run", 0, 0), ("pin", 1, 4)])
def test_a_memory_changes_nothing(events: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        history = History(Path(root))
        history.run(0, 0)
        for operation, number, choice in (*events, ("run", 0, 0)):
            getattr(history, operation)(number, choice)
        history.run(0, 0)


def test_only_what_changed_is_rendered(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.run(0, 0)
    remembers = history.folders[0]
    assert _rendered(remembers) == set(history.items)
    history.change(1, 3)
    assert _rendered(remembers) == set(history.items) - {_key(1)}
    history.run(0, 0)
    assert _rendered(remembers) == set(history.items)
    history.remove(1, 0)
    assert _rendered(remembers) == set(history.items)


def _rendered(folder: Folder) -> set[str]:
    with Workspace(folder.settings()).mirror() as mirror:
        return set(mirror.rendered(folder.settings().lists[0].name))


def test_the_settings_of_two_runs_are_known_to_be_the_same() -> None:
    """Two names of fields come in another order with every run of Python, were they a set."""
    loaded = config.load(Path("zsync.toml"), SETTINGS + STYLES[2], {})
    bib = loaded.lists[0].bib
    assert bib
    assert "('publisher', 'year')" in repr(bib.policy)
