"""The project's own reading list and the demo's Zotero library say the same.

The reader of lists here is deliberately independent of zsync's: a misreading shared with it would not show.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from zsync.formats.notes import to_markdown

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "src" / "zsync" / "demo"
LIST = (DEMO / "READING.md").read_text(encoding="utf-8")
LIBRARY = json.loads((DEMO / "library.json").read_text(encoding="utf-8"))["libraries"][0]
CHILDREN = [item for item in LIBRARY["items"] if "parentItem" in item]
ITEMS: dict[str, dict[str, Any]] = {
    item["url"]: item for item in LIBRARY["items"] if "parentItem" not in item
}

_ENTRY = re.compile(
    r"- \[(?P<box>[ x])\] (?P<text>.*?) (?P<venue>[A-Za-z]+)(?P<year>\d{4}) (?P<links>\[.*)"
)
_LINK = re.compile(r"\[(\w+)\]\((\S+)\)")


class Entry(NamedTuple):
    section: str
    read: bool
    title: str
    venue: str
    year: str
    links: list[tuple[str, str]]
    note: str

    @property
    def item(self) -> dict[str, Any]:
        return ITEMS[self.links[0][1]]

    def children(self, item_type: str) -> Iterator[dict[str, Any]]:
        own = (child for child in CHILDREN if child["parentItem"] == self.item["key"])
        return (child for child in own if child["itemType"] == item_type)


def read_entries(markdown: str) -> Iterator[Entry]:
    for section in markdown.split("\n## ")[2:]:
        heading, body = section.split("\n", 1)
        for lines in re.split(r"^(?=- )", body, flags=re.MULTILINE)[1:]:
            line, _, note = lines.partition("\n")
            entry = _ENTRY.fullmatch(line)
            assert entry, line
            yield Entry(
                heading,
                entry["box"] == "x",
                entry["text"].replace("**", "").removesuffix("."),
                entry["venue"],
                entry["year"],
                _LINK.findall(entry["links"]),
                re.sub(r"^  ", "", note, flags=re.MULTILINE).strip("\n"),
            )


ENTRIES = list(read_entries(LIST))
each_entry = pytest.mark.parametrize(
    "entry", ENTRIES, ids=lambda entry: f"{entry.section}-{entry.title[:20]}"
)


def test_the_demo_starts_from_the_projects_own_list() -> None:
    assert (ROOT / "READING.md").read_bytes() == (DEMO / "READING.md").read_bytes()


def test_list_and_library_hold_the_same_papers() -> None:
    assert {entry.links[0][1] for entry in ENTRIES} == set(ITEMS)
    assert len(ITEMS) >= 20


@each_entry
def test_a_ticked_paper_is_tagged_as_read(entry: Entry) -> None:
    assert entry.read == ({"tag": "read"} in entry.item["tags"])


@each_entry
def test_the_note_is_the_item_s_note(entry: Entry) -> None:
    notes = [to_markdown(child["note"]) for child in entry.children("note")]
    assert entry.note == "\n\n".join(notes)


@each_entry
def test_title_year_and_links_are_the_item_s(entry: Entry) -> None:
    assert entry.title == entry.item["title"]
    assert entry.title.startswith(entry.item.get("shortTitle", ""))
    assert entry.item["date"].startswith(entry.year)
    attachments = [(child["title"], child["url"]) for child in entry.children("attachment")]
    assert entry.links[1:] == attachments


def test_sections_are_subcollections() -> None:
    names = {collection["key"]: collection["name"] for collection in LIBRARY["collections"]}
    listed = {(entry.section, entry.links[0][1]) for entry in ENTRIES}
    assert listed == {
        (names[key], url) for url, item in ITEMS.items() for key in item["collections"]
    }


def test_keys_are_zotero_s_and_unique() -> None:
    keys = [entry["key"] for entry in (*LIBRARY["collections"], *LIBRARY["items"])]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch("[23456789A-NP-Z]{8}", key) for key in keys)


def test_papers_were_added_in_the_list_s_order() -> None:
    added = [item["dateAdded"] for item in ITEMS.values()]
    assert added == sorted(added)
    assert added[0][:4] == added[-1][:4] == "2026"
