"""What holds for lists of every shape: nothing is lost, and an edit stays inside its entry."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.edits import Edit, SetLink, SetNote, SetRead, SetTitle, SetUrl, SetVenue
from zsync.core.model import Checkbox
from zsync.formats.reading_list import ReadingList, edit, parse

LISTS = Path(__file__).parents[3] / "shared" / "lists"
NAMES = sorted(path.name for path in LISTS.glob("*.md"))

TABLE = (
    "| Title | Venue | Code | Read |\n|---|:-:|---|---|\n"
    "| [Segment Anything](https://arxiv.org/abs/2304.02643) | ICCV 2023 | [code](https://x.org/a) | ✅ |\n"
    "| **Mamba**: Linear-Time Sequence Modeling [[pdf]](https://arxiv.org/abs/2312.00752) | - | | ⬜ |\n"
)
BLOCKS = (
    "**Denoising Diffusion Probabilistic Models** <br>\nJonathan Ho, Ajay Jain, Pieter Abbeel <br>\n"
    "NeurIPS 2020. [[paper](https://arxiv.org/abs/2006.11239)] [[code](https://x.org/b)]\n\n"
    "**High-Resolution Image Synthesis with Latent Diffusion Models** <br>\nRobin Rombach et al. <br>\n"
    "CVPR 2022. [[paper](https://arxiv.org/abs/2112.10752)]\n\n"
)
ITEMS = (
    "- **Attention Is All You Need**\n  - Ashish Vaswani, Noam Shazeer\n"
    "  - [Paper](https://arxiv.org/abs/1706.03762) | [Code](https://x.org/c)\n"
    "- **Deep Residual Learning for Image Recognition**\n  Kaiming He, Xiangyu Zhang\n"
    "  CVPR 2016 [[paper](https://arxiv.org/abs/1512.03385)]\n"
)
KEY_VALUES = (
    "**Visual Instruction Tuning**\n- Paper: https://arxiv.org/abs/2304.08485\n- Code: None\n\n"
    "**Flamingo: a Visual Language Model**\n- 论文：https://arxiv.org/abs/2204.14198\n"
    "- 代码：https://x.org/d\n\n"
)
TASKS = "- [x] **CLIP**: Learning Models. ICML2021 [Paper](https://arxiv.org/abs/2103.00020)\n\n  A note.\n\n"
SCRAPS = (
    "", "\n", "Prose that says something.\n", "## Section\n", "# Top\n", "| a | b |\n", "|--|--|\n",
    "```\n", "<!--\n", "-->\n", "\ufeff", "- \n", "  \n", "\t- x\n", "<br>\n", "**\n", "[](", "]](", "|",
)  # fmt: skip
pieces = st.sampled_from((TABLE, BLOCKS, ITEMS, KEY_VALUES, TASKS, *SCRAPS))
ends = st.sampled_from(("\n", "\r\n", "\r", "\v", "\u2028", "\u00a0\n"))


@st.composite
def lists(draw: st.DrawFn) -> str:
    """A text of shapes and scraps, cut, with one kind of line end, some characters of it changed."""
    text = "".join(draw(st.lists(pieces, max_size=8))).replace("\n", draw(ends))
    if text and draw(st.booleans()):
        text = text[: draw(st.integers(0, len(text)))]
    random = draw(st.randoms(use_true_random=False))
    for _ in range(draw(st.integers(0, 6)) if text else 0):
        place = random.randrange(len(text))
        text = text[:place] + random.choice("|*[]()#-`<>!\\ \t\n\r:x") + text[place + 1 :]
    return text


@settings(max_examples=150, deadline=None)
@given(lists())
def test_a_list_is_read_without_losing_a_character(text: str) -> None:
    found = parse(text)
    assert "".join(found.spans()) == text
    starts = [(block.start, block.head_end, block.end) for block in found.blocks]
    assert all(start < head_end <= end for start, head_end, end in starts)
    assert [place for each in starts for place in each] == sorted(
        place for each in starts for place in each
    )


EDITS: tuple[Callable[[int], Edit], ...] = (
    lambda entry: SetTitle(entry, None, "A | new *title*"),
    lambda entry: SetTitle(entry, "SAM", "Segment Anything"),
    lambda entry: SetVenue(entry, "ICLR", 2024),
    lambda entry: SetUrl(entry, "https://new.org/a|b"),
    lambda entry: SetLink(entry, "Data", "https://new.org/data"),
    lambda entry: SetNote(entry, "A new note with a | in it."),
    lambda entry: SetNote(entry, None),
    lambda entry: SetRead(entry, True),
    lambda entry: SetRead(entry, False),
)


@settings(max_examples=150, deadline=None)
@given(lists(), st.sampled_from(EDITS), st.integers(0, 20))
def test_an_edit_changes_its_own_entry_and_no_other(
    text: str, make: Callable[[int], Edit], place: int
) -> None:
    found = parse(text)
    if not found.entries:
        return
    index = place % len(found.entries)
    result = edit(found, [make(index)])
    block, after = found.blocks[index], result.reading_list
    assert after.text.startswith(text[: block.start])
    assert after.text.endswith(text[_next(found, index) :])
    assert len(after.entries) == len(found.entries)
    others = [entry for at, entry in enumerate(found.entries) if at != index]
    assert [_said(entry) for at, entry in enumerate(after.entries) if at != index] == list(
        map(_said, others)
    )
    assert [heading.text for heading in after.headings] == [
        heading.text for heading in found.headings
    ]
    if index in found.read_only:
        assert after.text == text


def _next(found: ReadingList, index: int) -> int:
    """Where the first line that is not blank stands behind an entry."""
    end = found.blocks[index].end
    return end + len(found.text[end:]) - len(found.text[end:].lstrip(" \t\r\n"))


def _said(entry: object) -> object:
    return {
        name: getattr(entry, name)
        for name in ("section", "checkbox", "short", "title", "links", "note")
    }


@settings(max_examples=80, deadline=None)
@given(lists())
def test_ticking_and_unticking_gives_the_same_list(text: str) -> None:
    found = parse(text)
    for index, entry in enumerate(found.entries):
        if entry.checkbox is Checkbox.UNCHECKED:
            ticked = edit(found, [SetRead(index, True)]).reading_list
            assert edit(ticked, [SetRead(index, False)]).reading_list.text == text
            assert sum(one != other for one, other in zip(text, ticked.text, strict=True)) <= 1


@pytest.mark.skipif(not NAMES, reason=f"no lists to read: {LISTS} is absent")
@pytest.mark.parametrize("name", NAMES)
def test_a_list_with_characters_changed_at_random_is_read_without_losing_one(name: str) -> None:
    text = (LISTS / name).read_bytes().decode()[:60_000]
    random = Random(name)  # noqa: S311 - the same changes every time
    for _ in range(3):
        signs = list(text)
        for _ in range(200):
            signs[random.randrange(len(signs))] = random.choice(
                "|*[]()#-`<>!\\ \t\n\r\v\u2028:x\u00a0"
            )
        changed = "".join(signs)
        assert "".join(parse(changed).spans()) == changed


@pytest.mark.parametrize(
    "piece", [TABLE, BLOCKS, ITEMS, KEY_VALUES, "[" * 40, "|" * 40, "**" * 20, "- a\n  b\n"]
)
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    """No exact figure: a reading that is quadratic would take a hundred times as long here."""
    assert "".join(parse(piece * 3000).spans()) == piece * 3000
