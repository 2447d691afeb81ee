"""What reading a long list costs, beside markdown-it-py's parse of the same text.

``python -m benchmarks.read_cost --lines 50000``. Each list is written in one way throughout: bullets, tasks,
tables or paragraphs. CPU is what this process used, at its quickest of several runs.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from markdown_it import MarkdownIt

from zsync.formats.reading_list import parse

LINES: Final = 50_000
_A_SECTION: Final = 100
_METHODS: Final = (
    "Adaptive Sampling", "Bayesian Optimisation", "Contrastive Learning", "Diffusion Models",
    "Gaussian Processes", "Graph Networks", "Kalman Filtering", "Message Passing",
)  # fmt: skip
_TASKS: Final = (
    "Image Recognition", "Machine Translation", "Protein Folding", "Question Answering",
    "Climate Models", "Drug Discovery", "Program Synthesis", "Theorem Proving",
)  # fmt: skip
_PEOPLE: Final = ("Ada Bach", "Wei Chen", "Sofia Rao", "Lars Jensen", "Yuki Tanaka")
_VENUES: Final = ("CVPR", "ICML", "NeurIPS", "ICLR", "ACL", "SOSP")


class Paper(NamedTuple):
    """What an entry says, whatever its form."""

    short: str
    title: str
    people: str
    venue: str
    link: str
    code: str


class Cost(NamedTuple):
    """One list's row: its lines and entries, and the CPU seconds of zsync and of markdown-it-py."""

    form: str
    lines: int
    entries: int
    read: float
    parsed: float

    @property
    def per_thousand(self) -> tuple[float, float]:
        """CPU seconds for 1,000 entries: zsync's and markdown-it-py's."""
        return self.read / self.entries * 1000, self.parsed / self.entries * 1000


def _bullet(paper: Paper) -> str:
    return f"- [{paper.title}]({paper.link}). {paper.people}. {paper.venue}. [Code]({paper.code})\n"


def _task(paper: Paper) -> str:
    head = f"- [ ] **{paper.short}**: {paper.title}. {paper.venue} [Paper]({paper.link})"
    return f"{head} [Code]({paper.code})\n"


def _row(paper: Paper) -> str:
    links = f"[Paper]({paper.link}) | [Code]({paper.code})"
    return f"| {paper.short} | {paper.title} | {paper.venue} | {links} |\n"


def _paragraph(paper: Paper) -> str:
    links = f"[Paper]({paper.link}) [Code]({paper.code})"
    return f"**{paper.title}**  \n{paper.people}  \n{paper.venue}. {links}\n\n"


_HEADER: Final = "| Name | Title | Venue | Paper | Code |\n|---|---|---|---|---|\n"
#: By their name: what stands above the entries of a section, and an entry.
FORMS: Final[Mapping[str, tuple[str, Callable[[Paper], str]]]] = {
    "bullets": ("", _bullet),
    "tasks": ("", _task),
    "tables": (_HEADER, _row),
    "paragraphs": ("", _paragraph),
}


def long_list(form: str, lines: int) -> str:
    """Return a list of so many lines, the same one on every machine."""
    above, write = FORMS[form]
    chance = random.Random(form)  # noqa: S311 - invented papers are no secret
    text, count = ["# Papers\n\n"], 2
    for number in range(lines):
        if number % _A_SECTION == 0:
            text.append(f"\n## Section {number // _A_SECTION}\n\n{above}")
            count += text[-1].count("\n")
        text.append(write(_paper(chance, number)))
        count += text[-1].count("\n")
        if count >= lines:
            break
    return "".join(text)


def _paper(chance: random.Random, number: int) -> Paper:
    title = f"{chance.choice(_METHODS)} for {chance.choice(_TASKS)} in {number} Steps"
    people = ", ".join(chance.sample(_PEOPLE, 3))
    venue = f"{chance.choice(_VENUES)} {chance.randint(2012, 2025)}"
    link = f"https://arxiv.org/abs/{2000 + number // 10_000}.{number % 10_000:05}"
    return Paper(
        f"Net{number}", title, people, venue, link, f"https://github.com/someone/net{number}"
    )


def cost(form: str, lines: int, runs: int) -> Cost:
    """Measure a list of one form."""
    text = long_list(form, lines)
    markdown = MarkdownIt("commonmark").enable("table")
    read = min(_seconds(lambda: parse(text)) for _ in range(runs))
    parsed = min(_seconds(lambda: markdown.parse(text)) for _ in range(runs))
    return Cost(form, text.count("\n"), len(parse(text).entries), read, parsed)


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def report(lines: int = LINES, runs: int = 2) -> Iterator[str]:
    """Return the lines of a table: CPU for 1,000 entries, and how many times markdown-it-py's that is."""
    yield f"{'CPU s per 1,000 entries':24}{'lines':>8}{'entries':>9}{'zsync':>9}{'markdown-it':>13}{'x':>7}"
    for form in FORMS:
        each = cost(form, lines, runs)
        ours, theirs = each.per_thousand
        yield (
            f"{form:24}{each.lines:8,}{each.entries:9,}{ours:9.3f}{theirs:13.3f}{ours / theirs:7.2f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    for line in report(options.lines, options.runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
