"""LaTeX as people write it in a .bib -> text with Zotero's markup.

pylatexenc reads it: bibtexparser's own ``latexenc`` takes no commands away and reads no mathematics.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Final

_MARKUP: Final = {
    "<i>%s</i>": ("emph", "textit", "mkbibemph", "mkbibitalic", "textsl"),
    "<b>%s</b>": ("textbf", "mkbibbold"),
    "<sup>%s</sup>": ("textsuperscript", "mkbibsuperscript"),
    "<sub>%s</sub>": ("textsubscript", "mkbibsubscript"),
    '<span style="font-variant:small-caps;">%s</span>': ("textsc",),
    "“%s”": ("mkbibquote", "enquote"),
    "%s": (
        "bibstring",
        "texttt",
        "textrm",
        "textsf",
        "textup",
        "text",
        "mathrm",
        "ensuremath",
        "url",
        "path",
    ),
}
_DECLARED: Final = re.compile(r"\{\\(em|it|itshape|bf|bfseries|sc|scshape)(?![A-Za-z])\s*")
_COMMANDS: Final = {
    "em": "emph", "it": "emph", "itshape": "emph", "bf": "textbf", "bfseries": "textbf",
    "sc": "textsc", "scshape": "textsc",
}  # fmt: skip
_RAISED: Final = re.compile(r"([\^_])\s*([^\s^_])")
_BARE_PERCENT: Final = re.compile(r"(?<!\\)%")
_TIES: Final = re.compile(r"(?<!\\)~")
_BRACES: Final = re.compile(r"[{}]")
#: Nobody's title has as many braces in braces.
_DEEPEST: Final = 50
_COMMAND: Final = re.compile(r"[\\{}$~]|--|``|''|[!?]`")


def to_text(latex: str) -> str:
    """Give the text that LaTeX prints, emphasis, sub- and superscripts as Zotero's tags.

    Braces go; ``$x^2$`` is ``x<sup>2</sup>``. A command that is not known prints its arguments.
    """
    if not _COMMAND.search(latex):
        return latex
    if _depth(latex) > _DEEPEST:
        return " ".join(_BRACES.sub("", latex).split())
    # A percent sign begins no comment in a .bib, where a value has no lines.
    prepared = _BARE_PERCENT.sub(r"\\%", latex)
    prepared = _DECLARED.sub(lambda found: f"\\{_COMMANDS[found[1]]}{{", prepared)
    prepared = _TIES.sub("\u00a0", prepared)
    converter, read = _converter()
    text = converter.nodelist_to_text(read(prepared))
    return unicodedata.normalize("NFC", " ".join(text.split(" ")).strip())


def _depth(latex: str) -> int:
    """Give how deep braces stand in braces at most; pylatexenc goes a call deeper for each."""
    depth = deepest = 0
    for brace in _BRACES.findall(latex):
        depth = max(0, depth + 1) if brace == "{" else depth - 1
        deepest = max(deepest, depth)
    return deepest


@cache
def _converter() -> tuple[Any, Callable[[str], Any]]:
    """What writes text, and what reads LaTeX for it."""
    # Imported here: only pushing reads records that somebody else wrote.
    from pylatexenc import latex2text, latexwalker, macrospec

    class Converter(latex2text.LatexNodes2Text):
        """Writes formulas with Zotero's sub- and superscripts."""

        def math_node_to_text(self, node: Any) -> str:
            return self._formula(node.nodelist).strip()

        def _formula(self, nodes: Any) -> str:
            write: Any = self.node_to_text
            formula, shift = "", ""
            for node in nodes:
                is_group = node.isNodeType(latexwalker.LatexGroupNode)
                text = self._formula(node.nodelist) if is_group else str(write(node))
                if shift:
                    text, shift = _shifted(shift, text), ""
                elif node.isNodeType(latexwalker.LatexCharsNode):
                    text = _RAISED.sub(lambda found: _shifted(found[1], found[2]), text)
                    shift = text[-1:] if text[-1:] in ("^", "_") else ""
                    text = text.removesuffix(shift)
                formula += text
            return formula

    names = {name: form for form, named in _MARKUP.items() for name in named}
    macros = latexwalker.get_default_latex_context_db()
    macros.add_context_category(
        "zsync", prepend=True, macros=[macrospec.std_macro(name, None, 1) for name in names]
    )
    texts = latex2text.get_default_latex_context_db()
    texts.add_context_category(
        "zsync",
        prepend=True,
        macros=[
            *(latex2text.MacroTextSpec(name, form) for name, form in names.items()),
            latex2text.MacroTextSpec("-", "\u00ad"),
            latex2text.MacroTextSpec("textnumero", "№"),
        ],
    )

    def read(latex: str) -> Any:
        walker = latexwalker.LatexWalker(latex, latex_context=macros, tolerant_parsing=True)
        return walker.get_latex_nodes()[0]

    make: Callable[..., Any] = Converter
    return make(latex_context=texts, strict_latex_spaces=True), read


def _shifted(shift: str, text: str) -> str:
    tag = "sup" if shift == "^" else "sub"
    return f"<{tag}>{text}</{tag}>"
