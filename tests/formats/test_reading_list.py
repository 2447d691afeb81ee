"""What is an entry, what is a note, what is neither."""

import time

import pytest

from zsync.core.model import Checkbox, Entry, Link
from zsync.formats.reading_list import ReadingList, parse

PAPER = "[Paper](https://arxiv.org/abs/2304.02643)"


def only(line: str) -> Entry:
    (entry,) = parse(line).entries
    return entry


def titles(text: str) -> list[str]:
    return [entry.title for entry in parse(text).entries]


def notes(text: str) -> list[str | None]:
    return [entry.note for entry in parse(text).entries]


def test_an_entry_says_where_it_stands_and_what_it_is() -> None:
    text = (
        "# Papers\n\n## Vision 2023\n"
        "- [x] **SAM**: Segment Anything. ICCV2023 [Paper](https://arxiv.org/abs/2304.02643) [Code](https://github.com/x/y)\n"
        "\n  Promptable masks.\n"
    )
    assert parse(text).entries == (
        Entry(
            line=4,
            section=("Papers", "Vision 2023"),
            checkbox=Checkbox.CHECKED,
            short="SAM",
            title="Segment Anything",
            venue="ICCV",
            year=2023,
            links=(
                Link("Paper", "https://arxiv.org/abs/2304.02643"),
                Link("Code", "https://github.com/x/y"),
            ),
            note="Promptable masks.",
        ),
    )


@pytest.mark.parametrize(
    ("item", "checkbox"),
    [
        ("- [x] ", Checkbox.CHECKED),
        ("* [X] ", Checkbox.CHECKED),
        ("+ [ ] ", Checkbox.UNCHECKED),
        ("1. [ ] ", Checkbox.UNCHECKED),
        ("12) ", Checkbox.NONE),
        ("-\t", Checkbox.NONE),
        ("  - ", Checkbox.NONE),
    ],
)
def test_markers_and_boxes(item: str, checkbox: Checkbox) -> None:
    entry = only(f"{item}**SAM**: Segment Anything {PAPER}")
    assert (entry.checkbox, entry.short, entry.title) == (checkbox, "SAM", "Segment Anything")


@pytest.mark.parametrize(
    ("head", "short", "title"),
    [
        ("**SAM**: Segment Anything.", "SAM", "Segment Anything"),
        ("**SAM:** Segment Anything", "SAM", "Segment Anything"),
        ("**SAM** - Segment Anything", "SAM", "Segment Anything"),
        ("**SAM**：分割一切。", "SAM", "分割一切"),
        ("SAM: Segment Anything.", None, "SAM: Segment Anything"),
        ("**Segment Anything**", None, "Segment Anything"),
        ("**Segment Anything**.", None, "Segment Anything"),
        ("**A\\*B**: Why \\[MASK\\]?", "A*B", "Why [MASK]?"),
        ("Is [MASK]: a Token?", None, "Is [MASK]: a Token?"),
        ('"Why Should I Trust You?": Explaining', None, '"Why Should I Trust You?": Explaining'),
        ("Attention Is All You Need!", None, "Attention Is All You Need!"),
        ("What If...", None, "What If..."),
        ("Q&amp;A with *in vivo* `code`", None, "Q&A with in vivo code"),
        ("Water is H<sub>2</sub>O", None, "Water is H<sub>2</sub>O"),
        ("2 * 3 * 4 is snake_case_name", None, "2 * 3 * 4 is snake_case_name"),
    ],
)
def test_short_names_and_titles(head: str, short: str | None, title: str) -> None:
    entry = only(f"- [ ] {head} {PAPER}")
    assert (entry.short, entry.title, entry.venue) == (short, title, None)


@pytest.mark.parametrize(
    ("tail", "venue", "year"),
    [
        (". CVPR2025", "CVPR", 2025),
        (". CVPR 2025", "CVPR", 2025),
        (". CVPR 2025.", "CVPR", 2025),
        (", CVPR 2025", "CVPR", 2025),
        (" | SOSP' 24", "SOSP", 2024),
        (". [NeurIPS'24]", "NeurIPS", 2024),
        (" (ICML 2020)", "ICML", 2020),
        (". *Nature Machine Intelligence 2024*", "Nature Machine Intelligence", 2024),
        (". Neurips 2025 Spotlight", "Neurips", 2025),
        (". ICLR2025 (Oral)", "ICLR", 2025),
        ("? CVPR2025", "CVPR", 2025),
        (" CVPR2025", "CVPR", 2025),
        (". arXiv", "arXiv", None),
        (". 自动化学报 2021", "自动化学报", 2021),
        ("。CVPR2025", "CVPR", 2025),
        (
            ". Journal of Machine Learning Research 2023",
            "Journal of Machine Learning Research",
            2023,
        ),
    ],
)
def test_venues_at_the_end_of_the_head(tail: str, venue: str, year: int | None) -> None:
    entry = only(f"- [ ] **A**: Some Title{tail} {PAPER}")
    assert (entry.title.rstrip("?"), entry.venue, entry.year) == ("Some Title", venue, year)


