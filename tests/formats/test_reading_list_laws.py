"""What holds for every text and every edit, tried on invented ones."""

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

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
from zsync.core.model import Checkbox, Entry, EntryDraft, Link
from zsync.formats.reading_list import ReadingList, edit, parse

settings.register_profile("lists", max_examples=120, deadline=None)
settings.load_profile("lists")

ROOT = "Reading"
PIECES = (
    "- [x] **SAM**: Segment Anything. ICCV2023 [Paper](https://arxiv.org/abs/2304.02643)",
    "- [ ] Is Attention Better Than Matrix Decomposition? ICLR 2021 [Paper](u) [Code](v)",
    "* [Mamba](https://arxiv.org/abs/2312.00752): Linear-Time Sequence Modeling",
    "1. **CLIP**: Learning Visual Models [[Paper](https://x.org/a)]",
    "- This sibling note says something in a sentence.",
    "A paragraph that stands at the first column.",
    "  An indented note.",
    "  **Bold** second line",
    "## Section",
    "# Reading",
    "```",
    "<!--",
    "-->",
    "---",
    "===",
    "",
    "  ",
    "\t",
    "- [Section](#section)",
    "> quote",
    "[[[[",
    "](](",
)
ENDS = ("\n", "\r\n", "\n\n", "\r", "\v", "\u2028", "")
texts = st.one_of(
    st.text(),
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(ENDS)), max_size=25).map(
        lambda lines: "".join(line + end for line, end in lines)
    ),
    st.text(alphabet="-*[]()#`<>!\\ \t\n\rx:.|_&;/h"),
)

# What a person may write in a field: one line, no spaces around it, no control characters.
words = st.text(
    alphabet=st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Co")
    ),
    min_size=1,
    max_size=12,
)
nasty = st.sampled_from(
    [
        "[a](b)",
        "*x*",
        "**",
        "<b>",
        "|",
        "- [ ]",
        "https://x.org",
        "CVPR2025",
        "`",
        "\\",
        "_a_",
        "&amp;",
        "#",
        "1.",
        "?",
        ".",
        "<i>in</i>",
        "[x]",
        "。",
        "ICLR 2024",
        '"quoted"',
        "“",
        "⭐",
        "~~",
        "(",
        ")",
        "<!--",
        "-->",
        "]",
        "注意力：",
        "in",
        "Nature",
    ]
)
phrases = st.lists(st.one_of(words, nasty), min_size=1, max_size=6).map(" ".join)
names = st.sampled_from(
    ["CVPR", "NeurIPS", "Nature Communications", "ACL Findings", "Proc. of [Things] (PT)", "某期刊"]
)
venues = st.one_of(
    st.just((None, None)), st.tuples(names, st.one_of(st.none(), st.integers(1950, 2049)))
)
urls = st.one_of(
    st.sampled_from(
        [
            "https://a.org/x(1)",
            "https://a.org/x)",
            "https://a.org/a b",
            "http://a/<b>",
            "a.pdf",
            "x\\y",
            "x\\",
        ]
    ),
    st.text(alphabet="abc/:.()<>[]\\ %?&=#-_*", min_size=1, max_size=20).map(
        lambda url: ("h" + url).strip()
    ),
)
labels = st.one_of(st.sampled_from(["Code", "Page", "代码"]), phrases)
blocks = st.one_of(
    phrases,
    st.sampled_from(
        [
            "- a\n- [ ] **B**: c [Paper](u)",
            "> quote",
            "```\ncode\n```",
            "# no heading",
            "    code",
            "---",
            "<!-- x",
        ]
    ),
)
notes = st.lists(blocks, min_size=1, max_size=3).map("\n\n".join)


@st.composite
def drafts(draw: st.DrawFn) -> EntryDraft:
    venue, year = draw(venues)
    links = draw(st.lists(st.builds(Link, labels, urls), max_size=2))
    return EntryDraft(
        draw(st.booleans()),
        draw(st.one_of(st.none(), phrases)),
        draw(phrases),
        venue,
        year,
        draw(st.one_of(st.none(), urls)),
        tuple(links),
        draw(st.one_of(st.none(), notes)),
    )


