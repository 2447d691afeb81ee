"""Ratings and reading states: where a list has a place for them they go both ways, and nowhere else.

Each test begins in step, changes one side, and shows what became of the other.
"""

import json
from dataclasses import dataclass

import pytest

from tests.world import World, changed_lines, paper

LINK = "https://arxiv.org/abs/"
HEAD = "# Papers\n\n| Paper | Status | Rating |\n|---|---|---|\n"
FERNS, MOSS, KELP = (
    f"| [Ferns That Unroll in the Dark]({LINK}1801.00001) |",
    f"| [Moss Grows Where Water Rests]({LINK}1801.00002) |",
    f"| [Kelp Forests Count Their Fish]({LINK}1801.00003) |",
)
TABLE = f"{HEAD}{FERNS} Done | ⭐⭐⭐ |\n{MOSS} Todo |  |\n{KELP} Todo |  |\n"
BOXES = f"""\
# Papers

- [x] [Ferns That Unroll in the Dark]({LINK}1801.00001)
- [ ] [Moss Grows Where Water Rests]({LINK}1801.00002)
- [ ] [Kelp Forests Count Their Fish]({LINK}1801.00003)
"""
MARKS = 'states = { "/" = "In Progress", "~" = "Skimmed" }\n'


@dataclass(frozen=True)
class Keys:
    """The keys of the three papers."""

    ferns: str
    moss: str
    kelp: str


def _begin(world: World, text: str, *, extra: str = "", bib: bool = False) -> Keys:
    """Link a list of the three papers, of which the first is read and has three stars, and pull it."""
    home = world.collection()
    titles = (
        "Ferns That Unroll in the Dark",
        "Moss Grows Where Water Rests",
        "Kelp Forests Count Their Fish",
    )
    keys = world.add(
        *(
            paper(title, f"{LINK}1801.0000{number}", collections=[home], date="2018")
            for number, title in enumerate(titles, 1)
        )
    )
    world.edit(keys[0], tags=[{"tag": "read"}], extra="Rating: 3")
    world.text = text
    world.settle(extra=extra, bib=bib)
    world.do("link")
    world.do("pull")
    assert world.text == text
    return Keys(*keys)


@pytest.fixture
def table(world: World) -> Keys:
    return _begin(world, TABLE)


@pytest.fixture
def boxes(world: World) -> Keys:
    return _begin(world, BOXES, extra=MARKS)


# -- from Zotero to the list ----------------------------------------------------------------------


@pytest.mark.parametrize("extra", ["Rating: 4", "rating:4", "DOI: 10.1/x\nRATING: 4/5\nTL;DR: wet"])
def test_a_rating_in_extra_is_written_as_the_column_writes_it(
    world: World, table: Keys, extra: str
) -> None:
    world.edit(table.moss, extra=extra)
    assert world.change_of("pull") == [f"- {MOSS} Todo |  |", f"+ {MOSS} Todo | ⭐⭐⭐⭐ |"]
    assert "In step" in world.do("pull")


@pytest.mark.parametrize("tag", ["⭐⭐", "★★", "⭐️⭐️", "★★☆☆☆"])
def test_a_tag_of_stars_is_a_rating(world: World, table: Keys, tag: str) -> None:
    world.tag(table.moss, tag)
    assert "rating   Moss Grows Where Water Rests: 2" in world.do("pull")
    assert f"{MOSS} Todo | ⭐⭐ |" in world.text


def test_extra_wins_over_a_tag_of_stars(world: World, table: Keys) -> None:
    world.edit(table.moss, extra="Rating: 1", tags=[{"tag": "⭐⭐⭐⭐⭐"}])
    world.do("pull")
    assert f"{MOSS} Todo | ⭐ |" in world.text


def test_a_rating_that_goes_leaves_an_empty_cell(world: World, table: Keys) -> None:
    world.edit(table.ferns, extra="")
    assert world.change_of("pull") == [f"- {FERNS} Done | ⭐⭐⭐ |", f"+ {FERNS} Done |  |"]


