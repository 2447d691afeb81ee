"""The arithmetic of the table that says how well lists are read."""

import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.adopted_in_part import share_right
from benchmarks.read_cost import FORMS, long_list
from benchmarks.score_lists import (
    Row,
    adoption_scores,
    gold_scores,
    is_looked_at,
    means,
    more_scores,
    table,
)

from zsync.formats.reading_list import parse


def test_the_half_of_a_list_follows_from_its_name() -> None:
    assert [name for name in "abcdefghijk" if is_looked_at(name)] == ["e"]


def test_titles_and_links_are_shares_of_what_was_found_and_both_of_all() -> None:
    counted = {"papers": 8, "found": 4, "title": 2, "links": 3, "extra": 2}
    wanted = {"found": 0.5, "title": 0.5, "both": 0.25, "links": 0.75, "extra": 0.25}
    assert more_scores(counted) == wanted


def test_where_nothing_was_found_there_are_no_shares_of_it() -> None:
    counted = {"papers": 8, "found": 0, "title": 0, "links": 0, "extra": 0}
    assert more_scores(counted) == {"found": 0, "both": 0, "extra": 0}


@pytest.mark.parametrize(
    ("title", "joint"), [((5, 10), 0.8 * 0.5 * 0.5), ((0, 0), 0.8 * 0.5)], ids=["", "no titles"]
)
def test_joint_multiplies_recall_title_and_links(title: tuple[int, int], joint: float) -> None:
    fields = {"recall": (8, 10), "precision": (8, 8), "title": title, "links": (4, 8)}
    assert gold_scores(fields)["joint"] == pytest.approx(joint)


def test_a_list_that_could_not_be_adopted_counts_as_nothing_linked() -> None:
    columns = ("linked", "wrong", "again")
    assert adoption_scores({"papers": 4, "error": "No."}, columns)["linked"] == 0
    told = {"papers": 4, "linked": 3, "wrong": 1, "again": 0}
    assert adoption_scores(told, columns) == {"linked": 0.75, "wrong": 1, "again": 0}


def test_means_are_of_lists_and_sums_of_papers() -> None:
    rows = [
        Row("a", 100, {"both": 0.2, "title": 0.5, "wrong": 3}),
        Row("b", 1, {"both": 0.4, "wrong": 1}),
    ]
    found = means("all", rows)
    assert found.papers == 101
    assert found.scores == {"both": pytest.approx(0.3), "title": 0.5, "wrong": 4}


def test_a_table_has_a_line_a_list_and_one_a_half_and_one_for_all() -> None:
    lines = list(table("golds", ("both",), [Row("a", 2, {"both": 1.0}), Row("e", 1, {})]))
    assert [line.split() for line in lines] == [
        ["golds", "half", "papers", "both"],
        ["e", "looked", "1", "-"],
        ["a", "unseen", "2", "100.0"],
        ["--", "1", "lists", "looked", "1", "-"],
        ["--", "1", "lists", "unseen", "2", "100.0"],
        ["--", "2", "lists", "all", "3", "100.0"],
        [],
    ]


def test_a_paper_is_right_where_it_stands_or_by_its_title() -> None:
    papers = [
        {"lines": [3], "title": "One Paper"},
        {"lines": [5, 20], "title": "Another Paper"},
        {"lines": [9], "title": "A Third Paper"},
        {"lines": [11], "title": "A Fourth Paper"},
    ]
    known = {"KEY1": papers[0], "KEY2": papers[1]}
    places = {"KEY1": [90], "KEY2": [22]}
    assert share_right(papers, known, places, str.casefold, ["a third paper"]) == 0.5


def test_without_a_collection_it_says_loudly_that_nothing_was_scored(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.score_lists", str(tmp_path)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    assert answer.returncode == 2
    assert "NOTHING WAS SCORED" in answer.stderr


@pytest.mark.parametrize("form", FORMS)
def test_the_long_lists_are_read_whole(form: str) -> None:
    text = long_list(form, 500)
    found = parse(text).entries
    assert text.count("\n") == pytest.approx(500, abs=3)
    assert len(found) == text.count("Code](")
    assert all(entry.title.endswith("Steps") for entry in found)
