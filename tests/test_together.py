"""Files that belong together are all old or all new once the next run began, wherever the last one died."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.breaking import Machine
from tests.story import Retold
from tests.world import World, paper
from zsync import together
from zsync.together import NewText

PULL = ("pull",)


class Dead(BaseException):
    """The process is gone."""


@pytest.mark.parametrize(("renames", "word"), [(1, "old"), (2, "new"), (3, "new")])
def test_a_write_that_died_is_finished_or_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int, word: str
) -> None:
    """The first rename is the note's; from the second on, the files are not as they were."""
    own = {name: tmp_path / name for name in ("list.md", "some.bib", "some.lock")}
    for name, path in own.items():
        path.write_text(f"old {name}")
    texts = [NewText(name, path, f"old {name}", f"new {name}") for name, path in own.items()]
    note = tmp_path / "note.json"
    real, left = os.replace, [None] * renames

    def dying(*given: Any) -> None:
        if not left:
            raise Dead
        left.pop()
        real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dying)
        with pytest.raises(Dead):
            together.replace_all(note, texts)
    assert together.finish(note, own) == (word == "new")
    assert [path.read_text() for path in own.values()] == [f"{word} {name}" for name in own]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(own)


def test_what_a_killed_run_wrote_is_not_taken_for_words_of_the_author(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ticked and added in Zotero, both taken back there after a pull was killed: a sync pushes neither."""
    folder = tmp_path / "work"
    folder.mkdir()
    with World(folder, monkeypatch) as world:
        home = world.collection()
        (old,) = world.add(paper("Alpha: A Paper on Alpha", date="2025", collections=[home]))
        world.text = "# Papers\n\n## Reading list\n"
        world.settle(bib=True)
        world.do(*PULL)
        in_step = world.text
        world.tag(old, "read")
        (new,) = world.add(paper("Beta: A Paper on Beta", date="2025", collections=[home]))
        story, counting = Retold(world), Machine()
        assert counting.run(world, PULL) == 0
        is_half_written = set()
        for point in counting.points():
            if point.what != "rename" or not point.fault.is_death:
                continue
            story.begin_again()
            assert Machine(point).run(world, PULL) is None
            is_half_written.add(world.text != in_step)
            world.tag(old)
            world.edit(new, deleted=1)
            world.do("sync", "--offline")
            assert world.text == in_step, point
            assert world.item(old)["tags"] == [], point
            assert [item["key"] for item in world.zotero.top()] == [old], point
        assert is_half_written == {True, False}
