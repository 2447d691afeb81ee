import json
import random
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.matching import Certainty, Match, match
from zsync.core.model import Checkbox, Entry, Item, Link

SHARED_PAPERS = Path(__file__).parents[3] / "shared" / "papers" / "papers.json"
RESNET = "Deep Residual Learning for Image Recognition"
RESNET_URL = "https://arxiv.org/abs/1512.03385"


def entry(title: str, *urls: str, short: str | None = None, year: int | None = None) -> Entry:
    links = tuple(Link("Paper", url) for url in urls)
    return Entry(1, ("Papers",), Checkbox.NONE, short, title, year=year, links=links)


def item(key: str, title: str, **fields: str) -> Item:
    return Item(key, "preprint", fields={"title": title, **fields})


def only(entry: Entry, *items: Item) -> Match:
    (found,) = match([entry], items)
    return found


# --- The lock


def test_a_locked_pair_stands_whatever_the_titles_say() -> None:
    found = match([entry(RESNET, RESNET_URL)], [item("A", RESNET), item("B", "Other")], {0: "B"})
    assert found == (Match(0, Certainty.SURE, "B", 1.0, "zsync.lock"),)


def test_a_locked_item_that_was_merged_leads_to_the_one_that_is_left() -> None:
    left = Item("B", "preprint", fields={"title": RESNET}, replaces=("A",))
    assert match([entry(RESNET)], [left], {0: "A"})[0].item == "B"


def test_a_locked_item_that_is_gone_stays_locked() -> None:
    assert match([entry(RESNET)], [item("B", RESNET)], {0: "A"})[0].item == "A"


# --- An identifier


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "http://www.arxiv.org/pdf/1512.03385v1.pdf"},
        {"archiveID": "arXiv:1512.03385"},
        {"DOI": "10.48550/arXiv.1512.03385"},
        {"extra": "arXiv: 1512.03385 [cs]"},
    ],
)
def test_a_shared_identifier_pairs_in_whatever_form(fields: dict[str, str]) -> None:
    found = only(entry(RESNET, RESNET_URL), item("A", RESNET, **fields))
    assert (found.certainty, found.item, found.reason) == (Certainty.SURE, "A", "arXiv 1512.03385")


def test_an_identifier_with_another_papers_title_is_reported_not_believed() -> None:
    found = only(entry("Attention Is All You Need", RESNET_URL), item("A", RESNET, url=RESNET_URL))
    assert found.certainty is Certainty.MAYBE
    assert found.item is None
    assert found.candidates == ("A",)
    assert found.reason == "arXiv 1512.03385, but the titles disagree"


def test_a_wrong_link_also_names_the_item_that_has_the_title() -> None:
    found = only(
        entry("Attention Is All You Need", RESNET_URL),
        item("A", RESNET, url=RESNET_URL),
        item("B", "Attention is all you need"),
    )
    assert (found.certainty, found.candidates) == (Certainty.MAYBE, ("B", "A"))


def test_of_several_items_with_one_identifier_the_one_with_the_title_is_meant() -> None:
    items = [item("A", "Supplement", url=RESNET_URL), item("B", RESNET, url=RESNET_URL)]
    assert only(entry(RESNET, RESNET_URL), *items).item == "B"


def test_duplicates_in_the_library_are_left_to_a_person() -> None:
    items = [item("B", RESNET, url=RESNET_URL), item("A", RESNET, url=RESNET_URL)]
    found = only(entry(RESNET, RESNET_URL), *items)
    assert (found.certainty, found.candidates) == (Certainty.MAYBE, ("A", "B"))


def test_a_second_link_to_another_paper_does_not_disturb_the_title() -> None:
    found = only(
        entry(RESNET, "https://example.org/resnet", "https://arxiv.org/abs/1409.0575"),
        item("A", RESNET),
        item(
            "B",
            "ImageNet Large Scale Visual Recognition Challenge",
            url="https://arxiv.org/abs/1409.0575",
        ),
    )
    assert found.item == "A"


def test_a_link_attached_to_an_item_does_not_make_it_that_paper() -> None:
    citing = Item(
        "A", "preprint", fields={"title": "Another"}, links=(Link("Baseline", RESNET_URL),)
    )
    assert only(entry(RESNET, RESNET_URL), citing).certainty is Certainty.MISSING