@pytest.mark.parametrize(
    ("cells", "written"),
    [
        (("3", "", ""), "4"),
        (("3/5", "", ""), "4/5"),
        (("★★★☆☆", "", "-"), "★★★★☆"),
        (("⭐️⭐️⭐️", "", ""), "⭐️⭐️⭐️⭐️"),
        ((":star::star::star:", "", ""), ":star::star::star::star:"),
    ],
)
def test_every_column_keeps_its_own_style(
    world: World, cells: tuple[str, str, str], written: str
) -> None:
    rows = zip((FERNS, MOSS, KELP), ("Done", "Todo", "Todo"), cells, strict=True)
    text = HEAD + "".join(f"{row} {status} | {rating} |\n" for row, status, rating in rows)
    keys = _begin(world, text)
    world.edit(keys.moss, extra="Rating: 4")
    world.do("pull")
    assert world.text == text.replace(f"{MOSS} Todo |  |", f"{MOSS} Todo | {written} |")


@pytest.mark.parametrize("header", ["Rating", "Stars", "Score", "My rating", "评分"])
def test_headers_of_ratings(world: World, header: str) -> None:
    keys = _begin(world, TABLE.replace("Rating", header))
    world.edit(keys.moss, extra="Rating: 5")
    world.do("pull")
    assert f"{MOSS} Todo | ⭐⭐⭐⭐⭐ |" in world.text


@pytest.mark.parametrize(
    "cells",
    [
        ("12", "4", "3"),
        ("1.2k", "4", ""),
        ("87.3", "4", ""),
        ("8/10", "4/10", ""),
        ("good", "good", "bad"),
        ("![](https://img.shields.io/github/stars/a/b)", "", ""),
    ],
)
def test_what_counts_something_else_is_no_rating(world: World, cells: tuple[str, ...]) -> None:
    rows = zip((FERNS, MOSS, KELP), ("Done", "Todo", "Todo"), cells, strict=True)
    text = HEAD.replace("Rating", "Stars")
    text += "".join(f"{row} {status} | {said} |\n" for row, status, said in rows)
    keys = _begin(world, text)
    world.edit(keys.kelp, extra="Rating: 5")
    assert "rating" not in world.do("pull")
    assert "rating" not in world.do("status")
    assert world.text == text


@pytest.mark.parametrize(
    ("extra", "tags", "word"),
    [
        ("Read_Status: In Progress", [], "In Progress"),
        ("read_status: in progress\nRead_Status_Date: 2026-03-01", [], "In Progress"),
        ("Read_Status: New", [], "New"),
        ("Read_Status: Not Reading", [], "Not Reading"),
        ("", ["reading"], "In Progress"),
        ("", ["_Skimmed"], "Skimmed"),
        ("Read_Status: New", ["reading"], "In Progress"),
    ],
)
def test_a_state_is_written_in_the_words_of_the_column(
    world: World, table: Keys, extra: str, tags: list[str], word: str
) -> None:
    world.edit(table.moss, extra=extra, tags=[{"tag": tag} for tag in tags])
    assert world.change_of("pull") == [f"- {MOSS} Todo |  |", f"+ {MOSS} {word} |  |"]
    assert "In step" in world.do("pull")


@pytest.mark.parametrize("tag", [{"tag": "Reading", "type": 1}, {"tag": "reading comprehension"}])
def test_a_subject_is_no_state(world: World, table: Keys, tag: dict[str, object]) -> None:
    world.edit(table.moss, tags=[tag])
    world.do("pull")
    assert world.text == TABLE


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (("已读", "未读", "未读"), "在读"),
        (("已读", "未读", "进行中"), "进行中"),
        (("done", "todo", "todo"), "in progress"),
        (("done", "todo", "reading"), "reading"),
        (("Read", "To read", "To read"), "In Progress"),
    ],
)
def test_the_words_of_a_column_are_its_own(
    world: World, words: tuple[str, str, str], written: str
) -> None:
    rows = zip((FERNS, MOSS, KELP), words, strict=True)
    text = HEAD.replace("Status", "状态") + "".join(f"{row} {word} |  |\n" for row, word in rows)
    home = world.collection()
    moss, _ = world.add(
        paper("Moss Grows Where Water Rests", f"{LINK}1801.00002", collections=[home]),
        paper("Kelp Forests Count Their Fish", f"{LINK}1801.00003", collections=[home]),
    )
    world.text = text
    world.settle()
    world.do("link")
    world.tag(moss, "reading")
    world.do("pull")
    changes = [f"- {MOSS} {words[1]} |  |", f"+ {MOSS} {written} |  |"]
    assert changed_lines(text, world.text) == changes


