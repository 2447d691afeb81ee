"""The form of a section's entries, learned from their heads: which fields, in which order, what joins them.

A head is cut at the spans of its fields. Every field keeps the marks around it (emphasis, quotes, brackets,
a link that it is the text of). What is left between two fields is their gap. A gap, or a line of one, that
at least half of the entries have is form: label words, line breaks, list markers. The rest is one entry's
own, such as stars, badges, keywords and remarks, and of it only what can join two fields is kept.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.authors import AuthorStyle, learn_authors
from zsync.formats.reading_list.fields import Fields, is_ticked, label_of
from zsync.formats.reading_list.inline import one_line, plain
from zsync.formats.reading_list.lexicon import is_label, names_other_thing
from zsync.formats.reading_list.parts import END, OTHER, PAPER, START, Atom, atoms, venue_style
from zsync.formats.reading_list.pieces import END_OF_SENTENCE
from zsync.formats.reading_list.shapes.bullet import BULLET
from zsync.formats.reading_list.template import Group, Part, Slot, Template, every_slot
from zsync.formats.reading_list.traits import most_usual

# What cannot join two fields: images and links, tags, remarks in brackets, words; with the spaces before it.
_WORDS = regex(
    r"[ \t]*(?:!?\[[^\[\]\n]*\](?:\([^()\n]*\))?|<[^<>\n]*>|\([^()\n]*\)"
    r"|[^\s\0.,;:|/·–—\-*+>#\\。，；：、]+(?:-\w+)*)"
)
# Several marks where words between them are gone.
_MARKS_IN_A_ROW = regex(r"([.,;:|/·–—-])(?:[ ]*[.,;:|/·–—-])+")
_BREAK_TAG = regex(r"<br ?/?>")
# Blank lines and the emphasis that is left of words are no end of a head.
_END_OF_HEAD = regex(r"(?:[ \t]+|\n[\s*]*)\Z")
_STRAY = " \t.,;:|/·–—*_-"
# What joined words that are gone to the line before them.
_DANGLING = regex(r"[ ,;:|·–—-]+\Z")
_NUMBER = regex(r"\d+")
_YEAR = regex(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# The words of a label within the brackets and the emphasis of a link.
_LABEL = regex(r"\w(?:[^\n\[\]]*[^\n\[\]*_`\s])?")
# The marker of a list item with its spaces; the number of a numbered one.
_ITEM = regex(r"([ \t]*)(?:(\d{1,9})(?=[.)])|(?=[-*+]))([-*+.)][ \t]+)")
# How a link is written where nobody shows it.
_LINK: Template = ("[", Slot("label"), "](", Slot("link"), ")")


class Form(NamedTuple):
    """What is usual: how each field is written, what stands between two, their order.

    ``having`` counts the entries that have a field, of ``size``. ``item`` is the marker that an entry begins
    with. ``numbers`` are those that the entries are counted by, in the order of the list. ``signs`` stand in
    the boxes of read and unread papers; ``label`` is what the paper's link is called. ``base`` is the form of
    more entries, which tells what these do not show.
    """

    parts: Mapping[str, Template]
    gaps: Mapping[tuple[str, str], Template]
    order: tuple[str, ...]
    having: Mapping[str, int]
    size: int
    item: Template = ()
    numbers: tuple[int, ...] = ()
    signs: tuple[str, str] = ("x", " ")
    label: str = "Paper"
    authors: AuthorStyle = AuthorStyle()
    base: "Form | None" = None

    def is_usual(self, kind: str, *, besides: int = 0) -> bool:
        """Whether at least half of the entries have a field; ``besides`` counts those that ask for it."""
        having = self.having.get(kind, 0)
        return having > 0 and self.size - besides <= 2 * having

    @property
    def lead(self) -> str:
        """The indentation of an item."""
        text = "".join(part for part in self.item if isinstance(part, str))
        return text[: len(text) - len(text.lstrip(" \t"))]

    @property
    def after_title(self) -> str:
        """The marks that close a title, with a full stop that may stand in them."""
        parts = self.part("title")
        last = parts[-1] if parts and Slot("url") not in parts else ""
        return last if isinstance(last, str) else ""

    def beginning(self, text: str, counted: tuple[int, ...] = ()) -> "Form":
        """The form with the marker that a text begins with; without one with its own, unindented.

        An item of several lines keeps its marker: the others stand below its text.
        """
        if any("\n" in part for gap in self.gaps.values() for part in gap if isinstance(part, str)):
            return self
        item = _ITEM.match(text)
        own = (part.lstrip(" \t") if isinstance(part, str) else part for part in self.item)
        numbers = counted or ((int(item[2]),) if item and item[2] else ())
        return self._replace(item=_item(item) or tuple(filter(None, own)), numbers=numbers)

    def with_parts_of(self, other: "Form", kinds: Iterable[str]) -> "Form":
        """The form with some fields written as in another one."""
        return self._replace(parts={**self.parts, **{kind: other.part(kind) for kind in kinds}})

    def worded_like(self, plain: "Form") -> "Form":
        """Another form with what is this one's own beside its wording: marker, numbers, signs, label."""
        return plain._replace(
            item=self.item or plain.item, numbers=self.numbers, signs=self.signs, label=self.label
        )

    def has_short_names(self) -> bool:
        """Whether any entry, here or elsewhere in the list, has a short name."""
        is_shown = self.having.get("short", 0) > 0 or "short" in every_slot(self.part("title"))
        return is_shown or (self.base is not None and self.base.has_short_names())

    def part(self, kind: str) -> Template:
        """How a field is written; nothing where no entry shows it."""
        return self.parts.get(kind) or (self.base.part(kind) if self.base else ())

    def without_short(self) -> "Form":
        """The form of entries that have no short name: the title stands in the link of one."""
        short = self.parts.get("short", ())
        if Slot("url") not in short:
            return self
        title = tuple(Slot("title") if part == Slot("short") else part for part in short)
        gaps = {**self.gaps, ("title", END): self.gaps.get(("short", END), ())}
        return self._replace(parts={**self.parts, "title": title}, gaps=gaps)

    def links_paper(self, kinds: Iterable[str]) -> bool:
        """Whether one of these fields is the text of a link to the paper."""
        return any(Slot("url") in self.part(kind) for kind in kinds if kind != PAPER)

    def template(self, kinds: Collection[str], others: int = 0) -> Template:
        """The form of an entry that has these fields and so many other links.

        ``url`` among them says that a field may be the text of a link to the paper.
        """
        wanted = [kind for kind in self.order if kind in kinds and kind != OTHER]
        place = self.order.index(OTHER)
        before = sum(self.order.index(kind) < place for kind in wanted)
        wanted[before:before] = [OTHER] * others
        written: list[Part] = [*self.item]
        for left, right in pairwise([START, *wanted, END]):
            parts = self.part(right)
            written += self.gap(left, right)
            written += parts if "url" in kinds else _unlinked(parts)
        return tuple(written)

    def gap(self, left: str, right: str) -> Template:
        """What stands between two fields; where no entry shows it, those between them are left out."""
        path = self._path(left, right)
        first = self.gaps.get((path[0], path[1]))
        if first is None:
            return self._gap_elsewhere(left, right)
        for step in pairwise(path[1:]):
            first = _over_nothing(first, self.gaps[step], left, right)
        return first

    def _gap_elsewhere(self, left: str, right: str) -> Template:
        """What stands between two fields where these entries do not say it; no full stop after a link."""
        if self.base is None:
            return most_usual((gap for step, gap in self.gaps.items() if step[1] == right), (" ",))
        gap = self.base.gap(left, right)
        is_link = Slot("url") in self.parts.get(left, ())
        return (
            (gap[0].removeprefix("."), *gap[1:])
            if is_link and gap and isinstance(gap[0], str)
            else gap
        )

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


