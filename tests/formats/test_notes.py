"""A note's HTML becomes Markdown that says the same, escapes surely and gives nothing away."""

import html as html_entities
import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from zsync.formats.notes import comparable, to_markdown

CASES = sorted(Path(__file__).with_name("notes").glob("*.html"))
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(markdown: str) -> Iterator[Token]:
    for token in MARKDOWN.parse(markdown):
        yield token
        yield from token.children or ()


def visible_text(markdown: str) -> str:
    """What a reader sees, without white space."""
    shown = (
        t.content
        for t in tokens(markdown)
        if t.type in {"text", "code_inline", "fence", "text_special"}
    )
    return squeeze("".join(shown))


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_file(case: Path) -> None:
    expected = case.with_suffix(".md").read_text(encoding="utf-8").removesuffix("\n")
    assert to_markdown(case.read_text(encoding="utf-8")) == expected


def test_there_are_case_files_in_pairs() -> None:
    folder = Path(__file__).with_name("notes")
    assert len(CASES) >= 8
    assert {path.stem for path in folder.glob("*.md")} == {case.stem for case in CASES}


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n",
        "<p></p>",
        "<p>&nbsp;</p>",
        "<p><br></p>",
        "<p><b> </b></p>",
        "<ul><li></li></ul>",
        "<table><tr><td></td></tr></table>",
        "<pre>\n</pre>",
        "<!-- x -->",
        '<div data-schema-version="9"><p>  </p></div>',
    ],
)
def test_a_note_that_shows_nothing_is_empty(html: str) -> None:
    assert to_markdown(html) == ""


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("reflective tokens <RET>, <NORET>", r"reflective tokens \<RET>, \<NORET>"),
        ("a < b, I <3 it, x<5", "a < b, I <3 it, x<5"),
        ("<!-- no comment -->", r"\<!-- no comment -->"),
        ("&amp; and AT&T and &#65; &copy", r"\&amp; and AT&T and \&#65; &copy"),
        ("# no heading", r"\# no heading"),
        ("#hashtag", "#hashtag"),
        ("- no item", r"\- no item"),
        ("+ no item", r"\+ no item"),
        ("* no item", r"\* no item"),
        ("-5% and +3%", "-5% and +3%"),
        ("1. no item", r"1\. no item"),
        ("2) no item", r"2\) no item"),
        ("3.5 points", "3.5 points"),
        ("> no quote", r"\> no quote"),
        ("| no | table", r"\| no | table"),
        ("- [ ] no task", r"\- [ ] no task"),
        ("[x] no task", r"\[x] no task"),
        ("---", r"\---"),
        ("===", r"\==="),
        ("***", r"\*\*\*"),
        ("___", r"\_\_\_"),
        ("~~~", r"\~\~\~"),
        ("```", r"\`\`\`"),
        ("[x](y)", r"[x\](y)"),
        ("[x]: y", r"[x\]: y"),
        ("as in [1] and [2]", "as in [1] and [2]"),
        ("![x](y)", r"![x\](y)"),
        ("run `pip`", r"run \`pip\`"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("*this* and A*", r"\*this\* and A\*"),
        ("snake_case_name", "snake_case_name"),
        ("_this_ and CIDEr_", r"\_this\_ and CIDEr\_"),
        ("取 3~5 个或 7~9 个", r"取 3\~5 个或 7\~9 个"),
        ("about ~5", "about ~5"),
        (r"\alpha stays, \* does not", r"\alpha stays, \\\* does not"),
        ("costs $5", "costs $5"),
        ("中文“引号”，全角：标点。😀👍🏽", "中文“引号”，全角：标点。😀👍🏽"),
        ("a\u00a0b\u2028c\rd\te", "a b c d e"),
        ("a\0b\x1bc\x7fd\ufeffe\ud800f", "abcdef"),
    ],
)
def test_text_is_escaped_where_it_would_be_markup(text: str, markdown: str) -> None:
    assert to_markdown(f"<p>{html_entities.escape(text)}</p>") == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>a</b> <i>b</i> <s>c</s> <u>d</u>", "**a** *b* ~~c~~ d"),
        ("<strong>a</strong><em>b</em> <del>c</del>", "**a**b ~~c~~"),
        ('<span style="text-decoration: line-through">old</span>', "~~old~~"),
        ('<span style="color: #ff0000; background-color: #fff">x</span>', "x"),
        ("<b>a <i>b</i> c</b>", "**a *b* c**"),
        ("<b> spaces </b>outside", "**spaces** outside"),
        ("<b>一<i>二</i></b>三", "**一二**三"),
        ("<strong>注意：</strong>内容", "**注意**：内容"),
        ("见<strong>“引文”</strong>一节", "见“**引文**”一节"),
        ("<b></b>a<b><i> </i></b>b", "a b"),
        ("<b>mis<i>nested</b> tags</i>", "**misnested** *tags*"),
        ("H<sub>2</sub>O, x<sup>2*</sup>", r"H<sub>2</sub>O, x<sup>2\*</sup>"),
        ("<code>a_b*c</code>", "`a_b*c`"),
        ("<code>`x`</code>", "`` `x` ``"),
        ("<code>a</code><code>b</code>", "`ab`"),
        ("wow!<a href='https://a.org'>a</a>", r"wow\![a](https://a.org)"),
        ("one<br>two<br />- three", "one\\\ntwo\\\n\\- three"),
        ("one<br><br>two<br>", "one\n\ntwo"),
        ('<span class="math">$a_b*c&lt;d$</span>', "$a_b*c< d$"),
        ('<span class="math">$x$</span><span class="math">$y$</span>', "$x y$"),
        ('5$<span class="math">$x$</span>$', "5$ $x$ $"),
    ],
)
def test_inline_elements(html: str, markdown: str) -> None:
    assert to_markdown(f"<p>{html}</p>") == markdown


