"""A list and a library that have gone apart, to be told again and again from the same beginning.

Both sides changed since they last agreed, and so that a sync has something of everything to do: ticks, notes
and links in the list, new papers on both sides, a paper that moved and one whose section is new.
"""

import copy
import os
import shutil
from typing import Any, NamedTuple

from tests.world import BIB, LIST, World, paper
from zotero_sandbox.api import Api
from zotero_sandbox.store import Store

PAGE = "https://arxiv.org/abs/2501.0000"
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta")
LINES = {
    name: f"- [ ] **{name}**: A Paper on {name}. CVPR2025 [Paper]({PAGE}{number})"
    for number, name in enumerate(NAMES, 1)
}
BEFORE = f"""# Papers

## Vision
{LINES["Alpha"].replace("[ ]", "[x]")}

  The first note.

{LINES["Beta"]}

## Agents
{LINES["Gamma"]}

Words of the author.
"""
AFTER = f"""# Papers

## Vision
{LINES["Alpha"]} [Code](https://github.com/a/alpha)

  The first note, edited.

{LINES["Delta"].replace("[ ]", "[x]")} [Page](https://delta.example/)

  A note of the new paper.

{LINES["Zeta"]}

## Agents
{LINES["Gamma"].replace("[ ]", "[x]")}

{LINES["Beta"]}

Words of the author.

## Theory
{LINES["Epsilon"]}

  另一条笔记。
"""


class End(NamedTuple):
    """What is there when all is done: the list, the .bib, and Zotero's items."""

    text: str
    bib: str
    items: tuple[object, ...]


class Snapshot:
    """Zotero as it was, versions and all, to be put back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = _copied(world.sandbox.store)

    def restore(self) -> None:
        """Put the library back."""
        sandbox = self._world.sandbox
        sandbox.store = _copied(self._store)
        sandbox._api = Api(sandbox.store)


class Retold:
    """A world that is put back to where it was when this was made, as often as its story is told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._library = Snapshot(world)
        self._folder = world.folder.with_name("beginning")
        shutil.copytree(world.folder, self._folder)

    def begin_again(self) -> None:
        """Put folder and library back to the beginning."""
        self._library.restore()
        shutil.rmtree(self.world.folder)
        shutil.copytree(self._folder, self.world.folder)
        os.chdir(self.world.folder)


class Story(Retold):
    """The story's world, with its beginning."""

    def __init__(self, world: World) -> None:
        home = world.collection()
        world.text = BEFORE
        world.settle(bib=True)
        world.do("sync", "--offline")
        world.text = AFTER
        world.add(paper("Zeta: A Paper on Zeta", f"{PAGE}6", date="2025"))
        world.add(paper("Eta: A Paper on Eta", f"{PAGE}7", date="2025", collections=[home]))
        gamma = next(
            each["data"]["key"]
            for each in world.zotero.top()
            if each["data"]["title"].startswith("Gamma")
        )
        world.note(gamma, "<p>A note that was written in Zotero.</p>")
        super().__init__(world)

    def end(self) -> End:
        """Return what is there now."""
        folder = self.world.folder
        items = told_library(self.world).items
        return End((folder / LIST).read_text("utf-8"), (folder / BIB).read_text("utf-8"), items)


class ToldLibrary(NamedTuple):
    """A library in words that are the same in every run: no keys, versions, dates.

    ``names`` are those of collections and ``titles`` those of items, by the keys of this run.
    """

    names: dict[str, str]
    titles: dict[str, str]
    items: tuple[object, ...]


def told_library(world: World) -> ToldLibrary:
    """Tell what Zotero holds now; no collection may be there twice."""
    zotero = world.zotero
    names = {each["key"]: each["data"]["name"] for each in zotero.everything(zotero.collections())}
    assert len(set(names.values())) == len(names), "a collection was made twice"
    found = [each["data"] for each in zotero.everything(zotero.items())]
    titles = {data["key"]: data.get("title", "") for data in found}
    items = sorted(repr(_told(data, names, titles)) for data in found)
    return ToldLibrary(names, titles, tuple(items))


def _copied(store: Store) -> Store:
    """Copy all that a server knows; its source of chance is shared, for that cannot be copied."""
    return copy.deepcopy(store, {id(store.chance): store.chance})


def _told(data: dict[str, Any], names: dict[str, str], titles: dict[str, str]) -> object:
    """Return what an item says, in words that are the same in every run."""
    unstable = {"key", "version", "dateAdded", "dateModified", "parentItem", "collections"}
    fields = {name: value for name, value in data.items() if name not in unstable and value}
    places = sorted(names[key] for key in data.get("collections", ()))
    return sorted(fields.items()), places, titles.get(data.get("parentItem", ""), "")
