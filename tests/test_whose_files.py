"""What others save while zsync is at work stays, and zsync writes where it may and nowhere else."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.world import BIB, LIST, World, paper
from zsync import files

URL = "https://arxiv.org/abs/2501.0000"
WORDS = "Words that were just saved."


@pytest.fixture
def changed(world: World) -> World:
    """A list, a .bib and a lock that are in step, and a library that then changed."""
    home = world.collection()
    world.text = "# Papers\n\n## Reading list\n"
    world.settle(bib=True)
    fields = {"date": "2025", "conferenceName": "CVPR", "collections": [home]}
    keys = world.add(*(paper(f"P{n}: Paper {n}", f"{URL}{n}", **fields) for n in range(2)))
    world.do("pull")
    for key in keys:
        world.edit(key, title="P: Another Title", date="2024")
    return world


def during(world: World, call: str, number: int, act: Callable[[], object]) -> None:
    """Have something happen right before the n-th (from 1) such call of the system."""
    real, count = getattr(os, call), iter(range(1, 100))

    def interrupted(*given: Any, **options: Any) -> Any:
        if next(count) == number:
            act()
        return real(*given, **options)

    world.monkeypatch.setattr(os, call, interrupted)


@pytest.mark.parametrize("name", [LIST, BIB, "zsync.lock"])
@pytest.mark.parametrize("moment", range(1, 5))
def test_what_an_editor_saves_meanwhile_stays(changed: World, name: str, moment: int) -> None:
    """The texts are written out one after the other, with a note; only then is anything replaced."""
    path = changed.folder / name
    saved = path.read_text("utf-8") + ("\n" if name == "zsync.lock" else f"\n% {WORDS}\n")
    before = {each: (changed.folder / each).read_bytes() for each in (LIST, BIB, "zsync.lock")}
    during(changed, "fsync", moment, lambda: path.write_text(saved, "utf-8"))
    result = changed.run("pull")
    assert result.code == 4
    assert f"{name} was edited while zsync was at work" in result.err
    assert path.read_text("utf-8") == saved
    assert all(
        (changed.folder / each).read_bytes() == before[each] for each in before if each != name
    )
    assert sorted(each.name for each in changed.folder.iterdir() if each.name.startswith(".")) == [
        ".zsync"
    ]
    changed.do("pull")
    assert "Another Title" in changed.text
    assert saved.splitlines()[-1] in path.read_text("utf-8") or name == "zsync.lock"
    assert "In step" in changed.do("pull")


@pytest.mark.parametrize("name", [BIB, "zsync.lock"])
def test_what_was_replaced_before_is_put_back(changed: World, name: str) -> None:
    """The editor saves between two renames: then neither file is new, and the lock is ahead of none."""
    path, text = changed.folder / name, changed.text
    saved = path.read_text("utf-8") + "\n"
    # The note is renamed first, then the list.
    during(changed, "replace", 2, lambda: path.write_text(saved, "utf-8"))
    result = changed.run("pull")
    assert (result.code, "was edited while zsync was at work" in result.err) == (4, True)
    assert path.read_text("utf-8") == saved
    assert changed.text == text
    changed.do("pull")
    assert "Another Title" in changed.text


def test_what_git_saves_between_two_renames_stays_in_all_files(changed: World) -> None:
    def check_out() -> None:
        changed.text += f"\n{WORDS}\n"
        lock = changed.folder / "zsync.lock"
        lock.write_text(lock.read_text("utf-8") + "\n", "utf-8")

    during(changed, "replace", 3, check_out)
    assert changed.run("pull").code == 4
    assert WORDS in changed.text
    changed.do("pull")
    assert WORDS in changed.text
    assert "In step" in changed.do("pull")


def test_a_link_in_the_place_of_a_prepared_text_is_not_put_there(
    changed: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The note and the link may come with the repository, and name a text that is known."""
    outside = tmp_path_factory.mktemp("outside") / "profile"
    outside.write_text("export PATH=/bin\n")
    (changed.folder / f".{LIST}.zsync").symlink_to(outside)
    bib = hashlib.sha256(changed.bib.encode()).hexdigest()
    texts = [
        hashlib.sha256(each.encode()).hexdigest() for each in (changed.text, outside.read_text())
    ]
    note = json.dumps({LIST: texts, BIB: ["x", bib]})
    (changed.folder / ".zsync" / "unfinished.json").write_text(note)
    changed.do("pull")
    assert not (changed.folder / LIST).is_symlink()
    assert outside.read_text() == "export PATH=/bin\n"