@pytest.mark.parametrize("column", ["✅", "⬜", "[x]", "[ ]", "❌"])
def test_a_column_of_signs_has_no_place_for_a_state(world: World, column: str) -> None:
    rows = zip((FERNS, MOSS, KELP), ("✅", column, "⬜"), strict=True)
    text = HEAD + "".join(f"{row} {sign} |  |\n" for row, sign in rows)
    home = world.collection()
    (kelp,) = world.add(
        paper("Kelp Forests Count Their Fish", f"{LINK}1801.00003", collections=[home])
    )
    world.text = text
    world.settle()
    world.do("link")
    world.tag(kelp, "reading")
    assert "state" not in world.do("pull")
    assert world.text == text


def test_a_mark_in_the_box_says_the_state(world: World, boxes: Keys) -> None:
    world.tag(boxes.moss, "reading")
    world.edit(boxes.kelp, extra="Read_Status: Not Reading", tags=[{"tag": "skimmed"}])
    world.do("pull")
    assert world.text == BOXES.replace("[ ] [Moss", "[/] [Moss").replace("[ ] [Kelp", "[~] [Kelp")
    assert "In step" in world.do("pull")
    assert "In step" in world.do("status")


def test_a_state_that_no_mark_stands_for_leaves_the_box_empty(world: World, boxes: Keys) -> None:
    world.edit(boxes.moss, extra="Read_Status: Not Reading")
    world.do("pull")
    assert world.text == BOXES
    assert "In step" in world.do("status")


@pytest.mark.parametrize(("begin", "mark"), [(TABLE, "In Progress"), (BOXES, "/")])
def test_a_tick_takes_the_state_away_and_comes_back_as_it(
    world: World, begin: str, mark: str
) -> None:
    keys = _begin(world, begin, extra=MARKS)
    world.tag(keys.moss, "reading")
    world.do("pull")
    in_progress = world.text
    assert mark in in_progress
    world.tag(keys.moss, "reading", "read")
    said = world.do("pull")
    assert "ticked   Moss" in said
    assert world.text == begin.replace(f"{MOSS} Todo", f"{MOSS} Done").replace(
        "[ ] [Moss", "[x] [Moss"
    )
    world.tag(keys.moss, "reading")
    world.do("pull")
    assert world.text == in_progress


@pytest.mark.parametrize("begin", [TABLE, BOXES])
def test_a_new_entry_has_its_state_and_rating(world: World, begin: str) -> None:
    _begin(world, begin, extra=MARKS)
    world.add(
        paper(
            "Lichen Is Two Who Live as One",
            f"{LINK}1801.00004",
            collections=[world.zotero.collections()[0]["key"]],
            extra="Rating: 4",
            tags=[{"tag": "skimmed"}],
        )
    )
    world.do("pull")
    wanted = (
        f"| [Lichen Is Two Who Live as One]({LINK}1801.00004) | Skimmed | ⭐⭐⭐⭐ |"
        if begin == TABLE
        else f"- [~] [Lichen Is Two Who Live as One]({LINK}1801.00004)"
    )
    assert wanted in world.text
    assert "In step" in world.do("pull")


