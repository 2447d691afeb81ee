"""Words with a colon that say what stands behind them: ``Paper:``, ``**Authors**:``, ``论文：``."""

import re
from enum import Enum, auto
from typing import NamedTuple

from zsync.formats.reading_list.fields import EMOJI, Span
from zsync.formats.reading_list.inline import LinkSpan

# What stands behind a key in place of an address says that there is none yet.
SHORT_VALUE = 20

_KEY = re.compile(
    rf"(?P<mark>[*_]{{0,3}})(?:{EMOJI}|[\ufe0f ])*"
    r"(?P<key>[^\W\d_][^\n:：|\[\]<>*]{0,40}?)"
    r"[ \t]*(?:(?P<close>[*_]{1,3})[ \t]*[:：]|[:：](?P<behind>[*_]{0,3}))[ \t]*"
)
_PAPER = r"papers?|full ?text|pdf|arxiv|abs|doi|open ?review|论文|原文|预印"
_LINK = (
    rf"{_PAPER}|links?|urls?|codes?|github|git|repo(?:sitory)?|implementations?|official|projects?"
    r"|(?:home|web) ?page|pages?|web ?sites?|site|demos?|videos?|slides?|posters?|talks?|blogs?"
    r"|data(?:sets?)?|models?|weights|hugging ?face|supp(?:lement\w*)?|bib(?:tex)?"
    r"|代码|源码|主页|项目|链接|地址|数据|视频|中文解读|解读|官网|演示|模型|开源"
)
_TITLE = r"(?:paper )?titles?|题目|标题|论文(?:标题|题目|名称)"
_AUTHORS = r"authors?(?:\(s\))?|作者"
_VENUE = (
    r"venues?|conferences?|journals?|publi(?:shed|cation|sher)s?(?: in)?|accepted"
    r"|会议|期刊|来源|出处|发表"
)
_OTHER = (
    r"key ?words?|tags?|topics?|abstract|tl;?dr|summary|tasks?|institut(?:e|ion)s?|affiliations?"
    r"|organi[sz]ations?|compan(?:y|ies)|notes?|comments?|date|years?|time|types?|status|methods?"
    r"|contributions?|citations?|highlights?|stars?"
    r"|关键词|摘要|简介|单位|机构|备注|日期|时间|年份|标签|笔记|总结|方法|任务|注"
)
_NOTHING = re.compile(
    r"[\s\W]*(?:none|null|nan|n/?a|no|tbd|todo|coming soon|soon|not (?:yet )?(?:available|released)"
    r"|unavailable|暂无|无|尚未开源|未开源|即将开源|待开源|敬请期待)?[\s\W]*\Z",
    re.IGNORECASE,
)


class Kind(Enum):
    """What a key announces."""

    TITLE = auto()
    AUTHORS = auto()
    VENUE = auto()
    LINK = auto()
    OTHER = auto()


# A word may have others behind it (``Code (PyTorch)``, ``论文下载链接``), but not go on as a longer one.
_KINDS = {
    Kind.TITLE: re.compile(rf"(?:{_TITLE})\Z", re.IGNORECASE),
    Kind.AUTHORS: re.compile(rf"(?:{_AUTHORS})\b", re.IGNORECASE),
    Kind.VENUE: re.compile(rf"(?:{_VENUE})(?![a-z])", re.IGNORECASE),
    Kind.LINK: re.compile(rf"(?:{_LINK})(?![a-z])", re.IGNORECASE),
    Kind.OTHER: re.compile(rf"(?:{_OTHER})(?![a-z])", re.IGNORECASE),
}
_STRICT = re.compile(
    rf"(?:{_LINK}|{_TITLE}|{_AUTHORS}|{_VENUE}|{_OTHER})"
    r"(?:[ ]?(?:\d|links?|urls?|page|下载|链接|地址|和|及|与|数据集?|代码))*(?:[ ]?[(（].*)?\Z",
    re.IGNORECASE,
)
_PAPER_KEY = re.compile(rf"(?:{_PAPER})", re.IGNORECASE)


class Key(NamedTuple):
    """A key at the beginning of a piece, where what it announces begins, and what that is."""

    name: Span
    after: int
    kind: Kind
    is_strict: bool
    is_paper: bool


def read_key(head: str, start: int, end: int) -> Key | None:
    """The key at the beginning of a piece; None if the words before a colon announce nothing known.

    A bold text that goes on behind its colon is a title; so is one word that an address follows at once.
    """
    match = _KEY.match(head, start, end)
    if match is None or head.startswith("//", match.end()):
        return None
    if match.group("mark") and not (match.group("close") or match.group("behind")):
        return None
    if head[match.end() - 1] in ":：" and head[match.end() : match.end() + 1].isdigit():
        return None
    said = match.group("key").strip()
    kind = next((kind for kind, words in _KINDS.items() if words.match(said)), None)
    if kind is None or len(said.split()) > 5:
        return None
    is_paper = _PAPER_KEY.match(said) is not None
    return Key(match.span("key"), match.end(), kind, _STRICT.match(said) is not None, is_paper)


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: ``None``, ``Coming soon``, ``暂无``."""
    return _NOTHING.match(text) is not None


def names_paper(label: str) -> bool:
    """Whether a link's text says that it leads to the paper itself."""
    return _PAPER_KEY.match(label) is not None


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
