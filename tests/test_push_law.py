"""Push and pull on any small list: the list stays byte for byte, and once more nothing is written.

The library is empty, or has some of the papers already: in the collection, in its subcollection, or in none.
The law: after ``push --apply`` and ``pull`` the list has the bytes that it had, every paper is one item of
the collection with the entry's tick, and ``push``, ``pull`` and ``sync`` once more send nothing but reads and
leave every file alone. What waits for a person (a venue that the item words otherwise) may be said again.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hunting import examples
from tests.world import World, paper
from zotero_sandbox.calls import Request
from zsync.zotero import library as library_module
from zsync.zotero.transport import Politeness

APPLY = ("push", "--apply", "--offline")
HEADINGS = ("## Vision", "## Agents", "## Vision\n\n### Depth", "## 视觉 & more")
VENUES = ("CVPR2024", "arXiv 2023", "")
LABELS = (" [Code](https://code.example/{})", " [Page](https://page.example/{}?a=1&b=2)")
NOTES = (
    "A plain thought.",
    "Two\n  lines, and a [link](https://blog.example/).",
    "One paragraph.\n\n  - a point\n  - another *point*\n\n  `code < 3` & more",
    "1. first\n  2. second",
    "另一条笔记。  \n  Math $a_1 * b_2$ and snake_case_name.",
    "> a quotation",
    "Escaped \\* star, 2 < 3, AT&T &amp; more.",
)
PLACES = ("absent", "collection", "subcollection", "elsewhere")


@dataclass(frozen=True)
class Line:
    """One paper: what its entry says, and where the library has it."""

    number: int
    has_short: bool
    is_read: bool
    venue: str
    links: tuple[str, ...]
    note: str | None
    place: str

    @property
    def url(self) -> str:
        return f"https://arxiv.org/abs/2401.0000{self.number}"

    @property
    def title(self) -> str:
        return f"A Study of Number {self.number}: the Case of N{self.number}"

    @property
    def whole_title(self) -> str:
        return f"P{self.number}: {self.title}" if self.has_short else self.title

    def __str__(self) -> str:
        name = f"**P{self.number}**: {self.title}" if self.has_short else self.title
        links = "".join(each.format(self.number) for each in self.links)
        venue = f" {self.venue}" if self.venue else ""
        box = "[x]" if self.is_read else "[ ]"
        note = f"\n\n  {self.note}\n" if self.note else ""
        return f"- {box} {name}.{venue} [Paper]({self.url}){links}{note}"


def lines(number: int) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        st.just(number),
        st.booleans(),
        st.booleans(),
        st.sampled_from(VENUES),
        st.lists(st.sampled_from(LABELS), max_size=2, unique=True).map(tuple),
        st.none() | st.sampled_from(NOTES),
        st.sampled_from(PLACES),
    )


papers = st.integers(1, 5).flatmap(lambda size: st.tuples(*map(lines, range(size))))
headings = st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=3, unique=True)


def write(found: tuple[Line, ...], sections: list[str], *, is_crlf: bool) -> str:
    """Deal the papers out to the sections; prose stands between them."""
    parts = ["# Papers", "Words of the author."]
    for number, heading in enumerate(sections):
        dealt = [str(each) for each in found[number :: len(sections)]]
        parts += [heading, "\n".join(dealt), "Words between."]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text.replace("\n", "\r\n") if is_crlf else text


@contextmanager
def fresh_world() -> Iterator[World]:
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        World(Path(folder), patch) as world,
    ):
        patch.setattr(library_module, "Politeness", lambda: Politeness(pause=0.002))
        yield world
        patch.chdir("/")


def fill(world: World, found: tuple[Line, ...]) -> None:
    """Put into the library what it has already."""
    home = world.collection()
    below = world.collection("Vision", home)
    where = {"collection": [home], "subcollection": [below], "elsewhere": []}
    for each in found:
        if each.place != "absent":
            short = {"shortTitle": f"P{each.number}"} if each.has_short else {}
            collections = where[each.place]
            world.add(paper(each.whole_title, each.url, collections=collections, **short))


@given(papers, headings, st.booleans())
@settings(max_examples=examples(8))
def test_a_pushed_list_stays_byte_for_byte_and_nothing_is_written_twice(
    found: tuple[Line, ...], sections: list[str], is_crlf: bool
) -> None:
    text = write(found, sections, is_crlf=is_crlf)
    with fresh_world() as world:
        fill(world, found)
        world.settle()
        world.text = text
        world.do(*APPLY)
        assert world.text == text
        world.do("pull")
        assert world.text == text
        check_library(world, found)

        writes: list[str] = []

        def note(request: Request) -> None:
            if request.method != "GET":
                writes.append(f"{request.method} {request.path}")

        before = world.state()
        world.sandbox.faults.before_request = note
        for command in (APPLY, ("pull",), ("sync", "--offline")):
            world.do(*command)
        assert world.state() == before
        assert not writes


def check_library(world: World, found: tuple[Line, ...]) -> None:
    """Every paper is one item of the collection or one below it, with its tick, links and note."""
    inside = {each["key"] for each in world.zotero.collections()}
    items = [each["data"] for each in world.zotero.everything(world.zotero.items())]
    top = [each for each in items if "parentItem" not in each]
    assert len(top) == len(found)
    by_url = {each["url"]: each for each in top}
    children = Counter(
        (each["parentItem"], each["itemType"]) for each in items if "parentItem" in each
    )
    for line in found:
        item = by_url[line.url]
        assert inside & set(item["collections"])
        assert ({"tag": "read"} in item["tags"]) == line.is_read
        assert children[item["key"], "attachment"] == len(line.links)
        assert children[item["key"], "note"] == (line.note is not None)
