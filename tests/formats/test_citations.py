"""Which keys a document cites, and where; one case per trap."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zsync.formats.citations import (
    ENDINGS,
    EVERYTHING,
    Citation,
    CitationsError,
    find_citations,
    labels,
)


def keys(name: str, text: str) -> str:
    return " ".join(citation.key for citation in find_citations(name, text))


# --- LaTeX ---


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        # The commands of LaTeX, natbib, biblatex, apacite, csquotes, bibentry; multibib makes its own.
        (r"\cite{a}\citep{b}\citet*{c}\Citet{d}\citealp{e}\citeyearpar{f}", "a b c d e f"),
        (r"\parencite{a}\textcite{b}\footcite{c}\autocite*{d}\fullcite{e}", "a b c d e"),
        (r"\footcitetext{a}\footfullcite{b}\citeauthor{c}\supercite{d}\nocite{e}", "a b c d e"),
        (r"\citeA<see>[p.~3]{a,b} \shortciteNP{c} \maskcite{d} \bibentry{e}", "a b c d e"),
        (r"\newcites{app}{Appendix} \citeapp{a} \nociteapp{b}", "a b"),
        (r"\textcquote[1]{a}[.]{text \cite{b}} \begin{displaycquote}[3]{c}", "a b c"),
        (r"\foreigntextcquote{english}[3]{a}{text}", "a"),
        (r"\citefield{a}{title} \citename{b}{author} \citetalias{c}", "a b c"),
        # Optional arguments, with braces and citations in them.
        (r"\cite[see][p.~3]{a} \cite[]{b} \cite[{[1]} and \citet{c}]{d}", "a b c d"),
        (r"\cite[see \{]{a} \cite[\$ [1]{b}", "a b"),
        # Lists of citations.
        (r"\cites{a}{b} \cites(see)(too)[x]{c}[y][z]{d} {e}", "a b c d e"),
        (r"\volcite[see]{2}[12]{a} \volcites{2}{b}[5]{3}[x]{c} \Pvolcite{1}{d}", "a b c d"),
        # Several keys, with spaces, line ends and remarks between them.
        ("\\cite{a, b ,c,,\n d}", "a b c d"),
        ("\\cite{a,% {first}\n  b} \\cite%\n  {c}", "a b c"),
        ("\\cite\n[p. 3]\n{a} \\cite {b} \\citep *{no}", "a b"),
        ("\\cite\n\n{no} \\cite[x]\n \n{no}", ""),
        (r"\cite{a b}", "a b"),
        (r"\cite{DBLP:conf/x/1,a+b&c'd.e_f}", "DBLP:conf/x/1 a+b&c'd.e_f"),
        (r"\nocite{*}", EVERYTHING),
        # Comments, and what is none.
        ("% \\cite{no}\n\\cite{a}% \\cite{no}\n100\\% \\cite{b}\n\\\\% \\cite{no}", "a b"),
        (r"\url{http://x/%20y} \cite{a} \href{http://x/%}{\cite{b}} \path{a%b}\cite{c}", "a b c"),
        ("\\url{never closed\n\n% \\cite{no}\n\\cite{a}", "a"),
        ("\\iffalse \\cite{no} \\else \\cite{a} \\fi \\iffalse\n\\cite{no}\n\\fi\\cite{b}", "a b"),
        (r"\let\ifdraft\iffalse \newcommand\hide{\iffalse} \cite{a}", "a"),
        # Verbatim text.
        (r"\verb|\cite{no}| \verb*+\cite{no}+ \Verb!\cite{no}! \cite{a}", "a"),
        ("\\verb|\\cite{no}\n\\cite{a}|", "a"),
        (r"\lstinline[language=C]|\cite{no}| \lstinline{\cite{no}} \cite{a}", "a"),
        (
            r"\mintinline{tex}|\cite{no}| \mintinline{tex}{\cite{no}} \verbatiminput{a} \cite{b}",
            "b",
        ),
        ("\\begin{verbatim}\n\\cite{no}\n\\end{document}\\end{verbatim}\\cite{a}", "a"),
        (r"\begin{lstlisting}[x]\cite{no}\end{lstlisting}\begin{comment}\cite{no}", ""),
        (r"\begin{verbatim*}\cite{no}\end{verbatim}\cite{no}\end{verbatim*}\cite{a}", "a"),
        (r"\begin{alltt}\cite{a}\end{alltt}", "a"),
        (r"\lstnewenvironment{code}{}{} \begin{code}\cite{no}\end{code}\cite{a}", "a"),
        # What looks like a citation.
        (r"\\cite{no} \cite \citestyle{plain} \citetext{see \citealp{a}} \bibcite{no}{1}", "a"),
        (r"\newcommand{\mine}[1]{\cite{#1}} \renewcommand\citeleft{(} \def\cite{x}", ""),
        (r"\let\old\cite {no} \DeclareCiteCommand{\cite}{no} \cite{\key} \cite", ""),
        (r"\cite{a} {no} \cite[x]no{no} \excitement{no} \citation{no}", "a"),
        (r"\cite{a}\end{document}\cite{no}", "a"),
        # Braces that never close.
        (r"\cite{a \cite{b} } ] \cite[{]{no} \cite[x] {c}", "b c"),
    ],
)
def test_latex(text: str, cited: str) -> None:
    assert keys("paper.tex", text) == cited


def test_a_key_is_where_it_stands_not_where_its_command_does() -> None:
    text = "\\cite\n  [see]\n  {a,\n   b}"
    assert find_citations("paper.tex", text) == (Citation("a", 3), Citation("b", 4))


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("\\relax\n\\citation{a,b}\n\\citation{c}\n\\bibcite{no}{1}\n\\bibdata{no}", "a b c"),
        ("\\citation{*}", EVERYTHING),
        ("\\abx@aux@cite{0}{a}\n\\abx@aux@segm{0}{0}{no}\n\\abx@aux@cite{12}{b}", "a b"),
        ("\\abx@aux@cite{a}\n\\abx@aux@cite{2020}\n\\abx@aux@segm{0}{0}{no}", "a 2020"),
        ("\\abx@aux@nociteall", EVERYTHING),
        ("\\@input{chapter.aux}", ""),
    ],
)
def test_aux(text: str, cited: str) -> None:
    assert keys("paper.aux", text) == cited


# --- Biber ---

BCF = """<?xml version="1.0" encoding="UTF-8"?>
<bcf:controlfile version="3.8" xmlns:bcf="https://sourceforge.net/projects/biblatex">
  <bcf:section number="0">
    <bcf:citekey type="set" members="one,two">pair</bcf:citekey>
    <bcf:citekey order="1" intorder="1">a&amp;b</bcf:citekey>
    <bcf:citekey order="2" intorder="1">pair</bcf:citekey>
    <bcf:citekey order="3" nocite="1">*</bcf:citekey>
    <bcf:other>no</bcf:other>
  </bcf:section>