@pytest.mark.parametrize(
    "title",
    [
        "A Report on CVPR 2025",
        "Lessons from NeurIPS 2024",
        "The ImageNet Challenge 2012",
        "Nature Language Processing",
        "Foundations, Trends, and Science",
        "COVID-19: a Survey of 2020",
        "CVPR 2025 in Review",
    ],
)
def test_a_word_in_a_title_is_no_venue(title: str) -> None:
    entry = only(f"- [ ] {title} {PAPER}")
    assert (entry.title, entry.venue, entry.year) == (title, None, None)


def test_a_venue_may_stand_between_links() -> None:
    entry = only(
        "- **DETR**: End-to-End Detection [Paper](https://a.org). ECCV2020 [Code](https://b.org)"
    )
    assert (entry.title, entry.venue, entry.year) == ("End-to-End Detection", "ECCV", 2020)


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ("[Paper](https://a.org/S2405(23)0-0)", [("Paper", "https://a.org/S2405(23)0-0")]),
        ("[[Paper](u)] [[Code](v)]", [("Paper", "u"), ("Code", "v")]),
        ("[[Paper]](u) [Code](v)]", [("Paper", "u"), ("Code", "v")]),
        ("[论文](<a b>) | [代码](v 'title')", [("论文", "a b"), ("代码", "v")]),
        ("[Paper](u) [Code]()", [("Paper", "u")]),
        ("[Paper](u) [↑](#top)", [("Paper", "u")]),
        ("[Paper](u) ![badge](img.svg) `[No](v)` <!-- [No](w) -->", [("Paper", "u")]),
        ("[Paper](u) [![Stars](img.svg)](repo)", [("Paper", "u"), ("", "repo")]),
        ("https://arxiv.org/abs/1706.03762.", [("", "https://arxiv.org/abs/1706.03762")]),
        ("<https://a.org/x>", [("", "https://a.org/x")]),
        ("[Paper](u\\)) [a\\]b](v)", [("Paper", "u)"), ("a]b", "v")]),
    ],
)
def test_links(links: str, found: list[tuple[str, str]]) -> None:
    assert [(link.label, link.url) for link in only(f"- [ ] **A**: Title. {links}").links] == found


@pytest.mark.parametrize(
    ("line", "short", "title"),
    [
        ("- [Segment Anything](https://a.org)", None, "Segment Anything"),
        ("- [SAM](https://a.org): Segment Anything. ICCV2023", "SAM", "Segment Anything"),
        ("- [**SAM**: Segment Anything](https://a.org)", "SAM", "Segment Anything"),
        ("- **SAM**: [Segment Anything](https://a.org) ICCV 2023", "SAM", "Segment Anything"),
        ("- [x] [Paper](https://a.org)", None, ""),
    ],
)
def test_a_link_may_carry_the_title(line: str, short: str | None, title: str) -> None:
    entry = only(line)
    assert (entry.short, entry.title, entry.links[0].url) == (short, title, "https://a.org")


def test_a_task_is_an_entry_without_any_link() -> None:
    assert titles("- [ ] Attention Is All You Need\n") == ["Attention Is All You Need"]


@pytest.mark.parametrize(
    "text",
    [
        "- [Vision](#vision)\n  - [x](#x)\n- [ ] [Later](#later)\n",
        "- plain words\n- **bold words**\n- We wrote [a tool](https://a.org) for that.\n",
        "- See also [my page](https://a.org)\n",
        "- [中文](README_zh.md)\n- [![Badge](b.svg)](https://ci.org)\n",
        f"```\n- [ ] **A**: B {PAPER}\n```\n",
        f"~~~~ md\n- [ ] **A**: B {PAPER}\n~~~\n- [ ] **A**: B {PAPER}\n~~~~\n",
        f"```\n- [ ] **A**: B {PAPER}\n",
        f"<!--\n- [ ] **A**: B {PAPER}\n-->\n",
        f"<pre>\n- [ ] **A**: B {PAPER}\n</pre>\n",
        f"---\npapers:\n- [ ] **A**: B {PAPER}\n---\n",
        f"    - [ ] **A**: B {PAPER}\n",
        f"- <!-- {PAPER} -->\n",
        f"> - [ ] **A**: B {PAPER}\n",
        f"| **A** | {PAPER} |\n",
        "- [ ]\n- [x] \n-\n* * *\n",
    ],
)
def test_no_entries(text: str) -> None:
    assert parse(text).entries == ()


