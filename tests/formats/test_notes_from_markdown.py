"""What an author wrote in Markdown becomes a Zotero note, comes back from the server, and still says it."""

import html as html_entities
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.formats.test_notes import any_text, inline_html
from tests.world import World

from zotero_sandbox.notes import clean_note
from zsync.formats.notes import (
    comparable,
    holds_zotero_data,
    is_too_long,
    to_html,
    to_markdown,
)
from zsync.formats.reading_list import parse

CASES = sorted((Path(__file__).parent / "notes" / "to_html").glob("*.md"))
ACTIVE = re.compile(
    r"<(?!/?(?:p|br|hr|h[1-6]|ul|ol|li|blockquote|pre|a|span|table|thead|tbody|tr|th|td|strong|em|b|i|u|s|del"
    r"|strike|code|kbd|sub|sup)\b)[a-z!/?]|<[^>]*\son\w+=|href=\"(?!https?:|mailto:|zotero:)",
    re.IGNORECASE,
)


def read_back(markdown: str) -> str:
    """What the list would show of the note, once the server has cleaned it."""
    return to_markdown(clean_note(to_html(markdown)))


def shown(html: str) -> str:
    """What a reader sees, and where the links lead."""
    addresses = re.sub(r'<a href="([^"]*)"(?: title="([^"]*)")?>', r" \1 \2 ", html)
    return html_entities.unescape(re.sub("<[^>]*>", "", addresses))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_file(case: Path) -> None:
    markdown = case.read_text(encoding="utf-8")
    assert to_html(markdown) + "\n" == case.with_suffix(".html").read_text(encoding="utf-8")
    assert comparable(read_back(markdown)) == comparable(markdown)


def test_there_are_case_files_in_pairs() -> None:
    assert {path.stem for path in CASES[0].parent.glob("*.html")} == {path.stem for path in CASES}


@pytest.mark.parametrize("markdown", ["", " \n", "\n\n"])
def test_a_blank_text_is_an_empty_note(markdown: str) -> None:
    assert to_html(markdown) == ""


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a\nb", "a b"),
        ("a  \nb", "a<br>b"),
        ("a\\\nb", "a<br>b"),
        ("a<br/>b", "a<br>b"),
        ("$5 and $6", "$5 and $6"),
        ("between $5/h and $6/h", "between $5/h and $6/h"),
        ("$x$ in 2024", '<span class="math">$x$</span> in 2024'),
        ("5$, 6$ or 7$", "5$, 6$ or 7$"),
        ("3$\\sigma$", '3<span class="math">$\\sigma$</span>'),
        ("`$x$`", "<code>$x$</code>"),
        ("$`x_1`$", '<span class="math">$x_1$</span>'),
        ("<sub>a", "&lt;sub&gt;a"),
        ("<sub>*a</sub>*", "&lt;sub&gt;<em>a&lt;/sub&gt;</em>"),
        ('<sub class="x">a</sub>', "&lt;sub class=&quot;x&quot;&gt;a&lt;/sub&gt;"),
        ("[*](https://example.org)", '<a href="https://example.org">*</a>'),
        ("[x](https://)", "[x](https://)"),
        ("[x](<https://a.org/b c>)", '<a href="https://a.org/b c">x</a>'),
    ],
)
def test_within_a_line(markdown: str, html: str) -> None:
    assert to_html(markdown) == f"<p>{html}</p>"


def test_text_nested_deeper_than_anybody_writes_is_kept() -> None:
    assert "the word" in to_html("> " * 300 + "the word")


OURS = sorted((Path(__file__).parent / "notes").glob("*.md"))


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.stem)
def test_what_we_made_of_a_note_comes_back_byte_for_byte(case: Path) -> None:
    markdown = case.read_text(encoding="utf-8").removesuffix("\n")
    assert read_back(markdown) == markdown


@pytest.mark.parametrize(
    ("markdown", "back"),
    [
        (
            "| a | b |\n| --- | --- |\n| c |",
            "| a | b |\n| --- | --- |\n| c |  |",
        ),  # a row filled up
        ("- a\n\n- b", "- a\n- b"),  # two bullet lists in a row are one
        ("<sub>a</sub><sub>b</sub>", "<sub>ab</sub>"),
        ("**`a`**😀", "`a`😀"),  # CommonMark readers differ on a symbol right after such marks
    ],
)
def test_what_comes_back_in_other_words(markdown: str, back: str) -> None:
    assert read_back(markdown) == back
    assert comparable(markdown) == comparable(back)


# --- Laws ------------------------------------------------------------------------------------------------

SCRAPS = (
    "word", "注意：", "中文", "😀", " ", " ", "*", "**", "_", "~~", "`", "$", "$x_1$", "$$y$$", "$5", "\\",
    "\\\n", "  \n", "\n", "<RET>", "<b>", "</b>", "<sub>", "</sub>", "<br>", "<script>", "<!-- x -->", "&lt;",
    "&amp;lt;", "[a](https://a.b/c)", "![a](https://a.b/c.png)", "[", "](", ")", "]", "https://a.b/_c_", "<https://a.b>",
    "!", ".", "“", "|", "#", "1.",
)  # fmt: skip
line = st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=8).map("".join)
starts = st.sampled_from(
    ("", "", "- ", "* ", "+ ", "3. ", "1) ", "> ", "# ", "- [x] ", "    ", "| ")
)
paragraph = st.builds(str.__add__, starts, line)
fenced = line.map(lambda code: f"```python\n{code}\n```")
display = line.map(lambda formula: f"$$\n{formula}\n$$")
table = st.tuples(line, line, line).map(
    lambda cells: "| {} | b |\n|---|:-:|\n| {} | {} |".format(*(" ".join(c.split()) for c in cells))
)
leaves = paragraph | fenced | display | table | st.just("---") | st.just("===")


