"""Reads a folder of lists of which somebody said which lines name a paper, and by what title.

``benchmarks/score_lists.py`` says what such a folder holds. Nothing of it belongs into the project.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.invented_lists import LabelledList, letters


def labelled(folder: Path) -> Iterator[LabelledList]:
    """Return every list of a folder that has a gold, in the order of their names."""
    for gold, text in ((folder / "gold", folder), (folder / "more", folder / "more")):
        for path in sorted(gold.glob("*.json")):
            said = json.loads(path.read_text("utf-8"))
            yield _labelled(path.stem, (text / f"{path.stem}.md").read_bytes().decode(), said)


def _labelled(name: str, text: str, gold: Mapping[str, Any]) -> LabelledList:
    first, last = gold.get("covered_lines") or (1, text.count("\n") + 1)
    judged = set(range(first, last + 1)) - set(_lines(gold.get("ignore_lines") or ()))
    titles: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for entry in gold["entries"]:
        titles[entry["line"]] |= _titles(entry)
    untitled = {line for line, said in titles.items() if not said}
    return LabelledList(name, text, titles, frozenset(judged - untitled))


def _titles(entry: Mapping[str, Any]) -> frozenset[str]:
    """The letters of all titles that are right: with the short name, without it, and in other words."""
    title, short = entry.get("title") or "", entry.get("short") or ""
    said = (title, f"{short} {title}" if title else "", *(entry.get("title_alt") or ()))
    return frozenset(map(letters, said)) - {""}


def _lines(spans: Sequence[Sequence[int]]) -> Iterator[int]:
    for first, last in spans:
        yield from range(first, last + 1)