def test_a_list_without_a_place_is_not_changed_and_nothing_is_said(world: World) -> None:
    keys = _begin(world, BOXES)
    world.edit(keys.moss, extra="Rating: 4\nRead_Status: In Progress", tags=[{"tag": "skimmed"}])
    said = world.do("pull") + world.do("status", "--all") + world.do("push")
    assert world.text == BOXES
    assert not {"rating", "state"} & set(said.split())


# -- from the list to Zotero ----------------------------------------------------------------------


def _push(world: World, old: str, new: str) -> str:
    """Edit the list; nothing is to change in it before a push has been made, which leaves both in step."""
    assert old in world.text
    text = world.text = world.text.replace(old, new)
    world.do("pull")
    assert world.text == text
    said = world.do("push", "--apply")
    world.do("pull")
    assert world.text == text
    assert "In step" in world.do("status")
    assert "Nothing" in world.do("push") or "nothing" in world.do("push")
    return said


def test_a_new_rating_goes_to_extra_and_every_other_line_stays(world: World, table: Keys) -> None:
    world.edit(table.moss, extra="tex.foo: bar\n\n  odd line \nRating of others: good")
    world.do("pull")
    assert "rating   Moss Grows Where Water Rests: 4" in _push(
        world, f"{MOSS} Todo |  |", f"{MOSS} Todo | ⭐⭐⭐⭐ |"
    )
    assert world.item(table.moss)["extra"] == (
        "tex.foo: bar\n\n  odd line \nRating of others: good\nRating: 4"
    )


def test_a_rating_is_written_where_zotero_has_it(world: World, table: Keys) -> None:
    world.edit(table.ferns, extra="first\n rating :3/5 \nkept", tags=[{"tag": "read"}])
    world.edit(table.moss, tags=[{"tag": "★★"}, {"tag": "water"}])
    world.do("pull")
    _push(world, "⭐⭐⭐ |", "⭐⭐⭐⭐⭐ |")
    assert world.item(table.ferns)["extra"] == "first\n rating :5/5 \nkept"
    _push(world, f"{MOSS} Todo | ⭐⭐ |", f"{MOSS} Todo | ⭐ |")
    assert {tag["tag"] for tag in world.item(table.moss)["tags"]} == {"★", "water"}
    assert world.item(table.moss)["extra"] == ""


def test_a_cell_that_was_emptied_takes_the_rating_away(world: World, table: Keys) -> None:
    world.edit(table.ferns, extra="a: b\nRating: 3\nc: d", tags=[{"tag": "read"}, {"tag": "⭐"}])
    world.do("pull")
    _push(world, f"{FERNS} Done | ⭐⭐⭐ |", f"{FERNS} Done |  |")
    item = world.item(table.ferns)
    assert (item["extra"], item["tags"]) == ("a: b\nc: d", [{"tag": "read"}])


@pytest.mark.parametrize("said", ["very good", "4.5", "⭐⭐⭐ or ⭐⭐", "11"])
def test_what_is_no_rating_is_left_alone_on_both_sides(
    world: World, table: Keys, said: str
) -> None:
    rated = TABLE.replace(f"{KELP} Todo |  |", f"{KELP} Todo | ⭐ |")
    world.text = rated.replace("⭐⭐⭐", said)
    assert "rating   Ferns" not in world.do("push", "--apply")
    world.edit(table.ferns, extra="Rating: 1")
    world.do("pull")
    assert f"{FERNS} Done | {said} |" in world.text
    assert world.item(table.ferns)["extra"] == "Rating: 1"


def test_a_column_that_goes_takes_no_rating_away_and_one_that_comes_is_filled(
    world: World, table: Keys
) -> None:
    lines = TABLE.split("\n")
    narrow = "\n".join(line.rsplit("|", 2)[0] + "|" if "|" in line else line for line in lines)
    world.text = narrow
    assert "rating" not in world.do("push", "--apply")
    world.do("pull")
    assert world.text == narrow
    assert world.item(table.ferns)["extra"] == "Rating: 3"
    world.text = TABLE.replace("⭐⭐⭐", "")
    assert "rating" not in world.do("push", "--apply")
    world.do("pull")
    assert world.text == TABLE


