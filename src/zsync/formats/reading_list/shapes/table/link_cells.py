"""Which cell of a row a link goes into, and what is left of a cell without one of its links."""

import re

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import Fields, url_of
from zsync.formats.reading_list.shapes.table.cells import links_in
from zsync.formats.reading_list.shapes.table.header_words import Role
from zsync.formats.reading_list.shapes.table.row import Table

# Words that stand for one kind of link.
_KINDS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"code|github|git|repo|official|implementation|源码|代码|开源",
        r"project|page|web|home|site|主页|项目",
        r"paper|pdf|arxiv|abs|doi|openreview|论文|原文",
        r"data|数据",
        r"model|weight|checkpoint|hugging|模型",
        r"video|youtube|talk|视频",
        r"slide|poster|ppt",
        r"blog|post|note|笔记",
        r"demo|colab",
        r"supp|appendix|附",
    )
)
_MIXED = regex(
    r".*\b(?:links?|urls?|resources?|materials?)\b.*|.*(?:链接|资源|地址|网址).*|others?"
)
_JOIN = regex(r"[\s,;/|·&+、，]{1,6}|[ \t]*<br[ \t]*/?>[ \t]*")


def place_for(label: str, table: Table, *, is_paper: bool = False) -> int | None:
    """The column for a link: the one whose header names its kind, else one for links of all kinds."""
    kinds = [kind for kind in _KINDS if kind.search(label)]
    columns = [
        (index, column)
        for index, column in enumerate(table.columns)
        if column.role in (Role.PAPER, Role.LINKS)
    ]
    if is_paper:
        own = [index for index, column in columns if column.role is Role.PAPER]
        if own:
            return own[0]
        kinds = [_KINDS[2]]
    for index, column in columns:
        is_mixed = _MIXED.fullmatch(column.header)
        if not is_mixed and any(kind.search(column.header) for kind in kinds):
            return index
    return next((index for index, column in columns if _MIXED.fullmatch(column.header)), None)


def has_place(table: Table, fields: Fields) -> bool:
    """Whether a row like this has a place for the paper's link."""
    return fields.linked_title or place_for("", table, is_paper=True) is not None


def without(cell: str, url: str, nth: int) -> str | None:
    """A cell without its nth link and what joins it to the next; empty if it was the only one."""
    links = links_in(cell, 0, len(cell))
    link = links[nth]
    if url_of(cell, link) != url:
        return None
    start, end = link.start, link.end
    if cell[start - 1 : start] == "[" and cell[end : end + 1] == "]":
        start, end = start - 1, end + 1
    if nth and (match := _JOIN.search(cell, links[nth - 1].end, start)) and match.end() == start:
        start = match.start()
    elif match := _JOIN.match(cell, end):
        end = match.end()
    return cell[:start] + cell[end:]