def test_the_same_paper_in_two_sections_is_one_item() -> None:
    found = match([entry(RESNET, RESNET_URL)] * 2, [item("A", RESNET, url=RESNET_URL)])
    assert [one.item for one in found] == ["A", "A"]


def test_two_papers_on_one_link_are_told_apart_by_title() -> None:
    entries = [
        entry(RESNET, RESNET_URL),
        entry("Identity Mappings in Deep Residual Networks", RESNET_URL),
    ]
    found = match(entries, [item("A", RESNET, url=RESNET_URL)])
    assert [one.certainty for one in found] == [Certainty.SURE, Certainty.MAYBE]


def test_an_entry_without_a_title_goes_by_its_link() -> None:
    assert only(entry("", RESNET_URL), item("A", RESNET, url=RESNET_URL)).item == "A"


def test_an_untitled_entry_on_a_link_that_others_use_is_not_decided() -> None:
    found = match(
        [entry("", RESNET_URL), entry(RESNET, RESNET_URL)], [item("A", RESNET, url=RESNET_URL)]
    )
    assert [one.certainty for one in found] == [Certainty.MAYBE, Certainty.SURE]


# --- The title


@pytest.mark.parametrize(
    ("short", "title", "item_title", "item_short"),
    [
        (None, RESNET, "Deep residual learning for image recognition.", ""),
        (None, "Deep <i>Residual</i> Learning for Image Recognition", RESNET, ""),
        (None, "Schrödinger’s Bat: Diffusion Models", "Schrodinger's Bat – Diffusion Models", ""),
        (None, "BERT: Pretraining of Deep Transformers", "BERT: Pre-training of Deep Transformers", ""),
        (None, "ＢＥＲＴ：Pre-training of Deep Transformers", "BERT: Pre-training of Deep Transformers", ""),
        (None, "Research & Development", "Research &amp; Development", ""),
        ("VisionZip", "Longer is Better but Not Necessary",
         "VisionZip: Longer is Better but Not Necessary", ""),
        ("VisionZip", "Longer is Better but Not Necessary",
         "Longer is Better but Not Necessary", "VisionZip"),
        ("VisionZip", "Longer is Better but Not Necessary", "Longer is Better but Not Necessary", ""),
        ("FlashSloth", "Lightning Multimodal Models",
         "FlashSloth : Lightning Multimodal Models", "FlashSloth"),
        (None, "Mitigating Object Hallucinations in Large Models",
         "AGLA: Mitigating Object Hallucinations in Large Models", ""),
        ("Qwen2", "Technical Report", "Technical Report", "Qwen2"),
        (None, "Adam", "Adam", "Optimizer"),
        (None, "大型语言模型综述", "大型语言模型综述", ""),
    ],
)  # fmt: skip
def test_one_title_in_two_spellings(
    short: str | None, title: str, item_title: str, item_short: str
) -> None:
    found = only(entry(title, short=short), item("A", item_title, shortTitle=item_short))
    assert (found.certainty, found.reason) == (Certainty.SURE, "same title")


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Can Large Vision-Language Models Correct Grounding Errors By Themselves?",
         "Can Large Vision-Language Models Correct Semantic Grounding Errors By Themselves?"),
        ("Accelerating Multimodel Large Language Models by Searching Optimal Vision Token Reduction",
         "Accelerating Multimodal Large Language Models by Searching Optimal Vision Token Reduction"),
        ("LLaVA-Critc: Learning to Evaluate Multimodal Models",
         "LLaVA-Critic: Learning to Evaluate Multimodal Models"),
    ],
)  # fmt: skip
def test_a_near_miss_is_sure_only_with_an_identifier(title: str, other: str) -> None:
    alone = only(entry(title), item("A", other))
    assert (alone.certainty, alone.candidates) == (Certainty.MAYBE, ("A",))
    assert 0.7 < alone.confidence < 1
    with_identifier = only(entry(title, RESNET_URL), item("A", other, url=RESNET_URL))
    assert (with_identifier.certainty, with_identifier.item) == (Certainty.SURE, "A")


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Agents: A Survey of Large Language Models", "Tools: A Survey of Large Language Models"),
        (
            "A Survey of Large Language Models for Code",
            "A Survey of Large Language Models for Health",
        ),
        ("Llama 2: Open Foundation and Chat Models", "Llama 3: Open Foundation and Chat Models"),
        ("Attention Is All You Need", "Attention Is Not All You Need"),
        ("Learning from Supervised Data with Noise", "Learning from Unsupervised Data with Noise"),
        ("GPT-4: Technical Report", "Qwen2: Technical Report"),
        ("Technical Report", "Qwen2: Technical Report"),
    ],
)
def test_different_papers_by_one_template_do_not_pair(title: str, other: str) -> None:
    assert only(entry(title), item("A", other)).certainty is Certainty.MISSING


