"""Whether a place in a passage names a paper as a line of a list does, or as prose does among other words.

A line of a list begins with the paper, or what stands in front is a label, a date, a venue, people.
Prose is a sentence about it: "our paper T was accepted", "based on T we ...".
"""

import re
from collections.abc import Set
from typing import Final

from zsync.core.patterns import regex

# Letters of scripts without spaces, in which two say about as much as a word.
CJK: Final = regex(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# What counts as no word around a name: images, links, tags, code, brackets and their content.
NO_WORDS = regex(
    r"!\[[^\[\]\n]*\]\([^()\n]*\)|\[[^\[\]\n]*\](?:\([^()\n]*\)|\[[^\[\]\n]*\])?|\([^()\n]*\)|（[^（）\n]*）"
    r"|【[^【】\n]*】|<[^<>\n]*>|`[^`\n]*`|https?://\S+|&#?\w{1,8};"
)
_WORD = regex(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Small words that names of people and venues have as well.
_CONNECTING_WORDS = """
a al an and arxiv at by da de del den der des di du ed eds el en et for from ieee in la le of on preprint
proc ten the und van via von vs with y
"""
# Words of somebody who speaks about a paper, and others that make a sentence; titles may have the latter.
_SPEAKING_WORDS = """
accepted adapted adopted announce announced announcing based borrowed borrows build builds cite citing
extend extended extending extends follow followed following follows inspired introduce introduced
introducing my our please present presented presents propose proposed proposes release released releases
reproduce see thank thanks us we you your
"""
_OTHER_WORDS = """
accept accepts according adopt adopts are be been building built can check cited cites had has have if
implement implementation implemented implements introduces is it its reproduces should support supports
that their these they this those unlike use used uses using was were when which while who will would
"""
_CONNECTING = frozenset(_CONNECTING_WORDS.split())
_SPEAKING = frozenset(_SPEAKING_WORDS.split())
_SENTENCE = _SPEAKING | frozenset(_OTHER_WORDS.split())
_CJK_SENTENCE = regex(r"我们|本文|本仓库|本项目|基于|已被|被|接收|录用|发布|感谢|参考|引用|详见|请")
# What news says right after a name.
_NEWS = regex(
    r"[\s\W]*(?:(?:is|are|was|were|has been|have been|got|gets|now|just|our|paper)\s+)*"
    r"(?:accepted|released|published|announced|selected|presented|available|out|online|open[- ]sourced|won"
    r"|wins)\b",
    re.IGNORECASE,
)
# The rest of a link whose text ends with a name.
_LINK_END = regex(r"\A[^\w\s\]]*\]\([^()\n]*\)")
# A word right after a name, with no sign between.
_NEXT_WORD = regex(r"[)*_\"”’]*[ \t]+([a-z]+)")
# A word in front of a link that makes the link a part of its sentence.
_POINTING = regex(
    r"\b(?:the|this|that|our|their|an?|in|on|at|see|from|of|full|original)[\s*_\[]*\Z",
    re.IGNORECASE,
)
# What separates a title from what stands in front of it.
_APART = regex(r"[\W\d_][\s]*\Z")
_OPENING = '[*_"“「『《 \t\n<'
_SENTENCE_END = regex(r"[.!?](?=\s|\Z)|[。！？]")
_FEW = 2


def words(text: str) -> list[str]:
    """Return the words of the text around a name, without labels, links and brackets."""
    return _WORD.findall(NO_WORDS.sub(" ", text))


def is_sentence(text: str) -> bool:
    """Return whether text around a name belongs to a sentence about it; capitals within are of names."""
    return _has_words(text, _SENTENCE)


def speaks_of(text: str) -> bool:
    """Return whether somebody speaks about a paper in the text around it, whose title may be among it."""
    return _has_words(text, _SPEAKING)


def _has_words(text: str, telling: Set[str]) -> bool:
    said = words(text)
    return (
        _CJK_SENTENCE.search(NO_WORDS.sub(" ", text)) is not None
        or any(word in telling for word in said)
        or any(word.lower() in telling and not word.isupper() for word in said[:1])
    )


def is_news(behind: str) -> bool:
    """Return whether the text after a name tells what became of the paper."""
    return _NEWS.match(_LINK_END.sub("", behind)) is not None


def goes_on(behind: str) -> bool:
    """Return whether the text after a name goes on with a sentence: T shows that ..."""
    following = _NEXT_WORD.match(_LINK_END.sub("", behind))
    return following is not None and is_sentence(following[1])


def points_to(before: str) -> bool:
    """Return whether the words in front of a link make it a part of their sentence: more in the [paper]."""
    return _POINTING.search(before) is not None


def is_set_apart(before: str) -> bool:
    """Return whether a sign or a number stands between a name and the words in front of it."""
    return _APART.search(before.rstrip(_OPENING)) is not None


def first_sentence(text: str) -> str:
    """Return the text up to the end of its first sentence."""
    end = _SENTENCE_END.search(text)
    return text[: end.start()] if end else text


def is_label(text: str) -> bool:
    """Return whether the text in front of a name may stand before a paper in a list: few words, or names."""
    if is_sentence(text):
        return False
    plain = [word for word in words(text) if word[0].islower() and word not in _CONNECTING]
    return len(plain) <= _FEW
