"""Edits: what they change, and that they change nothing else.

Each case in ``reading_list/`` is a list before (``NAME.before.md``), the edits (``NAME.edits.json``) and the
list after them (``NAME.after.md``).
"""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zsync.core import edits as core_edits
from zsync.core.edits import (
    AddEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveSection,
    SetLink,
    SetNote,
    SetRead,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list import edit, parse

CASES = Path(__file__).parent / "reading_list"
NAMES = sorted(path.name.removesuffix(".before.md") for path in CASES.glob("*.before.md"))
FIELD_EDITS = (SetRead, SetTitle, SetVenue, SetUrl, SetLink, SetNote)


def read_draft(data: dict[str, Any]) -> EntryDraft:
    links = tuple(Link(**link) for link in data.get("links", ()))
    return EntryDraft(**{**data, "links": links})


def read_edit(data: dict[str, Any]) -> Edit:
    values = dict(data)
    kind = getattr(core_edits, values.pop("edit"))
    if "section" in values:
        values["section"] = tuple(values["section"])
    if "draft" in values:
        values["draft"] = read_draft(values["draft"])
    made: Edit = kind(**values)
    return made


def read_case(name: str) -> tuple[str, list[Edit], str]:
    before, after = (
        (CASES / f"{name}.{kind}.md").read_bytes().decode("utf-8") for kind in ("before", "after")
    )
    edits = json.loads((CASES / f"{name}.edits.json").read_text(encoding="utf-8"))
    return before, [read_edit(each) for each in edits], after


@pytest.mark.parametrize("name", NAMES)
def test_case(name: str) -> None:
    before, edits, after = read_case(name)
    assert edit(parse(before), edits).reading_list.text == after


@pytest.mark.parametrize("name", NAMES)
def test_case_with_carriage_returns(name: str) -> None:
    before, edits, after = read_case(name)
    result = edit(parse(before.replace("\n", "\r\n")), edits)
    assert result.reading_list.text == after.replace("\n", "\r\n")


def takes_a_link_away(each: Edit) -> bool:
    """Links are named by their place, so a second time it would be another one."""
    return isinstance(each, SetLink) and each.url is None


@pytest.mark.parametrize("name", NAMES)
def test_case_applied_to_its_own_result(name: str) -> None:
    before, edits, _ = read_case(name)
    once = edit(parse(before), edits)
    again = [
        replace(each, entry=position)
        for each in edits
        if isinstance(each, FIELD_EDITS)
        and not takes_a_link_away(each)
        and (position := once.positions[each.entry]) is not None
    ]
    twice = edit(once.reading_list, again)
    assert (twice.reading_list.text, twice.changed) == (once.reading_list.text, frozenset())


def after(text: str, *edits: Edit) -> str:
    return edit(parse(text), edits).reading_list.text


HEAD = "- [ ] **A**: One. CVPR2024 [Paper](https://a.org)"


@pytest.mark.parametrize(
    ("line", "change", "expected"),
    [
        ("- [x] A [Paper](u)", SetRead(0, False), "- [ ] A [Paper](u)"),
        ("* [X] A [Paper](u)", SetRead(0, True), "* [X] A [Paper](u)"),
        ("- **A**: B [Paper](u)", SetRead(0, True), "- **A**: B [Paper](u)"),
        (HEAD, SetTitle(0, "B", "Two"), "- [ ] **B**: Two. CVPR2024 [Paper](https://a.org)"),
        (HEAD, SetTitle(0, None, "Two?"), "- [ ] Two? CVPR2024 [Paper](https://a.org)"),
        ("- [ ] [Paper](u)", SetTitle(0, None, "One"), "- [ ] One. [Paper](u)"),
        ("- [One](http://u) x", SetTitle(0, "A", "One"), "- **A**: [One](http://u) x"),
        ("- [A](http://u): One", SetTitle(0, None, "Two"), "- [Two](http://u)"),
        (HEAD, SetVenue(0, "CVPR", 2025), HEAD.replace("2024", "2025")),
        (HEAD, SetVenue(0, "Odd Things", None), HEAD.replace("CVPR2024", "*Odd Things*")),
        (HEAD, SetVenue(0, None, None), "- [ ] **A**: One. [Paper](https://a.org)"),
        ("- [ ] A, CVPR 2024, [Paper](u)", SetVenue(0, None, None), "- [ ] A, [Paper](u)"),
        ("- [ ] A [ICML'23] [Paper](u)", SetVenue(0, "ICLR", 2024), "- [ ] A [ICLR'24] [Paper](u)"),
        (
            "- [ ] A. ICLR2025 (Oral) [Paper](u)",
            SetVenue(0, "ICLR", 2025),
            "- [ ] A. ICLR2025 (Oral) [Paper](u)",
        ),
        ("- [ ] A [Paper](u 'hint')  ", SetUrl(0, "v"), "- [ ] A [Paper](v 'hint')  "),
        ("- [ ] A [Paper](<a b>)", SetUrl(0, "v"), "- [ ] A [Paper](v)"),
        ("- [ ] **A**: One", SetUrl(0, "v"), "- [ ] **A**: One"),
        ("- [ ] **A**: One", SetUrl(0, "v", None), "- [ ] **A**: One. [Paper](v)"),
        (HEAD, SetUrl(0, "v", None), HEAD.replace("[Paper]", "[Paper](v) [Paper]")),
        (HEAD, SetUrl(0, "https://a.org", None), HEAD),
        ("- [ ] A [[Code](v)] b", SetUrl(0, "w", None), "- [ ] A [[Paper](w)] [[Code](v)] b"),
        ("- [ ] A [P](u) [P](v)", SetUrl(0, "w", 1), "- [ ] A [P](u) [P](w)"),
        ("- [ ] A [↑](#top) [P](u)", SetUrl(0, "w", 0), "- [ ] A [↑](#top) [P](w)"),
        ("- [ ] A [P](u) [P](v)", SetLink(0, "P", "w", 0), "- [ ] A [P](w) [P](v)"),
        ("- [ ] A [P](u) [P](v)", SetLink(0, "P", "w"), "- [ ] A [P](u) [P](v) [P](w)"),
        ("- [ ] A [P](u) [P](v)", SetLink(0, "p", "v"), "- [ ] A [P](u) [P](v)"),
        ("- [ ] A [P](u) [P](v)", SetLink(0, "P", None, 1), "- [ ] A [P](u)"),
        ("- [ ] A [P](u), [P](v)", SetLink(0, "P", None, 0), "- [ ] A [P](v)"),
        ("- [ ] A [P](u), [P](v)", SetLink(0, "P", None, 2), "- [ ] A [P](u), [P](v)"),
        ("- [ ] A. [P](u)", SetLink(0, "P", None, 0), "- [ ] A."),
        ("- [ ] [A B](http://u)", SetLink(0, "title", None, 0), "- [ ] A B"),
        (
            "- [ ] A https://a.org, later",
            SetUrl(0, "https://b.org"),
            "- [ ] A https://b.org, later",
        ),
        (HEAD, SetLink(0, "Code", "v"), HEAD + " [Code](v)"),
        (
            "- [ ] A [[P](u) | [C](v)]  ",
            SetLink(0, "D", "w"),
            "- [ ] A [[P](u) | [C](v) | [D](w)]  ",
        ),
        ("- [ ] A [[P](u)] [[C](v)] end", SetLink(0, "c", None, 1), "- [ ] A [[P](u)] end"),
        ("- [ ] A [P](u), [C](v), [D](w)", SetLink(0, "C", None, 1), "- [ ] A [P](u), [D](w)"),
        ("- [ ] A [P](u) [C]()", SetLink(0, "C", "v"), "- [ ] A [P](u) [C](v)"),
        ("- [ ] A [Paper](u)", SetLink(0, "Paper", None), "- [ ] A [Paper](u)"),
        (HEAD, SetNote(0, "Good."), HEAD + "\n\n  Good."),
        (HEAD + "\n  Old.", SetNote(0, "New."), HEAD + "\n  New."),
        (HEAD + "\n\t\n\tOld.", SetNote(0, "New.\n\nMore."), HEAD + "\n\t\n\tNew.\n\t\n\tMore."),
        ("1. [ ] A [Paper](u)", SetNote(0, "Good."), "1. [ ] A [Paper](u)\n\n   Good."),
        (HEAD + "\n\n  Old.", SetNote(0, "  "), HEAD),
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\r\n"])
def test_one_edit(line: str, change: Edit, expected: str, end: str) -> None:
    if "\r" in end:
        line, expected = line.replace("\n", "\r\n"), expected.replace("\n", "\r\n")
    result = edit(parse(line + end), [change])
    assert result.reading_list.text == expected + end
    assert result.changed == (frozenset({0}) if line != expected else frozenset())


def test_no_edits_give_the_list_itself() -> None:
    reading_list = parse(HEAD)
    assert edit(reading_list, []).reading_list is reading_list


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("", "- One. [Paper](https://o.org)"),
        (f"## A\n{HEAD}\n{HEAD}\n## B\n", "- [x] One. ECCV2020 [Paper](https://o.org)"),
        (f"## A\n{HEAD}\n{HEAD}\n## B ECCV2020\n", "- [x] One. [Paper](https://o.org)"),
        ("- Two [Paper](u)\n- Three [Paper](u)\n", "- One. [Paper](https://o.org)"),
        (f"{HEAD}\n- Two. [Paper](u)\n", "- [x] One. ECCV2020 [Paper](https://o.org)"),
        (f"{HEAD}\n- Two [Paper](u)\n- Three [Paper](u)\n", "- One. [Paper](https://o.org)"),
    ],
)
def test_boxes_and_venues_come_only_where_most_neighbours_have_them(
    above: str, expected: str
) -> None:
    reading_list = parse(f"{above}- One. [Paper](https://o.org)\n")
    last = len(reading_list.entries) - 1
    result = edit(reading_list, [SetRead(last, True), SetVenue(last, "ECCV", 2020)])
    assert result.reading_list.text == f"{above}{expected}\n"


DRAFT = EntryDraft(False, "DINO", "Emerging Properties", "ICCV", 2021, "https://d.org")
LINE = "- [ ] **DINO**: Emerging Properties. ICCV2021 [Paper](https://d.org)"


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("", (), LINE + "\n"),
        ("", ("A",), f"# A\n\n{LINE}\n"),
        ("# A\n", ("A",), f"# A\n\n{LINE}\n"),
        ("# A", ("A",), f"# A\n\n{LINE}"),
        ("# A\nProse.\n\n# B\n", ("A",), f"# A\nProse.\n\n{LINE}\n\n# B\n"),
        (
            "# A\n## B ##\n\n- [ ] X. ICCV2019\n",
            ("A", "C"),
            f"# A\n## B ##\n\n- [ ] X. ICCV2019\n## C ##\n\n{LINE.replace('**DINO**', 'DINO')}\n",
        ),
        ("# A\n```\nopen", ("A",), f"# A\n\n{LINE}\n```\nopen"),
        ("<!-- zsync:start -->\n\n<!-- zsync:end -->\n\nEnd.\n", (), None),
    ],
)
def test_an_entry_for_a_place_without_any(
    text: str, section: tuple[str, ...], expected: str | None
) -> None:
    result = edit(parse(text), [AddEntry(DRAFT, section)])
    entry = result.reading_list.entries[result.added[0] or 0]
    assert DRAFT.title in (entry.title, entry.title.removeprefix("DINO: "))
    if expected is not None:
        assert result.reading_list.text == expected


