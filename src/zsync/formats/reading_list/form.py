"""The form of a section's entries, learned from their heads: which fields, in which order, what joins them.

A head is cut at the spans of its fields. Every field keeps the marks around it (emphasis, quotes, brackets,
a link that it is the text of). What is left between two fields is their gap. A gap, or a line of one, that
at least half of the entries have is form: label words, line breaks, list markers. The rest is one entry's
own, such as stars, badges, keywords and remarks, and of it only what can join two fields is kept.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from zsync.formats.reading_list.atoms import END, OTHER, PAPER, START, Atom, atoms
from zsync.formats.reading_list.fields import Fields
from zsync.formats.reading_list.template import Part, Slot, Template
from zsync.formats.reading_list.traits import most_usual

# What cannot join two fields: images and links, tags, remarks in brackets, words; with the blanks before it.
_WORDS = re.compile(
    r"[ \t]*(?:!?\[[^\[\]\n]*\](?:\([^()\n]*\))?|<[^<>\n]*>|\([^()\n]*\)|[^\s\0.,;:|/·–—\-*+>#\\。，；：、]+)"
)
_TWICE = re.compile(r"([|,;·–—])(?:[ ]*\1)+")
_BREAK_TAG = re.compile(r"<br ?/?>")
# Blank lines and the emphasis that is left of words are no end of a head.
_END_OF_HEAD = re.compile(r"\n[\s*]*\Z")
# What joined words that are gone to the line before them.
_DANGLING = re.compile(r"[ ,;:|·–—-]+\Z")
_NUMBER = re.compile(r"\d+")
_LIST_NUMBER = re.compile(r"[ \t]*\d{1,9}[.)][ \t]")


class Form(NamedTuple):
    """What is usual: how each field is written, what stands between two, their order.

    ``having`` counts the entries that have a field, of ``size``. ``numbers`` are those that the entries are
    counted by, in the order of the list.
    """

    parts: Mapping[str, Template]
    gaps: Mapping[tuple[str, str], Template]
    order: tuple[str, ...]
    having: Mapping[str, int]
    size: int
    numbers: tuple[int, ...] = ()

    def is_usual(self, kind: str) -> bool:
        """Whether at least half of the entries have a field."""
        return 0 < self.size <= 2 * self.having.get(kind, 0)

    def links_paper(self, kinds: Iterable[str]) -> bool:
        """Whether one of these fields is the text of a link to the paper."""
        return any(Slot("url") in self.parts.get(kind, ()) for kind in kinds if kind != PAPER)

    def template(self, kinds: Collection[str], others: int = 0) -> Template:
        """The form of an entry that has these fields and so many other links.

        ``url`` among them says that a field may be the text of a link to the paper.
        """
        wanted = [kind for kind in self.order if kind in kinds and kind != OTHER]
        place = self.order.index(OTHER)
        before = sum(self.order.index(kind) < place for kind in wanted)
        wanted[before:before] = [OTHER] * others
        written: list[Part] = []
        for left, right in pairwise([START, *wanted, END]):
            parts = self.parts.get(right, ())
            written += self._gap(left, right)
            written += parts if "url" in kinds else _unlinked(parts)
        return tuple(written)

    def _gap(self, left: str, right: str) -> Template:
        """What stands between two fields; where no entry shows it, those between them are left out."""
        path = self._path(left, right)
        first = self.gaps.get((path[0], path[1]))
        gap = self._gap_before(right) if first is None else first
        for step in pairwise(path[1:]):
            gap = _over_nothing(gap, self.gaps[step], left, right)
        return gap

    def _gap_before(self, right: str) -> Template:
        """What leads to a field, whatever stands before it."""
        return most_usual((gap for step, gap in self.gaps.items() if step[1] == right), (" ",))

    def _path(self, left: str, right: str) -> list[str]:
        """The shortest way from one field to another by gaps that are known; at once where there is none."""
        ways, seen = [[left]], {left}
        for way in ways:
            steps = [to for at, to in self.gaps if at == way[-1]]
            if right in steps:
                return [*way, right]
            ways += ([*way, to] for to in steps if to not in seen)
            seen.update(steps)
        return [left, right]


def _unlinked(parts: Template) -> Template:
    """A field without the link that it is the text of."""
    if Slot("url") not in parts or "[" not in parts:
        return parts
    opening, at = parts.index("["), parts.index(Slot("url"))
    return parts[:opening] + parts[opening + 1 : at - 1] + parts[at + 2 :]


def _over_nothing(first: Template, second: Template, left: str, right: str) -> Template:
    """The gap that is left of two where the field between them is not written.

    At the beginning and the end it is the outer one. Else it is the one with words or a line break: the
    words name the field that follows; else the first, as in ``Title. VENUE [Paper](url)``.
    """
    if left == START or right == END:
        return first if left == START else second
    one, other = ("".join(part for part in gap if isinstance(part, str)) for gap in (first, second))
    return second if "\n" in other or re.search(r"\w", other) else (joining(one) or " ",)


def learn_form(heads: Sequence[tuple[str, Fields]]) -> Form:
    """The usual form of some heads, given with their fields in the order of the list."""
    cut = [(head, atoms(head, fields)) for head, fields in heads]
    parts: dict[str, list[Template]] = {}
    gaps: dict[tuple[str, str], list[str]] = {}
    for head, found in cut:
        for atom in found:
            parts.setdefault(atom.kind, []).append(atom.parts)
        for step, gap in _gaps(head, found):
            gaps.setdefault(step, []).append(gap)
    numbers = _numbers([head[: found[0].start] for head, found in cut if found])
    usual_gaps = {
        step: _gap_template(step, seen, is_counted=bool(numbers)) for step, seen in gaps.items()
    }
    having = Counter(kind for _, found in cut for kind in {atom.kind for atom in found})
    usual_parts = {kind: most_usual(seen, seen[-1]) for kind, seen in parts.items()}
    order = _order([tuple(dict.fromkeys(atom.kind for atom in found)) for _, found in cut])
    return _with_links(Form(usual_parts, usual_gaps, order, having, len(cut), numbers))


def _gaps(head: str, found: Sequence[Atom]) -> Iterator[tuple[tuple[str, str], str]]:
    edges = [Atom(START, 0, 0, ()), *found, Atom(END, len(head), len(head), ())]
    for left, right in pairwise(edges):
        yield (left.kind, right.kind), head[left.end : right.start].replace("\r\n", "\n")


def _gap_template(step: tuple[str, str], seen: Sequence[str], *, is_counted: bool) -> Template:
    if step[0] == START and is_counted:
        cut = [tuple(_NUMBER.split(lead, maxsplit=1)) for lead in seen]
        before, after = most_usual(cut, cut[-1])
        return (*_text(before), Slot("number"), *_text(after))
    gap = usual_gap(seen, "" if START in step or END in step else " ")
    return _text(gap if END not in step else _END_OF_HEAD.sub("", gap))


def _text(text: str) -> Template:
    return (text,) if text else ()


def usual_gap(seen: Sequence[str], least: str) -> str:
    """What of the gaps between two fields is form; ``least`` if nothing is."""
    usual = most_usual(seen, "")
    if _is_form(usual, seen):
        return usual
    cut = [gap.split("\n") for gap in seen]
    first, *middle = cut[-1]
    first = _usual_line(first, [lines[0] for lines in cut])
    if not middle:
        return first or least
    first = first if first == cut[-1][0] else _DANGLING.sub("", first)
    inner = [line for lines in cut for line in dict.fromkeys(lines[1:-1])]
    kept = [line for line in middle[:-1] if _is_form(line, inner, len(cut))]
    last = _usual_line(middle[-1], [lines[-1] for lines in cut if len(lines) > 1])
    return "\n".join([first, *kept, last])


def _is_form(text: str, seen: Sequence[str], size: int | None = None) -> bool:
    """Whether at least half have a text; words need to be there twice, else they are one entry's own."""
    count = seen.count(text)
    return 2 * count >= (size or len(seen)) and (count > 1 or joining(text) == text)


