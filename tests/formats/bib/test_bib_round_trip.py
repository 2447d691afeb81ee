"""A record becomes an item, the item a record again: it says the same, in the fields that people use."""

import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.cite.policy import BibFormat, BibPolicy, UrlPlace
from zsync.core.model import Item
from zsync.core.push.drafts import make_draft
from zsync.core.push.paper import as_entry
from zsync.formats.bib import bibtex
from zsync.formats.bib import metadata as bib_metadata
from zsync.formats.bib.latex_text import read_address, to_text

_VERBATIM = frozenset((
    "archiveprefix", "date", "doi", "eprint", "eprintclass", "eprinttype", "ids", "isbn", "issn", "origdate",
    "primaryclass", "url", "urldate",
))  # fmt: skip


def said(text: str) -> dict[str, str]:
    """What a record says, field by field: as text, in capitals or not as the title's case has it."""
    found = bibtex.parse(text)
    (record,) = found.records
    values = {
        name: read_address(value) if name in _VERBATIM else to_text(value).casefold()
        for name, value in found.fields(record).items()
    }
    return {"@": record.entry_type, **values}


def back(text: str, form: BibFormat) -> str:
    """Make an item of a record, as a push does, and write it as a record again."""
    (record,) = bib_metadata.read(text, form).records
    draft = make_draft(as_entry(record.metadata), record.metadata)
    item = Item(
        "ITEM2222", draft.item_type, fields=draft.fields, creators=draft.creators, tags=draft.tags
    )
    return bibtex.render(item, record.key, BibPolicy(form, url=UrlPlace.FIELD))


def record(entry_type: str, fields: Mapping[str, str]) -> str:
    inside = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{entry_type}{{key{inside}\n}}\n"


_WORDS = (
    r"On the {NASA} of \emph{Apis} {pH} 5\% $x^2$ H$_2$O {\"U}ber M{\"u}ller naïve \& --- R\&D",
    r"{\LaTeX} $\alpha$ ``so'' Ł{\'o}d{\'z} {C}apital {e}Bay 1--2 \odd{word}",
)
_TITLES = st.lists(
    st.sampled_from([word for words in _WORDS for word in words.split()]), min_size=2, max_size=7
).map(lambda words: " ".join(["Study", *words, "End"]))
_TEXTS = st.sampled_from(
    [r"Plain words", r"Caf{\'e} \& Co.", r"{Ex nihilo}", r"1_2 \# 3", r"The {\AA}ngstr{\"o}m"]
)
_PEOPLE = st.lists(
    st.sampled_from(
        ["Doe, Jane", r"G{\"o}del, Kurt", "{Royal Society}", "Roe, Richard and others"]
    ),
    min_size=1,
    max_size=2,
).map(" and ".join)
_BOTH = {
    "title": _TITLES,
    "author": _PEOPLE,
    "doi": st.sampled_from(["10.1000/a_b", "10.1000/(c)1<2>3"]),
    "url": st.sampled_from(["https://a.example/x_y?z=1&b=%20", "https://a.example/~me/"]),
    "urldate": st.just("2020-01-02"),
    "volume": st.sampled_from(["3", "IV"]),
    "number": st.sampled_from(["2", "12"]),
    "pages": st.sampled_from(["1--10", "7", "e17"]),
    "series": _TEXTS,
    "edition": st.sampled_from(["Second", "3"]),
    "isbn": st.just("978-3-16-148410-0"),
    "issn": st.just("1234-5678"),
    "abstract": _TEXTS,
    "keywords": st.just("alpha,beta"),
    "langid": st.sampled_from(["english", "ngerman", "french"]),
    "shorttitle": st.just("Study"),
    "note": _TEXTS,
    "annotation": _TEXTS,
    "addendum": _TEXTS,
    "eid": st.just("e17"),
    "ids": st.just("old:key,older"),
    "mrnumber": st.just("MR12345"),
    "my-own-field": st.just("x"),
}
_BIBTEX = {
    **_BOTH,
    "year": st.sampled_from(["2020", "in press", "1998--2001", "[1950] 2004"]),
    "address": _TEXTS,
    "chapter": st.just("3"),
    "crossed": _TEXTS,
}
_BIBLATEX = {
    **_BOTH,
    "date": st.sampled_from(
        ["2020", "2020-05", "2020-05-03", "2019/2020", "1860~", "2019-03-09/.."]
    ),
    "location": _TEXTS,
    "titleaddon": _TEXTS,
    "maintitle": st.just("The Whole"),
    "pubstate": st.sampled_from(["inpress", "submitted"]),
    "origdate": st.just("1923"),
    "version": st.just("1.2"),
    "editora": st.just("Poe, Edgar"),
    "editoratype": st.just("compiler"),
    "annotator": st.just("Coe, Carla"),
}
#: The entry types, and the field in which each names where it appeared.
_TYPES = {
    BibFormat.BIBTEX: {
        "article": "journal", "inproceedings": "booktitle", "incollection": "booktitle",
        "book": "publisher", "phdthesis": "school", "mastersthesis": "school",
        "techreport": "institution", "misc": "howpublished",
        "unpublished": "note", "proceedings": "publisher", "booklet": "howpublished",
        "manual": "organization",
    },
    BibFormat.BIBLATEX: {
        "article": "journaltitle", "inproceedings": "booktitle", "incollection": "booktitle",
        "book": "publisher", "collection": "publisher", "thesis": "institution", "report": "institution",
        "online": "organization", "software": "organization", "dataset": "publisher",
        "proceedings": "publisher",
    },
}  # fmt: skip


@st.composite
def _records(draw: st.DrawFn, form: BibFormat) -> str:
    known = _BIBTEX if form is BibFormat.BIBTEX else _BIBLATEX
    entry_type, place = draw(st.sampled_from(sorted(_TYPES[form].items())))
    names = draw(st.sets(st.sampled_from(sorted(known)), max_size=8)) | {"title", "author"}
    if form is BibFormat.BIBTEX and "volume" in names:
        # BibTeX's styles print one of them in a book, so that zsync writes one.
        names.discard("number")
    if "editoratype" in names or "editora" in names:
        names |= {"editora", "editoratype"}
    if "urldate" in names:
        names.add("url")
    fields = {name: draw(known[name]) for name in sorted(names)}
    return record(entry_type, {place: draw(_TEXTS), **fields})


@pytest.mark.parametrize("form", [BibFormat.BIBTEX, BibFormat.BIBLATEX])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_a_record_says_comes_back(form: BibFormat, data: st.DataObject) -> None:
    text = data.draw(_records(form))
    before, after = said(text), said(back(text, form))
    for name, value in before.items():
        assert unicodedata.normalize("NFKC", after.get(name, "")) == unicodedata.normalize(
            "NFKC", value
        ), (
            name,
            text,
            after,
        )


@pytest.mark.parametrize("form", [BibFormat.BIBTEX, BibFormat.BIBLATEX])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_capitals_that_a_record_protects_stay_protected(
    form: BibFormat, data: st.DataObject
) -> None:
    words = data.draw(
        st.lists(st.sampled_from(["{NASA}", "{DNA}-based", "{pH}", "words"]), min_size=1)
    )
    written = back(record("book", {"title": " ".join(["Some", *words])}), form)
    for word in ("NASA", "DNA", "pH"):
        assert written.count(f"{{{{{word}") + written.count(f" {word}") >= " ".join(words).count(
            word
        )
