"""Entries that are no list items: paragraphs, titles above lines of links, headings."""

import pytest

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
from zsync.core.model import Checkbox, Entry, EntryDraft
from zsync.formats.reading_list import edit, parse

DDPM = """\
**Denoising Diffusion Probabilistic Models** \\
*Jonathan Ho, Ajay Jain, Pieter Abbeel* \\
NeurIPS 2020. [[Paper](https://arxiv.org/abs/2006.11239)] [[Code](https://github.com/hojonathanho/diffusion)]
"""
DDIM = """\
**Denoising Diffusion Implicit Models** \\
*Jiaming Song, Chenlin Meng, Stefano Ermon* \\
ICLR 2021. [[Paper](https://arxiv.org/abs/2010.02502)]
"""
YOLO = """\
**YOLOv4: Optimal Speed and Accuracy of Object Detection**

- Paper: https://arxiv.org/abs/2004.10934
- Code: https://github.com/AlexeyAB/darknet
"""
DETR = """\
**Deformable DETR: Deformable Transformers for End-to-End Object Detection**

- 论文：https://arxiv.org/abs/2010.04159
- 代码：暂无
"""
HEADINGS = "".join(
    f"""\
### {title}
**Authors**: {people}

[Paper](https://arxiv.org/abs/{number}) | [Code](https://github.com/x/{number})

It reads well. It is long enough to be a note.

"""
    for title, people, number in (
        ("A Survey on 3D Gaussian Splatting", "Guikun Chen, Wenguan Wang", "2401.03890"),
        ("3D Gaussian Splatting as New Era", "Ben Fei, Jingyi Xu", "2402.07181"),
        ("Recent Advances in 3D Gaussian Splatting", "Tong Wu, Yu-Jie Yuan", "2403.11134"),
        ("Gaussian Splatting: 3D Reconstruction and Novel View", "Anurag Dalal", "2405.03417"),
        ("Scaffold-GS: Structured 3D Gaussians", "Tao Lu, Mulin Yu", "2312.00109"),
    )
)


def only(text: str) -> Entry:
    (entry,) = parse(text).entries
    return entry


def said(entry: Entry) -> tuple[str | None, str, str | None, int | None, str | None]:
    return entry.short, entry.title, entry.venue, entry.year, entry.authors


def labels(entry: Entry) -> list[str]:
    return [link.label for link in entry.links]


def test_a_bold_title_with_people_and_venue_on_lines_below_is_an_entry() -> None:
    entry = only(DDPM)
    assert said(entry) == (
        None,
        "Denoising Diffusion Probabilistic Models",
        "NeurIPS",
        2020,
        "Jonathan Ho, Ajay Jain, Pieter Abbeel",
    )
    assert labels(entry) == ["Paper", "Code"]


@pytest.mark.parametrize("joint", ["<br>\n", "  \n", "\n", " <br /> ", "\\\n", "<br>\r\n"])
def test_the_lines_may_be_joined_in_any_way(joint: str) -> None:
    text = joint.join(
        (
            "**Null-text Inversion for Editing Real Images**",
            "Ron Mokady, Amir Hertz",
            "CVPR 2023 (Highlight). [[PDF](https://arxiv.org/abs/2211.09794)]",
        )
    )
    entry = only(text)
    assert said(entry)[1:4] == ("Null-text Inversion for Editing Real Images", "CVPR", 2023)
    assert entry.authors == "Ron Mokady, Amir Hertz"


