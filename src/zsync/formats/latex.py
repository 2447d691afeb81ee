"""Unicode and Zotero's rich text -> LaTeX that compiles whatever was typed.

Two alphabets: BibTeX gets ASCII where LaTeX has a macro, BibLaTeX keeps UTF-8 and escapes only what TeX
would act on. Braces that were typed become macros, because BibTeX counts escaped braces too. Zotero's rich
text is the HTML subset of https://www.zotero.org/support/kb/rich_text_bibliography; what does not pair up
is literal text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ACCENTS: Final = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0326": "textcommabelow",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_OVERLINE: Final = "\u0305"
_SPECIALS: Final = {
    "\\": r"\textbackslash",
    "{": r"\textbraceleft",
    "}": r"\textbraceright",
    "~": r"\textasciitilde",
    "^": r"\textasciicircum",
    "|": r"\textbar",
    "<": "{$<$}",
    ">": "{$>$}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2009": r"\,",
    "\u202f": r"\,",
}
_LETTERS: Final = {
    "Æ": r"\AE", "æ": r"\ae", "Œ": r"\OE", "œ": r"\oe", "Ø": r"\O", "ø": r"\o",
    "Å": r"\AA", "å": r"\aa", "Ł": r"\L", "ł": r"\l", "ß": r"\ss", "ı": r"\i", "ȷ": r"\j",
    "Đ": r"\DJ", "đ": r"\dj", "Ð": r"\DH", "ð": r"\dh", "Þ": r"\TH", "þ": r"\th",
    "Ŋ": r"\NG", "ŋ": r"\ng",
}  # fmt: skip
_SYMBOLS: Final = {
    "–": "--", "—": "---", "―": "---", "‐": "-", "‑": "-", "‒": "--", "─": "-",
    "‘": "`", "’": "'", "‚": ",", "“": "``", "”": "''", "„": r"\quotedblbase",
    "«": r"\guillemotleft", "»": r"\guillemotright", "‹": r"\guilsinglleft", "›": r"\guilsinglright",
    "…": r"\dots", "§": r"\S", "¶": r"\P", "†": r"\dag", "‡": r"\ddag", "•": r"\textbullet",
    "©": r"\copyright", "®": r"\textregistered", "™": r"\texttrademark", "£": r"\pounds",
    "€": r"\texteuro", "¥": r"\textyen", "¿": "?`", "¡": "!`", "ª": r"\textordfeminine",
    "º": r"\textordmasculine", "№": r"\textnumero",
}  # fmt: skip
_GREEK: Final = (
    "αalpha βbeta γgamma δdelta εvarepsilon ϵepsilon ζzeta ηeta θtheta ϑvartheta ιiota κkappa λlambda"
    " μmu \u00b5mu νnu ξxi πpi ρrho ςvarsigma σsigma τtau υupsilon φvarphi ϕphi χchi ψpsi ωomega"
    " ΓGamma ΔDelta ΘTheta ΛLambda ΞXi ΠPi ΣSigma ΥUpsilon ΦPhi ΨPsi ΩOmega"
)
_OPERATORS: Final = (
    "×times ÷div ±pm ∓mp ⋅cdot ·cdot ∗ast ∘circ ∙bullet ∞infty ∂partial ∇nabla √surd ∑sum ∏prod ∫int"
    " ≤leq ≥geq ≠neq ≈approx ≃simeq ≅cong ≡equiv ∼sim ∝propto ≪ll ≫gg ⩽leq ⩾geq"
    " ∈in ∉notin ∋ni ⊂subset ⊃supset ⊆subseteq ⊇supseteq ∪cup ∩cap ∅emptyset ∀forall ∃exists ¬neg"
    " ∧wedge ∨vee ⊕oplus ⊗otimes ⊥perp ∥parallel ⟨langle ⟩rangle ∠angle †dagger ′prime ℓell ℏhbar ℜRe"
    " ℑIm ←leftarrow →rightarrow ↔leftrightarrow ↑uparrow ↓downarrow ⇐Leftarrow ⇒Rightarrow"
    " ⇔Leftrightarrow ↦mapsto ⟶longrightarrow ⟵longleftarrow ∖setminus ⋆star ★star △triangle"
)
_MATH: Final = {
    **{pair[0]: "\\" + pair[1:] for pair in f"{_GREEK} {_OPERATORS}".split()},
    "−": "-",
    "°": r"^{\circ}",
    "″": r"\prime\prime",
}
_RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True))

_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_BREAKS: Final = re.compile(
    "[ ]*[\t-\r\x1c-\x1f\x85\u2028\u2029][ \t-\r\x1c-\x1f\x85\u2028\u2029]*"
)
_COMPATIBLE: Final = re.compile("[\ufb00-\ufb06\u2160-\u217f\u2000-\u2008\u200a\u205f]")
_SPECIAL: Final = re.compile("[" + re.escape("".join(_SPECIALS)) + "]")
_MARKS: Final = "\u0300-\u036f"
_FOREIGN: Final = re.compile(
    f"[{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+|.[{_MARKS}]+|[{re.escape(''.join(_SPECIALS))}]|[^\x00-\x7f]",
    re.DOTALL,
)
_ADJACENT_MATH: Final = re.compile(r"\$\}\{\$(?![\^_])")
_CONTROL_WORD: Final = re.compile(r"\\[A-Za-z]+")
_MACRO_AT_END: Final = re.compile(r"\\[A-Za-z]+\Z")


@dataclass(frozen=True, slots=True)
class TexForm:
    """Which LaTeX: BibLaTeX's commands or BibTeX's, and whether in ``ascii`` wherever there is a macro."""

    biblatex: bool
    ascii: bool


BIBTEX: Final = TexForm(biblatex=False, ascii=True)
BIBLATEX: Final = TexForm(biblatex=True, ascii=False)


def clean(text: str) -> str:
    """Text without control, bidirectional and unpaired surrogate characters; line breaks become one space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _UNWANTED.sub("", _BREAKS.sub(" ", text))
    text = unicodedata.normalize("NFC", text).strip()
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def escape(text: str, *, ascii_only: bool) -> str:
    """Write cleaned text so that TeX prints it; with ``ascii_only`` as ASCII where LaTeX has a macro."""
    if not ascii_only or text.isascii():
        return _SPECIAL.sub(_special, text)
    return _ADJACENT_MATH.sub("", _FOREIGN.sub(_foreign, text))


