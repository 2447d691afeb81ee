"""One paper on several lines: in two sections, in an overview, twice in one section. It stays one item.

What an edit of any line says is said of the item; lines that contradict each other settle nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, changed_lines, paper
from zsync import files
from zsync.config import ListSettings
from zsync.core.library_changes import ItemChange
from zsync.core.push.plan import PushPlan
from zsync.pushing import Pusher

SYNC = ("sync", "--offline")


def line(name: str, rest: str = "", box: str = " ") -> str:
    number = sum(map(ord, name)) % 9000 + 1000
    return (
        f"- [{box}] {name} at Large. ICML2023 [Paper](https://arxiv.org/abs/2305.0{number}){rest}\n"
    )


OAK, ELM, ASH, FIR, YEW, BOX = map(line, ("Oaks", "Elms", "Ashes", "Firs", "Yews", "Boxwoods"))


def item(line: str, collection: str) -> dict[str, Any]:
    """Return the item that a line is of, in one collection."""
    found = re.fullmatch(r"- \[ \] (.+)\. (ICML)(2023) \[Paper\]\((.+)\)\n", line)
    assert found
    title, venue, year, url = found.groups()
    return paper(title, url, conferenceName=venue, date=year, collections=[collection])


def document(*, title: str = "Trees", **sections: str) -> str:
    """Return a list; each section's lines stand below its name."""
    return f"# {title}\n" + "".join(f"\n## {name}\n{text}" for name, text in sections.items())


@pytest.fixture
def settled(world: World) -> World:
    world.collection()
    world.settle()
    return world


def start(world: World, text: str) -> None:
    """Write a list, link it and sync it for the first time."""
    world.text = text
    world.do("link")
    world.do(*SYNC)
    assert world.text == text


def sync_unchanged(world: World, text: str, *options: str) -> str:
    """Sync a list that keeps its bytes; the next sync has nothing to do. Gives what the first one said."""
    world.text = text
    said = world.do(*SYNC, *options)
    assert changed_lines(text, world.text) == []
    asked = len(world.sandbox.requests)
    world.do(*SYNC, *options)
    assert [each.method for each in world.sandbox.requests[asked:]] == ["GET"]
    assert world.text == text
    return said


def places(world: World) -> dict[str, set[str]]:
    """Return the names of the collections that each paper is in."""
    names = {each["key"]: each["data"]["name"] for each in world.zotero.collections()}
    top = [each["data"] for each in world.zotero.top()]
    assert len({each["url"] for each in top}) == len(top)
    return {each["title"].split()[0]: {names[key] for key in each["collections"]} for each in top}


def children(world: World, kind: str) -> list[str]:
    """Return the addresses of all attachments or the texts of all notes."""
    return [
        each["data"].get("url") or each["data"]["note"]
        for each in world.zotero.items(itemType=kind)
    ]


def key_of(world: World, name: str) -> str:
    found = next(each for each in world.zotero.top() if each["data"]["title"].startswith(name))
    return str(found["key"])


# -- which collection a section stands for ------------------------------------------------------------


def test_a_new_section_that_repeats_a_paper_is_a_collection_of_its_own(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Garden=ASH + FIR + YEW))
    sync_unchanged(settled, document(Forest=OAK + ELM, Garden=ASH + FIR + YEW, Hedge=ASH + BOX))
    assert places(settled)["Boxwoods"] == {"Hedge"}
    assert places(settled)["Ashes"] == {"Garden", "Hedge"}


def test_a_paper_moved_into_a_new_section_stays_beside_a_repeated_one(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Garden=ASH + FIR))
    sync_unchanged(settled, document(Forest=OAK, Hedge=ELM + ASH, Garden=ASH + FIR))
    assert places(settled) == {
        "Oaks": {"Forest"}, "Elms": {"Hedge"}, "Ashes": {"Garden", "Hedge"}, "Firs": {"Garden"},
    }  # fmt: skip


