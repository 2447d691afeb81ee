"""Boxes as lines of Markdown."""

import re
from collections.abc import Iterator

from zsync.core.patterns import regex
from zsync.formats.notes.boxes import Block, Box, CodeBlock, Paragraph, Rule, Run
from zsync.formats.notes.inline import fence_for, render_inline

_LINE_START = regex(  # ends with the character that a backslash takes the meaning from
    r"""
    \#(?=\#{0,5}(?:\s|$))
  | [-+*](?=\s|$)
  | [>|]
  | [0-9]{1,9}[.)](?=\s|$)
  | =(?==*\s*$)                        # underlines a heading
  | -(?=[-|:\s]*$) | :(?=[|:\s]*-[-|:\s]*$)  # so does this, or it divides a table
  | \[(?=[ xX]\](?:\s|$) | ![a-zA-Z]+\]\s*$)
    """,
    re.VERBOSE,
)
# A list with another number does not begin right under a paragraph.
_LIST_AFTER_TEXT = regex(r"- |1\. ")


def render_blocks(blocks: "list[Block]") -> list[str]:
    """Render blocks as lines, apart by empty lines; blocks that hold nothing are left out."""
    lines: list[str] = []
    for _, block_lines in _render_each(blocks):
        lines += ["", *block_lines] if lines else block_lines
    return lines


def _render_each(blocks: "list[Block]") -> Iterator[tuple[Block, list[str]]]:
    """Render the blocks that hold something; two numbered lists in a row would be one, numbered on."""
    before = ""
    for block in blocks:
        delimiter = ")" if before == "." else "."
        if lines := _render_block(block, delimiter):
            before = delimiter if isinstance(block, Box) and block.name == "ol" else ""
            yield block, lines


def _render_block(block: Block, delimiter: str) -> list[str]:
    match block:
        case Paragraph(runs):
            return _render_paragraph(runs)
        case CodeBlock(text):
            return _render_code_block(text)
        case Rule():
            return ["***"]  # "---" would turn a line above it into a heading
        case Box("blockquote"):
            return [f"> {line}" if line else ">" for line in render_blocks(block.children)]
        case Box("table"):
            return _render_table(block)
        case Box("ul" | "ol"):
            return _render_list(block, delimiter)
        case _:
            return render_blocks(block.children)


def _render_paragraph(runs: list[Run]) -> list[str]:
    lines = (_escape_line_start(line.strip(" ")) for line in render_inline(runs).split("\n"))
    *broken, last = [line for line in lines if line] or [""]
    return [f"{line}\\" for line in broken] + [last] if last else []


def _render_code_block(text: str) -> list[str]:
    fence = fence_for(text, 3)
    return [fence, *text.removeprefix("\n").rstrip().split("\n"), fence]


def _render_list(box: Box, delimiter: str) -> list[str]:
    lines: list[str] = []
    number = box.start
    for item in _items(box):
        marker = "- " if box.name == "ul" else f"{number}{delimiter} "
        if item_lines := _render_item(item):
            indent = " " * len(marker)
            lines.append(marker + item_lines[0])
            lines += [indent + line if line else "" for line in item_lines[1:]]
            number += 1
    return lines


def _items(box: Box) -> Iterator["list[Block]"]:
    """Find a list's items; a list straight in a list belongs to the item before it, as it looks in Zotero."""
    item: list[Block] = []
    for child in box.children:
        if not (isinstance(child, Box) and child.name in ("ul", "ol")):
            yield item
            item = []
        item += child.children if isinstance(child, Box) and child.name == "li" else [child]
    yield item


def _render_item(blocks: "list[Block]") -> list[str]:
    """Render an item; a list under its first paragraph follows without an empty line."""
    lines: list[str] = []
    for place, (block, block_lines) in enumerate(_render_each(blocks)):
        close = isinstance(block, Box) and _LIST_AFTER_TEXT.match(block_lines[0])
        lines += block_lines if close or not place else ["", *block_lines]
    return lines


def _render_table(table: Box) -> list[str]:
    """Render a table; its first row is the header, as GFM has no table without one.

    Later rows are not filled up to its width: GFM does that, and a ragged table would grow without bound.
    """
    rows = [row for row in map(_render_row, table.children) if any(row)]
    if not rows:
        return []
    width = max(map(len, rows))
    header = rows[0] + [""] * (width - len(rows[0]))
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * width, *rows[1:])]


def _render_row(row: Block) -> list[str]:
    cells = row.children if isinstance(row, Box) and row.name == "tr" else [row]
    return [_render_cell(cell) for cell in cells]


def _render_cell(cell: Block) -> str:
    paragraphs = cell.children if isinstance(cell, Box) else [cell]
    texts = (render_inline(block.runs) for block in paragraphs if isinstance(block, Paragraph))
    return " ".join(filter(None, texts)).replace("|", "\\|")


def _escape_line_start(line: str) -> str:
    r"""Put a backslash where a line of text would begin a heading, list, quote, table, task or rule."""
    if mark := _LINE_START.match(line):
        at = mark.end() - 1
        return f"{line[:at]}\\{line[at:]}"
    return line
