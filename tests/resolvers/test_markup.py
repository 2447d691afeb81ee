"""JATS, MathML, HTML and entities -> plain text with Zotero's tags."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.resolvers import markup

MATH = '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML">{}</mml:math>'


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("  Two\n   lines ", "Two lines"),
        ("Salt &amp; pepper", "Salt & pepper"),
        ("Twice &amp;amp; escaped &amp;lt;", "Twice & escaped <"),
        ("CO<sub>2</sub> in <italic>E. coli</italic>", "CO<sub>2</sub> in <i>E. coli</i>"),
        ("<jats:bold>A</jats:bold> <em>b</em><br/>c", "<b>A</b> <i>b</i> c"),
        ("<scp>DNA</scp>", '<span style="font-variant:small-caps;">DNA</span>'),
        ("A<xref>1</xref><script>alert(1)</script> b", "A1 b"),
        ("<![CDATA[<b>A</b>]]>", "<b>A</b>"),
        ("A <![a]> b", "A <![a]> b"),
        ("x < y and a<b", "x < y and a<b"),
        ("con\x00trol\x9f", "control"),
        (MATH.format("<mml:msup><mml:mi>K</mml:mi><mml:mo>−</mml:mo></mml:msup>"), "K<sup>−</sup>"),
        (MATH.format("<mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac>"), "1/2"),
        (MATH.format("<mml:mi>a</mml:mi><mml:mo>&lt;</mml:mo><mml:mi>b</mml:mi>"), "a<b"),
        (MATH.format("<mml:mi>a</mml:mi><mml:annotation>tex</mml:annotation>"), "a"),
        (MATH.format("<mml:mi>broken</mml:mo>"), "broken"),
        ("<mml:math><mml:mi>never closed", "never closed"),
        ("a</mml:math>b", "ab"),
        ("Waves in" + MATH.format("<mml:mi>N</mml:mi>") + "-level", "Waves in N-level"),
        ("of" + MATH.format("<mml:mi>N</mml:mi>") + "atoms and", "of N atoms and"),
        ("Big<inline-formula>" + MATH.format("<mml:mi>N</mml:mi>") + "</inline-formula>Films", "Big N Films"),
        ("YBa" + MATH.format("<mml:mn>2</mml:mn>") + "Cu", "YBa2Cu"),
        ("the " + MATH.format("<mml:mi>n</mml:mi>") + "th root", "the nth root"),
        (
            MATH.format("<mml:mi>a</mml:mi><mml:mtext> for </mml:mtext><mml:mi>b</mml:mi>"),
            "a for b",
        ),
        (MATH.format("<mml:mi>a</mml:mi><mml:mspace/>\n <mml:mi>b</mml:mi>"), "a b"),
        ("LaMnO" + MATH.format("<mml:msub><mml:mi/><mml:mn>3</mml:mn></mml:msub>"), "LaMnO<sub>3</sub>"),
    ],
)  # fmt: skip
def test_titles(sent: str, title: str) -> None:
    assert markup.title(sent) == title


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        (r"A $\Lambda_b^0$ and $J/\psi p$", "A Λ<sub>b</sub><sup>0</sup> and J/ψp"),
        (r"$\mathrm{CO}_{2}$", "CO<sub>2</sub>"),
        (r"$\alpha<\beta$ and $5", "α<β and $5"),
        (r"$\leq 3$ and $\frac{1}{2}$", "≤3 and 1/2"),
        (r"a $\odd{x}$ formula", r"a $\odd{x}$ formula"),
    ],
)
def test_simple_formulas_in_tex(sent: str, title: str) -> None:
    assert markup.tex(sent) == title


def test_an_abstract_keeps_its_paragraphs_and_loses_its_heading() -> None:
    paragraphs = "<jats:p>One <jats:italic>a</jats:italic>.</jats:p>\n<jats:p>Two.</jats:p>"
    sent = f"<jats:title>Abstract</jats:title>{paragraphs}"
    assert markup.paragraphs(sent) == "One <i>a</i>.\n\nTwo."
    assert markup.paragraphs("Abstract art is old.") == "Abstract art is old."


def test_entities_in_a_formula_are_refused() -> None:
    attack = '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + MATH.format(
        "<mi>&x;</mi>"
    )
    assert "/etc" not in markup.title(attack)
    assert markup.title(attack).endswith("&x;")


@pytest.mark.parametrize(
    "piece", ["<", "<mml:math>", "<![CDATA[", "&amp;amp;", "$a", "{", "\n ", " "]
)
def test_endless_text_is_cut(piece: str) -> None:
    """Each of these took minutes once; that they end is what is tested."""
    for clean in (markup.title, markup.paragraphs, markup.words, markup.tex):
        assert len(clean("Abstract" + piece * 100_000)) <= 50_000


@settings(max_examples=80)
@given(st.text(alphabet="ab <>&;/:ijats\n", max_size=60))
def test_any_text_is_cleaned_to_one_line(text: str) -> None:
    assert "\n" not in markup.title(text)
