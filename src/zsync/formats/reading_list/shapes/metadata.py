"""The lines below a title: authors, a venue, links, and lines that say themselves what they are.

Nobody writes these lines one way, but each of them says one of a few things. :func:`read_metadata` takes
them one after the other and finds the fields; what says none of these things is counted, because much of it
shows that a text is prose.
"""

import re
from typing import NamedTuple

from zsync.formats.reading_list.fields import EMOJI, KIND, Span
from zsync.formats.reading_list.inline import LinkSpan, one_line, plain
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle, find_venue, read_venue

_BREAK = re.compile(r"\n|</?br[ \t]?/?>", re.IGNORECASE)
_BLANK = " \t\r\xa0\u3000"
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_KEY = re.compile(
    rf"(?:[*_]{{1,3}}|{EMOJI}|[\ufe0f ])*"
    r"(?P<key>[^\W\d_][^\n:：|\[\]<>*]{0,40}?)"
    r"[ \t]*(?:[*_]{1,3}[ \t]*[:：]|[:：][*_]{0,3})[ \t]*"
)
_LINK_KEY = re.compile(
    r"(?:paper|full ?text|pdf|arxiv|abs|link|url|doi|open ?review|code|github|git|repo|implementation|official|project"
    r"|(?:home|web) ?page|page|web ?site|site|demo|video|slides?|poster|talk|blog|data|model|weights|hugging ?face"
    r"|supp|bib|论文|代码|源码|主页|项目|原文|链接|地址|数据|视频|解读|官网|预印|演示|模型|开源)",
    re.IGNORECASE,
)
_PAPER_KEY = re.compile(r"(?:paper|pdf|arxiv|abs|doi|open ?review|full ?text|论文|原文|预印)", re.I)
_TITLE_KEY = re.compile(r"(?:paper )?title|题目|标题|论文(?:标题|题目|名称)", re.IGNORECASE)
_AUTHOR_KEY = re.compile(r"authors?(?:\(s\))?|作者", re.IGNORECASE)
_VENUE_KEY = re.compile(
    r"venue|conference|journal|publi(?:shed|cation|sher)|accepted|会议|期刊|来源|出处|发表", re.I
)
_OTHER_KEY = re.compile(
    r"key ?words?|tags?|topics?|abstract|tl;?dr|summary|tasks?|institut|affiliation|organi[sz]ation|compan(?:y|ies)"
    r"|notes?|comments?|date|year|time|type|status|method|contribution|citation|venue|highlights?|stars?"
    r"|关键词|摘要|简介|单位|机构|备注|日期|时间|年份|标签|笔记|总结|方法|任务|注",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"[\s\W]*(?:none|null|nan|n/?a|no|tbd|todo|coming soon|soon|not (?:yet )?(?:available|released)|unavailable"
    r"|暂无|无|尚未开源|未开源|即将开源|待开源|敬请期待)?[\s\W]*\Z",
    re.IGNORECASE,
)
_ITALIC = re.compile(
    r"(?:\*{1}(?!\*)([^*\n]+)\*(?!\*)|(?<!\w)_([^_\n]+)_(?!\w)|<(?:i|em)>([^<\n]+)</(?:i|em)>)"
)
_LEADING = re.compile(
    rf"(?:[\s.,;:|·•/\-–—，。；：、)\]]|\*+(?=[\s.,;|]|\Z)|{EMOJI}|[\ufe0f\u200d])+"
)
_STOPS = " \t\r\n.,;:|·•/-–—，。；：、"
_AND = re.compile(r",|;|，|；|、|·|•|\band\b|&|\bwith\b")
_AFFILIATION = re.compile(
    r"\([^()]*\)|（[^（）]*）|[\d*†‡§¶^∗✉⋆]+|\$[^$]*\$|\bet ?al\.?|等(?:人)?\Z"
)
_PARTICLES = frozenset(
    "de da di do dos du van von der den la le el al bin ibn ben ter ten y e st zu af av jr sr ii iii".split()  # noqa: SIM905
)
_YEAR = re.compile(r"(?<![\d/.])(?:(?P<yyyy>(?:19|20)\d\d)|['’‘](?P<yy>\d\d))(?![\d/])")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?|january|february|march|april|june|july|august"
_DATE = re.compile(rf"[\W\d_]*(?:(?:{_MONTH})[\W\d_]*)*\Z", re.IGNORECASE)
_AWARD = re.compile(
    r"\(?\[?(?:oral|spotlight|highlight|poster|best|outstanding|award|honou?rable|accepted|notable|top)\b",
    re.IGNORECASE,
)
_PAPER_URL = re.compile(
    r"arxiv\.org|doi\.org|/doi/|openreview\.net|aclanthology|aclweb\.org|thecvf\.com|proceedings|ecva\.net|\.pdf\b"
    r"|biorxiv|medrxiv|ieeexplore|dl\.acm\.org|link\.springer|sciencedirect|nature\.com/articles|science\.org"
    r"|usenix\.org|pmlr|papers\.n(?:eur)?ips|semanticscholar|huggingface\.co/papers|ssrn|hal\.|ojs\.aaai"
    r"|isca-(?:speech|archive)|wiley|mdpi|frontiersin|pnas|plos|academic\.oup|cell\.com|jmlr|ndss",
    re.IGNORECASE,
)
_LONGEST_REMARK = 60


