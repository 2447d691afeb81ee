"""Lists that people have really written, read from beside the project; skipped where they are absent."""

import json
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from zsync.core.edits import SetNote, SetRead, SetTitle
from zsync.formats.reading_list import ReadingList, edit, parse
from zsync.formats.reading_list.shapes.table.cells import split_row
from zsync.formats.reading_list.shapes.table.row import Table

LISTS = Path(__file__).parents[3] / "shared" / "lists"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason=f"no lists to read: {LISTS} is absent")
NAMES = sorted(path.name for path in LISTS.glob("*.md"))
HISTORY = sorted(path.name for path in (LISTS / "seed_history").glob("*.md"))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@lru_cache(maxsize=4)
def reading(name: str) -> ReadingList:
    return parse(read(LISTS / name))


def expected_of(name: str) -> list[dict[str, Any]]:
    versions = json.loads(read(LISTS / "seed_history" / "expected.json"))
    entries: list[dict[str, Any]] = next(
        each["entries"] for each in versions if each["file"] == name
    )
    return entries


def gold_shape(reading_list: ReadingList) -> list[dict[str, object]]:
    return [
        {
            "line": entry.line,
            "section": list(entry.section),
            "checkbox": entry.checkbox.value,
            "short": entry.short,
            "title": entry.title,
            "venue": entry.venue,
            "year": entry.year,
            "links": [{"label": link.label, "url": link.url} for link in entry.links],
            "note_text_present": entry.note is not None,
        }
        for entry in reading_list.entries
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_list_is_read_without_losing_a_byte(name: str) -> None:
    text = read(LISTS / name)
    reading_list = parse(text)
    assert "".join(reading_list.spans()) == reading_list.text == text


@pytest.mark.parametrize("name", HISTORY)
def test_every_version_of_the_first_list_is_read_in_full(name: str) -> None:
    text = read(LISTS / "seed_history" / name)
    found = [
        (entry.line, entry.checkbox.value, entry.links[0].url, entry.note is not None)
        for entry in parse(text).entries
    ]
    wanted = [
        (each["line"], each["checkbox"], each["url"], each["note"]) for each in expected_of(name)
    ]
    assert found == wanted


@pytest.mark.parametrize("name", HISTORY)
def test_a_head_says_short_name_title_and_venue(name: str) -> None:
    for entry, wanted in zip(
        parse(read(LISTS / "seed_history" / name)).entries, expected_of(name), strict=True
    ):
        short = f"**{entry.short}**: " if entry.short else ""
        heads = {f"{short}{entry.title}"}
        heads |= {f"{short}{entry.title}{stop} {entry.venue}{entry.year}" for stop in ("", ".")}
        assert wanted["head"] in heads


@pytest.mark.parametrize("name", HISTORY[1:])
def test_a_note_is_all_that_stands_between_two_entries(name: str) -> None:
    """In these lists nothing else does, so the text between entries is known without any parser."""
    text = read(LISTS / "seed_history" / name)
    lines = text.split("\n")
    entries = parse(text).entries
    ends = [entry.line - 1 for entry in entries[1:]] + [len(lines)]
    for entry, end in zip(entries, ends, strict=True):
        between = [line.strip() for line in lines[entry.line : end]]
        wanted = "\n".join(between).strip().removeprefix("- ")
        assert (entry.note or "") == wanted


def test_the_first_list_scores_100_in_every_field(tmp_path: Path) -> None:
    text = read(LISTS / "mllm_seed.md")
    (tmp_path / "mllm_seed.json").write_text(json.dumps(gold_shape(parse(text))), encoding="utf-8")
    (tmp_path / "mllm_seed.roundtrip.md").write_bytes(parse(text).text.encode())
    scorer = [sys.executable, str(LISTS / "score_md.py"), str(tmp_path), "--data", str(LISTS)]
    scores = tmp_path / "scores.json"
    subprocess.run(
        [*scorer, "--only", "mllm_seed", "--json", str(scores)], check=True, capture_output=True
    )
    overall = json.loads(scores.read_text(encoding="utf-8"))["overall"]
    assert {field: rate for field, (_, of, rate) in overall.items() if of and rate != 1} == {}
    assert overall["recall"][:2] == [24, 24]


@pytest.mark.parametrize("name", NAMES)
def test_ticking_every_entry_changes_boxes_only(name: str) -> None:
    before = reading(name)
    result = edit(before, [SetRead(index, True) for index in range(len(before.entries))])
    assert result.positions == tuple(range(len(before.entries)))
    boxes = re.compile(r"(?<=[-*+.)] )\[[ xX]\] ")
    rows = {block.line for block in before.blocks if isinstance(block.shape, Table)}
    pairs = zip(before.text.split("\n"), result.reading_list.text.split("\n"), strict=True)
    for number, (old, new) in enumerate(pairs):
        if number in rows:
            assert differing_cells(old, new) <= 1
        else:
            assert boxes.sub("", old, count=1) == boxes.sub("", new, count=1)


def differing_cells(old: str, new: str) -> int:
    pairs = zip(split_row(old), split_row(new), strict=True)
    return sum(old[slice(*one)] != new[slice(*other)] for one, other in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_leaves_every_other_line_as_it_was(name: str) -> None:
    before = reading(name)
    lines = before.text.split("\n")
    titled = [
        index
        for index, entry in enumerate(before.entries)
        if entry.title and index not in before.read_only
    ]
    for index in titled[:: max(1, len(titled) // 3)]:
        old = before.entries[index]
        result = edit(before, [SetTitle(index, old.short, old.title + " (edited)")])
        assert result.reading_list.entries[index].title == old.title + " (edited)"
        changed = [
            number
            for number, pair in enumerate(
                zip(lines, result.reading_list.text.split("\n"), strict=True), 1
            )
            if pair[0] != pair[1]
        ]
        assert changed == [old.line]


@pytest.mark.parametrize("name", NAMES)
def test_a_note_can_be_written_and_taken_away_again(name: str) -> None:
    before = reading(name)
    # Below an entry that is not a list item a paragraph is a note only where others are.
    bare = [
        index
        for index, entry in enumerate(before.entries)
        if entry.note is None and before.blocks[index].marker and index not in before.read_only
    ]
    for index in bare[:: max(1, len(bare) // 3)]:
        result = edit(before, [SetNote(index, "A thought.")])
        assert result.reading_list.entries[index].note == "A thought."
        again = edit(result.reading_list, [SetNote(index, None)]).reading_list.text
        # Where some entries have a blank line after them and others none, nothing tells which had.
        assert said_lines(again) == said_lines(before.text)
        assert abs(len(again) - len(before.text)) <= len("\r\n")


def said_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