def test_backticks_within_a_line_open_no_fence() -> None:
    assert titles(f"```ICLR 2024``` and more\n\n- [ ] **A**: B {PAPER}\n") == ["B"]


def test_a_fence_in_a_note_ends_with_its_entry() -> None:
    text = f"- [ ] **A**: One {PAPER}\n\n  ```\n  code\n- [ ] **B**: Two {PAPER}\n"
    assert titles(text) == ["One", "Two"]


def test_entries_nest_under_a_plain_bullet_and_under_an_entry() -> None:
    text = f"- Vision\n  - [ ] One {PAPER}\n    - [ ] Two {PAPER}\n  - [ ] Three {PAPER}\n"
    assert titles(text) == ["One", "Two", "Three"]
    assert notes(text) == [None, None, None]


ENTRY = f"- [ ] **A**: One. CVPR2024 {PAPER}\n"


@pytest.mark.parametrize(
    ("below", "note"),
    [
        ("\n  Indented.\n", "Indented."),
        ("  \n  After blanks.\n", "After blanks."),
        (
            "\n  First.\n  **Bold second line.**\n\n  - a\n    - b\n",
            "First.\n**Bold second line.**\n\n- a\n  - b",
        ),
        ("  Directly under it.\n", "Directly under it."),
        ("Lazily under it.\nTwo lines.\n", "Lazily under it.\nTwo lines."),
        ("\n\tWith a tab.\n", "With a tab."),
        ("\n    Four blanks.\n", "Four blanks."),
        ("\n      code = 1\n", "    code = 1"),
        ("\r\n  First.\r\n\r\n  Second.\r\n", "First.\n\nSecond."),
        ("- This sentence is a note of the author.\n", "This sentence is a note of the author."),
        ("- 这是作者写的一条简短的笔记。\n", "这是作者写的一条简短的笔记。"),
        ("\nThis paragraph is about the entry.\n\n" + ENTRY, "This paragraph is about the entry."),
        ("\n  ```\n  - [ ] no entry\n  ```\n", "```\n- [ ] no entry\n```"),
        ("", None),
        ("\n\n\nFar below.\n\n" + ENTRY, None),
        ("\nClosing words of the section.\n", None),
        ("\nClosing words.\n\n## Next\n" + ENTRY, None),
        ("\n**Surveys.**\n\n" + ENTRY, None),
        ("\nThe next ones are older:\n\n" + ENTRY, None),
        ("\n> A quote.\n\n" + ENTRY, None),
        ("- ASPLOS papers\n", None),
        ("- **ASPLOS 2024**\n  - [ ] Two\n", None),
    ],
)
def test_notes(below: str, note: str | None) -> None:
    assert notes(ENTRY + below)[0] == note


def test_prose_before_and_after_a_list_is_nobodys_note() -> None:
    text = f"# Papers\n\nAll I read.\n\n## A\n\nNewest first.\n\n{ENTRY}\n{ENTRY}\nThat is all.\n\nReally.\n"
    assert notes(text) == [None, None]


LAST_NOTE = "The last note of this section says what the paper is about."


@pytest.mark.parametrize(
    ("first", "last", "read"),
    [
        ("\nThe first note.\n", f"\n{LAST_NOTE}\n", True),
        ("\n这是第一条笔记。\n", "\n这是最后一条笔记，它说的是论文本身的内容。\n", True),
        ("\nThe first note.\n", "\nClosing words.\n", False),
        ("\nThe first note.\n", f"\n{LAST_NOTE}\n\nAnd more.\n", False),
        ("\nThe first note.\n", f"\n\n{LAST_NOTE}\n", False),
        ("\n  The first note.\n", f"\n{LAST_NOTE}\n", False),
        ("", f"\n{LAST_NOTE}\n", False),
    ],
)
def test_a_section_that_writes_notes_at_column_zero_may_end_with_one(
    first: str, last: str, read: bool
) -> None:
    text = f"## A\n{ENTRY}{first}\n{ENTRY}{last}\n## B\n{ENTRY}\n{LAST_NOTE}\n"
    wanted = last.strip() if read else None
    assert notes(text) == [first.strip() or None, wanted, None]


def test_a_note_at_column_zero_stands_within_one_list() -> None:
    text = f"{ENTRY}\nThis paragraph is about the entry.\n\n{ENTRY.replace('-', '*', 1)}"
    assert notes(text) == [None, None]


@pytest.mark.parametrize(
    ("heading", "level", "text"),
    [
        ("## Vision", 2, "Vision"),
        ("### Vision ###", 3, "Vision"),
        ("##Vision", 2, "Vision"),
        ("## **Vision** & [Language](#x) `code`", 2, "Vision & Language code"),
        ("## 📖 目录", 2, "📖 目录"),
        ("Vision\n======", 1, "Vision"),
        ("Vision\n---", 2, "Vision"),
        ('<h3 align="center">Vision</h3>', 3, "Vision"),
        ("# Papers [![Badge](b.svg)](https://ci.org)", 1, "Papers"),
        ("## C#", 2, "C#"),
    ],
)
def test_headings(heading: str, level: int, text: str) -> None:
    (found,) = parse(heading + "\n").headings
    assert (found.level, found.text, found.path, found.line) == (level, text, (text,), 1)


