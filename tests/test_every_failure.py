"""A command that fails at any point is finished by the next one, as if nothing had happened.

Stories: a list, a .bib and a library that people changed on all sides. Each is told from the beginning for
every point of every command and every fault that can happen there (:mod:`tests.breaking`). Then the same
command runs once more, on a machine that works. The files, the lock, what was kept aside and Zotero must be
as after one run without a fault. The suite tries a sample of the points; with ZSYNC_HUNT=1 all are tried.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.breaking import Machine, Point, kill
from tests.hunting import HUNT
from tests.story import Retold, told_library
from tests.world import BIB, LIST, World, paper
from zsync.core.base import Base
from zsync.core.fields import digest
from zsync.formats.lock import parse

#: The suite tries one point of so many; they are spread over all commands and faults.
_SAMPLE = 61
PAGE = "https://arxiv.org/abs/2501.0000"
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa")
LINES = {
    name: f"- [ ] **{name}**: A Paper on {name}. CVPR2025 [Paper]({PAGE}{number})"
    for number, name in enumerate(NAMES)
}
BEFORE = f"""# Papers

## Vision
{LINES["Alpha"].replace("[ ]", "[x]")}

  The first note.

{LINES["Beta"]}

## Agents
{LINES["Gamma"]}

{LINES["Theta"]}

{LINES["Iota"]}

  What the list says of Iota.

## Emptied
{LINES["Kappa"]}

Words of the author.
"""
# The author ticked, noted, added, moved, and gave a section another heading.
AFTER = f"""# Papers

