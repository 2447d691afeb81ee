"""``zsync push``: what the list knows and Zotero does not goes to Zotero, and nothing else happens."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.world import COLLECTION, World, paper
from zotero_sandbox.calls import Request

ALPHA = "- [x] **Alpha**: A First Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00001) [Code](https://github.com/a/alpha)"
BETA = "- [ ] **Beta**: A Second Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00002)"
TEXT = f"""# Papers

Words of the author.

## Vision
{ALPHA}

  Read on the train. **Table 3** is the part to keep; 对比实验很扎实。

{BETA}

## Agents
- [ ] **Gamma**: A Third Paper. ICLR2024 [Paper](https://arxiv.org/abs/2501.00003)
"""
OFFLINE = ("push", "--offline")
APPLY = (*OFFLINE, "--apply")


@pytest.fixture
def listed(world: World) -> World:
    """A list of three papers and an empty collection."""
    world.collection()
    world.text = TEXT
    world.settle()
    return world


def everything(world: World) -> dict[str, dict[str, Any]]:
    """Return all items of the library that are not in the trash, by title (a note by its words)."""
    found = world.zotero.everything(world.zotero.items())
    return {
        item["data"].get("title") or re.sub("<[^>]+>", "", item["data"]["note"]): item["data"]
        for item in found
    }


def collections(world: World) -> dict[str, str]:
    """Return the names of all collections by key."""
    return {
        each["key"]: each["data"]["name"]
        for each in world.zotero.everything(world.zotero.collections())
    }


def home(world: World) -> str:
    """Return the key of the collection that the list follows."""
    return next(key for key, name in collections(world).items() if name == COLLECTION)


def writes(world: World) -> list[str]:
    """Note every request that writes from now on."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if request.method != "GET":
            seen.append(f"{request.method} {request.path}")

    world.sandbox.faults.before_request = note
    return seen


# -- a dry run ----------------------------------------------------------------------------------


def test_without_apply_it_says_what_it_would_do_and_does_nothing(listed: World) -> None:
    before, seen = listed.state(), writes(listed)
    said = listed.do(*OFFLINE)
    assert "README.md → Zotero: 5 things would go" in said
    assert "section  Vision: a subcollection made" in said
    assert "item     Alpha: A First Paper, with 1 link, 1 note" in said
    assert "`zsync push --offline --apply` does it" in said
    assert listed.state() == before
    assert not seen


# -- papers -------------------------------------------------------------------------------------


def test_papers_become_items_in_subcollections_with_ticks_links_and_notes(listed: World) -> None:
    listed.do(*APPLY)
    found, names = everything(listed), collections(listed)
    alpha = found["Alpha: A First Paper"]
    assert alpha["itemType"] == "conferencePaper"
    assert alpha["shortTitle"] == "Alpha"
    assert alpha["url"] == "https://arxiv.org/abs/2501.00001"
    assert alpha["tags"] == [{"tag": "read"}]
    assert [names[key] for key in alpha["collections"]] == ["Vision"]
    assert found["Beta: A Second Paper"]["tags"] == []
    assert [names[key] for key in found["Gamma: A Third Paper"]["collections"]] == ["Agents"]
    link = found["Code"]
    assert (link["linkMode"], link["url"]) == ("linked_url", "https://github.com/a/alpha")
    assert link["parentItem"] == alpha["key"]
    note = next(item for item in found.values() if item["itemType"] == "note")
    assert "<strong>Table 3</strong>" in note["note"]
    assert note["parentItem"] == alpha["key"]


def test_the_list_stays_byte_for_byte_and_a_second_push_writes_nothing(listed: World) -> None:
    listed.do(*APPLY)
    assert listed.text == TEXT
    listed.do("pull")
    assert listed.text == TEXT
    before, seen = listed.state(), writes(listed)
    assert "In step" in listed.do(*APPLY)
    assert "In step" in listed.do("sync", "--offline")
    assert listed.state() == before
    assert not seen


def test_an_item_of_the_library_joins_the_collection_instead_of_being_made_anew(
    listed: World,
) -> None:
    (key,) = listed.add(paper("Alpha: A First Paper", "https://arxiv.org/abs/2501.00001"))
    said = listed.do(*APPLY)
    assert "joined   Alpha: A First Paper: “Vision”" in said
    item = listed.item(key)
    assert [collections(listed)[each] for each in item["collections"]] == ["Vision"]
    assert item["tags"] == [{"tag": "read"}]
    titles = [item["title"] for item in everything(listed).values() if "title" in item]
    assert titles.count("Alpha: A First Paper") == 1


def test_a_line_that_may_be_two_items_waits_for_a_person(listed: World) -> None:
    listed.add(
        paper("Alpha: A First Paper", date="2025"), paper("Alpha: A First Paper", date="2025")
    )
    said = listed.do(*APPLY)
    assert "A person has to look:\n    line 6: Alpha: A First Paper — " in said
    assert "same title, which several items have" in said
    assert "Beta: A Second Paper" in everything(listed)


def test_one_paper_in_two_sections_is_one_item_in_two_collections(listed: World) -> None:
    listed.text = TEXT + BETA.replace("[ ]", "[x]") + "\n"
    listed.do(*APPLY)
    listed.do("pull")
    assert listed.text == TEXT + BETA.replace("[ ]", "[x]") + "\n"
    beta = everything(listed)["Beta: A Second Paper"]
    assert sorted(collections(listed)[key] for key in beta["collections"]) == ["Agents", "Vision"]


def test_a_section_finds_the_subcollection_of_its_name(listed: World) -> None:
    vision = listed.collection("vision", home(listed))
    listed.do(*APPLY)
    assert everything(listed)["Alpha: A First Paper"]["collections"] == [vision]


def test_papers_under_the_title_go_into_the_collection_itself(listed: World) -> None:
    listed.text = f"# Papers\n\n{BETA}\n"
    listed.do(*APPLY)
    assert everything(listed)["Beta: A Second Paper"]["collections"] == [home(listed)]


# -- what waits in entries that are linked ------------------------------------------------------


@pytest.fixture
def linked(listed: World) -> World:
    """The list of three papers, in step with Zotero."""
    listed.do(*APPLY)
    listed.do("pull")
    return listed


def key_of(world: World, title: str) -> str:
    key: str = everything(world)[title]["key"]
    return key


def test_a_tick_becomes_a_read_tag_and_other_tags_stay(linked: World) -> None:
    key = key_of(linked, "Beta: A Second Paper")
    linked.tag(key, "vision", "to cite")
    linked.text = linked.text.replace("- [ ] **Beta**", "- [x] **Beta**")
    assert "ticked   Beta: A Second Paper" in linked.do(*APPLY)
    assert {tag["tag"] for tag in linked.item(key)["tags"]} == {"vision", "to cite", "read"}
    assert "In step" in linked.do("pull")


def test_an_unticked_box_takes_every_read_tag_away(linked: World) -> None:
    key = key_of(linked, "Alpha: A First Paper")
    linked.tag(key, "read", "Done", "vision")
    linked.text = linked.text.replace("- [x] **Alpha**", "- [ ] **Alpha**")
    linked.do(*APPLY)
    assert [tag["tag"] for tag in linked.item(key)["tags"]] == ["vision"]


def test_unticking_what_extra_calls_read_says_unread_in_a_tag(world: World) -> None:
    home = world.collection()
    (key,) = world.add(
        paper("Alpha", "https://a.example", extra="Read_Status: Read", collections=[home])
    )
    world.text = "# Papers\n\n- [x] Alpha [Paper](https://a.example)\n"
    world.settle()
    world.do("link")
    world.text = world.text.replace("[x]", "[ ]")
    world.do(*APPLY)
    assert world.item(key)["tags"] == [{"tag": "unread"}]
    assert world.item(key)["extra"] == "Read_Status: Read"


@pytest.mark.parametrize(
    ("extra", "mine", "while_unticked"),
    [
        ("Read_Status: Read", [], ["unread"]),
        ("Read_Status: Read", ["read"], ["unread"]),
        ("", ["read"], []),
        ("", ["✅\ufe0f"], []),
        ("Read_Status: Read", ["vision"], ["unread", "vision"]),
    ],
)
def test_a_tick_that_goes_and_comes_again_leaves_no_unread_tag(
    world: World, extra: str, mine: list[str], while_unticked: list[str]
) -> None:
    home = world.collection()
    (key,) = world.add(
        paper(
            "Alpha",
            "https://a.example",
            extra=extra,
            tags=[{"tag": tag} for tag in mine],
            collections=[home],
        )
    )
    world.text = "# Papers\n\n- [ ] Alpha [Paper](https://a.example)\n"
    world.settle()
    assert world.change_of("pull") == [
        "- - [ ] Alpha [Paper](https://a.example)",
        "+ - [x] Alpha [Paper](https://a.example)",
    ]
    world.text = world.text.replace("[x]", "[ ]")
    said = world.do("sync", "--offline")
    assert "unticked Alpha" in said
    assert "ticked   Alpha" not in said
    assert sorted(tag["tag"] for tag in world.item(key)["tags"]) == while_unticked
    world.text = world.text.replace("[ ]", "[x]")
    assert "ticked   Alpha" in world.do("sync", "--offline")
    tags = {tag["tag"] for tag in world.item(key)["tags"]}
    assert "unread" not in tags
    # Extra says by itself that it was read.
    assert ("read" in tags) is (not extra)
    assert "In step" in world.do("sync", "--offline")
    assert "[x]" in world.text


def test_an_edited_note_is_written_and_a_new_one_added(linked: World) -> None:
    linked.text = linked.text.replace("on the train", "at home").replace(
        BETA, f"{BETA}\n\n  A note for Beta."
    )
    said = linked.do(*APPLY)
    assert "note     Alpha: A First Paper: changed" in said
    assert "note     Beta: A Second Paper: added" in said
    notes = [item["note"] for item in everything(linked).values() if item["itemType"] == "note"]
    assert len(notes) == 2
    assert any("at home" in note for note in notes)
    text = linked.text
    assert "In step" in linked.do("pull")
    assert linked.text == text


def test_a_note_that_holds_citations_of_zotero_is_never_written(linked: World) -> None:
    key = key_of(linked, "Beta: A Second Paper")
    cited = '<p>See <span class="citation" data-citation="%7B%7D">(Xiong, 2025)</span>.</p>'
    note = linked.note(key, cited)
    linked.do("pull")
    before = linked.item(note)["note"]
    linked.text = linked.text.replace("See (Xiong, 2025).", "Look at (Xiong, 2025).")
    said = linked.do(*APPLY)
    assert "the note holds citations or annotations of Zotero" in said
    assert linked.item(note)["note"] == before


def test_links_are_added_and_changed_and_never_taken_away(linked: World) -> None:
    alpha = key_of(linked, "Alpha: A First Paper")
    linked.text = linked.text.replace(
        "[Code](https://github.com/a/alpha)",
        "[Code](https://github.com/a/alpha-2) [Page](https://alpha.example/)",
    )
    said = linked.do(*APPLY)
    assert "“Code” changed" in said
    assert "“Page” added" in said
    children = {
        child["data"]["title"]: child["data"]
        for child in linked.zotero.children(alpha)
        if child["data"]["itemType"] == "attachment"
    }
    assert children["Code"]["url"] == "https://github.com/a/alpha-2"
    assert children["Page"]["url"] == "https://alpha.example/"
    linked.text = linked.text.replace(" [Page](https://alpha.example/)", "")
    assert "line 6: “page” link of Alpha: A First Paper — taken out here" in linked.do(*APPLY)
    assert "taken out" not in linked.do(*APPLY)
    assert len(linked.zotero.children(alpha)) == 3


def test_an_entry_moved_to_another_section_changes_its_collections(linked: World) -> None:
    key = key_of(linked, "Beta: A Second Paper")
    other = linked.collection("RestOfLibrary")
    linked.edit(key, collections=[*linked.item(key)["collections"], other])
    linked.text = linked.text.replace(f"{BETA}\n\n", "").rstrip("\n") + f"\n{BETA}\n"
    linked.do(*APPLY)
    names = sorted(collections(linked)[each] for each in linked.item(key)["collections"])
    assert names == ["Agents", "RestOfLibrary"]
    text = linked.text
    linked.do("pull")
    assert linked.text == text


def test_a_heading_that_was_renamed_moves_no_item(linked: World) -> None:
    linked.text = linked.text.replace("## Vision", "## Seeing machines")
    before, text = len(linked.sandbox.requests), linked.text
    linked.do(*APPLY)
    linked.do("pull")
    assert {each.method for each in linked.sandbox.requests[before:]} == {"GET"}
    assert linked.text == text
    linked.add(
        paper(
            "Delta: New",
            date="2025",
            collections=everything(linked)["Beta: A Second Paper"]["collections"],
        )
    )
    linked.do("pull")
    assert (
        linked.text.index("## Seeing machines")
        < linked.text.index("Delta")
        < linked.text.index("## Agents")
    )


def test_a_line_typed_in_another_section_leaves_the_collections_section_alone(
    linked: World,
) -> None:
    agents = next(key for key, name in collections(linked).items() if name == "Agents")
    linked.text = linked.text.replace(f"{BETA}\n\n", "")
    linked.do(*APPLY, "--removals", "collection")
    linked.do("pull")
    linked.edit(key_of(linked, "Beta: A Second Paper"), collections=[agents])
    linked.text = linked.text.replace("## Vision\n", f"## Vision\n{BETA}\n\n")
    linked.do("sync", "--offline")
    linked.add(paper("Delta: New", date="2025", collections=[agents]))
    linked.do("sync", "--offline")
    assert linked.text.index("## Agents") < linked.text.index("Delta")


def test_a_title_that_was_mended_in_the_list_is_mended_in_zotero(linked: World) -> None:
    key = key_of(linked, "Beta: A Second Paper")
    linked.text = linked.text.replace("A Second Paper", "A Second, Better Paper")
    linked.do(*APPLY)
    assert linked.item(key)["title"] == "Beta: A Second, Better Paper"
    assert linked.item(key)["shortTitle"] == "Beta"


def test_where_both_sides_changed_zotero_wins_and_the_words_that_lost_are_kept(
    linked: World,
) -> None:
    note = next(item for item in everything(linked).values() if item["itemType"] == "note")
    linked.edit(note["key"], note="<p>Zotero's new words.</p>")
    linked.text = linked.text.replace("on the train", "at home")
    linked.do("sync", "--offline")
    assert linked.item(note["key"])["note"] == "<p>Zotero's new words.</p>"
    assert "Zotero's new words." in linked.text
    (kept,) = (linked.folder / ".zsync" / "kept").iterdir()
    assert "at home" in kept.read_text("utf-8")


# -- removals -----------------------------------------------------------------------------------


def test_an_entry_taken_out_of_the_list_stays_in_zotero_until_removals_are_asked_for(
    linked: World,
) -> None:
    key = key_of(linked, "Beta: A Second Paper")
    linked.text = linked.text.replace(f"{BETA}\n\n", "")
    assert f"{key}: Beta: A Second Paper" in linked.do(*APPLY)
    assert linked.item(key)["collections"]
    said = linked.do(*APPLY, "--removals", "collection")
    assert "removed  Beta: A Second Paper from “Vision”" in said
    assert linked.item(key)["collections"] == []
    assert "deleted" not in linked.item(key)
    assert "In step" in linked.do("pull")


def test_one_of_several_entries_that_were_taken_out_leaves_the_collection(linked: World) -> None:
    beta, gamma = (key_of(linked, f"{name} Paper") for name in ("Beta: A Second", "Gamma: A Third"))
    linked.text = linked.text.replace(f"{BETA}\n\n", "").replace(TEXT.splitlines()[-1], "")
    hint = f"zsync push --removals collection {beta} --apply"
    assert hint in linked.do("status")
    linked.do(*hint.split()[1:], "--offline")
    assert linked.item(beta)["collections"] == []
    assert linked.item(gamma)["collections"] != []
    result = linked.run(*APPLY, "--removals", "collection", "7")
    assert (result.code, linked.item(gamma)["collections"] != []) == (2, True)


@pytest.mark.parametrize("command", ["push", "sync"])
def test_a_spoiled_list_does_not_empty_the_collection(linked: World, command: str) -> None:
    linked.text = ""
    apply = ["--apply"] if command == "push" else []
    result = linked.run(command, "--offline", "--removals", "collection", *apply)
    assert result.code == 3
    assert "All 3 papers would leave the collection: the list looks empty." in result.err
    assert all(item["data"]["collections"] for item in linked.zotero.top())
    assert "the list holds none of the 3 papers that were in it" in linked.do("sync", "--offline")
    linked.do("push", "--removals", "collection", "--max-removals", "100%", "--offline", "--apply")
    assert not any(item["data"]["collections"] for item in linked.zotero.top())


def test_the_record_of_an_item_that_left_the_collection_leaves_the_bib(linked: World) -> None:
    linked.settle(bib=True)
    linked.do("pull")
    assert linked.bib.count("@") == 3
    linked.text = linked.text.replace(f"{BETA}\n\n", "")
    linked.do(*APPLY, "--removals", "collection")
    linked.do("pull")
    assert linked.bib.count("@") == 2


@pytest.mark.parametrize("notes", ["all", "tagged"])
def test_a_note_that_became_private_is_not_made_again(world: World, notes: str) -> None:
    home = world.collection()
    world.settle(notes=notes)
    world.text = "# Papers\n"
    (key,) = world.add(paper("Tides in Small Harbours", collections=[home]))
    note = world.note(key, "<p>Doubtful.</p>", "public")
    world.do("pull")
    shown = world.text
    assert "Doubtful." in shown
    world.edit(note, tags=[{"tag": "private"}])
    world.do("sync", "--offline")
    assert "Doubtful." not in world.text
    world.text = shown  # as `git checkout` brings it back
    said = world.do("sync", "--offline")
    assert "Zotero has this note, and it is not one that the list may show" in said
    assert len(world.zotero.children(key)) == 1


def test_an_item_trashed_in_zotero_while_its_entry_was_edited_leaves_the_list_and_is_kept(
    linked: World,
) -> None:
    linked.edit(key_of(linked, "Beta: A Second Paper"), deleted=1)
    linked.text = linked.text.replace("- [ ] **Beta**", "- [x] **Beta**")
    linked.do("sync", "--offline")
    assert "Beta" not in linked.text
    (kept,) = (linked.folder / ".zsync" / "kept").iterdir()
    assert "- [x] **Beta**" in kept.read_text("utf-8")


# -- bad input ----------------------------------------------------------------------------------


def test_a_key_that_may_not_write_is_refused_before_anything(world: World) -> None:
    key = "KeyThatReadsOnly"
    access = {"library": True, "notes": True, "write": False}
    data: Mapping[str, Any] = {
        "users": [{"id": 1, "username": "reader"}],
        "keys": [{"key": key, "user": 1, "access": {"user": access}}],
        "libraries": [
            {"library": "users/1", "collections": [{"key": "CCCCCCCC", "name": "Reading list"}]}
        ],
    }
    with World(world.folder, world.monkeypatch, data, key) as reading:
        reading.text = TEXT
        reading.settle()
        for command in (APPLY, ("sync", "--offline")):
            result = reading.run(*command)
            assert result.code == 5
            assert "may not write" in result.err
        assert not (reading.folder / "zsync.lock").exists()
        for preview in (OFFLINE, ("sync", "--offline", "--dry-run")):
            said = reading.do(*preview)
            assert "The key (of user 1) may not write to users/1" in said
            assert "item     Alpha: A First Paper" in said
        assert not (reading.folder / "zsync.lock").exists()


def test_a_member_of_a_group_that_only_admins_edit_is_told_before_anything_is_sent(
    world: World,
) -> None:
    access = {"groups": {"all": {"library": True, "write": True}}}
    data: Mapping[str, Any] = {
        "users": [{"id": 1, "username": "reader"}, {"id": 2, "username": "head"}],
        "groups": [
            {"id": 9, "name": "Lab", "owner": 2, "members": [1], "libraryEditing": "admins"}
        ],
        "keys": [{"key": "KeyOfAMember", "user": 1, "access": access}],
        "libraries": [
            {"library": "groups/9", "collections": [{"key": "CCCCCCCC", "name": "Reading list"}]}
        ],
    }
    with World(world.folder, world.monkeypatch, data, "KeyOfAMember") as member:
        member.text = TEXT
        member.settle()
        settings = member.folder / "zsync.toml"
        settings.write_text(settings.read_text().replace("users/1", "groups/9"))
        assert "User 1 may read groups/9, but not edit it" in member.do(*OFFLINE)
        result = member.run(*APPLY)
        assert result.code == 5
        assert "Ask an administrator of the group" in result.err


def test_more_new_items_than_the_guard_allows_are_refused(listed: World) -> None:
    listed.settle(extra="[guard]\nmax_additions = 2\n")
    seen = writes(listed)
    result = listed.run(*APPLY)
    assert result.code == 3
    assert "3 items would be made in Zotero; the limit is 2" in result.err
    assert not seen
    assert not (listed.folder / "zsync.lock").exists()
    assert listed.run(*APPLY, "--yes").code == 0


def test_a_note_longer_than_zotero_takes_waits_and_the_rest_is_done(listed: World) -> None:
    listed.text = TEXT.replace("Read on the train.", "Read on the train. " + "word " * 60_000)
    said = listed.do(*APPLY)
    assert "the note is longer than Zotero takes" in said
    assert len([each for each in everything(listed).values() if each["itemType"] == "note"]) == 0
    assert "Alpha: A First Paper" in everything(listed)
    text = listed.text
    listed.do("pull")
    assert listed.text == text


@pytest.mark.parametrize(
    "below",
    ["\n  - [Paper]({url}) [Code]({url}.git)", "\n  [Paper]({url}) [Code]({url}.git)"],
    ids=["nested", "continued"],
)
@pytest.mark.parametrize(
    "note",
    [
        '<p>See <a href="https://example.org/salt">the talk</a>.</p>',
        '<p><a href="https://example.org/salt">Talk</a></p>',
        '<p>Talk: <a href="https://example.org/salt">https://example.org/salt</a></p>',
        '<ul><li><a href="https://example.org/salt">Talk</a></li></ul>',
    ],
)
def test_where_a_note_leads_is_no_link_of_the_paper(world: World, below: str, note: str) -> None:
    home, urls = world.collection(), [f"https://arxiv.org/abs/2301.0000{each}" for each in "123"]
    world.settle()
    titles = ["Sand That Moves at Night", "Rivers of Salt and Ice", "Dunes That Sing at Noon"]
    world.text = "# Papers\n\n" + "".join(
        f"- [ ] **{title}**{below.format(url=url)}\n"
        for title, url in zip(titles, urls, strict=True)
    )
    for title, url in zip(titles, urls, strict=True):
        (key,) = world.add(paper(title, url, collections=[home]))
        world.note(key, note)
    world.run("pull")
    assert world.text.count("https://example.org/salt") >= len(titles)
    world.do(*APPLY)
    links = [
        item["data"]["url"]
        for item in world.zotero.everything(world.zotero.items(itemType="attachment"))
    ]
    assert sorted(links) == [f"{url}.git" for url in urls]
    assert world.do(*OFFLINE).startswith("Nothing to push")


def test_links_that_lead_nowhere_from_elsewhere_stay_in_the_list(listed: World) -> None:
    listed.text = TEXT.replace(
        "[Code](https://github.com/a/alpha)", "[Notes](./alpha.md) [Run](javascript:alert(1))"
    )
    listed.do(*APPLY)
    assert not [each for each in everything(listed).values() if each["itemType"] == "attachment"]


def test_private_notes_stay_private(listed: World) -> None:
    """Notes that the policy keeps out of the list are no business of a push."""
    listed.settle(notes="none")
    listed.do(*APPLY)
    assert not [each for each in everything(listed).values() if each["itemType"] == "note"]


def test_where_only_tagged_notes_are_published_a_pushed_note_gets_the_tag(listed: World) -> None:
    listed.settle(notes="tagged")
    listed.do(*APPLY)
    (note,) = [each for each in everything(listed).values() if each["itemType"] == "note"]
    assert note["tags"] == [{"tag": "public"}]
    listed.do("pull")
    assert listed.text == TEXT


# -- sync ---------------------------------------------------------------------------------------


def test_a_sync_pushes_and_pulls_in_one_run_with_one_report(linked: World) -> None:
    gamma = key_of(linked, "Gamma: A Third Paper")
    linked.tag(gamma, "read")
    linked.text = linked.text.replace("- [ ] **Beta**", "- [x] **Beta**")
    said = linked.do("sync", "--offline")
    assert "ticked   Beta: A Second Paper" in said
    assert "ticked   Gamma: A Third Paper" in said
    assert "- [x] **Gamma**" in linked.text
    seen = writes(linked)
    assert linked.do("sync", "--offline") == "In step (1 request).\n"
    assert not seen


def test_a_pull_that_had_nothing_to_do_hides_no_new_line_from_a_sync(linked: World) -> None:
    linked.do("sync", "--offline")
    linked.text += "- [ ] **Delta**: A Fourth Paper. [Paper](https://arxiv.org/abs/2501.00004)\n"
    linked.do("pull")
    assert "line 14: Delta: A Fourth Paper" in linked.do("pull")
    assert "item     Delta: A Fourth Paper" in linked.do("sync", "--offline")


@pytest.mark.parametrize(
    ("push", "is_ticked", "is_made"),
    [("all", True, True), ("ticks", True, False), ("none", False, False)],
)
def test_the_settings_say_how_much_a_sync_pushes(
    linked: World, push: str, is_ticked: bool, is_made: bool
) -> None:
    linked.settle(extra=f'[sync]\npush = "{push}"\n')
    new = "- [ ] **Delta**: A Fourth Paper. ICLR2024 [Paper](https://arxiv.org/abs/2501.00004)\n"
    linked.text = linked.text.replace("- [ ] **Beta**", "- [x] **Beta**") + new
    linked.do("sync", "--offline")
    found = everything(linked)
    assert bool(found["Beta: A Second Paper"]["tags"]) == is_ticked
    assert ("Delta: A Fourth Paper" in found) == is_made
    assert new in linked.text


def test_a_dry_sync_says_both_ways_and_writes_nothing(linked: World) -> None:
    linked.tag(key_of(linked, "Gamma: A Third Paper"), "read")
    linked.text = linked.text.replace("- [ ] **Beta**", "- [x] **Beta**")
    before, seen = linked.state(), writes(linked)
    said = linked.do("sync", "--offline", "--dry-run")
    assert "ticked   Beta: A Second Paper" in said
    assert "ticked   Gamma: A Third Paper" in said
    assert linked.state() == before
    assert not seen


def test_status_names_papers_that_a_push_would_make_items_of(linked: World) -> None:
    linked.text += (
        "- [ ] **Delta**: A Fourth Paper. ICLR2024 [Paper](https://arxiv.org/abs/2501.00004)\n"
    )
    said = linked.do("status")
    assert "`zsync push --apply` does it:\n    line 14: Delta: A Fourth Paper" in said


# -- a library that others write to ---------------------------------------------------------------


def _others_write(world: World, write: Callable[[int], object], often: int) -> list[str]:
    """Let another program write before ``often`` of the next requests that write; note the others."""
    seen: list[str] = []
    left = list(range(often))
    theirs: list[int] = []

    def before(request: Request) -> None:
        if theirs:
            return
        seen.append(f"{request.method} {request.path}")
        if request.method == "POST" and left:
            theirs.append(left.pop())
            write(theirs[0])
            theirs.clear()

    world.sandbox.faults.before_request = before
    return seen


def test_a_push_gets_through_where_somebody_writes_all_the_time(listed: World) -> None:
    seen = _others_write(listed, lambda number: listed.add(paper(f"Somebody's Own {number}")), 12)
    listed.do(*APPLY)
    titles = [title for title in everything(listed) if title[:5] in ("Alpha", "Beta:", "Gamma")]
    assert len(titles) == 3
    assert seen.count("POST /users/1/collections") > 12
    # The rest of the library was looked through once: nothing was decided again.
    assert seen.count("GET /users/1/items/top") == 1
    assert "In step" in listed.do("sync", "--offline")


def test_a_paper_that_somebody_makes_at_that_moment_is_not_made_twice(listed: World) -> None:
    twin = paper("Beta: A Second Paper", "https://arxiv.org/abs/2501.00002")
    _others_write(listed, lambda _: listed.add(twin), 1)
    listed.do(*APPLY)
    found = [each["data"].get("title") for each in listed.zotero.everything(listed.zotero.items())]
    assert found.count("Beta: A Second Paper") == 1
    assert found.count("Alpha: A First Paper") == 1


def test_a_section_that_somebody_makes_at_that_moment_is_not_made_twice(listed: World) -> None:
    root = home(listed)
    _others_write(listed, lambda _: listed.collection("Vision", root), 1)
    listed.do(*APPLY)
    assert sorted(collections(listed).values()) == ["Agents", COLLECTION, "Vision"]


# -- lines that are easily read wrongly ----------------------------------------------------------

ODD = """\
# Papers

## Ferns
- [ ] [Leaves That
  Unroll](https://arxiv.org/abs/2501.00001)
- [ ] [Bark in Layers
](https://arxiv.org/abs/2501.00002)
- [-] **Moss**: Counting by Hand · ECCV 2022 · [Paper](https://arxiv.org/abs/2501.00003)
- [ ] ECCV 2022, [Spores](https://arxiv.org/abs/2501.00004)
  - [x] [Video Mosses](https://arxiv.org/abs/2501.00005)
- [ ] [Roots by Reference][roots]

## Groups
- Seeds & Cones in Winter
  - [2023/08/07] **Pine: A Cone a Day** | [[paper]](https://arxiv.org/abs/2501.00006)

[roots]: https://arxiv.org/abs/2501.00007
"""


def test_what_a_line_says_to_its_reader_goes_to_zotero_and_nothing_else(world: World) -> None:
    world.collection()
    world.text = ODD
    world.settle()
    said = world.do(*APPLY)
    found = everything(world)
    assert {title: item["url"] for title, item in found.items()} == {
        "Leaves That Unroll": "https://arxiv.org/abs/2501.00001",
        "Bark in Layers": "https://arxiv.org/abs/2501.00002",
        "Moss: Counting by Hand": "https://arxiv.org/abs/2501.00003",
        "Spores": "https://arxiv.org/abs/2501.00004",
        "Video Mosses": "https://arxiv.org/abs/2501.00005",
        "Pine: A Cone a Day": "https://arxiv.org/abs/2501.00006",
        "Roots by Reference": "https://arxiv.org/abs/2501.00007",
    }
    assert found["Video Mosses"]["tags"] == [{"tag": "read"}]
    assert found["Moss: Counting by Hand"]["tags"] == []
    assert "line 11). zsync is not sure that it reads it rightly" in said
    assert world.text == ODD
    before = world.state()
    world.do("sync", "--offline")
    assert world.text == ODD
    assert world.state() == before


def test_lines_that_a_program_wraps_say_the_same_as_before(listed: World) -> None:
    listed.do(*APPLY)
    before = everything(listed)
    wrapped = TEXT.replace("A First Paper. ", "A First\n  Paper. ").replace(
        "[Code](", "\n  [Code]("
    )
    wrapped = wrapped.replace(
        " [Paper](https://arxiv.org/abs/2501.00002)", " [Paper\n](https://arxiv.org/abs/2501.00002)"
    )
    listed.text = wrapped
    listed.do("sync", "--offline")
    assert listed.text == wrapped
    assert everything(listed) == before


def test_a_mark_in_a_box_changes_no_tag_and_is_not_rewritten(listed: World) -> None:
    listed.do(*APPLY)
    marked = TEXT.replace("- [x] **Alpha**", "- [-] **Alpha**").replace(
        "- [ ] **Beta**", "- [/] **Beta**"
    )
    listed.text = marked
    said = listed.do("sync", "--offline")
    assert "lines 6, 10 have a mark that zsync does not know" in said
    found = everything(listed)
    assert found["Alpha: A First Paper"]["tags"] == [{"tag": "read"}]
    listed.tag(found["Beta: A Second Paper"]["key"], "read")
    listed.do("sync", "--offline")
    assert listed.text == marked


def test_a_list_of_titles_of_own_files_is_not_called_in_step(world: World) -> None:
    world.collection()
    world.text = (
        "# Papers\n- [Leaves That Unroll](ferns/leaves.md)\n"
        "## Wood\n- [Bark in Layers](trees/bark.md)\n"
    )
    world.settle()
    said = world.do("pull")
    assert "2 lines look like papers whose titles lead to files next to the list" in said
    assert "In step" not in said


@pytest.mark.parametrize("note", ["<p>{}</p>", "<ul><li>{}</li><li>Slow.</li></ul>"])
def test_a_cell_of_notes_that_only_leads_somewhere_is_a_note(world: World, note: str) -> None:
    home = world.collection()
    world.settle()
    talk = '<a href="https://example.org/talk">Talk</a>'
    world.text = (
        "# Papers\n\n| Title | Paper | Notes |\n|---|---|---|\n"
        "| Sand That Moves at Night | [Paper](https://arxiv.org/abs/2301.00001) | Fast. |\n"
        "| Rivers of Salt and Ice | [Paper](https://arxiv.org/abs/2301.00002) |  |\n"
    )
    for number, title in enumerate(
        ["Sand That Moves at Night", "Rivers of Salt and Ice", "Dunes That Sing at Noon"], 1
    ):
        (key,) = world.add(
            paper(title, f"https://arxiv.org/abs/2301.0000{number}", collections=[home])
        )
        if number > 1:
            world.note(key, note.format(talk))
    world.do("pull")
    rows = world.text.splitlines()[4:]
    assert [row.count("[Talk](https://example.org/talk)") for row in rows] == [0, 1, 1]
    assert world.do(*OFFLINE).startswith("README.md → Zotero: 1 thing would go")  # "Fast."
