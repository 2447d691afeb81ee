"""Others are at work as well: in Zotero, in the same folder, on another machine, in git; and the clock jumps.

The law of a second client: whenever it comes, between any two requests, list, .bib and Zotero end as if it
had come before the run, or after it.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.hunting import HUNT
from tests.story import PAGE, End, Snapshot, Story
from tests.world import LIST, World, paper
from zsync import workspace
from zsync.zotero import library as library_module
from zsync.zotero.transport import Politeness

SYNC = ("sync", "--offline", "--max-removals", "100%")
Record = Callable[[str, object], None]
Deed = Callable[[World], object]


def _key(world: World, start: str) -> str:
    """Return the key of the item, or of the collection, whose name begins so."""
    zotero = world.zotero
    found = [*zotero.everything(zotero.top()), *zotero.everything(zotero.collections())]
    names: dict[str, str] = {
        each["key"]: each["data"].get("title") or each["data"].get("name", "") for each in found
    }
    return next(key for key, name in names.items() if name.startswith(start))


def _delete(world: World, start: str) -> None:
    world.zotero.delete_item(world.zotero.item(_key(world, start)))


def _rename_collection(world: World) -> None:
    found = world.zotero.collection(_key(world, "Vision"))["data"]
    world.zotero.update_collection({**found, "name": "Seeing"})


def _delete_collection(world: World) -> None:
    world.zotero.delete_collection(world.zotero.collection(_key(world, "Agents")))


def _make_the_pushed_paper(world: World) -> None:
    """Somebody files by hand what the list's new line is about, in the same minute."""
    world.add(
        paper(
            "Delta: A Paper on Delta",
            f"{PAGE}4",
            date="2025",
            collections=[_key(world, "Vision")],
        )
    )


def _move(world: World) -> None:
    world.edit(_key(world, "Gamma"), collections=[_key(world, "Vision")])


