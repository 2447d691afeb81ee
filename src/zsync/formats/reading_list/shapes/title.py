"""The title of an entry and what stands around it: a bold short name, quotes, emphasis, stars.

The text is that of one line; nothing here looks at links but to stop before them.
"""

import re
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import EMOJI, ENTITY_END, Span
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.venue_names import NAME_WORDS, is_known
from zsync.formats.reading_list.venues import read_venue

_BOLD = regex(r"\*\*((?:[^*\\]|\\.)++)\*\*")
_DASH = regex(r"[ \t]+[-–—|·•][ \t]+")
_BLANKS = regex(r"[ \t]*")
QUOTED: Final = regex(
    r"\"([^\"]+)\"(?!\w)|“([^“”]+)”(?!\w)|「([^「」]+)」|『([^『』]+)』|《([^《》]+)》"
)
# What may follow a quoted title; anything else shows that the quotation is only its beginning.
AFTER_QUOTED: Final = regex(
    r"[ \t]*(?:\Z|[.,，。;|(（\[【]|[-–—·•/→][ \t]|(?<=[ \t])[*_`]|<br|<sup>\d{1,2}</sup>)"
)
_ITALIC = regex(r"([*_])(?![\s*_])([^*_\n]+?)(?<!\s)\1(?![*_\w])")
# Stars and emoji, also as ``:star:`` or in parentheses, are somebody's opinion, not a part of the title.
_STAR = rf"{EMOJI}|[\ufe0f\u200d \t]|(?<!\\):[a-z][a-z0-9_+-]{{1,30}}:|\((?:{EMOJI}|\ufe0f)+\)"
_STARS = regex(rf"(?:{_STAR})+\Z")
# The number of a footnote; a number raised after one or two letters is part of a formula. After a letter
# more, the end of emphasis, of a question, of a call or of a quotation it is none.
_FOOTNOTE = (
    r"(?<!\\)\[\^[^\s\[\]]{1,20}\](?!\()"
    r"|(?:(?<=[^\W\d_]{3})|(?<=[*_]{2})|(?<=[?!？！\"”’」』》]))<sup>\d{1,2}</sup>"
)
SIGNS: Final = regex(rf"(?:{_STAR}|{_FOOTNOTE}|<sup>\d{{1,2}}</sup>)+")
_ASIDE_ENDS, _FIRST_SIGN = " \t)]>:", "\u200d"
_ASIDES = regex(rf"(?:{_STAR}|{_FOOTNOTE})+\Z")
# The colon after a bold name; a remark in parentheses, stars and a footnote may come before it.
_BOLD_COLON = regex(
    rf"[ \t]*(?:\([^()]{{1,40}}\)[ \t]*)?(?:{_STAR}|{_FOOTNOTE})*[:：](?![a-z][a-z0-9_+-]*:)[ \t]*"
)
STOPS: Final = " \t.,;:|-–—·•/→。，；：、"
BRACKETS: Final = "[(【（"
LONGEST_REMARK: Final = 40
_FEWEST_WORDS = 4


class Bold(NamedTuple):
    """A bold run at the beginning: its text, the same as a short name, where what joins it on ends.

    ``joined`` is None if nothing shows that it is a short name; ``after`` is the end of it all.
    """

    text: Span
    short: Span
    end: int
    joined: int | None
    after: int


def read_bold(line: str, start: int, end: int) -> Bold | None:
    """The bold run at ``start``, if there is one."""
    match = _BOLD.match(line, start, end)
    if match is None:
        return None
    joined = _short_end(line, match, end)
    loose = _DASH.match(line, match.end(), end) or _BLANKS.match(line, match.end(), end)
    after = joined or (loose.end() if loose else match.end())
    return Bold(match.span(1), _short_span(line, match), match.end(), joined, after)


def _short_end(line: str, bold: re.Match[str], first: int) -> int | None:
    """Where a bold run and what joins it to a title end; None if it is no short name.

    It is one if a colon stands in it or after it, or if the title is quoted. A dash shows it only
    where a longer text that is not a venue follows a name of at most three words.
    """
    if colon := _BOLD_COLON.match(line, bold.end(), first):
        return colon.end()
    blanks = _BLANKS.match(line, bold.end(), first)
    after = blanks.end() if blanks else bold.end()
    if line[bold.end(1) - 1] in ":：" and not is_escaped(line, bold.end(1) - 1):
        return after
    if QUOTED.match(line, after, first):
        return after
    dash = _DASH.match(line, bold.end(), first)
    following = _DASH.search(line, dash.end(), first) if dash else None
    stop = following.start() if following else first
    if dash and not _is_venue(line[dash.end() : stop]):
        words = len(bold.group(1).split())
        return dash.end() if words <= 3 and words < len(line[dash.end() : first].split()) else None
    return None


