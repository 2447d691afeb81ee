"""LaTeX as people write it becomes text with Zotero's markup, and no word of it is lost."""

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pylatexenc import latex2text, latexwalker

from zsync.formats.bib.latex import escape
from zsync.formats.bib.latex_commands import FORMS, SILENT
from zsync.formats.bib.latex_text import Reading, read, read_address, to_text
from zsync.formats.bib.symbols import SYMBOL_COMMANDS, macro


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"G{\"o}del, \'{E}cole, na\"ive, \L{}\'od\'z", "Gödel, École, naïve, Łódź"),
        (r"{\v C}apek, {\'\i}, $\acute{\alpha}$, \textcommabelow{t}, \h{a}, \ohorn", "Čapek, í, ά, ț, ả, ơ"),
        (r"{BERT}: {{P}}re-training", "BERT: Pre-training"),
        ("plain, as it stands", "plain, as it stands"),
        # Symbols and logos.
        (r"\S 4, \P{}, \pounds 3, 5\degree, \copyright{} \euro{}", "§4, ¶, £3, 5°, © €"),
        (r"{\textless}b{\textgreater} {\textbar} {\textdollar}7\slash 8", "<b> | $7/8"),
        (r"50\% of 100% \& more\_of R&D for $5", "50% of 100% & more_of R&D for $5"),
        (r"The {\LaTeX} and {\TeX}nical \BibTeX manual", "The LaTeX and TeXnical BibTeX manual"),
        (r"\textalpha-ray, \textquotedbl x\textquotedbl", 'α-ray, "x"'),
        # Quotation marks, dashes, spaces.
        (r"``Quoted'' 1--2 --- end, p.~5\,m", "“Quoted” 1–2 — end, p.\u00a05\u2009m"),
        (r"\enquote{one} \mkbibquote{two} \glqq{}drei\grqq", "“one” “two” „drei“"),
        ('M"uller f"uhrt zur Stra"se', "Müller führt zur Straße"),
        ('An "open" question', 'An "open" question'),
        # Markup and declarations.
        (r"\emph{Homo} {\em E. coli} \textbf{x}", "<i>Homo</i> <i>E. coli</i> <b>x</b>"),
        (r"{\sc Unix}", '<span style="font-variant:small-caps;">Unix</span>'),
        (r"{\large Big} {\it a {\bf b}} c", "Big <i>a <b>b</b></i> c"),
        # Formulas.
        (r"H$_2$O at $10^{6}$, $\alpha \leq x_{i}$", "H<sub>2</sub>O at 10<sup>6</sup>, α≤x<sub>i</sub>"),
        (r"$O(m\log m)$ in $\mathbb{Q}$, \ensuremath{a^\beta}", "O(m log m) in ℚ, a<sup>β</sup>"),
        (r"a 5$^\circ$ slope, $f^{\prime}$", "a 5° slope, f′"),
        (r"\SI{3}{\milli\meter} \(\sqrt{2}\) $\frac{a}{b}$", "3 mm √(2) a/b"),
        # Commands that print some of their arguments, or none.
        (r"\mbox{I/O} \href{https://a.example/b_c}{a page}", "I/O a page"),
        (r"See \url{https://a.example/b%20c_d}", "See https://a.example/b%20c_d"),
        (r"\foreignlanguage{french}{mot} \textcolor[rgb]{1,0,0}{red} \texorpdfstring{$x$}{ex}", "mot red ex"),
        (r"{\noopsort{1901}}2001 seen\cite[p.~3]{a} \footnote{twice}", "2001 seen [twice]"),
        (r"\href[new=true]{https://a.example/b}{a page} \parbox[t]{3cm}{in}", "a page in"),
        (r"\emph*{so} \hspace*{2em} \raisebox{1ex}{up} \multicolumn{2}{c}{wide}", "<i>so</i> up wide"),
        (r"\begin{otherlanguage}{german}Das\end{otherlanguage} \begin{em}so\end{em}", "Das <i>so</i>"),
        (r"\enquote{One \enquote{two}} \MakeUppercase{big} \lowercase{BIG}", "“One ‘two’” BIG big"),
        (r"$\sqrt[3]{x}$", "<sup>3</sup>√(x)"),
        # Journals of astronomy.
        (r"\mnras", "Monthly Notices of the Royal Astronomical Society"),
        # Broken off.
        (r"Lakes \emph", "Lakes"),
        (r"Lakes \sqrt", "Lakes"),
        (r"Lakes \begin{array}\end{array} \begin{array}z\end{array}", "Lakes z"),
        (r"Lakes \verb", r"Lakes \verb"),
        (r"\cite Lakes, \textcolor Lakes, \href{a}", "Lakes, Lakes, a"),
    ],
)  # fmt: skip
def test_latex_is_read_as_text_with_zotero_s_markup(latex: str, text: str) -> None:
    assert to_text(latex) == text


def test_the_shorthands_of_babel_are_read_in_a_german_record() -> None:
    assert read('"Uber "`Dinge"\' und "a', german=True).text == "Über „Dinge“ und ä"
    assert read('Die "alte" Stadt', german=True).text == 'Die "alte" Stadt'