@pytest.mark.parametrize(
    "line", ["#tag", "    # code", "- # item", "```\n# code\n```", "word\n\n---", "- item\n---"]
)
def test_no_headings(line: str) -> None:
    assert parse(line + "\n").headings == ()


def test_sections_are_paths_of_headings() -> None:
    text = f"# R\n## A\n#### B\n{ENTRY}## C\n{ENTRY}"
    assert parse(text).sections() == (("R",), ("R", "A"), ("R", "A", "B"), ("R", "C"))
    assert [entry.section for entry in parse(text).entries] == [("R", "A", "B"), ("R", "C")]


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (f"# R\n## A\n{ENTRY}", ("R",)),
        (f"# R\n## A\n{ENTRY}# S\n", ()),
        (f"{ENTRY}# R\n## A\n{ENTRY}", ()),
        (f"## A\n{ENTRY}", ()),
        ("", ()),
    ],
)
def test_the_root_is_the_only_top_heading_above_all_entries(
    text: str, root: tuple[str, ...]
) -> None:
    assert parse(text).root == root


def test_markers_limit_what_is_read() -> None:
    text = f"{ENTRY}<!-- zsync:start -->\n{ENTRY}{ENTRY}<!-- zsync:end -->\n{ENTRY}"
    assert [entry.line for entry in parse(text).entries] == [3, 4]


@pytest.mark.parametrize("char", ["\v", "\f", "\x1c", "\x85", "\u2028", "\r"])
def test_only_a_line_feed_ends_a_line(char: str) -> None:
    entries = parse(f"- [ ] **A**: One{char}Two {PAPER}\n{ENTRY}").entries
    assert [entry.line for entry in entries] == [1, 2]


def test_a_byte_order_mark_belongs_to_no_heading() -> None:
    assert parse("\ufeff# R\n").headings[0].text == "R"
    assert titles("\ufeff" + ENTRY) == ["One"]


