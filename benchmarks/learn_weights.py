"""Learns what the evidence for a title weighs, and writes ``evidence_weights.json``.

``make learn-weights``, or ``make learn-weights LISTS=FOLDER``. It learns from invented lists, and from those
lists of FOLDER that may be looked at (``benchmarks/score_lists.py`` says which, and what FOLDER holds).
Nothing of the latter gets into the project but their share in the weights.

A line is a choice between its runs and "none" (:mod:`zsync.formats.reading_list.evidence`): each is as likely
as what speaks for it weighs, softmax over the line, and the weights are those by which the right choices are
likeliest, kept small by a ridge. The same lists give the same weights.

The weights that stand in the project now were not made by this program. They were learned in the same
way, by scripts that were thrown away, from three sources: 45,000 lines of lists invented from the
titles, people and venues of public bibliographies; the lists that may be looked at; and 4,500 lines of
eighty public lists in which a title of those bibliographies was found. The last are no part of the
project, and what is learned without them reads a little worse: by make score-lists, of the half that
nobody looked at, 96 % of the papers of ``more/`` are read right instead of 97.5 %, and the golds' joint
is 99 % instead of 99.3 %; of the other half the figures are the same. So they stay until what this
program learns is no worse in either half.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from benchmarks.invented_lists import LabelledList, invent, letters
from benchmarks.labelled_lists import labelled
from benchmarks.score_lists import is_looked_at
from zsync.formats.reading_list.cuts import cut
from zsync.formats.reading_list.document import read
from zsync.formats.reading_list.evidence import of_none, of_run, runs
from zsync.formats.reading_list.heads import Head, heads, heads_below

WEIGHTS: Final = Path(__file__).parents[1] / "src/zsync/formats/reading_list/evidence_weights.json"
INVENTED: Final = 2000
#: So many lines of a list are learned from: no list is to outweigh the others.
_MOST_LINES, _MOST_INVENTED, _ALL = 250, 16, sys.maxsize
#: What a line of an invented list counts beside one of a real list.
_INVENTED_WORTH: Final = 0.5
#: How much large weights cost, where weights are dropped, and how often something is seen to have one.
_RIDGE, _SMALLEST, _FEWEST = 3.0, 0.02, 2
#: Invented lists are left out in so many parts, to tell how well they are read by what the others teach.
_PARTS: Final = 4

_NOTHING: Final = slice(0)

Weights = Mapping[str, float]


class Line(NamedTuple):
    """What speaks for each run of a line and, last, for none; which are right; what the line counts."""

    choices: tuple[tuple[str, ...], ...]
    right: frozenset[int]
    worth: float

    @property
    def names_paper(self) -> bool:
        """Whether a paper is named here."""
        return len(self.choices) - 1 not in self.right


# --- what there is to learn from -------------------------------------------------------------------


def lines_of(labelled_list: LabelledList, most: int, worth: float = 1.0) -> list[Line]:
    """Return the lines of a list, evenly spread if there are too many; none whose title is no run of it."""
    text = labelled_list.text
    all_heads = heads(text, read(text).silent)
    found = [
        line
        for at in range(len(all_heads))
        if (line := _line(all_heads, at, labelled_list, worth)) is not None
    ]
    step = max(len(found) / most, 1.0)
    return [found[int(at * step)] for at in range(min(len(found), most))]


def _line(
    all_heads: Sequence[Head], at: int, labelled_list: LabelledList, worth: float
) -> Line | None:
    head = all_heads[at]
    lines = range(head.line + 1, head.after + 1)
    if not labelled_list.judged.issuperset(lines):
        return None
    titles = frozenset[str]().union(*(labelled_list.titles.get(each, ()) for each in lines))
    cuts = cut(head.text, 0, len(head.text), head.links)
    found = list(runs(cuts))
    right = frozenset(
        number
        for number, run in enumerate(found)
        if letters(head.text[run.start : run.end]) in titles
    )
    if titles and not right:
        return None
    below = [cut(each.text, 0, len(each.text), each.links) for each in heads_below(all_heads, at)]
    choices = (*(of_run(cuts, run) for run in found), of_none(cuts, head.setting, below))
    # Equal names are one string: there are millions of them.
    said = tuple(tuple(map(sys.intern, each)) for each in choices)
    return Line(said, right or frozenset({len(found)}), worth)


# --- learning --------------------------------------------------------------------------------------


class Learner:
    """All lines, ready to be learned from again and again, each time without some of them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        counts = Counter(name for line in lines for choice in line.choices for name in choice)
        # Sorted, as sums of floats depend on their order, and sets have another one in every process.
        self._names = sorted(name for name, count in counts.items() if count >= _FEWEST)
        place = {name: at for at, name in enumerate(self._names)}
        choices = [choice for line in lines for choice in line.choices]
        columns = [sorted(place[name] for name in each if name in place) for each in choices]
        ends = np.cumsum([0, *map(len, columns)])
        flat = np.array([at for each in columns for at in each], dtype=np.int64)
        self._seen = csr_array(
            (np.ones(len(flat)), flat, ends), shape=(len(choices), len(self._names))
        )
        self._line = np.repeat(np.arange(len(lines)), [len(line.choices) for line in lines])
        self._starts = np.searchsorted(self._line, np.arange(len(lines)))
        self._right = np.array(
            [at in line.right for line in lines for at in range(len(line.choices))]
        )
        self._worth = np.array([line.worth for line in lines])
        self._last = np.zeros(len(self._names))

    def learn(self, without: slice = _NOTHING) -> Weights:
        """Return the weights by which all lines but some choose right, beginning with those learned last."""
        worth = self._worth.copy()
        worth[without] = 0.0
        self._last = minimize(self._loss, self._last, (worth,), "L-BFGS-B", jac=True).x
        return dict(zip(self._names, map(float, self._last), strict=True))

    def _loss(
        self, weights: NDArray[np.float64], worth: NDArray[np.float64]
    ) -> tuple[float, NDArray[np.float64]]:
        """How unlikely the right choices are, and which way that grows."""
        scores = self._seen @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, self._starts)[self._line])
        rights = odds * self._right
        whole, right = (np.add.reduceat(each, self._starts) for each in (odds, rights))
        missed = odds / whole[self._line] - rights / right[self._line]
        loss = worth @ np.log(whole / right) + _RIDGE / 2 * weights @ weights
        return loss, self._seen.T @ (missed * worth[self._line]) + _RIDGE * weights


