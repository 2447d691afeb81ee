"""The shape of an entry that has a heading of its own: ``### Title``, then lines of authors, venue and links.

Whether a heading is a paper's or a topic's is decided by its company; see ``paper_headings``.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from zsync.formats.reading_list.fields import Fields
from zsync.formats.reading_list.shapes.paragraph import LONGEST, Reading, read_block

ATX = re.compile(r"(#{1,6})(?:[ \t]++(.*))?\Z")
# Old renderers took `##Title` for a heading, and authors still write it; one `#` may be a tag.
TIGHT_ATX = re.compile(r"(#{2,6})([^#\s].*)\Z")
_OPENING = re.compile(r"[ ]{0,3}#{1,6}[ \t]*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the lines below it; ``least`` is the weight that makes them an entry where they stand."""

    least: int = 1
    name: ClassVar[str] = "heading"

    def read(self, head: str) -> Fields | None:
        """The fields of a heading and the lines below it."""
        reading = read(head)
        return reading.fields if reading and reading.weight >= self.least else None


def read(head: str) -> Reading | None:
    """What a heading and the lines below it say; None if nothing in it can be a title."""
    first = head.split("\n", 1)[0].rstrip(" \t\r")
    opening = _OPENING.match(head)
    if opening is None or opening.end() >= len(first) or first.endswith("#") or len(head) > LONGEST:
        return None
    return read_block(head, opening.end(), heading=True)


def text_of(found: re.Match[str]) -> str:
    """The text of an ATX heading without the signs that close it; of a tight one they need no blank."""
    text = (found[2] or "").rstrip(" \t")
    bare = text.rstrip("#")
    is_closed = found.re is TIGHT_ATX or (bare.strip() and bare[-1] in " \t")
    return bare.rstrip(" \t") if is_closed else text


def level_of(line: str) -> int:
    """The level of the ATX heading that a line is, or 0."""
    stripped = line.strip(" \t\r")
    match = ATX.match(stripped) or TIGHT_ATX.match(stripped) if stripped[:1] == "#" else None
    return len(match.group(1)) if match and not line.startswith(("    ", "\t")) else 0
