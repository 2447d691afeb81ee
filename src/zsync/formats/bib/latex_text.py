"""LaTeX as people write it in a .bib -> text with Zotero's markup: the one reader of LaTeX.

pylatexenc takes LaTeX apart and knows most symbols; :mod:`zsync.formats.bib.latex_commands` says what the
other commands print. bibtexparser's own ``latexenc`` takes no commands away and reads no mathematics.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from zsync.core.patterns import regex
from zsync.formats.bib.latex_commands import (
    CASES,
    COMBINING,
    DECLARATIONS,
    ENVIRONMENTS,
    FORMS,
    JOURNALS,
    MATH_STYLES,
    SILENT,
    SYMBOLS,
    UNITS,
    VERBATIM,
)
from zsync.formats.bib.symbols import ACCENT_COMMANDS, HORN, HORN_COMMAND, SYMBOL_COMMANDS

_SPECIALS: Final = {
    "~": "\u00a0", "``": "“", "''": "”", "--": "–", "---": "—", "!`": "¡", "?`": "¿",
}  # fmt: skip
_ACCENTS: Final = {**ACCENT_COMMANDS, **COMBINING}
# A percent sign begins no comment in a .bib, where a value has no lines.
_BARE_PERCENT: Final = regex(r"(?<!\\)%")
_DOLLAR: Final = regex(r"(?<!\\)\$")
_BRACES: Final = regex(r"[{}]")
# Blanks that run together; a tie is none.
_BLANKS: Final = regex(r"[ \t\r\n]+")
# A text with no more commands than accents on letters and escaped signs, as most are.
_SIMPLE: Final = regex(r"(?:[^\\$\"]|\\[&%#_]|\\[`'^~=.\"]\{?[A-Za-z])*+")
# What is more than a character in such a text.
_SIGN: Final = regex(r"\\([`'^~=.\"])\{?([A-Za-z])|\\([&%#_])|---|--|``|''|[!?]`|~|[{}]")


# Words with a space between, in which nothing is more than a character.
_WORDS: Final = regex(r"[^\W_]+(?:[.,;:()/]*+ ?[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What LaTeX says, and the commands in it that nobody here knows; those stand in ``text`` as typed."""

    text: str
    unread: tuple[str, ...] = ()


def to_text(latex: str) -> str:
    """Return the text that LaTeX prints: see :func:`read`."""
    return read(latex).text


def read(latex: str, *, german: bool = False, with_addresses: bool = False) -> Reading:
    """Read LaTeX as text, emphasis, sub- and superscripts as Zotero's tags.

    Braces go; ``$x^2$`` is ``x<sup>2</sup>``. A command that is not known stays as it is typed, and what its
    arguments say is read. ``german``: the text uses babel's shorthands, ``"a`` for ``ä``. ``with_addresses``:
    where a text leads stands after it in brackets.
    """
    if _SIMPLE.fullmatch(latex):
        # pylatexenc takes thirty times as long.
        return Reading(_tidy(_SIGN.sub(_plain_sign, latex)))
    writer = _Writer(with_addresses=with_addresses)
    return _written(writer, _without_shorthands(latex, german=german))


def read_address(latex: str) -> str:
    r"""Return an address, a DOI or a number without its LaTeX: ``{\_}`` is ``_``, ``\~{}`` a tilde.

    Of ``\url{...}`` and ``\href{...}{...}`` the address is left.
    """
    if "\\" not in latex and "$" not in latex:
        return _BRACES.sub("", latex).strip()
    return _written(_Writer(is_address=True), latex).text


def _written(writer: "_Writer", latex: str) -> Reading:
    prepared = _BARE_PERCENT.sub(r"\\%", latex).replace(HORN_COMMAND, HORN)
    if len(_DOLLAR.findall(prepared)) % 2:
        # One that begins no formula is money.
        prepared = _DOLLAR.sub(r"\\$", prepared)
    try:
        text = writer.nodes(_parser(writer.is_address)(prepared))
    except (RecursionError, IndexError):
        # pylatexenc goes a few calls deeper for each bracket in a bracket, and beyond the end where a
        # `\verb` is the last thing. Nobody's title has either.
        return Reading(_tidy(_BRACES.sub("", latex)), (latex,))
    return Reading(_tidy(text), tuple(dict.fromkeys(writer.unread)))


def _plain_sign(found: re.Match[str]) -> str:
    accent, letter, escaped = found.groups()
    if letter:
        return f"{letter}{_ACCENTS[accent]}"
    return escaped or _SPECIALS.get(found[0], "")


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())


