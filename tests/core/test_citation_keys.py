"""One stable citation key per item."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.citation_keys import KeySource, assign, generate
from zsync.core.model import Creator, Item


def paper(key: str = "AAAA2222", **fields: str) -> Item:
    return Item(key, "journalArticle", fields=fields)


def written_by(*creators: Creator, **fields: str) -> Item:
    return replace(paper(**fields), creators=creators)


JANE = Creator("author", "Doe", "Jane")


# --- the formula ---


@pytest.mark.parametrize(
    ("item", "key"),
    [
        (
            written_by(JANE, title="Attention is all you need", date="2017-06-12"),
            "doeAttentionAllYou2017",
        ),
        (written_by(JANE, title="The art of the deal"), "doeArtDeal"),
        (
            written_by(JANE, title="Actor-critic methods: off-policy learning"),
            "doeActorcriticMethodsOffpolicy",
        ),
        (written_by(JANE, title="mRNA and <i>E. coli</i> DNA"), "doeMRNAColiDNA"),
        (written_by(JANE, title="Input/output in 3 steps"), "doeInputOutput3"),
        (written_by(JANE, title="Über Größe", language="de", date="1999"), "doeUeberGroesse1999"),
        (written_by(JANE, title="Über Größe"), "doeUberGrosse"),
        (written_by(JANE, title="Анализ данных"), "doeAnalizDannykh"),
        (written_by(JANE, title="机器学习", date="2020"), "doe机器学习2020"),
        (written_by(Creator("author", "van der Berg", "Jan"), title="Dunes"), "vanderbergDunes"),
        (written_by(Creator("author", "Świątek-O'Neill", "X"), title="Y2K"), "swiatek-oneillY2K"),
        (
            written_by(Creator("author", name="World Health Organization")),
            "worldhealthorganization",
        ),
        (written_by(Creator("translator", "Last", "A"), Creator("editor", "First", "B")), "first"),
        (written_by(Creator("contributor", "Only", "A")), "only"),
        (paper(title="Reprint", date="[1923] 1958"), "Reprint1958"),
        (paper(title="Range", date="1897-1913"), "Range1897"),
        (paper(title="“Quoted”, (bracketed) & {braced}"), "QuotedBracketedBraced"),
        (paper(), "itemAAAA2222"),
        (paper(title="???"), "itemAAAA2222"),
    ],
)
def test_a_generated_key_is_family_name_three_words_and_year(item: Item, key: str) -> None:
    assert generate(item) == key


# --- where a key comes from ---


def test_zotero_s_field_wins_over_extra_over_stored_over_the_formula() -> None:
    item = paper(title="Title", citationKey="native", extra="Citation Key: extra")
    without_field = paper(title="Title", extra="note\nCitation Key: extra\n")
    for given_item, stored, key, source in [
        (item, {"AAAA2222": "stored"}, "native", KeySource.NATIVE),
        (without_field, {"AAAA2222": "stored"}, "extra", KeySource.EXTRA),
        (paper(title="Title"), {"AAAA2222": "stored"}, "stored", KeySource.STORED),
        (paper(title="Title"), {}, "Title", KeySource.GENERATED),
    ]:
        (assigned,) = assign([given_item], stored)
        assert (assigned.key, assigned.source) == (key, source)


def test_a_pinned_key_loses_only_what_biber_cannot_read() -> None:
    (assigned,) = assign([paper(citationKey="Doe:2020(a), {b}~%#\\\u200b+é")], {})
    assert assigned.key == "Doe:2020ab+é"


def test_a_key_renamed_in_zotero_is_followed_and_the_former_one_remembered() -> None:
    (assigned,) = assign([paper(citationKey="new")], {"AAAA2222": "old"})
    assert (assigned.key, assigned.former, assigned.problem) == ("new", "old", None)


def test_a_stored_key_survives_edits_to_title_and_author() -> None:
    (assigned,) = assign([written_by(JANE, title="Another title")], {"AAAA2222": "doeFirst2020"})
    assert (assigned.key, assigned.former) == ("doeFirst2020", None)


# --- problems that a person should hear of ---


def test_field_and_extra_that_differ_are_reported() -> None:
    (assigned,) = assign([paper(citationKey="one", extra="Citation Key: two")], {})
    assert assigned.problem == "Zotero's field says one, Extra says two"


def test_of_two_items_with_one_pinned_key_the_older_keeps_it_and_the_other_is_reported() -> None:
    items = [paper("BBBB2222", citationKey="Same"), paper("AAAA2222", citationKey="same")]
    newer, older = assign(items, {})
    assert (older.key, older.problem) == ("same", None)
    assert newer.key == "Samea"
    assert (
        newer.problem == "another item has the citation key Same too; this one is written as Samea"
    )
    # Asked again it says the same, and once the other is gone the key is as pinned.
    assert assign(items, {"AAAA2222": "same", "BBBB2222": "Samea"}) == (newer, older)
    (alone,) = assign(items[:1], {"BBBB2222": "Samea"})
    assert (alone.key, alone.former, alone.problem) == ("Same", "Samea", None)


def test_a_pinned_key_of_a_foreign_record_is_reported() -> None:
    (assigned,) = assign([paper(citationKey="theirs")], {}, taken=["Theirs"])
    assert assigned.problem == "the bibliography has another record with the citation key theirs"


def test_a_stored_key_stays_when_another_item_is_given_it() -> None:
    stored, pinned = assign(
        [paper("BBBB2222"), paper("AAAA2222", citationKey="key")], {"BBBB2222": "key"}
    )
    assert (stored.key, pinned.key) == ("key", "keya")
    assert (
        pinned.problem == "another item has the citation key key too; this one is written as keya"
    )


# --- collisions ---


def test_equal_formulas_get_letters_in_the_order_of_adding() -> None:
    items = [
        replace(paper(key, title="Same", date="2020"), date_added=added)
        for key, added in [
            ("CCCC2222", "2024-01-02"),
            ("BBBB2222", "2024-01-01"),
            ("AAAA2222", "2024-01-02"),
        ]
    ]
    assert [each.key for each in assign(items, {})] == ["Same2020b", "Same2020", "Same2020a"]


def test_letters_go_on_after_z() -> None:
    items = [
        replace(paper(f"ITEM{number:04}", title="Same"), date_added=f"{number:04}")
        for number in range(30)
    ]
    keys = [each.key for each in assign(items, {})]
    assert (keys[0], keys[1], keys[26], keys[27], keys[28]) == (
        "Same",
        "Samea",
        "Samez",
        "Sameaa",
        "Sameab",
    )


@pytest.mark.parametrize(
    ("stored", "taken"),
    [({"GONE2222": "SAME2020"}, ()), ({}, ["same2020"])],
    ids=["a key of an item that is gone", "a foreign record"],
)
def test_a_generated_key_avoids_whatever_was_used(stored: dict[str, str], taken: list[str]) -> None:
    (assigned,) = assign([paper(title="Same", date="2020")], stored, taken)
    assert assigned.key == "Same2020a"


TITLES = st.sampled_from(["Same", "same", "Other words", "", "Über", "Same a"])
ITEMS = st.lists(
    st.builds(
        lambda number, title, added, pin: replace(
            paper(
                f"ITEM{number:04}",
                **{"title": title, "citationKey": pin} if pin else {"title": title},
            ),
            date_added=added,
        ),
        st.integers(0, 9999),
        TITLES,
        st.sampled_from(["2024-01-01", "2024-01-02"]),
        st.sampled_from(["", "", "", "Same", "pinned"]),
    ),
    max_size=12,
    unique_by=lambda item: item.key,
)


@settings(max_examples=150)
@given(items=ITEMS, taken=st.sets(st.sampled_from(["SAME", "Samea", "Otherwords"])), new=TITLES)
def test_laws_of_assigning(items: list[Item], taken: set[str], new: str) -> None:
    first = {each.item: each for each in assign(items, {}, taken)}
    keys = [each.key.casefold() for each in first.values()]
    generated = {
        each.key.casefold() for each in first.values() if each.source is KeySource.GENERATED
    }
    # No two are alike; a generated one is like nobody else's either.
    assert len(set(keys)) == len(keys)
    assert not generated & {key.casefold() for key in taken}
    # The order of the items does not matter.
    assert {each.item: each for each in assign(items[::-1], {}, taken)} == first
    # Once stored, a key stays, whoever comes or goes; only a letter that is not needed any more may go.
    stored = {key: each.key for key, each in first.items()}
    later = {
        each.item: each
        for each in assign([*items[1:], paper("NEWCOMER", title=new)], stored, taken)
    }
    for item in items[1:]:
        assert later[item.key].key in (stored[item.key], item.fields.get("citationKey"))


def test_ten_thousand_equal_items_take_no_quadratic_time() -> None:
    items = [paper(f"I{number:07}", title="Same") for number in range(10_000)]
    assert len({each.key for each in assign(items, {})}) == 10_000