## Vision
{LINES["Alpha"]} [Code](https://github.com/a/alpha)

  The first note, edited.

{LINES["Delta"].replace("[ ]", "[x]")} [Code](https://github.com/a/delta) [Page](https://delta.example/)

  A note of the new paper.

{LINES["Zeta"]}

## Acting
{LINES["Gamma"].replace("[ ]", "[x]")}

{LINES["Theta"]}

{LINES["Beta"]}

{LINES["Iota"]}

  What the list says of Iota now.

## Emptied
{LINES["Kappa"]}

Words of the author.

## Theory
{LINES["Epsilon"]}

  另一条笔记。
"""

Record = Callable[[str, object], None]
COMMANDS = {
    "link": ("link",),
    "pull": ("pull", "--max-removals", "100%"),
    "bib": ("bib",),
    "push": ("push", "--offline", "--apply"),
    "push --bib": ("push", "--bib", "--offline", "--apply"),
    "sync": ("sync", "--offline", "--max-removals", "100%"),
}


def all_sides_changed(world: World) -> None:
    """Both sides ticked, noted, added, moved and retitled; the .bib was edited by hand."""
    home = world.collection()
    world.text = BEFORE
    world.settle(bib=True)
    world.do("sync", "--offline")
    world.text = AFTER
    _edit_bib(world, "on {{Alpha}}", "about {{Alpha}}")
    keys, places = _keys(world)
    world.add(paper("Zeta: A Paper on Zeta", f"{PAGE}5", date="2025"))
    world.add(paper("Eta: A Paper on Eta", f"{PAGE}6", date="2025", collections=[home]))
    world.edit(keys["Theta"], title="Theta: A Paper on Theta, Revised")
    world.edit(keys["Alpha"], title="Alpha: A Paper on All Alphas")
    world.edit(keys["Kappa"], collections=[places["Vision"]])
    world.zotero.delete_collection(world.zotero.collection(places["Emptied"]))
    note = next(each for each in world.zotero.children(keys["Iota"]) if "note" in each["data"])
    world.edit(note["key"], note="<p>What Zotero says of Iota now.</p>")
    world.note(keys["Gamma"], "<p>A note that was written in Zotero.</p>")


def sections_came_and_went(world: World) -> None:
    """The author gave a section another heading, and in Zotero most of its papers left, and a collection."""
    home = world.collection()
    world.text = BEFORE.replace("\nWords of the author.\n", "")
    world.settle(bib=True)
    world.do("sync", "--offline")
    keys, places = _keys(world)
    world.text = world.text.replace("## Agents", "## Renamed by its author")
    _edit_bib(world, "on {{Gamma}}", "about {{Gamma}}")
    world.edit(keys["Gamma"], title="Gamma: A Paper on Gamma Rays")
    world.edit(keys["Theta"], deleted=1)
    world.edit(keys["Iota"], collections=[home])
    world.edit(keys["Alpha"], collections=[])
    world.edit(keys["Kappa"], collections=[world.collection("New", home), places["Vision"]])
    world.zotero.delete_collection(world.zotero.collection(places["Emptied"]))


def never_run_before(world: World) -> None:
    """List and library say much the same, and zsync never saw either."""
    home = world.collection()
    vision = world.collection("Vision", home)
    world.text = AFTER
    world.settle(bib=True)
    for number, name in enumerate(NAMES[:4]):
        title = f"{name}: A Paper on {name}"
        world.add(
            paper(title, f"{PAGE}{number}", date="2025", shortTitle=name, collections=[vision])
        )
    keys, _ = _keys(world)
    world.note(keys["Beta"], "<p>Only in Zotero.</p>")
    world.tag(keys["Beta"], "read")


TABLE = "table.md"
ROWS = {
    name: f"| ⬜ | **{name}**: A Paper on {name} | CVPR2025 | [Paper]({PAGE}{number}) |"
    for number, name in enumerate(NAMES)
}
TABLE_HEAD = """# Read together

| Read | Paper | Venue | Links |
|:----:|-------|-------|-------|
"""
SEVERAL = f"""\
[zotero]
library = "users/1"
[[lists]]
collection = "Reading list"
[lists.list]
path = "{LIST}"
notes = "all"
[lists.bib]
path = "{BIB}"
[[lists]]
collection = "Read together"
[lists.list]
path = "{TABLE}"
notes = "all"
"""
BY_HAND = """
@book{byhand,
  title = {Rain and What It Carries},
  author = {Lake, Ida},
  publisher = {Water Press},
  year = {2019}
}
"""


def two_lists_of_one_library(world: World) -> None:
    """A list with a bibliography, and a table that has papers of it: both changed, as did Zotero."""
    world.collection()
    together = world.collection("Read together")
    (world.folder / "zsync.toml").write_text(SEVERAL)
    table = world.folder / TABLE
    rows = [ROWS[name] for name in ("Alpha", "Beta", "Gamma")]
    table.write_text(TABLE_HEAD + "\n".join(rows) + "\n", "utf-8")
    agents = f"## Agents\n{LINES['Delta']}\n\n{LINES['Theta']}\n"
    world.text = f"# Papers\n\n## Vision\n{LINES['Alpha']}\n\n{agents}"
    world.do("sync", "--offline")
    keys, places = _keys(world)
    rows = [rows[0].replace("⬜", "✅"), rows[2], rows[1], ROWS["Epsilon"]]
    table.write_text(TABLE_HEAD + "\n".join(rows) + "\n", "utf-8")
    world.text = world.text.replace("## Agents", f"{LINES['Beta']}\n\n## Acting") + "\n  A note.\n"
    _edit_bib(world, "on {{Alpha}}", "about {{Alpha}}")
    (world.folder / BIB).write_text(world.bib + BY_HAND, "utf-8")
    world.edit(
        keys["Delta"], title="Delta: A Paper on Deltas", collections=[places["Agents"], together]
    )
    world.edit(keys["Theta"], collections=[places["Vision"]])
    world.tag(keys["Gamma"], "read")
    world.edit(keys["Alpha"], date="2024")
    world.add(paper("Eta: A Paper on Eta", f"{PAGE}6", date="2025", collections=[together]))


def _edit_bib(world: World, before: str, after: str) -> None:
    assert before in world.bib
    (world.folder / BIB).write_text(world.bib.replace(before, after), "utf-8")


def _keys(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """Return the keys of the items by their short titles, and of the collections by their names."""
    items = {each["data"]["shortTitle"]: each["data"]["key"] for each in world.zotero.top()}
    return items, {each["data"]["name"]: each["key"] for each in world.zotero.collections()}


STORIES = (
    all_sides_changed,
    sections_came_and_went,
    never_run_before,
    two_lists_of_one_library,
)


class End(NamedTuple):
    """What is there when all is done, in words that are the same in every run; ``text`` is of all lists."""

    text: str
    bib: str
    kept: tuple[str, ...]
    items: tuple[object, ...]
    lock: object


class Story(Retold):
    """A list and a library that have gone apart, to be told again and again from the same beginning."""

    def __init__(self, world: World, beginning: Callable[[World], None]) -> None:
        self.name = beginning.__name__
        beginning(world)
        super().__init__(world)

    def end(self) -> End:
        """Return what is there now."""
        folder = self.world.folder
        kept = (path.read_text("utf-8") for path in (folder / ".zsync" / "kept").glob("*"))
        names, titles, items = told_library(self.world)
        return End(
            _text(folder / LIST) + _text(folder / TABLE),
            _text(folder / BIB),
            tuple(sorted(kept)),
            items,
            _told_lock(_text(folder / "zsync.lock"), names, titles),
        )

    def leftovers(self) -> list[str]:
        """Return the files that nobody wants: what a killed run left in the folder, or in zsync's own."""
        wanted = {LIST, TABLE, BIB, "zsync.toml", "zsync.lock", ".zsync"}
        own = {".gitignore", "mirror.sqlite", "answers.sqlite", "kept"}
        folder = self.world.folder
        found = [path for path in folder.iterdir() if path.name not in wanted]
        found += [path for path in (folder / ".zsync").iterdir() if path.name not in own]
        found += (folder / ".zsync" / "kept").glob(".*")
        return [path.name for path in found]


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _told_lock(text: str, names: dict[str, str], titles: dict[str, str]) -> object:
    """Say what a lock says; keys differ from run to run, so items go by titles, and collections by names."""
    if not text:
        return None
    return {
        name: _told_base(base, names, titles) for name, base in sorted(parse(text).bases.items())
    }


def _told_base(base: Base, names: dict[str, str], titles: dict[str, str]) -> object:
    places = {digest(key): name for key, name in names.items()}
    return (
        sorted((names.get(key, key), section) for key, section in base.sections.items()),
        sorted(
            (
                titles.get(key, key),
                repr((known.citation_key, known.record and known.record.whole, known.former_keys)),
                sorted(known.record.fields) if known.record else (),
                known.pending,
                [
                    sorted(
                        (
                            name,
                            said.in_list,
                            places.get(said.in_zotero, said.in_zotero),
                            said.own,
                            said.settled,
                        )
                        for name, said in entry.fields.items()
                    )
                    for entry in known.entries
                ],
            )
            for key, known in base.items.items()
        ),
    )


@pytest.fixture(scope="module", params=STORIES, ids=lambda each: each.__name__)
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """A list and a library that have gone apart."""
    folder = tmp_path_factory.mktemp("story") / "work"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as monkeypatch, World(folder, monkeypatch) as world:
        yield Story(world, request.param)


def points_of(story: Story, command: Sequence[str]) -> tuple[list[Point], End]:
    """Return the points of a command, and the end without a fault; the suite takes a sample of them."""
    points, end = all_points_of(story, command)
    return points if HUNT else points[len(command[0]) :: _SAMPLE], end


def all_points_of(story: Story, command: Sequence[str]) -> tuple[list[Point], End]:
    """Return all the points of a command, and the end without a fault."""
    story.begin_again()
    counting = Machine()
    assert counting.run(story.world, command) == 0
    points = counting.points()
    assert points
    return points, story.end()


def left_wrong(story: Story, command: Sequence[str], expected: End) -> list[str]:
    """Run a command once more, and say what is not as without the fault."""
    again = story.world.run(*command)
    failed = [f"then exit {again.code}: {again.err}"] if again.code else []
    end = story.end()
    different = [name for name in End._fields if getattr(end, name) != getattr(expected, name)]
    return failed + different + story.leftovers()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_run_that_fails_anywhere_is_finished_by_the_next(
    story: Story, name: str, record_property: Record
) -> None:
    command = COMMANDS[name]
    points, expected = points_of(story, command)
    wrong = []
    for point in points:
        story.begin_again()
        code = Machine(point).run(story.world, command)
        is_told = code is None if point.fault.is_death else code in (0, 2, 4)
        if found := [] if is_told else [f"exit {code}"]:
            wrong.append(f"{point}: {found}")
        if found := left_wrong(story, command, expected):
            wrong.append(f"{point}: {found}")
    assert not wrong, "\n".join(wrong)
    record_property("points", f"zsync {name}, {story.name}: {len(points)}")
    _count(record_property, f"one fault at one point of `zsync {name}`", len(points))


def _count(record_property: Record, how: str, cases: int) -> None:
    promise = "a run that fails anywhere is finished by the next, as if nothing had happened"
    record_property("reliability", f"{promise}|{how}|{cases}|0")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT RUN: this system cannot fork")
def test_a_process_that_is_killed_is_no_different(story: Story, record_property: Record) -> None:
    """The deaths above are exceptions; these are SIGKILL, and what they leave is the same."""
    command = COMMANDS["sync"]
    points, expected = all_points_of(story, command)
    deaths = [point for point in points if point.fault.is_death][:: 1 if HUNT else 3 * _SAMPLE]
    assert deaths
    for point in deaths:
        story.begin_again()
        assert kill(story.world, command, point) == -signal.SIGKILL
        assert not left_wrong(story, command, expected), point
    _count(record_property, "SIGKILL at one point of `zsync sync`", len(deaths))