def seconds(text: str) -> tuple[float, ReadingList]:
    start = time.process_time()
    reading_list = parse(text)
    return time.process_time() - start, reading_list


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] **A**: " + "[" * 10_000 + "\n",
        "- [ ] **A**: " + "[a](" * 10_000 + "\n",
        "- [ ] **A**: " + "![" * 10_000 + "[b](c)" * 10_000 + "\n",
        "- [ ] **A**: " + "<!--" * 10_000 + "<a" * 10_000 + "\n",
        "- [ ] **A**: " + "*a_`~~" * 10_000 + "\n",
        "- [ ] " + "`" * 5_000 + "".join("`" * n + " " for n in range(200)) + "\n",
        "- [ ] **A**: " + "word. " * 170_000 + PAPER + "\n",
        "# " + "# " * 50_000 + "\n",
        "# " + " " * 100_000 + "x\n",
        "- " * 20_000 + "\n",
        "<h1>" * 20_000 + "\n",
        "  \n" * 50_000,
        "```\n" * 20_000,
        (ENTRY + "\nA note.\n") * 10_000,
        ("- [ ] " + "\\" * 20_000 + ".") * 2,
        "a\n" * 30_000 + "===\n",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_hard_texts_take_linear_time(text: str) -> None:
    # A quadratic reading takes minutes; the bound is far from both, for machines that are busy.
    assert seconds(text)[0] < 20


def test_twenty_thousand_entries_are_read_in_one_go() -> None:
    text = "# R\n\n## S\n" + f"{ENTRY}\n  A note.\n\n" * 20_000
    needed, reading_list = seconds(text)
    assert len(reading_list.entries) == 20_000
    assert needed < 40


@pytest.mark.parametrize(
    ("line", "short", "title", "venue"),
    [
        ("- **Some Title**. UIST 2023. [paper](u)", None, "Some Title", "UIST"),
        ("- [ ] **Some Title** UIST 2023", None, "Some Title", "UIST"),
        ("- [ ] **Some Title**, UIST 2023.", None, "Some Title", "UIST"),
        ("1. **Some Title.** UIST 2023. [paper](u)", None, "Some Title", "UIST"),
        ("- [ ] **Some Title**. UIST2023", None, "Some Title", "UIST"),
        ("- [ ] **T.** Annals of Things, 1999. [paper](u)", None, "T", "Annals of Things"),
        ("- [ ] **T** (Best Paper!) [paper](u)", None, "T", None),
        ("- [ ] **T** by A. Person et al. UIST 2023", None, "T", "UIST"),
        ("- [ ] **T**, A. Person et al., 2023 [paper](u)", None, "T", None),
        ('- [ ] **S** "A Title" [paper](u)', "S", "A Title", None),
        ('- [ ] **S** (X): "A Title" [2021-07]', "S", "A Title", None),
        ("- [ ] **S** - A Longer Title [paper](u)", "S", "A Longer Title", None),
        ("- [ ] **Some Title** - UIST 2023", None, "Some Title", "UIST"),
        ("- [ ] A Title ⭐⭐ [paper](u)", None, "A Title", None),
        ("- [ ] A Title. UIST 2023 🔥 [paper](u)", None, "A Title", "UIST"),
        ("- [ ] ~~A Title~~ [paper](u)", None, "A Title", None),
        ("- [ ] ~~**S**: A Title. UIST 2023 [paper](u)~~", "S", "A Title", "UIST"),
        ("- [ ] A Title, A. Person et al. [paper](u)", None, "A Title, A. Person et al", None),
        ("- [ ] **[S](http://u)**: A Title", "S", "A Title", None),
    ],
)
def test_what_stands_beside_the_title_is_no_part_of_it(
    line: str, short: str | None, title: str, venue: str | None
) -> None:
    entry = only(line)
    assert (entry.short, entry.title, entry.venue) == (short, title, venue)


SKY, SEA = "https://arxiv.org/abs/2401.00001", "https://arxiv.org/abs/2401.00002"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (ENTRY, []),
        (f"{ENTRY}\n  See {SKY}.\n", []),
        (f"| {SKY} |\n| --- |\n| {SEA} |\n", [1, 3]),
        (f"**T** {SKY}\n\n> <b>{SEA}</b>\n", [1, 3]),
        (f"```\n{SKY}\n```\n<!-- {SKY} -->\n", []),
        (f"---\nsource: {SKY}\n---\n", []),
        (f"- [{SKY}](#a)\n# A {SKY}\n", [2]),
        (f"{SKY}\n<!-- zsync:start -->\n{SEA}\n", [3]),
        (f"<!-- zsync:start -->\n<!-- zsync:end -->\n| {SKY} |\n", []),
        (f"{SKY}\n\n{ENTRY}  A note.\n\n# B\n\n> {SEA}\n", [1, 8]),
    ],
)
def test_lines_with_papers_that_are_not_read_are_known(text: str, lines: list[int]) -> None:
    unread = parse(text).unread
    assert [line.number for line in unread] == lines
    assert [line.text for line in unread] == [text.split("\n")[number - 1] for number in lines]


def test_an_entry_as_it_stands_in_the_text() -> None:
    text = f"# A\n\n{ENTRY}\n  A note.\n\n{ENTRY}"
    assert [parse(text).raw(index) for index in (0, 1)] == [f"{ENTRY}\n  A note.\n", ENTRY]


@pytest.mark.parametrize(
    ("item", "heading", "is_heading"),
    [
        ("-", " ## A", True),
        ("1.", "  ## A", True),
        ("-", "  ## A", False),
        ("-   ", "   # A", True),
    ],
)
def test_a_heading_before_the_column_of_an_entrys_text_ends_the_entry(
    item: str, heading: str, is_heading: bool
) -> None:
    reading_list = parse(f"{item} [ ] **A**: One {PAPER}\n\n{heading}\n")
    assert len(reading_list.headings) == is_heading


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("<!-- zsync:start -->\n- [ ] A\n", 1, "a zsync:start with no zsync:end below it"),
        ("- [ ] A\n<!-- zsync:end -->\n", 2, "a zsync:end with no zsync:start above it"),
        ("<!-- zsync:end -->\n<!-- zsync:start -->\n", 1, "a zsync:end with no zsync:start"),
        (
            "<!-- zsync:start -->\n<!-- zsync:start -->\n<!-- zsync:end -->\n",
            2,
            "a second zsync:start",
        ),
        (
            "<!-- zsync:start -->\n<!-- zsync:end -->\n\n<!-- zsync:end -->\n",
            4,
            "a second zsync:end",
        ),
        (
            "<!-- zsync:start -->\n<!-- zsync:end -->\n<!-- zsync:start -->\n",
            3,
            "a second zsync:start",
        ),
    ],
)
def test_markers_that_limit_no_part_of_the_list(text: str, line: int, what: str) -> None:
    problem = parse(text).marker_problem
    assert problem is not None
    assert (problem.line, problem.what[: len(what)]) == (line, what)


@pytest.mark.parametrize("start", ["<!--zsync:start-->", "<!--  zsync:start\t-->"])
def test_markers_may_have_other_blanks(start: str) -> None:
    reading_list = parse(f"- [ ] A\n{start}\n- [ ] B\n<!--zsync:end-->\n- [ ] C\n")
    assert reading_list.marker_problem is None
    assert [entry.title for entry in reading_list.entries] == ["B"]


