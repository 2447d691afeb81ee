"""Whatever text comes in, the time to read it grows as the text does.

Lists, notes, records, answers of services and what stands in an item are written by others, and some of it by
people who mean harm. So every way in reads text that is made to keep a reader busy: marks that open and never
close, one sign ten thousand times, brackets in brackets. A text four times as long may take four times as
long, and a little more on a busy machine. It may never take sixteen times as long.

The suite tries some of them. ``ZSYNC_HUNT=1`` tries all, with texts of more than 100 kB.
"""

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.hunting import HUNT
from zsync import bibliography, config
from zsync.core import dates, fields, identifiers, venues
from zsync.core.cite.formula import parse_formula
from zsync.core.cite.keys import assign
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.cite.romanise import romanise
from zsync.core.edits import AddEntry, Edit, SetLink, SetNote, SetTitle, SetUrl, SetVenue
from zsync.core.entry_fields import of_item
from zsync.core.identity import Traits, judge
from zsync.core.known import KnownTitle, KnownTitles, Remembered
from zsync.core.matching import match
from zsync.core.model import Creator, EntryDraft, Item, Link, Note, Tag
from zsync.core.note_source import note_source
from zsync.core.policy import ListPolicy, NotesPolicy
from zsync.errors import ZsyncError
from zsync.formats import lock, merge_markers, notes, reading_list
from zsync.formats.bib import bibtex, bibtex_fields, bibtex_merge, csl_json, latex_text, raw_latex
from zsync.formats.bib import metadata as bib_metadata
from zsync.formats.bib import subset as bib_subset
from zsync.formats.bib.extra import parse_extra
from zsync.formats.citations import find_citations
from zsync.formats.reading_list.mentions import Mentions
from zsync.formats.reading_list.template import parse_template
from zsync.resolvers import arxiv, csl, cvf, markup, names, openreview
from zsync.resolvers.answers import Broken

#: How long the texts are: of the first size, and four times as long.
SIZE = 30_000 if HUNT else 1_000
GROWTH = 4
#: What is this quick, in seconds of the processor, need not be compared.
QUICK = 0.06
#: What takes longer is not waited for.
PATIENCE = 12.0 if HUNT else 6.0

_LIST = (
    "# Papers\n\n## One\n\n- [ ] **A**: A Paper of Note. CVPR 2024. [Paper](https://a.example/1)\n"
)
_TABLE = (
    "# Papers\n\n| Title | Venue | Links | Notes |\n|---|---|---|---|\n"
    "| A Paper of Note | CVPR 2024 | [paper](https://a.example/1) | fine |\n"
    "| Another Paper of Note | ICML 2023 | [paper](https://a.example/2) | good |\n"
)


def _tolerant(read: Callable[[str], object]) -> Callable[[str], object]:
    """Let a reader refuse a text in its own words."""

    def tried(text: str) -> object:
        try:
            return read(text)
        except (ZsyncError, ValueError, Broken) as refused:
            return refused

    return tried


def _item(**said: str) -> Item:
    return Item("AAAAAAAA", "journalArticle", fields={"title": "A Paper of Note", **said})


def _edited(text: str, make: Callable[[str], Edit]) -> object:
    return [
        reading_list.edit(reading_list.parse(before), [make(text)]) for before in (_LIST, _TABLE)
    ]


def _added(text: str, **said: Any) -> object:
    draft = replace(EntryDraft(False, None, "A New Paper"), **said)
    return _edited(text, lambda _: AddEntry(draft, ("Papers", "One")))


def _known(text: str) -> KnownTitles:
    """A title that stands in the text, one that is the text, and what is remembered of another."""
    titles = (KnownTitle.of_words(None, "A Title That Is Known"), KnownTitle.of_words(None, text))
    return KnownTitles(titles, frozenset({Remembered("0123456789ab", "")}))


def _named(text: str) -> object:
    found = Mentions(reading_list.parse(f"# Papers\n\n{text}\n\n{text}"))
    return [found(_item()), found(_item(title=text)), found(_item(url=text))]


def _rendered(item: Item) -> object:
    return [bibliography.export([item], BibPolicy(form)).text for form in BibFormat]


def _judged(one: Item, other: Item) -> object:
    return judge(Traits.of_item(one), Traits.of_item(other))


def _read_item(text: str) -> object:
    notes_ = (Note("BBBBBBBB", text),)
    says = _item(shortTitle=text, extra=text, url=text, DOI=text, conferenceName=text, date=text)
    policy = ListPolicy(notes=NotesPolicy.ALL)
    said = fields.listen(replace(says, notes=notes_, links=(Link(text, text),)), policy)
    return of_item(said, "AAAAAAAA")


