"""Reads a list by its forms: where a section's lines agree on the place of their titles, titles stand there.

The rules read first. A line that they do not read is an entry where its form says so; where they read another title
than the form, and the form is sure, the form is right.
"""

from collections.abc import Iterator
from math import inf

from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.forms import SURE, choose
from zsync.formats.reading_list.heads import Head, heads
from zsync.formats.reading_list.inline import plain
from zsync.formats.reading_list.mentions import letters_of
from zsync.formats.reading_list.title_places import Place, Places

# Below this distance (log odds) the rules' reading stays; up to :data:`~.forms.SURE` the form's is one with doubt.
_DOUBTFUL = 1.0
# So many lines make a form. A line without company is an entry only from this distance on.
_COMPANY, _LONE = 3, 4.0


def form_places(found: ReadingList) -> Places:
    """Give the places of titles that the rules did not find, or found elsewhere."""
    lines = [head for head in heads(found.text, found.silent) if _is_in(head, found.region)]
    entries = {block.line: index for index, block in enumerate(found.blocks)}
    owned = set(_owned(found))
    lines = [head for head in lines if head.line not in owned]
    read = {place: entries[head.line] for place, head in enumerate(lines) if head.line in entries}

    def agrees(place: int, title: str) -> bool | None:
        return _agrees(found, read[place], title) if place in read else None

    places = {}
    for at, choice in choose(lines, agrees).items():
        least = _DOUBTFUL if choice.alike >= _COMPANY else inf if at in read else _LONE
        if choice.run is None or choice.distance < least:
            continue
        head = lines[at]
        start, end = head.start + choice.run.start, head.start + choice.run.end
        if not agrees(at, found.text[start:end]):
            places[head.line] = Place(start, end, choice.distance < SURE, at in read)
    return places


def _is_in(head: Head, region: tuple[int, int]) -> bool:
    return region[0] <= head.start and head.end <= region[1]


def _owned(found: ReadingList) -> Iterator[int]:
    """The lines behind the first of each entry: they are its own."""
    for block in found.blocks:
        count = found.text.count("\n", block.start, block.end)
        yield from range(block.line + 1, block.line + max(count, 1))


def _agrees(found: ReadingList, index: int, title: str) -> bool:
    """Say whether an entry's title is the one that the form gives, with its short name or without."""
    entry = found.entries[index]
    said = letters_of(plain(title))
    return said in (letters_of(entry.title), letters_of(f"{entry.short or ''} {entry.title}"))
