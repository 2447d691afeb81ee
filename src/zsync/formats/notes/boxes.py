"""What Markdown can say of a note: boxes that hold blocks, and runs of text within a block."""

from dataclasses import dataclass, field
from typing import NamedTuple

# Bits of a run's style.
STRONG, EMPHASIS, STRIKE = 1, 2, 4


class Run(NamedTuple):
    """A piece of text with one look. ``kind``: text, code, math, display (math on its own), sub or sup."""

    text: str
    kind: str = "text"
    style: int = 0
    link: str | None = None


@dataclass(slots=True)
class Paragraph:
    """Lines of text, or a formula on its own."""

    runs: list[Run]


@dataclass(slots=True)
class CodeBlock:
    """Preformatted text, its lines as they are."""

    text: str


@dataclass(slots=True)
class Rule:
    """A line across the note."""


@dataclass(slots=True)
class Box:
    """An element that holds blocks (blockquote, ul, ol, li, table, tr, td), or the note itself."""

    name: str
    start: int = 1
    children: "list[Block]" = field(default_factory=list)


Block = Paragraph | CodeBlock | Rule | Box
