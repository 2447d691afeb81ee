"""Citations in Markdown, as pandoc reads it; Quarto and R Markdown are read the same way.

The rules are those of the chapter "Citation syntax" of pandoc's manual: a key begins with a letter, a digit
or ``_`` and holds single punctuation characters inside, or stands in braces. Metadata counts, since pandoc
reads it as Markdown, too. What Quarto or pandoc-crossref takes for a cross-reference (``@fig-results``), and
what pandoc takes for the number of an example (``(@good)``), is no citation.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.citations.citation import Citation, located


def read(text: str) -> Iterator[Citation]:
    """Return the citations of a Markdown text; code, comments, addresses and attributes have none."""
    blocks = _Blocks()
    prose = "\n".join([blocks.prose(line) for line in text.split("\n")])
    return located(
        text,
        (
            (offset, key)
            for offset, key in _citations(prose)
            if not _REFERENCE.match(key) and key not in blocks.examples
        ),
    )


_REFERENCE: Final = regex(
    r"(?:fig|tbl|sec|eq|lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|nte|tip|wrn|imp|cau|vid|suppfig)-"
    r"|(?:fig|tbl|sec|eq|lst):",
    re.IGNORECASE,
)

# --- blocks --------------------------------------------------------------------------------------------

_FENCE: Final = regex(
    r"(?P<quote>[ \t]*>)?[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$"
)
_QUOTED: Final = regex(r"[ \t]*>")
_INDENTED: Final = regex(r" {4}| {0,3}\t")
_ITEM: Final = regex(r"[ ]{0,3}(?:[-*+:~]|\(?\w{1,4}[.)]|\(?\#\.|\[\^[^]]+\]:|\(@[\w-]*\))(?:\s|$)")
_EXAMPLE: Final = regex(r"[ ]{0,3}\(@(?P<label>[\w-]+)\)(?:\s|$)")
_OPTION: Final = regex(r"[ \t]*(?:#|//|--|%%)\|")


class _Blocks:
    """Tells prose from code, line by line; the labels of examples are kept on the way."""

    def __init__(self) -> None:
        self.examples: set[str] = set()
        self._fence: re.Match[str] | None = None
        self._after_blank = True
        self._in_item = False
        self._in_code = False

    def prose(self, line: str) -> str:
        """Return the line, or spaces in its place if it is code."""
        is_code = self._is_fenced(line) or self._is_indented(line)
        if not is_code:
            self._keep_context(line)
        self._in_code = is_code
        self._after_blank = not line.strip()
        return " " * len(line) if is_code else line

    def _is_fenced(self, line: str) -> bool:
        if self._fence and self._fence["quote"] and not _QUOTED.match(line):
            self._fence = None
        if self._fence is None:
            self._fence = None if self._is_indented(line) else _FENCE.match(line)
            return self._fence is not None
        if self._closes(self._fence, line):
            self._fence = None
            return True
        # Quarto shows the options of a code cell, captions among them.
        return not (self._fence["info"].startswith("{") and _OPTION.match(line))

    @staticmethod
    def _closes(fence: re.Match[str], line: str) -> bool:
        found = _FENCE.match(line)
        return bool(
            found and found["fence"].startswith(fence["fence"]) and not found["info"].strip()
        )

    def _is_indented(self, line: str) -> bool:
        """Whether the line belongs to an indented code block; in a list item it would be text."""
        begins = (self._after_blank or self._in_code) and not self._in_item and self._fence is None
        return begins and bool(_INDENTED.match(line)) and bool(line.strip())

    def _keep_context(self, line: str) -> None:
        begins = self._after_blank or self._in_item
        if begins and (example := _EXAMPLE.match(line)):
            self.examples.add(example["label"])
        if _ITEM.match(line):
            self._in_item = True
        elif self._after_blank and line[:1].strip():
            self._in_item = False


# --- what stands in a line -----------------------------------------------------------------------------

_TOKEN: Final = regex(
    r"""
      \\.
    | (?P<code>`+)
    | (?P<comment><!--)
    | <(?P<raw>script|style|pre|textarea)\b
    | <[a-z/][^\s<>]*>
    | ="[^"\n]*" | ='[^'\n]*'
    | ://[^\s<>]*
    | \]\([^\s)]*
    | ^[ ]{0,3}\[(?!\^)[^][@\n]+\]:[ \t]*\S+
    | (?<![^\W_])(?<!\.)@(?:\{(?P<braced>[^{}\s]+(?:\{[^{}\s]*\}[^{}\s]*)*)\}
        |(?P<key>[\w*](?:\w|[:.#$%&\-+?<>~/](?=\w)|[:/](?=/))*))
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_CLOSER: Final = regex(r"`+|-->|</(?:script|style|pre|textarea)\b", re.IGNORECASE)
_BLANK_LINE: Final = regex(r"\n[ \t]*(?=\n)")


def _citations(text: str) -> Iterator[tuple[int, str]]:
    closers = _Closers(text)
    position = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if token["code"]:
            position = closers.end_of_code(token[0], position)
        elif token["comment"]:
            position = closers.end("-->", position)
        elif token["raw"]:
            position = closers.end(f"</{token['raw'].lower()}", position)
        elif key := token["braced"] or token["key"]:
            yield token.start(), key


class _Closers:
    """Where things end, found once, so that openers without an end cost no search each."""

    def __init__(self, text: str) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for found in _CLOSER.finditer(text):
            self._places[found[0].lower()].append(found.start())
        self._blank_lines = [found.start() for found in _BLANK_LINE.finditer(text)]

    def end(self, closer: str, position: int) -> int:
        """Return the end of the next closer; the same position if there is none."""
        place = _next(self._places[closer], position)
        return position if place is None else place + len(closer)

    def end_of_code(self, ticks: str, position: int) -> int:
        """Return the end of a code span, which the paragraph's end ends at the latest."""
        end = self.end(ticks, position)
        blank_line = _next(self._blank_lines, position)
        return position if blank_line is not None and blank_line < end else end


def _next(places: list[int], position: int) -> int | None:
    index = bisect_right(places, position - 1)
    return places[index] if index < len(places) else None
