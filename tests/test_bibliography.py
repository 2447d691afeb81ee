"""Items and a .bib, without a library: whose record is whose, and what it is called."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.bibliography import BibOutcome, update
from zsync.core.base import Base
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.model import Creator, Item

BIBTEX = BibPolicy()
BIBLATEX = BibPolicy(BibFormat.BIBLATEX)


def item(**fields: str) -> Item:
    said = {"title": "Counting Small Waders", "DOI": "10.1234/abc", "date": "2020", **fields}
    said.setdefault("publicationTitle", "Waders")
    return Item(
        "AAAAAAAA", "journalArticle", fields=said, creators=(Creator("author", "Poe", "Jane"),)
    )


HAND = """@article{poe20,
  title={Counting small waders}, author={Poe, J.}, doi={https://doi.org/10.1234/ABC}, year=2020}
"""


def _again(before: BibOutcome, *items: Item, policy: BibPolicy = BIBTEX) -> BibOutcome:
    return update(before.text, before.base, items, policy)


@pytest.mark.parametrize("policy", [BIBTEX, BIBLATEX], ids=str)
def test_a_record_whose_item_has_another_key_in_zotero_keeps_its_own(policy: BibPolicy) -> None:
    once = update(HAND, Base(), [item(citationKey="poeCounting2020")], policy)
    assert once.text == HAND
    (problem,) = once.problems
    assert "poe20 (poeCounting2020 in Zotero)" in problem
    later = _again(once, item(citationKey="poeBetter2020", title="Watching"), policy=policy)
    assert later.text == HAND
    assert not later.renamed


def test_whoever_settles_the_key_in_zotero_is_asked_no_more() -> None:
    once = update(HAND, Base(), [item(citationKey="poeCounting2020")], BIBTEX)
    later = _again(once, item(citationKey="poe20"))
    assert (later.text, later.problems) == (HAND, ())


def test_a_record_renamed_by_hand_stays_zsyncs() -> None:
    once = update("", Base(), [item()], BIBTEX)
    renamed = replace(once, text=once.text.replace("@article{poe", "@article{my-poe"))
    later = _again(renamed, item(volume="7"))
    assert later.text.count("@article") == 1
    assert later.text.startswith("@article{my-poe")
    assert "volume = {7}" in later.text
    assert _again(later, item(volume="7")).text == later.text


def test_a_title_corrected_in_zotero_leaves_its_record_its_own() -> None:
    hand = HAND.replace("doi=", "note=")
    once = update(hand, Base(), [item(citationKey="poe20")], BIBTEX)
    later = _again(once, item(citationKey="poe20", title="Something Else Entirely"))
    assert (later.text, later.problems) == (hand, ())


def test_a_key_that_another_papers_record_has_leaves_the_one_in_use() -> None:
    other = "@book{goats, title={The Goats of the Alps}, author={Zorn, A.}, year=1990}\n"
    once = update(other, Base(), [item()], BIBTEX)
    blocked = _again(once, item(citationKey="goats"))
    assert blocked.text == once.text
    assert "rename one of them" in blocked.problems[0]
    assert "{kids," in _again(blocked, item(citationKey="kids")).text


def test_an_item_whose_key_another_papers_record_has_gets_none() -> None:
    other = "@book{goats, title={The Goats of the Alps}, author={Zorn, A.}, year=1990}\n"
    once = update(other, Base(), [item(citationKey="goats")], BIBTEX)
    assert once.text == other
    assert once.base.items["AAAAAAAA"].citation_key is None
    assert len(_again(once, item(citationKey="kids")).text) > len(other)


def test_another_format_keeps_what_was_edited_by_hand() -> None:
    once = update("", Base(), [item()], BIBTEX)
    edited = once.text.replace("year = 2020", "year = 2021").replace("{Waders}", "{J. Wad.}")
    other = _again(replace(once, text=edited), item(), policy=BIBLATEX)
    assert "date = 2021" in other.text
    assert "journaltitle = {J. Wad.}" in other.text
    assert set(other.by_hand["poeCountingSmallWaders2020"]) == {"date", "journaltitle"}
    assert not other.kept
    assert _again(other, item()).text == edited


def test_a_record_renamed_by_hand_keeps_its_key_whatever_zotero_calls_it() -> None:
    known = item(citationKey="delta")
    for policy in (BIBTEX, BIBLATEX):
        once = update("", Base(), [known], policy)
        renamed = replace(once, text=once.text.replace("{delta,", "{hand,"))
        later = _again(renamed, known, policy=policy)
        twice = _again(later, known, policy=policy)
        assert "{hand," in later.text
        assert (twice.text, twice.renamed) == (later.text, {})


def test_a_record_renamed_and_retitled_by_hand_is_not_written_again() -> None:
    once = update(HAND, Base(), [item()], BIBTEX)
    text = HAND.replace("poe20", "hand").replace("waders", "waders in mud, revised")
    assert _again(replace(once, text=text), item()).text == text


def test_csl_json_for_a_while_changes_no_record_of_the_bib() -> None:
    other = replace(item(title="The Goats", DOI="10.1234/goats"), key="BBBBBBBB")
    once = update(HAND, Base(), [item(), other], BIBTEX)
    edited = once.text.replace("The Goats", "Some Goats")
    csl = update("[]", once.base, [item(), other], BibPolicy(BibFormat.CSLJSON))
    back = update(edited, csl.base, [item(), other], BIBTEX)
    assert (back.text, back.kept) == (edited, {})


def test_letters_that_pdflatex_lacks_are_named_in_biblatex_too() -> None:
    (problem,) = update("", Base(), [item(title="Müller: α ≤ β")], BIBLATEX).problems
    assert "pdfLaTeX has no letters for α≤β in" in problem


_DOIS = (
    "10.1234/a(b)_{}",
    "https://doi.org/10.1234/A(B)_{}",
    r"10.1234/a(b){{\_}}{}",
    r"10.1234/a(b)\_{}",
    "https://doi.org/10.1234/a%28b%29_{}?ref=x",
    "doi:10.1234/a(b)_{}",
)
_ARXIV = (
    "eprint={{{}}}",
    "eprint={{arXiv:{}v2}}, archiveprefix={{arXiv}}",
    "arxivid={{{}}}",
    "journal={{arXiv preprint arXiv:{}}}",
    "journal={{CoRR}}, volume={{abs/{}}}",
    "journal={{CoRR abs/{}}}",
    "howpublished={{arXiv:{}}}",
    "note={{arXiv:{}}}",
    "number={{arXiv:{}}}",
    r"howpublished={{\url{{https://arxiv.org/abs/{}}}}}",
)


@st.composite
def _papers(draw: st.DrawFn) -> tuple[str, Item]:
    """A record, spelt as people and programs do, and the item of the same paper, as Zotero spells it."""
    number = draw(st.integers(1000, 9999))
    doi, arxiv = f"10.1234/a(b)_{number}", f"2012.0{number}"
    by_doi, by_arxiv = {"DOI": doi}, {"extra": f"arXiv:{arxiv} [cs.CV]"}
    said, known = draw(
        st.one_of(
            st.sampled_from(_DOIS).map(lambda form: (f"doi={{{form.format(number)}}}", by_doi)),
            st.sampled_from(_ARXIV).map(lambda form: (form.format(arxiv), by_arxiv)),
            st.sampled_from([("year=2020", {"date": "2020"})]),
        )
    )
    kind = draw(st.sampled_from(["article", "misc", "inproceedings"]))
    key = draw(st.sampled_from(["a1", "Poe:2020", "poe_20", "PÖ20", "poe/20+x", "p@q"]))
    pin = draw(st.sampled_from([key, "", "another2020"]))
    typed, title = draw(
        st.sampled_from(
            [
                (r"On {\"U}ber {DNA} \& More", "On Über DNA & More"),
                (r"Waders \emph{in Mud}: A Study", "Waders <i>in Mud</i>: A Study"),
                (r"Ra{\-}tes of $<$1 Bird", "Rates of <1 Bird"),
            ]
        )
    )
    fields = {"title": f"{title} {number}", "citationKey": pin, **known}
    creators = (Creator("author", "Poe", "Jane"),)
    record = f"@{kind}{{{key},\n title={{{typed} {number}}}, author={{Poe, Jane}}, {said}}}\n"
    return record, Item("AAAAAAAA", "conferencePaper", fields=fields, creators=creators)


@settings(max_examples=80, deadline=None)
@given(paper=_papers(), form=st.sampled_from([BibFormat.BIBTEX, BibFormat.BIBLATEX]))
def test_no_record_is_written_a_second_time(paper: tuple[str, Item], form: BibFormat) -> None:
    text, known = paper
    once = update(text, Base(), [known], BibPolicy(form))
    assert once.text == text
    assert not any("rename" in problem for problem in once.problems)
    assert update(text, once.base, [known], BibPolicy(form)).text == text
