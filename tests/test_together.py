"""Files that belong together are all old or all new once the next run began, wherever the last one died."""

import os
from pathlib import Path
from typing import Any

import pytest

from zsync import together
from zsync.together import NewText


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
