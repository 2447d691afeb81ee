"""Reading lists that nobody wrote, hundreds of them, with the titles in them; the same ones on every machine.

``invented_lists.toml`` says what they are made of: the forms of a paper, what a list has one of throughout,
words, and lines that name no paper. This module draws from it and puts together.
"""

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from zsync.formats.reading_list.inline import plain
from zsync.formats.reading_list.mentions import letters_of

#: Around a title until its list is finished; nobody writes these characters.
_OPEN, _CLOSE = "\ue000", "\ue001"
_TITLE: Final = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
#: A part of a form that not every line has.
_OPTIONAL: Final = re.compile("‹([^‹›]*)›")
#: How often such a part is there, and how often a list has something before, after or below its titles.
_ALWAYS_OR_NOT: Final = (1.0, 1.0, 0.6, 0.0)
_COMPOSED, _FRAMED, _BELOW, _GROUPED, _REAL, _LOWERED = 0.35, 0.2, 0.25, 0.1, 0.7, 0.1
#: Words that come after one of their own kind and differ from it: ``method_2`` is a further ``method``.
_FURTHER: Final = re.compile(r"_\d\Z")


@dataclass(frozen=True)
class LabelledList:
    """A list and where its papers stand: the letters of the titles, as they may be said, by their line.

    Lines count from 1. ``judged`` are the lines of which it is known whether they name a paper.
    """

    name: str
    text: str
    titles: Mapping[int, frozenset[str]]
    judged: frozenset[int]


def letters(title: str) -> str:
    """Return the letters of a title as Markdown; two titles with the same letters are one."""
    return letters_of(plain(title))


def invent(count: int, seed: int = 1) -> list[LabelledList]:
    """Invent so many lists. A seed always gives the same ones, and more of them begin with these."""
    return [_invented(f"{seed}/{number}") for number in range(count)]


def _invented(name: str) -> LabelledList:
    marked = _List(random.Random(name)).text()  # noqa: S311
    titles: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for found in _TITLE.finditer(marked):
        titles[marked.count("\n", 0, found.start()) + 1] |= {letters(found[1])}
    text = marked.replace(_OPEN, "").replace(_CLOSE, "")
    return LabelledList(name, text, titles, frozenset(range(1, text.count("\n") + 2)))


@cache
def _made_of() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _words(name: str) -> Sequence[str]:
    """Return what a kind of words holds: it is set apart by bars, or by spaces if there is none."""
    said: str = _made_of()["words"][name]
    return [word.strip() for word in said.split("|")] if "|" in said else said.split()


