"""What each service answers -> Metadata, from the answers in ``services/``."""

import json
from pathlib import Path

import pytest

from zotero_sandbox.schema import find_item_type
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.resolvers import arxiv, crossref, csl, cvf, datacite, doi, openreview
from zsync.resolvers.answers import Broken, Reader

SERVICES = Path(__file__).parent / "services"
_READERS: dict[str, Reader] = {
    ".crossref.json": crossref.read_answer,
    ".datacite.json": datacite.read,
    ".note.json": openreview.read,
    ".csl.json": csl.read_csl,
    ".cvf.html": cvf.read,
}


def body(name: str) -> bytes:
    return (SERVICES / name).read_bytes()


def read(name: str) -> Metadata:
    if name.endswith(".atom.xml"):
        (entry,) = arxiv.read_feed(body(name)).entries.values()
        (found,) = arxiv.read_entry(entry)
        return found
    reader = next(reader for end, reader in _READERS.items() if name.endswith(end))
    (found,) = reader(body(name))
    return found


def author(first: str, last: str) -> Creator:
    return Creator("author", last_name=last, first_name=first)


PAPERS = sorted(
    path.name
    for path in SERVICES.iterdir()
    if path.name not in ("index.json", "missing.html", "no.note.json", "thin.crossref.json")
)


@pytest.mark.parametrize("name", PAPERS)
def test_fields_and_roles_are_those_of_the_item_type(name: str) -> None:
    found = read(name)
    item_type = find_item_type(found.item_type)
    assert item_type
    assert set(found.fields) <= set(item_type.fields)
    assert {creator.role for creator in found.creators} <= set(item_type.creator_types)
    assert all(found.fields.values())
    assert "title" not in found.fields


# --- arXiv


def test_arxiv_preprint_as_zotero_writes_it() -> None:
    assert read("critic.atom.xml") == Metadata(
        "preprint",
        "Tiny-Critic: Learning to Judge Small Models",
        (author("Ana", "Moreno"), author("Ludwig", "van Beethoven"), author("Bo", "Li")),
        {
            "repository": "arXiv",
            "archiveID": "arXiv:2410.00001",
            "DOI": "10.48550/arXiv.2410.00001",
            "url": "https://arxiv.org/abs/2410.00001",
            "date": "2025-01-11",
            "abstractNote": "We teach a small model to judge others.",
            "extra": "arXiv:2410.00001 [cs]",
            "libraryCatalog": "arXiv.org",
        },
        ("cs.CV", "cs.LG"),
        (Identifier("arxiv", "2410.00001"),),
        "arXiv",
    )


def test_arxiv_names_the_doi_of_the_published_version() -> None:
    assert Identifier("doi", "10.5555/prl.115") in read("beauty.atom.xml").identifiers


def test_arxiv_ids_of_before_2007() -> None:
    found = read("old.atom.xml")
    assert found.title == "On Strings & Knots"
    assert found.fields["extra"] == "arXiv:hep-th/9901001"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"Rate exceeded.",
        b"<html><body>maintenance<br></body></html>",
        b"<html/>",
        body("critic.atom.xml")[:900],
        b'<!DOCTYPE f [<!ENTITY a "xx">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&a;</title></feed>',
        b'<?xml version="1.0" encoding="x-unknown"?><feed/>',
    ],
)
def test_what_is_no_feed_is_broken(sent: bytes) -> None:
    with pytest.raises(Broken):
        arxiv.read_feed(sent)


def test_an_entry_that_tells_an_error_is_no_paper() -> None:
    feed = body("critic.atom.xml").replace(b"abs/2410.00001v2", b"api/errors#incorrect_id_format")
    assert arxiv.read_feed(feed) == arxiv.Feed({}, 1)


# --- Crossref and CSL-JSON


def test_crossref_conference_paper() -> None:
    found = read("critic.crossref.json")
    assert found.item_type == "conferencePaper"
    assert found.fields == {
        "proceedingsTitle": "2025 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)",
        "conferenceName": "2025 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)",
        "publisher": "IEEE",
        "place": "Nashville, TN, USA",
        "pages": "101-110",
        "DOI": "10.1109/cvpr52734.2025.00001",
        "date": "2025-06-10",
        "url": "https://ieeexplore.ieee.org/document/9/",
        "libraryCatalog": "DOI.org (Crossref)",
    }


def test_crossref_article_with_formulas_and_jats() -> None:
    found = read("beauty.crossref.json")
    assert found.item_type == "journalArticle"
    assert found.title == "Observation of J/ψp Resonances in Λ<sub>b</sub><sup>0</sup> Decays"
    assert found.creators == (
        author("Ada", "Quark"),
        Creator("author", name="Example Collaboration"),
    )
    fields = found.fields
    assert (
        fields["abstractNote"]
        == "We see <i>two</i> resonances & no <sub>more</sub>.\n\nSecond, with x<y."
    )
    assert fields["publicationTitle"] == "Physical Review Examples & Tests"
    assert fields["journalAbbreviation"] == "Phys. Rev. Ex."
    assert (fields["pages"], fields["date"], fields["issue"]) == ("072001", "2015-08", "7")
    assert fields["ISSN"] == "0031-9007, 1079-7114"