def segments(head: str) -> list[Span]:
    """What stands between line ends and ``<br>``, without blanks, hard breaks and list markers."""
    cuts = [0]
    for match in _BREAK.finditer(head):
        cuts += match.span()
    cuts.append(len(head))
    found = (_trimmed(head, *span) for span in zip(cuts[::2], cuts[1::2], strict=True))
    return [span for span in found if span[1] > span[0]]


def _trimmed(head: str, start: int, end: int) -> Span:
    text = head[start:end].rstrip(_BLANK + "\\")
    end = start + len(text)
    start += len(text) - len(text.lstrip(_BLANK))
    item = _ITEM.match(head, start, end) if start else None
    return (item.end() if item else start), end


class Key(NamedTuple):
    """A word and a colon at the beginning of a segment, and where what they announce begins."""

    name: Span
    after: int
    said: str


def read_key(head: str, start: int, end: int) -> Key | None:
    """``Paper:``, ``**Authors**:``, ``论文：``; None if the words before a colon announce nothing known."""
    match = _KEY.match(head, start, end)
    if match is None or head.startswith("//", match.end()):
        return None
    name = match.span("key")
    said = head[slice(*name)].strip()
    known = (_LINK_KEY, _TITLE_KEY, _AUTHOR_KEY, _VENUE_KEY, _OTHER_KEY)
    if len(said.split()) > 5 or not any(each.match(said) for each in known):
        return None
    return Key(name, match.end(), said)


def announces_link(key: Key) -> bool:
    """Whether a key stands before an address."""
    return _LINK_KEY.match(key.said) is not None


def announces_title(key: Key) -> bool:
    """Whether a key stands before the paper's title."""
    return _TITLE_KEY.fullmatch(key.said) is not None


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: ``None``, ``Coming soon``, ``暂无``."""
    return _NOTHING.match(text) is not None


def leads_to_paper(url: str) -> bool:
    """Whether an address is one of those at which papers stand."""
    return _PAPER_URL.search(url) is not None


def are_names(text: str, *, alone: bool = False) -> bool:
    """Whether a text is a list of people; ``alone``: one person is enough."""
    has_more = bool(re.search(r"\bet ?al\b|等(?:人)?\Z", text))
    parts = [
        part.strip(" \t\n.*_'’\"") for part in _AND.split(_AFFILIATION.sub("", one_line(text)))
    ]
    parts = [part for part in parts if part and part not in ("…", "...")]
    if not parts or len(text) > 4000:
        return False
    good = sum(_is_name(part) for part in parts)
    full = sum(_is_full_name(part) for part in parts)
    if len(parts) == 1:
        return (alone or has_more) and full == 1
    return good >= 0.8 * len(parts) and full >= 0.6 * len(parts)


def _is_name(part: str) -> bool:
    words = part.replace(".", ". ").split()
    if not 1 <= len(words) <= 6 or any(char.isdigit() or char in '?!:/@()[]{}"=' for char in part):
        return False
    return all(
        word[0].isupper()
        or word.lower() in _PARTICLES
        or word[0] in "'’‘-"
        or not word[0].isascii()
        or (len(word) > 2 and word[1] in "'’")
        for word in words
    )


def _is_full_name(part: str) -> bool:
    words = part.replace(".", ". ").split()
    is_cjk = all("\u3040" <= char <= "\u9fff" or char == " " for char in part)
    if is_cjk:
        return 2 <= len(part) <= 4
    return (
        _is_name(part) and 2 <= len(words) <= 5 and any(len(word.strip(".")) > 1 for word in words)
    )


def date_only(text: str) -> bool:
    """Whether a text is nothing but a date."""
    return _DATE.match(text) is not None


def read_label_venue(label: str, offset: int) -> VenueSpan | None:
    """A venue with its year that is a link's whole text."""
    venue = metadata_venue(label, 0, len(label))
    if venue is None or venue.year is None or venue.name is None:
        return None
    return venue._replace(start=venue.start + offset, end=venue.end + offset)