def learn_form(heads: Sequence[tuple[str, Fields]], base: Form | None = None) -> Form:
    """The usual form of some heads, given with their fields in the order of the list.

    ``base`` tells what none of them shows; without heads it is the form.
    """
    if not heads:
        return base or plain_form()
    cut = [(head, atoms(head, fields)) for head, fields in heads]
    parts: dict[str, list[Template]] = {}
    gaps: dict[tuple[str, str], list[str]] = {}
    items = [_ITEM.match(head) for head, _ in cut]
    for (head, found), item in zip(cut, items, strict=True):
        for atom in found:
            parts.setdefault(atom.kind, []).append(atom.parts)
        for step, gap in _gaps(head, found, item.end() if item else 0):
            gaps.setdefault(step, []).append(gap)
    listed = tuple(int(item[2]) for item in items if item and item[2])
    leads = [gap for (left, _), seen in gaps.items() if left == START for gap in seen]
    counted = () if listed else _numbers(leads)
    order = _order([tuple(dict.fromkeys(atom.kind for atom in found)) for _, found in cut])
    form = Form(
        {
            kind: usual
            for kind, seen in parts.items()
            if (usual := _usual_part(kind, seen, base.part(kind) if base else ()))
        },
        {step: _gap_template(step, seen, is_counted=bool(counted)) for step, seen in gaps.items()},
        _with_order(order, base.order) if base else order,
        Counter(kind for _, found in cut for kind in {atom.kind for atom in found}),
        len(cut),
        _item(items[-1]),
        listed or counted,
        _signs(heads, base),
        _usual_label(heads) or (base.label if base else "Paper"),
        _author_style(heads) or (base.authors if base else AuthorStyle()),
        base,
    )
    return _with_links(form)


