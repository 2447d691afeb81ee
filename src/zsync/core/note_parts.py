"""Which of an item's notes was edited in the list.

The list shows an item's child notes as one text, oldest first, with one blank line between two. Where the
text has changed, one note's HTML has to follow, and the others must stand as they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zsync.core.patterns import regex

SEPARATOR = "\n\n"
_BLANK_LINES = regex(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class NoteEdit:
    """The note to write, by its place among the item's notes (None for a new one), and its Markdown."""

    index: int | None
    text: str


def locate_edit(
    rendered: Sequence[str], written: str, says: Callable[[str], str] = str
) -> NoteEdit | None:
    """Find the one note that ``written`` changes, and what it is to say.

    ``rendered`` are the notes as the list would show them, an empty one as "". ``written`` is what the list
    has in their place. Two texts are the same if ``says`` gives the same of both: the notes before and
    after the edited one must still be there. Text after the last belongs to the last; where several notes
    may have been edited, it was the last of them; where nothing was, too. None if more than one was edited,
    or one was taken away.
    """
    shown = [index for index, text in enumerate(rendered) if text]
    written = written.strip("\n")
    if not written:
        return None
    if not shown:
        return NoteEdit(None, written)
    blanks = list(_BLANK_LINES.finditer(written))
    # Where the edited note may begin, by what stands before it; where it may end, by what stands after it.
    # The shorter of two that say the same is meant: nothing that was written is passed over.
    begins = _Cuts([(written[: each.start()], each.end()) for each in reversed(blanks)], says)
    ends = _Cuts([(written[each.end() :], each.start()) for each in blanks], says)
    for place in range(len(shown) - 1, -1, -1):
        before = [rendered[index] for index in shown[:place]]
        after = [rendered[index] for index in shown[place + 1 :]]
        begin = begins.beside(before) if before else 0
        end = ends.beside(after) if after else len(written)
        if begin is not None and end is not None and begin < end:
            return NoteEdit(shown[place], written[begin:end])
    return None


class _Cuts:
    """Where a text may be cut, by what one of the sides is; of several cuts the last."""

    def __init__(self, cuts: Sequence[tuple[str, int]], says: Callable[[str], str]) -> None:
        self._says = says
        self._same = dict(cuts)
        self._alike = {says(side): at for side, at in cuts}

    def beside(self, notes: Sequence[str]) -> int | None:
        """Find the cut beside these notes, letter for letter or else by what they say."""
        side = SEPARATOR.join(notes)
        return self._same.get(side, self._alike.get(self._says(side)))