def test_a_renamed_section_is_told_from_one_that_repeats_its_paper(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Garden=ASH + FIR + YEW))
    sync_unchanged(settled, document(Hedge=ASH, Forest=OAK + ELM, Park=ASH + FIR + YEW))
    assert places(settled)["Ashes"] == {"Garden", "Hedge"}
    assert places(settled)["Firs"] == {"Garden"}


def test_a_renamed_section_of_which_a_paper_was_moved_away_is_known_by_the_others(
    settled: World,
) -> None:
    start(settled, document(Forest=OAK, Garden=ASH + FIR + YEW))
    sync_unchanged(settled, document(Forest=OAK, Park=ASH + FIR, Hedge=YEW))
    assert places(settled)["Yews"] == {"Hedge"}
    assert places(settled)["Ashes"] == {"Garden"}


def test_a_renamed_section_is_known_by_what_was_not_moved_into_another(settled: World) -> None:
    start(settled, document(Forest=OAK, Garden=ASH + FIR + YEW))
    sync_unchanged(settled, document(Forest=OAK + FIR + YEW, Park=ASH))
    assert places(settled) == {
        "Oaks": {"Forest"}, "Ashes": {"Garden"}, "Firs": {"Forest"}, "Yews": {"Forest"},
    }  # fmt: skip


def test_a_heading_that_words_were_added_to_is_not_the_section_that_was_emptied_into_it(
    settled: World,
) -> None:
    start(settled, document(Forest=OAK + ELM, Garden=ASH))
    sync_unchanged(settled, document(**{"Old Forest": "", "Garden plants": OAK + ELM + ASH}))
    assert places(settled) == {name: {"Garden"} for name in ("Oaks", "Elms", "Ashes")}


def test_sections_joined_under_both_their_names_move_no_paper(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Garden=ASH))
    sync_unchanged(settled, document(**{"Forest and Garden": OAK + ELM + ASH}))
    assert places(settled) == {"Oaks": {"Forest"}, "Elms": {"Forest"}, "Ashes": {"Garden"}}


def test_a_line_typed_in_another_section_does_not_take_its_collection_there(
    settled: World,
) -> None:
    start(settled, document(Forest=OAK + ELM))
    (home,) = (each["key"] for each in settled.zotero.collections_top())
    hedge = settled.collection("Hedge", home)
    settled.add(item(ASH, hedge))
    sync_unchanged(settled, document(Forest=OAK + ELM + ASH))
    settled.add(item(FIR, hedge))
    settled.do(*SYNC)
    assert settled.text == document(Forest=OAK + ELM + ASH, Hedge=FIR)
    assert places(settled)["Ashes"] == {"Hedge"}


def test_papers_below_the_title_get_a_section_and_an_overview_repeats_them(settled: World) -> None:
    arxiv, talks = "https://arxiv.org/abs/2306.0100", "https://talks.example/"
    table = "| Day | Paper | Talk |\n| --- | --- | --- |\n" + "".join(
        f"| 0{day} | [On {name}]({arxiv}{day}) | [Talk]({talks}{day}) |\n"
        for day, name in ((1, "Rivers"), (2, "Lakes"), (3, "Seas"))
    )
    rivers, lakes, seas, ponds, brooks = (
        f"1. [20{day}1] [On {name}]({arxiv}{day})\n"
        for day, name in enumerate(("Rivers", "Lakes", "Seas", "Ponds", "Brooks"), start=1)
    )
    start(settled, f"# Waters\n\n{table}\n## Later\n\n{ponds}{brooks}")
    sync_unchanged(
        settled,
        f"# Waters\n\n## Talks\n\n{table}\n## All\n\n### Still\n\n{lakes}{seas}{ponds}\n"
        f"### Flowing\n\n{rivers}{brooks}",
    )
    titles = {each["data"]["title"]: each["data"]["collections"] for each in settled.zotero.top()}
    names = {each["key"]: each["data"]["name"] for each in settled.zotero.collections()}
    assert {title: {names[key] for key in keys} for title, keys in titles.items()} == {
        "On Rivers": {"Talks", "Flowing"},
        "On Lakes": {"Talks", "Still"},
        "On Seas": {"Talks", "Still"},
        "On Ponds": {"Still"},
        "On Brooks": {"Flowing"},
    }


