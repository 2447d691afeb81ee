"""Unicode and Zotero's rich text -> LaTeX that compiles whatever was typed.

Two alphabets: BibTeX gets ASCII where LaTeX has a macro, BibLaTeX keeps UTF-8 and escapes only what TeX
would act on. A typed brace becomes a macro, because BibTeX counts escaped braces too; in BibLaTeX only one
without its partner. Zotero's rich text is the HTML subset of
https://www.zotero.org/support/kb/rich_text_bibliography; what does not pair up is literal text.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.bib.raw_latex import braces_balance, is_harmless
from zsync.formats.bib.symbols import CLOSING, LOWERED, OPENING, RAISED, SPECIALS, macro

_UNWANTED_CHARS: Final = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\ufdd0-\ufdef"
)
_UNWANTED_BEYOND: Final = "\U000e0000-\U000e0fff" + "".join(
    # No characters at all: with one of them biber reads no record of the file.
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}"
    for plane in range(1 << 16, 17 << 16, 1 << 16)
)
_BREAK_CHARS: Final = "\t-\r\x1c-\x1f\x85\u2028\u2029"
_COMPATIBLE_CHARS: Final = "\ufb00-\ufb06\u2160-\u217f\u2000-\u2008\u200a\u205f"
_UNWANTED: Final = regex(f"[{_UNWANTED_CHARS}{_UNWANTED_BEYOND}]")
_BREAKS: Final = regex(f"[ ]*[{_BREAK_CHARS}][ {_BREAK_CHARS}]*")
_COMPATIBLE: Final = regex(f"[{_COMPATIBLE_CHARS}]")
_UNCLEAN: Final = regex(
    # A long class of characters beyond U+FFFF is slow, and they are few: all of them count.
    f"[{_UNWANTED_CHARS}{_BREAK_CHARS}{_COMPATIBLE_CHARS}\U00010000-\U0010ffff]"
)
_SPECIAL_CHARS: Final = re.escape("".join(SPECIALS))
_SPECIAL: Final = regex(f"[{_SPECIAL_CHARS}]")
_MARKS: Final = "\u0300-\u036f\u20d0-\u20dc"
_FOREIGN: Final = regex(
    f"[{''.join(RAISED)}]+|[{''.join(LOWERED)}]+|.[{_MARKS}]+|[{_SPECIAL_CHARS}]|[^\x00-\x7f]",
    re.DOTALL,
)
_MARK: Final = regex(f"[{_MARKS}]")
_PLAIN_CHARS: Final = re.escape("".join(set(map(chr, range(0x80))) - SPECIALS.keys()))
_FOREIGN_RUN: Final = regex(f"[^{_PLAIN_CHARS}]+")
_ADJACENT_MATH: Final = regex(r"\$\}\{\$(?![\^_A-Za-z])")
_BRACE: Final = regex("[{}]")
_CONTROL_WORD: Final = regex(r"\\[A-Za-z]+")
_MACRO_AT_END: Final = regex(r"\\[A-Za-z]+\Z")


class TexForm(NamedTuple):
    """Which LaTeX: BibLaTeX's commands or BibTeX's, and whether in ``ascii`` wherever there is a macro."""

    biblatex: bool
    ascii: bool


BIBTEX: Final = TexForm(biblatex=False, ascii=True)
BIBLATEX: Final = TexForm(biblatex=True, ascii=False)


def clean(text: str) -> str:
    """Text without control, bidirectional and unpaired surrogate characters; line breaks become one space."""
    if text.isascii() and text.isprintable():
        return text.strip()
    if not _UNCLEAN.search(text):
        return unicodedata.normalize("NFC", text).strip()
    text = _UNWANTED.sub("", _BREAKS.sub(" ", text))
    text = unicodedata.normalize("NFC", text).strip()
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def is_plain(html: str) -> bool:
    """Whether rich text is written as it stands: printable ASCII without what TeX or HTML would act on."""
    return html.isascii() and html.isprintable() and not _SPECIAL.search(html)


def escape(text: str, *, ascii_only: bool) -> str:
    """Write cleaned text so that TeX prints it; with ``ascii_only`` as ASCII where LaTeX has a macro."""
    if not ascii_only or text.isascii():
        return _SPECIAL.sub(_special, text)
    if _MARK.search(text):
        return _ADJACENT_MATH.sub("", _FOREIGN.sub(_foreign, text))
    return _ADJACENT_MATH.sub("", _FOREIGN_RUN.sub(_foreign_run, text))


def _foreign_run(found: re.Match[str]) -> str:
    return _write_run(found[0], found.string[found.end() : found.end() + 1])


@lru_cache(maxsize=2048)
def _write_run(run: str, following: str) -> str:
    """Write a run of characters that are not plain; only the plain one after it matters besides."""
    written = _FOREIGN.sub(_foreign, run + following)
    return written[: len(written) - len(following)]


def escape_name(text: str, *, ascii_only: bool) -> str:
    """Like :func:`escape`, with every accented letter in braces: BibTeX then counts it as one letter."""
    if not ascii_only or text.isascii():
        return _SPECIAL.sub(_special, text)
    return _FOREIGN.sub(_foreign_in_name, text)


def _special(found: re.Match[str]) -> str:
    return _spaced(SPECIALS[found[0]], found)


def _spaced(command: str, found: re.Match[str]) -> str:
    """End a command's name: by a space before a letter, by ``{}`` before a space that must survive."""
    if not _CONTROL_WORD.fullmatch(command):
        return command
    following = found.string[found.end() : found.end() + 1]
    if following.isalnum() or (following and macro(following)[0].isalpha()):
        return command + " "
    return command + "{}" if following.isspace() else command


