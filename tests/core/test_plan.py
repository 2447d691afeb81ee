"""What a pull intends: from a base, a library and a list to a plan."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from zsync.core.base import Base, EntryBase
from zsync.core.edits import (
    AddEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveSection,
    SetLink,
    SetNote,
    SetRead,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.core.entry_fields import NoteForms
from zsync.core.model import Checkbox, Collection, Entry, EntryDraft, Item, Link, Note, Tag
from zsync.core.places import ListState
from zsync.core.plan import LibraryState, Plan, Wishes, check_limits, make_plan
from zsync.core.policy import ListPolicy, NotesPolicy
from zsync.core.remember import adopt
from zsync.core.selection import EVERYTHING, NOTHING, Selection
from zsync.errors import UnsafePlan

HOME = Collection("HOME2222", "Reading list")
VISION = Collection("VSNN2222", "Vision", "HOME2222")
SPEECH = Collection("SPCH2222", "Speech", "HOME2222")
POLICY = ListPolicy(notes=NotesPolicy.ALL)
NOTES = NoteForms(render=lambda html: f"md {html}", comparable=str.strip, is_protected=str.isdigit)
BERT = Item(
    "BERT2222",
    "conferencePaper",
    fields={
        "title": "BERT: Pre-training of Deep Bidirectional Transformers",
        "shortTitle": "BERT",
        "url": "https://arxiv.org/abs/1810.04805",
        "conferenceName": "NAACL",
        "date": "2019",
    },
    collections=frozenset({"HOME2222"}),
)
GPT = Item(
    "GPTT2222",
    "preprint",
    fields={
        "title": "Language Models are Few-Shot Learners",
        "url": "https://arxiv.org/abs/2005.14165",
        "date": "2020",
    },
    collections=frozenset({"HOME2222"}),
)
BERT_ENTRY = Entry(
    3,
    ("List",),
    Checkbox.UNCHECKED,
    "BERT",
    "Pre-training of Deep Bidirectional Transformers",
    "NAACL",
    2019,
    links=(Link("Paper", "https://arxiv.org/abs/1810.04805"),),
)
GPT_ENTRY = Entry(
    4,
    ("List",),
    Checkbox.UNCHECKED,
    None,
    "Language Models are Few-Shot Learners",
    links=(Link("Paper", "https://arxiv.org/abs/2005.14165"),),
)


def _library(
    *items: Item, collections: Sequence[Collection] = (HOME, VISION, SPEECH)
) -> LibraryState:
    return LibraryState(HOME.key, tuple(collections), items)


def _list(*entries: Entry, sections: Sequence[tuple[str, ...]] = ()) -> ListState:
    known = dict.fromkeys([("List",), *sections, *(entry.section for entry in entries)])
    return ListState(entries, tuple(known), ("List",))


def _plan(
    base: Base, library: LibraryState, reading_list: ListState, *, overwriting: Selection = NOTHING
) -> Plan:
    return make_plan(base, library, reading_list, POLICY, NOTES, Wishes(overwriting=overwriting))


def _linked(library: LibraryState, reading_list: ListState) -> Base:
    """The base after `link`."""
    plan = _plan(Base(), library, reading_list)
    return adopt(plan, Base(), HOME.key, reading_list.entries)


def _edits_after(change: Item, *others: Item) -> tuple[Edit, ...]:
    """Link BERT and GPT in step, then let Zotero say something else."""
    before, entries = _library(BERT, GPT), _list(BERT_ENTRY, GPT_ENTRY)
    return _plan(_linked(before, entries), _library(change, *others, GPT), entries).edits


def test_in_step_means_no_edit() -> None:
    assert _edits_after(BERT) == ()


@pytest.mark.parametrize(
    ("change", "edit"),
    [
        ({"tags": (Tag("read"),)}, SetRead(0, True)),
        ({"tags": (Tag("/Done", automatic=True),)}, SetRead(0, True)),
        ({"fields": {**BERT.fields, "extra": "Read_Status: Read"}}, SetRead(0, True)),
        (
            {"fields": {**BERT.fields, "title": "BERT: Pre-training"}},
            SetTitle(0, "BERT", "Pre-training"),
        ),
        (
            {"fields": {**BERT.fields, "shortTitle": ""}},
            SetTitle(0, None, "BERT: Pre-training of Deep Bidirectional Transformers"),
        ),
        ({"fields": {**BERT.fields, "date": "2020"}}, SetVenue(0, "NAACL", 2020)),
        (
            {"fields": {**BERT.fields, "url": "https://aclanthology.org/N19-1423"}},
            SetUrl(0, "https://aclanthology.org/N19-1423"),
        ),
        (
            {"links": (Link("Code", "https://github.com/google-research/bert"),)},
            SetLink(0, "Code", "https://github.com/google-research/bert"),
        ),
        ({"notes": (Note("N", "<p>One</p>"),)}, SetNote(0, "md <p>One</p>")),
    ],
)
def test_one_change_in_zotero_is_one_edit(change: dict[str, object], edit: Edit) -> None:
    assert _edits_after(replace(BERT, **change)) == (edit,)  # type: ignore[arg-type]


def test_a_link_that_stands_there_under_another_label_is_not_added() -> None:
    entry = replace(
        BERT_ENTRY, links=(*BERT_ENTRY.links, Link("代码", "https://github.com/x/bert/"))
    )
    base = _linked(_library(BERT), _list(entry))
    item = replace(BERT, links=(Link("Code", "http://github.com/x/bert"),))
    assert _plan(base, _library(item), _list(entry)).edits == ()


def test_private_notes_and_an_open_policy_write_nothing() -> None:
    item = replace(BERT, notes=(Note("N", "<p>secret</p>", ("Private",)), Note("M", "<p>fine</p>")))
    base = _linked(_library(BERT), _list(BERT_ENTRY))
    assert _plan(base, _library(item), _list(BERT_ENTRY)).edits == (SetNote(0, "md <p>fine</p>"),)
    undecided = make_plan(base, _library(item), _list(BERT_ENTRY), ListPolicy(), NOTES)
    assert undecided.edits == ()
    assert undecided.notes_held == 1


def test_a_new_item_is_added_once_per_place() -> None:
    item = replace(GPT, collections=frozenset({"VSNN2222", "SPCH2222"}))
    plan = _plan(Base(), _library(item), _list(sections=[("List", "Speech")]))
    draft = EntryDraft(
        False,
        None,
        "Language Models are Few-Shot Learners",
        "arXiv",
        2020,
        "https://arxiv.org/abs/2005.14165",
    )
    assert plan.edits == (
        AddEntry(draft, ("List", "Vision")),
        AddEntry(draft, ("List", "Speech")),
    )


def test_an_item_in_a_collection_and_the_one_above_stands_once_below() -> None:
    item = replace(GPT, collections=frozenset({"HOME2222", "SPCH2222"}))
    (edit,) = _plan(Base(), _library(item), _list()).edits
    assert isinstance(edit, AddEntry)
    assert edit.section == ("List", "Speech")


def test_a_moved_item_moves_its_entry() -> None:
    moved = replace(BERT, collections=frozenset({"VSNN2222"}))
    assert _edits_after(moved) == (MoveEntry(0, ("List", "Vision")),)


def test_a_section_is_known_by_its_entries_whatever_its_heading_says() -> None:
    entry = replace(BERT_ENTRY, section=("List", "Seeing, CVPR 2025"))
    item = replace(BERT, collections=frozenset({"VSNN2222"}))
    base = _linked(_library(item), _list(entry))
    new = replace(GPT, collections=frozenset({"VSNN2222"}))
    (edit,) = _plan(base, _library(item, new), _list(entry)).edits
    assert isinstance(edit, AddEntry)
    assert edit.section == ("List", "Seeing, CVPR 2025")


def test_an_item_that_left_leaves_the_list() -> None:
    entries = _list(BERT_ENTRY, GPT_ENTRY)
    base = _linked(_library(BERT, GPT), entries)
    library = replace(_library(GPT), gone={"BERT2222": "in Zotero's trash"})
    (change,) = _plan(base, library, entries).changes
    assert change.edit == RemoveEntry(0)
    assert change.after == "in Zotero's trash"


def test_the_last_entry_of_a_deleted_collection_takes_its_heading_along() -> None:
    entry = replace(BERT_ENTRY, section=("List", "Vision"))
    item = replace(BERT, collections=frozenset({"VSNN2222"}))
    base = _linked(_library(item), _list(entry))
    back_home = replace(item, collections=frozenset({"HOME2222"}))
    plan = _plan(base, _library(back_home, collections=[HOME]), _list(entry, GPT_ENTRY))
    assert RemoveSection(("List", "Vision")) in plan.edits


def test_merged_items_follow_the_heir() -> None:
    entries = _list(BERT_ENTRY)
    base = _linked(_library(BERT), entries)
    heir = replace(BERT, key="HEIR2222", replaces=("BERT2222",), tags=(Tag("read"),))
    plan = _plan(base, _library(heir), entries)
    assert plan.edits == (SetRead(0, True),)
    assert [linked_entry.item for linked_entry in plan.linked_entries] == ["HEIR2222"]


def test_merged_items_that_both_stood_there_keep_one_entry() -> None:
    twin = replace(BERT, key="TWIN2222", fields={**BERT.fields, "title": "BERT revisited"})
    twin_entry = replace(BERT_ENTRY, line=5, short=None, title="BERT revisited", links=())
    entries = _list(BERT_ENTRY, twin_entry)
    library = _library(BERT, replace(twin, fields={"title": "BERT revisited", "date": "2019"}))
    base = _linked(library, entries)
    assert len(base.items) == 2
    plan = _plan(base, _library(replace(BERT, replaces=("TWIN2222",))), entries)
    assert plan.edits == (RemoveEntry(1),)


def test_a_paper_listed_twice_is_one_item_and_stays_twice() -> None:
    again = replace(BERT_ENTRY, line=9, section=("List", "Again"))
    entries = _list(BERT_ENTRY, again)
    base = _linked(_library(BERT), entries)
    assert len(base.items["BERT2222"].entries) == 2
    read = replace(BERT, tags=(Tag("read"),))
    assert _plan(base, _library(read), entries).edits == (SetRead(0, True), SetRead(1, True))


def test_an_entry_that_its_author_removed_stays_removed() -> None:
    base = _linked(_library(BERT, GPT), _list(BERT_ENTRY, GPT_ENTRY))
    plan = _plan(base, _library(BERT, GPT), _list(GPT_ENTRY))
    assert plan.edits == ()
    assert [each.field for each in plan.waiting] == ["removal"]
    (edit,) = _plan(base, _library(BERT, GPT), _list(GPT_ENTRY), overwriting=EVERYTHING).edits[:1]
    assert isinstance(edit, AddEntry)


def test_what_the_list_knows_waits_and_a_contradiction_is_zoteros() -> None:
    base = _linked(_library(BERT), _list(BERT_ENTRY))
    ticked = replace(BERT_ENTRY, checkbox=Checkbox.CHECKED, title="My title")
    plan = _plan(base, _library(BERT), _list(ticked))
    assert plan.edits == ()
    assert {each.field for each in plan.waiting} == {"read", "title"}
    retitled = replace(BERT, fields={**BERT.fields, "title": "BERT: Zotero's title"})
    (change,) = _plan(base, _library(retitled), _list(ticked)).changes
    assert change.edit == SetTitle(0, "BERT", "Zotero's title")
    assert change.conflict
    assert change.lost == "BERT: My title"


def test_an_entry_is_found_again_after_any_one_edit() -> None:
    base = _linked(_library(BERT), _list(BERT_ENTRY))
    read = replace(BERT, tags=(Tag("read"),))
    for edited in (
        replace(BERT_ENTRY, title="Something else"),
        replace(BERT_ENTRY, links=()),
        replace(BERT_ENTRY, section=("List", "RestOfLibrary")),
    ):
        plan = _plan(base, _library(read), _list(GPT_ENTRY, edited))
        assert SetRead(1, True) in plan.edits


def test_an_uncertain_item_is_asked_about_not_added() -> None:
    wrong = replace(GPT_ENTRY, title="An Entirely Different Paper About Sheep")
    plan = _plan(Base(), _library(GPT), _list(wrong))
    assert plan.edits == ()
    assert len(plan.questions) == 1


def test_mass_removal_is_refused() -> None:
    items = [
        replace(GPT, key=f"AAAA222{n}", fields={"title": f"Paper number {n}"}) for n in range(9)
    ]
    entries = _list(
        *(
            Entry(n + 1, ("List",), Checkbox.NONE, None, f"Paper number {n}", links=(Link("P", f"https://e.org/{n}"),))
            for n in range(9)
        )
    )  # fmt: skip
    base = _linked(_library(*items), entries)
    assert len(base.items) == 9
    few = _plan(base, _library(*items[5:]), entries)
    assert check_limits(few, 0.2).removals == 5
    many = _plan(base, _library(*items[6:]), entries)
    with pytest.raises(UnsafePlan, match="6 of 9"):
        check_limits(many, 0.2)
    assert check_limits(many, 1.0).removals == 6
    with pytest.raises(UnsafePlan, match="1 of 9"):
        check_limits(_plan(base, _library(*items[1:]), entries), 0)
    with pytest.raises(UnsafePlan, match="looks empty"):
        check_limits(_plan(base, _library(), entries), 0.2)


# -- what a sceptic found ---------------------------------------------------------------------------


def test_the_authors_own_words_stay_until_somebody_chose_and_are_kept_when_zoteros_take_their_place() -> (
    None
):
    """Adopted at the first sync, then changed in Zotero: nothing of it may be lost."""
    entry = replace(
        BERT_ENTRY, title="Pretraining of Deep Bidirectional Transformer", note="My own note."
    )
    item = replace(BERT, notes=(Note("N", "<p>Zotero's</p>"),))
    base = _linked(_library(item), _list(entry))
    later = replace(
        item, fields={**item.fields, "title": "BERT: New"}, notes=(Note("N", "<p>Newer</p>"),)
    )
    open_plan = _plan(base, _library(later), _list(entry))
    assert not open_plan.changes
    assert {each.field for each in open_plan.waiting} == {"title", "note"}
    chosen = _with_chosen_words(base)
    lost = {
        change.field: change.lost for change in _plan(chosen, _library(later), _list(entry)).changes
    }
    assert lost == {
        "title": "BERT: Pretraining of Deep Bidirectional Transformer",
        "note": "My own note.",
    }


def _with_chosen_words(base: Base) -> Base:
    """Return the base once a person has said that both sides are right as they stand."""
    items = {}
    for key, item in base.items.items():
        entries = tuple(
            EntryBase(
                {name: replace(each, settled=each.own) for name, each in entry.fields.items()}
            )
            for entry in item.entries
        )
        items[key] = replace(item, entries=entries)
    return replace(base, items=items)


def test_words_that_agree_are_not_kept() -> None:
    (change,) = _plan(
        _linked(_library(BERT), _list(BERT_ENTRY)),
        _library(replace(BERT, fields={**BERT.fields, "title": "BERT: New"})),
        _list(BERT_ENTRY),
    ).changes
    assert change.lost is None


def test_the_label_of_a_link_may_differ_in_case() -> None:
    entry = replace(BERT_ENTRY, links=(*BERT_ENTRY.links, Link("code", "https://example.org/mine")))
    base = _linked(_library(BERT), _list(entry))
    item = replace(BERT, links=(Link("Code", "https://example.org/zotero"),))
    (change,) = _plan(base, _library(item), _list(entry)).changes
    assert change.edit == SetLink(0, "Code", "https://example.org/zotero", 1)
    assert change.lost == "https://example.org/mine"


def test_two_links_with_one_label_are_two() -> None:
    code = (Link("Code", "https://example.org/a"), Link("Code", "https://example.org/b"))
    entry, item = replace(BERT_ENTRY, links=(*BERT_ENTRY.links, *code)), replace(BERT, links=code)
    base = _linked(_library(item), _list(entry))
    edited = replace(item, links=(code[0], Link("Code", "https://example.org/new")))
    assert _plan(base, _library(edited), _list(entry)).edits == (
        SetLink(0, "Code", "https://example.org/new", 2),
    )
    first_gone = replace(item, links=code[1:])
    assert set(_plan(base, _library(first_gone), _list(entry)).edits) == {
        SetLink(0, "Code", "https://example.org/b", 1),
        SetLink(0, "", None, 2),
    }


def test_a_code_link_is_not_taken_for_the_papers_own() -> None:
    code = Link("Code", "https://example.org/code")
    item = replace(BERT, links=(code,))
    entry = replace(BERT_ENTRY, links=(code,))
    base = _linked(_library(item), _list(entry))
    assert _plan(base, _library(item), _list(entry)).edits == ()
    moved = replace(item, fields={**item.fields, "url": "https://example.org/new"})
    assert _plan(base, _library(moved), _list(entry)).edits == (
        SetUrl(0, "https://example.org/new", None),
    )


def test_an_item_without_an_address_goes_by_its_doi() -> None:
    item = replace(GPT, fields={"title": "With a DOI", "DOI": "10.1038/nature14539"})
    (edit,) = _plan(Base(), _library(item), _list()).edits
    assert isinstance(edit, AddEntry)
    assert edit.draft.url == "https://doi.org/10.1038/nature14539"


def test_a_move_in_zotero_moves_what_is_left_of_a_doubled_entry() -> None:
    again = replace(BERT_ENTRY, line=9)
    base = _linked(_library(BERT), _list(BERT_ENTRY, again))
    moved = replace(BERT, collections=frozenset({"VSNN2222"}))
    assert _plan(base, _library(moved), _list(BERT_ENTRY)).edits == (
        MoveEntry(0, ("List", "Vision")),
    )


def test_twins_keep_their_own_notes() -> None:
    one, other = replace(BERT, key="ZZZZ2222"), replace(BERT, key="AAAA2222")
    items = (
        replace(one, date_added="2026-01-01", notes=(Note("N", "<p>first</p>"),)),
        replace(other, date_added="2026-01-02", notes=(Note("M", "<p>second</p>"),)),
    )
    entries = _list(
        replace(BERT_ENTRY, note="md <p>first</p>"),
        replace(BERT_ENTRY, line=9, note="md <p>second</p>"),
    )
    base = Base(HOME.key, {})
    for index, item in enumerate(items):
        each = _linked(_library(item), _list(entries.entries[index]))
        base = replace(base, items={**base.items, **each.items})
    assert _plan(base, _library(*items), entries).edits == ()
    assert not _plan(base, _library(*items), entries).waiting


def test_a_short_name_of_the_lists_own_stays() -> None:
    plain = replace(BERT, fields={**BERT.fields, "shortTitle": ""})
    base = _linked(_library(plain), _list(BERT_ENTRY))
    retitled = replace(plain, fields={**plain.fields, "title": "BERT: Bidirectional"})
    assert _plan(base, _library(retitled), _list(BERT_ENTRY)).edits == (
        SetTitle(0, "BERT", "Bidirectional"),
    )


def test_a_venue_that_zotero_no_longer_names_is_the_lists_own() -> None:
    base = _linked(_library(BERT), _list(BERT_ENTRY))
    fields = {
        name: value for name, value in BERT.fields.items() if name not in ("date", "conferenceName")
    }
    fields["url"] = "https://example.org/x"
    plan = _plan(base, _library(replace(BERT, fields=fields)), _list(BERT_ENTRY))
    assert [each.field for each in plan.own] == ["venue"]
    assert plan.waiting == ()


def test_an_entry_that_its_author_moved_teaches_nothing() -> None:
    in_vision = replace(BERT_ENTRY, section=("List", "Vision"))
    item = replace(BERT, collections=frozenset({"VSNN2222"}))
    sections = [("List", "Vision"), ("List", "Speech")]
    base = _linked(_library(item), _list(in_vision, sections=sections))
    moved = replace(BERT_ENTRY, section=("List", "Speech"))
    new = replace(GPT, collections=frozenset({"VSNN2222"}))
    plan = _plan(base, _library(item, new), _list(moved, sections=sections))
    (edit,) = plan.edits
    assert isinstance(edit, AddEntry)
    assert edit.section == ("List", "Vision")
    assert [each.field for each in plan.waiting] == ["section"]


def test_a_first_pull_learns_sections_from_the_entries_it_pairs() -> None:
    entry = replace(BERT_ENTRY, section=("List", "Seeing things"))
    item = replace(BERT, collections=frozenset({"VSNN2222"}))
    new = replace(GPT, collections=frozenset({"VSNN2222"}))
    (edit,) = _plan(Base(), _library(item, new), _list(entry)).edits
    assert isinstance(edit, AddEntry)
    assert edit.section == ("List", "Seeing things")


def test_a_note_saved_anew_without_a_change_is_no_change() -> None:
    item = replace(BERT, notes=(Note("N", "<p>One</p><p>Two</p>"),))
    entry = replace(BERT_ENTRY, note="md <p>One</p><p>Two</p>")
    base = _linked(_library(item), _list(entry))
    wrapped = '<div data-schema-version="9"><p>One</p>\n<p>Two</p>\n</div>'
    again = replace(item, notes=(Note("N", wrapped),))
    edited = replace(entry, note="My edit.")
    plan = _plan(base, _library(again), _list(edited))
    assert plan.edits == ()
    assert [each.field for each in plan.waiting] == ["note"]


def test_a_list_of_an_unknown_shape_gets_no_new_entry() -> None:
    unread = replace(_list(), is_read_only=True)
    plan = _plan(Base(), _library(BERT), unread)
    assert plan.edits == ()
    assert plan.held_back == 1


def test_an_entry_that_is_read_with_doubt_is_matched_and_never_edited() -> None:
    entries = replace(_list(BERT_ENTRY, GPT_ENTRY), doubtful=frozenset({0}))
    base = _linked(_library(BERT, GPT), entries)
    renamed = replace(BERT, fields={**BERT.fields, "title": "BERT: Pre-training"})
    plan = _plan(base, _library(renamed, GPT), entries)
    assert (plan.edits, plan.waiting) == ((), ())
    assert {linked_entry.item: linked_entry.entry for linked_entry in plan.linked_entries} == {
        BERT.key: 0,
        GPT.key: 1,
    }


def test_an_entry_that_is_read_with_doubt_stays_when_its_item_is_gone() -> None:
    entries = replace(_list(BERT_ENTRY, GPT_ENTRY), doubtful=frozenset({0}))
    base = _linked(_library(BERT, GPT), entries)
    assert _plan(base, _library(GPT), entries).edits == ()


def test_nothing_is_added_where_every_entry_is_read_with_doubt() -> None:
    entries = replace(_list(BERT_ENTRY), doubtful=frozenset({0}))
    plan = _plan(Base(), _library(BERT, GPT), entries)
    assert plan.edits == ()
    assert dict(plan.closed) == {BERT_ENTRY.section: 1}


@pytest.mark.parametrize("added", ["2020-01-01T00:00:00Z", "2024-01-01T00:00:00Z"])
def test_what_is_added_to_a_section_does_not_wait_for_the_line_that_moves_there(added: str) -> None:
    in_vision = frozenset({VISION.key})
    doubted = replace(BERT, collections=in_vision)
    entries = replace(
        _list(replace(BERT_ENTRY, section=("List", "Vision")), GPT_ENTRY), doubtful=frozenset({0})
    )
    base = _linked(_library(doubted, GPT), entries)
    moved = replace(GPT, collections=in_vision, date_added="2022-01-01T00:00:00Z")
    new = Item(
        "NEWW2222",
        "preprint",
        fields={"title": "Deep Residual Learning", "url": "https://arxiv.org/abs/1512.03385"},
        collections=in_vision,
        date_added=added,
    )
    plan = _plan(base, _library(doubted, moved, new), entries)
    assert MoveEntry(1, ("List", "Vision")) in plan.edits
    assert [change.item for change in plan.changes if isinstance(change.edit, AddEntry)] == [
        new.key
    ]
    assert not plan.closed


def test_collections_may_lie_deeper_than_a_program_may_call_itself() -> None:
    depth = 1100
    chain = [
        HOME,
        *(
            Collection(f"C{at:07}", f"C{at}", HOME.key if not at else f"C{at - 1:07}")
            for at in range(depth)
        ),
    ]
    item = replace(BERT, collections=frozenset({chain[-1].key}))
    plan = _plan(Base(), _library(item, collections=chain), _list())
    assert any(isinstance(edit, AddEntry) for edit in plan.edits)
