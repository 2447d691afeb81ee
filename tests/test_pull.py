"""`zsync pull`: what changed in Zotero changes its own span of the list, and nothing else.

Each test starts in step, changes one thing in Zotero, pulls, and shows the lines that changed.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.world import COLLECTION, LIST, World, changed_lines, paper
from zsync import workspace

TEXT = """\
# Papers

What I read. <!-- hand-written -->

- [Papers](#papers)
  - [Language](#language)
  - [Vision 2021](#vision-2021)

## Language
- [x] **BERT**: Pre-training of Deep Bidirectional Transformers. NAACL2019 [Paper](https://arxiv.org/abs/1810.04805v2) [Code](https://github.com/google-research/bert)
  \n\
  掩码语言模型让两个方向的上下文都可见。
  **Second line, in bold.**

- [ ] Language Models are Few-Shot Learners. NeurIPS2020 [Paper](https://arxiv.org/abs/2005.14165)

## Vision 2021
- [ ] **CLIP**: Learning Transferable Visual Models From Natural Language Supervision. ICML2021 [Paper](https://arxiv.org/abs/2103.00020)

## About
Made by hand.
"""  # noqa: E501 - a line of a list is as long as it is


@dataclass
class Library:
    """The library of these tests: keys by name."""

    home: str
    language: str
    vision: str
    keys: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def library(world: World) -> Library:
    """A library that says what the list says, pulled and in step."""
    home = world.collection()
    language, vision = world.collection("Language", home), world.collection("Vision 2021", home)
    bert, gpt, clip = world.add(
        paper(
            "BERT: Pre-training of Deep Bidirectional Transformers",
            "https://arxiv.org/abs/1810.04805",
            shortTitle="BERT",
            conferenceName="Annual Conference of the North American Chapter of the ACL (NAACL)",
            date="2019-06",
            tags=[{"tag": "read"}],
            collections=[language],
        ),
        paper(
            "Language Models are Few-Shot Learners",
            "https://arxiv.org/abs/2005.14165",
            proceedingsTitle="Advances in Neural Information Processing Systems",
            date="2020",
            collections=[language],
        ),
        paper(
            "CLIP: Learning Transferable Visual Models From Natural Language Supervision",
            "https://arxiv.org/abs/2103.00020",
            shortTitle="CLIP",
            conferenceName="International Conference on Machine Learning",
            date="2021",
            collections=[vision],
        ),
    )
    world.linked(bert, "Code", "https://github.com/google-research/bert")
    note = world.note(
        bert, "<p>掩码语言模型让两个方向的上下文都可见。<br/><b>Second line, in bold.</b></p>"
    )
    world.text = TEXT
    world.settle()
    assert "3 sure, 0 maybe, 0 missing" in world.do("link")
    assert world.text == TEXT
    world.do("pull")
    assert world.text == TEXT
    return Library(home, language, vision, {"bert": bert, "gpt": gpt, "clip": clip, "note": note})


def test_nothing_new_is_one_request_and_touches_no_file(world: World, library: Library) -> None:
    before = world.state()
    world.sandbox.requests.clear()
    assert "In step (1 request)." in world.do("pull")
    assert len(world.sandbox.requests) == 1
    assert world.state() == before


def test_a_read_tag_ticks_the_box(world: World, library: Library) -> None:
    world.tag(library.keys["gpt"], "Read")
    removed, added = world.change_of("pull")
    assert removed.startswith("- - [ ] Language Models")
    assert added == removed.replace("- - [ ]", "+ - [x]")


def test_without_its_read_tag_the_box_is_unticked(world: World, library: Library) -> None:
    world.tag(library.keys["bert"], "transformers")
    before = world.text
    world.do("pull")
    assert world.text == before.replace("- [x] **BERT**", "- [ ] **BERT**")


def test_the_status_of_the_reading_list_plugin_ticks_the_box(
    world: World, library: Library
) -> None:
    world.edit(library.keys["clip"], extra="Read_Status: Read\nRead_Status_Date: 2026-03-01")
    before = world.text
    world.do("pull")
    assert world.text == before.replace("- [ ] **CLIP**", "- [x] **CLIP**")


def test_a_title(world: World, library: Library) -> None:
    world.edit(library.keys["clip"], title="CLIP: Learning Visual Models")
    before = world.text
    world.do("pull")
    assert world.text == before.replace(
        "Learning Transferable Visual Models From Natural Language Supervision",
        "Learning Visual Models",
    )


def test_a_short_name(world: World, library: Library) -> None:
    world.edit(
        library.keys["gpt"],
        shortTitle="GPT-3",
        title="GPT-3: Language Models are Few-Shot Learners",
    )
    before = world.text
    world.do("pull")
    assert world.text == before.replace(
        "[ ] Language Models are", "[ ] **GPT-3**: Language Models are"
    )


def test_a_venue(world: World, library: Library) -> None:
    world.edit(library.keys["clip"], conferenceName="ICCV", date="2023-10")
    before = world.text
    world.do("pull")
    assert world.text == before.replace("ICML2021 ", "ICCV2023 ")


def test_the_first_link(world: World, library: Library) -> None:
    world.edit(library.keys["gpt"], url="https://papers.nips.cc/paper/2020/hash/1457.html")
    before = world.text
    world.do("pull")
    assert world.text == before.replace(
        "https://arxiv.org/abs/2005.14165", "https://papers.nips.cc/paper/2020/hash/1457.html"
    )


def test_a_link_added_and_taken_away(world: World, library: Library) -> None:
    before = world.text
    link = world.linked(library.keys["clip"], "Code", "https://github.com/openai/CLIP")
    world.do("pull")
    assert world.text == before.replace(
        "(https://arxiv.org/abs/2103.00020)",
        "(https://arxiv.org/abs/2103.00020) [Code](https://github.com/openai/CLIP)",
    )
    world.edit(link, url="https://github.com/openai/CLIP/tree/main")
    world.do("pull")
    assert "[Code](https://github.com/openai/CLIP/tree/main)" in world.text
    world.zotero.delete_item(world.zotero.item(link))
    world.do("pull")
    assert world.text == before


def test_a_note(world: World, library: Library) -> None:
    before = world.text
    note = world.note(library.keys["clip"], "<p>Zero-shot is the point.</p><p>规模很重要。</p>")
    world.do("pull")
    end = "[Paper](https://arxiv.org/abs/2103.00020)\n"
    assert world.text == before.replace(
        end, end + "  \n  Zero-shot is the point.\n  \n  规模很重要。\n"
    )
    world.edit(note, note="<p>Read <b>twice</b>.</p>")
    world.do("pull")
    assert world.text == before.replace(end, end + "  \n  Read **twice**.\n")
    world.zotero.delete_item(world.zotero.item(note))
    world.do("pull")
    assert world.text == before


def test_a_private_note_is_never_written(world: World, library: Library) -> None:
    world.note(library.keys["clip"], "<p>Reviewer two was me.</p>", "private")
    assert world.change_of("pull") == []


def test_a_note_made_private_is_taken_away(world: World, library: Library) -> None:
    before = world.text
    note = world.note(library.keys["clip"], "<p>Hm.</p>")
    world.do("pull")
    assert "Hm." in world.text
    world.tag(note, "private")
    world.do("pull")
    assert world.text == before


def test_only_tagged_notes(world: World, library: Library) -> None:
    world.settle(notes="tagged")
    world.note(library.keys["clip"], "<p>For me.</p>")
    world.note(library.keys["clip"], "<p>For all.</p>", "public")
    added = world.change_of("pull")
    assert any("For all." in line for line in added)
    assert "For me." not in world.text


def test_notes_wait_until_a_policy_is_chosen(world: World, library: Library) -> None:
    world.settle(notes=None)
    world.note(library.keys["clip"], "<p>Hm.</p>")
    before = world.text
    said = world.do("pull")
    assert (
        'Notes, here or in Zotero. Choose notes = "all", "tagged" or "none" in zsync.toml:' in said
    )
    assert re.findall("line [0-9]+: (.*) — 1 note\n", said) == [
        "BERT: Pre-training of Deep Bidirectional Transformers",
        "CLIP: Learning Transferable Visual Models From Natural Language…",
    ]
    assert world.text == before
    world.settle(notes="none")
    assert "In step" in world.do("pull")
    assert world.text == before
    world.settle(notes="all")
    world.do("pull")
    assert "Hm." in world.text


def test_a_new_paper_is_written_as_its_neighbours(world: World, library: Library) -> None:
    (key,) = world.add(
        paper(
            "T5: Exploring the Limits of Transfer Learning",
            "https://arxiv.org/abs/1910.10683",
            shortTitle="T5",
            date="2020",
            publicationTitle="Journal of Machine Learning Research",
            itemType="journalArticle",
            collections=[library.language],
        )
    )
    before = world.text
    world.do("pull")
    assert changed_lines(before, world.text) == [
        "+ - [ ] **T5**: Exploring the Limits of Transfer Learning. JMLR2020 [Paper](https://arxiv.org/abs/1910.10683)",
        "+ ",
    ]
    assert world.text.index("T5") < world.text.index("## Vision")
    world.edit(key, deleted=1)
    world.do("pull", "--max-removals", "100%")
    assert world.text == before


def test_a_new_subcollection_brings_its_heading(world: World, library: Library) -> None:
    speech = world.collection("Speech", library.home)
    world.add(
        paper("wav2vec 2.0", "https://arxiv.org/abs/2006.11477", date="2020", collections=[speech])
    )
    before = world.text
    world.do("pull")
    lines = changed_lines(before, world.text)
    assert "+   - [Speech](#speech)" in lines
    assert "+ ## Speech" in lines
    assert not [line for line in lines if line.startswith("- ")]
    order = [world.text.index(f"## {name}") for name in ("Vision 2021", "Speech", "About")]
    assert order == sorted(order)


def test_a_moved_paper_takes_its_bytes_along(world: World, library: Library) -> None:
    world.edit(library.keys["bert"], collections=[library.vision])
    block = TEXT[TEXT.index("- [x] **BERT**") : TEXT.index("- [ ] Language Models")]
    world.do("pull")
    assert sorted(world.text) == sorted(TEXT)
    assert block.rstrip() in world.text
    assert (
        world.text.index("## Vision") < world.text.index("**BERT**") < world.text.index("## About")
    )


def test_a_paper_in_two_subcollections_stands_in_two_sections(
    world: World, library: Library
) -> None:
    world.edit(library.keys["gpt"], collections=[library.language, library.vision])
    before = world.text
    world.do("pull")
    assert world.text.count("Language Models are Few-Shot Learners") == 2
    world.edit(library.keys["gpt"], collections=[library.language])
    world.do("pull")
    assert world.text == before


@pytest.mark.parametrize("how", ["trash", "delete", "take out"])
def test_a_paper_that_left_leaves_the_list(world: World, library: Library, how: str) -> None:
    key = library.keys["bert"]
    if how == "trash":
        world.edit(key, deleted=1)
    elif how == "delete":
        world.zotero.delete_item(world.zotero.item(key))
    else:
        world.edit(key, collections=[])
    before = world.text
    world.do("pull")
    block = before[before.index("- [x] **BERT**") : before.index("- [ ] Language Models")]
    assert world.text == before.replace(block, "")
    kept = list((world.folder / ".zsync" / "kept").iterdir())
    assert "Second line, in bold" in kept[0].read_text()


def test_a_paper_that_was_made_anew_in_the_same_words_keeps_its_line(
    world: World, library: Library
) -> None:
    """What goes and what comes leave the text as it was, and it is written all the same."""
    old = world.item(library.keys["clip"])
    world.edit(old["key"], deleted=1)
    unwanted = ("key", "version", "dateAdded", "dateModified")
    world.add({name: value for name, value in old.items() if name not in unwanted})
    before = world.text
    assert "could not be written" not in world.do("pull")
    assert world.text == before
    assert "In step" in world.do("pull")


def test_merged_papers_become_one_entry(world: World, library: Library) -> None:
    gone, heir = library.keys["gpt"], library.keys["bert"]
    uri = f"http://zotero.org/users/1/items/{gone}"
    world.edit(heir, relations={"dc:replaces": [uri]})
    world.edit(gone, deleted=1)
    before = world.text
    preview = json.loads(world.do("pull", "--dry-run", "--json"))
    assert preview["counts"]["removed"] == 0
    said = world.do("pull")
    assert "merged   Language Models are Few-Shot Learners" in said
    assert "removed" not in said
    line = next(line for line in before.split("\n") if "Few-Shot" in line)
    assert world.text == before.replace(f"\n{line}\n", "")


def test_a_paper_merged_into_one_from_elsewhere_keeps_its_entry(
    world: World, library: Library
) -> None:
    gone = library.keys["clip"]
    uri = f"http://zotero.org/users/1/items/{gone}"
    (heir,) = world.add(
        {
            **paper("CLIP: Learning Transferable Visual Models From Natural Language Supervision"),
            "shortTitle": "CLIP",
            "url": "https://arxiv.org/abs/2103.00020",
            "conferenceName": "International Conference on Machine Learning",
            "date": "2021",
            "collections": [library.vision],
            "relations": {"dc:replaces": [uri]},
        }
    )
    world.edit(gone, deleted=1)
    assert world.change_of("pull") == []
    world.tag(heir, "read")
    (_, added) = world.change_of("pull")
    assert added.startswith("+ - [x] **CLIP**")


def test_a_note_that_another_program_saved_anew_leaves_its_words_alone(world: World) -> None:
    home = world.collection()
    (key,) = world.add(paper("A Field Guide", "https://guide.example", collections=[home]))
    html = '<p>Read <a href="https://docs.example/x">the docs</a>, <b>twice</b>.</p><ul><li>one</li></ul>'
    note = world.note(key, html)
    own = (
        "# Papers\n\n- [ ] A Field Guide [Paper](https://guide.example)\n\n  My own words on it.\n"
    )
    world.text = own
    world.settle()
    world.do("link", "--keep")
    for saved in (
        html.replace("<a ", '<a rel="noopener noreferrer nofollow" target="_blank" '),
        f'<div data-schema-version="9">{html}\n</div>'.replace(
            "<li>one</li>", "<li>\n<p>one</p>\n</li>"
        ),
        html.replace("<b>", "<strong>")
        .replace("</b>", "</strong>")
        .replace(" twice", "&nbsp;twice"),
    ):
        world.edit(note, note=saved)
        assert world.change_of("pull") == []
        assert world.text == own
    world.edit(note, note=html.replace("twice", "thrice"))
    assert "+   Read [the docs](https://docs.example/x), **thrice**." in world.change_of("pull")


def test_papers_of_one_second_come_in_an_order_that_their_keys_have_no_part_in(
    world: World,
) -> None:
    home = world.collection()
    titles = ["Rivers", "Bridges", "“Canals” revisited", "Dams"]
    world.add(
        *(
            paper(title, key=key, version=0, dateAdded="2025-05-05T05:05:05Z", collections=[home])
            for title, key in zip(
                titles, ("AAAA2222", "DDDD2222", "CCCC2222", "BBBB2222"), strict=True
            )
        ),
        paper("Zones", dateAdded="2025-05-05T05:05:04Z", collections=[home]),
    )
    world.text = "# Papers\n"
    world.settle()
    world.do("pull")
    order = ["Zones", "Bridges", "Canals", "Dams", "Rivers"]
    assert sorted(order, key=world.text.index) == order


# -- what the list's author does --------------------------------------------------------------------


def test_what_only_the_list_knows_stays_and_is_said(world: World, library: Library) -> None:
    edited = TEXT.replace("- [ ] Language Models", "- [x] Language Models").replace(
        "Made by hand.", "Made by hand, mostly."
    )
    world.text = edited
    world.tag(library.keys["clip"], "read")
    said = world.do("pull")
    assert (
        "Only the list says so. `zsync push --apply` takes it to Zotero:\n    line 15: tick of "
        in said
    )
    assert world.text == edited.replace("- [ ] **CLIP**", "- [x] **CLIP**")


def test_a_contradiction_is_zoteros_and_the_lists_words_are_kept(
    world: World, library: Library
) -> None:
    world.text = TEXT.replace("**Second line, in bold.**", "**My second thought.**")
    world.edit(library.keys["note"], note="<p>Zotero's note.</p>")
    said = world.do("pull")
    assert "Zotero wins" in said
    assert "  Zotero's note.\n" in world.text
    (kept,) = (world.folder / ".zsync" / "kept").iterdir()
    assert "My second thought." in kept.read_text()


def test_an_entry_that_its_author_took_out_stays_out(world: World, library: Library) -> None:
    block = TEXT[TEXT.index("- [ ] Language Models") : TEXT.index("## Vision")]
    world.text = TEXT.replace(block, "")
    world.tag(library.keys["gpt"], "read")
    assert world.change_of("pull") == []
    assert f"{library.keys['gpt']}: Language Models are Few-Shot Learners" in world.do("status")
    world.do("pull", "--overwrite")
    assert "- [x] Language Models are Few-Shot Learners" in world.text


def test_overwriting_writes_everything_as_zotero_says(world: World, library: Library) -> None:
    world.text = TEXT.replace("- [x] **BERT**", "- [ ] **BERT**").replace("ICML2021", "ICLR21")
    world.do("pull")
    assert "- [ ] **BERT**" in world.text
    world.do("pull", "--overwrite")
    assert "- [x] **BERT**" in world.text
    assert "ICML2021" in world.text or "ICLR21" not in world.text


def test_without_a_lock_a_pull_links_and_rewrites_nothing(world: World, library: Library) -> None:
    (world.folder / "zsync.lock").unlink()
    assert world.change_of("pull") == []
    world.tag(library.keys["gpt"], "read")
    assert len(world.change_of("pull")) == 2


def test_without_a_mirror_a_pull_reads_everything_again(world: World, library: Library) -> None:
    (world.folder / ".zsync" / "mirror.sqlite").unlink()
    before = world.state()
    world.do("pull")
    assert world.state() == before


# -- ways to pull -----------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(world: World, library: Library) -> None:
    world.tag(library.keys["gpt"], "read")
    before = world.state()
    assert "ticked   Language Models" in world.do("pull", "--dry-run")
    assert world.state() == before
    assert len(world.change_of("pull")) == 2


def test_a_diff_is_data_and_words_go_to_stderr(world: World, library: Library) -> None:
    world.tag(library.keys["gpt"], "read")
    result = world.run("pull", "--diff")
    assert result.out.startswith(f"--- a/{LIST}\n+++ b/{LIST}\n")
    assert "+- [x] Language Models" in result.out
    assert "ticked" in result.err


def test_json_is_for_programs(world: World, library: Library) -> None:
    world.tag(library.keys["gpt"], "read")
    outcome = json.loads(world.do("pull", "--json"))
    (change,) = outcome["lists"][0]["changes"]
    assert (change["item"], change["field"], change["after"]) == (
        library.keys["gpt"],
        "read",
        "checked",
    )
    assert outcome["written"] == [LIST, "zsync.lock"]


def test_quiet_says_nothing(world: World, library: Library) -> None:
    world.tag(library.keys["gpt"], "read")
    result = world.run("pull", "-q")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_status_works_offline_and_checks(world: World, library: Library) -> None:
    assert world.run("status", "--check").code == 0
    world.text = TEXT.replace("- [ ] Language Models", "- [x] Language Models")
    world.sandbox.requests.clear()
    result = world.run("status", "--check")
    assert result.code == 1
    assert "line 15: tick of Language Models are Few-Shot Learners — ticked here" in result.out
    assert not world.sandbox.requests


def test_new_entries_first_where_the_settings_say_so(world: World, library: Library) -> None:
    world.settle(extra='new_entries = "prepend"\n')
    world.add(
        paper("A newer paper", "https://arxiv.org/abs/2501.00001", collections=[library.vision])
    )
    world.do("pull")
    assert world.text.index("A newer paper") < world.text.index("**CLIP**")


def test_windows_line_ends_stay(world: World, library: Library) -> None:
    world.text = TEXT.replace("\n", "\r\n")
    world.do("pull")
    world.tag(library.keys["gpt"], "read")
    world.note(library.keys["gpt"], "<p>One.</p><p>Two.</p>")
    world.do("pull")
    assert world.text.count("\n") == world.text.count("\r\n")
    assert "- [x] Language Models" in world.text


def test_an_uncertain_match_is_a_question_not_a_duplicate(world: World, library: Library) -> None:
    world.add(
        paper(
            "Sheep in the Fog: A Field Study",
            "https://arxiv.org/abs/2103.00021",
            collections=[library.vision],
        )
    )
    wrong = "- [ ] A Wholly Different Title. ICML2021 [Paper](https://arxiv.org/abs/2103.00021)\n"
    world.text = TEXT.replace("## About", f"{wrong}\n## About")
    before = world.text
    said = world.do("pull")
    assert "line 20: A Wholly Different Title — arXiv 2103.00021, but the titles disagree" in said
    assert world.text == before
    assert world.run("pull", "--strict").code == 3


def test_the_key_stands_in_no_file_and_no_output(world: World, library: Library) -> None:
    world.tag(library.keys["gpt"], "read")
    result = world.run("pull", "-v", "--json")
    assert world.key not in result.out + result.err
    for path in Path(world.folder).rglob("*"):
        if path.is_file():
            assert world.key.encode() not in path.read_bytes(), path


def test_several_lists_of_one_library(world: World, library: Library) -> None:
    other = world.collection("Other")
    world.add(paper("Alone", "https://arxiv.org/abs/2101.00001", collections=[other]))
    (world.folder / "zsync.toml").write_text(
        '[zotero]\nlibrary = "users/1"\n'
        f'[[lists]]\ncollection = "{COLLECTION}"\nlist = {{ path = "{LIST}", notes = "all" }}\n'
        '[[lists]]\ncollection = "Other"\nlist = { path = "other.md" }\n'
    )
    (world.folder / "other.md").write_text("# Other\n")
    before = world.text
    world.do("pull")
    assert world.text == before
    assert "Alone" in (world.folder / "other.md").read_text()
    world.sandbox.requests.clear()
    world.do("pull")
    assert len(world.sandbox.requests) == 1


# -- what a sceptic found ---------------------------------------------------------------------------


def _kept(world: World) -> list[str]:
    folder = world.folder / ".zsync" / "kept"
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())] if folder.exists() else []


def test_a_removed_entry_is_kept_as_it_stood(world: World, library: Library) -> None:
    line = next(line for line in TEXT.split("\n") if "Few-Shot" in line)
    mine = line.replace("- [ ]", "- [x]") + " - my favourite, 5/5 <!-- due friday -->"
    world.text = TEXT.replace(line, mine)
    world.edit(library.keys["gpt"], deleted=1)
    world.do("pull")
    assert mine in "".join(_kept(world))


def test_nothing_kept_is_ever_written_over(world: World, library: Library) -> None:
    world.edit(library.keys["gpt"], collections=[library.language, library.vision])
    world.do("pull")
    first, second = "Few-Shot Learners, one", "Few-Shot Learners, two"
    head, _, tail = world.text.partition("Few-Shot Learners")
    world.text = head + first + tail.replace("Few-Shot Learners", second)
    world.edit(library.keys["gpt"], title="Few Shots")
    world.do("pull")
    kept = "".join(_kept(world))
    assert first in kept
    assert second in kept


def test_words_adopted_from_the_list_are_kept_when_zoteros_come(
    world: World, library: Library
) -> None:
    world.text = TEXT.replace("**Second line, in bold.**", "**Mine, not Zotero's.**")
    (world.folder / "zsync.lock").unlink()
    world.do("link")
    world.edit(library.keys["note"], note="<p>New in Zotero.</p>")
    assert world.change_of("pull") == [], "nobody chose yet"
    world.do("link", "--keep")
    world.edit(library.keys["note"], note="<p>Newer in Zotero.</p>")
    world.do("pull")
    assert "Newer in Zotero." in world.text
    assert "Mine, not Zotero's." in "".join(_kept(world))


def test_a_list_edited_meanwhile_is_not_written_over(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tag(library.keys["gpt"], "read")
    edited = TEXT.replace("Made by hand.", "Made by hand, just now.")
    real = workspace.Workspace.write

    def write(self: workspace.Workspace, *args: Any) -> tuple[str, ...]:
        world.text = edited
        return real(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(workspace.Workspace, "write", write)
        result = world.run("pull")
    assert result.code == 4
    assert "edited while" in result.err
    assert world.text == edited
    world.do("pull")
    assert world.text == edited.replace("- [ ] Language Models", "- [x] Language Models")


def test_a_lock_that_came_meanwhile_is_not_written_over(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tag(library.keys["gpt"], "read")
    lock = world.folder / "zsync.lock"
    real = workspace.Workspace.write

    def write(self: workspace.Workspace, *args: Any) -> tuple[str, ...]:
        lock.write_text(lock.read_text() + "\n")
        return real(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(workspace.Workspace, "write", write)
        assert world.run("pull").code == 4
    assert world.text == TEXT
    assert len(world.change_of("pull")) == 2


def test_a_renamed_collection_is_named(world: World, library: Library) -> None:
    world.zotero.update_collection(
        {**world.zotero.collection(library.home)["data"], "name": "Read me"}
    )
    result = world.run("pull")
    assert result.code == 2
    assert "called 'Read me' now" in result.err
    settings = world.folder / "zsync.toml"
    settings.write_text(settings.read_text().replace('"Reading list"', '"Read me"'))
    assert world.change_of("pull") == []


def test_a_renamed_subcollection_keeps_its_heading(world: World, library: Library) -> None:
    data = world.zotero.collection(library.vision)["data"]
    world.zotero.update_collection({**data, "name": "Seeing"})
    assert world.change_of("pull") == []
    world.add(
        paper("A newer paper", "https://arxiv.org/abs/2501.00001", collections=[library.vision])
    )
    world.do("pull")
    assert world.text.index("## Vision 2021") < world.text.index("A newer paper")
    assert "Seeing" not in world.text


def test_a_shape_that_is_not_read_is_left_alone_and_that_is_said(
    world: World, library: Library
) -> None:
    cells = '<td>Paper {n}</td><td><a href="https://arxiv.org/abs/2402.0000{n}">pdf</a></td>'
    rows = "".join(f"<tr>{cells.format(n=n)}</tr>\n" for n in range(5))
    world.text = f"# Papers\n\n<table>\n{rows}</table>\n"
    (world.folder / "zsync.lock").unlink()
    before = world.text
    said = world.do("pull")
    assert world.text == before
    assert "shape that zsync does not read" in said
    world.text = before + "\n<!-- zsync:start -->\n## More\n<!-- zsync:end -->\n"
    world.do("pull")
    assert "- [x] **BERT**" in world.text
    assert world.text.startswith(before)


def test_the_lock_does_not_change_with_the_order_of_a_plan(world: World, library: Library) -> None:
    world.text = TEXT.replace("- [ ] **CLIP**", "- [x] **CLIP**")
    world.do("pull")
    world.edit(library.keys["bert"], collections=[library.language, library.vision])
    world.do("pull")
    before = world.state()
    world.do("pull")
    assert world.state() == before


def test_a_long_label_is_no_obstacle(world: World, library: Library) -> None:
    label = "An awfully long label " * 15
    link = world.linked(library.keys["clip"], label, "https://example.org/1")
    world.do("pull")
    world.text = world.text.replace("https://example.org/1", "https://example.org/mine")
    world.edit(link, url="https://example.org/2")
    world.do("pull")
    assert "https://example.org/2" in world.text
    assert "https://example.org/mine" in "".join(_kept(world))


def test_an_item_without_a_title_is_written_once(world: World, library: Library) -> None:
    world.add(paper("", "https://example.org/untitled", collections=[library.vision]))
    world.do("pull")
    assert world.text.count("https://example.org/untitled") == 1
    (world.folder / "zsync.lock").unlink()
    world.do("pull")
    assert world.text.count("https://example.org/untitled") == 1


def test_the_librarys_own_name_is_asked_of_the_key(world: World, library: Library) -> None:
    settings = world.folder / "zsync.toml"
    settings.write_text(settings.read_text().replace("users/1", "auto"))
    world.tag(library.keys["gpt"], "read")
    assert len(world.change_of("pull")) == 2
    world.sandbox.requests.clear()
    world.do("pull")
    assert len(world.sandbox.requests) == 1
    assert "In step." in world.do("status")
    (world.folder / "zsync.lock").unlink()
    assert world.run("status").code == 0


@pytest.mark.parametrize("bib", [False, True])
def test_a_restored_paper_comes_back(world: World, library: Library, bib: bool) -> None:
    world.settle(bib=bib)
    world.do("pull")
    world.edit(library.keys["bert"], deleted=1)
    world.do("pull")
    assert "**BERT**" not in world.text
    world.edit(library.keys["bert"], deleted=0)
    world.do("pull")
    assert "- [x] **BERT**" in world.text
    assert world.text.index("## Language") < world.text.index("**BERT**")
    assert "In step" in world.do("pull")


def test_a_link_with_a_new_label_in_zotero_keeps_its_place(world: World, library: Library) -> None:
    link = world.linked(library.keys["clip"], "Code", "https://github.com/openai/CLIP")
    world.do("pull")
    world.edit(link, title="GitHub")
    world.do("pull")
    assert "[GitHub](https://github.com/openai/CLIP)" in world.text
    assert "[Code](https://github.com/openai/CLIP)" not in world.text


def test_a_second_link_of_a_label_leaves_the_first(world: World, library: Library) -> None:
    for number in range(4):
        world.linked(library.keys["clip"], "Code", f"https://example.org/{number}")
        world.do("pull")
    assert all(f"[Code](https://example.org/{number})" in world.text for number in range(4))


def test_one_heading_for_two_collections_holds_a_paper_once(world: World, library: Library) -> None:
    twin = world.collection("Language", library.vision)
    world.text = TEXT.replace("## Vision 2021\n", "")
    (world.folder / "zsync.lock").unlink()
    world.do("pull")
    world.edit(library.keys["gpt"], collections=[library.language, library.vision])
    world.do("pull")
    assert world.text.count("Few-Shot Learners") == 1
    world.edit(library.keys["gpt"], collections=[library.vision])
    world.do("pull")
    assert world.text.count("Few-Shot Learners") == 1
    assert twin


def test_an_emptied_collection_is_filled_where_it_was(world: World, library: Library) -> None:
    world.text = TEXT.replace("## Vision 2021", "## Seeing").replace("vision-2021", "seeing")
    (world.folder / "zsync.lock").unlink()
    world.do("pull")
    world.edit(library.keys["clip"], collections=[library.language])
    world.do("pull")
    world.edit(library.keys["clip"], collections=[library.vision])
    world.do("pull")
    assert (
        world.text.index("## Seeing") < world.text.index("**CLIP**") < world.text.index("## About")
    )
    assert "## Vision 2021" not in world.text


def test_two_regions_are_an_error_and_nothing_is_written(world: World, library: Library) -> None:
    mark = "<!-- zsync:start -->\n{}<!-- zsync:end -->\n"
    world.text = text = mark.format("## All\n") + "\nprose\n\n" + mark.format("## More\n")
    (world.folder / "zsync.lock").unlink()
    result = world.run("pull")
    assert (result.code, world.text) == (2, text)
    assert ":7: a second zsync:start." in result.err


def test_rows_that_say_little_leave_a_table_readable(world: World) -> None:
    """Books without address and venue make a table look like anything; the titles are known."""
    home = world.collection()
    world.settle()
    url = "https://arxiv.org/abs/2301.0000"
    rows = [
        f"| ✅ | Sand That Moves at Night, Part {part} | ICML 2020 | [Paper]({url}{part}) |"
        for part in range(1, 5)
    ]
    head = "# Papers\n\n| Read | Title | Venue | Paper |\n|---|---|---|---|\n"
    world.text = head + "\n".join(rows) + "\n"
    for part in range(1, 5):
        title, url = (
            f"Sand That Moves at Night, Part {part}",
            f"https://arxiv.org/abs/2301.0000{part}",
        )
        world.add(paper(title, url, collections=[home], tags=[{"tag": "read"}]))
    words = "Optuna Algebra Winds Maps Glass Silk Ink Bells Clocks Ships Gardens Rivers Salt Bread"
    for word in words.split():
        world.add({"itemType": "book", "title": word, "collections": [home]})
    for title in ("Paper Trails", "Code Red", "One More Book"):
        world.add({"itemType": "book", "title": title, "collections": [home]})
    world.do("pull")
    assert world.text.count("\n| ") == len([*rows, *words.split()]) + 3 + 1
    assert "Read-only" not in world.do("pull")
    world.text = world.text.replace("| ⬜ | Glass", "| ✅ | Glass").replace(
        "| ✅ | Sand That Moves at Night, Part 1", "| ⬜ | Sand That Moves at Night, Part 1"
    )
    said = world.do("push", "--offline", "--apply")
    assert "ticked   Glass" in said
    assert "unticked Sand That Moves at Night, Part 1" in said
