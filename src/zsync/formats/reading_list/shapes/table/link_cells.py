"""Which cell of a row a link goes into, and how it is written there."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from zsync.core.model import Link
from zsync.formats.reading_list.fields import Fields, label_of, url_of
from zsync.formats.reading_list.inline import LinkSpan, escape, is_plain_url, write_url
from zsync.formats.reading_list.lexicon import names_other_thing
from zsync.formats.reading_list.shapes.table.cells import is_nothing, links_in, said_in
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
_MIXED = re.compile(
    r".*\b(?:links?|urls?|resources?|materials?)\b.*|.*(?:链接|资源|地址|网址).*|others?"
)
_JOIN = re.compile(r"[\s,;/|·&+、，]{1,6}|[ \t]*<br[ \t]*/?>[ \t]*")
_WRAPPED = re.compile(r"\[\[[^\[\]]*\]\([^()\s]*\)\]")


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


def write(link: Link, cells: Sequence[str], *, usual_label: bool) -> str:
    """A link as the cells of its column have it: bare, in a bracket of its own, under the usual label."""
    found = [(cell, each) for cell in cells for each in links_in(cell, 0, len(cell))]
    url = write_url(link.url).replace("|", "\\|")
    if found and all(each.is_bare for _, each in found) and is_plain_url(link.url):
        return link.url
    label = link.label
    if usual_label:
        label = _usual_label(found) or label
    text = f"[{escape(label).replace('|', chr(92) + '|')}]({url})"
    return f"[{text}]" if any(_WRAPPED.search(cell) for cell in cells) else text


def _usual_label(found: Sequence[tuple[str, LinkSpan]]) -> str | None:
    """The label that most links have; the number of a paper is none, nor the text of a badge."""
    labels = Counter(
        label
        for cell, link in found
        if not link.is_bare
        and "![" not in cell[link.start : link.url_start]
        and not names_other_thing(label := label_of(cell, link))
    )
    label, count = labels.most_common(1)[0] if labels else ("", 0)
    is_usual = 2 * count >= labels.total() and not re.search(r"\d{3}", label)
    return label if label and is_usual else None


def gap(cells: Sequence[str]) -> str:
    """What stands between two links of one cell."""
    gaps: Counter[str] = Counter()
    for cell in cells:
        links = links_in(cell, 0, len(cell))
        for one, other in pairwise(links):
            between = cell[one.end : other.start].removeprefix("]").removesuffix("[")
            if _JOIN.fullmatch(between):
                gaps[between] += 1
    return gaps.most_common(1)[0][0] if gaps else " "


def added(cell: str, link: Link, others: Sequence[str], *, first: bool, is_paper: bool) -> str:
    """A cell with a link more, before or behind those that it has."""
    text = write(link, [cell, *others], usual_label=is_paper)
    if is_nothing(said_in(cell)) and not links_in(cell, 0, len(cell)):
        return text
    for each in links_in(cell, 0, len(cell)):
        is_empty = each.url_start == each.url_end
        if is_empty and label_of(cell, each).casefold() == link.label.casefold():
            return cell[: each.url_start] + write_url(link.url) + cell[each.url_end :]
    join = gap([cell, *others])
    return text + join + cell if first else cell + join + text


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