def _foreign(found: re.Match[str]) -> str:
    command = macro(found[0])
    if _CONTROL_WORD.fullmatch(command) and not command.islower():
        # BibTeX would lower-case the command's name in a title; braces make it one "special character".
        return f"{{{command}}}"
    return _spaced(command, found)


def _foreign_in_name(found: re.Match[str]) -> str:
    command = macro(found[0])
    is_letter = command[:1] == "\\" and (len(found[0]) > 1 or found[0].isalpha())
    return f"{{{command}}}" if is_letter else _spaced(command, found)


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


_TAG: Final = regex(
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
_NOCASE: Final = regex(r"class=[\"']?nocase\b", re.IGNORECASE)
_SMALL_CAPS: Final = regex(r"style=.*small-caps", re.IGNORECASE)


def parse_rich_text(html: str) -> RichText:
    """Split Zotero's rich text into plain text and markup; a tag without its partner stays in the text."""
    if "<" not in html:
        return RichText(html)
    tags = list(_TAG.finditer(html))
    partners = _pair_tags(tags)
    return _lift_tags(html, [(tag, partners.get(index)) for index, tag in enumerate(tags)])


def pair_braces(rich: RichText) -> RichText:
    """Put a stand-in, which :func:`clean` never leaves, where a typed brace has its partner."""
    if "{" not in rich.text or "}" not in rich.text:
        return rich
    raw = rich.kinds("raw")
    chars, waiting = list(rich.text), list[int]()
    for brace in _BRACE.finditer(rich.text):
        place = brace.start()
        if any(stretch.start <= place < stretch.end for stretch in raw):
            continue
        if brace[0] == "{":
            waiting.append(place)
        elif waiting:
            chars[waiting.pop()], chars[place] = OPENING, CLOSING
    return RichText("".join(chars), rich.markup)


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
    kept: Collection[Markup] = (),
) -> str:
    """Write the markup as LaTeX commands around what ``write(start, end)`` makes of the plain text.

    With ``shield`` a command gets braces of its own, so that BibTeX does not read its name as text to be
    lower-cased; one that is to be ``kept`` gets two pairs, so that its text is not either. So does a formula
    get a pair for BibTeX. Raw stretches go through only if :func:`is_harmless`.
    """
    if not rich.markup:
        return write(0, len(rich.text))
    commands = _BIBLATEX_COMMANDS if form.biblatex else _COMMANDS
    pieces: list[str] = []
    for start, end, stack, event in walk(rich):
        if event:
            pieces.append(_render_event(event, stack, commands, shield=shield, kept=kept))
        elif any(stretch.kind == "raw" for stretch in stack):
            raw = rich.text[start:end]
            is_shielded = shield and not form.biblatex
            formed = _FORMULA.sub(_shielded_formula, raw) if is_shielded else raw
            pieces.append(_separated(pieces, formed) if is_harmless(raw) else write(start, end))
        else:
            pieces.append(write(start, end))
    return "".join(pieces)


# A formula, and the brace before one that is protected already.
_FORMULA: Final = regex(r"(\{?)(\$(?:[^$\\]|\\.)+\$)")


def _shielded_formula(found: re.Match[str]) -> str:
    return found[0] if found[1] else f"{{{found[2]}}}"


def _separated(pieces: list[str], raw: str) -> str:
    needs_space = raw[:1].isalpha() and pieces and _MACRO_AT_END.search(pieces[-1])
    return "{}" + raw if needs_space else raw


def _render_event(
    event: str,
    stack: list[Markup],
    commands: dict[str, str],
    *,
    shield: bool,
    kept: Collection[Markup],
) -> str:
    kind = stack[-1].kind
    pairs = int(shield and len(stack) == 1 and kind not in ("nocase", "raw"))
    pairs += pairs and stack[-1] in kept
    if event == "open":
        return "{" * pairs + commands[kind]
    return _CLOSING.get(kind, "}") + "}" * pairs


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


# --- verbatim values ------------------------------------------------------------------------------------

_NEEDLESS_BACKSLASH: Final = regex(r"\\(?=[_%#&{}~$^])")
_ACTIVE_IN_URL: Final = regex("[%#]")
_ACTIVE: Final = regex(r"\\|\^\^+")


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