LIST = """# Reading

Some words about this list.

## Contents
- [Reading](#reading)
  - [Contents](#contents)
  - [Vision](#vision)
  - [语言](#语言)

## Vision
- [x] **ViT**: An Image is Worth 16x16 Words. ICLR2021 [Paper](https://arxiv.org/abs/2010.11929) [Code](https://github.com/google-research/vision_transformer)
\x20\x20
  Patches as tokens.
  **Needs much data.**

- [ ] **DETR**: End-to-End Object Detection with Transformers. ECCV2020 [Paper](https://arxiv.org/abs/2005.12872)

- [ ] Masked Autoencoders Are Scalable Vision Learners. CVPR2022 [Paper](https://arxiv.org/abs/2111.06377)

## 语言
- [x] **BERT**: Pre-training of Deep Bidirectional Transformers. NAACL2019 [Paper](https://arxiv.org/abs/1810.04805)

  双向预训练。

- [ ] Is Attention All You Need? [Paper](https://example.org/attention)

Closing words.
"""
SECTIONS = st.sampled_from(
    [
        (ROOT, "Contents"),
        (ROOT, "Vision"),
        (ROOT, "语言"),
        (ROOT, "New"),
        (ROOT, "语言", "Old"),
        (ROOT, "New", "Deep <i>er</i>"),
    ]
)
variants = st.sampled_from(
    [
        LIST,
        LIST.replace("\n", "\r\n"),
        "\ufeff" + LIST,
        LIST.rstrip("\n"),
        LIST.removesuffix("\nClosing words.\n"),
        LIST.removesuffix("\n\nClosing words.\n"),
        LIST.replace("- [x]", "*\t[X]").replace("- [ ]", "*\t[ ]").replace("\n  ", "\n\t"),
        LIST.replace("- [x]", "-")
        .replace("- [ ]", "-")
        .replace("ICLR2021", "[ICLR'21]")
        .replace("[Paper]", "[论文]"),
        LIST.replace("\n\n-", "\n-")
        .replace("- [x]", "1. [x]")
        .replace("- [ ]", "2. [ ]")
        .replace("\n  ", "\n   "),
        LIST.replace("[Paper](", "[[Paper](").replace(")\n", ")]\n").replace(") [", ")] [["),
    ]
)
indexes = st.integers(0, 4)
places = st.sampled_from([None, 0, 1])
field_edits = st.one_of(
    st.builds(SetRead, indexes, st.booleans()),
    st.builds(SetTitle, indexes, st.one_of(st.none(), phrases), phrases),
    st.builds(lambda index, venue: SetVenue(index, *venue), indexes, venues),
    st.builds(SetUrl, indexes, urls, places),
    st.builds(SetLink, indexes, labels, st.one_of(st.none(), urls), places),
    st.builds(SetNote, indexes, st.one_of(st.none(), notes)),
)
edits = st.one_of(
    field_edits,
    st.builds(RemoveEntry, indexes),
    st.builds(MoveEntry, indexes, SECTIONS),
    st.builds(AddEntry, drafts(), SECTIONS, st.booleans()),
    st.builds(RemoveSection, SECTIONS),
)


def sorted_out(some: list[Edit]) -> list[Edit]:
    """One edit for each thing that may be edited, so that none contradicts another."""
    unique: dict[object, Edit] = {}
    for each in some:
        place = getattr(each, "entry", getattr(each, "section", None))
        link = getattr(each, "link", None)
        kind = type(each) if link is None else Link
        unique[kind, place, link, getattr(each, "label", "").casefold() * (link is None)] = each
    return list(unique.values())


def can_be_repeated(each: Edit, entries: Sequence[Entry]) -> bool:
    """Links are named by their place: what takes one away or puts one first moves the others.

    A place where there was no link the first time may have one the second time.
    """
    if not isinstance(each, SetLink | SetUrl):
        return True
    if each.url is None or (isinstance(each, SetUrl) and each.link is None):
        return False
    is_there = each.entry < len(entries) and (each.link or 0) < len(entries[each.entry].links)
    return each.link is None or is_there


def without_place(entry: Entry) -> Entry:
    return replace(entry, line=0, section=())


@given(texts)
def test_any_text_is_read_and_its_spans_are_the_text(text: str) -> None:
    reading_list = parse(text)
    assert "".join(reading_list.spans()) == text
    assert edit(reading_list, []).reading_list.text is text


@given(variants, st.lists(st.tuples(st.integers(0, 900), st.characters(codec="utf-8")), max_size=5))
def test_a_list_with_damaged_characters_is_read(text: str, damage: list[tuple[int, str]]) -> None:
    for place, char in damage:
        text = text[:place] + char + text[place + 1 :]
    assert "".join(parse(text).spans()) == text


