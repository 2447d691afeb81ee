"""What belongs to a title that no list item holds: the paragraph it stands in, the lines below that say more.

People, a venue, links, lines with a key; they may be paragraphs or bullets of their own.
"""

from collections.abc import Container, Sequence
from functools import lru_cache

from zsync.core.patterns import regex
from zsync.formats.reading_list.inline import find_links
from zsync.formats.reading_list.lexicon import Key, target_of
from zsync.formats.reading_list.note_block import reads_as_note, starts_block
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.bullet import ITEM, box_of
from zsync.formats.reading_list.shapes.keys import SHORT_VALUE, read_key, says_nothing
from zsync.formats.reading_list.shapes.metadata import read_metadata, segments
from zsync.formats.reading_list.shapes.metadata_venues import read_label_venue

_MOST_LINES = 60
# What ends a paragraph: a heading, a quotation, a row, code, a rule, a tag that is not a part of a sentence.
_ENDS_PARAGRAPH = regex(
    r"[ \t]*(?:\#{1,6}(?:[ \t]|\Z)|>|\||`{3}|~{3}|(?:=+|-+)[ \t]*\Z|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z"
    r"|</?(?!br|a\b|img|b>|i>|em>|strong|span|font|sub|sup|code|https?:)[a-zA-Z!])"
)
# What is bold at the beginning of a line.
_BOLD = regex(r"\*\*([^*]+)\*\*")
_SHORT_ITEM = 40
_MOST_BLANK = 2
# How many lines below a title its links may stand, if what stands between is not a sentence.
_NEAR = 6
# So many characters that say nothing of a paper are no more than signs around what does.
_HARDLY_ANY = 10
# Links of so many words may be titles.
_TITLE_WORDS = 4


def paragraph_end(lines: Sequence[str], index: int) -> int:
    """Return the line after the paragraph that begins at a line."""
    after = index + 1
    while after < len(lines):
        line = lines[after]
        if not line.strip(" \t\r") or _ENDS_PARAGRAPH.match(line) or ITEM.match(line):
            break
        after += 1
    return after


def lines_below(
    lines: Sequence[str], after: int, titles: Container[int], *, is_complete: bool
) -> int:
    """Return the line after those from a line on that say more of the paper whose title stands above.

    ``titles`` are the lines of other titles. Where the title has a link already it ``is_complete``: only
    links and lines with a key are still its own.
    """
    last, pos, blank = after, after, 0
    while pos < min(len(lines), after + _MOST_LINES) and blank <= _MOST_BLANK:
        line = lines[pos]
        if pos in titles:
            break
        pos += 1
        if not line.strip(" \t\r"):
            blank += 1
        elif line.startswith("<details"):
            pos = _behind_details(lines, pos)
        elif _belongs(line, is_complete=is_complete, is_within=last > after):
            last, blank = pos, 0
        elif not _is_remark(line) and (is_complete or pos - after > _NEAR or _is_other(line)):
            break
    return last


def _behind_details(lines: Sequence[str], start: int) -> int:
    """The line after a block that is folded away, if it ends soon; else the line it begins with."""
    for pos in range(start, min(len(lines), start + _MOST_LINES)):
        if "</details>" in lines[pos]:
            return pos + 1
    return start


def _is_remark(line: str) -> bool:
    """Whether a line is a short bullet such as ``- Oral``."""
    item = ITEM.match(line)
    text = line[item.end() :] if item else ""
    return 0 < len(text) <= _SHORT_ITEM and not find_links(text)


def _is_other(line: str) -> bool:
    """Whether a line cannot stand between a title and its links."""
    return starts_block(line) or reads_as_note(line)


def _belongs(line: str, *, is_complete: bool, is_within: bool) -> bool:
    item = ITEM.match(line)
    if item and is_within and _is_remark(line):
        return True
    if is_within and not item and line.startswith(("  ", "\t")):
        return True
    return says_of_paper(line) if not is_complete else _has_key(line) or only_links(line)


@lru_cache(maxsize=4096)
def says_of_paper(line: str, most: int = _HARDLY_ANY) -> bool:
    """Return whether a line, or several, say more of the paper above: people, a venue, links, a key's value.

    ``most`` is how many characters may say something else.
    """
    item = ITEM.match(line)
    if (item and box_of(item) >= 0) or (starts_block(line) and not item):
        return False
    if _has_key(line):
        return True
    bold = _BOLD.match(_text_of(line))
    if bold and not reads_as_people(bold[1]):
        return False
    said = read_metadata(line, segments(line), find_links(line))
    is_title = any(_is_title(line[link.label_start : link.label_end]) for link in said.links)
    says_any = said.authors or said.venue or said.links
    return bool(says_any) and not is_title and not said.note and said.residue <= most


def _text_of(line: str) -> str:
    """A line without marker, spaces and the sign of a hard break."""
    item = ITEM.match(line)
    return line[item.end() if item else 0 :].strip(" \t\r\\")


def _has_key(line: str) -> bool:
    """Whether a line is a key of lists and what it announces; outside of items some need to be bold."""
    text = _text_of(line)
    key = read_key(text, 0, len(text))
    if key is None:
        return False
    value = text[key.after :]
    if key.kind is Key.LINK:
        return bool(find_links(value)) or says_nothing(value) or len(value) <= SHORT_VALUE
    return ITEM.match(line) is not None or text.startswith("**")


def only_links(line: str) -> bool:
    """Return whether a line holds nothing but links that say what of the paper they lead to."""
    text = _text_of(line)
    links = find_links(text)
    rest = read_metadata(text, [(0, len(text))], links).residue if links else _HARDLY_ANY + 1
    return rest <= _HARDLY_ANY and all(
        not link.is_bare and target_of(text[link.label_start : link.label_end].strip("[]* "))
        for link in links
    )


def _is_title(label: str) -> bool:
    """Whether a link's text may be a title: many words that say neither a target nor a venue."""
    is_long = len(label.split()) >= _TITLE_WORDS
    return is_long and not target_of(label.strip("[]* ")) and not read_label_venue(label, 0)