@pytest.mark.parametrize(
    ("before", "tags", "word", "after", "left"),
    [
        ("", [], "In Progress", "", ["reading"]),
        ("", [], "Skimmed", "", ["skimmed"]),
        ("", ["reading"], "skimmed", "", ["skimmed"]),
        ("", ["reading"], "Todo", "", []),
        ("", [], "New", "Read_Status: New", []),
        ("a: b\nRead_Status: New\nc", [], "Reading", "a: b\nRead_Status: In Progress\nc", []),
        ("Read_Status: New\nc", [], "Skimmed", "Read_Status: New\nc", ["skimmed"]),
        ("Read_Status: New\nc", ["reading"], "Dropped", "Read_Status: Not Reading\nc", []),
        ("Read_Status: In Progress\nc", [], "Todo", "c", []),
    ],
)
def test_a_state_goes_to_a_tag_or_to_the_line_of_the_plugin(
    world: World, table: Keys, before: str, tags: list[str], word: str, after: str, left: list[str]
) -> None:
    world.edit(table.moss, extra=before, tags=[{"tag": tag} for tag in tags])
    world.do("pull")
    row = next(line for line in world.text.split("\n") if line.startswith(MOSS))
    said = _push(world, row, f"{MOSS} {word} |  |")
    assert "state    Moss Grows Where Water Rests" in said
    item = world.item(table.moss)
    assert (item["extra"], [tag["tag"] for tag in item["tags"]]) == (after, left)


@pytest.mark.parametrize("word", ["To read", "Unread", "Later", "⬜", ""])
def test_a_word_that_says_no_more_than_unread_is_no_state(
    world: World, table: Keys, word: str
) -> None:
    world.text = TABLE.replace(f"{MOSS} Todo", f"{MOSS} {word}")
    assert "state" not in world.do("push", "--apply")
    assert world.item(table.moss)["extra"] == ""
    world.edit(table.moss, extra="Read_Status: To Read")
    world.do("pull")
    assert f"{MOSS} {word} |" in world.text
    assert "In step" in world.do("status")


def test_a_mark_that_was_set_goes_to_zotero(world: World, boxes: Keys) -> None:
    _push(world, "[ ] [Moss", "[/] [Moss")
    assert world.item(boxes.moss)["tags"] == [{"tag": "reading"}]
    _push(world, "[/] [Moss", "[x] [Moss")
    assert {"tag": "read"} in world.item(boxes.moss)["tags"]
    _push(world, "[x] [Moss", "[~] [Moss")
    assert world.item(boxes.moss)["tags"] == [{"tag": "skimmed"}]
    _push(world, "[~] [Moss", "[ ] [Moss")
    assert world.item(boxes.moss)["tags"] == []


def test_a_tick_over_a_state_waits_as_one_thing(world: World, boxes: Keys) -> None:
    world.tag(boxes.moss, "reading")
    world.do("pull")
    world.text = world.text.replace("[/] [Moss", "[x] [Moss")
    world.do("pull")
    assert "[x] [Moss" in world.text
    said = world.run("status").out
    assert said.count("Moss") == 1
    assert "1 thing waits" in said


@pytest.mark.parametrize(
    "said", [{"tags": [{"tag": "reading"}]}, {"extra": "DOI: x\nRead_Status: In Progress"}]
)
def test_a_tick_takes_the_state_away_in_zotero_and_what_is_typed_next_stays(
    world: World, boxes: Keys, said: dict[str, object]
) -> None:
    world.edit(boxes.moss, **said)
    world.do("pull")
    assert "[/] [Moss" in world.text
    world.text = world.text.replace("[/] [Moss", "[x] [Moss")
    world.do("sync", "--offline")
    item = world.item(boxes.moss)
    assert [tag["tag"] for tag in item["tags"]] == ["read"]
    assert "Read_Status" not in item["extra"]
    world.text = world.text.replace("[x] [Moss", "[ ] [Moss")
    world.do("sync", "--offline")
    assert world.text == BOXES