@pytest.mark.parametrize("between", ["link", "sync"])
def test_a_new_title_of_the_document_moves_no_copy(settled: World, between: str) -> None:
    start(settled, document(Forest=OAK + ELM))
    settled.text = document(Forest=OAK + ELM, Hedge=OAK)
    settled.do(*(SYNC if between == "sync" else ["link"]))
    sync_unchanged(settled, document(title="My trees", Forest=OAK + ELM, Hedge=OAK))
    assert places(settled) == {"Oaks": {"Forest", "Hedge"}, "Elms": {"Forest"}}


def test_a_new_title_of_the_document_makes_no_section_of_another_when_all_its_lines_moved(
    settled: World,
) -> None:
    start(settled, document(Forest=OAK + ELM, Garden=ASH + FIR))
    sync_unchanged(settled, document(title="Woods", Forest=ELM, Hedge=ELM, Garden=ASH + FIR + OAK))
    assert places(settled) == {
        "Oaks": {"Garden"}, "Elms": {"Forest", "Hedge"}, "Ashes": {"Garden"}, "Firs": {"Garden"},
    }  # fmt: skip


def test_an_overview_at_the_first_link_stays_as_it_is_until_it_gets_a_paper(settled: World) -> None:
    home = next(each["key"] for each in settled.zotero.collections())
    below = settled.collection("Forest", home)
    settled.text = document(Forest=OAK + ELM)
    settled.do(*SYNC)
    (settled.folder / "zsync.lock").unlink()
    text = document(Best=OAK, Forest=OAK + ELM)
    settled.text = text
    settled.do("link")
    sync_unchanged(settled, text)
    assert settled.item(key_of(settled, "Oaks"))["collections"] == [below]
    sync_unchanged(settled, document(Best=OAK + YEW, Forest=OAK + ELM))
    assert places(settled)["Yews"] == {"Best"}


def test_a_line_moved_beside_its_own_copy_stays_there(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Hedge=OAK + ASH))
    sync_unchanged(settled, document(Forest=ELM, Hedge=OAK + ASH + OAK))
    assert places(settled)["Oaks"] == {"Hedge"}


# -- what an edit of a copy says ----------------------------------------------------------------------

PAGE = " [Page](https://oaks.example/)"
NOTE = "\n  A word on oaks.\n\n"
TWICE = document(Forest=OAK + ELM, Hedge=OAK)


@pytest.mark.parametrize(
    "text",
    [
        document(Forest=line("Oaks", PAGE * 2) + ELM, Hedge=OAK + ASH),
        document(Forest=line("Oaks", PAGE) + ELM, Hedge=line("Oaks", PAGE) + ASH),
        document(Forest=line("Oaks", PAGE) + ELM, Hedge=line("Oaks", PAGE.lower()) + ASH),
        document(Forest=line("Oaks", PAGE) + ELM, Hedge=line("Oaks", PAGE.replace("Page", "Site")) + ASH),
        document(Forest=OAK + ELM, Hedge=OAK + ASH, Park=line("Oaks", PAGE), Lane=line("Oaks", PAGE)),
    ],
    ids=["twice in a line", "in both", "in other case", "in other words", "in two new copies"],
)  # fmt: skip
def test_a_link_that_is_typed_twice_is_made_once(settled: World, text: str) -> None:
    start(settled, document(Forest=OAK + ELM, Hedge=OAK + ASH))
    settled.text = text
    settled.do(*SYNC)
    assert children(settled, "attachment") == ["https://oaks.example/"]
    assert OAK in text or settled.text == text
    settled.do(*SYNC)
    assert children(settled, "attachment") == ["https://oaks.example/"]


