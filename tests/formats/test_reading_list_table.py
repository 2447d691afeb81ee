"""Rows of tables: which are papers, what they say, how they change, how new ones are written."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.edits import (
    AddEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    SetLink,
    SetNote,
    SetRead,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.core.model import Checkbox, Entry, EntryDraft, Link
from zsync.formats.reading_list import ReadingList, edit, parse
from zsync.formats.reading_list.new_row import write_row
from zsync.formats.reading_list.shapes.table.cells import is_delimiter, split_row
from zsync.formats.reading_list.shapes.table.row import Table

PAPERS = """\
# Reading

| Status | Paper | Venue | Links | Notes |
|:------:|-------|-------|-------|-------|
| ✅ | **Attention Is All You Need** | NeurIPS'17 | [Paper](PAPER) / [Code](CODE) | the start |
| ⬜ | **Deep Residual Learning for Image Recognition** | — | [Paper](https://arxiv.org/abs/1512.03385) | — |
| ⬜ | **Segment Anything** | ICCV'23 | — | — |

After the table.
""".replace("PAPER", "https://arxiv.org/abs/1706.03762").replace(
    "CODE", "https://github.com/tensorflow/tensor2tensor"
)


def entries(text: str) -> tuple[Entry, ...]:
    return parse(text).entries


def table(header: str, *rows: str) -> str:
    return "\n".join([header, "|".join("---" for _ in split_row(header)) + "|", *rows, ""])


def changed(text: str, *edits: Edit) -> list[tuple[str, str]]:
    """The lines that edits change, before and after."""
    new = edit(parse(text), edits).reading_list.text
    pairs = zip(text.split("\n"), new.split("\n"), strict=True)
    return [(old, new) for old, new in pairs if old != new]


# -- rows and cells ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("| a | b", ["a", "b"]),
        (r"| a \| b | c |", [r"a \| b", "c"]),
        ("|  | b |", ["", "b"]),
        ("||b|", ["", "b"]),
        (r"| a \\| b |", [r"a \\", "b"]),
    ],
)
def test_a_row_is_cut_at_pipes_without_a_backslash(row: str, cells: list[str]) -> None:
    assert [row[slice(*span)] for span in split_row(row)] == cells


def test_a_pipe_in_code_or_an_address_is_text_where_the_row_has_cells_too_many() -> None:
    row = "| `a|b` | [x](http://e.org/1|2) |"
    assert [row[slice(*span)] for span in split_row(row, 2)] == ["`a|b`", "[x](http://e.org/1|2)"]
    assert len(split_row(row)) == 4


@pytest.mark.parametrize("line", ["|---|---|", "--- | :-:", "| :-- | --: |", "|-|-|"])
def test_the_line_under_a_header_has_dashes_and_pipes_only(line: str) -> None:
    assert is_delimiter(line)
    assert not is_delimiter(line.replace("-", "x"))


# -- what is read --------------------------------------------------------------------------------


def test_each_field_has_its_column() -> None:
    first, second, third = entries(PAPERS)
    assert first == Entry(
        5,
        ("Reading",),
        Checkbox.CHECKED,
        None,
        "Attention Is All You Need",
        "NeurIPS",
        2017,
        None,
        (
            Link("Paper", "https://arxiv.org/abs/1706.03762"),
            Link("Code", "https://github.com/tensorflow/tensor2tensor"),
        ),
        "the start",
    )
    assert (second.venue, second.note, second.checkbox) == (None, None, Checkbox.UNCHECKED)
    assert third.links == ()


def test_headers_in_chinese_are_understood() -> None:
    (entry,) = entries(
        table(
            "|论文|作者|会议|链接|状态|备注|",
            "|Denoising Diffusion Probabilistic Models|Jonathan Ho, Ajay Jain|NeurIPS 2020"
            "|[论文](https://arxiv.org/abs/2006.11239)|已读|很好|",
        )
    )
    assert (entry.title, entry.authors) == (
        "Denoising Diffusion Probabilistic Models",
        "Jonathan Ho, Ajay Jain",
    )
    assert (entry.venue, entry.year, entry.checkbox) == ("NeurIPS", 2020, Checkbox.CHECKED)
    assert entry.note == "很好"


def test_cells_count_for_more_than_a_header_that_is_shifted() -> None:
    (entry,) = entries(
        table(
            "| Date | Link | Publication | Authors |",
            "| 2015/12 | [Deep Residual Learning for Image Recognition](https://arxiv.org/abs/1512.03385)"
            " | Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun | CVPR |",
        )
    )
    assert entry.title == "Deep Residual Learning for Image Recognition"
    assert entry.authors == "Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun"
    assert (entry.venue, entry.year) == ("CVPR", 2015)


@pytest.mark.parametrize(
    ("cell", "short", "title", "venue"),
    [
        (
            "[**SAM**] [Segment Anything](https://arxiv.org/abs/2304.02643)",
            "SAM",
            "Segment Anything",
            None,
        ),
        ("[ICCV 2023] Segment Anything", None, "Segment Anything", "ICCV"),
        ("**SAM**: Segment Anything", "SAM", "Segment Anything", None),
        (
            ":star: [Segment Anything](https://arxiv.org/abs/2304.02643)",
            None,
            "Segment Anything",
            None,
        ),
        (
            "![ICCV'23](https://e.org/b.svg) <br> **Segment Anything**",
            None,
            "Segment Anything",
            "ICCV",
        ),
        (
            "![](https://img.shields.io/badge/ICCV-2023-blue) **Segment Anything**",
            None,
            "Segment Anything",
            "ICCV",
        ),
        (
            "[![P](https://img.shields.io/badge/Conference-ICCV'23-blue)]() <br> Segment Anything",
            None,
            "Segment Anything",
            "ICCV",
        ),
        (
            '"Segment Anything" [[paper](https://arxiv.org/abs/2304.02643)]',
            None,
            "Segment Anything",
            None,
        ),
        (
            '<a href="https://arxiv.org/abs/2304.02643">Segment Anything</a>',
            None,
            "Segment Anything",
            None,
        ),
        (
            "[[SAM]](https://arxiv.org/abs/2304.02643) Segment Anything with Large Models",
            None,
            "Segment Anything with Large Models",
            None,
        ),
    ],
)
def test_a_title_cell_may_hold_several_fields(
    cell: str, short: str | None, title: str, venue: str | None
) -> None:
    (entry,) = entries(
        table("| Paper | Code | Year |", f"| {cell} | [code](https://github.com/a/b) | 2023 |")
    )
    assert (entry.short, entry.title, entry.venue) == (short, title, venue)
    assert entry.year == 2023


def test_authors_stand_under_the_title() -> None:
    (entry,) = entries(
        table(
            "Title & Authors | Links",
            "[Segment Anything](https://arxiv.org/abs/2304.02643) <br> Alexander Kirillov, Eric Mintun"
            " | [Github](https://github.com/facebookresearch/segment-anything)",
        )
    )
    assert entry.authors == "Alexander Kirillov, Eric Mintun"
    assert [link.label for link in entry.links] == ["title", "Github"]


def test_a_star_badge_is_the_code_link_only_where_no_other_link_is() -> None:
    badge = "[![Star](https://img.shields.io/github/stars/a/b)](https://github.com/a/b)"
    rows = [
        f"| {badge} Segment Anything | ICCV 2023 | [Code](https://github.com/a/b) |",
        f"| {badge} Segment Anything | ICCV 2023 | |",
    ]
    both, alone = entries(table("| Paper | Venue | Code |", *rows))
    assert [link.label for link in both.links] == ["Code"]
    assert [link.label for link in alone.links] == ["Star"]


@pytest.mark.parametrize(
    ("sign", "box"),
    [
        ("✅", Checkbox.CHECKED),
        ("⬜", Checkbox.UNCHECKED),
        ("⏳", Checkbox.UNCHECKED),
        ("[x]", Checkbox.CHECKED),
        ("[ ]", Checkbox.UNCHECKED),
        ("Done", Checkbox.CHECKED),
        ("To read", Checkbox.UNCHECKED),
        ("-", Checkbox.UNCHECKED),
        ("", Checkbox.UNCHECKED),
        (":white_check_mark:", Checkbox.CHECKED),
    ],
)
def test_a_status_is_a_sign_a_box_or_a_word(sign: str, box: Checkbox) -> None:
    text = table("| Read | Paper | Venue |", f"| {sign} | **Segment Anything** | ICCV 2023 |")
    assert entries(text)[0].checkbox is box


@pytest.mark.parametrize(
    "text",
    [
        table("| Dataset | #Images | License |", "| [COCO](https://cocodataset.org) | 330K | CC |"),
        table("| Model | MMLU | GSM8K |", "| GPT-4 | 86.4 | 92.0 |", "| Llama 2 | 68.9 | 56.8 |"),
        table("| Section | Topic |", "| [Surveys](#surveys) | All surveys of the whole field |"),
        table(
            "| Type | Title | URL |", "| Tutorial | Awesome-List | [link](https://github.com/a/b) |"
        ),
        table("| Sign | Meaning |", "| ✅ | read |", "| ⬜ | to be read |"),
    ],
)
def test_tables_of_other_things_hold_no_entries(text: str) -> None:
    assert entries(text) == ()


def test_a_heading_within_a_table_and_an_empty_row_are_no_entries() -> None:
    rows = ["| **Vision** | |", "| Segment Anything | ICCV 2023 |", "| | |"]
    assert [entry.title for entry in entries(table("| Paper | Venue |", *rows))] == [
        "Segment Anything"
    ]


def test_line_ends_indentation_and_text_right_above_do_not_matter() -> None:
    body = PAPERS.replace("\n|", "\n  |").replace("# Reading\n\n", "# Reading\nMy papers:\n")
    assert len(entries(body.replace("\n", "\r\n"))) == 3
    assert parse(body).text == body


# -- edits ---------------------------------------------------------------------------------------


def test_a_tick_changes_one_character() -> None:
    ((old, new),) = changed(PAPERS, SetRead(1, True))
    assert new == old.replace("⬜", "✅")
    assert changed(PAPERS, SetRead(0, True)) == []


def test_a_word_is_ticked_with_the_word_of_its_neighbours() -> None:
    rows = [
        "| Segment Anything | ICCV 2023 | Done |",
        "| Deep Residual Learning | CVPR 2016 | Todo |",
    ]
    text = table("| Paper | Venue | Status |", *rows)
    assert changed(text, SetRead(1, True)) == [(rows[1], rows[1].replace("Todo", "Done"))]
    assert changed(text, SetRead(0, False)) == [(rows[0], rows[0].replace("Done", "Todo"))]


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (SetTitle(1, None, "Residual | Net"), "Deep Residual Learning for Image Recognition",
          r"Residual \| Net"),
        (SetVenue(1, "CVPR", 2016), "** | — |", "** | CVPR 2016 |"),
        (SetVenue(0, "ICLR", 2018), "NeurIPS'17", "ICLR'18"),
        (SetLink(2, "Code", "https://github.com/a/b"), "ICCV'23 | —", "ICCV'23 | [Code](https://github.com/a/b)"),
        (SetLink(0, "", None, 1), " / [Code](https://github.com/tensorflow/tensor2tensor)", ""),
        (SetLink(1, "", None, 0), "[Paper](https://arxiv.org/abs/1512.03385)", "—"),
        (SetUrl(1, "https://e.org/a|b", 0), "https://arxiv.org/abs/1512.03385", r"https://e.org/a\|b"),
        (SetNote(2, "Good | fast.\n\nTwice."), "— | — |", r"— | Good \| fast.<br>Twice. |"),
        (SetNote(0, None), "the start", "—"),
    ],
)  # fmt: skip
def test_an_edit_changes_one_cell(change: Edit, old: str, new: str) -> None:
    ((before, after),) = changed(PAPERS, change)
    assert after == before.replace(old, new)


def test_what_has_no_column_is_not_written() -> None:
    text = table(
        "| Date | Paper |", "| 2023-04 | [Segment Anything](https://arxiv.org/abs/2304.02643) |"
    )
    edits: list[Edit] = [
        SetNote(0, "Good."),
        SetVenue(0, "ICCV", 2023),
        SetLink(0, "Code", "https://e.org"),
    ]
    result = edit(parse(text), edits)
    assert result.reading_list.text == text
    assert result.changed == frozenset()


def test_new_links_do_not_shift_those_that_go() -> None:
    text = table(
        "| Paper | Code | Project |",
        "| [Segment Anything](https://arxiv.org/abs/2304.02643) | | [page](https://segment-anything.com) |",
    )
    edits: list[Edit] = [SetLink(0, "Code", "https://github.com/a/b"), SetLink(0, "", None, 1)]
    (entry,) = edit(parse(text), edits).reading_list.entries
    assert [link.url for link in entry.links] == [
        "https://arxiv.org/abs/2304.02643",
        "https://github.com/a/b",
    ]


def test_a_row_goes_without_a_trace() -> None:
    lines = PAPERS.split("\n")
    for index in range(3):
        left = edit(parse(PAPERS), [RemoveEntry(index)]).reading_list.text
        assert left == "\n".join(lines[: 4 + index] + lines[5 + index :])


def test_a_row_moves_only_to_a_table_with_the_same_columns() -> None:
    head = "| Paper | Venue |\n|---|---|\n"
    one, other = "| Segment Anything | ICCV 2023 |\n", "| Deep Residual Learning | CVPR 2016 |\n"
    text = f"# A\n\n{head}{one}{other}\n# B\n\n{head}{one}\n# C\n\n- **SAM**: [Paper](https://arxiv.org/abs/2304.02643)\n"
    moved = edit(parse(text), [MoveEntry(1, ("B",))]).reading_list.text
    assert moved == text.replace(other, "").replace(
        "# B\n\n" + head + one, "# B\n\n" + head + one + other
    )
    for entry, section in ((0, "C"), (3, "A"), (0, "D")):
        assert edit(parse(text), [MoveEntry(entry, (section,))]).reading_list.text == text


@settings(max_examples=25, deadline=None)
@given(text=st.text(min_size=1, max_size=40), year=st.integers(1990, 2030))
def test_no_text_breaks_a_row(text: str, year: int) -> None:
    before = parse(PAPERS)
    for change in (
        SetTitle(0, None, text),
        SetTitle(0, text, "A Title"),
        SetVenue(0, text, year),
        SetLink(0, text, f"https://e.org/{text}"),
        SetUrl(0, text, 0),
        SetNote(0, text),
    ):
        after = edit(before, [change]).reading_list
        assert len(after.entries) == 3
        assert after.entries[1:] == before.entries[1:]
        assert [len(split_row(line)) for line in after.text.split("\n")] == [
            len(split_row(line)) for line in PAPERS.split("\n")
        ]


# -- new rows ------------------------------------------------------------------------------------

DRAFT = EntryDraft(
    True,
    "FlashAttention",
    "Fast and Memory-Efficient Exact Attention",
    "NeurIPS",
    2022,
    "https://arxiv.org/abs/2205.14135",
    (Link("Code", "https://github.com/Dao-AILab/flash-attention"),),
    "Tiling.\nIO-aware.",
    "Tri Dao, Daniel Y. Fu",
)


def new_row(found: ReadingList, draft: EntryDraft = DRAFT) -> str | None:
    shape = found.blocks[0].shape
    assert isinstance(shape, Table)
    rows = [found.raw(index).rstrip("\r\n") for index in range(len(found.entries))]
    return write_row(draft, shape, rows, "Paper")


def test_a_new_row_is_written_as_its_neighbours_are() -> None:
    assert new_row(parse(PAPERS)) == (
        "| ✅ | **FlashAttention: Fast and Memory-Efficient Exact Attention** | NeurIPS'22"
        " | [Paper](https://arxiv.org/abs/2205.14135) / [Code](https://github.com/Dao-AILab/flash-attention)"
        " | Tiling.<br>IO-aware. |"
    )


def test_a_new_row_has_the_neighbours_sign_for_an_empty_cell() -> None:
    bare = EntryDraft(False, None, "Fast and Memory-Efficient Exact Attention")
    assert new_row(parse(PAPERS), bare) == (
        "| ⬜ | **Fast and Memory-Efficient Exact Attention** | — | — | — |"
    )


def test_a_new_row_takes_over_linked_titles_names_in_brackets_and_open_ends() -> None:
    found = parse(
        table(
            "Paper | Conference | Code",
            "[**SAM**] [Segment Anything](https://arxiv.org/abs/2304.02643) | ICCV'23 | -",
        )
    )
    assert new_row(found) == (
        "[**FlashAttention**] [Fast and Memory-Efficient Exact Attention](https://arxiv.org/abs/2205.14135)"
        " | NeurIPS'22 | [Code](https://github.com/Dao-AILab/flash-attention)"
    )


def test_a_new_row_has_badge_authors_and_number_as_its_neighbours() -> None:
    badge = "![](https://img.shields.io/badge/{}-blue)"
    found = parse(
        table(
            "| # | Title & Authors | Year |",
            f"| 7 | {badge.format('ICCV-2023')} <br> [Segment Anything](https://arxiv.org/abs/2304.02643)"
            " <br> Alexander Kirillov, Eric Mintun | 2023 |",
        )
    )
    assert new_row(found) == (
        f"| 8 | {badge.format('NeurIPS-2022')} <br> "
        "[FlashAttention: Fast and Memory-Efficient Exact Attention](https://arxiv.org/abs/2205.14135)"
        " <br> Tri Dao, Daniel Y. Fu | 2022 |"
    )


def test_a_long_table_is_read_in_no_time() -> None:
    row = (
        "| ✅ | **Segment Anything** | ICCV'23 | [Paper](https://arxiv.org/abs/2304.02643) | — |\n"
    )
    head = "".join(PAPERS.splitlines(keepends=True)[2:4])
    start = time.process_time()
    assert len(entries(head + row * 2_000)) == 2_000
    assert time.process_time() - start < 40


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("section", ["Rivers", "Seas"])
def test_the_first_entry_of_a_section_brings_the_head_of_its_table(section: str, eol: str) -> None:
    head = "| Read | Title | Links |\n| --- | --- | --- |\n"
    rows = "".join(
        f"| [ ] | {title} | [Paper](https://arxiv.org/abs/2401.0000{number}) |\n"
        for number, title in enumerate(("On Still Water", "On Deep Water"))
    )
    text = f"# List\n\n## Lakes\n\n{head}{rows}\n## Rivers\n\nWords.\n".replace("\n", eol)
    url = "https://arxiv.org/abs/2401.00003"
    draft = EntryDraft(False, None, "On Running Water", None, None, url)
    result = edit(parse(text), [AddEntry(draft, ("List", section))]).reading_list
    new = f"{head}| [ ] | On Running Water | [Paper]({url}) |\n".replace("\n", eol)
    assert eol * 2 + new in result.text
    # It is an entry there, whether or not its title is known.
    assert [
        entry.title for entry in parse(result.text).entries if entry.section[-1] == section
    ] == ["On Running Water"]