def test_markers_in_a_code_block_are_an_example() -> None:
    assert parse("```\n<!-- zsync:start -->\n```\n").marker_problem is None


@pytest.mark.parametrize(
    "again",
    [
        "* [ ] **Kites**: In\n  *Light* Winds. CVPR2024 [Paper](https://a.example/1)\n",
        "  - [x] Kites: [In Light Winds. CVPR2024\n    Paper](https://a.example/1)\n",
        "1. Kites: In Light <b>Winds</b>. CVPR2024 [Paper]( <https://a.example/1> )\n",
        (
            "| Title | Venue | Link |\n|---|---|---|\n"
            "| Kites: In Light Winds | CVPR2024 | [Paper](https://a.example/1) |\n"
        ),
    ],
    ids=["wrapped and emphasised", "indented", "numbered", "a table"],
)
def test_what_the_lines_of_an_entry_say_does_not_depend_on_their_layout(again: str) -> None:
    (said,) = parse("- [ ] Kites: In Light Winds. CVPR2024 [Paper](https://a.example/1)\n").wordings
    (again_said,) = parse(again).wordings
    assert again_said.digest == said.digest
    (typed,) = parse(again.replace("Winds", "Airs")).wordings
    assert typed.digest != said.digest


def test_a_note_is_no_part_of_the_head_that_is_said() -> None:
    (said,) = parse(
        "- [ ] [Kites](https://a.example/1)\n\n  See [Boats](https://a.example/2).\n"
    ).wordings
    assert (said.head, said.whole) == ("Kites", "Kites See Boats.")
    assert said.addresses == ("https://a.example/1", "https://a.example/2")


# -- what stands around a title -------------------------------------------------------------------


@pytest.mark.parametrize("join", [" · ", " - ", " — ", " / ", " • ", ": ", " → ", " | ", ", ", " "])
@pytest.mark.parametrize("venue", ["ECCV2022", "ECCV 2022", "ECCV'22", "ECCV22", "*ECCV 2022*"])
def test_a_venue_ends_at_what_joins_it_to_the_links(venue: str, join: str) -> None:
    entry = only(f"- [ ] **Fern**: Leaves That Unroll. {venue}{join}{PAPER}")
    assert (entry.short, entry.title) == ("Fern", "Leaves That Unroll")
    assert (entry.venue, entry.year) == ("ECCV", 2022)


@pytest.mark.parametrize("mark", ["·", "•", "—", "/", "|", "→"])
def test_a_mark_between_blanks_ends_a_title(mark: str) -> None:
    entry = only(f"- [ ] **Fern**: Leaves That Unroll {mark} ECCV 2022 {mark} {PAPER}")
    assert (entry.title, entry.venue, entry.year) == ("Leaves That Unroll", "ECCV", 2022)


@pytest.mark.parametrize(
    "head",
    [
        "🔥 **Fern**: Leaves That Unroll. ECCV2022",
        "🔥**Fern**: Leaves That Unroll. ECCV2022",
        "**🔥 Fern**: Leaves That Unroll. ECCV2022",
        "**Fern** 🔥: Leaves That Unroll. ECCV2022",
        "**Fern**: Leaves That Unroll 🔥. ECCV2022",
        ":rocket: **Fern**: Leaves That Unroll :star:. ECCV2022",
        "(★★☆) **Fern**: Leaves That Unroll. ECCV2022",
        "**Fern**[^2]: Leaves That Unroll.[^3] ECCV2022",
        "[^1] **Fern**: Leaves That Unroll<sup>4</sup>. ECCV2022",
        "**Fern**<sup>1</sup>: Leaves That Unroll. ECCV2022",
    ],
)
def test_stars_and_footnotes_are_part_of_no_name(head: str) -> None:
    entry = only(f"- [ ] {head} {PAPER}")
    assert (entry.short, entry.title) == ("Fern", "Leaves That Unroll")
    assert (entry.venue, entry.year) == ("ECCV", 2022)


def test_a_raised_number_behind_a_letter_is_a_formula() -> None:
    assert only(f"- [ ] Cooling of H<sup>2</sup>. {PAPER}").title == "Cooling of H<sup>2</sup>"


@pytest.mark.parametrize("box", ["", "[ ] "])
def test_names_behind_a_year_in_parentheses_are_authors(box: str) -> None:
    entry = only(
        f"- {box}Leaves That Unroll (2015), A. Green et al. [[pdf]](https://arxiv.org/abs/1)"
    )
    assert (entry.title, entry.authors) == ("Leaves That Unroll", "A. Green et al.")


# -- words before a linked title ------------------------------------------------------------------