def test_a_link_of_new_copies_is_not_written_into_the_line_that_was_there(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM))
    linked = line("Oaks", PAGE)
    sync_unchanged(settled, document(Forest=OAK + ELM, Hedge=linked, Park=linked))
    assert children(settled, "attachment") == ["https://oaks.example/"]


def test_a_note_that_is_typed_under_both_lines_is_made_once(settled: World) -> None:
    start(settled, TWICE)
    sync_unchanged(settled, document(Forest=OAK + NOTE + ELM, Hedge=OAK + NOTE))
    assert children(settled, "note") == ["<p>A word on oaks.</p>"]


@pytest.mark.parametrize(
    ("edited", "other"),
    [
        (line("Oaks", box="x"), line("Oaks", box="x")),
        (line("Oaks", PAGE), line("Oaks", PAGE)),
        (OAK.replace("at Large", "in Detail"), OAK.replace("at Large", "in Detail")),
        (OAK.replace("arxiv.org/abs", "oak.example/abs"), OAK.replace("arxiv.org/abs", "oak.example/abs")),
    ],
    ids=["tick", "link", "title", "address"],
)  # fmt: skip
def test_what_is_edited_in_one_line_comes_to_the_other(
    settled: World, edited: str, other: str
) -> None:
    start(settled, TWICE)
    settled.text = document(Forest=OAK + ELM, Hedge=edited)
    settled.do(*SYNC)
    assert settled.text == document(Forest=other + ELM, Hedge=edited)
    sync_unchanged(settled, settled.text)


@pytest.mark.parametrize(
    ("before", "edited"),
    [
        (line("Oaks", box="x"), OAK),
        (line("Oaks", PAGE), line("Oaks", PAGE.replace("oaks.", "oak."))),
        (OAK + NOTE, OAK + NOTE.replace("word", "line")),
    ],
    ids=["tick", "link", "note"],
)
def test_a_line_that_is_copied_and_then_edited_takes_its_copy_along(
    settled: World, before: str, edited: str
) -> None:
    start(settled, document(Forest=before + ELM))
    settled.text = document(Forest=edited + ELM, Hedge=before)
    said = settled.do(*SYNC)
    assert "bug" not in said
    assert settled.text == document(Forest=edited + ELM, Hedge=edited)
    sync_unchanged(settled, settled.text)


def test_what_a_new_copy_leaves_out_is_not_written_into_it(settled: World) -> None:
    start(settled, document(Forest=line("Oaks", PAGE, box="x") + NOTE + ELM))
    sync_unchanged(settled, document(Forest=line("Oaks", PAGE, box="x") + NOTE + ELM, Hedge=OAK))


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        (OAK.replace("at Large", "in Detail"), OAK.replace("at Large", "at Home"), "of its title"),
        (
            OAK.replace("arxiv.org/abs/", "one.example/"),
            OAK.replace("arxiv.org/abs/", "two.example/"),
            "of its address",
        ),
        (line("Oaks", PAGE), line("Oaks", PAGE.replace("oaks.", "oak.")), "of its link “page”"),
        (OAK + NOTE, OAK + NOTE.replace("word", "line"), "of its note"),
    ],
    ids=["title", "address", "link", "note"],
)
def test_lines_that_contradict_each_other_settle_nothing(
    settled: World, one: str, two: str, said: str
) -> None:
    start(settled, TWICE)
    key = key_of(settled, "Oaks")
    before = settled.item(key)
    text = document(Forest=one + ELM, Hedge=two)
    settled.text = text
    report = settled.do(*SYNC)
    second = text[: text.rindex("- [ ] Oaks")].count("\n") + 1
    assert f"lines 4 and {second} say different things {said}" in " ".join(report.split())
    for _ in range(2):
        assert settled.text == text
        assert settled.item(key) == before
        assert children(settled, "attachment") == children(settled, "note") == []
        settled.do(*SYNC)
    sync_unchanged(settled, document(Forest=one + ELM, Hedge=one))
    assert (
        settled.item(key) != before or children(settled, "attachment") or children(settled, "note")
    )


