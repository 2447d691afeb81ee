"""The note under an entry: the forms it may take, its text without them, and how to write one."""

import re
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.lexicon import KEYS, Key

_TAB = 4
_BLANKS = " \t\r\n"
_LEADING = regex(r"[ \t]*")


class NoteKind(Enum):
    """How a note is attached to its entry."""

    INDENTED = "indented"
    """Indented into the list item, with or without a blank line before it."""
    LAZY = "lazy"
    """A paragraph at a smaller indentation right under the entry's line (a lazy continuation)."""
    COLUMN = "column"
    """A paragraph at the list's own column after one blank line."""
    SIBLING = "sibling"
    """A list item of its own, without box and link, right under the entry's line."""
    NESTED = "nested"
    """One list item nested under the entry, ``- TLDR: ...`` or a sentence, with no blank line before it."""


def columns(line: str) -> int:
    """The width of a line's indentation; a tab leads to the next multiple of four."""
    lead = line[: len(line) - len(line.lstrip(" \t"))]
    return len(lead.expandtabs(_TAB)) if "\t" in lead else len(lead)


def is_blank(line: str) -> bool:
    """Whether a line holds nothing but spaces and tabs."""
    return not line.strip(_BLANKS)


def read_note(raw: str, kind: NoteKind, content: int) -> str:
    r"""The note's Markdown: no indentation, no blank lines around it, ``\n`` between lines.

    ``raw`` is everything from the entry's line end on; ``content`` the column where the text of the
    entry's list item begins.
    """
    lines = raw.split("\n")
    if "\r" in raw:
        lines = [line.removesuffix("\r") for line in lines]
    first = next(index for index, line in enumerate(lines) if not is_blank(line))
    lines = lines[first:]
    if kind is NoteKind.NESTED:
        head = NESTED_HEAD.sub("", lines[0], count=1)
        return "\n".join([head, *(line.strip(_BLANKS) for line in lines[1:])]).rstrip()
    if kind is NoteKind.SIBLING:
        head = ITEM_HEAD.sub("", lines[0])
        return "\n".join([head, *(_dedent(line, content) for line in lines[1:])]).rstrip()
    if len(lines) == 1 or (len(lines) == 2 and not lines[1]):
        return _dedent(lines[0], _base(lines[0], content)).rstrip(_BLANKS)
    base = _base(lines[0], content)
    return "\n".join(_dedent(line, base) for line in lines).rstrip(_BLANKS)


def _base(first: str, content: int) -> int:
    """How much indentation is the note's own: up to three spaces more than needed, but no code block."""
    width = columns(first)
    return width if width < content + 4 else content


def _dedent(line: str, base: int) -> str:
    if is_blank(line):
        return ""
    width = columns(line)
    text = line.lstrip(" \t")
    return " " * (width - base) + text if width > base else text