def test_new_entries_keep_their_order_and_their_numbers_go_on() -> None:
    text = "1. **A**: One. CVPR2024 [Paper](https://a.org)\n2. **B**: Two. CVPR2024 [Paper](https://b.org)\n"
    result = edit(parse(text), [AddEntry(replace(DRAFT, short=short), ()) for short in ("C", "D")])
    assert [entry.short for entry in result.reading_list.entries] == ["A", "B", "C", "D"]
    assert result.added == (2, 3)
    assert "\n4. **D**: Emerging" in result.reading_list.text


def test_an_entry_takes_the_place_of_the_last_one_of_its_section() -> None:
    text = f"# A\n\n{HEAD}\n\n# B\n"
    assert after(text, RemoveEntry(0), AddEntry(DRAFT, ("A",))) == f"# A\n\n{LINE}\n\n# B\n"


def test_a_moved_entry_keeps_its_bytes() -> None:
    text = "# A\n- [x]  **A** :  One.  [Paper]( u )\t\n\n    odd note  \n# B\n"
    moved = after(text, MoveEntry(0, ("B",)), RemoveSection(("A",)))
    assert moved == "# B\n- [x]  **A** :  One.  [Paper]( u )\t\n\n    odd note  \n"


def test_a_section_that_holds_anything_stays() -> None:
    for text in ("# A\nProse.\n", f"# A\n{HEAD}\n", "# A\n## B\n", "# A\n<!-- kept -->\n"):
        result = edit(parse(text), [RemoveSection(("A",))])
        assert (result.reading_list.text, result.changed) == (text, frozenset())