def test_lines_that_contradict_each_other_are_one_thing_with_commands_for_all_of_them(
    settled: World,
) -> None:
    start(settled, TWICE)
    key = key_of(settled, "Oaks")
    one, two = (OAK + NOTE.replace("word", word) for word in ("word", "line"))
    settled.text = document(Forest=one + ELM, Hedge=two)
    said = settled.do("push", "--offline")
    assert "README.md: 1 thing waits\n" in said
    assert "Only the list says so" not in said
    assert (
        "zsync pull --overwrite 4 11 | zsync push --take 4 --apply | zsync push --take 11 --apply"
        " | zsync link --keep 4 11\n"
    ) in said
    settled.do("push", "--take", "11", "--apply", "--offline")
    assert children(settled, "note") == ["<p>A line on oaks.</p>"]
    assert settled.item(key)["title"] == "Oaks at Large"


#: A word of the old title stands in a label, so that the new title is not believed.
SKETCH = OAK.replace("Oaks", "Sketch of Oaks").replace("[Paper]", "[Sketch PDF]")
MISREAD = SKETCH.replace("Sketch of", "Study of")


def test_what_is_known_of_a_misread_line_outlives_that_its_item_left_for_another_section(
    settled: World,
) -> None:
    start(settled, document(Forest=SKETCH + ELM, Hedge=ASH))
    hedge = settled.item(key_of(settled, "Ashes"))["collections"]
    settled.edit(key_of(settled, "Sketch"), collections=hedge)
    sync_unchanged(settled, document(Forest=MISREAD + ELM, Hedge=ASH + SKETCH))
    assert places(settled)["Sketch"] == {"Hedge"}


def test_a_copy_that_is_misread_keeps_its_collection(settled: World) -> None:
    start(settled, document(Forest=SKETCH + SKETCH + ELM))
    said = sync_unchanged(settled, document(Forest=MISREAD + ELM, Hedge=SKETCH))
    assert "Misread" in said
    assert places(settled)["Sketch"] == {"Forest", "Hedge"}


# -- a copy that is taken out -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (document(Forest=OAK + ELM, Hedge=ASH), {"Forest"}),
        (document(Forest=ELM, Hedge=OAK + ASH), {"Hedge"}),
        (document(Forest=ELM, Hedge=ASH), None),
    ],
    ids=["the second", "the first", "both"],
)
def test_a_copy_that_was_taken_out_leaves_its_collection_once(
    settled: World, text: str, left: set[str] | None
) -> None:
    start(settled, document(Forest=OAK + ELM, Hedge=OAK + ASH))
    sync_unchanged(settled, text, "--removals", "collection")
    assert places(settled)["Oaks"] == (left or set())


def test_one_of_two_copies_in_a_section_can_be_taken_out_without_a_word(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM + OAK))
    sync_unchanged(settled, document(Forest=OAK + ELM))
    assert places(settled)["Oaks"] == {"Forest"}


def test_a_copy_that_was_taken_out_is_told_with_its_section(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Hedge=OAK + ASH))
    settled.text = document(Forest=OAK + ELM, Hedge=ASH)
    assert f"    {key_of(settled, 'Oaks')}: Oaks at Large, from “Hedge”\n" in settled.do("status")
    said = settled.do("push", "--offline", "--removals", "collection")
    assert "  removed  Oaks at Large from “Hedge”\n" in said


