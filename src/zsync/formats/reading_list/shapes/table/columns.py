"""What the columns of a table hold: by the words of its header, and by what its cells hold, since headers lie."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from zsync.formats.reading_list.fields import KIND, label_text
from zsync.formats.reading_list.shapes.table.cells import (
    is_nothing,
    links_in,
    said_in,
    split_row,
)
from zsync.formats.reading_list.shapes.table.signs import is_sign
from zsync.formats.reading_list.shapes.table.venue_cells import date_year, plain_year
from zsync.formats.reading_list.venues import find_venue, read_venue


class Role(Enum):
    """What a column is for."""

    TITLE = "title"
    SHORT = "short name"
    AUTHORS = "authors"
    VENUE = "venue"
    YEAR = "year"
    DATE = "date"
    PAPER = "link to the paper"
    LINKS = "links"
    STATUS = "status"
    NOTE = "note"
    OTHER = "other"


class Column(NamedTuple):
    """A column: its header as it reads, and what it is for."""

    header: str
    role: Role


_TITLE_WORDS = re.compile(
    r".*\btitles?\b.*|.*(?:标题|题目|題目|標題|タイトル).*|论文名称?|文章名称?|(?:paper|article|publication)s?'? ?names?"
)
_PAPER_WORDS = re.compile(
    r"(?:.*[\s/&,+])?(?:papers?|publications?|articles?|literature|references?|works?|sources?|readings?|preprints?)"
    r"(?:[\s/&,+(].*)?|.*(?:论文|文献|文章|論文).*"
)
_NAME_WORDS = re.compile(
    r"(?:short |model |method |code )?names?|methods?|models?|approach(?:es)?|algorithms?|frameworks?|systems?"
    r"|projects?|tools?|benchmarks?|datasets?|agents?|abbr(?:\.|eviation)?s?|acronyms?|alias(?:es)?|nicknames?"
    r"|short|模型|方法|名称|名字|简称|缩写|工作|项目|数据集"
)
_ROLE_WORDS = (
    (
        Role.STATUS,
        r"(?:read(?:ing)?|paper|my)? ?status|read\??|done\??|finished|progress|checked|check|state|✓|✔|☑"
        r"|阅读状态|状态|狀態|已\w{0,3}|是否\w{0,4}|进度|阅读情况|完成(?:情况|状态)?|阅读|读完",
    ),
    (Role.AUTHORS, r"(?:first |main )?authors?(?:\(s\))?|by|作者|第一作者|作者们"),
    (
        Role.YEAR,
        r"(?:pub(?:lication|lished|lish)?\.? |paper )?years?|年份?|发表年份?|年度",
    ),
    (
        Role.VENUE,
        r"(?:.*[\s/&,+])?(?:venues?|conferences?|conf\.?|journals?|publishe[rd](?: (?:in|at|on))?|publications?|pub\.?"
        r"|proceedings|published in|accepted(?: (?:by|at))?|where|booktitle|publish)(?:[\s/&,+(].*)?"
        r"|.*(?:会议|期刊|发表|出处|来源|刊物|會議).*",
    ),
    (
        Role.DATE,
        r"(?:pub(?:lication|lish(?:ed)?)?\.? |release |arxiv |submission )?(?:dates?|time|month|released?)"
        r"|日期|时间|(?:发表|发布|出版)(?:时间|日期)",
    ),
    (
        Role.PAPER,
        r"(?:paper|article|full|pdf|arxiv|doc)? ?(?:links?|urls?|pdfs?)|arxiv(?: id)?|dois?|papers?|abs|preprint|openreview"
        r"|abstract link|(?:论文)?(?:链接|地址|原文|连接)|论文|原文|下载",
    ),
    (
        Role.LINKS,
        r".*(?:links?|urls?|code|codes|github|git|repo|repository|repositories|projects?|web ?sites?|web|home ?pages?"
        r"|pages?|resources?|demo|videos?|slides?|blog|hugging ?face|models?|weights|checkpoints?|implementation|source code"
        r"|open[ -]?source|stars?|data|posters?|supp\w*|talk|material).*|.*(?:代码|链接|主页|项目|资源|源码|网址|视频|开源|地址).*",
    ),
    (
        Role.NOTE,
        r"(?:my |reading |short |quick )?(?:notes?|comments?|summary|summaries|tl;? ?dr|remarks?|thoughts?|takeaways?|opinions?"
        r"|impressions?)(?:\(s\))?|备注|笔记|总结|评论|评价|感想|心得|想法|阅读笔记|注释|备忘",
    ),
)
_ROLES = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in _ROLE_WORDS)
_PROSE_WORDS = re.compile(
    r".*(?:abstract|description|introduction|overview|contribution|key ?words?|idea|insight|finding|task|topic|tags?|type"
    r"|category|institut|affiliat|organi[sz]ation|简介|摘要|关键词|描述|说明|概述|引用|机构|类别|领域|标签).*"
)
_PAPER_HOST = re.compile(
    r"arxiv\.org|doi\.org|openreview\.net|aclanthology|aclweb|thecvf|\.pdf\b|proceedings|usenix\.org|ieee|dl\.acm"
    r"|biorxiv|medrxiv|nature\.com|springer|sciencedirect|semanticscholar|neurips\.cc|nips\.cc|mlr\.press|jmlr"
    r"|science\.org|wiley|ojs\.|pnas\.org|ncbi\.nlm|hal\.science|eprint\.iacr|papers\.|/papers?/|cell\.com|tandfonline",
    re.IGNORECASE,
)
_PEOPLE_JOIN = re.compile(r"[,;，、；&]| and |等")
_PERSON = re.compile(r"[^\W\d_a-z][\w.'’\-]*(?:[ \u00a0]+[\w.'’\-]+){0,4}|[\u4e00-\u9fff·]{2,12}")
_NUMBER = re.compile(r"[~≈<>]?[\d.,]+ ?[%kKMBTGx+]*(?:[ /×x-].{0,12})?")


class _Holds(NamedTuple):
    """What the cells of a column hold, as shares of the rows."""

    text: float
    long: float
    linked: float
    links: float
    paper_links: float
    people: float
    venues: float
    years: float
    dates: float
    signs: float
    numbers: float
    words: float


class Verdict(NamedTuple):
    """The columns of a table that holds papers, and whether that is in doubt."""

    columns: tuple[Column, ...]
    doubtful: bool


def read_columns(header: str, rows: Sequence[str]) -> Verdict | None:
    """What the columns of a table are for; None if its rows are no papers."""
    heads = [said_in(header[slice(*span)]).strip(" *:：") for span in split_row(header)]
    if len(heads) < 2 or not rows:
        return None
    holds = _look_at(rows, len(heads))
    title = _title_column([head.casefold() for head in heads], holds)
    if title is None:
        return None
    roles = [
        Role.TITLE if index == title else _role(head.casefold(), hold)
        for index, (head, hold) in enumerate(zip(heads, holds, strict=True))
    ]
    _keep_one(roles, holds)
    _find_short(roles, heads, holds)
    said = _evidence(roles, heads[title].casefold(), holds, title, rows)
    columns = tuple(map(Column, heads, roles))
    return Verdict(columns, doubtful=said < _SURE) if said >= _LIKELY else None


_LIKELY, _SURE = 3, 4


# -- what cells hold -----------------------------------------------------------------------------


def _look_at(rows: Sequence[str], count: int) -> list[_Holds]:
    cells: list[list[tuple[str, int, int]]] = [[] for _ in range(count)]
    for row in rows:
        for index, span in enumerate(split_row(row, count)[:count]):
            cells[index].append((row, *span))
    return [_holds(column) for column in cells]


def _holds(cells: list[tuple[str, int, int]]) -> _Holds:
    if not cells:
        return _Holds(*(0.0,) * len(_Holds._fields))
    looks = [_look(*cell) for cell in cells]
    sums = [sum(column) / len(looks) for column in zip(*looks, strict=True)]
    texts = sum(look[0] for look in looks)
    return _Holds(*sums[:-1], sum(look[-1] for look in looks) / max(1, texts))


def _look(line: str, start: int, end: int) -> tuple[float, ...]:
    text = line[start:end]
    links = [link for link in links_in(line, start, end) if link.url_start < link.url_end]
    labels = [label_text(line[link.label_start : link.label_end]) for link in links]
    said = _own_words(line, start, end)
    is_text = not is_nothing(said) and any(char.isalpha() for char in said)
    words = _words(said)
    venue = is_text and len(said) < 60 and (read_venue(said, 0) is not None)
    return (
        float(is_text),
        float(is_text and words >= 4),
        float(any(_words(label) >= 4 and not KIND.match(label) for label in labels)),
        float(bool(links)),
        float(any(_PAPER_HOST.search(line, link.url_start, link.url_end) for link in links)),
        float(is_people(said)),
        float(bool(venue)),
        float(plain_year(text) is not None),
        float(date_year(text) is not None and len(said) < 25),
        float(is_sign(text)),
        float(_NUMBER.fullmatch(said) is not None),
        float(words if is_text else 0),
    )


def _own_words(line: str, start: int, end: int) -> str:
    """What a cell says beside the links that only name what they lead to, in the first line that says any."""
    text = line[start:end]
    for link in reversed(links_in(line, start, end)):
        label = label_text(line[link.label_start : link.label_end])
        if link.is_bare or not label or (KIND.match(label) and _words(label) < 4):
            text = text[: link.start - start] + text[link.end - start :]
    parts = re.split(r"<br[ \t]*/?>", text, flags=re.IGNORECASE)
    said = (said_in(part).strip(" []()|/,;") for part in parts)
    return next((each for each in said if any(char.isalnum() for char in each)), "")


def _words(text: str) -> int:
    """How many words; two characters of Chinese count as one."""
    wide = sum(char >= "\u3040" for char in text)
    return len(text.split()) + wide // 2


def is_people(text: str) -> bool:
    """Whether a text reads as names of people."""
    if re.search(r"\bet\.? al\b", text):
        return True
    parts = [part.strip(" *_`()†‡§1234567890") for part in _PEOPLE_JOIN.split(text)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return False
    names = sum(_PERSON.fullmatch(part) is not None for part in parts)
    several = sum(" " in part or part >= "\u3040" or len(part) < 12 for part in parts)
    return names >= 0.75 * len(parts) and several >= 0.75 * len(parts)


# -- roles ---------------------------------------------------------------------------------------


def _title_column(heads: list[str], holds: list[_Holds]) -> int | None:
    scores = [_title_score(head, hold) for head, hold in zip(heads, holds, strict=True)]
    best = max(range(len(heads)), key=lambda index: (scores[index], -index))
    if scores[best] >= 2.5:
        return best
    named = [
        index
        for index, (head, hold) in enumerate(zip(heads, holds, strict=True))
        if (_NAME_WORDS.fullmatch(head) or _PAPER_WORDS.fullmatch(head)) and hold.text >= 0.8
    ]
    return named[0] if named and any(hold.paper_links >= 0.5 for hold in holds) else None


def _title_score(head: str, hold: _Holds) -> float:
    """How much speaks for a column to hold the titles."""
    if hold.text < (0.3 if _TITLE_WORDS.fullmatch(head) else 0.5):
        return 0
    score = 0.0
    if _TITLE_WORDS.fullmatch(head):
        score += 3
    elif _PAPER_WORDS.fullmatch(head):
        score += 1.5
    elif _NAME_WORDS.fullmatch(head):
        score += 0.5
    if any(role is Role.NOTE and words.fullmatch(head) for role, words in _ROLES):
        score -= 3
    if _PROSE_WORDS.fullmatch(head) and not _TITLE_WORDS.fullmatch(head):
        score -= 2
    others = hold.people + hold.dates + hold.years + hold.signs + hold.numbers
    return score + 3 * hold.linked + 2 * hold.long - 3 * min(1, others)


def _role(head: str, hold: _Holds) -> Role:
    """What a column that holds no titles is for."""
    said = next((role for role, words in _ROLES if words.fullmatch(head)), Role.OTHER)
    if hold.people >= 0.6 and said not in (Role.NOTE, Role.STATUS):
        return Role.AUTHORS
    if hold.years >= 0.6:
        return Role.YEAR if said in (Role.YEAR, Role.DATE, Role.VENUE) else Role.OTHER
    if said is Role.AUTHORS:
        return Role.VENUE if hold.venues >= 0.6 else Role.AUTHORS if hold.text else Role.OTHER
    if said is Role.YEAR:
        return Role.VENUE if hold.venues >= 0.6 and hold.text >= 0.6 else Role.DATE
    if said is Role.VENUE and hold.links >= 0.6 and hold.text < 0.3:
        return Role.LINKS
    if said is Role.DATE and hold.venues >= 0.6 and hold.text >= 0.6:
        return Role.VENUE
    if said is Role.OTHER and hold.venues >= 0.6:
        return Role.VENUE
    if said in (Role.OTHER, Role.NOTE) and hold.links >= 0.6 and hold.text < 0.3:
        return Role.LINKS
    return said


def _keep_one(roles: list[Role], holds: list[_Holds]) -> None:
    """Of several columns for one field the one that says most stays: by its cells, then the first."""
    for role, share in (
        (Role.STATUS, "signs"),
        (Role.AUTHORS, "people"),
        (Role.VENUE, "venues"),
        (Role.YEAR, "years"),
        (Role.DATE, "dates"),
        (Role.NOTE, "long"),
    ):
        own = [index for index, each in enumerate(roles) if each is role]
        if len(own) > 1:
            best = max(own, key=lambda index: (getattr(holds[index], share), -index))
            for index in own:
                roles[index] = role if index == best else Role.OTHER
    status = next((index for index, role in enumerate(roles) if role is Role.STATUS), None)
    if status is not None and holds[status].signs < 0.5:
        roles[status] = Role.LINKS if holds[status].links >= 0.5 else Role.OTHER


def _find_short(roles: list[Role], heads: list[str], holds: list[_Holds]) -> None:
    """A column of names beside the titles holds the short names."""
    for index, role in enumerate(roles):
        is_name = _NAME_WORDS.fullmatch(heads[index].casefold())
        if is_name and role in (Role.OTHER, Role.LINKS) and holds[index].text >= 0.5:
            if 0 < holds[index].words <= 3.5 and holds[index].numbers < 0.3:
                roles[index] = Role.SHORT
                return


def _evidence(
    roles: list[Role], head: str, holds: list[_Holds], title: int, rows: Sequence[str]
) -> int:
    """How much speaks for the rows to be papers."""
    paper_links = max(hold.paper_links for hold in holds)
    own = holds[title]
    points = 3 * (paper_links >= 0.5) or int(paper_links >= 0.2)
    points += 2 * bool(_PAPER_WORDS.fullmatch(head)) or int(bool(_TITLE_WORDS.fullmatch(head)))
    for role, share, worth in (
        (Role.AUTHORS, "people", 2),
        (Role.VENUE, "text", 2),
        (Role.YEAR, "years", 1),
        (Role.STATUS, "signs", 1),
    ):
        points += worth * any(
            each is role and getattr(hold, share) >= 0.4
            for each, hold in zip(roles, holds, strict=True)
        )
    points += int(own.words >= 5)
    points += 2 * (_share_with_venue(rows, title, len(roles)) >= 0.3)
    if own.words < 2.5 and own.linked < 0.3:
        numbers = sum(hold.numbers >= 0.5 for hold in holds)
        points -= 1 + 3 * min(numbers, 2)
    return points


def _share_with_venue(rows: Sequence[str], title: int, count: int) -> float:
    found = 0
    for row in rows:
        cells = split_row(row, count)
        if title < len(cells):
            said = said_in(row[slice(*cells[title])])
            opening = re.match(r"[\[(【]([^\[\]()【】]{2,40})[\])】]", said)
            found += bool(
                (opening and read_venue(opening.group(1), 0)) or find_venue(said, 0, len(said))
            )
    return found / max(1, len(rows))