def _usual_line(line: str, seen: Sequence[str]) -> str:
    return line if _is_form(line, seen) else joining(line)


def joining(gap: str) -> str:
    """What of a gap can join two fields: no words, no images, no remarks in brackets."""
    breaks = iter(_BREAK_TAG.findall(gap))
    said = _WORDS.sub("", _BREAK_TAG.sub("\0", gap))
    said = re.sub("\0", lambda _: next(breaks), said)
    said = said if said == gap else _TWICE.sub(r"\1", said)
    return said if gap[:1].isspace() else said.lstrip(" \t")


def _numbers(leads: Sequence[str]) -> tuple[int, ...]:
    """The numbers that entries begin with, where these are counted: a list's own, or mostly one by one."""
    found = [_NUMBER.findall(lead) for lead in leads]
    if not found or any(len(numbers) != 1 for numbers in found):
        return ()
    counted = tuple(int(numbers[0][:9]) for numbers in found)
    steps = [abs(one - other) == 1 for one, other in pairwise(counted)]
    is_list = all(_LIST_NUMBER.match(lead) for lead in leads)
    return counted if is_list or (steps and 2 * sum(steps) > len(steps)) else ()


def _order(seen: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The order of the fields: the most usual, with each field that it lacks behind its neighbour."""
    order: list[str] = []
    last = {kinds: at for at, kinds in enumerate(seen)}
    counted = Counter(seen)
    for kinds in sorted(last, key=lambda kinds: (counted[kinds], last[kinds]), reverse=True):
        for at, kind in enumerate(kinds):
            if kind not in order:
                order.insert(order.index(kinds[at - 1]) + 1 if at else 0, kind)
    return tuple(order)


def _with_links(form: Form) -> Form:
    """A form that can also write the links that no entry shows: like each other, else ``[Label](url)``."""
    parts, order = dict(form.parts), list(form.order)
    if PAPER not in parts:
        like = parts.get(OTHER, ("[", Slot("label"), "](", Slot("link"), ")"))
        swap = {Slot("label"): Slot("paper label"), Slot("link"): Slot("url")}
        parts[PAPER] = tuple(
            swap.get(part, part) if isinstance(part, Slot) else part for part in like
        )
    if OTHER not in parts:
        parts[OTHER] = _like_paper(parts[PAPER])
    for kind, beside in ((PAPER, OTHER), (OTHER, PAPER)):
        if kind not in order:
            at = order.index(beside) + (kind == OTHER) if beside in order else len(order)
            order.insert(at, kind)
    return form._replace(parts=parts, gaps=_gaps_of_links(form), order=tuple(order))


def _gaps_of_links(form: Form) -> dict[tuple[str, str], Template]:
    """The gaps of a form, with those around a link that no entry shows: the same as around the other."""
    gaps = dict(form.gaps)
    if (PAPER, OTHER) not in gaps:
        gaps[PAPER, OTHER] = gaps.get((OTHER, OTHER), _link_gap(form))
    gaps.setdefault((OTHER, OTHER), gaps[PAPER, OTHER])
    swap = {PAPER: OTHER, OTHER: PAPER}
    for (left, right), gap in form.gaps.items():
        if (left in swap) != (right in swap):
            gaps.setdefault((swap.get(left, left), swap.get(right, right)), gap)
    if not form.parts.keys() & swap.keys():
        gaps.update({(kind, link): (" ",) for kind in form.order for link in swap})
    for link in swap:
        gaps.setdefault((link, END), _last_gap(form))
    return gaps


def _like_paper(paper: Template) -> Template:
    """How another link is written where only the paper's own are shown: the words are its label."""
    written: list[Part] = []
    for part in paper:
        if isinstance(part, str) and re.search(r"\w", part):
            written.append(Slot("label"))
        else:
            written.append(Slot("link") if part == Slot("url") else part)
    is_named = Slot("label") in written or Slot("paper label") in written
    swapped = tuple(Slot("label") if part == Slot("paper label") else part for part in written)
    return swapped if is_named else ("[", Slot("label"), "](", Slot("link"), ")")


def _link_gap(form: Form) -> Template:
    """How links are joined where no entry has two: each on its own line where the first is on one."""
    before = next((gap for (_, right), gap in form.gaps.items() if right == PAPER), (" ",))
    text = "".join(part for part in before if isinstance(part, str))
    return (text,) if text.startswith("\n") and re.match(r"\n\s*[-*+]\s", text) else (" ",)


def _last_gap(form: Form) -> Template:
    return next((gap for (_, right), gap in form.gaps.items() if right == END), ())