@pytest.mark.parametrize(
    ("here", "there", "certainty", "reason"),
    [
        (2016, "2016-06", Certainty.SURE, "same title and year"),
        (2016, "2015-12-10", Certainty.SURE, "same title, a year apart"),
        (None, "2015", Certainty.SURE, "same title"),
        (2016, "", Certainty.SURE, "same title"),
        (2024, "2015", Certainty.MAYBE, "same title, but another year"),
    ],
)
def test_the_year_supports_or_questions_a_title(
    here: int | None, there: str, certainty: Certainty, reason: str
) -> None:
    found = only(entry(RESNET, year=here), item("A", RESNET, date=there))
    assert (found.certainty, found.reason) == (certainty, reason)


def test_several_items_with_the_title_are_left_to_a_person() -> None:
    found = only(entry(RESNET), item("B", RESNET), item("A", RESNET))
    assert (found.certainty, found.candidates) == (Certainty.MAYBE, ("A", "B"))


def test_the_year_tells_yearly_titles_apart() -> None:
    items = [
        item(str(year), "Overview of the Shared Task", date=str(year))
        for year in (2018, 2021, 2024)
    ]
    assert only(entry("Overview of the Shared Task", year=2021), *items).item == "2021"


def test_no_item_at_all() -> None:
    found = only(entry(RESNET, RESNET_URL))
    assert found == Match(0, Certainty.MISSING, None, 0.0, "no item with its identifier or title")


# --- A link that is no identifier


def test_a_link_of_one_entry_and_one_item_makes_a_near_miss_sure() -> None:
    here = entry("Deep Residual Learning for Images", "https://example.org/resnet?utm_source=x")
    there = item("A", "Deep Residual Learning for the Images", url="http://www.example.org/resnet/")
    assert only(here, there).certainty is Certainty.SURE


def test_a_link_that_several_entries_use_supports_nothing() -> None:
    page = "https://www.usenix.org/conference/osdi20/accepted-papers"
    here = [entry("Deep Residual Learning for Images", page), entry("Another", page)]
    found = match(here, [item("A", "Deep Residual Learning for the Images", url=page)])
    assert [one.certainty for one in found] == [Certainty.MAYBE, Certainty.MISSING]


def test_a_link_does_not_outweigh_the_title_but_is_asked_about() -> None:
    page = "https://github.com/QwenLM/Qwen"
    asked = only(entry("Qwen", page), item("A", RESNET, url=page))
    assert asked.certainty is Certainty.MAYBE
    assert asked.reason == "same link, but the titles disagree"


def test_a_shared_identifier_forgives_a_few_letters() -> None:
    sloppy = entry("Deep Residual Learnings for Imagerecognition", RESNET_URL)
    assert only(sloppy, item("A", RESNET, url=RESNET_URL)).certainty is Certainty.SURE


def test_titles_without_a_letter_are_told_apart_by_their_signs() -> None:
    items = [item("A", "😀"), item("B", "***")]
    assert only(entry("***", "https://example.org/1"), *items).item == "B"
    page = "https://example.org/untitled"
    assert only(entry("", page), item("A", "", url=page)).item == "A"


# --- Laws

WORDS = ["deep", "vision", "models", "learning", "language", "graph", "sparse", "survey"]
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
urls = st.integers(0, 5).map(lambda number: f"https://arxiv.org/abs/2401.0000{number}")
years = st.sampled_from(["", "2019", "2020", "2023"])
entries = st.lists(
    st.builds(entry, titles, urls, year=st.sampled_from([None, 2019, 2023])), max_size=5
)


@st.composite
def collections(draw: st.DrawFn) -> list[Item]:
    rows = draw(st.lists(st.tuples(titles, urls, years), max_size=6))
    return [item(f"K{n}", title, url=url, date=date) for n, (title, url, date) in enumerate(rows)]