def metadata_venue(head: str, start: int, end: int) -> VenueSpan | None:
    """The venue that a piece of a metadata line is.

    Words behind the year belong to its name where they tell a workshop or track from the conference.
    """
    while start < end and head[start] in _STOPS:
        start += 1
    while end > start and head[end - 1] in _STOPS + "[":
        end -= 1
    text = head[start:end]
    if not 2 <= len(text) <= 160 or date_only(text):
        return None
    if (dated := _dated_venue(text, start)) is not None:
        return dated
    venue = read_venue(text, start)
    return venue if venue and venue.name and len(venue.name.split()) <= 8 else None


def _dated_venue(text: str, offset: int) -> VenueSpan | None:
    years = list(_YEAR.finditer(text))
    if not years or text[0] in '"“':
        return None
    year = years[0]
    opening = re.match(r"[\[(（【*_`]{0,4}", text)
    lead = opening.end() if opening else 0
    before = text[lead : year.start()]
    name = before.rstrip(" ,-–(（[*_`.")
    rest = text[year.end() :]
    tail = rest.lstrip(" )）]*_`.,:-")
    closing = rest[: len(rest) - len(rest.lstrip(")）]】*_`"))]
    if not _names_venue(name):
        return None
    number = int(year.group("yyyy") or 0) or _full_year(int(year.group("yy")))
    whole = re.match(
        r"(?:workshops?|findings|tutorial|demo|datasets|competition|industry|main)\b", tail, re.I
    )
    said = one_line(plain(name))
    if whole and len(tail) <= 80:
        return VenueSpan(
            offset + lead,
            offset + len(text),
            f"{said} {one_line(plain(tail))}",
            number,
            VenueStyle("", " "),
        )
    style = VenueStyle(
        text[:lead],
        before[len(name) :] + ("'" if year.group("yy") else ""),
        bool(year.group("yy")),
        closing,
    )
    if tail and not (_AWARD.match(tail) or date_only(tail) or len(tail) <= 30):
        return None
    balanced = text[:lead].count("(") == closing.count(")") and text[:lead].count(
        "["
    ) == closing.count("]")
    emphasis = sum(map(text[:lead].count, "*_`")) == sum(map(closing.count, "*_`"))
    if balanced and emphasis:
        return VenueSpan(offset, offset + year.end() + len(closing), said, number, style)
    # ``Nature (2021)``: the bracket around the year belongs to the label.
    if style.separator.endswith(("(", "（")) and closing:
        style = VenueStyle("", style.separator, style.two_digits, closing[:1])
        return VenueSpan(offset + lead, offset + year.end() + 1, said, number, style)
    style = VenueStyle("", style.separator, style.two_digits, "")
    return VenueSpan(offset + lead, offset + year.end(), said, number, style)


def _full_year(two_digits: int) -> int:
    return two_digits + (2000 if two_digits < 70 else 1900)


def _names_venue(name: str) -> bool:
    words = name.split()
    if not words or len(words) > 12 or "://" in name or date_only(name):
        return False
    letters = [char for char in name if char.isalpha()]
    if not letters or name.count(",") > 1:
        return False
    return letters[0].isupper() or name.lower().startswith(
        ("arxiv", "biorxiv", "medrxiv", "npj", "e")
    )


class Metadata(NamedTuple):
    """What the lines below a title say.

    ``links`` are those of the paper, not the home pages of its authors. ``residue`` counts the characters
    that are none of these things before the first link; ``keys`` the lines that announce a link.
    """

    authors: Span | None
    venue: VenueSpan | None
    links: list[LinkSpan]
    note: Span | None
    residue: int
    keys: int
    papers: int


