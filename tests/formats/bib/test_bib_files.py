"""Existing .bib files, as people and programs write them: BibTeX's own grammar is the judge.

What cannot be parsed is reported with its line and left alone; what can be is never damaged.
"""

import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.formats.bib.bibtex import BibliographyError, edit, parse


def keys(text: str) -> str:
    return " ".join(record.key for record in parse(text).records)


def fields(text: str, key: str = "a") -> dict[str, str]:
    bibliography = parse(text)
    return dict(bibliography.fields(bibliography.by_key[key]))


# --- where records begin and end ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Layout.
        ("@book{a,title={x},year=2000}@book{b,} @book{c}", "a b c"),
        ("@book{a,title={x}}, @book{b,}};\n}@book{c,}", "a b c"),
        ("@ Book\n{\n a\n ,title\n=\n{x}}", "a"),
        ("@ARTICLE{a, TITLE={x}}\n@my.type{b,}\n@mv-book:x{c,}\n@Ünlü{d,}", "a b c d"),
        ("@book{a, title={x},}\n@book{b, title={x} year={2000}}\n@book{c, = , }", "a b c"),
        # Parentheses around it: only the one outside of values closes.
        ('@book(a, title = "x ) y", note = {z)}, year = 2000)\n@book{b,}', "a b"),
        ("@book(a)b, title={x})\n@book( c )", "a)b c"),
        ("@book{a, title = {x) (y}, note = )}\n@book{b,}", "a b"),
        # Braces and quotes.
        ('@book{a, title = "x {"}y{"} z" # {"} # "{}"}\n@book{b,}', "a b"),
        ('@book{a, title = {5" disk}}\n@book{b, title = "5" disk"}\n@book{c,}', "a b c"),
        ("@book{a, title = {x \\{ y \\} z}}\n@book{b,}", "a b"),
        ('@book{a, note = {\n@book{no, title={x}}\n}, url = "http://x/@y{z}"}\n@book{b,}', "a b"),
        # Keys.
        ("@book{DBLP:conf/x/1,}\n@book{2020A&A...641A...6P,}", "DBLP:conf/x/1 2020A&A...641A...6P"),
        ("@book{a\"b#c%d'e(f)g=h*i+j|k~l^m`n@o,title={x}}", "a\"b#c%d'e(f)g=h*i+j|k~l^m`n@o"),
        ("@book{müller2020,}\n@book{吴恩达,}", "müller2020 吴恩达"),
        ("@book{a,}\n@book{a,}\n@book{A,}", "a a A"),
        # What has no key is not a record, and neither is what stands in it.
        ("@book{, title={x},\n@book{no,}\n}\n@book{a,}", "a"),
        ("@book{title={x}, year=2000}\n@book{Smith 2020, title={x}}\n@book{a,}", "a"),
        # Comments.
        ("@comment{\n@book{no, title={x}}\n}\n@book{a,}", "a"),
        ("@Comment @book{no,}\n@comment{ open {\n@book{a,}", "a"),
        ("% @book{no, title={x}}\n  %% {\n@book{a,}", "a"),
        ("@book{a,\n  title = {x}, % a } remark\n % note = {\n}\n@book{b,}", "a b"),
        ("Write to me@example{org} or { @book{no,}\n@book{a,}", "a"),
        # Definitions.
        ('@string(a = "x)")\n@preamble("y ) }")\n@book{a,}', "a"),
        ('@string(a = "x)")\n@preamble("y ) {}" # a)\n@book{a,}', "a"),
        # Line ends of old.
        ("% mine\r@book{a,\r title={x}\r}\rprose\r@book{b,}\r", "a b"),
        ("\ufeff@book{a,}\r\n@book{b,}\r\n", "a b"),
    ],
)
def test_records_are_found(text: str, found: str) -> None:
    assert keys(text) == found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("% x\n@book{a, title={x}\n\n@book{b, title={y}}\n", "line 2: the braces of this @book"),
        ("@book{b,}\r@book{a, title={{x}}\r", "line 2: the braces of this @book"),
        ('@book{b,}\n\n@book{a, title="x } y"}\n', "line 3: the quotes of this @book"),
        ('@book{a, title="x, year={2000}}\n@book{b,}', "line 1: the quotes of this @book"),
        ("@book(a, title={x}\n@book{b, title={y}}", "line 1: the parentheses of this @book"),
        ("@book(a, title={x}}", "line 1: the parentheses of this @book"),
        ('@string{a = "x}\n', "line 1: the quotes of this @string"),
        ("@preamble{ {x}", "line 1: the braces of this @preamble"),
    ],
)
def test_an_end_that_cannot_be_told_is_named_with_its_line_and_nothing_is_written(
    text: str, what: str
) -> None:
    flaw, *_ = parse(text).flaws
    assert f"line {flaw.line}: {flaw.reason}" == f"{what} never close"
    assert edit(parse(text), {}, ()) == text
    with pytest.raises(BibliographyError, match=f"^{what} never close$"):
        edit(parse(text), {"new": "@misc{new,}"}, ())


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("@book{, title = {x}}\n@book{a, year = 1}", "1: this @book has no citation key"),
        ("@book{a, title = {x}}\n\n@misc{title = {x}}", "3: this @misc has no citation key"),
        (
            "@book{two words, title = {x}}",
            "1: the citation key “two words” of this @book has a space",
        ),
        ("@book{a title = {x}}", "1: after the citation key a of this @book a comma is missing"),
        (
            "@book{a,\n title = {x}\n year = 2000}",
            "1: in the record a a comma is missing before year (line 3)",
        ),
        ("@book{a}", "1: the record a has no fields"),
        ("@book{a, title = {x}}\n@comment{, b}\nwrite to me@book{a b}", ""),
    ],
)
def test_what_is_no_record_is_named_with_its_line(text: str, flaws: str) -> None:
    assert "".join(f"{flaw.line}: {flaw.reason}" for flaw in parse(text).flaws) == flaws