class _List:
    """A list that is being made: what it has one of throughout is drawn first."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._hand = {name: chance.choice(ways) for name, ways in _made_of()["hand"].items()}
        behind = chance.sample(_made_of()["hand"]["behind"], chance.randrange(4))
        self._hand["behind"] = "".join(f"‹{each}›" for each in behind)
        self._often: dict[str, float] = {}
        self._above, self._form, self._under = self._drawn_form()
        if self._form.startswith("{mark}") and "\n" not in self._form and chance.random() < _BELOW:
            self._form += f"‹\n{self._hand['below']}›"
        self._is_grouped = self._hand["mark"][:1] in "-*+" and chance.random() < _GROUPED

    def text(self) -> str:
        """Return the whole list."""
        parts = [
            "# " + self._say(self._chance.choice(("Papers", "Reading list", "{topic}", "论文")))
        ]
        for _ in range(self._chance.randrange(1, 4)):
            parts += self._section()
            if self._chance.random() < 0.45:
                parts += self._other_section()
        return "\n\n".join(parts) + "\n"

    def _drawn_form(self) -> tuple[str, str, str]:
        forms, framed = _made_of()["forms"], _made_of()["framed"]
        kind = self._chance.random()
        if kind < _COMPOSED:
            return "", self._chance.choice((forms["composed"], forms["composed_in_capitals"])), ""
        if kind < _COMPOSED + _FRAMED:
            above, form, under = self._chance.choice(list(framed.values()))
            return above, form, under
        return "", self._chance.choice(list(forms.values())), ""

    def _section(self) -> Iterator[str]:
        yield self._say(self._hand["heading"])
        if self._chance.random() < 0.4:
            yield self._saying("prose")
        entries = [self._entry(number) for number in range(1, self._chance.randrange(3, 12))]
        if self._is_grouped:
            entries.insert(0, self._say("{mark}{topic}", 1))
        between = "\n\n" if self._is_apart() else "\n"
        yield "\n".join(filter(None, (self._above, between.join(entries), self._under)))

    def _other_section(self) -> Iterator[str]:
        """A section without papers: items, paragraphs, or a table."""
        yield f"## {self._saying('other_heading')}"
        mark = self._chance.choice(("- ", "- ", "* ", "", "| "))
        lines = [mark + self._saying("other") for _ in range(self._chance.randrange(2, 6))]
        if mark == "| ":
            rows = [self._say("| {word} | {n} | {person} |") for _ in lines]
            lines = ["| Room | Hours | Who |\n|---|---|---|", *rows]
        yield ("\n" if mark else "\n\n").join(lines)

    def _is_apart(self) -> bool:
        """Whether blank lines stand between the papers."""
        return not self._above and (
            self._form[0] not in "{|"
            or (self._form.startswith("{mark}") and self._hand["mark"] in ("", "### "))
        )

    def _entry(self, number: int) -> str:
        said = self._say(self._form, number)
        return "  " + said.replace("\n", "\n  ") if self._is_grouped else said

    def _say(self, template: str, number: int = 1) -> str:
        return _Paper(self._chance, self._hand, self._often, number).say(template)

    def _saying(self, kind: str) -> str:
        return self._say(self._chance.choice(_made_of()["sayings"][kind]))


class _Paper(dict[str, str]):
    """The parts of one paper, each drawn when a template first asks for it."""

    def __init__(
        self, chance: random.Random, hand: Mapping[str, str], often: dict[str, float], number: int
    ) -> None:
        super().__init__(k=str(number))
        self._chance = chance
        self._hand = hand
        self._often = often

    def say(self, template: str) -> str:
        """Fill a template; its optional parts are there as often as they are in this list."""
        while _OPTIONAL.search(template):
            template = _OPTIONAL.sub(self._maybe, template)
        return template.format_map(self)

    def _maybe(self, part: re.Match[str]) -> str:
        if part[1] not in self._often:
            self._often[part[1]] = self._chance.choice(_ALWAYS_OR_NOT)
        return part[1] if self._chance.random() < self._often[part[1]] else ""

    def __missing__(self, name: str) -> str:
        kind = _FURTHER.sub("", name)
        self[name] = said = self._draw(kind)
        return said

    def _draw(self, kind: str) -> str:
        if kind in _DRAWN:
            return _DRAWN[kind](self, self._chance)
        if kind in _made_of()["words"]:
            return self.say(self._chance.choice(_words(kind)))
        if kind in self._hand:
            return self.say(self._hand[kind])
        return self.say(self._chance.choice(_made_of()["sayings"][kind]))

    def title(self) -> str:
        """A title that somebody gave a paper, or one of no paper."""
        if self._chance.random() < _REAL:
            said = self._chance.choice(_real_titles())
        else:
            said = self.say(self._chance.choice(_made_of()["sayings"]["title"]))
        return said.capitalize() if self._chance.random() < _LOWERED else said

    def names(self) -> str:
        """People as this list writes them."""
        return _people(self._chance, self._hand["names"])


@cache
def _real_titles() -> Sequence[str]:
    said: str = _made_of()["titles"]["real"]
    return said.strip().split("\n")


def _person(chance: random.Random, style: str) -> str:
    given, family = chance.choice(_words("given")), chance.choice(_words("family"))
    return {
        "initials": f"{given[0]}. {family}",
        "last_first": f"{family}, {given}",
        "last_initial": f"{family}, {given[0]}.",
        "bare_initial": f"{family} {given[0]}",
        "surnames": family,
    }.get(style, f"{given} {family}")


def _people(chance: random.Random, style: str, last: str = "") -> str:
    """One to six people, or the first of them; ``last`` is what stands before the last one."""
    found = [_person(chance, style) for _ in range(chance.choice((1, 2, 2, 3, 3, 4, 6)))]
    if len(found) > 2 and chance.random() < 0.3:
        return found[0] + chance.choice((" et al.", " et al", ", et al."))
    between = "; " if style == "last_first" and chance.random() < 0.5 else ", "
    last = last or chance.choice((" and ", ", and ", ", ", " & "))
    return last.join(filter(None, (between.join(found[:-1]), found[-1])))


def _mla(chance: random.Random) -> str:
    further = f", and {_person(chance, 'full')}" if chance.random() < 0.6 else ""
    return _person(chance, "last_first") + further


def _wrapped(title: str, chance: random.Random) -> str:
    """A title that goes on in the next line."""
    words = title.split(" ")
    at = chance.randrange(len(words))
    return "\n  ".join(filter(None, (" ".join(words[:at]), " ".join(words[at:]))))


def _pages(chance: random.Random) -> str:
    first = chance.randrange(1, 900)
    return f"{first}{chance.choice('-–')}{first + chance.randrange(2, 40)}"


def _chinese_title(chance: random.Random) -> str:
    first, second, third = (
        chance.choice(_words(f"zh_{nth}")) for nth in ("first", "second", "third")
    )
    return f"{first}{chance.choice(('', '的'))}{second}{third}"


#: What is neither a word of a kind nor said by the table.
_DRAWN: Final[Mapping[str, Callable[[_Paper, random.Random], str]]] = {
    "title": lambda paper, _: f"{_OPEN}{paper.title()}{_CLOSE}",
    "wrapped": lambda paper, chance: _wrapped(paper["title"], chance),
    "zh_title": lambda _, chance: f"{_OPEN}{_chinese_title(chance)}{_CLOSE}",
    "names": lambda paper, _: paper.names(),
    "names_apa": lambda _, chance: _people(chance, "last_initial", ", & "),
    "names_ieee": lambda _, chance: _people(chance, "initials", " and "),
    "names_last_first": lambda _, chance: _mla(chance),
    "names_gbt": lambda _, chance: _people(chance, "bare_initial", ", "),
    "zh_names": lambda _, chance: ", ".join(
        chance.sample(_words("zh_name"), chance.randrange(1, 4))
    ),
    "person": lambda _, chance: _person(chance, "full"),
    "surname": lambda _, chance: _person(chance, "surnames"),
    "year": lambda _, chance: str(chance.randrange(1985, 2026)),
    "yy": lambda paper, _: paper["year"][2:],
    "date": lambda paper, chance: (
        f"{paper['year']}{chance.choice('.-/')}{chance.randrange(1, 13):02d}"
    ),
    "day": lambda _, chance: (
        f"{chance.choice(('Jan.', 'May', 'Oct', 'Sept.'))} {chance.randrange(4, 21)}th"
    ),
    "n": lambda _, chance: str(chance.randrange(100, 99999)),
    "volume": lambda _, chance: str(chance.randrange(1, 80)),
    "issue": lambda _, chance: str(chance.randrange(1, 13)),
    "pages": lambda _, chance: _pages(chance),
    "url": lambda paper, _: f"https://{paper['host']}",
    "code": lambda paper, _: f"https://{paper['repository']}",
    "badge": lambda paper, _: f"https://img.shields.io/badge/{paper['n']}.svg",
    "file": lambda paper, chance: f"{chance.choice(('./', 'notes/', ''))}p{paper['n']}.md",
}
