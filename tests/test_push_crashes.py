"""A push or a sync that is killed at any moment is finished by the next one, as if nothing had happened.

The process gets SIGKILL before and after every request, every write of a file and every commit of the
mirror. Then the same command runs once more. The list, the .bib and Zotero must end as they do after one
run that nobody kills: nothing twice, nothing lost.
"""

import copy
import os
import shutil
import signal
import ssl
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from typing import Any, NamedTuple

import httpx2
import pytest

from tests.world import BIB, LIST, World, paper
from zsync import cli, files
from zsync.sandbox.api import Api
from zsync.sandbox.store import Store
from zsync.zotero.mirror import Mirror

PAGE = "https://arxiv.org/abs/2501.0000"
LINES = {
    name: f"- [ ] **{name}**: A Paper on {name}. CVPR2025 [Paper]({PAGE}{number})"
    for number, name in enumerate(("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta"), 1)
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

{LINES["Delta"].replace("[ ]", "[x]")} [Code](https://github.com/a/delta) [Page](https://delta.example/)

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
    """What is there when all is done: the list, the .bib, what was kept aside, and Zotero's items."""

    text: str
    bib: str
    kept: frozenset[str]
    items: tuple[object, ...]


class Story:
    """A list and a library that have gone apart, to be told again and again from the same beginning."""

    def __init__(self, world: World) -> None:
        self.world = world
        home = world.collection()
        world.text = BEFORE
        world.settle(bib=True)
        world.do("sync", "--offline")
        world.text = AFTER
        world.add(paper("Zeta: A Paper on Zeta", f"{PAGE}6", date="2025"))
        world.add(paper("Eta: A Paper on Eta", f"{PAGE}7", date="2025", collections=[home]))
        gamma = next(
            item["data"]["key"]
            for item in world.zotero.top()
            if item["data"]["title"].startswith("Gamma")
        )
        world.note(gamma, "<p>A note that was written in Zotero.</p>")
        self._store = _copied(world.sandbox.store)
        self._folder = world.folder.with_name("beginning")
        shutil.copytree(world.folder, self._folder)

    def begin_again(self) -> None:
        """Put folder and library back to the beginning."""
        sandbox = self.world.sandbox
        sandbox.store = _copied(self._store)
        sandbox._api = Api(sandbox.store)
        shutil.rmtree(self.world.folder)
        shutil.copytree(self._folder, self.world.folder)
        os.chdir(self.world.folder)

    def end(self) -> End:
        """Give what is there now."""
        folder = self.world.folder
        kept = (folder / ".zsync" / "kept").glob("*")
        return End(
            (folder / LIST).read_text("utf-8"),
            (folder / BIB).read_text("utf-8"),
            frozenset(path.read_text("utf-8") for path in kept),
            self._items(),
        )

    def _items(self) -> tuple[object, ...]:
        """Give Zotero's items without what differs from run to run: keys, versions, dates."""
        zotero = self.world.zotero
        names = {
            each["key"]: each["data"]["name"] for each in zotero.everything(zotero.collections())
        }
        assert len(set(names.values())) == len(names), "a collection was made twice"
        found = [each["data"] for each in zotero.everything(zotero.items())]
        titles = {data["key"]: data.get("title", "") for data in found}
        return tuple(sorted(repr(_told(data, names, titles)) for data in found))

    def leftovers(self) -> list[str]:
        """Give the files of the folder that nobody wants there."""
        wanted = {LIST, BIB, "zsync.toml", "zsync.lock", ".zsync"}
        return [path.name for path in self.world.folder.iterdir() if path.name not in wanted]


def _copied(store: Store) -> Store:
    """Copy all that a server knows; its source of chance is shared, for that cannot be copied."""
    return copy.deepcopy(store, {id(store.chance): store.chance})


def _told(data: dict[str, Any], names: dict[str, str], titles: dict[str, str]) -> object:
    """Say what an item says, in words that are the same in every run."""
    unstable = {"key", "version", "dateAdded", "dateModified", "parentItem", "collections"}
    fields = {name: value for name, value in data.items() if name not in unstable and value}
    places = sorted(names[key] for key in data.get("collections", ()))
    return sorted(fields.items()), places, titles.get(data.get("parentItem", ""), "")


class Deadline:
    """Kills the process at the n-th moment; without a number it only counts."""

    def __init__(self, number: int | None) -> None:
        self.number = number
        self.count = 0

    def moment(self) -> None:
        """Let a moment pass."""
        self.count += 1
        if self.count == self.number:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, action: Callable[..., Any]) -> Callable[..., Any]:
        """Give an action with a moment before and after it."""

        @wraps(action)
        def watched(*arguments: Any, **options: Any) -> Any:
            self.moment()
            result = action(*arguments, **options)
            self.moment()
            return result

        return watched


def run(command: Sequence[str], deadline: int | None = None) -> tuple[int, int]:
    """Run a command in a process of its own; give its status (negative: a signal) and its moments."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # The other thread, the sandbox's, waits for a request while we fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _run_here(command, Deadline(deadline), writer)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        moments = int(pipe.read() or 0)
    return os.waitstatus_to_exitcode(status), moments


def _run_here(command: Sequence[str], deadline: Deadline, writer: int) -> None:
    """Run the command in this process, which ends with it."""
    code = 99
    try:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        transport: Any = httpx2.HTTPTransport
        transport.handle_request = deadline.around(transport.handle_request)
        # Within a write too: the new bytes are beside the file and not yet in its place.
        os.fsync = deadline.around(os.fsync)
        files._write_beside = deadline.around(files._write_beside)
        mirror: Any = Mirror
        for name in ("absorb", "absorb_elsewhere", "remember", "set_seal"):
            setattr(mirror, name, deadline.around(getattr(mirror, name)))
        code = cli.run(command)
        os.write(writer, str(deadline.count).encode())
    finally:
        os._exit(code)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The list and the library that have gone apart."""
    folder = tmp_path_factory.mktemp("story") / "work"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch, World(folder, monkeypatch) as world:
        # Each of the many processes inherits what is loaded and read here.
        monkeypatch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        told = Story(world)
        world.do("sync", "--offline")
        yield told


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT RUN: this system cannot fork")
@pytest.mark.parametrize(
    "command", [("push", "--offline", "--apply"), ("sync", "--offline")], ids=lambda each: each[0]
)
def test_a_run_killed_at_any_moment_is_finished_by_the_next(
    story: Story, command: Sequence[str]
) -> None:
    story.begin_again()
    code, moments = run(command)
    assert code == 0
    expected = story.end()
    assert len(expected.items) == 14, expected.items
    assert moments > 40
    for moment in range(1, moments + 1):
        story.begin_again()
        code, _ = run(command, moment)
        assert code == -signal.SIGKILL
        code, _ = run(command)
        assert code == 0, moment
        assert story.end() == expected, moment
        assert not story.leftovers(), moment
