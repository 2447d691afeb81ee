"""The words of lists, English and Chinese: what a link of that name leads to, what a key announces.

A row a meaning. A word may mean one thing on a link and another before a colon: ``[Abstract](url)``,
``Abstract: We ...``.
"""

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.reading_list.venue_names import KNOWN, letters


class Target(Enum):
    """What a link leads to: the paper itself, or code, a page, slides and other things beside it."""

    PAPER = "title paper pdf arxiv abs abstract openreview doi acl html url link 论文 原文 链接"
    OTHER = """
        code github git repo official 代码 源码 project page website home homepage site web 主页 项目 data
        dataset 数据 model weights huggingface hf video slides poster blog tweet post note 笔记 demo supp
        appendix 支持 bib bibtex
    """


class Key(Enum):
    """What words before a colon announce; a bar stands for a space, which may as well be missing."""

    TITLE = "title paper|title 题目 标题 论文标题 论文题目 论文名称"
    AUTHORS = "author author(s) autor 作者 yazarlar yazar"
    VENUE = """
        venue publisher published published|in publication publication|in conference journal booktitle
        accepted 会议 期刊 来源 出处 发表 会议/期刊
    """
    DATE = "date year time published|on release|date 日期 时间 年份 发表时间"
    NOTE = (
        "tldr tl;dr summary abstract note comment takeaway main|idea 摘要 简介 笔记 总结 概要 要点"
    )
    REMARK = """
        highlight contribution motivation insight idea description method 概述 解读 一句话总结 备注 方法 özet
    """
    OTHER = """
        keyword key key|word environment team institution institute affiliation organization organisation org
        company companies type category categories domain task tag topic algorithm backbone field area
        citation status star dataset|size language license 关键词 关键字 机构 单位 标签 引用 任务 注
        anahtar|kelimeler anahtar|kelime anahtar|sözcükler
    """
    LINK = """
        full|text open|review 预印 论文链接 论文地址 paper|link resource 地址 repository implementation
        official|code code|link kod 代码链接 代码地址 开源 project|page home|page web|page web|site 项目主页
        官网 数据集 hugging|face 模型 talk 视频 中文解读 演示 supplement supplementary supplemental
    """


def _spelt(row: str) -> Iterator[str]:
    """Return the words of a row, one and many, those of two words also written as one."""
    for word in row.split():
        for spelling in (word.replace("|", " "), word.replace("|", "")):
            yield from (spelling, spelling + "s")


TARGETS: Final = {word: target for target in Target for word in _spelt(target.value)}
# What a link leads to announces one, where no row says otherwise.
KEYS: Final = dict.fromkeys(TARGETS, Key.LINK) | {
    word: key for key in Key for word in _spelt(key.value)
}
# A key, the longest that there is; it may have others after it, but not go on as a longer word.
_KEY = regex(
    rf"(?:{'|'.join(map(re.escape, sorted(KEYS, key=len, reverse=True)))})(?![a-z])", re.IGNORECASE
)
_MOST_BLANKS = 2
# The first word of a link's text, after the signs before it; hardly anything may follow.
_FIRST_WORD = regex(r"\W*(\w++).{0,20}\Z")
_WORD = regex(r"[^\W_]+")
# What stands in a link's text beside the word that names what it leads to.
_BESIDE = frozenset(
    """
    a an and at by for in of on the to here available official unofficial full long short extended version
    preprint published journal conference camera ready online local copy author authors s our implementation
    pytorch tensorflow jax keras colab notebook repository release main new old supplementary material
    supplement talk presentation recording twitter thread reddit download file source text card report
    technical tech hugging face gitlab google drive scholar semantic reader original mirror archive public
    free open access review pubmed springer elsevier anthology
    """.split()  # noqa: SIM905 - a table of words
)


def target_of(label: str) -> Target | None:
    """Return what a link leads to, if its text begins with a word for that and has hardly another."""
    first = _FIRST_WORD.match(label)
    return TARGETS.get(first.group(1).casefold()) if first else None


def names_other_thing(label: str) -> bool:
    """Return whether a link's text says that it leads to something beside the paper: code, a page, slides."""
    return target_of(label) is Target.OTHER


@lru_cache(maxsize=4096)
def is_label(text: str) -> bool:
    """Say whether a link's text says no more than what it leads to: ``project page``, not ``Model Soups``."""
    if text.count(" ") > _MOST_BLANKS or not target_of(text):
        return False
    return all(_is_label_word(word) for word in _WORD.findall(text.casefold()))


def _is_label_word(word: str) -> bool:
    return (
        word in TARGETS
        or word in _BESIDE
        or word.removesuffix("s") in _BESIDE
        or letters(word) in KNOWN
        or any(char.isdigit() or char >= "\u3040" for char in word)
    )


def key_of(words: str) -> Key | None:
    """Return what words before a colon announce, one or many of it, if they are a key and nothing else."""
    return KEYS.get(" ".join(words.casefold().split()))


def key_before(words: str) -> tuple[int, Key] | None:
    """Say where the key ends that words before a colon begin with, and what it announces: ``Code (PyTorch)``.

    A key for the title must be all there is: ``Title`` and ``Titles of interest`` are two things.
    """
    match = _KEY.match(words)
    if match is None:
        return None
    key = KEYS[match.group().casefold()]
    return None if key is Key.TITLE and match.end() < len(words) else (match.end(), key)
