"""Items in every form: what stands beside the title, and what stands under it."""

import pytest

from zsync.core.edits import (
    AddEntry,
    SetLink,
    SetNote,
    SetRead,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.core.model import Checkbox, Entry, EntryDraft, Link
from zsync.formats.reading_list import edit, parse

SAM = "Segment Anything"
URL = "https://arxiv.org/abs/2304.02643"


def only(text: str) -> Entry:
    (entry,) = parse(text).entries
    return entry


PEOPLE = "Alexander Kirillov, Eric Mintun"
JOURNAL = "Journal of Machine Learning Research"
CONFERENCE = "International Conference on Computer Vision"


@pytest.mark.parametrize(
    ("line", "venue", "year", "authors"),
    [
        (f"- [2023/04] **{SAM}.** *{PEOPLE}. ICCV.* [[paper]({URL})]", "ICCV", 2023, PEOPLE),
        (f"- 2023.04 {SAM} [[paper]({URL})]", None, 2023, None),
        (f"- `2023-04` {SAM} [paper]({URL})", None, 2023, None),
        (f"- [arXiv 2023.04]({URL}), {SAM}", "arXiv", 2023, None),
        (f"- [[paper]({URL})] (ICCV 2023) {SAM}", "ICCV", 2023, None),
        (f'* "{SAM}", *arXiv, Apr 2023*, [[Paper]({URL})]', "arXiv", 2023, None),
        (f"- 2023-04 | {SAM} | *{PEOPLE}* | [ICCV]({URL})", "ICCV", 2023, PEOPLE),
        (f"- {SAM}. *{PEOPLE}*. ICCV 2023. [[paper]({URL})]", "ICCV", 2023, PEOPLE),
        (f"- {SAM} [Apr 2023] [Paper]({URL})", None, 2023, None),
        (f"- {SAM} [[5 Apr 2023]]({URL})", None, 2023, None),
        (f"- [{SAM}]({URL}) by {PEOPLE}. ICCV, 2023.", "ICCV", 2023, PEOPLE),
        (f"- [{SAM}]({URL}), Apr. 5 2023.", None, 2023, None),
        (
            f'- {PEOPLE}, et al. ["{SAM}."]({URL}) _{CONFERENCE}_. 2023.',
            CONFERENCE,
            2023,
            f"{PEOPLE}, et al.",
        ),
        (f"- **{SAM}** `ICCV 2023` [paper]({URL})", "ICCV", 2023, None),
        (f"- **{SAM}** [paper]({URL}) [[ICCV'23]]", "ICCV", 2023, None),
        (f"- 【2023】{SAM} [论文]({URL})", None, 2023, None),
        (f"- **{SAM}** {JOURNAL} 12(3): 45-67, 2023. [paper]({URL})", JOURNAL, 2023, None),
        (
            f"- **{SAM}** [ICCV 2023 Workshop on Robots] [paper]({URL})",
            "ICCV Workshop on Robots",
            2023,
            None,
        ),
    ],
)
def test_what_stands_beside_a_title(
    line: str, venue: str | None, year: int | None, authors: str | None
) -> None:
    entry = only(line)
    assert (entry.title, entry.venue, entry.year, entry.authors) == (SAM, venue, year, authors)
    assert [link.url for link in entry.links] == [URL]


@pytest.mark.parametrize(
    "below",
    [
        "\n   *Alexander Kirillov, Eric Mintun*\n\n   ICCV 2023 [[Paper](u)] [[Code](v)]\n",
        "   Alexander Kirillov, Eric Mintun \\\n   ICCV 2023 [[Paper](u)] [[Code](v)]\n",
        "*Alexander Kirillov, Eric Mintun*  \nICCV 2023 [[Paper](u)] [[Code](v)]\n",
        "   - Alexander Kirillov, Eric Mintun\n   - ICCV 2023\n   - Paper: [Paper](u)\n   - [Code](v)\n",
        "   - Authors: Alexander Kirillov, Eric Mintun\n   - Venue: ICCV 2023\n   - [Paper](u) [Code](v)\n",
        "   - 作者：Alexander Kirillov, Eric Mintun\n   - 会议：ICCV 2023\n   - 链接：[Paper](u) [Code](v)\n",
        "   *Alexander Kirillov, Eric Mintun* <br> ICCV 2023 <br> [Paper](u) [Code](v)\n",
    ],
)
def test_what_stands_under_a_title(below: str) -> None:
    for line_end in ("\n", "\r\n"):
        entry = only(f"1. **{SAM}**\n{below}".replace("\n", line_end))
        assert (entry.title, entry.venue, entry.year) == (SAM, "ICCV", 2023)
        assert entry.authors == "Alexander Kirillov, Eric Mintun"
        assert entry.links == (Link("Paper", "u"), Link("Code", "v"))
        assert entry.note is None


def papers(below: str) -> str:
    titles = (SAM, "Masked Autoencoders", "Attention Is All You Need")
    return "\n".join(f"- [{title}](https://a.org/{n})\n{below}" for n, title in enumerate(titles))


def test_a_nested_item_with_names_is_the_authors_where_neighbours_have_it_so() -> None:
    entries = parse(papers("  - Jane Doe, John Roe\n  - Keyword: Vision\n")).entries
    assert [entry.authors for entry in entries] == ["Jane Doe, John Roe"] * 3
    assert [entry.note for entry in entries] == [None] * 3


def test_names_under_one_entry_among_others_are_a_note() -> None:
    text = (
        f"- [{SAM}]({URL})\n\n  *Jane Doe, John Roe*\n\n- [Others](https://b.org)\n\n  A thought.\n"
    )
    assert [entry.note for entry in parse(text).entries] == ["*Jane Doe, John Roe*", "A thought."]


def test_a_nested_item_with_a_sentence_or_a_key_is_the_note() -> None:
    below = "  - Code: [official](https://c.org)\n  - TLDR: Promptable masks.\n"
    entry = only(f"- [{SAM}]({URL})\n{below}")
    assert (entry.note, entry.links[1:]) == (
        "Promptable masks.",
        (Link("official", "https://c.org"),),
    )
    assert only(f"- [{SAM}]({URL})\n  - This paper makes masks promptable.\n").note == (
        "This paper makes masks promptable."
    )


def test_a_new_note_is_written_where_the_neighbours_have_it() -> None:
    text = papers("  - Code: [official](https://c.org)\n  - TLDR: It is good.\n")
    bare = text.replace("  - TLDR: It is good.\n", "", 1)
    added = edit(parse(bare), [SetNote(0, "It is good.")]).reading_list
    assert added.text == text
    assert edit(added, [SetNote(0, None)]).reading_list.text == bare
    changed = edit(added, [SetNote(1, "Better\nthan before.")]).reading_list
    assert changed.entries[1].note == "Better\nthan before."


ITEM = (
    "- [ ] **Segment Anything** <br>\n  *Jane Doe, John Roe* <br>\n"
    "  ICCV 2023 [[Paper](u)] [[Code](v)] <br>\n"
)


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (SetRead(0, True), "[ ]", "[x]"),
        (SetTitle(0, None, "Segment More"), "Segment Anything", "Segment More"),
        (SetVenue(0, "CVPR", 2024), "ICCV 2023", "CVPR 2024"),
        (SetUrl(0, "w", 0), "(u)", "(w)"),
        (SetLink(0, "Page", "w"), "[[Code](v)]", "[[Code](v)] [[Page](w)]"),
        (SetLink(0, "Code", None, 1), " [[Code](v)]", ""),
    ],
)
def test_an_edit_changes_one_field_of_an_item_of_several_lines(
    change: SetRead | SetTitle | SetVenue | SetUrl | SetLink, old: str, new: str
) -> None:
    text = ITEM + "\n" + ITEM.replace("Segment", "Track")
    assert edit(parse(text), [change]).reading_list.text == text.replace(old, new, 1)


