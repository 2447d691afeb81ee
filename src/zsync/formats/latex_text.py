"""LaTeX as people write it in a .bib -> text with Zotero's markup.

pylatexenc reads it: bibtexparser's own ``latexenc`` takes no commands away and reads no mathematics.
"""

import logging
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
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
#: What pylatexenc fails with where a command lacks what it prints.
_LACKING: Final = (LookupError, TypeError, ValueError, AttributeError)
_COMMAND: Final = re.compile(r"[\\{}$~]|--|``|''|[!?]`")


def to_text(latex: str) -> str:
    """Give the text that LaTeX prints, emphasis, sub- and superscripts as Zotero's tags.

    Braces go; ``$x^2$`` is ``x<sup>2</sup>``. A command that is not known prints its arguments.
    """
    if not _COMMAND.search(latex):
        return latex
    # A percent sign begins no comment in a .bib, where a value has no lines.
    prepared = _BARE_PERCENT.sub(r"\\%", latex)
    prepared = _DECLARED.sub(lambda found: f"\\{_COMMANDS[found[1]]}{{", prepared)
    prepared = _TIES.sub("\u00a0", prepared)
    converter, read = _converter()
    try:
        text = converter.nodelist_to_text(read(prepared))
    except (RecursionError, IndexError):
        # pylatexenc goes a few calls deeper for each bracket in a bracket, and beyond the end where a
        # `\verb` is the last thing. Nobody's title has either.
        text = _BRACES.sub("", latex)
    return unicodedata.normalize("NFC", " ".join(text.split(" ")).strip())


@cache
def _converter() -> tuple[Any, Callable[[str], Any]]:
    """What writes text, and what reads LaTeX for it."""
    # Imported here: only pushing reads records that somebody else wrote.
    from pylatexenc import latex2text, latexwalker, macrospec

    # What it warns of is in a record that somebody else wrote, and it says that to the terminal.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

    class Converter(latex2text.LatexNodes2Text):
        """Writes formulas with Zotero's sub- and superscripts, and commands that lack arguments."""

        def apply_simplify_repl(self, node: Any, simplify_repl: Any, what: str) -> str:
            """Print a command in its form; without the arguments that the form wants, those it has."""
            form: Any = super().apply_simplify_repl
            write: Any = self.nodelist_to_text
            with suppress(*_LACKING):
                text = str(form(node, simplify_repl, what))
                if text != simplify_repl or "%s" not in text:
                    return text
            given = node.nodeargd.argnlist if node.nodeargd else ()
            parts = [*(given or ()), *(getattr(node, "nodelist", None) or ())]
            return str(write([each for each in parts if each]))

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
