"""An address that stands alone becomes a full entry, in its place and in the form of its neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.edits import AddEntry, CompleteEntry, MoveEntry, SetNote, SetRead
from zsync.core.model import Checkbox, EntryDraft, Link
from zsync.formats.reading_list import edit, parse

FULL = "- [ ] **{0}**: A Paper on {0}. CVPR2024 [Paper](https://{0}.example/)"
DRAFT = EntryDraft(
    read=False,
    short="SAM",
    title="Segment Anything",
    venue="ICCV",
    year=2023,
    url="https://arxiv.org/abs/2304.02643",
    links=(Link("Code", "https://github.com/facebookresearch/segment-anything"),),
)
DONE = (
    "**SAM**: Segment Anything. ICCV2023 [Paper](https://arxiv.org/abs/2304.02643)"
    " [Code](https://github.com/facebookresearch/segment-anything)"
)
TYPED = (
    "https://arxiv.org/abs/2304.02643",
    "<https://arxiv.org/abs/2304.02643>",
    "arXiv:2304.02643",
    "2304.02643",
    "10.48550/arXiv.2304.02643",
    "doi:10.48550/arXiv.2304.02643",
    "[Paper](https://arxiv.org/abs/2304.02643)",
    "[](https://arxiv.org/abs/2304.02643)",
)


def completed(text: str, entry: int, *others: object, draft: EntryDraft = DRAFT) -> str:
    return edit(parse(text), [CompleteEntry(entry, draft), *others]).reading_list.text  # type: ignore[list-item]


@pytest.mark.parametrize("typed", TYPED)
def test_every_way_to_type_an_address(typed: str) -> None:
    text = "\n".join(["# L", FULL.format("A"), f"- [ ] {typed}", FULL.format("B"), ""])
    assert completed(text, 1) == text.replace(typed, DONE)


@pytest.mark.parametrize("typed", TYPED)
@given(
    place=st.integers(0, 2),
    end=st.sampled_from(["\n", "\r\n"]),
    has_end=st.booleans(),
    gap=st.booleans(),
    is_read=st.booleans(),
    note=st.booleans(),
)
def test_only_its_own_line_changes(
    typed: str, place: int, end: str, has_end: bool, gap: bool, is_read: bool, note: bool
) -> None:
    lines = [FULL.format("A"), FULL.format("B")]
    below = f"{end}{end}  Words below it." if note else ""
    box = "[x]" if is_read else "[ ]"
    lines.insert(place, f"- {box} {typed}{below}")
    parting = end + end if gap or note else end
    text = f"# L{end}{end}{parting.join(lines)}{end if has_end else ''}"
    draft = EntryDraft(is_read, "SAM", "Segment Anything", "ICCV", 2023, DRAFT.url, DRAFT.links)
    done = completed(text, place, draft=draft)
    assert done == text.replace(f"{box} {typed}", f"{box} {DONE}")
    entry = parse(done).entries[place]
    assert (entry.short, entry.title) == ("SAM", "Segment Anything")
    assert (entry.checkbox is Checkbox.CHECKED) == is_read
    assert entry.note == ("Words below it." if note else None)
    assert edit(parse(done), [CompleteEntry(place, draft)]).changed == frozenset()


@pytest.mark.parametrize("marker", ["* ", "+ ", "  - ", "1. ", "12) "])
def test_marker_number_and_indentation_stay_as_typed(marker: str) -> None:
    text = (
        f"# L\n\n## S\n{marker}[x] https://arxiv.org/abs/2304.02643\n\n## T\n{FULL.format('A')}\n"
    )
    draft = EntryDraft(True, "SAM", "Segment Anything", None, None, DRAFT.url)
    line = completed(text, 0, draft=draft).split("\n")[3]
    assert line.startswith(f"{marker}[x] **SAM**: Segment Anything")


def test_further_links_that_were_typed_stay() -> None:
    text = (
        f"# L\n{FULL.format('A')}\n- [ ] arXiv:2304.02643 [Page](https://segment-anything.com/)\n"
    )
    assert "[Page](https://segment-anything.com/)" in completed(text, 1)


def test_the_other_edits_of_the_same_run_are_carried_out_too() -> None:
    text = f"# L\n{FULL.format('A')}\n- [ ] 2304.02643\n{FULL.format('B')}\n\n## M\n{FULL.format('C')}\n"
    new = EntryDraft(False, "D", "A Paper on D", "CVPR", 2024, "https://D.example/")
    done = completed(
        text,
        1,
        SetRead(1, True),
        SetNote(1, "A note."),
        MoveEntry(2, ("L", "M")),
        AddEntry(new, ("L",)),
    )
    assert [entry.short for entry in parse(done).entries] == ["A", "SAM", "D", "C", "B"]
    sam = parse(done).entries[1]
    assert (sam.checkbox, sam.note) == (Checkbox.CHECKED, "A note.")


@pytest.mark.parametrize(
    "text",
    [
        "# L\n\nSee https://arxiv.org/abs/2304.02643 for more.\n",
        "# L\n\nhttps://arxiv.org/abs/2304.02643\n",
        "# L\n\n- https://github.com/facebookresearch/segment-anything\n",
        "# L\n\n- 2304.02643\n",
    ],
)
def test_an_address_in_prose_or_of_no_paper_is_no_entry(text: str) -> None:
    assert parse(text).entries == ()


OF_LINES = (
    "- **A Paper on {0} and Its Friends**\n  - Authors: Jane Doe, John Roe\n  - Venue: CVPR 2024"
    "\n  - [Paper](https://{0}.example/)"
)
DONE_OF_LINES = (
    "**SAM: Segment Anything**\n  - Venue: ICCV 2023\n  - [Paper](https://arxiv.org/abs/2304.02643)"
    "\n  - [Code](https://github.com/facebookresearch/segment-anything)"
)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("below", ["", "\n\n  Words below it."])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_among_items_of_several_lines(typed: str, place: int, below: str, end: str) -> None:
    entries = [OF_LINES.format("A"), OF_LINES.format("B")]
    entries.insert(place, f"- [x] {typed}{below}")
    parted = "\n\n".join(entries)
    text = f"# L\n\n{parted}".replace("\n", end)
    done = completed(text, place)
    assert done == text.replace(typed, DONE_OF_LINES.replace("\n", end))
    entry = parse(done).entries[place]
    assert entry.note == ("Words below it." if below else None)
    assert edit(parse(done), [CompleteEntry(place, DRAFT)]).changed == frozenset()


def test_lines_of_an_item_are_indented_as_its_marker_asks() -> None:
    text = f"# L\n{OF_LINES.format('A')}\n{OF_LINES.format('B')}\n\n## S\n10. https://arxiv.org/abs/2304.02643\n"
    assert completed(text, 2).endswith(
        "10. **SAM: Segment Anything**\n    - Venue: ICCV 2023\n"
        "    - [Paper](https://arxiv.org/abs/2304.02643)\n"
        "    - [Code](https://github.com/facebookresearch/segment-anything)\n"
    )


def test_fields_of_an_item_of_several_lines_are_edited_in_the_same_run() -> None:
    text = f"# L\n{OF_LINES.format('A')}\n- [ ] 2304.02643\n{OF_LINES.format('B')}\n"
    done = completed(text, 1, SetRead(1, True), SetNote(1, "A note."))
    entry = parse(done).entries[1]
    assert (entry.title, entry.note) == ("SAM: Segment Anything", "A note.")
    assert entry.checkbox is Checkbox.CHECKED


@pytest.mark.parametrize("box", ["[ ]", "[x]", "[X]"])
@pytest.mark.parametrize("is_read", [False, True])
def test_the_tick_stays_as_typed_whatever_the_draft_says(box: str, is_read: bool) -> None:
    draft = EntryDraft(is_read, "SAM", "Segment Anything", "ICCV", 2023, DRAFT.url, DRAFT.links)
    text = f"# L\n{FULL.format('A')}\n- {box} 2304.02643\n"
    assert completed(text, 1, draft=draft) == text.replace("2304.02643", DONE)


@pytest.mark.parametrize(
    "remark", [" great paper!", " (read again)", " ⭐", " — must read.", " <!-- mine -->"]
)
@pytest.mark.parametrize(
    "typed", ["https://arxiv.org/abs/2304.02643", "<https://arxiv.org/abs/2304.02643>"]
)
def test_words_behind_the_address_stay(typed: str, remark: str) -> None:
    text = f"# L\n{FULL.format('A')}\n- [ ] {typed}{remark}\n{FULL.format('B')}\n"
    assert completed(text, 1) == text.replace(typed, DONE)


@pytest.mark.parametrize(
    "typed",
    [
        "~~https://arxiv.org/abs/2304.02643~~",
        "https://arxiv.org/abs/2304.02643 with https://segment-anything.com/",
    ],
)
def test_an_address_among_words_that_have_no_place_stays_as_it_is(typed: str) -> None:
    found = parse(f"# L\n{FULL.format('A')}\n- [ ] {typed}\n")
    result = edit(found, [CompleteEntry(1, DRAFT)])
    assert (result.reading_list.text, result.changed) == (found.text, frozenset())


def test_a_full_entry_is_never_written_over() -> None:
    found = parse(f"# L\n{FULL.format('A')}\n{FULL.format('B')}\n")
    result = edit(found, [CompleteEntry(1, DRAFT)])
    assert (result.reading_list.text, result.changed) == (found.text, frozenset())


@pytest.mark.parametrize("row", ["| https://arxiv.org/abs/2304.02643 | | |"])
def test_a_row_of_a_table_stays_as_it_is(row: str) -> None:
    rows = "\n".join(
        f"| A Paper on {x} | CVPR 2024 | [Paper](https://{x}.example/) |" for x in "ABC"
    )
    found = parse(f"# L\n\n| Title | Venue | Link |\n|---|---|---|\n{rows}\n{row}\n")
    result = edit(found, [CompleteEntry(3, DRAFT)])
    assert len(found.entries) == 4
    assert (result.reading_list.text, result.changed) == (found.text, frozenset())