def test_entries_without_links_come_in_company() -> None:
    lines = [
        "- Segment Anything (ICCV 2023)",
        "- Masked Autoencoders Are Scalable (CVPR 2022)",
        "- Attention Is All You Need (NeurIPS 2017)",
    ]
    assert [entry.venue for entry in parse("\n".join(lines)).entries] == ["ICCV", "CVPR", "NeurIPS"]
    prose = "\n- We read papers on Fridays\n- Please open an issue\n- One more\n- And a last one\n"
    assert parse("\n".join(lines[:2]) + prose).entries == ()


@pytest.mark.parametrize(
    "text",
    [
        "## News\n- [2023/06] We release [Segment Anything](https://arxiv.org/abs/2304.02643)!\n",
        "- [A tool](https://github.com/a/b) - does this and that\n",
        "- SOSP'24\n  - plain words\n",
        "- Vision\n  - [Segmentation](#a)\n  - [Detection](#b)\n",
        "- The authors say [so](https://arxiv.org/abs/2304.02643) in 2023, and [more](https://b.org) agree\n",
        '* <img src="pdf.png">[Paper](https://a.org/b.pdf)\n',
    ],
)
def test_what_is_no_paper_is_no_entry(text: str) -> None:
    assert parse(text).entries == ()


def test_a_group_is_no_entry() -> None:
    text = f"- SOSP'24\n  - [{SAM}]({URL})\n  - [Masked Autoencoders]({URL})\n- OSDI'24\n"
    assert [entry.title for entry in parse(text).entries] == [SAM, "Masked Autoencoders"]