LINKED = "[Leaves That Unroll](https://arxiv.org/abs/1501.00001)"


@pytest.mark.parametrize("box", ["", "[ ] "])
@pytest.mark.parametrize(
    ("before", "venue", "year"),
    [
        ("ECCV 2022, ", "ECCV", 2022),
        ("ECCV 2022 ", "ECCV", 2022),
        ("ECCV 2022 - ", "ECCV", 2022),
        ("FOREST 2022, ", "FOREST", 2022),
        ("NeurIPS 2021 Spotlight: ", "NeurIPS", 2021),
        ("TODO: ECCV'22: ", "ECCV", 2022),
        ("TODO: ", None, None),
        ("Must-read: ", None, None),
        ("read ", None, None),
        ("5/12: ", None, None),
        ("Week 3 - ", None, None),
        ("Smith, J. (2022). ", None, 2022),
        ("a third article on ", None, None),
    ],
)
def test_words_before_a_linked_title_are_no_title(
    box: str, before: str, venue: str | None, year: int | None
) -> None:
    entry = only(f"- {box}{before}{LINKED}")
    assert (entry.title, entry.venue, entry.year) == ("Leaves That Unroll", venue, year)
    assert entry.links[0].label == "title"


def test_a_name_and_a_colon_before_a_linked_title_are_its_short_name() -> None:
    entry = only(f"- [ ] Fern: {LINKED}")
    assert (entry.short, entry.title) == ("Fern", "Leaves That Unroll")


@pytest.mark.parametrize(
    "label", ["Green et al., 2018", "project page of it", "ECCV 2022", "in a magazine", "PDF"]
)
def test_a_label_behind_a_title_is_no_title(label: str) -> None:
    assert only(f"- [ ] Leaves That Unroll - [{label}](https://example.org/1)").title == (
        "Leaves That Unroll"
    )


@pytest.mark.parametrize(
    "title",
    ["Video Prediction", "Dataset Pruning", "code smells", "arXiv gardening", "Page-Turner test"],
)
@pytest.mark.parametrize("behind", ["", ", ICML 2022", " [code](https://github.com/a/b)"])
def test_a_link_whose_text_is_more_than_a_label_is_the_title(title: str, behind: str) -> None:
    entry = only(f"- [ ] [{title}](https://arxiv.org/abs/1501.00001){behind}")
    assert (entry.title, entry.links[0].label) == (title, "title")


@pytest.mark.parametrize(
    "label", ["Paper", "project page", "arXiv version", "official code", "PDF"]
)
def test_a_label_is_no_title(label: str) -> None:
    assert only(f"- [ ] [{label}](https://arxiv.org/abs/1501.00001)").title == ""


# -- boxes that zsync does not know ---------------------------------------------------------------


@pytest.mark.parametrize(
    "box", ["[-] ", "[/] ", "[✓] ", "[✔️] ", "[>] ", "[] ", "[  ] ", "[ x] ", "[x]"]
)
def test_a_box_that_is_not_known_is_neither_ticked_nor_title(box: str) -> None:
    entry = only(f"- {box}**Fern**: Leaves That Unroll. ECCV2022 {PAPER}")
    assert entry.checkbox is Checkbox.UNKNOWN
    assert (entry.short, entry.title) == ("Fern", "Leaves That Unroll")


@pytest.mark.parametrize(
    "line", [f"- [7] Leaves That Unroll {PAPER}", "- [x](https://arxiv.org/abs/1)"]
)
def test_a_number_or_a_link_is_no_box(line: str) -> None:
    assert only(line).checkbox is Checkbox.NONE


# -- groups and entries within entries ------------------------------------------------------------


@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
@pytest.mark.parametrize("papers", [1, 2, 3])
@pytest.mark.parametrize(
    "group", ["Roots", "Roots & Shoots", "Leaves in Cold or Wet Winters", "**Bark**"]
)
def test_a_bullet_with_papers_below_it_names_a_group(group: str, papers: int, indent: str) -> None:
    lines = [
        f"{indent}- [2023/08/07] **Moss: Counting Leaf {each}** | [[paper]](https://arxiv.org/abs/2308.0000{each})\n"
        for each in range(papers)
    ]
    assert titles(f"- {group}\n" + "".join(lines)) == [
        f"Moss: Counting Leaf {each}" for each in range(papers)
    ]


def test_what_is_said_below_a_title_is_no_paper() -> None:
    text = "- Leaves That Unroll in Spring\n  - Paper: [arXiv](https://arxiv.org/abs/1501.00001)\n"
    assert titles(text) == ["Leaves That Unroll in Spring"]


@pytest.mark.parametrize("between", ["", "\n"])
def test_a_task_first_below_an_entry_is_an_entry(between: str) -> None:
    text = f"- [ ] {LINKED}\n{between}  - [x] [Bark in Layers](https://arxiv.org/abs/1501.00002)\n"
    assert titles(text) == ["Leaves That Unroll", "Bark in Layers"]
    assert notes(text) == [None, None]


