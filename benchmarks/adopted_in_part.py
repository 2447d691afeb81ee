"""How much of a list is read rightly when Zotero holds every tenth paper of it.

What is known of a few papers should help to read the others. So the library gets every tenth paper of a
list's gold, ``zsync link`` pairs them, and ``zsync push --offline`` says what it would make of the rest.
"""

import importlib.util
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from zotero_sandbox import Sandbox
from zotero_sandbox.data import DEFAULT_KEY

KNOWN: Final = 10
_COLLECTION: Final = "CLLCTN22"
_SETTINGS: Final = """\
[zotero]
library = "users/1"
collection = "Reading list"
[list]
path = "LIST.md"
notes = "none"
[guard]
max_additions = 100000
"""

Paper = Mapping[str, Any]


def read_by_a_tenth(folder: Path, name: str, zsync: Sequence[str]) -> float | None:
    """Return the share of a list's papers that are linked where they stand or read with their title.

    ``folder`` holds the lists, their golds and ``adopt.py``, which knows what the papers of a gold are.
    None if the list's gold names no paper.
    """
    scorer = _module(folder / "adopt.py")
    gold, text = scorer.gold_of(folder, name), scorer.text_of(folder, name)
    papers: list[Paper] = scorer.papers(gold)
    if not papers:
        return None
    known = {scorer.key(34**3 + number): each for number, each in enumerate(papers[::KNOWN])}
    linked, pushed = _run(scorer.cut(text, gold, papers), _library(known), zsync)
    return share_right(papers, known, _places(linked), scorer.norm, list(_titles(pushed)))


def share_right(
    papers: Sequence[Paper],
    known: Mapping[str, Paper],
    places: Mapping[str, Sequence[int]],
    norm: Any,
    titles: Iterable[str],
) -> float:
    """Return the share of ``papers`` that are right.

    ``known`` are those that Zotero has, by key; ``places`` the lines that each key was linked with. The
    others are right where one of the ``titles`` read is theirs, as ``norm`` compares them.
    """
    read = {norm(title) for title in titles}
    right = 0
    keys = {id(paper): key for key, paper in known.items()}
    for paper in papers:
        lines = places.get(keys.get(id(paper), ""), ())
        stands = any(abs(one - line) <= 3 for one in lines for line in paper["lines"])
        right += stands or norm(paper["title"]) in read
    return right / len(papers)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _library(known: Mapping[str, Paper]) -> dict[str, Any]:
    collection = {"key": _COLLECTION, "name": "Reading list"}
    items = [_item(key, each) for key, each in known.items()]
    return {"libraries": [{"library": "users/1", "collections": [collection], "items": items}]}


def _item(key: str, paper: Paper) -> dict[str, Any]:
    said = {"date": str(paper["year"] or ""), "url": paper["url"]}
    return {
        "itemType": "conferencePaper",
        "key": key,
        "title": paper["title"],
        "collections": [_COLLECTION],
        **{name: value for name, value in said.items() if value},
    }


def _run(text: str, library: Mapping[str, Any], zsync: Sequence[str]) -> tuple[Any, Any]:
    """Link a list and foresee its push; give what both commands said of the list."""
    with tempfile.TemporaryDirectory() as name, Sandbox(library) as sandbox:
        home = Path(name)
        (home / "zsync.toml").write_text(_SETTINGS, "utf-8")
        (home / "LIST.md").write_bytes(text.encode())
        environment = {
            **os.environ,
            "ZOTERO_API_KEY": DEFAULT_KEY,
            "ZOTERO_API_URL": sandbox.url,
            "HOME": name,
        }

        def said(*arguments: str) -> Any:
            answer = subprocess.run(  # noqa: S603
                [*zsync, *arguments, "--json"],
                cwd=home,
                env=environment,
                check=False,
                capture_output=True,
                text=True,
            )
            if not answer.stdout:
                raise RuntimeError(f"zsync {' '.join(arguments)}: {answer.stderr}")
            return json.loads(answer.stdout)["lists"][0]

        return said("link"), said("push", "--offline")


def _places(linked: Any) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for each in linked["entries"]:
        if each["item"]:
            places.setdefault(each["item"], []).append(each["line"])
    return places


def _titles(pushed: Any) -> Iterator[str]:
    """Return the titles of the papers that a push would make, and of those that it asks about first."""
    for change in pushed["pushed"]:
        if change["change"] == "NewItem":
            yield change["title"]
    for held in pushed["held"]:
        yield held["title"]
