"""The words of table headers, English and Chinese, and what columns they name.

Each pattern is for a whole header in small letters, without markup.
"""

import re
from enum import Enum


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
    RATING = "rating"
    OTHER = "other"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


def _among(words: str) -> str:
    """One of the words, alone or among others: ``title & authors``, ``code / project``."""
    return rf"(?:.*[\s/&,+])?(?:{words})(?:[\s/&,+(].*)?"


TITLE_WORDS = _any(
    r".*\btitles?\b.*",
    r".*(?:标题|题目|題目|標題|タイトル).*",
    r"论文名称?",
    r"文章名称?",
    r"(?:paper|article|publication)s?'? ?names?",
)
PAPER_WORDS = _any(
    _among(
        r"papers?|publications?|articles?|literature|references?|works?|sources?|readings?|preprints?"
    ),
    r".*(?:论文|文献|文章|論文).*",
)
NAME_WORDS = _any(
    r"(?:short |model |method |code )?names?",
    r"methods?|models?|approach(?:es)?|algorithms?|frameworks?|systems?|projects?|tools?",
    r"benchmarks?|datasets?|agents?|abbr(?:\.|eviation)?s?|acronyms?|alias(?:es)?|nicknames?|short",
    r"模型|方法|名称|名字|简称|缩写|工作|项目|数据集",
)
# What describes a paper in words that belong to none of its fields.
PROSE_WORDS = _any(
    r".*(?:abstract|description|introduction|overview|contribution|key ?words?|idea|insight|finding).*",
    r".*(?:task|topic|tags?|type|category|institut|affiliat|organi[sz]ation).*",
    r".*(?:简介|摘要|关键词|描述|说明|概述|引用|机构|类别|领域|标签).*",
)
_STATUS_WORDS = _any(
    r"(?:read(?:ing)?|paper|my)? ?status|read\??|done\??|finished|progress|checked|check|state|[✓✔☑✅]",
    r"阅读状态|状态|狀態|已\w{0,3}|是否\w{0,4}|进度|阅读情况|完成(?:情况|状态)?|阅读|读完",
)
_AUTHOR_WORDS = _any(r"(?:first |main )?authors?(?:\(s\))?|by", r"作者|第一作者|作者们")
_YEAR_WORDS = _any(r"(?:pub(?:lication|lished|lish)?\.? |paper )?years?", r"年份?|发表年份?|年度")
_VENUE_WORDS = _any(
    _among(
        r"venues?|conferences?|conf\.?|journals?|publishe[rd](?: (?:in|at|on))?|publications?|pub\.?"
        r"|proceedings|accepted(?: (?:by|at))?|where|booktitle|publish"
    ),
    r".*(?:会议|期刊|发表|出处|来源|刊物|會議).*",
)
_DATE_WORDS = _any(
    r"(?:pub(?:lication|lish(?:ed)?)?\.? |release |arxiv |submission )?(?:dates?|time|month|released?)",
    r"日期|时间|(?:发表|发布|出版)(?:时间|日期)",
)
_ONE_LINK_WORDS = _any(
    r"(?:paper|article|full|pdf|arxiv|doc)s? ?(?:links?|urls?)|link|url|pdfs?|arxiv(?: id)?|dois?",
    r"papers?|abs|preprint|openreview|(?:论文|原文)(?:链接|地址|连接)?|下载",
)
_LINK_WORDS = _any(
    r"(?:.*\b)?(?:links?|urls?|codes?|github|git|repo|repository|repositories|projects?|web ?sites?|web"
    r"|home ?pages?|pages?|resources?|demo|videos?|slides?|blog|hugging ?face|models?|weights|checkpoints?"
    r"|implementation|open[ -]?source|stars?|data|posters?|supp\w*|talk|materials?)(?:\b.*)?",
    r".*(?:代码|链接|主页|项目|资源|源码|网址|视频|开源|地址).*",
)
_NOTE_WORDS = _any(
    r"(?:my |reading |short |quick )?(?:notes?|comments?|summary|summaries|tl;? ?dr|remarks?|thoughts?"
    r"|takeaways?|opinions?|impressions?)(?:\(s\))?",
    r"备注|笔记|总结|评论|评价|感想|心得|想法|阅读笔记|注释|备忘",
)
# What somebody thinks of a paper, in stars. A column called so may also count the stars of repositories.
_RATING_WORDS = _any(r"(?:my |our |paper )?(?:ratings?|stars?|scores?)|⭐\ufe0f?|评分|打分|星级")
# A status column whose cells may say more than read or unread.
_STATE_WORDS = _any(
    r"(?:(?:read(?:ing)?|paper|my) )?stat(?:us|e)", r"(?:阅读)?(?:状态|狀態)|阅读情况"
)
_ROLES = (
    (Role.STATUS, _STATUS_WORDS),
    (Role.AUTHORS, _AUTHOR_WORDS),
    (Role.YEAR, _YEAR_WORDS),
    (Role.VENUE, _VENUE_WORDS),
    (Role.DATE, _DATE_WORDS),
    (Role.PAPER, _ONE_LINK_WORDS),
    (Role.LINKS, _LINK_WORDS),
    (Role.NOTE, _NOTE_WORDS),
)


def role_of(head: str) -> Role:
    """What a column with this header is for, as far as its words say."""
    return next((role for role, words in _ROLES if words.fullmatch(head)), Role.OTHER)


def names_notes(head: str) -> bool:
    """Whether a header is one for notes."""
    return _NOTE_WORDS.fullmatch(head) is not None


def names_ratings(head: str) -> bool:
    """Whether a header is one for ratings, if the cells below it are ratings."""
    return _RATING_WORDS.fullmatch(head) is not None


def names_states(head: str) -> bool:
    """Whether a header is one for how far somebody is with a paper."""
    return _STATE_WORDS.fullmatch(head) is not None
