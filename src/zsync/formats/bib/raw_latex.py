"""LaTeX that somebody typed on purpose: what of it may go through as it stands.

Anybody who may edit a shared library can type raw LaTeX, and a bibliography that does not compile is nobody's
wish. So it goes through only if all it can do is to format: known commands with their arguments, balanced
braces, well-formed mathematics. A file must not be read, no program be run.
"""

import re
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.bib.symbols import MATH

_WITH_ARGUMENT: Final = frozenset({
    "emph", "textit", "textbf", "textsc", "texttt", "textrm", "textsf", "textup", "textnormal",
    "textsubscript", "textsuperscript", "text", "mkbibemph", "mkbibbold", "mkbibquote", "enquote",
    "url", "path", "ce", "noopsort", "bibstring", "mbox", "ensuremath", "underline",
})  # fmt: skip
_TEXT_SYMBOLS: Final = frozenset({
    "LaTeX", "TeX", "textbackslash", "textasciitilde", "textasciicircum", "textbraceleft",
    "textbraceright", "textbar", "textless", "textgreater", "textquotedbl", "textendash",
    "textemdash", "ldots", "dots", "slash", "AE", "ae", "OE", "oe", "O", "o", "AA", "aa", "L", "l",
    "ss", "i", "j", "S", "P", "pounds", "copyright", "quad", "qquad", "allowbreak", "relax", "null",
})  # fmt: skip
_MATH_WITH_ARGUMENT: Final = frozenset({
    "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak", "mathscr",
    "text", "sqrt", "hat", "bar", "tilde", "vec", "dot", "ddot", "acute", "grave", "breve", "check",
    "overline", "underline", "widehat", "widetilde",
})  # fmt: skip
_MATH_SYMBOLS: Final = frozenset({
    "quad", "qquad", "ldots", "cdots", "dots", "le", "ge", "ne", "to", "epsilon", "sin", "cos", "tan",
    "log", "ln", "exp", "lim", "min", "max", "sup", "inf", "det", "dim", "ker", "gcd", "deg", "not",
    "circ", "prime", "colon", "mid", "lbrace", "rbrace", "bmod",
})  # fmt: skip
_MATH_COMMANDS: Final = _MATH_SYMBOLS | {
    name for command in MATH.values() for name in re.findall(r"\\([A-Za-z]+)", command)
} - _MATH_WITH_ARGUMENT  # fmt: skip

_COMMAND: Final = regex(r"\\([A-Za-z]+|.|\Z)((?:\[[^][]*\])?\s*\{)?", re.DOTALL)
_PUNCTUATION: Final = frozenset(",;:!-_&%$#{}/ ")
_MATH_PUNCTUATION: Final = frozenset(",;:!_%$#{}| ")
_ACCENT: Final = regex(r"\\(?:[`'^\"~=.]\s*|[cduvHkrbt](?:\s+|(?=\{)))(?:[A-Za-z]|\{|\\[ij]\b)")
_ESCAPED: Final = regex(r"\\[^A-Za-z]", re.DOTALL)
_MATHEMATICS: Final = regex(
    r"\$((?:[^$\\]|\\.)*)\$|\\ensuremath\{((?:[^{}$\\]|\\.|\{[^{}$\\]*\})*)\}", re.DOTALL
)
_DELIMITER: Final = r"\s*(?:[][()|./]|\\[{}|])"
_FENCED: Final = regex(
    rf"\\left{_DELIMITER}((?:(?!\\left|\\right).)*)\\right{_DELIMITER}", re.DOTALL
)
_WITH_TWO_ARGUMENTS: Final = regex(r"\\(?:frac|href)(?=\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{)")
_SIGN: Final = regex(r"[_^]")
_SCRIPT: Final = regex(
    r"[_^]\s*(?:\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|\\[A-Za-z]+|[A-Za-z0-9+*-])\s*"
)
_SCRIPT_IN_TEXT: Final = regex(r"\\(?:text|mbox)\s*\{[^{}]*[_^]")


def is_harmless(raw: str) -> bool:
    """Whether raw LaTeX only formats, and compiles wherever the packages that it uses are loaded."""
    if "^^" in raw or not braces_balance(raw) or not braces_balance(_ESCAPED.sub("", raw)):
        return False
    mathematics = [found[1] or found[2] or "" for found in _MATHEMATICS.finditer(raw)]
    return _is_text(_MATHEMATICS.sub("", raw)) and all(map(_is_mathematics, mathematics))


def _is_text(raw: str) -> bool:
    rest = _ACCENT.sub("{", _WITH_TWO_ARGUMENTS.sub("", raw))
    commands = _COMMAND.findall(rest)
    known = all(
        name in _TEXT_SYMBOLS or name in _PUNCTUATION or (argument and name in _WITH_ARGUMENT)
        for name, argument in commands
    )
    return known and re.search("[%#&_^$]", _COMMAND.sub("", rest)) is None


def _is_mathematics(raw: str) -> bool:
    while found := _FENCED.search(raw):
        if not braces_balance(_ESCAPED.sub("", found[1])):
            return False
        raw = raw[: found.start()] + found[1] + raw[found.end() :]
    raw = _WITH_TWO_ARGUMENTS.sub("", raw)
    known = all(
        name in _MATH_COMMANDS
        or name in _MATH_PUNCTUATION
        or (argument and name in _MATH_WITH_ARGUMENT)
        for name, argument in _COMMAND.findall(raw)
    )
    return (
        known
        and braces_balance(_ESCAPED.sub("", raw))
        and re.search("[%#&$]", _ESCAPED.sub("", raw)) is None
        and _SCRIPT_IN_TEXT.search(raw) is None
        and _has_single_scripts(_ESCAPED.sub("", raw))
    )


def _has_single_scripts(raw: str) -> bool:
    """Whether every ``_`` and ``^`` has its argument, and none comes twice on the same base."""
    position, seen = 0, ""
    while found := _SIGN.search(raw, position):
        script = _SCRIPT.match(raw, found.start())
        if script is None or not _has_single_scripts(script[1] or ""):
            return False
        seen = seen + found[0] if found.start() == position else found[0]
        position = script.end()
        if seen in ("__", "^^", "_^_", "^_^") or (
            "^" in seen and raw[position : position + 1] == "'"
        ):
            return False
    return True


def braces_balance(text: str) -> bool:
    """Whether BibTeX, which counts escaped braces like any other, finds every brace closed."""
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
