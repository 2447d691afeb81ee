"""A small world for behaviour tests: Zotero (the sandbox), a folder with a list, and the command line.

Zotero is changed through pyzotero, as any other program would; the list is changed by writing the file; and
zsync is run as a person runs it. Nothing is mocked.
"""

import difflib
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from pyzotero.zotero import Zotero

from zotero_sandbox import Sandbox
from zsync import cli

COLLECTION = "Reading list"
LIST = "README.md"
BIB = "library.bib"


@dataclass(frozen=True)
class Result:
    """What a command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


class World:
    """One library, one folder; use as a context manager."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        data: Mapping[str, Any] | None = None,
        key: str = "KeyOfTheTests",
    ) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.sandbox = Sandbox(data or _one_reader(key))
        self.key = key

    def __enter__(self) -> Self:
        self.sandbox.__enter__()
        self.zotero = Zotero("1", "user", self.key)
        self.zotero.endpoint = self.sandbox.url
        self.monkeypatch.chdir(self.folder)
        self.monkeypatch.setenv("ZOTERO_API_URL", self.sandbox.url)
        self.monkeypatch.setenv("ZOTERO_API_KEY", self.key)
        self.monkeypatch.setenv("NO_COLOR", "1")
        for name in ("ZOTERO_LIBRARY_ID", "ZOTERO_LIBRARY_TYPE"):
            self.monkeypatch.delenv(name, raising=False)
        return self

    def __exit__(self, *error: object) -> None:
        if self.zotero.client:
            self.zotero.client.close()
        self.sandbox.__exit__(*error)

    # -- zsync ----------------------------------------------------------------------------------

    def run(self, *arguments: str, stdin: str = "") -> Result:
        """Run a command as a person does."""
        out, err = _stream(), _stream()
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", _stream(stdin))
            code = cli.run(arguments)
        return Result(code, _written(out), _written(err))

    def do(self, *arguments: str) -> str:
        """Run a command that must succeed; give what it printed."""
        result = self.run(*arguments)
        assert result.code == 0, result
        return result.out

    def settle(self, *, notes: str | None = "all", bib: bool = False, extra: str = "") -> None:
        """Write settings for the list and the collection."""
        policy = f'notes = "{notes}"\n' if notes else ""
        bibliography = f'[bib]\npath = "{BIB}"\n' if bib else ""
        (self.folder / "zsync.toml").write_text(
            f'[zotero]\nlibrary = "users/1"\ncollection = "{COLLECTION}"\n'
            f'[list]\npath = "{LIST}"\n{policy}{extra}{bibliography}',
            encoding="utf-8",
        )

    # -- the list -------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The list as it is, line ends untouched."""
        return (self.folder / LIST).read_bytes().decode()

    @text.setter
    def text(self, text: str) -> None:
        (self.folder / LIST).write_bytes(text.encode())

    @property
    def bib(self) -> str:
        """The bibliography as it is."""
        return (self.folder / BIB).read_bytes().decode()

    def change_of(self, *arguments: str) -> list[str]:
        """Run a command and give the lines that it took from and added to the list."""
        before = self.text
        self.do(*arguments)
        return changed_lines(before, self.text)

    def state(self) -> dict[str, tuple[bytes, int]]:
        """Return every file outside the work folder: its bytes and when it was written."""
        return {
            str(path.relative_to(self.folder)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".zsync" not in path.parts
        }

    # -- Zotero ---------------------------------------------------------------------------------

    def collection(self, name: str = COLLECTION, parent: str | None = None) -> str:
        """Make a collection and give its key."""
        made = self.zotero.create_collections([{"name": name, "parentCollection": parent or False}])
        key: str = made["success"]["0"]
        return key

    def add(self, *items: Mapping[str, Any]) -> list[str]:
        """Make items and give their keys."""
        keys: list[str] = []
        for start in range(0, len(items), 50):
            report = self.zotero.create_items([dict(item) for item in items[start : start + 50]])
            assert not report["failed"], report["failed"]
            keys.extend(report["success"][str(index)] for index in range(len(report["success"])))
        return keys

    def item(self, key: str) -> dict[str, Any]:
        """Return an item's data as it is now."""
        data: dict[str, Any] = self.zotero.item(key)["data"]
        return data

    def edit(self, key: str, **changes: object) -> None:
        """Change some fields of an item."""
        self.zotero.update_item({**self.item(key), **changes})

    def tag(self, key: str, *tags: str) -> None:
        """Return an item these tags and no others."""
        self.edit(key, tags=[{"tag": tag} for tag in tags])

    def note(self, parent: str, html: str, *tags: str) -> str:
        """Add a child note and give its key."""
        note = {"itemType": "note", "note": html, "tags": [{"tag": tag} for tag in tags]}
        return self.add({**note, "parentItem": parent})[0]

    def linked(self, parent: str, label: str, url: str) -> str:
        """Add a linked URL and give its key."""
        attachment = {
            "itemType": "attachment",
            "linkMode": "linked_url",
            "title": label,
            "url": url,
        }
        return self.add({**attachment, "parentItem": parent})[0]


def _stream(text: str = "") -> io.TextIOWrapper:
    """A pipe of a system whose habit is not UTF-8."""
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="cp1252", newline="")


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


def _one_reader(key: str) -> dict[str, Any]:
    """Return an empty library whose owner's key may do everything."""
    access = {"library": True, "notes": True, "write": True, "files": True}
    return {
        "users": [{"id": 1, "username": "reader"}],
        "keys": [{"key": key, "user": 1, "access": {"user": access}}],
        "libraries": [{"library": "users/1"}],
    }


def paper(title: str, url: str = "", **fields: Any) -> dict[str, Any]:
    """Return a conference paper; ``collections`` is a list of keys."""
    return {"itemType": "conferencePaper", "title": title, "url": url, **fields}


def changed_lines(before: str, after: str) -> list[str]:
    """Return the removed (``-``) and added (``+``) lines, without their context."""
    return [
        line
        for line in difflib.ndiff(_split(before), _split(after))
        if line.startswith(("- ", "+ "))
    ]


def _split(text: str) -> Sequence[str]:
    return text.split("\n")