DEEDS: dict[str, Deed] = {
    "retitles a paper": lambda world: world.edit(
        _key(world, "Alpha"), title="Alpha: A Paper on Alpha and Omega"
    ),
    "tags a paper": lambda world: world.tag(_key(world, "Alpha"), "read", "later"),
    "writes a note": lambda world: world.note(_key(world, "Gamma"), "<p>Between two requests.</p>"),
    "adds a link": lambda world: world.linked(_key(world, "Beta"), "Talk", "https://talk.example/"),
    "moves a paper": _move,
    "trashes a paper": lambda world: world.edit(_key(world, "Eta"), deleted=1),
    "deletes a paper": lambda world: _delete(world, "Eta"),
    "renames a collection": _rename_collection,
    "makes the paper that is pushed": _make_the_pushed_paper,
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as briefly as a test may; the rules stay the same."""
    monkeypatch.setattr(library_module, "Politeness", lambda: Politeness(pause=0.002))
    monkeypatch.setattr(library_module, "_PAUSES", (0.002,) * 6)


class Between:
    """Does something once, before the request with this number (from 1); counts the requests."""

    def __init__(self, world: World, number: int, deed: Callable[[], object]) -> None:
        self.faults = world.sandbox.faults
        self.number = number
        self.deed = deed
        self.count = 0
        self.is_done = False

    def __enter__(self) -> "Between":
        self.faults.before_request = self._note
        return self

    def __exit__(self, *error: object) -> None:
        self.faults.before_request = None

    def _note(self, _request: object) -> None:
        self.count += 1
        if self.count == self.number:
            # What it does are requests as well.
            self.faults.before_request = None
            self.deed()
            self.is_done = True


def _come_to_rest(world: World) -> None:
    """Sync until a run writes nothing."""
    for _ in range(5):
        before = len(world.sandbox.requests), world.text
        world.do(*SYNC)
        writes = [one for one in world.sandbox.requests[before[0] :] if one.method != "GET"]
        if not writes and world.text == before[1]:
            return
    raise AssertionError("it never comes to rest")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The list and the library that have gone apart."""
    folder = tmp_path_factory.mktemp("story") / "work"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch, World(folder, monkeypatch) as world:
        yield Story(world)


class TestASecondClient:
    STEP: ClassVar[int] = 1 if HUNT else 7

    def _ended(self, story: Story, *steps: Callable[[], object]) -> tuple[Any, ...]:
        """Tell the story with these steps; give how it ended, without the order of entries and records."""
        story.begin_again()
        for step in steps:
            step()
        _come_to_rest(story.world)
        return _said(story.end())

    @pytest.mark.parametrize("name", DEEDS)
    def test_is_as_one_before_or_after_the_run(
        self, story: Story, name: str, record_property: Record
    ) -> None:
        world = story.world
        first = 1 + list(DEEDS).index(name) % self.STEP

        def deed() -> object:
            return DEEDS[name](world)

        def run() -> None:
            world.do(*SYNC)

        allowed = [self._ended(story, deed, run), self._ended(story, run, deed)]
        number, tried = first, 0
        while True:
            story.begin_again()
            with Between(world, number, deed) as between:
                code = world.run(*SYNC).code
            if between.count < number:
                break
            assert between.is_done
            assert code in (0, 4), number
            _come_to_rest(world)
            assert _said(story.end()) in allowed, (name, number)
            tried += 1
            number += self.STEP
        assert tried
        record_property(
            "reliability",
            "another client's change is as one before or after the run"
            f"|a change between any two requests of a sync, {len(DEEDS)} kinds|{tried}|0",
        )


def _said(end: End) -> tuple[Any, ...]:
    """Return what list, .bib and Zotero say, whatever the order in which it was added."""
    return sorted(end.text.split("\n")), sorted(end.bib.split("\n")), end.items


class TestAnObject:
    """It goes missing between two requests of a run: the run says so, or does not need it."""

    @pytest.mark.parametrize("number", range(1, 12))
    def test_that_goes_missing_within_a_pull_is_gone_after_the_next(
        self, world: World, number: int
    ) -> None:
        home = world.collection()
        keys = world.add(*(paper(f"Paper {n}", _url(n), collections=[home]) for n in range(3)))
        world.text = "# List\n\n## Reading list\n"
        world.settle()
        with Between(world, number, lambda: _delete(world, "Paper 1")) as between:
            assert world.run("pull").code in (0, 4)
        if not between.is_done:
            _delete(world, "Paper 1")
        world.do("pull", "--max-removals", "100%")
        assert [f"Paper {n}" in world.text for n in range(len(keys))] == [True, False, True]

    def test_that_is_listed_and_then_not_given_makes_the_pull_start_again(
        self, world: World
    ) -> None:
        home = world.collection()
        world.add(*(paper(f"Paper {n}", _url(n), collections=[home]) for n in range(2)))
        world.text = "# List\n\n## Reading list\n"
        world.settle()
        seen: list[str] = []

        def hook(request: Any) -> None:
            if "itemKey" in request.query and not seen:
                seen.append(request.path)
                world.sandbox.faults.before_request = None
                _delete(world, "Paper 0")

        world.sandbox.faults.before_request = hook
        world.do("pull")
        assert seen
        assert "Paper 0" not in world.text
        assert "Paper 1" in world.text

    @pytest.mark.parametrize("number", range(1, 20, 1 if HUNT else 7))
    def test_that_is_a_collection_and_goes_missing_within_a_push_takes_nothing_along(
        self, story: Story, number: int
    ) -> None:
        """A push of several requests is not one deed: part of it may have come before, part after."""
        world = story.world
        story.begin_again()
        with Between(world, number, lambda: _delete_collection(world)):
            assert world.run(*SYNC).code in (0, 4)
        _come_to_rest(world)
        urls = [each["data"]["url"] for each in world.zotero.everything(world.zotero.top())]
        assert len(urls) == len(set(urls)) == 7
        assert "Words of the author." in world.text


class TestARestoredLibrary:
    """The account was put back to an older state: its version goes back, and so does all that it says."""

    @pytest.fixture
    def begun(self, world: World) -> World:
        home = world.collection()
        self.keys = world.add(
            *(paper(f"Paper {n}", _url(n), date="2025", collections=[home]) for n in range(3))
        )
        world.text = "# List\n\n## Reading list\n"
        world.settle(bib=True)
        world.do("pull")
        return world

    @pytest.mark.parametrize("command", [("pull",), SYNC], ids=lambda each: each[0])
    def test_is_read_anew(self, begun: World, command: tuple[str, ...]) -> None:
        before = begun.text
        older = Snapshot(begun)
        begun.edit(self.keys[0], title="Another Title Altogether")
        begun.note(self.keys[1], "<p>Written later.</p>")
        begun.edit(self.keys[2], deleted=1)
        begun.do("pull", "--max-removals", "100%")
        assert "Written later." in begun.text
        assert "Paper 2" not in begun.text
        older.restore()
        begun.do(*command)
        begun.do(*SYNC)
        assert sorted(begun.text.split()) == sorted(before.split())
        titles = [each["data"]["title"] for each in begun.zotero.top()]
        assert sorted(titles) == ["Paper 0", "Paper 1", "Paper 2"]

    def test_that_forgot_a_push_gets_it_once(self, begun: World) -> None:
        older = Snapshot(begun)
        begun.text += f"- [ ] A Pushed Paper. CVPR2025 [Paper]({_url(7)})\n"
        begun.do(*SYNC)
        older.restore()
        for _ in range(2):
            begun.run(*SYNC)
        urls = [each["data"]["url"] for each in begun.zotero.top()]
        assert urls.count(_url(7)) <= 1
        kept = [path.read_text("utf-8") for path in begun.folder.glob(".zsync/kept/*")]
        assert "A Pushed Paper" in "\n".join([begun.text, *kept])

    def test_while_a_push_goes_on_makes_nothing_twice(self, begun: World) -> None:
        older = Snapshot(begun)
        begun.edit(self.keys[0], title="Paper 0, Revised")
        begun.do("pull")
        begun.text += f"- [ ] A Pushed Paper. CVPR2025 [Paper]({_url(7)})\n"
        posts: list[str] = []

        def hook(request: Any) -> None:
            if request.method == "POST" and not posts:
                posts.append(request.path)
                older.restore()

        begun.sandbox.faults.before_request = hook
        assert begun.run(*SYNC).code in (0, 4)
        begun.sandbox.faults.before_request = None
        assert posts
        begun.do(*SYNC)
        urls = [each["data"]["url"] for each in begun.zotero.top()]
        assert sorted(urls) == sorted([*(_url(n) for n in range(3)), _url(7)])


class TestTwoRuns:
    @pytest.mark.parametrize(
        "second", [("pull",), ("push", "--apply", "--offline"), SYNC, ("link",)]
    )
    def test_in_one_folder_the_second_says_so_and_touches_nothing(
        self, story: Story, second: tuple[str, ...]
    ) -> None:
        world = story.world
        story.begin_again()
        seen: list[subprocess.CompletedProcess[str]] = []

        def run_second() -> None:
            before = world.state()
            seen.append(_apart(world.folder, *second))
            assert world.state() == before

        with Between(world, 8, run_second) as between:
            world.do(*SYNC)
        assert between.is_done
        (done,) = seen
        assert done.returncode == 4, done
        assert "Another run of zsync is at work in this folder." in done.stderr
        assert "Run again" in done.stderr

    def test_on_two_machines_at_once_make_nothing_twice(
        self, story: Story, tmp_path: Path, record_property: Record
    ) -> None:
        world, tried = story.world, 0
        for number in range(2, 100, 1 if HUNT else 7):
            story.begin_again()
            there = tmp_path / str(number)
            shutil.copytree(world.folder, there)
            with Between(world, number, partial(_apart, there, *SYNC)) as between:
                assert world.run(*SYNC).code in (0, 4)
            if not between.is_done:
                break
            self._check_both(world, there)
            tried += 1
        assert tried > 1
        record_property(
            "reliability",
            "two machines that sync at once make nothing twice"
            f"|a whole sync of another machine between any two requests|{tried}|0",
        )

    def _check_both(self, world: World, there: Path) -> None:
        for _ in range(3):
            world.do(*SYNC)
            assert _apart(there, *SYNC).returncode == 0
        urls = [each["data"]["url"] for each in world.zotero.everything(world.zotero.top())]
        assert len(urls) == len(set(urls)) == 7
        names = [each["data"]["name"] for each in world.zotero.collections()]
        assert len(names) == len(set(names))
        texts = [(each / LIST).read_text("utf-8") for each in (world.folder, there)]
        assert sorted(texts[0].split("\n")) == sorted(texts[1].split("\n"))


def _apart(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as another program does."""
    return subprocess.run(
        [sys.executable, "-m", "zsync", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestGit:
    """Git puts files back, together or alone: nothing is made twice, no word is lost, and it ends in step."""

    FILES: ClassVar[dict[str, tuple[str, ...]]] = {
        "the commit before": (LIST, "library.bib", "zsync.lock"),
        "list and lock": (LIST, "zsync.lock"),
        "the lock": ("zsync.lock",),
        "the list": (LIST,),
        "the bib": ("library.bib",),
        "the mirror": (".zsync/mirror.sqlite",),
        "lock and mirror": ("zsync.lock", ".zsync/mirror.sqlite"),
    }

    @pytest.mark.parametrize(
        ("what", "is_deleted"),
        [(what, False) for what in FILES]
        + [(what, True) for what, names in FILES.items() if LIST not in names],
    )
    def test_puts_files_back(
        self, story: Story, what: str, is_deleted: bool, record_property: Record
    ) -> None:
        world = story.world
        story.begin_again()
        older = {name: (world.folder / name).read_bytes() for name in self.FILES[what]}
        world.do(*SYNC)
        _come_to_rest(world)
        items, text = story.end().items, world.text
        for name, data in older.items():
            (world.folder / name).unlink()
            if not is_deleted:
                (world.folder / name).write_bytes(data)
        assert world.run(*SYNC).code in (0, 3)
        _come_to_rest(world)
        urls = [each["data"]["url"] for each in world.zotero.everything(world.zotero.top())]
        assert len(urls) == len(set(urls)) == 7
        assert "Words of the author." in world.text
        assert all(text.count(_place(n)) == world.text.count(_place(n)) for n in range(1, 7))
        if LIST not in older:
            assert (world.text, story.end().items) == (text, items)
        record_property(
            "reliability",
            "whatever git puts back: nothing twice, nothing lost, in step at the end"
            "|list, lock, .bib and mirror reverted or deleted, together and alone|1|0",
        )

    def test_what_was_kept_is_not_kept_again(self, world: World) -> None:
        """List, lock and mirror are put back, and the same contradiction is met once more."""
        (key,) = world.add(paper("Alone", _url(1), collections=[world.collection()]))
        note = world.note(key, "<p>Zero.</p>")
        world.text = "# List\n\n## Reading list\n"
        world.settle()
        world.do("pull")
        world.text = world.text.replace("  Zero.", "  Words of mine.")
        world.edit(note, note="<p>Words of Zotero's.</p>")
        names = (LIST, "zsync.lock", ".zsync/mirror.sqlite")
        older = {name: (world.folder / name).read_bytes() for name in names}
        for _ in range(2):
            world.do("pull")
            kept = [path.read_text("utf-8") for path in world.folder.glob(".zsync/kept/*")]
            assert kept == ["Words of mine.\n"]
            for name, data in older.items():
                (world.folder / name).write_bytes(data)


def _place(number: int) -> str:
    return f"https://arxiv.org/abs/2501.0000{number}"


class TestTheClock:
    @pytest.mark.parametrize("hours", [0, -5, 5000], ids=["stands", "goes back", "jumps ahead"])
    def test_does_what_it_likes_and_every_text_is_kept(
        self, world: World, monkeypatch: pytest.MonkeyPatch, hours: int
    ) -> None:
        clock = _Clock(timedelta(hours=hours))
        monkeypatch.setattr(workspace, "datetime", clock)
        home = world.collection()
        (key,) = world.add(paper("Alone", _url(1), collections=[home]))
        note = world.note(key, "<p>Zero.</p>")
        world.text = "# List\n\n## Reading list\n"
        world.settle()
        world.do("pull")
        for words in ("One", "Two", "Three"):
            said = world.text.split("\n  ")[1].split("\n")[0]
            world.text = world.text.replace(f"\n  {said}\n", f"\n  {words} of mine.\n")
            world.edit(note, note=f"<p>{words} of Zotero's.</p>")
            world.do("pull")
        kept = "\n".join(path.read_text("utf-8") for path in world.folder.glob(".zsync/kept/*"))
        assert [kept.count(f"{words} of mine.") for words in ("One", "Two", "Three")] == [1, 1, 1]

    def test_is_in_no_file_that_is_committed(self, story: Story) -> None:
        """The same work at another hour makes the same bytes."""
        world, texts = story.world, []
        for hours in (0, -50_000):
            story.begin_again()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(workspace, "datetime", _Clock(timedelta(hours=hours)))
                world.do("pull")
            texts.append({name: data for name, (data, _) in world.state().items()})
        assert texts[0] == texts[1]


class _Clock:
    """Stands in for ``datetime``: every look moves it."""

    def __init__(self, step: timedelta) -> None:
        self._step = step
        self._now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self, *_zone: object) -> datetime:
        self._now += self._step
        return self._now


def _url(number: int) -> str:
    return f"https://arxiv.org/abs/2502.0000{number}"