@given(texts, drafts())
def test_an_entry_can_be_added_to_any_text(text: str, draft: EntryDraft) -> None:
    reading_list = parse(text)
    result = edit(reading_list, [AddEntry(draft, (ROOT, "Vision"))])
    titles = draft.title, f"{draft.short}: {draft.title}"
    assert result.reading_list.entries[result.added[0] or 0].title in titles


@given(variants, st.lists(field_edits, max_size=6))
def test_a_second_time_changes_nothing(text: str, some: list[Edit]) -> None:
    entries = parse(text).entries
    some = sorted_out([each for each in some if can_be_repeated(each, entries)])
    once = edit(parse(text), some)
    twice = edit(once.reading_list, some)
    assert twice.reading_list.text == once.reading_list.text
    assert not twice.changed


@given(variants, st.lists(edits, min_size=1, max_size=6))
def test_entries_that_no_edit_names_stay_as_they_are(text: str, some: list[Edit]) -> None:
    before = parse(text)
    result = edit(before, some)
    named = {each.entry for each in some if not isinstance(each, AddEntry | RemoveSection)}
    for index, position in enumerate(result.positions):
        if index not in named:
            assert position is not None
            assert without_place(result.reading_list.entries[position]) == without_place(
                before.entries[index]
            )
            assert result.reading_list.entries[position].section == before.entries[index].section


@given(variants, st.lists(edits, min_size=1, max_size=6))
def test_the_result_says_what_happened(text: str, some: list[Edit]) -> None:
    some = sorted_out(some)
    result = edit(parse(text), some)
    removed = {each.entry for each in some if isinstance(each, RemoveEntry)}
    added = [each for each in some if isinstance(each, AddEntry)]
    assert {index for index, position in enumerate(result.positions) if position is None} == removed
    kept = [position for position in result.positions if position is not None]
    assert sorted(each for each in (*kept, *result.added) if each is not None) == list(
        range(len(result.reading_list.entries))
    )
    assert len(result.added) == len(added)
    assert bool(result.changed) == (result.reading_list.text != text)
    assert result.reading_list == parse(result.reading_list.text, result.reading_list.known)


@given(variants, st.lists(edits, max_size=6))
def test_the_order_of_edits_does_not_matter(text: str, some: list[Edit]) -> None:
    one = sorted_out([each for each in some if not isinstance(each, AddEntry | SetLink)])
    other = one[::-1]
    assert edit(parse(text), one).reading_list.text == edit(parse(text), other).reading_list.text


@given(variants, indexes, st.one_of(st.none(), phrases), phrases)
def test_a_title_reads_back(text: str, index: int, short: str | None, title: str) -> None:
    result = edit(parse(text), [SetTitle(index, short, title)])
    entry = result.reading_list.entries[index]
    assert (entry.short, entry.title) == (short, title)


@given(variants, indexes, notes)
def test_a_note_reads_back(text: str, index: int, note: str) -> None:
    result = edit(parse(text), [SetNote(index, note)])
    assert result.reading_list.entries[index].note == note
    gone = edit(result.reading_list, [SetNote(index, None)])
    assert gone.reading_list.entries[index].note is None


@given(variants, indexes, labels, urls)
def test_a_link_reads_back(text: str, index: int, label: str, url: str) -> None:
    before = parse(text).entries[index].links
    result = edit(parse(text), [SetLink(index, label, url), SetUrl(index, url + "1")])
    links = result.reading_list.entries[index].links
    assert links == (replace(before[0], url=url + "1"), *before[1:], Link(label, url))


@given(variants, indexes, urls)
def test_a_new_paper_link_comes_first(text: str, index: int, url: str) -> None:
    before = parse(text).entries[index].links
    links = edit(parse(text), [SetUrl(index, url, None)]).reading_list.entries[index].links
    assert [link.url for link in links] == [url, *(link.url for link in before)]


@given(variants, indexes, labels, urls)
def test_indexes_of_links_are_those_before_the_edits(
    text: str, index: int, label: str, url: str
) -> None:
    before = parse(text).entries[index].links
    last = len(before) - 1
    some: list[Edit] = [
        SetUrl(index, "https://first.org", None),
        SetLink(index, label, url),
        SetLink(index, before[0].label, None, 0),
        SetUrl(index, "https://last.org", last),
    ]
    links = edit(parse(text), some[:3] if last == 0 else some).reading_list.entries[index].links
    kept = [*(link.url for link in before[1:last]), "https://last.org"] if last else []
    assert [link.url for link in links] == ["https://first.org", *kept, url]


