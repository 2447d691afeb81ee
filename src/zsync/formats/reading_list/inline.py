"""Inline Markdown within one line: where links stand, what text says without its markup, how to escape.

Everything here is linear in the length of the line. Rules are those of CommonMark 0.31 and GitHub's
extensions to it, as far as one line of a list needs them.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from zsync.core.patterns import regex


class LinkSpan(NamedTuple):
    """Where a link stands in a line. A bare address has an empty label span."""

    start: int
    end: int
    label_start: int
    label_end: int
    url_start: int
    url_end: int

    @property
    def is_bare(self) -> bool:
        """Whether it is an address without ``[label](...)`` around it."""
        return self.label_start == self.label_end == self.start


_SIMPLE = regex(r"\[([^\[\]]*)\]\(([^\s()<>\\]*)\)|https?://[^\s<>\[\]]+")
_TOKEN = regex(
    r"\\[!-/:-@\[-`{-~]|`+|<!--|<https?://[^\s<>]*>|</?[A-Za-z][^<>]*>|!\[|\[|\]|https?://[^\s<>\[\]]+"
)
# A link that is written in HTML, and its end.
_ANCHOR = regex(r"<a\b[^<>]*?\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_ANCHOR_END = regex(r"</a\s*>", re.IGNORECASE)
_ANGLE = regex(r"[ \t]*<((?:[^<>\\\n]|\\.)*+)>")
_BARE_PART = regex(r"(?:[^\s()\\<]|\\.?)++")
_CLOSE = regex(r"""(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*\)""")
_DEEPEST = 32


def find_links(line: str, start: int = 0) -> list[LinkSpan]:
    """The links of a line from ``start`` on, in order; images and code spans give none."""
    # A line without any of these holds only links that one regular expression can see.
    if not ("\\" in line or "`" in line or "<" in line or "![" in line):
        found, labelled = [], 0
        for match in _SIMPLE.finditer(line, start):
            if match.lastindex:
                labelled += 1
                found.append(LinkSpan(*match.regs[0], *match.regs[1], *match.regs[2]))
            else:
                found.append(_bare_link(line, match.start(), match.end()))
        if line.count("](", start) == labelled:
            return found
    return list(_scan_links(line, start))


def _bare_link(line: str, start: int, end: int) -> LinkSpan:
    """An address in running text; sentence punctuation after it is not part of it."""
    while line[end - 1] in ".,;:!?\"'*_)，。；：）":
        if line[end - 1] == ")" and line.count("(", start, end) >= line.count(")", start, end):
            break
        end -= 1
    return LinkSpan(start, end, start, start, start, end)


def _scan_links(line: str, start: int) -> Iterator[LinkSpan]:
    """The general case: brackets on a stack, code spans, comments and tags skipped."""
    openers: list[tuple[int, bool]] = []
    ticks = _CodeSpans(line)
    last_comment_end, last_anchor_end = line.rfind("-->"), line.lower().rfind("</a")
    pos = start
    while token := _TOKEN.search(line, pos):
        text, pos = token.group(), token.end()
        if text in ("[", "!["):
            openers.append((pos, text == "!["))
        elif text == "]" and openers:
            label_start, is_image = openers.pop()
            url = _destination(line, pos)
            if url is None:
                continue
            if not is_image:
                # Links do not nest: what was open before this one stays text.
                openers.clear()
                yield LinkSpan(label_start - 1, url[2], label_start, pos - 1, url[0], url[1])
            pos = url[2]
        elif text[0] == "`":
            pos = ticks.end(token.start(), pos)
        elif text == "<!--":
            pos = line.find("-->", pos) + 3 if pos <= last_comment_end else pos
        elif anchor := _ANCHOR.match(text):
            close = _ANCHOR_END.search(line, pos) if pos <= last_anchor_end else None
            if close and not openers:
                href = token.start() + anchor.start(1), token.start() + anchor.end(1)
                yield LinkSpan(token.start(), close.end(), pos, close.start(), *href)
                pos = close.end()
        elif text.startswith("<http"):
            yield LinkSpan(
                token.start(), pos, token.start(), token.start(), token.start() + 1, pos - 1
            )
        elif text.startswith("http") and not openers:
            link = _bare_link(line, token.start(), pos)
            yield link
            pos = link.end


def _destination(line: str, pos: int) -> tuple[int, int, int] | None:
    """``(url)`` at ``pos``: start and end of the address, and the end of it all."""
    if not line.startswith("(", pos):
        return None
    if angle := _ANGLE.match(line, pos + 1):
        start, end = angle.span(1)
        close = _CLOSE.match(line, angle.end())
    else:
        start = pos + 1 + _blanks_at(line, pos + 1)
        end = _bare_end(line, start)
        close = _CLOSE.match(line, end)
    return (start, end, close.end()) if close else None


def _blanks_at(line: str, pos: int) -> int:
    return 1 if line.startswith(" ", pos) else 0


def _bare_end(line: str, pos: int) -> int:
    """The end of an address with balanced parentheses (at most 32 deep, which keeps this linear)."""
    depth = 0
    while pos < len(line):
        if part := _BARE_PART.match(line, pos):
            pos = part.end()
            continue
        depth += {"(": 1, ")": -1}.get(line[pos], -_DEEPEST)
        if depth < 0 or depth > _DEEPEST:
            break
        pos += 1
    return pos


class _CodeSpans:
    """Finds the end of code spans in one line: the next run of backticks of the same length."""

    def __init__(self, line: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in re.finditer("`+", line):
            self._runs.setdefault(len(run.group()), []).append(run.start())

    def end(self, start: int, after: int) -> int:
        """The end of the code span that opens at ``start``, or ``after`` if none closes it."""
        runs = self._runs.get(after - start, [])
        index = bisect_right(runs, start)
        return runs[index] + after - start if index < len(runs) else after


# ``[label]: address "title"``, and what refers to it: ``[text][label]``, ``[label][]``, ``[label]``.
_DEFINITION = regex(
    r" {0,3}\[((?:[^\[\]\\]|\\.)+)\]:[ \t]*<?([^\s<>]+)>?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\Z"
)
_REFERENCE = regex(r"(?<![!\\\]])\[((?:[^\[\]\\]|\\.)+)\](?:\[((?:[^\[\]\\]|\\.)*)\])?(?![(\[:])")


def definition(line: str) -> tuple[str, str] | None:
    """The label that a line defines, as references name it, and its address; None if it defines none."""
    found = _DEFINITION.match(line)
    # A footnote may say a word.
    if found is None or (found.group(1)[0] == "^" and "://" not in found.group(2)):
        return None
    return _reference_label(found.group(1)), found.group(2)


def with_references(text: str, start: int, definitions: Mapping[str, str]) -> str:
    """A text whose links by reference, from ``start`` on, are written out; the same text if it has none."""

    def written_out(found: re.Match[str]) -> str:
        url = definitions.get(_reference_label(found.group(2) or found.group(1)))
        return f"[{found.group(1)}]({write_url(url)})" if url else found.group()

    return text[:start] + _REFERENCE.sub(written_out, text[start:])


def _reference_label(label: str) -> str:
    return one_line(label).casefold()


# An element of HTML, and with it any image.
TAG: Final = regex(r"</?[A-Za-z][^<>]*>")
TAG_OR_IMAGE: Final = regex(r"<[^<>]*>|!\[[^\[\]]*\]\([^()]*\)")
# What ends a line that is shown.
BREAK: Final = regex(r"\n|</?br[ \t]*/?>", re.IGNORECASE)
_IMAGE = regex(r"!\[[^\[\]]*\]\([^()\s]*\)")
_PIECE = regex(
    r"\\[!-/:-@\[-`{-~]"
    r"|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});"
    r"|`+|\*+|_+|~~|<!--|</?[A-Za-z][^<>]*>"
)


def plain(text: str, *, keep_tags: bool = True) -> str:
    """What the text says: no emphasis, code or link markup, no images; escapes and entities resolved."""
    if not _has_markup(text):
        return text
    text = _IMAGE.sub("", text)
    pieces: list[str] = []
    pos = 0
    for link in find_links(text):
        if link.is_bare:
            continue
        pieces.append(_plain_piece(text[pos : link.start], keep_tags))
        pieces.append(plain(text[link.label_start : link.label_end], keep_tags=keep_tags))
        pos = link.end
    if not pos:
        return _plain_piece(text, keep_tags)
    pieces.append(_plain_piece(text[pos:], keep_tags))
    return "".join(pieces)


def _has_markup(text: str) -> bool:
    """Seven substring searches are several times faster than one regular expression here."""
    return (
        "*" in text
        or "_" in text
        or "\\" in text
        or "&" in text
        or "`" in text
        or "[" in text
        or "<" in text
        or "~" in text
    )


def _plain_piece(text: str, keep_tags: bool) -> str:
    out: list[str] = []
    emphasis = _Emphasis(text, out)
    ticks = _CodeSpans(text)
    last_comment_end = text.rfind("-->")
    pos = 0
    while token := _PIECE.search(text, pos):
        out.append(text[pos : token.start()])
        piece, pos = token.group(), token.end()
        if piece[0] == "\\":
            out.append(piece[1])
        elif piece[0] == "&":
            out.append(html.unescape(piece))
        elif piece[0] == "`":
            end = ticks.end(token.start(), pos)
            out.append(text[pos : end - len(piece)].strip() if end > pos else piece)
            pos = end
        elif piece[0] in "*_~":
            emphasis.add(token)
        elif piece == "<!--":
            pos = (
                text.find("-->", pos) + 3 if pos <= last_comment_end else _literal(out, piece, pos)
            )
        elif keep_tags:
            out.append(piece)
    out.append(text[pos:])
    return "".join(out)


def _literal(out: list[str], piece: str, pos: int) -> int:
    out.append(piece)
    return pos


class _Emphasis:
    """Pairs runs of ``*``, ``_`` or ``~~`` of equal length and spaces both; the others stay text."""

    def __init__(self, text: str, out: list[str]) -> None:
        self._text = text
        self._out = out
        self._open: dict[str, int] = {}

    def add(self, run: re.Match[str]) -> None:
        before = self._text[run.start() - 1 : run.start()]
        after = self._text[run.end() : run.end() + 1]
        mark = run.group()
        inside_word = mark[0] == "_" and before.isalnum() and after.isalnum()
        self._out.append(mark)
        if inside_word:
            return
        if mark in self._open and before.strip():
            self._out[self._open.pop(mark)] = self._out[-1] = ""
        elif after.strip():
            self._open[mark] = len(self._out) - 1


_LINE_BLANKS = regex(r"[\s\x85\u2028\u2029]+")
_RICH_TAG = regex(r"<(/?)(i|b|sub|sup)>")
_ESCAPED = regex(
    r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|:(?=//)"
    r"|&(?=(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});)|<(?=[A-Za-z/!?])"
)


def one_line(text: str) -> str:
    """Text with every run of white space, line ends included, as one space and none around it."""
    return _LINE_BLANKS.sub(" ", text).strip()


def escape(text: str, *, keep_tags: bool = True) -> str:
    """Text as one line of Markdown that says just this.

    Zotero's four tags for rich text (``<i>``, ``<b>``, ``<sub>``, ``<sup>``) can stay: GitHub shows them.

    The inverse of :func:`plain` but for runs of white space, which become one space.
    """
    text = one_line(text)
    if not keep_tags or not _is_rich(text):
        return _ESCAPED.sub(_escape_one, text)
    parts = re.split(r"(</?(?:i|b|sub|sup)>)", text)
    return "".join(
        part if index % 2 else _ESCAPED.sub(_escape_one, part) for index, part in enumerate(parts)
    )


def _escape_one(match: re.Match[str]) -> str:
    return "&amp;" if match.group() == "&" else "\\" + match.group()


def _is_rich(text: str) -> bool:
    """Whether the text holds some of Zotero's four tags, each closed, well nested."""
    open_tags: list[str] = []
    found = False
    for tag in _RICH_TAG.finditer(text):
        found = True
        if not tag.group(1):
            open_tags.append(tag.group(2))
        elif not open_tags or open_tags.pop() != tag.group(2):
            return False
    return found and not open_tags


