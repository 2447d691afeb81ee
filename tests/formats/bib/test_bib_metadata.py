"""Records that already stand in a bibliography become metadata."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.bibliography import export
from zsync.core import venues
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.fields import plain
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier, Item
from zsync.formats.bib import metadata as bib_metadata
from zsync.formats.bib.bibtex_metadata import bibtex_metadata
from zsync.formats.bib.eprints import bare_doi
from zsync.formats.bib.metadata import BibRecord
from zsync.formats.item_json import parse_items


def records(
    text: str, form: BibFormat = BibFormat.BIBTEX, source: str = ""
) -> tuple[BibRecord, ...]:
    return bib_metadata.read(text, form, source).records


def read(text: str) -> Metadata:
    (record,) = records(text)
    return record.metadata


# --- records ---


def test_a_record_becomes_a_conference_paper() -> None:
    text = r"""@string{cvpr = "Conference on Computer Vision and Pattern Recognition (CVPR)"}

@InProceedings{doe24, title = {{LLaVA}: Learning to {J}udge}, author = {Doe, Jane and van den Oord, A{\"a}ron
  and Roe, Jr, Rick and {Open {AI}} and others}, booktitle = cvpr, year = 2024, month = jun, pages = {10--20},
  doi = {https://doi.org/10.1000/a\_b}, keywords = {vision, language}, publisher = "IEEE"}
"""
    (record,) = records(text, source="library.bib")
    assert (record.key, record.line) == ("doe24", 3)
    assert record.metadata == Metadata(
        "conferencePaper",
        "LLaVA: Learning to Judge",
        (
            Creator("author", "Doe", "Jane"),
            Creator("author", "van den Oord", "Aäron"),
            Creator("author", "Roe", "Rick, Jr"),
            Creator("author", name="Open AI"),
            Creator("author", name="others"),
        ),
        {
            "proceedingsTitle": "Conference on Computer Vision and Pattern Recognition (CVPR)",
            "date": "2024-06",
            "pages": "10-20",
            "DOI": "10.1000/a_b",
            "publisher": "IEEE",
            "citationKey": "doe24",
        },
        ("vision", "language"),
        (Identifier("doi", "10.1000/a_b"),),
        "library.bib",
    )


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {2410.02712}, archivePrefix = {arXiv}, primaryClass = {cs.CV}",
        "eprint = {2410.02712}, eprinttype = {arxiv}, eprintclass = {cs.CV}",
        "journal = {arXiv preprint arXiv:2410.02712}",
        "url = {https://arxiv.org/abs/2410.02712}",
    ],
)
@pytest.mark.parametrize("entry_type", ["misc", "article", "online"])
def test_a_paper_that_only_arxiv_has_is_a_preprint(entry_type: str, fields: str) -> None:
    metadata = read(f"@{entry_type}{{k, title = {{T}}, year = 2024, {fields}}}")
    assert metadata.item_type == "preprint"
    assert metadata.fields["repository"] == "arXiv"
    assert metadata.fields["archiveID"] == "arXiv:2410.02712"
    assert Identifier("arxiv", "2410.02712") in metadata.identifiers


def test_a_published_paper_keeps_its_arxiv_number_in_extra() -> None:
    eprint = "eprint={2410.02712}, archiveprefix={arXiv}, primaryclass={cs.CV}"
    text = f"@article{{k, title={{T}}, journal={{Nature}}, {eprint}}}"
    metadata = read(text)
    assert metadata.item_type == "journalArticle"
    assert metadata.fields["extra"] == "arXiv:2410.02712 [cs.CV]"


@pytest.mark.parametrize(
    "place", ["journal={Nature}", "volume={3}", "doi={10.1000/x}", "journal={\\apj}"]
)
def test_an_article_with_an_eprint_stays_an_article(place: str) -> None:
    eprint = "eprint={2410.02712v2}, archiveprefix={arXiv}"
    metadata = read(f"@article{{k, title={{T}}, {place}, {eprint}}}")
    assert metadata.item_type == "journalArticle"
    assert metadata.fields["extra"] == "arXiv:2410.02712v2"


def test_what_has_no_field_in_zotero_goes_to_extra() -> None:
    metadata = read(
        "@inproceedings{k, title={T}, booktitle={B}, organization={IEEE}, annote={Good \\& new}, "
        "ids={old}, file={/home/me/x.pdf}, chapter=3, pubstate={inpress}, editora={Poe, E}, "
        "editoratype={compiler}, month={Spring}, year=2020}"
    )
    assert metadata.fields["extra"].split("\n") == [
        "tex.organization: IEEE",
        "tex.annote: Good & new",
        "tex.ids: old",
        "tex.chapter: 3",
        "tex.pubstate: inpress",
        "tex.editora: Poe, E",
        "tex.editoratype: compiler",
    ]
    assert metadata.fields["date"] == "2020-21"


@pytest.mark.parametrize(
    "field",
    [
        r"howpublished = {\href{https://a.example/b_c}{A page}}",
        r"note = {See \href{https://a.example/b_c}{A page}.}",
        r"title = {\href{https://a.example/b_c}{A Study}}",
    ],
)
def test_where_a_text_leads_is_kept(field: str) -> None:
    metadata = read(f"@misc{{a, {field}, title = {{A Study}}}}")
    assert metadata.title == "A Study"
    assert metadata.fields["url"] == "https://a.example/b_c"


def test_what_programs_add_to_names_and_titles_is_read() -> None:
    metadata = read(
        r"@article{a, title = {Mud &amp; Sand}, author = {Wei Wang 0001 and Ho, J., Jain, A.},"
        r" editora = {Da, E.}, editoratype = {collaborator}}"
    )
    assert metadata.title == "Mud & Sand"
    people = [(each.role, each.last_name, each.first_name) for each in metadata.creators]
    assert people == [
        ("author", "Wang", "Wei"),
        ("author", "Ho", "J."),
        ("author", "Jain", "A."),
        ("contributor", "Da", "E."),
    ]


def test_what_is_not_known_is_latex_again_on_the_way_out() -> None:
    metadata = read(
        r"@misc{a, title = {A}, weird = {\odd{Hello} world}, note = {see \ref{b} there}}"
    )
    assert metadata.fields["extra"].splitlines() == [
        r"tex.weird= \odd{Hello} world",
        r"tex.note= see \ref{b} there",
    ]


def test_accents_in_dates_are_letters() -> None:
    metadata = read(
        r"@misc{a, title = {A}, url = {https://a.example}, urldate = {3. M{\"a}rz 2011}}"
    )
    assert metadata.fields["accessDate"] == "2011-03-03"


def test_fields_that_stand_twice_and_sets_are_named() -> None:
    text = "@misc{a, title={A}, note={x}, note={y}}\n@set{b, entryset={a}}\n@xdata{c, title={C}}\n"
    found = bib_metadata.read(text)
    assert [each.key for each in found.records] == ["a"]
    assert found.problems == (
        "line 1: the record a has note twice, and BibTeX takes the first.",
        "line 2: the set b is not pushed; its members are.",
    )


def test_names_of_biblatex_keep_their_prefix_where_it_belongs() -> None:
    author = (
        "family=Beethoven, given=Ludwig, prefix=van, useprefix=false and family=Alembert, "
        "given=Jean, prefix=d', useprefix=true and family=Stevenson, given=A., suffix=III, juniorcomma=true"
    )
    assert read(f"@book{{k, title={{T}}, author={{{author}}}}}").creators == (
        Creator("author", "Beethoven", "Ludwig van"),
        Creator("author", "d'Alembert", "Jean"),
        Creator("author", "Stevenson", "A.,! III"),
    )


def test_a_name_that_no_string_defines_stays_and_is_named() -> None:
    metadata = read(
        "@article{k, title={T}, journal = IEEE_J_TEST # { B}, month = jan, year = 2001}"
    )
    assert metadata.fields["publicationTitle"] == "IEEE_J_TEST B"
    assert metadata.unread == ("IEEE_J_TEST",)


def test_what_the_proceedings_say_is_inherited() -> None:
    first, second = records(
        "@inproceedings{a, title = {Part}, crossref = {b}}\n"
        "@proceedings{b, title = {Whole}, year = 2020, publisher = {ACM}}\n"
    )
    assert first.metadata.fields["proceedingsTitle"] == "Whole"
    assert (first.metadata.fields["date"], first.metadata.fields["publisher"]) == ("2020", "ACM")
    assert second.metadata.item_type == "book"


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("date = {2024-05-03}", "2024-05-03"),
        ("year = {2024}, month = {5}, day = {3}", "2024-05-03"),
        ("year = {2024}, month = may", "2024-05"),
        ("year = {2024}, month = {May}", "2024-05"),
        ("year = {in press}", "in press"),
    ],
)
def test_dates(written: str, date: str) -> None:
    assert read(f"@article{{k, title = {{T}}, {written}}}").fields["date"] == date


def test_the_roles_and_the_extended_names_of_biblatex() -> None:
    author = "family=Gogh, given=Vincent, prefix=van, useprefix=true"
    text = f"@book{{k, title={{T}}, author={{{author}}}, translator={{Doe, J.}}}}"
    assert read(text).creators == (
        Creator("author", "van Gogh", "Vincent"),
        Creator("translator", "Doe", "J."),
    )


def test_a_record_without_a_title_is_left_out() -> None:
    assert records("@misc{k, year = 2020}") == ()


@pytest.mark.parametrize("name", ["y\\", "{Ann \\ and Bob}", "Ann Lee\\", "\\", "Lee\\, Ann\\"])
def test_a_backslash_at_the_end_of_a_name_is_a_slip(name: str) -> None:
    said = bibtex_metadata("article", "k", {"author": name, "title": "T"})
    assert not any(creator.last_name.endswith("\\") for creator in said.creators)


def test_csl_json() -> None:
    entry = {
        "id": "doe24",
        "type": "paper-conference",
        "title": "T",
        "author": [{"family": "Oord", "given": "A.", "non-dropping-particle": "van den"}, {"literal": "AI"}],
        "container-title": "Proc. CVPR",
        "issued": {"date-parts": [["2024", 5]]},
        "DOI": "10.1000/x",
    }  # fmt: skip
    (record,) = records(json.dumps([entry]), BibFormat.CSLJSON)
    assert record.metadata.creators == (
        Creator("author", "van den Oord", "A."),
        Creator("author", name="AI"),
    )
    assert record.metadata.fields == {
        "citationKey": "doe24",
        "proceedingsTitle": "Proc. CVPR",
        "date": "2024-05",
        "DOI": "10.1000/x",
    }


# --- and back ---

_VOCABULARY = "Learning to the BERT x-ray Zürich naïve Łódź 100% R&D α_1 #7 μάλα"
_WORDS = st.lists(st.sampled_from(_VOCABULARY.split()), min_size=1, max_size=6).map(" ".join)
_PERSONS = st.builds(
    Creator,
    st.just("author"),
    st.sampled_from(["Doe", "van Gogh", "Gödel", "O'Neill", "Smith-Jones", "Łoś"]),
    st.sampled_from(["Jane", "J.", "René M.", "Yu-Lin"]),
) | st.builds(Creator, st.just("author"), name=st.sampled_from(["NASA", "Müller and Sons", "王"]))
_PLACES = {
    "conferencePaper": "proceedingsTitle",
    "journalArticle": "publicationTitle",
    "bookSection": "bookTitle",
}


@st.composite
def _items(draw: st.DrawFn) -> Item:
    """Papers as people cite them. What cannot come back: which of BibTeX's ``misc`` an item was, a short
    title that is the title, ``nocase``, a remark in Extra; in BibTeX the day of a date, and a Greek capital
    that looks Latin; in BibLaTeX a journal that is called like the paper.
    """
    item_type = draw(st.sampled_from(sorted(_PLACES)))
    fields = {
        "title": draw(_WORDS),
        "date": str(draw(st.integers(1900, 2030))),
        "pages": draw(st.sampled_from(["", "1-10", "e17", "7"])),
        "DOI": draw(st.sampled_from(["", "10.1000/x_y", "10.1000/a(b)c<d>"])),
        _PLACES[item_type]: f"Venue {draw(_WORDS)}",
    }
    creators = tuple(draw(st.lists(_PERSONS, max_size=3)))
    return Item(
        "ITEM2222", item_type, fields={k: v for k, v in fields.items() if v}, creators=creators
    )


@settings(max_examples=60)
@given(item=_items(), form=st.sampled_from(BibFormat))
def test_what_zsync_writes_comes_back(item: Item, form: BibFormat) -> None:
    (record,) = records(export([item], BibPolicy(form)).text, form)
    metadata = record.metadata
    assert (metadata.item_type, metadata.creators) == (item.item_type, item.creators)
    assert metadata.title.casefold() == item.title.casefold()
    venue = _PLACES[item.item_type]
    assert metadata.fields[venue].casefold() == item.fields[venue].casefold()
    for name in ("date", "pages", "DOI"):
        assert metadata.fields.get(name) == item.fields.get(name)


# --- records that another program wrote ---


def test_the_records_of_another_program_give_what_their_items_say(shared: Path) -> None:
    """Not all can: items have Extra lines that change their record, and some share a title."""
    cases = sorted((shared / "bib" / "cases").iterdir())
    pairs = [pair for case in cases for pair in _pairs(case)]
    same = {
        "creators": sum(_people(item.creators) == _people(made.creators) for item, made in pairs),
        "DOI": sum(_doi(item.fields.get("DOI")) == made.fields.get("DOI") for item, made in pairs),
        "year": sum(venues.year(item) == _year(made) for item, made in pairs),
    }
    assert len(pairs) > 250
    assert all(count > 0.85 * len(pairs) for count in same.values()), (same, len(pairs))


def _pairs(case: Path) -> list[tuple[Item, Metadata]]:
    """The case's items, each with the metadata of the record that has its title."""
    (path,) = case.glob("expected.*")
    made = {
        plain(record.metadata.title): record.metadata for record in records(path.read_text("utf-8"))
    }
    items = parse_items(json.loads((case / "items.json").read_text("utf-8")))
    return [(item, made[plain(item.title)]) for item in items if plain(item.title) in made]


def _people(creators: tuple[Creator, ...]) -> list[str]:
    return [plain(each.name or f"{each.first_name} {each.last_name}") for each in creators]


def _doi(text: str | None) -> str | None:
    return bare_doi(text) if text else None


def _year(metadata: Metadata) -> int | None:
    return venues.year(Item("", metadata.item_type, fields=metadata.fields))