def test_the_records_behind_one_that_never_closes_are_read() -> None:
    found = parse("@book{a, title = {x}}\n\n@book{b, title = {y}\n\n@book{c, title = {z}}\n")
    assert [dict(found.fields(each)) for each in found.records] == [
        {"title": "x"},
        {},
        {"title": "z"},
    ]


# --- values ---


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ('title = {A {B} "C" @d % e}', 'A {B} "C" @d % e'),
        ('title = "A {"}B{"} C"', 'A {"}B{"} C'),
        ('title = "A" # { B} # " C" # jan # 20 # me', "A B CJanuary20Myself"),
        ("title = 20 # 20", "2020"),
        ("title = 007", "007"),
        ("TITLE = ME", "Myself"),
        ("title = nobody # {x}", "nobodyx"),
        ("title = both", "Myself and You"),
        ("title = {two\n    lines\tand   blanks }", "two lines and blanks"),
        ("year = 2000, % {\n title = {x} % y}\n", "x"),
        ("title = {x},,", "x"),
        ("title+an:default = {=y}, my.field/x = {z}, title = {x}", "x"),
        ("title = {x}, TITLE = {y}", "x"),
        ("title = jour.acm-2/x", "Journal"),
        (f"title = {'{' * 5_000}x{'}' * 5_000}", f"{'{' * 4_999}x{'}' * 4_999}"),
    ],
)
def test_values_are_read(inside: str, title: str) -> None:
    macros = '@string(me = "Myself")\n@STRING{both = me # " and " # {You}}\n'
    macros += "@string{jour.ACM-2/x = {Journal}}\n"
    assert fields(f"{macros}@book{{a,{inside}}}")["title"] == title
    if inside.count("(") == inside.count(")"):
        assert fields(f"{macros}@book(a,\n{inside}\n)")["title"] == title


def test_a_macro_full_of_braces_is_read() -> None:
    deep = "{" * 5_000 + "x" + "}" * 5_000
    assert fields(f"@string{{m = {deep}}}\n@book{{a, title = m}}")["title"] == deep[1:-1]


def test_a_child_has_what_its_parents_say_but_not_their_names() -> None:
    text = (
        "@inproceedings{a, title = {Child}, pages = {1}, xdata = {x, none}, crossref = {p}}\n"
        "@xdata{x, publisher = {X}, pages = {2}}\n"
        "@proceedings{p, title = {Proceedings}, year = 2000, publisher = {P}, doi = {10.1000/p}}\n"
    )
    assert fields(text) == {
        "title": "Child",
        "pages": "1",
        "publisher": "X",
        "year": "2000",
        "booktitle": "Proceedings",
        "xdata": "x, none",
        "crossref": "p",
    }
    assert fields(text, "p")["doi"] == "10.1000/p"


@pytest.mark.parametrize(
    ("parent", "child", "field"),
    [
        ("mvbook", "book", "maintitle"),
        ("mvbook", "inbook", "maintitle"),
        ("mvcollection", "collection", "maintitle"),
        ("book", "inbook", "booktitle"),
        ("proceedings", "inproceedings", "booktitle"),
        ("periodical", "article", "journaltitle"),
    ],
)
def test_what_a_parents_title_is_to_its_child(parent: str, child: str, field: str) -> None:
    text = f"@{child}{{a, title = {{Part}}, crossref = {{P}}}}\n@{parent}{{p, title = {{Whole}}}}"
    assert fields(text) == {"title": "Part", field: "Whole", "crossref": "P"}


def test_the_titles_of_all_volumes_and_of_one_come_to_a_chapter() -> None:
    text = (
        "@inbook{c, title = {Chapter}, crossref = {b}}\n"
        "@book{b, title = {Volume}, crossref = {m}}\n@mvbook{m, title = {Works}}"
    )
    assert fields(text, "c") == {
        "title": "Chapter",
        "booktitle": "Volume",
        "maintitle": "Works",
        "crossref": "b",
    }


