"""The list that started the project, and its papers in Zotero: link is sure, and each change is one span.

It reads other people's data from beside the project and is skipped without it.
"""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, changed_lines
from zsync.formats import reading_list


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    return (shared / "reference-list.md").read_bytes().decode()


@pytest.fixture(scope="module")
def papers(shared: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared / "papers" / "papers.json").read_text())[
        "papers"
    ]
    return found


Reference = tuple[World, str, list[str]]


def _item(record: dict[str, Any], collection: str) -> dict[str, Any]:
    arxiv = record["arxiv"]
    return {
        "itemType": "conferencePaper",
        "title": record["title"],
        "shortTitle": record["shortTitle"] or "",
        "creators": [
            {"creatorType": "author", "firstName": each["given"], "lastName": each["family"]}
            for each in record["authors"]
        ],
        "conferenceName": record["venue"]["booktitle"],
        "date": f"{record['venue']['year']}-06",
        "DOI": record["venue"]["doi"],
        "url": record["links"]["linkInList"],
        "extra": f"arXiv:{arxiv['id']} [cs.CV]" if arxiv else "",
        "tags": [{"tag": "read"}],
        "collections": [collection],
    }


@pytest.fixture(params=["notes in Zotero", "notes in the list alone"])
def reference(
    world: World, text: str, papers: list[dict[str, Any]], request: pytest.FixtureRequest
) -> Reference:
    """The reference list, linked and pulled; items in the order of its entries."""
    home = world.collection()
    keys = world.add(*(_item(record, home) for record in papers))
    entries = reading_list.parse(text).entries
    for key, entry in zip(keys, entries, strict=True):
        for link in entry.links[1:]:
            world.linked(key, link.label, link.url)
        if request.param == "notes in Zotero":
            paragraphs = (entry.note or "").split("\n\n")
            world.note(key, "".join(f"<p>{html.escape(each)}</p>" for each in paragraphs))
    world.text = text
    world.settle()
    assert "24 sure, 0 maybe, 0 missing" in world.do("link")
    assert world.text == text
    world.do("pull")
    assert world.text == text
    return world, home, keys


def test_a_second_pull_is_one_request_and_touches_nothing(reference: Reference) -> None:
    world, _, _ = reference
    before = world.state()
    world.sandbox.requests.clear()
    world.do("pull")
    assert len(world.sandbox.requests) == 1
    assert world.state() == before


def _unread(world: World, keys: list[str]) -> None:
    world.tag(keys[0])


def _retitle(world: World, keys: list[str]) -> None:
    world.edit(keys[1], title="Img-Diff: Contrastive Data Synthesis")


def _link(world: World, keys: list[str]) -> None:
    world.linked(keys[3], "Code", "https://github.com/vivo-ai-lab/BlueLM-V-3B")


def _venue(world: World, keys: list[str]) -> None:
    world.edit(keys[4], date="2026")


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (_unread, "- [x] **LLaVA-Critic**", "- [ ] **LLaVA-Critic**"),
        (
            _retitle,
            "Contrastive Data Synthesis for Multimodal Large Language Models",
            "Contrastive Data Synthesis",
        ),
        (
            _link,
            "(https://arxiv.org/abs/2411.10640v1)",
            "(https://arxiv.org/abs/2411.10640v1) [Code](https://github.com/vivo-ai-lab/BlueLM-V-3B)",
        ),
        (
            _venue,
            "Multimodal Large Language Models. CVPR2025 [Paper](https://arxiv.org/abs/2411.14432)",
            "Multimodal Large Language Models. CVPR2026 [Paper](https://arxiv.org/abs/2411.14432)",
        ),
    ],
)
def test_one_change_is_one_span(
    reference: Reference,
    text: str,
    change: Callable[[World, list[str]], None],
    old: str,
    new: str,
) -> None:
    world, _, keys = reference
    change(world, keys)
    world.do("pull")
    assert text.count(old) == 1
    assert world.text == text.replace(old, new)


def _block(text: str, name: str) -> str:
    """The lines of one entry with its note, up to the next entry."""
    found = re.search(rf"- \[x\] \*\*{re.escape(name)}\*\*.*?(?=\n- \[|\Z)", text, re.DOTALL)
    assert found
    return found[0]


def test_a_new_item_is_added_as_its_neighbours_are(reference: Reference, text: str) -> None:
    world, home, _ = reference
    world.add(
        {
            "itemType": "conferencePaper",
            "title": "Molmo Next: An Invented Paper",
            "shortTitle": "Molmo Next",
            "conferenceName": "CVPR",
            "date": "2025",
            "url": "https://arxiv.org/abs/2601.00001",
            "collections": [home],
        }
    )
    world.do("pull")
    lines = [line for line in changed_lines(text, world.text) if line.strip("+- ")]
    assert lines == [
        "+ - [ ] **Molmo Next**: An Invented Paper. CVPR2025 [Paper](https://arxiv.org/abs/2601.00001)"
    ]


def test_a_moved_item_takes_its_note_along(reference: Reference, text: str) -> None:
    world, home, keys = reference
    below = world.collection("Token Pruning", home)
    world.edit(keys[7], collections=[below])
    world.do("pull")
    block = _block(text, "DivPrune").rstrip()
    assert block in world.text
    assert world.text.index("## Token Pruning") < world.text.index("**DivPrune**")
    assert "  - [Token Pruning](#token-pruning)\n" in world.text
    without = world.text.replace(block, "").replace("  - [Token Pruning](#token-pruning)\n", "")
    without = without.replace("## Token Pruning", "")
    assert without.split() == text.replace(block, "").split()


@pytest.mark.parametrize("how", ["trashed", "merged"])
def test_an_item_that_left_takes_its_lines_along(reference: Reference, text: str, how: str) -> None:
    world, _, keys = reference
    if how == "merged":
        uri = f"http://zotero.org/users/1/items/{keys[7]}"
        world.edit(keys[8], relations={"dc:replaces": [uri]})
    world.edit(keys[7], deleted=1)
    world.do("pull")
    assert world.text == text.replace(_block(text, "DivPrune") + "\n", "")


def test_everything_read_anew_and_overwritten_keeps_what_agrees(
    reference: Reference, text: str
) -> None:
    world, _, _ = reference
    (world.folder / ".zsync" / "mirror.sqlite").unlink()
    (world.folder / "zsync.lock").unlink()
    world.do("pull")
    assert world.text == text
