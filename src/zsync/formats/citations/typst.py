"""Citations in Typst: ``@key`` and ``#cite(<key>)``, told from references to the document's own labels.

Only Typst's lexical rules are followed, as far as they say what is markup, code, mathematics, a string, raw
text or a comment: in markup a quotation mark begins no string, in code it does.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.citations.citation import EVERYTHING, Citation, located


def read(text: str, other_labels: Collection[str] = ()) -> Iterator[Citation]:
    """Return the citations of a Typst source; ``other_labels`` are those of the document's other sources."""
    source = _Source(text)
    labels = source.labels.union(other_labels)
    return located(
        text,
        (
            (offset, name)
            for offset, name, is_citation in source.references
            if is_citation or name not in labels
        ),
    )


def labels(text: str) -> frozenset[str]:
    """Return the labels that a Typst source puts on its parts."""
    return frozenset(_Source(text).labels)


class _Mode(Enum):
    """How text is read; a statement such as ``#let`` is code up to the end of its line or its body."""

    MARKUP = auto()
    MATH = auto()
    CODE = auto()
    STATEMENT = auto()


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is open: how it is read, what closes it, and the function (or the keyword) it belongs to."""

    mode: _Mode
    closer: str = ""
    function: str = ""


_ANYWHERE: Final = (
    r"(?P<comment>//[^\n]*|/\*)|(?P<raw>`+)|(?P<math>\$)|(?P<open>[\[({])|(?P<close>[\])}])"
)
_STRING: Final = r'"(?P<string>[^"\\]*(?:\\.[^"\\]*)*)"?'
_NAME: Final = r"[^\W\d][\w-]*"
_CALL: Final = rf"(?P<call>{_NAME}(?:\.{_NAME})*)(?P<paren>\()?"
_LABEL: Final = r"<(?P<label>[\w:.-]+)>"
_REFERENCE: Final = r"@(?P<reference>[\w:.-]+)"
_HASH: Final = (
    r"\#(?P<statement>let|set|show|if|for|while|import|include|return|context)(?![\w-])"
    rf"|\#{_CALL}|\#(?P<group>[({{])"
)
_LINK: Final = r"https?://(?:[^\s\[\]()<>\"]|\[[^\s\[\]]*\]|\([^\s()]*\))*"
_IN_CODE: Final = rf"{_STRING}|{_LABEL}|(?P<full>full\s*:\s*true\b)|{_CALL}|{_ANYWHERE}"
_TOKENS: Final = {
    mode: re.compile(pattern, re.DOTALL)
    for mode, pattern in {
        _Mode.MARKUP: rf"\\.|{_LINK}|\#{_STRING}|{_HASH}|{_REFERENCE}|{_LABEL}|{_ANYWHERE}",
        _Mode.MATH: rf"\\.|{_STRING}|{_HASH}|{_ANYWHERE}",
        _Mode.CODE: _IN_CODE,
        _Mode.STATEMENT: rf"(?P<end>[\n;])|{_REFERENCE}|{_IN_CODE}",
    }.items()
}
_MORE_ARGUMENTS: Final = regex(rf"(?:\.(?P<call>{_NAME}))*\(")
_HAVE_BODIES: Final = frozenset({"if", "for", "while", "context"})
_ELSE: Final = regex(r"\s*else\b")
_REFERRING: Final = frozenset({"cite", "ref"})
_CLOSERS: Final = {"(": ")", "[": "]", "{": "}"}
_COMMENT_MARK: Final = regex(r"/\*|\*/")
_EMPTY_RAW: Final = 2


class _Source:
    """One pass over a source, with a stack of what is open, so that time is linear in any text."""

    def __init__(self, text: str) -> None:
        # Where a name stands, the name, and whether it cites, whatever the document's labels are.
        self.references: list[tuple[int, str, bool]] = []
        self.labels: set[str] = set()
        self._text = text
        self._position = 0
        self._open = [_Frame(_Mode.MARKUP)]
        while token := _TOKENS[self._open[-1].mode].search(text, self._position):
            self._position = token.end()
            self._take(token, token.lastgroup, self._open[-1])

    def _take(self, token: re.Match[str], kind: str | None, frame: _Frame) -> None:
        match kind:
            case "reference" | "label" | "string" | "full":
                self._name(token, kind, frame)
            case "comment" if token[0] == "/*":
                self._skip_comment()
            case "raw":
                self._skip_raw(token[0])
            case "statement":
                self._open.append(_Frame(_Mode.STATEMENT, function=token["statement"]))
            case "paren":
                self._open.append(_Frame(_Mode.CODE, ")", token["call"]))
            case "group":
                self._open.append(_Frame(_Mode.CODE, _CLOSERS[token["group"]]))
            case "open":
                self._enter(token[0], frame.mode)
            case "end":
                self._open.pop()
            case "math" if frame.mode is not _Mode.MATH:
                self._open.append(_Frame(_Mode.MATH, "$"))
            case "math" | "close":
                self._leave(token[0])

    # -- keys and labels --------------------------------------------------------------------------

    def _name(self, token: re.Match[str], kind: str, frame: _Frame) -> None:
        name, start = token[kind], token.start()
        if kind == "reference":
            self._refer(start, name.rstrip(".:"))
        elif kind == "full":
            if frame.function == "bibliography":
                self._refer(start, EVERYTHING, is_citation=True)
        elif kind == "string":
            if frame.function == "label":
                self._label(start, name, self._open[-2])
        else:
            self._label(start, name, frame)

    def _label(self, start: int, name: str, around: _Frame) -> None:
        """A label in markup is put on what stands before it, one in code is a value."""
        if around.mode is _Mode.MARKUP:
            self.labels.add(name)
        elif around.function in _REFERRING:
            self._refer(start, name, is_citation=around.function == "cite")

    def _refer(self, start: int, name: str, *, is_citation: bool = False) -> None:
        if name:
            self.references.append((start, name, is_citation))

    # -- what is open -----------------------------------------------------------------------------

    def _enter(self, char: str, mode: _Mode) -> None:
        if char == "[" and mode is not _Mode.MATH:
            self._open.append(_Frame(_Mode.MARKUP, "]"))
        elif mode in (_Mode.CODE, _Mode.STATEMENT):
            self._open.append(_Frame(_Mode.CODE, _CLOSERS[char]))

    def _leave(self, char: str) -> None:
        if self._open[-1].mode is _Mode.STATEMENT and self._open[-2].closer == char:
            self._open.pop()
        if self._open[-1].closer != char:
            return
        self._open.pop()
        around = self._open[-1]
        if char == ")" and around.mode in (_Mode.MARKUP, _Mode.MATH):
            self._look_for_more_arguments()
        elif char in "]}" and self._is_after_body(around):
            self._open.pop()

    def _is_after_body(self, frame: _Frame) -> bool:
        has_body = frame.mode is _Mode.STATEMENT and frame.function in _HAVE_BODIES
        return has_body and not _ELSE.match(self._text, self._position)

    def _look_for_more_arguments(self) -> None:
        if more := _MORE_ARGUMENTS.match(self._text, self._position):
            self._position = more.end()
            self._open.append(_Frame(_Mode.CODE, ")", more["call"] or ""))

    # -- what is skipped --------------------------------------------------------------------------

    def _skip_comment(self) -> None:
        depth = 1
        while depth and (mark := _COMMENT_MARK.search(self._text, self._position)):
            self._position = mark.end()
            depth += 1 if mark[0] == "/*" else -1
        if depth:
            self._position = len(self._text)

    def _skip_raw(self, ticks: str) -> None:
        if len(ticks) != _EMPTY_RAW:
            end = self._text.find(ticks, self._position)
            self._position = len(self._text) if end < 0 else end + len(ticks)