RETRACTION = {
    "type": "retraction",
    "DOI": "10.5555/notice",
    "updated": {"date-parts": [[2010, 2, 6]]},
    "source": "retraction-watch",
}
CORRECTION = {"type": "erratum", "DOI": "10.5555/slip", "updated": {"date-parts": [[2004]]}}


@pytest.mark.parametrize(
    ("updates", "told"),
    [
        ({"updated-by": [CORRECTION, RETRACTION]}, ["corrected 2004", "retracted 2010-02-06"]),
        ({"updated-by": [RETRACTION, {**RETRACTION, "source": "publisher"}]}, ["retracted 2010-02-06"]),
        ({"update-to": [{**RETRACTION, "DOI": "10.5555/DEW"}]}, ["retracted 2010-02-06"]),
        ({"update-to": [RETRACTION]}, ["retracts"]),
        ({"updated-by": [{"type": "new_version", "DOI": "10.5555/v2"}]}, []),
        ({"updated-by": [{"type": "retraction"}]}, ["retracted"]),
        ({"updated-by": {"retraction": 1}, "update-to": ["10.5555/x", None]}, []),
    ],
)  # fmt: skip
def test_crossref_says_what_became_of_a_paper(updates: dict[str, object], told: list[str]) -> None:
    work = {"DOI": "10.5555/dew", "title": ["RETRACTED: On Dew"], **updates}
    (found,) = crossref.read_answer(json.dumps({"message": work}).encode())
    assert [str(fate).partition(" (")[0].partition(" https")[0] for fate in found.fates] == told


def test_datacite_says_that_data_was_withdrawn() -> None:
    record = json.loads(body("software.datacite.json"))
    record["data"]["attributes"]["dates"].append({"dateType": "Withdrawn", "date": "2023-05-01"})
    (found,) = datacite.read(json.dumps(record).encode())
    assert [str(fate) for fate in found.fates] == ["withdrawn 2023-05-01"]


@pytest.mark.parametrize(
    ("comment", "is_withdrawn"),
    [
        ("This paper has been withdrawn by the author due to an error in Lemma 2", True),
        ("Withdrawn: superseded", True),
        ("12 pages; replaces the withdrawn version 1", False),
    ],
)
def test_arxiv_says_that_a_preprint_was_withdrawn(comment: str, is_withdrawn: bool) -> None:
    said = f'<arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{comment}</arxiv:comment></entry>'
    feed = body("alone.atom.xml").replace(b"</entry>", said.encode())
    (entry,) = arxiv.read_feed(feed).entries.values()
    (found,) = arxiv.read_entry(entry)
    assert bool(found.fates) is is_withdrawn


def test_crossref_chapter_preprint_and_a_record_without_a_title() -> None:
    chapter = read("chapter.crossref.json")
    assert (chapter.item_type, chapter.title) == ("bookSection", "U-Shapes: A subtitle")
    assert chapter.creators == (
        author("Martin Luther, Jr.", "King"),
        Creator("author", name="Plato"),
        Creator("editor", last_name="Navab", first_name="Nassir"),
    )
    assert chapter.fields["bookTitle"] == "MICCAI 2015"
    assert chapter.fields["series"] == "Lecture Notes in Computer Science"
    assert read("biorxiv.crossref.json").fields["repository"] == "bioRxiv"
    assert crossref.read_answer(body("thin.crossref.json")) == ()


def test_csl_json_of_another_agency() -> None:
    found = read("chinese.csl.json")
    assert (found.item_type, found.fields["publicationTitle"]) == (
        "journalArticle",
        "Journal of Rivers",
    )
    assert found.identifiers == (Identifier("doi", "10.3969/x.1"),)
    assert doi.question(found.identifiers[0]).accept == "application/vnd.citationstyles.csl+json"


def test_3000_authors_and_none() -> None:
    work = json.loads(body("critic.crossref.json"))
    work["message"]["author"] = [{"given": "A.", "family": f"Name{n}"} for n in range(3000)]
    (found,) = crossref.read_answer(json.dumps(work).encode())
    assert len(found.creators) == 3000
    del work["message"]["author"]
    (found,) = crossref.read_answer(json.dumps(work).encode())
    assert found.creators == ()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"null",
        b"<html>Sign in</html>",
        b'{"status":"ok"}',
        b'{"messa',
        b'{"message": {"title": "\\ud800"}, "data": 0, "notes": []}',
    ],
)
def test_what_is_no_work_is_broken(sent: bytes) -> None:
    for reader in (crossref.read_answer, crossref.read_list, datacite.read, openreview.read):
        with pytest.raises(Broken):
            reader(sent)


def test_values_of_a_wrong_kind_cost_a_field_and_not_the_paper() -> None:
    work = {"title": ["T"], "author": [None, 3, {"given": []}], "issued": {"date-parts": [None]},
            "event": 4, "resource": [], "relation": [], "institution": {}, "ISSN": 7,
            "type": "proceedings-article"}  # fmt: skip
    (found,) = crossref.read_answer(json.dumps({"message": work}).encode())
    assert (found.title, found.creators) == ("T", ())