# --- shorthands of babel -------------------------------------------------------------------------------

_SHORTHANDS: Final = {
    **{f'"{plain}': f"{plain}\u0308" for plain in "aeiouAEIOU"},
    '"s': "ß", '"z': "ß", '"S': "SS", '"Z': "SZ", '"`': "„", "\"'": "“", '"<': "«", '">': "»",
    '"=': "-", '"~': "-", '""': "", '"/': "/", '"-': "\u00ad", '"|': "",
}  # fmt: skip
_SHORTHAND: Final = regex(r"(?<!\\)\"[aeiouszAEIOUSZ`'<>=~\"/|-]")
_QUOTE: Final = regex(r"(?<!\\)\"")
# A quotation mark within a word, which stands for an umlaut or for ß: M"uller.
_IN_A_WORD: Final = regex(r"(?<=[^\W\d_])\"(?=[aouszAOU][^\W\d_])")
# One that ends a quotation: nothing that it could stand for comes after it.
_CLOSING: Final = regex(r"(?<=[\w.,;!?])\"(?![\w'`<>=~\"/|-])")


def _without_shorthands(latex: str, *, german: bool) -> str:
    """Write babel's shorthands out: in a German text that quotes nothing, or where all are within words."""
    quotes = len(_QUOTE.findall(latex))
    is_german = german and not _CLOSING.search(latex)
    if not quotes or not (is_german or len(_IN_A_WORD.findall(latex)) == quotes):
        return latex
    return _SHORTHAND.sub(lambda found: _SHORTHANDS[found[0]], latex)


# --- pylatexenc ----------------------------------------------------------------------------------------

#: Tables of pylatexenc for one lecture, for physics, and of stand-ins for what is printed elsewhere.
_NOT_OURS: Final = ("latex-ethuebung", "latex-placeholders")
# One character's command in pylatexenc's table for writing LaTeX.
_NAMED: Final = regex(r"(?:\\ensuremath\{)?\\([A-Za-z]+)\}?")


@cache
def _parser(is_address: bool) -> Callable[[str], Sequence[Any]]:
    """Return what takes LaTeX apart. In an address only commands are more than characters."""
    # Imported here: only pushing reads records that somebody else wrote.
    from pylatexenc import latexwalker
    from pylatexenc import macrospec as untyped

    # What it warns of is in a record that somebody else wrote, and it says that to the terminal.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    macrospec: Any = untyped
    taken = {**SILENT, **{name: taken for name, (taken, _) in FORMS.items()}}
    arguments = {
        # Any command with an argument may have a star.
        **{name: f"*{each}" if each else "" for name, each in taken.items()},
        **dict.fromkeys((*_ACCENTS, *MATH_STYLES, *CASES), "{"),
    }
    context = macrospec.LatexContextDb()
    context.add_context_category(
        "zsync",
        macros=[
            *(macrospec.MacroSpec(name, args_parser=taken) for name, taken in arguments.items()),
            macrospec.MacroSpec("verb", args_parser=macrospec.VerbatimArgsParser("verb-macro")),
        ],
        environments=[
            macrospec.EnvironmentSpec(name, args_parser=each) for name, each in ENVIRONMENTS.items()
        ],
        specials=[] if is_address else [macrospec.SpecialsSpec(each) for each in _SPECIALS],
    )

    def parse(latex: str) -> Sequence[Any]:
        walker: Any = latexwalker.LatexWalker(latex, latex_context=context, tolerant_parsing=True)
        one_token = walker.get_token

        def token(pos: int, *given: Any, environments: bool = True, **named: Any) -> Any:
            # pylatexenc looks at each character by itself. Where it asks for no environment it reads an
            # argument, which may be a single one.
            run = _WORDS.match(latex, pos) if environments else None
            if run is None:
                return one_token(pos, *given, environments=environments, **named)
            return latexwalker.LatexToken("char", run[0], pos, len(run[0]), "")

        walker.get_token = token
        nodes: Sequence[Any] = walker.get_latex_nodes()[0]
        return nodes

    return parse


