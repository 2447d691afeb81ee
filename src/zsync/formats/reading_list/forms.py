"""Decides where titles stand by what the lines of a section have in common.

Within a section people write every paper the same way. So a line is weighed by itself first (:mod:`evidence`); then
the lines of a form (a section's items of one depth, its rows ...) agree on the slot in which their titles stand: what
a slot is worth in a line is shared by all of them, and a title that is known counts for many. Doubt is the distance
between a line's best run and the next, by itself, averaged over the lines of the form that chose the same slot.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import NamedTuple

from zsync.formats.reading_list.cuts import Cuts, cut
from zsync.formats.reading_list.evidence import Run, of_none, of_run, runs, weigh
from zsync.formats.reading_list.heads import Head

#: Where a run stands in its line, words left out; None is the slot of lines without a title.
Slot = tuple[str, ...]
_NONE: Slot = ()
# How much a line that is known counts among its like, and what a slot is worth that none of them has.
_KNOWN_COUNTS = 40.0
_UNSEEN = 0.02
_FEWEST = 3
_ROUNDS = 3
# So many lines of a form are weighed; only where they leave something to decide the others are as well.
_SAMPLE = 16
# The least distance (the logarithm of the odds) at which a form is sure of its slot.
SURE = 2.0
_FURTHEST = 30.0


class Choice(NamedTuple):
    """Where the title of a head stands, None if it names no paper, and how far the next best is (log odds)."""

    run: Run | None
    distance: float


@dataclass
class _Line:
    """A head with its runs and what each is worth; the last weight is that of naming no paper."""

    cuts: Cuts
    runs: tuple[Run, ...]
    weights: list[float]
    slots: list[Slot]
    known: int | None = None
    shares: list[float] = field(default_factory=list)

    def distance(self, at: int) -> float:
        """The log odds of one choice against the best other, by the line alone."""
        other = max((weight for place, weight in enumerate(self.weights) if place != at), default=0.0)
        return min(self.weights[at] - other, _FURTHEST)


def choose(heads: Sequence[Head], known: Mapping[int, tuple[int, int]], read: Iterable[int]) -> dict[int, Choice]:
    """Give the choice of each head that was looked at, by its place.

    ``known`` are spans of titles, in the words of their heads, by the places of these. ``read`` are the places of
    heads that are read already and only looked at to see whether rightly: some of each form.
    """
    forms: defaultdict[tuple[int, str, int], list[int]] = defaultdict(list)
    for place, head in enumerate(heads):
        forms[head.form].append(place)
    done = frozenset(read)
    found: dict[int, Choice] = {}
    for places in forms.values():
        found.update(_choose_in_form(heads, places, known, done))
    return found


def _choose_in_form(
    heads: Sequence[Head], places: Sequence[int], known: Mapping[int, tuple[int, int]], read: frozenset[int]
) -> dict[int, Choice]:
    looked = [*_spread([place for place in places if place not in read]), *_spread([place for place in places if place in read])]
    looked = sorted({*looked, *(place for place in places if place in known)})
    lines = {place: _line(heads[place], known.get(place)) for place in looked}
    _agree([*lines.values()])
    if len(looked) < len(places) and any(_best(line) < len(line.runs) for line in lines.values()):
        rest = [place for place in places if place not in lines and place not in read]
        lines.update((place, _line(heads[place], None)) for place in rest)
        _agree([*lines.values()])
    return dict(_choices(lines))


def _choices(lines: Mapping[int, _Line]) -> Iterator[tuple[int, Choice]]:
    """The choices of a form's lines, each as far from the next best as those of its slot are on average."""
    far: defaultdict[Slot, list[float]] = defaultdict(list)
    best = {place: _best(line) for place, line in lines.items()}
    for place, line in lines.items():
        far[line.slots[best[place]]].append(line.distance(best[place]))
    for place, line in lines.items():
        at = best[place]
        distances = far[line.slots[at]]
        run = line.runs[at] if at < len(line.runs) else None
        yield place, Choice(run, sum(distances) / len(distances))


def _spread(places: Sequence[int]) -> Sequence[int]:
    """At most a sample of some places, evenly spread."""
    if len(places) <= _SAMPLE:
        return places
    return [places[at * len(places) // _SAMPLE] for at in range(_SAMPLE)]


def _line(head: Head, known: tuple[int, int] | None) -> _Line:
    cuts = cut(head.text, 0, len(head.text), head.links)
    found = tuple(runs(cuts))
    weights = [*(weigh(of_run(cuts, run)) for run in found), weigh(of_none(cuts, head.setting))]
    at = None
    if known:
        at = next((place for place, run in enumerate(found) if (run.start, run.end) == known), None)
    line = _Line(cuts, found, weights, [*(_slot(cuts, run) for run in found), _NONE], at)
    line.shares = _shares(weights)
    return line


def _slot(cuts: Cuts, run: Run) -> Slot:
    """Where a run stands: the boxes around it, the separators at its ends, the first of its pieces."""
    pieces = cuts.pieces[run.box]
    around = []
    box = run.box
    while box > 0:
        around.append(cuts.boxes[box].kind)
        box = cuts.boxes[box].parent
    behind = "end" if run.last == len(pieces) - 1 else pieces[run.last].behind
    return "/".join(around), pieces[run.first].before, behind, str(min(run.first, 1 if around else 3))


def _shares(weights: Sequence[float]) -> list[float]:
    top = max(weights)
    worth = [exp(weight - top) for weight in weights]
    whole = sum(worth)
    return [each / whole for each in worth]


def _agree(lines: Sequence[_Line]) -> None:
    """Let the lines of a form agree on their slot: each weighs its runs by what the others say."""
    own = [_shares(line.weights) for line in lines]
    for line, shares in zip(lines, own, strict=True):
        line.shares = shares
    if len(lines) < _FEWEST and not any(line.known is not None for line in lines):
        return
    for _ in range(_ROUNDS):
        counts: defaultdict[Slot, float] = defaultdict(float)
        said = [_said(line) for line in lines]
        for each in said:
            for slot, share in each.items():
                counts[slot] += share
        whole = sum(sum(each.values()) for each in said)
        for line, each, shares in zip(lines, said, own, strict=True):
            others = max(whole - sum(each.values()), 1.0)
            worth = [
                share * (_UNSEEN + (counts[slot] - each.get(slot, 0.0)) / others)
                for share, slot in zip(shares, line.slots, strict=True)
            ]
            total = sum(worth) or 1.0
            line.shares = [value / total for value in worth]


def _said(line: _Line) -> dict[Slot, float]:
    """How much a line speaks for each slot."""
    if line.known is not None:
        return {line.slots[line.known]: _KNOWN_COUNTS}
    found: defaultdict[Slot, float] = defaultdict(float)
    for slot, share in zip(line.slots, line.shares, strict=True):
        found[slot] += share
    return found


def _best(line: _Line) -> int:
    """The place of the run that is chosen; behind the last run that of none."""
    if line.known is not None:
        return line.known
    return max(range(len(line.shares)), key=line.shares.__getitem__)