def test_a_push_says_which_collections_an_item_joins_and_leaves(settled: World) -> None:
    start(settled, document(Forest=OAK + ELM, Hedge=ASH + FIR))
    settled.text = document(Forest=ELM, Hedge=ASH + FIR + OAK, Row=ASH)
    said = settled.do("push", "--offline")
    assert "  moved    Oaks at Large: “Forest” → “Hedge”\n" in said
    assert "  joined   Ashes at Large: “Row”\n" in said


# -- a push that cannot come to rest ------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"parentCollection": False}, {"deleted": True}])
def test_a_section_whose_collection_left_gets_another(
    settled: World, change: dict[str, bool]
) -> None:
    start(settled, document(Forest=OAK, Hedge=ASH))
    hedge = next(each for each in settled.zotero.collections() if each["data"]["name"] == "Hedge")
    settled.zotero.update_collection({**hedge["data"], **change})
    settled.text = document(Forest=OAK, Hedge=ASH + FIR)
    settled.do(*SYNC, "--max-removals", "100%")
    (found,) = settled.item(key_of(settled, "Firs"))["collections"]
    assert found != hedge["key"]
    assert FIR in settled.text
    sync_unchanged(settled, settled.text)


def test_a_plan_that_comes_back_is_said_to_be_a_fault_and_the_rest_is_done(
    settled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(settled, document(Forest=OAK + ELM))
    oaks, elms = key_of(settled, "Oaks"), key_of(settled, "Elms")
    plan = Pusher.plan

    def never_empty(pusher: Pusher, each: ListSettings, skip: Iterable[str] = ()) -> PushPlan:
        made = plan(pusher, each, skip)
        change = ItemChange(oaks, "Oaks at Large", add_tags=("again",))
        return made if oaks in skip else replace(made, changes=(*made.changes, change))

    monkeypatch.setattr(Pusher, "plan", never_empty)
    settled.tag(elms, "read")
    settled.text = document(Forest=OAK + ELM + YEW)
    said = " ".join(settled.do(*SYNC).split())
    assert "zsync planned the same change of “Oaks at Large” again" in said
    assert "This is a bug in zsync; please report it." in said
    assert places(settled)["Yews"] == {"Forest"}
    assert settled.text == document(Forest=OAK + line("Elms", box="x") + YEW)


class Killed(BaseException):
    """The end of a run."""


def end_of_story(world: World, monkeypatch: pytest.MonkeyPatch, *, is_killed: bool) -> list[object]:
    """Rename a heading while Zotero takes its papers apart, and sync; maybe once killed before the lock."""
    world.collection()
    world.settle()
    start(world, document(Forest=OAK + ELM, Hedge=ASH + FIR + YEW + BOX))
    (home,) = (each["key"] for each in world.zotero.collections_top())
    world.edit(key_of(world, "Ashes"), title="Ashes, Retitled")
    world.edit(key_of(world, "Firs"), deleted=1)
    world.edit(key_of(world, "Yews"), collections=[home])
    world.edit(key_of(world, "Boxwoods"), collections=[])
    world.text = world.text.replace("## Hedge", "## Row")
    sync = (*SYNC, "--max-removals", "100%")
    if is_killed:
        with monkeypatch.context() as patch:
            patch.setattr(files, "_write_beside", die_before_the_lock)
            with pytest.raises(Killed):
                world.run(*sync)
    world.do(*sync)
    end: list[object] = [world.text, places(world)]
    state = world.state()
    world.do(*SYNC)
    assert world.state() == state
    return end


write_beside = files._write_beside


def die_before_the_lock(target: Path, data: bytes) -> None:
    if target.name == "zsync.lock":
        raise Killed
    write_beside(target, data)


def test_a_sync_killed_between_list_and_lock_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for is_killed in (False, True):
        folder = tmp_path / str(is_killed)
        folder.mkdir()
        with World(folder, monkeypatch) as world:
            ends.append(end_of_story(world, monkeypatch, is_killed=is_killed))
    assert ends[0] == ends[1]
    assert "## Row\n- [ ] Ashes, Retitled." in str(ends[0][0])