# --- DataCite


def test_datacite_says_of_a_preprint_what_arxiv_says() -> None:
    found, own = read("critic.datacite.json"), read("critic.atom.xml")
    for name in ("repository", "archiveID", "DOI", "url", "date", "abstractNote", "extra"):
        assert found.fields[name] == own.fields[name]
    assert (found.item_type, found.title, found.tags) == ("preprint", own.title, ("cs.CV",))
    assert found.fields["libraryCatalog"] == "DOI.org (Datacite)"
    assert found.creators == (author("Ana", "Moreno"), author("Bo", "Li"))


def test_datacite_gives_the_fullest_date_of_the_year_of_issue() -> None:
    sent = body("critic.datacite.json").replace(b"10.48550/arxiv.2410.00001", b"10.5281/zenodo.2")
    (found,) = datacite.read(sent)
    assert found.fields["date"] == "2024-10-03"


def test_datacite_software() -> None:
    found = read("software.datacite.json")
    assert (found.item_type, found.fields["company"]) == ("computerProgram", "Zenodo")
    assert found.creators == (Creator("programmer", name="Example Consortium"),)
    assert found.fields["date"] == "2023"


def test_datacite_without_a_record() -> None:
    assert datacite.read(b'{"data": null}') == ()


# --- OpenReview


def test_openreview_accepted_paper() -> None:
    found = read("accepted.note.json")
    assert (found.item_type, found.fields["conferenceName"]) == ("conferencePaper", "ICLR 2025")
    assert found.fields["proceedingsTitle"] == (
        "The Thirteenth International Conference on Learning Representations"
    )
    assert (found.fields["date"], found.tags) == ("2025", ("dreams",))
    assert found.fields["url"] == "https://openreview.net/forum?id=acceptedX1"


@pytest.mark.parametrize("name", ["rejected.note.json", "anonymous.note.json"])
def test_openreview_submission_is_no_paper_of_the_venue(name: str) -> None:
    found = read(name)
    assert (found.item_type, found.fields["repository"]) == ("preprint", "OpenReview")
    assert "ICLR" not in "".join(found.fields.values())


@pytest.mark.parametrize(
    "venue_id", ["ICLR.cc/2025/Conference/Withdrawn_Submission", "X/Desk_Rejected_Submission"]
)
def test_openreview_withdrawn(venue_id: str) -> None:
    sent = body("accepted.note.json").replace(b"ICLR.cc/2025/Conference", venue_id.encode())
    (found,) = openreview.read(sent)
    assert found.item_type == "preprint"


def test_openreview_first_api() -> None:
    found = read("old.note.json")
    assert (found.title, found.fields["conferenceName"]) == ("An Older Dream", "ICLR 2021")


def test_a_review_is_no_paper() -> None:
    note = json.loads(body("accepted.note.json"))
    note["notes"][0]["forum"] = "anotherX9"
    assert openreview.read(json.dumps(note).encode()) == ()


# --- CVF


def test_cvf_page() -> None:
    found = read("critic.cvf.html")
    assert found.creators[:2] == (author("Ana", "Moreno"), author("Ludwig", "van Beethoven"))
    assert (
        found.fields["abstractNote"] == "We teach a small model (a <b) to judge others, as printed."
    )
    assert found.fields["proceedingsTitle"].endswith("Pattern Recognition Conference (CVPR)")
    assert (found.fields["pages"], found.fields["date"]) == ("101-110", "2025-06")
    assert [each.kind for each in found.identifiers] == ["cvf", "arxiv"]


@pytest.mark.parametrize(
    ("family", "title", "paper"),
    [
        ("Moreno", "Tiny-Critic: Learning to Judge", "Moreno_Tiny-Critic_Learning_to_Judge"),
        ("Tong", "Sloth : Lightning Models", "Tong_Sloth__Lightning_Models"),
        ("Van Gool", "A b c d e f g h i j k l", "Van_Gool_A_b_c_d_e_f_g_h_i_j"),
        ("Müller", "What's New?", "Muller_Whats_New"),
    ],
)
def test_cvf_address(family: str, title: str, paper: str) -> None:
    found = cvf.identifier_of(family, title, "CVPR", 2025)
    assert found == Identifier("cvf", f"CVPR2025/{paper}_CVPR_2025_paper")


def test_cvf_address_of_other_years_and_venues() -> None:
    old = cvf.identifier_of("A", "B", "ICCV", 2019)
    assert old
    assert cvf.question(old).path == "/content_ICCV_2019/html/A_B_ICCV_2019_paper.html"
    assert cvf.identifier_of("A", "B", "ECCV", 2024) is None
    assert cvf.identifier_of("", "B", "CVPR", 2024) is None


def test_another_page_is_broken() -> None:
    with pytest.raises(Broken):
        cvf.read(b"<html><title>Sign in to the network</title></html>")
