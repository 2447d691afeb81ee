"""English titles: title case, and braces around what was typed with a capital."""

import pytest

from zsync.formats.bib.latex import BIBLATEX, BIBTEX
from zsync.formats.bib.titles import is_english, render_title


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a study of the mind in the wild", "A Study of the Mind in the Wild"),
        ("What to look for", "What to Look For"),
        ("vision: a survey", "Vision: A Survey"),
        ("what is life? the question", "What Is Life? The Question"),
        (
            "learning with BERT and GPT-4 on ImageNet",
            "Learning with {{BERT}} and {{GPT-4}} on {{ImageNet}}",
        ),
        ("Deep learning", "Deep Learning"),
        ("GANs rule", "{{GANs}} Rule"),
        ("the New York Times corpus", "The {{New York Times}} Corpus"),
        ("X-ray images and S-matrix theory", "X-Ray Images and {{S-matrix}} Theory"),
        ("state-of-the-art end-to-end models", "State-of-the-Art End-to-End Models"),
        ("Wittgenstein's view of Frege's work", "Wittgenstein's View of {{Frege}}'s Work"),
        ("of l'art d'un peintre", "Of l'art d'un Peintre"),
        ("(un)supervised learning (a survey)", "(Un)supervised Learning (a Survey)"),
        ("p53 and tau in 3D", "P53 and Tau in {{3D}}"),
        ("μm scale anuṣṭhú", "μm Scale anuṣṭhú"),
        ("the iPhone", "The {{iPhone}}"),
        ("beads of 1000 \u00b5m", "Beads of 1000 \u00b5m"),
        ("waves of 20 ms in 10–20 kg of mud", "Waves of 20 ms in 10–20 kg of Mud"),
        ("on the sum f(x)", "On the Sum f(x)"),
        ("sorting in O(n log n)", "Sorting in {{O}}(n log n)"),
        ("a survey of k-NN", "A Survey of k-{{NN}}"),
        ("", ""),
    ],
)
def test_english_titles_in_biblatex(typed: str, written: str) -> None:
    assert render_title(typed, BIBLATEX, english=True) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a <i>small</i> thing", r"A {\mkbibemph{Small}} Thing"),
        ("on <i>Apis mellifera</i>", r"On {{\mkbibemph{Apis mellifera}}}"),
        ("a <b>bold <i>Apis</i> claim</b>", r"A {{\textbf{bold \mkbibemph{Apis} claim}}}"),
        ("the K<sub>ATP</sub> channel", r"The {{K}}{{\textsubscript{ATP}}} Channel"),
        ('some <span class="nocase">lower case</span> words', "Some {{lower case}} Words"),
        (
            "CO<sub>2</sub> and H<sub>max</sub>",
            r"{{CO}}{\textsubscript{2}} and {{H}}{\textsubscript{max}}",
        ),
        ("a <pre>$\\ell_1$</pre> norm", r"A $\ell_1$ Norm"),
        (
            "dating <sup>14</sup>C and <sup>60</sup>Fe",
            r"Dating {\textsuperscript{14}}{{C}} and {\textsuperscript{60}}{{Fe}}",
        ),
        (
            "x<sub>1</sub> of the 2<sup>nd</sup> order",
            r"x{\textsubscript{1}} of the 2{\textsuperscript{nd}} Order",
        ),
    ],
)
def test_markup_in_english_titles(typed: str, written: str) -> None:
    assert render_title(typed, BIBLATEX, english=True) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("the <pre>$L^P$</pre> norm", "The {$L^P$} Norm"),
        ("all <pre>{$\\Re(s)$} of $\\Gamma$</pre>", "All {$\\Re(s)$} of {$\\Gamma$}"),
    ],
)
def test_bibtex_gets_formulas_in_braces(typed: str, written: str) -> None:
    assert render_title(typed, BIBTEX, english=True) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a cut at p<0.05", "A Cut at p{$<$}0.05"),
        ("sums in $O(n \\log n)$", r"Sums in \${{O}}(n \textbackslash log n)\$"),
        ("decays: p→π and n=3", r"Decays: p→π and n=3"),
    ],
)
def test_a_single_letter_beside_a_sign_is_a_symbol(typed: str, written: str) -> None:
    assert render_title(typed, BIBLATEX, english=True) == written


def test_an_accent_whose_command_is_a_capital_stands_in_braces() -> None:
    assert render_title("a gyűjtő", BIBTEX, english=True) == r"A Gy{\H u}jt{\H o}"


def test_a_foreign_title_keeps_its_capitals_in_either_format() -> None:
    title = "Über das Maß aller Dinge"
    assert render_title(title, BIBLATEX, english=False) == title
    assert render_title(title, BIBTEX, english=False) == r"{\"Uber das Ma\ss{} aller Dinge}"


@pytest.mark.parametrize("language", ["", "en", "en-GB", "English", "eng"])
def test_languages_whose_titles_take_english_capitals(language: str) -> None:
    assert is_english(language)


@pytest.mark.parametrize("language", ["de", "fr-FR", "中文", "the language"])
def test_languages_whose_titles_stay_as_they_are(language: str) -> None:
    assert not is_english(language)