def rounded(weights: Weights) -> Weights:
    """Return the weights as they are written: two digits, those of nothing left out, by their names."""
    return {
        name: round(weight, 2)
        for name, weight in sorted(weights.items())
        if abs(weight) >= _SMALLEST
    }


# --- judging ---------------------------------------------------------------------------------------


class Judged(NamedTuple):
    """How many lines name a paper and how many choose its title; how many name none and choose one."""

    papers: int = 0
    right: int = 0
    others: int = 0
    wrong: int = 0

    def __add__(self, other: object) -> "Judged":
        """Count both."""
        if not isinstance(other, Judged):
            return NotImplemented
        return Judged(*(one + two for one, two in zip(self, other, strict=True)))

    def __str__(self) -> str:
        """Say it in words."""
        right = 100 * self.right / max(self.papers, 1)
        wrong = 100 * self.wrong / max(self.others, 1)
        return (
            f"{self.papers} papers, {right:.1f} % with the right title;"
            f" {self.others} other lines, {wrong:.1f} % read as papers"
        )


def judge(weights: Weights, lines: Iterable[Line]) -> Judged:
    """Count how many lines choose right, each by itself."""
    count = Counter((line.names_paper, _best(weights, line) in line.right) for line in lines)
    papers, others = (count[kind, True] + count[kind, False] for kind in (True, False))
    return Judged(papers, count[True, True], others, count[False, False])


def _best(weights: Weights, line: Line) -> int:
    worth = [sum(weights.get(name, 0.0) for name in choice) for choice in line.choices]
    return max(range(len(worth)), key=worth.__getitem__)


def left_out(learner: Learner, lines: Sequence[Line], parts: Iterable[tuple[int, int]]) -> Judged:
    """Judge each part of the lines, told by where it begins and ends, by what the others teach."""
    return sum(
        (judge(learner.learn(slice(*part)), lines[slice(*part)]) for part in parts), Judged()
    )


# --- the command -----------------------------------------------------------------------------------


def main() -> None:
    """Learn, say from how much and how well it reads what it did not learn from, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="a collection of lists with golds")
    parser.add_argument("--invented", type=int, default=INVENTED, help="how many lists to invent")
    parser.add_argument("--to", type=Path, default=WEIGHTS, help="where to write the weights")
    options = parser.parse_args()
    lists = list(labelled(options.folder)) if options.folder else []
    lessons = Lessons(
        [lines_of(each, _MOST_INVENTED, _INVENTED_WORTH) for each in invent(options.invented)],
        [lines_of(each, _MOST_LINES) for each in lists if is_looked_at(each.name)],
    )
    learner = Learner(lessons.lines)
    weights = rounded(learner.learn())
    options.to.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print("\n".join(lessons.report(learner)))
    if unseen := [lines_of(each, _ALL) for each in lists if not is_looked_at(each.name)]:
        print(f"The other half of the lists: {judge(weights, chain.from_iterable(unseen))}.")


class Lessons(NamedTuple):
    """What is learned from: the lines of each list."""

    invented: Sequence[Sequence[Line]]
    labelled: Sequence[Sequence[Line]]

    @property
    def lines(self) -> Sequence[Line]:
        """All lines, those of invented lists first."""
        return [line for each in (*self.invented, *self.labelled) for line in each]

    def report(self, learner: Learner) -> Iterator[str]:
        """Return how many lines there are, and how well lists are read by what all others teach."""
        lines, ends = self.lines, [0, *accumulate(map(len, (*self.invented, *self.labelled)))]
        count = len(self.invented)
        yield f"Learned from {ends[count]} lines of {count} invented lists"
        yield f"and {len(lines) - ends[count]} lines of {len(self.labelled)} lists that were labelled."
        at = [ends[count * part // _PARTS] for part in range(_PARTS + 1)]
        yield f"Invented, a part left out at a time: {left_out(learner, lines, pairwise(at))}."
        if self.labelled:
            by_list = left_out(learner, lines, pairwise(ends[count:]))
            yield f"Labelled, one list left out at a time: {by_list}."


if __name__ == "__main__":
    main()