@lru_cache(maxsize=8192)
def escape_name(text: str, *, ascii_only: bool) -> str:
    """Like :func:`escape`, with every accented letter in braces: BibTeX then counts it as one letter."""
    if not ascii_only or text.isascii():
        return _SPECIAL.sub(_special, text)
    return _FOREIGN.sub(_foreign_in_name, text)


def _special(found: re.Match[str]) -> str:
    return _spaced(_SPECIALS[found[0]], found)


def _spaced(macro: str, found: re.Match[str]) -> str:
    """End a macro's name: by a space before a letter, by ``{}`` before a space that must survive."""
    if not _CONTROL_WORD.fullmatch(macro):
        return macro
    following = found.string[found.end() : found.end() + 1]
    if following.isalnum():
        return macro + " "
    return macro + "{}" if following.isspace() else macro


def _foreign(found: re.Match[str]) -> str:
    macro = _macro(found[0])
    if _CONTROL_WORD.fullmatch(macro) and not macro.islower():
        # BibTeX would lower-case the macro's name in a title; braces make it one "special character".
        return f"{{{macro}}}"
    return _spaced(macro, found)


def _foreign_in_name(found: re.Match[str]) -> str:
    macro = _macro(found[0])
    is_letter = macro[:1] == "\\" and (len(found[0]) > 1 or found[0].isalpha())
    return f"{{{macro}}}" if is_letter else _spaced(macro, found)


@lru_cache(maxsize=4096)
def _macro(char: str) -> str:
    """The LaTeX for one character with its combining marks, or the character itself."""
    for table in (_SPECIALS, _LETTERS, _SYMBOLS):
        if char in table:
            return table[char]
    if char in _MATH:
        return f"{{${_MATH[char]}$}}"
    for sign, shifted in (("^", _RAISED), ("_", _LOWERED)):
        if char[0] in shifted:
            plain = "".join(map(shifted.__getitem__, char))
            argument = plain if len(plain) == 1 and not plain.isdigit() else f"{{{plain}}}"
            return f"{{${sign}{argument}$}}"
    if char[1:] == _OVERLINE and char[0].isalnum():
        return f"{{$\\overline{{{char[0]}}}$}}"
    return _accented(char)


def _accented(char: str) -> str:
    decomposed = unicodedata.normalize("NFD", char)
    base, marks = decomposed[0], decomposed[1:]
    if not base.isascii() or not base.isalpha() or not marks or not _ACCENTS.keys() >= set(marks):
        return "".join(_SPECIALS.get(part, part) for part in char)
    macro = base
    for mark in marks:
        accent = _ACCENTS[mark]
        argument = macro if len(macro) == 1 else f"{{{macro}}}"
        space = " " if accent.isalpha() and len(argument) == 1 else ""
        macro = f"\\{accent}{space}{argument}"
    return macro