def test_a_box_with_a_known_mark_is_no_unknown_box(world: World, boxes: Keys) -> None:
    unknown = BOXES.replace("[ ] [Moss", "[/] [Moss").replace("[ ] [Kelp", "[?] [Kelp")
    world.text = unknown
    said = world.do("push")
    assert "line 4" not in said
    assert "state    Moss" in said
    assert "line 5" in world.do("pull")
    world.tag(boxes.kelp, "reading")
    world.do("pull")
    assert "[?] [Kelp" in world.text


def test_rating_and_state_go_to_extra_together(world: World, table: Keys) -> None:
    world.edit(table.moss, extra="Read_Status: New")
    world.do("pull")
    before = world.item(table.moss)["version"]
    _push(world, f"{MOSS} New |  |", f"{MOSS} Dropped | ⭐⭐ |")
    item = world.item(table.moss)
    assert item["extra"] == "Read_Status: Not Reading\nRating: 2"
    assert item["version"] == before + 1


@pytest.mark.parametrize("begin", [TABLE, BOXES])
def test_a_new_paper_brings_what_the_list_says_of_it(world: World, begin: str) -> None:
    _begin(world, begin, extra=MARKS)
    url = "https://example.org/lichen"
    world.text += (
        f"| [Lichen Is Two Who Live as One]({url}) | Skimmed | ⭐⭐⭐⭐ |\n"
        if begin == TABLE
        else f"- [~] [Lichen Is Two Who Live as One]({url})\n"
    )
    text = world.text
    world.do("sync", "--offline")
    assert world.text == text
    (made,) = world.zotero.items(q="Lichen")
    assert made["data"]["tags"] == [{"tag": "skimmed"}]
    assert made["data"].get("extra", "") == ("Rating: 4" if begin == TABLE else "")
    assert "In step" in world.do("status")


def test_a_mark_beside_an_address_that_was_typed_stays(world: World, boxes: Keys) -> None:
    home = world.zotero.collections()[0]["key"]
    url = f"{LINK}1801.00004"
    (lichen,) = world.add(paper("Lichen Is Two Who Live as One", url, collections=[home]))
    world.text = f"{BOXES}- [/] {url}\n"
    world.do("sync", "--offline")
    assert world.text == f"{BOXES}- [/] [Lichen Is Two Who Live as One]({url})\n"
    world.do("sync", "--offline")
    assert world.item(lichen)["tags"] == [{"tag": "reading"}]
    assert "In step" in world.do("status")


def test_a_mark_counts_from_the_day_on_which_the_settings_name_it(world: World) -> None:
    text = BOXES.replace("[ ] [Moss", "[/] [Moss")
    keys = _begin(world, text)
    assert "line 4" in world.do("status")
    world.settle(extra=MARKS)
    assert "line 4: state of Moss" in world.do("status")
    world.do("sync")
    assert world.item(keys.moss)["tags"] == [{"tag": "reading"}]
    world.settle()
    world.edit(keys.moss, tags=[])
    assert "state" not in world.do("pull")
    assert world.text == text


def test_where_a_sync_takes_ticks_alone_an_opinion_waits(world: World, table: Keys) -> None:
    settings = (world.folder / "zsync.toml").read_text(encoding="utf-8")
    (world.folder / "zsync.toml").write_text(f'{settings}[sync]\npush = "ticks"\n', "utf-8")
    world.text = TABLE.replace(f"{MOSS} Todo |  |", f"{MOSS} Reading | ⭐ |")
    assert "2 things wait" in world.do("sync")
    assert world.item(table.moss)["tags"] == []