@pytest.mark.parametrize(
    ("address", "markdown"),
    [
        ("https://example.org/a?b=1&amp;c=2#d", "[x](https://example.org/a?b=1&c=2#d)"),
        ("HTTP://example.org/", "[x](HTTP://example.org/)"),
        ("mailto:me@example.org", "[x](mailto:me@example.org)"),
        ("zotero://select/library/items/ABCD2345", "[x](zotero://select/library/items/ABCD2345)"),
        (
            "https://example.org/S2405-4712(23)00212-0",
            "[x](https://example.org/S2405-4712(23)00212-0)",
        ),
        ("https://example.org/a)b", "[x](https://example.org/a%29b)"),
        ("https://example.org/a b&lt;c&gt;\\|", "[x](https://example.org/a%20b%3Cc%3E%5C%7C)"),
        ("https://example.org/论文", "[x](https://example.org/论文)"),
        ("https://example.org/?a&amp;copy;", r"[x](https://example.org/?a\&copy;)"),
        ("javascript:alert(1)", "x"),
        ("java\nscript:alert(1)", "x"),
        ("&#106;avascript:alert(1)", "x"),
        ("data:text/html,x", "x"),
        ("file:///home/me/x.pdf", "x"),
        ("/relative", "x"),
        ("#anchor", "x"),
        ("https://", "x"),
        ("", "x"),
    ],
)
def test_links(address: str, markdown: str) -> None:
    assert to_markdown(f'<p><a href="{address}">x</a></p>') == markdown


def test_a_link_that_shows_a_refused_address_shows_nothing() -> None:
    html = '<p>see <a href="file:///home/me/x.pdf">file:///home/me/x.pdf</a>.</p>'
    assert to_markdown(html) == "see ."


def test_a_link_that_leads_nowhere_keeps_its_text() -> None:
    assert to_markdown('<p><a href="www.example.org">www.example.org</a></p>') == "www.example.org"