def test_anchors_follow_githubs_rule() -> None:
    contents = "# R\n- [R](#r)\n  - [A](#a)\n\n## A\n- [ ] X\n"
    new = after(
        contents,
        *(AddEntry(DRAFT, ("R", name)) for name in ("C++ & 数据 (2024)!", "under_score-d", "🚀 A")),
    )
    assert "\n  - [C++ & 数据 (2024)!](#c--数据-2024)\n" in new
    assert "\n  - [under_score-d](#under_score-d)\n" in new
    assert "\n  - [🚀 A](#-a)\n" in new
    twice = after(
        "# R\n- [R](#r)\n- [A](#a)\n# A\n", AddEntry(DRAFT, ("A", "A")), AddEntry(DRAFT, ("R", "A"))
    )
    assert "- [A](#a-1)\n" in twice


def test_ten_thousand_edits_at_once() -> None:
    text = "# R\n\n## S\n" + "".join(HEAD.replace("One", f"Title {n}") + "\n" for n in range(5000))
    edits: list[Edit] = [SetVenue(index, "ICML", 2020) for index in range(5000)]
    edits += [AddEntry(replace(DRAFT, title=f"New {n}"), ("R", "S")) for n in range(2000)]
    edits += [RemoveEntry(index) for index in range(0, 5000, 2)]
    start = time.process_time()
    result = edit(parse(text), edits)
    assert time.process_time() - start < 40
    assert len(result.reading_list.entries) == 4500


