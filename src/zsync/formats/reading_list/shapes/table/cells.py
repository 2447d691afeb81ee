r"""The cells of a pipe table's row, and what stands in them: links, badges, signs that nothing is there.

Cells are split as GitHub splits them (GitHub Flavored Markdown, "Tables"): at each pipe without a backslash,
the pipes at both ends are optional. Where that gives more cells than the header has, pipes inside code
spans and inside the addresses of links are taken for text: that is what their author meant.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import EMOJI, Span
from zsync.formats.reading_list.inline import TAG, LinkSpan, find_links, one_line, plain

_PIPE = regex(r"\\.|\|")
_PIPE_OUTSIDE = regex(r"\\.|`[^`]*`|\]\([^()\s]*\)|\|")
_DELIMITER = regex(r"[ \t]*:?-+:?[ \t]*")
BREAK = regex(r"[ \t]*<br[ \t]*/?>[ \t]*", re.IGNORECASE)
_ANCHOR = regex(
    r"<a\b[^<>]*?\bhref=([\"'])([^\"'<>]*)\1[^<>]*>(.{0,400}?)</a>", re.IGNORECASE | re.DOTALL
)
IMAGE = regex(r"!\[([^\[\]]*)\]\(([^()\s]*)\)|<img\b[^<>]*>", re.IGNORECASE)
# Images that count something: stars, forks, views.
_COUNTER = regex(
    r"/(?:github|gitlab|youtube)/(?:stars|forks|watchers|last-commit|views)|/dynamic/|visitor|hits\.",
    re.IGNORECASE,
)
_BADGE = regex(r"/badge/(?:[\w.]+-)?([A-Za-z]\w*)|shields\.io/([a-z]+)/")
_NOTHING = regex(
    r"[\s\-–—−/\\.…_*]*|n/?a|none|null|nan|tbd|tba|todo|unknown|无|暂无|待定|:heavy_minus_sign:|:x:|❌|✗|➖",
    re.IGNORECASE,
)
_CODE = regex(r":[a-z0-9_+-]+:")
_SIGNS = regex(rf"(?:{EMOJI}|[\ufe0f\u200d])+")


def split_row(line: str, columns: int = 0) -> list[Span]:
    """Where the cells of a row stand between its pipes, spaces left out; ``columns`` the header has."""
    found = _split(line, _PIPE)
    if columns and len(found) > columns and ("`" in line or "](" in line):
        meant = _split(line, _PIPE_OUTSIDE)
        return meant if columns <= len(meant) < len(found) else found
    return found


def _split(line: str, pipe: re.Pattern[str]) -> list[Span]:
    end = len(line.rstrip())
    pipes = [match.start() for match in pipe.finditer(line, 0, end) if match.group() == "|"]
    start = len(line) - len(line.lstrip())
    if pipes and pipes[0] == start:
        start = pipes.pop(0) + 1
    if pipes and pipes[-1] == end - 1:
        end = pipes.pop()
    cuts = [start, *(pos for pipe_at in pipes for pos in (pipe_at, pipe_at + 1)), end]
    return [
        trim(line, *pair) if pair[0] < pair[1] else (pair[0], pair[0])
        for pair in zip(cuts[::2], cuts[1::2], strict=True)
    ]


def trim(line: str, start: int, end: int) -> Span:
    """A span without the spaces around it; in an empty one, the place in its middle."""
    text = line[start:end]
    body = text.strip(" \t\u00a0")
    if not body:
        middle = start + (1 if end - start > 1 else 0)
        return middle, middle
    first = start + text.index(body[0])
    return first, first + len(body)


def is_delimiter(line: str) -> bool:
    """Whether a line is the one between a table's header and its rows."""
    stripped = line.strip()
    if "-" not in stripped or "|" not in stripped or stripped[0] not in "|:-":
        return False
    cells = stripped.removeprefix("|").removesuffix("|").split("|")
    return all(_DELIMITER.fullmatch(cell) for cell in cells)


def links_in(line: str, start: int, end: int) -> list[LinkSpan]:
    """The links of one cell, those in HTML too; a badge's label is its image's text, or the badge's own."""
    cell = line[start:end]
    if "](" not in cell and "://" not in cell and "<" not in cell:
        return []
    found = find_links(cell)
    if "<a" in cell or "<A" in cell:
        anchors = [_anchor(match) for match in _ANCHOR.finditer(cell)]
        ends = [each.end for each in anchors]
        found = [link for link in found if not _is_within(link, anchors, ends)] + anchors
        found.sort()
    return [_labelled(line, LinkSpan(*(pos + start for pos in link))) for link in found]


def _anchor(match: re.Match[str]) -> LinkSpan:
    return LinkSpan(*match.span(), *match.span(3), *match.span(2))


def _is_within(link: LinkSpan, anchors: list[LinkSpan], ends: list[int]) -> bool:
    index = bisect_right(ends, link.start)
    return index < len(anchors) and anchors[index].start <= link.start


def _labelled(line: str, link: LinkSpan) -> LinkSpan:
    image = IMAGE.match(line, link.label_start, link.label_end)
    if image is None:
        return link
    text = _image_text(line, image)
    return link._replace(label_start=text[0], label_end=text[1])


def _image_text(line: str, image: re.Match[str]) -> Span:
    if image.group(1):
        return image.span(1)
    badge = _BADGE.search(line, image.start(), image.end())
    if badge:
        return badge.span(1 if badge.group(1) else 2)
    return image.start() + 2, image.start() + 2


def is_counter(line: str, link: LinkSpan) -> bool:
    """Whether a link is an image that counts stars or the like."""
    return line.startswith(("[![", "[<img"), link.start) and bool(
        _COUNTER.search(line, link.start, link.url_start)
    )


def said_in(text: str) -> str:
    """What a cell says in words: no images, tags, signs; links by their text."""
    if text.isascii() and text.replace(" ", "").isalnum():
        return text.strip()
    text = IMAGE.sub("", text) if "![" in text or "<" in text else text
    text = plain(TAG.sub(" ", text)) if "<" in text else plain(text)
    return " ".join(_SIGNS.sub(" ", _CODE.sub(" ", text)).split())


def is_nothing(text: str) -> bool:
    """Whether a cell's text only says that nothing is there."""
    return _NOTHING.fullmatch(text.strip()) is not None


def segments(line: str, start: int, end: int) -> Iterator[Span]:
    """The parts of a cell between its line breaks."""
    pos = start
    for match in BREAK.finditer(line, start, end):
        yield trim(line, pos, match.start())
        pos = match.end()
    yield trim(line, pos, end)


def in_cell(text: str) -> str:
    """Markdown as the content of a cell: pipes escaped, on one line."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", one_line(text))


def note_in_cell(note: str) -> str:
    """A note as the content of a cell; its lines are parted by ``<br>``."""
    lines = (one_line(line) for line in note.replace("\r\n", "\n").split("\n"))
    return in_cell("<br>".join(line for line in lines if line))