def test_brackets_in_a_link_are_text() -> None:
    html = '<p><a href="https://a.org">[1] x](https://b.org)</a></p>'
    assert to_markdown(html) == r"[\[1\] x\](https://b.org)](https://a.org)"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<img data-attachment-key="ABCD2345" width="9">', "[image]"),
        ('<img src="data:image/png;base64,AAAA" alt="secret">', "[image]"),
        ('<img src="file:///home/me/a.png">', "[image]"),
        ('<img src="https://example.org/a.png">', "[image](https://example.org/a.png)"),
        (
            '<img src="https://example.org/a.png" alt="Figure [1]">',
            r"[Figure \[1\]](https://example.org/a.png)",
        ),
        ("<img>(x)", r"[image\](x)"),
    ],
)
def test_images_are_named_and_never_loaded(html: str, markdown: str) -> None:
    assert to_markdown(f"<p>{html}</p>") == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>1. Head <b>line</b></h2><p>text</p>", "**1. Head line**\n\ntext"),
        ("text<p>a</p>b<div>c</div>d", "text\n\na\n\nb\n\nc\n\nd"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n   - b\n2. c"),
        ('<ol start="9"><li>a<li>b</ol>', "9. a\n10. b"),
        ('<ul><li>a<ol start="3"><li>b</ol></ul>', "- a\n\n  3. b"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n- c"),
        ("<ul><li></li><li>a<ul><li></li></ul></li></ul>", "- a"),
        ("<ul><li>[ ] a</li><li><hr></li></ul>", "- \\[ ] a\n- ***"),
        ("<ol><li>a</ol><ol><li>b</ol><ol></ol><ol><li>c</ol>", "1. a\n\n1) b\n\n1. c"),
        ("<ul><li>a<ol><li>b</ol><ol><li>c</ol></ul>", "- a\n  1. b\n\n  1) c"),
        ("<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "> a\n>\n> - b"),
        ("<p>a</p><hr><p>b</p>", "a\n\n***\n\nb"),
        ("<pre>\na\r\n  &lt;b&gt; `x`\n\nc\n</pre>", "```\na\n  <b> `x`\n\nc\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<ul><li>a<pre>b\n\nc</pre></li></ul>", "- a\n\n  ```\n  b\n\n  c\n  ```"),
        ('<pre class="math">$$\na\n= b\n$$</pre>', "$$a = b$$"),
        ("<table><tr><th>a</th><th>b|c</th></tr><tr><td>d</td></tr></table>",
         "| a | b\\|c |\n| --- | --- |\n| d |"),
        ("<table><tbody><td>a<td><p>b</p><ul><li>c</ul><tr><td><pre>d\ne</pre></table>",
         "| a | b c |\n| --- | --- |\n| `d e` |"),
        ('<p data-indent="2" style="padding-left: 80px">a</p>', "a"),
        ("<li>a</li><td>b</td>c</p></table></b>", "a\n\nb\n\nc"),
    ],
)  # fmt: skip
def test_blocks(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    "html",
    [
        "a<script>alert('x')</script >b",
        "a<style>p{}</style>b",
        "a<SCRIPT src=x>y</sCrIpT\n>b",
        "a<!-- x > -->b",
        "a<!-->b",
        "a<!DOCTYPE x><?php x?></ x>b",
        "a<iframe srcdoc='<p>x'>x</iframe>b",
        "a<custom-tag onclick='x>y'>b</custom-tag>",
        'a<b class="x" title=">">b',
    ],
)
def test_only_text_comes_out_of_markup(html: str) -> None:
    assert to_markdown(html).replace("*", "") == "ab"


@pytest.mark.parametrize("html", ["a<script>x", "a<!-- x", "a<p title='x", "a<b x"])
def test_what_is_never_closed_takes_the_rest_along(html: str) -> None:
    assert to_markdown(html) == "a"


def test_data_of_citations_and_highlights_stays_private() -> None:
    html = (
        '<div data-citation-items="%7Bsecret" data-schema-version="9">'
        '<p><span class="highlight" data-annotation="secret">“quoted”</span> '
        '<span class="citation" data-citation="secret">'
        '(<span class="citation-item">Doe, 2020</span>)</span></p></div>'
    )
    assert to_markdown(html) == "“quoted” (Doe, 2020)"


def test_a_number_too_long_for_int_is_no_crash() -> None:
    assert to_markdown(f"<p>a&#{'9' * 5000};b</p>") == "a\ufffdb"


HOSTILE = (
    "<b>", "<a ", '<p a=">" ', "<!--", "<![x", "<ul><li>x", "<blockquote>x", "<td>", "<b>a <i>", "&#9",
    "*", "`a", "[", "<b>。</b>a", "<s>a</b>", "a<br>", "</td><td>a", "<table><tr><td>", "a\\", "= ", "-|",
)  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_ten_thousand_of_anything_is_quick(unit: str) -> None:
    began = time.process_time()
    to_markdown(unit * 10_000)
    assert time.process_time() - began < 20  # about 0.15 s; a quadratic reading takes minutes


# --- Laws ------------------------------------------------------------------------------------------------

SNIPPETS = (
    *"*_~`[]()<>#-+=|!&\\:.1a中。“😀$/ \n\u3000", "- ", "1. ", "---", "<b>", "</b>", "<!--", "&lt;",
    "[x](y)", "[ ]", "\n\n", "http://a.b", "<script>", "](", "**", "~~~", "    ", "&#35;", "|-|", "![",
)  # fmt: skip
BROKEN = (*SNIPPETS, *HOSTILE, "</li>", "</ul>", "<pre>", "<hr>", "<tr>", "x='", '"', ">")
markup_like_text = st.lists(st.sampled_from(SNIPPETS), max_size=14).map("".join)
any_text = markup_like_text | st.text(max_size=30)


TAGS = [("<b>", "</b>"), ("<i>", "</i>"), ("<s>", "</s>"), ("<u>", "</u>"), ("<code>", "</code>"),
        ("<sub>", "</sub>"), ('<a href="https://a.b/c">', "</a>")]  # fmt: skip


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(inner, max_size=4).map("".join)
    return st.tuples(st.sampled_from(TAGS), parts).map(
        lambda both: both[0][0] + both[1] + both[0][1]
    )


pieces = st.sampled_from(
    ["a", "b", " ", "。", "“", "*", "_", "~", ".", "!", "]", "中", "`", "\\", "😀"]
)
inline_html = st.lists(st.recursive(pieces, wrapped, max_leaves=12), max_size=6).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(BROKEN), max_size=20).map("".join) | st.text(max_size=40))
def test_any_text_becomes_clean_markdown(html: str) -> None:
    markdown = to_markdown(html)
    assert markdown == markdown.strip("\n")
    assert "\r" not in markdown
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in markdown)
    markdown.encode()
    for token in tokens(markdown):
        assert token.type not in {"html_block", "heading_open", "image"}
        assert token.type != "html_inline" or re.fullmatch("</?su[bp]>", token.content)
        assert (
            not str(token.attrGet("href") or "https:")
            .lower()
            .startswith(("javascript", "data", "file"))
        )


