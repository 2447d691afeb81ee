"""Where a list's text names an item: lines of the list hold a paper, mere mentions do not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.test_reading_list_shapes_laws import lists

from zsync.core.model import Item
from zsync.core.naming import Mention, NamedBy
from zsync.formats import reading_list
from zsync.formats.reading_list.mentions import Mentions

TITLE = "Quiet Rivers: Measuring Flow Without a Gauge"
URL = "https://example.org/rivers/quiet"
RIVERS = Item("RIVERS22", "journalArticle", fields={"title": TITLE, "url": URL, "date": "2021"})
PREPRINT = Item(
    "PREPRNT2",
    "preprint",
    fields={"title": "Sampling Sediment at Night", "url": "https://arxiv.org/abs/2104.01234"},
)
CHINESE = Item("CHNESE22", "journalArticle", fields={"title": "基于水位的河流流量估计方法研究"})
SHORT = Item("SHRT2222", "book", fields={"title": "Flow"})


def _lines(text: str, item: Item) -> list[int]:
    return [mention.line for mention in _mentions(text, item)]


def _mentions(text: str, item: Item) -> list[Mention]:
    return Mentions(reading_list.parse(text))(item)


LINES = {
    "an item of another shape": "* <[{title}](https://example.org/other)>, A. Brook, 2021",
    "an item without a link": "- A. Brook and C. Rill. {title}. Water, 2021.",
    "words in front of the link": "- read [{title}](https://example.org/other)",
    "a venue in front": "- NeurIPS 2021 Spotlight: [{title}](https://example.org/other)",
    "a week in front": "- Week 3 - {title}",
    "a label joined by hyphens": "- 2021-WATER-{title}",
    "a numbered reference": '[12] A. Brook. "{title}." Water 3, 2021.',
    "a bullet of plain text": "• {title} (Brook, 2021)",
    "a way back to the top": "* <[{title}](https://example.org/other)> ([top](#list))",
    "a quotation": "> {title}, Brook 2021",
    "a heading": "### {title}",
    "a bold paragraph": "**{title}**<br>\nA. Brook",
    "one line of several": "To read\n{title}\nAnother Paper of Mine",
    "a row": "| year | what |\n|---|---|\n| 2021 | {title} |",
    "a row of HTML": "<table>\n<tr><td>2021</td><td><b>{title}</b></td></tr>\n</table>",
    "an item of HTML": '<ul>\n<li><a href="https://example.org/other">{title}</a>, 2021</li>\n</ul>',
    "wrapped": "- Quiet Rivers: Measuring\n  Flow Without a Gauge, Brook 2021",
    "wrapped within a link": "- [Quiet Rivers: Measuring Flow\n  Without a Gauge](https://example.org/other)",
    "emphasis within": "- Quiet Rivers: *Measuring* Flow **Without** a Gauge",
    "tags and entities within": "- Quiet&nbsp;Rivers: <i>Measuring</i> Flow Without a Gauge",
    "escapes within": "- Quiet Rivers\\: Measuring Flow Without a Gauge",
    "another case": "- quiet rivers: measuring flow without a gauge",
    "the name joined otherwise": "- **Quiet Rivers** - Measuring Flow Without a Gauge",
    "the name left out": "- [Measuring Flow Without a Gauge](https://example.org/other)",
}


@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
def test_a_line_of_any_shape_names_its_paper(text: str) -> None:
    above = "# List\n\nSome words.\n\n"
    line = _lines(above + text.format(title=TITLE) + "\n", RIVERS)
    assert line, text
    assert line[0] >= above.count("\n") + 1


ADDRESSES = {
    "a link with another title": "- Rivers, quietly measured [pdf]({url})",
    "a bare address": "- Rivers, quietly measured: {url}",
    "an attribute": '<p><a href="{url}">Rivers, quietly measured</a></p>',
    "a definition that is used": "- [Rivers, quietly measured][r]\n\n[r]: {url}",
    "a definition that nothing uses": "[r]: {url}",
    "with a fragment and www": "- Rivers, quietly measured https://www.example.org/rivers/quiet/#top",
    "a row": "| what | where |\n|---|---|\n| Rivers, quietly measured | [pdf]({url}) |",
}


@pytest.mark.parametrize("text", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_names_its_paper(text: str) -> None:
    assert _lines(f"# List\n\n{text.format(url=URL)}\n", RIVERS), text


@pytest.mark.parametrize(
    "text",
    [
        "- Sediment [pdf](https://arxiv.org/pdf/2104.01234v2.pdf)",
        "- A. Brook. On sediment. arXiv preprint arXiv:2104.01234, 2021.",
        "- Sediment, https://doi.org/10.48550/arXiv.2104.01234",
    ],
)
def test_an_identifier_names_its_paper(text: str) -> None:
    assert {each.by for each in _mentions(text, PREPRINT)} == {NamedBy.IDENTIFIER}


MENTIONS = {
    "prose": "This list began with the paper [{title}]({url}) and grew from there.",
    "an item of prose": "- Our new paper [{title}]({url}) was accepted at WATER!",
    "news behind the title": "- 2021-05: [{title}]({url}) is accepted!",
    "news under a heading": "## News\n\n- [{title}]({url}), 2021",
    "news under a bold line": "**News**\n\n- [{title}]({url}), 2021",
    "what it builds on": "Based on [{title}]({url}) we collect papers about rivers.",
    "more in the paper": "Details are in the [paper]({url}).",
    "how to cite": "Please cite it as:\n\n> A. Brook. {title}. 2021.",
    "BibTeX": "```bibtex\n@article{{brook, title = {{{title}}}, url = {{{url}}}}}\n```",
    "BibTeX without a fence": "@article{{brook,\n  title = {{{title}}},\n  url = {{{url}}}\n}}",
    "code": "    - [{title}]({url})",
    "a span of code": "Write a line like `- [{title}]({url})` and no other.",
    "an item that shows code": "- `[{title}]({url})`",
    "a comment": "<!-- - [{title}]({url}) -->",
    "the contents": "- [{title}](#quiet-rivers)",
    "a longer title": "- Slow and {title} Station at Hand",
    "a subtitle": "- Measuring Flow Without a Gauge: Reply to Brook",
    "another paper's name": "- Loud Rivers: Measuring Flow Without a Gauge",
    "an image": "![{title}](river.png)",
}


@pytest.mark.parametrize("text", MENTIONS.values(), ids=MENTIONS)
def test_a_mention_does_not(text: str) -> None:
    assert _lines(f"# List\n\n{text.format(title=TITLE, url=URL)}\n", RIVERS) == []


def test_the_title_of_the_file_is_no_line_of_the_list() -> None:
    entry = "- [ ] [Bridges over Small Water](https://example.org/bridges)\n"
    assert _lines(f"# {TITLE}\n\n{entry}", RIVERS) == []
    assert _lines(f"# List\n\n## {TITLE}\n\n{entry}", RIVERS) == [3]


def test_front_matter_names_nothing() -> None:
    assert _lines(f"---\ntitle: {TITLE}\n---\n", RIVERS) == []


def test_a_note_of_an_entry_is_no_line_of_the_list_unless_it_is_one_by_itself() -> None:
    above = "- [ ] [Bridges over Small Water](https://example.org/bridges)\n"
    assert _lines(f"{above}  Compare with {TITLE}, which is better.\n", RIVERS) == []
    assert _lines(f"{above}  See [{TITLE}]({URL}).\n", RIVERS) == []
    note = f"{above}  Read this with:\n  - [ ] {TITLE}\n"
    (found,) = {each.line: each for each in _mentions(note, RIVERS)}.values()
    assert (found.line, found.in_note, found.is_bare) == (3, True, False)


def test_a_title_of_another_script() -> None:
    assert _lines("# 论文\n\n1. 《基于水位的河流流量估计方法研究》，水利学报\n", CHINESE) == [3]
    assert _lines("# 论文\n\n本文基于《基于水位的河流流量估计方法研究》。\n", CHINESE) == []


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("- [Flow](https://example.org/flow)", True),
        ("- **Flow**, Brook", True),
        ("- Flow", True),
        ("| Flow | 2020 |\n|---|---|\n| Flow | 2021 |", True),
        ("- Flow of Sand", False),
        ("- Flow: A Survey", False),
        ("- Flow & Sand", False),
        ("# Flow", False),
        ("**Flow**", False),
        ("- Flow\n  - [ ] [Sand in Glass](https://example.org/sand)", False),
    ],
)
def test_a_title_of_few_words_must_stand_for_itself(text: str, *, is_named: bool) -> None:
    assert bool(_lines(text + "\n", SHORT)) is is_named


def test_a_short_title_with_another_identifier_is_another_paper() -> None:
    old = Item(
        "EDTRAL22", "journalArticle", fields={"title": "Editorial", "DOI": "10.1234/ed.2023"}
    )
    assert _lines("- Editorial, https://doi.org/10.1234/ed.2024\n", old) == []
    assert _lines("- Editorial, https://doi.org/10.1234/ed.2023\n", old) != []


def test_many_items_and_lines_take_seconds() -> None:
    """The machine is shared: the limit only tells a product from a sum."""
    count = 3000
    titles = [f"On the Growth of River {number} in Its Bed" for number in range(count)]
    text = "\n".join(f"{title} by Brook" for title in titles)
    asked = Mentions(reading_list.parse(text))
    started = time.process_time()
    found = [
        asked(Item(f"K{at}", "book", fields={"title": title})) for at, title in enumerate(titles)
    ]
    assert [mention.line for (mention,) in found] == list(range(1, count + 1))
    assert time.process_time() - started < 20


@settings(max_examples=60, deadline=None)
@given(lists(), st.text(max_size=40))
def test_any_text_can_be_asked_and_a_line_that_is_added_is_found(text: str, title: str) -> None:
    odd = Item("ODDD2222", "book", fields={"title": title})
    assert all(line <= text.count("\n") + 1 for line in _lines(text, odd))
    assert _lines(f"# List\n\n- A. Brook. {TITLE}. 2021\n\n{text}", RIVERS)[:1] == [3]


@pytest.mark.parametrize(
    "piece", ["[" * 40, "<a " * 20, "`" * 9 + "x", "](a" * 20, "> - ", "\\(", "**a** b\n", "a|b\n"]
)
def test_a_text_of_signs_takes_no_longer_than_its_length_asks(piece: str) -> None:
    started = time.process_time()
    asked = Mentions(reading_list.parse(piece * 3000))
    assert asked(RIVERS) == []
    assert time.process_time() - started < 20