@pytest.mark.parametrize(
    ("line", "short", "title", "expected"),
    [
        ("- [ ] **A B**. UIST 2023.", None, "New", "- [ ] **New**. UIST 2023."),
        ("- [ ] **A B** (Best!) by C", None, "New", "- [ ] **New** (Best!) by C"),
        ("- [ ] A ⭐⭐ [Paper](u)", None, "New", "- [ ] New ⭐⭐ [Paper](u)"),
        ("- [ ] ~~A [Paper](u)~~", "N", "New", "- [ ] ~~**N**: New [Paper](u)~~"),
        ('- [ ] "A" (Best) [Paper](u)', None, "New", '- [ ] "New" (Best) [Paper](u)'),
        ("- [ ] [A](http://u) (Best)", None, "New", "- [ ] [New](http://u) (Best)"),
    ],
)
def test_a_new_title_leaves_the_words_beside_it(
    line: str, short: str | None, title: str, expected: str
) -> None:
    assert after(line, SetTitle(0, short, title)) == expected


@pytest.mark.parametrize("line", [HEAD, "- [ ] One. [Paper](u)", "- [ ] **A** (Best!) [Paper](u)"])
@pytest.mark.parametrize("title", ["New.", "New?", "New…", '"New" is', "New ⭐"])
def test_a_title_changed_and_changed_back_leaves_no_trace(line: str, title: str) -> None:
    old = parse(line).entries[0]
    changed = edit(parse(line), [SetTitle(0, old.short, title)]).reading_list
    assert changed.entries[0].title == title
    assert edit(changed, [SetTitle(0, old.short, old.title)]).reading_list.text == line


@pytest.mark.parametrize("section", [(), ("R",)])
@pytest.mark.parametrize("matter", ["", "---\ntitle: R\n---\n\n"])
def test_the_root_of_a_list_without_entries_lies_below_its_heading(
    matter: str, section: tuple[str, ...]
) -> None:
    text = f"{matter}# R\n\nProse.\n\n## A\n"
    assert after(text, AddEntry(DRAFT, section)) == text.replace("Prose.", f"Prose.\n\n{LINE}")


def test_an_entry_for_a_section_outside_the_region_is_put_inside() -> None:
    text = "# R\n\n<!-- zsync:start -->\n<!-- zsync:end -->\n\n## A\n"
    result = edit(parse(text), [AddEntry(DRAFT, ("R", "A"))])
    assert [entry.title for entry in result.reading_list.entries] == [DRAFT.title]


def test_a_blank_line_parts_a_new_note_and_a_new_entry() -> None:
    text = f"## S\n{HEAD}\n"
    edits = SetNote(0, "Good."), AddEntry(DRAFT, ("S",))
    assert after(text, *edits) == f"## S\n{HEAD}\n\n  Good.\n\n{LINE}\n"


def test_a_note_that_nothing_holds_any_more_is_indented() -> None:
    text = f"{HEAD}\n\nA note.\n\n{HEAD}\n"
    result = edit(parse(text), [RemoveEntry(1)])
    assert result.reading_list.text == f"{HEAD}\n\n  A note.\n"


@pytest.mark.parametrize("heading", ["  ## A", "   ## A", "A\n==="])
def test_an_entry_takes_no_heading_in(heading: str) -> None:
    text = f"# R\n{heading}\n"
    result = edit(parse(text), [AddEntry(DRAFT, ("R",))]).reading_list
    assert [each.text for each in result.headings] == ["R", "A"]
    assert result.entries[0].note is None


def test_two_links_with_one_label() -> None:
    draft = replace(DRAFT, links=(Link("Code", "https://x.org"), Link("Code", "https://y.org")))
    text = after("", AddEntry(draft, ()))
    assert text == f"{LINE} [Code](https://x.org) [Code](https://y.org)\n"
    edits = SetLink(0, "Code", None, 1), SetLink(0, "Code", "https://z.org", 2)
    assert after(text, *edits) == f"{LINE} [Code](https://z.org)\n"


def test_an_entry_without_a_paper_link_gets_none() -> None:
    draft = replace(DRAFT, url=None, links=(Link("Code", "https://x.org"),))
    wanted = "- [ ] **DINO**: Emerging Properties. ICCV2021 [Code](https://x.org)\n"
    assert after("", AddEntry(draft, ())) == wanted