def _usual_part(kind: str, seen: Sequence[Template], elsewhere: Template) -> Template:
    """How a field is usually written, without words of a single paper; nothing where no entry shows it."""
    if kind == "venue":
        return _usual_venue(seen, elsewhere)
    usual = most_usual(seen, ())
    if kind == PAPER and not _is_form_of_label(_words(usual), seen.count(usual)):
        return _with_slot(usual, "paper label")
    return usual


def _usual_venue(seen: Sequence[Template], elsewhere: Template) -> Template:
    """A venue with its year, written as elsewhere where none has one; a volume's number is no form."""
    seen = [each for each in seen if not _NUMBER.search(venue_style(each).separator)]
    dated = [each for each in seen if any(isinstance(part, Group) for part in each)]
    usual = most_usual(dated or seen, ())
    if dated or Slot("venue") not in usual:
        return usual
    behind = usual.index(Slot("venue")) + 1
    year = (part for part in elsewhere if isinstance(part, Group))
    return (*usual[:behind], *year, *usual[behind:])


def _words(parts: Template) -> str:
    return "".join(part for part in parts if isinstance(part, str)).strip("[]() ")


def _with_slot(parts: Template, field: str) -> Template:
    """A link whose words are the place of a field."""
    written: list[Part] = []
    for part in parts:
        if isinstance(part, str) and (words := _LABEL.search(part)):
            written += [*_text(part[: words.start()]), Slot(field), *_text(part[words.end() :])]
        else:
            written.append(part)
    return tuple(written)


def _item(item: re.Match[str] | None) -> Template:
    if item is None:
        return ()
    return (*_text(item[1]), Slot("number"), item[3]) if item[2] else (item[1] + item[3],)


def _signs(heads: Sequence[tuple[str, Fields]], base: Form | None) -> tuple[str, str]:
    """The signs in the boxes; a tick of other sections is no habit of this one."""
    signs = [head[fields.box] for head, fields in heads if fields.box >= 0]
    return (
        most_usual((sign for sign in signs if is_ticked(sign)), "x"),
        most_usual((sign for sign in signs if not is_ticked(sign)), base.signs[1] if base else " "),
    )


def _usual_label(heads: Sequence[tuple[str, Fields]]) -> str | None:
    """What the paper's link is called, where it is no title; what only one paper's is called is no form."""
    labels = [
        label_of(head, fields.links[0])
        for head, fields in heads
        if fields.links and not fields.linked_title and not fields.links[0].is_bare
    ]
    usual = most_usual((label for label in labels if not names_other_thing(label)), "")
    return usual if _is_form_of_label(usual, labels.count(usual)) else None


