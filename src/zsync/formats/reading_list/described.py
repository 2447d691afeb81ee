"""What was learned of a list's sections, as values for a report: how a new entry would look, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from zsync.core.edits import AddEntry
from zsync.formats.reading_list.dialect import Dialect, Learner
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.editing import edit
from zsync.formats.reading_list.form import Form
from zsync.formats.reading_list.parts import OTHER, PAPER
from zsync.formats.reading_list.scanner import SectionPath
from zsync.formats.reading_list.set_form import SAMPLE
from zsync.formats.reading_list.template import show

_EXAMPLE = replace(SAMPLE, note="A note.")
_NAMES = {PAPER: "paper link", OTHER: "other links"}


class SectionDialect(NamedTuple):
    """What was learned of one section.

    ``fields`` are those that its entries have, in their order, with how many of ``learned_from`` entries have
    each. ``form`` is the form of an entry that has them all. ``example`` is how a new entry would be written,
    None where none can be. ``blank_lines`` stand between two entries without a note.
    """

    section: SectionPath
    shape: str
    learned_from: int
    read_only: int
    marker: str
    boxes: int
    fields: tuple[tuple[str, int], ...]
    form: str
    blank_lines: int
    note: str
    example: str | None


def describe(reading_list: ReadingList) -> Iterator[SectionDialect]:
    """What was learned of each section that holds entries."""
    learner = Learner(reading_list)
    examples = _examples(reading_list)
    for section, own in reading_list.by_section.items():
        dialect = learner.dialect(section)
        form = dialect.form
        yield SectionDialect(
            section,
            dialect.shape.name,
            len(dialect.heads),
            len(reading_list.read_only.intersection(own)),
            _marker(reading_list, own),
            form.having.get("box", 0),
            tuple(_fields(form)),
            show(form.template({*form.having, "url"}, 1)) if dialect.heads else "",
            dialect.gap_bare.count("\n"),
            _note(dialect),
            examples[section],
        )


def _marker(reading_list: ReadingList, own: list[int]) -> str:
    """The usual marker; a number stands for any."""
    markers = Counter(reading_list.blocks[entry].marker.strip() for entry in own)
    marker = markers.most_common(1)[0][0]
    return "1" + marker.lstrip("0123456789") if marker[:1].isdigit() else marker


def _fields(form: Form) -> Iterator[tuple[str, int]]:
    for kind in form.order:
        if count := form.having.get(kind, 0):
            yield _NAMES.get(kind, kind), count


def _note(dialect: Dialect) -> str:
    blank = "right under the entry" if dialect.note.blank is None else "after a blank line"
    return f"{dialect.note.kind.value}, {blank}"


def _examples(reading_list: ReadingList) -> dict[SectionPath, str | None]:
    """How a new entry would be written in each section."""
    sections = list(reading_list.by_section)
    result = edit(reading_list, [AddEntry(_EXAMPLE, section) for section in sections])
    written = (None if added is None else result.reading_list.raw(added) for added in result.added)
    return dict(zip(sections, written, strict=True))