@pytest.mark.parametrize(
    ("text", "title", "authors", "venue"),
    [
        (
            (
                '**[1]** Danny Driess, Fei Xia, et al. "**PaLM-E: An Embodied Model**." *ICML* (2023).'
                " [paper](https://arxiv.org/abs/2303.03378)"
            ),
            "PaLM-E: An Embodied Model",
            "Danny Driess, Fei Xia, et al",
            "ICML",
        ),
        (
            (
                "*Long Ouyang, Jeff Wu.* **Training language models to follow instructions.** NeurIPS 2022."
                " [[pdf](https://arxiv.org/abs/2203.02155)]"
            ),
            "Training language models to follow instructions",
            "Long Ouyang, Jeff Wu",
            "NeurIPS",
        ),
        (
            (
                "[**Jailbroken: How Does LLM Safety Training Fail?**](https://arxiv.org/abs/2307.02483)\\\n"
                "Alexander Wei, Nika Haghtalab\\\nNeurIPS 2023 (Oral)"
            ),
            "Jailbroken: How Does LLM Safety Training Fail?",
            "Alexander Wei, Nika Haghtalab",
            "NeurIPS",
        ),
        (
            (
                '"Extracting Training Data from Large Language Models", USENIX Security 2021.'
                " Nicholas Carlini, Florian Tramer. [[paper](https://arxiv.org/abs/2012.07805)]"
            ),
            "Extracting Training Data from Large Language Models",
            "Nicholas Carlini, Florian Tramer",
            "USENIX Security",
        ),
        (
            (
                "**Advances in protein structure prediction and design**\nBrian Kuhlman, Philip Bradley\n"
                "[Nature Reviews Molecular Cell Biology (2019)](https://www.nature.com/articles/s41580)"
            ),
            "Advances in protein structure prediction and design",
            "Brian Kuhlman, Philip Bradley",
            "Nature Reviews Molecular Cell Biology",
        ),
        (
            (
                "![](https://img.shields.io/badge/x) **Tree of Attacks: Jailbreaking LLMs** <br>"
                " Anay Mehrotra, Manolis Zampetakis <br> ICCV 2023 Workshops on X"
                " [[paper](https://arxiv.org/abs/2312.02119)]"
            ),
            "Tree of Attacks: Jailbreaking LLMs",
            "Anay Mehrotra, Manolis Zampetakis",
            "ICCV Workshops on X",
        ),
    ],
)
def test_forms_of_a_paragraph(text: str, title: str, authors: str, venue: str) -> None:
    entry = only(text)
    assert (entry.title, entry.authors, entry.venue) == (title, authors, venue)
    assert entry.links


def test_home_pages_of_the_authors_are_no_links_of_the_paper() -> None:
    text = DDPM.replace("Ajay Jain", "[Ajay Jain](https://ajayj.com)")
    assert labels(only(text)) == ["Paper", "Code"]
    assert only(text).authors == "Jonathan Ho, Ajay Jain, Pieter Abbeel"


def test_several_entries_may_stand_in_one_paragraph() -> None:
    text = "".join(
        f"**{title}** Jane Doe, John Smith. CVPR 2021. [[paper](https://arxiv.org/abs/{number})]\n"
        for number, title in (("2101.1", "One of the Titles"), ("2101.2", "Two of the Titles"))
    )
    assert [entry.line for entry in parse(text).entries] == [1, 2]
    assert edit(parse(text + "\nMore.\n"), [RemoveEntry(1)]).reading_list.text == (
        text.split("\n")[0] + "\n\nMore.\n"
    )


def test_signs_and_boxes_before_a_title_tell_whether_it_was_read() -> None:
    assert only("✅ " + DDPM).checkbox is Checkbox.CHECKED
    assert only("⬜ " + DDPM).checkbox is Checkbox.UNCHECKED
    assert only("[x] " + DDPM).checkbox is Checkbox.CHECKED
    result = edit(parse("[ ] " + DDPM), [SetRead(0, True)])
    assert result.reading_list.text == "[x] " + DDPM


def test_lines_with_a_key_below_a_title_are_its_links() -> None:
    yolo, detr = parse(YOLO + "\n" + DETR).entries
    assert labels(yolo) == ["Paper", "Code"]
    assert [(link.label, link.url) for link in detr.links] == [
        ("论文", "https://arxiv.org/abs/2010.04159")
    ]


PROSE = """\
# A list

This list holds papers about **diffusion**, see our [paper](https://arxiv.org/abs/2209.00796).

**News** We released the [code](https://github.com/a/b) and a [demo](https://example.org).

**2024-06-01** Our work was accepted to ICML 2024. [[paper](https://arxiv.org/abs/2401.00001)]

## Citation

If you find this useful, please cite **our paper**:

**License** [MIT](https://example.org/LICENSE)

**Contact**

- Email: somebody at example
- Homepage: https://example.org
"""