def _is_form_of_label(label: str, count: int) -> bool:
    """Whether a label is no single paper's own: its venue, say, or a name with a year."""
    return is_label(label) or (count > 1 and label != "" and not _NUMBER.search(label))


def _author_style(heads: Sequence[tuple[str, Fields]]) -> AuthorStyle | None:
    spans = [head[slice(*fields.authors)] for head, fields in heads if fields.authors]
    return learn_authors([one_line(plain(text)) for text in spans]) if spans else None


def _gaps(head: str, found: Sequence[Atom], start: int) -> Iterator[tuple[tuple[str, str], str]]:
    """What stands between the fields; a title with a full stop of its own does not show what follows one."""
    edges = [Atom(START, start, start, ()), *found, Atom(END, len(head), len(head), ())]
    for left, right in pairwise(edges):
        gap = head[left.end : right.start].replace("\r\n", "\n")
        ends_itself = left.kind == "title" and head.endswith(END_OF_SENTENCE, left.start, left.end)
        if not (ends_itself and gap.strip(" ") == "" and right.kind != END):
            yield (left.kind, right.kind), gap


def _gap_template(step: tuple[str, str], seen: Sequence[str], *, is_counted: bool) -> Template:
    if step[0] == START and is_counted:
        cut = [tuple(_NUMBER.split(lead, maxsplit=1)) for lead in seen]
        before, after = most_usual(cut, cut[-1])
        return (*_text(before), Slot("number"), *_text(after))
    gap = usual_gap(seen, "" if START in step or END in step else " ")
    is_shared = len(set(seen)) == 1 and gap in seen
    if step[0] == START and not is_shared:
        gap = _without_words(gap)
    if step[1] == END:
        gap = _END_OF_HEAD.sub("", gap if gap in seen else gap.rstrip(_STRAY))
    return _text(gap)


def _without_words(lead: str) -> str:
    """What stands before a head without its words: the lines above, signs of headings and quotations."""
    first = lead.rpartition("\n")[2]
    return lead[: len(lead) - len(first.lstrip(" \t>#"))]


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
    """Whether at least half have a text; words need to be there twice, else they are one entry's own.

    A year is one paper's own, however many are of that year.
    """
    count = seen.count(text)
    is_shared = count > 1 and not _YEAR.search(text)
    return 2 * count >= (size or len(seen)) and (is_shared or joining(text) == text)


def _usual_line(line: str, seen: Sequence[str]) -> str:
    return line if _is_form(line, seen) else joining(line)


def joining(gap: str) -> str:
    """What of a gap can join two fields: no words, no images, no remarks in brackets."""
    breaks = iter(_BREAK_TAG.findall(gap))
    said = _WORDS.sub("", _BREAK_TAG.sub("\0", gap))
    said = re.sub("\0", lambda _: next(breaks), said)
    said = said if said == gap else _MARKS_IN_A_ROW.sub(r"\1", said)
    return said if gap[:1].isspace() else said.lstrip(" \t")


def _numbers(leads: Sequence[str]) -> tuple[int, ...]:
    """The numbers in what entries begin with, where these are mostly counted one by one."""
    found = [_NUMBER.findall(lead) for lead in leads]
    if any(len(numbers) != 1 for numbers in found):
        return ()
    is_bare = not any(char.isalpha() for lead in leads for char in lead)
    if len(leads) == 1 and is_bare and len(found[0][0]) < 4:
        # A single head is counted by a number that stands alone, and is not a year.
        return (int(found[0][0]),)
    counted = tuple(int(numbers[0][:9]) for numbers in found)
    steps = [abs(one - other) == 1 for one, other in pairwise(counted)]
    return counted if steps and 2 * sum(steps) > len(steps) else ()


