"""The weights of the evidence can be learned again: from what, and that what is learned makes sense."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from benchmarks.invented_lists import invent, letters
from benchmarks.labelled_lists import labelled

from zsync.formats.reading_list.cuts import cut
from zsync.formats.reading_list.evidence import of_run, runs

learning = pytest.mark.skipif(
    find_spec("scipy") is None,
    reason="NOTHING WAS LEARNED: scipy is not installed; `make learn-weights` does",
)


# --- invented lists ---


def test_a_seed_always_gives_the_same_lists() -> None:
    assert invent(3, seed=7) == invent(5, seed=7)[:3]
    assert invent(1, seed=7) != invent(1, seed=8)


def test_other_processes_invent_the_same_lists() -> None:
    told = "from benchmarks.invented_lists import invent; print(repr(invent(4)[3].text))"
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", told]
    answer = subprocess.run(command, check=True, capture_output=True, env=environment)
    assert answer.stdout.decode().strip() == repr(invent(4)[3].text)


def test_titles_stand_on_the_lines_that_are_told() -> None:
    for invented in invent(40):
        lines = [*invented.text.split("\n"), ""]
        assert invented.titles
        for line, titles in invented.titles.items():
            # A title may go on in the next line.
            said = letters("".join(lines[line - 1 : line + 1]))
            assert all(title in said for title in titles)


def test_nothing_is_left_of_the_templates() -> None:
    text = "".join(each.text for each in invent(200))
    assert not set("{}‹›\ue000\ue001") & set(text)


# --- labelled lists ---


def test_a_gold_tells_the_titles_and_the_lines_that_are_judged(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    text = "# Kites\n\n- **Owl**: Kites over Water\n- ?\n- later\n"
    (tmp_path / "kites.md").write_text(text, "utf-8")
    entries = [{"line": 3, "title": "Kites over Water", "short": "Owl"}, {"line": 4, "title": None}]
    gold = {"covered_lines": [1, 4], "ignore_lines": [[2, 2]], "entries": entries}
    (tmp_path / "gold" / "kites.json").write_text(json.dumps(gold), "utf-8")
    (found,) = labelled(tmp_path)
    assert found.name == "kites"
    assert found.titles[3] == {"kitesoverwater", "owlkitesoverwater"}
    assert found.judged == {1, 3}


# --- learning ---


@learning
def test_a_handful_of_lists_teaches_that_titles_are_no_people() -> None:
    from benchmarks.learn_weights import Learner, lines_of

    weights = Learner([line for each in invent(30) for line in lines_of(each, 16)]).learn()
    text = "Nora Falk, Ilya Petrov: Sleep in Artificial Networks, 2015."
    cuts = cut(text, 0, len(text), ())
    weighed = {
        text[run.start : run.end]: sum(weights.get(name, 0.0) for name in of_run(cuts, run))
        for run in runs(cuts)
    }
    assert weighed["Sleep in Artificial Networks"] > weighed["Nora Falk, Ilya Petrov"] + 1


@learning
def test_lines_that_are_left_out_teach_nothing() -> None:
    from benchmarks.learn_weights import Learner, judge, lines_of

    lines = [line for each in invent(20) for line in lines_of(each, 20)]
    others = [line._replace(right=frozenset({len(line.choices) - 1})) for line in lines]
    learner = Learner([*lines, *others])
    misled = judge(learner.learn(without=slice(len(lines))), lines)
    taught = judge(learner.learn(without=slice(len(lines), None)), lines)
    assert misled.right == 0
    assert taught.right > 0.9 * taught.papers > 0
