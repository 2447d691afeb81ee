"""Three-way merge of a record: what the file holds, what Zotero says, what zsync wrote last."""

from hypothesis import given
from hypothesis import strategies as st

from zsync.core.base import RecordBase
from zsync.core.cite.record_merge import Merged
from zsync.formats.bib.bibtex_fields import scan
from zsync.formats.bib.bibtex_merge import merge, record_base

WRITTEN = "@book{sheep,\n  title = {Sheep},\n  publisher = {Meadow},\n  year = 2012\n}"
BASE = record_base(WRITTEN)


def test_what_only_zotero_changed_is_written() -> None:
    new = WRITTEN.replace("Meadow", "Field").replace("  year = 2012", "  year = 2013")
    assert merge(WRITTEN, new, BASE) == Merged(new)


def test_a_file_that_was_reformatted_is_not_edited_by_hand() -> None:
    tidied = "@Book{sheep,\n\ttitle     = {Sheep},\n\tpublisher = {Meadow},\n\tyear={2012},\n}"
    assert merge(tidied, WRITTEN, BASE) == Merged(tidied)
    new = WRITTEN.replace("Meadow", "Field")
    assert merge(tidied, new, BASE) == Merged(tidied.replace("Meadow", "Field"))


def test_what_only_the_file_changed_stays() -> None:
    by_hand = WRITTEN.replace("{Sheep}", "{Mutton}").replace("@book", "@collection")
    assert merge(by_hand, WRITTEN, BASE) == Merged(by_hand, by_hand=("@", "title"))


def test_a_field_taken_out_by_hand_stays_out_until_zotero_changes_it() -> None:
    by_hand = WRITTEN.replace("  publisher = {Meadow},\n", "")
    assert merge(by_hand, WRITTEN, BASE) == Merged(by_hand, by_hand=("publisher",))
    new = WRITTEN.replace("Meadow", "Field")
    assert merge(by_hand, new, BASE) == Merged(new)


def test_a_field_that_zotero_lost_goes_unless_somebody_edited_it() -> None:
    new = WRITTEN.replace("  publisher = {Meadow},\n", "")
    touched = WRITTEN.replace("\n}", ",\n  note = {mine}\n}")
    assert merge(touched, new, BASE).text == new.replace("\n}", ",\n  note = {mine}\n}")
    edited = WRITTEN.replace("Meadow", "Field")
    assert merge(edited, new, BASE) == Merged(edited, by_hand=("publisher",))


def test_where_both_changed_zotero_wins_and_it_is_said() -> None:
    by_hand = WRITTEN.replace("{Sheep}", "{Mutton}")
    new = WRITTEN.replace("{Sheep}", "{Lambs}")
    assert merge(by_hand, new, BASE) == Merged(new, lost=("title",))


def test_a_record_of_which_nothing_is_remembered_is_zoteros() -> None:
    by_hand = WRITTEN.replace("{Sheep}", "{Mutton}").replace("\n}", ",\n  note = {mine}\n}")
    assert merge(by_hand, WRITTEN, RecordBase("")) == Merged(
        WRITTEN.replace("\n}", ",\n  note = {mine}\n}"), ("note",), ("title",)
    )


NAMES = st.sampled_from(["title", "note", "year", "pages", "url"])
VALUES = st.sampled_from(["a", "b", "c d", "{C} d"])
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)


def _record(fields: dict[str, str]) -> str:
    inside = "".join(f",\n  {name} = {{{value}}}" for name, value in sorted(fields.items()))
    return f"@misc{{k{inside}\n}}"


@given(FIELDS, FIELDS, FIELDS)
def test_every_field_is_zoteros_or_was_changed_by_hand(
    written: dict[str, str], in_file: dict[str, str], in_zotero: dict[str, str]
) -> None:
    base = record_base(_record(written))
    merged = merge(_record(in_file), _record(in_zotero), base)
    values = scan(merged.text).values()
    for name in {*in_file, *in_zotero}:
        wanted = in_file.get(name) if name in merged.by_hand else in_zotero.get(name)
        assert values.get(name) == wanted
        if in_zotero.get(name) != written.get(name) and name in in_zotero:
            assert values[name] == in_zotero[name]
    again = merge(merged.text, _record(in_zotero), record_base(_record(in_zotero)))
    assert again == Merged(merged.text, merged.by_hand)
