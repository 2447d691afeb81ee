"""Ratings and states, changed in any order on both sides: it ends in step, and nobody's words go.

A table with columns for both and a list of boxes with marks are synced with one Zotero. At the end, once no
sync moves anything any more,

* the list says of every paper what Zotero says: read or not, the state, the rating;
* every line of Extra and every tag that is neither a rating nor a state is there as it was;
* the prose of the list, and all titles, are untouched;
* a further sync sends nothing that writes.
"""

import re

from hypothesis import strategies as st

from tests.hunting import History, event
from tests.world import World, paper
from zsync.core import fields, ratings, states
from zsync.core.known import KnownTitles
from zsync.core.model import Checkbox, Entry, Item, Tag
from zsync.core.policy import ListPolicy
from zsync.formats import reading_list

SYNC = ("sync", "--offline")
MARKS = (("/", states.IN_PROGRESS), ("~", states.SKIMMED), ("!", states.TO_READ))
REMARK = "first: line\n\n  Rating of others: 5 "
PAPERS = range(3)
numbers = st.sampled_from(PAPERS)
WORDS = ("Done", "Unread", "In Progress", "Skimmed", "New", "Not Reading", "", "To read")
STARS = ("", "★☆☆☆☆", "★★★☆☆", "★★★★★", "5")


class Opinions(History):
    """One list, in which papers are rated and get on, and a person who does so in Zotero."""

    def begin(self, is_table: bool) -> None:
        self.world = self.opened.enter_context(World(self.folder, self.patch))
        self.is_table = is_table
        home = self.world.collection()
        items = (paper(_title(each), _url(each), collections=[home]) for each in PAPERS)
        self.keys = self.world.add(*({**each, "extra": REMARK} for each in items))
        lines = (_row(each) if is_table else _item(each) for each in PAPERS)
        head = "| Paper | Status | Rating |\n|---|---|---|\n" if is_table else ""
        self.world.text = f"# Coasts\n\nWhat I read.\n\n{head}{''.join(lines)}\nThe end.\n"
        self.world.settle(
            extra='states = { "/" = "In Progress", "~" = "Skimmed", "!" = "To Read" }\n'
        )
        self.bare = self._without_opinions()
        self.sync()

    # -- in the list

    @event(number=numbers, word=st.sampled_from(WORDS), mark=st.sampled_from(" x/~!"))
    def get_on(self, number: int, word: str, mark: str) -> None:
        if self.is_table:
            self._rewrite(number, r"\) \|[^|]*\|", f") | {word} |")
        else:
            self._rewrite(number, r"^- \[.\]", f"- [{mark}]")

    @event(number=numbers, rating=st.sampled_from(STARS))
    def rate(self, number: int, rating: str) -> None:
        if self.is_table:
            self._rewrite(number, r"\|[^|]*\|$", f"| {rating} |")

    # -- in Zotero

    @event(
        number=numbers,
        rating=st.sampled_from(("", "Rating: 2", " rating : ★★★★☆")),
        status=st.sampled_from(
            ("", *(f"Read_Status: {each}" for each in (*states.STATES, "Read")))
        ),
    )
    def write_extra(self, number: int, rating: str, status: str) -> None:
        lines = (REMARK, *filter(None, (status, rating)))
        self.world.edit(self.keys[number], extra="\n".join(lines).strip())

    @event(
        number=numbers,
        tags=st.sets(st.sampled_from(("read", "reading", "Skimmed", "⭐⭐", "★", "unread"))),
    )
    def tag(self, number: int, tags: set[str]) -> None:
        self.world.tag(self.keys[number], "tides", *sorted(tags))

    # -- both

    @event()
    def sync(self) -> None:
        self.world.do(*SYNC)

    @event()
    def pull(self) -> None:
        self.world.do("pull")

    def end(self) -> None:
        for _ in range(5):
            before = self.world.text, self._versions()
            self.sync()
            if before == (self.world.text, self._versions()):
                break
        else:
            raise AssertionError("it goes on and on")
        assert self._without_opinions() == self.bare
        found = reading_list.parse(self.world.text, KnownTitles(marks=MARKS))
        for key, entry in zip(self.keys, found.entries, strict=True):
            self._compare(self.world.item(key), entry)

    def _compare(self, data: dict[str, object], entry: Entry) -> None:
        extra, tags = str(data["extra"]), [each["tag"] for each in data["tags"]]  # type: ignore[attr-defined]
        others = [
            each
            for each in extra.split("\n")
            if not re.match(r"\s*(rating|read_status) *:", each, re.IGNORECASE)
        ]
        assert "\n".join(others).strip() == REMARK.strip()
        assert {"read", "reading", "skimmed", "unread", "tides"} >= {
            fields.fold_tag(tag) for tag in tags
        } - ratings.STAR_TAGS
        item = Item("K", "book", fields={"extra": extra}, tags=tuple(map(Tag, tags)))
        says = fields.listen(item, ListPolicy())
        where = (data, entry)
        assert (entry.checkbox is Checkbox.CHECKED) == says.read, where
        if entry.states:
            assert entry.state == (says.state if says.state in entry.states else ""), where
        if entry.rating is not None:
            assert entry.rating == (says.rating or 0), where

    def _versions(self) -> list[int]:
        return [self.world.item(key)["version"] for key in self.keys]

    def _rewrite(self, number: int, before: str, after: str) -> None:
        lines = self.world.text.split("\n")
        at = next(index for index, line in enumerate(lines) if _url(number) in line)
        lines[at] = re.sub(before, after, lines[at], count=1)
        self.world.text = "\n".join(lines)

    def _without_opinions(self) -> str:
        lines = self.world.text.split("\n")
        if self.is_table:
            return "\n".join(line.partition(") |")[0] for line in lines)
        return "\n".join(re.sub(r"^- \[.\]", "", line) for line in lines)


Opinions.begin.given = {"is_table": st.booleans()}  # type: ignore[attr-defined]


def _title(number: int) -> str:
    return ("Dunes That Walk at Night", "Tides Without a Moon", "Cliffs Fall in Numbers")[number]


def _url(number: int) -> str:
    return f"https://arxiv.org/abs/1801.0000{number}"


def _row(number: int) -> str:
    return f"| [{_title(number)}]({_url(number)}) | Unread | |\n"


def _item(number: int) -> str:
    return f"- [ ] [{_title(number)}]({_url(number)})\n"


def test_whatever_is_thought_of_papers_ends_in_step() -> None:
    Opinions.tell(12, 12)
