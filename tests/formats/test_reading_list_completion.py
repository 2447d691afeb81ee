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
