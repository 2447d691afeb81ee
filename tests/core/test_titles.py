"""How titles compare."""

import pytest

from zsync.core.titles import Agreement, Tie, Title, compare

RESNET = "Deep Residual Learning for Image Recognition"


def wording(one: str, other: str, tie: Tie = Tie.LOOSE) -> Agreement:
    there = compare(Title.of_text(one), Title.of_text(other), tie)
    back = compare(Title.of_text(other), Title.of_text(one), tie)
    assert there is back
    return there


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RESNET, RESNET.upper()),
        ("AGLA: Object Hallucinations in Large Models", "Object Hallucinations in Large Models"),
        (r"Fields of G{\"o}del and H{\'e}nin", "Fields of Gödel and Hénin"),
    ],
)
def test_the_same_words(one: str, other: str) -> None:
    assert wording(one, other) is Agreement.SAME


def test_much_the_same_words() -> None:
    one, other = (
        "Can Models Correct Errors By Themselves?",
        "Can Models Correct Any Errors by Themselves",
    )
    assert wording(one, other) is Agreement.ALIKE


@pytest.mark.parametrize("tie", Tie)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RESNET, "Wide Residual Networks"),
        ("LLaVA: A Survey of Multimodal Models", "BLIP: A Survey of Multimodal Models"),
    ],
)
def test_titles_of_two_papers(one: str, other: str, tie: Tie) -> None:
    assert wording(one, other, tie) is Agreement.APART


@pytest.mark.parametrize(
    ("part", "whole", "needed"),
    [
        ("BERT", "BERT: Pre-training of Deep Bidirectional Transformers", Tie.CROWDED),
        (
            "A Walk Through the Marshes",
            "A Walk Through the Marshes: How Herons Find Their Fish by Night",
            Tie.FIRM,
        ),
    ],
)  # fmt: skip
def test_a_part_of_a_title_is_enough_where_something_else_speaks_for_it(
    part: str, whole: str, needed: Tie
) -> None:
    for tie in Tie:
        assert (wording(part, whole, tie) is Agreement.ALIKE) == (tie >= needed)


@pytest.mark.parametrize(
    ("title", "tells"),
    [
        ("Editorial", False),
        ("Deep Learning", False),
        ("深度学习", False),
        (RESNET, True),
        ("GPT-4: Technical Report", True),
        ("大型语言模型综述", True),
    ],
)
def test_a_title_of_a_few_words_tells_little(title: str, tells: bool) -> None:
    assert Title.of_text(title).tells is tells