@cache
def _printed() -> Mapping[str, str]:
    """Return what commands without arguments print: pylatexenc's tables for both directions, and ours."""
    from pylatexenc import latex2text
    from pylatexenc import latexencode as untyped

    latexencode: Any = untyped
    named = {
        found[1]: chr(code)
        for table in ("unicode-xml", "defaults")
        for rule in latexencode.get_builtin_conversion_rules(table)
        for code, latex in rule.rule.items()
        if (found := _NAMED.fullmatch(latex))
    }
    known = latex2text.get_default_latex_context_db().filter_context(exclude_categories=_NOT_OURS)
    plain = {
        spec.macroname: spec.simplify_repl
        for spec in known.iter_macro_specs()
        if isinstance(spec.simplify_repl, str)
        and spec.simplify_repl.strip()
        and "%" not in spec.simplify_repl
    }
    plain.pop("today", None)
    return {**UNITS, **JOURNALS, **named, **plain, **SYMBOL_COMMANDS, **SYMBOLS}


# --- writing -------------------------------------------------------------------------------------------

_ARGUMENT: Final = regex(r"%(\d)")
_RAISED: Final = regex(r"([\^_])\s*([^\s^_])")
# What a command prints as a word: LaTeX, log, lim inf.
_WORD: Final = regex(r"[A-Za-z]{2,}[a-z 2]*")
_OPTION: Final = regex(r"\[[^]]*\]")
# What an accent prints that stands on nothing, as the tilde in an address does.
_SIGNS: Final = {"tilde": "~", **{sign: sign for sign in "~^'`\"=."}}
_IN_ADDRESSES: Final = {"sim": "~"}
_INNER_QUOTES: Final = str.maketrans("“”", "‘’")


@dataclass(slots=True)
class _Writer:
    """Writes nodes as text, and gathers the commands that are not known."""

    is_address: bool = False
    with_addresses: bool = False
    in_formula: bool = False
    unread: list[str] = field(default_factory=list)

    def nodes(self, nodes: Sequence[Any]) -> str:
        r"""Write one node after the other; a declaration such as ``\em`` holds to the end."""
        pieces: list[str] = []
        before: Any = None
        is_typed = False
        for place, node in enumerate(nodes):
            if declared := DECLARATIONS.get(_command(node)):
                rest = self.nodes(nodes[place + 1 :])
                return "".join(pieces) + _filled(FORMS[declared][1], [rest])
            is_typed = _is_unknown(before) or (is_typed and _is_argument(before))
            text = self._node(node)
            if is_typed and _kind(node) == "Group":
                # An argument of a command that stands as it is typed.
                text = f"{{{text}}}" if text else ""
            elif _is_unknown(before) or _is_word(before):
                text = before.macro_post_space + text
            if self.in_formula:
                text = _in_formula(pieces, before, node, text)
            pieces.append(text)
            before = node
        return "".join(pieces)

    def _node(self, node: Any) -> str:
        match _kind(node):
            case "Chars":
                text = str(node.chars)
                return _RAISED.sub(_raised, text) if self.in_formula else text
            case "Specials":
                return _SPECIALS[node.specials_chars]
            case "Math":
                return self._formula(node.nodelist)
            case "Macro":
                return self._macro(_command(node), _arguments(node))
            case "Group":
                return self.nodes(node.nodelist)
            case "Environment":
                # Its columns are no text; where it has none, pylatexenc takes the first letter for them.
                taken = [each for each in _arguments(node) if _kind(each) == "Chars"]
                text = self.nodes([*taken, *node.nodelist])
                declared = DECLARATIONS.get(node.environmentname)
                return _filled(FORMS[declared][1], [text]) if declared else text
            case _:
                return ""

    def _formula(self, nodes: Sequence[Any]) -> str:
        outside, self.in_formula = self.in_formula, True
        text = self.nodes(nodes).strip()
        self.in_formula = outside
        return text

    def _macro(self, name: str, arguments: Sequence[Any]) -> str:
        if name in SILENT:
            return self._texts(each for each in arguments if _kind(each) == "Chars")
        if name in _ACCENTS:
            return self._accented(name, arguments)
        if name in CASES:
            return CASES[name](self._texts(arguments))
        if name in MATH_STYLES:
            return _styled(self._texts(arguments), MATH_STYLES[name])
        if name == "verb":
            return str(arguments[0].chars) if arguments else ""
        if name == "ensuremath":
            return self._formula(arguments)
        if name in FORMS:
            return self._form(name, arguments)
        if self.is_address and name in _IN_ADDRESSES:
            return _IN_ADDRESSES[name]
        if name in _printed():
            return _printed()[name]
        self.unread.append(f"\\{name}")
        return f"\\{name}"

    def _form(self, name: str, arguments: Sequence[Any]) -> str:
        form = self._form_of_link() if name == "href" else FORMS[name][1]
        texts = [self._text(each) for each in arguments]
        groups = [at for at, each in enumerate(arguments) if _kind(each) == "Group"]
        if name in VERBATIM and groups:
            address = arguments[groups[0]].latex_verbatim()[1:].removesuffix("}")
            texts[groups[0]] = read_address(address)
        printed = {int(number) for number in _ARGUMENT.findall(form)}
        in_braces = [
            each
            for at, each in enumerate(arguments, 1)
            if at not in printed or form.startswith(" [")
        ]
        # Where an argument is lacking, the first letter of what follows was taken for it.
        is_lacking = any(_kind(each) == "Chars" for each in in_braces)
        if is_lacking:
            return "".join(texts)
        if form.startswith("“"):
            texts = [text.translate(_INNER_QUOTES) for text in texts]
        return _filled(form, texts).replace("<sup></sup>", "")

    def _form_of_link(self) -> str:
        if self.is_address:
            return "%2"
        return "%3 (%2)" if self.with_addresses else FORMS["href"][1]

    def _accented(self, name: str, arguments: Sequence[Any]) -> str:
        text = self._texts(arguments)
        if self.is_address or not text.strip():
            return _SIGNS.get(name, "") + text
        # A letter below the accent: the first, without its dot.
        letter = {"ı": "i", "ȷ": "j"}.get(text[0], text[0])
        return unicodedata.normalize("NFC", f"{letter}{_ACCENTS[name]}") + text[1:]

    def _texts(self, nodes: Iterable[Any]) -> str:
        return "".join(map(self._text, nodes))

    def _text(self, node: Any) -> str:
        return self._node(node) if node is not None else ""


