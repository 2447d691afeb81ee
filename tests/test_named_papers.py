"""A pull never writes a paper that the file names already; a line that is not read is not taken out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hunting import examples
from tests.world import World, changed_lines
from zsync.core.base import Base
from zsync.core.edits import AddEntry
from zsync.core.entry_fields import NoteForms
from zsync.core.known import KnownTitles
from zsync.core.model import Collection, Item
from zsync.core.places import ListState
from zsync.core.plan import LibraryState, Plan, make_plan
from zsync.core.policy import ListPolicy, NotesPolicy
from zsync.formats import reading_list
from zsync.formats.reading_list.mentions import Mentions

RIVERS = "Quiet Rivers: Measuring Flow Without a Gauge"
SAND = "Grains That Travel at Night"
BRIDGES = "Bridges over Small Water"

#: A line that names the second paper and does not say its title, so that no entry is read there.
BY_ADDRESS = "> A. Brook, 2021: https://example.org/p/1\n"


def _paper(title: str, home: str, **more: object) -> dict[str, Any]:
    return {"itemType": "journalArticle", "title": title, "collections": [home], **more}


def _fill(world: World, *titles: str) -> list[str]:
    """Put papers into the collection, each with an address of its own."""
    world.settle(notes="none")
    home = world.collection()
    return world.add(
        *(_paper(each, home, url=f"https://example.org/p/{at}") for at, each in enumerate(titles))
    )


def _named(world: World) -> list[tuple[int, str]]:
    found = json.loads(world.do("status", "--json"))["lists"][0]["named"]
    return [(each["line"], each["title"]) for each in found]


def test_a_paper_in_a_line_that_is_not_read_is_not_written_again_and_its_line_is_said(
    world: World,
) -> None:
    _fill(world, BRIDGES, RIVERS, SAND)
    world.text = (
        f"# Water\n\n- [ ] [{BRIDGES}](https://example.org/p/0)\n\n"
        f"{BY_ADDRESS}\nSome words on [{SAND}](https://example.org/p/2) follow.\n"
    )
    before = world.text
    said = world.do("pull")
    assert changed_lines(before, world.text) == [f"+ - [ ] [{SAND}](https://example.org/p/2)"]
    assert f"and so not added:\n    line 5: {RIVERS}\n      zsync pull --add " in said
    assert _named(world) == [(6, RIVERS)], "the new entry stands above it"
    assert world.run("status", "--check").code == 0
    assert "README.md:\n  Named in a line that zsync does not read" in world.do("status")


def test_an_entry_asked_for_that_stands_in_a_line_that_is_not_read(world: World) -> None:
    _, rivers = _fill(world, BRIDGES, RIVERS)
    world.text = f"# Water\n\n{BY_ADDRESS}"
    world.do("pull")
    for arguments in (("link", "--keep", rivers), ("pull", "--overwrite", rivers)):
        result = world.run(*arguments)
        assert result.code == 2
        assert f"{rivers} is named in line 3 of README.md, which zsync does not read." in result.err
        assert f"`zsync pull --add {rivers}` writes one." in result.err


def test_add_writes_it_all_the_same_and_the_next_pull_is_idle(world: World) -> None:
    _, rivers = _fill(world, BRIDGES, RIVERS)
    world.text = f"# Water\n\n- [ ] [{BRIDGES}](https://example.org/p/0)\n\n{BY_ADDRESS}"
    assert world.change_of("pull") == []
    assert rivers in world.do("status")
    assert world.change_of("pull", "--add", rivers) == [
        f"+ - [ ] [{RIVERS}](https://example.org/p/1)"
    ]
    assert _named(world) == []
    assert world.change_of("pull") == []


def test_add_takes_a_citation_key_too(world: World) -> None:
    world.settle(notes="none", bib=True)
    home = world.collection()
    rivers = _paper(RIVERS, home, url="https://example.org/p/1", extra="Citation Key: brook2021")
    world.add(_paper(BRIDGES, home), rivers)
    world.text = f"# Water\n\n- [ ] {BRIDGES} [pdf](https://example.org/p/0)\n\n{BY_ADDRESS}"
    world.do("pull")
    assert world.text.count(RIVERS) == 0
    world.do("pull", "--add", "brook2021")
    assert world.text.count(RIVERS) == 1


def test_add_of_an_unknown_key_writes_nothing(world: World) -> None:
    _fill(world, RIVERS)
    world.text = "# Water\n"
    result = world.run("pull", "--add", "NTHERE22")
    assert result.code == 2
    assert "No item of the collection has the key NTHERE22." in result.err
    assert world.text == "# Water\n"


def test_many_named_papers_are_five_lines_and_a_count(world: World) -> None:
    titles = [f"The Course of River Number {at} in Its Valley" for at in range(8)]
    _fill(world, *titles)
    world.text = "# Water\n\n" + "".join(
        f"> Brook, 2020: https://example.org/p/{at}\n\n" for at in range(len(titles))
    )
    said = world.do("pull")
    assert said.count("zsync pull --add ") == 5
    assert "... and 3 more (`zsync status --all`)" in said
    assert world.do("status", "--all").count("zsync pull --add ") == 8
    assert len(_named(world)) == 8


def test_an_entry_that_is_read_with_another_title_is_linked_and_never_edited(world: World) -> None:
    """The reader takes the bold words for the title; the line itself names the paper."""
    world.settle(notes="none")
    home = world.collection()
    bridges, rivers = world.add(
        _paper(BRIDGES, home, url="https://example.org/p/0"), _paper(RIVERS, home)
    )
    world.text = (
        f"# Water\n\n- [ ] [{BRIDGES}](https://example.org/p/0)\n"
        f"- [ ] **Week 3** {RIVERS}, Brook [pdf](https://example.org/else)\n"
    )
    before = world.text
    linked = json.loads(world.do("link", "--json"))["lists"][0]["entries"]
    assert {each["item"] for each in linked} == {bridges, rivers}
    world.tag(rivers, "read")
    world.do("sync", "--offline")
    assert world.text == before
    assert world.item(rivers)["title"] == RIVERS
    assert "Read-only: 1 entry (line 4)" in world.do("status")


LOST = {
    "indented below another": "- [ ] [{bridges}](https://example.org/p/0)\n    - [ ] {rivers}\n",
    "run into another": "- [ ] [{bridges}](https://example.org/p/0)\n  [{rivers}](https://example.org/p/1)\n",
    "quoted": "- [ ] [{bridges}](https://example.org/p/0)\n\n> {rivers}, 2021\n",
    "in a table of its own": "- [ ] [{bridges}](https://example.org/p/0)\n\n"
    "| what | when |\n|---|---|\n| {rivers} | 2021 |\n",
    "prose of HTML": "- [ ] [{bridges}](https://example.org/p/0)\n\n<p><b>{rivers}</b>, 2021</p>\n",
}


@pytest.mark.parametrize("after", LOST.values(), ids=LOST)
def test_a_linked_line_that_is_not_read_any_more_is_not_taken_out(world: World, after: str) -> None:
    _, rivers = _fill(world, BRIDGES, RIVERS)
    entries = (
        "- [ ] [{bridges}](https://example.org/p/0)\n- [ ] [{rivers}](https://example.org/p/1)\n"
    )
    world.text = "# Water\n\n" + entries.format(bridges=BRIDGES, rivers=RIVERS)
    world.do("link")
    world.text = "# Water\n\n" + after.format(bridges=BRIDGES, rivers=RIVERS)
    kept, home = world.text, world.item(rivers)["collections"]
    world.do("push", "--apply", "--offline", "--removals", "collection")
    assert world.item(rivers)["collections"] == home
    world.do("pull")
    assert world.text == kept
    world.text = "# Water\n\n" + entries.format(bridges=BRIDGES, rivers=RIVERS)
    said = json.loads(world.do("status", "--json"))["lists"][0]
    assert (said["changes"], said["waiting"], said["named"]) == ([], [], [])


@pytest.mark.parametrize(
    "after",
    [
        "<!-- - [ ] [{rivers}](https://example.org/p/1) -->\n",
        "Better than [{rivers}](https://example.org/p/1), which is old.\n",
        "",
    ],
    ids=["commented out", "prose", "gone"],
)
def test_a_line_that_is_gone_is_taken_out(world: World, after: str) -> None:
    _, rivers = _fill(world, BRIDGES, RIVERS)
    first = f"# Water\n\n- [ ] [{BRIDGES}](https://example.org/p/0)\n"
    world.text = first + f"- [ ] [{RIVERS}](https://example.org/p/1)\n"
    world.do("link")
    world.text = first + "\n" + after.format(rivers=RIVERS)
    world.do("push", "--apply", "--offline", "--removals", "collection")
    assert world.item(rivers)["collections"] == []


def test_an_item_that_takes_the_place_of_one_that_is_gone_is_written(world: World) -> None:
    _, old = _fill(world, BRIDGES, RIVERS)
    home = world.item(old)["collections"]
    world.text = f"# Water\n\n- [ ] [{BRIDGES}](https://example.org/p/0)\n- [ ] [{RIVERS}](https://example.org/p/1)\n"
    world.do("link")
    world.edit(old, collections=[])
    world.add({**_paper(RIVERS, "", url="https://example.org/p/1"), "collections": home})
    world.do("pull")
    assert _named(world) == []
    world.do("pull")
    assert world.text.count(RIVERS) == 1


def test_one_of_two_copies_that_is_taken_out_is_no_line_that_is_not_read(world: World) -> None:
    _fill(world, RIVERS)
    line = f"- [ ] [{RIVERS}](https://example.org/p/0)\n"
    world.text = f"# Water\n\n## One\n\n{line}\n## Two\n\n{line}"
    world.do("link")
    world.text = f"# Water\n\n## One\n\n{line}\n## Two\n"
    assert _named(world) == []


FORMS = (
    "- [ ] [{title}]({url})\n",
    "- [x] **{title}**. Water 2020 [Paper]({url})\n",
    "* <[{title}]({url})>, Brook et al.\n",
    "1. A. Brook and C. Rill. “{title}.” Water, 2020.\n",
    "- Week 3 - {title}\n",
    "- 2020 | {title} | *A. Brook* | [Water]({url})\n",
    "\n> {title}, Brook 2020\n\n",
    "\n### {title}\n\n",
    "\n**{title}** <br>\nA. Brook, C. Rill <br>\n[[paper]({url})]\n\n",
    "\n| what | where |\n|---|---|\n| {title} | [pdf]({url}) |\n\n",
    '\n<ul>\n<li><a href="{url}">{title}</a></li>\n</ul>\n\n',
    "- Rivers of that kind: {url}\n",
)
NOISE = ("", "\n", "Some words about rivers.\n\n", "\n## A section\n\n", "- [ ] Nothing yet\n")
WATERS = ("Amber", "Basalt", "Copper", "Dusty", "Eastern", "Frozen", "Golden", "Hidden")


def _item(key: str, title: str, **more: str) -> Item:
    fields = {"title": title, **more}
    return Item(key, "journalArticle", fields=fields, collections=frozenset({"HOME2222"}))


def test_a_line_that_stands_for_one_item_does_not_hold_back_another_of_its_title() -> None:
    old = _item("EDTRAL22", "Editorial", date="2019", url="https://example.org/2019")
    new = _item("EDTRAL23", "Editorial", date="2024", url="https://example.org/2024")
    for text in (
        "# Water\n\n- [ ] [Editorial](https://example.org/2019). Water 2019\n",
        "# Water\n\n> - Editorial, Water 2019\n",
    ):
        added = [each.item for each in _pulled(text, (old, new)).changes]
        assert added == ["EDTRAL23"], text


def test_one_line_of_two_papers_holds_both_back() -> None:
    items = (_item("BRDGES22", BRIDGES), _item("RIVERS22", RIVERS))
    text = f"# Water\n\n- [{BRIDGES}](https://example.org/0), [{RIVERS}](https://example.org/1)\n"
    assert _pulled(text, items).changes == ()


def _pulled(text: str, items: tuple[Item, ...]) -> Plan:
    found = reading_list.parse(text, KnownTitles.of(Base(), items))
    state = ListState(
        found.entries,
        found.sections(),
        found.root,
        doubtful=found.read_only,
        naming=Mentions(found),
    )
    library = LibraryState("HOME2222", (Collection("HOME2222", "Reading list"),), items)
    notes = NoteForms(render=str, comparable=str, is_protected=lambda _: False)
    return make_plan(Base(), library, state, ListPolicy(notes=NotesPolicy.NONE), notes)


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.tuples(st.sampled_from(FORMS), st.sampled_from(NOISE)), min_size=1, max_size=len(WATERS)
    )
)
def test_no_paper_of_a_list_is_written_again_whatever_its_lines_look_like(
    lines: list[tuple[str, str]],
) -> None:
    items, text = [], "# Water\n\n"
    for name, (form, noise) in zip(WATERS, lines, strict=False):
        title = f"The {name} River and the Shape of Its Valley"
        url = f"https://example.org/{name.lower()}"
        text += noise + form.format(title=title, url=url)
        items.append(
            Item(
                name,
                "book",
                fields={"title": title, "url": url},
                collections=frozenset({"HOME2222"}),
            )
        )
    plan = _pulled(text, tuple(items))
    assert not [change.title for change in plan.changes if isinstance(change.edit, AddEntry)], text
    linked = {linked_entry.item for linked_entry in plan.linked_entries}
    asked = {key for match in plan.questions for key in match.candidates}
    assert linked | asked | {named.item for named in plan.named} == {item.key for item in items}