</bcf:controlfile>
"""


def test_bcf_gives_its_keys_and_the_members_of_sets() -> None:
    assert keys("paper.bcf", BCF) == f"one two a&b {EVERYTHING}"
    assert find_citations("paper.bcf", BCF)[2].line == 5


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        "<x>&undefined;</x>",
        "<x><bcf:citekey>a</x>",
        "",
        "no XML",
    ],
)
def test_bcf_that_is_no_safe_xml_is_refused(text: str) -> None:
    with pytest.raises(CitationsError, match="XML"):
        find_citations("paper.bcf", text)


# --- Markdown ---


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("See [@a; see @b2, p. 3], @c and -@d; [-@e].", "a b2 c d e"),
        ("@a[p. 3] says; *@b* (@c) “@d” @e's", "a b c d e"),
        # What a key may hold.
        ("@Foo_bar.baz. @foo--bar, @a<b>c", "Foo_bar.baz foo a<b>c"),
        ("@a:b/c+d&e#f$g%h?i~j: and @A-b.", "a:b/c+d&e#f$g%h?i~j A-b"),
        ("@_a @1b @élan2020 @https://doi.org/10.1/x.", "_a 1b élan2020 https://doi.org/10.1/x"),
        ("@{with/odd.} @{a{b}c} [@{x;y}] @{no no} @{} @", "with/odd. a{b}c x;y"),
        ("---\nnocite: |\n  @a, @b\n---\n", "a b"),
        ("---\nnocite: '@*'\n---\n", EVERYTHING),
        # Addresses.
        ("doe@no.org <doe@no.org> a.@no é@no", ""),
        ("https://x.org/@no <https://x.org/@no> [text @a](http://x/@no) [b](@no)", "a"),
        ("[ref]: http://x.org/@no\n\n[^1]: @a says\n[@b]: says", "a b"),
        # Escapes, code, HTML.
        (r"\@no \\@a", "a"),
        ("`@no` ``@no ` @no`` ` @a", "a"),
        ("`@a\n\n@b`", "a b"),
        ("<!-- @no --> @a <!-- @b", "a b"),
        ('<div title="@no" data-x=\'@no\'>@a</div> <style>@media x</style> <b', "a"),
        ("```\n@no\n~~~\n```\n@a", "a"),
        ("~~~~ python\n@no\n~~~\n@no\n~~~~~\n@a", "a"),
        ("- item\n\n  ```\n  @no\n  ```\n  @a\n\n> ```\n> @no\n\n@b\n\n```\n@no", "a b"),
        ("``` inline ``` @a", "a"),
        ("text\n\n    @no\n\n    @no\n\n@a\n    @b", "a b"),
        ("- item\n\n    @a\n\n[^1]: note\n\n    @b\n\ntext\n\n\t@no", "a b"),
        ('```{r}\n#| fig-cap: "From @a"\n@no\n```\n```r\n#| @no\n```', "a"),
        # Cross-references.
        ("@fig-x [-@fig-x] @Fig-x @tbl-x @sec-x @eq-x @thm-x @lst-x @fig:x @figure-x", "figure-x"),
        ("(@good) An example of @a.\n\nAs (@good) and @good show, (@b) too.", "a b"),
        ("Shown\n(@a) by him.", "a"),
    ],
)  # fmt: skip
def test_markdown(text: str, cited: str) -> None:
    assert keys("paper.md", text) == cited
    assert keys("paper.qmd", text) == cited


# --- Typst ---


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("@a says, as @b. and @c-d_e: do (@f[p. 3 of @g]); x@h", "a b c-d_e f g h"),
        ("#cite(<a>) #cite(<b>, supplement: [p. 3, @c], form: \"prose\") #ref(<d>)", "a b c d"),
        ('#cite(label("DBLP:conf/x/1")) #label("no") @no', "DBLP:conf/x/1"),
        # The document's own labels.
        ("= Title <sec>\n#figure(x, caption: [@a]) <fig:x>\n@sec @fig:x #ref(<sec>)", "a"),
        ("= Title <a>\n#cite(<a>) #link(<no>)[text]", "a"),
        # Comments and raw text.
        ("// @no\n/* @no /* @no */ @no */ @a https://x.org/@no[@no] @b /* @no", "a b"),
        ("`@no` ``@a`` ```typ\n@no ` @no``` @b `@no", "a b"),
        (r"\@no \\@a \// @b", "a b"),
        # A string is one in code only.
        ('"@a" #link("mailto:x@no")[@b] #f("@no\\"@no").with("@no")("@no") "@c"', "a b c"),
        ('#import "@preview/cetz:0.2.0": canvas\n@a\n#let x = "@no"; @b', "a b"),
        ('#{ let x = "@no"; [@a] } $ "@no" #cite(<b>) @no \\$ $ @c', "a b c"),
        ('#if x == "@no" [@a] else [@b] "@c"\n#for x in y { "@no" } @d', "a b c d"),
        ('#context [@a] "@b" #[#set text(lang: "@no")] "@c"', "a b c"),
        ('#show: template.with(\n  title: "@no",\n  abstract: [@a],\n)\n@b', "a b"),
        ('#bibliography("x.bib", full: true) #f(full: true)', EVERYTHING),
        ("] ) } @a #f( @no", "a"),
    ],
)  # fmt: skip
def test_typst(text: str, cited: str) -> None:
    assert keys("paper.typ", text) == cited


def test_the_sources_of_a_typst_document_know_each_other_s_labels() -> None:
    sources = {"main.typ": "@a @intro", "intro.typ": "= Introduction <intro>", "a.md": "<no>"}
    known = labels(sources)
    assert known == {"intro"}
    assert find_citations("main.typ", sources["main.typ"], known) == (Citation("a", 1),)


# --- all of them ---


@pytest.mark.parametrize("name", ["paper.docx", "paper", ".tex", "tex"])
def test_another_ending_is_an_error_that_names_those_that_can_be_read(name: str) -> None:
    with pytest.raises(CitationsError, match=r"\.tex, \.aux, \.bcf, \.md, .* \.typ"):
        find_citations(name, "")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["paper.tex", "PAPER.TEX", "paper.Rmd"])
def test_line_ends_and_byte_order_mark_change_no_line(name: str, newline: str) -> None:
    text = "\ufefffirst\n\n\\cite{a}\n".replace("\n", newline)
    text = text if name.lower().endswith("tex") else text.replace("\\cite{a}", "@a")
    assert find_citations(name, text) == (Citation("a", 3),)


MARKS = [
    "\\cite", "\\cites", "{", "}", "[", "]", "(", ")", "<", ">", "a", ",", "%", "\\", "\n", " ", "*", "#",
    "\\verb", "|", "\\url", "\\begin{verbatim}", "\\end{verbatim}", "\\iffalse", "\\fi", "@", "`", "```", '"',
    "<!--", "-->", "    ", ">", "- ", "(@a)", "#cite", "#let", "#f(", "/*", "*/", "//", "https://",
    "\\citation{", "\\abx@aux@cite", "<bcf:citekey>", "</bcf:citekey>", "&a;", "<!DOCTYPE x>", "\r", "\ufeff",
    "$", "full: true",
]  # fmt: skip


@settings(max_examples=200)
@example(text="#]", ending=".typ")
@given(
    text=st.text(max_size=40) | st.lists(st.sampled_from(MARKS), max_size=25).map("".join),
    ending=st.sampled_from(ENDINGS),
)
def test_any_text_is_read(text: str, ending: str) -> None:
    try:
        citations = find_citations(f"paper{ending}", text)
    except CitationsError:
        assert ending == ".bcf"
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(citation.key and 1 <= citation.line <= lines for citation in citations)


@pytest.mark.parametrize(
    ("ending", "junk"),
    [
        *((".tex", junk) for junk in ("\\cite{", "\\cite[", "\\cites(", "\\verb|", "\\url{", "{")),
        *((".tex", junk) for junk in ("\\cite{a%\n", "\\lstinline[", "\\iffalse ", "\\nono", "[")),
        *((".aux", junk) for junk in ("\\citation{", "\\abx@aux@cite{0}{")),
        *((".bcf", junk) for junk in ("<a>", "<bcf:citekey>")),
        *((".md", junk) for junk in ("`", "a``", "@{a{}", "<!--", "<script>", "\n``` a\n", "@a:")),
        *((".md", junk) for junk in ("](", '="', "\n\n`", "- ", "\n[a", "(@a)\n", "> ```\n")),
        *((".typ", junk) for junk in ("`", "#cite(<", "[", "$", '#f("', "/*", "#let (", "#f()(")),
        *((".typ", junk) for junk in ("@a.", "https://(", "#if x [", "#a.", "<a")),
    ],
)
def test_junk_is_read_in_linear_time(ending: str, junk: str) -> None:
    start = time.process_time()
    try:
        find_citations(f"paper{ending}", junk * (50_000 // len(junk)))
    except CitationsError:
        assert ending == ".bcf"
    assert time.process_time() - start < 10
