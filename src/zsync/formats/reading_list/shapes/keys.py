"""Words with a colon that say what stands behind them: ``Paper:``, ``**Authors**:``, ``论文：``."""

import re
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import EMOJI, Span
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import Key, key_before

# What stands behind a key in place of an address says that there is none yet.
SHORT_VALUE = 20

_KEY = regex(
    rf"(?P<mark>[*_]{{0,3}})(?:{EMOJI}|[\ufe0f ])*"
    r"(?P<key>[^\W\d_][^\n:：|\[\]<>*]{0,40}?)"
    r"[ \t]*(?:(?P<close>[*_]{1,3})[ \t]*[:：]|[:：](?P<behind>[*_]{0,3}))[ \t]*"
)
_NOTHING = regex(
    r"[\s\W]*(?:none|null|nan|n/?a|no|tbd|todo|coming soon|soon|not (?:yet )?(?:available|released)"
    r"|unavailable|暂无|无|尚未开源|未开源|即将开源|待开源|敬请期待)?[\s\W]*\Z",
    re.IGNORECASE,
)


class KeySpan(NamedTuple):
    """A key at the beginning of a piece, where what it announces begins, and what that is."""

    name: Span
    after: int
    kind: Key


def read_key(head: str, start: int, end: int) -> KeySpan | None:
    """The key at the beginning of a piece; None if the words before a colon announce nothing known.

    A bold text that goes on after its colon is a title; so is one word that an address follows at once.
    """
    match = _KEY.match(head, start, end)
    if match is None or head.startswith("//", match.end()):
        return None
    if match.group("mark") and not (match.group("close") or match.group("behind")):
        return None
    if head[match.end() - 1] in ":：" and head[match.end() : match.end() + 1].isdigit():
        return None
    said = match.group("key").strip()
    key = key_before(said)
    if key is None or len(said.split()) > 5:
        return None
    return KeySpan(match.span("key"), match.end(), key[1])


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: ``None``, ``Coming soon``, ``暂无``."""
    return _NOTHING.match(text) is not None


class KeyLine(NamedTuple):
    """A line that is a key and one address, ``- Code: url``; its own line end is the one before it."""

    start: int
    end: int
    before: str
    between: str

    def like(self, label: str, url: str) -> str:
        """Another such line."""
        return f"{self.before}{label}{self.between}{url}"


def key_line(head: str, link: LinkSpan) -> KeyLine | None:
    """The line of a bare address that has it alone with its key; None if it has not."""
    if not link.label_start < link.label_end <= link.start:
        return None
    start = head.rfind("\n", 0, link.label_start)
    before, between = head[start : link.label_start], head[link.label_end : link.start]
    end = head.find("\n", link.end)
    end = len(head) if end < 0 else end
    is_alone = not head[link.end : end].strip(" \t\r") and not any(
        map(str.isalnum, before + between)
    )
    if start < 0 or not is_alone or "\n" in between or "<" in between:
        return None
    end -= head.endswith("\r", 0, end)
    start -= head.endswith("\r", 0, start)
    return KeyLine(start, end, head[start : link.label_start], between)
