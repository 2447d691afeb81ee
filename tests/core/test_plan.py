"""What a pull intends: from a base, a library and a list to a plan."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from zsync.core.base import Base
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
from zsync.core.fields import ListPolicy, NotesPolicy
from zsync.core.model import Checkbox, Collection, Entry, EntryDraft, Item, Link, Note, Tag
from zsync.core.places import ListState
from zsync.core.plan import LibraryState, NoteForms, Plan, adopt, check_limits, make_plan
from zsync.errors import UnsafePlan

HOME = Collection("HOME2222", "Reading list")
VISION = Collection("VSNN2222", "Vision", "HOME2222")
SPEECH = Collection("SPCH2222", "Speech", "HOME2222")
POLICY = ListPolicy(notes=NotesPolicy.ALL)
NOTES = NoteForms(render=lambda html: f"md {html}", comparable=str.strip)
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
    base: Base, library: LibraryState, reading_list: ListState, *, overwriting: bool = False
) -> Plan:
    return make_plan(base, library, reading_list, POLICY, NOTES, overwriting=overwriting)


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
        (Link("Paper", "https://arxiv.org/abs/2005.14165"),),
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
    assert change.lost is not None


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
    assert [standing.item for standing in plan.standing] == ["HEIR2222"]


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
    (edit,) = _plan(base, _library(BERT, GPT), _list(GPT_ENTRY), overwriting=True).edits[:1]
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
        replace(BERT_ENTRY, section=("List", "Elsewhere")),
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
    with pytest.raises(UnsafePlan, match="looks empty"):
        check_limits(_plan(base, _library(), entries), 0.2)