# --- rich text ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Markup:
    """A stretch ``text[start:end]`` of a :class:`RichText`: ``i b sub sup sc tt``, ``nocase`` or ``raw``."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class RichText:
    """Plain text and its markup; stretches nest, outer before inner, in reading order, none is empty."""

    text: str
    markup: tuple[Markup, ...] = ()

    def kinds(self, *kinds: str) -> tuple[Markup, ...]:
        """The stretches of these kinds."""
        return tuple(stretch for stretch in self.markup if stretch.kind in kinds)


_TAG: Final = re.compile(
    r"<(/?)(i|em|b|strong|sub|sup|sc|nc|span|pre|script|code|tt)( [^<>]{0,200})?>", re.IGNORECASE
)
_KINDS: Final = {
    "em": "i",
    "strong": "b",
    "nc": "nocase",
    "pre": "raw",
    "script": "raw",
    "code": "tt",
}
_NOCASE: Final = re.compile(r"class=[\"']?nocase\b", re.IGNORECASE)
_SMALL_CAPS: Final = re.compile(r"style=.*small-caps", re.IGNORECASE)


def parse_rich_text(html: str) -> RichText:
    """Split Zotero's rich text into plain text and markup; a tag without its partner stays in the text."""
    if "<" not in html:
        return RichText(html)
    tags = list(_TAG.finditer(html))
    partners = _pair_tags(tags)
    return _lift_tags(html, [(tag, partners.get(index)) for index, tag in enumerate(tags)])


def _pair_tags(tags: list[re.Match[str]]) -> dict[int, int]:
    """Index of an opening tag <-> index of its closing one, both ways."""
    partners: dict[int, int] = {}
    stack: list[int] = []
    waiting: dict[str, int] = {}
    for index, tag in enumerate(tags):
        name = tag[2].lower()
        if not tag[1]:
            stack.append(index)
            waiting[name] = waiting.get(name, 0) + 1
        elif waiting.get(name):
            opening = _unwind(tags, stack, waiting, name)
            partners |= {opening: index, index: opening}
    return partners


def _unwind(tags: list[re.Match[str]], stack: list[int], waiting: dict[str, int], name: str) -> int:
    while True:
        opening = stack.pop()
        opened = tags[opening][2].lower()
        waiting[opened] -= 1
        if opened == name:
            return opening


def _lift_tags(html: str, tags: list[tuple[re.Match[str], int | None]]) -> RichText:
    pieces: list[str] = []
    length = position = 0
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for index, (tag, partner) in enumerate(tags):
        if partner is None:
            continue
        piece = html[position : tag.start()]
        pieces.append(piece)
        length += len(piece)
        position = tag.end()
        if partner > index:
            starts[index] = length
        else:
            ends[partner] = length
    pieces.append(html[position:])
    markup = (
        Markup(start, ends[index], kind)
        for index, start in starts.items()
        if ends[index] > start and (kind := _kind(tags[index][0]))
    )
    return RichText("".join(pieces), tuple(markup))


def _kind(tag: re.Match[str]) -> str:
    name, attributes = tag[2].lower(), tag[3] or ""
    if name != "span":
        return _KINDS.get(name, name)
    if _NOCASE.search(attributes):
        return "nocase"
    return "sc" if _SMALL_CAPS.search(attributes) else ""


_COMMANDS: Final = {
    "b": r"\textbf{",
    "i": r"\emph{",
    "sub": r"\textsubscript{",
    "sup": r"\textsuperscript{",
    "sc": r"\textsc{",
    "tt": r"\texttt{",
    "nocase": "{{",
    "raw": "",
}
_BIBLATEX_COMMANDS: Final = _COMMANDS | {"i": r"\mkbibemph{"}
_CLOSING: Final = {"nocase": "}}", "raw": ""}


def render_rich_text(
    rich: RichText,
    write: Callable[[int, int], str],
    *,
    form: TexForm,
    shield: bool = False,
) -> str:
    """Write the markup as LaTeX commands around what ``write(start, end)`` makes of the plain text.

    With ``shield`` a command gets braces of its own, so that BibTeX does not read its name as text to be
    lower-cased. Raw stretches go through only if :func:`is_harmless`.
    """
    if not rich.markup:
        return write(0, len(rich.text))
    commands = _BIBLATEX_COMMANDS if form.biblatex else _COMMANDS
    pieces: list[str] = []
    for start, end, stack, event in walk(rich):
        if event:
            pieces.append(_render_event(event, stack, commands, shield=shield))
        elif any(stretch.kind == "raw" for stretch in stack):
            raw = rich.text[start:end]
            pieces.append(_separated(pieces, raw) if is_harmless(raw) else write(start, end))
        else:
            pieces.append(write(start, end))
    return "".join(pieces)


def _separated(pieces: list[str], raw: str) -> str:
    needs_space = raw[:1].isalpha() and pieces and _MACRO_AT_END.search(pieces[-1])
    return "{}" + raw if needs_space else raw