def _record(text: str) -> str:
    return f"@article{{key,\n  title = {{{text}}},\n  author = {{{text}}},\n  date = {{2024}}\n}}\n"


#: Every way in by which text comes that others wrote, and what reads it.
READERS: Mapping[str, Callable[[str], object]] = {
    "list": reading_list.parse,
    "list: an entry": lambda text: reading_list.parse(f"# Papers\n\n- [ ] {text}\n"),
    "list: a title and a link": lambda text: reading_list.parse(
        f"# Papers\n\n- [ ] **A**: {text}. CVPR 2024. [Paper](https://a.example/1) {text}\n"
    ),
    "list: a link's label": lambda text: reading_list.parse(f"- [{text}](https://a.example/1)\n"),
    "list: a link's address": lambda text: reading_list.parse(f"- [A Paper](https://a.example/{text})\n"),
    "list: a cell": lambda text: reading_list.parse(_TABLE + f"| {text} | {text} | {text} | {text} |\n"),
    "list: a heading": lambda text: reading_list.parse(f"# {text}\n\n### {text}\n\n{text}\n"),
    "list: a heading of many items": lambda text: reading_list.parse(
        f"# {text}\n\n" + "- a\n" * (len(text) // 4)
    ),
    "list: a note": lambda text: reading_list.parse(f"{_LIST}\n  {text}\n"),
    "list: a line with a known title": lambda text: reading_list.parse(
        f"# Papers\n\n- {text} A Title That Is Known {text}\n\n{text}\n- {text}\n", _known(text)
    ),
    "list: a comment": lambda text: reading_list.parse(f"<!--{text}\n<details>{text}"),
    "list: a form": _tolerant(lambda text: parse_template(text)),
    "list: where it names an item": _named,
    "edit: a title": lambda text: _edited(text, lambda said: SetTitle(0, "A", said)),
    "edit: a short name": lambda text: _edited(text, lambda said: SetTitle(0, said, "A Paper")),
    "edit: a venue": lambda text: _edited(text, lambda said: SetVenue(0, said, 2024)),
    "edit: an address": lambda text: _edited(text, lambda said: SetUrl(0, said)),
    "edit: a link": lambda text: _edited(text, lambda said: SetLink(0, said, f"https://a.example/{said}")),
    "edit: a note": lambda text: _edited(text, lambda said: SetNote(0, said)),
    "edit: a new title": lambda text: _added(text, title=text),
    "edit: a new short name": lambda text: _added(text, short=text),
    "edit: a new venue": lambda text: _added(text, venue=text, year=2024),
    "edit: a new address": lambda text: _added(text, url=f"https://a.example/{text}"),
    "edit: a new link": lambda text: _added(text, links=(Link(text, f"https://a.example/{text}"),)),
    "edit: a new note": lambda text: _added(text, note=text),
    "edit: new authors": lambda text: _added(text, authors=text),
    "edit: a new section": lambda text: _edited(
        text, lambda said: AddEntry(EntryDraft(False, None, "A New Paper"), ("Papers", said))
    ),
    "note: its HTML": notes.to_markdown,
    "note: its Markdown": notes.to_html,
    "note: what it says": note_source,
    "note: whether two are alike": notes.comparable,
    "note: whether it holds data": notes.holds_zotero_data,
    "LaTeX: to text": latex_text.to_text,
    "LaTeX: a title": lambda text: _rendered(_item(title=text)),
    "LaTeX: a field": lambda text: _rendered(_item(publicationTitle=text, url=text, pages=text)),
    "LaTeX: a number and a language": lambda text: _rendered(_item(volume=text, language=text, DOI=text)),
    "LaTeX: a name": lambda text: _rendered(replace(_item(), creators=(Creator("author", text, text),))),
    "LaTeX: an institution": lambda text: _rendered(
        replace(_item(), creators=(Creator("author", name=text),))
    ),
    "LaTeX: a tag": lambda text: _rendered(replace(_item(), tags=(Tag(text),))),
    "LaTeX: Extra": lambda text: _rendered(_item(extra=text)),
    "LaTeX: an Extra line": lambda text: _rendered(_item(extra=f"tex.note: {text}\nCitation Key: {text}")),
    "LaTeX: raw": raw_latex.is_harmless,
    ".bib": _tolerant(bibtex.parse),
    ".bib: a record": _tolerant(lambda text: bib_metadata.read(_record(text))),
    ".bib: behind a brace": _tolerant(lambda text: bib_metadata.read(f"@article{{{text}")),
    ".bib: the fields of a record": _tolerant(lambda text: bibtex_fields.scan(f"@article{{{text}}}")),
    ".bib: a record by hand": _tolerant(
        lambda text: bibtex_merge.merge(
            _record(text), _record("A Title"), bibtex_merge.record_base(_record("Another"))
        )
    ),
    ".bib: the cited part": _tolerant(lambda text: bib_subset.select(text, ["key"])),
    "CSL-JSON": _tolerant(csl_json.parse),
    "CSL-JSON: an entry": _tolerant(
        lambda text: bib_metadata.read(
            json.dumps([{"id": text, "title": text, "author": [{"literal": text}], "note": text}]),
            BibFormat.CSLJSON,
        )
    ),
    "citations in LaTeX": lambda text: find_citations("a.tex", text),
    "citations in .aux": lambda text: find_citations("a.aux", text),
    "citations in Markdown": lambda text: find_citations("a.md", text),
    "citations in Typst": lambda text: find_citations("a.typ", text),
    "identifiers": identifiers.find,
    "identifiers: an address": lambda text: identifiers.find(f"https://a.example/{text}"),
    "identifiers: a DOI": lambda text: identifiers.find(f"10.1000/{text}"),
    "addresses": identifiers.normalise_url,
    "dates": dates.parse_date,
    "Extra": parse_extra,
    "venues: what a label is": venues.by_label,
    "venues: the label of an item": lambda text: venues.label(
        _item(publicationTitle=text, conferenceName=text, proceedingsTitle=text, date=text)
    ),
    "items": _read_item,
    "titles": lambda text: _judged(_item(title=text), _item(title=f"{text} Again")),
    "titles: matched": lambda text: match(
        reading_list.parse(f"- [ ] {text} https://a.example/1\n").entries, [_item(title=text)]
    ),
    "citation keys": lambda text: assign(
        [replace(_item(title=text, date=text), creators=(Creator("author", text, text),))], {}
    ),
    "citation keys: a formula": _tolerant(parse_formula),
    "letters": romanise,
    "services: a title": markup.title,
    "services: an abstract": markup.paragraphs,
    "services: words": markup.words,
    "services: TeX": markup.tex,
    "services: a name": names.creator,
    "services: a page": _tolerant(lambda text: cvf.read(text.encode())),
    "services: a page's title": _tolerant(
        lambda text: cvf.read(f'<meta name="citation_title" content="A">{text}'.encode())
    ),
    "services: a feed": _tolerant(lambda text: arxiv.read_entry(text.encode())),
    "services: CSL": _tolerant(
        lambda text: csl.read_csl(
            json.dumps(
                {"title": text, "type": "article", "abstract": text, "page": text, "DOI": text,
                 "author": [{"literal": text}], "container-title": text}
            ).encode()
        )
    ),
    "services: OpenReview": _tolerant(
        lambda text: openreview.read(
            json.dumps(
                {"notes": [{"id": "a", "content": {"title": text, "abstract": text, "venue": text,
                                                   "authors": [text], "_bibtex": text}}]}
            ).encode()
        )
    ),
    "settings": _tolerant(lambda text: config.load(Path("zsync.toml"), text, {})),
    "settings: a value": _tolerant(
        lambda text: config.load(
            Path("zsync.toml"),
            f"[zotero]\nlibrary = {json.dumps(text)}\ncollection = {json.dumps(text)}\n[list]\npath = 'a'\n",
            {},
        )
    ),
    "lock": _tolerant(lock.parse),
    "lock: a line": _tolerant(lambda text: lock.parse('{"zsync": 1, "library": "users/1"}\n' + text)),
    "marks of a merge": lambda text: merge_markers.unfinished_merge(text, in_markdown=True),
}  # fmt: skip

_MARKS = (
    "a", "0", " ", '\t', '\n', '\r', '\u2028', '\xa0', '\x00', '\x1b', "́", "é", "東", "😀", "!", '"',
    "#", "$", "%", "&", "'", "(", ")", "*", "+", ",", "-", ".", "/", ":", ";", "<", "=", ">", "?",
    "@", "[", "\\", "]", "^", "_", "`", "{", "|", "}", "~", "![", "[a](", "[a](b", "[a](<", "[[",
    "](", "[a][", "[a]: ", "![a](b) ", "[![", "[a](b) ", "**a", "*a ", "a*", "_a ", "a_b", "~~",
    "***a", "*_", "**a**", "`a", "`` ` ", '```\n', "<div>", "</div>", "<a href=", '<a b="', "<!--",
    "<!-- a -->", "<!", "<?", "<![CDATA[", "<p", "<b>", "</b>", '<span class="math">', "<ul><li>",
    "<table><tr><td>", "<blockquote>", "<pre>", "<br>", "<details>", "</", "<sub>", "&amp", "&#1",
    "&amp;", "&#x41;", "- ", '- a\n', '- [ ] a\n', "> ", '> > a\n', "1. ", '# a\n', "## ", '  \n',
    '\n\n', 'a\n', "| ", '|a|\n', "| - ", '---\n', '===\n', "\\|", 'a  \n', "{a}", "{{", "}{",
    "{\\", "\\a", "\\a{", "\\\\", "\\(", "\\[", "\\begin{a}", "\\'", "\\cite{", "\\verb", "$a$",
    "$$", '%\n', "@a{", "@a{b,", "@a(", '@a{b, c = "', "@comment{", "@string{a=", "a = {b}, ",
    "a # ", " and ", "~a", ", ", "a, b, ", "a. ", "a: ", "a & ", "A ", "Aa ", "aA", "A. ", "A B",
    "1999 ", "2024-", "12/", "a-", "a1", "1a", "é ", "http://", "https://a.b/ ", "https://a.b/(",
    "www.", "10.1000/", "arXiv:", "2401.00001 ", "doi:", "ISBN ", "978-", "%41", "of the ", "In ",
    "Proceedings of the ", "Conference on ", "Workshop at ", "Annual ", "(a) ", "(a", "((a)",
    "a (b) ", "'a'", '"a" ', "a's ", "“", "a/b", "a;b", "?a=b&", 'tex.a: b\n', 'Citation Key: a\n',
    'Read_Status: a\n', "Jan ", "1st ", "BC ", "[1923] ", "~2024/", "et al. ", "van ", "Jr., ",
    "[x] ", "✅ ", "⭐", '<<<<<<< a\n', '|||||||\n', '{"a":', "[1,", '{"a": 1}\n', '[a]\n', 'a = 1\n',
    '"""', "a.b.", "#a ", "+ a.b(", "a(1,",
)  # fmt: skip

#: What is repeated, with what stands before and after it.
HOSTILE: Mapping[str, tuple[str, str, str]] = {
    **{mark: ("", mark, "") for mark in _MARKS},
    **{f"{mark} behind a word": ("a ", mark, " a") for mark in ("*", "_", "`", " ", "\\", "(", "[", "{")},
    "brackets in brackets": ("[" * 2000, "[", "](a)"),
}  # fmt: skip


#: What the suite tries of them; a hunt tries all.
TRIED = list(HOSTILE) if HUNT else ["a", "![", "[a](", "(", "{", "*", "!", " "]


class TooSlowError(Exception):
    """A text was read for longer than anyone waits."""


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """End what is done within after so many seconds of the processor."""

    def end(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _seconds(read: Callable[[str], object], kind: str, size: int) -> float:
    """Return the time that reading a text of a kind takes, at its quickest of two."""
    before, mark, behind = HOSTILE[kind]
    text = before + mark * (size // len(mark)) + behind
    took = []
    for _ in range(2):
        began = time.process_time()
        with _no_longer_than(PATIENCE):
            read(text)
        took.append(time.process_time() - began)
        if took[0] < QUICK:
            break
    return min(took)


def _fault(read: Callable[[str], object], kind: str) -> str:
    try:
        long = _seconds(read, kind, SIZE * GROWTH)
        if long < QUICK:
            return ""
        short = _seconds(read, kind, SIZE)
    except TooSlowError:
        return f"{kind!r}: over {PATIENCE} s"
    if long < 2 * GROWTH * max(short, QUICK / GROWTH):
        return ""
    return f"{kind!r}: {short:.3f} s, and {long:.3f} s for a text {GROWTH} times as long"


@pytest.mark.parametrize("name", READERS)
def test_a_text_four_times_as_long_takes_four_times_as_long(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    read = READERS[name]
    read("A word.")
    faults = [fault for kind in TRIED if (fault := _fault(read, kind))]
    assert not faults, "\n".join([f"{name}:", *faults])
    record_property(
        "reliability",
        "whatever text comes in, the time to read it grows as the text does"
        f"|hostile texts, each into {len(READERS)} ways in|{len(TRIED)}|0",
    )