def test_a_repeated_line_has_one_rating(world: World) -> None:
    home = world.collection()
    places = [world.collection(name, home) for name in ("Woods", "Shores")]
    (moss,) = world.add(
        paper("Moss Grows Where Water Rests", f"{LINK}1801.00002", collections=places)
    )
    head = HEAD.removeprefix("# Papers\n")
    text = world.text = f"## Woods\n{head}{MOSS} Done | 3 |\n\n## Shores\n{head}{MOSS} Done | 3 |\n"
    world.settle()
    world.do("link")
    world.do("sync", "--offline")
    assert world.item(moss)["extra"] == "Rating: 3"
    world.text = text.replace("| 3 |\n\n", "| 5 |\n\n")
    world.do("sync", "--offline")
    assert world.text == text.replace("| 3 |", "| 5 |")
    world.text = text.replace("| 3 |\n\n", "| 1 |\n\n")
    said = world.run("push").out
    assert "lines 5 and 11 say different things of its rating: “1” and “3”" in said


def test_the_entries_of_a_list_are_shown_with_them(world: World, boxes: Keys) -> None:
    world.text = BOXES.replace("[ ] [Moss", "[/] [Moss")
    shown = json.loads(world.do("entries", "README.md", "--json"))
    assert [each.get("state") for each in shown] == [None, "In Progress", None]
    world.text = TABLE
    assert json.loads(world.do("entries", "README.md", "--json"))[0]["rating"] == 3


# -- both ------------------------------------------------------------------------------------------


def test_where_both_changed_zotero_wins_and_the_words_of_the_list_are_kept(
    world: World, table: Keys
) -> None:
    world.edit(table.moss, extra="Rating: 2", tags=[{"tag": "reading"}])
    world.do("pull")
    world.text = world.text.replace(f"{MOSS} In Progress | ⭐⭐ |", f"{MOSS} Skimmed | ⭐ |")
    world.edit(table.moss, extra="Rating: 5\nRead_Status: New", tags=[])
    assert world.do("pull").count("Zotero wins") == 2
    assert f"{MOSS} New | ⭐⭐⭐⭐⭐ |" in world.text
    kept = {
        path.name.rpartition("-")[2]: path.read_text(encoding="utf-8")
        for path in (world.folder / ".zsync" / "kept").rglob("*.md")
    }
    assert kept == {"rating.md": "1\n", "state.md": "Skimmed\n"}


def test_a_first_sync_lets_a_person_choose_between_two_opinions(world: World) -> None:
    home = world.collection()
    (moss,) = world.add(
        paper("Moss Grows Where Water Rests", f"{LINK}1801.00002", collections=[home])
    )
    world.edit(moss, extra="Rating: 2\nRead_Status: New")
    text = world.text = f"{HEAD}{FERNS} Done |  |\n{MOSS} In progress | 4 |\n"
    world.settle()
    world.do("link")
    world.do("pull")
    assert world.text == text
    said = world.run("status").out
    assert "rating of Moss Grows Where Water Rests — “4” here, “2” in Zotero" in said
    assert "state of Moss Grows Where Water Rests — “In Progress” here, “New” in Zotero" in said
    world.do("push", "--take", "6", "--apply")
    assert world.item(moss)["extra"] == "Rating: 4\nRead_Status: In Progress"
    world.do("pull")
    assert world.text == text


# -- what is private -------------------------------------------------------------------------------


def test_a_subject_that_came_with_an_import_stays_a_keyword(world: World) -> None:
    keys = _begin(world, TABLE, bib=True)
    world.edit(keys.moss, tags=[{"tag": "Reading", "type": 1}, {"tag": "skimmed"}])
    world.do("pull")
    assert "keywords = {Reading}" in world.bib


def test_no_opinion_gets_into_the_bibliography(world: World) -> None:
    keys = _begin(world, TABLE, bib=True)
    tags = ("reading", "Skimmed", "⭐⭐", "★★★☆☆", "⭐️", "water")
    world.edit(keys.moss, extra="Rating: 4\nRead_Status: New", tags=[{"tag": tag} for tag in tags])
    world.do("pull")
    assert "keywords = {water}" in world.bib
    for private in ("eading", "kimmed", "⭐", "★", "Rating", "Status"):
        assert private not in world.bib