class _Reader:
    """Reads the segments below a title, in their order."""

    def __init__(self, head: str, links: list[LinkSpan]) -> None:
        self.head = head
        self.all = links
        self.authors: Span | None = None
        self.venue: VenueSpan | None = None
        self.links: list[LinkSpan] = []
        self.note: Span | None = None
        self.residue = 0
        self.keys = 0
        self.papers = 0
        self._last_key: Span | None = None

    def read(self, start: int, end: int) -> None:
        """Reads one segment."""
        if self._read_keyed(start, end):
            return
        start = self._behind_marks(start, end)
        if start >= end:
            return
        start = self._behind_authors(start, end)
        self._read_rest(start, end)

    def _behind_marks(self, start: int, end: int) -> int:
        match = _LEADING.match(self.head, start, end)
        return match.end() if match else start

    def _within(self, start: int, end: int) -> list[LinkSpan]:
        return [link for link in self.all if start <= link.start and link.end <= end]

    def _read_keyed(self, start: int, end: int) -> bool:
        key = read_key(self.head, start, end)
        if key is None:
            return False
        links = self._within(key.after, end)
        value = self.head[key.after : end]
        if _AUTHOR_KEY.match(key.said) and self.authors is None:
            self.authors = _unmarked(self.head, key.after, end)
        elif _VENUE_KEY.match(key.said) and self.venue is None:
            self.venue = metadata_venue(self.head, key.after, end) or _bare_name(
                self.head, key.after, end
            )
            self._add(links, key.name)
        elif announces_link(key) and (links or says_nothing(value)):
            self._last_key = key.name
            self._add(links, key.name)
            self.keys += bool(links)
            self.papers += bool(links) and bool(_PAPER_KEY.match(key.said))
        elif not announces_link(key) or says_nothing(value):
            self._add(links if len(value) < 200 else [], key.name)
        else:
            return False
        return True

    def _add(self, links: list[LinkSpan], key: Span | None) -> None:
        for link in links:
            words = self._words_before(link)
            label = words or key or self._last_key
            if link.is_bare and label:
                named = link._replace(label_start=label[0], label_end=label[1])
            else:
                named = link
            self.links.append(named)
            text = self.head[link.label_start : link.label_end]
            url = self.head[link.url_start : link.url_end]
            self.papers += leads_to_paper(url) or bool(
                _PAPER_KEY.match(plain(text).strip("[] \t*📄📃📰"))
            )

    def _words_before(self, link: LinkSpan) -> Span | None:
        """The word and colon right before a bare address."""
        window = self.head[max(0, link.start - 40) : link.start]
        match = re.search(r"([^\W\d_][^\n:：|\[\]()<>,;*]{0,24})[*_]*[:：][*_]*[ \t]*<?\Z", window)
        base = link.start - len(window)
        return (base + match.start(1), base + match.end(1)) if match else None

    def _behind_authors(self, start: int, end: int) -> int:
        """Reads people at the beginning of a segment and returns where the rest begins."""
        if self.authors is not None:
            return start
        if italic := _ITALIC.match(self.head, start, end):
            inner = italic.span(italic.lastindex or 0)
            if are_names(plain(self.head[slice(*inner)]), alone=self.venue is None):
                self.authors = inner
                return self._behind_marks(italic.end(), end)
        for cut in self._author_cuts(start, end):
            said = plain(self.head[start:cut])
            if are_names(said):
                self.authors = _unmarked(self.head, start, cut)
                return self._behind_marks(cut, end)
        return start

    def _author_cuts(self, start: int, end: int) -> list[int]:
        """Where a list of people may end: the segment's end, a link that is no person, a full stop."""
        links = self._within(start, end)
        other = next((link.start for link in links if not self._is_person(link)), end)
        cuts = [other]
        text = self.head[start:other]
        stops = re.finditer(
            r"[.。](?=[\s*_\"“])|(?<=[^\s,])[ \t](?=[(（\[*_`\"“|-])|,?[ \t](?=[*_`\"“(])|[|｜]",
            text,
        )
        cuts += [start + stop.start() for stop in list(stops)[:40]]
        return cuts

    def _is_person(self, link: LinkSpan) -> bool:
        label = plain(self.head[link.label_start : link.label_end])
        url = self.head[link.url_start : link.url_end]
        return (
            not link.is_bare
            and _is_full_name(_AFFILIATION.sub("", label).strip(" .,*"))
            and not KIND.match(label)
            and not leads_to_paper(url)
        )

    def _read_rest(self, start: int, end: int) -> None:
        """Venue, links and other words of a segment."""
        links = self._within(start, end)
        first = links[0].start if links else end
        before = _without_bracket(self.head, start, first)
        said = self.head[start:before].strip(_STOPS + "[(*_")
        if said and self.venue is None:
            self.venue = self._whole_label(start, end, links) or self._venue_of(start, before)
            if self.venue and self.venue.start >= start:
                said = said[: max(0, self.venue.start - start)].strip(_STOPS)
        if self.venue is None:
            self.venue = self._label_venue(links)
        if self.venue is None or (self.venue.year is None and self.venue.name is None):
            self.venue = self._venue_behind(links, end) or self.venue
        self._add(links, None)
        if date_only(said) or says_nothing(said) or _AWARD.match(said):
            return
        if len(said) > _LONGEST_REMARK and (self.links or self.authors) and not links:
            self.note = (self.note[0] if self.note else start, end)
        else:
            self.residue += len(said)

    def _whole_label(self, start: int, end: int, links: list[LinkSpan]) -> VenueSpan | None:
        """``ECCV 2022 Workshop on [Name](url). [[PDF](..)]``: a link within a venue's name."""
        if len(links) < 2 or self.head[start : links[0].start].rstrip()[-2:] not in (
            "on",
            "of",
            "in",
            "at",
            "or",
        ):
            return None
        return metadata_venue(self.head, start, links[0].end)

    def _venue_of(self, start: int, end: int) -> VenueSpan | None:
        return metadata_venue(self.head, start, end) or _tail_venue(self.head, start, end)

    def _label_venue(self, links: list[LinkSpan]) -> VenueSpan | None:
        for link in links:
            label = self.head[link.label_start : link.label_end]
            if not link.is_bare and (venue := read_label_venue(label, link.label_start)):
                return venue
        return self._named_label(links)

    def _named_label(self, links: list[LinkSpan]) -> VenueSpan | None:
        """``[Nature](doi) (2021)``: the year stands behind the link."""
        for link in links[:1]:
            year = re.match(
                r"[ \t]*[,(]?[ \t]*((?:19|20)\d\d)\)?", self.head[link.end : link.end + 12]
            )
            label = self.head[link.label_start : link.label_end].strip("[]")
            if year and label and not KIND.match(label) and _names_venue(label):
                return VenueSpan(
                    link.label_start,
                    link.label_end,
                    one_line(plain(label)),
                    int(year.group(1)),
                    VenueStyle(),
                )
        return None

    def _venue_behind(self, links: list[LinkSpan], end: int) -> VenueSpan | None:
        """A venue that is all the text behind a link."""
        for index, link in enumerate(links):
            stop = links[index + 1].start if index + 1 < len(links) else end
            start = link.end
            while start < stop and self.head[start] in "]) \t":
                start += 1
            stop = _without_bracket(self.head, start, stop)
            if 3 < stop - start <= 60 and (venue := metadata_venue(self.head, start, stop)):
                return venue
        return None


