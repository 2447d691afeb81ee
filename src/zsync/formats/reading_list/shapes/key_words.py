"""What the key before a colon says of what follows it, in English and Chinese."""

from typing import Final

_ROLES = {
    "authors": "author authors autor 作者 yazarlar yazar",
    "venue": (
        "venue publisher published|in|publication conference journal booktitle 会议 期刊 出处"
        " 发表 会议/期刊"
    ),
    "date": "date year time published|on release|date 日期 时间 年份 发表时间",
    "link": (
        "paper papers pdf code codes github repo repository project project|page page"
        " website homepage home|page arxiv link links url urls dataset datasets data"
        " demo video videos slides poster blog doi official|code resource resources"
        " implementation openreview 论文 代码 链接 项目 主页 源码 数据 数据集 视频"
        " 论文链接 代码链接 论文地址 代码地址 项目主页"
        " paper|link code|link kod"
    ),
    "note": (
        "tldr tl;dr summary abstract note notes comment comments highlight highlights"
        " contribution contributions motivation takeaway takeaways insight main|idea"
        " idea description 摘要 简介 笔记 总结 概要 概述 要点 解读 一句话总结 备注 özet"
    ),
    "other": (
        "keyword keywords key key|words expenv experiment|environment environment env"
        " team institution institutions institute affiliation affiliations organization"
        " organisation org type category categories domain task tasks tag tags topic"
        " topics algorithm backbone field area citation citations method model models"
        " 关键词 关键字 机构 单位 标签 引用 anahtar|kelimeler anahtar|kelime anahtar|sözcükler"
        " dataset|size language license"
    ),
}
# A bar stands for a blank within a key.
ROLE_OF: Final = {
    word.replace("|", " "): role for role, words in _ROLES.items() for word in words.split()
}
