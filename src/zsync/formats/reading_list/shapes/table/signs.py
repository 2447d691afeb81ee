"""The signs of a status column: emoji, boxes, words; which of them stand for a paper that was read."""

import re
from collections import Counter
from collections.abc import Iterable

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import is_ticked

# A box, as tasks have it; the sign is the group.
BOX = regex(r"[ \t]*(?:[-*] )?\\?\[([ xX✓✔])\\?\]")
_SIGN = regex(
    r"[ \t]*([✅✔✓☑✗✘❌⬜☐🔲⏳🔳◻▢□■×√🟢🟡🔴🟠⚪⚫⭕🚧📝📖👀⌛🕐🔥⭐—–-]|:[a-z0-9_+-]+:|x(?!\w))",
    re.IGNORECASE,
)
_WORD = regex(
    r"[ \t]*(done|read|yes|finished|completed?|true|y|todo|to[ -]?do|to[ -]?read|unread|no|not yet"
    r"|pending|reading|not[ -]reading|in[ -]progress|wip|later|planned|queued?|skimmed|dropped|skipped"
    # Titles begin with "New", too: it is a sign where it is all that a cell says.
    r"|false|n|✓|new\Z|新\Z|已读|已完成|完成|读完|是|未读|待读|未完成|在读|进行中|正在读|阅读中|否|没读|泛读"
    r"|精读|不读)(?!\w)",
    re.IGNORECASE,
)
_PARTNERS = {
    "✅": "⬜", "✔": "✗", "✓": "✗", "☑": "☐", "√": "×", "x": " ", "X": " ", "🟢": "🔴",
    "done": "todo", "read": "unread", "yes": "no", "finished": "pending", "completed": "pending",
    "complete": "pending", "true": "false", "y": "n", "已读": "未读", "已完成": "未完成", "完成": "未完成",
    "读完": "未读", "是": "否", ":white_check_mark:": ":white_large_square:", ":heavy_check_mark:": ":x:",
}  # fmt: skip
_OTHERS = {
    **{unticked: ticked for ticked, unticked in reversed(_PARTNERS.items())},
    "❌": "✅", "⏳": "✅", "🔲": "✅", "☐": "☑", "□": "■", "-": "✅", "–": "✅", "—": "✅", "⌛": "✅",
    "to read": "read", "to do": "done", "to-do": "done", "to-read": "read", "待读": "已读", " ": "✅",
}  # fmt: skip


def find_sign(line: str, start: int, end: int) -> int:
    """Where the sign of a status cell stands; -1 if it says nothing that is a sign."""
    if start == end:
        # A space between two pipes holds the place of a sign.
        return start if start < len(line) and line[start] in " \t" else -1
    for pattern in (BOX, _SIGN, _WORD):
        if match := pattern.match(line, start, end):
            return match.start(1)
    return -1


def is_word(text: str) -> bool:
    """Whether a whole cell is a word for read or unread, no sign."""
    return _WORD.fullmatch(text) is not None


def is_sign(text: str) -> bool:
    """Whether a cell's text begins with a sign; an empty one may."""
    return not text or find_sign(text, 0, len(text)) >= 0


def usual_signs(signs: Iterable[str]) -> tuple[str, str]:
    """The signs for read and unread that a column shows most; what it shows not follows from the other."""
    counts = Counter(signs)
    ticked = [sign for sign, _ in counts.most_common() if is_ticked(sign)]
    unticked = [sign for sign, _ in counts.most_common() if not is_ticked(sign)]
    tick = ticked[0] if ticked else ""
    no_tick = unticked[0] if unticked else ""
    if not tick:
        tick = _like(_OTHERS.get(no_tick.casefold(), "✅"), no_tick)
    if not no_tick:
        no_tick = _like(_PARTNERS.get(tick.casefold(), "⬜"), tick)
    return tick, no_tick


def _like(word: str, other: str) -> str:
    """A word with a capital where the other has one."""
    if len(other) > 1 and other.isupper():
        return word.upper()
    return word.capitalize() if other[:1].isupper() and word.isascii() else word