def _tail_venue(head: str, start: int, end: int) -> VenueSpan | None:
    venue = find_venue(head, start, end)
    if venue is not None and venue.name:
        return venue
    # ``Authors. Venue, 2021``: the last sentence of the piece.
    cut = max(
        head.rfind(". ", start, end), head.rfind("* ", start, end), head.rfind("| ", start, end)
    )
    return metadata_venue(head, cut + 2, end) if cut >= start else venue


def _without_bracket(head: str, start: int, end: int) -> int:
    text = head[start:end].rstrip()
    return start + len(text.rstrip("[(【（").rstrip())


def _unmarked(head: str, start: int, end: int) -> Span | None:
    """A piece without blanks and emphasis around it."""
    text = head[start:end]
    end = start + len(text.rstrip(" \t*_.,;|"))
    start += len(text) - len(text.lstrip(" \t*_.,;|"))
    return (start, end) if start < end else None


def _bare_name(head: str, start: int, end: int) -> VenueSpan | None:
    """A venue that a key announces may be of any name."""
    span = _unmarked(head, start, end)
    if span is None or span[1] - span[0] > 120:
        return None
    said = one_line(plain(head[slice(*span)]))
    return VenueSpan(*span, said, None, VenueStyle()) if said and not says_nothing(said) else None


def read_metadata(head: str, spans: list[Span], links: list[LinkSpan]) -> Metadata:
    """What the pieces of a head behind its title say."""
    reader = _Reader(head, links)
    for start, end in spans:
        reader.read(start, end)
    return Metadata(
        reader.authors,
        reader.venue,
        reader.links,
        reader.note,
        reader.residue,
        reader.keys,
        reader.papers,
    )
