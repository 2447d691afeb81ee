r"""Tables: what LaTeX commands print, where pylatexenc's own tables are silent, wrong or too technical.

Sources: LaTeX2e's ``ltoutenc`` and ``textcomp`` (text symbols), babel's manual (quotation marks, shorthands),
the BibLaTeX manual (``\mkbib...``), natbib's and hyperref's manuals, and AASTeX's ``aas_macros.sty`` (the
journals of astronomy, with the full names that its comments give).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from zsync.data import rows

_ONE_ARGUMENT: Final = """
text textrm textsf texttt textup textmd textnormal textlf mathrm mathnormal operatorname mathop boldsymbol bm
mbox hbox fbox centerline NoCaseChange bibstring bibcpstring bibnamefont bibfnamefont autocap title subtitle
author date thanks section subsection subsubsection paragraph subparagraph chapter part uline ul underline
sout hl overline widehat widetilde url path nolinkurl urlprefix ce num si unit natexlab acro acs acl ac gls
cyrillictext textcyrillic textgreek textlatin ensuremath
overbrace underbrace overbracket underbracket overgroup undergroup overlinesegment underlinesegment wideparen
overrightarrow overleftarrow overleftrightarrow underrightarrow underleftarrow underleftrightarrow
overleftharpoon overrightharpoon xrightarrow xleftarrow
"""
_FORMS: Final = (
    ("{", "<i>%1</i>", "emph textit textsl mkbibemph mkbibitalic"),
    ("{", "<b>%1</b>", "textbf mkbibbold"),
    ("{", "<sup>%1</sup>", "textsuperscript mkbibsuperscript"),
    ("{", "<sub>%1</sub>", "textsubscript mkbibsubscript"),
    ("{", '<span style="font-variant:small-caps;">%1</span>', "textsc mkbibsc"),
    ("{", "“%1”", "mkbibquote enquote"),
    ("{", "(%1)", "mkbibparens"),
    ("{", "[%1]", "mkbibbrackets"),
    ("{", "%1", _ONE_ARGUMENT),
    ("[{", " [%2]", "footnote"),
    ("[{", "<sup>%1</sup>√(%2)", "sqrt"),
    ("{{", "%1/%2", "frac nicefrac dfrac tfrac sfrac textfrac"),
    ("{{", "%1 %2", "SI qty"),
    ("{{", "%2", "texorpdfstring textlang textstyle bibinfo"),
    ("[{", "%2", "textls"),
    ("[{{", "%3", "foreignlanguage href rotatebox"),
    ("[[{", "%3", "makebox framebox"),
    ("{{{", "%3", "multicolumn resizebox"),
    ("{[{", "%3", "scalebox"),
    ("{[[{", "%4", "raisebox"),
    ("[[[{{", "%5", "parbox"),
    ("{{", "%2 %1", "switchargs"),
    ("{", "⟨%1|", "bra"),
    ("{", "|%1⟩", "ket"),
    ("{{", "⟨%1|%2⟩", "braket"),
    ("{{", "|%1⟩⟨%2|", "ketbra"),
    ("[{{", "%3", "textcolor colorbox"),
    ("[{[{{", "%5", "fcolorbox"),
)  # fmt: skip
FORMS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {name: (arguments, form) for arguments, form, names in _FORMS for name in names.split()}
)
"""Commands with arguments: those that they take besides a star, as pylatexenc has it, and what they print."""

ENVIRONMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: arguments
        for arguments, names in (
            ("{", "otherlanguage otherlanguage* hyphenrules multicols multicols*"),
            ("[{", "array tabular longtable"),
            ("{[{", "tabular* tabularx tabulary"),
            ("[", "itemize enumerate description figure table"),
            ("[[[{", "minipage"),
        )
        for name in names.split()
    }
)
"""Environments whose beginning has arguments, which print nothing."""

VERBATIM: Final = frozenset(("url", "path", "nolinkurl", "href"))
"""Commands whose first argument is an address."""

CASES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        **dict.fromkeys(("uppercase", "MakeUppercase", "MakeTextUppercase"), str.upper),
        **dict.fromkeys(("lowercase", "MakeLowercase", "MakeTextLowercase"), str.lower),
    }
)
"""Commands that print a text in another case."""

MATH_STYLES: Final[Mapping[str, str]] = MappingProxyType({
    "mathbf": "bold", "mathit": "italic", "mathsf": "sans", "mathbb": "doublestruck", "mathtt": "monospace",
    "mathcal": "script", "mathscr": "script", "mathfrak": "fraktur",
})  # fmt: skip
"""The alphabets of mathematics, as pylatexenc calls them."""

_SILENT: Final = (
    ("{", "noopsort noop SortNoop sortnoop label index nocite bibitem"),
    ("{", "thispagestyle pagestyle hyphenation phantom hphantom vphantom selectlanguage language citenum"),
    ("{", "fontencoding fontfamily fontseries fontshape inputencoding"),
    ("{{", "fontsize"),
    ("{", "hspace vspace"),
    ("[{", "color pagecolor"),
    ("[[{", "cite citet citep citealt citealp citeauthor citeyear citeyearpar citefullauthor citetext"),
    ("[[{", "Cite Citet Citep Citealt Citealp Citeauthor citetalias citepalias parencite textcite"),
    ("[[{", "footcite autocite fullcite"),
    ("", "relax null protect noindent indent allowbreak nobreak nolinebreak linebreak newblock unskip"),
    ("", "ignorespaces selectfont normalfont rmfamily sffamily ttfamily upshape mdseries tiny scriptsize"),
    ("", "footnotesize small normalsize large Large LARGE huge Huge rm sf tt left right middle big Big bigg"),
    ("", "Bigg bigl bigr Bigl Bigr biggl biggr limits nolimits displaystyle textstyle scriptstyle / @"),
    ("", "xspace nobreakdash fill hfill vfill centering boldmath unboldmath textcompwordmark strut"),
    ("", "cyrchar"),
)  # fmt: skip
SILENT: Final[Mapping[str, str]] = MappingProxyType(
    {name: arguments for arguments, names in _SILENT for name in names.split()}
)
"""Commands that print nothing here, and their arguments: sort keys, marks, lengths, references."""

DECLARATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: command
        for command, names in (
            ("emph", "em it itshape sl slshape"),
            ("textbf", "bf bfseries"),
            ("textsc", "sc scshape"),
        )
        for name in names.split()
    }
)
"""Commands that hold to the end of their group, and those with an argument that do the same."""

_GREEK: Final = """
alphaα betaβ gammaγ deltaδ epsilonε zetaζ etaη thetaθ iotaι kappaκ lambdaλ muμ nuν xiξ omicronο piπ rhoρ
sigmaσ tauτ upsilonυ phiφ chiχ psiψ omegaω
"""
_LOGOS: Final = """
TeX LaTeX BibTeX BibLaTeX XeTeX XeLaTeX LuaTeX LuaLaTeX pdfTeX pdfLaTeX ConTeXt eTeX METAFONT MetaPost AMS
"""
SYMBOLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{f"text{pair[:-1]}": pair[-1] for pair in _GREEK.split()},
        **{f"text{pair[:-1].capitalize()}": pair[-1].upper() for pair in _GREEK.split()},
        **{name: name for name in _LOGOS.split()},
        "LaTeXe": "LaTeX2e", "AmS": "AMS", "MF": "METAFONT",
        "textunderscore": "_", "textquotedbl": '"', "textless": "<", "textgreater": ">", "textbar": "|",
        "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "lbrack": "[", "rbrack": "]",
        "textnumber": "#", "textpercent": "%", "textampersand": "&", "slash": "/", "hyphen": "-",
        "euro": "€", "EUR": "€", "officialeuro": "€", "degree": "°", "celsius": "°C", "micro": "µ",
        "ohm": "Ω", "percent": "%", "permil": "‰", "angstrom": "Å", "cdotp": "·",
        "textperiodcentered": "·", "lq": "‘", "rq": "’", "lqq": "“", "rqq": "”", "glqq": "„", "grqq": "“",
        "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "flq": "‹", "frq": "›", "og": "«", "fg": "»",
        "guillemetleft": "«", "guillemetright": "»", "ohorn": "ơ", "Ohorn": "Ơ", "OHORN": "Ơ",
        "uhorn": "ư", "Uhorn": "Ư", "UHORN": "Ư", "nobreakspace": "\u00a0", "space": " ", "newline": " ",
        "par": " ", "\n": " ", "\t": " ", " ": " ", "\\": " ", "quad": " ", "qquad": " ", ":": " ",
        ";": " ", "!": "", "thinspace": "\u2009", ",": "\u2009", "item": "• ", "%": "%",
    }
)  # fmt: skip
"""Commands without arguments, and the text that they print."""

COMBINING: Final[Mapping[str, str]] = MappingProxyType({
    "textcommabelow": "\u0326", "textcommaabove": "\u0313", "textogonekcentered": "\u0328",
    "textdotbelow": "\u0323", "textmacronbelow": "\u0331", "textringbelow": "\u0325",
    "textcircumflexbelow": "\u032d", "textbrevebelow": "\u032e", "texttildebelow": "\u0330",
    "h": "\u0309", "G": "\u030f", "f": "\u0311", "t": "\u0361", "U": "\u030e",
    "not": "\u0338",
})  # fmt: skip
"""Accents that are not used on the way out -> the mark that they put on a letter."""

_UNITS: Final = """
meter:m metre:m gram:g kilogram:kg second:s minute:min hour:h hertz:Hz kelvin:K pascal:Pa joule:J
watt:W volt:V newton:N mole:mol ampere:A tesla:T electronvolt:eV
liter:l litre:l kilo:k milli:m nano:n mega:M giga:G tera:T centi:c pico:p femto:f per:/ squared:² cubed:³
"""
UNITS: Final[Mapping[str, str]] = MappingProxyType(dict(pair.split(":") for pair in _UNITS.split()))
"""The units of siunitx, as in ``\\SI{5}{\\milli\\meter}``."""

JOURNALS: Final[Mapping[str, str]] = MappingProxyType(dict(rows("journals")))
"""The journals of astronomy, as records of NASA ADS name them: ``\\apj``."""
