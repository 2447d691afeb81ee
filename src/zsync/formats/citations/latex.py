r"""Citations in LaTeX sources (``.tex``) and in what a run of LaTeX leaves behind (``.aux``).

The commands are those of LaTeX, natbib, biblatex, apacite, csquotes and bibentry, and any other that is
named like them (multibib and many classes make their own). A key that TeX would have to work out, such as
``#1`` or one with a macro in it, is left out: the ``.aux`` or ``.bcf`` has it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.citations.citation import EVERYTHING, Citation, located

# --- what a run of LaTeX leaves after -----------------------------------------------------------------

_IN_AUX: Final = regex(
    r"\\(?:citation|abx@aux@cite)(?:\{\d*\})?\{(?P<keys>[^{}\n]*)\}|\\abx@aux@nocite(?P<all>all)"
)


def read_aux(text: str) -> Iterator[Citation]:
    r"""Return the citations of an ``.aux``: ``\citation`` of LaTeX, ``\abx@aux@cite`` of biblatex.

    Older releases of biblatex do not write the number of the reference section in front of the key.
    """
    return located(text, (each for found in _IN_AUX.finditer(text) for each in _of_line(found)))


def _of_line(found: re.Match[str]) -> Iterator[tuple[int, str]]:
    if found["all"]:
        return iter([(found.start(), EVERYTHING)])
    return _keys(found["keys"], found.start("keys"))


# --- sources -------------------------------------------------------------------------------------------

_NAME: Final = r"[A-Za-z@]+"
_TOKEN: Final = regex(
    rf"""
      \\begin\s*\{{(?P<environment>[A-Za-z]+\*?)\}}
    | \\end\s*\{{(?P<end>document)\}}
    | \\let\s*\\{_NAME}\s*=?\s*\\{_NAME}
    | \\(?:(?:re)?new(?:command|robustcmd)|provide(?:command|robustcmd)|[egx]?def
          |DeclareRobustCommand|(?:New|Renew|Provide|Declare)(?:Expandable)?DocumentCommand)
          \*?\s*(?:\{{\s*\\{_NAME}\s*\}}|\\{_NAME})
    | (?P<never>\\iffalse(?![A-Za-z@]|\s*\}}))
    | \\(?:[vV]erb\*?|lstinline(?:\[[^][\n]*\])?|mintinline(?:\[[^][\n]*\])?\{{[^{{}}\n]*\}})
          (?P<mark>[^\sA-Za-z@*{{\[]) [^\n]*? (?:(?P=mark)|$)
    | (?P<address> \\(?:url|path|nolinkurl|href\s*(?:\[[^][\n]*\])?
          |lstinline(?:\[[^][\n]*\])?|mintinline(?:\[[^][\n]*\])?\{{[^{{}}\n]*\}})\s*\{{ )
    | \\(?P<command>{_NAME})\*?
    | \\.?
    | (?P<comment>%[^\n]*)
    | (?P<delimiter>[][{{}}()<>])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_CITES: Final = regex(
    r"(?P<second>[a-z]*volcites?|(?:foreign|hyphen)(?:text|block|display)cquote)"
    r"|(?:no|full|short|mask|m?foot)*cite[a-z]*|[a-z]*cites?|bibentry|(?:text|block|display)cquote",
    re.IGNORECASE,
)
_CITES_NOTHING: Final = frozenset({
    "bibcite", "newcites", "ifnocite", "citedash", "citeform", "citeleft", "citemid", "citepunct",
    "citereset", "citeright", "citesetup", "citestyle", "citetext",
})  # fmt: skip
_VERBATIM: Final = frozenset({
    "BVerbatim", "LVerbatim", "SaveVerbatim", "Verbatim", "VerbatimOut", "comment", "filecontents",
    "lstlisting", "minted", "tcblisting", "verbatim",
})  # fmt: skip
_MAKES_VERBATIM: Final = regex(
    r"\\(?:lstnewenvironment|DefineVerbatimEnvironment|newtcblisting|excludecomment)\s*\{([A-Za-z]+)\}"
)
_KEYS: Final = regex(r"\{([^{}\\%]*(?:%[^\n]*\n[^{}\\%]*)*)\}")
_COMMENT: Final = regex(r"%[^\n]*")
_KEY: Final = regex(r"[^,\s](?:[^,]*[^,\s])?")
_END_OF_ADDRESS: Final = regex(r"[{}]|\n[ \t]*\n")
_END_OF_NEVER: Final = regex(r"\\(?:fi|else)(?![A-Za-z@])")
_CLOSERS: Final = {"{": "}", "[": "]", "(": ")", "<": ">"}


def read(text: str) -> Iterator[Citation]:
    """Return the citations of a LaTeX source; comments and verbatim text have none."""
    return located(text, _Source(text).citations())


@dataclass(frozen=True, slots=True)
class _Command:
    """A citation command whose arguments are being read, ``groups`` of them in braces so far."""

    name: str
    takes_second: bool
    groups: int = 0

    @property
    def takes_several(self) -> bool:
        return self.name.lower().endswith("cites")

    def is_at_keys(self) -> bool:
        return not self.takes_second or self.groups % 2 == 1

    def after_group(self) -> "_Command | None":
        """What the command still waits for once an argument in braces was read."""
        waits = not self.is_at_keys() or self.takes_several
        return replace(self, groups=self.groups + 1) if waits else None


class _Source:
    """One pass over a source, with a stack of what is open, so that time is linear in any text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.verbatim = _VERBATIM.union(_MAKES_VERBATIM.findall(text))
        self.position = 0
        self.waiting: _Command | None = None
        # The closing character of what is open, and the command whose argument it is.
        self.open: list[tuple[str, _Command | None]] = []
        self.braces = 0

    def citations(self) -> Iterator[tuple[int, str]]:
        while token := _TOKEN.search(self.text, self.position):
            if self.waiting and not _is_gap(self.text[self.position : token.start()]):
                self.waiting = None
            self.position = token.end()
            if token["end"]:
                return
            if token["delimiter"]:
                yield from self._delimiter(token[0], token.start())
            elif not token["comment"]:
                self._word(token)

    def _word(self, token: re.Match[str]) -> None:
        name = token["command"] or token["environment"] or ""
        found = _CITES.fullmatch(name)
        cites = found and name not in _CITES_NOTHING
        self.waiting = _Command(name, bool(found["second"])) if found and cites else None
        if token["address"]:
            self._skip_address()
        elif token["never"]:
            self._skip_to(_END_OF_NEVER)
        elif token["environment"] and name.rstrip("*") in self.verbatim:
            self._skip_to(re.compile(re.escape(f"\\end{{{name}}}")))

    def _skip_to(self, end: re.Pattern[str]) -> None:
        found = end.search(self.text, self.position)
        self.position = found.end() if found else len(self.text)

    def _skip_address(self) -> None:
        """In an address a ``%`` begins no comment; a blank line ends what was never closed."""
        depth = 1
        while depth and (found := _END_OF_ADDRESS.search(self.text, self.position)):
            self.position = found.end()
            depth += {"{": 1, "}": -1}.get(found[0], -depth)

    def _delimiter(self, char: str, start: int) -> Iterator[tuple[int, str]]:
        command, self.waiting = self.waiting, None
        if char == "{":
            keys = _KEYS.match(self.text, start) if command and command.is_at_keys() else None
            if keys and command:
                self.position = keys.end()
                self.waiting = command.after_group()
                yield from _keys(keys[1], keys.start(1))
            else:
                self._open(char, command and command.after_group())
        elif char in _CLOSERS:
            if command and (char != "(" or command.takes_several):
                self._open(char, command)
        else:
            self._close(char)

    def _open(self, char: str, command: _Command | None) -> None:
        self.braces += char == "{"
        self.open.append((_CLOSERS[char], command))

    def _close(self, char: str) -> None:
        """Close what is open, and what a brace has around it that was never closed."""
        if char == "}" and self.braces:
            self.braces -= 1
            while self.open[-1][0] != char:
                self.open.pop()
        if self.open and self.open[-1][0] == char:
            self.waiting = self.open.pop()[1]


def _is_gap(between: str) -> bool:
    """Whether an argument may follow: TeX skips spaces and one line end, a blank line is the end."""
    return not between.strip() and between.count("\n") < 2


def _keys(text: str, start: int) -> Iterator[tuple[int, str]]:
    without_comments = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    for found in _KEY.finditer(without_comments):
        if "#" not in found[0]:
            yield start + found.start(), " ".join(found[0].split())
