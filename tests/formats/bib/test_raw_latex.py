"""Raw LaTeX goes through only if all it does is to format, and compiles."""

import pytest

from zsync.formats.bib.latex import BIBLATEX
from zsync.formats.bib.raw_latex import is_harmless
from zsync.formats.bib.titles import render_text


@pytest.mark.parametrize(
    "raw",
    [
        "a",
        "{{Braces}}",
        r"\LaTeX",
        r"\emph{x} y",
        r"\"o",
        r"{\"o}",
        r"d'{\i}x",
        r"10\% \& Vol.~2",
        r"\noopsort{1973}x",
        r"\href{https://example.org}{here}",
        r"$\frac{1}{2}$",
        r"$x_1^2$",
        r"$x_{a_b}^2$",
        r"$f'_a$",
        r"$k_{\text{B}}$",
        r"$\sqrt[3]{x}$",
        r"$\left(\alpha\right)$",
        r"$\mathrm{H}^{+}$",
        r"\ensuremath{\alpha}",
    ],
)
def test_latex_that_only_formats_may_be_typed(raw: str) -> None:
    assert is_harmless(raw)


@pytest.mark.parametrize(
    "raw",
    [
        r"\input{/etc/passwd}",
        r"\write18{rm}",
        r"\csname input\endcsname",
        r"^^5cinput",
        r"\catcode`\%=12",
        r"\def\a{b}",
        r"\begin{x}",
        "#1",
    ],
)
def test_latex_that_could_do_more_than_format_is_text(raw: str) -> None:
    assert not is_harmless(raw)
    assert r"\input" not in render_text(f"<pre>{raw}</pre>", BIBLATEX).replace(
        r"\textbackslash input", ""
    )


@pytest.mark.parametrize(
    "raw",
    [
        "100%",
        "a_b",
        "$x",
        "{",
        "}{",
        r"\{ }",
        r"{$}$",
        "a\\",
        "a & b",
        r"\alpha",
        r"\mathrm{H}",
        r"\emph",
        r"\frac{a}",
        r"\'",
        r"$\'e$",
        r"$x_a_b$",
        r"$x^$",
        r"$x^2'$",
        r"$\text{a_b}$",
        r"$\left( x$",
        r"$\{$}",
        r"$\sqrt$",
    ],
)
def test_latex_that_would_not_compile_is_text(raw: str) -> None:
    assert not is_harmless(raw)