@settings(max_examples=60, deadline=None)
@given(entries, collections(), st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(
    here: list[Entry], items: list[Item], chance: random.Random
) -> None:
    shuffled = items.copy()
    chance.shuffle(shuffled)
    assert match(here, shuffled) == match(here, items)


@settings(max_examples=60, deadline=None)
@given(entries, collections(), st.data())
def test_locked_pairs_always_win_and_there_is_one_match_an_entry(
    here: list[Entry], items: list[Item], data: st.DataObject
) -> None:
    locked = {n: data.draw(st.sampled_from(["K0", "K1", "GONE"])) for n in range(0, len(here), 2)}
    found = match(here, items, locked)
    assert [one.entry for one in found] == list(range(len(here)))
    assert {one.entry: one.item for one in found if one.entry in locked} == locked


@settings(max_examples=60, deadline=None)
@given(entries, collections())
def test_an_unrelated_item_changes_no_sure_match(here: list[Entry], items: list[Item]) -> None:
    unrelated = item("A0", "Protein folding at home", url="https://doi.org/10.1038/nature14539")
    before = [one for one in match(here, items) if one.certainty is Certainty.SURE]
    after = match(here, [*items, unrelated])
    assert [after[one.entry] for one in before] == before


@settings(max_examples=60, deadline=None)
@given(entries, collections())
def test_an_item_is_named_only_when_the_match_is_sure(here: list[Entry], items: list[Item]) -> None:
    for one in match(here, items):
        assert (one.item is not None) == (one.certainty is Certainty.SURE)
        assert bool(one.candidates) == (one.certainty is Certainty.MAYBE)
        assert 0 <= one.confidence <= 1


# --- Size


def test_ten_thousand_entries_and_items_are_paired_in_seconds() -> None:
    chance = random.Random(1)  # noqa: S311 - titles, not secrets
    vocabulary = ["".join(chance.choices("abcdefghij", k=7)) for _ in range(3000)]
    titles = [" ".join(chance.choices(vocabulary, k=9)) for _ in range(10_000)]
    items = [item(f"K{n:05}", title, date="2024") for n, title in enumerate(titles)]
    entries = [
        entry(title.replace(" ", " inserted ", n % 2), f"https://example.org/{n}", year=2024)
        for n, title in enumerate(titles)
    ]
    start = process_time()
    found = match(entries, items)
    assert process_time() - start < 60
    assert [one.item or one.candidates[0] for one in found] == [each.key for each in items]


# --- The papers of a real list


def shared_papers() -> list[dict[str, Any]]:
    if not SHARED_PAPERS.exists():
        pytest.skip(f"no shared facts at {SHARED_PAPERS}")
    papers: list[dict[str, Any]] = json.loads(SHARED_PAPERS.read_text("utf-8"))["papers"]
    return papers


def as_entry(paper: dict[str, Any], *, linked: bool) -> Entry:
    short, title = paper["shortTitle"], paper["titleInList"]
    title = title.removeprefix(f"{short}: ")
    return entry(title, *([paper["links"]["linkInList"]] if linked else []), short=short, year=2025)


def test_every_paper_of_a_real_list_is_sure_by_its_link() -> None:
    papers = shared_papers()
    items = [
        item(f"K{n}", paper["title"], url=paper["links"]["linkInList"], date="2024-11-30",
             shortTitle=paper["shortTitle"] or "")
        for n, paper in enumerate(papers)
    ]  # fmt: skip
    found = match([as_entry(paper, linked=True) for paper in papers], items)
    assert [one.item for one in found] == [each.key for each in items]


def test_by_published_titles_alone_only_changed_titles_ask_a_person() -> None:
    papers = shared_papers()
    items = [
        item(f"K{n}", paper["titlePublished"], url=paper["venue"]["cvfHtml"], DOI=paper["venue"]["doi"],
             date="2025-06")
        for n, paper in enumerate(papers)
    ]  # fmt: skip
    found = match([as_entry(paper, linked=False) for paper in papers], items)
    assert [one.item or one.candidates[0] for one in found] == [each.key for each in items]
    assert sum(one.certainty is Certainty.SURE for one in found) == len(papers) - 2