@given(variants, drafts(), SECTIONS, st.booleans())
def test_a_new_entry_reads_back(
    text: str, draft: EntryDraft, section: tuple[str, ...], prepend: bool
) -> None:
    result = edit(parse(text), [AddEntry(draft, section, prepend)])
    entry = result.reading_list.entries[result.added[0] or 0]
    assert (entry.section, entry.short, entry.title) == (section, draft.short, draft.title)
    paper = [] if draft.url is None else [draft.url]
    assert [link.url for link in entry.links] == paper + [link.url for link in draft.links]
    others = entry.links[len(paper) :]
    assert [link.label for link in others] == [link.label for link in draft.links]
    assert entry.note == draft.note
    assert (entry.venue, entry.year) == (draft.venue, draft.year)
    if entry.checkbox is not Checkbox.NONE:
        assert (entry.checkbox is Checkbox.CHECKED) == draft.read


@given(variants, indexes, SECTIONS)
def test_a_moved_entry_is_the_same_entry(text: str, index: int, section: tuple[str, ...]) -> None:
    before = parse(text)
    assume(before.entries[index].section != section)
    result = edit(before, [MoveEntry(index, section)])
    position = result.positions[index]
    assert position is not None
    after = result.reading_list.entries[position]
    assert after.section == section
    assert without_place(after) == without_place(before.entries[index])


@given(variants, drafts(), SECTIONS)
def test_what_was_added_and_removed_again_leaves_the_text_as_it_was(
    text: str, draft: EntryDraft, section: tuple[str, ...]
) -> None:
    added = edit(parse(text), [AddEntry(draft, section)])
    removed = edit(
        added.reading_list,
        [
            RemoveEntry(added.added[0] or 0),
            *(RemoveSection(section[:size]) for size in range(2, len(section) + 1)),
        ],
    )
    assert removed.reading_list.text == text


LISTS_OF_SHAPES = (
    LIST,
    "# Reading\n- [Vision](#vision)\n## Vision\n* [A](https://a.org) ![s](https://s.org)\n## [语言](#top)\n",
    "Reading\n=======\n\nVision\n------\n1. A. ICML 2020. [pdf](u)\n\n<h2>语言</h2>\n\n1. B [pdf](v)\n",
)


@given(st.sampled_from(LISTS_OF_SHAPES), st.lists(drafts(), min_size=1, max_size=3), st.data())
def test_headings_and_contents_stay_while_no_section_comes_or_goes(
    text: str, new: list[EntryDraft], data: st.DataObject
) -> None:
    before = parse(text)
    sections = [path for path in before.sections() if len(path) > 1]
    edits: list[Edit] = [AddEntry(draft, data.draw(st.sampled_from(sections))) for draft in new]
    edits += [SetTitle(0, "New", "Words"), SetRead(0, True), RemoveEntry(len(before.entries) - 1)]
    after = edit(before, edits).reading_list
    assert heading_lines(after) == heading_lines(before)


@given(st.sampled_from(LISTS_OF_SHAPES), drafts())
def test_a_new_section_leaves_the_other_headings_and_lines_of_contents(
    text: str, draft: EntryDraft
) -> None:
    before = parse(text)
    after = edit(before, [AddEntry(draft, (ROOT, "Robots"))]).reading_list
    lines = heading_lines(after)
    assert [line for line in lines if "Robots" not in line] == heading_lines(before)
    assert any("Robots" in line for line in lines)


def heading_lines(reading_list: ReadingList) -> list[str]:
    lines = reading_list.text.split("\n")
    contents = [lines[line] for line in reading_list.contents]
    return contents + [
        reading_list.text[each.start : each.end].rstrip() for each in reading_list.headings
    ]


@given(st.integers(min_value=24, max_value=110), st.sampled_from(["\n", "\r\n"]))
def test_where_a_program_wraps_lines_says_nothing(width: int, end: str) -> None:
    text = LIST.replace("\n", end)
    wrapped = "".join(_wrapped(line, width, end) for line in text.splitlines(keepends=True))
    said = [replace(entry, line=0) for entry in parse(text).entries]
    assert [replace(entry, line=0) for entry in parse(wrapped).entries] == said


def _wrapped(line: str, width: int, end: str) -> str:
    """The line of an entry as a formatter breaks it: at spaces, the rest indented into the item."""
    if not line.startswith("- ["):
        return line
    lines = textwrap.wrap(
        line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return end.join([*lines, ""])