def _render_event(
    event: str, stack: list[Markup], commands: dict[str, str], *, shield: bool
) -> str:
    kind = stack[-1].kind
    shielded = shield and len(stack) == 1 and kind not in ("nocase", "raw")
    if event == "open":
        return ("{" if shielded else "") + commands[kind]
    return _CLOSING.get(kind, "}") + ("}" if shielded else "")


def walk(rich: RichText) -> Iterator[tuple[int, int, list[Markup], str]]:
    """Stretches of text (event ``""``) and the opening and closing of markup, in reading order."""
    position, stack = 0, list[Markup]()
    for stretch in (*rich.markup, Markup(len(rich.text), len(rich.text), "")):
        while stack and stack[-1].end <= stretch.start:
            if position < stack[-1].end:
                yield position, stack[-1].end, stack, ""
            position = stack[-1].end
            yield position, position, stack, "close"
            stack.pop()
        if position < stretch.start:
            yield position, stretch.start, stack, ""
            position = stretch.start
        if stretch.kind:
            stack.append(stretch)
            yield position, position, stack, "open"


# --- LaTeX that somebody typed on purpose --------------------------------------------------------------

_TEXT_COMMANDS: Final = frozenset({
    "LaTeX", "TeX", "BibTeX", "emph", "textit", "textbf", "textsc", "texttt", "textrm",
    "textsf", "textup", "textsubscript", "textsuperscript", "textnormal", "text", "mkbibemph",
    "mkbibbold", "mkbibquote", "enquote", "url", "path", "href", "textbackslash",
    "textasciitilde", "textbraceleft", "textbraceright", "textbar", "textless", "textgreater",
    "textquotedbl", "ldots", "dots", "cdots", "slash", "mathrm", "mathbf", "mathit", "mathsf",
    "mathcal", "mathbb", "mathfrak", "mathscr", "ensuremath", "frac", "sqrt", "hat", "bar",
    "tilde", "vec", "dot", "ddot", "overline", "underline", "left", "right", "ce", "relax",
    "null", "noopsort", "bibstring", "AE", "ae", "OE", "oe", "O", "o", "AA", "aa", "L", "l",
    "ss", "i", "j", "c", "d", "u", "v", "H", "k", "r", "b", "t", "S", "P", "pounds",
    "copyright", "quad", "qquad", "hspace", "allowbreak",
})  # fmt: skip
_HARMLESS_COMMANDS: Final = _TEXT_COMMANDS | {name.lstrip("\\") for name in _MATH.values()}
_COMMAND: Final = re.compile(r"\\([A-Za-z]+|.|\Z)", re.DOTALL)
_MATH_STRETCH: Final = re.compile(r"\$[^$]*\$")
_SYMBOL_COMMANDS: Final = frozenset("`'^\"~=.,;:!-_&%$#{}/ ")


def is_harmless(raw: str) -> bool:
    """Whether raw LaTeX only formats: known commands, balanced braces and dollars, no comment, no ``^^``.

    Anybody who may edit a shared library can type raw LaTeX; a file must not be read, no program run.
    """
    names = _COMMAND.findall(raw)
    if any(name not in _HARMLESS_COMMANDS and name not in _SYMBOL_COMMANDS for name in names):
        return False
    if "^^" in raw or not braces_balance(raw):
        return False
    bare = _COMMAND.sub("", raw)
    if bare.count("$") % 2 or re.search("[%#~]", bare):
        return False
    return re.search("[_^&]", _MATH_STRETCH.sub("", bare)) is None


def braces_balance(text: str) -> bool:
    """Whether BibTeX, which counts escaped braces like any other, finds every brace closed."""
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


_NEEDLESS_BACKSLASH: Final = re.compile(r"\\(?=[_%#&{}~$^])")
_ACTIVE_IN_URL: Final = re.compile("[%#]")
_ACTIVE: Final = re.compile(r"\\|\^\^+")


def verbatim(text: str, *, is_address: bool = False) -> str:
    """A value that TeX reads verbatim (``url``, ``doi``): no escapes, no command, no unbalanced brace.

    Not every BibTeX style reads these fields verbatim. So what could become a command, a backslash or
    ``^^``, is dropped, or percent-encoded in an address.
    """
    text = _NEEDLESS_BACKSLASH.sub("", clean(text))
    text = _ACTIVE.sub(lambda found: _percent(found[0]) if is_address else "", text)
    if braces_balance(text):
        return text
    return text.replace("{", "").replace("}", "")


def url_command(address: str) -> str:
    r"""A verbatim address as ``\url{...}`` in running text, where TeX would act on ``%`` and ``#``."""
    return f"\\url{{{_ACTIVE_IN_URL.sub(_escaped, address)}}}"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _percent(chars: str) -> str:
    return "".join(f"%{ord(char):02X}" for char in chars)