def nested(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Blocks in a list's item or a quote."""
    return st.builds(
        lambda mark, text: (
            mark + text.replace("\n", "\n" + (mark if mark == "> " else " " * len(mark)))
        ),
        st.sampled_from(("- ", "1. ", "> ")),
        blocks,
    )


blocks = st.recursive(
    leaves,
    lambda inner: (
        nested(inner) | st.builds("{}{}{}".format, inner, st.sampled_from(("\n", "\n\n")), inner)
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(blocks | any_text)
@example("$`\n&lt;$")
@example("word\\$$y$$")
@example("1) word\n1. ---")
@example("| a | b |\n|---|---|\n| c | d | beyond the width |")
def test_a_note_that_was_written_agrees_with_the_list(markdown: str) -> None:
    assert comparable(read_back(markdown)) == comparable(markdown)


@settings(max_examples=120)
@given(blocks | any_text)
def test_nothing_active_is_made(markdown: str) -> None:
    assert not ACTIVE.search(to_html(markdown))


@settings(max_examples=120)
@given(blocks)
def test_no_word_is_lost(markdown: str) -> None:
    words = re.compile(r"word|注意|中文|😀|RET|script|x_1|y|https://a\.b|!--")
    text = html_entities.unescape(html_entities.unescape(shown(to_html(markdown))))
    written = re.sub("(`{3,}|~{3,}).*", "", markdown)  # but the language of a block of code
    for word in words.findall(written):
        assert text.count(word) >= written.count(word)


@settings(max_examples=150)
@given(st.lists(inline_html, min_size=1, max_size=3))
def test_what_we_wrote_comes_back_byte_for_byte(paragraphs: list[str]) -> None:
    markdown = to_markdown("".join(f"<p>{each}</p>" for each in paragraphs))
    assume("</sub><sub>" not in markdown)  # two that touch come back as one
    assume("😀" not in markdown)  # bold code right before a symbol comes back as code
    assert read_back(markdown) == markdown


@settings(max_examples=100)
@given(any_text)
def test_literal_text_comes_back_byte_for_byte(text: str) -> None:
    assume(text.count("$") < 2)  # what stands between two reads as a formula
    inner = html_entities.escape(text)
    markdown = to_markdown(
        f"<ul><li>{inner}</li></ul><blockquote>{inner}</blockquote><p>{inner}</p><pre>{inner}</pre>"
    )
    assert read_back(markdown) == markdown


# --- What must not be written ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        '<div data-citation-items="%5B%5D" data-schema-version="9"><p>a</p></div>',
        '<p><span class="citation" data-citation="%7B%7D">(Doe)</span></p>',
        "<p><SPAN\nDATA-CITATION='x'>(Doe)</SPAN></p>",
        "<p><span title='>' data-annotation=x>a</span></p>",
        "<p><span data-annotation>a</span></p>",
        '<img alt="" width="9"data-attachment-key="ABCD2345"/>',
        '<img src=a/data-b data-attachment-key="ABCD2345">',
    ],
)
def test_a_note_with_data_of_zotero_is_known(html: str) -> None:
    assert holds_zotero_data(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        '<div data-schema-version="9"><p>a</p></div>',
        "<p>data-citation=x</p>",
        '<p>&lt;span data-citation="x"&gt;</p>',
        "<p title='data-citation=\"x\"'>a</p>",
        '<p title=data-citation="x">a</p>',
        "<!-- <span data-citation='x'> -->",
        "<p data-citations='x'>a</p>",
        "<p>a</p data-citation=x>",
        "<p>a < b data-annotation='x'></p>",
    ],
)
def test_a_note_that_only_speaks_of_such_data_is_none(html: str) -> None:
    assert not holds_zotero_data(html)


def test_nothing_we_write_holds_data_of_zotero() -> None:
    assert not holds_zotero_data(
        to_html('<span data-citation="x">a</span> <img data-attachment-key=x>')
    )


@pytest.mark.parametrize(("length", "answer"), [(249_999, False), (250_000, True)])
def test_a_note_may_be_too_long(length: int, answer: bool) -> None:
    assert is_too_long("x" * length) is answer
    assert is_too_long("é" * (length // 2) + "x" * (length % 2)) is answer


# --- The server, and lists that people have written ------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_note_comes_back_from_the_server(case: Path, world: World) -> None:
    markdown = case.read_text(encoding="utf-8")
    parent = world.add({"itemType": "journalArticle", "title": "A paper"})[0]
    note = world.note(parent, to_html(markdown))
    stored = world.item(note)["note"]
    assert comparable(to_markdown(stored)) == comparable(markdown)


def test_every_note_of_real_lists_agrees_once_written(shared: Path) -> None:
    lists = [*sorted((shared / "lists").glob("*.md")), shared / "reference-list.md"]
    written = [
        entry.note
        for path in lists
        for entry in parse(path.read_text(encoding="utf-8")).entries
        if entry.note
    ]
    assert len(written) > 200
    assert [note for note in written if comparable(read_back(note)) != comparable(note)] == []