@pytest.mark.parametrize("name", [".gitignore", "zsync.toml"])
def test_init_follows_no_link(
    world: World, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "profile"
    (world.folder / name).symlink_to(outside)
    world.text = "# Papers\n"
    result = world.run("init", LIST, "--collection", "Reading list", "--notes", "none")
    assert result.code == 2
    assert not outside.exists()


def test_a_report_follows_no_link_and_leaves_nothing_beside_it(
    changed: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "profile"
    (changed.folder / "r.md").symlink_to(outside)
    assert changed.run("pull", "--dry-run", "--report-file", "r.md").code == 2
    assert not outside.exists()
    assert not list(changed.folder.glob(".r.md*"))


@pytest.mark.parametrize("name", [LIST, BIB, "zsync.lock", ".zsync"])
def test_a_link_to_itself_is_named(repository: World, name: str) -> None:
    path = repository.folder / name
    if path.is_dir():
        path.rename(repository.folder / "moved")
    else:
        path.unlink(missing_ok=True)
    path.symlink_to(path)
    result = repository.run("status")
    assert result.code == 2
    assert name in result.err


def test_a_note_that_somebody_planted_moves_no_other_file(changed: World) -> None:
    victim = changed.folder / "victim.txt"
    victim.write_text("precious")
    (changed.folder / ".victim.txt.zsync").write_text("planted")
    (changed.folder / ".zsync" / "unfinished.json").write_text('{"victim.txt": ["a", "b"], "x": 1}')
    changed.do("pull")
    assert victim.read_text() == "precious"


def test_what_was_edited_after_a_killed_run_is_not_taken_for_its_work(changed: World) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with changed.monkeypatch.context() as patch:
        changed.monkeypatch, whole = patch, changed.monkeypatch
        during(changed, "replace", 3, stop)
        assert changed.run("pull").code == 130
        changed.monkeypatch = whole
    changed.text = changed.text.replace("# Papers\n", f"# Papers\n\n{WORDS}\n")
    changed.do("pull")
    assert WORDS in changed.text
    assert "In step" in changed.do("pull")
    assert not (changed.folder / ".zsync" / "unfinished.json").exists()


# -- what is kept aside -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    ["up/../../../../outside/book", "/outside/planted", "..\\outside", "\x1b[2Jclear", "k" * 400],
    ids=["above", "absolute", "backslash", "control", "long"],
)
def test_names_of_kept_texts_lead_nowhere(changed: World, key: str) -> None:
    lock = changed.folder / "zsync.lock"
    item = changed.zotero.top()[0]["data"]["key"]
    escaped = key.replace("\\", "\\\\").replace("\x1b", "\\u001b")
    lock.write_text(lock.read_text("utf-8").replace(item, escaped), "utf-8")
    changed.do("pull", "--max-removals", "100%")
    kept = changed.folder / ".zsync" / "kept"
    names = [each.name for each in kept.iterdir()]
    assert names
    assert all(name.isascii() and name.isprintable() and len(name) < 150 for name in names)
    assert {each.name for each in changed.folder.iterdir()} == {
        *("README.md", "library.bib", "zsync.toml", "zsync.lock", ".zsync")
    }


def test_a_heading_that_goes_is_kept(world: World) -> None:
    home = world.collection()
    below = world.collection("Going", home)
    world.text = "# Papers\n\n## Reading list\n"
    world.settle()
    (key,) = world.add(paper("P: Paper", f"{URL}1", collections=[below]))
    world.add(paper("Q: Paper Two", f"{URL}2", collections=[home]))
    world.do("pull")
    assert "## Going" in world.text
    world.text = world.text.replace("## Going", "## Going, as its author calls it")
    world.do("pull")
    world.edit(key, collections=[home])
    world.zotero.delete_collection(world.zotero.collection(below))
    world.do("pull")
    assert "Going" not in world.text
    kept = (world.folder / ".zsync" / "kept").glob("*heading.md")
    assert [path.read_text("utf-8") for path in kept] == ["## Going, as its author calls it\n"]


# -- inside the repository ------------------------------------------------------------------------


def lead_out(world: World, how: str, outside: Path) -> None:
    """Let a setting or a link lead out of the repository."""
    toml = world.folder / "zsync.toml"
    text = toml.read_text("utf-8")
    match how:
        case "list.path":
            toml.write_text(text.replace(LIST, "../outside/other.md"), "utf-8")
        case "bib.path":
            toml.write_text(text.replace(BIB, str(outside / "other.bib")), "utf-8")
        case "git's own":
            toml.write_text(text.replace(BIB, ".git/config"), "utf-8")
        case ".zsync":
            (world.folder / how).symlink_to(outside, target_is_directory=True)
        case _:
            path = world.folder / how
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)
            path.symlink_to(outside / "other.md")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world in a git repository, beside a folder that is none of its."""
    work, outside = tmp_path / "work", tmp_path / "outside"
    (work / ".git").mkdir(parents=True)
    outside.mkdir()
    (outside / "other.md").write_text("# precious\n")
    with World(work, monkeypatch) as world:
        home = world.collection()
        world.add(paper("P: Paper", f"{URL}1", collections=[home]))
        world.text = "# Papers\n"
        world.settle(bib=True)
        yield world


@pytest.mark.parametrize(
    "how",
    [
        *("list.path", "bib.path", "git's own", ".zsync", LIST, BIB, "zsync.lock"),
        *(".zsync/kept", ".zsync/mirror.sqlite"),
    ],
)
def test_nothing_leaves_the_repository_unless_it_may(repository: World, how: str) -> None:
    outside = repository.folder.parent / "outside"
    lead_out(repository, how, outside)
    result = repository.run("pull")
    assert result.code == 2
    assert "leads out of the repository" in result.err
    assert "--allow-outside" in result.err
    assert [each.name for each in outside.iterdir()] == ["other.md"]
    assert (outside / "other.md").read_text() == "# precious\n"


@pytest.mark.parametrize("how", ["list.path", "bib.path", ".zsync", LIST])
def test_a_person_may_allow_it(repository: World, how: str) -> None:
    lead_out(repository, how, repository.folder.parent / "outside")
    assert repository.run("pull", "--allow-outside").code == 0


def test_a_link_inside_the_repository_is_followed(repository: World) -> None:
    real = repository.folder / "docs" / "real.md"
    real.parent.mkdir()
    real.write_text("# Papers\n")
    (repository.folder / LIST).unlink()
    (repository.folder / LIST).symlink_to(real)
    repository.do("pull")
    assert "Paper" in real.read_text("utf-8")
    assert (repository.folder / LIST).is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="NOT RUN: this system has no such permissions")
def test_the_work_folder_is_its_owners_alone_also_where_it_was_there(repository: World) -> None:
    work = repository.folder / ".zsync"
    work.mkdir(mode=0o755)
    (work / "mirror.sqlite").touch(0o644)
    (work / "answers.sqlite").touch(0o644)
    repository.text += f"- [ ] **New**: A New Paper. CVPR2025 [Paper]({URL}7)\n"
    repository.do("sync", "--offline")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (work, *work.glob("*.sqlite"))}
    assert modes == {".zsync": 0o700, "mirror.sqlite": 0o600, "answers.sqlite": 0o600}


def test_a_text_that_waits_is_taken_away_by_the_next_run(changed: World) -> None:
    for path in (changed.folder / LIST, changed.folder / BIB, changed.folder / ".zsync/kept-text"):
        files.prepare(path, "left by a run that was killed")
    changed.do("pull")
    left = [each.name for each in changed.folder.rglob(".*.zsync")]
    assert left == []