_NOTE_KEYS = "|".join(re.escape(word) for word, key in KEYS.items() if key is Key.NOTE)
# The marker of a nested note with what names it.
NESTED_HEAD = regex(
    r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+"
    rf"(?:\W{{0,8}}(?:{_NOTE_KEYS})[*_]{{0,2}}[ \t]*[:：][*_]{{0,2}}[ \t]*)?",
    re.IGNORECASE,
)
ITEM_HEAD = regex(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")


class NoteForm(NamedTuple):
    """How notes are written in a list: ``indent`` is relative to the entry's marker.

    ``blank`` is the text of the blank line before a note (and between its paragraphs) without its line
    end; None if a note follows right under the entry.
    """

    kind: NoteKind = NoteKind.INDENTED
    blank: str | None = ""
    indent: str | None = None


def form_of(raw: str, kind: NoteKind, lead: int) -> NoteForm:
    """The form of an existing note; ``lead`` is how many characters of indentation the entry has."""
    first, _, rest = raw.partition("\n")
    blank = first.rstrip("\r") if is_blank(first) and rest else None
    text = next(line for line in raw.split("\n") if not is_blank(line))
    if kind is NoteKind.NESTED and (head := NESTED_HEAD.match(text)):
        return NoteForm(kind, None, head.group()[lead:])
    match = _LEADING.match(text)
    indent = match.group()[lead:] if match else ""
    return NoteForm(kind, blank, indent if kind is NoteKind.INDENTED else None)


_BLOCK_START = regex(
    r"[ \t]*(?:#|>|\||<|=|:|!\[|\[!\[|`{3}|~{3}|(?:[-*+]|\d{1,9}[.)])(?:[ \t]|\Z)"
    r"|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z)"
)


def starts_block(line: str) -> bool:
    """Whether a line begins something other than a plain paragraph (a table or an image counts)."""
    return _BLOCK_START.match(line) is not None


_EMPHASISED = regex(r"([*_]).*\1", re.DOTALL)
# What a sentence ends with.
SENTENCE_END: Final = regex(r"[.!?。！？…][\"'”’)\]*_`）]*\Z")


def reads_as_note(paragraph: str) -> bool:
    """Whether a paragraph reads as a sentence, not as the name of what follows it."""
    paragraph = paragraph.strip()
    return bool(SENTENCE_END.search(paragraph)) and not _EMPHASISED.fullmatch(paragraph)


def is_long(paragraph: str) -> bool:
    """Whether a paragraph says more than a few words: over eight, or twice as many CJK characters."""
    words = len(paragraph.split())
    return words > 8 or sum(char >= "\u3040" for char in paragraph) > 16


def is_simple(lines: list[str]) -> bool:
    """Whether the lines of a note are one plain paragraph."""
    return not any(not line or starts_block(line) for line in lines) and columns(lines[0]) < 4


def is_nested_note(lines: list[str], reads_as_prose: Callable[[str], bool]) -> bool:
    """Whether the lines under an entry are one nested item that is a note: it has a key, or is a sentence."""
    lines = [line.rstrip("\r") for line in lines]
    head = NESTED_HEAD.match(lines[0])
    if head is None or any(is_blank(line) or starts_block(line) for line in lines[1:]):
        return False
    text = lines[0][head.end() :]
    if is_blank(text) or starts_block(text):
        return False
    return ":" in head.group() or "：" in head.group() or reads_as_prose(lines[0])


def normal_note(note: str) -> list[str]:
    """The lines of a note to be written: one kind of line end, no blank lines around it."""
    lines = re.sub(r"\r\n?", "\n", note).split("\n")
    lines = ["" if is_blank(line) else line for line in lines]
    said = [index for index, line in enumerate(lines) if line]
    lines = lines[said[0] : said[-1] + 1] if said else []
    if lines:
        lines[-1] = lines[-1].rstrip(_BLANKS)
        if columns(lines[0]) < 4:
            lines[0] = lines[0].lstrip(" \t")
    return lines


def write_note(note: str, form: NoteForm, lead: str, marker: str, content: int, eol: str) -> str:
    """The note as the lines that follow the entry's line.

    A form that cannot hold the note (several blocks in a column-0 or sibling note) gives way to the
    indented one, where every line is indented into the list item and so can end nothing.
    """
    lines = normal_note(note)
    if not lines:
        return ""
    simple = is_simple(lines)
    if simple and form.kind is NoteKind.COLUMN:
        return eol.join([form.blank or "", *(lead + line.lstrip(" \t") for line in lines), ""])
    if simple and form.kind is NoteKind.SIBLING:
        rest = [" " * content + line.lstrip(" \t") for line in lines[1:]]
        return eol.join([f"{lead}{marker}{lines[0]}", *rest, ""])
    if simple and form.kind is NoteKind.NESTED and form.indent:
        rest = [" " * (content + 2) + line.lstrip(" \t") for line in lines[1:]]
        return eol.join([f"{lead}{form.indent}{lines[0]}", *rest, ""])
    return _write_indented(lines, simple, form, lead, content, eol)


def _write_indented(
    lines: list[str], simple: bool, form: NoteForm, lead: str, content: int, eol: str
) -> str:
    own = form if form.kind in (NoteKind.INDENTED, NoteKind.LAZY) else NoteForm()
    indent = lead + (own.indent or "")
    if own.indent is None or not content <= columns(indent + "x") < content + 4:
        indent = " " * content
    blank = own.blank or ""
    body = [indent + line if line else blank for line in lines]
    direct = own.blank is None and simple
    return eol.join([*([] if direct else [blank]), *body, ""])