def test_prose_is_no_entry() -> None:
    assert parse(PROSE).entries == ()
    assert len(parse(PROSE + "\n## Papers\n\n" + DDPM + "\n" + DDIM).entries) == 2


def test_what_says_little_needs_company() -> None:
    line = "[Learning to Read Lists of Papers number {}](./notes/{}.md)\n\n"
    assert parse(line.format(1, 1)).entries == ()
    listed = parse("".join(line.format(number, number) for number in range(6)))
    assert len(listed.entries) == 6
    # A file beside the list may as well be a note of its own: they are shown, and not edited.
    assert listed.read_only == set(range(6))


def test_titles_that_lead_to_papers_need_no_more_than_company() -> None:
    line = "[Learning to Read Lists of Papers number {}](https://arxiv.org/abs/2401.0000{})\n\n"
    listed = parse("".join(line.format(number, number) for number in range(6)))
    assert len(listed.entries) == 6
    assert not listed.read_only


def test_headings_in_company_are_papers_and_no_sections() -> None:
    reading_list = parse("# 3DGS\n\n## Survey\n\n" + HEADINGS + "## Licence\n\nMIT\n")
    assert len(reading_list.entries) == 5
    first = reading_list.entries[0]
    assert first.section == ("3DGS", "Survey")
    assert first.authors == "Guikun Chen, Wenguan Wang"
    assert labels(first) == ["Paper", "Code"]
    assert first.note == "It reads well. It is long enough to be a note."
    assert [heading.text for heading in reading_list.headings] == ["3DGS", "Survey", "Licence"]


def test_headings_above_entries_are_topics() -> None:
    text = "".join(f"# Topic {number} of the list\n\n{YOLO}\n" for number in range(5))
    reading_list = parse(text)
    assert len(reading_list.headings) == len(reading_list.entries) == 5


TITLES = ("Walking on Frozen Lakes", "Maps for Tiny Robots", "Why Do Robots Wait at Doors?")


def papers(form: str) -> list[Entry]:
    """What is read of three papers of a form, each with its title and a number."""
    each = (form.format(title=title, n=n) for n, title in enumerate(TITLES, 1))
    found = list(parse("# Robots\n\n## Walking\n\n" + "\n\n".join(each) + "\n").entries)
    assert [entry.title for entry in found] == list(TITLES)
    return found


def test_signs_behind_a_paper_lead_on_to_nothing() -> None:
    form = '**[{n}]** Blum, Anna, et al. "**{title}**." Nature (2015). [[pdf]](http://lab.org/{n}.pdf) :star:'
    assert {said(entry)[2:] for entry in papers(form)} == {("Nature", 2015, "Blum, Anna, et al")}


def test_a_venue_before_a_title_is_known_or_has_a_year() -> None:
    dated = papers("[ICRA 2021] **{title}** [[paper](https://arxiv.org/abs/2101.0001{n})]")
    assert {(entry.venue, entry.year) for entry in dated} == {("ICRA", 2021)}
    marked = papers("**Review**: [{title}](https://arxiv.org/abs/2101.0001{n}). CVPR 2021")
    assert "Review" not in {entry.venue for entry in marked}


def test_what_stands_below_the_heading_of_a_paper_is_its_own() -> None:
    for entry in papers(
        "### [{title}](https://arxiv.org/abs/2101.0001{n})\n\n*Anna Blum, Bo Li*\n\n"
        "CVPR 2022 (Oral) | [Code](https://lab.org/{n})"
    ):
        assert said(entry)[2:] == ("CVPR", 2022, "Anna Blum, Bo Li")
        assert labels(entry) == ["title", "Code"]
        assert entry.section == ("Robots", "Walking")


def test_people_below_the_heading_of_a_paper_are_no_title() -> None:
    papers(
        "### {n}. {title}\n\n**Anna Blum, Bo Li**, ICRA 2021, [arXiv](https://arxiv.org/abs/2101.0001{n})"
    )


