"""The words by which a status column says how far a paper is, English and Chinese."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from zsync.core.states import IN_PROGRESS, NEW, NOT_READING, SKIMMED

_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("new", "新"), NEW),
    **dict.fromkeys(
        ("in progress", "in-progress", "reading", "wip", "在读", "进行中", "正在读", "阅读中"),
        IN_PROGRESS,
    ),
    **dict.fromkeys(("skimmed", "泛读"), SKIMMED),
    **dict.fromkeys(("not reading", "not-reading", "dropped", "skipped", "不读"), NOT_READING),
}
# What says that a paper is unread and no more. "To Read" is among them: in a cell every unread paper is that.
_UNREAD: Final = frozenset(
    (
        *("todo", "to do", "to-do", "to read", "to-read", "toread", "unread", "no", "n", "false"),
        *(
            "not yet",
            "pending",
            "later",
            "planned",
            "queue",
            "queued",
            "[ ]",
            ":white_large_square:",
        ),
        *("未读", "待读", "未完成", "否", "没读", *"⬜☐🔲◻▢□⚪❌✗✘×"),
    )
)
_CHINESE: Final = {NEW: "新", IN_PROGRESS: "在读", SKIMMED: "泛读", NOT_READING: "不读"}
#: The states that a cell can say.
CELL_STATES: Final = (NEW, IN_PROGRESS, SKIMMED, NOT_READING)


def state_in(cell: str) -> str | None:
    """Return the state that a whole cell says; "" where it says no more than unread, None for others."""
    word = " ".join(cell.split()).casefold()
    return "" if word in _UNREAD else _WORDS.get(word)


def usual_words(cells: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the word for each state as a column has it; what it does not show is written like the rest."""
    cells = list(cells)
    used: dict[str, Counter[str]] = {}
    for cell in cells:
        if state := state_in(cell):
            used.setdefault(state, Counter())[cell] += 1
    is_chinese = not "".join(cells).isascii()
    is_small = all(cell == cell.lower() for cell in cells)
    return tuple(
        (
            state,
            used[state].most_common(1)[0][0]
            if state in used
            else _word(state, is_chinese, is_small),
        )
        for state in CELL_STATES
    )


def _word(state: str, is_chinese: bool, is_small: bool) -> str:
    if is_chinese:
        return _CHINESE[state]
    return state.lower() if is_small else state
