"""An entry of the list, with or without metadata, becomes the draft of an item."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.items import ITEMS, TEXTS

from zotero_sandbox.schema import ITEM_TYPES
from zsync.core.fields import ItemView, listen
from zsync.core.item_schema import ITEM_FIELDS, ITEM_ROLES, own_name
from zsync.core.library_changes import ItemDraft
from zsync.core.metadata import Metadata
from zsync.core.model import Checkbox, Creator, Entry, Identifier, Item, Link, Tag
from zsync.core.policy import ListPolicy
from zsync.core.push.drafts import MAX_FIELD_BYTES, MAX_NAME, make_draft
from zsync.data import rows

ARXIV = "https://arxiv.org/abs/2410.02712"


def entry(
    title: str = "Learning to Judge",
    short: str | None = None,
    venue: str | None = None,
    year: int | None = None,
    url: str = "",
    authors: str | None = None,
) -> Entry:
    links = (Link("Paper", url),) if url else ()
    return Entry(1, (), Checkbox.UNCHECKED, short, title, venue, year, authors, links)


def preprint(title: str = "Learning to Judge", **fields: str) -> Metadata:
    own = {
        "date": "2024-10-03",
        "repository": "arXiv",
        "archiveID": "arXiv:2410.02712",
        "DOI": "10.48550/arXiv.2410.02712",
        "extra": "arXiv:2410.02712 [cs]",
        "genre": "Preprint",
    }
    creators = (Creator("author", "Doe", "Jane"),)
    found = (Identifier("arxiv", "2410.02712"),)
    return Metadata("preprint", title, creators, {**own, **fields}, ("cs.CV",), found, "arXiv")


def read_back(draft: ItemDraft) -> ItemView:
    item = Item("ITEM2222", draft.item_type, fields=draft.fields, creators=draft.creators)
    return listen(item, ListPolicy())


# --- the schema ---


def test_the_table_of_item_types_is_zotero_s() -> None:
    regular = {name: kind for name, kind in ITEM_TYPES.items() if kind.creator_types}
    assert {name: set(kind.fields) for name, kind in regular.items()} == ITEM_FIELDS
    assert {name: set(kind.creator_types) for name, kind in regular.items()} == {
        name: set(roles) for name, roles in ITEM_ROLES.items()
    }


def test_a_field_has_another_name_in_another_item_type() -> None:
    assert own_name("bookSection", "publicationTitle") == "bookTitle"
    assert own_name("thesis", "publisher") == "university"
    assert own_name("book", "conferenceName") is None


# --- titles ---


@pytest.mark.parametrize(
    ("published", "title", "short"),
    [
        ("LLaVA-Critic: Learning to Judge", "LLaVA-Critic: Learning to Judge", "LLaVA-Critic"),
        ("Learning to Judge", "Learning to Judge", "LLaVA-Critic"),
        (None, "LLaVA-Critic: Learning to Judge", "LLaVA-Critic"),
    ],
    ids=["published with the short name", "published without it", "no metadata"],
)
def test_title_and_short_title(published: str | None, title: str, short: str) -> None:
    draft = make_draft(entry(short="LLaVA-Critic"), preprint(published) if published else None)
    assert (draft.fields["title"], draft.fields["shortTitle"]) == (title, short)
    says = read_back(draft)
    assert (says.short, says.title) == ("LLaVA-Critic", "Learning to Judge")


def test_a_short_title_that_the_line_does_not_have_is_left_out() -> None:
    given_one = preprint("BERT: Pre-training", shortTitle="BERT")
    draft = make_draft(entry("BERT: Pre-training"), given_one)
    assert "shortTitle" not in draft.fields
    assert read_back(draft).title == "BERT: Pre-training"


@pytest.mark.parametrize(
    ("published", "short"),
    [
        ("Dew: On Grass", "Dew"),
        ("RETRACTED: On Grass", None),
        ("Correction to Dew: On Grass", None),
    ],
)
def test_a_bare_address_gets_the_name_of_its_paper_but_no_notice(
    published: str, short: str | None
) -> None:
    draft = make_draft(entry("", url=ARXIV), preprint(published))
    assert draft.fields.get("shortTitle") == short


# --- venue, date, type ---


def test_a_preprint_that_the_line_calls_published_is_a_conference_paper() -> None:
    draft = make_draft(entry(venue="CVPR", year=2025, url=ARXIV), preprint())
    assert draft.item_type == "conferencePaper"
    assert draft.fields == {
        "title": "Learning to Judge",
        "proceedingsTitle": "Conference on Computer Vision and Pattern Recognition",
        "date": "2025",
        "url": ARXIV,
        "extra": "arXiv:2410.02712 [cs]",
    }


def test_a_preprint_that_the_line_calls_one_stays_one_with_its_own_date() -> None:
    draft = make_draft(entry(venue="arXiv", year=2024, url=ARXIV), preprint())
    assert draft.item_type == "preprint"
    assert (draft.fields["date"], draft.fields["repository"]) == ("2024-10-03", "arXiv")


def test_a_label_that_may_be_anything_does_not_make_a_preprint_published() -> None:
    assert make_draft(entry(venue="Under Review", year=2024), preprint()).item_type == "preprint"


def test_a_preprint_of_another_server_is_named_in_extra() -> None:
    other = Metadata(
        "preprint", "T", fields={"repository": "bioRxiv", "DOI": "10.1101/2024.01.01.000001"}
    )
    draft = make_draft(entry("T", venue="PNAS", year=2025), other)
    assert draft.item_type == "journalArticle"
    assert "DOI" not in draft.fields
    assert draft.fields["extra"] == "Preprint: bioRxiv 10.1101/2024.01.01.000001"


@pytest.mark.parametrize(
    ("line", "item_type", "fields"),
    [
        (entry(url=ARXIV), "preprint", {"repository": "arXiv", "archiveID": "arXiv:2410.02712"}),
        (entry(venue="ICLR", url=ARXIV), "conferencePaper", {"extra": "arXiv:2410.02712"}),
        (entry(venue="TPAMI"), "journalArticle", {}),
        (entry(venue="Nature"), "journalArticle", {"publicationTitle": "Nature"}),
        (entry(url="https://doi.org/10.1000/xyz"), "journalArticle", {"DOI": "10.1000/xyz"}),
        (entry(url="https://github.com/a/b"), "computerProgram", {}),
        (entry(url="https://blog.example.org/post"), "webpage", {}),
        (entry(url="https://example.org/paper.pdf"), "document", {}),
    ],
)
def test_without_metadata_the_line_says_what_the_item_is(
    line: Entry, item_type: str, fields: dict[str, str]
) -> None:
    draft = make_draft(line, None)
    assert draft.item_type == item_type
    assert fields.items() <= draft.fields.items()


def test_the_address_is_the_line_s() -> None:
    draft = make_draft(entry(url=ARXIV), preprint(url="http://arxiv.org/abs/2410.02712v3"))
    assert draft.fields["url"] == ARXIV


_LABELS = sorted({label for label, _ in rows("venues")})
_WORDS = st.text("abc XYZ-é", max_size=20).map(lambda text: f"On {text}".strip())


@settings(max_examples=200)
@given(
    label=st.sampled_from([*_LABELS, "arXiv", "ACL Findings", "CVPR Workshop", "Nature", "ABC"]),
    year=st.integers(1990, 2030),
    title=_WORDS,
    short=st.none() | st.sampled_from(["BERT", "LLaVA-1.5", "π0"]),
    metadata=st.sampled_from([None, "with", "without"]),
)
def test_what_the_line_says_is_read_back(
    label: str, year: int, title: str, short: str | None, metadata: str | None
) -> None:
    whole = f"{short}: {title}" if short and metadata == "with" else title
    known = preprint(" ".join(whole.split()), date=str(year)) if metadata else None
    says = read_back(make_draft(entry(title, short, label, year, ARXIV), known))
    assert (says.short, says.title) == (short, " ".join(title.split()))
    assert (says.venue, says.year, says.url) == (label, year, ARXIV)


# --- creators and tags ---


@pytest.mark.parametrize(
    "authors",
    ["Jane Doe, Aaron van den Oord and OpenAI", "Jane Doe; Aaron van den Oord; OpenAI et al."],
)
def test_authors_as_the_line_writes_them(authors: str) -> None:
    assert make_draft(entry(authors=authors), None).creators == (
        Creator("author", "Doe", "Jane"),
        Creator("author", "van den Oord", "Aaron"),
        Creator("author", name="OpenAI"),
    )


def test_authors_with_the_last_name_first() -> None:
    creators = make_draft(entry(authors="Doe, J., Roe, R. K."), None).creators
    assert creators == (Creator("author", "Doe", "J."), Creator("author", "Roe", "R. K."))


def test_the_author_of_a_program_is_its_programmer() -> None:
    draft = make_draft(entry(url="https://github.com/a/b", authors="Jane Doe"), None)
    assert draft.creators == (Creator("programmer", "Doe", "Jane"),)


def test_a_role_that_the_type_has_not_stands_in_extra() -> None:
    metadata = Metadata("thesis", "T", (Creator("editor", "Doe", "Jane"),))
    draft = make_draft(entry("T"), metadata)
    assert draft.creators == ()
    assert draft.fields["extra"] == "Editor: Doe || Jane"


def test_subjects_are_automatic_tags() -> None:
    assert make_draft(entry(), preprint()).tags == (Tag("cs.CV", automatic=True),)


# --- fields ---


def test_a_field_goes_to_its_twin_or_to_extra_never_away() -> None:
    fields = {"publicationTitle": "Handbook", "conferenceName": "Conf", "extra": "kept"}
    draft = make_draft(entry("T"), Metadata("bookSection", "T", fields=fields))
    assert draft.fields["bookTitle"] == "Handbook"
    assert draft.fields["extra"] == "kept\nConference Name: Conf"


def test_too_long_is_cut_and_nobody_is_left_out() -> None:
    crowd = tuple(Creator("author", "x" * 300, str(number)) for number in range(3000))
    metadata = Metadata("document", "T", crowd, {"abstractNote": "é" * MAX_FIELD_BYTES})
    draft = make_draft(entry("T"), metadata)
    assert len(draft.creators) == 3000
    assert len(draft.creators[0].last_name) == MAX_NAME
    assert len(draft.fields["abstractNote"].encode()) == MAX_FIELD_BYTES - 1


@settings(max_examples=150)
@given(item=ITEMS, text=TEXTS)
def test_every_draft_is_one_that_zotero_can_hold(item: Item, text: str) -> None:
    metadata = Metadata(item.item_type, item.title, item.creators, item.fields, (text,))
    draft = make_draft(entry(text, short=text or None, venue=text or None), metadata)
    assert draft.fields.keys() <= ITEM_FIELDS[draft.item_type]
    assert {creator.role for creator in draft.creators} <= set(ITEM_ROLES[draft.item_type])
    for value in draft.fields.values():
        assert value == value.strip()
        assert "\x00" not in value
        assert len(value.encode()) <= MAX_FIELD_BYTES
