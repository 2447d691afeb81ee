"""The heads of a text: every logical line that may name a paper, read or not, with what stands around it.

Items, rows, headings and lines of paragraphs are heads; code, comments, front matter, contents are not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.blocks import says_of_paper
from zsync.formats.reading_list.evidence import Setting, leads_on, says
from zsync.formats.reading_list.inline import LinkSpan, find_links
from zsync.formats.reading_list.lexicon import is_label
from zsync.formats.reading_list.note_block import columns
from zsync.formats.reading_list.scanner import html_row_end, is_about_the_list
from zsync.formats.reading_list.shapes.bullet import ITEM, box_of
from zsync.formats.reading_list.shapes.detail_line import words_end
from zsync.formats.reading_list.shapes.logical_line import end_of_open, paragraph_of

# A section, what heads are on the page, how deep they stand.
Form = tuple[int, str, int]
HEADING, LINKED_HEADING = "heading", "heading:linked"


class Head(NamedTuple):
    """A logical line: the first of its lines, the line after them, its words ``text[start:end]``.

    ``section`` is the line of the heading above it, or -1; above a heading, that of the one it belongs to.
    ``text`` has spaces for line ends.
    """

    line: int
    after: int
    start: int
    end: int
    section: int
    text: str
    links: tuple[LinkSpan, ...]
    setting: Setting

    @property
    def is_block(self) -> bool:
        """Whether a head begins lines that may all be of one paper."""
        return self.setting.kind in ("paragraph", "heading")

    @property
    def form(self) -> Form:
        """What heads of one form share: the section, what they are on the page, how deep they stand.

        Paragraphs of a section are of several forms: people and links below a title are none of its like.
        Headings that are links are not like those of topics.
        """
        kind, depth = self.setting.kind, self.setting.depth
        if kind == "heading" and self.setting.sort == "linked":
            kind = LINKED_HEADING
        if kind == "paragraph":
            is_bold = self.text[:2] == "**"
            is_words = self.setting.sort == "few" or (is_bold and self.setting.sort == "long")
            kind = f"{kind}:{'words' if is_words else self.setting.sort}:{is_bold}"
        return self.section, kind, depth


class _Bare(NamedTuple):
    """A head before its neighbours are known; ``near`` is the heading right above it, or -1."""

    line: int
    after: int
    start: int
    end: int
    section: int
    near: int
    kind: str
    has_box: bool
    depth: int
    is_aside: bool


_HEADING = regex(r"[ \t]{0,3}#{1,6}[ \t]*(?=\S)")
# Lines that say nothing: rules, the row below a table's header; and the header of an HTML table.
_RULE = regex(r"[\s|:*_=-]*\Z|[ \t]*<tr\b[^<>]*>[ \t]*<th\b", re.IGNORECASE)
# What a line of a paragraph may begin with as its first does where each is a paper.
_MARKS = ("**", "[")
_LONG_WORD = regex(r"[^\W\d_]{2,}")
# Longer lines are no papers, and would cost what a page costs.
_LONGEST = 2000
_FEW_WORDS, _MOST_TITLE_WORDS = 3, 18
_MOST_NAMES = 200
# So many lines below a title are looked at for what they say of the paper.
_MOST_BELOW = 6


def heads(text: str, silent: Sequence[tuple[int, int]]) -> list[Head]:
    """Return the heads of a text in their order; ``silent`` are spans that hold none.

    Linear in the length of the text.
    """
    said = text.replace("\r", " ")
    bare = [head for head in _Walk(said, silent).heads() if _may_name_paper(head, said)]
    alike = Counter((head.near, head.kind, head.depth) for head in bare)
    words = [said[head.start : head.end].replace("\n", " ") for head in bare]
    links = [tuple(find_links(each)) for each in words]
    sorts = [_sort(*each) for each in zip(words, links, strict=True)]
    around = [None, *bare, None]
    found = []
    for index, head in enumerate(bare):
        above, below = around[index], around[index + 2]
        setting = Setting(
            head.kind,
            head.has_box,
            head.depth,
            f"{_above(above, head)}:{sorts[index - 1]}" if above else "top",
            _below(head, below, sorts[index + 1]) if below else "end",
            sorts[index],
            alike[head.near, head.kind, head.depth],
            head.is_aside,
        )
        found.append(Head(*head[:5], words[index], links[index], setting))
    return found


def heads_below(found: Sequence[Head], at: int) -> Sequence[Head]:
    """Return the heads right below one that say more of its paper; nothing below an item or a row."""
    last = at + 1
    most = 0 if found[at].setting.kind in ("item", "row") else _MOST_BELOW
    while last < len(found) and last <= at + most and _says_more(found[last]):
        last += 1
    return found[at + 1 : last]


def _says_more(head: Head) -> bool:
    is_other = head.setting.kind in ("heading", "row") or head.setting.has_box
    return not is_other and says_of_paper(head.text)


def _may_name_paper(head: _Bare, said: str) -> bool:
    """Whether a head is no longer than papers are, and no sentence that leads to what stands below it."""
    if not 0 < head.end - head.start <= _LONGEST:
        return False
    return head.kind != "paragraph" or not leads_on(said[head.start : head.end])


class _Walk:
    """Walks over the lines of a text."""

    def __init__(self, text: str, silent: Sequence[tuple[int, int]]) -> None:
        self._said = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._silent = sorted(silent)

    def heads(self) -> Iterator[_Bare]:
        """Return what may be a head, line by line."""
        index, is_aside, is_open, opening = 0, False, False, ""
        sections = [(0, -1)]
        columns_open: list[int] = []
        spans = iter([*self._silent, (self._starts[-1] + 1, self._starts[-1] + 1)])
        quiet = next(spans)
        while index < len(self._lines):
            line, start = self._lines[index], self._starts[index]
            while start >= quiet[1] and quiet[0] <= self._starts[-1]:
                quiet = next(spans)
            if quiet[0] <= start < quiet[1] or not line.strip() or _RULE.match(line):
                is_open = False
                index += 1
                continue
            kind, body, after = self._kind(index, line)
            depth, has_box, near = 0, False, sections[-1][1]
            if kind == "heading":
                columns_open.clear()
                sections = [each for each in sections if each[0] < line.count("#", 0, body)]
            elif kind == "item":
                indent = columns(line)
                columns_open = [each for each in columns_open if each < indent]
                depth = len(columns_open)
                columns_open.append(indent)
                item = ITEM.match(line)
                has_box = item is not None and box_of(item) >= 0
            elif kind == "paragraph":
                depth = 1 if columns_open and columns(line) > 0 else 0
                if not depth and not is_open:
                    columns_open.clear()
                mark = line[body : body + 2] if line.startswith(_MARKS, body) else ""
                if is_open and not (mark and mark == opening):
                    kind = "line"
                opening = opening if is_open else mark
            end = start + len(line.rstrip(" #")) if kind == "heading" else self._starts[after] - 1
            if kind in ("paragraph", "line"):
                end = words_end(self._said, start + body, end)
            section = sections[-1][1]
            yield _Bare(
                index, after, start + body, end, section, near, kind, has_box, depth, is_aside
            )
            if kind == "heading":
                sections.append((line.count("#", 0, body), index))
                is_aside = is_about_the_list(line.strip("# *"))
            is_open = kind not in ("heading", "row")
            index = after

    def _kind(self, index: int, line: str) -> tuple[str, int, int]:
        """What begins at a line, where its words begin in it, and the line after it."""
        if heading := _HEADING.match(line):
            return "heading", heading.end(), index + 1
        if row := html_row_end(self._lines, index):
            return "row", len(line) - len(line.lstrip(" \t")), row
        last = paragraph_of(self._lines, index, len(self._lines) - 1)
        if item := ITEM.match(line):
            return "item", item.end(), end_of_open(self._lines, index, last, item.end()) + 1
        body = len(line) - len(line.lstrip(" \t>"))
        if line.startswith("|", body) or (line.count("|") > 1 and not line.startswith("[", body)):
            return "row", body, index + 1
        return "paragraph", body, end_of_open(self._lines, index, last, body) + 1


def _sort(text: str, links: Sequence[LinkSpan]) -> str:
    """What a head says on the whole: nothing but labels, linked words, people, few words or many."""
    rest, labels = text, True
    for link in reversed(links):
        if not link.is_bare and not is_label(text[link.label_start : link.label_end].strip("[]")):
            labels = False
        rest = rest[: link.start] + rest[link.end :]
    count = len(_LONG_WORD.findall(rest))
    if links:
        return "labels" if labels and count <= 1 else "linked"
    if len(text) < _MOST_NAMES and says(text) in ("people", "people+"):
        return "people"
    return "long" if count > _MOST_TITLE_WORDS else "words" if count > _FEW_WORDS else "few"


def _above(above: _Bare, head: _Bare) -> str:
    """How the head above stands to one."""
    is_item = above.kind == head.kind == "item"
    same = (above.kind, above.depth) == (head.kind, head.depth)
    said = "same" if same else "over" if is_item and above.depth < head.depth else above.kind
    return said + "!" * (above.after == head.line)


def _below(head: _Bare, below: _Bare, sort: str) -> str:
    """How the head below stands to one."""
    if (below.kind, below.depth) == (head.kind, head.depth):
        return "same"
    if below.kind != "item":
        return f"{below.kind}:{sort}"
    is_under = head.kind != "item" or below.depth > head.depth
    return f"{'under' if is_under else 'out'}:{sort}"
