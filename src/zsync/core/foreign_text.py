"""Text that others wrote, before it reaches a terminal or a list.

A title or a note may hold characters that nobody sees and that act: escape sequences that clear a screen or
rename a window (ECMA-48: C0, DEL and C1), marks that show words in another order than they stand (Unicode
Standard Annex #9; CVE-2021-42574), and line separators that end a line for some programs only.

All words for people go through ``_say`` of the command line, which prints such characters as their
numbers; JSON escapes them. An edit of the list is cleaned of them before it is written. Zotero's
side is digested raw all the same.
"""

import re
from urllib.parse import quote

from zsync.core.patterns import regex

#: What acts on the words around it or shows nothing at all: marks of direction (UAX #9), deprecated ones
#: (U+206A to U+206F) and those of annotations. It stands within words, so nothing takes its place.
_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb"
#: What moves a cursor, rings, or ends a line, and halves of pairs that no file can hold. A tab and a line
#: feed are left to each use.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
# All that a terminal or an editor would obey. A carriage return is harmless in front of a line feed alone.
_ACTS = regex(rf"[{_CONTROLS}{_MARKS}]|\r(?!\n)")
_MARK = regex(f"[{_MARKS}]+")
_CONTROL = regex(rf"[{_CONTROLS}]")
# What an address must not hold as it is: all of the above, and white space but for spaces, which Markdown
# has a form for.
_NOT_IN_ADDRESS = regex(rf"[^\S ]|[{_CONTROLS}{_MARKS}]")


def shown(text: str) -> str:
    r"""Return a text for people, with what would act shown as its number: ``\x1b``, ``\u202e``."""
    return _ACTS.sub(_number, text)


def shown_in_json(text: str) -> str:
    """Return JSON that holds the same values, with what would act escaped as JSON escapes it."""
    return _ACTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def cleaned(text: str) -> str:
    """Return a text without what would act: a space for a control character, nothing for a mark.

    Tabs and line feeds stay; CR LF and CR are line feeds.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(" ", _MARK.sub("", text))


def cleaned_line(text: str) -> str:
    """Return a cleaned text as one line, its runs of white space as one space each."""
    return " ".join(cleaned(text).split())


def encoded(url: str) -> str:
    """Return an address with what would act per cent encoded (RFC 3986, section 2.1), line ends among it."""
    return _NOT_IN_ADDRESS.sub(lambda found: quote(found[0], errors="replace"), url.strip())


def _number(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