def test_a_tick_is_written_as_the_section_has_it() -> None:
    text = f"## A\n- [X] [One]({URL})\n- [ ] [Two]({URL})\n## B\n- [ ] [Three]({URL})\n"
    ticked = edit(parse(text), [SetRead(1, True), SetRead(2, True)]).reading_list.text
    assert ticked == text.replace("[ ] [Two", "[X] [Two").replace("[ ] [Three", "[x] [Three")


def test_a_task_may_be_an_address_alone() -> None:
    entry = only(f"- [ ] {URL}\n")
    assert (entry.checkbox, entry.title, entry.links) == (Checkbox.UNCHECKED, "", (Link("", URL),))


PLAIN_ABOVE_LINK = "- [ ] Gliding Without a Motor. CoRL2023\n  [Paper](https://a.example/glide)\n"
NAMED_ABOVE_LINK = (
    "- [x] **Thermal**: Riding Warm Air. ICRA2024\n  [Paper](https://a.example/warm)\n"
)


@pytest.mark.parametrize("short", [None, "Albatross"])
@pytest.mark.parametrize(
    "neighbours",
    [
        PLAIN_ABOVE_LINK + NAMED_ABOVE_LINK,
        NAMED_ABOVE_LINK + PLAIN_ABOVE_LINK,
        PLAIN_ABOVE_LINK + PLAIN_ABOVE_LINK.replace("glide", "soar"),
        NAMED_ABOVE_LINK + NAMED_ABOVE_LINK.replace("warm", "lift"),
    ],
    ids=["the last has a short name", "the first has", "none has", "both have"],
)
def test_a_new_item_beside_items_with_a_link_below_and_short_names_or_none(
    neighbours: str, short: str | None
) -> None:
    new = EntryDraft(False, short, "Soaring over Water", "CoRL", 2022, "https://a.example/sea")
    name = f"**{short}**: " if short else ""
    if short and "**" not in neighbours:
        name = f"{short}: "
    line = f"- [ ] {name}Soaring over Water. CoRL2022\n  [Paper](https://a.example/sea)\n"
    assert edit(parse(neighbours), [AddEntry(new, ())]).reading_list.text == neighbours + line


@pytest.mark.parametrize("behind", ["", " [Code](https://code.example/a)"])
@pytest.mark.parametrize(
    ("before", "venue", "year"),
    [
        ("ICML 2023, ", "ICML", 2023),
        ("NeurIPS 2021: ", "NeurIPS", 2021),
        ("May 2023 - ", None, 2023),
    ],
)
@pytest.mark.parametrize(
    "title",
    [
        "Robust Pruning, Lazy Quantization",
        "Robust Pruning & Lazy Quantization",
        "Robust Pruning and Lazy Quantization",
        "Towards Rivers, Lazy Quantization",
    ],
)
def test_behind_a_venue_or_a_date_the_only_link_is_the_title_even_if_it_reads_like_two_names(
    title: str, before: str, venue: str | None, year: int, behind: str
) -> None:
    entry = only(f"- [ ] {before}[{title}](https://a.example/one){behind}\n")
    assert (entry.title, entry.venue, entry.year) == (title, venue, year)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (
            "Pruning for Rivers, ICML 2023, [Jane Doe, John Roe](https://a.example)",
            "Pruning for Rivers",
        ),
        ("Pruning for Rivers. [Jane Doe, John Roe](https://a.example)", "Pruning for Rivers"),
    ],
)
def test_behind_a_title_a_link_with_names_is_no_title(line: str, title: str) -> None:
    assert only(f"- [ ] {line}\n").title == title


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("[code review](https://a.example)", "code review"),
        ("[Model Cards](https://a.example)", "Model Cards"),
        ("**[Dataset Cards](https://a.example)** ⭐", "Dataset Cards"),
        # One word, words beside it, or the paper itself: the link's text only says where it leads.
        ("[Code](https://a.example)", ""),
        ("Of Rivers [Model Cards](https://a.example)", "Of Rivers"),
        ("[arXiv paper](https://a.example)", ""),
        ("[Project page](https://a.example) [Code](https://code.example/a)", ""),
    ],
)
def test_words_that_are_all_that_an_item_says_are_its_title(line: str, title: str) -> None:
    assert only(f"- [ ] {line}\n").title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Can Rivers Count?<sup>2</sup>.", "Can Rivers Count?"),
        ("Rivers Can Count!<sup>12</sup>", "Rivers Can Count!"),
        ('Rivers of a "Count"<sup>3</sup>.', 'Rivers of a "Count"'),
        ("“Rivers Can Count”<sup>3</sup>.", "Rivers Can Count"),
        ("Counting with L<sup>2</sup>.", "Counting with L<sup>2</sup>"),
    ],
)
def test_a_raised_number_behind_a_sentence_is_a_footnote(written: str, title: str) -> None:
    entry = only(f"- [ ] {written} CVPR2024 [Paper](https://a.example)\n")
    assert (entry.title, entry.venue) == (title, "CVPR")


