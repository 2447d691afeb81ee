"""Decides where titles stand by what the lines of a section have in common.

Within a section people write every paper the same way. So a line is weighed by itself first
(:mod:`evidence`); then the lines of a form (a section's items of one depth, its rows ...) agree on the
slot in which their titles stand: what a slot is worth in a line is shared by all of them. Doubt is the
distance between a line's best run and the next, by itself, averaged over the lines of the form that chose
the same slot.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from types import MappingProxyType
from typing import NamedTuple

from zsync.formats.reading_list.cuts import Cuts, cut
from zsync.formats.reading_list.evidence import Run, of_none, of_run, runs, weigh
from zsync.formats.reading_list.heads import HEADING, LINKED_HEADING, Form, Head, heads_below

#: Where a run stands in its line, words left out; None is the slot of lines without a title.
Slot = tuple[str, ...]
_NONE: Slot = ()
#: The slot of every run of a line.
Build = tuple[Slot, ...]
# What a slot is worth that no other line of the form has.
_UNSEEN = 0.02
_FEWEST = 3
# The section of lines that go by the whole list.
_EVERYWHERE = -2
_ROUNDS = 3
# What it is worth that so many lines would have their title in one slot.
_AGREEMENT, _USUAL = 1.2, 0.75
# So many lines of a form are weighed; only where they leave something to decide the others are as well.
_SAMPLE = 16
# Where so many of them have their title in one slot the rest is asked for that alone.
_NEARLY_ALL = 0.9
_FURTHEST = 30.0


class Choice(NamedTuple):
    """Where the title of a head stands, None if it names no paper.

    ``distance`` is how far the next best choice is (log odds), ``alike`` how many lines of the form chose so.
    """

    run: Run | None
    distance: float
    alike: int


@dataclass
class _Line:
    """A head with its runs and what each is worth; the last weight is that of naming no paper.

    ``alone`` is what they weigh by the line itself, ``weights`` what they do in its form; ``build`` is what
    lines of the same pieces and marks share.
    """

    cuts: Cuts
    runs: tuple[Run, ...]
    alone: list[float]
    slots: list[Slot]
    build: Build
    weights: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)

    @property
    def best(self) -> int:
        """The place of the run that is chosen; after the last run that of none."""
        return max(range(len(self.shares)), key=self.shares.__getitem__)

    def distance(self) -> float:
        """The log odds of the choice against the best other, whatever other lines chose."""
        best = self.best
        other = max((weight for at, weight in enumerate(self.weights) if at != best), default=0.0)
        return min(self.weights[best] - other, _FURTHEST)


def forms_of(heads: Sequence[Head]) -> tuple[Form, ...]:
    """Return the form of each head; those of a section with hardly any go by the whole list."""
    alike = Counter(head.form for head in heads)
    forms = [
        head.form if alike[head.form] >= _FEWEST else (_EVERYWHERE, *head.form[1:])
        for head in heads
    ]
    alike = Counter(forms)
    return tuple(
        (_EVERYWHERE, HEADING, form[2])
        if form[1] == LINKED_HEADING and alike[form] < _FEWEST
        else form
        for form in forms
    )


def choose(
    heads: Sequence[Head], forms: Sequence[Form], agrees: Callable[[int, str], bool | None]
) -> dict[int, Choice]:
    """Return the choice of each head that was looked at, by its place; ``forms`` are those of the heads.

    ``agrees`` says of a head, by its place, and of words in it whether they are the title that is read
    there already; None where nothing is read. Of what is read some of each form is looked at, all where
    that differs.
    """
    of_form: defaultdict[Form, list[int]] = defaultdict(list)
    for place, form in enumerate(forms):
        of_form[form].append(place)
    found: dict[int, Choice] = {}
    for places in of_form.values():
        found.update(_choose_in_form(heads, places, agrees))
    return found


def _choose_in_form(
    heads: Sequence[Head], places: Sequence[int], agrees: Callable[[int, str], bool | None]
) -> Iterator[tuple[int, Choice]]:
    read = [place for place in places if agrees(place, "") is not None]
    unread = [place for place in places if agrees(place, "") is None]
    lines = {place: _line(heads, place) for place in sorted((*_spread(read), *_spread(unread)))}
    _agree([*lines.values()])
    rest: list[int] = []
    if any(_says_other(place, line, agrees) for place, line in lines.items() if place in read):
        rest += read
    if any(line.best < len(line.runs) for place, line in lines.items() if place in unread):
        rest += unread
    judged = frozenset(lines)
    if more := [place for place in rest if place not in lines]:
        usual = _usual(lines.values())
        models = {line.build: line for line in lines.values() if line.slots[line.best] == usual}
        lines.update((place, _line(heads, place, usual, models)) for place in more)
        _agree([*lines.values()])
    return _choices(lines, judged)


def _usual(lines: Collection["_Line"]) -> Slot:
    """Return the slot that nearly all lines of a sample chose; that of none where they differ."""
    counts = Counter(line.slots[line.best] for line in lines)
    slot, count = counts.most_common(1)[0]
    return slot if count >= _NEARLY_ALL * len(lines) else _NONE


def _says_other(place: int, line: "_Line", agrees: Callable[[int, str], bool | None]) -> bool:
    """Return whether the title that is chosen is not the one that is read."""
    if line.best == len(line.runs):
        return False
    run = line.runs[line.best]
    return not agrees(place, line.cuts.text[run.start : run.end])


def _choices(lines: Mapping[int, _Line], judged: Container[int]) -> Iterator[tuple[int, Choice]]:
    """The choices of a form's lines, each as far from the next best as those of its slot are on average.

    That is the average over the lines of which all runs were ``judged``, if the slot has any.
    """
    far, others = (defaultdict[Slot, list[float]](list) for _ in range(2))
    for place, line in lines.items():
        (far if place in judged else others)[line.slots[line.best]].append(line.distance())
    for place, line in lines.items():
        slot = line.slots[line.best]
        run = line.runs[line.best] if line.best < len(line.runs) else None
        distances = far[slot] or others[slot]
        alike = len(far[slot]) + len(others[slot])
        yield place, Choice(run, sum(distances) / len(distances), alike)


def _spread(places: Sequence[int]) -> Sequence[int]:
    """At most a sample of some places, evenly spread."""
    if len(places) <= _SAMPLE:
        return places
    return [places[at * len(places) // _SAMPLE] for at in range(_SAMPLE)]


def _line(
    heads: Sequence[Head],
    place: int,
    usual: Slot = _NONE,
    models: Mapping[Build, _Line] = MappingProxyType({}),
) -> _Line:
    """Weigh the runs of a line; only those in the usual slot, if the line has it.

    A line whose title is in marks of its own, and that is built as one of the ``models`` which have it there,
    weighs what that does.
    """
    head = heads[place]
    cuts = _cut(head)
    found = tuple(runs(cuts))
    slots = [_slot(cuts, run) for run in found]
    build = tuple(slots)
    if usual in slots:
        found = tuple(run for run, slot in zip(found, slots, strict=True) if slot == usual)
        if usual[0] and (model := models.get(build)):
            at = [number for number, slot in enumerate(model.slots) if slot == usual]
            alone = [*(model.alone[number] for number in at), model.alone[-1]]
            return _Line(cuts, found, alone, [*[usual] * len(found), _NONE], build)
        slots = [usual] * len(found)
    below = [_cut(each) for each in heads_below(heads, place)]
    weights = [
        *(weigh(of_run(cuts, run)) for run in found),
        weigh(of_none(cuts, head.setting, below)),
    ]
    return _Line(cuts, found, weights, [*slots, _NONE], build)


def _cut(head: Head) -> Cuts:
    return cut(head.text, 0, len(head.text), head.links)


def _slot(cuts: Cuts, run: Run) -> Slot:
    """Where a run stands: the boxes around it, the separators at its ends, the first of its pieces."""
    pieces = cuts.pieces[run.box]
    around = []
    box = run.box
    while box > 0:
        around.append(cuts.boxes[box].kind)
        box = cuts.boxes[box].parent
    behind = "end" if run.last == len(pieces) - 1 else pieces[run.last].behind
    return (
        "/".join(around),
        pieces[run.first].before,
        behind,
        str(min(run.first, 1)),
    )


def _shares(weights: Sequence[float]) -> list[float]:
    top = max(weights)
    worth = [exp(weight - top) for weight in weights]
    whole = sum(worth)
    return [each / whole for each in worth]


def _agree(lines: Sequence[_Line]) -> None:
    """Let the lines of a form agree on their slot: each weighs its runs by what the others say."""
    usual = _usual_marks(lines)
    for line in lines:
        line.weights = [
            weight + _AGREEMENT * (slot[:3] == usual)
            for weight, slot in zip(line.alone, line.slots, strict=True)
        ]
    own = [_shares(line.weights) for line in lines]
    for line, shares in zip(lines, own, strict=True):
        line.shares = shares
    if len(lines) < _FEWEST:
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


def _usual_marks(lines: Sequence[_Line]) -> Slot | None:
    """Return the marks around the slot in which most lines would have their title, where they set it off.

    Lines of prose do not agree on such a slot: that they do speaks for papers.
    """
    best = (
        line.slots[max(range(len(line.runs)), key=line.alone.__getitem__)][:3]
        for line in lines
        if line.runs
    )
    counted = Counter(best).most_common(1) if len(lines) >= _FEWEST else []
    if not counted:
        return None
    marks, count = counted[0]
    is_set_off = marks[1] == "hyphen" or (marks[1] != "begin" and marks[2] != "end")
    return marks if is_set_off and count >= _USUAL * len(lines) else None


def _said(line: _Line) -> dict[Slot, float]:
    """How much a line speaks for each slot."""
    found: defaultdict[Slot, float] = defaultdict(float)
    for slot, share in zip(line.slots, line.shares, strict=True):
        found[slot] += share
    return found