def _order(seen: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The order of the fields: the most usual, with each field that it lacks after its neighbour."""
    last = {kinds: at for at, kinds in enumerate(seen)}
    counted = Counter(seen)
    order: tuple[str, ...] = ()
    for kinds in sorted(last, key=lambda kinds: (counted[kinds], last[kinds]), reverse=True):
        order = _with_order(order, kinds)
    return order


def _with_order(order: tuple[str, ...], kinds: Sequence[str]) -> tuple[str, ...]:
    """An order with the fields that it lacks, each after its neighbour among ``kinds``."""
    found = list(order)
    for at, kind in enumerate(kinds):
        if kind not in found:
            found.insert(found.index(kinds[at - 1]) + 1 if at else 0, kind)
    return tuple(found)


def _with_links(form: Form) -> Form:
    """A form that can also write the links that no entry shows: like each other, else as elsewhere."""
    parts, order = dict(form.parts), list(form.order)
    if PAPER not in parts and OTHER in parts:
        swap = {Slot("label"): Slot("paper label"), Slot("link"): Slot("url")}
        parts[PAPER] = tuple(
            swap.get(part, part) if isinstance(part, Slot) else part for part in parts[OTHER]
        )
    elif OTHER not in parts and PAPER in parts:
        parts[OTHER] = _like_paper(parts[PAPER])
    elif PAPER not in parts and form.base is None:
        parts[PAPER] = ("[", Slot("paper label"), "](", Slot("url"), ")")
        parts[OTHER] = _LINK
    for kind, beside in ((PAPER, OTHER), (OTHER, PAPER)):
        if kind not in order:
            at = order.index(beside) + (kind == OTHER) if beside in order else len(order)
            order.insert(at, kind)
    return form._replace(parts=parts, gaps=_gaps_of_links(form), order=tuple(order))


def _gaps_of_links(form: Form) -> dict[tuple[str, str], Template]:
    """The gaps of a form, with those around a link that no entry shows: the same as around the other."""
    gaps = dict(form.gaps)
    if (PAPER, OTHER) not in gaps:
        shown = gaps.get((OTHER, OTHER), gaps.get((OTHER, PAPER)))
        gaps[PAPER, OTHER] = _link_gap(form) if shown is None else shown
    gaps.setdefault((OTHER, OTHER), gaps[PAPER, OTHER])
    swap = {PAPER: OTHER, OTHER: PAPER}
    for (left, right), gap in form.gaps.items():
        if (left in swap) != (right in swap):
            gaps.setdefault((swap.get(left, left), swap.get(right, right)), gap)
    if not form.parts.keys() & swap.keys() and form.base is None:
        gaps.update({(kind, link): (" ",) for kind in form.order for link in swap})
    for link in swap:
        gaps.setdefault((link, END), _last_gap(form))
    return gaps


def _like_paper(paper: Template) -> Template:
    """How another link is written where only the paper's own are shown: the words are its label."""
    swap = {Slot("url"): Slot("link"), Slot("paper label"): Slot("label")}
    written = tuple(
        swap.get(part, part) if isinstance(part, Slot) else part
        for part in _with_slot(paper, "label")
    )
    return written if Slot("label") in written else _LINK


def _link_gap(form: Form) -> Template:
    """How links are joined where no entry has two: each on its own line where the first is on one."""
    before = next((gap for (_, right), gap in form.gaps.items() if right == PAPER), (" ",))
    text = "".join(part for part in before if isinstance(part, str))
    if text.startswith("\n") and re.match(r"\n\s*[-*+]\s", text):
        return (text,)
    return form.base.gap(PAPER, OTHER) if form.base else (" ",)


def _last_gap(form: Form) -> Template:
    return next((gap for (_, right), gap in form.gaps.items() if right == END), ())


# -- where no entry shows a form -----------------------------------------------------------------


@cache
def plain_form() -> Form:
    """The form of a list that has no entries."""
    return _form_of("- [ ] **S**: T. CVPR2024 [Paper](u) [Code](v)")


@cache
def plain_form_in_italics() -> Form:
    """The same, in which also a venue without a year that no table knows is read as one."""
    return _form_of("- [ ] **S**: T. *CVPR 2024* [Paper](u) [Code](v)")


def _form_of(line: str) -> Form:
    fields = BULLET.read(line)
    form = learn_form([(line, fields)] if fields else [])
    paper = ("[", Slot("paper label"), "](", Slot("url"), ")")
    return form._replace(parts={**form.parts, PAPER: paper})