@pytest.mark.parametrize(
    "remark", ["[NEW] ", "[NEW]", "(Meta AI) ", "(Meta): ", "【必读】", "`must` "]
)
def test_a_remark_in_brackets_before_the_only_link_is_no_title(remark: str) -> None:
    assert only(f"- [ ] {remark}[Counting the Rivers](https://a.example) CVPR2024\n") == only(
        "- [ ] [Counting the Rivers](https://a.example) CVPR2024\n"
    )


@pytest.mark.parametrize("link", ["[Paper](https://a.example)", "[Details](https://a.example)"])
def test_a_title_in_brackets_before_a_link_that_says_less_is_a_title(link: str) -> None:
    assert "Counting the Rivers" in only(f"- [ ] [Counting the Rivers] {link}\n").title


@pytest.mark.parametrize(
    "neighbours",
    [
        "- **Low Flight**\n  - Paper: https://a.example/1\n- **Warm Air**\n  - Paper: https://a.example/2\n",
        "- Gliding over Water, CoRL 2023\n- Warm Air for Birds, ICRA 2024\n- Old Air, ICRA 2020\n",
    ],
    ids=["items of several lines", "items without links"],
)
def test_a_new_item_that_its_neighbours_form_cannot_say_is_written_plainer(neighbours: str) -> None:
    """Nothing but a title is a paper only where somebody can tick it."""
    result = edit(parse(neighbours), [AddEntry(EntryDraft(False, None, "Soaring over Water"), ())])
    assert result.reading_list.text.startswith(neighbours)
    assert [entry.title for entry in result.reading_list.entries][-1] == "Soaring over Water"


@pytest.mark.parametrize("marker", ["* ", "1. "])
@pytest.mark.parametrize("end", ["", "  ", " <br>", "\\"])
@pytest.mark.parametrize("indent", ["", "  ", "\t"])
@pytest.mark.parametrize("below", ["", "\n"])
def test_lines_under_titles_say_details_however_they_are_indented(
    marker: str, end: str, indent: str, below: str
) -> None:
    titles = ["Slow Rivers under Cold Stones", "Tides without Gauges", "Wells of Moss and Peat"]
    entries = (
        f"{marker}**{title}**, *Nature*, 2021{end}\n"
        f"{indent}Ann Brook, Ben Marsh{end}\n"
        f"{indent}[paper](https://e.org/{title[0]}) [page](https://e.com/{title[0]})\n{below}"
        for title in titles
    )
    found = parse("# Water\n\n" + "".join(entries)).entries
    assert [(entry.title, len(entry.links)) for entry in found] == [(title, 2) for title in titles]


@pytest.mark.parametrize(
    "between",
    [
        "Brook et al.",
        "Ann Brook",
        "Brook, Ann; Marsh, Ben",
        "National University of the Lakes",
        "An approach to rivers that measures cold stones.",
    ],
)
@pytest.mark.parametrize("top", ["* **{}**, Nature, 2021", "* {} (Nature 2021)", "1. **{}**"])
def test_links_stand_where_those_of_the_neighbours_do(between: str, top: str) -> None:
    titles = ["Slow Rivers under Cold Stones", "Tides without Gauges", "Wells of Moss and Peat"]
    below = f"\n{between}\n[[paper](https://e.org/{{0}})] [[page](https://e.com/{{0}})]\n\n"
    entries = (top.format(title) + below.format(title[0]) for title in titles)
    found = parse("# Water\n\n" + "".join(entries)).entries
    assert [(entry.title, len(entry.links), entry.note) for entry in found] == [
        (title, 2, None) for title in titles
    ]


def test_links_below_the_words_of_one_entry_alone_are_its_note() -> None:
    text = (
        f"* **{SAM}**, ICCV, 2023 [paper]({URL})\n  It cuts out anything.\n  [demo](https://e.org)\n"
        "* **Tides without Gauges**, Nature, 2021 [paper](https://e.org/1)\n"
        "* **Wells of Moss and Peat**, Nature, 2021 [paper](https://e.org/2)\n"
    )
    assert parse(text).entries[0].note == "It cuts out anything.\n[demo](https://e.org)"
