"""The bibliography: records are rendered, found in a file, and edited without touching anything else."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zsync import bibliography
from zsync.core.cite.keys import assign
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.model import Creator, Item, Note, Tag
from zsync.formats.bib.bibtex import (
    _BALANCED,
    BibliographyError,
    _scan,
    edit,
    parse,
    render,
)
from zsync.formats.bib.raw_latex import braces_balance
from zsync.formats.item_json import parse_items

STORIES = Path(__file__).parent / "stories"
BIBTEX = BibPolicy(omit_tags=("read",))
BIBLATEX = replace(BIBTEX, format=BibFormat.BIBLATEX)


# --- stories: NAME.items.json exports to NAME.bib (BibTeX) and NAME.biblatex.bib ---


def export(story: str, policy: BibPolicy) -> str:
    items = parse_items(json.loads((STORIES / f"{story}.items.json").read_text("utf-8")))
    return bibliography.export(items, policy).text


@pytest.mark.parametrize("path", sorted(STORIES.glob("*.bib")), ids=lambda path: path.name)
def test_a_story_exports_to_its_bibliography(path: Path) -> None:
    story, _, flavour = path.name.removesuffix(".bib").partition(".")
    assert export(story, BIBLATEX if flavour else BIBTEX) == path.read_text("utf-8")


def test_every_story_is_told_in_both_formats() -> None:
    stories = {path.name.removesuffix(".items.json") for path in STORIES.glob("*.items.json")}
    assert stories
    assert {path.name for path in STORIES.glob("*.bib")} == {
        f"{story}{suffix}" for story in stories for suffix in (".bib", ".biblatex.bib")
    }


# --- rendering ---


def item(**fields: str) -> Item:
    return Item("AAAA2222", "journalArticle", fields=fields)


def test_a_record_is_one_field_a_line_in_a_stable_order() -> None:
    made = Item(
        "AAAA2222",
        "journalArticle",
        fields={
            "volume": "1",
            "title": "On tests",
            "date": "2024-05",
            "publicationTitle": "J. Tests",
        },
        creators=(Creator("author", "Doe", "Jane"),),
    )
    assert render(made, "doe2024", ids=["old", "doe2024"]) == (
        "@article{doe2024,\n  title = {On Tests},\n  author = {Doe, Jane},\n  year = 2024,\n"
        "  month = may,\n  journal = {J. Tests},\n  volume = {1},\n  ids = {old}\n}\n"
    )


def test_an_item_without_data_is_still_a_record() -> None:
    assert parse(render(item(), "empty")).records[0].key == "empty"


def test_what_is_private_stays_out() -> None:
    made = Item(
        "AAAA2222",
        "journalArticle",
        fields={
            "title": "Open",
            "extra": "Read_Status: Read\nRead_Status_Date: 1\nmy secret remark\ntex.file: secret.pdf",
        },
        tags=(Tag("/READ"), Tag("_read"), Tag("kept")),
        notes=(Note("NNNN2222", "<p>my secret opinion</p>"),),
    )
    for policy in (BIBTEX, BIBLATEX):
        text = render(made, "k", policy).casefold()
        assert "secret" not in text
        assert "read" not in text
        assert "keywords = {kept}" in text


TEXT = st.text(max_size=30) | st.sampled_from(
    [
        "\\input{x}",
        "\\write18{x}",
        "} {",
        "%",
        "$x",
        "^^5c",
        "<i>",
        "</i>",
        "<pre>\\input{x}</pre>",
        "a, b",
        "\\",
    ]
)
FIELDS = [
    "title", "shortTitle", "abstractNote", "publicationTitle", "date", "volume", "issue", "pages",
    "DOI", "url", "ISBN", "language", "publisher", "place", "edition", "type", "rights",
    "accessDate", "number", "status",
]  # fmt: skip
EXTRA = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "tex.note=",
                "tex.title:",
                "TeX.x:",
                "tex.month:",
                "tex.entrytype:",
                "tex.ids:",
                "Editor:",
                "type:",
            ]
        ),
        TEXT,
    ).map(" ".join),
    max_size=3,
).map("\n".join)


@settings(max_examples=150)
@example(kind="book", fields={}, extra="tex.note= \x1b", name="", tag="", policy=BIBTEX)
@given(
    kind=st.sampled_from(["journalArticle", "preprint", "thesis", "patent", "film", "webpage"]),
    fields=st.dictionaries(st.sampled_from(FIELDS), TEXT, max_size=6),
    extra=EXTRA,
    name=TEXT,
    tag=TEXT,
    policy=st.sampled_from([BIBTEX, BIBLATEX]),
)
def test_whatever_is_typed_gives_one_record_that_runs_nothing(
    kind: str, fields: dict[str, str], extra: str, name: str, tag: str, policy: BibPolicy
) -> None:
    made = Item(
        "AAAA2222",
        kind,
        fields=fields | {"extra": extra},
        creators=(Creator("author", name, "X"), Creator("editor", name=name)),
        tags=(Tag(tag),),
    )
    text = render(made, "key", policy)
    (record,) = parse(text).records
    assert (record.key, text[record.end :]) == ("key", "\n")
    assert braces_balance(text)
    assert not re.search(r"\\(input|write|immediate|def|csname)|\^\^", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]", text)
    names = re.findall(r"^  ([\w+-]+) = ", text, re.MULTILINE)
    assert len(names) == len(set(names)) == text.count("\n") - 2


@settings(max_examples=150)
@given(title=TEXT, name=TEXT, pinned=TEXT)
def test_whatever_is_typed_the_citation_key_can_be_read(title: str, name: str, pinned: str) -> None:
    made = Item(
        "AAAA2222",
        "book",
        fields={"title": title, "citationKey": pinned},
        creators=(Creator("author", name),),
    )
    (assigned,) = assign([made], {})
    text = render(made, assigned.key)
    assert [record.key for record in parse(text).records] == [assigned.key]
    assert not set(assigned.key) & set("\\\"#%'(),={}~^@ ")


def test_ten_thousand_items_are_rendered_in_seconds() -> None:
    made = item(
        title="Learning to test: a study of LaTeX & Unicode", abstractNote="Ein schöner Text. " * 40
    )
    start = time.process_time()
    for number in range(2_000):
        render(made, f"key{number}")
    assert time.process_time() - start < 20


# --- reading ---

BY_HAND = """\
\ufeff% My library, kept by hand
@string{jml = {J. Machine Learning}}
@comment{ @article{not, title = {x}} }
@preamble{"\\newcommand{\\x}{}"}