def test_papers_below_a_paper_are_entries_where_both_are_written_alike() -> None:
    text = f"- {LINKED}\n  - [Bark in Layers](https://arxiv.org/abs/1501.00002)\n"
    assert titles(text) == ["Leaves That Unroll", "Bark in Layers"]


@pytest.mark.parametrize(
    "below",
    [
        "  - Slow, but well written.",
        "  - [a talk about it](https://example.org/talk)",
        "  See also:\n  - [Bark in Layers](https://arxiv.org/abs/1501.00002)",
        "  Tried it.\n  - [ ] and write it up",
    ],
)
def test_other_lists_below_an_entry_stay_its_note(below: str) -> None:
    (note,) = notes(f"- {LINKED}\n{below}\n")
    assert note


# -- soft breaks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("lines", "short", "label"),
    [
        (["[Leaves That", "  Unroll](https://arxiv.org/abs/1)"], None, "title"),
        (["[Leaves That Unroll", "](https://arxiv.org/abs/1)"], None, "title"),
        (["**Leaves That", "  Unroll**. ECCV2022 [PDF](https://arxiv.org/abs/1)"], None, "PDF"),
        (['"Leaves That', '  Unroll". [PDF](https://arxiv.org/abs/1)'], None, "PDF"),
        (["**Fern**: Leaves", "  That Unroll. [PDF](https://arxiv.org/abs/1)"], "Fern", "PDF"),
        (["**Fern**: Leaves That", "Unroll. ECCV2022", "[PDF](https://arxiv.org/abs/1)"], "Fern", "PDF"),
        (["Leaves That Unroll. [Paper", "  PDF](https://arxiv.org/abs/1)"], None, "Paper PDF"),
    ],
)  # fmt: skip
def test_a_head_goes_on_behind_a_soft_break(
    lines: list[str], short: str | None, label: str, end: str
) -> None:
    entry, after = parse(
        f"- [ ] {end.join(lines)}{end}{end}  A note.{end}- [ ] Next {PAPER}"
    ).entries
    assert (entry.short, entry.title) == (short, "Leaves That Unroll")
    assert entry.links == (Link(label, "https://arxiv.org/abs/1"),)
    assert (entry.note, after.title) == ("A note.", "Next")


@pytest.mark.parametrize(
    "below",
    [
        "  Read it twice. [Its code](https://github.com/a/b) is fine.",
        "  Jane Green and Joe Brown wrote it.",
        "  A note with a word in **bold**.",
    ],
)
def test_a_note_right_below_a_head_stays_a_note(below: str) -> None:
    (note,) = notes(f"- [ ] **Fern**: Leaves That Unroll. ECCV2022 {PAPER}\n{below}\n")
    assert note == below.strip()


# -- links by reference, and titles of own files --------------------------------------------------

DEFINITIONS = (
    "\n[fern]: https://arxiv.org/abs/1501.00001\n[Bark in  Layers]: <https://arxiv.org/abs/2>\n"
)


@pytest.mark.parametrize(
    ("line", "title", "link"),
    [
        ("- [ ] **F**: Leaves. ECCV2022 [Paper][fern]", "Leaves", ("Paper", "https://arxiv.org/abs/1501.00001")),
        ("- [ ] [Leaves That Unroll][FERN]", "Leaves That Unroll", ("title", "https://arxiv.org/abs/1501.00001")),
        ("- [ ] [Bark in Layers][]", "Bark in Layers", ("title", "https://arxiv.org/abs/2")),
        ("- [ ] [Bark in Layers] ECCV2022", "Bark in Layers", ("title", "https://arxiv.org/abs/2")),
        ("- [ ] [Bark in\n  Layers][]", "Bark in Layers", ("title", "https://arxiv.org/abs/2")),
    ],
)  # fmt: skip
def test_a_link_by_reference_is_read_with_doubt(
    line: str, title: str, link: tuple[str, str]
) -> None:
    reading_list = parse(f"{line}\n{DEFINITIONS}")
    (entry,) = reading_list.entries
    assert (entry.title, entry.links) == (title, (Link(*link),))
    assert reading_list.read_only == {0}
    assert reading_list.unread == ()


def test_a_reference_without_a_definition_is_text() -> None:
    reading_list = parse(f"- [ ] Leaves [of][fern] trees {PAPER}\n")
    assert not reading_list.read_only


def test_titles_that_lead_to_files_beside_the_list_are_counted() -> None:
    text = (
        "- [Leaves That Unroll](notes/leaves.md)\n- [home](index.md)\n- [a b](https://a.org/c.md)\n"
    )
    assert parse(text).titles_of_files() == 1
