"""The demo, and the project's own list: both are the product in use."""

import shutil
from pathlib import Path

import pytest

from tests.world import World, changed_lines
from zsync import demo

ROOT = Path(__file__).parents[1]
OWN = ("READING.md", "zsync.toml", "zsync.lock", "refs/library.bib")


def test_the_demo_plays_the_whole_loop(world: World) -> None:
    folder = world.folder / "demo"
    out = world.do("demo", str(folder))
    before = (ROOT / "src" / "zsync" / "demo" / "READING.md").read_text("utf-8")
    lines = changed_lines(before, (folder / "READING.md").read_text("utf-8"))
    assert any(line.startswith("+ - [ ] **LLaVA-Critic**") for line in lines)
    assert any(line.startswith("+ - [ ] **Datasheets**") for line in lines)
    went = ("READING.md → Zotero: 2 things went", "item     Datasheets", "ticked   Toolformer")
    for step in ("25 sure, 0 maybe, 0 missing", "ticked", "added", "moved", "removed", *went):
        assert step in out
    assert "In step (1 request)." in out
    assert str(folder) in out
    assert "LLaVA" in (folder / "refs" / "library.bib").read_text("utf-8")


def test_what_the_demo_suggests_works(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.folder / "demo"
    world.do("demo", str(folder))
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ZOTERO_API_URL")
    assert "In step." in world.do("status")
    assert "with a note" in world.do("entries", "READING.md")


def test_a_folder_in_use_is_left_alone(world: World) -> None:
    world.text = "mine"
    assert world.run("demo", str(world.folder)).code == 2
    assert world.text == "mine"


def test_the_projects_own_list_is_in_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OWN:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with World(tmp_path, monkeypatch, demo.library(), demo.KEY) as world:
        before = world.state()
        world.do("pull")
        assert {name: data for name, (data, _) in world.state().items()} == {
            name: data for name, (data, _) in before.items()
        }
        assert world.run("status", "--check").code == 0