def protect(char: str) -> str:
    """One punctuation mark written so that it is text and nothing else."""
    return "\\" + char if char.isascii() else f"&#{ord(char)};"


def write_url(url: str) -> str:
    """An address as a link destination: verbatim if it can be, in ``<...>`` if it holds spaces."""
    url = url.strip().replace("\r", "%0D").replace("\n", "%0A")
    if re.search(r"\s", url) or url.startswith("<"):
        return "<" + re.sub(r"[<>\\]", r"\\\g<0>", url) + ">"
    url = re.sub(r"\\(?=[()<>|\\]|$)|[<>]", r"\\\g<0>", url)
    balanced = _bare_end(url, 0) == len(url) and url.count("(") == url.count(")")
    return url if balanced else re.sub(r"[()]", r"\\\g<0>", url)


def is_plain_url(url: str) -> bool:
    """Return whether an address stands for itself in a line or a cell, without brackets around it."""
    return re.fullmatch(r"https?://[^\s<>\[\]|]*[^\s<>\[\]|.,;:!?\"'*_()]", url) is not None


def read_url(destination: str) -> str:
    """The address a destination means: verbatim but for the escapes that :func:`write_url` writes."""
    if "\\" not in destination:
        return destination
    return re.sub(r"\\([()<>|\\])", r"\1", destination)