def test_a_heading_above_papers_is_their_topic() -> None:
    text = "".join(f"### {title}\n\n{DDPM}\n{DDIM}\n" for title in TITLES)
    reading_list = parse("# Robots\n\n" + text)
    assert [heading.text for heading in reading_list.headings] == ["Robots", *TITLES]
    assert len(reading_list.entries) == 2 * len(TITLES)


def test_a_paragraph_before_another_title_is_no_note() -> None:
    first, second, third = papers(
        '[{n}] A. Blum and B. Li, "{title}," *IEEE Trans. Robot.*, vol. 18, no. 4, pp. 201-214, 2019.'
    )
    assert {first.note, second.note, third.note} == {None}


def test_an_edit_changes_one_field_of_several_lines() -> None:
    text = DDPM + "\n" + DDIM
    edits: list[Edit] = [
        SetTitle(0, None, "Denoising Diffusion Models"),
        SetVenue(1, "TMLR", 2022),
        SetUrl(1, "https://arxiv.org/abs/2010.02502v4", 0),
        SetLink(1, "Code", "https://github.com/ermongroup/ddim"),
    ]
    after = (
        text.replace("Diffusion Probabilistic", "Diffusion")
        .replace("ICLR 2021", "TMLR 2022")
        .replace("2010.02502)]", "2010.02502v4)] [[Code](https://github.com/ermongroup/ddim)]")
    )
    assert edit(parse(text), edits).reading_list.text == after


def test_links_with_a_key_come_and_go_as_lines() -> None:
    added = edit(parse(YOLO), [SetLink(0, "Slides", "https://example.org/s")]).reading_list
    assert added.text == YOLO + "- Slides: https://example.org/s\n"
    assert edit(added, [SetLink(0, "Slides", None, 2)]).reading_list.text == YOLO


def test_a_block_leaves_with_its_blank_line() -> None:
    text = "# A\n\n" + DDPM + "\n" + DDIM + "\n# B\n\n- [ ] Deep Learning. Nature 2015\n"
    removed = edit(parse(text), [RemoveEntry(0)]).reading_list.text
    assert removed == text.replace(DDPM + "\n", "")
    moved = edit(parse(text), [MoveEntry(0, ("B",))]).reading_list
    assert moved.text == text.replace(DDPM + "\n", "") + "\n" + DDPM
    assert [entry.section for entry in moved.entries] == [("A",), ("B",), ("B",)]


def test_a_note_is_written_below_a_block_only_where_others_are() -> None:
    bare = parse(DDPM + "\n" + DDIM)
    assert not edit(bare, [SetNote(0, "A sentence that is a note.")]).changed
    note = "This one is the reason why everybody does it this way now.\n"
    noted = parse(DDPM + "\n" + note + "\n" + DDIM)
    assert noted.entries[0].note == note.strip()
    other = edit(noted, [SetNote(0, "It says now something else, and it says so at length.")])
    assert other.reading_list.entries[0].note == (
        "It says now something else, and it says so at length."
    )
    assert edit(noted, [SetNote(0, None)]).reading_list.text == DDPM + "\n" + DDIM


@pytest.mark.parametrize("before", [DDPM + "\n" + DDIM, YOLO + "\n" + DETR, HEADINGS])
def test_a_new_entry_among_blocks_can_be_read(before: str) -> None:
    draft = EntryDraft(
        False,
        None,
        "Deep Learning for Images",
        url="https://doi.org/10.1038/nature14539",
        year=2015,
        venue="Nature",
    )
    result = edit(parse(before), [AddEntry(draft, ())])
    assert [each.title for each in result.reading_list.entries].count(
        "Deep Learning for Images"
    ) == 1
    assert len(result.reading_list.entries) == len(parse(before).entries) + 1


def test_reading_is_linear_in_hostile_text() -> None:
    for text in (
        "**a b c**\n" * 20_000,
        "**T t t** " + "[" * 9_000,
        "**" + "T. " * 3_000,
        "# \n" * 9_000,
    ):
        assert "".join(parse(text).spans()) == text
