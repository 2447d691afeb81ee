"""Unicode and rich text become LaTeX that compiles whatever was typed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.formats.bib.latex import (
    BIBLATEX,
    BIBTEX,
    TexForm,
    clean,
    escape,
    escape_name,
    parse_rich_text,
    verbatim,
)
from zsync.formats.bib.raw_latex import braces_balance
from zsync.formats.bib.titles import render_text, render_title

ESCAPED = re.compile(r"\\[A-Za-z]+|\\[&%$#_,\-'\"^~=.`{}]|\$[^$]*\$")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("R&D at 100% for $5 #1 a_b", r"R\&D at 100\% for \$5 \#1 a\_b"),
        ("{x}", r"\textbraceleft x\textbraceright"),
        (r"\input{x}", r"\textbackslash input\textbraceleft x\textbraceright"),
        ("~ ^", r"\textasciitilde{} \textasciicircum"),
        ("a < b | c > d", r"a {$<$} b \textbar{} c {$>$} d"),
        ("5\u00a0nm", "5~nm"),
    ],
)
def test_what_tex_would_act_on_is_escaped_in_both_alphabets(typed: str, written: str) -> None:
    assert escape(typed, ascii_only=True) == written
    assert escape(typed, ascii_only=False) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("naïve façade", r"na\"ive fa\c cade"),
        ("größer", r"gr\"o\ss er"),
        ("Ångström Łódź", r"{\AA}ngstr\"om {\L}\'od\'z"),
        ("Vũ Ngọc", r"V\~u Ng\d oc"),
        ("ā́", r"\'{\=a}"),
        ("α → β", r"{$\alpha$} {$\rightarrow$} {$\beta$}"),
        ("≤α", r"{$\leq\alpha$}"),
        ("10²³ H₂O", r"10{$^{23}$} H{$_{2}$}O"),
        ("x²₃", r"x{$^{2}$}{$_{3}$}"),
        ("“a” – ‘b’ — c…", r"``a'' -- `b' --- c\dots"),
        ("§ 7", r"{\S} 7"),
        ("机器学习 и 🤖", "机器学习 и 🤖"),
    ],
)
def test_bibtex_gets_ascii_where_latex_has_a_macro(typed: str, written: str) -> None:
    assert escape(typed, ascii_only=True) == written
    assert escape(typed, ascii_only=False) == typed.replace("<", "{$<$}")


def test_composed_and_decomposed_letters_are_written_alike() -> None:
    assert (
        escape(clean("e\u0301"), ascii_only=True) == escape(clean("é"), ascii_only=True) == r"\'e"
    )


def test_in_names_every_accented_letter_is_one_special_character() -> None:
    assert escape_name("Gödel, François", ascii_only=True) == r"G{\"o}del, Fran{\c c}ois"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\r\n\r\n\tb", "a b"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u202eright to left\u202c", "right to left"),
        ("bell\x07 and half a pair \ud83d", "bell and half a pair"),
        ("ﬁne ﬂow Ⅱ", "fine flow II"),
        ("  kept  inside  ", "kept  inside"),
    ],
)
def test_characters_that_are_no_text_are_taken_away(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("html", "bibtex", "biblatex"),
    [
        ("<i>a</i> <b>b</b>", r"\emph{a} \textbf{b}", r"\mkbibemph{a} \textbf{b}"),
        ("H<sub>2</sub>O", r"H\textsubscript{2}O", r"H\textsubscript{2}O"),
        ('<span style="font-variant:small-caps;">x</span>', r"\textsc{x}", r"\textsc{x}"),
        (
            "<i>a<sup>b</sup></i>",
            r"\emph{a\textsuperscript{b}}",
            r"\mkbibemph{a\textsuperscript{b}}",
        ),
        ("<pre>$x_1$</pre> <pre>\\LaTeX</pre>", r"$x_1$ \LaTeX", r"$x_1$ \LaTeX"),
        ("a <i>b", r"a {$<$}i{$>$}b", r"a {$<$}i{$>$}b"),
        ("a </i> <b>c</b>", r"a {$<$}/i{$>$} \textbf{c}", r"a {$<$}/i{$>$} \textbf{c}"),
        ("<i></i>x <u>y</u>", r"x {$<$}u{$>$}y{$<$}/u{$>$}", r"x {$<$}u{$>$}y{$<$}/u{$>$}"),
        (
            "<i>a<b>c</i>d</b>",
            r"\emph{a{$<$}b{$>$}c}d{$<$}/b{$>$}",
            r"\mkbibemph{a{$<$}b{$>$}c}d{$<$}/b{$>$}",
        ),
    ],
)
def test_zotero_s_rich_text_becomes_commands_and_the_rest_stays_text(
    html: str, bibtex: str, biblatex: str
) -> None:
    assert render_text(html, BIBTEX) == bibtex
    assert render_text(html, BIBLATEX) == biblatex


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://example.org/a%20b_c~d#e&f", "https://example.org/a%20b_c~d#e&f"),
        (r"https://example.org/a\_b", "https://example.org/a_b"),
        (r"https://example.org/\input{x}", "https://example.org/%5Cinput{x}"),
        ("https://example.org/}{^^5c", "https://example.org/%5E%5E5c"),
    ],
)
def test_addresses_are_verbatim_but_hold_no_command(typed: str, written: str) -> None:
    assert verbatim(typed, is_address=True) == written


@settings(max_examples=150)
@given(st.text(max_size=60), st.sampled_from([BIBTEX, BIBLATEX]), st.booleans())
def test_no_text_leaves_a_brace_open_or_a_special_bare(
    text: str, form: TexForm, english: bool
) -> None:
    for written in (
        render_text(text, form),
        render_title(text, form, english=english),
    ):
        assert braces_balance(written)
        bare = ESCAPED.sub("", written)
        assert not set(bare) & set("\\%#&_^$")
        assert not re.search("[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]", written)


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "<i>",
                "</i>",
                "<b>",
                "</b>",
                "<sub>",
                "</sub>",
                "<pre>",
                "</pre>",
                "a",
                " B",
                "\\x",
                "{",
            ]
        )
    )
)
def test_rich_text_loses_no_character_and_nests(pieces: list[str]) -> None:
    html = "".join(pieces)
    rich = parse_rich_text(html)
    assert re.sub(r"</?\w+>", "", rich.text) == re.sub(r"</?\w+>", "", html)
    for outer, inner in zip(rich.markup, rich.markup[1:], strict=False):
        assert inner.start >= outer.end or (inner.start >= outer.start and inner.end <= outer.end)
    assert braces_balance(render_text(html, BIBTEX))


@pytest.mark.parametrize(
    "piece",
    ["<i>", "</i>", "<b><i>", "<", "é", "{", "A ", "x-", "<i>A</i> ", "$^", "a<sub>2</sub> B "],
)
def test_a_long_text_of_anything_takes_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert render_title(text, BIBTEX, english=True)


@pytest.mark.parametrize(
    ("typed", "bibtex", "biblatex"),
    [
        (
            "{a, b} }",
            r"\textbraceleft a, b\textbraceright{} \textbraceright",
            r"\{a, b\} \textbraceright",
        ),
        ("}{", r"\textbraceright\textbraceleft", r"\textbraceright\textbraceleft"),
        (
            "<pre>$\\{x\\}$</pre> {b",
            r"$\{x\}$ \textbraceleft b",
            r"$\{x\}$ \textbraceleft b",
        ),
    ],
)
def test_typed_braces_never_unbalance_a_value(typed: str, bibtex: str, biblatex: str) -> None:
    assert render_text(typed, BIBTEX) == bibtex
    assert render_text(typed, BIBLATEX) == biblatex


@pytest.mark.parametrize(
    ("char", "written"),
    [
        ("⩽", r"{$\leqslant$}"),
        ("ά", r"{$\acute{\alpha}$}"),
        ("Α", r"{$\mathrm{A}$}"),
        ("ℝ", r"{$\mathbb{R}$}"),
        ("𝐱", r"{$\mathbf{x}$}"),
        ("𝓁", r"{$l$}"),
        ("½", r"\textonehalf"),
        ("⅓", r"{$\frac{1}{3}$}"),
        ("ₙ", r"{$_n$}"),
        ("ᵗʰ", r"{$^{th}$}"),
        ("㎏", "kg"),
        ("v⃗", r"{$\vec{v}$}"),
        ("ǿ", r"\'{\o}"),
        ("ʿ", "`"),
        ("中", "中"),
        ("α𝐱", r"{$\alpha\mathbf{x}$}"),
    ],
)
def test_a_symbol_is_written_with_what_stock_latex_has(char: str, written: str) -> None:
    assert escape(clean(char), ascii_only=True) == written
