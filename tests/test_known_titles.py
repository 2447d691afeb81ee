"""A title that the library knows is the title of the line in which it stands, however the line is written."""

import json
from typing import Any

from tests.world import World, changed_lines, paper
from zsync.core.known import KnownTitle, KnownTitles
from zsync.core.model import Checkbox, Link
from zsync.formats import reading_list

FROST = "Frost Lines on Slow Glaciers"
PEAT = "Peat That Burns below the Snow"
TIDES = "Tides: A Clock for Estuaries"
WELLS = "Wells That Nobody Ever Dug"

#: Each paper in a form that no rule reads.
TEXT = f"""# Cold water

- 19-GEO-{FROST}
- 20-GEO-{PEAT}

Brook and Marsh: {TIDES}, 2021.

| When | What |
|---|---|
| May | {WELLS}, by Marsh |
"""


def _fill(world: World, *titles: str, **more: Any) -> list[str]:
    world.settle(notes="none")
    home = world.collection()
    return world.add(*(paper(each, collections=[home], **more) for each in titles))


def _entries(world: World) -> dict[int, str | None]:
    """The entries of the list: their line, and the item they are linked to."""
    found = json.loads(world.do("status", "--json"))["lists"][0]["entries"]
    return {each["line"]: each.get("item") for each in found}


def test_each_line_is_linked_and_nothing_is_written_again(world: World) -> None:
    keys = _fill(world, FROST, PEAT, TIDES, WELLS)
    world.text = TEXT
    world.do("link")
    assert _entries(world) == dict(zip((3, 4, 6, 10), keys, strict=True))
    assert world.change_of("pull") == []
    assert world.run("status", "--check").code == 0


def test_a_new_title_in_zotero_reaches_such_a_line_and_nothing_else_does(world: World) -> None:
    frost, peat, tides, wells = _fill(world, FROST, PEAT, TIDES, WELLS)
    world.text = TEXT
    world.do("link")
    world.edit(frost, title="Frost Lines on Fast Glaciers")
    world.edit(tides, title="Tides: A Calendar for Estuaries")
    before = world.text
    world.do("pull")
    assert changed_lines(before, world.text) == [
        "- - 19-GEO-Frost Lines on Slow Glaciers",
        "+ - 19-GEO-Frost Lines on Fast Glaciers",
        "- Brook and Marsh: Tides: A Clock for Estuaries, 2021.",
        "+ Brook and Marsh: Tides: A Calendar for Estuaries, 2021.",
    ]
    assert _entries(world) == {3: frost, 4: peat, 6: tides, 10: wells}
    assert world.change_of("pull") == []


def test_an_item_that_left_the_collection_takes_its_line_along(world: World) -> None:
    keys = _fill(world, FROST, PEAT, TIDES, WELLS)
    world.text = TEXT
    world.do("link")
    world.edit(keys[0], collections=[])
    assert world.change_of("pull") == ["- - 19-GEO-Frost Lines on Slow Glaciers"]


def test_the_check_without_a_mirror_finds_the_lines_by_what_the_lock_remembers(
    world: World,
) -> None:
    _fill(world, FROST, PEAT, TIDES, WELLS)
    world.text = TEXT
    world.do("link")
    (world.folder / ".zsync" / "mirror.sqlite").unlink()
    assert "4 entries" in world.do("check")


def test_no_title_is_known_in_code_in_notes_in_news_and_in_a_sentence() -> None:
    known = KnownTitles((KnownTitle.of_words(None, PEAT), KnownTitle.of_words(None, "Moss")))
    text = (
        f"# Bogs\n\nWe build on {PEAT} here.\n\n## News\n\n- {PEAT} is out.\n\n## Papers\n\n"
        f"- [ ] **Ponds**: Ponds and What Lives There. [Paper](https://example.org/1)\n"
        f"  - goes further than {PEAT}\n\n"
        f"```\n- {PEAT}\n```\n\n<!-- - {PEAT} -->\n\n- Moss and its uses\n- about Moss, mostly\n"
    )
    assert reading_list.parse(text, known).entries == reading_list.parse(text).entries


def test_a_known_title_wins_over_what_the_rules_read() -> None:
    text = "- [x] Moss on Old Roofs by Marsh, [here](https://arxiv.org/abs/2401.00001)\n"
    known = KnownTitles((KnownTitle.of_words(None, "Moss on Old Roofs"),))
    (entry,) = reading_list.parse(text, known).entries
    assert (entry.title, entry.checkbox) == ("Moss on Old Roofs", Checkbox.CHECKED)
    assert entry.links == (Link("here", "https://arxiv.org/abs/2401.00001"),)


def test_a_longer_title_that_begins_with_a_known_one_is_another_paper() -> None:
    text = "- [Peat That Burns below the Snow: A Second Look](https://arxiv.org/abs/2401.00001)\n"
    known = KnownTitles((KnownTitle.of_words(None, PEAT),))
    assert reading_list.parse(text, known).entries == reading_list.parse(text).entries


def test_words_that_somebody_adds_to_a_title_are_a_change_of_the_title() -> None:
    text = "- [ ] Peat That Burns below the Snow, one [pdf](https://arxiv.org/abs/2401.00001)\n"
    known = KnownTitles((KnownTitle.of_words(None, PEAT),))
    assert reading_list.parse(text, known).entries == reading_list.parse(text).entries
