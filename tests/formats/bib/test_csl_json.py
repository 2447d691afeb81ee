"""CSL-JSON: entries are what CSL processors read, and a file keeps the entries that are somebody's own."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zsync import bibliography
from zsync.core.cite.policy import BibFormat, BibPolicy, Keywords, UrlPlace
from zsync.core.model import Creator, Item, Note, Tag
from zsync.formats.bib.bibtex import BibliographyError
from zsync.formats.bib.csl_entry import make_entry, render_date, render_rich_text
from zsync.formats.bib.csl_json import edit, parse, render
from zsync.formats.bib.item_types import BIBLATEX_TYPES, CREATOR_ROLES, FIELDS
from zsync.formats.item_json import parse_items

STORIES = Path(__file__).parent / "stories"
CSL = BibPolicy(BibFormat.CSLJSON, omit_tags=("read",))


# --- stories: NAME.items.json exports to NAME.csl.json ---


def export(story: str) -> str:
    items = parse_items(json.loads((STORIES / f"{story}.items.json").read_text("utf-8")))
    return bibliography.export(items, CSL).text


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.csl.json")), ids=lambda path: path.name)
def test_a_story_exports_to_its_entries(path: Path) -> None:
    text = path.read_text("utf-8")
    assert export(path.name.removesuffix(".csl.json")) == text
    for entry in json.loads(text):
        check_entry(entry)


def test_every_story_is_told() -> None:
    told = {path.name.removesuffix(".csl.json") for path in STORIES.glob("*.csl.json")}
    assert told == {path.name.removesuffix(".items.json") for path in STORIES.glob("*.items.json")}


# --- what the schema demands of an entry ---


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TYPES = words(
    """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic
    collection dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing
    interview legal_case legislation manuscript map motion_picture musical_score pamphlet
    paper-conference patent performance periodical personal_communication post post-weblog regulation
    report review review-book software song speech standard thesis treaty webpage
    """
)
NAMES = words(
    """
    author chair collection-editor compiler composer container-author contributor curator director
    editor editorial-director executive-producer guest host illustrator interviewer narrator organizer
    original-author performer producer recipient reviewed-author script-writer series-creator translator
    """
)
DATES = {"accessed", "available-date", "event-date", "issued", "original-date", "submitted"}
TEXTS = words(
    """
    DOI ISBN ISSN PMCID PMID URL abstract archive archive-place archive_collection archive_location
    authority call-number chapter-number citation-key collection-number collection-title container-title
    container-title-short dimensions division edition event-place event-title genre issue jurisdiction
    keyword language license medium note number number-of-pages number-of-volumes original-publisher
    original-publisher-place original-title page part-number part-title printing-number publisher
    publisher-place references reviewed-genre reviewed-title scale section source status
    supplement-number title title-short version volume volume-title volume-title-short
    """
)
VERBATIM = {"DOI", "ISBN", "ISSN", "PMCID", "PMID", "URL", "language", "note"}
NAME_PARTS = {"family", "given", "non-dropping-particle", "dropping-particle", "suffix", "literal"}


def check_entry(entry: dict[str, Any]) -> None:
    assert entry["type"] in TYPES
    for variable, value in entry.items():
        if variable in NAMES:
            assert value
            for name in value:
                check_name(name)
        elif variable in DATES:
            check_date(value)
        elif variable == "custom":
            assert value["other-ids"]
        else:
            assert variable in TEXTS | {"id", "type"}
            assert value
            assert isinstance(value, str)


def check_name(name: dict[str, Any]) -> None:
    assert name.pop("comma-suffix", True) is True
    assert name.keys() <= NAME_PARTS
    assert ("family" in name) != ("literal" in name)
    assert all(isinstance(part, str) and part for part in name.values())


def check_date(date: dict[str, Any]) -> None:
    assert ("date-parts" in date) != ("literal" in date)
    assert date.keys() <= {"date-parts", "literal", "season", "circa"}
    parts = date.get("date-parts", [[1]])
    assert 1 <= len(parts) <= 2
    assert len({len(end) for end in parts}) == 1
    assert all(type(number) is int for end in parts for number in end)
    assert all(
        0 < number <= (12, 31)[place] for end in parts for place, number in enumerate(end[1:])
    )
    assert date.get("season", 1) in (1, 2, 3, 4)


TEXT = st.text(max_size=30) | st.sampled_from(
    ["<i>", "</i>", "<b>x</i></b>", '<span class="nocase">', "</span>", "<<i>i>", "n.d.", "2020",
     "1999/2001", "circa 1860", "199X", "-0044", "y12345", "\ud800", "\u2028", '"', "\\", "a, b", "en_US"]
)  # fmt: skip
LABELS = ["type:", "original-date:", "Editor:", "Illustrator:", "jurisdiction:", "tex.x:", "note:"]
EXTRA = st.lists(st.tuples(st.sampled_from(LABELS), TEXT).map(" ".join), max_size=3).map("\n".join)
TAG = re.compile(
    r"<(/?)(b|i|sub|sup|span)(?: class=\"nocase\"| style=\"font-variant:small-caps;\")?>"
)


@settings(max_examples=100)
@example("book", {"title": "<s<i>pan>", "date": "2015-2017-05"}, "type: review", "x", "", CSL)
@given(
    kind=st.sampled_from([*sorted(BIBLATEX_TYPES), "document", "not yet invented"]),
    fields=st.dictionaries(st.sampled_from(sorted(FIELDS)), TEXT, max_size=6),
    extra=EXTRA,
    name=TEXT,
    role=st.sampled_from(sorted(CREATOR_ROLES)),
    policy=st.builds(
        replace,
        st.just(CSL),
        ascii=st.sampled_from([True, False, None]),
        url=st.sampled_from(UrlPlace),
        keywords=st.sampled_from(Keywords),
    ),
)
def test_whatever_is_typed_gives_a_valid_entry(
    kind: str, fields: dict[str, str], extra: str, name: str, role: str, policy: BibPolicy
) -> None:
    made = Item(
        "AAAA2222",
        kind,
        fields=fields | {"extra": extra},
        creators=(Creator(role, name, "X"), Creator("author", name), Creator("editor", name=name)),
        tags=(Tag(name), Tag("read")),
    )
    text = edit(parse(""), {"key": render(made, "key", policy)}, ())
    assert text == edit(parse(""), {"key": render(made, "key", policy)}, ())
    assert text.encode("ascii" if policy.ascii else "utf-8")
    (entry,) = json.loads(text)
    assert entry["id"] == "key"
    check_entry(entry)
    for variable in entry.keys() & TEXTS - VERBATIM:
        check_balance(TAG.findall(entry[variable]))


def check_balance(tags: list[tuple[str, str]]) -> None:
    waiting: list[str] = []
    for is_end, tag in tags:
        if is_end:
            assert waiting.pop() == tag
        else:
            waiting.append(tag)
    assert not waiting


# --- one entry ---


def entry(kind: str = "journalArticle", /, **fields: str) -> dict[str, Any]:
    return make_entry(Item("AAAA2222", kind, fields=fields), "key", CSL)


def test_an_entry_is_one_member_a_line_in_a_stable_order() -> None:
    made = Item(
        "AAAA2222",
        "journalArticle",
        fields={"volume": "1", "abstractNote": "Über", "title": "On tests", "ISSN": "1234-5678"},
        creators=(Creator("author", "Doe", "Jane"),),
    )
    assert render(made, "doe", ids=["old", "doe"]) == (
        '{\n    "id": "doe",\n    "type": "article-journal",\n    "citation-key": "doe",\n'
        '    "title": "On tests",\n    "author": [\n      {\n        "family": "Doe",\n'
        '        "given": "Jane"\n      }\n    ],\n    "volume": "1",\n    "ISSN": "1234-5678",\n'
        '    "abstract": "Über",\n    "custom": {\n      "other-ids": [\n        "old"\n      ]\n    }\n  }\n'
    )


def test_what_is_private_stays_out() -> None:
    secrets = "note: secret\nannote: secret\nsecret\nthoughts: secret\ntex.file: secret.pdf\ntex.note: secret"
    made = Item(
        "AAAA2222",
        "book",
        fields={"title": "Open", "extra": f"Read_Status: Read\nCitation Key: other\n{secrets}"},
        tags=(Tag("/READ"), Tag("_read"), Tag("kept")),
        notes=(Note("NNNN2222", "<p>my secret opinion</p>"),),
    )
    assert make_entry(made, "k", CSL) == {
        "id": "k",
        "type": "book",
        "citation-key": "k",
        "title": "Open",
        "keyword": "kept",
    }


@pytest.mark.parametrize(
    ("typed", "variable", "value"),
    [
        ({"DOI": "https://doi.org/10.1000/182"}, "DOI", "10.1000/182"),
        ({"DOI": "doi: 10.1000/182"}, "DOI", "10.1000/182"),
        ({"ISBN": "978-0-262-03924-6 0262039249"}, "ISBN", "978-0-262-03924-6"),
        ({"ISBN": "unknown"}, "ISBN", "unknown"),
        ({"language": "german"}, "language", "de-DE"),
        ({"journalAbbreviation": "J. T."}, "container-title-short", "J. T."),
        ({"title": "Same", "shortTitle": "Same"}, "title-short", None),
        ({"seriesTitle": "Special issue", "series": "B"}, "collection-title", "Special issue"),
        ({"extra": "container-title: In Extra"}, "container-title", "In Extra"),
        ({"extra": "supplement-number: 3"}, "supplement-number", "3"),
        ({"volume": "1", "extra": "volume: 2"}, "volume", "1"),
        ({"extra": "type: Review-Book"}, "type", "review-book"),
        ({"extra": "type: essay"}, "genre", "essay"),
    ],
)
def test_a_field_becomes_a_variable(
    typed: dict[str, str], variable: str, value: str | None
) -> None:
    assert entry(**typed).get(variable) == value


def test_a_preprint_whose_address_says_arxiv_has_its_number() -> None:
    made = entry("preprint", url="https://arxiv.org/abs/1607.06450v2")
    assert (made["number"], made["publisher"]) == ("arXiv:1607.06450v2", "arXiv")
    made = entry(
        "preprint", repository="bioRxiv", archiveID="2020.01.01", extra="arXiv: 1607.06450"
    )
    assert (made["number"], made["publisher"]) == ("2020.01.01", "bioRxiv")


@pytest.mark.parametrize(
    ("kind", "role", "variable"),
    [
        ("artwork", "artist", "author"),
        ("audioRecording", "performer", "author"),
        ("film", "director", "director"),
        ("podcast", "podcaster", "host"),
        ("tvBroadcast", "castMember", "performer"),
        ("hearing", "contributor", "contributor"),
        ("bookSection", "seriesEditor", "collection-editor"),
        ("patent", "attorneyAgent", None),
    ],
)
def test_a_creator_is_what_zotero_tells_csl(kind: str, role: str, variable: str | None) -> None:
    made = make_entry(Item("A", kind, creators=(Creator(role, "Doe", "Jane"),)), "k", CSL)
    names = {name: value for name, value in made.items() if name in NAMES}
    assert names == ({variable: [{"family": "Doe", "given": "Jane"}]} if variable else {})


@pytest.mark.parametrize(
    ("creator", "name"),
    [
        (Creator("author", name="The Team"), {"literal": "The Team"}),
        (Creator("author", name="Others"), {"literal": "others"}),
        (Creator("author", "Plato"), {"family": "Plato"}),
        (Creator("author", "", "Homer"), {"literal": "Homer"}),
        (
            Creator("author", "van der Berg", "Jan, Jr."),
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der", "suffix": "Jr."},
        ),
    ],
)
def test_a_name_comes_in_its_parts(creator: Creator, name: dict[str, str]) -> None:
    assert make_entry(Item("A", "book", creators=(creator,)), "k", CSL)["author"] == [name]


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2020-03-04T10:00:00Z", {"date-parts": [[2020, 3, 4]]}),
        ("March 2020", {"date-parts": [[2020, 3]]}),
        ("2015-2017", {"date-parts": [[2015], [2017]]}),
        ("May 2015/2017", {"date-parts": [[2015], [2017]]}),
        ("2019-03-09/", {"date-parts": [[2019], [0]]}),
        ("../2019", {"literal": "../2019"}),
        ("Spring 2015", {"date-parts": [[2015]], "season": 1}),
        ("2015-24~", {"date-parts": [[2015]], "season": 4, "circa": True}),
        ("Spring 2015 - Fall 2015", {"date-parts": [[2015]]}),
        ("2011/2012?", {"date-parts": [[2011], [2012]], "circa": True}),
        ("-0043-03-15", {"date-parts": [[-44, 3, 15]]}),
        ("0000", {"date-parts": [[-1]]}),
        ("2004-06-XX", {"date-parts": [[2004, 6]]}),
        ("199X", {"literal": "199X"}),
        ("18th century", {"literal": "18th century"}),
        ("in press", {"literal": "in press"}),
        ("n.d.", {}),
        (" ", {}),
    ],
)
def test_a_date_is_in_numbers_where_it_can(typed: str, date: dict[str, Any]) -> None:
    assert render_date(typed) == date


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("<em>E. coli</em> and H<sub>2</sub>O", "<i>E. coli</i> and H<sub>2</sub>O"),
        ("<strong>b</strong> x<sup>2</sup>", "<b>b</b> x<sup>2</sup>"),
        ("<sc>Sc</sc>", '<span style="font-variant:small-caps;">Sc</span>'),
        ("<span class='nocase'>iPod</span>", '<span class="nocase">iPod</span>'),
        ("<span lang='de'>Wort</span> <code>x</code>", "Wort x"),
        ("<i>a<b>b</i>c</b>", "<i>ab</i>c"),
        ("an <i>open tag and a </sub>closed one", "an open tag and a closed one"),
        ("<<i>i>", "i"),
        ('5 < 6 & <x> > "y"', '5 < 6 & <x> > "y"'),
        ("two\nlines\u200b", "two lines"),
    ],
)
def test_rich_text_has_the_tags_that_processors_know(typed: str, written: str) -> None:
    assert render_rich_text(typed) == written


def test_the_policy_is_followed() -> None:
    fields = {"url": "https://example.org/ü", "accessDate": "2024-01-02", "abstractNote": "Long"}
    made = Item("A", "webpage", fields=fields, tags=(Tag("b, c"), Tag("a", automatic=True)))

    def with_policy(**options: Any) -> dict[str, Any]:
        return make_entry(made, "k", replace(CSL, **options))

    usual = with_policy()
    assert (usual["URL"], usual["keyword"]) == ("https://example.org/ü", "a, b c")
    assert "accessed" in usual
    noted = with_policy(url=UrlPlace.NOTE)
    assert (noted["note"], "URL" in noted, "accessed" in noted) == (fields["url"], False, False)
    assert not with_policy(url=UrlPlace.OFF).keys() & {"note", "URL", "accessed"}
    assert with_policy(keywords=Keywords.MANUAL)["keyword"] == "b c"
    assert "keyword" not in with_policy(keywords=Keywords.OFF)
    assert with_policy(omit=frozenset({"abstract", "URL", "id", "type"})).keys() == {
        "id", "type", "citation-key", "accessed", "keyword",
    }  # fmt: skip
    assert r"example.org/\u00fc" in render(made, "k", replace(CSL, ascii=True))
    assert "example.org/ü" in render(made, "k", CSL)


def test_ten_thousand_items_are_rendered_in_seconds() -> None:
    fields = {"title": "Learning <i>to</i> test", "abstractNote": "Ein schöner Text. " * 40}
    start = time.process_time()
    for number in range(1_000):
        render(Item("A", "book", fields=fields), f"key{number}")
    assert time.process_time() - start < 10


# --- reading ---

BY_HAND = """\
\ufeff[{"id": "doe", "type": "book",
  "title": "The Title", "volume": 1.50, "DOI": "10.1000/1"}, {"id": 12},
\t{"type":"map"}]
"""


def test_entries_are_found() -> None:
    found = [(record.key, record.entry_type, record.line) for record in parse(BY_HAND).records]
    assert found == [("doe", "book", 1), ("12", "", 2), ("", "map", 3)]
    assert parse(BY_HAND).records[2].end == len(BY_HAND) - 2


def test_texts_are_known_by_names_in_lower_case() -> None:
    found = parse(BY_HAND)
    assert found.fields(found.records[0]) == {
        "id": "doe", "type": "book", "title": "The Title", "volume": "1.50", "doi": "10.1000/1",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "[]", " [ ]\n"])
def test_a_file_may_have_no_entry(text: str) -> None:
    assert parse(text).records == ()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"id": "a"}', 1, "not an array"),
        ("\n\n% BibTeX\n@book{a,}", 3, "not an array"),
        ('[{"id": "a"},\n 3]', 2, "not an entry"),
        ("[[]]", 1, "not an entry"),
        ('[{"id": "a"},\n]', 2, "not JSON"),
        ('[{"id": "a"}\n {"id": "b"}]', 2, "comma"),
        ('[{"id": "a"}\n', 2, "comma or ]"),
        ('[\n{"id": "a"', 2, "not JSON"),
        ('[\n{"id": "a"}]\n[]', 3, "after"),
        ("[\n" + '{"a":' * 100_000, 2, "deep"),
    ],
)
def test_what_is_no_array_of_entries_is_an_error_with_its_line(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(BibliographyError, match=re.escape(words)) as error:
        parse(text)
    assert error.value.line == line


# --- editing ---


def record(key: str, title: str = "x") -> str:
    return f'{{\n    "id": "{key}",\n    "title": "{title}"\n  }}\n'


def array(*records: str) -> str:
    return "[\n  " + ",\n  ".join(each.strip() for each in records) + "\n]\n"


def test_an_empty_file_gets_every_entry_in_key_order() -> None:
    records = {key: record(key) for key in ("b", "C", "a")}
    assert edit(parse(""), records, ()) == array(record("a"), record("b"), record("C"))
    assert edit(parse(""), {}, ()) == "[]\n"


def test_owned_entries_are_replaced_added_and_taken_out() -> None:
    text = array(record("a", "old"), record("b"), record("m", "theirs"))
    edited = edit(parse(text), {"a": record("a", "new"), "n": record("n")}, {"a", "b", "n"})
    assert edited == array(record("a", "new"), record("m", "theirs"), record("n"))


def test_an_entry_of_somebody_else_is_laid_out_and_keeps_its_content() -> None:
    theirs = r'{"id":"m","n":[1.50,{},[ ],{"a" : -1e400}],"t":"\u00e9 {,} \" \ud800","t":null}'
    edited = edit(parse(f"[{theirs}]"), {"m": record("m", "ours"), "z": record("z")}, {"z"})
    laid_out = (
        '{\n    "id": "m",\n    "n": [\n      1.50,\n      {},\n      [],\n      {\n'
        '        "a": -1e400\n      }\n    ],\n    "t": "\\u00e9 {,} \\" \\ud800",\n    "t": null\n  }'
    )
    assert edited == array(laid_out, record("z"))


def test_a_second_copy_of_one_that_is_wanted_stays() -> None:
    text = array(record("a", "ours"), record("a", "copied by hand"))
    edited = edit(parse(text), {"a": record("a", "new")}, {"a"})
    assert edited == array(record("a", "new"), record("a", "copied by hand"))


def test_line_ends_are_the_file_s() -> None:
    text = array(record("m")).replace("\n", "\r\n")
    edited = edit(parse(text), {"a": record("a")}, ())
    assert edited == array(record("a"), record("m")).replace("\n", "\r\n")
    assert edit(parse(edited), {"a": record("a")}, {"a"}) == edited


KEYS = st.sampled_from(["a", "B", "c", "d2", "E", "f"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
FILES = st.lists(st.builds(lambda key, value: {"id": key, "x": value}, KEYS, JSON), max_size=6)


@settings(max_examples=100)
@given(
    entries=FILES,
    wanted=st.dictionaries(KEYS, st.sampled_from(["one", "two"]), max_size=5),
    owned=st.sets(KEYS),
    indent=st.sampled_from([None, 0, 2, "\t"]),
)
def test_laws_of_editing(
    entries: list[dict[str, Any]], wanted: dict[str, str], owned: set[str], indent: Any
) -> None:
    rendered = {key: record(key, title) for key, title in wanted.items()}
    edited = edit(parse(json.dumps(entries, indent=indent)), rendered, owned)
    after = json.loads(edited)
    # The file is as json writes it, in the order of the ids.
    assert edited == json.dumps(after, indent=2, ensure_ascii="\\u" in edited) + "\n"
    assert [each["id"] for each in after] == sorted(
        (each["id"] for each in after), key=str.casefold
    )
    # Nothing is left to do the second time, and the order of the input does not matter.
    assert edit(parse(edited), rendered, owned) == edited
    assert edit(parse(edited), dict(sorted(rendered.items(), reverse=True)), owned) == edited
    # Every wanted entry is there, no owned one too many, and nobody else's is lost.
    theirs = [each for each in entries if each["id"] not in owned]
    assert [each for each in after if each in theirs] == sorted(
        theirs, key=lambda each: each["id"].casefold()
    )
    present = {each["id"] for each in entries}
    assert {each["id"] for each in after} == (present - owned) | wanted.keys()


@pytest.mark.parametrize(
    "junk", ["[" * 50_000, '"' * 50_000, "{" * 50_000, "[{}," * 20_000, " " * 50_000]
)
def test_junk_is_refused_in_linear_time(junk: str) -> None:
    start = time.process_time()
    with pytest.raises(BibliographyError):
        parse(f"[{junk}@")
    assert time.process_time() - start < 20