def test_parents_may_go_in_circles_and_be_many() -> None:
    assert fields("@book{a, year=1, crossref={b}}\n@book{b, note={x}, volume=2, crossref={a}}") == {
        "year": "1",
        "volume": "2",
        "crossref": "b",
    }
    many = "".join(
        f"@xdata{{x{n}, xdata = {{x{n + 1},y{n + 1}}}}}\n@xdata{{y{n}, xdata = {{x{n + 1},y{n + 1}}}}}\n"
        for n in range(300)
    )
    assert fields(f"@book{{a, title={{x}}, xdata={{x0}}}}\n{many}")["title"] == "x"


# --- what programs write ---

JABREF = """\
% Encoding: UTF-8

@Article{Doe2020,
  author  = {Jane Doe},
  title   = {On {\\"U}mlauts},
  comment = {mine},
  file    = {:a/b.pdf:PDF},
}

@Comment{jabref-meta: databaseType:bibtex;}

@Comment{jabref-meta: grouping:
0 AllEntriesGroup:;
1 StaticGroup:a\\;0\\;1\\;\\;\\;\\;;
}
"""
MENDELEY = """\
Automatically generated by Mendeley Desktop 1.19.4
Any changes to this file will be lost if it is regenerated by Mendeley.

BibTeX export options can be customized via Options -> BibTeX in Mendeley Desktop

@article{Doe2020,
abstract = {50{\\%} of it},
author = {Doe, Jane},
file = {:C$\\backslash$:/x.pdf:pdf},
mendeley-groups = {a,b},
title = {{On {\\"{U}}mlauts}}
}
"""
BETTER_BIBTEX = """\
@article{Doe2020,
\ttitle = {On {Umlauts}},
\tauthor = {Doe, Jane},
\tmonth = jan,
\tannotation = {read: 2020}
}

@comment{Doe2020b, an old one}

% == BibTeX quality report for Doe2020:
% ? unused Library catalog ("arXiv.org")
"""


@pytest.mark.parametrize(
    "text", [JABREF, MENDELEY, BETTER_BIBTEX], ids=["jabref", "mendeley", "bbt"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_exports_of_other_programs_keep_their_bytes(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    assert keys(text) == "Doe2020"
    assert "mlauts" in fields(text, "Doe2020")["title"]
    mine = "@misc{mine,\n  title = {x}\n}\n"
    added = edit(parse(text), {"mine": mine}, ())
    assert added.startswith(text.rstrip())
    assert added.endswith(mine.replace("\n", newline))
    assert edit(parse(added), {}, {"mine"}).split() == text.split()


# --- laws ---

PIECES = st.sampled_from(
    [
        "@book{a, title={x}}", '@book{b, title="x {"} y"}', "@misc(c, title = {)} # jan)", "@misc{d}",
        '@string{m = "x"}', "@preamble{{x} # m}", "@comment{x}", "@comment x", "prose", "{", "}", "%",
        "\n", "\r", "\r\n", '"', "@", "@x", "@book{", "@book(", ",", "=", "#", ")", "\\", " ", "é",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60)


@settings(max_examples=150)
@given(text=TEXTS)
def test_spans_of_any_text(text: str) -> None:
    try:
        bibliography = parse(text)
    except BibliographyError:
        return
    spans = sorted(
        [(each.start, each.end) for each in bibliography.records]
        + [(each.start, each.end) for each in bibliography.definitions]
    )
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for record in bibliography.records:
        # A record means the same wherever it stands.
        alone = parse(text[record.start : record.end])
        assert [(each.key, each.end) for each in alone.records] == [
            (record.key, record.end - record.start)
        ]
        bibliography.fields(record)


@settings(max_examples=150)
@given(text=TEXTS)
def test_a_file_in_which_nothing_is_ours_keeps_every_byte(text: str) -> None:
    try:
        assert edit(parse(text), {}, ()) == text
        theirs = keys(text)
    except BibliographyError:
        return
    added = edit(parse(text), {"mine": "@misc{mine,\n  title = {x}\n}\n"}, ())
    assert added.startswith(text)
    assert keys(added) == f"{theirs} mine".strip()


def test_ten_megabytes_are_read_in_linear_time() -> None:
    record = "@article{{key{},\n  title = {{A {{T}}itle}},\n  abstract = {{{}}}\n}}\n\n"
    text = "".join(record.format(number, "words " * 150) for number in range(10_000))
    start = time.process_time()
    assert len(parse(text).records) == 10_000
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    "junk",
    [
        "@a(", "@a{", " @a{", "(@a{", "@a,{", "@a\n", "@ \n", "\n@a{b}", "\n@a{ ", "%@a{", "\n@comment{ {",
        '\n@a{b, x="', "\n@a{b,%}\n}", "\n@string{", '\n@preamble{"', "\n@a(b, {", "}", "\r@a{b,}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "% ", " " * 20_000])
def test_junk_is_read_in_linear_time(junk: str, before: str) -> None:
    start = time.process_time()
    with suppress(BibliographyError):
        parse(before + junk * (60_000 // len(junk)))
    assert time.process_time() - start < 10