def _is_venue(text: str) -> bool:
    """Whether a text is a venue: several words in italics are one only if their name or a year shows it."""
    venue = read_venue(text, 0)
    if venue is None or venue.year or not venue.name:
        return venue is not None
    is_short = len(venue.name.split()) < _FEWEST_WORDS
    return is_short or is_known(venue.name) or NAME_WORDS.search(venue.name) is not None


def head_end(line: str, start: int, links: list[LinkSpan], first: int) -> int:
    """Where the text before the links ends, the bracket around them left out."""
    end = start + len(line[start:first].rstrip())
    if links and end > start and line[end - 1] in BRACKETS and not is_escaped(line, end - 1):
        end -= 1
    return _without_stars(line, start, end)


def _without_stars(line: str, start: int, end: int) -> int:
    """The end of the text before stars and the end of what is struck out; all of it if nothing is left."""
    left = end
    if stars := _STARS.search(line, max(start, end - LONGEST_REMARK), end):
        left = stars.start()
    closes = line.startswith("~~", left - 2, left) and not is_escaped(line, left - 2)
    if closes and line.find("~~", start, left - 2) < 0:
        left -= 2
    return left if left > start else end


def _short_span(line: str, bold: re.Match[str]) -> Span:
    start, end = bold.span(1)
    while end > start and line[end - 1] in ":： \t" and not is_escaped(line, end - 1):
        end -= 1
    return without_asides(line, start, end)


def without_asides(line: str, start: int, end: int) -> Span:
    """Leaves out stars and footnotes on both sides, if anything is left without them."""
    if (signs := SIGNS.match(line, start, end)) and signs.end() < end:
        start = signs.end()
    return start, _asides_start(line, start, end)


def _asides_start(line: str, start: int, end: int) -> int:
    """Where stars and footnotes at the end begin; ``end`` if there are none, or nothing else is there."""
    # A quick look first: most titles end with a letter.
    if end <= start or (line[end - 1] not in _ASIDE_ENDS and line[end - 1] < _FIRST_SIGN):
        return end
    asides = _ASIDES.search(line, max(start, end - LONGEST_REMARK), end)
    return asides.start() if asides and asides.start() > start else end


def is_escaped(line: str, pos: int) -> bool:
    """Whether an odd number of backslashes stands before a character."""
    backslashes = pos - len(line[:pos].rstrip("\\")) if line[pos - 1 : pos] == "\\" else 0
    return backslashes % 2 == 1


def title_end(line: str, start: int, end: int) -> int:
    """The end of the title: spaces and what joins it to the rest are no part of it, an ellipsis is.

    Nor are stars and the number of a footnote, if anything is left without them.
    """
    while end > start:
        asides = _asides_start(line, start, end)
        if asides < end:
            end = asides
        elif _is_stop(line, start, end):
            end -= 1
        else:
            break
    return end


def _is_stop(line: str, start: int, end: int) -> bool:
    """Whether the last character of ``line[start:end]`` only joins a title to what follows it."""
    if line[end - 1] not in STOPS or is_escaped(line, end - 1) or line.endswith("..", start, end):
        return False
    return not (line[end - 1] == ";" and ENTITY_END.search(line, max(start, end - 12), end))


class Closed(NamedTuple):
    """A title that its own marks end: the title, and where the marks end."""

    span: Span
    after: int


def closed_title(line: str, start: int, end: int) -> Closed | None:
    """A title in quotes, or in italics, right at ``start``; None if the marks end before the title does."""
    quoted = QUOTED.match(line, start, end)
    if quoted and quoted.lastindex:
        has_own_stop = line[quoted.end() - 2] in ".,"
        if has_own_stop or AFTER_QUOTED.match(line, quoted.end(), end):
            span = quoted.span(quoted.lastindex)
            return Closed((span[0], title_end(line, *span)), quoted.end())
    italic = _ITALIC.match(line, start, end)
    if italic and italic.group(2).count(" ") >= 2 and AFTER_QUOTED.match(line, italic.end(), end):
        return Closed((italic.start(2), title_end(line, *italic.span(2))), italic.end())
    return None


def unwrap(line: str, start: int, end: int) -> Span:
    """Leaves out emphasis around a whole title."""
    if line[start : start + 1] not in ("*", "_"):
        return start, end
    for mark in ("***", "**", "*", "___", "__", "_"):
        inner = line[start + len(mark) : end - len(mark)]
        if (
            line.startswith(mark, start, end)
            and line.endswith(mark, start, end)
            and inner
            and mark not in inner
        ):
            return start + len(mark), end - len(mark)
    return start, end
