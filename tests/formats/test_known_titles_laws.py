"""What holds where titles are known: they decide where they stand, and nothing else is read otherwise."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.test_reading_list_shapes_laws import lists
from tests.hunting import examples

from zsync.core import fields
from zsync.core.edits import Edit, SetNote, SetRead, SetTitle, SetVenue
from zsync.core.entry_fields import of_entry
from zsync.core.known import KnownTitle, KnownTitles, Remembered
from zsync.core.model import Entry
from zsync.formats import reading_list
from zsync.formats.reading_list import ReadingList

#: Ways to write a paper: {t} is its title, {n} a number. Most are read by no rule.
FORMS = (
    "- {t}\n",
    "- **{t}**\n",
    "* *{t}*, 2014\n",
    "- 16-ATC-{t}\n",
    "- [ ] {t} by Brook\n",
    "1. {t} - a remark of somebody\n",
    "- [{t}](https://example.org/{n})\n",
    "- [20{n} - {t}](https://example.org/{n})\n",
    "- OSDI 2020, [{t}](https://example.org/{n})\n",
    "- TODO: [{t}](https://example.org/{n})\n",
    "- :scroll: [{t}](https://example.org/{n})\n",
    "- [3] : [{t}](https://example.org/{n})\n",
    "- [Brook][ {t}](https://example.org/{n})\n",
    "- [**{t}** ](https://example.org/{n})\n",
    '- Jan. {n}th "{t}"\n',
    "* Doe J, Roe K: {t}, 2014.\n",
    "- **(N{n})** _{t}_ `EMNLP` [[pdf](https://example.org/{n})]\n",
    "- {t}. In *ICML 2017*.\n",
    "- {t} — Ba et al., 2016\n",
    "- {t} · CVPR 2024\n",
    "- Brook, A., & Marsh, B. (2019). {t}. *Journal of Rivers*, 3(2), 1-20.\n",
    '- A. Brook, B. Marsh, "{t}," in Proc. ICRA, 2019, pp. 1-8.\n',
    "- [{t}](https://example.org/{n}) one sentence about it\n",
    "- [{t}](https://example.org/{n}): introduces a thing\n",
    "- {t}. [Brook (1956)](https://example.org/{n})\n",
    "452.《{t}》\n",
    "**{t}**\n\n",
    "{t}\nA. Brook, B. Marsh\n[pdf](https://example.org/{n})\n\n",
    '[{n}] A. Brook. "{t}". ICRA 2019.\n\n',
    "#### [{t}](https://example.org/{n})\n\n",
    "> {t}, 2020.\n\n",
    '<li><a href="https://example.org/{n}">{t}</a></li>\n',
    "| May {n} | {t} | Brook |\n",
)
_TABLE = "\n| When | What | Who |\n|---|---|---|\n"
_WORDS = (
    *("Frost", "Peat", "Tides", "Slow", "Wells", "Rivers", "Moss", "Stone", "Banks", "Marshes"),
    *("of", "in", "under", "Deep", "Learning", "Measured", "without", "Gauges", "Cold", "Valleys"),
)
titles = (
    st.lists(st.sampled_from(_WORDS), min_size=4, max_size=9, unique=True)
    .filter(lambda words: words[0].istitle() and words[-1].istitle())
    .map(" ".join)
)
forms = st.sampled_from(FORMS)


def _known(*some: str) -> KnownTitles:
    return KnownTitles(tuple(KnownTitle.of_words(None, each) for each in some))


def _remembered(entry: Entry) -> Remembered:
    """What the base would know of an entry."""
    said = of_entry(entry)
    return Remembered(fields.digest(said["title"]), fields.digest(said.get("url")))


def _list(form: str, some: list[str]) -> str:
    lines = (form.format(t=each, n=11 + at) for at, each in enumerate(some))
    return "# Water\n\n## Papers\n" + (_TABLE if form[0] == "|" else "\n") + "".join(lines)


several = st.lists(titles, min_size=1, max_size=4, unique=True)


@settings(max_examples=examples(60), deadline=None)
@given(forms, several)
def test_a_known_title_is_read_in_every_form(form: str, some: list[str]) -> None:
    found = reading_list.parse(_list(form, some), _known(*some))
    assert [entry.title for entry in found.entries] == some


@settings(max_examples=examples(60), deadline=None)
@given(lists(), titles)
def test_where_no_known_title_stands_everything_reads_as_ever(text: str, title: str) -> None:
    plain = reading_list.parse(text)
    assert replace(reading_list.parse(text, _known(title)), known=plain.known) == plain


@settings(max_examples=examples(60), deadline=None)
@given(lists(), forms, several)
def test_a_text_with_known_titles_loses_no_character(text: str, form: str, some: list[str]) -> None:
    text += _list(form, some)
    found = reading_list.parse(text, _known(*some))
    assert "".join(found.spans()) == text


@settings(max_examples=examples(60), deadline=None)
@given(forms, several)
def test_what_the_lock_remembers_is_found_again(form: str, some: list[str]) -> None:
    text = _list(form, some)
    found = reading_list.parse(text, _known(*some))
    remembered = frozenset(map(_remembered, found.entries))
    again = reading_list.parse(text, KnownTitles((), remembered))
    assert again.entries == found.entries


edits = st.one_of(
    st.builds(SetTitle, st.just(0), st.sampled_from([None, "Ebb"]), titles),
    st.builds(SetRead, st.just(0), st.booleans()),
    st.builds(SetVenue, st.just(0), st.just("ICML"), st.just(2021)),
    st.builds(SetNote, st.just(0), st.just("A note that says something.")),
)


@settings(max_examples=examples(100), deadline=None)
@given(forms, several, edits)
def test_an_edit_is_exact_or_refused(form: str, some: list[str], one: Edit) -> None:
    found = reading_list.parse(_list(form, some), _known(*some))
    result = reading_list.edit(found, [one])
    new = result.reading_list
    if not result.changed or new.text == found.text:
        return
    assert _rest(new, 0) == _rest(found, 0)
    before, after = found.entries[0], new.entries[0]
    match one:
        case SetTitle(_, short, title):
            words = fields.whole_title(after.short, after.title)
            assert words == fields.whole_title(short, title)
            assert (after.venue, after.year, after.authors) == (
                before.venue,
                before.year,
                before.authors,
            )
        case SetVenue():
            assert (after.title, after.venue) == (before.title, "ICML")
        case _:
            assert (after.title, after.venue, after.year) == (
                before.title,
                before.venue,
                before.year,
            )
    assert [link.url for link in after.links] == [link.url for link in before.links]
    assert [entry.title for entry in new.entries[1:]] == some[1:]


def _rest(found: ReadingList, index: int) -> str:
    """The text without an entry, blank lines aside."""
    block = found.blocks[index]
    text = found.text[: block.start] + found.text[block.end :]
    return "\n".join(line for line in text.split("\n") if line.strip())


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_read_by_its_titles(form: str) -> None:
    some = ["Frost in Measured Valleys", "Peat under Cold Banks", "Tides without Gauges in Rivers"]
    found = reading_list.parse(_list(form, some), _known(*some))
    assert [entry.title for entry in found.entries] == some
