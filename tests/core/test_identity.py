"""Whether two things are one paper, and why."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.identity import Judgement, Sign, Traits, Verdict, judge
from zsync.core.metadata import Metadata
from zsync.core.model import Checkbox, Creator, Entry, Identifier, Item, Link

SAME, PERHAPS, OTHER = Verdict.SAME, Verdict.PERHAPS, Verdict.OTHER
LONG = "Herons at the Edge of the Water"
SHORT = "Editorial"
ARXIV = "https://arxiv.org/abs/2403.0000{}"
PAGE = "https://press.example/{}"


def line(
    title: str = LONG,
    *urls: str,
    year: int | None = None,
    venue: str | None = None,
    authors: str | None = None,
) -> Traits:
    links = tuple(Link("Paper", url) for url in urls)
    return Traits.of_entry(
        Entry(1, (), Checkbox.NONE, None, title, venue, year, authors, links=links)
    )


def item(
    title: str = LONG, author: str = "", item_type: str = "journalArticle", **fields: str
) -> Traits:
    creators = (Creator("author", author, "Ada"),) if author else ()
    return Traits.of_item(
        Item("A", item_type, fields={"title": title, **fields}, creators=creators)
    )


def both(one: Traits, other: Traits) -> Judgement:
    judgement = judge(one, other)
    assert judgement == judge(other, one)
    return judgement


@pytest.mark.parametrize(
    ("one", "other", "verdict", "objection"),
    [
        # Nothing contradicts a title.
        (line(), item(), SAME, ""),
        (line(SHORT), item(SHORT), SAME, ""),
        (line("Of Something Else"), item(), OTHER, "the titles disagree"),
        # Identifiers decide.
        (line(LONG, ARXIV.format(1)), item(url=ARXIV.format(2)), OTHER, "the arXiv number disagrees"),
        (line(LONG, "https://doi.org/10.1/a"), item(DOI="10.1/b"), OTHER, "the DOI disagrees"),
        (line("", ARXIV.format(1)), item(url=ARXIV.format(1)), SAME, ""),
        (line("Something Else", ARXIV.format(1)), item(url=ARXIV.format(1)), PERHAPS, "the titles disagree"),
        (
            line(LONG, ARXIV.format(1), year=2010),
            item(url=ARXIV.format(1), date="2020"),
            SAME,
            "another year",
        ),
        (
            line(LONG, "https://doi.org/10.1/a", ARXIV.format(1)),
            item(DOI="10.1/b", extra="arXiv: 2403.00001"),
            PERHAPS,
            "the DOI disagrees",
        ),
        # A link after the first is no identifier of the paper's own.
        (line(LONG, PAGE.format(1), ARXIV.format(1)), item(url=ARXIV.format(2)), SAME, ""),
        (line(LONG, ARXIV.format(2), ARXIV.format(1)), item(url=ARXIV.format(1)), SAME, ""),
        # One paper may have several of these.
        (
            line(LONG, "https://openreview.net/forum?id=abcdef1234"),
            item(url="https://openreview.net/forum?id=ghijkl5678"),
            PERHAPS,
            "the OpenReview number disagrees",
        ),
        (
            item(DOI="10.1101/2024.01.01.123456", item_type="preprint"),
            item(DOI="10.1038/wet1"),
            SAME,
            "",
        ),
        (
            line(LONG, "https://aclanthology.org/2020.acl-main.1/"),
            item(DOI="10.18653/v1/2020.acl-main.1"),
            SAME,
            "",
        ),
        (item(DOI="10.1101/2024.01.01.123456"), line(LONG, ARXIV.format(1)), SAME, ""),
        (
            line(LONG, "https://openaccess.thecvf.com/content_CVPR_2020/html/A_B_CVPR_2020_paper.html"),
            item(url="https://openaccess.thecvf.com/content/CVPR2020/html/A_B_CVPR_2020_paper.html"),
            SAME,
            "",
        ),
        # The year.
        (line(year=2020), item(date="2021"), SAME, "another year"),
        (line(year=2020), item(date="2024"), PERHAPS, "another year"),
        (line(SHORT, year=2020), item(SHORT, date="2021"), PERHAPS, "another year"),
        (
            line(LONG, PAGE.format(1), year=2020),
            item(url=PAGE.format(2), date="2021"),
            PERHAPS,
            "another year and another address",
        ),
        (
            line(LONG, PAGE.format(1), year=2020),
            item(url="https://else.example/2", date="2021"),
            SAME,
            "another year",
        ),
        # A preprint and what became of it.
        (
            line(SHORT, ARXIV.format(1), year=2020),
            item(SHORT, url=PAGE.format(1), date="2021"),
            SAME,
            "another year",
        ),
        # Those who wrote it.
        (item(author="Marsh"), item(author="Marsh", date="2020"), SAME, ""),
        (item(author="Marsh"), item(author="Quill"), PERHAPS, "other authors"),
        (item(SHORT, "Marsh"), item(SHORT, "Quill"), OTHER, "other authors"),
        (
            item(author="Marsh", date="2020"),
            item(author="Quill", date="2021"),
            OTHER,
            "another year and other authors",
        ),
        (line(authors="Ada Marsh et al."), item(author="Quill"), PERHAPS, "other authors"),
        (line(SHORT, authors="A. Quill", year=2020), item(SHORT, "Quill", date="2021"), SAME, "another year"),
        # How it was published.
        (item(item_type="conferencePaper"), item(), SAME, "another kind of publication"),
        (
            line(venue="CVPR", year=2020),
            item(date="2021"),
            PERHAPS,
            "another year and another kind of publication",
        ),
        (item(item_type="preprint", date="2020"), item(date="2021"), SAME, "another year"),
        # Two pages of one site under a title that many papers have.
        (line(SHORT, PAGE.format(1)), item(SHORT, url=PAGE.format(2)), PERHAPS, "another address"),
        (line(LONG, PAGE.format(1)), item(LONG, url=PAGE.format(2)), SAME, "another address"),
    ],
)  # fmt: skip
def test_one_paper_or_two(one: Traits, other: Traits, verdict: Verdict, objection: str) -> None:
    judgement = both(one, other)
    assert (judgement.verdict, judgement.objection) == (verdict, objection)


def test_the_reasons_are_a_value() -> None:
    judgement = both(
        item(author="Marsh", date="2020", DOI="10.1/a"),
        item(author="Marsh", date="2020", DOI="10.1/b"),
    )
    assert judgement.agrees == {Sign.TITLE, Sign.AUTHORS, Sign.YEAR, Sign.KIND}
    assert judgement.differs == {Sign.IDENTIFIER}
    assert judgement.clashes == ("doi",)


def person(first: str, last: str) -> Creator:
    return Creator("author", last_name=last, first_name=first)


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        (person("Saeed Ranjbar", "Alvar"), person("Saeed", "Ranjbar Alvar"), "agrees"),
        (person("A.", "Moreno"), person("Ana", "Moreno"), "agrees"),
        (person("José", "Muñoz"), person("Jose", "Munoz"), "agrees"),
        (person("Zhang", "Di"), person("Di", "Zhang"), "agrees"),
        (person("Di", "Zhang"), person("Di", "Li"), "differs"),
        (person("Ana", "Moreno"), person("Bo", "Li"), "differs"),
        (Creator("author", name="Moreno"), person("Ana", "Moreno"), "agrees"),
        (Creator("author", name="Example Collaboration"), person("Bo", "Li"), ""),
    ],
)
def test_first_authors(one: Creator, other: Creator, sign: str) -> None:
    judgement = both(
        *(Traits.of_metadata(Metadata("book", LONG, (each,))) for each in (one, other))
    )
    assert (Sign.AUTHORS in judgement.agrees) == (sign == "agrees")
    assert (Sign.AUTHORS in judgement.differs) == (sign == "differs")


@pytest.mark.parametrize(
    ("authors", "agrees"),
    [
        ("Moreno et al.", True),
        ("Ana Moreno, Bo Li", True),
        ("Moreno and Li", True),
        ("Li et al", False),
    ],
)
def test_the_authors_that_a_line_names(authors: str, agrees: bool) -> None:
    judgement = both(line(authors=authors), item(author="Moreno"))
    assert (Sign.AUTHORS in judgement.agrees, Sign.AUTHORS in judgement.differs) == (
        agrees,
        not agrees,
    )


def test_a_book_is_by_those_who_wrote_it_not_by_its_translator() -> None:
    creators = (Creator("translator", "Quill", "Tom"), Creator("author", "Marsh", "Ada"))
    book = Traits.of_item(Item("A", "book", fields={"title": LONG}, creators=creators))
    assert Sign.AUTHORS in both(book, item(author="Marsh")).agrees


def test_what_two_sources_say_is_known_together() -> None:
    joined = line(LONG, ARXIV.format(1), year=2020).joined(item(DOI="10.1/a", date="2021"))
    assert both(joined, item(DOI="10.1/a", date="2021")).verdict is SAME
    assert both(joined, item(url=ARXIV.format(2))).verdict is OTHER
    assert Sign.YEAR in both(joined, line(year=2020)).agrees


# --- Laws

identifiers = st.builds(
    Identifier, st.sampled_from(["arxiv", "doi", "openreview", "isbn"]), st.sampled_from("abc")
)
traits = st.builds(
    lambda said, own, further: replace(
        said, own=tuple(own), further=tuple(each for each in further if each not in own)
    ),
    st.builds(
        lambda title, author, kind, year, page: item(
            title, author, kind, date=year, url=PAGE.format(page) if page else ""
        ),
        st.sampled_from([LONG, SHORT, "Herons at the Edge of Water", "A Net: " + LONG, ""]),
        st.sampled_from(["", "Marsh", "Quill"]),
        st.sampled_from(["journalArticle", "conferencePaper", "preprint", "book", "webpage"]),
        st.sampled_from(["", "2019", "2020", "2023"]),
        st.sampled_from(["", "1", "2"]),
    ),
    st.lists(identifiers, max_size=2, unique=True),
    st.lists(identifiers, max_size=2, unique=True),
)


@settings(max_examples=100, deadline=None)
@given(traits, traits)
def test_it_does_not_matter_who_is_asked_about(one: Traits, other: Traits) -> None:
    assert judge(one, other) == judge(other, one)


@settings(max_examples=100, deadline=None)
@given(traits, traits)
def test_a_contradiction_by_identifier_is_never_the_same(one: Traits, other: Traits) -> None:
    other = replace(other, own=(Identifier("doi", "10.1/x"),), further=())
    one = replace(one, own=(Identifier("doi", "10.1/y"), *one.own))
    assert judge(one, other).verdict is not SAME


@settings(max_examples=100, deadline=None)
@given(traits, traits, st.sampled_from(["own", "further", "years", "authors", "kinds"]))
def test_what_both_say_alike_never_speaks_against_them(
    one: Traits, other: Traits, name: str
) -> None:
    """Of two things that are one paper, whatever more they have in common."""
    more = item(author="Heron", date="1999", item_type="thesis")
    said = {
        "own": (Identifier("pmid", "7"),),
        "further": (Identifier("pmid", "8"),),
        "years": more.years,
        "authors": more.authors,
        "kinds": more.kinds,
    }[name]
    rich, richer = (replace(each, **{name: (*getattr(each, name), *said)}) for each in (one, other))
    if judge(one, other).verdict is SAME:
        assert judge(rich, richer).verdict is SAME
    if judge(one, other).verdict is PERHAPS:
        assert judge(rich, richer).verdict is not OTHER


@settings(max_examples=100, deadline=None)
@given(traits)
def test_a_thing_is_itself(one: Traits) -> None:
    if one.titles or one.own:
        assert judge(one, one).verdict is SAME
