"""The reference list goes into an empty library, and everything about its papers is there.

It reads a list and the services' replies from beside the project and is skipped without them.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.resolvers.replay import Replay
from tests.world import World
from zsync.config import Endpoints


@pytest.fixture
def replay(shared: Path) -> Iterator[Replay]:
    """The services, as they answer about the papers of the list."""
    with Replay(shared / "papers" / "index.json") as server:
        yield server


def ask(world: World, replay: Replay) -> None:
    """Write settings whose services are the local ones."""
    endpoints = replay.settings().endpoints
    lines = [f'{name} = "{getattr(endpoints, name)}"' for name in Endpoints.__dataclass_fields__]
    world.settle(extra="[metadata.endpoints]\n" + "\n".join(lines) + "\n")


def test_the_list_becomes_items_and_stays_byte_for_byte(
    world: World, shared: Path, replay: Replay
) -> None:
    text = (shared / "reference-list.md").read_bytes().decode()
    papers = json.loads((shared / "papers" / "papers.json").read_text("utf-8"))["papers"]
    world.collection()
    world.text = text
    ask(world, replay)
    world.do("push", "--apply")
    world.do("pull")
    assert world.text == text
    found = [item["data"] for item in world.zotero.everything(world.zotero.items())]
    items = {item["url"]: item for item in found if item["itemType"] == "conferencePaper"}
    assert len(items) == len(papers)
    same = Counter(
        name
        for paper in papers
        for name, is_same in _compared(items[paper["links"]["linkInList"]], paper).items()
        if is_same
    )
    assert set(same.values()) == {len(papers)}, same
    kinds = Counter(item["itemType"] for item in found)
    assert kinds == {"conferencePaper": 24, "note": 24, "attachment": 15}
    assert all({"tag": "read"} in item["tags"] for item in items.values())
    before = len(world.sandbox.requests)
    world.do("push", "--apply")
    world.do("sync")
    assert {each.method for each in world.sandbox.requests[before:]} == {"GET"}


def _compared(item: dict[str, Any], paper: dict[str, Any]) -> dict[str, bool]:
    """Compare an item with what is known to be true of the paper; DOIs have no case."""
    venue = paper["venue"]
    creators = [(each["firstName"], each["lastName"]) for each in item["creators"]]
    arxiv = paper["arxiv"]
    return {
        "title": item["title"] == paper["titlePublished"],
        "shortTitle": item["shortTitle"] == (paper["shortTitle"] or ""),
        "creators": creators == [(each["given"], each["family"]) for each in paper["authors"]],
        "DOI": item["DOI"].casefold() == venue["doi"].casefold(),
        "pages": item["pages"] == venue["pages"],
        "date": item["date"].startswith(str(venue["year"])),
        "abstract": item["abstractNote"] == paper["abstract"],
        "proceedings": item["proceedingsTitle"] in (venue["booktitle"], venue["booktitleIeee"]),
        "arXiv": arxiv is None or f"arXiv:{arxiv['id']} [cs]" in item["extra"],
    }
