"""Ratings and states in a list: where they stand, and that writing one touches nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.edits import AddEntry, Edit, SetNote, SetRating, SetRead, SetState
from zsync.core.known import KnownTitles
from zsync.core.model import Checkbox, Entry, EntryDraft
from zsync.core.states import IN_PROGRESS, NEW, NOT_READING, SKIMMED, STATES
from zsync.formats.reading_list import ReadingList, edit, parse

MARKS = (("/", IN_PROGRESS), ("~", SKIMMED), ("⏳", NEW))
KNOWN = KnownTitles(marks=MARKS)
LINK = "[Paper](https://arxiv.org/abs/1801.0000{})"
WORDS = ("Done", "Todo", "In Progress", "skimmed", "New", "Dropped", "", "⬜", "To read")
RATINGS = ("", "-", "⭐", "★★★☆☆", "5", "4/5", ":star:", "⭐️⭐️")
BOXES = (" ", "x", "/", "~", "⏳")
TITLES = ("Sea Grass Holds the Shore", "Dunes That Walk", "Salt, Slow and *Bright*")


def _table(words: list[str], ratings: list[str]) -> str:
    rows = zip(TITLES, words, ratings, strict=True)
    text = "# Coasts\n\nWhat I read.\n\n| Paper | Status | Rating | Links |\n|---|---|---|---|\n"
    for number, (title, word, rating) in enumerate(rows, 1):
        text += f"| **{title}** | {word} | {rating} | {LINK.format(number)} |\n"
    return f"{text}\nThe end.\n"


def _items(marks: list[str]) -> str:
    heads = zip(("- ", "* ", "1. "), TITLES, marks, strict=True)
    text = "# Coasts\n\n"
    for number, (bullet, title, mark) in enumerate(heads, 1):
        text += (
            f"{bullet}[{mark}] **Short**: {title}. CVPR2020 {LINK.format(number)}\n\n  A note.\n\n"
        )
    return f"{text}The end.\n"


def _said(entry: Entry) -> tuple[Checkbox, str, int | None]:
    return entry.checkbox, entry.state, entry.rating


LISTS = st.one_of(
    st.builds(
        _table,
        st.lists(st.sampled_from(WORDS), min_size=3, max_size=3),
        st.lists(st.sampled_from(RATINGS), min_size=3, max_size=3),
    ),
    st.builds(_items, st.lists(st.sampled_from(BOXES), min_size=3, max_size=3)),
)
EDITS: st.SearchStrategy[SetRating | SetState | SetRead] = st.one_of(
    st.builds(SetRating, st.integers(0, 2), st.none() | st.integers(1, 5)),
    st.builds(SetState, st.integers(0, 2), st.sampled_from(("", *STATES))),
    st.builds(SetRead, st.integers(0, 2), st.booleans()),
)


@given(LISTS, EDITS)
def test_what_is_written_is_read_back_and_nothing_else_is_touched(
    text: str, each: SetRating | SetState | SetRead
) -> None:
    before = parse(text, KNOWN)
    after = edit(before, [each]).reading_list
    index = each.entry
    for number, (old, new) in enumerate(zip(before.entries, after.entries, strict=True)):
        assert new == (_wanted(old, each) if number == index else old)
    untouched = [number for number in range(3) if number != index]
    assert [after.raw(number) for number in untouched] == [before.raw(n) for n in untouched]
    assert edit(after, [each]).reading_list.text == after.text
    if after.entries == before.entries:
        assert after.text == text


def _wanted(entry: Entry, each: Edit) -> Entry:
    """Return what an entry says after an edit: what it has no place for it does not say."""
    match each:
        case SetRating(_, rating) if entry.rating is not None:
            return replace(entry, rating=rating or 0)
        case SetState(_, state) if entry.checkbox is not Checkbox.CHECKED:
            if entry.states and state in ("", *entry.states):
                return replace(entry, state=state, checkbox=Checkbox.UNCHECKED)
        case SetRead(_, True) if entry.checkbox is not Checkbox.NONE:
            return replace(entry, checkbox=Checkbox.CHECKED, state="")
        case SetRead(_, False) if entry.checkbox is Checkbox.CHECKED:
            return replace(entry, checkbox=Checkbox.UNCHECKED)
    return entry


@given(LISTS, st.sampled_from(STATES), st.integers(1, 5))
def test_a_new_entry_says_what_it_has_a_place_for(text: str, state: str, rating: int) -> None:
    url = "https://arxiv.org/abs/1801.00009"
    draft = EntryDraft(False, None, "Tides", url=url, state=state, rating=rating)
    before = parse(text, KNOWN)
    result = edit(before, [AddEntry(draft, ("Coasts",))])
    (added,) = result.added
    assert added is not None
    new = result.reading_list.entries[added]
    assert new.rating in (None, rating)
    assert new.state == (state if state in new.states else "")
    others = [each for index, each in enumerate(result.reading_list.entries) if index != added]
    assert [_said(each) for each in others] == [_said(each) for each in before.entries]


# -- marks -------------------------------------------------------------------------------------------


def _only(text: str, known: KnownTitles = KNOWN) -> Entry:
    (entry,) = parse(text, known).entries
    return entry


@pytest.mark.parametrize(("mark", "state"), MARKS)
def test_a_mark_that_is_known_says_a_state_of_an_unread_paper(mark: str, state: str) -> None:
    entry = _only(f"- [{mark}] Dunes That Walk\n")
    assert (entry.checkbox, entry.title) == (Checkbox.UNCHECKED, "Dunes That Walk")
    assert (entry.state, entry.states) == (state, (IN_PROGRESS, SKIMMED, NEW))


def test_a_mark_that_is_not_known_says_nothing() -> None:
    for text, known in (("[/]", KnownTitles()), ("[>]", KNOWN)):
        entry = _only(f"- {text} Dunes That Walk\n", known)
        assert (entry.checkbox, entry.state, entry.states) == (Checkbox.UNKNOWN, "", ())
        reading = parse(f"- {text} Dunes That Walk\n", known)
        edits: list[Edit] = [SetState(0, SKIMMED), SetRead(0, True)]
        assert edit(reading, edits).reading_list.text == reading.text


def test_an_entry_without_a_box_gets_no_mark() -> None:
    text = f"- Dunes That Walk {LINK.format(1)}\n- [ ] Tides {LINK.format(2)}\n"
    reading = parse(text, KNOWN)
    assert [entry.states for entry in reading.entries] == [(), (IN_PROGRESS, SKIMMED, NEW)]
    assert edit(reading, [SetState(0, SKIMMED)]).reading_list.text == text


def test_a_mark_stands_apart_from_the_title() -> None:
    text = f"- [/]Dunes That Walk {LINK.format(1)}\n"
    assert _edited(text, SetState(0, "")) == text.replace("[/]", "[ ] ")
    assert _edited(text, SetRead(0, True)) == text.replace("[/]", "[x] ")


def _edited(text: str, *edits: Edit) -> str:
    return edit(parse(text, KNOWN), edits).reading_list.text


def test_new_entries_learn_nothing_from_a_mark() -> None:
    text = "# Coasts\n\n" + "".join(
        f"- [/] **A{number}**: Dunes That Walk. CVPR2020 {LINK.format(number)}\n"
        for number in range(3)
    )
    draft = EntryDraft(False, "T", "Tides", "ICLR", 2021, "https://arxiv.org/abs/1801.00009")
    new = _edited(text, AddEntry(draft, ("Coasts",))).removeprefix(text)
    assert new == "- [ ] **T**: Tides. ICLR2021 [Paper](https://arxiv.org/abs/1801.00009)\n"


# -- columns -----------------------------------------------------------------------------------------


def _rows(header: str, *cells: str) -> ReadingList:
    rows = (
        f"| {title} | {cell} | {LINK.format(number)} |"
        for number, (title, cell) in enumerate(zip(TITLES, cells, strict=False))
    )
    return parse("\n".join((f"| Paper | {header} | Links |", "|---|---|---|", *rows, "")))


@pytest.mark.parametrize("header", ["Status", "State", "Reading status", "状态", "Read status"])
def test_a_status_in_words_is_a_place_for_states(header: str) -> None:
    first, second = _rows(header, "Read", "in progress").entries
    assert (first.checkbox, first.state) == (Checkbox.CHECKED, "")
    assert (second.checkbox, second.state) == (Checkbox.UNCHECKED, IN_PROGRESS)
    assert first.states == second.states == (NEW, IN_PROGRESS, SKIMMED, NOT_READING)


@pytest.mark.parametrize("header", ["Read?", "Done", "Progress"])
def test_a_column_of_yes_and_no_is_none(header: str) -> None:
    assert [each.states for each in _rows(header, "yes", "no").entries] == [(), ()]


@pytest.mark.parametrize("cell", ["Reading, p. 12", "📖", "someone else's", "In progress?"])
def test_a_cell_that_says_more_is_its_authors(cell: str) -> None:
    reading = _rows("Status", "Todo", cell)
    assert reading.entries[1].states == ()
    assert edit(reading, [SetState(1, SKIMMED)]).reading_list.text == reading.text


DUNES, TIDES = (
    "[Dunes That Walk at Night](https://arxiv.org/abs/1801.00001)",
    "[Tides Without a Moon](https://arxiv.org/abs/1801.00002)",
)


def test_a_word_for_unread_fills_no_empty_cell() -> None:
    text = (
        "| Paper | Status | Rating | Notes |\n|---|---|---|---|\n"
        f"| {TIDES} | Done | 2 | Fine. |\n| {DUNES} | Todo | 3 | Good. |\n"
    )
    new = edit(parse(text), [SetRating(1, None), SetNote(1, None)]).reading_list.text
    assert new == text.replace("| 3 | Good. |", "|  |  |")
    url = "https://arxiv.org/abs/1801.00003"
    draft = EntryDraft(False, None, "Cliffs Fall in Numbers", url=url, rating=4)
    new = edit(parse(text), [AddEntry(draft, ())]).reading_list.text
    assert new == f"{text}| [Cliffs Fall in Numbers]({url}) | Todo | 4 |  |\n"


def test_a_cell_of_one_space_gets_another() -> None:
    text = (
        f"| Paper | Status | Rating |\n|---|---|---|\n| {TIDES} | Done | 2 |\n| {DUNES} | No | |\n"
    )
    new = edit(parse(text), [SetRating(1, 4)]).reading_list.text
    assert new == text.replace("| No | |", "| No | 4 |")


def test_a_word_for_unread_is_never_that_of_a_state() -> None:
    reading = _rows("Status", "Reading", "Reading", "Done")
    new = edit(reading, [SetRead(2, False), SetState(0, "")]).reading_list
    assert "| Todo |" in new.raw(2)
    assert "| Todo |" in new.raw(0)
