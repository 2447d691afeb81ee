"""The judges that every reader of the list asks: of hosts, of people, of words."""

import pytest

from zsync.formats.reading_list import parse
from zsync.formats.reading_list.hosts import Place, place_of
from zsync.formats.reading_list.lexicon import Key, Target, is_label, key_before, key_of, target_of
from zsync.formats.reading_list.people import reads_as_people, reads_as_person


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://arxiv.org/abs/2101.00001", Place.PAPER),
        ("http://export.arxiv.org/abs/2101.00001", Place.PAPER),
        ("https://notarxiv.org/abs/2101.00001", Place.UNKNOWN),
        ("https://proceedings.example.org/x", Place.PAPER),
        ("https://github.com/a/b", Place.OTHER),
        ("https://github.com/a/b/raw/main/c.pdf", Place.PAPER),
        ("https://huggingface.co/papers/2101.00001", Place.PAPER),
        ("https://huggingface.co/a/b", Place.OTHER),
        ("https://rivers.github.io/maps", Place.PAGE),
        ("https://example.org/x", Place.UNKNOWN),
        ("notes/x.pdf", Place.PAPER),
        ("notes/arxiv.org/x.md", Place.UNKNOWN),
    ],
)
def test_an_address_tells_where_it_leads(url: str, place: Place) -> None:
    assert place_of(url) is place


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lovelace, Alan Turing",
        "Lovelace, Ada, Alan Turing, and Grace Hopper",
        "Hopper, G.M., Turing, A.",
        "Ada\u00a0Lovelace, Alan\u00a0Turing, Grace\u00a0Hopper",
        "Simon d’Artois, Ada Lovelace",
        "Ada Lovelace, with Alan Turing",
        "김하늘, 박지우",
        "Ada Lovelace et al.",
    ],
)
def test_names_are_people(text: str) -> None:
    assert reads_as_people(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sparse Graphs with Large Models",
        "Drawing Maps with Rivers",
        "Nature",
        "the Lab, a Team",
        "Slow Rivers: Theory and Maps | Ada Lovelace",
    ],
)
def test_other_words_are_no_people(text: str) -> None:
    assert not reads_as_people(text)


def test_a_day_and_a_title_are_nobody_where_one_name_alone_would_be() -> None:
    assert not reads_as_people("Feb. 1st", alone=True)
    assert not reads_as_people("Drawing Maps with Rivers", alone=True)


def test_single_words_are_people_only_where_one_name_alone_would_be() -> None:
    assert reads_as_people("Lovelace, Ada and Turing, Alan", alone=True)
    assert not reads_as_people("Rivers, Maps and Roads, Bridges")


def test_one_person_is_no_list_of_words() -> None:
    assert reads_as_person("Ada Lovelace (MIT)")
    assert not reads_as_person("Annals of Rivers and Related Lakes (2025)")


@pytest.mark.parametrize(
    ("said", "short", "title", "venue"),
    [
        ("*Slow Streams Make Clear Maps*", "RiverNet", "Slow Streams Make Clear Maps", None),
        ("*Drawing Maps with Rivers*", "RiverNet", "Drawing Maps with Rivers", None),
        (
            "*Annals of River Research Letters*",
            None,
            "RiverNet",
            "Annals of River Research Letters",
        ),
    ],
)
def test_italics_behind_a_bold_name_are_its_title_unless_they_name_a_venue(
    said: str, short: str | None, title: str, venue: str | None
) -> None:
    line = f"- **RiverNet** – {said} [Paper](https://arxiv.org/abs/2101.00001)\n"
    entry = parse(f"# List\n\n{line}").entries[0]
    assert (entry.short, entry.title, entry.venue) == (short, title, venue)


def test_a_word_means_one_thing_on_a_link_and_may_mean_another_as_a_key() -> None:
    assert (target_of("Abstract"), key_of("Abstract")) == (Target.PAPER, Key.NOTE)
    assert (target_of("Notes"), key_of("Notes")) == (Target.OTHER, Key.NOTE)
    assert (target_of("Homepage"), key_of("Homepage")) == (Target.OTHER, Key.LINK)
    assert (target_of("Rivers"), key_of("Rivers")) == (None, None)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Code (PyTorch)", (4, Key.LINK)),
        ("论文下载链接", (2, Key.LINK)),
        ("Home Page", (9, Key.LINK)),
        ("Paper title", (11, Key.TITLE)),
        ("Titles of interest", None),
        ("Codeword tables", None),
    ],
)
def test_a_key_may_have_words_behind_it_but_not_go_on_as_a_longer_one(
    words: str, key: tuple[int, Key] | None
) -> None:
    assert key_before(words) == key


def test_a_label_says_no_more_than_what_it_leads_to() -> None:
    assert is_label("project page")
    assert not is_label("Model Soups")


def test_a_key_that_names_a_note_is_not_part_of_it_and_one_that_says_of_what_it_speaks_is() -> None:
    head = "# List\n\n- **Slow Rivers Make Clear Maps** [Paper](https://arxiv.org/abs/2101.00001)\n"
    named, told = (
        parse(f"{head}  - {key}: Rivers are slow where maps are clear.\n").entries[0].note
        for key in ("Summary", "Contributions")
    )
    assert named == "Rivers are slow where maps are clear."
    assert told is not None
    assert told.endswith("Contributions: Rivers are slow where maps are clear.")
