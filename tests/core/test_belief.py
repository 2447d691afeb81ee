"""What is believed of a list's readings, apart from how any reader reads."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core import fields
from zsync.core.base import Base, EntryBase, FieldBase, Located
from zsync.core.belief import Belief, Doubt, believe
from zsync.core.changes import LinkedEntry, Waiting
from zsync.core.entry_fields import NoteForms, of_entry
from zsync.core.fields import WORDING, digest
from zsync.core.library_changes import Lookup, PushPolicy
from zsync.core.merge import Decision
from zsync.core.model import Checkbox, Collection, Entry, Item, Link
from zsync.core.places import ListState
from zsync.core.plan import LibraryState, Wishes, make_plan
from zsync.core.policy import ListPolicy
from zsync.core.push.plan import make_push_plan
from zsync.core.remember import adopt
from zsync.core.wording import Wording, shares_words

URL = "https://papers.example/kites"
CODE = "https://code.example/kites"
TITLE = "Flying Kites in Light Winds"
ITEM = Item("KTES2222", "document", fields={"title": TITLE, "url": URL})
WELL_READ = Entry(3, ("L",), Checkbox.UNCHECKED, None, TITLE, links=(Link("Paper", URL),))
LINE = Wording(f"{TITLE}. Paper", f"{TITLE}. Paper", (URL,))


def known(entry: Entry = WELL_READ, wording: Wording | None = LINE) -> EntryBase:
    """What the base knows of an entry that was in step, with its wording or from before there was any."""
    said = {"note": "", **of_entry(entry)}
    found = {name: FieldBase(digest(value or None), "zotero") for name, value in said.items()}
    if wording is not None:
        found[WORDING] = FieldBase(wording.digest, "")
    return EntryBase(found)


def belief_in(
    reads: Entry,
    wording: Wording,
    base: EntryBase,
    *,
    is_located: bool = True,
    trusted: Sequence[int] = (),
) -> Belief:
    pair = (ITEM.key, base)
    located = Located({0: pair}, ()) if is_located else Located({}, (pair,))
    state = ListState((reads,), wordings=(wording,))
    return believe(located, state, {ITEM.key: ITEM}.get, frozenset(trusted))


def misread(belief: Belief) -> bool:
    return 0 in belief.misread


# -- an entry that is found by its address ---------------------------------------------------------


@pytest.mark.parametrize("wording", [LINE, None], ids=["its letters are known", "an older lock"])
@pytest.mark.parametrize(
    "reads",
    ["Flying Kites in", "[Flying Kites", "Toys & Games", "KITE 2022", "in Light Winds. [Paper"],
)
def test_a_title_that_is_read_otherwise_while_the_old_one_stands_there_is_not_believed(
    reads: str, wording: Wording | None
) -> None:
    there = Wording(
        f"Toys & Games KITE 2022 {TITLE}. Paper", f"Toys & Games KITE 2022 {TITLE}. Paper", (URL,)
    )
    belief = belief_in(replace(WELL_READ, title=reads), there, known(wording=wording and there))
    assert misread(belief)
    assert TITLE in belief.misread[0]


@pytest.mark.parametrize(
    "reads", ["Flying Kites in Strong Winds", "Flying Kites", f"{TITLE} and Rain", "Turing (1950)"]
)
def test_a_title_that_somebody_typed_is_believed(reads: str) -> None:
    there = Wording(f"{reads}. Paper", f"{reads}. Paper", (URL,))
    assert not belief_in(replace(WELL_READ, title=reads), there, known()).doubts


def test_half_a_link_is_no_word_that_somebody_added() -> None:
    there = Wording(f"{TITLE}. Paper (new)", f"{TITLE}. Paper (new)", (URL,))
    assert misread(belief_in(replace(WELL_READ, title=f"{TITLE}. [Paper"), there, known()))


def test_a_title_that_was_cut_when_it_was_linked_is_mended_by_a_layout_that_reads_well() -> None:
    cut = replace(ITEM, fields={"title": "[Flying Kites in", "url": URL})
    base = known(replace(WELL_READ, title="[Flying Kites in"))
    state = ListState((WELL_READ,), wordings=(LINE,))
    assert not believe(Located({0: (cut.key, base)}, ()), state, {cut.key: cut}.get).doubts


def test_the_lists_own_wording_is_recognised_although_only_its_digest_is_kept() -> None:
    own = replace(WELL_READ, short="FK", title="Kites, Flown Lightly")
    text = "FK: Kites, Flown Lightly. CVPR2024 Paper. And a note"
    there = Wording(text, text, (URL,))
    belief = belief_in(replace(WELL_READ, title="FK: Kites"), there, known(own, None))
    assert "FK: Kites, Flown Lightly" in belief.misread[0]


def test_words_that_are_only_cut_otherwise_into_short_name_and_title_stay_editable() -> None:
    own = replace(WELL_READ, short="FK", title="Kites, Flown Lightly")
    text = "FK: Kites, Flown Lightly. Paper"
    there = Wording(text, text, (URL,))
    reads = replace(WELL_READ, title="FK: Kites, Flown Lightly")
    belief = belief_in(reads, there, known(own, None))
    assert not misread(belief)
    assert not belief.doubts[0].believes("title")
    assert belief.doubts[0].believes("url")


def test_where_no_letter_was_typed_the_tick_and_the_section_are_believed_all_the_same() -> None:
    belief = belief_in(replace(WELL_READ, title="Flying Kites"), LINE, known())
    assert misread(belief)
    assert {
        name
        for name in ("read", "section", "title", "url", "note")
        if belief.doubts[0].believes(name)
    } == {
        "read",
        "section",
    }


def test_an_address_that_stands_there_and_is_not_read_shows_a_line_that_was_cut() -> None:
    coded = replace(WELL_READ, links=(*WELL_READ.links, Link("Code", CODE)))
    there = Wording(LINE.head, LINE.head, (URL, CODE))
    for base in (known(coded, there), known(coded, None)):
        assert misread(belief_in(replace(coded, links=(Link("Code", CODE),)), there, base))
    new = replace(coded, links=(Link("Paper", "https://papers.example/new"),))
    moved = Wording(LINE.head, f"{LINE.head} formerly at", ("https://papers.example/new", URL))
    assert not belief_in(new, moved, known(coded, there)).doubts


def test_a_note_that_nobody_typed_is_a_part_of_the_entry_cut_off() -> None:
    assert misread(belief_in(replace(WELL_READ, note="in Light Winds"), LINE, known()))
    noted = Wording(LINE.head, f"{LINE.head} Read at sea.", (URL,))
    assert not belief_in(replace(WELL_READ, note="Read at sea."), noted, known()).doubts


def test_what_a_person_vouched_for_is_believed() -> None:
    reads = replace(WELL_READ, title="Flying Kites")
    assert not belief_in(reads, LINE, known(), trusted=[0]).doubts


# -- an entry that is found by nothing that is read in it ------------------------------------------


@pytest.mark.parametrize("wording", [LINE, None], ids=["its letters are known", "an older lock"])
def test_an_entry_of_which_neither_title_nor_address_is_read_is_found_by_its_words(
    wording: Wording | None,
) -> None:
    reads = replace(WELL_READ, title="[Flying Kites in", links=())
    belief = belief_in(reads, LINE, known(wording=wording), is_located=False)
    assert belief.located.entries[0][0] == ITEM.key
    assert not belief.located.missing
    assert misread(belief)


def test_a_line_that_mentions_a_paper_that_was_taken_out_is_a_line_of_its_own() -> None:
    reads = replace(
        WELL_READ, title="Sailing Boats", links=(Link("Paper", "https://papers.example/boats"),)
    )
    whole = f"Sailing Boats. Paper. See also {TITLE}."
    there = Wording("Sailing Boats. Paper", whole, ("https://papers.example/boats", URL))
    belief = belief_in(reads, there, known(), is_located=False)
    assert not belief.located.entries
    assert belief.located.missing


def test_an_entry_that_swallowed_another_as_its_note_keeps_its_own_note() -> None:
    boats = Entry(3, ("L",), Checkbox.UNCHECKED, None, "Sailing Boats", note=f"[{TITLE}]({URL})")
    there = Wording("Sailing Boats", f"Sailing Boats {TITLE}", (URL,))
    base = known(replace(boats, note=None), None)
    located = Located({0: ("BTSS2222", base)}, ((ITEM.key, known()),))
    belief = believe(located, ListState((boats,), wordings=(there,)), {ITEM.key: ITEM}.get)
    assert TITLE in belief.misread[0]
    assert belief.doubts[0].believes("title")
    assert not belief.doubts[0].believes("note")


# -- what is held ----------------------------------------------------------------------------------


def test_what_is_not_believed_keeps_its_base_and_does_not_wait() -> None:
    says = fields.listen(ITEM, ListPolicy())
    decided = {"title": Decision.WAIT, "url": Decision.TAKE, "read": Decision.WAIT}
    linked_entry = LinkedEntry(ITEM.key, "HOME", says, 0, known(), decided)
    waiting = [Waiting(ITEM.key, TITLE, "title"), Waiting(ITEM.key, TITLE, "read")]
    layout = Belief(Located({}, ()), {0: Doubt(frozenset({"read"}))})
    held, left = layout.hold(linked_entry, waiting)
    assert held.decisions == {**decided, "title": Decision.IN_STEP}
    assert [each.field for each in left] == ["read"]
    astray = Belief(Located({}, ()), {0: Doubt(frozenset({"read"}), "it went astray")})
    held, _ = astray.hold(linked_entry, waiting)
    assert held.decisions == {
        "title": Decision.IN_STEP,
        "url": Decision.IN_STEP,
        "read": Decision.WAIT,
    }


# -- a title with nothing in common ----------------------------------------------------------------


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_title_without_common_words_is_a_question_unless_a_person_takes_it(
    *, is_taken: bool
) -> None:
    home = Collection("HOME2222", "Reading list")
    item = replace(ITEM, collections=frozenset({home.key}))
    library = LibraryState(home.key, (home,), (item,))
    list_policy, forms = ListPolicy(), NoteForms(str, str, bool)
    before = ListState((WELL_READ,), wordings=(LINE,))
    linked = make_plan(Base(), library, before, list_policy, forms)
    base = adopt(linked, Base(), home.key, before.entries, before.wordings)
    other = Wording("Turing (1950). Paper", "Turing (1950). Paper", (URL,))
    now = ListState((replace(WELL_READ, title="Turing (1950)"),), wordings=(other,))
    push = PushPolicy(take=frozenset({0}) if is_taken else frozenset())
    plan = make_plan(base, library, now, list_policy, forms, Wishes(trusted=push.take))
    pushed = make_push_plan(
        plan, base, library, now, list_policy, forms, Lookup(), push, lambda: "NEWW2222"
    )
    assert [each.fields["title"].after for each in pushed.retitles] == (
        ["Turing (1950)"] if is_taken else []
    )
    assert [held.needs_person for held in pushed.held] == ([] if is_taken else [True])


# -- titles that may be one another fixed ---------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trasnformers", "Transformers"),
        ("Kites", "Kites in Light Winds"),
        ("Flying Kites in Light Winds", "Flying a Kite in Light Winds"),
        ("Pretraining for Kites", "Pre-training for Kites"),
        ("轻风中放风筝", "轻风中放风筝的研究"),
        ("Über Drachen", "Uber Drachen"),
        ("C4.5", "C4.5: Programs"),
    ],
)
def test_a_mended_title_shares_words_or_letters(one: str, other: str) -> None:
    assert shares_words(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alpha Networks for Vision", "Turing (1950)"),
        ("Training Verifiers to Solve Math Word Problems", "GSM8K"),
        ("A Survey of Kites", "A History for Boats"),
        ("Kites Above Quiet Harbours", "Folding Paper Lanterns Above Walls"),
        ("轻风中放风筝", "大海与船"),
        ("KITE", "BOAT"),
    ],
)
def test_a_title_of_another_paper_does_not(one: str, other: str) -> None:
    assert not shares_words(one, other)


@given(st.text(min_size=1), st.text(min_size=1))
def test_sharing_words_is_mutual_and_every_title_shares_its_own(one: str, other: str) -> None:
    assert shares_words(one, one) or not one.strip()
    longer = f"{one} {other}"
    assert shares_words(one, longer) == shares_words(longer, one)