@pytest.mark.parametrize(
    ("latex", "reading"),
    [
        (r"\ESA and \acme", Reading(r"\ESA and \acme", (r"\ESA", r"\acme"))),
        (
            r"\odd{kept} \odd[it]{is}{na\"ive} x",
            Reading(r"\odd{kept} \odd[it]{is}{naïve} x", (r"\odd",)),
        ),
        (r"\emph{\odd{a \textbf{b}}}{}", Reading(r"<i>\odd{a <b>b</b>}</i>", (r"\odd",))),
    ],
)
def test_an_unknown_command_stays_as_it_is_typed_and_is_named(latex: str, reading: Reading) -> None:
    assert read(latex) == reading


@pytest.mark.parametrize(
    ("latex", "address"),
    [
        (r"\url{https://a.example/b_c%20d}", "https://a.example/b_c%20d"),
        (r"\href{https://a.example/b--c}{a page}", "https://a.example/b--c"),
        (r"https://a.example/{\~{}}me/b\_c\%20\#d", "https://a.example/~me/b_c%20#d"),
        (r"https://a.example/\~me/$\sim$you/{\textasciitilde}us", "https://a.example/~me/~you/~us"),
        (r"10.1000/b{\_}c(2001)1{\textless}2:X{\textgreater}3.0.CO;2-Z", "10.1000/b_c(2001)1<2:X>3.0.CO;2-Z"),
        (r"10.1000/b$<$c", "10.1000/b<c"),
        ("{10.1000/b}", "10.1000/b"),
    ],
)  # fmt: skip
def test_an_address_is_read_character_by_character(latex: str, address: str) -> None:
    assert read_address(latex) == address


# --- laws ---

COMMANDS = sorted(
    {
        spec.macroname
        for known in (
            latexwalker.get_default_latex_context_db(),
            latex2text.get_default_latex_context_db(),
        )
        for spec in known.iter_macro_specs()
    }
)
#: What prints none of its arguments, and the address or the colour that is not printed.
UNPRINTED = SILENT.keys() | {name for name, (_, form) in FORMS.items() if "%1" not in form}


def letters(text: str) -> str:
    """The letters of a text without accents and alphabets of mathematics."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if unicodedata.category(char) != "Mn")


@pytest.mark.parametrize(
    "form",
    [r"\%s", r"{\%s}", r"\%s{Beta}", r"\%s[x]{Beta}", r"\emph{\%s{Beta}}", r"$\%s{Beta}$", r"\%s{\%s{Beta}}"],
)  # fmt: skip
def test_no_command_that_pylatexenc_knows_loses_a_word(form: str) -> None:
    for name in COMMANDS:
        said = letters(to_text(f"Alpha {form.replace('%s', name)} Gamma"))
        assert said.startswith("Alpha"), name
        # What lacks its argument takes the first letters of the next word, as TeX has it.
        assert said.endswith("ma"), name
        assert "Beta" not in form or "Beta" in said or name in UNPRINTED, name


#: Parts of LaTeX, whole and broken off.
LATEX = re.findall(
    r"\S+",
    r"""\verb \verb|a| \begin{a} \end{a} \begin{array} \begin{equation} \begin \end \( \) \[ \] $ $$ { } [ ]
    \frac \sqrt \sqrt[ \emph \textbf{ \' \" \& \\ \item \item[ \cite[ \url{ \href{ \href \footnote \input
    \input{ \title \maketitle \textcolor \char \def \left( ^ _ % ~ | & a é \em \odd \odd{ \log \SI \aap""",
)


@given(st.lists(st.sampled_from(LATEX), min_size=1, max_size=8), st.sampled_from([1, 1, 1, 400]))
@settings(deadline=None)
def test_any_latex_is_read_as_some_text(pieces: list[str], times: int) -> None:
    assert not re.search(r"%\d", to_text("".join(pieces) * times))
    read_address("".join(pieces) * times)


#: Parts of LaTeX that most texts have no more than.
SIMPLE = re.findall(
    r"\S+", r"""a é I 5 - -- ` ' ? ! ~ % \% \& \_ { } {} \'e \"{o} \.{I} {\^{a}} \~n"""
)


@given(st.lists(st.sampled_from([*SIMPLE, " "]), max_size=9))
def test_simple_latex_is_read_as_pylatexenc_would_have_it(pieces: list[str]) -> None:
    latex = "".join(pieces)
    assume(latex.count("{") == latex.count("}"))
    assert to_text(latex) == to_text(rf"{latex}\relax")


def test_every_letter_and_sign_that_is_written_as_a_command_comes_back() -> None:
    letters = (chr(code) for code in range(0xC0, 0x250) if chr(code).isalpha())
    signs = (
        char
        for name, char in SYMBOL_COMMANDS.items()
        if macro(char) in (f"\\{name}", f"{{$\\{name}$}}")
    )
    alike = {"ŉ": "'n", "µ": "μ"}
    for char in (*letters, *signs, "°", "½", "№"):
        said = to_text(escape(f"a{char}b", ascii_only=True))
        plain = unicodedata.normalize("NFKC", alike.get(char, char)) if char.isalpha() else char
        assert said in (f"a{char}b", f"a{plain}b"), (char, said)


def test_what_is_wrong_in_latex_is_not_told_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    to_text(r"\emph \input{a} \frac{1}")
    assert capsys.readouterr() == ("", "")
