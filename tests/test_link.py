"""`zsync link`: adopts an existing list; writes the lock and nothing else."""

import json

import pytest

from tests.world import World, paper

TEXT = """\
# Papers

- [ ] **One**: The First Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00001v2)
- [ ] The Second Paper. CVPR2025 [Paper](https://example.org/two)
- [ ] The Third Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00003)
- [ ] Nowhere To Be Found. CVPR2025 [Paper](https://arxiv.org/abs/2501.00099)
- [ ] The Paper of the Proceedings. SOSP2025 [Paper](https://example.org/accepted.html)
- [ ] Its Neighbour There. SOSP2025 [Paper](https://example.org/accepted.html)
"""


@pytest.fixture
def library(world: World) -> dict[str, str]:
    home = world.collection()
    papers = {
        "one": paper("One: The First Paper", extra="arXiv: 2501.00001"),
        "two": paper("The second paper", "https://doi.org/10.1234/two", date="2025"),
        "three": paper("On Sheep and Their Shepherds", DOI="10.48550/arXiv.2501.00003"),
        "proceedings": paper("The Paper of the Proceedings", "https://example.org/accepted.html"),
        "neighbour": paper("Its Neighbour There", "https://example.org/accepted.html"),
        "new": paper("Only in Zotero", "https://arxiv.org/abs/2501.00100"),
    }
    keys = world.add(*({**item, "collections": [home]} for item in papers.values()))
    world.text = TEXT
    world.settle()
    return dict(zip(papers, keys, strict=True))


def test_sure_maybe_and_missing(world: World, library: dict[str, str]) -> None:
    said = world.do("link")
    assert "4 sure, 1 maybe, 1 missing" in said
    assert "line 6: Nowhere To Be Found" in said
    reason = "line 5: The Third Paper — arXiv 2501.00003, but the titles disagree"
    (asked,) = [line for line in said.splitlines() if reason in line]
    assert asked.endswith(library["three"])
    assert "1 item of the collection has no entry" in said


def test_it_writes_the_lock_and_nothing_else(world: World, library: dict[str, str]) -> None:
    before = world.state()
    world.do("link")
    after = world.state()
    assert set(after) - set(before) == {"zsync.lock"}
    assert all(after[name] == before[name] for name in before)


def test_again_changes_nothing(world: World, library: dict[str, str]) -> None:
    world.do("link")
    before = world.state()
    world.do("link")
    assert world.state() == before


def test_two_entries_with_one_address_are_two(world: World, library: dict[str, str]) -> None:
    pairs = {
        each["line"]: each["item"]
        for each in json.loads(world.do("link", "--json"))["lists"][0]["entries"]
    }
    assert pairs[7] == library["proceedings"]
    assert pairs[8] == library["neighbour"]


def test_strict_writes_no_lock_while_a_match_is_uncertain(
    world: World, library: dict[str, str]
) -> None:
    result = world.run("link", "--strict")
    assert result.code == 3
    assert not (world.folder / "zsync.lock").exists()


def test_the_uncertain_item_is_not_added_by_a_pull(world: World, library: dict[str, str]) -> None:
    world.do("link")
    world.do("pull")
    assert "Sheep" not in world.text
    assert "Only in Zotero" in world.text


def test_a_new_entry_is_linked_by_the_next_pull(world: World, library: dict[str, str]) -> None:
    world.do("link")
    world.do("pull")
    home = world.zotero.collections()[0]["key"]
    (key,) = world.add(
        paper("Typed By Hand", "https://arxiv.org/abs/2501.00200", collections=[home])
    )
    world.text += "- [ ] Typed by Hand. CVPR2025 [Paper](https://arxiv.org/pdf/2501.00200)\n"
    assert world.change_of("pull") == []
    world.tag(key, "read")
    assert len(world.change_of("pull")) == 2