@settings(max_examples=400, deadline=None)
@given(any_text)
@example("a\n- b")
@example("~~~")
def test_literal_text_survives_a_reader_of_markdown(text: str) -> None:
    markdown = to_markdown(f"<p>{html_entities.escape(text)}</p>")
    wanted = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]", "", text)
    assert visible_text(markdown) == squeeze(wanted)
    assert {token.type for token in tokens(markdown)} <= {
        "paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak",
    }  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(inline_html)
@example("<b>。</b><i>。</i><b><i>。</i></b>")
@example("<b>。</b><i>a</i>")
@example('<b>x</b><a href="https://a.b/c">\\ </a>')
@example("<i><code>a</code>a<b><code>a</code></b></i>")
@example("<b><i>a</i>a<i>a</i></b>")
@example("<b>a</b><i>b</i><b><i>c</i></b><i>d</i>")
def test_delimiters_never_show(html: str) -> None:
    shown = re.sub("<[^>]*>", "", html)
    assert visible_text(to_markdown(f"<p>{html}</p>")) == squeeze(shown)


@settings(max_examples=100, deadline=None)
@given(any_text)
def test_lists_and_quotes_hold_any_text(text: str) -> None:
    inner = html_entities.escape(text)
    markdown = to_markdown(
        f"<ul><li>{inner}<ol><li>{inner}</li></ol></li></ul><blockquote>{inner}</blockquote>"
    )
    wanted = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]", "", text)
    assert visible_text(markdown) == squeeze(wanted) * 3


# --- Comparing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a **b** c", "a b\nc"),
        (r"tokens \<RET>", "tokens <RET>"),
        ("&lt;RET&gt;", "<RET>"),
        ("- a\n- b", "* a\n\n* b"),
        ("# Head\n\ntext", "**Head**\n\ntext"),
        (r"\- a", "- a"),
        ("> a\n>\n> b", "a\n\nb"),
        ("e\u0301", "é"),
        ("H<sub>2</sub>O", "H2O"),
        ("| a | b |\n| --- | --- |\n| c | d |", "a b c d"),
        ("", " \n"),
    ],
)
def test_notes_that_say_the_same(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(("one", "other"), [("+3.38%", "-3.38%"), ("a", "b"), ("[a](https://x)", "[a](https://y)"),
                                            ("GPT-4", "GPT4"), ("a", ""), ("1. a", "2. a")])  # fmt: skip
def test_notes_that_differ(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@settings(max_examples=100, deadline=None)
@given(any_text)
def test_comparing_ignores_the_escapes(text: str) -> None:
    text = " ".join(char for char in text if char.isprintable() and char != "\\")
    assert comparable(to_markdown(f"<p>{html_entities.escape(text)}</p>")) == comparable(text)