@Article {Doe2020,
  title   = "The {Title}",
  journal = jml # { Research},
  doi     = {10.1000/1}, month = mar
}
Write to me@example{org} about these.
@book{roe,title={One line}} @misc{poe, note = {braces {in} braces}}
"""


def test_records_are_found_and_everything_else_is_left_between_them() -> None:
    found = [(record.key, record.entry_type, record.line) for record in parse(BY_HAND).records]
    assert found == [("Doe2020", "article", 6), ("roe", "book", 12), ("poe", "misc", 12)]


def test_values_come_without_delimiters_and_with_macros_resolved() -> None:
    bibliography = parse(BY_HAND)
    values = bibliography.fields(bibliography.records[0])
    assert (values["title"], values["journal"]) == ("The {Title}", "J. Machine Learning Research")
    assert (values["doi"], values["month"]) == ("10.1000/1", "March")
    assert bibliography.fields(bibliography.records[1]) == {"title": "One line"}


def test_a_record_that_cannot_be_read_has_no_values() -> None:
    bibliography = parse("@article{good, title = {x}}\n@article{bad, title = , = {y}}\n")
    assert [bool(bibliography.fields(record)) for record in bibliography.records] == [True, False]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["{", "}", "{" * 9, "}" * 9, "a", "{a}", "\n", '"', "%", "b = "])))
def test_the_quick_pattern_finds_the_end_that_the_grammar_has(pieces: list[str]) -> None:
    text = "@misc{key, " + "".join(pieces) + "}}}"
    if quick := _BALANCED.match(text, 5):
        assert quick.end() == _scan(text, 0).end + 1


def test_a_comment_need_not_close() -> None:
    text = "@comment{ sorted by { hand\n@book{b, title = {x}}\n"
    assert [record.key for record in parse(text).records] == ["b"]


def test_our_own_writing_reads_back() -> None:
    made = item(title="Plain words", DOI="10.1000/1", date="2024")
    bibliography = parse(render(made, "plain2024"))
    assert bibliography.fields(bibliography.records[0]) == {
        "title": "Plain Words",
        "doi": "10.1000/1",
        "year": "2024",
    }


# --- editing ---


def record(key: str, title: str = "x") -> str:
    return f"@misc{{{key},\n  title = {{{title}}}\n}}\n"


def test_an_empty_file_gets_every_record_in_key_order() -> None:
    records = {key: record(key) for key in ("b", "C", "a")}
    assert edit(parse(""), records, ()) == f"{record('a')}\n{record('b')}\n{record('C')}"


def test_nothing_to_do_changes_no_byte() -> None:
    text = f"% mine\r\n{record('a')}"
    assert edit(parse(text), {"a": record("a")}, {"a"}) == text


def test_an_owned_record_is_replaced_in_its_place() -> None:
    text = f"% before\n{record('a', 'old')}% after\n"
    assert (
        edit(parse(text), {"a": record("a", "new")}, {"a"})
        == f"% before\n{record('a', 'new')}% after\n"
    )


def test_a_record_of_somebody_else_is_never_touched() -> None:
    text = record("a", "theirs")
    assert edit(parse(text), {"a": record("a", "ours")}, ()) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{record('a')}\n{record('b')}\n{record('c')}", f"{record('a')}\n{record('c')}"),
        (f"{record('a')}\n{record('b')}", record("a")),
        (f"{record('b')}\n% tail\n", "% tail\n"),
        (f"% head\n{record('b')}% tail\n", "% head\n% tail\n"),
        (record("b"), ""),
        ("@misc{a, t={x}} @misc{b, t={x}} % said\n", "@misc{a, t={x}}  % said\n"),
    ],
)
def test_an_owned_record_that_is_gone_leaves_with_one_blank_line(text: str, after: str) -> None:
    kept = {"a": parse(text).text[: parse(text).records[0].end]} if "{a," in text else {}
    kept |= {"c": record("c")} if "{c," in text else {}
    assert edit(parse(text), kept, {"a", "b", "c"}) == after


def test_a_new_record_goes_behind_the_owned_one_before_it() -> None:
    b = record("b").strip()
    text = f"% ours\n{b} % said of b\n{record('z')}\n{record('foreign')}"
    records = {key: record(key) for key in ("a", "b", "c", "z")}
    assert edit(parse(text), records, {"b", "z"}) == (
        f"% ours\n{record('a')}\n{b} % said of b\n\n{record('c')}\n{record('z')}\n{record('foreign')}"
    )


@pytest.mark.parametrize("tail", ["", "\n", "\n\n", "\n\n\n"])
def test_with_nothing_owned_new_records_go_to_the_end_behind_one_blank_line(tail: str) -> None:
    text = f"% theirs{tail}"
    assert edit(parse(text), {"a": record("a")}, ()) == text + "\n" * max(
        0, 2 - len(tail)
    ) + record("a")


def test_line_ends_and_byte_order_mark_are_the_file_s() -> None:
    text = "\ufeff% theirs\r\n@misc{x,}\r\n"
    edited = edit(parse(text), {"a": record("a")}, ())
    assert edited == text + "\r\n" + record("a").replace("\n", "\r\n")
    assert edit(parse(edited), {"a": record("a")}, {"a"}) == edited


def test_a_file_that_cannot_be_read_safely_is_not_edited() -> None:
    with pytest.raises(BibliographyError):
        edit(parse("@misc{a, title = {\n"), {"b": record("b")}, ())


KEYS = st.sampled_from(["a", "B", "c", "d2", "E", "f"])
PROSE = st.sampled_from(["% note", "some words", "", "@comment{x}", "\t", "@string{m = {v}}"])
FILES = st.lists(KEYS.map(record) | PROSE.map("{}\n".format), max_size=8).map("".join)


def between_records(text: str) -> list[str]:
    for span in reversed(parse(text).records):
        text = text[: span.start] + text[span.end :]
    return text.split()


@settings(max_examples=200)
@given(
    text=FILES,
    records=st.dictionaries(KEYS, st.sampled_from(["one", "two"]), max_size=5),
    owned=st.sets(KEYS),
    crlf=st.booleans(),
)
def test_laws_of_editing(text: str, records: dict[str, str], owned: set[str], crlf: bool) -> None:
    text = text.replace("\n", "\r\n") if crlf else text
    rendered = {key: record(key, title) for key, title in records.items()}
    edited = edit(parse(text), rendered, owned)
    # Nothing is left to do the second time, whether or not the new records are owned by now.
    assert edit(parse(edited), rendered, owned) == edited
    assert (
        edit(parse(edited), rendered, owned | rendered.keys()) == edited
        or not rendered.keys() <= owned
    )
    # The order of the input does not matter.
    backwards = dict(sorted(rendered.items(), reverse=True))
    assert edit(parse(text), backwards, sorted(owned, reverse=True)) == edited
    # Every wanted record is there, no owned one too many, and nobody else's is lost.
    assert between_records(edited) == between_records(text)
    present = {span.key for span in parse(text).records}
    assert {span.key for span in parse(edited).records} == (present - owned) | rendered.keys()


@settings(max_examples=100)
@given(text=FILES, key=st.sampled_from(["new", "zz", "0"]))
def test_adding_a_record_and_taking_it_away_leaves_at_most_a_blank_line(
    text: str, key: str
) -> None:
    owned = {span.key for span in parse(text).records}
    mine = {key: text[span.start : span.end] for key, span in parse(text).by_key.items()}
    added = edit(parse(text), {**mine, key: record(key)}, owned)
    assert edit(parse(added), mine, {*owned, key}).split() == text.split()


def test_a_large_file_is_edited_in_linear_time() -> None:
    records = {f"key{number:05}": record(f"key{number:05}") for number in range(10_000)}
    start = time.process_time()
    text = edit(parse(""), records, ())
    edited = edit(parse(text), {**records, "key00500": record("key00500", "new")}, set(records))
    assert edited == text.replace(record("key00500"), record("key00500", "new"))
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    "junk",
    [
        "{" * 50_000,
        "@" * 50_000,
        "@a" * 50_000,
        "@misc{" * 20_000,
        "\\" * 50_000,
        "\n@comment{ {" * 20_000,
    ],
)
def test_junk_is_read_in_linear_time(junk: str) -> None:
    start = time.process_time()
    assert parse(f"% {junk}\n@misc{{a,}}\n").records[-1].key == "a"
    assert time.process_time() - start < 20
