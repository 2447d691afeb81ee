"""Files change atomically or not at all, and only when the text differs."""

import os
from pathlib import Path

import pytest

from zsync import files
from zsync.errors import FileError


def test_line_ends_and_byte_order_mark_survive(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    data = "\ufeffone\r\ntwo\rthree\x0bfour\u2028".encode()
    path.write_bytes(data)
    text = files.read(path)
    assert files.replace(tmp_path / "copy.md", text)
    assert (tmp_path / "copy.md").read_bytes() == data


def test_equal_text_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text("same")
    os.utime(path, (1, 1))
    assert not files.replace(path, "same")
    assert path.stat().st_mtime == 1


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "list.md", tmp_path / "link.md"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    assert files.replace(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.md"
    path.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="no space left on device"):
        files.replace(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["list.md"]


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda _path: None, "no such file"),
        (lambda path: path.mkdir(), "folder"),
        (lambda path: path.write_bytes(b"caf\xe9"), r"list\.md:1: the file is not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, make: object, what: str) -> None:
    path = tmp_path / "list.md"
    make(path)  # type: ignore[operator]
    with pytest.raises(FileError, match=what):
        files.read(path)


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text("old")
    path.chmod(0o400)
    with pytest.raises(FileError, match="read-only"):
        files.replace(path, "new")
    assert path.read_text() == "old"
