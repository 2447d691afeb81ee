"""What others wrote is shown as what it is, and does nothing: on a terminal, in a report, in the list."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hunting import HUNT, examples
from tests.world import World, paper
from zsync.cli import run
from zsync.core.edits import AddEntry, Edit, SetLink, SetNote, SetTitle, SetUrl, SetVenue
from zsync.core.foreign_text import cleaned, encoded, shown, shown_in_json
from zsync.core.model import EntryDraft, Link
from zsync.formats import notes, reading_list

#: Escape sequences of a terminal, C1 and DEL, marks of direction, separators of lines.
ACTS = "\x00\x07\x08\x1b\x7f\x85\x9b\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"
_ACTS = re.compile(f"[{ACTS}]")
TITLE = "Evil\x1b]0;gone\x07\x1b[2J \x9b31m \u202eLive"
LIST = f"# Papers\n\n- [ ] **A**: {TITLE}. CVPR2025 [Paper](https://arxiv.org/abs/2501.00001)\n"


@given(st.text() | st.text(alphabet=ACTS + "ab \n\t\r"))
def test_what_is_shown_acts_nowhere(text: str) -> None:
    assert not _ACTS.search(shown(text))
    assert not _ACTS.search(cleaned(text))
    assert not re.search(f"[{ACTS}\n\t]", encoded(text))
    assert json.loads(shown_in_json(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain, naïve, 東京 😀\n\tend\r\n", "plain, naïve, 東京 😀\n\tend\r\n"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202eb", "a\\u202eb"),
        ("over\rwritten", "over\\x0dwritten"),
        ("\x9b", "\\x9b"),
    ],
)
def test_it_is_shown_by_its_number(text: str, said: str) -> None:
    assert shown(text) == said


@pytest.mark.parametrize("options", [[], ["--json"], ["--dialect"], ["--dialect", "--json"]])
def test_a_list_does_nothing_to_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    path = tmp_path / "README.md"
    path.write_text(LIST, encoding="utf-8")
    assert run(["entries", str(path), *options]) == 0
    said = capsys.readouterr().out
    assert not _ACTS.search(said)
    if options == ["--json"]:
        assert json.loads(said)[0]["title"] == TITLE


@pytest.mark.parametrize("argument", ["\x1b[2J", "--\u202eoption"])
def test_an_error_does_nothing_to_a_terminal(
    capsys: pytest.CaptureFixture[str], argument: str
) -> None:
    assert run(["entries", argument]) == 2
    assert shown(argument) in capsys.readouterr().err


foreign = st.text(alphabet=ACTS + "ab1 .:", min_size=1, max_size=12).map(lambda text: f"x{text}y")
drafts = st.builds(
    EntryDraft,
    st.booleans(),
    st.none() | foreign,
    foreign,
    st.none() | foreign,
    st.none() | st.just(2024),
    foreign.map("https://a.example/{}".format),
    st.lists(st.builds(Link, foreign, foreign), max_size=2).map(tuple),
    st.none() | foreign,
    st.none() | foreign,
)
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(SetTitle, st.just(0), foreign, foreign),
    st.builds(SetVenue, st.just(0), foreign, st.just(2024)),
    st.builds(SetUrl, st.just(0), foreign),
    st.builds(SetLink, st.just(0), foreign, foreign),
    st.builds(SetNote, st.just(0), foreign),
    st.builds(AddEntry, drafts, st.tuples(st.just("Papers"), foreign)),
)


@given(edits)
def test_nothing_that_acts_comes_into_a_list(edit: Edit) -> None:
    before = "# Papers\n\n- [ ] **A**: A Paper of Note. CVPR2025 [Paper](https://a.example/1)\n"
    result = reading_list.edit(reading_list.parse(before), [edit])
    assert not _ACTS.search(result.reading_list.text)


def test_an_author_s_own_heading_is_found_whatever_is_in_it() -> None:
    found = reading_list.parse("# Papers\n\n## To\u200eday\n\n- [ ] A Paper of Note. CVPR2025\n")
    section = found.headings[-1].path
    draft = EntryDraft(False, None, "A New Paper of Note")
    result = reading_list.edit(found, [AddEntry(draft, section)]).reading_list
    assert len(result.headings) == len(found.headings)


def test_a_note_does_nothing_in_a_list() -> None:
    html = f'<p>{TITLE} <a href="https://a.example/\u2028b\u202e">there</a></p>'
    said = notes.to_markdown(html)
    assert not _ACTS.search(said)
    assert "https://a.example/%E2%80%A8b%E2%80%AE" in said


def test_an_address_keeps_all_that_it_leads_by() -> None:
    assert encoded("https://a.example/\u2028b\u0085c\u00a0d") == (
        "https://a.example/%E2%80%A8b%C2%85c%C2%A0d"
    )
    assert encoded("https://a.example/b?c=%41&d=é") == "https://a.example/b?c=%41&d=é"


# -- through the command line ------------------------------------------------------------------------

#: What a name in a library may hold: what acts, ends a line, or is markup where the name is written.
BREAK_OUTS = (
    *ACTS, "\x1b[2J", "\x1b]0;gone\x07", "\n", "\r\n", "\r", "\t", "\n# Heading\n", "\n- [ ] **B**: Entry\n",
    "<!--", "-->", "<b>", "</b>", "<details>", "<script>x</script>",
    "[a](b)", "](x)", "![x](y)", "[", "]", "(", ")", "[x]: y", "**", "*", "_", "`", "```", "~~", "|",
    "\\", "\\|", "# ", "> ", "- [ ] ", "1. ", "---", "===", "&amp;", "&lt;", "$x$", "{", "}", "@a", "%",
    "https://e.example/a", "\ufeff", "\u200b", "\u0301", "\U000e0041", "<RET>", " ",
)  # fmt: skip
SHELF = (*BREAK_OUTS, "Rain", "on", "Stones", "Slowly", " ", " ")


def _fill(world: World, random: Random) -> None:
    """Make papers, links, notes and subcollections whose names are made of break-outs and a few words."""

    def name() -> str:
        return "N" + "".join(random.choices(SHELF, k=random.randint(1, 6)))

    shelves = [world.collection()]
    shelves += [world.collection(name(), random.choice(shelves)) for _ in range(2)]
    for number in range(6):
        said: dict[str, Any] = {
            "title": name(),
            "url": f"https://p.example/{number}{name() if number % 2 else ''}",
            "shortTitle": name() if number % 3 else "",
            "conferenceName": name() if number % 4 else "",
        }
        (key,) = world.add(paper(**said, date="2024", collections=[random.choice(shelves)]))
        world.linked(key, name(), f"https://l.example/{name()}")
        world.note(key, f"<p>{name()}</p>")


@pytest.mark.parametrize("seed", range(HUNT * 1000, HUNT * 1000 + examples(2)))
def test_hostile_names_are_in_step_the_second_time(
    world: World, seed: int, record_property: Any
) -> None:
    _fill(world, Random(seed))  # noqa: S311 - invents cases, guards nothing
    world.text = "# List\n"
    world.settle(bib=True)
    first = world.run("pull")
    assert first.code == 0
    assert not _ACTS.search(first.out + first.err + world.text)
    written = world.state()
    assert world.run("pull").out == "In step (1 request).\n"
    # Without the mirror nothing is taken from memory: list and library are read and compared once more.
    (world.folder / ".zsync" / "mirror.sqlite").unlink()
    assert "In step (" in world.run("pull").out
    assert world.state() == written
    record_property(
        "reliability",
        "hostile names in a library stay text, and are in step the second time"
        "|random titles, labels, notes, venues, addresses and collections, pulled twice|1|0",
    )


def test_no_name_makes_a_line_of_a_report(world: World) -> None:
    forged = "Wrote nothing at all."
    name = f"Rain\n{forged}\n"
    home = world.collection()
    below = world.collection(name, home)
    keys = world.add(
        paper(f"Hail{name}", "https://a.example/1", collections=[home], date="2024"),
        paper(f"Snow{name}", "https://a.example/2", collections=[below], date="2024"),
    )
    world.linked(keys[0], name, "https://a.example/3")
    world.text = "# List\n"
    world.settle()
    said = [world.do("pull")]
    moving = next(line for line in world.text.splitlines() if "Hail" in line)
    world.text = world.text.replace(f"{moving}\n", "") + f"{moving}\n"
    said += [world.do(*command) for command in (("status", "--all"), ("push",), ("sync",))]
    assert "“Rain Wrote nothing at all.”" in "".join(said)
    assert forged not in [line.strip() for text in said for line in text.splitlines()]