def _kind(node: Any) -> str:
    """Return what a node is: ``Chars``, ``Group``, ``Macro`` ..."""
    return type(node).__name__.removeprefix("Latex").removesuffix("Node")


def _command(node: Any) -> str:
    return str(node.macroname) if _kind(node) == "Macro" else ""


def _arguments(node: Any) -> Sequence[Any]:
    """Return the arguments of a command, None for those left out; a star is none."""
    if not node.nodeargd or not node.nodeargd.argnlist:
        return ()
    kinds = node.nodeargd.argspec or "{" * len(node.nodeargd.argnlist)
    given = zip(kinds, node.nodeargd.argnlist, strict=False)
    return tuple(each for kind, each in given if kind != "*")


def _is_unknown(node: Any) -> bool:
    name = _command(node)
    tables = (SILENT, _ACCENTS, CASES, MATH_STYLES, FORMS, _printed())
    return bool(name) and name != "verb" and not any(name in table for table in tables)


def _is_argument(node: Any) -> bool:
    """Whether a node may be an argument: a group, or a text in brackets."""
    is_chars = _kind(node) == "Chars"
    return _kind(node) == "Group" or (is_chars and _OPTION.fullmatch(node.chars) is not None)


def _is_word(node: Any) -> bool:
    r"""Whether a command prints a word, as ``\LaTeX`` and ``\log`` do."""
    name = _command(node)
    return bool(name) and _WORD.fullmatch(_printed().get(name, "")) is not None


def _filled(form: str, arguments: Sequence[str]) -> str:
    """Print arguments in their form; where the form wants more of them, those that are there."""
    wanted = [int(number) - 1 for number in _ARGUMENT.findall(form)]
    if not wanted or max(wanted) < len(arguments):
        return _ARGUMENT.sub(lambda found: arguments[int(found[1]) - 1], form)
    return "".join(arguments)


def _styled(text: str, style: str) -> str:
    from pylatexenc.latex2text import fmt_math_text_style

    return str(fmt_math_text_style(text, style))


def _in_formula(pieces: list[str], before: Any, node: Any, text: str) -> str:
    """Return the text of a node as it stands in a formula, after the pieces before it."""
    last = pieces[-1] if pieces else ""
    if _kind(before) == "Chars" and last.endswith(("^", "_")):
        pieces[-1] = last[:-1]
        return _shifted(last[-1], text)
    is_apart = _is_word(before) or _is_word(node)
    return f" {text}" if is_apart and last[-1:].isalnum() and text[:1].isalnum() else text


def _raised(found: re.Match[str]) -> str:
    return _shifted(found[1], found[2])


#: Signs that are raised to be what they are: degrees and primes.
_RAISED_SIGNS: Final = {"∘": "°", "′": "′", "′′": "″"}


def _shifted(shift: str, text: str) -> str:
    if shift == "^" and text in _RAISED_SIGNS:
        return _RAISED_SIGNS[text]
    tag = "sup" if shift == "^" else "sub"
    return f"<{tag}>{text}</{tag}>"
