"""A new layout changes nothing in Zotero; what a person typed does, and what it replaces is kept."""

import re
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hunting import examples
from tests.test_push import writes
from tests.test_push_law import fresh_world
from tests.world import World, paper

SYNC = ("sync", "--offline")
KITES = "Flying Kites in Light Winds over Cold Water"
BOATS = "Sailing Boats without a Keel"
TEXT = f"""# Papers

## Weather
- [ ] [{KITES}](https://arxiv.org/abs/2401.00001)
- [ ] [{BOATS}](https://arxiv.org/abs/2401.00002)
"""


@pytest.fixture
def synced(world: World) -> World:
    """Two papers, in step."""
    world.collection()
    return in_step(world, TEXT)


def in_step(world: World, text: str) -> World:
    world.settle()
    world.text = text
    world.do(*SYNC)
    world.do("pull")
    return world


def said_by(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what items say, wherever they stand."""
    return {
        key: {name: value for name, value in each.items() if name != "collections"}
        for key, each in found.items()
    }


def items(world: World) -> dict[str, dict[str, Any]]:
    """Everything in the library, by key, without what no person wrote."""
    return {
        each["key"]: {
            name: value
            for name, value in each["data"].items()
            if name not in ("version", "dateModified")
        }
        for each in world.zotero.everything(world.zotero.items())
    }


def titles(world: World) -> set[str]:
    return {each["title"] for each in items(world).values() if "title" in each}


def kept(world: World) -> list[tuple[str, str]]:
    """What was kept aside: the names of the files without their time, and what they say."""
    folder = world.folder / ".zsync" / "kept"
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        (re.sub(r"^\d{8}-\d{6}-(\d-)?", "", path.name), path.read_text("utf-8")) for path in found
    ]


# -- a layout is not an edit -----------------------------------------------------------------------------


def wrapped(text: str, width: int) -> str:
    """Wrap the lines of every bullet, indented as the list has it."""
    lines = []
    for line in text.split("\n"):
        bullet = re.match(r"[-*] (?:\[[ x]\] )?", line)
        below = "  " if bullet else ""
        lines += textwrap.wrap(
            line, width, subsequent_indent=below, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines)


def as_tables(text: str) -> str:
    """Make tables of runs of bullets."""
    row = re.sub(r"(?m)^[-*] \[([ x])\] (.*)$", r"| [\1] | \2 |", text.replace("|", r"\|"))
    return re.sub(r"(?m)(?<!\|\n)^(?=\| \[)", "| Read | Paper |\n|---|---|\n", row)


def grouped(text: str) -> str:
    """Indent the bullets of each section below one that names a group."""
    below = re.sub(r"(?m)^(?=[-*] |  \S)", "  ", text)
    return re.sub(r"(?m)(^## .*\n+)(?=  )", r"\1- Kites & Other Toys\n", below)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "wrapped at 80": lambda text: wrapped(text, 80),
    "wrapped at 40": lambda text: wrapped(text, 40),
    "stars for bullets": lambda text: re.sub(r"(?m)^-(?= )", "*", text),
    "bold taken away": lambda text: text.replace("**", ""),
    "bold links": lambda text: re.sub(r"(?m)(\[[ x]\] )(\[[^\]]+\]\([^)]+\))", r"\1**\2**", text),
    "italic titles": lambda text: re.sub(r"(?m)(\[[ x]\] \[)([^\]]+)(\])", r"\1*\2*\3", text),
    "grouped": grouped,
    "tables": as_tables,
    "numbered": lambda text: re.sub(r"(?m)^-(?= )", "1.", text),
    "loose": lambda text: re.sub(r"(?m)\n(?=- )", "\n\n", text),
    "a section split": lambda text: text.replace("\n- ", "\n### Newer\n\n- ", 3).replace(
        "\n### Newer\n\n- ", "\n- ", 2
    ),
}
SHAPES = (
    "- [{box}] [{title}]({url})",
    "- [{box}] **{title}**. CVPR2024 [Paper]({url}) [Code]({url}/code)",
    "- [{box}] **N{number}**: {title}. ICLR2023 [Paper PDF]({url})",
    "- [{box}] [2023/08/0{number}] **{title}** | [[paper]]({url}) | [[code]]({url}/code)",
    "- [{box}] {title}. [Paper]({url})\n\n  Words of its reader, who liked it.\n",
)
WORDS = (
    "Kites",
    "over",
    "Cold",
    "Water:",
    "Sailing",
    "without",
    "Keels",
    "in",
    "the",
    "Self-Made",
    "风筝",
)


@st.composite
def lists(draw: st.DrawFn) -> str:
    shape = draw(st.sampled_from(SHAPES))
    parts = ["# Papers", ""]
    for number in range(draw(st.integers(2, 5))):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=12))
        if not number % 3:
            parts += ["", f"## Section {number}", ""]
        parts.append(
            shape.format(
                box=draw(st.sampled_from(" x")),
                number=number,
                title=" ".join([f"Study{number}", *words, "Again"]).replace(": ", " "),
                url=f"https://arxiv.org/abs/2401.0000{number}",
            )
        )
    return "\n".join(parts) + "\n"


@given(lists(), st.sampled_from(sorted(LAYOUTS)))
@settings(max_examples=examples(6))
def test_a_new_layout_and_back_again_changes_no_title_makes_nothing_and_leaves_the_list_alone(
    text: str, layout: str
) -> None:
    with fresh_world() as world:
        world.collection()
        in_step(world, text)
        before = items(world)
        new = world.text = LAYOUTS[layout](text)
        world.do(*SYNC)
        after = items(world)
        assert {key: after[key].get("title") for key in before} == {
            key: each.get("title") for key, each in before.items()
        }
        assert sorted(after) == sorted(before)
        assert world.text == new
        seen = writes(world)
        world.do(*SYNC)
        assert not seen
        assert world.text == new
        world.text = text
        world.do(*SYNC)
        # A section that was split and joined again takes its papers along.
        assert said_by(items(world)) == said_by(after)
        assert world.text == text


@given(lists(), st.data())
@settings(max_examples=examples(4))
def test_a_word_that_somebody_types_goes_to_zotero(text: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, text.count("Study") - 1))
    with fresh_world() as world:
        world.collection()
        in_step(world, text)
        before = titles(world)
        world.text = text.replace(f"Study{number} ", f"Treatise{number} ")
        world.do(*SYNC)
        changed = {title.replace(f"Study{number} ", f"Treatise{number} ") for title in before}
        assert titles(world) == changed != before
        assert "In step" in world.do(*SYNC)


def test_a_wrapped_line_in_which_somebody_typed_a_note_keeps_its_title(synced: World) -> None:
    world = synced
    world.text = TEXT.replace("Light Winds over", "Light Winds\n  over").replace(
        "2401.00001)\n", "2401.00001)\n\n  Read at sea.\n\n"
    )
    world.do(*SYNC)
    assert titles(world) == {KITES, BOATS}


def test_the_tick_of_a_wrapped_line_goes_to_zotero(synced: World) -> None:
    world = synced
    text = world.text = TEXT.replace("Light Winds over", "Light Winds\n  over").replace(
        "[ ]", "[x]", 1
    )
    world.do(*SYNC)
    assert [each["title"] for each in items(world).values() if each.get("tags")] == [KITES]
    assert titles(world) == {KITES, BOATS}
    assert world.text == text


def test_a_paper_indented_below_another_is_no_note_of_it(synced: World) -> None:
    world = synced
    text = world.text = TEXT.replace("\n- [ ] [Sailing", "\n  - [ ] [Sailing")
    world.do(*SYNC)
    assert not [each for each in items(world).values() if each["itemType"] == "note"]
    assert titles(world) == {KITES, BOATS}
    assert world.text == text


def test_a_lock_from_before_there_were_wordings_keeps_titles_as_well(synced: World) -> None:
    world = synced
    lock = world.folder / "zsync.lock"
    lock.write_text(re.sub(r', "wording": \[[^\]]*\]', "", lock.read_text("utf-8")), "utf-8")
    text = world.text = TEXT.replace("Light Winds over", "Light Winds\n  over")
    world.do(*SYNC)
    assert titles(world) == {KITES, BOATS}
    assert world.text == text


# -- a title with nothing in common ------------------------------------------------------------------


def test_a_title_that_shares_no_words_with_zoteros_is_a_question(synced: World) -> None:
    world = synced
    text = world.text = TEXT.replace(KITES, "Turing (1950)")
    for _ in range(2):
        said = world.do(*SYNC)
        assert "line 4" in said
        assert "Turing (1950)" in said
        assert "zsync push --take 4 --apply" in said
        assert "zsync pull --overwrite 4" in said
        assert titles(world) == {KITES, BOATS}
        assert world.text == text
    assert "Turing (1950)" in world.do("status")


def test_a_question_does_not_hold_up_what_else_the_entry_says(synced: World) -> None:
    world = synced
    world.text = TEXT.replace(f"[ ] [{KITES}]", "[x] [Turing (1950)]")
    world.do(*SYNC)
    assert [each["title"] for each in items(world).values() if each.get("tags")] == [KITES]


@pytest.mark.parametrize("label", ["Paper", "PDF"])
def test_a_word_that_a_title_shared_with_the_label_of_a_link_can_be_changed(
    world: World, label: str
) -> None:
    world.collection()
    line = f"- [ ] {label} Boats on Small Lakes. [{label}](https://arxiv.org/abs/2401.00003)\n"
    in_step(world, f"{TEXT}{line}")
    world.text = f"{TEXT}{line.replace(f'{label} Boats', 'Steel Boats')}"
    world.do(*SYNC)
    assert titles(world) == {KITES, BOATS, "Steel Boats on Small Lakes"}


def test_a_line_that_became_another_papers_makes_an_item_and_leaves_the_old_one(
    synced: World,
) -> None:
    world = synced
    world.text = TEXT.replace(KITES, "Gamma Rays").replace("2401.00001", "2402.00009")
    said = world.do(*SYNC)
    assert titles(world) == {KITES, BOATS, "Gamma Rays"}
    assert "Taken out of the list, and still in the collection:" in said
    assert f": {KITES}, from “" in said


# -- many titles at once -----------------------------------------------------------------------------

MANY = "# Papers\n\n" + "".join(
    f"- [ ] [Kites of Kind {number}, Described](https://a.example/{number})\n"
    for number in range(7)
)


def test_more_retitles_than_the_guard_allows_are_refused(world: World) -> None:
    world.collection()
    in_step(world, MANY)
    before = items(world)
    world.text = MANY.replace("Described", "Explained")
    for command in (SYNC, ("push", "--offline"), ("push", "--offline", "--apply")):
        result = world.run(*command)
        assert result.code == 3
        assert "7 titles would change in Zotero; the limit is 5" in result.err
        assert re.search(r"“(Kites of Kind \d), Described” → “\1, Explained”", result.err)
        assert "--max-retitles 7" in result.err
    assert items(world) == before
    assert "7 replaced texts kept in .zsync/kept." in world.do(*SYNC, "--max-retitles", "7")
    assert all("Explained" in title for title in titles(world))


def test_the_settings_say_how_many_titles_may_change(synced: World) -> None:
    world = synced
    world.settle(extra="[guard]\nmax_retitles = 0\n")
    world.text = TEXT.replace("Keel", "Mast")
    assert world.run(*SYNC).code == 3
    assert titles(world) == {KITES, BOATS}


# -- what a push takes the place of ------------------------------------------------------------------


def test_words_of_zotero_that_a_push_writes_over_are_kept_first(world: World) -> None:
    home = world.collection()
    (key,) = world.add(
        paper("Kites: A Study", "https://a.example/1", collections=[home], shortTitle="Kites")
    )
    world.linked(key, "Code", "https://code.example/1")
    world.note(key, "<p>As it <b>was</b>.</p>")
    line = (
        "- [ ] **Kites**: A Study. [Paper](https://a.example/1) [Code](https://code.example/1)\n\n"
        "  As it **was**.\n"
    )
    in_step(world, f"# Papers\n\n{line}")
    assert not kept(world)
    world.text = (
        world.text.replace("**Kites**", "**Kites2**")
        .replace("code.example/1", "code.example/2")
        .replace("As it **was**.", "As it **is** now.")
    )
    assert "4 replaced texts kept in .zsync/kept." in world.do(*SYNC)
    world.text = world.text.replace("a.example/1", "a.example/2")
    assert "1 replaced text kept in .zsync/kept." in world.do(*SYNC)
    assert sorted(kept(world)) == sorted(
        (
            (f"{key}-note.html", "<p>As it <strong>was</strong>.</p>\n"),
            (f"{key}-short-title.md", "Kites\n"),
            (f"{key}-title.md", "Kites: A Study\n"),
            (f"{key}-url.md", "https://a.example/1\n"),
            (f"{key}-url.md", "https://code.example/1\n"),
        )
    )
    assert "In step" in world.do(*SYNC)


def test_a_push_that_is_repeated_keeps_no_words_twice(synced: World) -> None:
    world = synced
    world.text = TEXT.replace("Keel", "Mast")
    faults = world.sandbox.faults
    faults.before_request = lambda request: (
        faults.fail_next(1, status=403) if request.method == "POST" else None
    )
    assert world.run(*SYNC).code == 5
    assert [text for _, text in kept(world)] == [f"{BOATS}\n"]
    faults.clear()
    world.do(*SYNC)
    assert titles(world) == {KITES, BOATS.replace("Keel", "Mast")}
    assert [text for _, text in kept(world)] == [f"{BOATS}\n"]
